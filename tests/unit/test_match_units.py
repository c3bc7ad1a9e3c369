"""Secondary units in every printed form, and damaged ones (Publication 28 section 213; CASS letter)."""

import pytest
from hard_directory import hard_directory
from matching_cases import ask, code

D = hard_directory()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J DOE / APT 5 / 11 TOWER RD", "04801200105"),
        ("J DOE / 11 TOWER RD / APT 5", "04801200105"),
        ("APT 5 11 TOWER RD", "04801200105"),
        ("APT 5, 11 TOWER RD", "04801200105"),
        ("11 TOWER RD, APT 5", "04801200105"),
        ("11 TOWER RD #5", "04801200105"),
        ("11 TOWER RD # 5", "04801200105"),
        ("11 TOWER RD NO 5", "04801200105"),
        ("11 TOWER RD APT5", "04801200105"),
        ("11TOWER RD APT 5", "04801200105"),
        ("11-5 TOWER RD", "04801200105"),
        ("11 TOWER RD APARTMENT 5", "04801200105"),
        ("11 TOWER RD APMT 5", "04801200105"),
        ("011 TOWER RD APT 5", "04801200105"),
        ("11 TOWER RD SUITE 810", "04801200410"),
        ("11 TOWER RD STE. 810", "04801200410"),
        ("11 TOWER RD FL 2", "04801200802"),
        ("11 TOWER RD 2ND FLOOR", "04801200802"),
        ("11 TOWER RD / SECOND FLOOR", "04801200802"),
        ("11 TOWER RD / FLOOR TWO", "04801200802"),
        ("11 TOWER RD BASEMENT", "04801200699"),
        ("11 TOWER RD REAR", "04801200799"),
        ("11 TOWER RD PENTHOUSE 3", "04801200503"),
        ("11 TOWER RD PH3", "04801200503"),
        ("11 TOWER RD APT A7", "04801200371"),
        ("11 TOWER RD 7A", "04801200371"),
        ("11 TOWRE RD 112", "04801200237"),
        ("A1 AUTO PARTS / 11 TOWER RD", "04801200099"),
        ("11 TOWER RD", "04801200099"),
    ],
)
def test_a_unit_wherever_it_stands(text: str, expected: str) -> None:
    """Behind, before, above and below the street; spelled out, as a number sign, glued."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "11 TOWER RD APT 05",
        "11 TOWER RD / GROUND FLOOR",
        "11 TOWER RD / REAR APT",
        "11 TOWER RD / FLOOR 7WO",
        "11 TOWER RD / FLOORTWO",
        "11 TOWER RD / SECOND FLQOR",
        "11 TOWER RD L 2",
        "1 I TOWER RD",
        "APT 5 1 1 TOWER RD",
        "11 TOWER RD APT",
        "41 TOWER RD APT 011",
    ],
)
def test_a_unit_wherever_it_stands_never_guessed(text: str) -> None:
    """Several readings of a unit, or none that is sure."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21 TOWER RD BLDG 3 APT 5", "04801210105"),
        ("21 TOWER RD APT 5 BLDG 3", "04801210105"),
        ("21 TOWER RD / BLDG 3 / APT 5", "04801210105"),
        ("BLDG 3 APT 5 / 21 TOWER RD", "04801210105"),
        ("21 TOWER RD / BUILDING 3 APT 5", "04801210105"),
    ],
)
def test_two_units(text: str, expected: str) -> None:
    """The building and the apartment in it: the apartment is the unit."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11 TOWER RD AP 112", "04801200237"),
        ("11 TOWER RD AFT 112", "04801200237"),
        ("11 TOWER RD 4PT 112", "04801200237"),
        ("11 TOWER RD SIE 810", "04801200410"),
        ("11 TOWER RD / SIE 810", "04801200410"),
        ("J DOE / AP 112 / 11 TOWER RD", "04801200237"),
        ("11 TOWER RD / A PT 112", "04801200237"),
        ("31 TOWER RD AP 112", "04801220137"),
        ("11 TOWER RD APT 11 2", "04801200237"),
    ],
)
def test_a_damaged_unit(text: str, expected: str) -> None:
    """A designator one slip away, or a number split in two: the building has one such unit."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "11 TOWER RD APTS 12",
        "11 TOWER RD AP7 112",
        "11 TOWER RD / APT 1 12",
        "11 TOWER RD AFT 812",
        "11 TOWER RD AFT112",
        "41 TOWER RD APT 11 2",
        "11 TOWER RD APT 7 A",
        "31 TOWER RD UNIT 112",
        "155 MIAN ST 5",
        "11 TOWER RD APT 11 2 3",
    ],
)
def test_a_damaged_unit_never_guessed(text: str) -> None:
    """The slip fits two units, or none, or the number may be damaged too."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("96-W GAINSBOROUGH ST UNIT 104", "04801240183"),
        ("96W GAINSBOROUGH ST UNIT 104", "04801240183"),
        ("96 GAINSBOROUGH ST UNIT 104W", "04801240183"),
    ],
)
def test_recombined_units(text: str, expected: str) -> None:
    """A letter behind the house number that belongs to the unit (CASS categories TA and TB)."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "98-W GAINSBOROUGH ST UNIT 104",
        "98W GAINSBOROUGH ST UNIT 104",
        "96-X GAINSBOROUGH ST UNIT 104",
    ],
)
def test_recombined_units_never_guessed(text: str) -> None:
    """No such unit in the building, or the units have no letters."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("112 COLUMBIA TOWERS", "04801200237"),
        ("COLUMBIA TOWERS 112", "04801200237"),
        ("COLUMBIA TOWERS STE 810", "04801200410"),
        ("COLUMBIA TOWERS / STE 810", "04801200410"),
        ("J DOE / STE 810 / COLUMBIA TOWERS", "04801200410"),
    ],
)
def test_a_building_by_its_name(text: str, expected: str) -> None:
    """The number before or behind a building's name is the unit (CASS letter: 112 IDS TOWER)."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "999 COLUMBIA TOWERS",
        "COLUMBIA TOWERS",
        "112 COLUMBIA TOWER",
        "112 COLOMBO TOWERS",
        "COLUMBIA TOWERS / BLDG 2",
    ],
)
def test_a_building_by_its_name_never_guessed(text: str) -> None:
    """No such building or unit, or no unit at all."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11 TOWER RD / PMB 44", "04801200099"),
        ("11 TOWER RD STE 810 PMB 44", "04801200410"),
        ("11 TOWER RD 5 PMB 126", "04801200105"),
        ("11 TOWER RD STE 810 # 44", "04801200410"),
        ("PMB 44 / 11 TOWER RD STE 810", "04801200410"),
        ("155 MAIN ST PMB 234", "04801100055"),
        ("155 MAIN ST / PMB 234", "04801100055"),
        ("155 MAIN ST UNIT 4567", "04801100055"),
        ("155 MAIN ST #4567", "04801100055"),
    ],
)
def test_private_mailboxes(text: str, expected: str) -> None:
    """A private mailbox is no unit of the building (Publication 28 section 285)."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACME WIDGETS INC / 11 TOWER RD", "04801202011"),
        ("11 TOWER RD / ACME WIDGETS INC", "04801202011"),
        ("ACME WIDGETS INC / DEPT 55 / 11 TOWER RD", "04801202011"),
        ("ACME WIDGETS INC / A DIVISION OF ZENITH / 11 TOWER RD", "04801202011"),
        ("ATTN MR JONES / ACME WIDGETS INC / 11 TOWER RD", "04801202011"),
        ("ACME WIDGETS / 11 TOWER RD", "04801202011"),
        ("BAXTER FUELS LLC / 11 TOWER RD", "04801202111"),
        ("ZENITH PARTNERS / 11 TOWER RD", "04801200099"),
    ],
)
def test_firms(text: str, expected: str) -> None:
    """A firm on any line above or below its street, other lines beside it."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ACME WIDGES CORPS / 11 TOWER RD",
        "ACME / 11 TOWER RD",
        "ACME WIDGETS INC / 11C TOWRE RD",
    ],
)
def test_firms_never_guessed(text: str) -> None:
    """Another firm's name comes close, or the firm is only half printed."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")
