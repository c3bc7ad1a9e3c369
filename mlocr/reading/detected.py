"""Blocks of lines that a trained detector found: the last resort, where plain image work led to no address.

Its boxes take the place of the lines of print; what becomes of them (blocks, places, scores, what a corner is) is
as ever, so it proposes no block that the rules would not have taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import Box, ImageLift, LetterFrame
from mlocr.reading.locate import Candidate, has_face, rank, straightened
from mlocr.reading.page import PAGE_DPI, make_page
from mlocr.reading.segments import LEAST_HEIGHT, join_runs, row_of

APART = 1.2  # heights between two boxes of one line: the detector parts a line only at wide gaps *ours*

FindLines = Callable[[NDArray[np.uint8]], Sequence[Box]]


def detected_candidates(lift: ImageLift, frame: LetterFrame, find: FindLines, count: int) -> list[Candidate]:
    """At most `count` candidates of the lines that `find` sees on the straightened face, best first."""
    if not has_face(frame):
        return []
    page, ink = straightened(lift, frame, make_page(lift, frame), faint=True)
    boxes = [_tightened(box, ink) for box in find(page.shade)]
    return rank(page, [row_of(run) for run in join_runs(boxes, APART)], count)


def _tightened(box: Box, ink: NDArray[np.uint8]) -> Box:
    """A box drawn loosely, drawn in to the height of its ink; as it is where there is too little of that."""
    rows = np.flatnonzero(ink[box.y0 : box.y1, box.x0 : box.x1].any(axis=1))
    if len(rows) < LEAST_HEIGHT * PAGE_DPI:
        return box
    return Box(box.x0, box.y0 + int(rows[0]), box.x1, box.y0 + int(rows[-1]) + 1)
