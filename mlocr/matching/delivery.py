"""Finding the delivery line: the lowest address line above the last line (DMM 602 2.1), and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mlocr.mail.address import AddressKind
from mlocr.matching.line_kinds import (
    has_digit,
    is_attention,
    is_bare_keyline,
    is_endorsement,
    is_occupant,
    is_remark,
    without_occupant,
)
from mlocr.matching.loose import Surroundings, broken_unit_line
from mlocr.matching.parse_box import bare_box, box_lookalikes, po_box
from mlocr.matching.parse_building import building_line
from mlocr.matching.parse_puerto_rico import complex_parts, urbanization_of
from mlocr.matching.parse_route import general_delivery, military, route
from mlocr.matching.parse_secondary import damaged_unit, misspelled_unit, read_mailbox_line, read_unit_line
from mlocr.matching.parse_street import street_parts
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.search import DeliveryLine
from mlocr.matching.suffixes import suffix_of
from mlocr.matching.text import normal, tokens
from mlocr.matching.words import DIRECTIONALS

_MOST_READINGS = 8
_SHORT_ROUTE = re.compile(r"^[A-Z]{1,3} ?\d{1,3}$")
_NAME = re.compile(r"[A-Z&]+(?: [A-Z&]+)*")
_EDGES = "-/* "


@dataclass(frozen=True, slots=True)
class FoundDelivery:
    """The delivery line (None: there is none), its index in the block and the lines its units stand on.

    `named`: where there is none, the words of lines that may be a street without its number.
    """

    line: DeliveryLine | None
    index: int = -1
    unit_lines: tuple[int, ...] = ()
    dual: bool = False
    named: tuple[tuple[str, ...], ...] = ()


def read_delivery(text: str, in_military: bool = False) -> tuple[DeliveryParts, ...]:
    """Every way to take one delivery line (in normal form) apart; empty where it is no address line."""
    text = text.strip(_EDGES)
    if in_military:
        unit = military(text, at_sea=True)
        if unit is not None:
            return box_lookalikes(unit)
    # A line that begins with a digit (but 8, which may be the B of BOX) is no route, unit or general delivery.
    plain = text[:1].isdecimal() and text[0] != "8"
    for kind in (po_box,) if plain else (po_box, route, military, general_delivery):
        found = kind(text)
        if found is not None:
            return box_lookalikes(found)
    return tuple(street_parts(text))[:_MOST_READINGS]


def may_be_address(text: str) -> bool:
    """Whether a line can be an address line at all: a number, a lettered box, or general delivery."""
    return has_digit(text) or "OX" in text or "DEL" in text or "GEN" in text or "CORREOS" in text


def is_plain_name(text: str) -> bool:
    """Whether a line above the delivery line is plainly no part of the address: words of letters, and no unit."""
    if _NAME.fullmatch(text) is None or is_occupant(text) or text.startswith(("PMB", "URB")):
        return False
    return read_unit_line(text) is None and not (may_be_address(text) and read_delivery(text))


@dataclass(slots=True)
class _Block:
    """The lines of one block, as they are explained from the last line upwards."""

    lines: Sequence[str]
    in_military: bool
    units: list[Secondary] = field(default_factory=list)
    unit_lines: list[int] = field(default_factory=list)
    other_lines: list[int] = field(default_factory=list)
    urbanization: str = ""
    mailbox: str = ""
    chosen: int = -1
    readings: tuple[DeliveryParts, ...] = ()
    dual: bool = False

    def explain(self, at: int) -> bool:
        """Take in line `at`; False where it is an address line that cannot be read, so that none above it counts."""
        text = self.lines[at]
        if self.chosen >= 0 and not self.in_military and is_plain_name(text):
            return True
        attention = is_attention(text)
        occupant = is_occupant(text)
        own = None if attention else read_unit_line(without_occupant(text) if occupant else text)
        if own is None and (occupant or self._passed_over(text)):
            return True
        if own is None and self._beside(at):
            return True
        named = attention or occupant or (self.chosen >= 0 and not may_be_address(text))
        found = () if named else self._read(at)
        if own is not None and not (self.in_military and found):
            if self.chosen in (-1, at + 1) and not self.units:
                self._take_units(at, own)
            return True
        if self.chosen >= 0:
            self._above(at, found)
            return True
        return self._below(at, found, attention)

    def _passed_over(self, text: str) -> bool:
        """An empty line, an endorsement or a remark; a bare keyline may be a joined street while none is found."""
        if not text or is_remark(text):
            return True
        return is_endorsement(text) and (self.chosen >= 0 or not is_bare_keyline(text))

    def _beside(self, at: int) -> bool:
        """An urbanization or a private mailbox on a line of its own."""
        text = self.lines[at]
        name = urbanization_of(text)
        mailbox = read_mailbox_line(text)
        if not name and not mailbox:
            return False
        self.urbanization = self.urbanization or name
        self.mailbox = self.mailbox or mailbox
        self.other_lines.append(at)
        return True

    def _read(self, at: int) -> tuple[DeliveryParts, ...]:
        """The line's readings; a box below its route, or above it, is read with it (RR 1 / BOX 12)."""
        text = self.lines[at]
        found = read_delivery(text, self.in_military)
        above = self.lines[at - 1].strip(_EDGES) if at and self.chosen < 0 else ""
        box = above != "" and bare_box(text)
        if box or (above and found and _needs_box(found[0]) and bare_box(above)):
            whole = f"{above} {text}" if box else f"{text} {above}"
            joined = route(whole) or military(whole)
            if joined is not None and joined.number and not joined.rest:
                self.other_lines.append(at - 1)
                return box_lookalikes(joined)
            if box and self._perhaps_route(above):
                return ()
        return found

    def _perhaps_route(self, above: str) -> bool:
        """Whether a line above a bare BOX may be its route, badly read: a number, and no address of its own."""
        plain = is_attention(above) or is_endorsement(above) or is_remark(above)
        if _SHORT_ROUTE.match(above):
            return True
        return has_digit(above) and not plain and not any(p.number for p in read_delivery(above, self.in_military))

    def _take_units(self, at: int, units: Sequence[Secondary]) -> None:
        self.units.extend(units)
        self.unit_lines.append(at)

    def take_complex(self, first: int) -> None:
        """A condominium, project or building in the street's place, its tower or unit on the line beside it."""
        for at in range(first - 1, -1, -1):
            words = tokens(self.lines[at]) if self.units else ()
            parts = complex_parts(words, self.units)
            if parts is not None:
                self.units = []
            else:
                parts = building_line(words, self.units)
            if parts is not None:
                self.chosen, self.readings = at, (parts,)
                return

    def _above(self, at: int, found: tuple[DeliveryParts, ...]) -> None:
        """A line above the delivery line: a damaged unit next to it, a second address, or neither."""
        unit = damaged_unit(tokens(self.lines[at])) if at == self.chosen - 1 and not self.units else None
        if unit is not None:
            self._take_units(at, (unit,))
        elif at not in self.other_lines:
            self.dual = self.dual or any(p.number or p.kind is AddressKind.GENERAL_DELIVERY for p in found[:1])

    def _below(self, at: int, found: tuple[DeliveryParts, ...], attention: bool) -> bool:
        text = self.lines[at]
        whole_street = any(p.kind is not AddressKind.STREET or p.secondaries for p in found)
        if broken_unit_line(text) and not self.in_military and not whole_street:
            unit = damaged_unit(tokens(text))
            if unit is not None and not self.units:
                self._take_units(at, (unit,))
            return True
        if found:
            if found[0].kind is not AddressKind.STREET and any(unit.damaged for unit in self.units):
                return False  # boxes have no units: what stands below one may be its route
            self.chosen, self.readings = at, found
        elif (slip := misspelled_unit(text)) is not None:
            self._take_units(at, (slip,))
        elif not attention and has_digit(text):
            # An address line that cannot be read counts all the same: no jump to the one above it (DMM 602 2.1).
            return False
        return True


def _needs_box(parts: DeliveryParts) -> bool:
    kinds = (AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT, AddressKind.MILITARY)
    return parts.kind in kinds and not parts.number


def _streets_without_number(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """MAIN ST, W OAK AVE N: two words or more, a suffix or directional at the end."""
    found = (tokens(line) for line in lines if not has_digit(line))
    return tuple(w for w in found if len(w) > 1 and (suffix_of(w[-1]) or w[-1] in DIRECTIONALS))


def find_delivery(
    lines: Sequence[str], confidences: Sequence[float], first: int, in_military: bool = False
) -> FoundDelivery:
    """The lowest address line above line `first`; units on lines of their own next to it belong to it."""
    block = _Block(lines, in_military)
    for at in range(first - 1, -1, -1):
        if not block.explain(at):
            return FoundDelivery(None)
    if block.chosen < 0:
        block.take_complex(first)
    if block.chosen < 0:
        return FoundDelivery(None, named=_streets_without_number(lines[:first]))
    explained = frozenset((*block.unit_lines, *block.other_lines))
    readings = block.readings
    if block.mailbox:
        readings = tuple(p if p.private_mailbox else replace(p, private_mailbox=block.mailbox) for p in readings)
    firms = tuple(t for at, t in enumerate(lines[:first]) if at != block.chosen and at not in block.unit_lines and t)
    line = DeliveryLine(
        readings,
        tuple(block.units),
        firms,
        block.urbanization or readings[0].urbanization,
        min(confidences[at] for at in (block.chosen, *block.unit_lines)),
        Surroundings(tuple(lines), first, block.chosen, explained),
    )
    return FoundDelivery(line, block.chosen, tuple(block.unit_lines), block.dual or readings[0].dual)


def reread(line: DeliveryLine, text: str, in_military: bool = False) -> DeliveryLine | None:
    """The same delivery line under another reading of its text; None where that is no address line."""
    readings = read_delivery(normal(text), in_military)
    if not readings:
        return None
    return line._replace(readings=readings)


def without_name(text: str) -> tuple[str, ...]:
    """A name and a delivery line that stand on one line, parted before the house number; the line alone otherwise."""
    words = text.split()
    at = next((at for at, word in enumerate(words) if word[0].isdigit()), 0)
    if at == 0 or read_delivery(text) or not read_delivery(" ".join(words[at:])):
        return (text,)
    return " ".join(words[:at]), " ".join(words[at:])
