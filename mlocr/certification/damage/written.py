"""An address as somebody wrote it: its parts, how they are laid out, and the lines that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mlocr.mail.address import AddressKind


class UnitPlace(Enum):
    """Where the secondary unit stands."""

    AFTER = "after"
    COMMA = "comma"
    BEFORE = "before"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the directory says around an address, for damages that confuse it with its neighbours.

    `mailing_names` and `other_names` are the ZIP Code's further City State names that may and may not stand in a last
    line; `aliases` are (predirectional, name, suffix, postdirectional); `addon` is the address's own; `route` the
    directory's own name of its box or route.
    """

    mailing_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    abbreviation: str = ""
    sister_zips: tuple[str, ...] = ()
    other_cities: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str, str, str], ...] = ()
    addon: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """One address in parts, as written. A part that is absent is empty.

    Streets have `number` to `postdirectional`. Boxes, routes and general delivery have `route` ("PO BOX", "RR 1",
    "PSC 802") and `number`, with `box_word` between them where the form has one. `joined` names what is written
    without a blank: "predirectional" or "suffix" with the street's name, "unit" with its designator, "box" with its
    number. `number_last` puts the number behind the street (Puerto Rico). `second_delivery` is the other delivery
    line of a dual address, above this one. `firm_last` puts the firm between the delivery line and the last line.
    """

    kind: AddressKind = AddressKind.STREET
    number: str = ""
    predirectional: str = ""
    street: str = ""
    suffix: str = ""
    postdirectional: str = ""
    route: str = ""
    box_word: str = ""
    designator: str = ""
    unit: str = ""
    unit_place: UnitPlace = UnitPlace.AFTER
    firm: str = ""
    person: str = ""
    urbanization: str = ""
    private_mailbox: str = ""
    second_delivery: str = ""
    above: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    zip5: str = ""
    plus4: str = ""
    joined: frozenset[str] = frozenset()
    number_last: bool = False
    firm_below: bool = False
    firm_last: bool = False
    around: Surroundings = Surroundings()

    @property
    def street_line(self) -> str:
        """The street without its unit."""
        name = self.street
        if self.predirectional:
            name = f"{self.predirectional}{self._gap('predirectional')}{name}"
        if self.suffix:
            name = f"{name}{self._gap('suffix')}{self.suffix}"
        parts = (name, self.postdirectional)
        order = (*parts, self.number) if self.number_last else (self.number, *parts)
        return " ".join(part for part in order if part)

    @property
    def unit_text(self) -> str:
        """Designator and unit as written."""
        if not (self.designator and self.unit):
            return self.designator or self.unit
        return f"{self.designator}{self._gap('unit')}{self.unit}"

    @property
    def delivery_lines(self) -> tuple[str, ...]:
        """The delivery line, and the unit's own line where it has one."""
        if self.kind is not AddressKind.STREET:
            words = [word for word in (self.route, self.box_word) if word]
            line = f"{' '.join(words)}{self._gap('box')}{self.number}" if self.number else " ".join(words)
            return (self._with_mailbox(line),)
        line, unit = self.street_line, self.unit_text
        if not unit:
            return (self._with_mailbox(line),)
        if self.unit_place is UnitPlace.ABOVE:
            return (unit, self._with_mailbox(line))
        if self.unit_place is UnitPlace.BELOW:
            return (self._with_mailbox(line), unit)
        if self.unit_place is UnitPlace.BEFORE:
            return (self._with_mailbox(f"{unit} {line}"),)
        return (self._with_mailbox(f"{line}{',' if self.unit_place is UnitPlace.COMMA else ''} {unit}"),)

    @property
    def last_line(self) -> str:
        """City, state, ZIP Code and add-on."""
        code = f"{self.zip5}-{self.plus4}" if self.plus4 and self.zip5 else self.zip5
        return " ".join(part for part in (self.city, self.state, code) if part)

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole block in mailing order."""
        top = "" if self.firm_last else self.firm
        names = (top, self.person) if not self.firm_below else (self.person, top)
        street = (self.urbanization, self.second_delivery, *self.delivery_lines)
        rows = (*self.above, *names, *street, self.firm if self.firm_last else "", self.last_line)
        return tuple(row for row in rows if row)

    def _gap(self, joint: str) -> str:
        return "" if joint in self.joined else " "

    def _with_mailbox(self, line: str) -> str:
        return f"{line} {self.private_mailbox}" if self.private_mailbox else line
