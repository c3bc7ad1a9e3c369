"""A ZIP Code's records in file order, each by a few numbers: for look-ups by record type and by add-on."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlocr.directory.packing import STREET_AT, Row
from mlocr.mail.address import DirectoryRecord

TYPE_AT, LOW_AT, HIGH_AT = (
    DirectoryRecord._fields.index(name) - 1 for name in ("record_type", "addon_low", "addon_high")
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A ZIP Code's records without their texts.

    `types` are their letters and `streets` the places of their street names, in file order. `firsts` and `lasts` are
    the add-on ranges sorted by their first add-on, `order` their records' places in the file; `widest` is the
    difference of the widest range's ends.
    """

    types: bytes
    streets: Sequence[int]
    firsts: Sequence[int]
    lasts: Sequence[int]
    order: Sequence[int]
    widest: int

    def of_type(self, letter: str) -> list[int]:
        """The places of the street names of each record of this type, in file order, with repeats."""
        wanted = ord(letter)
        return [street for kind, street in zip(self.types, self.streets, strict=True) if kind == wanted]

    def with_addon(self, addon: int) -> list[int]:
        """The places of the street names of each record whose add-ons hold this one, in file order, with repeats."""
        start = bisect_left(self.firsts, addon - self.widest)
        end = bisect_right(self.firsts, addon, start)
        held = sorted(self.order[at] for at in range(start, end) if self.lasts[at] >= addon)
        return [self.streets[record] for record in held]

    def as_row(self) -> tuple[object, ...]:
        """The columns of the table `shape` behind the ZIP Code."""
        return (self.types, *map(_bytes, (self.streets, self.firsts, self.lasts, self.order)), self.widest)


def shape_of(rows: Sequence[Row], places: Mapping[str, int]) -> Shape:
    """The shape of a ZIP Code's rows (`packing.record_row`); `places` are its street names' places."""
    found = ((addon_range(row[LOW_AT], row[HIGH_AT]), at) for at, row in enumerate(rows))
    ranges = sorted((*bounds, at) for bounds, at in found if bounds is not None)
    return Shape(
        types="".join([row[TYPE_AT] for row in rows]).encode("ascii"),
        streets=[places[row[STREET_AT]] for row in rows],
        firsts=[first for first, _, _ in ranges],
        lasts=[last for _, last, _ in ranges],
        order=[at for _, _, at in ranges],
        widest=max((last - first for first, last, _ in ranges), default=0),
    )


def addon_range(low: str, high: str) -> tuple[int, int] | None:
    """First and last add-on as numbers; None where one of them is not four digits (ND). No high one: the low one."""
    high = high or low
    if len(low) == len(high) == 4 and low.isdigit() and high.isdigit():
        return int(low), int(high)
    return None


def read_shape(row: tuple[bytes, bytes, bytes, bytes, bytes, int]) -> Shape:
    """What `as_row` answered."""
    types, streets, firsts, lasts, order, widest = row
    return Shape(types, _numbers(streets), _numbers(firsts), _numbers(lasts), _numbers(order), widest)


def _bytes(numbers: Sequence[int]) -> bytes:
    """A letter for the width, then the numbers, least significant byte first."""
    made = array("H" if max(numbers, default=0) < 1 << 16 else "I", numbers)
    if sys.byteorder == "big":
        made.byteswap()
    return made.typecode.encode("ascii") + made.tobytes()


def _numbers(data: bytes) -> array[int]:
    made = array(data[:1].decode("ascii"), data[1:])
    if sys.byteorder == "big":
        made.byteswap()
    return made
