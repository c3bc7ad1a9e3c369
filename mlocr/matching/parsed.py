"""The parts of one delivery line before the directory has spoken."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlocr.mail.address import AddressKind


@dataclass(frozen=True, slots=True)
class Secondary:
    """A unit designator in its standard abbreviation ("" or "#" where it cannot be told) and its number.

    `glued`: nothing stood between the two, so that damage there may have put in or taken a character. `near`: the
    designators one slip away from a damaged one. `tail`: a second value behind the number (APT 11 2), which may belong
    to it.
    """

    designator: str
    number: str
    glued: bool = False
    near: tuple[str, ...] = ()
    tail: str = ""

    @property
    def damaged(self) -> bool:
        """Whether the directory has to say what unit this is."""
        return bool(self.near or self.tail)


@dataclass(frozen=True, slots=True)
class DeliveryParts:
    """One way to take a delivery line apart.

    `number` is the primary number or box; `words` the street words still to be divided into directionals, name and
    suffix (for boxes and routes: the directory's street name). `repaired`: look-alike letters were read as digits.
    `split`: the number was parted from a word glued to it, so that the damage there may have taken a digit as well.
    `glued`: a unit's designator and number were one word. `unless`: routes the ZIP Code must not have, because they are
    printed just as well. `tentative`: a reading that says something only where the directory has the address.
    `urbanization`: one on the same line. `bare`: BOX alone, which may be a rural route's.
    """

    kind: AddressKind
    number: str = ""
    words: tuple[str, ...] = ()
    secondaries: tuple[Secondary, ...] = ()
    private_mailbox: str = ""
    repaired: bool = False
    dual: bool = False
    split: bool = False
    glued: bool = False
    rest: tuple[str, ...] = field(default=())
    unless: tuple[str, ...] = ()
    tentative: bool = False
    urbanization: str = ""
    bare: bool = False
