"""Which column of a table is which part of an address: by the name in its header, or as the user says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlocr.errors import BadInputError, UsageError
from mlocr.mail.address import AddressBlock, TextLine

LINES = tuple(f"line{n}" for n in range(1, 10))
PARTS = (
    *("id", "name", "firm", "urbanization", "number", *LINES),
    *("unit", "city", "state", "zip", "zip4", "lastline", "address"),
)
"""The parts that `--columns` takes, in the order of an address from top to bottom (Publication 28 section 211).

`number` is a house number apart from its street, which is then `line1`; `address` a whole address in one cell.
"""

# Header names (*ours*), lower case, letters and digits only.
_NAMES: Mapping[str, str] = {
    "id": "id recordid recid rowid recordnumber uid",
    "name": "name fullname recipient recipientname addressee contact contactname customername attn attention",
    "firm": "firm firmname company companyname business businessname organization organisation organizationname",
    "urbanization": "urbanization urbanizacion urbanizationname urb",
    "line1": "line1 address address1 addressline1 addressline addr addr1 add1 street street1 streetaddress"
    " streetaddress1 streetline1 streetname deliveryaddress deliveryaddress1 deliveryaddressline1 deliveryaddressline"
    " deliveryline deliveryline1 mailingaddress mailingaddress1 mailaddress primaryaddress",
    "number": "housenumber houseno housenbr housenum streetnumber streetno streetnum addressnumber addressno"
    " primarynumber civicnumber",
    "line2": "line2 address2 addressline2 addr2 add2 street2 streetaddress2 streetline2 deliveryaddress2 deliveryline2"
    " mailingaddress2 secondaryaddress deliveryaddressline2",
    "unit": "unit unitnumber unitno apt aptno aptnumber aptsuite apartment suite suitenumber secondary secondaryunit",
    "city": "city cityname town municipality locality postalcity mailingcity",
    "state": "state st statecode stateabbreviation stateabbr stateprovince mailingstate",
    "zip": "zip zip5 zipcode zipcode5 zip9 zipplus4 postalcode postcode mailingzip",
    "zip4": "zip4 plus4 zipcode4 addon zipaddon",
    "address": "fulladdress wholeaddress completeaddress singlelineaddress onelineaddress",
    "lastline": "lastline citystatezip citystatezipcode citystzip csz",
}


def _known() -> dict[str, str]:
    names = {name: part for part, all_names in _NAMES.items() for name in all_names.split()}
    lines = {f"{word}{n}": f"line{n}" for n in range(3, 10) for word in ("line", "address", "addressline", "addr")}
    return names | lines


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table's header, its delimiter and line end, and the column of each part (pairs of part and index)."""

    header: tuple[str, ...]
    delimiter: str
    line_end: str
    places: tuple[tuple[str, int], ...]

    def block(self, cells: Sequence[str]) -> AddressBlock:
        """The address block of one row; a cell with line ends gives several lines."""
        parts = {part: cells[at].strip() for part, at in self.places if at < len(cells) and cells[at].strip()}
        lines = [*_upper_lines(parts), _last_line(parts)]
        return AddressBlock(tuple(TextLine(line) for each in lines for line in _split(each)))

    def id_of(self, cells: Sequence[str]) -> str | None:
        """The id's cell; None where the table has none."""
        at = dict(self.places).get("id", len(cells))
        return cells[at] if at < len(cells) else None


def parse_columns(text: str) -> dict[str, str]:
    """`line1=ADDR1,city=CITY` as a mapping of part to column. Raises UsageError for what is none."""
    columns: dict[str, str] = {}
    for each in filter(str.strip, text.split(",")):
        part, equals, column = (piece.strip() for piece in each.partition("="))
        part = part.lower()
        if not equals or part not in PARTS:
            raise UsageError(
                f"--columns has {each.strip()!r}; write PART=COLUMN, where PART is one of {', '.join(PARTS)}"
            )
        if part in columns:
            raise UsageError(f"--columns names {part} twice; name each part once")
        columns[part] = column
    return columns


def recognised(header: Sequence[str], asked: Mapping[str, str]) -> dict[str, list[int]]:
    """The columns of each part: those asked for by name (or by number from 1), then those of usual names."""
    found: dict[str, list[int]] = {}
    for part, column in asked.items():
        found[part] = _named(header, column)
    taken = {at for places in found.values() for at in places}
    known = _known()
    for at, name in enumerate(header):
        part = known.get(_plain(name), "")
        if part and part not in asked and at not in taken:
            found.setdefault(part, []).append(at)
    return found


def _named(header: Sequence[str], column: str) -> list[int]:
    if not column:
        return []  # the part is not wanted
    exact = [at for at, name in enumerate(header) if name.strip() == column]
    alike = exact or [at for at, name in enumerate(header) if name.strip().lower() == column.lower()]
    if not alike and column.isdecimal() and 0 < int(column) <= len(header):
        return [int(column) - 1]
    return alike


def enough(found: Mapping[str, Sequence[int]], header: Sequence[str], asked: Mapping[str, str]) -> bool:
    """Whether an address could be made of these: something to deliver to, and somewhere.

    Columns called line 1, line 2 ... may hold the last line among them.
    """
    if found.get("address"):
        return True
    delivery = any(found.get(part) for part in (*LINES, "firm"))
    lines = [
        at for part in LINES for at in found.get(part, ()) if part in asked or _plain(header[at]).startswith("line")
    ]
    return delivery and (len(lines) > 1 or any(found.get(part) for part in ("city", "zip", "lastline")))


def make_sheet(header: Sequence[str], delimiter: str, line_end: str, asked: Mapping[str, str], source: str) -> Sheet:
    """The table of this header. Raises UsageError for a column that is not there, BadInputError for an unclear one."""
    found = recognised(header, asked)
    for part, column in asked.items():
        if column and not found[part]:
            raise UsageError(
                f"{source} has no column {column!r} for {part}; its columns are {', '.join(map(repr, header))}"
            )
    codes = [header[at].strip() for at in found.get("zip", ()) if re.fullmatch(r"\s*\d{5}(-?\d{4})?\s*", header[at])]
    if codes:  # columns named by number: without this the first address would be taken for the header
        raise BadInputError(
            f"{source}, line 1: it holds an address ({codes[0]} stands in the column of the ZIP Code), not the names of"
            " the columns; put a header line above it"
        )
    for part, places in found.items():
        if len(places) > 1:
            several = " and ".join(repr(header[at]) for at in places)
            raise BadInputError(
                f"{source}, line 1: the columns {several} could each be {part};"
                f" rename one, or say by number which it is: --columns {part}={places[0] + 1}"
            )
    if not enough(found, header, asked):
        raise BadInputError(
            f"{source}, line 1: no address can be made of the columns {', '.join(map(repr, header))};"
            " name them: --columns line1=COLUMN,city=COLUMN,state=COLUMN,zip=COLUMN,"
            " or --columns address=COLUMN for a whole address in one cell"
        )
    return Sheet(
        tuple(header), delimiter, line_end, tuple((part, places[0]) for part, places in found.items() if places)
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


# --- a row's lines ----------------------------------------------------------------------------------------------------


def _upper_lines(parts: Mapping[str, str]) -> list[str]:
    urbanization = parts.get("urbanization", "")
    if urbanization and not urbanization.upper().startswith("URB"):
        urbanization = f"URB {urbanization}"
    lines = [parts.get("name", ""), parts.get("firm", ""), urbanization]
    delivery = [parts[line] for line in LINES if line in parts]
    number = parts.get("number", "")
    if number and delivery and not delivery[0].startswith(f"{number} "):
        delivery[0] = f"{number} {delivery[0]}"
    unit = parts.get("unit", "")
    if unit and delivery:
        # A unit without a designator takes the pound sign (Publication 28 section 213).
        delivery[0] += f" {unit}" if re.match(r"#|[A-Za-z]{2,}", unit) else f" # {unit}"
    return [*lines, *delivery, parts.get("address", "")]


def _last_line(parts: Mapping[str, str]) -> str:
    place = [parts.get(part, "") for part in ("lastline", "city", "state")]
    return " ".join(part for part in (*place, _zip(parts.get("zip", ""), parts.get("zip4", ""))) if part)


def _zip(zip5: str, plus4: str) -> str:
    """ZIP Code and add-on from their cells, the leading zeros that a spreadsheet dropped put back (*ours*)."""
    digits, more = (re.sub(r"\.0$|[\s-]", "", cell) for cell in (zip5, plus4))
    if not digits and len(more) > 4:
        digits, more = more, ""
    if not (digits.isascii() and digits.isdecimal()):
        return " ".join(part for part in (zip5, plus4) if part)
    if "-" in zip5 and len(digits) < 9:
        return f"{zip5} {plus4}".strip()
    if 7 <= len(digits) <= 9:
        digits, more = digits.zfill(9)[:5], digits.zfill(9)[5:]
    elif 3 <= len(digits) <= 5:
        digits = digits.zfill(5)
    else:
        return digits
    more = more.zfill(4) if more.isascii() and more.isdecimal() and len(more) <= 4 else ""
    return f"{digits}-{more}" if more.strip("0") else digits


def _split(text: str) -> list[str]:
    return [line for line in (each.strip() for each in text.splitlines()) if line]
