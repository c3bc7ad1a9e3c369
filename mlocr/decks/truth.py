"""What is right for an address whose record is known."""

from __future__ import annotations

from mlocr.decks.catalogue import Target, bare
from mlocr.decks.format import Expectation
from mlocr.mail.code import correction_digit
from mlocr.matching.delivery_point import DeliveryPointRequest, delivery_point

REJECTED = Expectation("rejected")


def five_digits(zip5: str) -> Expectation:
    """Only the ZIP Code is certain."""
    return Expectation("encoded", 5, zip5=zip5, check_digit=correction_digit(zip5))


def add_on(target: Target) -> str:
    """The add-on of a delivery point (facts: add-on ranges); empty where the record gives none."""
    row = target.record
    low, high = row.addon_low, row.addon_high
    if not (low.isdigit() and high.isdigit()):
        return ""
    if low == high:
        return low
    first, last = bare(row.primary_low), bare(row.primary_high)
    if not (first.isdigit() and last.isdigit() and int(last) - int(first) == int(high) - int(low)):
        return ""
    return f"{int(low) + int(target.number) - int(first):04d}"


def expectation(target: Target) -> Expectation:
    """Eleven digits where the record has a usable add-on, else five; the delivery point as the CASS letter rules."""
    row = target.record
    plus4 = add_on(target)
    if not plus4:
        return five_digits(target.zip5)
    point = delivery_point(
        DeliveryPointRequest(
            row.record_type,
            primary=target.number,
            secondary=target.unit,
            secondary_low=row.secondary_low,
            secondary_high=row.secondary_high,
            designator=row.secondary_designator,
            secondary_parity=row.secondary_parity,
        )
    )
    digits = target.zip5 + plus4 + point.dpc
    depth = len(digits)
    return Expectation("encoded", depth, target.zip5, plus4, point.dpc, correction_digit(digits), row.record_type.value)
