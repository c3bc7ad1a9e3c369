"""The journal: append-only rows in SQLite, each holding the hash of the one before.

An intent row is on disk before its job's first byte leaves: `append(..., durable=True)` and `commit` return only after
the database has synced (WAL with synchronous=FULL). One sync takes every row there is with it, whoever asked for it.
Reports read the journal and nothing else.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from mlocr.errors import JournalError
from mlocr.station.journal_rows import Entry, Head, Row, all_entries, highest_epoch, read_entries, row_hash

__all__ = ["FORMAT", "Entry", "Head", "Journal", "Witness", "all_entries", "highest_epoch", "read_entries"]

FORMAT = "1"
_ROWS_KEPT = 256  # rows waiting for a sync: bounded memory, and what a kill may cost of rows nobody promised: ours
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    piece TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_run ON entry (run, kind);
"""


class Witness(Protocol):
    """Is told how far the chain is on disk, by the thread that synced. Each method may raise JournalError."""

    def open(self, head: Head) -> None:
        """The journal was opened and stands here."""
        ...

    def note(self, head: Head, *, last: bool = False) -> None:
        """Everything up to here is on disk now; `last` when no row follows."""
        ...

    def close(self) -> None:
        """The journal is closed; safe to call twice."""
        ...


class Journal:
    """The writing end. Thread-safe. `now` gives the wall-clock time of each row.

    Rows are chained as they come and wait in memory; a sync writes all of them in one transaction, then the `witness`
    hears of it.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], witness: Witness | None = None) -> None:
        self._path = path
        self._now = now
        self._witness = witness
        self._lock = threading.Lock()  # the chain and what waits
        self._writing = threading.Lock()  # the file; taken before the other
        self._db: sqlite3.Connection | None = None
        self._head = self._durable = Head()
        self._waiting: list[Row] = []
        self._failure = ""
        self.run = 0

    @property
    def durable(self) -> Head:
        """How far the chain is on disk."""
        with self._lock:
            return self._durable

    def open(self, goes_on: int = 0, expected: Head | None = None) -> None:
        """Open or create the file and take the next run number, or go on with the run `goes_on`.

        `expected` is where the file ended when it was read: another end means that somebody wrote meanwhile.
        Raises JournalError.
        """
        try:
            _make_folder(self._path.parent)
            self._db = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=5)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            found = self._db.execute("SELECT value FROM meta WHERE key='format'").fetchone()
            if found is None:
                self._db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            elif found[0] != FORMAT:
                raise JournalError(f"the journal {self._path} has format {found[0]}, not {FORMAT}; give another --out")
            # What SQLite removed on the way (a rollback journal) must not come back after a power cut.
            _sync_folder(self._path.parent)
            self._head = self._durable = _last(self._db)
            if expected is not None and expected != self._head:
                raise JournalError(f"the journal {self._path} was written meanwhile; wait for that run, or start again")
            self.run = goes_on or self._db.execute("SELECT COALESCE(MAX(run), 0) + 1 FROM entry").fetchone()[0]
            if self._witness is not None:
                self._witness.open(self._head)
        except (sqlite3.Error, OSError) as error:
            self._drop()
            raise JournalError(
                f"the journal {self._path} cannot be opened ({error}); mend it or give another --out"
            ) from None
        except JournalError:
            self._drop()
            raise

    def append(
        self, kind: str, piece: str, body: Mapping[str, object], *, durable: bool = False, run: int | None = None
    ) -> int:
        """Add a row; with `durable` return only after it and all before it are synced. `run`: None is the present one.

        Raises JournalError, and from then on for every row: after a failed write it is not known which rows are on
        disk, and a chain must not go on from a row that may be gone.
        """
        # ASCII escapes keep file names that are no Unicode from stopping a run.
        text = json.dumps(body, sort_keys=True, default=str)
        with self._lock:
            self._connection()
            at = self._now().isoformat(timespec="milliseconds")
            of_run = self.run if run is None else run
            digest = row_hash(self._head.hash, of_run, at, kind, piece, text)
            self._head = self._head.after(digest)
            seq = self._head.rows
            self._waiting.append((seq, of_run, at, kind, piece, text, digest))
            full = len(self._waiting) >= _ROWS_KEPT
        if durable or full:
            self._sync(seq)
        return seq

    def commit(self) -> None:
        """Make every row so far durable. Raises JournalError."""
        with self._lock:
            self._connection()
            seq = self._head.rows
        self._sync(seq)

    def _sync(self, seq: int) -> None:
        """Return when row `seq` is on disk; the rows that came meanwhile go with it."""
        with self._writing:
            with self._lock:
                db = self._connection()
                if self._durable.rows >= seq:
                    return  # another thread's sync took it along
                rows = tuple(self._waiting)
            try:
                _insert(db, rows)
            except sqlite3.Error as error:
                with self._lock:
                    raise self._failed(error) from None
            with self._lock:
                del self._waiting[: len(rows)]
                self._durable = head = Head(rows[-1][0], rows[-1][-1], self._head.first)
            if self._witness is not None:
                self._witness.note(head)

    def close(self) -> None:
        """Commit and close; safe to call twice. Raises JournalError when the last rows could not be made durable."""
        if self._db is None:
            return
        try:
            if self._failure:
                self._save_what_fits(self._db)
                return
            self.commit()
            if self._witness is not None:
                self._witness.note(self._durable, last=True)
            # A reader still at the file only postpones this.
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._drop()

    def _save_what_fits(self, db: sqlite3.Connection) -> None:
        # The rows that wait follow one another: once more, if the file still ends where they begin.
        with suppress(sqlite3.Error):
            if self._waiting and _last(db) == self._durable:
                _insert(db, self._waiting)

    def _failed(self, error: sqlite3.Error) -> JournalError:
        if isinstance(error, sqlite3.IntegrityError) or "locked" in str(error):
            self._failure = f"the journal {self._path} is written by another run too; give each run an --out of its own"
        else:
            self._failure = f"the journal {self._path} cannot be written ({error}); free the disk and run again"
        return JournalError(self._failure)

    def _drop(self) -> None:
        if self._witness is not None:
            self._witness.close()
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _connection(self) -> sqlite3.Connection:
        if self._failure:
            raise JournalError(self._failure)
        if self._db is None:
            raise JournalError(f"the journal {self._path} is not open; open it before writing")
        return self._db


def _insert(db: sqlite3.Connection, rows: tuple[Row, ...] | list[Row]) -> None:
    """All rows in one transaction, or none."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute("COMMIT")
    except sqlite3.Error:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _last(db: sqlite3.Connection) -> Head:
    found = db.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    first = db.execute("SELECT hash FROM entry ORDER BY seq LIMIT 1").fetchone()
    return Head(*found, *first) if found else Head()


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, and sync each new name: a journal is no use in a folder that is lost."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
