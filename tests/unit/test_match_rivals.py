"""Readings that were dropped though they are as good as the one taken, and lines that were taken for an address.

One ZIP Code of Larkmead VT; each way to a wrong code stands beside its harmless twin.
"""

import pytest
from fake_directory import FakeDirectory, small_directory
from matching_cases import ask, ask_lines, code

from mlocr.mail.address import TextLine

LAST = " / LARKMEAD VT 05301"


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    d.row("05301", "S", "|BACK CHURCH|ALY|", "1~9~B", "1001")
    d.row("05301", "S", "|BACK CHURCH|ALY|", "70~79~B", "ND00")
    d.row("05301", "S", "|SPIRE|WAY|", "1~99~B", "1002")
    d.row("05301", "H", "|SPIRE|WAY|", "30~30~E", "1003")
    d.row("05301", "H", "|SPIRE|WAY|", "30~30~E", "1004", unit="APT:1~9")
    d.row("05301", "H", "|SPIRE|WAY|", "30~30~E", "1005", unit="APT:20~49")
    d.row("05301", "P", "PO BOX", "1~99~B", "3001-3099")
    return d


D = _directory()


def got(text: str) -> str:
    return code(ask(text + LAST, D))


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("7B BACK CHURCH ALY", "05301"),  # 78 is an address too, though it has no add-on
        ("7 BACK CHURCH ALY", "05301100107"),
        ("78 BACK CHURCH ALY", "05301"),
        ("9B BACK CHURCH ALY", "05301"),  # 98 is none, but the letter may still be a digit
    ],
)
def test_a_reading_without_an_addon_is_a_rival_all_the_same(street: str, expected: str) -> None:
    assert got(street) == expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("APT3 29", "05301"),
        ("APT3", "053011004"),
        ("APT 29", "053011005"),
        ("APT3 99", "05301"),
        ("APT 2 9", "05301"),
    ],
)
def test_of_two_numbers_behind_a_designator_none_is_dropped(unit: str, expected: str) -> None:
    assert got(f"30 SPIRE WAY {unit}")[:9] == expected


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("PO BOX 15 ST", "05301"),
        ("PO BOX 1 P5", "05301"),  # a 4 of which the foot was read
        ("PO BOX 15 S", "05301"),
        ("PO BOX 15", "05301301515"),
        ("PO BOX 15 PMB 4", "05301301515"),
    ],
)
def test_letters_behind_a_box_are_not_passed_over(box: str, expected: str) -> None:
    assert got(box) == expected


@pytest.mark.parametrize(
    "line", ["ROUTE C012", "CAR-RT C012", "CAR RT C012", "CARRIER ROUTE R012", "RT R012", "C012", "USA MAIL",
             "OR CURRENT RESIDENT", "DELIVER TO ADDRESSEE"]
)  # fmt: skip
def test_a_carrier_route_or_note_below_the_street_is_no_delivery_line(line: str) -> None:
    assert got(f"12 SPIRE WAY / {line}") == "05301100212"


@pytest.mark.parametrize("tail", ["  01", " |", " #", ".", " USA", "-", " 99"])
def test_what_the_mailer_puts_behind_a_zip_code(tail: str) -> None:
    assert code(ask("12 SPIRE WAY" + LAST + tail, D)) == "05301100212"


@pytest.mark.parametrize("last", ["LARKMEAD VT 0530 101", "LARKMEAD VT 05301 1", "05301 01"])
def test_digits_that_may_belong_to_the_zip_code_are_not_dropped(last: str) -> None:
    assert code(ask("12 SPIRE WAY / " + last, D)) in ("", "05301")


@pytest.mark.parametrize("line", ["ROUTE 6012", "RT C12", "RR C012", "ROUTE 12"])
def test_a_route_that_may_be_a_rural_one_counts_before_the_street(line: str) -> None:
    assert len(got(f"12 SPIRE WAY / {line}")) < 11


@pytest.mark.parametrize(
    ("unit", "typed", "read"),
    [
        ("APT 51", "053011003", "05301"),  # 5 or 21 or 15 may be meant
        ("APT 72", "053011003", "05301"),
        ("APT 7777", "053011003", "053011003"),  # no single digit brings it near
        ("APT 25", "053011005", "053011005"),
    ],
)
def test_a_unit_one_digit_off_is_a_plain_miss_only_where_it_was_typed(unit: str, typed: str, read: str) -> None:
    lines = (f"30 SPIRE WAY {unit}", LAST.removeprefix(" / "))
    for confidence, expected in ((1.0, typed), (0.99, read)):
        match = ask_lines(*(TextLine(line, confidence) for line in lines), directory=D)
        assert code(match)[:9] == expected


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("12N S TARN LN", "05301"),  # two directionals
        ("12 S TARN LN", "05301100912"),
        ("12N TARN LN", "05301100812"),
        ("30 SPIRE WAY NO 10*5", "05301"),  # a unit that cannot be read is no plain miss
        ("30 SPIRE WAY NO 105", "05301100399"),
    ],
)
def test_nothing_is_passed_over_between_number_and_unit(street: str, expected: str) -> None:
    d = _directory()
    d.row("05301", "S", "N|TARN|LN|", "1~99~B", "1008")
    d.row("05301", "S", "S|TARN|LN|", "1~99~B", "1009")
    assert code(ask(street + LAST, d)) == expected


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("24 W EWASHINGTON RD", "05301"),  # W of the one, E of the other: the E is no wrong letter
        ("24 EWASHINGTON RD", "05301101124"),
        ("24 W WASHINGTNO RD", "05301101224"),
        ("24 W WWASHINGTON RD", "05301101224"),
    ],
)
def test_a_directional_that_ran_into_the_name_is_no_wrong_letter(street: str, expected: str) -> None:
    d = _directory()
    d.row("05301", "S", "E|WASHINGTON|RD|", "1~99~B", "1011")
    d.row("05301", "S", "W|WASHINGTON|RD|", "1~99~B", "1012")
    assert code(ask(street + LAST, d)) == expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("APAT 3O", "05301"), ("APAT 33", "053011005"), ("APAT 3K", "05301"), ("APT 30", "053011005")],
)
def test_a_damaged_designator_before_a_lookalike(unit: str, expected: str) -> None:
    """APT 3O is one of 3M to 3Z, and 30 one of 20 to 49."""
    d = _directory()
    d.row("05301", "H", "|SPIRE|WAY|", "30~30~E", "1006", unit="APT:3M~3Z")
    assert code(ask(f"30 SPIRE WAY {unit}" + LAST, d))[:9] == expected


def test_o_and_i_in_a_zip_code_are_digits_and_a_letter_none_that_is_drawn_otherwise() -> None:
    """Havenport's 04901 and 04902 both have 100 to 198 MAIN ST here; Z is drawn like 2 and 7."""
    d = small_directory()
    d.row("04902", "S", "|MAIN|ST|", "100~198~E", "2009")
    assert code(ask("124 MAIN ST / HAVENPORT ME O490I", d)) == "04901100124"
    assert code(ask("124 MAIN ST / HAVENPORT ME 0490Z", d)) == "04902200924"
    d.city("04907", "HAVENPORT", "ME", finance="220100")
    d.row("04907", "S", "|MAIN|ST|", "100~198~E", "7009")
    assert len(code(ask("124 MAIN ST / HAVENPORT ME 0490Z", d))) <= 5
