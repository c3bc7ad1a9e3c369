"""Bar sizes in whole dots: the nearest that satisfy every tolerance at the head's resolution."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from mlocr.errors import ConfigurationError
from mlocr.mail.code import BarcodeSymbol, DrawnBars, Symbology


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Least, wanted and greatest value of one dimension, in inches; `name` is stable."""

    name: str
    low: float
    wanted: float
    high: float

    def holds(self, value: float, slack: float = 0.0) -> bool:
        """Whether `value` lies within the limits, give or take `slack` (both in inches)."""
        return self.low - slack - 1e-9 <= value <= self.high + slack + 1e-9

    def dots(self, dpi: float) -> list[int]:
        """Every whole number of dots within the limits, nearest to the wanted value first."""
        few, many = math.ceil(self.low * dpi - 1e-9), math.floor(self.high * dpi + 1e-9)
        return sorted(range(max(1, few), many + 1), key=lambda n: (abs(n / dpi - self.wanted), n))


# DMM 708 4.2.5 c and d; the Intelligent Mail barcode has the same width and pitch (USPS-B-3200). That its gap obeys
# the POSTNET limits too is ours.
WIDTH = Tolerance("bar_width", 0.015, 0.020, 0.025)
PITCH = Tolerance("pitch", 0.0416, 1 / 22, 0.05)
GAP = Tolerance("gap", 0.012, 0.0255, 0.040)
# DMM 708 4.2.5 a and b.
POSTNET_FULL = Tolerance("full_bar_height", 0.115, 0.125, 0.135)
POSTNET_HALF = Tolerance("half_bar_height", 0.040, 0.050, 0.060)
# USPS-B-3200; the wanted values are the middles, and agree: tracker + two extensions = full.
IMB_FULL = Tolerance("full_bar_height", 0.125, 0.145, 0.165)
IMB_ASCENDER = Tolerance("ascender_height", 0.082, 0.0965, 0.111)
IMB_DESCENDER = Tolerance("descender_height", 0.082, 0.0965, 0.111)
IMB_TRACKER = Tolerance("tracker_height", 0.039, 0.048, 0.057)


@dataclass(frozen=True, slots=True)
class BarSizes:
    """Bars in whole dots: full height, where a short bar's lower end and upper end lie, bar width and pitch.

    POSTNET: `low` is 0 and `high` the half bar's height. Intelligent Mail: the tracker reaches from `low` to `high`.
    """

    full: int
    low: int
    high: int
    width: int
    pitch: int

    def columns(self, symbol: BarcodeSymbol) -> tuple[int, ...]:
        """The symbol as dot columns, left to right, first and last bar at the ends; bit 0 the lowest dot."""
        columns: list[int] = []
        gap = [0] * (self.pitch - self.width)
        for bar in symbol.bars:
            bottom, top = self._reach(bar)
            columns += [*gap, *[(1 << top) - (1 << bottom)] * self.width]
        return tuple(columns[len(gap) :])

    def drawn(self, symbol: BarcodeSymbol) -> DrawnBars:
        """The same bars as they are drawn, from column 0 and dot 0."""
        kinds = sorted(set(symbol.bars))
        heights = tuple(self._reach(kind) for kind in kinds)
        return DrawnBars(0, self.width, self.pitch, heights, tuple(kinds.index(bar) for bar in symbol.bars))

    def _reach(self, bar: str) -> tuple[int, int]:
        """A bar's lowest dot, and the first above it."""
        return 0 if bar in "10FD" else self.low, self.full if bar in "1FA" else self.high


def sizes_for(symbology: Symbology, dpi: float) -> BarSizes:
    """The bar sizes at `dpi`. Raises ConfigurationError naming the first tolerance that no whole dots satisfy."""
    full, low, high = _postnet_heights(dpi) if symbology is Symbology.POSTNET else _imb_heights(dpi)
    widths, pitches = _some(WIDTH, dpi), _some(PITCH, dpi)
    pairs = [(w, p) for w in widths for p in pitches if GAP.holds((p - w) / dpi)]
    if not pairs:
        raise _impossible(GAP, dpi)
    width, pitch = min(pairs, key=lambda pair: _miss(WIDTH, pair[0], dpi) + _miss(PITCH, pair[1], dpi))
    return BarSizes(full, low, high, width, pitch)


def _postnet_heights(dpi: float) -> tuple[int, int, int]:
    return _some(POSTNET_FULL, dpi)[0], 0, _some(POSTNET_HALF, dpi)[0]


def _imb_heights(dpi: float) -> tuple[int, int, int]:
    """Full height, lower and upper end of the tracker, with the four bands satisfied together."""
    for tolerance in (IMB_FULL, IMB_ASCENDER, IMB_DESCENDER, IMB_TRACKER):
        _some(tolerance, dpi)
    choices = [
        (abs(up - down), miss, full, down, down + tracker)
        for tracker, full in itertools.product(_some(IMB_TRACKER, dpi), _some(IMB_FULL, dpi))
        for down in range(1, full - tracker)
        for up in [full - tracker - down]
        if IMB_ASCENDER.holds((tracker + up) / dpi) and IMB_DESCENDER.holds((tracker + down) / dpi)
        for miss in [
            _miss(IMB_FULL, full, dpi)
            + _miss(IMB_TRACKER, tracker, dpi)
            + _miss(IMB_ASCENDER, tracker + up, dpi)
            + _miss(IMB_DESCENDER, tracker + down, dpi)
        ]
    ]
    if not choices:
        raise _impossible(IMB_TRACKER, dpi)
    _, _, full, low, high = min(choices)
    return full, low, high


def _miss(tolerance: Tolerance, dots: int, dpi: float) -> float:
    """How far from the wanted value, as a share of the band, squared."""
    return ((dots / dpi - tolerance.wanted) / (tolerance.high - tolerance.low)) ** 2


def _some(tolerance: Tolerance, dpi: float) -> list[int]:
    found = tolerance.dots(dpi)
    if not found:
        raise _impossible(tolerance, dpi)
    return found


def _impossible(tolerance: Tolerance, dpi: float) -> ConfigurationError:
    return ConfigurationError(
        f"a head of {dpi:g} dpi cannot print the barcode: {tolerance.name} must be {tolerance.low:g} to "
        f"{tolerance.high:g} in and no whole number of dots is; use a head of another resolution"
    )
