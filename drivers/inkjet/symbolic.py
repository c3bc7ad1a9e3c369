"""Symbolic jobs: a mark as what to draw, bars and text, instead of its columns (docs/wire-protocol.md section 6).

Everything is whole numbers, so that both ends draw the same dots; the commit's CRC is over the columns drawn.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from drivers.inkjet.face import CELLS, COLUMNS, GLYPHS, ROWS
from drivers.inkjet.messages import BarHeight, BarsPart, Part, TextPart, pack, unpack_head
from mlocr.mail.code import DrawnBars, DrawnText

LONGEST = 255  # bytes of a symbolic job
MOST_PARTS = 4
MOST_KINDS = 4
LEAST_PER_INCH = 1000
GREATEST_HEIGHT = 1_000_000
Glyphs = Mapping[int, tuple[int, ...]]


# --- the host's side -------------------------------------------------------------------------------------------------


def describe(parts: Sequence[DrawnBars | DrawnText]) -> bytes | None:
    """The mark's parts as a symbolic job; None where they have no place in one."""
    if not 0 < len(parts) <= MOST_PARTS:
        return None
    try:
        data = b"".join(_bars(part) if isinstance(part, DrawnBars) else _text(part) for part in parts)
    except (ValueError, OverflowError):
        return None
    return data if len(data) <= LONGEST else None


def _bars(part: DrawnBars) -> bytes:
    if not part.bars or not 0 < len(part.heights) <= MOST_KINDS:
        raise ValueError("bars of none or too many kinds")
    head = _packed(BarsPart(Part.BARS, part.left, part.pitch, part.width, len(part.heights), len(part.bars)))
    states = bytearray((len(part.bars) + 3) // 4)
    for place, kind in enumerate(part.bars):
        states[place // 4] |= kind << place % 4 * 2
    return head + b"".join(_packed(BarHeight(*height)) for height in part.heights) + states


def _text(part: DrawnText) -> bytes:
    text = part.text.encode("ascii")
    size = (round(part.per_inch * 1000), round(part.height * 1_000_000))
    return _packed(TextPart(Part.TEXT, part.left, part.bottom, *size, int(part.upward), len(text))) + text


def _packed(message: tuple[object, ...]) -> bytes:
    try:
        return pack(message)
    except struct.error as error:
        raise ValueError("a figure too large for its field") from error


# --- both sides ------------------------------------------------------------------------------------------------------


def draw(data: bytes, columns: int, dots: int, dpi: int, glyphs: Glyphs = GLYPHS) -> tuple[int, ...] | None:
    """The columns in firing order that these parts draw; `dpi` in thousandths.

    None where a part is cut short, unknown or out of bounds, or a dot falls outside the columns or the head.
    """
    if not 0 < len(data) <= LONGEST:
        return None
    canvas = _Canvas(columns, dots, dpi, glyphs)
    at = parts = 0
    while at < len(data):
        parts += 1
        end = canvas.bars(data, at) if data[at] == Part.BARS else canvas.text(data, at)
        if end is None or parts > MOST_PARTS:
            return None
        at = end
    return tuple(canvas.columns)


class _Canvas:
    """Columns in firing order: the rightmost of the mark as it is read comes first."""

    def __init__(self, columns: int, dots: int, dpi: int, glyphs: Glyphs) -> None:
        self.columns = [0] * columns
        self._dots = dots
        self._dpi = dpi
        self._glyphs = glyphs

    def bars(self, data: bytes, at: int) -> int | None:
        """Draw one part of bars; the place behind it."""
        found = unpack_head(BarsPart, data, at)
        if found is None:
            return None
        part, at = found
        if not (0 < part.kinds <= MOST_KINDS and part.bars and part.width <= part.pitch):
            return None
        heights: list[BarHeight] = []
        for _ in range(part.kinds):
            height = unpack_head(BarHeight, data, at)
            if height is None:
                return None
            heights.append(height[0])
            at = height[1]
        end = at + (part.bars + 3) // 4
        if end > len(data):
            return None
        for place in range(part.bars):
            kind = data[at + place // 4] >> place % 4 * 2 & 3
            left = part.left + place * part.pitch
            if kind >= part.kinds or not self._fill(left, left + part.width, *heights[kind]):
                return None
        return end

    def text(self, data: bytes, at: int) -> int | None:
        """Draw one part of text; the place behind it."""
        found = unpack_head(TextPart, data, at)
        if found is None:
            return None
        part, at = found
        end = at + part.length
        fits = part.per_inch >= LEAST_PER_INCH and part.height <= GREATEST_HEIGHT and part.upward <= 1
        if part.kind != Part.TEXT or not fits or not part.length or end > len(data):
            return None
        for place, character in enumerate(data[at:end]):
            rows = self._glyphs.get(character)
            if rows is None or not self._glyph(part, place * CELLS, rows):
                return None
        return end

    def _glyph(self, part: TextPart, cell: int, rows: tuple[int, ...]) -> bool:
        for row, dots in enumerate(rows):
            low, high = _reach(ROWS - 1 - row, self._dpi * part.height, ROWS * 1_000_000_000)
            for column in range(COLUMNS):
                if dots >> (COLUMNS - 1 - column) & 1:
                    left, right = _reach(cell + column, self._dpi, CELLS * part.per_inch)
                    if part.upward:
                        box = (part.left - high + 1, part.left - low + 1, part.bottom + left, part.bottom + right)
                    else:
                        box = (part.left + left, part.left + right, part.bottom + low, part.bottom + high)
                    if not self._fill(*box):
                        return False
        return True

    def _fill(self, left: int, right: int, low: int, high: int) -> bool:
        if not (0 <= left <= right <= len(self.columns) and 0 <= low <= high <= self._dots):
            return False
        dots = (1 << high) - (1 << low)
        for column in range(left, right):
            self.columns[-1 - column] |= dots
        return True


def _reach(number: int, numerator: int, denominator: int) -> tuple[int, int]:
    """From where to where a dot of the face reaches, in head dots: the nearest, halves upward.

    Dots touch, unless there are four head dots or more: then one stays blank.
    """
    first = (2 * number * numerator + denominator) // (2 * denominator)
    after = (2 * (number + 1) * numerator + denominator) // (2 * denominator)
    return first, after - (after - first >= 4)
