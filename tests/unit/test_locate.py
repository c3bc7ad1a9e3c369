"""Which block comes first, and what counts as print: windows, labels, postmarks, split lines."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import ADDRESS, RETURN, Letter, Print, address, draw, return_address
from numpy.typing import NDArray

from mlocr.mail.image import Box
from mlocr.reading.blocks import block_box, make_blocks
from mlocr.reading.bridges import bridged
from mlocr.reading.letter import find_letter
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.middles import grey_counts, middle, middle_of_counts, share_of_counts, spread_of_counts
from mlocr.reading.page import text_skew
from mlocr.reading.segments import TextRow, character_ink, row_of, text_rows
from mlocr.reading.shrink import shrunk

ADVERT = Print(RETURN, 5.0, 2.0)
IN_WINDOW = address(x=0.9, y=1.5)
WINDOW = (0.7, 0.75, 4.2, 1.2)  # x, y, width, height


def first(letter: Letter) -> Candidate:
    lift = draw(letter)
    return find_candidates(lift, find_letter(lift), 6)[0]


@pytest.mark.parametrize("grey", [206, 245])
@pytest.mark.parametrize("turn", [{"skew": 0}, {"skew": 2.5}, {"rotation": 180}], ids=["straight", "skewed", "turned"])
def test_what_stands_in_a_window_comes_before_a_better_placed_block(grey: int, turn: dict[str, float]) -> None:
    prints = [ADVERT, IN_WINDOW, return_address()]
    bare = first(Letter(prints=prints, **turn))  # type: ignore[arg-type]
    shown = first(Letter(prints=prints, patches=[(*WINDOW, grey)], **turn))  # type: ignore[arg-type]
    assert not bare.framed and shown.framed
    assert shown.rotation == turn.get("rotation", 0)
    assert len(shown.rows) == len(ADDRESS)
    assert block_box(shown.rows) != block_box(bare.rows)


def test_a_dark_patch_is_no_window() -> None:
    prints = [ADVERT, Print(["FREE GIFT", "INSIDE"], 0.9, 1.5, ink=30), return_address()]
    assert not first(Letter(prints=prints, patches=[(*WINDOW, 120)])).framed


def test_print_alone_is_no_window() -> None:
    bold = [Print(ADDRESS, 0.9, 1.6, points=18, leading=1.0), ADVERT]
    assert not first(Letter(prints=bold)).framed


def _text(strokes: int) -> NDArray[np.uint8]:
    ink = np.zeros((40, 300), np.uint8)
    for x in range(20, 20 + 5 * strokes, 5):
        ink[12:24, x : x + 2] = 1
    return ink


def test_waves_are_no_line_of_print() -> None:
    waves = np.zeros((60, 300), np.uint8)
    for x in range(20, 280):
        y = 25 + round(4 * np.sin(x / 30))
        waves[y : y + 3, x] = 1
    assert text_rows(waves, 100) == []
    assert len(text_rows(_text(40), 100)) == 1


def test_a_line_split_by_a_dead_pin_is_one_line() -> None:
    ink = _text(40)
    ink[17:19] = 0
    (row,) = text_rows(ink, 100)
    assert (row.box.y0, row.box.y1) == (12, 24)


@pytest.mark.parametrize("missing", [20, 16], ids=["low pin", "high pin"])
def test_the_slice_that_a_dead_pin_cuts_off_belongs_to_its_line(missing: int) -> None:
    ink = _text(40)
    ink[24] = ink[23]
    ink[missing] = 0
    (row,) = text_rows(ink, 100)
    assert (row.box.y0, row.box.y1) == (12, 25)


def test_bold_print_that_touches_is_no_patch() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[20:31, 40:120] = 1
    ink[22:29, 44:116:4] = 0
    assert character_ink(ink, 100).any()
    ink[20:31, 40:120] = 1
    assert not character_ink(ink, 100).any()


def _row(*parts: tuple[int, int], y: int) -> TextRow:
    return row_of([Box(x0, y, x1, y + 12) for x0, x1 in parts])


ASIDE = (100, 255)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_print_of_its_own_beside_a_block_is_no_part_of_its_line(at: int) -> None:
    ends = (470, 552, 489)
    rows = [_row(*((ASIDE,) if i == at else ()), (298, end), y=120 + 18 * i) for i, end in enumerate(ends)]
    blocks = make_blocks(rows, 100)
    assert any(block_box(block) == Box(298, 120, 552, 168) and len(block) == 3 for block in blocks)
    assert not any(len(block) == 3 and block_box(block).x0 < 298 for block in blocks)


def test_print_of_its_own_beside_a_block_that_lies_upside_down() -> None:
    rows = [
        _row((start, 552), *((ASIDE_RIGHT,) if i == 1 else ()), y=120 + 18 * i)
        for i, start in enumerate((370, 298, 361))
    ]
    assert any(block_box(block) == Box(298, 120, 552, 168) and len(block) == 3 for block in make_blocks(rows, 100))


ASIDE_RIGHT = (590, 700)


@pytest.mark.parametrize("upright", [True, False])
def test_a_wide_space_in_a_line_parts_nothing(upright: bool) -> None:
    """The ZIP Code stands by chance where the lines above end, or where centred ones begin."""
    lines = [((298, 410),), ((298, 480),), ((298, 396), (412, 480))]
    if not upright:
        lines = [tuple((800 - x1, 800 - x0) for x0, x1 in reversed(parts)) for parts in lines]
    rows = [_row(*parts, y=120 + 18 * i) for i, parts in enumerate(lines)]
    assert any(len(block) == 3 and block_box(block).width == 182 for block in make_blocks(rows, 100))


def test_a_line_that_pales_in_its_middle_is_one_line() -> None:
    shade = np.full((60, 400), 255, np.uint8)
    for x in range(20, 320, 5):
        shade[20:32, x : x + 2] = 60 if x < 120 or x >= 190 else 225
    ink = (shade < 100).view(np.uint8)
    rows = text_rows(ink, 100)
    assert len(rows) == 2
    (whole,) = bridged(rows, shade)
    assert (whole.box.x0, whole.box.x1) == (20, 317)
    beside = [*rows, TextRow(Box(192, 38, 300, 50), 12, (Box(192, 38, 300, 50),))]
    assert len(bridged(beside, shade)) == 3  # a column of its own
    shade[:, 118:190] = 255  # nothing stands between: two columns of print
    assert len(bridged(rows, shade)) == 2
    shade[5:55, 120:188:5] = 225  # no more than above and below: the paper's own grain
    assert len(bridged(rows, shade)) == 2


def test_two_lines_stay_two() -> None:
    ink = np.vstack([_text(40), _text(40)])
    assert len(text_rows(ink, 100)) == 2


def test_skew_is_the_angle_of_the_lines() -> None:
    ink = np.zeros((300, 800), np.uint8)
    for y in (100, 130, 160):
        cv2.line(ink, (100, y), (700, y - round(600 * np.tan(np.deg2rad(1.6)))), 1, 5)
    assert text_skew(ink, 5.0) == pytest.approx(1.6, abs=0.1)
    assert text_skew(np.zeros((300, 800), np.uint8), 5.0) == 0.0


GREYS = st.lists(st.integers(0, 255), min_size=1, max_size=60)


@given(GREYS)
def test_middles_are_numpys(values: list[int]) -> None:
    grey = np.array([values], np.uint8)
    counts = grey_counts(grey)
    centre = middle_of_counts(counts)
    assert centre == np.median(grey) == middle(values)
    assert spread_of_counts(counts, centre) == np.median(np.abs(grey - centre))
    assert share_of_counts(counts, 0.7) in values


@given(GREYS, st.integers(0, 255))
def test_counts_of_a_part(values: list[int], level: int) -> None:
    grey = np.array([values], np.uint8)
    part = (grey > level).astype(np.uint8)
    assert grey_counts(grey, part).sum() == part.sum()


@pytest.mark.parametrize("step", [1.0, 2.0, 2.0000000000000004, 1.5, 4.0, 6.0])
def test_shrinking_keeps_the_mean_and_the_size(step: float) -> None:
    grey = np.random.default_rng(3).integers(0, 256, (240, 480)).astype(np.uint8)
    small = shrunk(grey, step)
    assert small.shape == (240 / round(step, 6), 480 / round(step, 6))
    assert small.mean() == pytest.approx(grey.mean(), abs=1)
