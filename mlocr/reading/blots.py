"""A blot over a figure of a number: a solid patch, rounder than any stroke of the line.

A recogniser takes a blot for the figure it looks most like, a 0 or an 8, and surely. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.orient import bears_number
from mlocr.reading.struck import number_spans

RADIUS = 0.25  # of the line's height: half of the boldest stroke is less
THICKER = 3.2  # times the half stroke of the line; where bold strokes meet they are two and a half
SOLID = 0.7  # of its own darkest: where strokes run together it is paler than the strokes
CORE = 0.5  # of the radius: what must be solid
BESIDE = 0.8  # of the line's height, from where the number is thought to stand
LEAST_HEIGHT = 10  # pixels


def blotted(shade: Grey, ink: Grey, lines: Sequence[TextLine]) -> tuple[bool, ...]:
    """For each line of a straight block (255 paper; `ink` 1 where print is) whether a blot lies on one of its numbers.

    The last line's digits are left to the city and the directory.
    """
    return tuple(
        line.box is not None and bears_number(line) and _has_blot(shade, ink, line.text, line.box) for line in lines
    )


def _has_blot(shade: Grey, ink: Grey, text: str, box: Box) -> bool:
    rows = np.flatnonzero(ink[box.y0 : box.y1, box.x0 : box.x1].any(axis=1))
    if len(rows) == 0 or rows[-1] - rows[0] < LEAST_HEIGHT:
        return False
    high = min(int(rows[-1] - rows[0]) + 1, box.height)
    left, top, rim = max(0, box.x0 - high), max(0, box.y0 - high // 2), high // 2
    own = np.ascontiguousarray(ink[top : box.y1 + rim, left : box.x1 + high])
    within = np.ones((max(3, round(1.4 * RADIUS * high)),) * 2, np.uint8)  # the square that a blot's circle holds
    if not cv2.erode(own, within, borderType=cv2.BORDER_CONSTANT, borderValue=0).any():
        return False
    depth = cv2.distanceTransform(np.pad(own, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    ridge = depth[(depth == cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0)]
    least = max(RADIUS * high, THICKER * float(np.median(ridge)))
    near = np.zeros(depth.shape, bool)
    for start, end in number_spans(text, box):
        near[:, max(0, round(start - BESIDE * high) - left) : round(end + BESIDE * high) - left] = True
    line = slice(box.y0 - top, box.y1 - top)
    depth[:, ~near.any(axis=0)] = 0
    y, x = np.unravel_index(int(depth[line].argmax()), depth[line].shape)
    y += line.start
    radius = float(depth[y, x])
    if radius < least:
        return False
    reach = max(1, round(CORE * radius))
    dark = 255 - shade[top + y - reach : top + y + reach + 1, left + x - reach : left + x + reach + 1]
    return dark.size > 0 and float(dark.min()) >= SOLID * float(np.percentile(dark, 95))
