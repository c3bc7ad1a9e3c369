"""The primary number at the start of a street line, in every printed form (Publication 28 appendix D and E)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlocr.matching.suffixes import suffix_of
from mlocr.matching.text import REPAIRABLE, digits_of, ending_read
from mlocr.matching.words import DIRECTIONALS

NUMBER = re.compile(
    r"^(?:\d+[A-Z]{0,2}|\d+-\d+[A-Z]?|\d+-[A-Z]|[NSEW]\d+[NSEW]\d+|\d+[NSEW]\d+[A-Z]?|\d+\.\d+|[A-Z]{1,2}-?\d+(?:-\d+)?)$"
)
"""A primary number of one word."""

ORDINAL = re.compile(r"^\d+(?:ST|ND|RD|TH)$")
"""A numbered street, which is no primary number."""

MARKS = frozenset({"#", "NO", "NUM", "NUMBER", "NRO", "NUMERO"})
"""Words that say that a number follows."""

_GLUED_DIRECTION = re.compile(r"^(\d+)(?:NE|NW|SE|SW|N|S|E|W)$")
_FRACTION = re.compile(r"^\d+/\d+$")
_GLUED_FRACTION = re.compile(r"^(\d+)(-?)(\d/\d+)$")
_GRID_HALF = re.compile(r"^[NSEW]\d+$")
_GRID_HYPHEN = re.compile(r"^[NSEW]\d+-[NSEW]\d+$")
_LETTER = re.compile(r"^[A-Z]$")
_NUMBER_NAMES = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN"
_NUMBER_WORDS = {word: n for n, word in enumerate(_NUMBER_NAMES.split(), 1)}


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """One reading of the primary number: its text, the words it takes (-1: a directional is glued on and stays).

    `repaired`: look-alike letters were read as digits. `split`: words were joined or parted.
    """

    text: str
    used: int = 1
    repaired: bool = False
    split: bool = False


def is_fraction(word: str) -> bool:
    """1/2, 3/4; 91/2 is a number that ran into a fraction."""
    if not _FRACTION.match(word):
        return False
    part, whole = word.split("/")
    return int(part) < int(whole)


def numbers(words: tuple[str, ...]) -> Iterator[PrintedNumber]:
    """Every reading of the primary number at the start, the plainest first."""
    first = words[0]
    if first.isdecimal():
        yield from _whole_numbers(words)
        return
    if len(words) > 2 and _GRID_HALF.match(first) and _GRID_HALF.match(words[1]):
        yield PrintedNumber(first + words[1], 2)
    if _GRID_HYPHEN.match(first):
        yield PrintedNumber(first.replace("-", ""))
    if NUMBER.match(first):
        yield PrintedNumber(first)
        glued = _GLUED_DIRECTION.match(first)
        if glued:
            yield PrintedNumber(glued[1], -1)
    fraction = _GLUED_FRACTION.match(first)
    if fraction and is_fraction(fraction[3]):
        yield PrintedNumber(f"{fraction[1]} {fraction[3]}", split=not fraction[2])
    yield from _repaired(first)
    if first in _NUMBER_WORDS and len(words) > 1:
        yield PrintedNumber(str(_NUMBER_WORDS[first]))
    if _LETTER.match(first) and first not in DIRECTIONALS and len(words) > 2 and words[1].isdecimal():
        yield PrintedNumber(first + words[1], 2, split=True)


def _whole_numbers(words: tuple[str, ...]) -> Iterator[PrintedNumber]:
    """A number of digits: alone, with a fraction behind it, or with a letter or digits that stand apart from it."""
    first = words[0]
    if len(words) > 2 and is_fraction(words[1]):
        yield PrintedNumber(f"{first} {words[1]}", 2)
        return
    yield PrintedNumber(first)
    if len(words) < 3:
        return
    second = words[1]
    if _LETTER.match(second) and (len(words) > 3 or not suffix_of(words[2])):  # 12 A ST is a street of its own
        yield PrintedNumber(first + second, 2, split=True)
    if second.isdecimal():
        yield PrintedNumber(f"{first}-{second}", 2, split=True)


def _repaired(first: str) -> Iterator[PrintedNumber]:
    if any(c in REPAIRABLE for c in first) and any(c.isdigit() for c in first):
        read = digits_of(first)
        if read:
            yield PrintedNumber(read, repaired=True)
    if ending_read(first):
        yield PrintedNumber(ending_read(first), repaired=True)
