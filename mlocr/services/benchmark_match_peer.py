"""The peer of `mlocr bench match`: the best a user could script of ready-made parts, over the same directory.

usaddress takes the line above the last line apart; SQLite finds street and ZIP Code exactly; where it has no such
street, rapidfuzz finds the nearest of the ZIP Code's; without a ZIP Code, city and state give theirs. It knows no rule
of the CASS letter, no tie and no doubt: that is the point of it (*ours*).
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import signal
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from rapidfuzz import fuzz, process

from mlocr.directory.store import open_directory
from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.services.benchmark_peer import LINES_ABOVE, PeerError, looked_up, tag_address

LIKENESS = 85
"""What a script takes for the same street, of 100: the figure most examples of the library use."""
START_TIMEOUT_S = 120.0

_FIELDS = (
    "zip5", "record_type", "predirectional", "street_name", "suffix", "postdirectional", "primary_low", "primary_high",
    "primary_parity", "secondary_low", "secondary_high", "addon_low", "addon_high",
)  # fmt: skip
_UNUSED = {"update_key": "", "carrier_route": "", "building_or_firm": "", "secondary_designator": ""}


def missing_peer() -> str:
    """One sentence saying what the peer lacks here; empty when it can be played."""
    if importlib.util.find_spec("usaddress") is None:
        return "the peer needs usaddress, which is not installed; install it with: pip install 'mlocr[bench]'"
    return ""


def make_book(directory: Path, file: Path) -> int:
    """Copy every record of a built directory into the script's own SQLite file; the number of records."""
    source = open_directory(directory)
    with closing(source), closing(sqlite3.connect(file)) as db:
        db.execute(f"CREATE TABLE zip4 ({', '.join(_FIELDS)})")
        db.execute("CREATE TABLE city (name, state, zip5)")
        count = 0
        for zip5 in (f"{number:05}" for number in range(501, 99951)):
            cities = source.cities_of_zip(zip5)
            db.executemany("INSERT INTO city VALUES (?, ?, ?)", [(c.name, c.state, zip5) for c in cities])
            for name in source.street_names(zip5) if cities else ():
                rows = [_row(record) for record in source.records(zip5, name)]
                db.executemany(f"INSERT INTO zip4 VALUES ({', '.join('?' * len(_FIELDS))})", rows)
                count += len(rows)
        db.execute("CREATE INDEX by_street ON zip4 (zip5, street_name)")
        db.execute("CREATE INDEX by_city ON city (name, state)")
        db.commit()
        return count


def _row(record: DirectoryRecord) -> tuple[str, ...]:
    values = (getattr(record, name) for name in _FIELDS)
    return tuple(value.value if isinstance(value, RecordType) else value for value in values)


class Book:
    """The script's dictionary: exact by SQLite, else the nearest name of the ZIP Code."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file)
        self._names: dict[str, list[str]] = {}

    def get(self, key: tuple[str, str], default: Sequence[DirectoryRecord]) -> Sequence[DirectoryRecord]:
        """The records of this ZIP Code and street, or of the street most like it."""
        zip5, street = key
        found = self._exact(zip5, street)
        if found or not street:
            return found
        nearest = process.extractOne(street, self._streets(zip5), scorer=fuzz.ratio, score_cutoff=LIKENESS)
        return self._exact(zip5, nearest[0]) if nearest else default

    def zips(self, city: str, state: str) -> list[str]:
        """The ZIP Codes of a city, as the file has them."""
        rows = self._db.execute("SELECT DISTINCT zip5 FROM city WHERE name = ? AND state = ?", (city, state))
        return [zip5 for (zip5,) in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _exact(self, zip5: str, street: str) -> list[DirectoryRecord]:
        rows = self._db.execute("SELECT * FROM zip4 WHERE zip5 = ? AND street_name = ?", (zip5, street))
        return [_record(row) for row in rows]

    def _streets(self, zip5: str) -> list[str]:
        if zip5 not in self._names:
            rows = self._db.execute("SELECT DISTINCT street_name FROM zip4 WHERE zip5 = ?", (zip5,))
            self._names[zip5] = [name for (name,) in rows]
        return self._names[zip5]


def _record(row: tuple[str, ...]) -> DirectoryRecord:
    values = dict(zip(_FIELDS, row, strict=True)) | _UNUSED
    kind = RecordType(values.pop("record_type"))
    return DirectoryRecord(record_type=kind, secondary_parity="", **values)


def scripted(lines: Sequence[str], book: Book) -> str:
    """The eleven digits the script gives; empty where it knows none."""
    upper = [line.strip().upper() for line in lines if line.strip()]
    for above in range(len(upper) - 2, max(-1, len(upper) - 2 - LINES_ABOVE), -1):
        parts = dict(tag_address(f"{upper[above]} {upper[-1]}"))
        for zip5 in [parts["ZipCode"]] if parts.get("ZipCode") else book.zips(*_place(parts)):
            if code := looked_up(parts | {"ZipCode": zip5}, book):
                return code
    return ""


def _place(parts: dict[str, str]) -> tuple[str, str]:
    return parts.get("PlaceName", "").rstrip(" ,"), parts.get("StateName", "").rstrip(" ,.")


# --- its processes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """One play of the script: seconds from the word to begin to the last answer, and its codes in order."""

    seconds: float
    codes: list[str]


def play_script(cases: Sequence[Sequence[str]], book: Path, processes: int) -> ScriptRun:
    """Deal the cases out to so many processes, each with its parts loaded. Raises PeerError when one ends."""
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    running = []
    try:
        for number in range(processes):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(theirs, book, cases[number::processes]), daemon=True)
            worker.start()
            theirs.close()
            pipes.append(ours)
            running.append(worker)
        for pipe in pipes:
            _heard(pipe, START_TIMEOUT_S)
        started = time.perf_counter()
        for pipe in pipes:
            pipe.send(None)
        shares = [_heard(pipe, None) for pipe in pipes]
        seconds = time.perf_counter() - started
    finally:
        for pipe in pipes:
            pipe.close()
        for worker in running:
            worker.join(2)
            if worker.is_alive():
                worker.kill()
    return ScriptRun(seconds, list(_undealt(shares, len(cases))))


def _undealt(shares: Sequence[Sequence[str]], count: int) -> Iterator[str]:
    for number in range(count):
        yield shares[number % len(shares)][number // len(shares)]


def _heard(pipe: Connection, timeout: float | None) -> list[str]:
    try:
        if pipe.poll(timeout):
            said: list[str] = pipe.recv()
            return said
    except (EOFError, OSError):
        pass
    raise PeerError("a process of the peer ended or did not start; give fewer --workers")


def _work(pipe: Connection, book: Path, cases: Sequence[Sequence[str]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with closing(Book(book)) as opened, suppress(EOFError, OSError):
        scripted(["1 MAIN ST", "NOWHERE ME 04901"], opened)
        pipe.send([])
        pipe.recv()
        pipe.send([scripted(lines, opened) for lines in cases])
