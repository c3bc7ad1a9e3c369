"""What lies in the barcode clear zone: nothing, a barcode, or other print.

The zone reaches from the letter's right edge to 4-3/4 inches from it and from the bottom edge up to 5/8 inch
(Publication 28 appendix A). It is looked at in the letter's own frame, upright as read.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import ClearZone, ImageLift, LetterFrame
from mlocr.reading.combs import SURE, count_bars
from mlocr.reading.ink import flatten, print_mask
from mlocr.reading.page import sample, to_inches

ZONE = (4.75, 0.625)  # inches from the right edge, from the bottom edge (Publication 28 appendix A)
DPI = 150.0
RIM = 0.07  # inches along the letter's edges that do not count: shadow and rough cut *ours*


def clear_zone(lift: ImageLift, letter: LetterFrame) -> ClearZone:
    """The state of the zone of a letter whose frame is upright as read."""
    shade = _zone(lift, letter)
    ink = print_mask(shade, DPI)
    if _bars(shade, ink) >= SURE:
        return ClearZone.BARCODE
    return ClearZone.PRINT if _has_print(ink) else ClearZone.CLEAR


def _zone(lift: ImageLift, letter: LetterFrame) -> NDArray[np.uint8]:
    """The zone with half an inch of what lies round it, flattened, then cut to the zone without the rim."""
    round_it = 0.25
    whole = to_inches(lift.dpi, letter, DPI, 0.0)
    width = min(ZONE[0], letter.width)
    left = round((letter.width - width) * DPI)
    top = round((letter.height - ZONE[1] - round_it) * DPI)
    cut = whole.copy()
    cut[:, 2] = whole[:, :2] @ np.array([left, top]) + whole[:, 2]
    size = (round((width - RIM) * DPI), round((ZONE[1] + round_it - RIM) * DPI))
    shade = flatten(sample(lift, cut, size), DPI)
    return shade[round(round_it * DPI) :]


def _bars(shade: NDArray[np.uint8], ink: NDArray[np.uint8]) -> int:
    """The most bars at one pitch in any run of ink of a barcode's height."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(0.07 * DPI)), np.uint8), borderValue=0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, np.uint8), connectivity=8)
    best = 0
    for x, y, w, h, _ in stats[1:].tolist():
        if w > 0.7 * DPI and 0.08 * DPI < h < 0.4 * DPI:
            best = max(best, count_bars(shade[y : y + h, x : x + w], DPI))
    return best


def _has_print(ink: NDArray[np.uint8]) -> bool:
    """Whether some component is large enough to be part of a character; lines along the zone's rim are edges."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height, width = ink.shape
    found = 0
    for x, y, w, h, area in stats[1:].tolist():
        if area < 6 or (w < 0.03 * DPI and h < 0.03 * DPI):
            continue
        edge = y + h >= height - 1 and (w > 6 * h or h < 0.03 * DPI)
        side = x + w >= width - 1 and w < 0.03 * DPI
        found += not (edge or side)
    return found >= 2
