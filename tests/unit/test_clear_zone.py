"""The state of the barcode clear zone."""

import pytest
from letters import Letter, Print, address, draw, return_address

from mlocr.mail.image import ClearZone
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
        (7.2, 0.2, 0.012, 1.5, 160),  # a window's edge
    ]
    assert zone(Letter(prints=USUAL, patches=patches)) is ClearZone.CLEAR
