"""Ink told from paper: the local paper level taken out, and a threshold that follows the print around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.reading.middles import grey_counts, middle_of_counts, spread_of_counts

Grey = NDArray[np.uint8]

# Shares of the paper's level, *ours*. Print must stand out of the paper by the first; where darker print stands near,
# by `SHARE` of what that stands out by, so that bold print does not run together and faint print is still seen.
LEAST_CONTRAST = 0.085
FAINT_CONTRAST = 0.045
SHARE = 0.36
NOISE = 5.0  # standard deviations of the paper's grain
NEIGHBOURHOOD = 0.22  # inches


def flatten(grey: Grey, dpi: float) -> Grey:
    """Grey over the local level of the paper, times 255: shade, haze and tinted paper go, print stays."""
    return over_paper(grey, paper_level(grey, dpi))


def over_paper(grey: Grey, level: Grey) -> Grey:
    """Grey over the level of the paper, times 255."""
    wide = np.asarray(cv2.resize(level, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(cv2.divide(grey, np.maximum(wide, 8), scale=255), dtype=np.uint8)


def paper_level(grey: Grey, dpi: float) -> Grey:
    """The local level of the paper at about 50 dpi: print is taken out, edges of windows and patches stay."""
    reach = max(5, round(0.2 * dpi)) | 1
    shrink = max(1, round(dpi / 50))
    small = cv2.resize(grey, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA) if shrink > 1 else grey
    # Closing takes print out, opening then takes bright streaks out; neither moves the edges of windows and patches.
    level = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _square(reach / shrink))
    level = cv2.morphologyEx(level, cv2.MORPH_OPEN, _square(0.6 * reach / shrink))
    return np.asarray(cv2.blur(level, (max(3, round(0.05 * dpi / shrink)) | 1,) * 2), dtype=np.uint8)


def _square(size: float) -> Grey:
    return np.ones((max(3, round(size)) | 1,) * 2, np.uint8)


def print_mask(shade: Grey, dpi: float, faint: bool = False) -> Grey:
    """1 where `shade` (flattened, 255 paper) is print, else 0; `faint` takes half the contrast, with more noise."""
    soft = cv2.GaussianBlur(shade, (3, 3), 0) if faint or dpi > 130 else shade
    dark = np.asarray(255 - np.asarray(soft, dtype=np.uint8), dtype=np.uint8)
    sample = dark[:: max(1, dark.shape[0] // 128), :: max(1, dark.shape[1] // 128)]
    counts = grey_counts(sample)
    paper = middle_of_counts(counts)
    grain = 1.4826 * spread_of_counts(counts, paper)
    least = max(255 * (FAINT_CONTRAST if faint else LEAST_CONTRAST), (0.7 if faint else 1.0) * NOISE * grain)
    limits = paper + np.maximum(least, SHARE * (np.arange(256) - paper))
    limit = cv2.LUT(_darkest_near(dark, dpi), np.clip(np.floor(limits), 0, 255).astype(np.uint8))
    return (dark > limit).view(np.uint8)


def _darkest_near(dark: Grey, dpi: float) -> Grey:
    """The most that print stands out within the neighbourhood."""
    step = max(1, round(0.04 * dpi))
    peaks = cv2.dilate(dark, np.ones((step, step), np.uint8))[step // 2 :: step, step // 2 :: step]
    reach = max(3, round(NEIGHBOURHOOD * dpi / step)) | 1
    wide = cv2.dilate(peaks, np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.resize(wide, (dark.shape[1], dark.shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
