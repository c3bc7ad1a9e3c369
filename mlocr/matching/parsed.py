"""The parts of one delivery line before the directory has spoken."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlocr.mail.address import AddressKind


@dataclass(frozen=True, slots=True)
class Secondary:
    """A unit designator in its standard abbreviation ("" or "#" where it cannot be told) and its number.

    `glued`: nothing stood between the two, so that damage there may have put in or taken a character.
    """

    designator: str
    number: str
    glued: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryParts:
    """One way to take a delivery line apart.

    `number` is the primary number or box; `words` the street words still to be divided into directionals, name and
    suffix (for boxes and routes: the directory's street name). `repaired`: look-alike letters were read as digits.
    `split`: the number was parted from a word glued to it, so that the damage there may have taken a digit as well.
    `glued`: a unit's designator and number were one word.
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
