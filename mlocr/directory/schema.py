"""The built directory's tables. A change here raises FORMAT_VERSION; an older directory must then be built again.

Everything that is asked together lies together: one row a ZIP Code, one a street of a ZIP Code, found by number; one a
city name, one a post office. Texts are packed by `mlocr.directory.packing`.
"""

from __future__ import annotations

FORMAT_VERSION = 3
APPLICATION_ID = 0x4D4C4F43
"""SQLite's application number of a built directory: "MLOC" in ASCII."""

FILE_NAME = "directory.sqlite"
PAGE_SIZE = 4096

STREET_BITS = 24
"""A street's number: that of its ZIP Code, then this many bits with its place among the ZIP Code's street names."""

STATEMENTS = (
    # One row a ZIP Code: its street names (sorted, as `join` makes them), details, aliases and early warnings (packed).
    "CREATE TABLE zip (zip5 INTEGER PRIMARY KEY, streets TEXT, details TEXT, aliases TEXT, warnings TEXT)",
    # The records of one street name in one ZIP Code, packed.
    "CREATE TABLE street (number INTEGER PRIMARY KEY, records TEXT)",
    # The records of one type in one ZIP Code once more, street names among them, packed: those of SPARSE_TYPES.
    "CREATE TABLE typed (number INTEGER PRIMARY KEY, records TEXT)",
    # The ZIP Code's records in file order, by numbers (`mlocr.directory.shapes`).
    "CREATE TABLE shape (zip5 INTEGER PRIMARY KEY, types BLOB, streets BLOB, firsts BLOB, lasts BLOB, sorted BLOB,"
    " widest INTEGER)",
    # Detail records by name or abbreviation; `positions` are their places in the file, as `join` makes them.
    "CREATE TABLE city (name TEXT, state TEXT, details TEXT, positions TEXT, PRIMARY KEY (name, state)) WITHOUT ROWID",
    "CREATE TABLE city_key (city_state_key TEXT PRIMARY KEY, details TEXT) WITHOUT ROWID",
    "CREATE TABLE state (state TEXT PRIMARY KEY, names TEXT)",
    # One row a post office: its ZIP Codes, and the street names of all of them; then the ZIP Codes of each street name
    # (aliases among them) of a post office with several.
    "CREATE TABLE office (finance_number TEXT PRIMARY KEY, zips TEXT, streets TEXT)",
    "CREATE TABLE office_street (finance_number TEXT, name TEXT, zips TEXT, PRIMARY KEY (finance_number, name))"
    " WITHOUT ROWID",
    "CREATE TABLE seasonal (zip5 TEXT PRIMARY KEY, months TEXT) WITHOUT ROWID",
    "CREATE TABLE scheme (combined_zip TEXT PRIMARY KEY, label_zip TEXT) WITHOUT ROWID",
    "CREATE TABLE zip_split (id INTEGER PRIMARY KEY, old_zip TEXT, old_carrier_route TEXT, new_zip TEXT,"
    " new_carrier_route TEXT, date TEXT)",
    "CREATE INDEX zip_split_old ON zip_split (old_zip)",
    "CREATE TABLE po_box_only (zip5 TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
)
"""What makes an empty directory."""

SPARSE_TYPES = "FG"
"""Record types asked for by type: firms lie on many streets, each of which would have to be read for one of them."""


def typed_number(zip5: str, letter: str) -> int:
    """The number of a ZIP Code's row of one record type."""
    return int(zip5) << 8 | ord(letter)


def street_number(zip5: str, place: int) -> int:
    """The number of a ZIP Code's street by its place among the sorted names."""
    return int(zip5) << STREET_BITS | place
