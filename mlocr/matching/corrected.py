"""The street a damaged line can only mean: every street near it weighed, the nearest taken where it is clear (*ours*).

A street is near by name, suffix and directionals together (`nearness`). The nearest is taken where its number is in
range, no other street that holds the number is nearly as near, and none nearer lies out of range. The more that has to
be corrected, the more must agree: a printed +4 that is the street's own allows more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from rapidfuzz.distance import OSA

from mlocr.matching.fuzzy import NameList, is_strong_slip
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.names import StreetName
from mlocr.matching.nearness import NearName, near_names, parts_cost
from mlocr.matching.streets import Candidate, Streets, likeness
from mlocr.matching.text import fold
from mlocr.matching.variants import UNREAD_SUFFIX, Variant, variants
from mlocr.matching.words import DIRECTIONALS

MARGIN = 0.75
ONE_SLIP = 1.0
REACH = 3.5
MOST_BY_PARTS = 2.0
MOST_BY_NAME = 1.75
MOST_BY_WEAK_NAME = 1.25
MOST_BY_LONG_NAME = 3.0
MOST_ALONE = 2.25
_LONG_NAME = 8
_SHORT_NAME = 5
MOST_WITH_ADDON = 3.0
_READ_OUT = frozenset({"suffix_misspelled", "words_run_together", "words_torn", "suffix_torn", "directional_misread"})
_UNREAD = "suffix_unread"
_MISSING_ONLY = frozenset({"part_missing", "misspelled"})
PLAIN, WEAK, ADDON_ONLY, RIVAL = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Area:
    """Where to look: one ZIP Code, or several of one post office.

    `offices`: the post offices (finance numbers) whose street names count for spelling; none: the ZIP Code's own.
    """

    zips: tuple[str, ...]
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """One street near the printed one: where, under which name or alias, how far, by which slips.

    `own_addon`: the printed +4 is its own.
    """

    zip5: str
    candidate: Candidate
    printed: StreetName
    name: str
    cost: float
    grade: int
    slips: tuple[str, ...]
    holds: bool
    own_addon: bool

    @property
    def by_name(self) -> bool:
        """Whether the name itself had to be corrected."""
        return self.grade > 0


class Outcome(Enum):
    """How a corrected search ended."""

    TAKEN = "taken"
    TIED = "tied"
    OUT_OF_RANGE = "out_of_range"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Corrected:
    """The outcome, the street taken or those that tie, what to say of it, and the cost of the nearest street."""

    outcome: Outcome
    near: tuple[Near, ...] = ()
    rule: str = ""
    said: str = ""
    cost: float = inf


class Correction:
    """Corrects streets of one directory; one object a match."""

    def __init__(self, gazetteer: Gazetteer, streets: Streets) -> None:
        self._gazetteer = gazetteer
        self._streets = streets

    def find(
        self, area: Area, words: tuple[str, ...], number: str, holding: Callable[[Candidate], bool], plus4: str
    ) -> Corrected:
        """The one street of the area that the printed words can only mean, or why there is none."""
        ranked = self._ranked(area, words, number, holding, plus4)
        holders = [n for n in ranked if n.holds]
        if not holders:
            return self._out_of_range(ranked)
        best = holders[0]
        return replace(self._chosen(best, holders, ranked), cost=best.cost)

    def _chosen(self, best: Near, holders: Sequence[Near], ranked: Sequence[Near]) -> Corrected:
        if any(_before(other, best) for other in ranked if not other.holds):
            return Corrected(Outcome.OUT_OF_RANGE if not best.by_name else Outcome.NONE, rule="nearer_out_of_range",
                             said="a nearer street does not hold the number")  # fmt: skip
        tied = [n for n in holders if n.cost < best.cost + MARGIN and not _dominated(n, best)]
        if len(tied) > 1:
            return _tie(best, tied)
        return self._judged(best, ranked)

    # --- every street near the printed one ----------------------------------------------------------------------------

    def _ranked(
        self, area: Area, words: tuple[str, ...], number: str, holding: Callable[[Candidate], bool], plus4: str
    ) -> list[Near]:
        found: dict[tuple[str, tuple[str, str, str, str]], Near] = {}
        limit = REACH
        for variant, near in self._pairs(area, words):
            if variant.cost + near.cost > limit:
                break
            for zip5 in self._zips(area, near.name):
                for seen_as, candidate in self._streets.named(zip5, near.name, number):
                    cost, slips = parts_cost(variant.street, seen_as)
                    cost += variant.cost + near.cost
                    key = (zip5, candidate.key)
                    if cost > REACH or (key in found and found[key].cost <= cost) or _made_up(variant, near, slips):
                        continue
                    slips = (*variant.slips, *slips, *(("misspelled",) if near.grade else ()))
                    holds = holding(candidate)
                    own = bool(plus4) and any(_addon_of(r.addon_low, r.addon_high, plus4) for r in candidate.records)
                    seen = candidate._replace(likeness=likeness(variant.street, seen_as))
                    found[key] = Near(
                        zip5, seen, variant.street, near.name, cost, near.grade, slips, holds, holds and own
                    )
                    if holds:
                        limit = min(limit, cost + MARGIN)
        return sorted(found.values(), key=lambda n: (n.cost, n.grade, n.zip5, n.candidate.key))

    def _pairs(self, area: Area, words: tuple[str, ...]) -> list[tuple[Variant, NearName]]:
        """Every variant of the printed words with every name it may stand for, the nearest first."""
        found: list[tuple[Variant, NearName]] = []
        for names in self._names(area):
            seen: dict[tuple[str, bool], list[NearName]] = {}
            for variant in variants(words, names):
                asked = (variant.street.name, variant.whole)
                if asked not in seen:
                    seen[asked] = near_names(*asked, names, self._gazetteer.spellings)
                found += [(variant, near) for near in seen[asked]]
        return sorted(found, key=lambda pair: (pair[0].cost + pair[1].cost, pair[1].name))

    def _names(self, area: Area) -> Iterator[NameList]:
        if area.offices:
            yield from (self._gazetteer.office_streets(office) for office in area.offices)
        else:
            yield from (self._gazetteer.streets(zip5) for zip5 in area.zips)

    def _zips(self, area: Area, name: str) -> Sequence[str]:
        if not area.offices:
            return area.zips
        held = {z for office in area.offices for z in self._gazetteer.directory.zips_of_street(office, name)}
        return [z for z in area.zips if z in held]

    # --- the judgement ------------------------------------------------------------------------------------------------

    def _out_of_range(self, ranked: Sequence[Near]) -> Corrected:
        named = [n for n in ranked if n.grade == 0 and n.cost < MOST_BY_PARTS]
        if not named:
            return Corrected(Outcome.NONE)
        return Corrected(Outcome.OUT_OF_RANGE, tuple(named[:1]), "number_out_of_range", "no street like it holds it")

    def _judged(self, best: Near, ranked: Sequence[Near]) -> Corrected:
        """Whether the nearest street is near enough for what speaks for it."""
        own = best.own_addon and sum(n.own_addon for n in ranked) == 1
        if own and best.cost <= MOST_WITH_ADDON and best.grade < RIVAL:
            return self._taken(best)
        run_in = best.printed.name.removesuffix(best.name) if best.by_name else ""
        if run_in in DIRECTIONALS and run_in != best.candidate.key[0]:
            return Corrected(Outcome.NONE, (best,), "directional_run_in", f"{run_in} may be a directional of its own")
        if "directional_changed" in best.slips:
            alike = [n for n in ranked if n.candidate.key[1] == best.candidate.key[1]]
            if len(alike) > 1 or len(best.slips) > 1:
                return Corrected(Outcome.TIED, (best,), "part_wrong", "another directional than that of any street")
        unread = _UNREAD in best.slips and best.cost > UNREAD_SUFFIX
        if unread or (best.cost > _most(best) and not _alone(best, ranked)):
            return Corrected(Outcome.NONE if best.by_name else Outcome.TIED, (best,), "too_far",
                             "the nearest street differs in too much")  # fmt: skip
        return self._taken(best)

    def _taken(self, best: Near) -> Corrected:
        name = " ".join(part for part in best.candidate.key if part)
        slips = tuple(dict.fromkeys(best.slips)) or ("respelled",)
        return Corrected(
            Outcome.TAKEN, (best,), slips[0], f"{', '.join(slips).replace('_', ' ')}: it can only be {name}"
        )


def _most(best: Near) -> float:
    """The cost up to which a street is taken without its +4. A long name may be off by more than one letter."""
    if best.grade == PLAIN and set(best.slips) == {"misspelled"} and len(best.name) >= _LONG_NAME:
        return MOST_BY_LONG_NAME
    if best.by_name and best.printed.predirectional + best.printed.postdirectional != _directionals(best):
        # A name and a directional corrected: the letters must all be there.
        return MOST_BY_NAME if is_strong_slip(best.printed.name, best.name) else MOST_BY_WEAK_NAME
    return {0: MOST_BY_PARTS, PLAIN: MOST_BY_NAME, WEAK: MOST_BY_WEAK_NAME}.get(best.grade, 0.0)


def _made_up(variant: Variant, name: NearName, slips: Sequence[str]) -> bool:
    """Whether a suffix or directional was read out of the print that the street does not even have.

    A suffix that is hardly to be read counts only where all the rest is exactly a street's.
    """
    if _UNREAD in variant.slips and (slips or name.grade or name.cost):
        return True
    return bool(_READ_OUT.intersection(variant.slips)) and not {"part_changed", "directional_changed"}.isdisjoint(slips)


def _alone(best: Near, ranked: Sequence[Near]) -> bool:
    """Whether a misspelled name with another part wrong too is the only street anywhere near the printed one.

    Then the two corrections confirm each other: nothing else of the name, and no other name, whatever its numbers. The
    letters must all be there (transposed, doubled, look-alike), or but one letter of a name long enough be wrong, and
    the other part missing or one too many, not another one.
    """
    printed, name = best.printed.name, best.name
    if best.cost > MOST_ALONE or best.grade not in (PLAIN, WEAK) or len(name) <= _SHORT_NAME:
        return False
    known = best.grade == PLAIN or len(name) >= _LONG_NAME or fold(printed) == fold(name)
    one_letter = OSA.distance(printed, name) == 1 and best.cost <= MOST_BY_PARTS
    near = one_letter or is_strong_slip(printed, name)
    return known and near and all(n is best or (n.name != name and n.cost > best.cost + MARGIN) for n in ranked)


def _directionals(near: Near) -> str:
    return near.candidate.key[0] + near.candidate.key[3]


def _before(other: Near, best: Near) -> bool:
    """Whether a street that does not hold the number is the nearer one all the same."""
    if other.name != best.name:
        if best.by_name and other.grade <= WEAK and other.cost == best.cost:
            # All letters there (MAIEN: MAINE) is nearer than one too many or another one (MAIN).
            strong = is_strong_slip(best.printed.name, best.name)
            return not strong or is_strong_slip(other.printed.name, other.name)
        return other.cost < best.cost
    # Where parts are only missing, the number may decide among the streets of the name.
    return other.cost < best.cost and not _MISSING_ONLY.issuperset({*best.slips, *other.slips})


def _dominated(other: Near, best: Near) -> bool:
    """Whether the nearest has its parts exactly as printed, and the other street of that name has not."""
    parts = set(best.slips) - {"misspelled"}
    return not parts and other.name == best.name and other.zip5 == best.zip5 and other is not best


def _tie(best: Near, tied: list[Near]) -> Corrected:
    if best.by_name:
        return Corrected(Outcome.NONE, tuple(tied), "several_near", "several streets are as near as the nearest")
    if any(n.by_name for n in tied):
        return Corrected(Outcome.TIED, (), "part_wrong", "a street of nearly this name agrees as well")
    return Corrected(Outcome.TIED, tuple(tied), "part_wrong", "several streets of this name agree equally")


def _addon_of(low: str, high: str, plus4: str) -> bool:
    return low <= plus4 <= high and low.isdigit() and high.isdigit()
