"""Rows of bars in a picture: candidates as connected components, chained along a line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# All limits in inches and loose (ours): a mark outside the tolerances is to be found too, and measured.
SEARCH_DPI = (180.0, 320.0)
BAR_WIDTH = (0.006, 0.075)
BAR_HEIGHT = (0.026, 0.22)
LINK = 0.155
ALIGNED = 0.012  # ends that scatter less than this are one straight line
MOST_SLOPE = math.tan(math.radians(13))
LEAST_BARS = 18
ROW_GAP = 0.16
PAPER_KERNEL = 0.2
LEAST_CONTRAST = 22.0  # grey values: what is fainter drowns in a camera's noise


@dataclass(frozen=True, slots=True)
class BarRow:
    """A likely row of bars: its middle in pixels of the picture, its length in inches, its skew in radians.

    Skew is counter-clockwise positive, of the row taken as upright.
    """

    middle: tuple[float, float]
    length: float
    skew: float


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A deskewed cut.

    `ink` is (height, width), 0 paper to 1 ink; `scale` samples per inch; `zero` the sample of the row's middle;
    `contrast` and `paper` in grey values.
    """

    ink: NDArray[np.float32]
    scale: float
    zero: tuple[float, float]
    contrast: float
    paper: float


def darkness(pixels: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """How much darker each pixel is than the paper around it, in grey values.

    What is wider than 0.2 in counts as paper: so a dark belt does.
    """
    smooth = cv2.GaussianBlur(pixels, (0, 0), max(0.6, 0.006 * dpi))
    side = max(3, int(PAPER_KERNEL * dpi) | 1)
    paper = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return cv2.subtract(paper, pixels).astype(np.uint8)


def find_rows(pixels: NDArray[np.uint8], dpi: float) -> list[BarRow]:
    """Every likely row of bars within 13 degrees of level, longest first."""
    work, scale = _working_picture(pixels, dpi)
    work_dpi = dpi * scale
    dark = darkness(work, work_dpi)
    side = int(0.15 * work_dpi) | 1
    strongest = cv2.dilate(dark, np.ones((side, side), np.uint8))
    # Noise lifts the paper seen around a pixel, and so every darkness; what is left of it is not ink either.
    sample = dark[::3, ::3].astype(np.float32)
    usual = float(np.median(sample))
    noise = 1.48 * float(np.median(np.abs(sample - usual)))
    floor = usual + max(LEAST_CONTRAST, 4.5 * noise)
    # Half of (strongest + usual), never below the floor, as eight-bit arithmetic.
    level = np.maximum(cv2.addWeighted(strongest, 0.5, strongest, 0, usual / 2), np.uint8(min(floor, 255)))
    ink = cv2.compare(dark, level, cv2.CMP_GT)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=4)
    boxes = stats[1:, :4].astype(np.float64) / work_dpi
    wide, high = boxes[:, 2], boxes[:, 3]
    bars = boxes[(wide >= BAR_WIDTH[0]) & (wide <= BAR_WIDTH[1]) & (high >= BAR_HEIGHT[0]) & (high <= BAR_HEIGHT[1])]
    rows = [row for group in _chains(bars) for row in _rows_of(bars[group])]
    rows.sort(key=lambda row: -row[1])
    return [BarRow((x * dpi, y * dpi), length, skew) for (x, y), length, skew in rows]


def cut_strip(
    pixels: NDArray[np.uint8], dpi: float, row: BarRow, reach: tuple[float, float], half_height: float
) -> Strip:
    """The surroundings of a row, deskewed: `reach` inches left and right of its middle, `half_height` up and down."""
    scale = dpi * max(1, math.ceil(300 / dpi))
    size = (max(8, int((reach[0] + reach[1]) * scale)), max(8, int(2 * half_height * scale)))
    cos, sin = math.cos(row.skew) * dpi / scale, math.sin(row.skew) * dpi / scale
    zero = (reach[0] * scale, half_height * scale)
    # Sample (i, j) to the picture: right is (cos, -sin), down is (sin, cos); both count from pixel corners.
    to_picture = np.array(
        [
            [cos, sin, row.middle[0] - cos * (zero[0] - 0.5) - sin * (zero[1] - 0.5) - 0.5],
            [-sin, cos, row.middle[1] + sin * (zero[0] - 0.5) - cos * (zero[1] - 0.5) - 0.5],
        ]
    )
    grey = cv2.warpAffine(
        pixels,
        to_picture,
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    dark = darkness(grey.astype(np.uint8), scale).astype(np.float32)
    dark -= np.median(dark)
    inked = dark[dark > max(LEAST_CONTRAST / 2, 0.35 * float(np.percentile(dark, 99.5)))]
    contrast = float(np.percentile(inked, 75)) if inked.size else 0.0
    ink = np.clip(dark / max(contrast, LEAST_CONTRAST), 0, 1.2).astype(np.float32)
    paper = float(np.median(grey[dark < 0.25 * max(contrast, 1)])) if contrast else float(np.median(grey))
    return Strip(ink, scale, zero, contrast, paper)


def _working_picture(pixels: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.uint8], float]:
    """The picture at 240 to 320 dpi, and the factor."""
    if dpi > SEARCH_DPI[1]:
        scale = SEARCH_DPI[1] / dpi
        return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8), scale
    if dpi < SEARCH_DPI[0]:
        scale = float(math.ceil(SEARCH_DPI[0] / dpi))
        return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8), scale
    return pixels, 1.0


def _chains(bars: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Groups of boxes (inches: x, y, width, height) that follow one another closely enough to be one row."""
    count = len(bars)
    parent = list(range(count))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    x = bars[:, 0] + bars[:, 2] / 2
    y = bars[:, 1] + bars[:, 3] / 2
    order = np.argsort(x)
    xs, ys = x[order], y[order]
    last = np.searchsorted(xs, xs + LINK)
    for k in range(count):
        near = np.arange(k + 1, last[k])
        rise = np.abs(ys[near] - ys[k])
        for other in near[rise < 0.05 + MOST_SLOPE * (xs[near] - xs[k])]:
            parent[root(int(order[other]))] = root(int(order[k]))
    roots = np.array([root(k) for k in range(count)], dtype=np.intp)
    names, sizes = np.unique(roots, return_counts=True)
    return [np.flatnonzero(roots == name) for name, size in zip(names, sizes, strict=True) if size >= LEAST_BARS]


def _fitted(
    x: NDArray[np.float64], y: NDArray[np.float64], slope: float, fit: bool
) -> tuple[tuple[float, float], float, float]:
    """One row from its bars' middles: its middle, length and skew; `fit` has the slope told by all bars together."""
    middle = float(x[0] + x[-1]) / 2
    if fit:
        used = np.ones(len(x), bool)
        for _ in range(3):
            slope = float(np.polyfit(x[used], y[used], 1)[0])
            level = y - slope * x
            used = np.abs(level - np.median(level)) < 0.05
    height = float(np.median(y - slope * x)) + slope * middle
    return (middle, height), float(x[-1] - x[0]), -math.atan(slope)


def _rows_of(bars: NDArray[np.float64]) -> list[tuple[tuple[float, float], float, float]]:
    """The rows in one chain: (middle, length, skew), in inches of the picture and radians."""
    x = bars[:, 0] + bars[:, 2] / 2
    features = (bars[:, 1] + bars[:, 3] / 2, bars[:, 1], bars[:, 1] + bars[:, 3])
    slopes = np.linspace(-MOST_SLOPE, MOST_SLOPE, 181)
    best: tuple[float, float] | None = None
    # Bars of one row agree in their middles (Intelligent Mail) or in one of their ends (POSTNET).
    for feature in features:
        level = np.sort(feature[None, :] - slopes[:, None] * x[None, :], axis=1)
        count = level.shape[1]
        spread = level[:, int(count * 0.85)] - level[:, int(count * 0.15)]
        k = int(np.argmin(spread))
        if best is None or spread[k] < best[0]:
            best = (float(spread[k]), float(slopes[k]))
    assert best is not None
    slope = best[1]
    level = features[0] - slope * x
    bins = np.round(level / 0.05)
    names, sizes = np.unique(bins, return_counts=True)
    rows = []
    taken = np.zeros(len(x), bool)
    for name in names[np.argsort(-sizes)]:
        members = np.flatnonzero((np.abs(level - np.median(level[bins == name])) < 0.07) & ~taken)
        if len(members) < LEAST_BARS:
            continue
        taken[members] = True
        members = members[np.argsort(x[members])]
        for run in np.split(members, np.flatnonzero(np.diff(x[members]) > ROW_GAP) + 1):
            if len(run) >= LEAST_BARS:
                left, right = x[run[0]], x[run[-1]]
                middle = (left + right) / 2
                rows.append(((middle, float(np.median(level[run])) + slope * middle), right - left, -math.atan(slope)))
    return rows
