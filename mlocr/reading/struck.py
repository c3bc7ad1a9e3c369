"""A number that a pen struck out: one stroke through the middle of its figures, from end to end.

What is struck out is not the address any more, and figures under a stroke are misread as others (8 as 0, 3 as 8).
A postmark's lines run on past the number. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.orient import bears_number

MIDDLE = (0.22, 0.78)  # of the line's height: bars and serifs of touching figures lie above and below
LENGTH = (1.5, 2.0)  # heights of the line: the least of a stroke, and what is asked of one through a long number
FLAT = 0.7  # heights of the line: what even a slanted stroke fills on one row
SLANTS = (-0.24, -0.18, -0.12, -0.06, 0.0, 0.06, 0.12, 0.18, 0.24)
OVER = 0.8  # heights of the line: so far it may begin before and end behind where its figures are thought to be
DARK = 0.6  # of the line's darkest ink
LEAST = 9  # places at which such a stroke fits: a speck that joins two figures gives fewer
LEAST_HEIGHT = 8  # pixels: of smaller print a bar is no thinner than a stroke


def struck_out(shade: Grey, ink: Grey, lines: Sequence[TextLine]) -> tuple[bool, ...]:
    """For each line of a straight block (255 paper; `ink` 1 where print is) whether a stroke goes through a number.

    The last line's digits are left to the city and the directory.
    """
    return tuple(bears_number(line) and _struck(shade, ink, line) for line in lines)


def _struck(shade: Grey, ink: Grey, line: TextLine) -> bool:
    box = line.box
    if box is None:
        return False
    rows = np.flatnonzero(ink[box.y0 : box.y1, box.x0 : box.x1].any(axis=1))
    if len(rows) == 0 or rows[-1] - rows[0] < LEAST_HEIGHT:
        return False
    top, high = box.y0 + int(rows[0]), int(rows[-1] - rows[0]) + 1
    left = max(0, box.x0 - high)
    place = (slice(top, top + high), slice(left, box.x1 + high))
    dark = np.asarray(255 - shade[place], np.uint8)
    # Between blurred figures that ran together the ink is paler than they are; a pen's is not.
    part = ((dark >= DARK * float(np.percentile(dark[ink[place] > 0], 90))) & (ink[place] > 0)).astype(np.uint8)
    first, last = (round(share * high) for share in MIDDLE)
    flat = np.ones((1, max(3, round(FLAT * high))), np.uint8)
    if not cv2.erode(part[first:last], flat, borderType=cv2.BORDER_CONSTANT, borderValue=0).any():
        return False
    return any(
        _fits(part, round(min(max(LENGTH[0] * high, end - start), LENGTH[1] * high)), high, start - left, end - left)
        for start, end in number_spans(line.text, box)
    )


def number_spans(text: str, box: Box) -> Iterator[tuple[float, float]]:
    """Where the words with digits are thought to begin and end, as if all characters were as wide."""
    at, each = 0, box.width / max(len(text), 1)
    for word in text.split(" "):
        if any(c.isdigit() for c in word):
            yield box.x0 + at * each, box.x0 + (at + len(word)) * each
        at += len(word) + 1


def _fits(part: Grey, length: int, high: int, start: float, end: float) -> bool:
    """Whether a straight stroke of that length lies in the middle of the line and no farther than over the number."""
    first, last = (round(share * high) for share in MIDDLE)
    begin, stop = max(0, round(start - OVER * high)), round(end + OVER * high)
    field = part[:, begin:stop]
    if field.shape[1] < length:
        return False
    for slant in SLANTS:
        fits = cv2.erode(field, _stroke(length, slant), borderType=cv2.BORDER_CONSTANT, borderValue=0)[first:last]
        if int(np.count_nonzero(fits)) >= LEAST:
            return not _runs_on(part, begin, stop, first, last)
    return False


def _runs_on(part: Grey, begin: int, stop: int, first: int, last: int) -> bool:
    """Whether the ink in the middle rows goes on over both ends of the field: a postmark's line, a fold, a rule."""
    band = part[first:last]
    return bool(begin > 0 and stop < part.shape[1] and band[:, begin].any() and band[:, stop - 1].any())


def _stroke(length: int, slant: float) -> Grey:
    drop = abs(round(slant * length))
    kernel = np.zeros((drop + 1, length), np.uint8)
    columns = np.arange(length)
    down = np.rint(columns * drop / max(length - 1, 1)).astype(int)
    kernel[down if slant >= 0 else drop - down, columns] = 1
    return kernel
