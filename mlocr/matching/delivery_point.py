"""The delivery point: the two digits after the ZIP+4, from the primary or (highrise records) the secondary number.

Highrise records follow the eight rules of the CASS letter of December 19, 1997; every other record type takes the last
two digits of the primary number. What no official text settles (hyphenated, grid, fractional and letters-only primary
numbers) follows the named setting `unpublished_dpc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mlocr.mail.address import RecordType

UnpublishedDpc = Literal["rightmost_number", "none"]

NO_RANGE_DESIGNATORS = frozenset({"BSMT", "LBBY", "REAR", "LOWR", "FRNT", "OFC", "SIDE", "PH", "UPPR"})
"""Designators that stand without a number (CASS letter rule 6; Publication 28 appendix C2)."""

CONVERSION = {
    letter: value
    for letters, first in (("ABCDEFGHI", 1), ("J", 0), ("KLMNOPQRST", 21), ("UVWXYZ", 41))
    for value, letter in enumerate(letters, start=first)
}
"""The Alphanumeric Conversion Table of CASS letter rule 3."""

SECONDARY_WIDTH = 8
"""Bytes of a secondary number in the ZIP+4 file, where it is filled with leading zeros."""

# A fraction ends a value: "5 1/2", "2 1/3C", "A8 1/4", "3/4A", "5-1/2". One trailing letter belongs to it (rule 8).
FRACTION = re.compile(r"([0-9]+)/([0-9]+) ?([A-Z]?)$")
TOKENS = re.compile(r"[0-9]+|[A-Z]+")


@dataclass(frozen=True, slots=True)
class DeliveryPointRequest:
    """What the delivery point is computed from: the matched record's type and range, and the address's own numbers.

    `secondary_low`/`secondary_high`: the matched record's range; None when it is not known (the secondary's own pattern
    then decides), "" for both when the record has none. `designator` is the matched record's. `secondary_parity` is the
    record's O, E or B, where known.
    """

    record_type: RecordType
    primary: str = ""
    secondary: str = ""
    secondary_low: str | None = None
    secondary_high: str | None = None
    designator: str = ""
    unpublished_dpc: UnpublishedDpc = "rightmost_number"
    secondary_parity: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryPoint:
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
    """A secondary number taken apart: letters and digits without dashes and periods, and its fraction, if any."""

    body: str
    fraction: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Runs of digits and runs of letters."""
        return tuple(TOKENS.findall(self.body))


def _highrise(request: DeliveryPointRequest) -> DeliveryPoint:
    bounds = _bounds(request)
    if bounds == ("", ""):
        return _no_range(request.designator)
    value = _taken_apart(request.secondary)
    if value == _Secondary("") and bounds is None:
        return _no_range(request.designator)
    if bounds is None:
        return _by_pattern(value)
    low, high = (_taken_apart(bound) for bound in bounds)
    if value is not None and low is not None and high is not None:
        for form in (value, _swapped(value, low)):
            if form is not None and _within(form, low, high, request.secondary_parity.strip().upper()):
                return _by_pattern(form)
    # The secondary is missing or outside the range: the record serves as the default (single highrise default).
    return DeliveryPoint("99", "single_highrise_default")


def _no_range(designator: str) -> DeliveryPoint:
    """Rule 6: a designator without a range. Rule 7: the highrise default record. Both 99."""
    return DeliveryPoint("99", "6" if designator.strip() else "7")


def _bounds(request: DeliveryPointRequest) -> tuple[str, str] | None:
    """The record's range; None when unknown. A single given end stands for both."""
    low, high = request.secondary_low, request.secondary_high
    if low is None and high is None:
        return None
    low, high = (low or "").strip(), (high or "").strip()
    return low or high, high or low


def _taken_apart(text: str) -> _Secondary | None:
    """The parts of a secondary number; None where it holds anything but letters, digits and one closing fraction.

    Dashes and periods are ignored (general information of the letter); field padding is too.
    """
    value = " ".join(text.upper().replace("#", " ").split())
    if len(value) == SECONDARY_WIDTH:
        value = value.lstrip("0") or "0"
        value = value.strip()
    fraction = ""
    if found := FRACTION.search(value):
        whole, numerator = _split_numerator(found[1], found[2])
        head = value[: found.start()] + whole
        fraction = f"{numerator}/{found[2]}{found[3]}"
    else:
        head = value
    body = head.replace("-", "").replace(".", "")
    # A blank elsewhere is not allowed in the file; between two digits it would join two numbers.
    if re.search(r"[0-9] +[0-9]", body.strip()):
        return None
    body = body.replace(" ", "")
    return _Secondary(body, fraction) if re.fullmatch(r"[0-9A-Z]*", body) else None


def _split_numerator(numerator: str, denominator: str) -> tuple[str, str]:
    """A fraction is below one: in a glued "51/2" only the last digit is its numerator (*ours*)."""
    if len(numerator) > 1 and int(numerator) >= int(denominator):
        return numerator[:-1], numerator[-1]
    return "", numerator


def _by_pattern(value: _Secondary | None) -> DeliveryPoint:
    """Rules 1 to 5 and 8 by the value's own pattern."""
    if value is None or value == _Secondary(""):
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


# --- the matched range ----------------------------------------------------------------------------------------------


def _swapped(value: _Secondary, low: _Secondary) -> _Secondary | None:
    """A7 as 7A and 6B as B6 where the record has such a pattern; a letter never moves to fit a plain number range."""
    tokens = value.tokens
    if len(tokens) != 2 or len(low.tokens) != 2:
        return None
    return _Secondary(tokens[1] + tokens[0], value.fraction)


def _within(value: _Secondary, low: _Secondary, high: _Secondary, parity: str) -> bool:
    """Whether a secondary lies in the record's range (Publication 28 appendix E)."""
    if _plain(value) in (_plain(low), _plain(high)):
        return True
    if low.body.isdigit() and high.body.isdigit() and not low.fraction and not high.fraction:
        return _within_numbers(value, int(low.body[-SECONDARY_WIDTH:]), int(high.body[-SECONDARY_WIDTH:]), parity)
    if not _fraction_fits(value, low, high):
        return False
    return _within_tokens(value.tokens, low.tokens, high.tokens, parity)


def _plain(value: _Secondary) -> tuple[tuple[str, ...], str]:
    return tuple(t.lstrip("0") or "0" for t in value.tokens), value.fraction


def _within_numbers(value: _Secondary, low: int, high: int, parity: str) -> bool:
    """A whole-number range also holds single-trailing-letter and fractional values below its upper end."""
    tokens = value.tokens
    trailing = len(tokens) == 2 and len(tokens[1]) == 1
    if not tokens or not tokens[0].isdigit() or not (len(tokens) == 1 or trailing):
        return False
    number = int(tokens[0][-SECONDARY_WIDTH:])
    beyond = trailing or bool(value.fraction)
    return low <= number and (number < high if beyond else number <= high) and _parity_fits(number, parity)


def _fraction_fits(value: _Secondary, low: _Secondary, high: _Secondary) -> bool:
    """Ends that share a fraction hold values with it; otherwise only its trailing letter may be ranged."""
    if low.fraction == high.fraction:
        return value.fraction == low.fraction or not low.fraction
    stems = {part.fraction.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for part in (value, low, high)}
    return len(stems) == 1 and low.body == high.body and low.fraction <= value.fraction <= high.fraction


def _within_tokens(value: tuple[str, ...], low: tuple[str, ...], high: tuple[str, ...], parity: str) -> bool:
    """Ends and value share one format; one run only is ranged, numbers as numbers, letters in their last letter."""
    if not len(value) == len(low) == len(high):
        return False
    ranged = 0
    for one, first, last in zip(value, low, high, strict=True):
        if not one.isdigit() == first.isdigit() == last.isdigit():
            return False
        if first == last:
            if one != first:
                return False
            continue
        ranged += 1
        if not (_number_between(one, first, last, parity) if one.isdigit() else _letter_between(one, first, last)):
            return False
    return ranged <= 1


def _number_between(one: str, first: str, last: str, parity: str) -> bool:
    number = int(one[-SECONDARY_WIDTH:])
    return int(first[-SECONDARY_WIDTH:]) <= number <= int(last[-SECONDARY_WIDTH:]) and _parity_fits(number, parity)


def _letter_between(one: str, first: str, last: str) -> bool:
    return len(one) == len(first) == len(last) and one[:-1] == first[:-1] == last[:-1] and first <= one <= last


def _parity_fits(number: int, parity: str) -> bool:
    return {"O": number % 2 == 1, "E": number % 2 == 0}.get(parity, True)


# --- every other record type: the primary number --------------------------------------------------------------------

# A number with or without trailing letters, or with the leading hyphen that marks significant zeros of a box number.
PUBLISHED_PRIMARY = re.compile(r"-?([0-9]+)[A-Z]*")
ROUTE_ONLY = re.compile(r"(?:RR|HC|PO|P O)[ 0-9]*(?:BOX)?")


def _from_primary(request: DeliveryPointRequest) -> DeliveryPoint:
    """The last two digits of the primary number, 00-filled; 99 where there is none (also general delivery)."""
    value = " ".join(request.primary.upper().replace("#", " ").split())
    if not value or request.record_type is RecordType.GENERAL_DELIVERY or ROUTE_ONLY.fullmatch(value):
        return DeliveryPoint("99", "no_number")
    value = value.rpartition("BOX ")[2]
    if found := PUBLISHED_PRIMARY.fullmatch(value):
        return DeliveryPoint(found[1][-2:].zfill(2), "primary_number")
    if request.unpublished_dpc != "rightmost_number":
        return DeliveryPoint("", "none")
    return DeliveryPoint(_rightmost_number(value), "unpublished")


def _rightmost_number(value: str) -> str:
    """Last two digits of the right-most whole number, fractions and decimals dropped; 99 without a number (*ours*)."""
    if found := FRACTION.search(value):
        value = value[: found.start()] + _split_numerator(found[1], found[2])[0]
    numbers: list[str] = re.findall("[0-9]+", re.sub(r"(?<=[0-9])\.[0-9]+", "", value))
    return numbers[-1][-2:].zfill(2) if numbers else "99"
