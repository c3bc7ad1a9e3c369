"""How the printed lines were taken apart: one reading in Publication 28 parts, for people and for JSON."""

from mlocr.mail.address import AddressKind, LastLine, ParsedAddress
from mlocr.matching.names import divisions
from mlocr.matching.parsed import DeliveryParts, Secondary

_NO_UNIT = Secondary("", "")


def taken_apart(parts: DeliveryParts | None, last: LastLine, urbanization: str = "") -> ParsedAddress:
    """The parts of one reading as printed; of several secondaries the last, of several divisions the plainest."""
    if parts is None:
        return ParsedAddress(AddressKind.NONE, last_line=last)
    unit = parts.secondaries[-1] if parts.secondaries else _NO_UNIT
    pre, name, suffix, post = "", " ".join(parts.words), "", ""
    if parts.kind is AddressKind.STREET:
        street = next(divisions(parts.words), None)
        if street is not None:
            pre, name, suffix, post = street.predirectional, street.name, street.suffix, street.postdirectional
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
        private_mailbox=parts.private_mailbox,
        last_line=last,
    )
