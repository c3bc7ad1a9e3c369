"""Puerto Rico (Publication 28 section 29): urbanizations, numbers last, condominiums and projects, kilometres."""

import pytest
from hard_directory import hard_directory
from matching_cases import ask, code

from mlocr.matching.parse_puerto_rico import number_last
from mlocr.matching.parsed import Secondary

D = hard_directory()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("URB LOS OLMOS / 12 CALLE 4", "00699500012"),
        ("12 CALLE 4 URB LOS OLMOS", "00699500012"),
        ("URB LOS OLMOS 12 CALLE 4", "00699500012"),
        ("URB EL ENCANTO / 12 CALLE 4", "00699500112"),
        ("12 CALLE 4 / URB EL ENCANTO", "00699500112"),
        ("URB. EL ENCANTO / 12 CALLE 4", "00699500112"),
        ("URBANIZACION EL ENCANTO / 12 CALLE 4", "00699500112"),
        ("URB EL ENCANT0 / 12 CALLE 4", "00699500112"),
        ("URB EL ENCANTA / 12 CALLE 4", "00699500112"),
        ("EL ENCANTO / 12 CALLE 4", "00699500112"),
        ("URB EL ENCANTO / CALLE 4 12", "00699500112"),
        ("URB EL ENCANTO / CALLE 4 #12", "00699500112"),
        ("URB EL ENCANTO / #12 CALLE 4", "00699500112"),
        ("URB LAS GLADIOLAS / 144 CALLE LUNA", "00699500244"),
        ("144 CALLE LUNA", "00699500244"),
        ("URB LOS OLMOS / 12 CALLE 7", "00699501112"),
        ("1234 URB LOS OLMOS", "00699500534"),
    ],
)
def test_urbanizations(text: str, expected: str) -> None:
    """On a line of its own, above or below, on the street line, misread, or without URB."""
    assert code(ask(f"{text} / BORINQUEN PR 00699", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "12 CALLE 4",
        "URB EL ENCANTO / 144 CALLE LUNA",
        "URB NUEVA / 144 CALLE LUNA",
        "URB LOS ENCANTOS / 12 CALLE 4",
    ],
)
def test_urbanizations_never_guessed(text: str) -> None:
    """The street is in another urbanization, or in two and none is printed."""
    assert code(ask(f"{text} / BORINQUEN PR 00699", D)) in ("", "00699")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AVE WILSON CHURCHILL 123", "00699500323"),
        ("AVEWILSON CHURCHILL 123", "00699500323"),
        ("W AVE WILSON CHURCHILL 123", "00699500323"),
        ("123 AVENIDA WILSON CHURCHILL", "00699500323"),
        ("123 AVE WILSON CHURCHILL", "00699500323"),
        ("A17 JARD FAGOTA", "00699500417"),
        ("A-17 JARD FAGOTA", "00699500417"),
        ("A 17 JARD FAGOTA", "00699500417"),
        ("12 CALLE 7", "00699501112"),
        ("C/ 7 12", "00699501112"),
        ("CLL 7 # 12", "00699501112"),
        ("CALLE 7 NUM 12", "00699501112"),
        ("COND GARDEN HILLS PLAZA / TORRE 2 APT 905", "00699500630"),
        ("COND GARDEN HILLS PLAZA TORRE 2 APT 905", "00699500630"),
        ("RES LAS MARGARITAS / EDIF 1 APT 104", "00699500729"),
        ("EDIF 2 APT 104 / RES LAS MARGARITAS", "00699500829"),
        ("RES LAS MARGARITAS / EDIFICIO 1 APTO 104", "00699500729"),
        ("CARR 2 KM 45.7", "00699500945"),
        ("CARR 2 KM 45 HM 7", "00699500945"),
        ("BO CAMPO / CARR 2 KM 45.7", "00699500945"),
        ("APARTADO 825", "00699501025"),
        ("APDO 825", "00699501025"),
        ("APARTADO POSTAL 825", "00699501025"),
    ],
)
def test_spanish_forms(text: str, expected: str) -> None:
    """CALLE, AVE and CARR before the name, the number last, APARTADO, condominiums and projects."""
    assert code(ask(f"{text} / BORINQUEN PR 00699", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "RES LAS MARGARITAS / APT 104",
        "RES LAS MARGARITAS",
        "RES LAS MARGARITAS / EDIF 3 APT 104",
        "CARR 2 KM 46.7",
    ],
)
def test_spanish_forms_never_guessed(text: str) -> None:
    """A project without its building."""
    assert code(ask(f"{text} / BORINQUEN PR 00699", D)) in ("", "00699")


@pytest.mark.parametrize("text", ["CALLE LUNA 144 1/2", "AVE PONCE DE LEON 1156 1/2"])
def test_a_half_behind_a_number_that_stands_last_is_no_unit(text: str) -> None:
    """It reads as the number does in front: 144 1/2 CALLE LUNA (Publication 28 D1)."""
    (parts,) = number_last(tuple(text.split()), ())
    assert parts.number == " ".join(text.split()[-2:])
    assert parts.words == tuple(text.split()[:-2])
    split_off = number_last(tuple(text.split()[:-1]), (Secondary("", "1/2"),))
    assert list(split_off) == []
    street, number = text.rsplit(" ", 2)[0], " ".join(text.split()[-2:])
    assert ask(f"{text} / BORINQUEN PR 00699", D).routing == ask(f"{number} {street} / BORINQUEN PR 00699", D).routing
