"""Printed units that no range holds: a plain miss, or a unit misread (*ours*: only a plain miss is a default)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from string import ascii_uppercase, digits

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.designators import COARSE
from mlocr.matching.parsed import Secondary
from mlocr.matching.ranges import covers
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import DIRECTIONALS

_LONGEST_UNIT = 8
_LETTER_FOR = {"6": "G", "8": "B", "0": "O", "1": "I", "5": "S", "2": "Z"}
_DIGIT_FOR = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "S": "5",
    "B": "8",
    "Z": "2",
    "G": "6",
    "A": "4",
    "|": "1",
}
_FRACTIONS = ("1/2", "1/3", "1/4", "2/3", "3/4")


def slips(unit: str) -> set[str]:
    """What a unit may have been: look-alikes put in, all at once too; another letter, one left out or one lost."""
    unit = unit[:_LONGEST_UNIT]
    places = [(unit[:at], char, unit[at + 1 :]) for at, char in enumerate(unit)]
    found = {head + _LETTER_FOR.get(char, char) + tail for head, char, tail in places}
    found |= {"".join(form) for form in product(*({char, _DIGIT_FOR.get(char, char)} for char in unit))}
    if unit.isdigit():
        found |= {unit[:-1] + "A"} if unit[-1] == "4" else set()
        found |= {form for letter in ascii_uppercase for form in (letter + unit, unit + letter)}
    if any(char.isalpha() for char in unit):
        found |= {head + tail for head, _, tail in places}
        found |= {head + other + tail for head, char, tail in places if char.isalpha() for other in ascii_uppercase}
    return found - {unit, ""}


def digit_slips(unit: str) -> set[str]:
    """A unit with one digit changed, left out or put in, or two neighbours swapped."""
    unit = unit[:_LONGEST_UNIT]
    cuts = [(unit[:at], unit[at:]) for at in range(len(unit) + 1)]
    found = {head + digit + tail for head, tail in cuts for digit in digits}
    found |= {head + digit + tail[1:] for head, tail in cuts if tail[:1].isdecimal() for digit in ("", *digits)}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    return found - {unit, ""}


def character_slips(unit: str) -> set[str]:
    """A unit with one character taken for another: what a reader of print may have done, any letter or digit."""
    unit = unit[:_LONGEST_UNIT]
    places = [(unit[:at], unit[at + 1 :]) for at in range(len(unit))]
    return {head + other + tail for head, tail in places for other in (*digits, *ascii_uppercase)} - {unit}


def fraction_forms(unit: str) -> list[str]:
    """6-1/2 and 61/2 as 6 1/2; empty for a unit without a fraction glued on."""
    for fraction in _FRACTIONS:
        whole = unit.removesuffix(fraction)
        if whole != unit and whole.removesuffix("-").isdigit():
            return [f"{whole.removesuffix('-')} {fraction}"]
    return []


def unreadable(unit: Secondary) -> bool:
    """A value no building writes: a point, slash or star in it, a word with digits; letters without a designator."""
    value = unit.number
    if value in SUFFIXES or value in DIRECTIONALS:
        return True  # PH ST, STE NE: a word of the street where the number was
    letters, digits = sum(c.isalpha() for c in value), sum(c.isdigit() for c in value)
    bare_word = not unit.designator and letters > 0 and (letters > 1 or not value[:1].isdigit())
    odd_floor = unit.designator == "FL" and letters > 1
    return any(mark in value for mark in "./*") or (letters > 2 and digits > 0) or bare_word or odd_floor


def held_as_another(unit: Secondary, ranged: Sequence[DirectoryRecord]) -> bool:
    """Whether the value is in a range of another kind of unit (FL 933 and RM 933); a floor 1 to 99 is no such case."""
    if not unit.number or (unit.designator in COARSE and len(unit.number) <= 2):
        return False
    return any(covers(r.secondary_low, r.secondary_high, r.secondary_parity, unit.number) for r in ranged)
