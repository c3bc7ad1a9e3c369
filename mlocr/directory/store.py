"""The built directory, read-only: every look-up of `mlocr.ports.Directory`, by index, the hot ones kept in memory."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from mlocr.directory.records import DirectoryMeta, PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.directory.schema import (
    ALIAS_COLUMNS,
    APPLICATION_ID,
    DETAIL_COLUMNS,
    FILE_NAME,
    FORMAT_VERSION,
    TABLES,
    ZIP4_COLUMNS,
)
from mlocr.errors import BadInputError
from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, RecordType, StreetAlias

REBUILD = "build it with `mlocr directory build`"
RECORD_TYPES = {kind.value: kind for kind in RecordType}


class SqliteDirectory:
    """One edition of the postal directory (implements `mlocr.ports.Directory`).

    Any thread may ask: one connection is shared under a lock, and answers are immutable and cached. It must not be
    carried into a forked process; open it there.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, meta: DirectoryMeta) -> None:
        """Use `open_directory`; this only takes what it made."""
        self.path = path
        self.meta = meta
        self._db = db
        self._lock = threading.Lock()
        # Sizes keep memory bounded: a record takes over 1 kB, a street has some ten, one type of a ZIP Code thousands.
        self._records = lru_cache(maxsize=4096)(self._load_records)
        self._typed = lru_cache(maxsize=24)(self._load_typed)
        self._addons = lru_cache(maxsize=4096)(self._load_addon)
        self._streets = lru_cache(maxsize=512)(self._load_streets)
        self._cities = lru_cache(maxsize=4096)(self._load_cities)
        self._named = lru_cache(maxsize=4096)(self._load_named)
        self._city_names = lru_cache(maxsize=64)(self._load_city_names)
        self._keyed = lru_cache(maxsize=4096)(self._load_keyed)
        self._finance = lru_cache(maxsize=1024)(self._load_finance)
        self._aliases = lru_cache(maxsize=1024)(self._load_aliases)

    @property
    def product_year_month(self) -> tuple[int, int]:
        """Year and month of the ZIP+4 product, from its header."""
        return self.meta.product

    def cities_of_zip(self, zip5: str) -> Sequence[CityStateDetail]:
        """Every City State name of this ZIP Code, in file order; empty for an unknown ZIP Code."""
        return self._cities(zip5)

    def cities_named(self, name: str, state: str = "") -> Sequence[CityStateDetail]:
        """Every detail record whose name or 13-character abbreviation is `name` (in `state`, when given)."""
        return self._named(name, state) if name else ()

    def city_names(self, state: str) -> Sequence[str]:
        """Every distinct City State name of a state, sorted; for spelling comparison."""
        return self._city_names(state)

    def city_by_key(self, city_state_key: str) -> CityStateDetail | None:
        """The first detail record with this City State key; None where there is none."""
        return self._keyed(city_state_key) if city_state_key else None

    def zips_of_finance_number(self, finance_number: str) -> Sequence[str]:
        """The ZIP Codes of one post office (finance number), sorted."""
        return self._finance(finance_number) if finance_number else ()

    def street_names(self, zip5: str) -> Sequence[str]:
        """Every distinct street name of a ZIP Code among its records, sorted; for spelling comparison."""
        return self._streets(zip5)

    def records(self, zip5: str, street_name: str) -> Sequence[DirectoryRecord]:
        """Every record of a ZIP Code with exactly this street name, of any type, in file order."""
        return self._records(zip5, street_name)

    def records_of_type(self, zip5: str, record_type: RecordType) -> Sequence[DirectoryRecord]:
        """Every record of one type in a ZIP Code, in file order."""
        return self._typed(zip5, record_type)

    def records_with_addon(self, zip5: str, addon: str) -> Sequence[DirectoryRecord]:
        """Every record whose add-on range holds these four digits, in file order; none for anything but four digits."""
        if len(addon) != 4 or not (addon.isascii() and addon.isdigit()):
            return ()
        return self._addons(zip5, int(addon))

    def aliases(self, zip5: str) -> Sequence[StreetAlias]:
        """The City State alias records of a ZIP Code, in file order."""
        return self._aliases(zip5)

    def zips_of_street(self, finance_number: str, street_name: str) -> Sequence[str]:
        """The ZIP Codes of one post office that have a record or alias of exactly this street name, sorted."""
        return tuple(
            zip5
            for zip5 in self._finance(finance_number)
            if self._records(zip5, street_name) or any(a.alias_name == street_name for a in self._aliases(zip5))
        )

    def office_street_names(self, finance_number: str) -> Sequence[str]:
        """Every distinct street name of one post office, sorted; for spelling comparison across its ZIP Codes."""
        return tuple(sorted({name for zip5 in self._finance(finance_number) for name in self._streets(zip5)}))

    def early_warnings(self, zip5: str) -> Sequence[EarlyWarning]:
        """The Early Warning System's streets of a ZIP Code."""
        return ()

    def seasonal(self, zip5: str) -> SeasonalZip | None:
        """The months in which a seasonal ZIP Code is served; None where it is not seasonal."""
        rows = self._rows("SELECT zip5, months FROM seasonal WHERE zip5 = ? ORDER BY id", zip5)
        return SeasonalZip(*rows[0]) if rows else None

    def scheme(self, combined_zip: str) -> SchemeZip | None:
        """The scheme that a ZIP Code's mail is labelled to; None where there is none."""
        rows = self._rows("SELECT label_zip, combined_zip FROM scheme WHERE combined_zip = ? ORDER BY id", combined_zip)
        return SchemeZip(*rows[0]) if rows else None

    def zip_splits(self, old_zip: str) -> Sequence[ZipSplit]:
        """The routes of a ZIP Code that moved to another one, in file order."""
        columns = ", ".join(TABLES["zip_split"])
        return tuple(
            ZipSplit(*r) for r in self._rows(f"SELECT {columns} FROM zip_split WHERE old_zip = ? ORDER BY id", old_zip)
        )

    def po_box_only(self, zip5: str) -> PoBoxOnlyZip | None:
        """The PO-Box-only record of a ZIP Code; None where there is none."""
        rows = self._rows("SELECT zip5, body FROM po_box_only WHERE zip5 = ? ORDER BY id", zip5)
        return PoBoxOnlyZip(*rows[0]) if rows else None

    def close(self) -> None:
        """Let go of the file; safe to call twice. Nothing may be asked afterwards."""
        with self._lock:
            self._db.close()

    # --- behind the caches ------------------------------------------------------------------------------------------

    def _rows(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise BadInputError(f"the directory {self.path} is damaged ({error}); {REBUILD}") from error

    def _zip4(self, where: str, *values: object) -> tuple[DirectoryRecord, ...]:
        rows = self._rows(f"SELECT {', '.join(ZIP4_COLUMNS)} FROM zip4 WHERE {where} ORDER BY id", *values)
        return tuple(DirectoryRecord(a, b, RECORD_TYPES[kind], *rest) for a, b, kind, *rest in rows)

    def _details(self, where: str, *values: object) -> tuple[CityStateDetail, ...]:
        rows = self._rows(f"SELECT {', '.join(DETAIL_COLUMNS)} FROM city_state WHERE {where} ORDER BY id", *values)
        return tuple(_detail(row) for row in rows)

    def _load_records(self, zip5: str, street_name: str) -> tuple[DirectoryRecord, ...]:
        return self._zip4("zip5 = ? AND street_name = ?", zip5, street_name)

    def _load_typed(self, zip5: str, record_type: RecordType) -> tuple[DirectoryRecord, ...]:
        return self._zip4("zip5 = ? AND record_type = ?", zip5, record_type.value)

    def _load_addon(self, zip5: str, addon: int) -> tuple[DirectoryRecord, ...]:
        return self._zip4("zip5 = ? AND addon_first <= ? AND addon_last >= ?", zip5, addon, addon)

    def _load_streets(self, zip5: str) -> tuple[str, ...]:
        rows = self._rows("SELECT DISTINCT street_name FROM zip4 WHERE zip5 = ? ORDER BY street_name", zip5)
        return tuple(name for (name,) in rows if name)

    def _load_cities(self, zip5: str) -> tuple[CityStateDetail, ...]:
        return self._details("zip5 = ?", zip5)

    def _load_named(self, name: str, state: str) -> tuple[CityStateDetail, ...]:
        if state:
            return self._details(
                "(name = ? AND state = ?) OR (abbreviation = ? AND state = ?)", name, state, name, state
            )
        return self._details("name = ? OR abbreviation = ?", name, name)

    def _load_city_names(self, state: str) -> tuple[str, ...]:
        rows = self._rows("SELECT DISTINCT name FROM city_state WHERE state = ? ORDER BY name", state)
        return tuple(name for (name,) in rows)

    def _load_keyed(self, key: str) -> CityStateDetail | None:
        found = self._details("city_state_key = ?", key)
        return found[0] if found else None

    def _load_finance(self, number: str) -> tuple[str, ...]:
        rows = self._rows("SELECT DISTINCT zip5 FROM city_state WHERE finance_number = ? ORDER BY zip5", number)
        return tuple(zip5 for (zip5,) in rows)

    def _load_aliases(self, zip5: str) -> tuple[StreetAlias, ...]:
        rows = self._rows(f"SELECT {', '.join(ALIAS_COLUMNS)} FROM alias WHERE zip5 = ? ORDER BY id", zip5)
        return tuple(StreetAlias(*row) for row in rows)


def _detail(v: tuple[str, ...]) -> CityStateDetail:
    zip5, key, zip_class, name, abbreviation, facility, mailing, preferred, preferred_name, city, sort, unique = v[:12]
    finance, state, county_number, county_name = v[12:]
    return CityStateDetail(
        zip5=zip5,
        city_state_key=key,
        zip_class=zip_class,
        name=name,
        abbreviation=abbreviation,
        facility_code=facility,
        mailing_name=mailing == "Y",
        preferred_key=preferred,
        preferred_name=preferred_name,
        city_delivery=city == "Y",
        carrier_route_sort=sort,
        unique_zip_name=unique == "Y",
        finance_number=finance,
        state=state,
        county_number=county_number,
        county_name=county_name,
    )


def is_built(path: Path) -> bool:
    """Whether `path` holds a built directory, of whatever version."""
    return (path / FILE_NAME).is_file()


def open_directory(path: Path) -> SqliteDirectory:
    """Open a built directory read-only.

    Raises BadInputError when it is absent, not a built directory, damaged, or of another format version.
    """
    file = path / FILE_NAME
    if not path.exists():
        raise BadInputError(f"the directory {path} does not exist; {REBUILD} and give its folder")
    if not file.is_file():
        raise BadInputError(f"{path} is not a built directory (it holds no {FILE_NAME}); {REBUILD}")
    uri = f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1"
    try:
        db = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise BadInputError(f"the directory {path} cannot be opened ({error}); {REBUILD} again") from error
    try:
        return SqliteDirectory(path, db, _checked_meta(path, db))
    except BaseException:
        db.close()
        raise


def _checked_meta(path: Path, db: sqlite3.Connection) -> DirectoryMeta:
    try:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise BadInputError(f"{path / FILE_NAME} is not a built directory; {REBUILD} again")
        if version != FORMAT_VERSION:
            raise BadInputError(
                f"the directory {path} is of format version {version}, not {FORMAT_VERSION}; {REBUILD} again"
            )
        meta = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM meta")}
        return DirectoryMeta(
            product=(int(meta["product_year"]), int(meta["product_month"])),
            zip4_counts=dict(meta["zip4_counts"]),
            city_state_counts=dict(meta["city_state_counts"]),
            sources=tuple((str(name), str(digest)) for name, digest in meta["sources"]),
        )
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError) as error:
        raise BadInputError(f"the directory {path} is damaged ({error}); {REBUILD} again") from error
