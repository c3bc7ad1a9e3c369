"""The faces training lines are set in: the decks' own, faces of Debian's font packages, and pins of dot-matrix heads.

`set_lines` gives ink coverage 0..1 and, for each line, its box and where each character stands.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

import mlocr.decks
from mlocr.decks.faces import MORE_DOTS, PLAIN_ZERO
from mlocr.marking.machine_id import face as machine_face

Coverage = NDArray[np.float32]

OWN = Path(mlocr.decks.__file__).parent / "fonts"
SYSTEM = Path("/usr/share/fonts")
# File names by kind of machine; what is not installed is left out, and `available` says how many are.
_NAMES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("faces.toml").read_text("utf-8"))
MONO = _NAMES["mono"]
SANS = _NAMES["sans"]
SERIF = _NAMES["serif"]
SCRIPT = _NAMES["script"]
PINS = _NAMES["pins"]
HELD_OUT = _NAMES["held_out"]
# Never trained on: what they read says how new faces will fare.
KINDS = ((MONO, 30), (SANS, 34), (SERIF, 11), (SCRIPT, 5), (PINS, 20))
FOR_PINS = 4  # of the columns or rows of a grid: sub-positions a dot is drawn at


@dataclass(frozen=True, slots=True)
class Setting:
    """How a block is set: `dpi` of the cut, `tracking` in points, `missing` and `weak` rows of a dot-matrix head."""

    face: str
    points: float
    dpi: float
    leading: float = 1.2
    tracking: float = 0.0
    stretch: float = 1.0
    pins: bool = False
    rows: int = 7
    missing: int = -1
    weak: int = -1
    dot: float = 0.54


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line as set: its box x0, y0, x1, y1 (capitals' height), and the left and right edge of each character."""

    box: tuple[int, int, int, int]
    spans: tuple[tuple[float, float], ...]


@cache
def files() -> dict[str, Path]:
    """Every font file that is installed, by name."""
    found = {p.name: p for p in sorted(SYSTEM.rglob("*")) if p.suffix in (".ttf", ".otf")}
    return found | {p.name: p for p in OWN.iterdir() if p.suffix in (".ttf", ".otf")}


@cache
def available(kind: int) -> tuple[str, ...]:
    """The faces of one kind that are installed."""
    return tuple(f for f in KINDS[kind][0] if f in files() or f.startswith("5x7"))


@cache
def font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """One face at one size; there are few of them."""
    return ImageFont.truetype(str(files()[face]), pixels, layout_engine=ImageFont.Layout.BASIC)


def any_setting(rng: random.Random, held_out: bool = False) -> Setting:
    """A face and a size, 6.5 to 16 point, as a printer might be set."""
    dpi = 200.0 if rng.random() < 0.7 else rng.uniform(150, 240)
    kind = rng.choices(range(len(KINDS)), [w for _, w in KINDS])[0]
    face = rng.choice(available(kind)) if not held_out else rng.choice([f for f in HELD_OUT if f in files()])
    pins = KINDS[kind][0] is PINS and not held_out
    points = rng.uniform(7.5, 13) if rng.random() < 0.85 else rng.uniform(6.5, 17)
    if KINDS[kind][0] is SCRIPT:
        points = max(points + 2, 10.5)
    rows = 7 if face.startswith("5x7") else rng.choice((8, 9, 9, 11, 14, 17))
    missing = rng.randrange(rows) if pins and rng.random() < 0.3 else -1
    return Setting(
        face, points, dpi, rng.uniform(1.05, 1.5),
        tracking=0.0 if rng.random() < 0.75 else rng.uniform(-0.25, 1.6),
        stretch=1.0 if rng.random() < 0.6 else rng.uniform(0.85, 1.2),
        pins=pins, rows=rows, missing=missing,
        weak=rng.randrange(rows) if pins and rng.random() < 0.2 else -1,
        dot=rng.uniform(0.4, 0.66),
    )  # fmt: skip


def set_lines(lines: Sequence[str], setting: Setting, rng: random.Random, rim: int) -> tuple[Coverage, list[SetLine]]:
    """Lines one below another with `rim` pixels round them; a random indent now and then."""
    draw = _pins if setting.pins else _outline
    drawn = [draw(text, setting, rng) for text in lines]
    step = setting.points / 72 * setting.dpi * setting.leading
    high = max(ink.shape[0] for ink, _, _ in drawn)
    step = max(step, 0.9 * (drawn[0][2][1] - drawn[0][2][0]))
    width = max(ink.shape[1] for ink, _, _ in drawn)
    ink = np.zeros((round(step * (len(lines) - 1)) + high + 2 * rim, width + 2 * rim), dtype=np.float32)
    placed = []
    for i, (part, spans, (top, base)) in enumerate(drawn):
        x, y = rim + rng.randint(0, min(2, width - part.shape[1])), rim + round(i * step)
        np.maximum(
            ink[y : y + part.shape[0], x : x + part.shape[1]],
            part,
            out=ink[y : y + part.shape[0], x : x + part.shape[1]],
        )
        moved = tuple((a + x, b + x) for a, b in spans)
        right = round(moved[-1][1]) if moved else x + part.shape[1]
        placed.append(SetLine((x, y + top, right, y + base), moved))
    return ink, placed


def _outline(
    text: str, setting: Setting, rng: random.Random
) -> tuple[Coverage, list[tuple[float, float]], tuple[int, int]]:
    """One line of an outline face at twice the size, halved: coverage, character spans, top and base of capitals."""
    pixels = max(8, round(setting.points / 72 * setting.dpi * 2))
    face = font(setting.face, pixels)
    tracking = setting.tracking / 72 * setting.dpi * 2
    ascent, descent = face.getmetrics()
    spans: list[tuple[float, float]] = []
    x = 4.0
    wobble = rng.random() < 0.06  # a worn typewriter strikes high and low
    places = []
    for c in text:
        advance = face.getlength(c)
        spans.append((x / 2, (x + advance) / 2))
        places.append((x, rng.gauss(0, 0.02 * pixels) if wobble else 0.0))
        x += advance + tracking
    canvas = Image.new("L", (max(16, round(x) + 8), ascent + descent + 8), 0)
    pen = ImageDraw.Draw(canvas)
    if tracking or wobble:
        for c, (at, up) in zip(text, places, strict=True):
            pen.text((at, 4 + up), c, fill=255, font=face)
    else:
        pen.text((4, 4), text, fill=255, font=face)
    fine = np.asarray(canvas, dtype=np.uint8)
    across = max(8, round(fine.shape[1] / 2 * setting.stretch))
    ink = cv2.resize(fine, (across, fine.shape[0] // 2), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    top = round((4 + ascent - 0.72 * pixels) / 2)
    return ink, [(a * setting.stretch, b * setting.stretch) for a, b in spans], (max(0, top), round((4 + ascent) / 2))


@cache
def _grid(face: str, rows: int) -> dict[str, NDArray[np.bool_]]:
    """Each character as dots: the machine's own five by seven, or an outline sampled to `rows` of capitals."""
    if face.startswith("5x7"):
        table = machine_face() | MORE_DOTS | ({"0": PLAIN_ZERO} if face.endswith("plain") else {})
        return {c: np.array([[d == "#" for d in row] for row in dots]) for c, dots in table.items()}
    outline = font(face, round(rows / 0.7))
    ascent, _ = outline.getmetrics()
    found = {}
    for c in map(chr, range(32, 127)):
        width = max(3, round(outline.getlength(c)))
        canvas = Image.new("L", (width, ascent + round(rows * 0.3)), 0)
        ImageDraw.Draw(canvas).text((0, 0), c, fill=255, font=outline)
        found[c] = np.asarray(canvas)[max(0, ascent - rows) :] > 110
    return found


def _pins(
    text: str, setting: Setting, rng: random.Random
) -> tuple[Coverage, list[tuple[float, float]], tuple[int, int]]:
    """One line of dots: coverage, character spans, top and base of capitals."""
    table = _grid(setting.face, setting.rows)
    small = setting.face.startswith("5x7")
    gap = 1 if small else 0
    glyphs = [table.get(c.upper() if small else c, table["-"]) for c in text]
    high = max((g.shape[0] for g in glyphs), default=7)
    row = setting.points / 72 * setting.dpi * 0.72 / setting.rows
    column = row * (rng.uniform(0.82, 1.12) if small else rng.uniform(0.8, 1.05)) * setting.stretch
    weights, spans, at = [], [], 1
    grid = np.zeros((high, sum(g.shape[1] + gap for g in glyphs) + 2), dtype=np.float32)
    for glyph in glyphs:
        grid[: glyph.shape[0], at : at + glyph.shape[1]] = glyph
        weights.append(glyph.shape[1])
        spans.append((3 + at * column, 3 + (at + glyph.shape[1]) * column))
        at += glyph.shape[1] + gap
    if 0 <= setting.missing < high:
        grid[setting.missing] = 0
    if 0 <= setting.weak < high:
        grid[setting.weak] *= rng.uniform(0.2, 0.6)
    up = 3
    width, height = round(grid.shape[1] * column + 6), round(high * row + 6)
    fine = np.zeros((height * up, width * up), dtype=np.float32)
    ys, xs = np.nonzero(grid)
    jitter = rng.choice((0.0, 0.0, 0.08))
    shifts = (
        np.random.default_rng(rng.getrandbits(32)).normal(0, jitter, (2, len(ys))) if jitter else np.zeros((2, len(ys)))
    )
    py = np.clip(((ys + 0.5 + shifts[0]) * row + 3) * up, 0, height * up - 1).astype(int)
    px = np.clip(((xs + 0.5 + shifts[1]) * column + 3) * up, 0, width * up - 1).astype(int)
    fine[py, px] = grid[ys, xs]
    radius = max(1.0, setting.dot * row * up)
    size = 2 * int(np.ceil(radius)) + 1
    y, x = np.mgrid[:size, :size] - size // 2
    disc = np.clip(radius + 0.5 - np.hypot(y, x), 0, 1).astype(np.float32)
    inked = np.minimum(cv2.filter2D(fine, -1, disc, borderType=cv2.BORDER_CONSTANT), 1.0)
    ink = cv2.resize(inked, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(ink, dtype=np.float32), spans, (3, round(3 + setting.rows * row))
