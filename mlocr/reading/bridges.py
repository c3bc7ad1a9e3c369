"""Print that pales in the middle of a line: glare on a window's film, a worn ribbon, a fold.

The pale part falls below the threshold, what follows it stands alone, and the line would end early: "231 MAINE ST, S"
for "231 MAINE ST, SUITE 535". Two runs on one height are one line where weak strokes stand between them.
All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.segments import TextRow, row_of

GAP = 9.0  # heights of the line: the widest gap
ALIKE = 1.65  # the higher run to the lower
LEVEL = 0.6  # of the lower run's height that both share
WEAK = 0.047  # of full black: weak print
STROKES = 0.1  # weak strokes across each line's height along the gap
COLUMN = (1.2, 1.6)  # heights of the line: between left edges, between lines
MORE = 1.5  # times as many as beside the line, where there are fewer


def bridged(rows: Sequence[TextRow], shade: Grey) -> list[TextRow]:
    """The rows, those that weak print joins put together."""
    left = sorted(rows, key=lambda r: r.box.x0)
    joined: list[TextRow] = []
    weak: Grey | None = None
    for row in left:
        before = [(i, j) for i, j in enumerate(joined) if _on_one_line(j.box, row.box)]
        before = [] if before and _starts_column(row.box, left) else before
        nearest = max(before, key=lambda ij: ij[1].box.x1, default=None)
        if nearest is not None:
            weak = _weak(shade) if weak is None else weak
            if _is_bridged(weak, nearest[1].box, row.box):
                joined[nearest[0]] = row_of([*nearest[1].parts, *row.parts])
                continue
        joined.append(row)
    return joined


def _on_one_line(a: Box, b: Box) -> bool:
    low, high = sorted((a.height, b.height))
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return 2 < b.x0 - a.x1 < GAP * high and high <= ALIKE * low and shared > LEVEL * low


def _starts_column(box: Box, rows: Sequence[TextRow]) -> bool:
    """Whether lines above or below begin where this run does: then it is print beside print, not the end of a line."""
    return any(
        0 <= max(box.y0 - other.y1, other.y0 - box.y1) <= COLUMN[1] * box.height
        and abs(other.x0 - box.x0) <= COLUMN[0] * box.height
        for other in (row.box for row in rows)
    )


def _weak(shade: Grey) -> Grey:
    soft = np.asarray(cv2.GaussianBlur(shade, (3, 3), 0), np.uint8)
    return (soft < 255 * (1 - WEAK)).view(np.uint8)


def _is_bridged(weak: Grey, a: Box, b: Box) -> bool:
    top, foot = min(a.y0, b.y0), max(a.y1, b.y1)
    height, gap = foot - top, weak[:, a.x1 + 1 : b.x0 - 1]
    inside, above, below = (_strokes(gap[max(0, y) : max(0, y + height)]) for y in (top, top - height, foot))
    return inside >= STROKES and inside > MORE * min(above, below)


def _strokes(part: Grey) -> float:
    if part.shape[0] == 0 or part.shape[1] < 2:
        return 0.0
    return int(np.count_nonzero(part[:, 1:] > part[:, :-1])) / int(part.shape[1])
