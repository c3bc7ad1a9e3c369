"""The letter's own edges on the belt."""

import numpy as np
import pytest
from letters import Letter, address, corners, draw, return_address

from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.reading.letter import find_letter, letter_width, turned, whole_picture

WITHIN = 0.02  # inches


def farthest(letter: Letter, frame: LetterFrame) -> float:
    places = [(0.0, 0.0), (frame.width, 0.0), (frame.width, frame.height), (0.0, frame.height)]
    found = np.array([frame.to_picture(x, y) for x, y in places])
    return float(np.abs(found - corners(letter)).max() / letter.dpi)


@pytest.mark.parametrize(
    "letter",
    [
        Letter(),
        Letter(skew=5),
        Letter(skew=-5),
        Letter(width=5, height=3.5, skew=2),
        Letter(paper=140, noise=10, belt=60),
        Letter(dpi=100, skew=3),
        Letter(dpi=300, skew=-1),
        Letter(margin=0),
        Letter(patches=[(0, 1, 4, 2, 20)]),
        Letter(patches=[(3, 0, 3, 0.6, 20)], skew=1),
        Letter(patches=[(8.3, 2.5, 1.2, 1.7, 20)], skew=-1),
    ],
    ids=str,
)
def test_the_corners_are_found(letter: Letter) -> None:
    lift = draw(Letter(**{**vars(letter), "prints": [address(), return_address()]}))
    assert farthest(letter, find_letter(lift)) < WITHIN


@pytest.mark.parametrize(
    "letter", [Letter(), Letter(skew=5), Letter(dpi=100), Letter(dpi=300), Letter(margin=0)], ids=str
)
def test_the_width_alone_is_nearly_the_frames(letter: Letter) -> None:
    lift = draw(Letter(**{**vars(letter), "prints": [address()]}))
    assert letter_width(lift) == pytest.approx(find_letter(lift).width, abs=0.05)


def test_a_dark_picture_in_a_full_scan_is_no_ground() -> None:
    letter = Letter(margin=0, patches=[(0, 0, 2, 1.5, 40)], prints=[address()])
    frame = find_letter(draw(letter))
    assert frame.width == pytest.approx(9.5, abs=0.01)
    assert frame.height == pytest.approx(4.125, abs=0.01)


def test_turning_twice_is_no_turn_and_once_swaps_the_corners() -> None:
    frame = find_letter(draw(Letter(skew=3)))
    assert turned(frame).to_picture(0, 0) == pytest.approx(frame.to_picture(frame.width, frame.height))
    again = turned(turned(frame))
    assert again.origin == pytest.approx(frame.origin)
    assert again.right == pytest.approx(frame.right)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_blank_picture_is_taken_whole(grey: int) -> None:
    lift = ImageLift(np.full((600, 900), grey, np.uint8), 200.0, "blank.png")
    assert find_letter(lift) == whole_picture(lift)


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3), (20, 20)])
def test_a_tiny_picture_breaks_nothing(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, size).astype(np.uint8)
    frame = find_letter(ImageLift(pixels, 200.0, "tiny.png"))
    assert frame.width > 0
    assert frame.height > 0
