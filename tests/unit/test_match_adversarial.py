"""Tempting wrong answers: the right one is a coarser code or none."""

from collections.abc import Sequence

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask, ask_lines, code

from mlocr.mail.address import TextLine
from mlocr.mail.reasons import RejectReason as R
from mlocr.matching.match import MatchSettings

LAST = " / HAVENPORT ME 04901"
PO = " / HAVENPORT ME 04903"

FIVE = [
    # near-miss streets that exist, and streets that do not
    ("120 PARK AVE" + LAST, R.NUMBER_OUT_OF_RANGE),  # 120 is on PARR AVE
    ("11 PARK AVE" + LAST, R.NUMBER_OUT_OF_RANGE),  # the other side of the street is not there
    ("5 1ST ST" + LAST, R.NO_SUCH_STREET),  # not 21ST
    ("5 61ST ST" + LAST, R.NO_SUCH_STREET),  # not 6TH, not 21ST
    ("5 7TH ST" + LAST, R.NO_SUCH_STREET),
    ("5 ZEBRA ST" + LAST, R.NO_SUCH_STREET),
    ("12 ELMS ST" + LAST, R.NO_SUCH_STREET),
    ("12 ALM ST" + LAST, R.NO_SUCH_STREET),
    ("12 PERK AVE" + LAST, R.NO_SUCH_STREET),
    ("124 MAINE ST" + LAST, R.NO_SUCH_STREET),
    ("600 COUNTY ROAD 13" + LAST, R.NO_SUCH_STREET),
    ("600 US HIGHWAY 11" + LAST, R.NO_SUCH_STREET),
    ("5 AVENUE B" + LAST, R.NO_SUCH_STREET),
    # ties
    ("12 ELM" + LAST, R.MULTIPLE_RESPONSES),
    ("12 ELM AVE" + LAST, R.MULTIPLE_RESPONSES),
    ("33 OAK AVE" + LAST, R.MULTIPLE_RESPONSES),
    ("33 W OAK AVE" + LAST, R.MULTIPLE_RESPONSES),
    ("5 CALLE 1 / ADJUNTAS PR 00601", R.MULTIPLE_RESPONSES),
    # numbers in no range
    ("900 MAIN ST" + LAST, R.NUMBER_OUT_OF_RANGE),
    ("98A MAIN ST" + LAST, R.NUMBER_OUT_OF_RANGE),
    ("99 1/2 MAIN ST" + LAST, R.NUMBER_OUT_OF_RANGE),
    ("60 E RIVER DR" + LAST, R.NUMBER_OUT_OF_RANGE),
    ("N7W23001 BLUEMOUND RD" + LAST, R.NUMBER_OUT_OF_RANGE),
    ("12 34 MAIN ST" + LAST, R.NO_SUCH_STREET),  # a split number is not joined
    ("PO BOX 999" + PO, R.NUMBER_OUT_OF_RANGE),
    ("RR 1 BOX 155" + LAST, R.NUMBER_OUT_OF_RANGE),
    ("RR 3 BOX 5" + LAST, R.NO_SUCH_STREET),
    ("RR 1" + LAST, R.INSUFFICIENT_ADDRESS),
    ("PSC 3 BOX 2234 / APO AE 09012", R.NUMBER_OUT_OF_RANGE),
    ("30 OLD MILL RD" + LAST, R.NO_SUCH_STREET),  # the alias covers 1-25 only
    # the line above the last line counts: no jump to the other address
    ("PO BOX 205 / 124 ZEBRA ST" + LAST, R.NO_SUCH_STREET),
    ("124 MAIN ST / PO BOX 999" + PO, R.NUMBER_OUT_OF_RANGE),
    ("124 MAIN ST PO BOX 999" + PO, R.NUMBER_OUT_OF_RANGE),
    # no add-on
    ("PO BOX 405" + PO, R.NO_ADDON),  # two add-ons for fifty boxes
    ("5 NODELIVERY RD" + LAST, R.NO_ADDON),
    # units
    ("MAIN ST" + LAST, R.INSUFFICIENT_ADDRESS),
    ("JOHN DOE" + LAST, R.INSUFFICIENT_ADDRESS),
    ("PO BOX" + PO, R.INSUFFICIENT_ADDRESS),
]


@pytest.mark.parametrize(("text", "reason"), FIVE)
def test_five_digits_and_no_more(text: str, reason: R) -> None:
    match = ask(text, settings=MatchSettings(unknown_street_needs_only_zip=False))
    zip5 = text.rsplit(" ", 1)[1]
    assert (code(match), match.reason) == (zip5, reason), [line.rule for line in match.trace]
    assert match.record is None


@pytest.mark.parametrize(("text", "reason"), [case for case in FIVE if case[1] is R.NO_SUCH_STREET])
def test_an_unknown_street_leaves_the_zip_code_of_a_larger_city_in_doubt(text: str, reason: R) -> None:
    """Havenport has four ZIP Codes, Adjuntas one."""
    match = ask(text)
    assert (code(match), match.reason) == ("", reason)
    assert code(ask("5 ZEBRA ST / ADJUNTAS PR 00601")) == "00601"
    assert code(ask("5 ZEBRA ST / 04910")) == ""  # no city beside it: any digit of it may be wrong


NONE = [
    ("124 MAIN ST / SAINT ALBANS ME 04901", R.MULTIPLE_RESPONSES),  # there in both
    ("124 MAIN ST / HAVENPORT FL 04901", R.UNKNOWN_CITY_OR_ZIP),  # Florida has a Havenport of its own
    ("124 MAIN ST / HAVENPORT ME 33101", R.UNKNOWN_CITY_OR_ZIP),
    ("5 ZEBRA ST / HAVENPORT ME 04999-1234 X", R.NO_LAST_LINE),
    ("5 ZEBRA ST / SAINT ALBANS ME 04901", R.UNKNOWN_CITY_OR_ZIP),
    ("5 ZEBRA ST / HAVENPORT ME", R.NO_SUCH_STREET),
    ("5 ZEBRA ST / ATLANTIS ME 04901", R.UNKNOWN_CITY_OR_ZIP),
    ("124 MAIN ST / ATLANTIS QQ", R.NO_LAST_LINE),
    ("124 MAIN ST", R.NO_LAST_LINE),
    ("124 MAIN ST / OTTAWA ON K1A 0B1", R.FOREIGN),
    ("124 MAIN ST / HAVENPORT ME 04901 / CANADA", R.FOREIGN),
    ("10 RUE DE LA PAIX / 75002 PARIS / FRANCE", R.FOREIGN),
    ("10 HIGH ST / LONDON SW1A 1AA", R.FOREIGN),
    ("", R.INSUFFICIENT_ADDRESS),
]


@pytest.mark.parametrize(("text", "reason"), NONE)
def test_nothing_is_encoded(text: str, reason: R) -> None:
    match = ask(text)
    assert (code(match), match.reason) == ("", reason), [line.rule for line in match.trace]


class Scorer:
    """Likelihoods from a table; anything else is hopeless."""

    def __init__(self, table: dict[str, float]) -> None:
        self.table = table

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        return [self.table.get(s, -50.0) for s in strings]


@pytest.mark.parametrize(
    ("printed", "held"),
    [
        ("DAY", "CLAY"), ("HALL", "HAIL"), ("AVENUE I", "AVENUE L"), ("BUM", "BURN"), ("OAK", "OAKS"), ("OAKS", "OAK"),
        ("PINE", "PIKE"), ("LAKE", "LANE"), ("MAIN", "MAINE"), ("OLD MILL", "OLD HILL"), ("NORTH LAKE", "NORTH LANE"),
        ("1ST", "21ST"), ("11TH", "12TH"), ("COUNTY ROAD 1", "COUNTY ROAD 7"),
        ("AVENUE B", "AVENUE D"), ("BELL", "BALL"),
        ("WASHINGTON", "WESTINGHOUSE"), ("KENT", "KENTON"), ("GREENWOOD", "WOODGREEN"), ("ROSE", "ROSS"),
    ],
)  # fmt: skip
def test_a_name_is_not_read_into_its_neighbour(printed: str, held: str) -> None:
    d = FakeDirectory()
    d.city("04901", "HAVENPORT", "ME")
    d.row("04901", "S", f"|{held}|ST|", "1~99~B", "1001")
    match = ask(f"12 {printed} ST" + LAST, d)
    assert (code(match), match.reason) == ("04901", R.NO_SUCH_STREET)


@pytest.mark.parametrize(
    ("printed", "held"),
    [
        ("BLUEBERY", "BLUEBERRY"), ("BLEUBERRY", "BLUEBERRY"), ("MIAN", "MAIN"), ("ELLM", "ELM"),
        ("GREENWOD", "GREENWOOD"),
        ("B0ND", "BOND"), ("WASHINGT0N", "WASHINGTON"), ("WASH1NGTON", "WASHINGTON"), ("OAK LAND", "OAKLAND"),
        ("I2TH", "12TH"),
        ("MASSACHUSSETS", "MASSACHUSETTS"), ("CALIFORINA", "CALIFORNIA"), ("SPRINGFEILD", "SPRINGFIELD"),
    ],
)  # fmt: skip
def test_a_clear_slip_is_mended(printed: str, held: str) -> None:
    d = FakeDirectory()
    d.city("04901", "HAVENPORT", "ME")
    d.row("04901", "S", f"|{held}|ST|", "1~99~B", "1001")
    assert code(ask(f"12 {printed} ST" + LAST, d)) == "04901100112"
    d.row("04901", "S", f"|{held[:-1]}X|ST|", "1~99~B", "1002")
    d.row("04901", "S", f"|{held[:-1]}Y|ST|", "1~99~B", "1003")
    assert code(ask(f"12 {held[:-1]}Z ST" + LAST, d)) == "04901"


HOME = TextLine("HAVENPORT ME 04901", 0.99)


def test_a_badly_read_line_gets_no_addon() -> None:
    match = ask_lines(TextLine("124 MAIN ST", 0.4), HOME)
    assert (code(match), match.reason) == ("04901", R.LOW_CONFIDENCE)


def test_two_readings_of_the_number_that_both_exist() -> None:
    """Two numbers of one record share its nine digits; two records share five."""
    near = ask_lines(TextLine("124 MAIN ST", 0.8, None, ("126 MAIN ST",)), HOME)
    assert (code(near), near.reason) == ("049011001", R.MULTIPLE_RESPONSES)
    far = ask_lines(TextLine("124 MAIN ST", 0.8, None, ("125 MAIN ST",)), HOME)
    assert (code(far), far.reason) == ("04901", R.MULTIPLE_RESPONSES)


def test_an_alternative_does_not_outweigh_a_line_read_with_certainty() -> None:
    assert code(ask_lines(TextLine("124 MAIN ST", 0.97, None, ("126 MAIN ST",)), HOME)) == "04901100124"


def test_the_scorer_decides_between_readings() -> None:
    table = {"124 MAIN ST": -1.0, "126 MAIN ST": -1.5}
    assert code(ask_lines(TextLine("124 MAIN ST", 0.9, None, (), Scorer(table)), HOME)) == "049011001"
    table = {"124 MAIN ST": -1.0, "126 MAIN ST": -9.0}
    assert code(ask_lines(TextLine("124 MAIN ST", 0.9, None, ("126 MAIN ST",), Scorer(table)), HOME)) == "04901100124"


def test_a_scorer_that_confirms_the_numbers_lifts_a_badly_read_line() -> None:
    assert code(ask_lines(TextLine("124 MAIN ST", 0.4, None, (), Scorer({"124 MAIN ST": -2.0})), HOME)) == "04901100124"


def test_a_street_that_the_image_could_be_as_well() -> None:
    """12 ELM ST and 12 ELM CT both exist; 12 PARK and 12 PARR too."""
    table = {"12 ELM ST": -1.0, "12 ELM CT": -2.0}
    assert code(ask_lines(TextLine("12 ELM ST", 0.7, None, (), Scorer(table)), HOME)) == "04901"
    table = {"12 PARK AVE": -1.0, "12 PARR AVE": -2.0}
    assert code(ask_lines(TextLine("12 PARK AVE", 0.7, None, (), Scorer(table)), HOME)) == "04901"


def test_a_zip_code_that_the_image_could_be_as_well() -> None:
    street = TextLine("MAIN ST", 0.99)
    table = {"HAVENPORT ME 04901": -1.0, "HAVENPORT ME 04902": -1.5}
    match = ask_lines(street, TextLine("HAVENPORT ME 04901", 0.7, None, ("HAVENPORT ME 04902",), Scorer(table)))
    assert code(match) == ""


def test_an_uncertain_unit_is_no_default() -> None:
    """APT 75 is in no range; read badly it may have been another, so the default record is no answer."""
    match = ask_lines(TextLine("11 TOWER RD APT 75", 0.8), HOME)
    assert (code(match), match.reason) == ("04901", R.INSUFFICIENT_ADDRESS)


def test_letter_or_digit_at_the_end_of_the_number() -> None:
    """12B and 128 are both on BLUEBERRY or MAIN: read without certainty neither is given."""
    match = ask_lines(TextLine("12B MAIN ST", 0.8), HOME)
    assert code(match) in ("04901", "04901100128")
    match = ask_lines(TextLine("11O MAIN ST", 0.8), HOME)  # 110 exists, 11O is no number of the street
    assert code(match) == "04901100110"
    match = ask_lines(TextLine("11B MAIN ST", 0.8), HOME)
    assert code(match) == "04901100118"


def test_a_printed_addon_that_differs_weighs_against_a_doubtful_line() -> None:
    last = TextLine("HAVENPORT ME 04901-1003", 0.99)
    assert code(ask_lines(TextLine("124 MAIN ST", 0.8), last)) == "04901"
    assert code(ask_lines(TextLine("124 MAIN ST", 0.99), last)) == "04901100124"


def test_a_last_line_read_badly_gives_nothing_by_itself() -> None:
    assert code(ask_lines(TextLine("5 ZEBRA ST", 0.99), TextLine("HAVENPORT ME 04901", 0.4))) == ""


def test_a_firm_record_needs_its_name() -> None:
    assert code(ask("JOHN DOE / 11 TOWER RD" + LAST)) == "04901501099"
    assert code(ask("OTHER FIRM LLC / 11 TOWER RD" + LAST)) == "04901501099"


def test_a_firm_name_damaged_beyond_recognition_is_not_ignored() -> None:
    match = ask("ACMB WIDQRTS / 11 TOWER RD" + LAST)
    assert (code(match), match.reason) == ("04901", R.INSUFFICIENT_ADDRESS)


def test_two_weak_lines_do_not_hold_each_other_up() -> None:
    line = TextLine("124 MQRN ST", 0.7, None, ("124 MAIN ST",))
    assert code(ask_lines(line, TextLine("HAVENPORT ME 04901", 0.4))) == ""


def test_several_highrise_records_without_default_and_no_street_record() -> None:
    assert code(ask("31 TOWER RD APT 99" + LAST)) == "04901500031"


def test_an_unreadable_line_above_the_last_line_is_not_jumped() -> None:
    for line in ("PQ 8OY 205", "148CHESTNUTST", "R8 BQX 54"):
        assert code(ask(f"124 MAIN ST / {line}" + LAST)) in ("04901", ""), line


def test_a_misspelled_box_line_is_a_box_line() -> None:
    for line in ("PO BXO 205", "P BOX 205", "PO BOOX 205", "O BOX 205"):
        assert code(ask(f"124 MAIN ST / {line}" + PO)) == "04903020505", line


def test_a_directional_glued_to_the_number() -> None:
    """33S is no number where 33 S OAK AVE is meant; where both are there, neither is picked."""
    assert code(ask("33S OAK AVE" + LAST)) == "04901110233"
    d = FakeDirectory()
    d.city("04901", "HAVENPORT", "ME")
    d.row("04901", "S", "|OAK|AVE|", "1~99~B", "1001")
    d.row("04901", "S", "S|OAK|AVE|", "1~99~B", "1002")
    assert code(ask("33S OAK AVE" + LAST, d)) == "04901"


def test_a_unit_that_is_a_slip_away_from_one_of_the_building() -> None:
    for unit in ("1AA", "7AB", "10AX"):
        match = ask(f"11 TOWER RD APT {unit}" + LAST)
        assert (code(match), match.reason) == ("04901", R.INSUFFICIENT_ADDRESS)


def test_a_slip_for_a_designator_on_its_own_line() -> None:
    assert code(ask("11 TOWER RD / BSNT" + LAST)) == "04901501499"


def test_a_suffix_misread_with_a_digit_is_no_unit() -> None:
    assert code(ask("124 MAIN 5T" + LAST)) == "04901100124"


def test_a_damaged_city_near_another_one_is_no_unknown_city() -> None:
    assert code(ask("124 MAIN ST / SAIMT ALBAMS ME 04901")) == ""


def test_a_misspelled_street_of_a_sister_zip_code_leaves_the_printed_one_in_doubt() -> None:
    """One slip beside the ZIP Code is put right (`street_elsewhere`), two are not."""
    match = ask("5 BIRCHWOD DR" + LAST)
    assert (code(match), match.reason) == ("", R.NO_SUCH_STREET)
    assert code(ask("5 BIRCHWOD RD" + LAST)) == "04902200305"


def test_the_printed_addon_breaks_a_tie_only_where_that_is_set() -> None:
    text = "33 OAK AVE / HAVENPORT ME 04901-1102"
    assert code(ask(text)) == "04901"
    broken = ask(text, settings=MatchSettings(tie_by_addon=True))
    assert code(broken) == "04901110233"
    assert "O" in broken.footnotes
    stale = ask("33 OAK AVE / HAVENPORT ME 04901-1999", settings=MatchSettings(tie_by_addon=True))
    assert code(stale) == "04901"


def test_a_stale_addon_does_not_weigh_against_an_exact_match() -> None:
    assert code(ask("124 MAIN ST / HAVENPORT ME 04901-9876")) == "04901100124"
    assert code(ask("124 MAIN / HAVENPORT ME 04901-9876")) == "04901100124"
    assert code(ask("11 TOWER RD STE 405 / HAVENPORT ME 04901-9876")) == "04901501099"


def test_an_addon_of_a_lookalike_street_weighs_against_an_exact_match() -> None:
    """33 S OAK AVE with the +4 of 33 N OAK AVE, 12 PARR AVE with that of 12 PARK AVE: one of the two was damaged."""
    for text in ("33 S OAK AVE / HAVENPORT ME 04901-1101", "12 PARR AVE / HAVENPORT ME 04901-1401"):
        match = ask(text)
        assert (code(match), match.reason) == ("04901", R.NOT_CONFIRMED)
    assert (
        code(ask("33 S OAK AVE / HAVENPORT ME 04901-1301")) == "04901110233"
    )  # 6TH ST holds 33 as well, but is unlike


def test_an_addon_of_another_record_at_the_number_weighs_against_a_corrected_match() -> None:
    """5013 is the suites of the same building: the printed suite was damaged, the default record is no answer."""
    match = ask("11 TOWER RD STE 405 / HAVENPORT ME 04901-5013")
    assert (code(match), match.reason) == ("04901", R.NOT_CONFIRMED)
