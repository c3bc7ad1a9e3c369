"""The parts of one delivery line before the directory has spoken."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlocr.mail.address import AddressKind


@dataclass(frozen=True, slots=True)
class Secondary:
    """A unit designator in its standard abbreviation ("" or "#" where it cannot be told) and its number."""

    designator: str
    number: str


@dataclass(frozen=True, slots=True)
class DeliveryParts:
    """One way to take a delivery line apart.

    `number` is the primary number or box; `words` the street words still to be divided into directionals, name and
    suffix (for boxes and routes: the directory's street name). `repaired`: look-alike letters were read as digits.
    `split`: the number was parted from a word glued to it, so that the damage there may have taken a digit as well.
    """

    kind: AddressKind
    number: str = ""
    words: tuple[str, ...] = ()
    secondaries: tuple[Secondary, ...] = ()
    private_mailbox: str = ""
    repaired: bool = False
    dual: bool = False
    split: bool = False
    rest: tuple[str, ...] = field(default=())
