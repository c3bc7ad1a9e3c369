"""Which block comes first, and what counts as print: windows, labels, postmarks, split lines."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import ADDRESS, RETURN, Letter, Print, address, draw, return_address, smeared
from numpy.typing import NDArray

from mlocr.mail.image import Box
from mlocr.reading.blocks import block_box, make_blocks
from mlocr.reading.bridges import bridged
from mlocr.reading.combs import is_barcode
from mlocr.reading.letter import find_letter
from mlocr.reading.locate import Candidate, find_candidates, rank
from mlocr.reading.middles import grey_counts, middle, middle_of_counts, share_of_counts, spread_of_counts
from mlocr.reading.page import text_skew
from mlocr.reading.segments import TextRow, character_ink, join_runs, row_of, text_rows
from mlocr.reading.shrink import shrunk
from mlocr.reading.smears import with_smears

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


def test_a_smeared_address_is_the_block() -> None:
    """No stroke of it is left, and still it is not the return address in its corner that comes first."""
    lift = smeared(draw(Letter(prints=[address(), return_address()])))
    block = find_candidates(lift, find_letter(lift), 6)[0]
    box = block_box(block.rows)
    assert block.smeared and len(block.rows) == len(ADDRESS)
    assert box.x0 / 100 == pytest.approx(4.2, abs=0.2)
    assert box.x1 / 100 == pytest.approx(6.2, abs=0.3)
    assert not first(Letter(prints=[address(), return_address()])).smeared


def _band(thick: int, uneven: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A dark band, straight or in waves: its ink, and the shade of the paper it is on."""
    ink, shade = np.zeros((60, 300), np.uint8), np.full((60, 300), 255, np.uint8)
    for x in range(20, 220):
        y = 20 + round(1.5 * np.sin(x / 9))
        ink[y : y + thick, x] = 1
        shade[y : y + thick, x] = 120 + (round(60 * np.sin(x / 4)) if uneven else 0)
    return ink, shade


@pytest.mark.parametrize(("thick", "uneven", "smeared"), [(9, True, True), (9, False, False), (3, True, False)])
def test_bars_and_waves_are_no_smeared_print(thick: int, uneven: bool, smeared: bool) -> None:
    ink, shade = _band(thick, uneven)
    ys = np.flatnonzero(ink.any(axis=1))
    row = row_of([Box(20, int(ys[0]), 220, int(ys[-1]) + 1)])
    assert [r.smeared for r in with_smears([row], ink, shade, 100)] == [True] * smeared


def test_the_patches_of_a_picture_are_no_print() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[20:38, 40:60] = 1
    assert text_rows(ink, 100) == []
    ink[20:38, 44:50] = 0  # as thick as bold strokes are
    ink[20:38, 54:60] = 0
    assert len(text_rows(ink, 100)) == 1


def test_a_patch_beside_a_line_is_no_part_of_it() -> None:
    patch, line = Box(33, 231, 75, 259), Box(136, 231, 326, 244)
    assert join_runs([patch, line]) == [[patch], [line]]
    initial = Box(110, 225, 128, 250)
    assert join_runs([initial, line]) == [[initial, line]]


def test_scraps_that_are_no_lines_make_no_block_of_lines() -> None:
    paper = draw(Letter(prints=[address(x=5.5, y=1.4)]))
    page = find_candidates(paper, find_letter(paper), 1)[0].page
    scraps = [row_of([Box(395, y, 395 + w, y + h)]) for y, w, h in ((200, 20, 17), (222, 12, 9), (234, 38, 10))]
    lines = [row_of([Box(60, y, x1, y + 12)]) for y, x1 in ((320, 200), (338, 230), (356, 250))]
    best = rank(page, [*scraps, *lines], 6)[0]
    assert block_box(best.rows).x0 == 60


def test_lines_of_one_pitch_are_not_parted_by_a_low_one() -> None:
    """The third line stands a pixel lower above the next, for it has no descenders: still it is one block."""
    tops = ((156, 10, 263), (176, 11, 161), (198, 10, 27), (219, 10, 103), (240, 10, 151))
    rows = [row_of([Box(325, y, 325 + w, y + h)]) for y, h, w in tops]
    assert {len(block) for block in make_blocks(rows, 100)} == {5}
    rows[3:] = [row_of([Box(325, r.box.y0 + 8, r.box.x1, r.box.y1 + 8)]) for r in rows[3:]]
    assert {len(block) for block in make_blocks(rows, 100)} > {3}  # a gap parts them


def test_a_short_address_comes_before_an_advertisement_of_two_lines() -> None:
    short = Print(["MR P LEE", "343 HULL ST", "76917"], 3.0, 2.5, 11)
    advert = Print(["Your new statement is here", "SAVE UP TO 50%"], 5.9, 1.7, 12)
    block = first(Letter(prints=[short, advert]))
    assert len(block.rows) == 3
    assert 0.8 < block_box(block.rows).width / 100 < 1.0


def test_glare_that_parts_a_barcode_leaves_it_one() -> None:
    def strip(bars: int, gone: range) -> NDArray[np.uint8]:
        shade = np.full((13, round(bars * 4.6) + 2), 255, np.uint8)
        for i in set(range(bars)) - set(gone):
            x = round(i * 4.6)
            shade[0 if i % 3 == 0 else 7 :, x : x + 2] = 60
        return shade

    assert is_barcode(strip(62, range(0)), 100)
    assert is_barcode(strip(62, range(26, 31)), 100)
    assert not is_barcode(strip(62, range(16, 46)), 100)
    text = np.full((13, 300), 255, np.uint8)
    for x in range(0, 150, 5):
        text[:, x : x + 2] = 60  # "AUTO****************": regular, but not most of the line
    for x in range(160, 300, 9):
        text[:, x : x + 3] = 60
    assert not is_barcode(text, 100)


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
