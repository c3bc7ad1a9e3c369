"""Print that fades out towards a line's end: glare, a worn ribbon, a dry nozzle.

Where the last figure has half the ink of the line, the next may have so little that no threshold finds it: PO BOX 821
under glare reads as PO BOX 8, and surely. So beside a faded end the columns are summed over the line's height, which
shows ink far weaker than single pixels do. And where the line was found in a very weak print, its end may have been
set between two figures: then as much ink stands beside the number as in it. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.faint import is_flush
from mlocr.reading.ink import Grey
from mlocr.reading.middles import grey_counts, middle_of_counts, spread_of_counts
from mlocr.reading.orient import bears_number, has_zip

FADED = 0.65  # of the line's darkness, at its end
NONE_LEFT = 0.3  # of the line's darkness: from so weak an end nothing more would show
END = 0.55  # of the line's height: the width of the end that is looked at
REACH = 1.2  # of the line's height, beyond the end
HALO = 0.018  # inches that the print's own blur darkens
WIDE = 0.2  # of the line's height: the ink of a figure's stroke, summed over so many columns
GRAIN = 5.0  # times the unevenness of such sums on paper
LEAST = 0.006  # of full black, as such a sum's mean
BESIDE = (0.1, 1.6)  # of the line's height, from its end: where a figure stood, or a unit behind a space
AS_MUCH = 0.45  # of the line's mean ink
TALL = 0.6  # of what stands beside the line: so much above or below it is an edge or a picture
UNIT = 2  # letters: a last word so short may be a unit or a directional


def fades_out(shade: Grey, ink: Grey, lines: Sequence[TextLine]) -> tuple[bool, ...]:
    """For each line of a straight block (255 paper; `ink` 1 where print is) whether a figure may be lost at an end."""
    dark = np.asarray(255 - np.asarray(cv2.GaussianBlur(shade, (3, 3), 0), np.uint8), np.uint8)
    lefts = [line.box.x0 for line in lines if line.box is not None]
    return tuple(
        line.box is not None and (_fades(dark, ink, line, line.box, lefts) or _is_cut(dark, line, line.box, lefts))
        for line in lines
    )


def _fades(dark: Grey, ink: Grey, line: TextLine, box: Box, lefts: Sequence[int]) -> bool:
    words = line.text.split()
    rows = np.flatnonzero(ink[box.y0 : box.y1, box.x0 : box.x1].any(axis=1))
    if not words or len(rows) < 4:
        return False
    top, foot = box.y0 + int(rows[0]), box.y0 + int(rows[-1]) + 1
    band, own = dark[top:foot], ink[top:foot, box.x0 : box.x1]
    columns = np.flatnonzero(own.any(axis=0)) + box.x0
    black = float(np.percentile(band[:, box.x0 : box.x1][own > 0], 75))
    high, start, end = foot - top, int(columns[0]), int(columns[-1]) + 1
    last = words[-1]
    if (len(last) <= UNIT or any(c.isdigit() for c in last)) and not has_zip(line.text):
        level = _level(band[:, max(start, end - round(END * high)) : end], black)
        if level < FADED and (level < NONE_LEFT or _inked(band[:, end:], dark, ink, high)):
            return True
    if not words[0][:1].isdigit() or is_flush(box, lefts, high):
        return False
    level = _level(band[:, start : min(end, start + round(END * high))], black)
    return level < FADED and _inked(band[:, :start][:, ::-1], dark, ink, high)


def _is_cut(dark: Grey, line: TextLine, box: Box, lefts: Sequence[int]) -> bool:
    """Whether ink like its own stands right beside a line with numbers: before a first figure, or after its end."""
    words, high = line.text.split(), box.height
    if not words or high < 4:
        return False
    before = words[0][:1].isdigit() and not is_flush(box, lefts, high)
    after = bears_number(line)
    if not before and not after:
        return False
    reach = slice(max(0, box.x0 - high), box.x1 + high)
    band = dark[box.y0 : box.y1, reach].astype(np.float32)
    paper = float(np.median(band))
    least = AS_MUCH * (float(dark[box.y0 : box.y1, box.x0 : box.x1].mean()) - paper)
    near, far = (round(share * high) for share in BESIDE)
    sides = [slice(max(0, box.x0 - far), box.x0 - near)] * before + [slice(box.x1 + near, box.x1 + far)] * after
    return any(_holds(dark, box, side, paper, least) for side in sides)


def _holds(dark: Grey, box: Box, side: slice, paper: float, least: float) -> bool:
    """Whether so much ink stands at `side` of a line, and not as much above and below it."""
    wide = max(2, round(WIDE * box.height))
    half = box.height // 2
    if side.stop - side.start < wide or side.stop > dark.shape[1]:
        return False
    sums = _running(dark[box.y0 : box.y1, side], wide) - paper
    at = int(sums.argmax())
    if sums[at] < max(least, 255 * LEAST):
        return False
    columns = slice(side.start + at, side.start + at + wide)
    around = [dark[max(0, box.y0 - half) : box.y0, columns], dark[box.y1 : box.y1 + half, columns]]
    return all(part.size == 0 or float(part.mean()) - paper < TALL * sums[at] for part in around)


def _running(part: Grey, wide: int) -> NDArray[np.float64]:
    return np.asarray(np.convolve(part.mean(axis=0), np.ones(wide) / wide, mode="valid"), np.float64)


def _level(part: Grey, black: float) -> float:
    """How dark the strokes of a part are, as a share of the line's."""
    return float(np.percentile(part, 92)) / max(black, 1.0)


def _inked(beyond: Grey, dark: Grey, ink: Grey, high: int) -> bool:
    """Whether the columns beyond an end hold ink, summed over the line's height."""
    halo = max(2, round(0.1 * high))
    part = beyond[:, halo : round(REACH * high)].mean(axis=0)
    wide = max(2, round(WIDE * high))
    if len(part) < wide:
        return False
    counts = grey_counts(dark, 1 - ink)
    paper = middle_of_counts(counts)
    grain = 1.4826 * spread_of_counts(counts, paper)
    sums: NDArray[np.float64] = np.convolve(part, np.ones(wide) / wide, mode="valid")
    return bool(sums.max() > paper + max(255 * LEAST, GRAIN * grain / np.sqrt(high * wide / 4)))
