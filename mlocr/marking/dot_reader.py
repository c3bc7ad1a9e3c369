"""Reads one line in the dot-matrix face by comparing each character with the face's own dots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.marking.machine_id import COLUMNS, ROWS, face

CELL = 6  # samples a dot in the comparison
INKED = 0.45
LINE_HEIGHT = (0.045, 0.17)
LEAST_CHARACTERS = 3
SPECK = 0.012
DOT_GAP = 0.012  # two dots of one character lie nearer than this, two characters do not
SOFT = 0.5 * CELL  # blur of both sides of the comparison, so that a dot beside its place still counts
MOST_BLANK = 0.42  # inches without ink that end the line: ours
WIDTH_COST = 0.06
SURE = 0.6  # least agreement, 0 to 1, of a character; below, it reads as "?"
LEAST_AGREEMENT = 0.7  # of the whole line; below, it is not this face


@dataclass(frozen=True, slots=True)
class DotLine:
    """A line as read: its text, its agreement with the face (0 to 1), and where it lies.

    `bounds` are left, bottom, right and top in the crop's samples, y down.
    """

    text: str
    agreement: float
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Character:
    """One run of ink: its best character, how well it agrees, and where its five-dot cell begins."""

    text: str
    agreement: float
    cell_left: float


def read_line(ink: NDArray[np.float32], scale: float, from_right: bool = True) -> DotLine | None:
    """The line in a crop (0 paper, 1 ink; `scale` samples per inch).

    `from_right`: the line that ends farthest right counts, else the one that begins farthest left. None when there is
    no line of this face.
    """
    band = _line_band(ink, scale)
    if band is None:
        return None
    top, bottom, runs = band
    runs = _one_line(runs, scale, from_right)
    widest = float(np.percentile([right - left for left, right in runs], 90))
    dot = widest / COLUMNS
    if not 0.6 < dot / ((bottom - top) / ROWS) < 1.9:
        return None
    characters = [_best(ink[top:bottom, left:right], left, dot) for left, right in runs]
    agreement = float(np.mean([c.agreement for c in characters]))
    if agreement < LEAST_AGREEMENT:
        return None
    text = _with_blanks(characters, dot)
    if len(runs) < LEAST_CHARACTERS or text.count("?") > len(runs) // 3:
        return None
    return DotLine(text, agreement, (runs[0][0], bottom, runs[-1][1], top))


def _line_band(ink: NDArray[np.float32], scale: float) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Upper and lower row of the line and the runs of ink along it; None where no line of a fitting height is."""
    inked = (ink > INKED).astype(np.uint8)
    joined = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((max(1, int(0.008 * scale)),) * 2, np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    keep = np.zeros(count, bool)
    tall: list[tuple[int, int]] = []
    for k in range(1, count):
        _, y, wide, high, _ = stats[k]
        if max(wide, high) < SPECK * scale or wide > 0.14 * scale or high > LINE_HEIGHT[1] * scale:
            continue
        keep[k] = True
        if high >= LINE_HEIGHT[0] * scale:
            tall.append((y, y + high))
    if not tall:
        return None
    top, bottom = (round(float(np.median([each[k] for each in tall]))) for k in (0, 1))
    columns = keep[labels[top:bottom]].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for left, right in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and left - runs[-1][1] < DOT_GAP * scale:
            runs[-1] = (runs[-1][0], right)
        else:
            runs.append((left, right))
    return (top, bottom, runs) if runs else None


def _one_line(runs: list[tuple[int, int]], scale: float, from_right: bool) -> list[tuple[int, int]]:
    """The runs that follow one another without a wide blank, from the right end or the left one."""
    ordered = runs[::-1] if from_right else runs
    line = [ordered[0]]
    for run in ordered[1:]:
        blank = line[-1][0] - run[1] if from_right else run[0] - line[-1][1]
        if blank > MOST_BLANK * scale:
            break
        line.append(run)
    return line[::-1] if from_right else line


def _best(crop: NDArray[np.float32], left: int, dot: float) -> _Character:
    """The character of the face that agrees best with one run of ink; `dot` is the face's dot in samples."""
    columns = crop.shape[1] / dot
    found = _Character("?", 0.0, float(left))
    resized: dict[int, NDArray[np.float32]] = {}
    for text, rows in face().items():
        inked = [k for k in range(COLUMNS) if any(row[k] == "#" for row in rows)]
        if not inked:
            continue
        first, wide = inked[0], inked[-1] - inked[0] + 1
        if abs(wide - columns) > 1.1:
            continue
        if wide not in resized:
            size = (wide * CELL, ROWS * CELL)
            resized[wide] = _soft(cv2.resize(crop, size, interpolation=cv2.INTER_AREA))
        shape = np.array([[row[k] == "#" for k in range(first, first + wide)] for row in rows], np.float32)
        # A wrong width costs a little: some characters differ mostly in it.
        agreement = _agreement(resized[wide], _soft(np.kron(shape, np.ones((CELL, CELL))))) - WIDTH_COST * abs(
            wide - columns
        )
        if agreement > found.agreement:
            found = _Character(text, agreement, left - first * dot)
    return found if found.agreement >= SURE else _Character("?", max(found.agreement, 0.0), found.cell_left)


def _soft(patch: NDArray[Any]) -> NDArray[np.float32]:
    """The patch blurred, with paper around it."""
    side = 2 * CELL
    framed = cv2.copyMakeBorder(patch.astype(np.float32), side, side, side, side, cv2.BORDER_CONSTANT, value=0.0)
    return cv2.GaussianBlur(framed, (0, 0), SOFT).astype(np.float32)


def _agreement(seen: NDArray[np.float32], wanted: NDArray[np.float32]) -> float:
    """The correlation of two patches, over the whole cell."""
    a, b = seen - seen.mean(), wanted - wanted.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 0 else 0.0


def _with_blanks(characters: list[_Character], dot: float) -> str:
    """The text, with as many blanks between two characters as their distance tells."""
    lefts = np.array([c.cell_left for c in characters])
    steps = np.diff(lefts)
    if not len(steps):
        return characters[0].text
    usual = np.percentile(steps, 25)
    advance = float(np.median(steps[steps < 1.5 * usual])) if (steps < 1.5 * usual).any() else (COLUMNS + 2) * dot
    text = characters[0].text
    for character, step in zip(characters[1:], steps, strict=True):
        text += " " * max(0, round(step / advance) - 1) + character.text
    return text
