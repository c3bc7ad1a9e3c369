"""How the printed lines were taken apart: one reading in Publication 28 parts, for people and for JSON."""

from mlocr.mail.address import AddressKind, LastLine, ParsedAddress
from mlocr.matching.names import plainest
from mlocr.matching.parse_secondary import units_off
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import DIRECTIONALS

_NO_UNIT = Secondary("", "")


def taken_apart(parts: DeliveryParts | None, last: LastLine, urbanization: str = "") -> ParsedAddress:
    """The parts of one reading as printed; of several secondaries the last, of several divisions the plainest."""
    if parts is None:
        return ParsedAddress(AddressKind.NONE, last_line=last)
    words, units, mailbox = parts.words, parts.secondaries, parts.private_mailbox
    pre, name, suffix, post = "", " ".join(words), "", ""
    if parts.kind is AddressKind.STREET and len(words) > 1 and words[-1] in SUFFIXES and words[0] not in DIRECTIONALS:
        name, suffix = " ".join(words[:-1]), SUFFIXES[words[-1]]  # the plain case by itself, for speed
    elif parts.kind is AddressKind.STREET and words:
        words, behind, box = units_off(words)
        units, mailbox = units or behind, mailbox or box
        street = plainest(words)
        if street is not None:
            pre, name, suffix, post = street.predirectional, street.name, street.suffix, street.postdirectional
    unit = units[-1] if units else _NO_UNIT
    return ParsedAddress(
        parts.kind,
        primary_number=parts.number,
        predirectional=pre,
        street_name=name,
        suffix=suffix,
        postdirectional=post,
        secondary_designator=unit.designator,
        secondary_number=unit.number,
        urbanization=urbanization,
        private_mailbox=mailbox,
        last_line=last,
    )
