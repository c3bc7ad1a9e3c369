"""The built directory's tables, made from the staged records ZIP Code by ZIP Code, then post office by post office."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby

from mlocr.directory.packing import STREET_AT, Row, join, pack, pack_street, split, unpack_aliases
from mlocr.directory.schema import SPARSE_TYPES, street_number, typed_number
from mlocr.directory.shapes import TYPE_AT, shape_of
from mlocr.directory.staging import Staging

Progress = Callable[[float], None]


def assemble(staging: Staging, db: sqlite3.Connection, progress: Progress) -> dict[str, int]:
    """Fill the empty directory `db`; answers the ZIP+4 records kept, by type. `progress` is told a share."""
    counts: Counter[str] = Counter()
    zips = staging.zips()
    for at, zip5 in enumerate(zips):
        rows = staging.rows_of(zip5)
        counts.update(row[TYPE_AT] for row in rows)
        names = _write_streets(db, zip5, rows)
        texts = [staging.packed(table, zip5) for table in ("detail", "alias", "warning")]
        db.execute("INSERT INTO zip VALUES (?, ?, ?, ?, ?)", (int(zip5), join(names), *texts))
        if at % 100 == 0:
            progress(at / len(zips))
    _write_offices(staging, db)
    _write_cities(staging, db)
    _write_others(staging, db)
    return dict(sorted(counts.items()))


def _write_streets(db: sqlite3.Connection, zip5: str, rows: list[Row]) -> list[str]:
    """The streets and the shape of one ZIP Code; answers the sorted street names."""
    if not rows:
        return []
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row[STREET_AT], []).append(row)
    names = sorted(by_name)
    streets = [(street_number(zip5, at), pack_street(by_name[name])) for at, name in enumerate(names)]
    db.executemany("INSERT INTO street VALUES (?, ?)", streets)
    shape = shape_of(rows, {name: at for at, name in enumerate(names)})
    db.execute("INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?, ?)", (int(zip5), *shape.as_row()))
    for letter in SPARSE_TYPES:
        found = [row for row in rows if row[TYPE_AT] == letter]
        if found:
            db.execute("INSERT INTO typed VALUES (?, ?)", (typed_number(zip5, letter), pack(found)))
    return names


def _write_offices(staging: Staging, db: sqlite3.Connection) -> None:
    """The post offices (finance numbers): their ZIP Codes, street names, and which ZIP Codes have which."""
    pairs = staging.db.execute(
        "SELECT DISTINCT finance_number, zip5 FROM detail WHERE finance_number <> '' ORDER BY finance_number, zip5"
    )
    for number, group in groupby(pairs, key=lambda pair: pair[0]):
        zips = [zip5 for _, zip5 in group]
        streets: set[str] = set()
        held: dict[str, set[str]] = {}
        for zip5 in zips:
            text, aliases = db.execute("SELECT streets, aliases FROM zip WHERE zip5 = ?", (int(zip5),)).fetchone()
            own = split(text)
            streets.update(own)
            for name in (*own, *(alias.alias_name for alias in unpack_aliases(aliases))):
                held.setdefault(name, set()).add(zip5)
        streets.discard("")
        db.execute("INSERT INTO office VALUES (?, ?, ?)", (number, join(zips), join(sorted(streets))))
        if len(zips) > 1:
            rows = [(number, name, join(sorted(of))) for name, of in sorted(held.items())]
            db.executemany("INSERT INTO office_street VALUES (?, ?, ?)", rows)


def _write_cities(staging: Staging, db: sqlite3.Connection) -> None:
    """Detail records by name and abbreviation, by key, and the names of each state."""
    by_name = staging.db.execute(
        "SELECT name, state, id, row FROM detail UNION ALL SELECT abbreviation, state, id, row FROM detail"
        " WHERE abbreviation NOT IN ('', name) ORDER BY 1, 2, 3"
    )
    for (name, state), group in groupby(by_name, key=lambda row: row[:2]):
        found = list(group)
        positions = join(str(position) for *_, position, _ in found)
        details = pack([split(text) for *_, text in found])
        db.execute("INSERT INTO city VALUES (?, ?, ?, ?)", (name, state, details, positions))
    first = "SELECT city_state_key, row FROM detail WHERE id IN (SELECT min(id) FROM detail GROUP BY city_state_key)"
    for key, text in staging.db.execute(f"{first} ORDER BY city_state_key"):
        db.execute("INSERT INTO city_key VALUES (?, ?)", (key, pack([split(text)])))
    names = staging.db.execute("SELECT DISTINCT state, name FROM detail ORDER BY state, name")
    for state, pairs in groupby(names, key=lambda pair: pair[0]):
        db.execute("INSERT INTO state VALUES (?, ?)", (state, join(name for _, name in pairs)))


def _write_others(staging: Staging, db: sqlite3.Connection) -> None:
    """Seasonal, scheme, split and PO-Box-only records; of several for one ZIP Code the first, but for splits."""
    db.executemany("INSERT OR IGNORE INTO seasonal VALUES (?, ?)", staging.others("N"))
    swapped: Iterator[Row] = ((combined, label) for label, combined in staging.others("S"))
    db.executemany("INSERT OR IGNORE INTO scheme VALUES (?, ?)", swapped)
    db.executemany("INSERT INTO zip_split VALUES (NULL, ?, ?, ?, ?, ?)", staging.others("Z"))
    db.executemany("INSERT OR IGNORE INTO po_box_only VALUES (?, ?)", staging.others("P"))
