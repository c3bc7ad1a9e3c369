"""Paper whiter than the paper beside a number: correction fluid, a scraped or a masked figure.

What was whited is lost without ink, and the shorter number reads as surely as the whole one. Shade is cut off at the
paper's level, so whiter paper shows as paper without grain. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.orient import has_zip

WHITE = 254
GRAINY = 0.35  # of the paper that may be white: with more of it there is no grain to tell by
BARE = 0.95  # of a column of the patch that is
WIDE = 0.45  # of the line's height: the narrowest patch
NEAR = 0.5  # of the line's height, from the number to the patch
REACH = 1.2  # of the line's height
AROUND = 0.5  # of what lies above or below the patch: a label or a white page goes on there


def whited_out(shade: Grey, lines: Sequence[TextLine]) -> tuple[bool, ...]:
    """For each line of a straight block (255 paper) whether a patch of white stands beside a number at its end."""
    if not any(_ends_in_numbers(line) != (False, False) for line in lines):
        return (False,) * len(lines)
    sample = shade[::3, ::3]
    if float(np.mean(sample >= WHITE)) > GRAINY:
        return (False,) * len(lines)
    white: NDArray[np.uint8] = (np.asarray(cv2.blur(shade, (3, 1)), np.uint8) >= WHITE).view(np.uint8)
    return tuple(line.box is not None and _beside(white, line.box, *_ends_in_numbers(line)) for line in lines)


def _ends_in_numbers(line: TextLine) -> tuple[bool, bool]:
    """Whether a line begins with a digit; whether it ends in a number that is no ZIP Code's."""
    words = line.text.split()
    if not words:
        return False, False
    return words[0][:1].isdigit(), any(c.isdigit() for c in words[-1]) and not has_zip(line.text)


def _beside(white: Grey, box: Box, before: bool, after: bool) -> bool:
    reach = round(REACH * box.height)
    if after and _patch(white[:, box.x1 : box.x1 + reach], box):
        return True
    return before and _patch(white[:, max(0, box.x0 - reach) : box.x0][:, ::-1], box)


def _patch(side: Grey, box: Box) -> bool:
    """Whether a patch begins near the line, the columns of `side` counted from it, and is no higher than a line."""
    high, half = box.height, box.height // 2
    inner = slice(box.y0 + high // 5, box.y1 - high // 5)
    bare = side[inner].mean(axis=0) >= BARE if side.shape[1] else np.zeros(0, bool)
    starts = np.flatnonzero(bare[: round(NEAR * high)])
    if not len(starts):
        return False
    rest = np.flatnonzero(~bare[starts[0] :])
    stop = int(starts[0]) + (int(rest[0]) if len(rest) else len(bare) - int(starts[0]))
    if stop - starts[0] < WIDE * high or stop == len(bare):
        return False
    columns = slice(int(starts[0]), stop)
    around = (side[max(0, box.y0 - half) : max(0, box.y0 - 2), columns], side[box.y1 + 2 : box.y1 + half, columns])
    return all(part.size == 0 or float(part.mean()) < AROUND for part in around)
