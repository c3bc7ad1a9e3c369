"""From ink to pieces of text: components of character size, runs of them, lines. Works at any resolution given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import Box
from mlocr.reading.middles import middle

Ink = NDArray[np.uint8]  # (height, width), 1 where there is ink

# Inches; *ours*, from the print that letters bear: 6 to 26 point.
LEAST_HEIGHT = 0.035
MOST_HEIGHT = 0.42
MOST_WIDTH = 3.5
RULE = 0.45  # a straight thin run so long is no character's
STROKES = 0.15  # strokes across each height of a line along it; most print has one and more
HALF = (0.072, 0.035)  # the height of half a line, the gap between two halves
SLICE = (0.05, 0.11)  # the height of what a missing pin cuts off a line, and of what it leaves
SOLID = (0.75, 0.87, 0.17)  # of its box that a patch fills; print that touches, so high at the most, fills less
BLOB = (0.13, 3.0, 0.5, 0.55)  # a high and narrow run: of its height a solid square, of its ink in such: no stroke's
ALIKE = 1.65  # the higher to the lower of two long runs of one line
WORD_SPACE = 2.4  # heights: the widest between words of a line
GAP = 0.13  # within a run; a word space of 12 point is about 0.05


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of print: its box, the height of most of its print, and the runs it is joined of, left to right.

    `smeared` says that no stroke of it is left to be read.
    """

    box: Box
    body: float
    parts: tuple[Box, ...] = ()
    smeared: bool = False


def row_of(parts: Sequence[Box]) -> TextRow:
    """The line that these runs make."""
    return TextRow(union(parts), middle([b.height for b in parts]), tuple(parts))


def character_ink(ink: Ink, dpi: float) -> Ink:
    """Only the components that characters, or characters that touch, may make; rules, frames and pictures go."""
    # Folds, scratches and rules that run through print would join it to themselves.
    ink = without_rules(ink, round(RULE * dpi), max(3, round(0.035 * dpi)))
    count, labels, stats, _ = components(ink)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    fill = area / np.maximum(width * height, 1)
    keep = (height <= MOST_HEIGHT * dpi) & (width <= MOST_WIDTH * dpi)
    keep &= ~((width > 6 * height) & (height <= 0.05 * dpi))  # rules
    solid = np.where(height > SOLID[2] * dpi, SOLID[0], SOLID[1])
    keep &= ~((width > 0.5 * dpi) & (fill > solid))  # bars and solid patches
    keep &= ~((width > 1.2 * height) & (height > 0.2 * dpi) & (fill < 0.08))  # frames
    keep &= area > max(2, 0.0002 * dpi * dpi)
    keep[0] = False
    return np.take(keep.view(np.uint8), labels) if count > 1 else np.zeros_like(ink)


def components(
    ink: Ink, neighbours: Literal[4, 8] = 8
) -> tuple[int, NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """`cv2.connectedComponentsWithStats`, for eight neighbours in its faster way."""
    way = cv2.CCL_BBDT if neighbours == 8 else cv2.CCL_DEFAULT
    count, labels, stats, centres = cv2.connectedComponentsWithStatsWithAlgorithm(ink, neighbours, cv2.CV_32S, way)
    return count, np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(centres, np.float64)


def without_rules(ink: Ink, length: int, thickness: int) -> Ink:
    """Without the straight runs across of at least `length` pixels that are thinner than `thickness`."""
    straight = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length), np.uint8), borderValue=0)
    thick = cv2.morphologyEx(straight, cv2.MORPH_OPEN, np.ones((thickness, 1), np.uint8))
    return np.asarray(cv2.subtract(ink, cv2.subtract(straight, thick)), dtype=np.uint8)


def text_rows(ink: Ink, dpi: float) -> list[TextRow]:
    """Lines of print in `character_ink`, unordered. Lines far apart on the same height stay apart."""
    return [row for row in ink_rows(ink, dpi) if is_print(ink, row.box)]


def ink_rows(ink: Ink, dpi: float) -> list[TextRow]:
    """What lies in rows as print does, print or not."""
    across = max(3, round(GAP * dpi)) | 1
    runs = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, across), np.uint8), borderValue=0)
    stats = _loosened(np.asarray(runs, dtype=np.uint8), dpi)
    boxes = [
        Box(x, y, x + w, y + h)
        for x, y, w, h, _ in stats[1:].tolist()
        if LEAST_HEIGHT * dpi <= h <= MOST_HEIGHT * dpi and w >= LEAST_HEIGHT * dpi
    ]
    parts = [part for box in boxes for part in _split(ink, box, dpi) if not _is_blob(ink, part, dpi)]
    return [row_of(row) for row in join_runs(_without_splits(parts, dpi))]


def _is_blob(ink: Ink, box: Box, dpi: float) -> bool:
    """Whether a run is a patch of a picture: more of it is solid than even the boldest strokes are."""
    least, wide, square, share = BLOB
    if box.height < least * dpi or box.width >= wide * box.height:
        return False
    part = ink[box.y0 : box.y1, box.x0 : box.x1]
    side = round(square * box.height)
    solid = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((side, side), np.uint8), borderValue=0)
    return bool(np.count_nonzero(solid) > share * np.count_nonzero(part))


def is_print(ink: Ink, box: Box) -> bool:
    """Whether a row has as many strokes as print; the waves of a postmark and patches of a picture have few."""
    if box.width < 1.5 * box.height:
        return True
    part = ink[box.y0 : box.y1, box.x0 : box.x1]
    return bool(np.count_nonzero(part[:, 1:] > part[:, :-1]) >= STROKES * box.width)


def _without_splits(parts: Sequence[Box], dpi: float) -> list[Box]:
    """The parts, upper and lower pieces of print put together: a dot-matrix head without a pin splits its lines."""
    low = [b for b in parts if b.height <= HALF[0] * dpi]
    if not low:
        return list(parts)
    kept = [b for b in parts if b.height > HALF[0] * dpi]
    for box in sorted(low, key=lambda b: b.y0):
        for i, other in enumerate(kept):
            upper, lower = sorted((other, box), key=lambda b: b.y0)
            if _is_split(upper, lower, dpi):
                kept[i] = union([other, box])
                break
        else:
            kept.append(box)
    return kept


def _is_split(upper: Box, lower: Box, dpi: float) -> bool:
    """Whether two parts are two halves of one line, or a line and the slice that a missing pin cut off it."""
    gap, shared = lower.y0 - upper.y1, min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    less, more = sorted((upper.height, lower.height))
    near = min(HALF[1] * dpi, 0.5 * less)
    if not -1 <= gap <= near or shared <= 0.6 * min(upper.width, lower.width):
        return False
    return more <= HALF[0] * dpi or (less <= SLICE[0] * dpi and more <= SLICE[1] * dpi)


def _loosened(runs: Ink, dpi: float) -> NDArray[np.int32]:
    """Component statistics of runs; runs too tall for one line are taken without what is narrow in them.

    So descenders that touch the line below join no lines.
    """
    _, labels, stats, _ = components(runs)
    tall = _tall(stats, dpi)
    tall[0] = False
    narrow = np.ones((1, max(3, round(0.055 * dpi)) | 1), np.uint8)
    parts = [stats[~tall]]
    for label in np.flatnonzero(tall).tolist():
        own, corner = _own(labels, stats, label)
        # Runs that touch at a corner only are two.
        _, inner_labels, inner, _ = components(own, 4)
        still = _tall(inner, dpi)
        still[0] = False
        parts.append(_moved(inner[~still][1:], corner))
        for each in np.flatnonzero(still).tolist():
            run, at = _own(inner_labels, inner, each)
            opened = np.asarray(cv2.morphologyEx(run, cv2.MORPH_OPEN, narrow), dtype=np.uint8)
            loose = components(opened, 4)[2][1:]
            parts.append(_moved(loose, (corner[0] + at[0], corner[1] + at[1])))
    return np.concatenate(parts)


def _tall(stats: NDArray[np.int32], dpi: float) -> NDArray[np.bool_]:
    return np.asarray(stats[:, cv2.CC_STAT_HEIGHT] > 0.19 * dpi)


def _own(labels: NDArray[np.int32], stats: NDArray[np.int32], label: int) -> tuple[Ink, tuple[int, int]]:
    """One component alone in its box, and where the box lies."""
    x, y, w, h, _ = stats[label].tolist()
    return (labels[y : y + h, x : x + w] == label).view(np.uint8), (x, y)


def _moved(stats: NDArray[np.int32], corner: tuple[int, int]) -> NDArray[np.int32]:
    stats[:, : cv2.CC_STAT_TOP + 1] += corner
    return stats


def _split(ink: Ink, box: Box, dpi: float) -> list[Box]:
    """A run too tall for one line is cut where its rows hold least ink."""
    if box.height < 0.2 * dpi or box.width < 2 * box.height:
        return [box]
    rows = ink[box.y0 : box.y1, box.x0 : box.x1].sum(axis=1).astype(np.float64)
    third = box.height // 4
    cut = third + int(rows[third:-third].argmin())
    if rows[cut] > 0.25 * np.percentile(rows, 80):
        return [box]
    upper, lower = Box(box.x0, box.y0, box.x1, box.y0 + cut), Box(box.x0, box.y0 + cut, box.x1, box.y1)
    return [*_split(ink, upper, dpi), *_split(ink, lower, dpi)]


def join_runs(boxes: Sequence[Box], widest: float = WORD_SPACE) -> list[list[Box]]:
    """Runs that follow one another on the same height, the gap at most `widest` times the higher one, make a line.

    Of what is much higher than its neighbour, an initial or a part of a picture, the lower one counts.
    """
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.x0):
        best, nearest = None, np.inf
        for row in rows:
            last = row[-1]
            gap = box.x0 - last.x1
            overlap = min(box.y1, last.y1) - max(box.y0, last.y0)
            low, high = sorted((box.height, last.height))
            # Words differ by ascenders and descenders; long runs of other height are other print.
            alike = ALIKE if min(box.width, last.width) > 4 * low else 2.6
            space = widest * (high if high < ALIKE * low else low)
            if overlap > 0.5 * low and high < alike * low and gap < space and gap < nearest:
                best, nearest = row, gap
        if best is None:
            rows.append([box])
        else:
            best.append(box)
    return rows


def union(boxes: Sequence[Box]) -> Box:
    """The box round all of them."""
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
