"""A journal's rows: what they are, how they are chained, and how a file of them is read."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mlocr.errors import JournalError

Row = tuple[int, int, str, str, str, str, str]


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


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: how many rows it has, the hash of the last and of the first (empty for none).

    The first row's hash names the journal, wherever its file lies.
    """

    rows: int = 0
    hash: str = ""
    first: str = ""

    def after(self, digest: str) -> Head:
        """The head once a row with this hash has come."""
        return Head(self.rows + 1, digest, self.first or digest)


def row_hash(before: str, run: int, at: str, kind: str, piece: str, body: str) -> str:
    """The hash of a row, over the hash of the row before it and its own columns."""
    text = "\x1f".join((before, str(run), at, kind, piece, body))
    return hashlib.sha256(text.encode()).hexdigest()


def highest_epoch(path: Path) -> int:
    """The highest job epoch among the intents of this journal; 0 when there is none, or no journal yet.

    A device that was replaced goes on above it, so no job number is used twice. Raises JournalError.
    """
    if not path.is_file():
        return 0
    try:
        with closing(reading(path)) as db:
            if not _has_rows(db):
                return 0
            # An epoch is a session's, and sessions follow one another: a run's last intent tells its highest.
            found = db.execute(
                "SELECT body FROM entry WHERE seq IN (SELECT MAX(seq) FROM entry WHERE kind = 'intent' GROUP BY run)"
            ).fetchall()
            return max((int(json.loads(body)["job"].partition("-")[0]) for (body,) in found), default=0)
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise JournalError(f"the journal {path} cannot be opened ({error}); mend it or give another --out") from None


def reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises sqlite3.Error."""
    path = path.resolve()
    wal = path.with_name(f"{path.name}-wal")
    # On a read-only disk SQLite cannot make the files it shares with writers; there are none there.
    writable = os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    archived = not writable and not (wal.exists() and wal.stat().st_size)
    # Quoted: a question mark or hash in the name is no part of the address.
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro{'&immutable=1' if archived else ''}", uri=True)


def _has_rows(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone() is not None


def last_run(path: Path) -> int:
    """The number of the last run in this journal; 0 where there is none, or no journal. Raises JournalError."""
    if not path.is_file():
        return 0
    try:
        with closing(reading(path)) as db:
            return int(db.execute("SELECT COALESCE(MAX(run), 0) FROM entry").fetchone()[0]) if _has_rows(db) else 0
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise JournalError(f"the journal {path} cannot be read ({error}); give the journal.db of a run") from None


def read_entries(path: Path, run: int | None = None) -> Iterator[Entry]:
    """The rows of one run (None: the last run) in order, each checked against the chain.

    Raises JournalError when the file is no journal, or a row does not fit the chain.
    """
    wanted = last_run(path) if run is None else run
    return (entry for entry in all_entries(path) if entry.run == wanted)


def all_entries(path: Path) -> Iterator[Entry]:
    """The rows of every run in order, each checked against the chain. Raises JournalError as `read_entries`."""
    if not path.is_file():
        raise JournalError(f"there is no journal {path}; give the journal.db of a run's output folder")
    try:
        with closing(reading(path)) as db:
            yield from _checked(db, path)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise JournalError(f"the journal {path} cannot be read ({error}); give the journal.db of a run") from None


def _checked(db: sqlite3.Connection, path: Path) -> Iterator[Entry]:
    if not _has_rows(db):
        return  # killed before the tables were made: a journal without rows
    before = ""
    rows = db.execute("SELECT * FROM entry ORDER BY seq")
    for number, (seq, run, at, kind, piece, body, digest) in enumerate(rows, 1):
        if seq != number or row_hash(before, run, at, kind, piece, body) != digest:
            raise JournalError(
                f"the journal {path} was changed: row {seq} does not fit the one before it; do not report from it"
            )
        before = digest
        yield Entry(seq, run, at, kind, piece, json.loads(body), digest)
