"""Every delivery point that a directory's records can hold, one by one: the rows of a table that knows them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlocr.directory.links.raw import DeliveryPointRow
from mlocr.mail.address import DirectoryRecord, RecordType

MOST_NUMBERS = 20_000
"""Numbers taken of one record's range; the product's own ranges are far shorter."""

_BY_THEMSELVES = frozenset({RecordType.GENERAL_DELIVERY})


def bare(number: str) -> str:
    """A directory number without its leading zeros."""
    return number.lstrip("0") or ("0" if number else "")


def delivery_points(records: Iterable[DirectoryRecord]) -> Iterator[DeliveryPointRow]:
    """The DPV rows of these records: each number of a range, and each unit; none where there is no add-on.

    General delivery needs none (footnote G1). A highrise default expects a unit. Fractions and letters behind whole
    numbers, which a range holds as well, are not listed: add those that exist.
    """
    for record in records:
        if record.record_type in _BY_THEMSELVES:
            continue
        for number in numbers_of(record.primary_low, record.primary_high, record.primary_parity):
            plus4 = add_on_of(record, number)
            if plus4:
                yield from _at(record, plus4, number)


def _at(record: DirectoryRecord, plus4: str, number: str) -> Iterator[DeliveryPointRow]:
    highrise = record.record_type is RecordType.HIGHRISE
    low, high = record.secondary_low, record.secondary_high
    yield DeliveryPointRow(record.zip5, plus4, number, flags=("secondary_expected",) if highrise else ())
    if not low and record.secondary_designator:
        yield DeliveryPointRow(record.zip5, plus4, number, record.secondary_designator)
    elif low:
        for unit in numbers_of(low, high, record.secondary_parity):
            yield DeliveryPointRow(record.zip5, plus4, number, unit)


def add_on_of(record: DirectoryRecord, number: str) -> str:
    """The four digits of one number of a record; empty where it has none (facts: add-on ranges)."""
    low, high = record.addon_low, record.addon_high or record.addon_low
    if not (low.isdigit() and high.isdigit()):
        return ""
    if low == high:
        return low
    first, last = bare(record.primary_low), bare(record.primary_high)
    if not (first.isdigit() and last.isdigit() and number.isdigit()):
        return ""
    if int(last) - int(first) != int(high) - int(low) or record.record_type is not RecordType.PO_BOX:
        return ""
    return f"{int(low) + int(number) - int(first):04d}"


def numbers_of(low: str, high: str, parity: str) -> Iterator[str]:
    """The whole numbers of a range, or its letters or grid numbers (Publication 28 appendix E); "" of an empty one."""
    first, last = bare(low), bare(high)
    if first == last or not last:
        yield first
        return
    head, tail = _divided(first)
    other, end = _divided(last)
    if head == other and tail.isdigit() and end.isdigit():
        step = 2 if parity in ("O", "E") and int(tail) % 2 == int(end) % 2 else 1
        for value in range(int(tail), min(int(end), int(tail) + MOST_NUMBERS) + 1, step):
            yield head + str(value).zfill(len(tail) if tail.startswith("0") else 0)
    elif first[:-1] == last[:-1] and first[-1].isalpha() and last[-1].isalpha():
        for letter in range(ord(first[-1]), ord(last[-1]) + 1):
            yield first[:-1] + chr(letter)
    elif first[-1] == last[-1] and first[:-1].isdigit() and last[:-1].isdigit():
        for value in range(int(first[:-1]), min(int(last[:-1]), int(first[:-1]) + MOST_NUMBERS) + 1):
            yield f"{value}{first[-1]}"


def _divided(number: str) -> tuple[str, str]:
    """A number's right-most digits, and what stands before them."""
    head = number.rstrip("0123456789")
    return head, number[len(head) :]
