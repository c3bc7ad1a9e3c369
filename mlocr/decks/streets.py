"""Streets of a fabricated ZIP Code and their number ranges (Publication 28 appendix E forms)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from mlocr.decks.names import NUMBERED, PUERTO_RICO_STREETS, ROADS, STREETS


@dataclass(frozen=True, slots=True)
class Place:
    """A street's name in Publication 28 parts."""

    predirectional: str
    street_name: str
    suffix: str
    postdirectional: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.predirectional, self.street_name, self.suffix, self.postdirectional)))


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """One street: its name, its block faces (low, high, parity) and the form of its numbers."""

    place: Place
    faces: tuple[tuple[str, str, str], ...]
    form: str = "plain"
    urbanization_key: str = ""

    def free_number(self, rng: random.Random) -> str:
        """A house number inside a face, for a building of its own; empty when there is none."""
        plain = [(int(a), int(b)) for a, b, _ in self.faces if a.isdigit() and b.isdigit() and int(b) - int(a) > 8]
        if not plain:
            return ""
        low, high = plain[rng.randrange(len(plain))]
        return str(low + 2 * rng.randrange(1, (high - low) // 2))


def streets_of(rng: random.Random, kind: str, at: int, keys: Mapping[str, str]) -> list[StreetPlan]:
    """The streets of the `at`-th ZIP Code of a town of this kind; number ranges of one street differ by ZIP Code."""
    if kind == "puerto_rico":
        return _puerto_rico(rng, keys)
    start = rng.randrange(0, len(STREETS) - 16)
    names = sorted({*STREETS[start : start + 8], *STREETS[:2], *rng.sample(STREETS, 3)})
    out = []
    for number, (name, suffix) in enumerate(names):
        for place in _directions(rng, kind, name, suffix, number):
            out.append(StreetPlan(place, _blocks(rng, 100 + 1000 * at, 2 + rng.randrange(3))))
    for name in rng.sample(NUMBERED, 3):
        place = Place(rng.choice(("", "N", "SW")), name, rng.choice(("AVE", "ST")), "")
        out.append(StreetPlan(place, _blocks(rng, 100 + 1000 * at, 2)))
    out += [StreetPlan(Place("", n, "", ""), _blocks(rng, 1000 + 5000 * at, 3), "road") for n in rng.sample(ROADS, 2)]
    return out + _special(rng, kind)


def _directions(rng: random.Random, kind: str, name: str, suffix: str, number: int) -> list[Place]:
    """One street, or its north and south halves, or a quadrant town's streets."""
    if kind == "directional":
        return [Place(d, name, suffix, "") for d in rng.sample(("NE", "NW", "SE", "SW"), 1 + number % 2)]
    if number % 5 == 0:
        return [Place("N", name, suffix, ""), Place("S", name, suffix, "")]
    if number % 7 == 3:
        return [Place("", name, suffix, rng.choice(("E", "W", "NW")))]
    return [Place("", name, suffix, "")]


def _blocks(rng: random.Random, first: int, count: int) -> tuple[tuple[str, str, str], ...]:
    """`count` blocks of a hundred numbers from `first`; some faces are missing or end early."""
    faces = []
    for block in range(count):
        low = first + 100 * block
        for parity, begin in (("E", low), ("O", low + 1)):
            if rng.random() < 0.08:
                continue
            end = begin + (98 if rng.random() < 0.8 else 2 * rng.randrange(5, 40))
            faces.append((str(begin), str(end), parity))
    return tuple(faces) or ((str(first), str(first + 98), "E"),)


def _special(rng: random.Random, kind: str) -> list[StreetPlan]:
    """Numbers that are not plain: hyphens, grids, letters, fractions, decimal roads, street-crossing grids."""
    letters = StreetPlan(Place("", "TANNERY", "ROW", ""), (("10A", "20A", "B"), ("115C", "115F", "B")), "letter")
    fraction = StreetPlan(
        Place("", "BACK CHURCH", "ALY", ""), (("1", "99", "O"), ("2", "98", "E"), ("99 1/2", "99 1/2", "B")), "fraction"
    )
    if kind == "hyphen":
        return [
            StreetPlan(
                Place("", name, "ST", ""),
                tuple((f"{block}-{low:02d}", f"{block}-{low + 48}", "E" if low % 2 == 0 else "O")
                      for block in (112, 113, 61) for low in (10, 11)),
                "hyphen",
            )
            for name in ("182ND", "183RD", "NORTHERN")
        ]  # fmt: skip
    if kind == "grid":
        return [
            StreetPlan(
                Place("", "LILLY", "RD", ""), (("N6W23001", "N6W23099", "O"), ("N6W23000", "N6W23098", "E")), "grid"
            ),
            StreetPlan(Place("", "TOWN LINE", "RD", ""), (("W220N6501", "W220N6599", "O"),), "grid"),
        ]
    if kind == "decimal":
        return [StreetPlan(Place("", "39.2", "RD", ""), _blocks(rng, 100, 3), "decimal")]
    if kind == "crossing":
        return [
            StreetPlan(Place(pre, name, "", post), _blocks(rng, 100, 9), "crossing")
            for pre, name, post in (("E", "1700", "S"), ("E", "1800", "S"), ("W", "1700", "S"), ("N", "400", "W"))
        ]
    return [letters, fraction] if rng.random() < 0.5 else [fraction]


def _puerto_rico(rng: random.Random, keys: Mapping[str, str]) -> list[StreetPlan]:
    """The same street names in several urbanizations, told apart by the urbanization alone."""
    out = []
    for number, key in sorted(keys.items())[:3]:
        for name, suffix in PUERTO_RICO_STREETS[: 3 + int(number) % 2]:
            place = Place("", name, suffix, "")
            out.append(StreetPlan(place, _blocks(rng, 100, 2), "urbanization", key))
    return [*out, StreetPlan(Place("", "AVE PONCE DE LEON", "", ""), _blocks(rng, 1000, 3))]
