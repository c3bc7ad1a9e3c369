"""Secondary units on a delivery line or on a line of their own (Publication 28 section 213, appendix C2)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from rapidfuzz.distance import OSA

from mlocr.matching.designators import DESIGNATORS, WITHOUT_RANGE, damaged_designator
from mlocr.matching.parsed import Secondary
from mlocr.matching.suffixes import SUFFIXES, suffix_of
from mlocr.matching.text import fold, tokens
from mlocr.matching.words import DIRECTIONALS, ORDINALS

_GLUED = re.compile(
    r"^(APT|APTO|STE|SUITE|UNIT|RM|ROOM|BLDG|FL|LOT|SPC|TRLR|APARTMENT|BUILDING|FLOOR|SPACE|SLIP|PMB|PH)(\d[A-Z0-9-]*)$"
)
_RUN_IN = ("APARTMENT", "SUITE", "BLDG", "UNIT", "ROOM", "TRLR", "APT", "STE", "LOT", "SPC", "RM", "FL")
_VALUE = re.compile(r"^[A-Z0-9][A-Z0-9/.-]*$")
_FRACTION = re.compile(r"^\d+/\d+[A-Z]?$")
_FLOOR = re.compile(r"^(\d+)(?:ST|ND|RD|TH)$")
_TRAVEL = re.compile(r"^LOT\s?(?:0\d{3}|\d{4})[AD]?$")  # a line of travel, not a lot
_PRIVATE = frozenset({"PMB"})
_DROPPED = frozenset({"MSC", "MAILSTOP"})
_WORDS_OF_FIVE = 4
_MARKS = frozenset({"NO", "NUM", "NUMBER", "NRO", "NUMERO"})
_HEADS = frozenset({*DESIGNATORS, *_MARKS, *_PRIVATE, *_DROPPED})
_TAIL = re.compile(r"^(?:\d{1,3}|[A-Z])$")
_NUMBER_NAMES = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN"
_VALUE_WORDS = MappingProxyType({word: str(n) for n, word in enumerate(_NUMBER_NAMES.split(), 1)})
_LONGEST_LOOKALIKE = 8
_LOOKALIKES = {fold(word): DESIGNATORS[word] for word in ("APT", "STE", "FL", "UNIT", "SUITE", "BLDG", "FLOOR")}

Divided = tuple[tuple[str, ...], tuple[Secondary, ...], str]
"""The words of a street, the units behind them, and the private mailbox."""


def unglue(words: tuple[str, ...]) -> tuple[str, ...]:
    """APT5 as APT 5, STE200 as STE 200."""
    if "".join(words).isalpha() or all([word.isalpha() or word[0].isdigit() for word in words]):
        return words
    out: list[str] = []
    for word in words:
        found = _GLUED.match(word)
        out.extend((found[1], found[2]) if found else (word,))
    return tuple(out)


def unit_parted(words: tuple[str, ...]) -> tuple[str, ...]:
    """MAIN STAPT 36 as MAIN ST APT 36: a suffix or directional and a unit's designator that ran together (*ours*)."""
    if len(words) < 4 or not words[-1][0].isdigit() or not words[-2].isalpha() or words[-2] in DESIGNATORS:
        return words
    run = words[-2]
    for designator in _RUN_IN:
        stem = run.removesuffix(designator)
        if stem != run and (stem in DIRECTIONALS or (stem in SUFFIXES and run not in SUFFIXES)):
            return (*words[:-2], stem, designator, words[-1])
    return words


def _is_value(word: str) -> bool:
    if not _VALUE.match(word):
        return False
    return any(c.isdigit() for c in word) or len(word) <= 2 or word in ("MEZZ", "MEZZANINE")


def _floor(words: tuple[str, ...], at: int) -> tuple[Secondary, int] | None:
    """2ND FLOOR, SECOND FL."""
    if at + 1 < len(words) and DESIGNATORS.get(words[at + 1]) == "FL":
        floor = _FLOOR.match(ORDINALS.get(words[at], words[at]))
        return (Secondary("FL", floor[1]), 2) if floor else None
    return None


def _take(words: tuple[str, ...], at: int) -> tuple[Secondary, int] | None:
    """One designator and its number at `at`, and the words used."""
    word = words[at]
    if word in _MARKS and at + 1 < len(words) and words[at + 1][0].isdigit():
        return Secondary("#", words[at + 1]), 2
    standard = DESIGNATORS.get(word) or (_LOOKALIKES.get(fold(word)) if len(word) < _LONGEST_LOOKALIKE else None)
    if word == "#" or word in _PRIVATE or word in _DROPPED:
        designator = word
    elif standard:
        designator = standard
    else:
        return _floor(words, at)
    used = 1
    while at + used < len(words) and (words[at + used] == "#" or words[at + used] in _MARKS):
        used += 1
    if at + used < len(words):
        value = words[at + used]
        value = _VALUE_WORDS.get(value, value) if designator == "FL" else value
        if _is_value(value):
            rest = words[at + used + 1 :]
            if value.isdigit() and rest and _FRACTION.match(rest[0]):
                return Secondary(designator, f"{value} {rest[0]}"), used + 2
            if len(rest) == 1 and value.isdigit() and designator not in _PRIVATE and _TAIL.match(rest[0]):
                return Secondary(designator, value, tail=rest[0]), used + 2
            return Secondary(designator, value), used + 1
    return (Secondary(designator, ""), used) if designator in WITHOUT_RANGE else None


def _names_unit(word: str) -> bool:
    """Whether a unit may begin with this word, whatever follows."""
    return word in _HEADS or word == "#" or (len(word) < _LONGEST_LOOKALIKE and fold(word) in _LOOKALIKES)


def _begins_unit(words: tuple[str, ...], at: int) -> bool:
    """A cheap look at the words at `at`: whether `_take` can make anything of them."""
    return _names_unit(words[at]) or (at + 1 < len(words) and DESIGNATORS.get(words[at + 1]) == "FL")


def read_units(words: tuple[str, ...]) -> tuple[tuple[Secondary, ...], str] | None:
    """Units and private mailbox where the words are nothing else; None where anything is left over."""
    units: list[Secondary] = []
    mailbox = ""
    at = 0
    while at < len(words):
        taken = _take(words, at)
        if taken is None:
            return None
        unit, used = taken
        if unit.designator in _PRIVATE or (unit.designator == "#" and units and units[-1].designator != "#"):
            mailbox = unit.number  # a # after a complete secondary is a private mailbox (Publication 28 section 285)
        elif unit.designator not in _DROPPED:
            units.append(unit)
        at += used
    return tuple(units), mailbox


def _may_begin_unit(words: tuple[str, ...]) -> bool:
    """A cheap look at the first word: whether `read_units` can get past it."""
    first = words[0]
    if first.isdecimal():
        return False
    if first[0].isdigit() or first in ORDINALS:
        return len(words) > 1
    return not first.isalpha() or first in _HEADS or (len(first) < _LONGEST_LOOKALIKE and fold(first) in _LOOKALIKES)


def read_unit_line(text: str) -> tuple[Secondary, ...] | None:
    """The units of a line that is nothing but units, whole glued designators among them (FL9); None for any other."""
    if text[:1] == "L" and _TRAVEL.match(text):
        return None
    words = tokens(text)
    if not words or not _may_begin_unit(words):
        return None
    read = read_units(unglue(words))
    if read is None or not read[0]:
        return None
    return tuple(replace(unit, glued=unglue(words) != words) for unit in read[0])


def read_mailbox_line(text: str) -> str:
    """The private mailbox of a line that is nothing else (PMB 44); empty for any other (Publication 28 section 285)."""
    read = read_units(unglue(tokens(text))) if text.startswith("PMB") else None
    return read[1] if read is not None and not read[0] else ""


def damaged_unit(words: tuple[str, ...]) -> Secondary | None:
    """AP 112, SIE 810, A PT 112: a damaged designator and a number; None for anything else (*ours*)."""
    near: tuple[str, ...]
    if not words or not words[-1][0].isdigit():
        return None
    if len(words) == 3 and DESIGNATORS.get(words[0] + words[1]) and words[0] not in DESIGNATORS:
        near, value = (DESIGNATORS[words[0] + words[1]],), words[2]
    elif len(words) == 2 and not suffix_of(words[0]) and words[0] not in DIRECTIONALS:
        near, value = damaged_designator(words[0]), words[1]
    else:
        return None
    plain_value = value.isalnum() and sum(c.isalpha() for c in value) <= 1
    return Secondary("", value, near=near) if near and plain_value else None


def misspelled_unit(text: str) -> Secondary | None:
    """A line of one word that is a slip for a designator without a number (REAN for REAR); None for any other."""
    if not text.isalpha() or len(text) < 3:
        return None
    near = {
        std
        for word, std in DESIGNATORS.items()
        if std in WITHOUT_RANGE and len(word) > 2 and OSA.distance(text, word) <= 1
    }
    return Secondary(near.pop(), "") if len(near) == 1 else None


def divisions(words: tuple[str, ...]) -> Iterator[Divided]:
    """Every way to divide street words from the units behind them, the longest tail of units first, then none.

    Last come bare numbers or letters at the end (`123 MAIN ST 4B`), which count only when nothing else fits.
    """
    words = unglue(words)
    if len(words) > 3 and words[-2] in _PRIVATE and words[-1].isalnum():
        yield from ((street, units, words[-1]) for street, units, _ in divisions(words[:-2]))
        return
    # A glance at all words together, for speed: most lines have no unit.
    if "#" in words or not _HEADS.isdisjoint(words) or not _LOOKALIKES.keys().isdisjoint(map(fold, words)):
        for at in range(1, len(words)):
            read = read_units(words[at:]) if _begins_unit(words, at) else None
            if read is not None:
                yield words[:at], *read
    yield words, (), ""
    if len(words) > 1:
        last = words[-1]
        bare = any(c.isdigit() for c in last) or (len(last) == 1 and last not in DIRECTIONALS)
        bare = bare and "." not in last and not (sum(c.isalpha() for c in last) > 2)
        if bare and last not in SUFFIXES and _VALUE.match(last) and len(last) <= _WORDS_OF_FIVE + 2:
            yield words[:-1], (Secondary("", last),), ""
        yield from _damaged_tail(words)


@lru_cache(maxsize=64)
def units_off(words: tuple[str, ...]) -> Divided:
    """The first of `divisions`: the longest tail of units taken off. The latest are kept, as a match asks twice."""
    return next(divisions(words), (words, (), ""))


def _damaged_tail(words: tuple[str, ...]) -> Iterator[Divided]:
    """A damaged unit behind a street that ends in its suffix or directional (MAIN ST AP 112)."""
    for size in (2, 3):
        if len(words) > size and (suffix_of(words[-size - 1]) or words[-size - 1] in DIRECTIONALS):
            unit = damaged_unit(words[-size:])
            if unit is not None:
                yield words[:-size], (unit,), ""
