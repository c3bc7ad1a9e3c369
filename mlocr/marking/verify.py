"""Finds, decodes and measures the marks on a picture of a letter, and reads their identifier line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mlocr.mail.code import Symbology
from mlocr.mail.image import Box, ImageLift, LetterFrame
from mlocr.marking import edges
from mlocr.marking.bar_code import ReadCode, read_code
from mlocr.marking.bar_extents import Bars, find_bars, two_levels
from mlocr.marking.bar_rows import BarRow, Strip, cut_strip, find_rows
from mlocr.marking.dot_reader import read_line
from mlocr.marking.measures import Place, measure, place_on, wrong_count

HALF_HEIGHT = 0.17
SIDE = 0.3
LEAST_PICTURE = 0.1  # inches: nothing smaller holds a bar
TEXT_REACH = 5.0  # how far left of the bars the identifier line may begin: ours
TEXT_NEAREST = 0.10
TEXT_BAND = (-0.08, 0.19)
MARGIN_PLACE = (0.22, 0.75, 0.65, 0.2)  # centre x and y, half length, half height of the left margin's strip
REGULAR = 0.12  # neighbours' distances scatter by less than this share of the pitch in a barcode: ours


@dataclass(frozen=True, slots=True)
class FoundMark:
    """One barcode found. `digits` are empty unless `check_ok`; `bars` are as read; `box` is in the picture's pixels.

    POSTNET: `digits` are those encoded without the correction digit, and `routing` is the same. Intelligent Mail:
    `digits` are tracking and routing together. `text` is the identifier line, empty where none is read.
    """

    symbology: Symbology
    digits: str
    tracking: str
    routing: str
    check_ok: bool
    bars: str
    text: str
    box: Box
    in_clear_zone: bool
    measures: Mapping[str, float]
    violations: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Sighting:
    """A row refined: upright, deskewed, with its bars and what they say."""

    row: BarRow
    strip: Strip
    bars: Bars
    code: ReadCode


def find_marks(lift: ImageLift, frame: LetterFrame | None = None) -> tuple[FoundMark, ...]:
    """Every mark on the picture, the clear zone's first. `frame` gives the letter's edges, else they are searched.

    Marks up to ten degrees askew and pieces lying upside down are read. A row that looks like a barcode but that its
    own check does not confirm is given with `check_ok` False and without digits.
    """
    if min(lift.pixels.shape) < LEAST_PICTURE * lift.dpi:
        return ()
    frame = frame or edges.find_edges(lift.pixels, lift.dpi)
    found: list[FoundMark] = []
    for row in find_rows(lift.pixels, lift.dpi):
        if any(_inside(row.middle, mark.box) for mark in found):
            continue
        sighting = _look_closely(lift, row)
        if sighting is not None:
            found.append(_described(lift, sighting, frame))
    found.sort(key=lambda mark: (not mark.check_ok, not mark.in_clear_zone, mark.box.y0))
    return tuple(found)


def _look_closely(lift: ImageLift, row: BarRow) -> _Sighting | None:
    """The row cut again with the skew its own bars tell, turned upright; None when it is no barcode."""
    sighting = None
    for _ in range(3):
        reach = row.length / 2 + SIDE
        strip = cut_strip(lift.pixels, lift.dpi, row, (reach, reach), HALF_HEIGHT)
        bars = find_bars(strip)
        if bars is None or not _regular(bars):
            return sighting
        code = read_code(bars)
        if (
            code is not None
            and not code.upside_down
            and (sighting is None or not sighting.code.check_ok or code.check_ok)
        ):
            sighting = _Sighting(row, strip, bars, code)
        row = _refined(row, bars, lift.dpi, code is not None and code.upside_down)
    return sighting


def _refined(row: BarRow, bars: Bars, dpi: float, upside_down: bool) -> BarRow:
    """The row with its middle between its end bars, its skew as the bars' ends tell, the right way up."""
    x = float(bars.centre[0] + bars.centre[-1]) / 2
    y = float(np.median(bars.top) + np.median(bars.bottom)) / 2
    slope = sum(two_levels(bars.centre, ends, bars.sure).slope for ends in (bars.top, bars.bottom)) / 2
    return BarRow(
        _pixel(row, dpi, x, y),
        max(row.length, float(bars.centre[-1] - bars.centre[0])),
        row.skew + math.atan(slope) + (math.pi if upside_down else 0.0),
    )


def _described(lift: ImageLift, sighting: _Sighting, frame: LetterFrame | None) -> FoundMark:
    row, bars, code = sighting.row, sighting.bars, sighting.code
    left, right = (float(v) for v in (bars.centre[0] - bars.width[0] / 2, bars.centre[-1] + bars.width[-1] / 2))
    low, high = float(bars.bottom.min()), float(bars.top.max())
    skew = (math.degrees(row.skew) + 90) % 180 - 90
    place = None
    if frame is not None:
        upright = math.cos(row.skew) * frame.right[0] - math.sin(row.skew) * frame.right[1] > 0
        frame = frame if upright else edges.turned(frame)
        line = code.bottom.low_line
        ends = (_pixel(row, lift.dpi, left, line), _pixel(row, lift.dpi, right, line))
        middle_low, middle_high = (float(v) for v in (np.median(bars.bottom), np.median(bars.top[code.top.high])))
        place = place_on(frame, *ends, min(0.0, middle_low - line), middle_high - line)
    measures, violations = measure(bars, code, sighting.strip.contrast / 255, skew, place, lift.dpi)
    if wrong_count(code.symbology, len(bars)):
        violations += ("bar_count",)
    if code.mended:
        measures["mended_bars"] = float(code.mended)
    corners = [_pixel(row, lift.dpi, x, y) for x in (left, right) for y in (low, high)]
    return FoundMark(
        code.symbology,
        code.digits,
        code.tracking,
        code.routing,
        code.check_ok,
        code.bars,
        _identifier_line(lift, sighting, frame, place),
        _box(corners, lift),
        place.in_clear_zone if place else False,
        measures,
        violations,
    )


def _identifier_line(lift: ImageLift, sighting: _Sighting, frame: LetterFrame | None, place: Place | None) -> str:
    """The dot-matrix line left of the bars on their band, else the one that reads upward in the left margin."""
    row, bars = sighting.row, sighting.bars
    reach = float(-bars.centre[0]) + TEXT_REACH
    if place is not None and frame is not None:
        reach = min(reach, float(-bars.centre[0]) + frame.width - place.left_bar - 0.03)
    strip = cut_strip(lift.pixels, lift.dpi, row, (reach, 0.0), 0.3)
    end = int((reach + float(bars.centre[0]) - TEXT_NEAREST) * strip.scale)
    base = strip.zero[1] - sighting.code.bottom.low_line * strip.scale
    first, last = (max(0, int(base - up * strip.scale)) for up in TEXT_BAND[::-1])
    if end > 0.1 * strip.scale:
        line = read_line(strip.ink[first:last, :end], strip.scale)
        if line is not None:
            return line.text
    if place is None or frame is None or not place.in_clear_zone:
        return ""
    x, y, half_length, half_height = MARGIN_PLACE
    # Reading upward is a quarter turn counter-clockwise from the letter's own direction.
    skew = math.atan2(-frame.right[1], frame.right[0]) + math.pi / 2
    margin = BarRow(frame.to_picture(x, y), 2 * half_length, skew)
    strip = cut_strip(lift.pixels, lift.dpi, margin, (half_length, half_length), half_height)
    line = read_line(strip.ink, strip.scale, from_right=False)
    return line.text if line is not None else ""


def _regular(bars: Bars) -> bool:
    """Whether the bars follow one another as evenly as only a barcode's do."""
    steps = np.diff(bars.centre)
    return float(np.percentile(np.abs(steps - np.median(steps)), 80)) < REGULAR * float(np.median(steps))


def _pixel(row: BarRow, dpi: float, x: float, y: float) -> tuple[float, float]:
    """A place in a row's own inches (y up) as a pixel of the picture."""
    cos, sin = math.cos(row.skew) * dpi, math.sin(row.skew) * dpi
    return row.middle[0] + x * cos - y * sin, row.middle[1] - x * sin - y * cos


def _box(corners: list[tuple[float, float]], lift: ImageLift) -> Box:
    height, width = lift.pixels.shape
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return Box(
        max(0, math.floor(min(xs))),
        max(0, math.floor(min(ys))),
        min(width, math.ceil(max(xs))),
        min(height, math.ceil(max(ys))),
    )


def _inside(point: tuple[float, float], box: Box) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1
