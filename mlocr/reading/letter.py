"""Where the letter itself lies in the picture: its four edges on the dark ground.

All distances of the postal rules are measured from these edges (DMM 202, Publication 28 appendix A). A scan that the
letter fills has no ground; then the picture's edges are the letter's.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.reading.middles import grey_counts, middle, middle_of_counts
from mlocr.reading.shrink import shrunk

COARSE_DPI = 50.0
REACH = 0.12  # inches searched on each side of a coarse edge *ours*
GROUND_SHARE = 0.6  # of one side of the picture *ours*
LEAST_SIDE = 12  # coarse pixels; a smaller picture shows no letter on a ground
SAMPLES = 72  # profiles across each edge

Corners = NDArray[np.float64]  # (4, 2): lower left, lower right, upper right, upper left, in pixels


def find_letter(lift: ImageLift) -> LetterFrame:
    """The letter's frame, rotation 0 assumed: origin at its lower left corner in the picture.

    Coarse by threshold and rectangle at 50 dpi, then each edge refined by a robust line through subpixel crossings.
    """
    found = _coarse(lift)
    if found is None:
        return whole_picture(lift)
    corners, levels = found
    return _frame(_refine(lift, corners, *levels), lift.dpi)


def letter_width(lift: ImageLift) -> float:
    """Inches from the letter's left to its right edge, to about 1/50 inch: what a photocell is asked for, cheaply."""
    found = _coarse(lift)
    return whole_picture(lift).width if found is None else _frame(found[0], lift.dpi).width


def _coarse(lift: ImageLift) -> tuple[Corners, tuple[float, float]] | None:
    """The letter's corners at 50 dpi, in pixels of the picture, and the levels of ground and paper."""
    scale = min(1.0, COARSE_DPI / lift.dpi)
    if min(lift.pixels.shape) * scale < LEAST_SIDE:
        return None
    small = np.asarray(cv2.GaussianBlur(shrunk(lift.pixels, 1 / scale), (3, 3), 0), dtype=np.uint8)
    levels = _levels(small)
    corners = None if levels is None else _rectangle(small, sum(levels) / 2)
    return None if levels is None or corners is None else ((corners + 0.5) / scale - 0.5, levels)


def whole_picture(lift: ImageLift) -> LetterFrame:
    """The frame of a letter that fills the picture."""
    height, width = lift.pixels.shape
    return LetterFrame((-0.5, height - 0.5), (lift.dpi, 0.0), (0.0, -lift.dpi), width / lift.dpi, height / lift.dpi)


def turned(frame: LetterFrame) -> LetterFrame:
    """The same letter read the other way up: its frame turned by 180 degrees."""
    origin = frame.to_picture(frame.width, frame.height)
    right = (-frame.right[0], -frame.right[1])
    return LetterFrame(origin, right, (-frame.up[0], -frame.up[1]), frame.width, frame.height)


def _levels(small: NDArray[np.uint8]) -> tuple[float, float] | None:
    """Grey levels of ground and paper, or None when no dark ground is seen along the picture's edges."""
    sides = [side.ravel() for side in (small[:2], small[-2:], small[:, :2], small[:, -2:])]
    split, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # A belt darkens most of a side where it is seen at all; a dark picture printed on the letter seldom does.
    if max(float((side <= split).mean()) for side in sides) < GROUND_SHARE:
        return None
    ring = np.concatenate(sides)
    ground = float(np.median(ring[ring <= split]))
    counts = grey_counts(small)
    counts[: math.floor(ground + 30) + 1] = 0
    if counts.sum() < 0.15 * small.size:
        return None
    paper = middle_of_counts(counts)
    return None if ground > 0.65 * paper else (ground, paper)


def _rectangle(small: NDArray[np.uint8], level: float) -> Corners | None:
    """The smallest rectangle round everything bright and large; corners in `small`'s pixels."""
    mask = (small > level).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    areas = [cv2.contourArea(c) for c in contours]
    if not areas or max(areas) < 0.1 * small.size:
        return None
    parts = [c for c, a in zip(contours, areas, strict=True) if a > 0.06 * max(areas)]
    box = cv2.boxPoints(cv2.minAreaRect(cv2.convexHull(np.concatenate(parts)))).astype(np.float64)
    return _ordered(box)


def _ordered(box: NDArray[np.float64]) -> Corners:
    """Corners from the lower left, as read; the rectangle's side nearest to the horizontal is its bottom."""
    along = box[1] - box[0]
    if abs(along[1]) > abs(along[0]):
        along = box[2] - box[1]
    along = along * np.sign(along[0] or 1.0) / (np.hypot(*along) or 1.0)
    across = np.array([-along[1], along[0]])
    x, y = (box - box.mean(axis=0)) @ along, (box - box.mean(axis=0)) @ across
    picks = [np.argmin(x - y), np.argmax(x + y), np.argmax(x - y), np.argmin(x + y)]
    return np.asarray(box[picks])


def _refine(lift: ImageLift, corners: Corners, ground: float, paper: float) -> Corners:
    """Each side replaced by a robust line through the crossings found along it."""
    centre = corners.mean(axis=0)
    lines = []
    for i in range(4):
        a, b = corners[i], corners[(i + 1) % 4]
        lines.append(_edge(lift, a, b, centre, (ground, paper)))
    meets = [_meet(lines[i - 1], lines[i]) for i in range(4)]
    if any(m is None for m in meets):
        return corners
    found = np.array(meets, dtype=np.float64)
    # A corner that moved further than the search reaches comes of a bad fit: keep the coarse one.
    moved = np.hypot(*(found - corners).T)
    return np.asarray(np.where((moved > 3 * REACH * lift.dpi)[:, None], corners, found))


Line = tuple[NDArray[np.float64], NDArray[np.float64]]  # a point and a unit direction


def _edge(
    lift: ImageLift,
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    centre: NDArray[np.float64],
    levels: tuple[float, float],
) -> Line:
    """The side from `a` to `b`, refined. What lies outside the picture counts as ground."""
    length = float(np.hypot(*(b - a))) or 1.0
    along = (b - a) / length
    inward = np.array([-along[1], along[0]])
    if inward @ (centre - a) < 0:
        inward = -inward
    reach = max(3.0, REACH * lift.dpi)
    steps = np.arange(-reach, reach + 0.5, 0.5)
    places = np.linspace(0.03, 0.97, SAMPLES) * length
    x, y = ((a[i] + places[:, None] * along[i] + steps * inward[i]).astype(np.float32) for i in (0, 1))
    profiles = np.asarray(
        cv2.remap(
            lift.pixels,
            x,
            y,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(levels[0],),
        ),
        dtype=np.float64,
    )
    profiles = np.asarray(cv2.blur(profiles, (5, 1)), dtype=np.float64)
    crossing = _crossings(profiles, sum(levels) / 2)
    good = ~np.isnan(crossing)
    if good.sum() < SAMPLES // 4:
        return a, along
    offset, slope = _robust_line(places[good], np.interp(crossing[good], np.arange(steps.size), steps))
    direction = along + slope * inward
    return a + offset * inward, direction / np.hypot(*direction)


def _crossings(profiles: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Where each profile (outside to inside) first rises through `level` and stays for three steps; nan: nowhere."""
    bright = profiles >= level
    stays = bright[:, :-3] & bright[:, 1:-2] & bright[:, 2:-1] & bright[:, 3:]
    first = stays.argmax(axis=1)
    rows = np.arange(len(profiles))
    before = profiles[rows, np.maximum(first - 1, 0)]
    after = profiles[rows, first]
    exact = first - (after - level) / np.maximum(after - before, 1e-6)
    return np.where(stays.any(axis=1) & (first > 0), exact, np.nan)


def _robust_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Offset and slope through most of the points: median of slopes, then least squares without the outliers."""
    half = len(x) // 2
    slope = middle((y[half : 2 * half] - y[:half]) / (x[half : 2 * half] - x[:half]))
    offset = middle(y - slope * x)
    for _ in range(3):
        away = np.abs(y - offset - slope * x)
        near = away <= max(0.75, 2.5 * middle(away))
        if np.count_nonzero(near) < 8:
            break
        slope, offset = _least_squares(x[near], y[near])
    return offset, slope


def _least_squares(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and offset of the straight line nearest to the points."""
    at, of = float(x.mean()), float(y.mean())
    across = x - at
    slope = float(across @ (y - of)) / (float(across @ across) or 1.0)
    return slope, of - slope * at


def _meet(one: Line, other: Line) -> NDArray[np.float64] | None:
    """Where two lines cross, or None when they are nearly parallel."""
    (p, d), (q, e) = one, other
    cross = d[0] * e[1] - d[1] * e[0]
    if abs(cross) < 0.5:
        return None
    t = ((q[0] - p[0]) * e[1] - (q[1] - p[1]) * e[0]) / cross
    return np.asarray(p + t * d)


def _frame(corners: Corners, dpi: float) -> LetterFrame:
    """The affine frame nearest to the four corners."""
    low_left, low_right, up_right, up_left = corners
    right = (low_right - low_left + up_right - up_left) / 2
    up = (up_left - low_left + up_right - low_right) / 2
    origin = corners.mean(axis=0) - right / 2 - up / 2
    width, height = float(np.hypot(*right)) / dpi, float(np.hypot(*up)) / dpi
    across, upward = right / width, up / height
    return LetterFrame(
        (float(origin[0]), float(origin[1])),
        (float(across[0]), float(across[1])),
        (float(upward[0]), float(upward[1])),
        width,
        height,
    )
