"""What a fabricated directory holds, arranged for writing addresses whose answer is known by construction."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mlocr.decks.fabricate import World
from mlocr.decks.streets import Place
from mlocr.decks.towns import Town, other_names
from mlocr.mail.address import DirectoryRecord, RecordType


@dataclass(frozen=True, slots=True)
class Target:
    """One delivery point: its town, its record, the primary number and, in a highrise, the unit."""

    town: Town
    record: DirectoryRecord
    number: str
    designator: str = ""
    unit: str = ""

    @property
    def place(self) -> Place:
        """The street."""
        return place_of(self.record)

    @property
    def zip5(self) -> str:
        """The ZIP Code."""
        return self.record.zip5


def place_of(record: DirectoryRecord) -> Place:
    """The street a record stands in."""
    return Place(record.predirectional, record.street_name, record.suffix, record.postdirectional)


def bare(number: str) -> str:
    """A directory number without its leading zeros."""
    return number.lstrip("0") or ("0" if number else "")


class Catalogue:
    """The records of a world by ZIP Code, street and type."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.towns = {z: t for t in world.towns for z in (*t.zips, t.box_zip, t.unique_zip) if z}
        self._streets: dict[str, dict[Place, list[DirectoryRecord]]] = defaultdict(lambda: defaultdict(list))
        self._types: dict[tuple[str, RecordType], list[DirectoryRecord]] = defaultdict(list)
        for row in world.records:
            self._streets[row.zip5][place_of(row)].append(row)
            if row.base_alternate == "B":
                self._types[row.zip5, row.record_type].append(row)

    def of_type(self, zip5: str, record_type: RecordType) -> Sequence[DirectoryRecord]:
        """The base records of one type in a ZIP Code."""
        return self._types[zip5, record_type]

    def streets(self, zip5: str) -> Sequence[Place]:
        """Every street of a ZIP Code."""
        return tuple(self._streets[zip5])

    def rows(self, zip5: str, place: Place) -> Sequence[DirectoryRecord]:
        """Every record of a street."""
        return self._streets[zip5][place]

    def names(self, town: Town) -> set[str]:
        """Every street name of a town."""
        return {p.street_name for z in town.zips for p in self.streets(z)}

    def answers(self, zips: Sequence[str], number: str, name: str, known: Place) -> list[tuple[str, Place]]:
        """The (ZIP Code, street) pairs that hold `number` on a street `name`; empty parts of `known` match all."""
        return [
            (zip5, place)
            for zip5 in zips
            for place in self.streets(zip5)
            if place.street_name == name
            and known.predirectional in ("", place.predirectional)
            and known.suffix in ("", place.suffix)
            and known.postdirectional in ("", place.postdirectional)
            and any(holds(row, number) for row in self.rows(zip5, place))
        ]

    def ordinary_town(self, rng: random.Random) -> Town:
        """A town with ordinary street delivery."""
        ordinary = [t for t in self.world.towns if t.kind not in ("military", "puerto_rico")]
        return ordinary[rng.randrange(len(ordinary))]

    def town_of_kind(self, rng: random.Random, *kinds: str) -> Town:
        """A town of one of these kinds."""
        towns = [t for t in self.world.towns if t.kind in kinds]
        return towns[rng.randrange(len(towns))]

    def acceptable_names(self, zip5: str) -> list[str]:
        """Names that may stand in the last line of this ZIP Code, the preferred one first."""
        town = self.towns[zip5]
        return [town.name, *(n for n, _, accepted in other_names(town, zip5) if accepted)]

    def street_target(self, rng: random.Random, town: Town, zip5: str = "") -> Target | None:
        """A house on a street record, at a number with no building or firm of its own."""
        zip5 = zip5 or town.zips[rng.randrange(len(town.zips))]
        rows = [r for r in self.of_type(zip5, RecordType.STREET) if not r.addon_low.endswith("ND")]
        row = rows[rng.randrange(len(rows))]
        number = number_within(rng, row)
        others = [r for r in self.rows(zip5, place_of(row)) if r is not row and holds(r, number)]
        return None if others or not number else Target(town, row, number)


def holds(row: DirectoryRecord, number: str) -> bool:
    """Whether a record's range holds this number; letters, hyphens and grids by their right-most number or letter."""
    low, high = bare(row.primary_low), bare(row.primary_high)
    if number in (low, high):
        return True
    if not (low.isdigit() and high.isdigit()):
        return False
    digits = number.split(" ", maxsplit=1)[0].rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not digits.isdigit() or not int(low) <= int(digits) <= int(high):
        return False
    return row.primary_parity == "B" or (int(digits) % 2 == 0) == (row.primary_parity == "E")


def number_within(rng: random.Random, row: DirectoryRecord) -> str:
    """A number of a record's range in the range's own form; empty when the record has none."""
    low, high = bare(row.primary_low), bare(row.primary_high)
    if low == high or not low:
        return low
    if low.isdigit() and high.isdigit():
        step = 1 if row.primary_parity == "B" else 2
        number = str(int(low) + step * rng.randrange((int(high) - int(low)) // step + 1))
        inside = int(low) < int(number) < int(high)
        fraction = inside and row.suffix and row.record_type is RecordType.STREET and rng.random() < 0.01
        return number + " 1/2" if fraction else number
    if low[:-1] == high[:-1] and low[-1].isalpha():
        return low[:-1] + chr(rng.randint(ord(low[-1]), ord(high[-1])))
    if low[-1].isalpha():
        return f"{rng.randint(int(low[:-1]), int(high[:-1]))}{low[-1]}"
    head = low.rstrip("0123456789")
    a, b = int(low[len(head) :]), int(high[len(head) :])
    step = 1 if row.primary_parity == "B" else 2
    return f"{head}{a + step * rng.randrange((b - a) // step + 1)}"


def unit_within(rng: random.Random, row: DirectoryRecord) -> str:
    """A unit of a highrise record's range; empty when the record has no range."""
    low, high = bare(row.secondary_low), bare(row.secondary_high)
    if low == high or not low:
        return low
    if low.isdigit():
        return str(rng.randint(int(low), int(high)))
    if low[-1].isalpha():
        return low[:-1] + chr(rng.randint(ord(low[-1]), ord(high[-1])))
    return f"{low[0]}{rng.randint(int(low[1:]), int(high[1:]))}"
