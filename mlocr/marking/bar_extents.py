"""Bars in a deskewed strip: where each stands, how wide it is, how far it reaches up and down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlocr.marking.bar_rows import Strip

# Limits of the search, in inches, loose on purpose (ours).
PITCH_RANGE = (0.030, 0.075)
MISSING_BAR = 2.4  # in pitches: wider than this is the end of the barcode (its clear zone is 1/8 in)
SMOOTH_UP = 0.010
VOID = 0.016  # ink missing within a bar; other print stays 0.028 in away (DMM 202.5)


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The bars of one row, left to right, inches from the strip's zero, y up.

    `centre`, `width`, `top`, `bottom` are float arrays; `sure` is False for a bar whose ink is missing or merged with
    its neighbour's.
    """

    centre: NDArray[np.float64]
    width: NDArray[np.float64]
    top: NDArray[np.float64]
    bottom: NDArray[np.float64]
    sure: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.centre)

    @property
    def pitch(self) -> float:
        """The mean distance of neighbours."""
        return float((self.centre[-1] - self.centre[0]) / (len(self) - 1))


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """One end of the bars as two parallel lines.

    `high` is True where a bar reaches the upper one; `margin` is 0 (halfway) to 1 (on a line); `gap` is the lines'
    distance in inches; `slope` rises to the right; `low_line` is the lower line at zero; `shift` is each bar's distance
    from its line.
    """

    high: NDArray[np.bool_]
    margin: NDArray[np.float64]
    gap: float
    slope: float
    low_line: float
    shift: NDArray[np.float64]


def find_bars(strip: Strip) -> Bars | None:
    """The bars of the longest regular run in a strip; None when there is none."""
    band = _common_band(strip)
    profile = strip.ink[band].mean(axis=0)
    spots = _spots(profile, strip)
    if len(spots) < 8:
        return None
    chain = _regular_chain(spots)
    if chain is None or len(chain) < 8:
        return None
    centre, width, sure = chain[:, 0], chain[:, 1], chain[:, 2] > 0
    reach = np.median(width[sure]) * 0.3
    ends = np.array([_reach(strip, c, float(reach), band) for c in centre])
    sure &= ends[:, 2] > 0
    return Bars(centre, width, ends[:, 0], ends[:, 1], sure)


def two_levels(x: NDArray[np.float64], y: NDArray[np.float64], sure: NDArray[np.bool_]) -> Levels:
    """Sort the ends `y` (inches) of bars at `x` into two parallel lines, fitted together."""
    slope = 0.0
    low, high = (float(v) for v in np.percentile(y[sure], [15, 85]))
    choice = y > (low + high) / 2
    for _ in range(8):
        flat = y - slope * x
        choice = flat > (low + high) / 2
        used = sure & (np.abs(flat - np.where(choice, high, low)) < 0.03)
        if used.sum() < 6 or choice[used].all() or not choice[used].any():
            break
        design = np.column_stack([x[used], np.ones(used.sum()), choice[used]])
        (slope, low, gap), *_ = np.linalg.lstsq(design, y[used], rcond=None)
        high = low + gap
    flat = y - slope * x
    choice = flat > (low + high) / 2
    gap = max(high - low, 1e-6)
    margin = np.clip(np.abs(flat - (low + high) / 2) / (gap / 2), 0, 1)
    return Levels(choice, margin, gap, float(slope), low, flat - np.where(choice, high, low))


def _common_band(strip: Strip) -> slice:
    """The rows that every bar inks: the tracker of the Intelligent Mail barcode, the half bar of POSTNET."""
    middle = strip.ink[:, int(0.1 * strip.ink.shape[1]) : int(0.9 * strip.ink.shape[1])]
    cover = np.clip(middle, 0, 1).mean(axis=1)
    peak = int(np.argmax(cover))
    level = 0.85 * cover[peak]
    first = last = peak
    while first > 0 and cover[first - 1] >= level:
        first -= 1
    while last + 1 < len(cover) and cover[last + 1] >= level:
        last += 1
    return slice(first, last + 1)


def _spots(profile: NDArray[np.float32], strip: Strip) -> NDArray[np.float64]:
    """Runs of ink along the band: (centre, width, 1) in inches, touching bars already parted (then 0 for the 1)."""
    level = 0.5 * float(np.percentile(profile[profile > 0.3], 80)) if (profile > 0.3).any() else 0.5
    over = profile > level
    edges = np.flatnonzero(np.diff(over.astype(np.int8)))
    if over[0]:
        edges = edges[1:]
    edges = edges[: len(edges) // 2 * 2]
    # Between samples k and k + 1 (their centres) the level is crossed at a fraction of the way.
    step = profile[edges + 1] - profile[edges]
    crossing = (edges + 0.5 + (level - profile[edges]) / step - strip.zero[0]) / strip.scale
    left, right = crossing[0::2].astype(np.float64), crossing[1::2].astype(np.float64)
    if len(left) < 8:
        return np.zeros((0, 3))
    centre, width = (left + right) / 2, right - left
    near = np.diff(centre)
    near = near[(near > PITCH_RANGE[0]) & (near < PITCH_RANGE[1])]
    if len(near) < 6:
        return np.zeros((0, 3))
    pitch, usual = float(np.median(near)), float(np.median(width))
    spots: list[tuple[float, float, float]] = []
    for c, w in zip(centre, width, strict=True):
        count = round((w - usual) / pitch) + 1 if w > usual + 0.6 * pitch else 1
        if w < 0.3 * usual or count > 4:
            continue
        first = c - (count - 1) * pitch / 2
        spots += [(first + k * pitch, w if count == 1 else usual, float(count == 1)) for k in range(count)]
    return np.array(spots)


def _regular_chain(spots: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The longest run at one pitch; a missing bar is put in its place as unsure, a speck between bars dropped."""
    near = np.diff(spots[:, 0])
    near = near[(near > PITCH_RANGE[0]) & (near < PITCH_RANGE[1])]
    if not len(near):
        return None
    pitch = float(np.median(near))
    usual = float(np.median(spots[:, 1]))
    chains: list[list[NDArray[np.float64]]] = [[spots[0]]]
    for spot in spots[1:]:
        chain = chains[-1]
        ratio = (spot[0] - chain[-1][0]) / pitch
        if ratio < 0.6:
            if abs(spot[1] - usual) < abs(chain[-1][1] - usual):
                chain[-1] = spot
        elif ratio < 1.6:
            chain.append(spot)
        elif ratio < MISSING_BAR:
            chain.append(np.array([(spot[0] + chain[-1][0]) / 2, usual, 0.0]))
            chain.append(spot)
        else:
            chains.append([spot])
    return np.array(max(chains, key=len))


def _reach(strip: Strip, centre: float, half: float, band: slice) -> tuple[float, float, float]:
    """How far one bar reaches: (top, bottom, 1) in inches from zero, y up; (.., 0) without ink in the band."""
    first = round(strip.zero[0] + (centre - half) * strip.scale)
    last = max(first + 1, round(strip.zero[0] + (centre + half) * strip.scale))
    column = strip.ink[:, max(0, first) : last].mean(axis=1)
    taps = max(1, int(SMOOTH_UP * strip.scale))
    column = np.convolve(column, np.ones(taps) / taps, mode="same")
    peak = float(column[band].max(initial=0.0))
    start = band.start + int(np.argmax(column[band]))
    level = 0.5 * peak
    void = int(VOID * strip.scale)
    high, low = _end(column, start, -1, level, void), _end(column, start, 1, level, void)
    top = high + 0.5 - _fraction(column, high, high - 1, level)
    bottom = low + 0.5 + _fraction(column, low, low + 1, level)
    zero = strip.zero[1]
    return (zero - top) / strip.scale, (zero - bottom) / strip.scale, float(peak > 0.3)


def _end(column: NDArray[np.float64], start: int, step: int, level: float, void: int) -> int:
    """The last inked sample from `start` on, over voids of at most `void` samples that ink follows."""
    last = place = start
    while 0 <= place + step < len(column) and abs(place + step - last) <= void + 1:
        place += step
        if column[place] >= level:
            last = place
    return last


def _fraction(column: NDArray[np.float64], inside: int, outside: int, level: float) -> float:
    """How far from the inside sample's centre to the outside one's the level is crossed."""
    if not 0 <= outside < len(column):
        return 0.5
    fall = column[inside] - column[outside]
    return float((column[inside] - level) / fall) if fall > 0 else 0.5
