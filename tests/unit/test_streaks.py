"""Rows that the camera darkens over whatever passes are told from rules that a letter bears."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlocr.reading.streaks import without_streaks

DPI = 200.0


def picture(seed: int = 0) -> np.ndarray:
    """A light letter with rows of print on a dark belt."""
    pixels = np.full((500, 900), 22, np.uint8)
    pixels[40:460, 30:870] = 205
    for y in range(120, 300, 40):
        cv2.putText(pixels, "123 MAIN STREET", (200, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 40, 2)
    noise = np.random.default_rng(seed).normal(0, 3, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@given(st.integers(60, 440), st.floats(0.12, 0.5))
def test_a_row_that_is_darker_all_along_is_lightened_to_its_neighbours(row: int, depth: float) -> None:
    plain = picture()
    dirty = plain.copy()
    dirty[row] = (dirty[row] * (1 - depth)).astype(np.uint8)
    clean = without_streaks(dirty, DPI)
    assert set(np.flatnonzero((clean != dirty).any(axis=1))) == {row}
    assert abs(float(np.median(clean[row, 30:870])) - float(np.median(plain[row, 30:870]))) <= 8


@given(st.integers(0, 50))
def test_a_picture_without_streaks_is_the_same_array(seed: int) -> None:
    plain = picture(seed)
    assert without_streaks(plain, DPI) is plain


def test_a_printed_rule_stays() -> None:
    ruled = picture()
    ruled[380:382, 300:870] = 60  # two thirds of the letter's width
    assert without_streaks(ruled, DPI) is ruled


def test_a_picture_too_small_to_judge_stays() -> None:
    for shape in ((1, 1), (3, 900), (900, 3)):
        tiny = np.full(shape, 200, np.uint8)
        assert without_streaks(tiny, DPI) is tiny
