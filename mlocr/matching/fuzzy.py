"""Misspelled and misread street names: one clear answer or none (*ours* throughout)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from mlocr.matching.text import fold
from mlocr.matching.words import COMMON_NAMES

_DIGITS = re.compile(r"\d+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A name of the directory near the printed one; `distance` in edits, a mere look-alike counts a quarter."""

    name: str
    distance: float


def _allowed(length: int) -> float:
    if length <= 4:
        return 1.0
    return 1.0 if length <= 7 else 2.0 if length <= 11 else 3.0


def _distance(printed: str, printed_fold: str, name: str) -> float:
    if printed == name:
        return 0.0
    folded = fold(name)
    if folded == printed_fold:
        return 0.25
    return min(float(OSA.distance(printed, name)), 0.25 + OSA.distance(printed_fold, folded))


def _plausible(printed: str, name: str, distance: float) -> bool:
    """Whether one name can be a slip for the other, apart from the number of edits."""
    if _DIGITS.findall(printed) != _DIGITS.findall(name) and fold(printed) != fold(name):
        return False  # a numbered street is never misspelled into another
    if distance <= 0.25:
        return True
    # A word of its own; OAK and OAKS are two streets; the first letter is seldom wrong but for a transposition.
    first_fits = fold(printed[:1]) == fold(name[:1]) or sorted(printed[:2]) == sorted(name[:2])
    if printed in COMMON_NAMES or {printed + "S", name + "S"} & {printed, name} or not first_fits:
        return False
    if min(len(printed), len(name)) <= 4:
        # A four-letter name only by transposition or a doubled letter: every substitution makes another word.
        return sorted(printed) == sorted(name) or _undoubled(printed) == _undoubled(name)
    return True


def _undoubled(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)


def neighbours(printed: str, names: Sequence[str]) -> list[Neighbour]:
    """The names within reach of the printed one, nearest first; a superset of what may be accepted."""
    printed = printed[:_LONGEST]
    printed_fold = fold(printed)
    limit = _allowed(len(printed)) + 1.0
    near = [
        Neighbour(name, distance)
        for name in names
        if abs(len(name) - len(printed)) <= limit + 1 and (distance := _distance(printed, printed_fold, name)) <= limit
    ]
    return sorted(near, key=lambda n: (n.distance, n.name))


def clear_neighbour(printed: str, names: Sequence[str]) -> str:
    """The one name the printed one must be, or empty: small distance, plausible, and a whole edit before the next."""
    near = neighbours(printed, names)
    if not near or not printed:
        return ""
    best = near[0]
    if best.distance > _allowed(len(printed)) or not _plausible(printed, best.name, best.distance):
        return ""
    if len(near) > 1 and near[1].distance < best.distance + 1.0:
        return ""
    return best.name
