"""Barcodes as seen from afar: many bars at one pitch."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# POSTNET has 22 +/- 2 bars an inch (DMM 708 4.2.5), the Intelligent Mail barcode 20 to 24: pitch 0.0385 to 0.055 in.
PITCH = (0.036, 0.058)
MEAN_PITCH = 0.0455  # POSTNET at 22 bars an inch
# So many bars that fill so much of a strip never stand in text; five digits of POSTNET have 32. *ours*
SURE = ((20, 0.7), (16, 0.9))


def is_barcode(strip: NDArray[np.uint8], dpi: float) -> bool:
    """Whether a strip cut close round a line of print is a barcode; glare may part it."""
    if strip.shape[1] < (SURE[1][0] - 1) * PITCH[0] * dpi:
        return False
    return any(_is_sure(runs, MEAN_PITCH * dpi / strip.shape[1]) for runs in bar_runs(strip, dpi))


def _is_sure(runs: list[int], share: float) -> bool:
    """Whether regular runs are a barcode's: one is long, and all of them or, where it is shorter, it alone fill it."""
    (many, filled), (fewer, full) = SURE
    longest = max(runs)
    return (longest >= many and sum(runs) * share >= filled) or (longest >= fewer and longest * share >= full)


def bar_runs(strip: NDArray[np.uint8], dpi: float) -> list[list[int]]:
    """Bars in each regular run of a strip (255 paper, less is darker) cut close round it, for each band that has one.

    Looks at three bands, for POSTNET's common part is its foot and the Intelligent Mail barcode's its middle.
    """
    height = strip.shape[0]
    if height < 4 or strip.shape[1] < 20:
        return []
    bands = ((0.62, 0.95), (0.38, 0.62), (0.05, 0.38))
    found = (_regular(strip[int(a * height) : max(int(b * height), int(a * height) + 1)], dpi) for a, b in bands)
    return [runs for runs in found if runs]


def _regular(band: NDArray[np.uint8], dpi: float) -> list[int]:
    profile = 255.0 - np.asarray(cv2.reduce(band, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F), np.float64)[0]
    size = max(3, round(0.06 * dpi))
    kernel = np.ones(size) / size
    wave = profile - np.convolve(profile, kernel, mode="same")
    high = np.partition(profile, -max(1, len(profile) // 10))[-max(1, len(profile) // 10)]
    if high < 25:
        return []
    smooth = np.convolve(wave, [0.25, 0.5, 0.25], mode="same")
    peaks = np.flatnonzero((smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > 0.12 * high))
    if len(peaks) < 8:
        return []
    left, mid, right = smooth[peaks], smooth[peaks + 1], smooth[peaks + 2]
    centres = peaks + 1 + 0.5 * (left - right) / np.minimum(left - 2 * mid + right, -1e-6)
    return _runs(np.diff(centres) / dpi)


def _runs(gaps: NDArray[np.float64]) -> list[int]:
    """Bars of the runs of gaps within the pitch limits that are all near their mean."""
    found = []
    outside = np.flatnonzero((gaps <= PITCH[0] * 0.8) | (gaps >= PITCH[1] * 1.2))
    edges = np.concatenate([[-1], outside, [len(gaps)]])
    lengths = np.diff(edges) - 1
    for i in np.flatnonzero(lengths > 7).tolist():
        run = gaps[edges[i] + 1 : edges[i + 1]]
        if PITCH[0] < run.mean() < PITCH[1] and run.std() < 0.13 * run.mean():
            found.append(len(run) + 1)
    return found
