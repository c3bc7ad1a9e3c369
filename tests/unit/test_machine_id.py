"""The dot-matrix face: complete, distinct, and rendered at the size asked for."""

import itertools
import string

import pytest

from mlocr.errors import ConfigurationError
from mlocr.marking.machine_id import COLUMNS, ROWS, TextStyle, check_text, face, text_columns, turned_up


def test_every_character_is_seven_rows_of_five_dots() -> None:
    for text, rows in face().items():
        assert len(rows) == ROWS, text
        assert all(len(row) == COLUMNS and set(row) <= {"#", "."} for row in rows), text


def test_the_face_has_what_identifiers_need() -> None:
    assert set(string.ascii_uppercase + string.digits + " -./#*") <= set(face())


def test_any_two_characters_differ_in_more_than_one_dot() -> None:
    for (one, a), (other, b) in itertools.combinations(face().items(), 2):
        differing = sum(p != q for row_a, row_b in zip(a, b, strict=True) for p, q in zip(row_a, row_b, strict=True))
        assert differing >= 2, (one, other)


@pytest.mark.parametrize("dpi", [100, 120, 200, 300, 600])
def test_size_is_as_asked(dpi: float) -> None:
    columns = text_columns("H" * 10, dpi, TextStyle())
    high = max(columns).bit_length() / dpi
    assert abs(high - 0.09) <= 1 / dpi
    # Ten characters: nine advances and five dot columns of the seven that one advance has.
    assert abs(len(columns) / dpi - (9 + 5 / 7) / 9.5) <= 2 / dpi


def test_the_lowest_dot_is_inked_and_the_ends_are_not_blank() -> None:
    columns = text_columns(" SIM0001 ", 200, TextStyle())
    assert columns[0] and columns[-1]
    assert any(column & 1 for column in columns)


def test_turned_up_keeps_every_dot() -> None:
    columns = text_columns("F-7", 100, TextStyle())
    dots = max(columns).bit_length()
    turned = turned_up(columns, dots)
    assert len(turned) == dots
    for place, column in enumerate(columns):
        for dot in range(dots):
            # What was left is now low, what was high is now left.
            assert turned[dots - 1 - dot] >> place & 1 == column >> dot & 1


@pytest.mark.parametrize("text", ["sim0001", "SIM_001", "É"])
def test_a_character_outside_the_face_is_named(text: str) -> None:
    with pytest.raises(ConfigurationError, match="dot-matrix face has no"):
        check_text(text, "the identifier")


def test_a_head_too_coarse_for_the_face_is_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="finer head"):
        text_columns("A", 60, TextStyle())


@pytest.mark.parametrize("style", [(0.01, 9.5), (0.5, 9.5), (0.09, 1), (0.09, 40)])
def test_impossible_sizes_are_refused(style: tuple[float, float]) -> None:
    with pytest.raises(ConfigurationError):
        TextStyle(*style)
