"""Pass marks of CASS certification as dated data (vendor pages and PostalPro; DMM 708 of 2007 for the older ones)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PassMarks:
    """The share each area must reach, in thousandths (985 is 98.5 %), from `since` on."""

    since: date
    source: str
    per_mille: Mapping[str, int]


PASS_MARKS = (
    PassMarks(
        date.min,
        "DMM 708 (2007): 98 % ZIP+4, 100 % delivery point with check digit",
        {"zip4": 980, "delivery_point": 1000, "check_digit": 1000},
    ),
    PassMarks(
        # The day of the change is not published; the start of Cycle L, which brought DPV and LACSLink, is *ours*.
        date(2007, 8, 1),
        "98.5 % for 5-digit, ZIP+4, carrier route and LACSLink; 100 % for delivery point, DPV, eLOT and RDI",
        {
            "zip5": 985,
            "zip4": 985,
            "carrier_route": 985,
            "lacslink": 985,
            "delivery_point": 1000,
            "check_digit": 1000,
            "dpv": 1000,
            "elot": 1000,
            "rdi": 1000,
        },
    ),
)
"""Oldest first. An area without a mark (SuiteLink, city and state, delivery line ...) is counted, not judged."""


def pass_marks(on: date) -> PassMarks:
    """The marks in force on a day."""
    return next(marks for marks in reversed(PASS_MARKS) if marks.since <= on)
