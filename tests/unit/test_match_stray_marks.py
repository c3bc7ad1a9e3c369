"""A mark that strayed into a typed line, and letters among digits that may be digits."""

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask, ask_lines, code

from mlocr.mail.address import TextLine

LAST = " / LARKMEAD VT 05301"


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    d.row("05301", "S", "|FENNEL|ST|", "200~299~B", "1001")
    d.row("05301", "S", "|BIRCHARD|ST|", "1~299~B", "1002")
    d.row("05301", "S", "|QUINCE|ST|", "1000~1099~B", "1003")
    d.row("05301", "S", "|QUINCE|ST|", "100~109~B", "1004")
    d.row("05301", "S", "|MULBERRY|ST|", "600~699~B", "1008")
    d.row("05301", "P", "PO BOX", "600~699~B", "3600-3699")
    return d


D = _directory()


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("2,97 FENNEL ST", "05301100197"),
        ("2_97 FENNEL ST", "05301100197"),
        ("29~7 FENNEL ST", "05301100197"),
        ("2,97 BIRCHARD ST", "05301"),  # 2 and 97 are there as well
        ("1;08 QUINCE ST", "05301"),  # the mark may have been a 0
        ("24 MUL~BERRY ST", "05301"),  # no such number
        ("624 MUL~BERRY ST", "05301100824"),
        ("2,9,7 FENNEL ST", "05301"),
        ("PO BOX 6,41", "05301364141"),
    ],
)
def test_a_stray_mark_counts_for_nothing_only_where_it_can_be_nothing_else(street: str, expected: str) -> None:
    assert code(ask(street + LAST, D)) == expected


def test_in_a_line_read_from_an_image_it_may_be_anything() -> None:
    lines = (TextLine("2,97 FENNEL ST", 0.99), TextLine("LARKMEAD VT 05301", 0.99))
    assert code(ask_lines(*lines, directory=D)) == "05301"


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("2G4 FENNEL ST", "05301100164"),
        ("G24 MULBERRY ST", "05301100824"),
        ("PO BOX G41", "05301364141"),
        ("7G4 FENNEL ST", "05301"),
        ("24G BIRCHARD ST", "05301"),  # 246, or 24 G
    ],
)
def test_a_g_among_digits(street: str, expected: str) -> None:
    assert code(ask(street + LAST, D)) == expected


def test_two_letters_for_one() -> None:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    for at, street in enumerate(("|MAIN|ST|", "|ELMS|CT|", "|ELMO|CT|", "|PONDS|LN|", "SW|7TH|AVE|", "|DARK|RD|")):
        d.row("05301", "S", street, "1~99~B", f"20{at:02}")
    for street, addon in (
        ("24 RNAIN ST", "2000"),
        ("24 ELRNS CT", "2001"),
        ("24 PONCLS LN", "2003"),
        ("24 SVV 7TH AVE", "2004"),
        ("24 5W 7TH AVE", "2004"),
        ("24 CLARK RD", ""),  # a name of its own
        ("24 5E 7TH AVE", ""),
        ("124 RNAIN ST", ""),
    ):
        assert code(ask(street + LAST, d))[5:9] == addon, street
