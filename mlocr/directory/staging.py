"""Where records wait between the product files and the built directory: a temporary file, in bounded memory.

Product files come sorted by ZIP Code or not, in one piece or in several. Records are gathered by ZIP Code in memory up
to a bound, then written as packed chunks; at the end each ZIP Code's chunks are read back in the order of the files.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mlocr.directory.layout import CityStateRecord
from mlocr.directory.packing import Row, detail_row, join, pack, record_row, split, unpack
from mlocr.directory.records import PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, StreetAlias

GATHERED = 50_000
"""Records held before they are written: some 30 MB."""

_KEY_AT = DirectoryRecord._fields.index("update_key") - 1
_STREET_AT = DirectoryRecord._fields.index("street_name") - 1
_ACTION_AT = DirectoryRecord._fields.index("action_code") - 1

_TABLES = (
    "CREATE TABLE chunk (id INTEGER PRIMARY KEY, zip5 TEXT, rows TEXT)",
    "CREATE TABLE detail (id INTEGER PRIMARY KEY, zip5 TEXT, name TEXT, abbreviation TEXT, state TEXT,"
    " city_state_key TEXT, finance_number TEXT, row TEXT)",
    "CREATE TABLE alias (id INTEGER PRIMARY KEY, zip5 TEXT, row TEXT)",
    "CREATE TABLE warning (id INTEGER PRIMARY KEY, zip5 TEXT, row TEXT)",
    "CREATE TABLE other (id INTEGER PRIMARY KEY, code TEXT, row TEXT)",
)
_INDEXES = (
    "CREATE INDEX chunk_zip ON chunk (zip5)",
    "CREATE INDEX detail_zip ON detail (zip5)",
    "CREATE INDEX alias_zip ON alias (zip5)",
    "CREATE INDEX warning_zip ON warning (zip5)",
)


class Staging:
    """The records of one build. Add, then `close_gathering`, then read; each in its own order."""

    def __init__(self, path: Path) -> None:
        """`path` is an empty file that may be written."""
        self.db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-16384"):
            self.db.execute(f"PRAGMA {pragma}").close()
        self.db.execute("BEGIN")
        for statement in _TABLES:
            self.db.execute(statement)
        self.deletes = 0
        self.loaded = 0
        self.city_counts: Counter[str] = Counter()
        self.warnings = 0
        self._gathered: dict[str, list[Row]] = {}
        self._held = 0

    def add_record(self, record: DirectoryRecord) -> None:
        """A ZIP+4 record; delete records too, in their place."""
        rows = self._gathered.get(record.zip5)
        if rows is None:
            rows = self._gathered[record.zip5] = []
        rows.append(record_row(record))
        self._held += 1
        if record.action_code == "D":
            self.deletes += 1
        else:
            self.loaded += 1
        if self._held >= GATHERED:
            self._write_gathered()

    def add_city_state(self, record: CityStateRecord) -> None:
        """A City State record of any type."""
        match record:
            case CityStateDetail():
                self.city_counts["D"] += 1
                keys = (record.zip5, record.name, record.abbreviation, record.state, record.city_state_key)
                values = (*keys, record.finance_number, join(detail_row(record)))
                self.db.execute("INSERT INTO detail VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", values)
            case StreetAlias():
                self.city_counts["A"] += 1
                self.db.execute("INSERT INTO alias VALUES (NULL, ?, ?)", (record.zip5, join(record)))
            case SeasonalZip():
                self._add_other("N", (record.zip5, record.months))
            case SchemeZip():
                self._add_other("S", (record.label_zip, record.combined_zip))
            case ZipSplit():
                routes = (record.old_zip, record.old_carrier_route, record.new_zip, record.new_carrier_route)
                self._add_other("Z", (*routes, record.date))
            case PoBoxOnlyZip():
                self._add_other("P", (record.zip5, record.body))

    def add_warning(self, warning: EarlyWarning) -> None:
        """One street of the Early Warning System."""
        self.warnings += 1
        self.db.execute("INSERT INTO warning VALUES (NULL, ?, ?)", (warning.zip5, join(warning)))

    def _add_other(self, code: str, row: Row) -> None:
        self.city_counts[code] += 1
        self.db.execute("INSERT INTO other VALUES (NULL, ?, ?)", (code, join(row)))

    def _write_gathered(self) -> None:
        chunks = [(zip5, pack(rows)) for zip5, rows in self._gathered.items()]
        self.db.executemany("INSERT INTO chunk VALUES (NULL, ?, ?)", chunks)
        self._gathered, self._held = {}, 0

    def close_gathering(self) -> None:
        """Everything has been added."""
        self._write_gathered()
        for statement in _INDEXES:
            self.db.execute(statement)

    # --- reading back -----------------------------------------------------------------------------------------------

    def zips(self) -> list[str]:
        """Every ZIP Code that any record names, sorted."""
        tables = ("chunk", "detail", "alias", "warning")
        every = " UNION ".join(f"SELECT zip5 FROM {table}" for table in tables)
        return [zip5 for (zip5,) in self.db.execute(f"{every} ORDER BY zip5")]

    def zip_without_city(self) -> str | None:
        """The first ZIP Code that has ZIP+4 records and no City State detail."""
        lacking = "SELECT zip5 FROM chunk EXCEPT SELECT zip5 FROM detail ORDER BY zip5 LIMIT 1"
        row = self.db.execute(lacking).fetchone()
        return row[0] if row else None

    def rows_of(self, zip5: str) -> list[Row]:
        """The ZIP Code's ZIP+4 rows in file order, those deleted left out."""
        rows: list[Row] = []
        for (text,) in self.db.execute("SELECT rows FROM chunk WHERE zip5 = ? ORDER BY id", (zip5,)):
            rows += zip(*unpack(text), strict=True)
        return _without_deleted(rows) if any(row[_ACTION_AT] == "D" for row in rows) else rows

    def packed(self, table: str, zip5: str) -> str:
        """The ZIP Code's rows of the table detail, alias or warning, packed, in file order."""
        found = self.db.execute(f"SELECT row FROM {table} WHERE zip5 = ? ORDER BY id", (zip5,))
        return pack([split(text) for (text,) in found])

    def others(self, code: str) -> Iterator[Row]:
        """The City State records of a code that has no table of its own, in file order."""
        for (text,) in self.db.execute("SELECT row FROM other WHERE code = ? ORDER BY id", (code,)):
            yield split(text)

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


def _without_deleted(rows: list[Row]) -> list[Row]:
    """A delete record (action code D) removes the earlier records of its update key and street, and is not kept."""
    kept: dict[int, Row] = {}
    by_key: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        key, street = row[_KEY_AT], row[_STREET_AT]
        if row[_ACTION_AT] != "D":
            kept[at] = row
            by_key.setdefault(key, []).append(at)
        elif key:
            for earlier in by_key.get(key, ()):
                if street in ("", rows[earlier][_STREET_AT]):
                    kept.pop(earlier, None)
    return list(kept.values())
