"""Finding the delivery line: the lowest address line above the last line (DMM 602 2.1), and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mlocr.mail.address import AddressKind
from mlocr.matching.line_kinds import is_attention, is_bare_keyline, is_endorsement, is_occupant
from mlocr.matching.loose import broken_unit_line, loose_lines
from mlocr.matching.parse_box import box_lookalikes, general_delivery, military, po_box, route
from mlocr.matching.parse_secondary import misspelled_unit, read_unit_line
from mlocr.matching.parse_street import street_parts
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.search import DeliveryLine
from mlocr.matching.text import normal

_URBANIZATION = ("URB ", "URBANIZACION ")
_MOST_READINGS = 8


@dataclass(frozen=True, slots=True)
class FoundDelivery:
    """The delivery line (None: there is none), its index in the block and the lines its units stand on."""

    line: DeliveryLine | None
    index: int = -1
    unit_lines: tuple[int, ...] = ()
    dual: bool = False


def read_delivery(text: str, in_military: bool = False) -> tuple[DeliveryParts, ...]:
    """Every way to take one delivery line (in normal form) apart; empty where it is no address line."""
    if in_military:
        unit = military(text)
        if unit is not None:
            return (unit,)
    for kind in (po_box, route, military, general_delivery):
        found = kind(text)
        if found is not None:
            return box_lookalikes(found)
    return tuple(street_parts(text))[:_MOST_READINGS]


def _passed_over(text: str, street_found: bool) -> bool:
    """An empty, occupant or endorsement line; a bare keyline may be a joined street while none is found."""
    if not text or is_occupant(text):
        return True
    return is_endorsement(text) and (street_found or not is_bare_keyline(text))


def find_delivery(
    lines: Sequence[str], confidences: Sequence[float], first: int, in_military: bool = False
) -> FoundDelivery:
    """The lowest address line above line `first`; units on lines of their own next to it belong to it."""
    units: list[Secondary] = []
    unit_lines: list[int] = []
    urbanization = ""
    chosen = -1
    readings: tuple[DeliveryParts, ...] = ()
    dual = False
    for at in range(first - 1, -1, -1):
        text = lines[at]
        own_units = read_unit_line(text) if not is_attention(text) else None
        if own_units is None and _passed_over(text, chosen >= 0):
            continue
        if text.startswith(_URBANIZATION) and not any(c.isdigit() for c in text):
            urbanization = urbanization or text.split(" ", 1)[1]
            continue
        found = () if is_attention(text) else read_delivery(text, in_military)
        if own_units is not None and not (in_military and found):
            if chosen in (-1, at + 1) and not units:
                units.extend(own_units)
                unit_lines.append(at)
            continue
        if chosen >= 0:
            dual = dual or (bool(found) and found[0].words[:1] != ())
            continue
        if broken_unit_line(text) and all(p.kind is AddressKind.STREET for p in found):
            continue
        if found:
            chosen, readings = at, found
        elif (slip := misspelled_unit(text)) is not None:
            units.append(slip)
            unit_lines.append(at)
        elif not is_attention(text) and any(c.isdigit() for c in text):
            # An address line that cannot be read counts all the same: no jump to the one above it (DMM 602 2.1).
            return FoundDelivery(None)
    if chosen < 0:
        return FoundDelivery(None)
    explained = {*unit_lines, *(at for at, text in enumerate(lines) if text.startswith(_URBANIZATION))}
    loose = loose_lines(lines, first, chosen, explained)
    firms = tuple(text for at, text in enumerate(lines[:first]) if at != chosen and at not in unit_lines and text)
    confidence = min(confidences[at] for at in (chosen, *unit_lines))
    line = DeliveryLine(readings, tuple(units), firms, urbanization, confidence, loose)
    return FoundDelivery(line, chosen, tuple(unit_lines), dual or readings[0].dual)


def reread(line: DeliveryLine, text: str, in_military: bool = False) -> DeliveryLine | None:
    """The same delivery line under another reading of its text; None where that is no address line."""
    readings = read_delivery(normal(text), in_military)
    if not readings:
        return None
    return replace(line, readings=readings)
