"""Characters too faint for their line: worn ribbons, starved jets, a thumb over wet ink.

The threshold follows the print around it, so a last digit with a fifth of its neighbours' ink is left out of the line,
and the shorter number reads as surely as the whole one. Here weaker components of character size are sought beside
each line and in its gaps. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.middles import grey_counts, middle_of_counts, spread_of_counts
from mlocr.reading.segments import components

LEAST = 0.03  # of full black
GRAIN = 4.5  # standard deviations of the paper's grain
REACH = 1.9  # of the line's height, beside both its ends: about 1.2 em
HALO = 0.018  # inches round the line's own print that its own blur darkens
OFF = 0.2  # of the line's height that the farthest ink of a character lies from the line's own print
HEIGHT = (0.42, 1.35)  # of the line's height
NARROW = 0.12  # of the line's height: the narrowest that counts
STROKE = (0.07, 0.65)  # of the line's height: a figure one is as narrow as the first, but as high as the second
SOLID = 0.8  # a component that fills so much of a wide box is a patch, not a character
MOST_GAIN = 8.0  # how far faint print is darkened
FAR_SHARE = 0.004  # of the paper between lines that may hold weak ink before that is the paper's own
AROUND = 3  # times the height of what was found, above and below it, and twice that beside it
ADJOINING = 0.7  # of the line's height between a faint character and what it follows
FLUSH = 0.35  # of the line's height: so near another line's start
ROOM = 0.5  # of the line's height: a narrower gap inside the line holds no character, only a speck
INSIDE_SHARE = 0.3  # of the line's darkness, in its gaps
MOST = 60  # components beside one line
CLEAR_SHARE = 0.13  # of the line's darkness from which faint print reads like any light print


@dataclass(frozen=True, slots=True)
class FaintInk:
    """Weaker components found beside a line or in its gaps: boxes in pixels of the cut, and their share of its ink."""

    boxes: tuple[Box, ...]
    share: float


def find_faint(shade: Grey, ink: Grey, lines: Sequence[Box], dpi: float) -> tuple[FaintInk | None, ...]:
    """For each line box of a straight block (255 paper; `ink` 1 where print was found) what it may have lost."""
    dark, least = _weakness(shade, ink)
    weak = (dark > least).view(np.uint8)
    starts = [line.x0 for line in lines]
    return tuple(_beside(dark, weak, ink, line, dpi, starts) for line in lines)


def _weakness(shade: Grey, ink: Grey) -> tuple[Grey, float]:
    """How dark each pixel is, lightly smoothed, and from what darkness on it is more than paper."""
    dark = np.asarray(255 - np.asarray(cv2.GaussianBlur(shade, (3, 3), 0), np.uint8), np.uint8)
    counts = grey_counts(dark, 1 - ink)
    paper = middle_of_counts(counts) if counts.any() else 0.0
    grain = 1.4826 * spread_of_counts(counts, paper) if counts.any() else 0.0
    return dark, paper + max(255 * LEAST, GRAIN * grain)


def _beside(dark: Grey, weak: Grey, ink: Grey, line: Box, dpi: float, starts: Sequence[int]) -> FaintInk | None:
    own = ink[line.y0 : line.y1, line.x0 : line.x1]
    rows = np.flatnonzero(own.sum(axis=1) > 0)
    if len(rows) < 4:
        return None
    top, height = line.y0 + int(rows[0]), int(rows[-1] - rows[0]) + 1
    room = round(0.5 * height)
    x0, x1 = max(0, line.x0 - round(REACH * height)), min(ink.shape[1], line.x1 + round(REACH * height))
    y0, y1 = max(0, top - room), min(ink.shape[0], top + height + room)
    strong = ink[y0:y1, x0:x1]
    away = cv2.distanceTransform(1 - strong, cv2.DIST_L2, 3)
    free = ((weak[y0:y1, x0:x1] > 0) & (away > HALO * dpi)).astype(np.uint8)
    part = dark[y0:y1, x0:x1]
    count, labels, stats, _ = components(free)
    found = [
        Box(x + x0, y + y0, x + x0 + w, y + y0 + h)
        for label, (x, y, w, h, area) in enumerate(stats[1:].tolist(), 1)
        if _like_character((w, h, area), height)
        and y + y0 >= top - 0.2 * height
        and y + y0 + h <= top + 1.2 * height
        and float(away[labels == label].max()) >= OFF * height
    ]
    columns = np.flatnonzero(own.sum(axis=0) > 0) + line.x0
    found = _adjoining(found, columns, ADJOINING * height, ROOM * height)
    if is_flush(line, starts, height):
        found = [b for b in found if b.x1 > columns[0]]
    if not found or count > MOST:
        return None
    black = float(np.percentile(part[strong > 0], 75))
    levels = [float(np.percentile(dark[b.y0 : b.y1, b.x0 : b.x1], 85)) / max(black, 1.0) for b in found]
    # What is not much weaker may be a worn part of a character that was read; inside the line it counts for nothing,
    # at the ends only when as high as a character.
    kept = [
        (box, level)
        for box, level in zip(found, levels, strict=True)
        if level < INSIDE_SHARE
        or (_whole_height(box, found) >= STROKE[1] * height and not columns[0] < (box.x0 + box.x1) / 2 < columns[-1])
    ]
    return FaintInk(tuple(box for box, _ in kept), max(level for _, level in kept)) if kept else None


def _whole_height(box: Box, found: Sequence[Box]) -> int:
    """The height of a component with those above and below it: faint characters fall into pieces."""
    stack = [b for b in found if b.x0 < box.x1 and box.x0 < b.x1]
    return max(b.y1 for b in stack) - min(b.y0 for b in stack)


def _adjoining(found: Sequence[Box], columns: NDArray[np.intp], reach: float, room: float) -> list[Box]:
    """Of `found`, left to right: what follows the line's inked `columns`, or one another, within `reach`.

    Inside the line only what stands in a gap of it counts, and only a gap with `room` for a character.
    """
    start, end = int(columns[0]), int(columns[-1]) + 1
    inside = [b for b in found if b.x0 >= start and b.x1 <= end]
    inside = [b for b in inside if not ((columns >= b.x0) & (columns < b.x1)).any() and _gap(b, columns) >= room]
    after: list[Box] = []
    for box in sorted((b for b in found if b.x1 > end), key=lambda b: b.x0):
        if box.x0 - end <= reach:
            after.append(box)
            end = max(end, box.x1)
    before: list[Box] = []
    for box in sorted((b for b in found if b.x0 < start), key=lambda b: -b.x1):
        if start - box.x1 <= reach:
            before.append(box)
            start = min(start, box.x0)
    return sorted([*before, *inside, *after], key=lambda b: b.x0)


def is_flush(line: Box, starts: Sequence[int], height: int) -> bool:
    """Whether a line begins where others of the block do (`starts`, its own among them): nothing is lost before it."""
    return sum(abs(start - line.x0) <= FLUSH * height for start in starts) > 1


def _gap(box: Box, columns: NDArray[np.intp]) -> int:
    """The width of the gap between inked columns in which a box stands."""
    after = int(np.searchsorted(columns, box.x0))
    return int(columns[after] - columns[after - 1]) - 1


def worn(shade: Grey, ink: Grey, lines: Sequence[Box], found: Sequence[FaintInk | None]) -> tuple[bool, ...]:
    """For each of `found` whether weak ink lies between the lines too: show-through, dirt, the edge of a window.

    On the whole block, or round about what was found.
    """
    dark, least = _weakness(shade, ink)
    off = np.ones(ink.shape, np.uint8)
    for line in lines:
        off[line.y0 : line.y1] = 0
    off[cv2.dilate(ink, np.ones((5, 5), np.uint8)) > 0] = 0
    everywhere = _weak_share(dark, off, least) > FAR_SHARE
    return tuple(
        faint is not None and (everywhere or _weak_share(*_round_about(dark, off, faint), least) > FAR_SHARE)
        for faint in found
    )


def _round_about(dark: Grey, off: Grey, faint: FaintInk) -> tuple[Grey, Grey]:
    """Both pictures where weak ink was found, and some characters further."""
    height = max(b.height for b in faint.boxes)
    down = slice(
        max(0, min(b.y0 for b in faint.boxes) - AROUND * height), max(b.y1 for b in faint.boxes) + AROUND * height
    )
    across = slice(
        max(0, min(b.x0 for b in faint.boxes) - 2 * AROUND * height),
        max(b.x1 for b in faint.boxes) + 2 * AROUND * height,
    )
    return dark[down, across], off[down, across]


def _weak_share(dark: Grey, off: Grey, least: float) -> float:
    return float((dark[off > 0] > least).mean()) if off.any() else 0.0


def _like_character(size: tuple[int, int, int], height: int) -> bool:
    """Whether a component of `size` (width, height, area) may be a character of a line so high, or several."""
    w, h, area = size
    tall = HEIGHT[0] * height <= h <= HEIGHT[1] * height
    stroke = w >= NARROW * height or (w >= STROKE[0] * height and h >= STROKE[1] * height)
    return tall and stroke and not (w > 1.2 * height and area > SOLID * w * h)


def darkened(shade: Grey, line: Box, faint: FaintInk) -> tuple[Grey, Box]:
    """The picture with the faint characters as dark as the rest of the line, and the line grown to hold them."""
    gain = min(MOST_GAIN, 1.0 / max(faint.share, 0.01))
    rim = max(2, round(0.1 * line.height))
    better = shade.copy()
    for box in faint.boxes:
        place = (slice(line.y0, line.y1), slice(max(0, box.x0 - rim // 2), box.x1 + rim // 2))
        soft = 255.0 - cv2.GaussianBlur(shade[place], (3, 3), 0).astype(np.float32)
        better[place] = np.minimum(better[place], 255 - np.clip((soft - 3.0) * gain, 0, 255)).astype(np.uint8)
    x0 = min(line.x0, min(b.x0 for b in faint.boxes) - rim)
    x1 = max(line.x1, max(b.x1 for b in faint.boxes) + rim)
    return better, Box(max(0, x0), line.y0, min(shade.shape[1], x1), line.y1)
