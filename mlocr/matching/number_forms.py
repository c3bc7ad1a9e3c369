"""The forms a printed primary number may have in the file: a unit or letter glued on, hyphens lost or put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.matching.choose import Asked
from mlocr.matching.parsed import Secondary
from mlocr.matching.ranges import plain
from mlocr.matching.units import holds_value

_GLUED_UNIT = re.compile(r"^(\d+)-?([A-Z]\d*|(?<=-)\d+[A-Z]?)$")
_LETTER_BEHIND = re.compile(r"^(\d+)-?([A-Z])$")
_LETTER_FIRST = re.compile(r"^([A-Z]{1,2})-?(\d+)$")
_DIRECTIONS = frozenset("NSEW")
_SHORTEST_JOINED = 4
_LONGEST_JOINED = 7

Holding = Callable[[str], list[DirectoryRecord]]
HoldsUnit = Callable[[Sequence[DirectoryRecord], Secondary], bool]


def number_forms(asked: Asked, street: Sequence[DirectoryRecord], holding: Holding, unit: HoldsUnit) -> Iterator[Asked]:
    """Every form in turn; the first that a record of the street holds is the number.

    `holding` gives the street's records that hold a number, `unit` says whether such records hold a unit.
    """
    number = asked.number
    if asked.apart:  # 115 E: one number beyond doubt only where the street has numbers like 115E
        asked = asked._replace(exact=asked.exact and has_own(holding(number)), sure_only=True)
    if number.isdecimal():
        yield asked
        yield from _hyphen_put_in(asked, street, holding)
        return
    if asked.apart and number[-1] in _DIRECTIONS and not has_own(holding(number)):
        return  # 115 E MAIN ST: the E is a directional, unless the street has numbers like 115E
    if asked.secondaries:
        yield from _recombined(asked, holding)
    glued = _GLUED_UNIT.match(number)
    if glued and not asked.secondaries:
        own = Secondary("", glued[2])
        if unit(holding(glued[1]), own):
            yield asked._replace(number=glued[1], secondaries=(own,), exact=False, sure_only=True)
    yield asked
    if glued and "-" in number and not asked.apart:
        yield asked._replace(number=number.replace("-", ""))
    lettered = _LETTER_FIRST.match(number)
    if lettered:  # A-17 is A17 in one file and A-17 in another
        yield asked._replace(number=lettered[1] + ("" if "-" in number else "-") + lettered[2])


def has_own(held: Sequence[DirectoryRecord]) -> bool:
    """Whether one of the records is for numbers with letters, not only for whole ones."""
    return any(not plain(record.primary_low).isdecimal() for record in held)


def _recombined(asked: Asked, holding: Holding) -> Iterator[Asked]:
    """96-W GAINSBOROUGH ST UNIT 104 as 96, UNIT 104W (CASS categories TA with the dash, TB without)."""
    found = _LETTER_BEHIND.match(asked.number)
    last = asked.secondaries[-1]
    if found is None or not last.number.isdecimal():
        return
    if has_own(holding(asked.number)):
        return
    own = replace(last, number=last.number + found[2])
    building = [r for r in holding(found[1]) if r.record_type is RecordType.HIGHRISE]
    # A whole-number range would hold any unit with a letter behind it.
    if any(not plain(r.secondary_low).isdecimal() and holds_value(r, own.number) for r in building):
        units = (*asked.secondaries[:-1], own)
        yield asked._replace(number=found[1], secondaries=units, exact=False, sure_only=True)


def _hyphen_put_in(asked: Asked, street: Sequence[DirectoryRecord], holding: Holding) -> Iterator[Asked]:
    """11210 as 112-10 where the street has hyphenated numbers and just one place for the hyphen fits (*ours*)."""
    number = asked.number
    if not _SHORTEST_JOINED <= len(number) <= _LONGEST_JOINED or number[0] == "0":
        return
    if not any("-" in record.primary_low for record in street):
        return
    forms = [f"{number[:at]}-{number[at:]}" for at in range(1, len(number))]
    held = [form for form in forms if holding(form)]
    if len(held) == 1:
        yield asked._replace(number=held[0], exact=False, sure_only=True)
