"""Finding the last line: city, state and ZIP Code, searched from the bottom of the block upward."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mlocr.mail.address import LastLine
from mlocr.matching.line_kinds import is_attention, is_domestic, is_endorsement, is_foreign
from mlocr.matching.parse_route import general_delivery
from mlocr.matching.places import LONGEST_STATE, STATE_CODES, STATES
from mlocr.matching.text import digits_of, fold, lettered, tokens

_ZIP = re.compile(r"^(?P<head>.*?)[ -]*(?P<zip>\d{5})(?:\s*-\s*|\s)?(?P<plus>\d{4})?$")
_ZIP_AND_POINT = re.compile(
    r"^(?P<head>.*?)[ -]*(?P<zip>\d{5})(?:\s*-\s*(?P<plus>\d{4})(?:\s?-?\d{2,3})|\s?(?P<plus2>\d{4})\s?-?\d{2})$"
)
# What may stand behind a ZIP Code: marks, the rest of a +4 that was cut off, two digits of the mailer's; the country.
_TAIL = re.compile(r"(?<=\d{5})\s?-\s?\d{1,3}$|(?<=[A-Z]\s\d{5})\s\d\d$|[\s*/&_#-]+$")
_COUNTRY = re.compile(r"(?<=[A-Z0-9])\s(?:USA|U S A|UNITED STATES(?: OF AMERICA)?|EE ?UU)$")
# A ZIP Code with one character that cannot be a digit: what it was, the city and the address must tell.
_UNREAD = re.compile(r"^(?P<head>.*[A-Z])\s(?P<zip>(?=.{0,4}[A-Z])(?=(?:[A-Z]?\d){4})[A-Z0-9]{5})(?:\s?-\s?\w{1,5})?$")
_INNER_ZIP = re.compile(r"(?<![\w-])(?P<zip>\d{5})(?:-?(?P<plus>\d{4}))?(?![\w-])")
_DAMAGED = re.compile(r"^(?P<head>.*?)[ -]*(?P<zip>[0-9OQDILSBZ]{5})(?:\s*-\s*|\s)?(?P<plus>[0-9OQDILSBZ]{4})?$")
_SPLIT = re.compile(r"^(?P<head>.*[A-Z])\s(?P<zip>\d{1,4}\s\d{1,4})(?:\s*-\s*(?P<plus>\d{4}))?$")
# A ZIP Code with a gap where a digit was: a blot, a hole. Where its end is cut off, more may be than that.
_TORN = re.compile(r"^(?P<head>.*[A-Z])\s(?P<left>\d{1,3})\s(?P<right>\d{1,3})(?:\s?-\s?\d{1,4})?$")
_TORN_BEFORE_ADDON = re.compile(r"^(?P<head>.*[A-Z])\s(?P<left>\d{4})(?P<right>)\s-\s?\d{4}$")
_LOST_DIGIT = "X"


_LEAST_DIGITS = 3
_DIGIT = re.compile(r"\d")
_DIGITLIKE = frozenset("OQDILSBZ")
_COUNTRY_ENDS = frozenset({"USA", "A", "STATES", "AMERICA", "UU", "EEUU"})
_LONG_STATE_ENDS = frozenset(name[-1] for name in STATES if len(name) > 1)

CityTest = Callable[[str, str], bool]
"""Whether the directory has a city of a name (in a state; empty: in any)."""


class PrintedLast(NamedTuple):
    """The last line as printed: its parts, the lines it takes (`first` to `last`), whether look-alikes were read."""

    parts: LastLine
    first: int
    last: int
    repaired: bool = False
    confidence: float = 1.0


class FoundLast(NamedTuple):
    """The last line found, or that the piece is foreign, or that two last lines contradict each other, or nothing."""

    printed: PrintedLast | None
    foreign: bool = False
    contradicted: bool = False


def _plain_zip(text: str) -> tuple[str, str, str] | None:
    """Head, ZIP Code and +4 of a line that ends in them as they should be; the patterns would say the same, slower."""
    end = len(text) - 5 if text[-5:-4] == "-" and text[-4:].isdecimal() else len(text)
    at = end - 6
    if at > 0 and text[at] == " " and text[at - 1].isalpha() and text[at + 1 : end].isdecimal():
        return text[:at], text[at + 1 : end], text[end + 1 :]
    return None


def _ends_in_word(text: str) -> bool:
    """Whether a line ends in a word that can be no part of a ZIP Code or +4, damaged or not, and names no country."""
    last = text.rpartition(" ")[2]
    return last.isalpha() and "-" not in text and last not in _COUNTRY_ENDS and not _DIGITLIKE.issuperset(last)


def _zip_of(text: str) -> tuple[str, str, str, bool]:
    """Head, ZIP Code, +4 and whether look-alikes were read; the ZIP Code is empty where there is none."""
    for pattern in (_ZIP_AND_POINT, _ZIP):
        found = pattern.match(text)
        if found:
            head = found["head"]
            # A longer run of digits is no ZIP Code.
            if head[-1:].isdigit() and text[len(head) : len(head) + 1] not in (" ", "-"):
                return text, "", "", False
            groups = found.groupdict()
            return head.strip(" -"), found["zip"], groups["plus"] or groups.get("plus2") or "", False
    found = _DAMAGED.match(text)
    if found and sum(c.isdigit() for c in found["zip"]) >= 3:
        zip5, plus = digits_of(found["zip"]), digits_of(found["plus"] or "")
        if zip5 and (plus or not found["plus"]):
            return found["head"].strip(" -"), zip5, plus, True
    found = _SPLIT.match(text)
    if found and len(found["zip"]) == 6:
        return found["head"], found["zip"].replace(" ", ""), found["plus"] or "", True
    return text, "", "", False


def _state_of(words: tuple[str, ...]) -> tuple[tuple[str, ...], str, bool]:
    """City words, state and whether look-alikes were read; the longest state name at the end counts."""
    longest = LONGEST_STATE if words and words[-1] in _LONG_STATE_ENDS else 1
    for size in range(min(longest, len(words)), 0, -1):
        code = STATES.get(words[-size:])
        if code:
            return words[:-size], code, False
    if len(words) > 1 and len(words[-1]) == 2 and any(c.isdigit() for c in words[-1]):
        near = [code for code in sorted(STATE_CODES) if fold(code) == fold(words[-1])]
        return words[:-1], near[0] if len(near) == 1 else "", True
    return words, "", False


def read_last_line(text: str) -> tuple[LastLine, bool]:
    """City, state and ZIP Code of one line, each empty where absent, and whether look-alike letters were read."""
    head, zip5, plus4, repaired = _zip_parted(text)
    city, state, state_repaired = _state_of(tokens(head))
    return LastLine(" ".join(map(lettered, city)), state, zip5, plus4), repaired or state_repaired


def _zip_parted(text: str) -> tuple[str, str, str, bool]:
    """A line's head, ZIP Code and +4, and whether look-alikes were read; marks and the country's name dropped."""
    plain = _plain_zip(text)
    if plain is not None:
        return *plain, False
    head, zip5, plus4, repaired = _zip_of(_TAIL.sub("", _COUNTRY.sub("", text)))
    if not zip5:
        unread = _UNREAD.match(head)
        if unread and _state_of(tokens(unread["head"]))[1]:
            return unread["head"], unread["zip"], plus4, True
    return head, zip5, plus4, repaired


def reordered(text: str, known: CityTest) -> LastLine | None:
    """A last line whose ZIP Code does not stand at its end (OH 44101 MILLBROOK), its city known in its state."""
    found = _INNER_ZIP.search(text)
    if found is None or _INNER_ZIP.search(text, found.end()):
        return None
    before, after = tokens(text[: found.start()]), tokens(_COUNTRY.sub("", text[found.end() :]))
    city, state, _ = _state_of(after)
    if not state:  # OH 44101 MILLBROOK
        rest, state, _ = _state_of(before)
        city, before = after, rest
    elif not city:  # MILLBROOK 44101 OH
        city, before = before, ()
    if before:
        return None
    name = " ".join(lettered(word) for word in city)
    if not state or not _is_city(name) or not known(name, state):
        return None
    return LastLine(name, state, found["zip"], found["plus"] or "")


def torn(text: str, known: CityTest) -> LastLine | None:
    """A last line whose ZIP Code has a gap for one digit (X), its city known in its state (*ours*).

    City and address must tell the ZIP Code, as where it has a character that is no digit.
    """
    found = _TORN.match(text) or _TORN_BEFORE_ADDON.match(text)
    if found is None or len(found["left"] + found["right"]) != 4:
        return None
    city, state, _ = _state_of(tokens(found["head"]))
    name = " ".join(lettered(word) for word in city)
    if not state or not _is_city(name) or not known(name, state):
        return None
    return LastLine(name, state, found["left"] + _LOST_DIGIT + found["right"])


def split_off(text: str, known: CityTest) -> tuple[str, str] | None:
    """A whole address on one line, as its delivery part and its last line; None where it is none.

    The city is the longest known one before state and ZIP Code that leaves a street or box before it.
    """
    parts, _ = read_last_line(text)
    words = parts.city.split()
    if not parts.zip5 or not parts.state or len(words) < 3 or not any(c.isdigit() for c in parts.city):
        return None
    for at in range(2, len(words)):
        city = " ".join(words[at:])
        if _is_city(city) and known(city, parts.state):
            plus = f"-{parts.plus4}" if parts.plus4 else ""
            return " ".join(words[:at]), f"{city} {parts.state} {parts.zip5}{plus}"
    return None


def _is_city(words: str) -> bool:
    return bool(words) and _DIGIT.search(words) is None and not is_attention(words)


def find_last_line(lines: Sequence[str], confidences: Sequence[float], known: CityTest) -> FoundLast:
    """The lowest line that is a last line; junk below it is passed over, a foreign one settles the piece.

    `lines` are in normal form. `known` says whether the directory has a city of this name (in a state, or in any).
    """
    weak: PrintedLast | None = None
    for at in range(len(lines) - 1, -1, -1):
        text = lines[at]
        if not text or is_domestic(text):
            continue
        if is_foreign(text):
            return FoundLast(None, foreign=True)
        if is_endorsement(text) and not _strong(read_last_line(text)[0], known):
            continue
        parts, repaired = read_last_line(text)
        here = PrintedLast(parts, at, at, repaired, confidences[at])
        found = _judge(here, lines, confidences, known)
        turned = (reordered(text, known) or torn(text, known)) if found is None else None
        if turned is not None:
            found = PrintedLast(turned, at, at, False, confidences[at])
        if found is not None:
            return against_above(found, weak, lines, confidences, known)
        if weak is None and parts.zip5 and _is_city(parts.city):
            weak = here
    return FoundLast(weak)


def against_above(
    found: PrintedLast,
    below: PrintedLast | None,
    lines: Sequence[str],
    confidences: Sequence[float],
    known: CityTest,
) -> FoundLast:
    """The last line found, unless a line next to it says otherwise.

    A complete last line directly above counts (a ZIP Code repeated below it adds its +4); another ZIP Code or city in
    one of the two is a contradiction, and neither is believed (*ours*).
    """
    if below is not None and below.first == found.last + 1 and below.parts.zip5 != found.parts.zip5:
        return FoundLast(None, contradicted=True)
    at = found.first - 1
    while at >= 0 and (not lines[at] or is_domestic(lines[at])):
        at -= 1
    if at < 0:
        return FoundLast(found)
    if _ends_in_word(lines[at]) or len(_DIGIT.findall(lines[at][-14:])) < _LEAST_DIGITS:
        return FoundLast(found)  # no ZIP Code there, damaged or not
    above, repaired = read_last_line(lines[at])
    if not _strong(above, known):
        return FoundLast(found)
    own = found.parts
    other_zip = own.zip5 not in ("", above.zip5) or (own.plus4 and above.plus4 and own.plus4 != above.plus4)
    if other_zip or (own.state and own.state != above.state) or (own.city and own.city != above.city):
        return FoundLast(None, contradicted=True)
    parts = above._replace(plus4=above.plus4 or own.plus4)
    return FoundLast(PrintedLast(parts, at, at, repaired, confidences[at]))


def _strong(parts: LastLine, known: CityTest) -> bool:
    return bool(parts.zip5 and parts.state and _is_city(parts.city)) and known(parts.city, parts.state)


def _judge(
    here: PrintedLast, lines: Sequence[str], confidences: Sequence[float], known: CityTest
) -> PrintedLast | None:
    parts, at = here.parts, here.first
    if parts.zip5 and parts.state and (_is_city(parts.city) or not parts.city):
        return here if parts.city else _with_city_above(here, lines, confidences, known)
    if parts.zip5 and not parts.state and not parts.city:
        return _with_city_above(here, lines, confidences, known)
    if parts.zip5 and _is_city(parts.city) and known(parts.city, ""):
        return here
    if parts.state and _is_city(parts.city) and known(parts.city, parts.state):
        return here
    if at > 0 and not parts.zip5 and not parts.city and parts.state and known(lines[at - 1], parts.state):
        return here._replace(parts=LastLine(lines[at - 1], parts.state), first=at - 1)
    return None


def _with_city_above(
    here: PrintedLast, lines: Sequence[str], confidences: Sequence[float], known: CityTest
) -> PrintedLast | None:
    """A ZIP Code (and state) on a line of its own: the city may stand on the line above."""
    at = here.first
    if at > 0:
        above, repaired = read_last_line(lines[at - 1])
        state = above.state or here.parts.state
        fits = not above.zip5 and _is_city(above.city) and not (above.state and here.parts.state)
        fits = fits and general_delivery(lines[at - 1]) is None  # GENERAL DEL is no place in Delaware
        if fits and (above.state or known(above.city, state)):
            parts = LastLine(above.city, state, here.parts.zip5, here.parts.plus4)
            low = min(here.confidence, confidences[at - 1])
            return PrintedLast(parts, at - 1, at, here.repaired or repaired, low)
    return here
