"""Allots the serials of the Intelligent Mail barcode: durably, none twice within 45 days."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from mlocr.errors import ConfigurationError
from mlocr.mail.code import TrackingCode

UNIQUE_DAYS = 45  # full-service mailings: a barcode is unique for 45 days
BLOCK = 1000  # serials reserved at a time; a crash skips at most so many: ours
WAIT_SECONDS = 10.0  # for another process that holds the file


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """The tracking digits of one station: barcode identifier, service type, mailer identifier and its serial range.

    Raises ConfigurationError at construction for digits the barcode cannot hold. Stations that share a mailer
    identifier take ranges that do not overlap (`check_disjoint`).
    """

    barcode_id: str
    service_type: str
    mailer_id: str
    serial_low: int
    serial_high: int

    def __post_init__(self) -> None:
        if not (_digits(self.barcode_id, 2) and self.barcode_id[1] <= "4"):
            raise ConfigurationError(
                f"the barcode identifier {self.barcode_id!r} is not two digits, the second 0 to 4; 00 is usual"
            )
        if not _digits(self.service_type, 3):
            raise ConfigurationError(
                f"the service type {self.service_type!r} is not three digits; take it from the service type table"
            )
        six = _digits(self.mailer_id, 6) and self.mailer_id[0] <= "8"
        nine = _digits(self.mailer_id, 9) and self.mailer_id[0] == "9"
        if not (six or nine):
            raise ConfigurationError(
                f"the mailer identifier {self.mailer_id!r} is neither six digits beginning with 0 to 8 nor nine digits "
                "beginning with 9; take it as the Postal Service gave it"
            )
        if not 0 <= self.serial_low <= self.serial_high < 10**self.serial_digits:
            raise ConfigurationError(
                f"serials {self.serial_low} to {self.serial_high} do not lie in order within the "
                f"{self.serial_digits} digits that mailer identifier {self.mailer_id} leaves; choose others up to "
                f"{10**self.serial_digits - 1}"
            )

    @property
    def serial_digits(self) -> int:
        """How many digits a serial has: nine for a six-digit mailer identifier, six for a nine-digit one."""
        return 15 - len(self.mailer_id)

    def code(self, serial: int) -> TrackingCode:
        """The tracking digits with this serial."""
        return TrackingCode(self.barcode_id, self.service_type, self.mailer_id, f"{serial:0{self.serial_digits}d}")


def check_disjoint(stations: Sequence[TrackingSettings]) -> None:
    """Raise ConfigurationError when two stations of one mailer identifier have serials in common."""
    ordered = sorted(stations, key=lambda s: (s.mailer_id, s.serial_low))
    for one, other in itertools.pairwise(ordered):
        if one.mailer_id == other.mailer_id and other.serial_low <= one.serial_high:
            raise ConfigurationError(
                f"mailer identifier {one.mailer_id}: the serials {one.serial_low} to {one.serial_high} and "
                f"{other.serial_low} to {other.serial_high} overlap; give each station its own range"
            )


class TrackingAllotter:
    """Gives out tracking codes from one file. Several threads and several processes may use the same file.

    A block of serials is on disk as used before the first of them is given out, so a crash skips numbers and never
    repeats one. The file is opened at the first `next`.
    """

    def __init__(self, path: Path, settings: TrackingSettings) -> None:
        self._path = path
        self._settings = settings
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._first = self._next = 0
        self._last = -1
        self._day = 0

    def next(self, today: date) -> TrackingCode:
        """The next tracking code, given out on `today`.

        Raises ConfigurationError when every serial of the range was used within the last 45 days, or when the file
        cannot be used.
        """
        with self._lock:
            day = today.toordinal()
            # A block idle for longer may have been given to another process meanwhile.
            if self._next > self._last or day - self._day > UNIQUE_DAYS:
                self._reserve(day)
            elif day > self._day:
                self._renew(day)
            serial = self._next
            self._next += 1
            return self._settings.code(serial)

    def close(self) -> None:
        """Close the file; what is left of the block is skipped. Safe to call twice."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._last = self._next - 1

    def _renew(self, day: int) -> None:
        """Note on disk that the block in hand is used on a later day than it was reserved on."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE block SET day = max(day, ?) WHERE mailer_id = ? AND first = ?",
                (day, self._settings.mailer_id, self._first),
            )
        self._day = day

    def _reserve(self, day: int) -> None:
        """Take the next free block of the range and note it on disk."""
        settings = self._settings
        range_key = (settings.mailer_id, settings.serial_low, settings.serial_high)
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT next FROM cursor WHERE mailer_id = ? AND low = ? AND high = ?", range_key
            ).fetchone()
            start = row[0] if row else settings.serial_low
            block = self._free(connection, start, settings.serial_high, day)
            block = block or self._free(connection, settings.serial_low, start - 1, day)
            if block is None:
                raise ConfigurationError(
                    f"every serial from {settings.serial_low} to {settings.serial_high} of mailer identifier "
                    f"{settings.mailer_id} was used within the last {UNIQUE_DAYS} days; configure a larger range"
                )
            first, last = block
            # Old blocks that lie inside the new one would keep a date of their own for the same serials.
            connection.execute(
                "DELETE FROM block WHERE mailer_id = ? AND first >= ? AND last <= ?", (settings.mailer_id, first, last)
            )
            self._make_way(connection, first, last)
            connection.execute("INSERT INTO block VALUES (?, ?, ?, ?)", (settings.mailer_id, first, last, day))
            connection.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?, ?)", (*range_key, last + 1))
        self._first = self._next = first
        self._last, self._day = last, day

    def _make_way(self, connection: sqlite3.Connection, first: int, last: int) -> None:
        """Cut old blocks that only partly overlap a new one; no serial stands in two blocks."""
        overlapping = connection.execute(
            "SELECT first, last, day FROM block WHERE mailer_id = ? AND last >= ? AND first <= ?",
            (self._settings.mailer_id, first, last),
        ).fetchall()
        for old_first, old_last, old_day in overlapping:
            connection.execute(
                "DELETE FROM block WHERE mailer_id = ? AND first = ?", (self._settings.mailer_id, old_first)
            )
            for piece in ((old_first, first - 1), (last + 1, old_last)):
                if piece[0] <= piece[1]:
                    connection.execute(
                        "INSERT INTO block VALUES (?, ?, ?, ?)", (self._settings.mailer_id, *piece, old_day)
                    )

    def _free(self, connection: sqlite3.Connection, low: int, high: int, day: int) -> tuple[int, int] | None:
        """The first free block between two serials; None where each was used within 45 days.

        A date in the future (the clock was set back) counts as recent.
        """
        first = low
        while first <= high:
            last = min(first + BLOCK - 1, high)
            recent = connection.execute(
                "SELECT first, last FROM block WHERE mailer_id = ? AND last >= ? AND first <= ? AND day >= ? "
                "ORDER BY first LIMIT 1",
                (self._settings.mailer_id, first, last, day - UNIQUE_DAYS),
            ).fetchone()
            if recent is None:
                return first, last
            if recent[0] > first:
                return first, int(recent[0]) - 1
            first = int(recent[1]) + 1
        return None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone writes, and is on disk when it ends."""
        try:
            connection = self._connection or self._opened()
            self._connection = connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(
                f"the serials in {self._path} cannot be kept ({error}); check imb.serial_store and its permissions"
            ) from error

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One thread at a time uses it (the lock), not always the same.
        connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(resources.files(__package__).joinpath("serials.sql").read_text(encoding="utf-8"))
        return connection


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()
