"""The state of the barcode clear zone."""

import numpy as np
import pytest
from letters import Letter, Print, address, draw, return_address

from mlocr.mail.image import ClearZone, ImageLift
from mlocr.reading.clear_zone import clear_zone
from mlocr.reading.letter import find_letter, turned

BARS = "1" + "0110001011" * 5 + "1"
USUAL = [address(), return_address()]


def zone(letter: Letter) -> ClearZone:
    frame = find_letter(draw(letter))
    return clear_zone(draw(letter), turned(frame) if letter.rotation == 180 else frame)


@pytest.mark.parametrize("more", [{}, {"skew": 4}, {"rotation": 180}, {"noise": 10, "paper": 170}, {"dpi": 100}])
def test_an_empty_zone_is_clear(more: dict[str, float]) -> None:
    assert zone(Letter(prints=USUAL, **more)) is ClearZone.CLEAR  # type: ignore[arg-type]


@pytest.mark.parametrize("more", [{}, {"skew": -4}, {"rotation": 180}, {"dpi": 120}])
def test_a_barcode_in_the_zone_is_seen(more: dict[str, float]) -> None:
    assert zone(Letter(prints=USUAL, bars=[(5.6, 0.25, BARS)], **more)) is ClearZone.BARCODE  # type: ignore[arg-type]


def test_a_barcode_above_the_address_is_not_in_the_zone() -> None:
    assert zone(Letter(prints=USUAL, bars=[(4.2, 2.1, BARS)])) is ClearZone.CLEAR


@pytest.mark.parametrize("words", ["OPEN AT ONCE", "12/05"])
@pytest.mark.parametrize("turn", [0, 180])
def test_print_in_the_zone_is_print(words: str, turn: int) -> None:
    letter = Letter(prints=[*USUAL, Print([words], 6.0, 0.4, points=9)], rotation=turn)
    assert zone(letter) is ClearZone.PRINT


def test_an_address_that_reaches_into_the_zone_is_print() -> None:
    assert zone(Letter(prints=[address(x=5.0, y=0.95, points=11)])) is ClearZone.PRINT


def test_a_dark_picture_in_the_zone_is_print() -> None:
    assert zone(Letter(prints=USUAL, patches=[(5.5, 0.1, 1.5, 0.4, 60)])) is ClearZone.PRINT


def test_print_left_of_the_zone_does_not_count() -> None:
    assert zone(Letter(prints=[*USUAL, Print(["RETURN TO SENDER"], 0.5, 0.4, points=9)])) is ClearZone.CLEAR


def test_a_fold_a_shadow_and_a_window_edge_are_no_print() -> None:
    patches = [
        (0.0, 0.0, 9.5, 0.03, 150),  # the shadow under the lower edge
        (0.0, 0.3, 9.5, 0.008, 170),  # a fold
        (7.2, 0.0, 0.012, 1.7, 160),  # a window's edge
    ]
    assert zone(Letter(prints=USUAL, patches=patches)) is ClearZone.CLEAR


# Inches from the letter's lower left corner: x, y, width, height; grey. The letter is 9.5 in wide, its paper 225.
SPOILED = {
    "rule": [(5.2, 0.3, 3.9, 0.02, 60)],
    "dashed rule": [(5.8 + i * 0.12, 0.3, 0.07, 0.02, 40) for i in range(20)],
    "upright bar": [(7.0, 0.15, 0.04, 0.4, 30)],
    "stain": [(6.4, 0.1, 1.5, 0.45, 175)],
    "tape": [(6.4, 0.0, 1.2, 0.6, 185)],
    "box frame": [(6.5, 0.35, 2.0, 0.015, 50), (6.5, 0.35, 0.015, 1.0, 50)],
    "thin stroke": [(6.0, 0.25, 1.5, 0.015, 120)],
    "spot": [(7.0, 0.2, 0.12, 0.12, 60)],
}


@pytest.mark.parametrize("name", list(SPOILED))
@pytest.mark.parametrize("more", [{}, {"rotation": 180}, {"paper": 170, "noise": 7, "skew": 2}])
def test_any_ink_where_the_bars_go_is_print(name: str, more: dict[str, float]) -> None:
    share = more.get("paper", 225) / 225
    patches = [(x, y, w, h, round(grey * share)) for x, y, w, h, grey in SPOILED[name]]
    assert zone(Letter(prints=USUAL, patches=patches, **more)) is ClearZone.PRINT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "patches",
    [
        [(6.4, 0.2, 1.5, 0.2, 203)],  # a pale stain: 10 percent
        [(6.0, 0.25, 2.0, 0.03, 200)],  # show-through: 11 percent
        [(4.9, 0.3, 0.4, 0.02, 60)],  # left of the bars
        [(9.0, 0.3, 0.4, 0.02, 60)],  # right of them
        [(5.0, 0.52, 4.0, 0.02, 60)],  # above them
        [(6.0 + i * 0.2, 0.2 + 0.02 * (i % 7), 0.015, 0.015, 60) for i in range(12)],  # specks
        [(3.0, 0.7, 4.0, 1.6, 250)],  # a label much lighter than the paper
    ],
    ids=["pale stain", "show-through", "left", "right", "above", "specks", "label"],
)
def test_what_does_not_touch_the_bars_is_no_print(patches: list[tuple[float, float, float, float, int]]) -> None:
    paper = 205 if patches[0][4] == 250 else 225
    assert zone(Letter(prints=USUAL, patches=patches, paper=paper)) is ClearZone.CLEAR


def test_uneven_light_is_no_print() -> None:
    lift = draw(Letter(prints=USUAL))
    x = np.linspace(1.0, 0.75, lift.pixels.shape[1])[None, :] * np.linspace(1.0, 0.85, lift.pixels.shape[0])[:, None]
    shaded = ImageLift((lift.pixels * x).astype(np.uint8), lift.dpi, lift.source)
    assert clear_zone(shaded, find_letter(shaded)) is ClearZone.CLEAR


def streaked(pixels: np.ndarray, row: int, left: int = 0) -> np.ndarray:
    """The picture with one row a third darker from column `left` on, over belt and letter alike."""
    dirty = pixels.copy()
    dirty[row, left:] = (dirty[row, left:] * 0.67).astype(np.uint8)
    return dirty


@pytest.mark.parametrize("rotation", [0, 180])
def test_a_streak_of_the_camera_through_a_turned_letter_is_no_print(rotation: int) -> None:
    plain = draw(Letter(prints=USUAL, skew=2.5, rotation=rotation))
    frame = find_letter(plain)
    frame = turned(frame) if rotation == 180 else frame
    states = {
        clear_zone(ImageLift(streaked(plain.pixels, row), plain.dpi, "x"), frame)
        for row in range(0, plain.pixels.shape[0], 9)
    }
    assert states == {ClearZone.CLEAR}


def test_a_line_drawn_where_the_bars_go_is_print_whatever_the_camera_adds() -> None:
    plain = draw(Letter(prints=[*USUAL, Print(["__________________________"], 6.0, 0.35, points=9)], skew=2.5))
    frame = find_letter(plain)
    for row in range(0, plain.pixels.shape[0], 40):
        lift = ImageLift(streaked(plain.pixels, row), plain.dpi, "x")
        assert clear_zone(lift, frame) is ClearZone.PRINT
