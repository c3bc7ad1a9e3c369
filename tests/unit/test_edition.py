from datetime import date

import pytest

from mlocr.directory.edition import CYCLE_RULES, check_usable, usability
from mlocr.errors import DataExpiredError, ExitCode

# DMM 602 Exhibit 9.3.1, by its rows: product, last permissible use, last permissible mailing.
EXHIBIT = [
    ((2023, 12), date(2024, 2, 29), date(2024, 3, 31)),
    ((2024, 12), date(2025, 2, 28), date(2025, 3, 31)),
    ((2024, 1), date(2024, 3, 31), date(2024, 4, 30)),
    ((2024, 2), date(2024, 4, 30), date(2024, 5, 31)),
    ((2024, 3), date(2024, 5, 31), date(2024, 6, 30)),
    ((2024, 4), date(2024, 6, 30), date(2024, 7, 31)),
    ((2024, 5), date(2024, 7, 31), date(2024, 8, 31)),
    ((2024, 6), date(2024, 8, 31), date(2024, 9, 30)),
    ((2024, 7), date(2024, 9, 30), date(2024, 10, 31)),
    ((2024, 8), date(2024, 10, 31), date(2024, 11, 30)),
    ((2024, 9), date(2024, 11, 30), date(2024, 12, 31)),
    ((2024, 10), date(2024, 12, 31), date(2025, 1, 31)),
    ((2024, 11), date(2025, 1, 31), date(2025, 2, 28)),
    ((2022, 10), date(2022, 12, 31), date(2023, 1, 31)),
]

# DMM 708 3.3.1 (2007), the matrix of file releases: release month, last permissible use.
MATRIX = [
    ((2007, 2), date(2007, 5, 31)),
    ((2007, 4), date(2007, 7, 31)),
    ((2007, 6), date(2007, 9, 30)),
    ((2007, 8), date(2007, 11, 30)),
    ((2007, 10), date(2008, 1, 31)),
    ((2007, 12), date(2008, 3, 31)),
]


@pytest.mark.parametrize(("product", "last_use", "last_mailing"), EXHIBIT)
def test_the_exhibit(product: tuple[int, int], last_use: date, last_mailing: date) -> None:
    dates = usability(product)
    assert (dates.last_use, dates.last_mailing) == (last_use, last_mailing)
    assert dates.rule == "DMM 602 Exhibit 9.3.1"


@pytest.mark.parametrize(("product", "last_use"), MATRIX)
def test_the_matrix_of_2007(product: tuple[int, int], last_use: date) -> None:
    assert usability(product).last_use == last_use


def test_mailing_followed_coding_by_180_days() -> None:
    assert usability((2007, 2)).last_mailing == date(2007, 11, 27)


def test_the_105_days() -> None:
    dates = usability((2022, 9))
    assert (dates.rule, dates.last_use) == ("105 days", date(2022, 12, 29))


@pytest.mark.parametrize(
    ("product", "first_use"),
    [((2026, 11), date(2026, 10, 15)), ((2027, 1), date(2026, 12, 15)), ((2007, 2), date(2007, 1, 15))],
)
def test_first_use_is_the_15th_of_the_month_before(product: tuple[int, int], first_use: date) -> None:
    assert usability(product).first_use == first_use


@pytest.mark.parametrize("as_of", [date(2026, 10, 15), date(2026, 11, 22), date(2027, 1, 31)])
def test_a_usable_product(as_of: date) -> None:
    assert check_usable((2026, 11), as_of) == usability((2026, 11))


def test_a_day_late() -> None:
    with pytest.raises(DataExpiredError) as caught:
        check_usable((2026, 11), date(2027, 2, 1))
    assert caught.value.exit_code is ExitCode.DATA_EXPIRED
    for part in ("2026-11", "2027-02-01", "2027-01-31", "Exhibit 9.3.1"):
        assert part in str(caught.value)


def test_a_day_early() -> None:
    with pytest.raises(DataExpiredError, match="2026-11 is not valid on 2026-10-14: it may be used from 2026-10-15"):
        check_usable((2026, 11), date(2026, 10, 14))


def test_rules_stand_in_order_and_cover_every_product() -> None:
    starts = [rule.first_product for rule in CYCLE_RULES]
    assert starts == sorted(starts)
    assert starts[0] <= (1980, 1)


@pytest.mark.parametrize("year", range(1980, 2080))
def test_every_product_a_header_can_name_has_ordered_dates(year: int) -> None:
    for month in range(1, 13):
        dates = usability((year, month))
        assert dates.first_use < date(year, month, 1) < dates.last_use < dates.last_mailing
