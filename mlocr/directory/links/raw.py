"""The raw table files: one record a line, fields between bars, the header first (docs/links.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlocr.directory.links.format import TableKind
from mlocr.errors import BadInputError, RecordError

RAW_VERSION = "1"
FLAGS = {"C": "cmra", "V": "vacant", "N": "no_stat", "S": "secondary_expected"}
"""Letters of a DPV record's flags, and what the port calls them."""

LONGEST_LINE = 56
"""Characters of a new delivery line that a LACSLink record holds."""
LONGEST_DESIGNATOR = 4
LONGEST_UNIT = 18

_ZIP5 = re.compile("[0-9]{5}")
_PLUS4 = re.compile("[0-9]{4}")
_EDITION = re.compile("([0-9]{4})-([0-9]{2})")
_TEXT = re.compile("[ -{}~]*")


@dataclass(frozen=True, slots=True)
class DeliveryPointRow:
    """One DPV record: a primary number or box, or a unit at it; `seed` marks a seeded false positive."""

    zip5: str
    plus4: str
    primary: str
    secondary: str = ""
    flags: tuple[str, ...] = ()
    seed: bool = False


@dataclass(frozen=True, slots=True)
class ConvertedRow:
    """One LACSLink record: the old address and its return code: A with the new one, 09, 14; F a seeded false positive.

    A record with code A and no `secondary` answers for every unit too, then as 92.
    """

    zip5: str
    primary: str
    street: str
    secondary: str
    code: str
    new_line: str = ""
    new_zip5: str = ""


@dataclass(frozen=True, slots=True)
class SuiteRow:
    """One SuiteLink record: the firm at a highrise default, and its suite."""

    zip5: str
    plus4: str
    primary: str
    firm: str
    designator: str
    number: str


RawRow = DeliveryPointRow | ConvertedRow | SuiteRow
RawTables = Mapping[TableKind, Iterable[RawRow]]


def format_header(kind: TableKind, product: tuple[int, int]) -> str:
    """The first line of a raw file."""
    return "|".join(("H", kind.value, RAW_VERSION, f"{product[0]:04d}-{product[1]:02d}"))


def format_row(row: RawRow) -> str:
    """One record as a line, without its line break."""
    match row:
        case DeliveryPointRow():
            letters = "".join(letter for letter, name in FLAGS.items() if name in row.flags)
            start = "F" if row.seed else "S" if row.secondary else "P"
            return "|".join((start, row.zip5, row.plus4, row.primary, row.secondary, letters))
        case ConvertedRow():
            return "|".join((row.code, row.zip5, row.primary, row.street, row.secondary, row.new_line, row.new_zip5))
        case SuiteRow():
            return "|".join(("A", row.zip5, row.plus4, row.primary, row.firm, row.designator, row.number))


def write_tables(folder: Path, product: tuple[int, int], tables: RawTables) -> list[Path]:
    """Write the raw files (`dpv.txt` ...) of these rows, streamed; a table without rows leaves no file.

    Answers the files written. Raises OSError.
    """
    written: list[Path] = []
    for kind, rows in tables.items():
        path = folder / kind.raw_name
        count = 0
        with path.open("w", encoding="ascii", newline="\n") as stream:
            stream.write(format_header(kind, product) + "\n")
            for row in rows:
                stream.write(format_row(row) + "\n")
                count += 1
        if count:
            written.append(path)
        else:
            path.unlink()
    return written


def parse_header(text: str, name: str) -> tuple[TableKind, tuple[int, int]]:
    """Table and product month of a raw file's first line. Raises RecordError."""
    parts = text.split("|")
    if len(parts) != 4 or parts[0] != "H":
        raise RecordError(name, 1, "record", "the first line is no header H|table|version|year-month")
    kinds = {kind.value: kind for kind in TableKind}
    if parts[1] not in kinds:
        raise RecordError(name, 1, "table", f"{parts[1]!r} is none of {', '.join(kinds)}")
    if parts[2] != RAW_VERSION:
        raise RecordError(name, 1, "version", f"{parts[2]!r} is not {RAW_VERSION}")
    edition = _EDITION.fullmatch(parts[3])
    if edition is None or not 1 <= int(edition[2]) <= 12:
        raise RecordError(name, 1, "edition", f"{parts[3]!r} is no year and month such as 2026-10")
    return kinds[parts[1]], (int(edition[1]), int(edition[2]))


def parse_row(kind: TableKind, text: str, name: str, number: int) -> RawRow:
    """One record of a raw file; `number` is its line. Raises RecordError."""
    if not _TEXT.fullmatch(text.replace("|", "")):
        raise RecordError(name, number, "record", "it holds characters beyond printable ASCII")
    parts = [part.strip() for part in text.upper().split("|")]
    read, wanted = _READERS[kind.value]
    if len(parts) != wanted:
        raise RecordError(name, number, "record", f"it has {len(parts)} fields, not {wanted}")
    if not _ZIP5.fullmatch(parts[1]):
        raise RecordError(name, number, "zip5", f"{parts[1]!r} is no five digits")
    if kind is not TableKind.LACSLINK and not _PLUS4.fullmatch(parts[2]):
        raise RecordError(name, number, "plus4", f"{parts[2]!r} is no four digits")
    return read(parts, name, number)


def _dpv(parts: list[str], name: str, number: int) -> RawRow:
    code, zip5, plus4, primary, secondary, letters = parts
    if code not in ("P", "S", "F"):
        raise RecordError(name, number, "code", f"{code!r} is none of P, S, F")
    if (code == "S") != bool(secondary) and code != "F":
        raise RecordError(name, number, "secondary", "an S record has one, a P record has none")
    flags: tuple[str, ...] = ()
    if letters:
        if set(letters) - set(FLAGS):
            raise RecordError(name, number, "flags", f"{letters!r} are not all of {', '.join(FLAGS)}")
        flags = tuple(flag for letter, flag in FLAGS.items() if letter in letters)
    return DeliveryPointRow(zip5, plus4, primary, secondary, flags, code == "F")


def _lacslink(parts: list[str], name: str, number: int) -> RawRow:
    code, zip5, primary, street, secondary, new_line, new_zip5 = parts
    if code not in ("A", "09", "14", "F"):
        raise RecordError(name, number, "code", f"{code!r} is none of A, 09, 14, F")
    if not street:
        raise RecordError(name, number, "street", "it is empty")
    if (
        (code == "A") != bool(new_line)
        or (code == "A") != bool(_ZIP5.fullmatch(new_zip5))
        or (code != "A" and new_zip5)
    ):
        raise RecordError(name, number, "new_line", "an A record has a new line and ZIP Code, no other has")
    if len(new_line) > LONGEST_LINE:
        raise RecordError(name, number, "new_line", f"it is longer than {LONGEST_LINE} characters")
    return ConvertedRow(zip5, primary, street, secondary, code, new_line, new_zip5)


def _suitelink(parts: list[str], name: str, number: int) -> RawRow:
    code, zip5, plus4, primary, firm, designator, unit = parts
    if code != "A":
        raise RecordError(name, number, "code", f"{code!r} is not A")
    if not firm:
        raise RecordError(name, number, "firm", "it is empty")
    if not designator or len(designator) > LONGEST_DESIGNATOR or len(unit) > LONGEST_UNIT:
        raise RecordError(name, number, "designator", "a suite has a designator of at most four characters")
    return SuiteRow(zip5, plus4, primary, firm, designator, unit)


_READERS = {
    TableKind.DPV.value: (_dpv, 6),
    TableKind.LACSLINK.value: (_lacslink, 7),
    TableKind.SUITELINK.value: (_suitelink, 7),
}
"""How a table's records are read, and how many fields they have; by name, as an enumeration hashes slowly."""


class RawFile:
    """One raw file being read: table and product month are known at once, the records come by iterating, once."""

    def __init__(self, lines: Iterator[str], name: str) -> None:
        """Read the header. Raises RecordError, or BadInputError for an empty file."""
        self.name = name
        self._lines = lines
        first = next(lines, None)
        if first is None:
            raise BadInputError(f"{name} is empty; give the table's file with its header line")
        self.kind, self.product = parse_header(first.rstrip("\r\n"), name)

    def __iter__(self) -> Iterator[RawRow]:
        for number, line in enumerate(self._lines, 2):
            text = line.rstrip("\r\n\x1a")
            if text:
                yield parse_row(self.kind, text, self.name, number)
