"""Finding the delivery line: the lowest address line above the last line (DMM 602 2.1), and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlocr.matching.line_kinds import is_attention, is_bare_keyline, is_endorsement, is_occupant
from mlocr.matching.parse_box import general_delivery, military, po_box, route
from mlocr.matching.parse_secondary import misspelled_unit, read_units
from mlocr.matching.parse_street import street_parts
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.search import DeliveryLine
from mlocr.matching.text import normal, tokens

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
            return (found,)
    return tuple(street_parts(text))[:_MOST_READINGS]


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
        if not text or (is_endorsement(text) and not (chosen < 0 and is_bare_keyline(text))) or is_occupant(text):
            continue
        if text.startswith(_URBANIZATION) and not any(c.isdigit() for c in text):
            urbanization = urbanization or text.split(" ", 1)[1]
            continue
        own_units = read_units(tokens(text)) if not is_attention(text) else None
        found = () if is_attention(text) else read_delivery(text, in_military)
        if own_units is not None and own_units[0] and not (in_military and found):
            if chosen in (-1, at + 1) and not units:
                units.extend(own_units[0])
                unit_lines.append(at)
            continue
        if chosen >= 0:
            dual = dual or (bool(found) and found[0].words[:1] != ())
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
    firms = tuple(text for at, text in enumerate(lines[:first]) if at != chosen and at not in unit_lines and text)
    confidence = min(confidences[at] for at in (chosen, *unit_lines))
    line = DeliveryLine(readings, tuple(units), firms, urbanization, confidence)
    return FoundDelivery(line, chosen, tuple(unit_lines), dual or readings[0].dual)


def reread(line: DeliveryLine, text: str, in_military: bool = False) -> DeliveryLine | None:
    """The same delivery line under another reading of its text; None where that is no address line."""
    readings = read_delivery(normal(text), in_military)
    if not readings:
        return None
    return DeliveryLine(readings, line.units, line.firms, line.urbanization, line.confidence)
