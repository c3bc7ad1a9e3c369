"""Street lines: the primary number, and the words behind it (Publication 28 section 23 and appendix D)."""

import re
from collections.abc import Iterator

from mlocr.mail.address import AddressKind
from mlocr.matching.parse_secondary import read_units, unglue
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.text import REPAIRABLE, digits_of, ending_read, tokens
from mlocr.matching.words import SPANISH, STREET_FIRST

_NUMBER = re.compile(
    r"^(?:\d+[A-Z]{0,2}|\d+-\d+[A-Z]?|\d+-[A-Z]|[NSEW]\d+[NSEW]\d+|\d+[NSEW]\d+[A-Z]?|\d+\.\d+|[A-Z]{1,2}-?\d+(?:-\d+)?)$"
)
_GLUED = re.compile(r"^(\d+)([A-Z]{3,})$")
_GLUED_DIRECTION = re.compile(r"^(\d+)(?:NE|NW|SE|SW|N|S|E|W)$")
_ORDINAL = re.compile(r"^\d+(?:ST|ND|RD|TH)$")
_FRACTION = re.compile(r"^\d+/\d+$")
_GRID_HALF = re.compile(r"^[NSEW]\d+$")
_NUMBER_NAMES = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN"
_NUMBER_WORDS = {word: n for n, word in enumerate(_NUMBER_NAMES.split(), 1)}


def _is_fraction(word: str) -> bool:
    """1/2, 3/4; 91/2 is a number that ran into a fraction."""
    if not _FRACTION.match(word):
        return False
    part, whole = word.split("/")
    return int(part) < int(whole)


def _numbers(words: tuple[str, ...]) -> Iterator[tuple[str, int, bool]]:
    """Every reading of the primary number at the start: number, words used, repaired."""
    first = words[0]
    if len(words) > 2 and _GRID_HALF.match(first) and _GRID_HALF.match(words[1]):
        yield first + words[1], 2, False
    if _NUMBER.match(first):
        if len(words) > 2 and _is_fraction(words[1]) and first.isdigit():
            yield f"{first} {words[1]}", 2, False
        else:
            yield first, 1, False
            glued = _GLUED_DIRECTION.match(first)
            if glued:
                yield glued[1], -1, False
    if not first.isdigit() and any(c in REPAIRABLE for c in first) and any(c.isdigit() for c in first):
        read = digits_of(first)
        if read:
            yield read, 1, True
    if ending_read(first):
        yield ending_read(first), 1, True
    # A word glued to the number (124MAIN) is split by the caller, see `street_parts`.
    if first in _NUMBER_WORDS and len(words) > 1:
        yield str(_NUMBER_WORDS[first]), 1, False


def _leading_units(words: tuple[str, ...]) -> Iterator[tuple[tuple[Secondary, ...], tuple[str, ...]]]:
    """The line as it stands, then with a unit that stands before the street taken off."""
    yield (), words
    for at in (2, 3, 4):
        if at + 1 < len(words) and any(c.isdigit() for c in words[at]):
            read = read_units(words[:at])
            if read is not None:
                yield read[0], words[at:]


def street_parts(text: str) -> Iterator[DeliveryParts]:
    """Every way to read a street line, the plainest first; none where there is no primary number."""
    whole = unglue(tokens(text))
    glued = whole != tokens(text)
    for units, given in _leading_units(whole):
        words = _split_number(given)
        if len(words) < 2:
            continue
        for number, used, repaired in _numbers(words):
            # -1: a directional is glued to the number (153S MADISON AVE) and goes to the street.
            rest = words[used:] if used > 0 else (words[0][len(number) :], *words[1:])
            if rest and not (_ORDINAL.match(number) and not repaired):
                split = used < 0 or words is not given
                yield DeliveryParts(
                    AddressKind.STREET, number, rest, units, repaired=repaired, split=split, glued=glued
                )
        yield from _number_last(words, units)


def _split_number(words: tuple[str, ...]) -> tuple[str, ...]:
    """124MAIN ST as 124 MAIN ST; ordinals stay whole."""
    found = _GLUED.match(words[0]) if words else None
    if found is None or _ORDINAL.match(words[0]):
        return words
    return (found[1], found[2], *words[1:])


def _number_last(words: tuple[str, ...], units: tuple[Secondary, ...]) -> Iterator[DeliveryParts]:
    """Puerto Rico: CALLE AMAPOLA B25, AVE WILSON CHURCHILL 123 (Publication 28 section 295)."""
    if SPANISH.get(words[0], words[0]) not in STREET_FIRST:
        return
    for at in range(len(words) - 1, 1, -1):
        if _NUMBER.match(words[at]) and not _ORDINAL.match(words[at]):
            yield DeliveryParts(AddressKind.STREET, words[at], words[:at] + words[at + 1 :], units)


def looks_like_street(text: str) -> bool:
    """Whether a line can be a street line at all: a number and at least one word with letters."""
    return any(any(len(w) > 1 or w.isdigit() for w in parts.words) for parts in street_parts(text))
