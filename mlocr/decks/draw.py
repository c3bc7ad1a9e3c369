"""Draws one composed letter as the camera over the belt sees it."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlocr.decks import furniture
from mlocr.decks.camera import BeltPicture, Pose, photograph
from mlocr.decks.faces import DOT_MATRIX, MONO, SANS, SCRIPT, SERIF, Print, Setting, print_lines
from mlocr.decks.ink import blot, ink_for, smeared, worn
from mlocr.decks.letters import Piece
from mlocr.decks.sheet import Sheet, paper

DPI = 200.0
SEVERITY = {"easy": 0, "normal": 1, "hard": 2}

# Width and height in inches, and how often: #10, 6x9, 6-3/4, #9, A7, monarch, postcards (DMM 201 letter sizes).
SIZES = (
    ((9.5, 4.125), 10), ((9.0, 6.0), 3), ((6.5, 3.625), 3), ((8.875, 3.875), 2), ((7.25, 5.25), 1), ((7.5, 3.875), 1),
    ((6.0, 4.25), 2), ((5.0, 3.5), 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The picture (height, width) uint8 and where the address block lies in it."""

    pixels: NDArray[np.uint8]
    bbox: tuple[int, int, int, int] | None
    rotation: int
    skew: float


@dataclass(frozen=True, slots=True)
class Carrier:
    """What the address stands on: the bare sheet, a label or a window; its place on the sheet in pixels."""

    kind: str
    box: tuple[int, int, int, int]


def draw_letter(piece: Piece, rng: random.Random, difficulty: str) -> Drawn:
    """Draw one letter; every choice comes from `rng`."""
    severity = SEVERITY[difficulty]
    noise = np.random.default_rng(rng.getrandbits(63))
    wide, high = rng.choices([s for s, _ in SIZES], [w for _, w in SIZES])[0]
    sheet = paper(round(wide * DPI), round(high * DPI), DPI, rng, noise, severity)
    text = _address_print(piece, rng, noise, sheet, severity)
    furniture.dress(sheet, piece, severity, high <= 4.25 and wide <= 6.0)
    box = _address(sheet, piece, text, severity)
    furniture.clear_zone(sheet, piece)
    pose = _pose(rng, severity)
    picture: BeltPicture = photograph(sheet, pose, box, severity)
    return Drawn(picture.pixels, picture.bbox if piece.lines else None, pose.rotation, round(picture.skew, 2))


def _address_print(piece: Piece, rng: random.Random, noise: np.random.Generator, sheet: Sheet, severity: int) -> Print:
    """The address lines in this mailer's face, with the printer's wear."""
    kinds = [
        (MONO, 4),
        (SANS, 5),
        (SERIF, 2),
        ({DOT_MATRIX: ""}, (0.0, 1.2, 2.5)[severity]),
        (SCRIPT, (0, 0, 0.7)[severity]),
    ]
    family = rng.choice(sorted(rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]))
    points = rng.uniform(9, 13) if severity == 0 else rng.uniform(8, 12.5)
    room = sheet.width / DPI - 1.0
    longest = max((len(line) for line in piece.lines), default=1)
    points = min(points, 72 * room / (0.62 * longest))
    points = max(points, 12.0) if family in SCRIPT else points
    setting = Setting(family, points, rng.uniform(1.08, 1.35))
    text = print_lines(piece.lines or (" ",), setting, DPI)
    ink = worn(text.ink, ink_for(rng, severity, family == DOT_MATRIX), rng, noise)
    if piece.flaw == "smear":
        ink = smeared(ink, rng, noise)
    if piece.fault is not None:
        line, first, end = piece.fault
        x0, y0, x1, y1 = text.lines[line]
        each = (x1 - x0) / max(1, len(piece.lines[line]))
        head = print_lines((piece.lines[line][:first],), setting, DPI).lines[0] if first else (4, 0, 4, 0)
        x = x0 + head[2] - head[0]
        ink = blot(ink, (max(0, round(x - 1)), y0, round(x + each * 1.25 * (end - first)), y1), rng, noise)
    return Print(ink, text.lines)


def _address(sheet: Sheet, piece: Piece, text: Print, severity: int) -> tuple[int, int, int, int]:
    """Put the block on its carrier; the box of its ink on the sheet."""
    rng = sheet.rng
    x0 = min((b[0] for b in text.lines), default=0)
    y0 = min((b[1] for b in text.lines), default=0)
    x1 = max((b[2] for b in text.lines), default=1)
    y1 = max((b[3] for b in text.lines), default=1)
    width, height = x1 - x0, y1 - y0
    low = sheet.height - sheet.px(0.72) - height
    top = max(sheet.px(0.6), sheet.height - sheet.px(2.6))
    left = min(sheet.px(0.55) + round(0.38 * rng.uniform(0.75, 1.2) * sheet.width), sheet.width - width - sheet.px(0.5))
    kinds = ("bare", "label", "window") if sheet.width > sheet.px(6.2) else ("bare", "label")
    kind = rng.choices(kinds, (5, 2, 2.5)[: len(kinds)])[0]
    if kind == "window":
        left = sheet.px(rng.uniform(0.85, 1.2))
    left = max(sheet.px(0.5), left)
    y = rng.randint(min(top, low), max(top, low)) if kind != "window" else low - rng.randrange(sheet.px(0.25))
    place = (left, max(sheet.px(0.5), y), left + width, max(sheet.px(0.5), y) + height)
    furniture.carrier(sheet, kind, place, severity)
    furniture.above_address(sheet, place, severity)
    sheet.put(text.ink, place[0] - x0, place[1] - y0, ink_for(rng, severity, False).darkness)
    furniture.over_window(sheet, kind, place, severity)
    return place


def _pose(rng: random.Random, severity: int) -> Pose:
    """How the letter lies on the belt."""
    spread = (0.4, 1.0, 2.4)[severity]
    skew = max(-5.0, min(5.0, rng.gauss(0, spread)))
    turned = rng.random() < (0.04, 0.08, 0.12)[severity]
    return Pose(skew, 180 if turned else 0)
