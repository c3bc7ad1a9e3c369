"""The journal: append-only rows in SQLite, each holding the hash of the one before.

An intent row is on disk before its job's first byte leaves: `append(..., durable=True)` returns only after the
database has synced (WAL with synchronous=FULL). Reports read the journal and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from mlocr.errors import JournalError

FORMAT = "1"
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: its number, run, time (ISO 8601), kind, piece (empty for the run's own rows), body, and its hash."""

    seq: int
    run: int
    at: str
    kind: str
    piece: str
    body: Mapping[str, object]
    hash: str = ""


def _row_hash(before: str, run: int, at: str, kind: str, piece: str, body: str) -> str:
    text = "\x1f".join((before, str(run), at, kind, piece, body))
    return hashlib.sha256(text.encode()).hexdigest()


class Journal:
    """The writing end. Thread-safe. `now` gives the wall-clock time of each row."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._seq = 0
        self._hash = ""
        self._failure = ""
        self.run = 0

    def open(self) -> None:
        """Open or create the file and take the next run number. Raises JournalError."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=5)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            found = self._db.execute("SELECT value FROM meta WHERE key='format'").fetchone()
            if found is None:
                self._db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            elif found[0] != FORMAT:
                raise JournalError(f"the journal {self._path} has format {found[0]}, not {FORMAT}; give another --out")
            last = self._db.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
            self._seq, self._hash = last or (0, "")
            self.run = self._db.execute("SELECT COALESCE(MAX(run), 0) + 1 FROM entry").fetchone()[0]
        except (sqlite3.Error, OSError) as error:
            self._drop()
            raise JournalError(
                f"the journal {self._path} cannot be opened ({error}); mend it or give another --out"
            ) from None
        except JournalError:
            self._drop()
            raise

    def append(self, kind: str, piece: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        """Add a row; with `durable` return only after it and all before it are synced.

        Raises JournalError, and from then on for every row: after a failed write it is not known which rows of the open
        transaction are on disk, and a chain must not go on from a row that may be gone.
        """
        # ASCII escapes keep file names that are no Unicode from stopping a run.
        text = json.dumps(body, sort_keys=True, default=str)
        with self._lock:
            try:
                db = self._connection()
                if not db.in_transaction:
                    db.execute("BEGIN IMMEDIATE")
                at = self._now().isoformat(timespec="milliseconds")
                digest = _row_hash(self._hash, self.run, at, kind, piece, text)
                row = (self._seq + 1, self.run, at, kind, piece, text, digest)
                db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                if durable:
                    db.execute("COMMIT")
                self._seq, self._hash = self._seq + 1, digest
                return self._seq
            except sqlite3.Error as error:
                raise self._failed(error) from None

    def commit(self) -> None:
        """Make every row so far durable. Raises JournalError."""
        with self._lock:
            try:
                if self._connection().in_transaction:
                    self._connection().execute("COMMIT")
            except sqlite3.Error as error:
                raise self._failed(error) from None

    def close(self) -> None:
        """Commit and close; safe to call twice. Raises JournalError when the last rows could not be made durable."""
        if self._db is None:
            return
        try:
            if self._failure:
                # The rows of the open transaction follow one another: what still fits on the disk is worth keeping.
                with suppress(sqlite3.Error):
                    self._db.execute("COMMIT")
                return
            self.commit()
            # A reader still at the file only postpones this.
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._drop()

    def _failed(self, error: sqlite3.Error) -> JournalError:
        if isinstance(error, sqlite3.IntegrityError) or "locked" in str(error):
            self._failure = f"the journal {self._path} is written by another run too; give each run an --out of its own"
        else:
            self._failure = f"the journal {self._path} cannot be written ({error}); free the disk and run again"
        return JournalError(self._failure)

    def _drop(self) -> None:
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


def highest_epoch(path: Path) -> int:
    """The highest job epoch among the intents of this journal; 0 when there is none, or no journal yet.

    A device that was replaced goes on above it, so no job number is used twice. Raises JournalError.
    """
    if not path.is_file():
        return 0
    try:
        with closing(_reading(path)) as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone() is None:
                return 0
            # An epoch is a session's: each run has one, so its last intent tells it.
            found = db.execute(
                "SELECT body FROM entry WHERE seq IN (SELECT MAX(seq) FROM entry WHERE kind = 'intent' GROUP BY run)"
            ).fetchall()
            return max((int(json.loads(body)["job"].partition("-")[0]) for (body,) in found), default=0)
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise JournalError(f"the journal {path} cannot be opened ({error}); mend it or give another --out") from None


def _reading(path: Path) -> sqlite3.Connection:
    # Quoted: a question mark or hash in the name is no part of the address.
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)


def read_entries(path: Path, run: int | None = None) -> Iterator[Entry]:
    """The rows of one run (None: the last run) in order, each checked against the chain.

    Raises JournalError when the file is no journal, or a row does not fit the chain.
    """
    if not path.is_file():
        raise JournalError(f"there is no journal {path}; give the journal.db of a run's output folder")
    try:
        with closing(_reading(path)) as db:
            yield from _checked(db, path, run)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise JournalError(f"the journal {path} cannot be read ({error}); give the journal.db of a run") from None


def _checked(db: sqlite3.Connection, path: Path, run: int | None) -> Iterator[Entry]:
    wanted = db.execute("SELECT MAX(run) FROM entry").fetchone()[0] if run is None else run
    before = ""
    for seq, row_run, at, kind, piece, body, digest in db.execute("SELECT * FROM entry ORDER BY seq"):
        if _row_hash(before, row_run, at, kind, piece, body) != digest:
            raise JournalError(
                f"the journal {path} was changed: row {seq} does not fit the one before it; do not report from it"
            )
        before = digest
        if row_run == wanted:
            yield Entry(seq, row_run, at, kind, piece, json.loads(body), digest)
