"""Medians without numpy's overhead: most are of a few numbers or of grey levels, and there are hundreds a letter."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]  # how many pixels have each of the 256 grey levels


def middle(values: Sequence[float] | NDArray[np.float64]) -> float:
    """The median of a few numbers, of which there must be one."""
    ordered = sorted(values.tolist() if isinstance(values, np.ndarray) else values)
    half = len(ordered) // 2
    return float(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def grey_counts(grey: NDArray[np.uint8], where: NDArray[np.uint8] | None = None) -> Counts:
    """The histogram of a grey picture, or of the part of it where `where` is not 0."""
    return np.asarray(cv2.calcHist([grey], [0], where, [256], [0, 256]), np.float64).ravel().astype(np.int64)


def middle_of_counts(counts: Counts) -> float:
    """The median grey level, of which there must be one."""
    upto = np.cumsum(counts)
    total = int(upto[-1])
    low, high = np.searchsorted(upto, ((total - 1) // 2, total // 2), side="right")
    return float(low + high) / 2


def share_of_counts(counts: Counts, share: float) -> float:
    """The grey level that `share` of the pixels do not exceed."""
    upto = np.cumsum(counts)
    return float(np.searchsorted(upto, share * int(upto[-1])))


def spread_of_counts(counts: Counts, centre: float) -> float:
    """The median distance of the grey levels from `centre`."""
    away = np.abs(np.arange(256) - centre)
    order = np.argsort(away, kind="stable")
    upto = np.cumsum(counts[order])
    total = int(upto[-1])
    places = np.searchsorted(upto, ((total - 1) // 2, total // 2), side="right")
    return float(away[order][places].mean())
