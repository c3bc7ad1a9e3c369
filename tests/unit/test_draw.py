"""Ink on a picture: in the right place, only darker, and the inverse of what is fired."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from mlocr.mail.code import SprayImage
from mlocr.mail.image import LetterFrame
from mlocr.marking.draw import draw_columns, spray_columns, spray_image

WIDTH, HEIGHT = 6.0, 3.5


def frame(dpi: float, skew: float, centre: tuple[float, float]) -> LetterFrame:
    """A letter about `centre`, its text running `skew` degrees counter-clockwise from level."""
    a = math.radians(skew)
    right = (dpi * math.cos(a), -dpi * math.sin(a))
    up = (-dpi * math.sin(a), -dpi * math.cos(a))
    origin = (
        centre[0] - WIDTH / 2 * right[0] - HEIGHT / 2 * up[0],
        centre[1] - WIDTH / 2 * right[1] - HEIGHT / 2 * up[1],
    )
    return LetterFrame(origin, right, up, WIDTH, HEIGHT)


def paper(dpi: float) -> NDArray[np.uint8]:
    return np.full((int(7.4 * dpi), int(7.4 * dpi)), 220, np.uint8)


@pytest.mark.parametrize("skew", [0, 4.3, -7, 90, 180, 184])
@pytest.mark.parametrize(("dpi", "head"), [(100, 100), (200, 200), (100, 600), (300, 120), (203, 240)])
def test_a_block_of_ink_lies_where_it_was_fired(skew: float, dpi: float, head: float) -> None:
    # A block half an inch wide, 0.2 in high, its right side 2 in from the leading edge, 0.25 in above the bottom.
    count, dots = round(head / 2), round(head / 5)
    image = SprayImage(((1 << dots) - 1,) * count, dots, head, 2.0, 0.25)
    letter = frame(dpi, skew, (3.7 * dpi, 3.7 * dpi))
    before = paper(dpi)
    drawn = draw_columns(before, letter, spray_columns(image), dots, head, 0.25)
    darker = before.astype(float) - drawn
    assert darker.min() == 0
    assert 0 < drawn.min() < 60
    # Area and centre of gravity of the ink, in inches.
    cover = darker / darker.max()
    ys, xs = np.mgrid[: cover.shape[0], : cover.shape[1]]
    area = cover.sum() / dpi**2
    assert area == pytest.approx((count / head) * (dots / head), rel=0.02)
    x, y = (cover * (xs + 0.5)).sum() / cover.sum(), (cover * (ys + 0.5)).sum() / cover.sum()
    wanted = letter.to_picture(WIDTH - 2.0 - count / head / 2, 0.25 + dots / head / 2)
    assert (x, y) == pytest.approx(wanted, abs=0.15)


def test_ink_only_darkens_and_the_given_picture_stays() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 700)).astype(np.uint8)
    letter = LetterFrame((20.0, 280.0), (100.0, 0.0), (0.0, -100.0), 6.0, 2.5)
    kept = noise.copy()
    drawn = draw_columns(noise, letter, [(1 + k / 100, 0b1111) for k in range(100)], 4, 100, 0.25)
    assert (drawn <= noise).all() and (drawn < noise).any()
    assert (noise == kept).all()


def test_ink_beyond_the_picture_is_cut_off() -> None:
    letter = LetterFrame((-300.0, 90.0), (100.0, 0.0), (0.0, -100.0), 6.0, 2.0)
    drawn = draw_columns(np.full((80, 200), 200, np.uint8), letter, [(k / 100, 1) for k in range(600)], 1, 100, 0.4)
    assert drawn.shape == (80, 200)
    assert (drawn[49:51] < 100).any() and (drawn[:40] == 200).all()
    nowhere = LetterFrame((5000.0, 90.0), (100.0, 0.0), (0.0, -100.0), 6.0, 2.0)
    assert (draw_columns(drawn, nowhere, [(1.0, 1)], 1, 100, 0.4) == drawn).all()


def test_nothing_fired_draws_nothing() -> None:
    letter = LetterFrame((0.0, 80.0), (100.0, 0.0), (0.0, -100.0), 2.0, 0.8)
    assert (draw_columns(np.full((80, 200), 9, np.uint8), letter, [], 8, 100, 0.2) == 9).all()


def test_firing_order_and_its_inverse() -> None:
    image = SprayImage((1, 0, 6, 7), 3, 200.0, 1.25, 0.25)
    fired = spray_columns(image)
    assert [bits for _, bits in fired] == [7, 6, 0, 1]
    assert [inches for inches, _ in fired] == pytest.approx([1.25, 1.255, 1.26, 1.265])
    assert spray_image(fired, 3, 200.0, 0.25) == image
    jittered = [(inches + 0.001 * (-1) ** k, bits) for k, (inches, bits) in enumerate(fired)]
    assert spray_image(jittered, 3, 200.0, 0.25).columns == image.columns
    with pytest.raises(ValueError, match="no column"):
        spray_image((), 3, 200.0, 0.25)
