"""Return codes and footnotes of the AMS API: for each letter an address that earns it and one that does not."""

from datetime import date

import pytest
from fake_directory import FakeDirectory, small_directory
from matching_cases import code

from mlocr.mail.address import AddressBlock, EarlyWarning, TextLine
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching.directions import turned
from mlocr.matching.match import Matcher, MatchSettings
from mlocr.matching.return_codes import FOOTNOTES, RETURN_CODES

LAST = " / HAVENPORT ME 04901"
HILL = " / FORT MITCHELL VA 23941"


def _town() -> FakeDirectory:
    """The small directory, with what footnotes need: alternates, magnets, warnings, a small town, unique ZIP Codes."""
    d = small_directory()
    d.row("04901", "S", "N|WATER|ST|", "1~99~B", "1601")
    d.row("04901", "S", "|COLBY|WAY|W", "1~99~B", "1602")
    d.row("04901", "S", "|QUAY|ST|", "1~99~B", "1603", base="A")
    d.row("04901", "S", "|LAKE|DR|", "1~99~B", "1604")
    d.row("04901", "S", "|NORTH|ST|", "1~99~B", "1605")
    d.row("04901", "S", "|MAPLEWOOD|DR|", "1~99~B", "1606")
    d.warning_rows.append(EarlyWarning("04901", "", "MAPLEWOOD", "CT", ""))
    d.row("04901", "S", "|THISTLEDOWN|LN|", "1~99~B", "1607")
    d.warning_rows.append(EarlyWarning("04901", "", "THISTLETOWN", "LN", ""))
    d.warning_rows.append(EarlyWarning("04901", "", "CEDAR", "ST", ""))
    d.city("23941", "FORT MITCHELL", "VA")
    d.row("23941", "P", "PO BOX", "1~99~B", "0001-0099")
    d.row("23941", "G", "GENERAL DELIVERY", "", "9999")
    d.city("30301", "CAMPUS", "GA", zip_class="U")
    d.row("30301", "F", "|COLLEGE|AVE|", "1~1~B", "0001", firm="STATE UNIVERSITY")
    d.city("30401", "BANKTON", "GA", zip_class="U")
    d.row("30401", "F", "|VAULT|ST|", "1~1~B", "0001", firm="FIRST BANK")
    d.row("30401", "F", "|VAULT|ST|", "1~1~B", "1234", firm="FIRST BANK CARDS")
    d.city("04901", "SHARPSVILLE", "ME", finance="220100")
    d.cities[-1] = d.cities[-1]._replace(mailing_name=False, preferred_name="HAVENPORT")
    return d


TOWN = _town()


def answer(text: str, settings: MatchSettings | None = None, as_of: date | None = None) -> Match:
    block = AddressBlock(tuple(TextLine(line) for line in text.split(" / ")))
    return Matcher(TOWN, settings, as_of=as_of).match(block)


@pytest.mark.parametrize(
    ("letter", "earns", "does_not"),
    [
        ("A", "5 BIRCHWOOD RD" + LAST, "5 BIRCHWOOD RD / HAVENPORT ME 04902"),
        ("B", "124 MAIN ST / HAVENPRT ME 04901", "124 MAIN ST" + LAST),
        ("C", "124 MAIN ST / NOWHERE ZZ 99999", "124 MAIN ST" + LAST),
        ("D", "5 NODELIVERY RD" + LAST, "124 MAIN ST" + LAST),
        ("E", "33 OAK AVE" + LAST, "134 OAK AVE" + LAST),
        ("F", "5 ZEBRA ST" + LAST, "124 MAIN ST" + LAST),
        ("G", "ACME WIDGETS / 11 TOWER RD" + LAST, "JOHN DOE / 11 TOWER RD" + LAST),
        ("H", "11 TOWER RD" + LAST, "11 TOWER RD APT 5" + LAST),
        ("I", "JOHN DOE" + LAST, "JOHN DOE / 124 MAIN ST" + LAST),
        ("J", "PO BOX 205 / 124 MAIN ST" + LAST, "124 MAIN ST" + LAST),
        ("K", "12 S WATER ST" + LAST, "12 E WATER ST" + LAST),
        ("L", "12 E WATER ST" + LAST, "12 N WATER ST" + LAST),
        ("M", "12 BLUBERRY LN" + LAST, "12 BLUEBERRY LN" + LAST),
        ("N", "124 Main Street" + LAST, "124 MAIN ST" + LAST),
        ("P", "12 QUAY ST" + LAST, "12 NORTH ST" + LAST),
        ("Q", "STATE UNIVERSITY / 1 COLLEGE AVE / CAMPUS GA 30301", "124 MAIN ST" + LAST),
        ("R", "12 MAPLEWOOD CT" + LAST, "12 MAPLEWOOD DR" + LAST),
        ("S", "11 TOWER RD STE 405" + LAST, "11 TOWER RD STE 305" + LAST),
        ("T", "12 LAKE" + LAST, "12 LAKE DR" + LAST),
        ("U", "124 MAIN ST / SHARPSVILLE ME 04901", "124 MAIN ST" + LAST),
        ("V", "124 MAIN ST / ZEBRATOWN ME 04901", "124 MAIN ST" + LAST),
        ("W", "66 MERRY HILL RD" + HILL, "PO BOX 66" + HILL),
        ("X", "500 QUAD WAY / CAMPUS GA 30301", "STATE UNIVERSITY / 1 COLLEGE AVE / CAMPUS GA 30301"),
        ("Y", "PSC 3 BOX 1234 / APO AE 09012", "124 MAIN ST" + LAST),
    ],
)
def test_a_footnote_is_earned_and_not_given_away(letter: str, earns: str, does_not: str) -> None:
    assert letter in answer(earns).footnotes
    assert letter not in answer(does_not).footnotes


def test_o_is_a_setting() -> None:
    tied = "33 OAK AVE / HAVENPORT ME 04901-1102"
    assert "O" not in answer(tied).footnotes
    broken = answer(tied, MatchSettings(tie_by_addon=True))
    assert "O" in broken.footnotes
    assert code(broken) == "04901110233"


@pytest.mark.parametrize(
    ("number", "earns", "does_not"),
    [
        ("10", "124 MAIN ST / HAVENPORT FL 33101 / HAVENPORT ME 04901", "124 MAIN ST" + LAST),
        ("11", "124 MAIN ST", "124 MAIN ST" + LAST),
        ("12", "124 MAIN ST / NOWHERE ZZ 99999", "124 MAIN ST / NOWHERE ME 99999"),
        ("13", "124 MAIN ST / NOWHERE ME 99999", "124 MAIN ST / NOWHERE ZZ 99999"),
        ("21", "5 ZEBRA ST" + LAST, "124 MAIN ST" + LAST),
        ("22", "33 OAK AVE" + LAST, "134 OAK AVE" + LAST),
        ("31", "124 MAIN ST" + LAST, "11 TOWER RD" + LAST),
        ("32", "11 TOWER RD" + LAST, "11 TOWER RD APT 5" + LAST),
    ],
)
def test_a_return_code_is_earned_and_not_given_away(number: str, earns: str, does_not: str) -> None:
    assert answer(earns).return_code == number
    assert answer(does_not).return_code != number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5 ELM ST APT 3" + LAST, "31"),  # a unit beside a plain street record
        ("21 TOWER RD" + LAST, "32"),  # a single highrise as the default
        ("11 TOWER RD STE 405" + LAST, "32"),
        ("HC 2 BOX 5" + LAST, "32"),  # the whole route in one record
        ("RR 1 BOX 5" + LAST, "31"),
        ("PO BOX 205 / HAVENPORT ME 04903", "31"),
        ("GENERAL DELIVERY" + LAST, "31"),
        ("5 NODELIVERY RD" + LAST, "31"),  # the record exists, and has no add-on
        ("120 PARK AVE" + LAST, "21"),
        ("JOHN DOE" + LAST, "21"),
        ("12 LAKE" + LAST, "22"),
        ("12 S WATER ST" + LAST, "22"),
        ("12 MAPLEWOOD CT" + LAST, "21"),
        ("500 QUAD WAY / CAMPUS GA 30301", "32"),
        ("124 MAIN ST / TORONTO ON M5V 2T6 / CANADA", ""),
    ],
)
def test_return_codes_of_every_kind(text: str, number: str) -> None:
    assert answer(text).return_code == number


def test_a_doubt_about_the_reading_has_no_return_code() -> None:
    lines = (TextLine("124 MAIN ST", 0.3), TextLine("HAVENPORT ME 04901"))
    match = Matcher(TOWN).match(AddressBlock(lines))
    assert match.reason is RejectReason.LOW_CONFIDENCE
    assert match.return_code == ""


def test_footnotes_are_sorted_letters_with_words() -> None:
    match = answer("12 E Watr Street / SHARPSVILLE ME 04901")
    assert list(match.footnotes) == sorted(match.footnotes)
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == set(FOOTNOTES)
    assert set(RETURN_CODES) == {"10", "11", "12", "13", "21", "22", "31", "32"}


# --- the rules behind the letters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "held", "more_than_a_right_angle"),
    [
        ("N", "S", True),
        ("E", "W", True),
        ("N", "SE", True),
        ("N", "SW", True),
        ("NE", "SW", True),
        ("NW", "S", True),
        ("N", "E", False),
        ("N", "NE", False),
        ("N", "NW", False),
        ("NE", "SE", False),
        ("N", "N", False),
        ("N", "", False),
        ("", "N", False),
    ],
)
def test_the_cardinal_rule_counts_angles(printed: str, held: str, more_than_a_right_angle: bool) -> None:
    assert turned(printed, held) is more_than_a_right_angle
    assert turned(held, printed) is more_than_a_right_angle


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12 S WATER ST", "04901"),  # N WATER ST only
        ("12 SE WATER ST", "04901"),
        ("12 WATER ST S", "04901"),  # turned, whatever its place
        ("12 E WATER ST", "04901160112"),
        ("12 WATER ST", "04901160112"),
        ("12 WATER ST N", "04901160112"),
        ("12 COLBY WAY E", "04901"),
        ("12 COLBY WAY N", "04901160212"),
    ],
)
def test_a_directional_never_turns_round(text: str, digits: str) -> None:
    assert code(answer(text + LAST)) == digits


def test_the_cardinal_rule_has_a_switch() -> None:
    assert code(answer("12 S WATER ST" + LAST, MatchSettings(cardinal_rule=False))) == "04901160112"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12 LAKE DR", "04901160412"),
        ("12 Lake Drive", "04901160412"),
        ("12 LAKE", "04901"),
        ("12 LAKE RD", "04901"),
        ("12 N LAKE DR", "04901"),
        ("12 NORTH ST", "04901160512"),
        ("12 NORTH", "04901"),
        ("99 LAKE ST", "04901"),
    ],
)
def test_magnet_streets_match_with_exactly_their_parts(text: str, digits: str) -> None:
    assert code(answer(text + LAST)) == digits


def test_the_magnet_rule_has_a_switch() -> None:
    assert code(answer("12 LAKE" + LAST, MatchSettings(magnet_streets=False))) == "04901160412"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12 MAPLEWOOD CT" + LAST, "04901"),  # new: not MAPLEWOOD DR
        ("12 MAPLEWOOD DR" + LAST, "04901160612"),
        ("12 Maplewood Court" + LAST, "04901"),
        ("12 CEDAR ST" + LAST, "04901"),  # new in 04901: not the one in 04902
        ("12 CEDAR ST / HAVENPORT ME 04902", "04902200112"),
        ("12 CEDAR ST / HAVENPORT ME", ""),
    ],
)
def test_an_early_warning_holds_the_street(text: str, digits: str) -> None:
    match = answer(text)
    assert code(match) == digits
    assert ("R" in match.footnotes) == (len(digits) < 11)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("12 THISTLEDOWN LN", "04901160712"), ("12 THISTLETOWN LN", "04901"), ("12 THISTLEOWN LN", "")],
)
def test_no_misspelling_is_mended_past_an_early_warning(text: str, digits: str) -> None:
    """THISTLETOWN LN is new, THISTLEDOWN LN old: one never becomes the other, and what may be either is neither."""
    assert code(answer(text + LAST)) == digits


def test_the_small_town_default_is_dated() -> None:
    """Category I2 of Stage I: 66 MERRY HILL RD FORT MITCHELL VA 23941 stays at five digits, not -9999."""
    text = "66 MERRY HILL RD" + HILL
    for day in (None, date(2026, 11, 22), date(2005, 8, 1)):
        assert code(answer(text, as_of=day)) == "23941"
    old = answer(text, as_of=date(2005, 7, 31))
    assert code(old) == "23941999999"
    assert old.return_code == "32"
    switched_off = MatchSettings(small_town_default=False)
    assert code(answer(text, switched_off, date(2005, 7, 31))) == "23941"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("500 QUAD WAY / CAMPUS GA 30301", "30301000100"),
        ("1 COLLEGE AVE / CAMPUS GA 30301", "30301000101"),
        ("PO BOX 1234 / CAMPUS GA 30301", "30301000134"),
        ("18 COLLEGE AVE / CAMPUS GA 30301", "30301"),  # the street is listed, the number is not
        ("DEAN OF STUDENTS / CAMPUS GA 30301", "30301"),  # no number
        ("500 VAULT ST / BANKTON GA 30401", "30401"),  # the customer has add-ons of his own
        ("5 ZEBRA ST / HAVENPORT ME 04999", ""),  # the city has other ZIP Codes: this one may be the misprint
    ],
)
def test_the_default_of_a_unique_zip(text: str, digits: str) -> None:
    assert code(answer(text)) == digits


def test_the_unique_default_names_no_record_and_has_a_switch() -> None:
    match = answer("500 Quad Way, Room 3 / CAMPUS GA 30301")
    assert match.record is None
    assert match.delivery_line == "500 QUAD WAY RM 3"
    assert match.last_line == "CAMPUS GA 30301-0001"
    assert code(answer("500 QUAD WAY / CAMPUS GA 30301", MatchSettings(unique_zip_default=False))) == "30301"


def test_an_unsure_line_has_no_default() -> None:
    lines = (TextLine("500 QUAD WAY", 0.8), TextLine("CAMPUS GA 30301"))
    assert code(Matcher(TOWN).match(AddressBlock(lines))) == "30301"
