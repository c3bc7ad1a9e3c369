"""The second witness: ranges, delivery points, answers at a place, and what it will not swear to."""

import csv
import io
from dataclasses import replace

import pytest
from fake_directory import FakeDirectory

from mlocr.certification.damage.written import Surroundings, WrittenAddress
from mlocr.certification.witness.answers import Answer, Asked, Doubt, answer_at
from mlocr.certification.witness.judge import Judge, number_readings
from mlocr.certification.witness.names import name_cost, standard
from mlocr.certification.witness.numbers import highrise_point, primary_point, within
from mlocr.certification.witness.office import Offices, Place
from mlocr.mail.address import AddressKind

LETTER = """1,01
98,98
10098,98
7-2,72
10007.2,72
4 1/2B,04
5 1/2,05
2 1/3C,02
A8 1/4,18
5A,51
LA,73
MEZZ,98
1A,11
10D,04
99Q,17
A4K,61
2-4M,63
A1,11
4G5,75
D-33,43
3V-175,25
44C102,32
306,81
683,58
1001,51
8874,24
14-102,27
1/2,00
3/4A,00"""


@pytest.mark.parametrize(("unit", "point"), list(csv.reader(io.StringIO(LETTER))))
def test_the_letter_s_examples(unit, point):
    assert highrise_point(unit) == point


@pytest.mark.parametrize(
    ("number", "point"),
    [
        ("13161", "61"),
        ("1", "01"),
        ("2900", "00"),
        ("18C", "18"),
        ("112-10", "10"),
        ("N6W23001", "01"),
        ("", "99"),
        ("123 1/2", "23"),
    ],
)
def test_primary_points(number, point):
    assert primary_point(number) == point


@pytest.mark.parametrize(
    ("low", "high", "parity", "number", "held"),
    [
        ("100", "198", "E", "102B", True),
        ("100", "198", "E", "198A", False),
        ("100", "198", "E", "103", False),
        ("0000000100", "0000000198", "E", "150", True),
        ("10A", "20A", "B", "15A", True),
        ("10A", "20A", "B", "15B", False),
        ("10A", "20A", "B", "15", False),
        ("90A", "101A", "B", "100A", True),
        ("1A", "1F", "B", "1E", True),
        ("N18W22604", "N18W22698", "E", "N18W22650", True),
        ("N18W22604", "N18W22698", "E", "N19W22650", False),
        ("112-10", "112-58", "E", "112-20", True),
        ("1", "99", "O", "13 1/2", True),
        ("1", "99", "O", "99 1/2", False),
        ("99 1/2", "99 1/2", "B", "99 1/2", True),
        ("", "", "B", "5", False),
    ],
)
def test_ranges(low, high, parity, number, held):
    assert within(low, high, parity, number) is held


@pytest.mark.parametrize(
    ("written", "name", "cost"),
    [
        ("SIXTH", "6TH", 0),
        ("6 TH", "6TH", 0),
        ("6", "6TH", 0),
        ("CO RD 12", "COUNTY ROAD 12", 0),
        ("US 20", "US HIGHWAY 20", 0),
        ("ST MARY", "SAINT MARY", 0),
        ("5HORE", "SHORE", 1),
        ("ELRNORE", "ELMORE", 1),
        ("WIL LOW", "WILLOW", 1),
        ("WILOW", "WILLOW", 2),
        ("BORWN", "BROWN", 2),
        ("MARTIN", "WASHINGTON", 10),
    ],
)
def test_name_costs(written, name, cost):
    assert name_cost(written, name) == cost


def test_standard_spelling_keeps_other_names_apart():
    assert standard("COUNTY ROAD 12") != standard("COUNTY HIGHWAY 12")
    assert standard("6TH") != standard("16TH")


@pytest.mark.parametrize(
    ("number", "unit", "readings"),
    [
        ("00124", "", {("124", "")}),
        ("112 - 10", "", {("112-10", "")}),
        ("N6 W23001", "", {("N6W23001", "")}),
        ("123-1/2", "", {("123 1/2", "")}),
        ("1O5", "", {("1O5", ""), ("105", "")}),
        ("l24", "", {("124", "")}),
        ("96-W", "104", {("96-W", "104"), ("96", "104W")}),
    ],
)
def test_number_readings(number, unit, readings):
    assert set(number_readings(WrittenAddress(number=number, unit=unit))) == readings


def town() -> FakeDirectory:
    d = FakeDirectory()
    d.city("04158", "HAVENPORT", "ME", finance="901")
    d.city("04159", "HAVENPORT", "ME", finance="901")
    d.city("04500", "ELSEWHERE", "ME", finance="902")
    d.row("04158", "S", "|WILLOW|ST|", "100~198~E", "1001")
    d.row("04158", "S", "N|SPRUCE|ST|", "100~198~E", "1002")
    d.row("04158", "S", "S|SPRUCE|ST|", "100~198~E", "1003")
    d.row("04158", "S", "|MARLOW|AVE|", "100~198~E", "1004")
    d.row("04158", "S", "|MARLOWE|AVE|", "100~198~E", "1005")
    d.row("04158", "H", "|TOWER|DR|", "500~500~E", "2000")
    d.row("04158", "H", "|TOWER|DR|", "500~500~E", "2001", unit="APT:1A~9A")
    d.row("04158", "F", "|TOWER|DR|", "500~500~E", "2002", firm="ACME TOOL INC")
    d.row("04158", "P", "PO BOX", "1~50~B", "0001-0050")
    d.row("04159", "P", "PO BOX", "1~50~B", "0001-0050")
    d.row("04159", "S", "|CHESTNUT|ST|", "100~198~E", "3001")
    d.row("04500", "S", "|QUINCY|ST|", "100~198~E", "4001")
    return d


def tower(**asked: object) -> Answer | Doubt:
    offices = Offices(town())
    rows = offices.records("04158").places[Place("04158", "", "TOWER", "DR", "")]
    return answer_at(rows, Asked("500", **asked))  # type: ignore[arg-type]


def test_answers_at_a_building():
    def code(**asked: object) -> str:
        found = tower(**asked)
        assert isinstance(found, Answer)
        return found.code

    assert code() == "04158200099"
    assert code(designator="APT", unit="7A") == "04158200171"
    assert code(designator="APT", unit="A7") == "04158200171"
    assert code(designator="#", unit="7A") == "04158200171"
    assert code(designator="APT", unit="88") == "04158200099"
    assert code(firms=("ACME TOOL",)) == "04158200200"
    assert tower(designator="STE", unit="7A") is Doubt.UNRULED
    assert tower(designator="APT", unit="07A") is Doubt.UNRULED


WRITTEN = WrittenAddress(number="120", street="WILLOW", suffix="ST", city="HAVENPORT", state="ME", zip5="04158")
WILLOW = Place("04158", "", "WILLOW", "ST", "")


def digits(written: WrittenAddress, meant: Place) -> str | None:
    truth = Judge(Offices(town())).truth(written, meant)
    return None if truth is None else truth.digits


def test_certain_answers():
    assert digits(WRITTEN, WILLOW) == "04158100120"
    assert digits(replace(WRITTEN, street="WLILOW", suffix=""), WILLOW) == "04158100120"
    assert digits(replace(WRITTEN, zip5=""), WILLOW) == "04158100120"
    assert digits(replace(WRITTEN, zip5="04159"), WILLOW) == "04158100120"
    assert digits(replace(WRITTEN, zip5="04185"), WILLOW) == "04158100120"
    assert digits(replace(WRITTEN, city="HAVENPROT"), WILLOW) == "04158100120"
    assert digits(replace(WRITTEN, city="ELSEWHERE"), WILLOW) == "04158100120"


def test_a_tie_gives_the_coarser_code():
    spruce = replace(WRITTEN, street="SPRUCE", predirectional="N")
    north = Place("04158", "N", "SPRUCE", "ST", "")
    assert digits(spruce, north) == "04158100220"
    assert digits(replace(spruce, predirectional=""), north) == "04158"


def test_a_directional_that_turns_too_far_gets_no_add_on():
    d = town()
    d.row("04158", "S", "N|LINDEN|ST|", "100~198~E", "1009")
    written = replace(WRITTEN, street="LINDEN", predirectional="S")
    truth = Judge(Offices(d)).truth(written, Place("04158", "N", "LINDEN", "ST", ""))
    assert truth is not None
    assert truth.digits == "04158"


def test_a_box_in_two_zip_codes_and_none_printed_gets_no_code():
    box = WrittenAddress(
        kind=AddressKind.PO_BOX,
        number="25",
        route="PO BOX",
        city="HAVENPORT",
        state="ME",
        around=Surroundings(route="PO BOX"),
    )
    place = Place("04158", "", "PO BOX", "", "")
    assert digits(box, place) == ""
    assert digits(replace(box, zip5="04158"), place) == "04158002525"


def test_what_is_too_close_to_call_is_not_asked():
    marlow = Place("04158", "", "MARLOW", "AVE", "")
    assert digits(replace(WRITTEN, street="MARLOW", suffix="AVE"), marlow) == "04158100420"
    assert digits(replace(WRITTEN, street="MARLLOW", suffix="AVE"), marlow) is None
    assert digits(replace(WRITTEN, street="MARLOWE", suffix="AVE"), marlow) is None
    assert digits(replace(WRITTEN, street="WILL"), WILLOW) is None
    assert digits(replace(WRITTEN, zip5="04500", city="HAVENPROT"), WILLOW) is None
