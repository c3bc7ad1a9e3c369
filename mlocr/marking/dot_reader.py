"""Reads one line in the dot-matrix face by comparing each character with the face's own dots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.marking.machine_id import COLUMNS, ROWS, face

CELL = 6  # samples a dot in the comparison
SAME_CHARACTER = 0.0145  # inches: runs of ink nearer than this are one character, two of them lie 0.03 apart
JOINED = 0.012  # the dots of one character are nearer to each other than this
LINE_HEIGHT = (0.045, 0.17)
LEAST_CHARACTERS = 3
SPECK = 0.012
SOFT = 0.5 * CELL  # blur of both sides of the comparison, so that a dot beside its place still counts
MOST_BLANK = 0.42  # inches without ink that end the line: ours
WIDTH_COST = 0.06
RARE_COST = 0.03  # of other than letters and digits: a blurred 0 with its stroke looks much like a #
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
    characters, agreement = _read_between(ink, top, bottom, runs, dot)
    # The rows found are good to a sample or two: the neighbours that agree better are the true ones.
    for _ in range(3):
        tries = [(top + up, bottom + down) for up, down in ((-1, 0), (1, 0), (0, -1), (0, 1))]
        better = [(*_read_between(ink, t, b, runs, dot), t, b) for t, b in tries if 0 <= t < b <= len(ink)]
        best = max(better, key=lambda each: each[1])
        if best[1] <= agreement:
            break
        characters, agreement, top, bottom = best
    if agreement < LEAST_AGREEMENT:
        return None
    text = _with_blanks(characters, dot)
    # Other print that happens to agree here and there gives marks and signs, not words.
    if sum(c.text.isalnum() for c in characters) < max(LEAST_CHARACTERS, 0.6 * len(characters)):
        return None
    return DotLine(text, agreement, (runs[0][0], bottom, runs[-1][1], top))


def _read_between(
    ink: NDArray[np.float32], top: int, bottom: int, runs: list[tuple[int, int]], dot: float
) -> tuple[list[_Character], float]:
    """The characters between two rows, and how well they agree with the face on the whole."""
    characters = [_best(ink[top:bottom, left:right], left, dot) for left, right in runs]
    return characters, float(np.mean([c.agreement for c in characters]))


def _line_band(ink: NDArray[np.float32], scale: float) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Upper and lower row of the line and the runs of ink along it; None where no line of a fitting height is."""
    smooth = cv2.GaussianBlur(ink, (0, 0), max(0.5, 0.004 * scale))
    level = 0.45 * float(np.clip(np.percentile(smooth, 99.5), 0.5, 1.0))
    side = max(1, round(JOINED * scale))
    joined = cv2.morphologyEx((smooth > level).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    keep = np.zeros(count, bool)
    tall: list[tuple[int, int]] = []
    for k in range(1, count):
        _, y, wide, high, area = stats[k]
        if area < (SPECK * scale) ** 2 or wide > 0.14 * scale or high > LINE_HEIGHT[1] * scale:
            continue
        keep[k] = True
        if high >= LINE_HEIGHT[0] * scale:
            tall.append((y, y + high))
    if not tall:
        return None
    top = round(float(np.percentile([each[0] for each in tall], 30)))
    bottom = round(float(np.percentile([each[1] for each in tall], 70)))
    columns = keep[labels[top:bottom]].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for left, right in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and left - runs[-1][1] < SAME_CHARACTER * scale:
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


@cache
def _templates(wide: int) -> tuple[tuple[str, ...], tuple[int, ...], NDArray[np.float32]]:
    """The characters `wide` dots wide, the first inked column of each, and their dots blurred, one normed row each."""
    texts, firsts, patches = [], [], []
    for text, rows in face().items():
        inked = [k for k in range(COLUMNS) if any(row[k] == "#" for row in rows)]
        if inked and inked[-1] - inked[0] + 1 == wide:
            shape = np.array([[row[k] == "#" for k in range(inked[0], inked[-1] + 1)] for row in rows], np.float32)
            texts.append(text)
            firsts.append(inked[0])
            patches.append(_normed(_soft(np.kron(shape, np.ones((CELL, CELL))))))
    return tuple(texts), tuple(firsts), np.array(patches, np.float32)


def _best(crop: NDArray[np.float32], left: int, dot: float) -> _Character:
    """The character of the face that agrees best with one run of ink; `dot` is the face's dot in samples."""
    columns = crop.shape[1] / dot
    found = _Character("?", 0.0, float(left))
    for wide in range(1, COLUMNS + 1):
        texts, firsts, patches = _templates(wide)
        if not texts or abs(wide - columns) > 1.1:
            continue
        seen = _normed(_soft(cv2.resize(crop, (wide * CELL, ROWS * CELL), interpolation=cv2.INTER_AREA)))
        agreements = patches @ seen
        agreements = agreements - RARE_COST * np.array([not text.isalnum() for text in texts])
        k = int(np.argmax(agreements))
        # A wrong width costs a little: some characters differ mostly in it.
        agreement = float(agreements[k]) - WIDTH_COST * abs(wide - columns)
        if agreement > found.agreement:
            found = _Character(texts[k], agreement, left - firsts[k] * dot)
    return found if found.agreement >= SURE else _Character("?", max(found.agreement, 0.0), found.cell_left)


def _soft(patch: NDArray[Any]) -> NDArray[np.float32]:
    """The patch blurred, with paper around it."""
    side = 2 * CELL
    framed = cv2.copyMakeBorder(patch.astype(np.float32), side, side, side, side, cv2.BORDER_CONSTANT, value=0.0)
    return cv2.GaussianBlur(framed, (0, 0), SOFT).astype(np.float32)


def _normed(patch: NDArray[np.float32]) -> NDArray[np.float32]:
    """The patch as one row with mean 0 and length 1, so that a product of two is their correlation."""
    row = patch.ravel() - patch.mean()
    size = float(np.sqrt((row * row).sum()))
    normed: NDArray[np.float32] = (row / size if size > 0 else row).astype(np.float32)
    return normed


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
