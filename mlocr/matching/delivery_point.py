"""The delivery point: the two digits after the ZIP+4, from the primary or (highrise records) the secondary number.

Highrise records follow the eight rules of the CASS letter of December 19, 1997; every other record type takes the last
two digits of the primary number. What no official text settles (hyphenated, grid, fractional and letters-only primary
numbers) follows the named setting `unpublished_dpc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from mlocr.mail.address import RecordType
from mlocr.matching.ranges import covers, swapped

CONVERSION = {
    letter: value
    for letters, first in (("ABCDEFGHI", 1), ("J", 0), ("KLMNOPQRST", 21), ("UVWXYZ", 41))
    for value, letter in enumerate(letters, start=first)
}
"""The Alphanumeric Conversion Table of CASS letter rule 3."""

SECONDARY_WIDTH = 8
"""Bytes of a secondary number in the ZIP+4 file, where it may be filled with leading zeros."""

LONGEST_NUMBER = 40
"""Characters beyond which a text is no number of any address (*ours*)."""

# A fraction ends a value: "5 1/2", "2 1/3C", "A8 1/4", "3/4A", "5-1/2". One trailing letter belongs to it (rule 8).
FRACTION = re.compile(r"([0-9]+)/([0-9]+) ?([A-Z]?)$")
# Blanks belong to fractions only; "12 B" is taken as 12B (*ours*), any other blank would join two values into one.
SPACED = re.compile("[0-9]+ [A-Z]|[A-Z] [0-9]+")
TRAILING_LETTER = re.compile(r"([0-9]+)[A-Z]")


class DeliveryPointRequest(NamedTuple):
    """What the delivery point is computed from: the matched record's type and range, and the address's own numbers.

    `secondary_low`/`secondary_high`: the matched record's range; None when it is not known (the secondary's own pattern
    then decides), "" for both when the record has none. `designator` is the matched record's. `secondary_parity` is the
    record's O, E or B, where known. `unpublished_dpc` is "rightmost_number" or "none" (no delivery point).
    """

    record_type: RecordType
    primary: str = ""
    secondary: str = ""
    secondary_low: str | None = None
    secondary_high: str | None = None
    designator: str = ""
    unpublished_dpc: str = "rightmost_number"
    secondary_parity: str = ""


class DeliveryPoint(NamedTuple):
    """Two digits, or "" when none may be assigned, and the rule that said so.

    `rule` is "1" to "8" (CASS letter), "single_highrise_default" (the same letter, default matches), "primary_number",
    "no_number", "unpublished" (the setting decided), or "none".
    """

    dpc: str
    rule: str


def delivery_point(request: DeliveryPointRequest) -> DeliveryPoint:
    """The delivery point of one request. Never raises, whatever the text."""
    if request.record_type is RecordType.HIGHRISE:
        return _highrise(request)
    return _from_primary(request)


# --- highrise records: the CASS letter ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Secondary:
    """A secondary number taken apart: letters and digits without dashes and periods, and its fraction, if any.

    `fraction` is "1/3", `tail` the letter that follows it.
    """

    body: str
    fraction: str = ""
    tail: str = ""

    @property
    def text(self) -> str:
        """The parts together again."""
        return f"{self.body} {self.fraction}{self.tail}".strip()


EMPTY = _Secondary("")


def _highrise(request: DeliveryPointRequest) -> DeliveryPoint:
    bounds = _bounds(request)
    value = _taken_apart(request.secondary)
    if bounds == ("", "") or (bounds is None and value == EMPTY):
        # Rule 6: a designator without a range. Rule 7: the highrise default record.
        return DeliveryPoint("99", "6" if request.designator.strip() else "7")
    if bounds is None:
        return _by_pattern(value)
    low, high = (_taken_apart(bound) for bound in bounds)
    if value and low and high:
        for form in (value, _swapped(value, low)):
            if form and _within(form, low, high, request.secondary_parity.strip().upper()):
                return _by_pattern(form)
    # The secondary is missing or outside the range: the record serves as the default (default matches of the letter).
    return DeliveryPoint("99", "single_highrise_default")


def _bounds(request: DeliveryPointRequest) -> tuple[str, str] | None:
    """The record's range; None when it is not known in full. One blank end is a range of the other."""
    if request.secondary_low is None or request.secondary_high is None:
        return None
    low, high = request.secondary_low.strip(), request.secondary_high.strip()
    return low or high, high or low


def _taken_apart(text: str) -> _Secondary | None:
    """The parts of a secondary number; None where it holds anything but letters, digits and one closing fraction.

    Dashes and periods are ignored (general information of the letter); so is the file's padding.
    """
    value = _tidy(text)
    if value is None:
        return None
    if len(value) == SECONDARY_WIDTH:
        value = (value.lstrip("0") or "0").strip()
    head, fraction, tail = _fraction_off(value)
    body = head.replace("-", "").replace(".", "").strip()
    if SPACED.fullmatch(body):
        body = body.replace(" ", "")
    return _Secondary(body, fraction, tail) if re.fullmatch("[0-9A-Z]*", body) else None


def _tidy(text: str) -> str | None:
    """Upper case, no number sign, single blanks; None where it is no ASCII or too long to be a number."""
    if not text.isascii():
        return None
    value = " ".join(text.upper().replace("#", " ").split())
    return value if len(value) <= LONGEST_NUMBER else None


def _fraction_off(value: str) -> tuple[str, str, str]:
    """What stands before a closing fraction, the fraction, and its letter; a glued "51/2" is 5 and 1/2 (*ours*)."""
    found = FRACTION.search(value)
    if found is None:
        return value, "", ""
    numerator, denominator, tail = found.groups()
    whole = ""
    if len(numerator) > 1 and int(numerator) >= int(denominator):
        whole, numerator = numerator[:-1], numerator[-1]
    return value[: found.start()] + whole, f"{numerator}/{denominator}", tail


def _by_pattern(value: _Secondary | None) -> DeliveryPoint:
    """Rules 1 to 5 and 8 by the value's own pattern."""
    if value is None:
        return DeliveryPoint("", "none")
    body = value.body
    if not body:
        return DeliveryPoint("00", "8")
    if body.isdigit():
        return _numeric(body)
    if body.isalpha():
        return DeliveryPoint(str(73 + ord(body[-1]) - ord("A")), "2")
    digit = int(re.findall("[0-9]", body)[-1])
    if body[-1].isalpha():
        return DeliveryPoint(f"{(CONVERSION[body[-1]] + 10 * digit) % 100:02d}", "3")
    letter = re.findall("[A-Z]", body)[0]
    return DeliveryPoint(f"{(10 * CONVERSION[letter] + digit) % 100:02d}", "4")


def _numeric(digits: str) -> DeliveryPoint:
    """Rule 1 (thousands and hundreds both zero) and rule 5; digits above the thousands do not count."""
    hundreds, units = divmod(int(digits[-4:]), 100)
    if hundreds == 0:
        return DeliveryPoint(f"{units:02d}", "1")
    return DeliveryPoint(f"{25 * (hundreds % 4) + units % 25:02d}", "5")


def _swapped(value: _Secondary, low: _Secondary) -> _Secondary | None:
    """A7 as 7A and 6B as B6 where the record has such a pattern; a letter never moves to fit a plain number range."""
    body = swapped(value.body)
    return _Secondary(body, value.fraction, value.tail) if body and swapped(low.body) else None


def _within(value: _Secondary, low: _Secondary, high: _Secondary, parity: str) -> bool:
    """Whether a secondary lies in the record's range, both without dashes and periods.

    To the range rules of Publication 28 appendix E come the letter's own cases: ends with a fraction (A6 1/4-A12 1/4,
    2 1/3A-2 1/3D), and a trailing letter on the range's low end (1A in 1-10, since 1A follows 1; *ours*).
    """
    if covers(low.text, high.text, parity, value.text):
        return True
    if low.fraction and low.fraction == high.fraction == value.fraction:
        if low.tail == high.tail == value.tail:
            return covers(low.body, high.body, parity, value.body)
        return low.body == high.body == value.body and low.tail <= value.tail <= high.tail
    if (lettered := TRAILING_LETTER.fullmatch(value.text)) and low.body.isdigit() and low.text != high.text:
        return int(lettered[1]) == int(low.body) and covers(low.text, high.text, parity, lettered[1])
    return False


# --- every other record type: the primary number --------------------------------------------------------------------

# A number with or without trailing letters, or with the leading hyphen that marks significant zeros of a box number.
PUBLISHED_PRIMARY = re.compile("-?([0-9]+)[A-Z]*")
# A route or box line whose box number is missing: its route number is not the primary number.
WITHOUT_BOX = re.compile("(?:RR|HC|PO|P O) ?[0-9]*(?: ?BOX)?")


def _from_primary(request: DeliveryPointRequest) -> DeliveryPoint:
    """The last two digits of the primary number, 00-filled; 99 where there is none (also general delivery)."""
    value = request.primary
    if value.isdigit() and value.isascii() and len(value) <= LONGEST_NUMBER:
        tidied: str | None = value  # for speed
    else:
        tidied = _tidy(value)
    if tidied is None:
        return DeliveryPoint("", "none")
    value = tidied
    general = request.record_type is RecordType.GENERAL_DELIVERY
    if value.isdigit() and not general:
        return DeliveryPoint(value[-2:].zfill(2), "primary_number")  # the plain case by itself, for speed
    if not value or general or WITHOUT_BOX.fullmatch(value):
        return DeliveryPoint("99", "no_number")
    value = value.rpartition("BOX ")[2]
    if found := PUBLISHED_PRIMARY.fullmatch(value):
        return DeliveryPoint(found[1][-2:].zfill(2), "primary_number")
    if request.unpublished_dpc != "rightmost_number":
        return DeliveryPoint("", "none")
    return DeliveryPoint(_rightmost_number(value), "unpublished")


def _rightmost_number(value: str) -> str:
    """Last two digits of the right-most whole number, fractions and decimals dropped; 99 without a number (*ours*)."""
    whole = re.sub(r"(?<=[0-9])\.[0-9]+", "", _fraction_off(value)[0])
    numbers: list[str] = re.findall("[0-9]+", whole)
    return numbers[-1][-2:].zfill(2) if numbers else "99"
