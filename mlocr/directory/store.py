"""The built directory, read-only: every look-up of `mlocr.ports.Directory` is one or two reads by number, or none."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlocr.directory.caches import ByteCache
from mlocr.directory.opening import BUILD_AGAIN, is_built, open_database, read_meta
from mlocr.directory.packing import (
    UNIT,
    split,
    unpack_aliases,
    unpack_details,
    unpack_records,
    unpack_street,
    unpack_warnings,
)
from mlocr.directory.records import DirectoryMeta, PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.directory.schema import SPARSE_TYPES, street_number, typed_number
from mlocr.directory.shapes import Shape, addon_range, read_shape
from mlocr.errors import BadInputError
from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, RecordType, StreetAlias
from mlocr.mail.street import StreetRecords

__all__ = ["SqliteDirectory", "is_built", "open_directory"]

MEBIBYTE = 1 << 20
# Estimates of what Python takes: a record of 29 fields with its own texts, a name in a tuple, one of 16 fields.
RECORD_BYTES = 600
NAME_BYTES = 72
DETAIL_BYTES = 300

Row = tuple[str, ...]


class _Zip:
    """One ZIP Code's row; what it holds is taken apart when first asked for.

    A street name's place is found in the joined names as they lie: most ZIP Codes are asked for one street only.
    """

    __slots__ = ("_aliases", "_cities", "_names", "_texts", "_warnings")

    def __init__(self, streets: str, details: str, aliases: str, warnings: str) -> None:
        self._names = UNIT + streets
        self._texts = (details, aliases, warnings)
        self._cities: tuple[CityStateDetail, ...] | None = None
        self._aliases: tuple[StreetAlias, ...] | None = None
        self._warnings: tuple[EarlyWarning, ...] | None = None

    @property
    def cities(self) -> tuple[CityStateDetail, ...]:
        if self._cities is None:
            self._cities = unpack_details(self._texts[0])
        return self._cities

    @property
    def aliases(self) -> tuple[StreetAlias, ...]:
        if self._aliases is None:
            self._aliases = unpack_aliases(self._texts[1])
        return self._aliases

    @property
    def warnings(self) -> tuple[EarlyWarning, ...]:
        if self._warnings is None:
            self._warnings = unpack_warnings(self._texts[2])
        return self._warnings

    @property
    def streets(self) -> tuple[str, ...]:
        """The sorted street names, "" among them where a record has none."""
        return split(self._names[1:])

    def place(self, street_name: str) -> int | None:
        """The street name's place among the sorted ones; None where the ZIP Code does not have it."""
        at = -1 if UNIT in street_name else self._names.find(f"{UNIT}{street_name}{UNIT}")
        return None if at < 0 else self._names.count(UNIT, 0, at)

    def weight(self) -> int:
        return 600 + len(self._names) + 8 * sum(map(len, self._texts))


NO_ZIP = _Zip("", "", "", "")


class SqliteDirectory:
    """One edition of the postal directory (implements `mlocr.ports.Directory`).

    Any thread may ask: one connection is shared under a lock, and answers are immutable and kept, within bounds. It
    must not be carried into a forked process; open it there.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, meta: DirectoryMeta) -> None:
        """Use `open_directory`; this only takes what it made."""
        self.path = path
        self.meta = meta
        self._db = db
        self._lock = threading.Lock()
        self._zips = ByteCache[str, _Zip](16 * MEBIBYTE, _Zip.weight)
        self._records = ByteCache[tuple[str, str], StreetRecords](24 * MEBIBYTE, _weigh_records)
        self._named = ByteCache[tuple[str, str], tuple[CityStateDetail, ...]](4 * MEBIBYTE, _weigh_details)
        self._keyed = ByteCache[str, tuple[CityStateDetail, ...]](2 * MEBIBYTE, _weigh_details)
        self._names = ByteCache[tuple[str, str], tuple[str, ...]](8 * MEBIBYTE, _weigh_names)
        self._shapes = ByteCache[str, Shape](2 * MEBIBYTE, lambda shape: 600 + 9 * len(shape.types))

    @property
    def product_year_month(self) -> tuple[int, int]:
        """Year and month of the ZIP+4 product, from its header."""
        return self.meta.product

    def cities_of_zip(self, zip5: str) -> Sequence[CityStateDetail]:
        """Every City State name of this ZIP Code, in file order; empty for an unknown ZIP Code."""
        return self._zip(zip5).cities

    def cities_named(self, name: str, state: str = "") -> Sequence[CityStateDetail]:
        """Every detail record whose name or 13-character abbreviation is `name` (in `state`, when given)."""
        if not name:
            return ()
        found = self._named.get((name, state))
        return self._named.put((name, state), self._load_named(name, state)) if found is None else found

    def city_names(self, state: str) -> Sequence[str]:
        """Every distinct City State name of a state, sorted; for spelling comparison."""
        return self._list("SELECT names FROM state WHERE state = ?", state)

    def city_by_key(self, city_state_key: str) -> CityStateDetail | None:
        """The first detail record with this City State key; None where there is none."""
        found = self._keyed.get(city_state_key)
        if found is None:
            row = self._row("SELECT details FROM city_key WHERE city_state_key = ?", city_state_key)
            found = self._keyed.put(city_state_key, unpack_details(row[0]) if row else ())
        return found[0] if found else None

    def zips_of_finance_number(self, finance_number: str) -> Sequence[str]:
        """The ZIP Codes of one post office (finance number), sorted."""
        return self._list("SELECT zips FROM office WHERE finance_number = ?", finance_number)

    def street_names(self, zip5: str) -> Sequence[str]:
        """Every distinct street name of a ZIP Code among its records, sorted; for spelling comparison."""
        found = self._names.get(("streets", zip5))
        if found is None:
            found = self._names.put(("streets", zip5), tuple(filter(None, self._zip(zip5).streets)))
        return found

    def records(self, zip5: str, street_name: str) -> Sequence[DirectoryRecord]:
        """Every record of a ZIP Code with exactly this street name, of any type, in file order."""
        found = self._records.get((zip5, street_name))
        if found is not None:
            return found
        place = self._zip(zip5).place(street_name)
        if place is None:
            return ()
        row = self._row("SELECT records FROM street WHERE number = ?", street_number(zip5, place))
        if row is None:
            raise BadInputError(f"the directory {self.path} is damaged (a street of {zip5} is gone); {BUILD_AGAIN}")
        return self._records.put((zip5, street_name), unpack_street(row[0], zip5, street_name))

    def records_of_type(self, zip5: str, record_type: RecordType) -> Sequence[DirectoryRecord]:
        """Every record of one type in a ZIP Code, in file order."""
        names = self._zip(zip5).streets
        if record_type.value in SPARSE_TYPES:
            row = names and self._row(
                "SELECT records FROM typed WHERE number = ?", typed_number(zip5, record_type.value)
            )
            return unpack_records(row[0], zip5) if row else ()
        order = self._shape(zip5).of_type(record_type.value) if names else []
        rows = {
            at: iter([r for r in self.records(zip5, names[at]) if r.record_type is record_type]) for at in set(order)
        }
        return tuple(next(rows[at]) for at in order)

    def records_with_addon(self, zip5: str, addon: str) -> Sequence[DirectoryRecord]:
        """Every record whose add-on range holds these four digits, in file order; none for anything but four digits."""
        if len(addon) != 4 or not (addon.isascii() and addon.isdigit()):
            return ()
        names = self._zip(zip5).streets
        order = self._shape(zip5).with_addon(int(addon)) if names else []
        rows = {at: iter([r for r in self.records(zip5, names[at]) if _holds(r, int(addon))]) for at in set(order)}
        return tuple(next(rows[at]) for at in order)

    def aliases(self, zip5: str) -> Sequence[StreetAlias]:
        """The City State alias records of a ZIP Code, in file order."""
        return self._zip(zip5).aliases

    def zips_of_street(self, finance_number: str, street_name: str) -> Sequence[str]:
        """The ZIP Codes of one post office that have a record or alias of exactly this street name, sorted."""
        zips = self.zips_of_finance_number(finance_number)
        if len(zips) == 1:
            zipped = self._zip(zips[0])
            known = zipped.place(street_name) is not None or any(a.alias_name == street_name for a in zipped.aliases)
            return zips if known else ()
        row = zips and self._row(
            "SELECT zips FROM office_street WHERE finance_number = ? AND name = ?", finance_number, street_name
        )
        return split(row[0]) if row else ()

    def office_street_names(self, finance_number: str) -> Sequence[str]:
        """Every distinct street name of one post office, sorted; for spelling comparison across its ZIP Codes."""
        return self._list("SELECT streets FROM office WHERE finance_number = ?", finance_number)

    def early_warnings(self, zip5: str) -> Sequence[EarlyWarning]:
        """The Early Warning System's streets of a ZIP Code, in file order; none where no such file was built in."""
        return self._zip(zip5).warnings

    def seasonal(self, zip5: str) -> SeasonalZip | None:
        """The months in which a seasonal ZIP Code is served; None where it is not seasonal."""
        row = self._row("SELECT zip5, months FROM seasonal WHERE zip5 = ?", zip5)
        return SeasonalZip(*row) if row else None

    def scheme(self, combined_zip: str) -> SchemeZip | None:
        """The scheme that a ZIP Code's mail is labelled to; None where there is none."""
        row = self._row("SELECT label_zip, combined_zip FROM scheme WHERE combined_zip = ?", combined_zip)
        return SchemeZip(*row) if row else None

    def zip_splits(self, old_zip: str) -> Sequence[ZipSplit]:
        """The routes of a ZIP Code that moved to another one, in file order."""
        columns = "old_zip, old_carrier_route, new_zip, new_carrier_route, date"
        return tuple(
            ZipSplit(*row)
            for row in self._rows(f"SELECT {columns} FROM zip_split WHERE old_zip = ? ORDER BY id", old_zip)
        )

    def po_box_only(self, zip5: str) -> PoBoxOnlyZip | None:
        """The PO-Box-only record of a ZIP Code; None where there is none."""
        row = self._row("SELECT zip5, body FROM po_box_only WHERE zip5 = ?", zip5)
        return PoBoxOnlyZip(*row) if row else None

    def close(self) -> None:
        """Let go of the file; safe to call twice. Nothing may be asked afterwards."""
        with self._lock:
            self._db.close()

    # --- behind the caches ------------------------------------------------------------------------------------------

    def _rows(self, sql: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise BadInputError(f"the directory {self.path} is damaged ({error}); {BUILD_AGAIN}") from error

    def _row(self, sql: str, *values: object) -> Row | None:
        try:
            with self._lock:
                row: Row | None = self._db.execute(sql, values).fetchone()
        except sqlite3.DatabaseError as error:
            raise BadInputError(f"the directory {self.path} is damaged ({error}); {BUILD_AGAIN}") from error
        return row

    def _zip(self, zip5: str) -> _Zip:
        found = self._zips.get(zip5)
        if found is not None:
            return found
        row = None
        if len(zip5) == 5 and zip5.isascii() and zip5.isdigit():
            row = self._row("SELECT streets, details, aliases, warnings FROM zip WHERE zip5 = ?", int(zip5))
        return self._zips.put(zip5, _Zip(*row)) if row else NO_ZIP

    def _shape(self, zip5: str) -> Shape:
        found = self._shapes.get(zip5)
        if found is None:
            columns = "types, streets, firsts, lasts, sorted, widest"
            rows = self._rows(f"SELECT {columns} FROM shape WHERE zip5 = ?", int(zip5))
            found = self._shapes.put(zip5, read_shape(rows[0]))
        return found

    def _load_named(self, name: str, state: str) -> tuple[CityStateDetail, ...]:
        """Those of one state as they lie; those of all states put back in file order."""
        if state:
            row = self._row("SELECT details FROM city WHERE name = ? AND state = ?", name, state)
            return unpack_details(row[0]) if row else ()
        found = [
            (int(position), detail)
            for details, positions in self._rows("SELECT details, positions FROM city WHERE name = ?", name)
            for position, detail in zip(split(positions), unpack_details(details), strict=True)
        ]
        return tuple(detail for _, detail in sorted(found, key=lambda each: each[0]))

    def _list(self, sql: str, key: str) -> tuple[str, ...]:
        """A list of names; `sql` gives its text for `key`."""
        found = self._names.get((sql, key))
        if found is None:
            row = self._row(sql, key) if key else None
            found = self._names.put((sql, key), split(row[0]) if row else ())
        return found


def _holds(record: DirectoryRecord, addon: int) -> bool:
    bounds = addon_range(record.addon_low, record.addon_high)
    return bounds is not None and bounds[0] <= addon <= bounds[1]


def _weigh_records(records: StreetRecords) -> int:
    return 300 + RECORD_BYTES * len(records)


def _weigh_details(details: tuple[CityStateDetail, ...]) -> int:
    return 200 + DETAIL_BYTES * len(details)


def _weigh_names(names: tuple[str, ...]) -> int:
    return 200 + NAME_BYTES * len(names)


def open_directory(path: Path) -> SqliteDirectory:
    """Open a built directory read-only. Its seal is not looked at here (`mlocr.directory.seal`).

    Raises BadInputError when it is absent, not a built directory, damaged, or of another format version.
    """
    db = open_database(path)
    try:
        return SqliteDirectory(path, db, read_meta(path, db))
    except BaseException:
        db.close()
        raise
