"""Small pictures of letters for tests of reading: print on paper on a dark belt, with the truth beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mlocr.mail.image import ImageLift

ADDRESS = ("JANE Q PUBLIC", "1234 MAPLE AVE APT 5", "SPRINGFIELD IL 62704-1234")
RETURN = ("ACME WIDGETS INC", "99 HIGH ST", "BOSTON MA 02110-4455")


@dataclass(frozen=True)
class Print:
    """Lines of text at inches from the letter's left and bottom edge (upper left corner of the first line)."""

    lines: Sequence[str]
    x: float
    y: float
    points: float = 11
    ink: int = 30
    leading: float = 1.3
    font: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter: inches, prints, dark or light patches (x, y, width, height, grey), turn and belt."""

    width: float = 9.5
    height: float = 4.125
    dpi: float = 200
    paper: int = 225
    belt: int = 35
    margin: float = 0.35
    skew: float = 0.0
    rotation: int = 0
    noise: float = 4.0
    blur: float = 0.5
    prints: Sequence[Print] = ()
    patches: Sequence[tuple[float, float, float, float, int]] = ()
    bars: Sequence[tuple[float, float, str]] = field(default=())
    seed: int = 1


def address(lines: Sequence[str] = ADDRESS, x: float = 4.2, y: float = 2.0, **more: float) -> Print:
    """The delivery address where most letters bear it."""
    return Print(lines, x, y, **more)  # type: ignore[arg-type]


def return_address(**more: float) -> Print:
    """A return address in its corner."""
    return Print(RETURN, 0.4, 3.85, **{"points": 9, **more})  # type: ignore[arg-type]


def draw(letter: Letter) -> ImageLift:
    """The picture of a letter; `corners` gives its true corners."""
    over = 2
    dpi = letter.dpi * over
    size = (round(letter.width * dpi), round(letter.height * dpi))
    face = Image.new("L", size, letter.paper)
    pen = ImageDraw.Draw(face)
    for x, y, w, h, grey in letter.patches:
        top = (letter.height - y - h) * dpi
        pen.rectangle((x * dpi, top, (x + w) * dpi, top + h * dpi), fill=grey)
    for block in letter.prints:
        pixels = block.points / 72 * dpi
        font = ImageFont.truetype(block.font, pixels) if block.font else ImageFont.load_default(pixels)
        for i, line in enumerate(block.lines):
            y = (letter.height - block.y) * dpi + i * pixels * block.leading
            pen.text((block.x * dpi, y), line, fill=block.ink, font=font)
    for x, y, bars in letter.bars:
        for i, bar in enumerate(bars):
            left = (x + i * 0.0455) * dpi
            tall = 0.125 if bar == "1" else 0.05
            bottom = (letter.height - y) * dpi
            pen.rectangle((left, bottom - tall * dpi, left + 0.02 * dpi, bottom), fill=30)
    return _on_belt(letter, np.asarray(face), over)


def smeared(lift: ImageLift, x: float = 4.5, y: float = 2.3, width: float = 2.6, height: float = 0.95) -> ImageLift:
    """The picture with a part of it smeared until no stroke is left; inches from its left and upper edge."""
    pixels = lift.pixels.copy()
    part = tuple(slice(round(a * lift.dpi), round(b * lift.dpi)) for a, b in ((y, y + height), (x, x + width)))
    pixels[part] = cv2.GaussianBlur(pixels[part], (0, 0), sigmaX=0.045 * lift.dpi, sigmaY=0.018 * lift.dpi)
    return ImageLift(pixels, lift.dpi, lift.source)


def corners(letter: Letter) -> NDArray[np.float64]:
    """True corners in the picture: lower left, lower right, upper right, upper left as they lie there."""
    matrix = _placing(letter, 1.0)
    w, h = letter.width * letter.dpi - 0.5, letter.height * letter.dpi - 0.5
    points = np.array([(-0.5, h, 1), (w, h, 1), (w, -0.5, 1), (-0.5, -0.5, 1)])
    return np.asarray(points @ matrix.T)


def _picture_size(letter: Letter) -> tuple[int, int]:
    turn = math.radians(abs(letter.skew))
    across = letter.width * math.cos(turn) + letter.height * math.sin(turn)
    down = letter.height * math.cos(turn) + letter.width * math.sin(turn)
    return round((across + 2 * letter.margin) * letter.dpi), round((down + 2 * letter.margin) * letter.dpi)


def _placing(letter: Letter, over: float) -> NDArray[np.float64]:
    """From the face's pixels (at `over` times the dpi) to the picture's."""
    turn = math.radians(letter.skew)
    cos, sin = math.cos(turn) / over, math.sin(turn) / over
    matrix = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    middle = np.array([letter.width * letter.dpi * over / 2 - 0.5, letter.height * letter.dpi * over / 2 - 0.5])
    size = _picture_size(letter)
    matrix[:, 2] = np.array([size[0] / 2 - 0.5, size[1] / 2 - 0.5]) - matrix[:, :2] @ middle
    return matrix


def _on_belt(letter: Letter, face: NDArray[np.uint8], over: int) -> ImageLift:
    random = np.random.default_rng(letter.seed)
    if letter.rotation == 180:
        face = face[::-1, ::-1]
    plain = face.astype(np.float32)
    if letter.margin <= 0 and not letter.skew:
        picture = cv2.resize(plain, None, fx=1 / over, fy=1 / over, interpolation=cv2.INTER_AREA)
    else:
        plain = cv2.GaussianBlur(plain, (0, 0), over / 2.5)
        picture = cv2.warpAffine(
            plain, _placing(letter, over), _picture_size(letter), flags=cv2.INTER_LINEAR, borderValue=letter.belt
        )
    picture = cv2.GaussianBlur(picture, (0, 0), letter.blur) if letter.blur else picture
    picture = picture + random.normal(0, letter.noise, picture.shape)
    return ImageLift(np.clip(picture, 0, 255).astype(np.uint8), letter.dpi, "letter.png")
