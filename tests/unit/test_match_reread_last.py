"""A lowest line that is no last line as it was read may be one as its image allows."""

from collections.abc import Sequence

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask_lines, code

from mlocr.mail.address import TextLine


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    for zip5 in ("04901", "04907"):
        d.city(zip5, "HAVENPORT", "ME")
    d.row("04901", "S", "|HAMMOND|ST|", "1~99~B", "1006")
    return d


D = _directory()
GLUED = "HavenportME04901"


class Says:
    """A scorer that bears some texts as well as the line's own, and no other."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        return [0.0 if s == GLUED else -1.0 if s in self._texts else -30.0 for s in strings]


def asked(*allowed: str, confidence: float = 0.3, others: Sequence[str] = ()) -> str:
    street = TextLine("12 HAMMOND ST", 0.95, None, (), None)
    scorer = Says(*allowed) if allowed else None
    return code(ask_lines(street, TextLine(GLUED, confidence, None, (*allowed, *others), scorer), directory=D))


def test_the_reading_that_is_a_last_line_is_taken() -> None:
    assert asked("Havenport ME 04901") == "04901100612"


def test_one_that_the_image_does_not_bear_is_not() -> None:
    assert asked("XXX", others=["Havenport ME 04901"]) == ""


@pytest.mark.parametrize("reading", ["Harbury ME 04901", "Havenport ME 04999", "Havenport ME"])
def test_nor_one_whose_city_and_zip_code_do_not_agree(reading: str) -> None:
    assert asked(reading) == ""


def test_nor_is_a_sure_line_read_anew() -> None:
    assert asked("Havenport ME 04901", confidence=0.97) == ""


def test_nor_a_line_without_a_scorer() -> None:
    assert asked(others=["Havenport ME 04901"]) == ""


def test_two_zip_codes_that_the_image_bears_are_told_apart_by_the_address() -> None:
    d = _directory()
    d.row("04907", "S", "|HAMMOND|ST|", "1~99~B", "2006")
    readings = ("Havenport ME 04901", "Havenport ME 04907")
    line = TextLine(GLUED, 0.3, None, readings, Says(*readings))
    street = TextLine("12 HAMMOND ST", 0.95, None, (), None)
    assert code(ask_lines(street, line, directory=D)) == "04901100612"
    assert code(ask_lines(street, line, directory=d)) == ""
