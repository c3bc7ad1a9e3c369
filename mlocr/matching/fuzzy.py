"""Misspelled and misread street names: one clear answer or none (*ours* throughout)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mlocr.matching.street_words import STREET_WORDS
from mlocr.matching.text import fold
from mlocr.matching.words import COMMON_NAMES

_DIGITS = re.compile(r"\d+")
_SPLIT_NUMBER = re.compile(r"\d \d")
_LONGEST = 40
_TWO_FOR_ONE = ("RN", "CL", "VV")
_SHORTEST_PAIR = 4
OWN_WORDS = COMMON_NAMES | STREET_WORDS
"""Words that are names of their own: printed in full, no misspelling of another."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A name of the directory near the printed one; `distance` in edits, a digit read for a letter is a quarter."""

    name: str
    distance: float


@dataclass(frozen=True, slots=True)
class NameList:
    """Names in sorted order, each with its look-alike fold, as a set, and those that end in a number or a letter."""

    names: tuple[str, ...]
    folds: tuple[str, ...]
    members: frozenset[str]
    numbered: tuple[str, ...] = ()

    @staticmethod
    def of(names: Iterable[str]) -> NameList:
        """The list of these names, each once."""
        members = frozenset(names)
        ordered = tuple(sorted(members))
        numbered = tuple(name for name in ordered if " " in name and (name[-1].isdigit() or name[-2] in " 0123456789"))
        return NameList(ordered, tuple(fold(name) for name in ordered), members, numbered)


def _allowed(length: int) -> float:
    if length <= 4:
        return 1.0
    return 1.0 if length <= 7 else 2.0 if length <= 11 else 3.0


def only_digits_misread(printed: str, name: str) -> bool:
    """Whether the names differ only by spaces, and by digits that stand for look-alike letters or the other way."""
    first, second = (text.replace(" ", "").replace("-", "") for text in (printed, name))
    return len(first) == len(second) and all(
        a == b or (a.isdigit() != b.isdigit() and fold(a) == fold(b)) for a, b in zip(first, second, strict=True)
    )


def _plausible(printed: str, name: str, distance: float) -> bool:
    """Whether one name can be a slip for the other, apart from the number of edits."""
    if _SPLIT_NUMBER.search(printed) and not _SPLIT_NUMBER.search(name):
        return False  # 2 1ST is not 21ST: the 2 may belong to the house number
    if only_digits_misread(printed, name):
        return True
    if _DIGITS.findall(printed) != _DIGITS.findall(name):
        return False  # a numbered street is never misspelled into another
    if printed.count(" ") == name.count(" ") > 0:
        # Word by word: OLD MILL and OLD HILL, AVENUE A and AVENUE B are as far apart as MILL and HILL, A and B.
        pairs = zip(printed.split(), name.split(), strict=True)
        return all(a == b or _plausible(a, b, OSA.distance(a, b)) for a, b in pairs)
    return _plausible_word(printed, name, distance)


def _plausible_word(printed: str, name: str, distance: float) -> bool:
    """One word: not a word of its own; not a plural (OAK, OAKS); its first letter wrong by transposition only."""
    if distance > _allowed(min(len(printed), len(name))):
        return False
    first_fits = fold(printed[:1]) == fold(name[:1]) or sorted(printed[:2]) == sorted(name[:2])
    if printed in OWN_WORDS or {printed + "S", name + "S"} & {printed, name} or not first_fits:
        return False
    if min(len(printed), len(name)) <= 4:
        # A four-letter name only by transposition or a doubled letter: every substitution makes another word.
        return sorted(printed) == sorted(name) or _undoubled(printed) == _undoubled(name)
    return True


def grade(printed: str, near: Neighbour) -> int:
    """How good the evidence is that the printed name is a slip for its neighbour.

    0: the same; 1: a plain slip; 2: one that counts where all else agrees; 3: one for which the printed +4 must
    speak as well; 4: none, only a rival.
    """
    name, distance = near.name, near.distance
    if distance == 0:
        return 0
    if distance <= _allowed(len(printed)) and _plausible(printed, name, distance):
        return 1
    if _SPLIT_NUMBER.search(printed) or _DIGITS.findall(printed) != _DIGITS.findall(name):
        return 4
    first, second = printed.split(), name.split()
    pairs = [(a, b) for a, b in zip(first, second, strict=False) if a != b]
    if len(first) == len(second) and len(pairs) == 1:
        return _word_grade(*pairs[0], whole=len(name) - 1 if len(first) > 1 else 0)
    return _word_grade(printed, name, whole=0)


def _word_grade(printed: str, name: str, whole: int) -> int:
    """The grade of one damaged word; `whole`: letters of the name around it, where other words of it agree."""
    short = min(len(printed), len(name))
    plural = {printed + "S", name + "S"} & {printed, name}
    if printed in OWN_WORDS or plural or short < 2 or printed.isdigit():
        return 4
    pair = short == _SHORTEST_PAIR and any(two in printed for two in _TWO_FOR_ONE)
    if fold(printed) == fold(name) and (short > 4 or whole > 5 or pair):
        return 2  # COLURNBIA, CLOGWOOD, VVATER, RNAIN; PONCE CLE LEON
    distance = OSA.distance(printed, name)
    torn = abs(len(printed) - len(name)) == 1 and len(name) > 3 and (len(name) > 4 or printed[0] == name[0])
    if distance == 1 and (short > 4 or torn or whole > 5):
        return 2
    return 3 if distance <= max(1, len(name) // 3) else 4


def _undoubled(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)


def neighbours(printed: str, names: Collection[str] | NameList) -> list[Neighbour]:
    """The names within reach of the printed one, nearest first; a superset of what may be accepted."""
    listed = names if isinstance(names, NameList) else NameList.of(names)
    printed = printed[:_LONGEST]
    limit = _allowed(len(printed)) + 1.0
    cutoff = int(limit)
    found: dict[int, float] = {}
    for _, distance, at in process.extract(
        printed, listed.names, scorer=OSA.distance, score_cutoff=cutoff, limit=None, processor=None
    ):
        found[at] = float(distance)
    # Look-alike letters (RN and M, CL and D, I and L) make other words as well: they count as an edit.
    for _, distance, at in process.extract(
        fold(printed), listed.folds, scorer=OSA.distance, score_cutoff=cutoff - 1, limit=None, processor=None
    ):
        name = listed.names[at]
        if found.get(at) != 0.0 and abs(len(name) - len(printed)) <= limit + 1:
            near = 0.25 if distance == 0 and only_digits_misread(printed, name) else 1.0 + distance
            found[at] = min(found.get(at, near), near)
    near_ones = (Neighbour(listed.names[at], distance) for at, distance in found.items())
    return sorted(near_ones, key=lambda n: (n.distance, n.name))


def clear_neighbour(printed: str, names: Collection[str] | NameList) -> str:
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


def is_strong_slip(printed: str, name: str) -> bool:
    """Whether only transposed, doubled or look-alike letters keep two names apart: no letter is another one."""
    first, second = printed.replace(" ", ""), name.replace(" ", "")
    if sorted(first) == sorted(second) or fold(first) == fold(second):
        return True
    return _undoubled(first) == _undoubled(second)
