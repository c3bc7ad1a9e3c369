"""City, state and ZIP Code damaged, in any order, or contradicting each other; each with its twin that gives no code.

Northing Falls KS has 67301 to 67303 (one post office); East Halden KS, Mount Orrin KS and Saint Ives KS one ZIP Code
each; Northing Falls MO is another city of the name.
"""

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask, ask_lines, code

from mlocr.mail.address import TextLine
from mlocr.mail.reasons import RejectReason as R
from mlocr.matching.match import MatchSettings


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    for zip5 in ("67301", "67302", "67303"):
        d.city(zip5, "NORTHING FALLS", "KS", finance="190100", short="NORTHNG FALLS")
    d.city("67302", "LAKE NORTHING", "KS", finance="190100")
    d.city("67441", "EAST HALDEN", "KS", finance="190200", short="E HALDEN")
    d.city("67512", "MOUNT ORRIN", "KS", finance="190300")
    d.city("67620", "SAINT IVES", "KS", finance="190400")
    d.city("63911", "NORTHING FALLS", "MO", finance="280100")
    d.city("67701", "BRAYTON", "KS", finance="190500")
    d.city("67702", "DRAYTON", "KS", finance="190600")
    for zip5, street, span, addon in [
        ("67301", "|CASTLE|ST|", "1~99~B", "1001"),
        ("67301", "|HEMLOCK|AVE|", "1~99~B", "1002"),
        ("67302", "|HEMLOCK|AVE|", "100~199~B", "2001"),
        ("67302", "|TURNSTILE|RD|", "1~99~B", "2002"),
        ("67303", "|TURNSTILE|RD|", "1~99~B", "3001"),
        ("67303", "|PILGRIM|CT|", "1~99~B", "3002"),
        ("67441", "|GRANGER|LN|", "1~99~B", "4001"),
        ("67441", "|CASTLE|ST|", "1~99~B", "4002"),
        ("67512", "|BOULDER|DR|", "1~99~B", "5001"),
        ("67620", "|ABBEY|RD|", "1~99~B", "6001"),
        ("63911", "|OZARK|ST|", "1~99~B", "7001"),
        ("67701", "|MEANDER|LN|", "1~99~B", "8001"),
        ("67702", "|MEANDER|LN|", "1~99~B", "9001"),
    ]:
        d.row(zip5, "S", street, span, addon)
    d.row("67303", "P", "PO BOX", "1~99~B", "0001-0099")
    return d


D = _directory()
CASTLE = "67301100112"

FOUND = [
    # tails, orders and countries
    *(
        (f"12 CASTLE ST / NORTHING FALLS KS 67301{tail}", CASTLE)
        for tail in (
            "*",
            "-",
            " *",
            "-1",
            "-10",
            "-1001-12",
            " 1001 12",
            "100112",
            ", USA",
            " U.S.A.",
            " _",
            " United States",
        )
    ),
    ("12 CASTLE ST / KS 67301 NORTHING FALLS", CASTLE),
    ("12 CASTLE ST / 67301 NORTHING FALLS KS", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS 67301 KS", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS, KANSAS / 67301-1001", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 67301 / U.S.A.", CASTLE),
    ("12 CASTLE ST, NORTHING FALLS, KS 67301", CASTLE),
    ("12 CASTLE ST, NORTHING FALLS, KS, 67301, USA", CASTLE),
    ("JANE DOE / 12 CASTLE ST, NORTHING FALLS KS 67301-1001", CASTLE),
    ("JANE DOE, 12 CASTLE ST, NORTHING FALLS KS 67301", CASTLE),
    ("PO BOX 12, NORTHING FALLS KS 67303", "67303001212"),
    # a damaged city, its ZIP Code good
    ("12 CASTLE ST / NORTHNIG FALLS KS 67301", CASTLE),
    ("12 CASTLE ST / NORTHINGFALLS KS 67301", CASTLE),
    ("12 CASTLE ST / N0RTHING FA11S KS 67301", CASTLE),
    ("12 CASTLE ST / NORTHNG FALLS KS 67301", CASTLE),
    ("12 CASTLE ST / WORTHING FALLS KS 67301", CASTLE),
    ("12 GRANGER LN / E HALDEN KS 67441", "67441400112"),
    ("12 GRANGER LN / EAST HALDEN KS 67441", "67441400112"),
    ("12 BOULDER DR / MT ORRIN KS 67512", "67512500112"),
    ("12 BOULDER DR / MT. ORRIN, KANS. 67512", "67512500112"),
    ("12 ABBEY RD / ST IVES KS 67620", "67620600112"),
    ("12 TURNSTILE RD / LAKE NORTHING KS 67302", "67302200212"),
    ("12 GRANGER LN / E HALDON KS 67441", "67441400112"),
    ("12 GRANGRE LN / E HALDON KS 67441", "67441400112"),
    # no ZIP Code: the address is in one of the city's
    ("12 CASTLE ST / NORTHING FALLS KS", CASTLE),
    ("12 CASTEL ST / NORTHING FALLS KS", CASTLE),
    ("150 HEMLOCK / NORTHING FALLS KS", "67302200150"),
    ("12 CASTLE ST / NORTHNIG FALLS KS", CASTLE),
    ("12 BOULDER DR / NOUNT ORRIN KS", "67512500112"),
    # state damaged, missing or wrong
    ("12 CASTLE ST / NORTHING FALLS K5 67301", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS 67301", CASTLE),
    ("12 GRANGER LN / EAST HALDEN NE 67441", "67441400112"),
    # a ZIP Code that is unknown, or another city's: the address is in one ZIP Code of the city
    ("12 CASTLE ST / NORTHING FALLS KS 67310", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 63701", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 67391", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 99999", CASTLE),
    ("12 PILGRIM CT / NORTHING FALLS KS 67301", "67303300212"),
    ("12 PILGRIM CT / NORTHING FALLS KS 67512", "67303300212"),
    ("12 PILGRIM / NORTHING FALLS KS 67393", "67303300212"),
    ("150 HEMLOCK AVE / NORTHING FALLS KS 67301-2001", "67302200150"),
    ("PO BOX 12 / NORTHING FALLS KS 67301", "67303001212"),
    # a ZIP Code with a character that is no digit
    ("12 CASTLE ST / NORTHING FALLS KS U7301", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 67C01-1001", CASTLE),
    # a ZIP Code with a gap for the digit that a blot took
    ("12 CASTLE ST / NORTHING FALLS KS 673 1", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 67 01-1001", CASTLE),
    ("12 CASTLE ST / NORTHING FALLS KS 6730 -1001", CASTLE),
    ("12 TURNSTILE RD / NORTHING FALLS KS 6 303", "67303300112"),  # 67302 has it as well, and other digits
    # a city that is unknown, the address in the ZIP Code
    ("12 GRANGER LN / WHISTLER KS 67441", "67441400112"),
    # an +4 of years ago
    ("12 CASTLE ST / NORTHING FALLS KS 67301-9876", CASTLE),
    ("12 CASTEL ST / NORTHING FALLS KS 67301-9876", CASTLE),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_the_place_is_found(text: str, expected: str) -> None:
    match = ask(text, D)
    assert code(match) == expected, [(line.rule, line.said) for line in match.trace]


NONE = [
    ("12 TURNSTILE RD / NORTHING FALLS KS", R.MULTIPLE_RESPONSES),  # in two of its ZIP Codes
    ("12 TURNSTILE RD / NORTHING FALLS KS 67301", R.MULTIPLE_RESPONSES),
    ("12 TURNSTILE RD / NORTHING FALLS KS 67310", R.UNKNOWN_CITY_OR_ZIP),
    ("12 TURNSTILE / NORTHING FALLS KS", R.MULTIPLE_RESPONSES),
    ("150 HEMLOCK AVE / NORTHING FALLS KS 67301", R.MULTIPLE_RESPONSES),  # 50, 15 and 10 are in 67301
    ("150 HEMLOCK AVE / NORTHING FALLS KS 67301-1002", R.MULTIPLE_RESPONSES),  # the +4 is of HEMLOCK AVE in 67301
    ("150 HEMLOCK AVE / NORTHNIG FALLS KS 67301", R.MULTIPLE_RESPONSES),  # the city is damaged too
    ("15O HEMLOCK AVE / NORTHING FALLS KS 67301", None),  # and here the number
    ("12 CASTLE ST / NORTHING FALLS KS 67441", R.MULTIPLE_RESPONSES),  # both have it
    ("12 CASTLE ST / NORTHING FALLS KS 63911", R.UNKNOWN_CITY_OR_ZIP),  # Missouri has a Northing Falls of its own
    ("12 CASTLE ST / NORTHING FALLS MO 67301", R.UNKNOWN_CITY_OR_ZIP),
    ("12 TURNSTILE RD / NORTHING FALLS KS 67C01", None),  # in two of its ZIP Codes
    ("12 MEANDER LN / GRAYTON KS", None),  # Brayton or Drayton
    ("12 MEANDER LN / GRAYTON KS 67799", None),
    ("12 CASTLE ST / WHISTLER KS", R.NO_LAST_LINE),
    ("12 CASTEL / WHISTLER KS 67441", R.UNKNOWN_CITY_OR_ZIP),  # two corrections
    ("12 GRANGR LN / BRAYTON KS 67441", R.UNKNOWN_CITY_OR_ZIP),  # a city of its own, far away
    ("12 ZEPPELIN LN / NORTHING FALLS KS 67310", R.UNKNOWN_CITY_OR_ZIP),
    ("12 CASTLE ST / NORTHING FALLS KS 6730", None),
    ("12 CASTLE ST / NORTHING FALLS KS 673", None),  # where digits are cut off, more may be
    ("12 CASTLE ST / NORTHING FALLS KS 67 1", None),
    ("12 CASTLE ST / WHISTLER KS 673 1", None),
    ("12 CASTLE ST / NORTHING FALLS KS 6730-1001", None),
    ("12 CASTLE ST / NORTHING FALLS KS 6730 -10", None),
    ("12 TURNSTILE RD / NORTHING FALLS KS 67 30", None),  # in two of its ZIP Codes, and near neither more
    ("12 CASTLE ST / NORTHING FALLS KS 673011", None),
    ("12 CASTLE ST / NORTHING FALLS KS 67301 67302", None),
]


@pytest.mark.parametrize(("text", "reason"), NONE)
def test_a_place_in_doubt_gives_nothing(text: str, reason: R | None) -> None:
    match = ask(text, D)
    assert code(match) == "", [(line.rule, line.said) for line in match.trace]
    assert reason is None or match.reason is reason


def test_a_zip_code_without_the_number_is_not_given_where_a_sister_has_it() -> None:
    assert code(ask("300 HEMLOCK AVE / NORTHING FALLS KS 67301", D)) == "67301"
    assert code(ask("150 HEMLOCK LN / NORTHING FALLS KS 67301", D)) == ""


def test_a_number_overrules_the_zip_code_only_where_that_is_set() -> None:
    """The ZIP Code may be wrong, or the number: 150 is a sister's, and one digit more than 15, 10 and 50."""
    moves = MatchSettings(number_moves_zip=True)
    assert code(ask("150 HEMLOCK AVE / NORTHING FALLS KS 67301", D, moves)) == "67302200150"
    assert code(ask("150 HEMLOCK AVE / NORTHING FALLS KS 67301-1002", D, moves)) == ""


def test_the_number_is_looked_for_in_a_sister_only_where_it_was_read_with_certainty() -> None:
    lines = (TextLine("150 HEMLOCK AVE", 0.95), TextLine("NORTHING FALLS KS 67301", 0.99))
    assert code(ask_lines(*lines, directory=D)) == ""


def test_the_city_put_out_is_the_preferred_one() -> None:
    assert ask("12 CASTLE ST / NORTHNG FALLS KS 67301", D).last_line == "NORTHING FALLS KS 67301-1001"


def test_footnotes_of_a_place_put_right() -> None:
    for text, letter in (
        ("12 CASTLE ST / NORTHING FALLS KS 67310", "A"),
        ("12 PILGRIM CT / NORTHING FALLS KS 67301", "A"),
        ("12 GRANGER LN / WHISTLER KS 67441", "B"),
        ("12 CASTLE ST / NORTHNIG FALLS KS 67301", "B"),
    ):
        assert letter in ask(text, D).footnotes, text


def test_of_two_addresses_neither_moves_the_zip_code() -> None:
    """The box is only in a sister ZIP Code, the street above it in the printed one: two answers are none."""
    assert code(ask("PO BOX 205 / HAVENPORT ME 04901")) == "04903020505"
    for lines in ("120 MAIN ST / PO BOX 205", "120 MAIN ST PO BOX 205", "PO BOX 205 120 MAIN ST"):
        assert len(code(ask(f"{lines} / HAVENPORT ME 04901"))) <= 5
    assert code(ask("120 MAIN ST / PO BOX 205 / HAVENPORT ME 04903")) == "04903020505"
