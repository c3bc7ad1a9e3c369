"""The product cycle: which edition may code on which date, as dated tables (DMM 602 9.3.1 and its predecessors).

Only dates are judged here. What proves an edition's date (the seal of a built directory) is another concern.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from mlocr.errors import DataExpiredError

Date = datetime.date
RELEASE_DAY = 15


@dataclass(frozen=True, slots=True)
class CycleRule:
    """One era of the product cycle: the first product (year, month) it governs, its dates, and where they stand.

    `last_use` answers the last day of coding for a product; `mailing_months` counts calendar months from then to the
    last mailing date, or `mailing_days` days from the day of coding.
    """

    name: str
    first_product: tuple[int, int]
    last_use: Callable[[int, int], Date]
    mailing_months: int
    mailing_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Usability:
    """When one product may be used: coding from `first_use` to `last_use`, mailing no later than `last_mailing`.

    `first_use` is *ours*: products are posted from the middle of the month before the product date and may be used at
    once (DMM 602 9.3.1), so nothing may code with one before the 15th of that month.
    """

    product: tuple[int, int]
    rule: str
    source: str
    first_use: Date
    last_use: Date
    last_mailing: Date

    def allows(self, as_of: Date) -> bool:
        """Whether this product may code on `as_of`."""
        return self.first_use <= as_of <= self.last_use


def _shifted(year: int, month: int, months: int) -> tuple[int, int]:
    count = year * 12 + month - 1 + months
    return count // 12, count % 12 + 1


def _month_end(year: int, month: int, months: int) -> Date:
    """The last day of the month `months` after the given one."""
    return Date(*_shifted(year, month, months + 1), 1) - datetime.timedelta(days=1)


CYCLE_RULES = (
    CycleRule(
        name="DMM 708 (2007) matrix",
        first_product=(1, 1),
        # File released February 15: last permissible use May 31, and so for all six releases of a year.
        last_use=lambda year, month: _month_end(year, month, 3),
        mailing_months=0,
        mailing_days=180,
        source="DMM 708 3.3.1 (2007; 2012 in the same words): last use by matrix; mailing within 180 days of coding",
    ),
    CycleRule(
        name="105 days",
        # *ours*: the 2012 DMM still has the older wording; no switch date was found. The two agree to a day or two: 105
        # days from the 15th of a month end on the 28th to 31st of the third month after it.
        first_product=(2013, 1),
        last_use=lambda year, month: Date(year, month, RELEASE_DAY) + datetime.timedelta(days=105),
        mailing_months=0,
        mailing_days=180,
        source="vendors' tables: released on the 15th, usable 105 days (60 and 45 of grace); mailing 180 days",
    ),
    CycleRule(
        name="DMM 602 Exhibit 9.3.1",
        first_product=(2022, 10),
        last_use=lambda year, month: _month_end(year, month, 2),
        mailing_months=1,
        mailing_days=0,
        source="DMM 602 Exhibit 9.3.1: expires on the last day of the third month, mailing one month longer",
    ),
)
"""Oldest first; a product belongs to the last rule that begins no later than its own month."""


def usability(product: tuple[int, int]) -> Usability:
    """The dates of a product (year, month), whatever the date today."""
    year, month = product
    rule = [r for r in CYCLE_RULES if r.first_product <= product][-1]
    last_use = rule.last_use(year, month)
    last_mailing = last_use + datetime.timedelta(days=rule.mailing_days)
    if rule.mailing_months:
        last_mailing = _month_end(last_use.year, last_use.month, rule.mailing_months)
    first_use = Date(*_shifted(year, month, -1), RELEASE_DAY)
    return Usability(product, rule.name, rule.source, first_use, last_use, last_mailing)


def check_usable(product: tuple[int, int], as_of: Date) -> Usability:
    """The dates of a product that may code on `as_of`. Raises DataExpiredError when it may not (yet)."""
    dates = usability(product)
    if dates.allows(as_of):
        return dates
    label = f"the directory's product of {product[0]:04d}-{product[1]:02d}"
    if as_of < dates.first_use:
        raise DataExpiredError(
            f"{label} is not valid on {as_of}: it may be used from {dates.first_use} (the 15th of the month before the"
            " product date, our rule); code with an older directory, or check the date"
        )
    raise DataExpiredError(
        f"{label} expired: on {as_of} it is past its last use, {dates.last_use} ({dates.rule});"
        " build a directory from a current product"
    )
