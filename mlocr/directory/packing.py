"""Rows of text packed into one text, column by column: what a street's records share is kept once and read once.

Values are printable ASCII (the layouts see to it), so two control characters can separate them. A packed text is
`count RS column RS column ...`; a column is one value when every row has it, else the rows' values between unit
separators. Unpacking is two or three splits and one `zip`, all in C: a record takes well under a microsecond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, NamedTuple

from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, StreetAlias
from mlocr.mail.street import RECORD_TYPES, SEPARATOR, WIDTH, StreetRecords

UNIT = SEPARATOR
COLUMN = "\x1e"
Row = tuple[str, ...]

_FLAGS = ("mailing_name", "city_delivery", "unique_zip_name")
_FLAG_AT = tuple(CityStateDetail._fields.index(name) for name in _FLAGS)
# What `DirectoryRecord._make` does, without its check of the length: `zip` has seen to that.
_record: Callable[[tuple[object, ...]], DirectoryRecord] = partial(tuple.__new__, DirectoryRecord)


def pack(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equal length as one text; "" for none."""
    if not rows:
        return ""
    count = len(rows)
    columns = [v[0] if v.count(v[0]) == count else UNIT.join(v) for v in zip(*rows, strict=True)]
    return COLUMN.join((str(count), *columns))


def unpack(text: str) -> list[Iterable[str]]:
    """The columns of a packed text, each as long as the rows are many; none for ""."""
    if not text:
        return []
    count, *columns = text.split(COLUMN)
    rows = int(count)
    found: list[Iterable[str]] = []
    last, values = "", [""]
    for column in columns:
        if UNIT not in column:
            found.append(repeat(column, rows))
            continue
        if column != last:  # often it is: low and high add-ons are the same
            last, values = column, column.split(UNIT)
        found.append(values)
    return found


def join(values: Iterable[str]) -> str:
    """Values as one text, each followed by a unit separator; `split` takes it apart."""
    return "".join([value + UNIT for value in values])


def split(text: str) -> Row:
    """The values that `join` put together; none for ""."""
    return tuple(text.split(UNIT)[:-1])


# --- ZIP+4 records: rows are their fields without the ZIP Code, the type by its letter ------------------------------

STREET_AT = DirectoryRecord._fields.index("street_name") - 1
"""Where the street name stands in a row."""
_KIND_AT, _LOW_AT, _HIGH_AT = map(DirectoryRecord._fields.index, ("record_type", "primary_low", "primary_high"))
_WIDTHS = {
    DirectoryRecord._fields.index(name): width
    for name, width in {
        "update_key": 10,
        "carrier_route": 4,
        "primary_low": WIDTH,
        "primary_high": WIDTH,
        "addon_low": 4,
        "addon_high": 4,
    }.items()
}
"""Fields whose values mostly fill them: they are left as they lie, one text."""
_LISTED, _LYING = 0x40, 0x60
"""Characters of a plan from here on, one for each field of a record (there are 29)."""


def record_row(record: DirectoryRecord) -> Row:
    """A record's row."""
    _, key, kind, *rest = record
    return (key, kind.value, *rest)


def pack_street(rows: Sequence[Row]) -> str:
    """The rows of one street name in one ZIP Code, without it; in front how many they are, and how they are packed."""
    packed = pack([row[:STREET_AT] + row[STREET_AT + 1 :] for row in rows])
    count, *columns = packed.split(COLUMN)
    columns.insert(STREET_AT, "")
    columns.insert(0, "")
    return COLUMN.join((count, _plan_of(columns, len(rows)), packed.partition(COLUMN)[2]))


def _plan_of(columns: Sequence[str], rows: int) -> str:
    """A character for each field whose values differ, another one where they are left as they lie; "=" if whole."""
    between = UNIT * (rows - 1)
    plan = "=" if _whole(columns[_LOW_AT]) and _whole(columns[_HIGH_AT]) else ""
    for field, column in enumerate(columns):
        if UNIT in column:
            width = _WIDTHS.get(field, 0)
            lies = width and len(column) == rows * (width + 1) - 1 and column[width :: width + 1] == between
            plan += chr((_LYING if lies else _LISTED) + field)
    return plan


class _Plan(NamedTuple):
    """How a street's columns are packed: the fields that are lists, those that lie, whole ends of primary ranges."""

    lists: tuple[int, ...]
    fixed: Mapping[int, int]
    whole: bool


@lru_cache(maxsize=4096)
def _read_plan(text: str) -> _Plan:
    marks = [ord(mark) for mark in text.removeprefix("=")]
    fields = [mark - _LYING for mark in marks if mark >= _LYING]
    lists = tuple(mark - _LISTED for mark in marks if mark < _LYING)
    return _Plan(lists, {field: _WIDTHS[field] + 1 for field in fields}, text[:1] == "=")


def unpack_street(text: str, zip5: str, street_name: str) -> StreetRecords:
    """The records of what `pack_street` packed."""
    count, plan, *columns = text.split(COLUMN)
    columns.insert(STREET_AT, street_name)
    columns.insert(0, zip5)
    lists, fixed, whole = _read_plan(plan)
    row: list[Any] = columns
    if _KIND_AT not in lists:
        row[_KIND_AT] = RECORD_TYPES[row[_KIND_AT]]
    return StreetRecords(row, lists, fixed, range(int(count)), whole)


def _whole(ends: str) -> bool:
    """Whether a column's values are all of ten digits."""
    values = ends.split(UNIT)
    return all([len(end) == WIDTH and end.isascii() and end.isdigit() for end in values])


def unpack_records(text: str, zip5: str) -> tuple[DirectoryRecord, ...]:
    """The records of packed rows of one ZIP Code."""
    return _records(unpack(text), zip5) if text else ()


def _records(rows: list[Iterable[str]], zip5: str) -> tuple[DirectoryRecord, ...]:
    key, kinds, *rest = rows
    columns = zip(repeat(zip5), key, map(RECORD_TYPES.__getitem__, kinds), *rest, strict=False)  # `repeat` never ends
    return tuple(map(_record, columns))


# --- City State details, aliases, early warnings --------------------------------------------------------------------


def detail_row(detail: CityStateDetail) -> Row:
    """A detail record as texts, its flags "Y" or ""."""
    return tuple("Y" if value is True else value or "" for value in detail)


def unpack_details(text: str) -> tuple[CityStateDetail, ...]:
    """The detail records of packed rows."""
    columns: list[Iterable[object]] = [*unpack(text)]
    if not columns:
        return ()
    for at in _FLAG_AT:
        columns[at] = map(bool, columns[at])
    return tuple(map(CityStateDetail._make, zip(*columns, strict=True)))


def unpack_aliases(text: str) -> tuple[StreetAlias, ...]:
    """The alias records of packed rows."""
    return tuple(map(StreetAlias._make, zip(*unpack(text), strict=True)))


def unpack_warnings(text: str) -> tuple[EarlyWarning, ...]:
    """The Early Warning System's records of packed rows."""
    return tuple(map(EarlyWarning._make, zip(*unpack(text), strict=True)))
