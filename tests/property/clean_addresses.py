"""Clean addresses of directory records, written from the record alone: no part of the matcher has a hand in them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType


def _stripped(value: str) -> str:
    return value.strip().lstrip("0") or ("0" if value.strip() else "")


def _number(low: str, high: str, parity: str, rng: random.Random) -> str:
    """A number of the range; of a range that is no plain one, its low end."""
    low, high = _stripped(low), _stripped(high)
    if not (low.isdigit() and high.isdigit()):
        return low
    step = 2 if parity in ("O", "E") else 1
    return str(int(low) + step * rng.randrange((int(high) - int(low)) // step + 1))


def city_of(details: Sequence[CityStateDetail]) -> CityStateDetail | None:
    """A name that may stand in a last line."""
    return next((d for d in details if d.mailing_name and d.facility_code != "U"), None)


def clean_address(
    record: DirectoryRecord, details: Sequence[CityStateDetail], rng: random.Random
) -> tuple[str, ...] | None:
    """Two or three lines that name one address of the record; None where no plain one can be written."""
    city = city_of(details)
    number = _number(record.primary_low, record.primary_high, record.primary_parity, rng)
    if city is None or (not number and record.record_type is not RecordType.GENERAL_DELIVERY):
        return None
    last = f"{city.name} {city.state} {record.zip5}"
    if record.record_type is RecordType.GENERAL_DELIVERY:
        return "GENERAL DELIVERY", last
    if record.record_type is RecordType.PO_BOX:
        return f"PO BOX {number}", last
    if record.record_type is RecordType.RURAL_HIGHWAY or record.street_name.startswith(("PSC ", "UNIT ", "CMR ")):
        return f"{record.street_name} BOX {number}", last
    street = " ".join(p for p in (number, *street_words(record)) if p)
    if record.record_type is RecordType.HIGHRISE:
        unit = _number(record.secondary_low, record.secondary_high, record.secondary_parity, rng)
        street = " ".join(p for p in (street, record.secondary_designator, unit) if p)
    if record.record_type is RecordType.FIRM:
        return record.building_or_firm, street, last
    return street, last


def street_words(record: DirectoryRecord) -> tuple[str, ...]:
    """The street's parts in the order of print."""
    return record.predirectional, record.street_name, record.suffix, record.postdirectional
