"""The letter's face flattened for finding things: upright in its own edges, at one low resolution."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.reading.ink import Grey, over_paper, paper_level
from mlocr.reading.shrink import shrunk

PAGE_DPI = 100.0
EDGE = 0.04  # inches along the letter's edges that are never print: shadow, the belt, a rough cut *ours*

Matrix = NDArray[np.float64]  # (2, 3), pixels to pixels


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A letter's face: `shade` is (height, width) uint8, 255 paper and less the darker against it (flattened).

    `level` is that of the paper, at about 50 dpi. `matrix` takes pixels of the page to pixels of the picture. `width`
    and `height` are inches.
    """

    shade: Grey
    level: Grey
    matrix: Matrix
    width: float
    height: float


def to_inches(lift_dpi: float, frame: LetterFrame, dpi: float, turn: float) -> Matrix:
    """From pixels of a page at `dpi`, turned by `turn` degrees about the letter's middle, to the picture's pixels."""
    middle = np.array(frame.to_picture(frame.width / 2, frame.height / 2))
    axes = np.array([frame.right, [-frame.up[0], -frame.up[1]]]).T / dpi
    angle = np.deg2rad(turn)
    rotate = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    linear = axes @ rotate
    centre = np.array([frame.width * dpi / 2 - 0.5, frame.height * dpi / 2 - 0.5])
    return np.column_stack([linear, middle - linear @ centre])


def make_page(lift: ImageLift, frame: LetterFrame, turn: float = 0.0) -> Page:
    """The face of `frame`, its text turned back by `turn` degrees (counter-clockwise positive) against its edges."""
    matrix = to_inches(lift.dpi, frame, PAGE_DPI, turn)
    size = (max(8, round(frame.width * PAGE_DPI)), max(8, round(frame.height * PAGE_DPI)))
    grey = sample(lift, matrix, size)
    level = paper_level(grey, PAGE_DPI)
    shade = over_paper(grey, level)
    rim = round(EDGE * PAGE_DPI)
    shade[:rim] = shade[-rim:] = 255
    shade[:, :rim] = shade[:, -rim:] = 255
    return Page(shade, level, matrix, frame.width, frame.height)


def sample(lift: ImageLift, matrix: Matrix, size: tuple[int, int]) -> Grey:
    """A cut of `size` (width, height) through `matrix`, shrunk by area so that thin strokes keep their weight."""
    step = float(np.hypot(*matrix[:, 0]))
    source, matrix = _part(lift, matrix, size, round(2 * step) + 2)
    if step > 1.2:
        source = shrunk(source, step)
        shift = 0.5 / step - 0.5
        matrix = matrix / step
        matrix[:, 2] += shift
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(source, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )


def _part(lift: ImageLift, matrix: Matrix, size: tuple[int, int], rim: int) -> tuple[Grey, Matrix]:
    """The part of the picture that a cut needs, and the matrix into it; the whole where none of it is needed."""
    corners = np.array([(x, y, 1.0) for x in (0, size[0]) for y in (0, size[1])]) @ matrix.T
    height, width = lift.pixels.shape
    x0, y0 = (max(0, int(v) - rim) for v in np.floor(corners.min(axis=0)))
    x1, y1 = (int(v) + rim for v in np.ceil(corners.max(axis=0)))
    if x0 >= min(x1, width) or y0 >= min(y1, height):
        return lift.pixels, matrix
    moved = matrix.copy()
    moved[:, 2] -= (x0, y0)
    return lift.pixels[y0:y1, x0:x1], moved


def text_skew(ink: NDArray[np.uint8], widest: float, step: float = 0.25) -> float:
    """Degrees (counter-clockwise positive) by which most rows of ink rise: where the row histogram is sharpest."""
    points = cv2.findNonZero(ink)
    if points is None or len(points) < 50:
        return 0.0
    pick = np.linspace(0, len(points) - 1, min(len(points), 6000)).astype(np.intp)
    x, y = points.reshape(-1, 2)[pick].astype(np.float32).T
    across = x - x.mean()
    angles = np.arange(-widest, widest + step / 2, step)
    scores = [_sharpness(y + across * np.float32(np.tan(np.deg2rad(a)))) for a in angles]
    best = int(np.argmax(scores))
    if not 0 < best < len(angles) - 1:
        return float(angles[best])
    left, top, right = scores[best - 1 : best + 2]
    bend = left - 2 * top + right
    return float(angles[best] + (0.5 * (left - right) / bend * step if bend < 0 else 0.0))


def _sharpness(rows: NDArray[np.float32]) -> float:
    counts = np.bincount((rows - (rows.min() - np.float32(0.5))).astype(np.intp))
    steps = np.diff(counts)
    return float(steps @ steps)
