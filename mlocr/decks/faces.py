"""The typefaces letters are printed in: bundled outlines, and a dot-matrix printer's pins.

`print_lines` gives ink coverage, 0 none to 1 full, and the box of every line in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mlocr.marking.machine_id import face as dot_face

Coverage = NDArray[np.float32]

# Family name to file, by kind of machine that prints it.
MONO = {
    "courier": "CourierPrime.otf",
    "courier bold": "CourierPrime-Bold.otf",
    "mono": "DeckMono-Regular.ttf",
    "console": "DejaVuSansMono.ttf",
    "inconsolata": "Inconsolata.otf",
}
SANS = {
    "sans": "DeckSans-Regular.ttf",
    "sans bold": "DeckSans-Bold.ttf",
    "grotesque": "Roboto-Regular.ttf",
    "grotesque bold": "Roboto-Bold.ttf",
    "condensed": "RobotoCondensed-Regular.ttf",
    "humanist": "DeckHumanist-Regular.ttf",
    "wide": "DejaVuSans.ttf",
}
SERIF = {"serif": "DeckSerif-Regular.ttf", "book": "Caladea-Regular.ttf"}
SCRIPT = {"script": "DancingScript-Regular.otf", "hand": "Breip.ttf"}
FILES = MONO | SANS | SERIF | SCRIPT
DOT_MATRIX = ("dot matrix", "dot matrix plain")
# A zero without its stroke, as many printers have it.
PLAIN_ZERO = (".##..", "#..#.", "#..#.", "#..#.", "#..#.", "#..#.", ".##..")
# Characters the machine's own dot face lacks.
MORE_DOTS = {
    "'": ("..#..", "..#..", ".#...", ".....", ".....", ".....", "....."),
    "!": ("..#..", "..#..", "..#..", "..#..", "..#..", ".....", "..#.."),
    "?": (".###.", "#...#", "....#", "..##.", "..#..", ".....", "..#.."),
}


@dataclass(frozen=True, slots=True)
class Print:
    """Ink coverage (height, width) of one text, and its line boxes x0, y0, x1, y1 in it."""

    ink: Coverage
    lines: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """How text is set: family, point size, line spacing in ems, extra space between characters in points.

    `missing_pin` is the row of a dot-matrix head that no longer prints, -1 for none; `stretch` widens characters.
    """

    family: str
    points: float
    leading: float = 1.2
    tracking: float = 0.0
    align: str = "left"
    missing_pin: int = -1
    stretch: float = 1.0


@cache
def _bytes(file: str) -> bytes:
    return resources.files("mlocr.decks").joinpath("fonts", file).read_bytes()


@cache
def _font(family: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(_bytes(FILES[family])), pixels, layout_engine=ImageFont.Layout.BASIC)


def print_lines(lines: Sequence[str], setting: Setting, dpi: float) -> Print:
    """Set `lines` one below another; empty lines keep their height. Outline faces are drawn at twice `dpi`."""
    if setting.family in DOT_MATRIX:
        return _stretched(_pins(lines, setting, dpi), setting.stretch)
    font = _font(setting.family, round(setting.points / 72 * dpi * 2))
    step = round(setting.points / 72 * dpi * 2 * setting.leading)
    tracking = setting.tracking / 72 * dpi * 2
    widths = [_width(font, text, tracking) for text in lines]
    ascent, descent = font.getmetrics()
    size = (max(8, round(max(widths, default=0)) + 16), step * max(1, len(lines)) + ascent + descent)
    canvas = Image.new("L", (size[0] + size[0] % 2, size[1] + size[1] % 2), 0)
    pen = ImageDraw.Draw(canvas)
    boxes = []
    for number, text in enumerate(lines):
        x = {"left": 4.0, "centre": (size[0] - widths[number]) / 2, "right": size[0] - widths[number] - 4}[
            setting.align
        ]
        y = 4 + number * step
        _write(pen, (x, y), text, font, tracking)
        top = y + ascent - round(0.75 * setting.points / 72 * dpi * 2)
        boxes.append(
            (round(x / 2), round(top / 2), round((x + widths[number]) / 2), round((y + ascent + descent / 2) / 2))
        )
    fine = np.asarray(canvas, dtype=np.float32) / 255
    ink = cv2.resize(fine, (fine.shape[1] // 2, fine.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return _stretched(Print(np.asarray(ink, dtype=np.float32), tuple(boxes)), setting.stretch)


def _stretched(text: Print, by: float) -> Print:
    """The same text wider or narrower."""
    if by == 1.0:
        return text
    ink = cv2.resize(text.ink, None, fx=by, fy=1.0, interpolation=cv2.INTER_LINEAR)
    boxes = tuple((round(x0 * by), y0, round(x1 * by), y1) for x0, y0, x1, y1 in text.lines)
    return Print(np.asarray(ink, dtype=np.float32), boxes)


def _width(font: ImageFont.FreeTypeFont, text: str, tracking: float) -> float:
    return font.getlength(text) + tracking * len(text)


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, font: ImageFont.FreeTypeFont, tracking: float
) -> None:
    if not tracking:
        pen.text(at, text, fill=255, font=font)
        return
    x = at[0]
    for character in text:
        pen.text((x, at[1]), character, fill=255, font=font)
        x += font.getlength(character) + tracking


def _pins(lines: Sequence[str], setting: Setting, dpi: float) -> Print:
    """A dot-matrix printer: seven rows of round dots on a fixed pitch; small letters print as capitals."""
    face = dot_face() | MORE_DOTS
    if setting.family != DOT_MATRIX[0]:
        face["0"] = PLAIN_ZERO
    row = setting.points / 72 * dpi * 0.72 / 7
    column = row * 0.92
    advance = column * 6.2
    step = setting.points / 72 * dpi * setting.leading
    width = round(max((len(t) for t in lines), default=1) * advance + 12)
    fine = np.zeros((round(step * len(lines) + 7 * row + 12) * 4, width * 4), dtype=np.uint8)
    radius = max(1, round(row * 4 * 0.56))
    boxes = []
    for number, text in enumerate(lines):
        top = 6 + number * step
        for at, character in enumerate(text.upper()):
            for y, dots in enumerate(face.get(character, face["-"])):
                for x, dot in enumerate(dots):
                    if dot == "#" and y != setting.missing_pin:
                        centre = (round((6 + at * advance + x * column) * 4), round((top + y * row) * 4))
                        cv2.circle(fine, centre, radius, 255, -1, cv2.LINE_AA)
        boxes.append((6, round(top - row), round(6 + len(text) * advance), round(top + 7 * row)))
    ink = cv2.resize(fine, (width, fine.shape[0] // 4), interpolation=cv2.INTER_AREA)
    return Print(np.asarray(ink / np.float32(255), dtype=np.float32), tuple(boxes))
