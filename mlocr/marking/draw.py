"""Ink on a picture: fired dot columns drawn where they land on a letter."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.code import SprayImage
from mlocr.mail.image import LetterFrame

# What is left of the paper's light where ink covers it: a black ink on paper, ours.
INK_REMAINS = 0.13
FINEST_CANVAS = 2400.0  # samples per inch, so that an eleven-inch mark stays inside OpenCV's 32,767 columns


def draw_columns(
    pixels: NDArray[np.uint8],
    frame: LetterFrame,
    columns: Sequence[tuple[float, int]],
    dots: int,
    dpi: float,
    baseline: float,
) -> NDArray[np.uint8]:
    """A copy of `pixels` (height, width) with the columns printed on the letter that lies in `frame`.

    Each column is (inches from the letter's right, leading edge to the column's right side, dots as bits, bit 0 the
    lowest, `dots` of them); `dpi` is the head's; `baseline` is inches from the letter's bottom edge to the lower side
    of bit 0. Edges are smoothed by area; ink only ever darkens.
    """
    drawn = pixels.copy()
    if not columns or not dots:
        return drawn
    near = min(inches for inches, _ in columns)
    far = max(inches for inches, _ in columns) + 1 / dpi
    corners = [frame.to_picture(frame.width - x, y) for x in (near, far) for y in (baseline, baseline + dots / dpi)]
    x0, y0 = (max(0, int(min(c[k] for c in corners)) - 2) for k in (0, 1))
    x1 = min(pixels.shape[1], int(max(c[0] for c in corners)) + 3)
    y1 = min(pixels.shape[0], int(max(c[1] for c in corners)) + 3)
    if x0 >= x1 or y0 >= y1:
        return drawn
    fine = int(max(1, min(4, FINEST_CANVAS // dpi)))
    canvas = _canvas(columns, dots, dpi, far, fine)
    # Canvas samples (x right from `far`, y down from the swath's top) to pixels of the picture.
    unit = 1 / (dpi * fine)
    left, top = frame.width - far, baseline + dots / dpi
    start = frame.to_picture(left, top)
    to_picture = np.array(
        [
            [frame.right[0] * unit, -frame.up[0] * unit, start[0] - x0],
            [frame.right[1] * unit, -frame.up[1] * unit, start[1] - y0],
        ]
    )
    cover = _cover(canvas, to_picture, (x1 - x0, y1 - y0), float(np.hypot(*frame.right)))
    patch = drawn[y0:y1, x0:x1]
    inked = patch * (1 - cover * (1 - INK_REMAINS))
    drawn[y0:y1, x0:x1] = np.minimum(patch, np.rint(inked).astype(np.uint8))
    return drawn


def spray_columns(image: SprayImage) -> tuple[tuple[float, int], ...]:
    """The columns of an image in firing order, the right-most first.

    Each is (inches from the letter's leading edge to the column's right side, its dots), as in `ports.FiredMark`.
    """
    count = len(image.columns)
    places = range(count - 1, -1, -1)
    return tuple((image.offset + (count - 1 - place) / image.dpi, image.columns[place]) for place in places)


def spray_image(columns: Sequence[tuple[float, int]], dots: int, dpi: float, baseline: float) -> SprayImage:
    """The inverse of `spray_columns`: each fired column at its nearest whole dot; columns that meet are joined.

    Raises ValueError when there is no column.
    """
    if not columns:
        raise ValueError("no column was fired")
    nearest = min(inches for inches, _ in columns)
    places = [(round((inches - nearest) * dpi), bits) for inches, bits in columns]
    row = [0] * (max(place for place, _ in places) + 1)
    for place, bits in places:
        row[len(row) - 1 - place] |= bits
    return SprayImage(tuple(row), dots, dpi, nearest, baseline)


def _canvas(columns: Sequence[tuple[float, int]], dots: int, dpi: float, far: float, fine: int) -> NDArray[np.uint8]:
    """The columns as they lie, `fine` samples a dot, 255 for ink; the left-most column at the left, dot 0 below."""
    near = min(inches for inches, _ in columns)
    canvas = np.zeros((dots * fine, round((far - near) * dpi * fine)), np.uint8)
    for inches, bits in columns:
        if not bits:
            continue
        right = round((far - inches) * dpi * fine)
        left = max(0, right - fine)
        row = np.frombuffer(bits.to_bytes((dots + 7) // 8 + 1, "little"), np.uint8)
        ink = np.unpackbits(row, bitorder="little")[:dots][::-1].repeat(fine) * np.uint8(255)
        canvas[:, left:right] |= ink[:, None]
    return canvas


def _cover(
    canvas: NDArray[np.uint8], to_picture: NDArray[np.float64], size: tuple[int, int], picture_dpi: float
) -> NDArray[np.float64]:
    """How much of each pixel of a `size` (width, height) cut is inked, 0 to 1: many samples a pixel, then their mean.

    A matrix to pixel corners is turned into one to sample centres on both sides.
    """
    times = int(np.clip(np.ceil(1200 / picture_dpi), 2, 8))
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    whole = np.vstack([to_picture, [0, 0, 1]])
    many = np.diag([times, times, 1.0]) @ whole
    centred = (np.linalg.inv(half) @ many @ half)[:2]
    samples = cv2.warpAffine(canvas, centred, (size[0] * times, size[1] * times), flags=cv2.INTER_LINEAR)
    return cv2.resize(samples, size, interpolation=cv2.INTER_AREA).astype(np.float64) / 255
