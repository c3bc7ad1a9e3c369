"""Street lines: the primary number, and the words behind it (Publication 28 section 23 and appendix D)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mlocr.mail.address import AddressKind
from mlocr.matching.parse_building import building_parts
from mlocr.matching.parse_number import MARKS, ORDINAL, numbers
from mlocr.matching.parse_puerto_rico import COMPLEX, complex_parts, kilometre, number_last, without_urbanization
from mlocr.matching.parse_secondary import divisions, read_units, unglue, unit_parted
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.suffixes import suffix_of
from mlocr.matching.text import tokens

_APART = re.compile(r"(?<=\d) - (?=\d)")
_GLUED = re.compile(r"^(\d+)([A-Z]{3,}|US)$")


def street_parts(text: str) -> Iterator[DeliveryParts]:
    """Every way to read a street line, the plainest first; none where there is no primary number."""
    printed = tokens(_APART.sub("-", text) if " - " in text else text)
    words = unit_parted(unglue(printed))
    glued = words is not printed and words != printed
    urbanization = ""
    if "URB" in text:
        words, urbanization = without_urbanization(words)
    if _is_plain(printed, words, text):
        yield DeliveryParts(AddressKind.STREET, words[0], words[1:])
        return
    for parts in _readings(words):
        yield replace(parts, glued=glued, urbanization=urbanization) if glued or urbanization else parts


def _is_plain(printed: tuple[str, ...], words: tuple[str, ...], text: str) -> bool:
    """Whether a line is a whole number and plain words, which has the one reading that `_readings` would find."""
    if words is not printed or len(words) < 2 or not words[0].isdecimal():
        return False
    second = words[1]
    joined = second.isdecimal() or (
        len(second) == 1 and (len(words) > 3 or not suffix_of(words[-1]))
    )  # the number may go on there
    return not joined and "".join(words).isalnum() and "KM" not in words and "URB" not in text


def _readings(whole: tuple[str, ...]) -> Iterator[DeliveryParts]:
    if "KM" in whole:
        yield from kilometre(whole)
    for units, given in _leading_units(whole):
        if len(given) > 3 and given[0] in MARKS and given[1][0].isdigit() and not ORDINAL.match(given[1]):
            # A number sign before the house number (# 12 CALLE 4).
            yield from (replace(parts, split=True) for parts in _with_number(given[1:], units))
            continue
        if len(units) == 1 and units[0].designator == "#" and units[0].number.isdecimal() and given[0].isdecimal():
            # One number with a blank in it as likely as a unit and a number (# 1 2 CALLE 4).
            joined = (units[0].number + given[0], *given[1:])
            yield from (replace(parts, split=True, tentative=True) for parts in _with_number(joined, ()))
        yield from _with_number(given, units)
    yield from building_parts(whole)
    for words, units, _ in divisions(whole) if whole[:1] and whole[0] in COMPLEX else ():
        named = complex_parts(words, units)
        if named is not None:
            yield named


def _with_number(given: tuple[str, ...], units: tuple[Secondary, ...]) -> Iterator[DeliveryParts]:
    words = _split_number(given)
    if len(words) < 2:
        return
    for number in numbers(words):
        # -1: a directional is glued to the number (153S MADISON AVE) and goes to the street.
        rest = words[number.used :] if number.used > 0 else (words[0][len(number.text) :], *words[1:])
        # Two bare numbers are no street line, but a hyphenated one and its numbered street are (61-29 183).
        bare = all(word.isdecimal() for word in rest) and "-" not in number.text
        if rest and not (ORDINAL.match(number.text) and not number.repaired) and not bare:
            yield DeliveryParts(
                AddressKind.STREET,
                number.text,
                rest,
                units,
                repaired=number.repaired,
                split=number.split or number.used < 0 or words is not given,
                tentative=number.split and number.used > 1,
            )
    yield from number_last(words, units)


def _leading_units(words: tuple[str, ...]) -> Iterator[tuple[tuple[Secondary, ...], tuple[str, ...]]]:
    """The line as it stands, then with a unit that stands before the street taken off."""
    yield (), words
    if words and words[0].isdecimal():
        return
    for at in (2, 3, 4):
        if at + 1 < len(words) and any(c.isdigit() for c in words[at]):
            read = read_units(words[:at])
            if read is not None and not any(unit.tail for unit in read[0]):
                yield read[0], words[at:]


def _split_number(words: tuple[str, ...]) -> tuple[str, ...]:
    """124MAIN ST as 124 MAIN ST; ordinals stay whole."""
    found = _GLUED.match(words[0]) if words and not words[0].isdecimal() else None
    if found is None or ORDINAL.match(words[0]):
        return words
    return (found[1], found[2], *words[1:])
