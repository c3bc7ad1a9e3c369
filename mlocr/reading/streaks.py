"""Streaks of the camera: dust on a line camera's glass darkens one row of the whole picture, over whatever passes.

Such a row is told by what no print does: nearly everywhere along it the picture is darker than just above and below, by
the same share. A letter's own rules and folds turn with the letter and end at its edges. All limits are ours.
"""

from __future__ import annotations

import numpy as np

from mlocr.reading.ink import Grey

REACH = 0.02  # inches above and below a row: beyond the streak, within most print
STEP = 7  # every seventh column is enough to know a row by
LIGHT = 40  # grey level: on a darker ground nothing is seen of a streak
LEAST = 0.03  # of the level around, from which a row counts as darker
SHARE = 0.8  # of a row's light places that must be darker by half of what their middle is
WIDE = 0.25  # of the row must be light


def without_streaks(pixels: Grey, dpi: float) -> Grey:
    """The picture with its streaks lightened to what is around; the same array where there is none."""
    reach = max(2, round(REACH * dpi))
    seen = pixels[:, ::STEP].astype(np.float32)
    around = np.full_like(seen, np.inf)
    around[reach:-reach] = np.minimum(seen[: -2 * reach], seen[2 * reach :])
    light = np.isfinite(around) & (around > LIGHT)
    darker = np.where(light, 1.0 - seen / np.where(light, around, 1.0), np.nan)
    clean = pixels
    for row in np.flatnonzero(light.mean(axis=1) >= WIDE).tolist():
        there = darker[row][light[row]]
        depth = float(np.median(there))
        if depth >= LEAST and float(np.mean(there > depth / 2)) >= SHARE:
            clean = pixels.copy() if clean is pixels else clean
            clean[row] = np.clip(pixels[row] / (1.0 - depth), 0, 255).astype(np.uint8)
    return clean
