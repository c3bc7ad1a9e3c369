"""Room for a lost digit beside a number or before it, and the wide spaces of a justified line."""

import numpy as np
import pytest

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.gaps import indented, wide_at_number
from mlocr.reading.ink import Grey

HIGH, LETTER, SPACE = 20, 12, 10


def _block(*lines: tuple[str, tuple[int, ...]]) -> tuple[Grey, list[TextLine]]:
    """Each character a bar of ink; the gaps between the words are given in pixels."""
    ink, found = np.zeros((40 * len(lines), 700), np.uint8), []
    for at, (text, gaps) in enumerate(lines):
        x, y = 10, 40 * at + 8
        for word, gap in zip(text.split(), (*gaps, 0), strict=True):
            for _ in word:
                ink[y : y + HIGH, x : x + LETTER - 2] = 1
                x += LETTER
            x += gap - 2
        found.append(TextLine(text, box=Box(6, y - 4, x + 6, y + HIGH + 4)))
    return ink, found


CITY = ("ALDERBURG NY 12377", (SPACE, SPACE))
NAME = ("HECTOR J PARK", (SPACE, SPACE))


@pytest.mark.parametrize(
    ("text", "gaps", "doubted"),
    [
        ("319 COTTAGE PL", (SPACE, SPACE), False),
        ("319 COTTAGE PL", (30, SPACE), True),  # a digit may be lost behind 319
        ("319 COTTAGE PL APT 2", (SPACE, SPACE, SPACE, 30), True),
        ("319 COTTAGE PL", (30, 30), False),  # justified
        ("319 COTTAGE PL", (30, 27), False),
        ("319 COTTAGE PL", (40, 25), True),  # not by as much
        ("PO BOX 265", (70, 80), True),  # the spaces are wide, and a narrow figure is lost as well
        ("319 COTTAGE", (30,), True),  # nothing to measure it by
        ("319 COTTAGE PL APT 2", (SPACE, 30, 30, 40), True),
    ],
)
def test_room_beside_a_number(text: str, gaps: tuple[int, ...], doubted: bool) -> None:
    ink, lines = _block(NAME, (text, gaps), CITY)
    assert wide_at_number(ink, lines) == (False, doubted, False)


def _starting(*starts: int, text: str = "740 VERNON TER") -> tuple[bool, ...]:
    """Three lines, each from its own column."""
    ink, lines = _block(NAME, (text, (SPACE, SPACE)), CITY)
    moved, boxes = np.zeros_like(ink), []
    for line, start in zip(lines, starts, strict=True):
        assert line.box is not None
        rows = slice(line.box.y0, line.box.y1)
        moved[rows] = np.roll(ink[rows], start, axis=1)
        boxes.append(TextLine(line.text, box=Box(line.box.x0 + start, line.box.y0, line.box.x1 + start, line.box.y1)))
    return indented(moved, boxes)


@pytest.mark.parametrize("indent", [9, LETTER, 22])
def test_a_number_that_starts_a_figure_behind_its_neighbours_may_have_lost_one(indent: int) -> None:
    assert _starting(0, indent, 0) == (False, True, False)


@pytest.mark.parametrize(
    "starts",
    [(0, 0, 0), (0, 3, 0), (0, 60, 0), (30, 12, 0), (0, 12, 24), (40, 12, 30)],
    ids=["flush", "round first figure", "far in", "centred", "each further in", "centred too"],
)
def test_other_starts_are_none(starts: tuple[int, ...]) -> None:
    assert not any(_starting(*starts))


def test_a_name_may_start_anywhere() -> None:
    assert not any(_starting(0, LETTER, 0, text="VERNON TER 7"))


def test_a_line_of_a_justified_block_is_measured_by_its_own_spaces() -> None:
    ink, lines = _block(NAME, ("PO BOX 265", (SPACE, 26)), ("EUGENE OR 97401", (40, 40)))
    assert wide_at_number(ink, lines) == (False, True, False)
