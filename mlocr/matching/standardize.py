"""Standardized output lines (Publication 28 chapter 2), from the record where one was matched."""

import re
from collections.abc import Sequence

from mlocr.mail.address import AddressKind, ParsedAddress, RecordType
from mlocr.matching.designators import DESIGNATORS
from mlocr.matching.finding import Choice
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.ranges import plain
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import DIRECTIONALS, ORDINALS

_STANDARD = (SUFFIXES, DIRECTIONALS, DESIGNATORS, ORDINALS)
_BETWEEN_WORDS = re.compile(r"(?:[\s,]|\.(?=[\s,]|$))+")


def delivery_line(choice: Choice, parts: DeliveryParts | None) -> str:
    """The delivery address line of a choice, as it is to stand on mail."""
    record = choice.record
    mailbox = f" PMB {parts.private_mailbox}" if parts and parts.private_mailbox else ""  # Publication 28 section 285
    number = plain(choice.number or (parts.number if parts else ""))
    if record.record_type is RecordType.PO_BOX:
        kept = parts.number if parts and record.primary_low.lstrip("0").startswith("-") else number
        return f"PO BOX {kept}{mailbox}"
    if record.record_type is RecordType.GENERAL_DELIVERY:
        return "GENERAL DELIVERY"
    if record.record_type is RecordType.RURAL_HIGHWAY or (parts and parts.kind is AddressKind.MILITARY):
        return record.street_name + (f" BOX {number}" if number else "") + mailbox
    street = (number, record.predirectional, record.street_name, record.suffix, record.postdirectional)
    line = " ".join([part for part in street if part])
    return " ".join([line, *_unit(choice, parts)]) + mailbox


def _unit(choice: Choice, parts: DeliveryParts | None) -> list[str]:
    """The unit behind the street: as the record names it where its range held the unit, else as printed."""
    record, unit = choice.record, choice.secondary
    if unit is not None:
        designator = record.secondary_designator or unit.designator or "#"
        return [designator, unit.number] if unit.number else [designator]
    printed = [s for s in (parts.secondaries if parts else ()) if s.number or s.designator]
    return [word for s in printed for word in (s.designator or "#", s.number) if word]


def last_line(city: str, state: str, zip5: str, plus4: str = "") -> str:
    """City, state, ZIP Code and add-on; absent parts are left out."""
    code = f"{zip5}-{plus4}" if plus4 else zip5
    return " ".join([part for part in (city, state, code) if part])


def parsed_line(parsed: ParsedAddress) -> str:
    """The delivery line of an address no record stands for, from its own parts."""
    if parsed.kind is AddressKind.PO_BOX:
        return f"PO BOX {parsed.primary_number}"
    if parsed.kind in (AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT):
        return f"{parsed.street_name} BOX {parsed.primary_number}" if parsed.primary_number else parsed.street_name
    street = (parsed.predirectional, parsed.street_name, parsed.suffix, parsed.postdirectional)
    unit = (parsed.secondary_designator, parsed.secondary_number)
    return " ".join(part for part in (parsed.primary_number, *street, *unit) if part)


def was_standardized(printed: Sequence[str], output: str, changed: bool) -> bool:
    """Whether a word of the printed lines was put to its standard form, or the words stand otherwise (footnote N).

    Where a part or the name was `changed` (footnotes L, M), only a word whose standard form is in the output counts.
    """
    if len(printed) == 1 and printed[0] == output and "," not in output and "." not in output:
        return False
    words = [word for text in printed for word in _BETWEEN_WORDS.split(text.upper()) if word]
    held = output.split()
    if words == held or not words:
        return False
    return not changed or any(
        word not in held and any(table.get(word, word) in held for table in _STANDARD) for word in words
    )
