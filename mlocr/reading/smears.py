"""Lines of print so smeared, wet or out of focus that no stroke is left: dark bands where an address stands.

They are no print to read, but where they stand in the best place the letter is illegible, and no other address on it
is the delivery address. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlocr.reading.ink import Grey
from mlocr.reading.segments import Ink, TextRow, is_print

LONG = 3.0  # heights
THICK = 0.05  # inches of ink across it, at most places along it; waves of a postmark are thinner
FILLED = (0.58, 0.88)  # of its box; printed bars and patches fill more
ALONG = 0.85  # of its length that bears ink
UNEVEN = (0.1, 0.45)  # how its darkness varies along it, over its mean: a printed bar's does not


def with_smears(rows: Sequence[TextRow], ink: Ink, shade: Grey, dpi: float) -> list[TextRow]:
    """The rows that are print, and those that are smeared print, marked."""
    kept = [row if is_print(ink, row.box) else replace(row, smeared=True) for row in rows]
    return [row for row in kept if not row.smeared or _is_smear(row, ink, shade, dpi)]


def _is_smear(row: TextRow, ink: Ink, shade: Grey, dpi: float) -> bool:
    box = row.box
    if box.width < LONG * box.height:
        return False
    part = ink[box.y0 : box.y1, box.x0 : box.x1]
    across = np.count_nonzero(part, axis=0)
    bears = across > 0
    filled = float(across.sum()) / part.size
    if not FILLED[0] <= filled <= FILLED[1] or bears.mean() < ALONG or across[bears].mean() < THICK * dpi:
        return False
    dark = 255.0 - shade[box.y0 : box.y1, box.x0 : box.x1].mean(axis=0)
    return bool(UNEVEN[0] <= dark.std() / max(dark.mean(), 1.0) <= UNEVEN[1])
