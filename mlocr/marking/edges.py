"""The letter's own edges on a dark belt, found in a simple way when nobody gives them."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import LetterFrame

COARSE_DPI = 50.0
LEAST_LETTER = (4.7, 3.2)  # DMM 201: 5 x 3-1/2 in, with room for error: a smaller picture shows no whole letter
BORDER_IS_BELT = 0.6  # of the picture's border must be darker than paper for there to be a belt: ours
MOST_TURN = 20.0
FRAMED = 16
EDGE_SEARCH = 0.12  # inches about the rough edge
LEAST_EDGE = 25.0  # grey values between belt and paper


def find_edges(pixels: NDArray[np.uint8], dpi: float) -> LetterFrame | None:
    """The letter's frame as it lies in the picture, taken to be upright; None when no whole letter is shown.

    A picture without a dark border is the letter itself, cut at its edges.
    """
    scale = COARSE_DPI / dpi
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (5, 5), 0)
    level, paper = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    if (border <= level).mean() < BORDER_IS_BELT:
        return _whole_picture(pixels, dpi)
    # Framed in belt, so that closing the print inside does not also close the way to a near border of the picture.
    paper = cv2.copyMakeBorder(paper, FRAMED, FRAMED, FRAMED, FRAMED, cv2.BORDER_CONSTANT, value=0)
    paper = cv2.morphologyEx(paper, cv2.MORPH_CLOSE, np.ones((FRAMED - 1, FRAMED - 1), np.uint8))
    contours, _ = cv2.findContours(paper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = max(contours, key=cv2.contourArea)
    (cx, cy), (across, down), turn = cv2.minAreaRect(outline)
    if down > across:
        across, down, turn = down, across, turn - 90
    turn = (turn + 90) % 180 - 90
    if abs(turn) > MOST_TURN:
        return None
    centre = ((cx + 0.5 - FRAMED) / scale, (cy + 0.5 - FRAMED) / scale)
    rough = _frame(centre, (across + 1) / COARSE_DPI, (down + 1) / COARSE_DPI, turn, dpi)
    return _sharpened(pixels, rough, dpi) if rough is not None else None


def _sharpened(pixels: NDArray[np.uint8], frame: LetterFrame, dpi: float) -> LetterFrame:
    """The frame with its edges where the picture turns from belt to paper, to a fraction of a pixel."""
    w, h = frame.width, frame.height
    along_bottom = _edge(pixels, frame, (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), w)
    tilt = math.atan(along_bottom[1])
    cos, sin = math.cos(tilt), math.sin(tilt)
    bottom = along_bottom[0]
    top = h - _edge(pixels, frame, (0.0, h), (1.0, 0.0), (0.0, -1.0), w)[0]
    left = _edge(pixels, frame, (0.0, 0.0), (0.0, 1.0), (1.0, 0.0), h)[0]
    right = w - _edge(pixels, frame, (w, 0.0), (0.0, 1.0), (-1.0, 0.0), h)[0]
    # Offsets hold at the middle of each edge; the new frame turns about the letter's middle.
    width, height = right - left, top - bottom
    x, y = (left + right) / 2, (bottom + top) / 2
    corner = (x - cos * width / 2 + sin * height / 2, y - sin * width / 2 - cos * height / 2)
    across = tuple(cos * frame.right[k] + sin * frame.up[k] for k in (0, 1))
    upward = tuple(-sin * frame.right[k] + cos * frame.up[k] for k in (0, 1))
    return LetterFrame(frame.to_picture(*corner), (across[0], across[1]), (upward[0], upward[1]), width, height)


def _edge(
    pixels: NDArray[np.uint8],
    frame: LetterFrame,
    start: tuple[float, float],
    along: tuple[float, float],
    inward: tuple[float, float],
    length: float,
) -> tuple[float, float]:
    """One edge of a rough frame, sampled across itself: how far inward it truly lies at its middle, and its slope.

    Inches and inches per inch; (0, 0) where too few places show an edge.
    """
    steps = np.linspace(-EDGE_SEARCH, EDGE_SEARCH, 61)
    places = np.linspace(0.1, 0.9, 61) * length
    x = start[0] + places[:, None] * along[0] + steps[None, :] * inward[0]
    y = start[1] + places[:, None] * along[1] + steps[None, :] * inward[1]
    picture_x, picture_y = (frame.origin[k] + x * frame.right[k] + y * frame.up[k] - 0.5 for k in (0, 1))
    sampled = cv2.remap(
        pixels,
        picture_x.astype(np.float32),
        picture_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )
    grey: NDArray[np.float64] = cv2.blur(sampled.astype(np.float64), (3, 1)).astype(np.float64)
    belt, paper = np.percentile(grey[:, :10], 50), np.percentile(grey[:, -15:], 60)
    if paper - belt < LEAST_EDGE:
        return 0.0, 0.0
    over = grey > (belt + paper) / 2
    first = np.argmax(over, axis=1)
    seen = over.any(axis=1) & (first > 0)
    if seen.sum() < len(places) // 3:
        return 0.0, 0.0
    rows = np.flatnonzero(seen)
    k = first[seen]
    fraction = ((belt + paper) / 2 - grey[rows, k - 1]) / (grey[rows, k] - grey[rows, k - 1])
    depth = steps[k - 1] + fraction * (steps[1] - steps[0])
    x = places[seen] - length / 2
    keep = np.abs(depth - np.median(depth)) < EDGE_SEARCH / 2
    slope = 0.0
    for _ in range(3):
        slope, level = (float(v) for v in np.polyfit(x[keep], depth[keep], 1))
        miss = np.abs(depth - (level + slope * x))
        keep = miss <= max(2.5 * float(np.median(miss[keep])), 0.003)
    # `slope` is of the depth against the way along; inward is up for the bottom edge only, the one whose slope is used.
    return level, slope


def turned(frame: LetterFrame) -> LetterFrame:
    """The same letter lying upside down."""
    return LetterFrame(
        frame.to_picture(frame.width, frame.height),
        (-frame.right[0], -frame.right[1]),
        (-frame.up[0], -frame.up[1]),
        frame.width,
        frame.height,
    )


def _whole_picture(pixels: NDArray[np.uint8], dpi: float) -> LetterFrame | None:
    height, width = pixels.shape
    return _frame((width / 2, height / 2), width / dpi, height / dpi, 0.0, dpi)


def _frame(centre: tuple[float, float], width: float, height: float, turn: float, dpi: float) -> LetterFrame | None:
    """A frame from its centre in pixels, its size in inches, and its turn in degrees, clockwise as OpenCV counts."""
    if width < LEAST_LETTER[0] or height < LEAST_LETTER[1]:
        return None
    cos, sin = math.cos(math.radians(turn)) * dpi, math.sin(math.radians(turn)) * dpi
    right, up = (cos, sin), (sin, -cos)
    origin = tuple(centre[k] - right[k] * width / 2 - up[k] * height / 2 for k in (0, 1))
    return LetterFrame((origin[0], origin[1]), right, up, width, height)
