"""What a mark measures, and which tolerances it misses (DMM 708 4.2.5, 4.4, 4.5; USPS-B-3200; DMM 202.5)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlocr.mail.code import Symbology
from mlocr.mail.image import LetterFrame
from mlocr.marking import imb, sizes
from mlocr.marking.bar_code import ReadCode
from mlocr.marking.bar_extents import Bars
from mlocr.marking.spray import CLEAR_ZONE_HEIGHT, CLEAR_ZONE_WIDTH, INK_BAND, LEFT_BAR

MOST_SKEW = 5.0  # degrees, DMM 708 4.5.1
MOST_BASELINE_SHIFT = 0.015  # inches, DMM 708 4.5.1
LEAST_CONTRAST = (
    0.30  # print reflectance difference, DMM 708 4.4.2; here from grey values, which are no calibrated meter
)
HALF_INCH_BARS = 11


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark lies on its letter, in inches.

    Left-most and right-most bar from the right edge, lowest and highest ink above the bottom edge; `skew` in degrees
    against that edge.
    """

    left_bar: float
    right_bar: float
    bottom: float
    top: float
    skew: float

    @property
    def in_clear_zone(self) -> bool:
        """Whether this is the lower-right barcode, not one in the address block."""
        return self.bottom < CLEAR_ZONE_HEIGHT and self.left_bar < CLEAR_ZONE_WIDTH + 0.25


def place_on(
    frame: LetterFrame, left: tuple[float, float], right: tuple[float, float], low: float, high: float
) -> Place:
    """The place of a mark.

    Its first and last bar's baseline points lie at these pixels; its ink reaches `low` to `high` inches from there.
    """
    (x0, y0), (x1, y1) = (_inches(frame, point) for point in (left, right))
    return Place(
        frame.width - x0,
        frame.width - x1,
        min(y0, y1) + low,
        max(y0, y1) + high,
        math.degrees(math.atan2(y1 - y0, x1 - x0)),
    )


def measure(
    bars: Bars, code: ReadCode, contrast: float, skew: float, place: Place | None, dpi: float
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The measures by name, and the names of the tolerances missed.

    Inches; `skew` in degrees; `contrast` 0 to 1; positions only where the letter's edges are known. A tolerance counts
    as missed when the bars' middle value, or any single bar by more than the picture can tell, lies outside.
    """
    slack = 0.35 / dpi + 0.001
    measures = {"bar_count": float(len(bars)), "dpi": dpi}
    violations: list[str] = []
    for tolerance, values in _dimensions(bars, code):
        if not len(values):
            continue
        measures[tolerance.name] = float(np.mean(values))
        measures[tolerance.name + "_min"] = float(values.min())
        measures[tolerance.name + "_max"] = float(values.max())
        middle = float(np.median(values))
        each = all(tolerance.holds(float(v), 1.5 * slack) for v in (values.min(), values.max()))
        # How far a picture's blur widens a bar cannot be told from the bar itself.
        blurred = 0.3 / dpi if tolerance in (sizes.WIDTH, sizes.GAP) else 0.25 * slack
        if not (tolerance.holds(middle, blurred) and each):
            violations.append(tolerance.name)
    measures["bars_per_inch"] = 1 / bars.pitch
    shift = float(np.abs(code.bottom.shift[bars.sure]).max(initial=0.0))
    measures["baseline_shift"] = shift
    measures["contrast"] = contrast
    measures["skew"] = place.skew if place else skew
    violations += [
        name
        for name, missed in (
            ("baseline_shift", shift > MOST_BASELINE_SHIFT + slack),
            ("contrast", contrast < LEAST_CONTRAST),
            ("skew", abs(measures["skew"]) > MOST_SKEW + 0.25),
        )
        if missed
    ]
    if place is not None:
        measures |= {
            "left_bar_from_right_edge": place.left_bar,
            "right_bar_from_right_edge": place.right_bar,
            "baseline": place.bottom,
            "top": place.top,
        }
        violations += _place_violations(place, slack)
    return {name: round(float(value), 4) for name, value in measures.items()}, tuple(violations)


def _dimensions(bars: Bars, code: ReadCode) -> Iterator[tuple[sizes.Tolerance, NDArray[np.float64]]]:
    """Each tolerance with the values it holds for: one a bar, one a gap, or one a half inch."""
    sure = bars.sure
    yield sizes.WIDTH, bars.width[sure]
    count = min(HALF_INCH_BARS, len(bars) - 1)
    yield sizes.PITCH, (bars.centre[count:] - bars.centre[:-count]) / count
    gaps = np.diff(bars.centre) - (bars.width[1:] + bars.width[:-1]) / 2
    yield sizes.GAP, gaps[sure[1:] & sure[:-1]]
    height = bars.top - bars.bottom
    high, low = code.top.high, ~code.bottom.high
    if code.symbology is Symbology.POSTNET:
        yield sizes.POSTNET_FULL, height[sure & high]
        yield sizes.POSTNET_HALF, height[sure & ~high]
    else:
        yield sizes.IMB_FULL, height[sure & high & low]
        yield sizes.IMB_ASCENDER, height[sure & high & ~low]
        yield sizes.IMB_DESCENDER, height[sure & ~high & low]
        yield sizes.IMB_TRACKER, height[sure & ~high & ~low]


def _place_violations(place: Place, slack: float) -> list[str]:
    """What is out of place for a barcode in the lower right (DMM 202.5); an address-block barcode has other rules."""
    if not place.in_clear_zone:
        return []
    missed = []
    edge = slack + 0.02  # the letter's edges are found to about a fiftieth of an inch: ours
    if not LEFT_BAR[0] - edge <= place.left_bar <= LEFT_BAR[1] + edge:
        missed.append("left_bar_position")
    if place.bottom < INK_BAND[0] - edge or place.top > INK_BAND[1] + edge:
        missed.append("vertical_position")
    return missed


def wrong_count(symbology: Symbology, count: int) -> bool:
    """Whether no barcode of this symbology has so many bars."""
    return count != imb.BAR_COUNT if symbology is Symbology.IMB else count not in (32, 52, 62)


def _inches(frame: LetterFrame, point: tuple[float, float]) -> tuple[float, float]:
    """A pixel as inches of the letter's frame; the inverse of `LetterFrame.to_picture`."""
    dx, dy = point[0] - frame.origin[0], point[1] - frame.origin[1]
    (a, b), (c, d) = frame.right, frame.up
    scale = a * d - b * c
    return (dx * d - dy * c) / scale, (dy * a - dx * b) / scale
