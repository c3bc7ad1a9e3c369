"""Draws one composed letter as the camera over the belt sees it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlocr.decks import furniture
from mlocr.decks.camera import Pose, photograph
from mlocr.decks.carriers import Carrier, film, put_block
from mlocr.decks.faces import DOT_MATRIX, MONO, SANS, SCRIPT, SERIF, Print, Setting, print_lines
from mlocr.decks.ink import InkState, blot, ink_for, smeared, worn
from mlocr.decks.letters import Piece
from mlocr.decks.postage import put_postage
from mlocr.decks.sheet import Place, Sheet, paper

DPI = 200.0
SEVERITY = {"easy": 0, "normal": 1, "hard": 2}

# Width and height in inches, and how often: #10, 6x9, 6-3/4, #9, A7, monarch, postcards (DMM 201 letter sizes).
SIZES = (
    ((9.5, 4.125), 10), ((9.0, 6.0), 3), ((6.5, 3.625), 3), ((8.875, 3.875), 2), ((7.25, 5.25), 1), ((7.5, 3.875), 1),
    ((6.0, 4.25), 2), ((5.0, 3.5), 1),
)  # fmt: skip
READ_AREA_SIDE = 0.5
READ_AREA_BOTTOM = 0.625
CLEAR_ZONE = (4.75, 0.625)
"""The OCR read area's side and bottom margins and the barcode clear zone, inches (Publication 28 appendix A)."""
TOP_OF_BLOCK = 2.75


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The picture (height, width) uint8 and where the address block lies in it; no box where nothing is printed.

    `capitals` where the printer had no small letters, so that the lines stand in capitals.
    """

    pixels: NDArray[np.uint8]
    bbox: Place | None
    rotation: int
    skew: float
    capitals: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The address as printed: its ink, the box of the address lines in it, and the printer's state."""

    ink: NDArray[np.float32]
    lines: Place
    state: InkState
    capitals: bool


def draw_letter(piece: Piece, rng: random.Random, difficulty: str) -> Drawn:
    """Draw one letter; every choice comes from `rng`."""
    severity = SEVERITY[difficulty]
    noise = np.random.default_rng(rng.getrandbits(63))
    wide, high = rng.choices([size for size, _ in SIZES], [weight for _, weight in SIZES])[0]
    sheet = paper((round(wide * DPI), round(high * DPI)), DPI, rng, noise, severity)
    zone = (sheet.width - sheet.px(CLEAR_ZONE[0]), sheet.height - sheet.px(CLEAR_ZONE[1]), sheet.width, sheet.height)
    sheet.taken.append(zone)
    put_postage(sheet, severity)
    block = _block(sheet, piece, severity)
    carrier = _placed(sheet, block, severity)
    corners = put_block(sheet, block.ink, block.lines, carrier, block.state.darkness)
    sheet.taken.append(_grown(carrier.box, sheet.px(0.05)))
    if carrier.kind == "window":
        film(sheet, carrier.box, severity)
    furniture.put_sender(sheet, piece)
    furniture.advertise(sheet, piece, severity)
    furniture.clear_zone(sheet, piece)
    pose = _pose(rng, severity, carrier.tilt)
    picture = photograph(sheet, pose, corners, severity)
    skew = round(pose.skew + carrier.tilt, 2)
    return Drawn(picture.pixels, picture.bbox if piece.lines else None, pose.rotation, skew, block.capitals)


def _setting(piece: Piece, sheet: Sheet, severity: int) -> Setting:
    """Face and size of the address: 8 to 14 point, as much as fits the sheet."""
    rng = sheet.rng
    kinds: list[tuple[tuple[str, ...], float]] = [
        (tuple(MONO), 4),
        (tuple(SANS), 5),
        (tuple(SERIF), 2),
        (DOT_MATRIX, (0.3, 1.5, 2.6)[severity]),
        (tuple(SCRIPT), (0, 0, 0.8)[severity]),
    ]
    family = rng.choice(sorted(rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]))
    points = rng.uniform(9.5, 13) if severity == 0 else rng.uniform(8.3, 13) if severity == 1 else rng.uniform(8, 12.5)
    if family in SCRIPT:
        points = max(points, 13.0)
    room = sheet.width / DPI - 2 * READ_AREA_SIDE - 0.4
    longest = max((len(line) for line in piece.lines), default=1)
    points = min(points, 72 * room / (0.62 * longest))
    return Setting(
        family,
        max(points, 7.5),
        rng.uniform(1.08, 1.4) if family not in DOT_MATRIX else rng.uniform(1.1, 1.5),
        align="centre" if severity and piece.fault is None and rng.random() < 0.04 else "left",
        stretch=1.0 if rng.random() < 0.6 else rng.uniform(0.92, 1.1),
    )


def _block(sheet: Sheet, piece: Piece, severity: int) -> Block:
    """The address lines, presort lines above them, with the printer's wear and the piece's own damage."""
    rng = sheet.rng
    setting = _setting(piece, sheet, severity)
    above = furniture.above_address(sheet, piece, severity) if piece.lines else []
    lines = (*above, *(piece.lines or (" ",)))
    state = ink_for(rng, severity, setting.family in DOT_MATRIX)
    setting = replace(setting, missing_pin=state.missing_pin)
    text = print_lines(lines, setting, DPI)
    ink = worn(text.ink, state, rng, sheet.noise)
    if piece.flaw == "smear":
        ink = smeared(ink, rng, sheet.noise)
    if piece.fault is not None:
        ink = blot(ink, _fault_box(text, piece, setting, len(above)), rng, sheet.noise)
    if piece.lines and rng.random() < 0.02 * severity:
        ink = _with_barcode(sheet, ink, piece)
    return Block(ink, _around(text.lines[len(above) :]), state, setting.family in DOT_MATRIX)


def _with_barcode(sheet: Sheet, ink: NDArray[np.float32], piece: Piece) -> NDArray[np.float32]:
    """An address-block barcode below the last line, as mailers print them (DMM 202)."""
    bars = furniture.bars_ink(sheet, furniture.barcode_bars(sheet, piece.expect.digits))
    gap = sheet.px(0.08)
    out = np.zeros((ink.shape[0] + bars.shape[0] + gap, max(ink.shape[1], bars.shape[1] + 4)), dtype=np.float32)
    out[: ink.shape[0], : ink.shape[1]] = ink
    out[ink.shape[0] + gap :, 4 : 4 + bars.shape[1]] = bars
    return out


def _fault_box(text: Print, piece: Piece, setting: Setting, above: int) -> Place:
    """Where in the block the piece's damaged characters stand."""
    if piece.fault is None:
        raise ValueError("the piece has no fault")
    line, first, end = piece.fault
    x0, y0, _, y1 = text.lines[above + line]
    start = print_lines((piece.lines[line][:first],), setting, DPI).lines[0]
    stop = print_lines((piece.lines[line][:end],), setting, DPI).lines[0]
    return x0 + start[2] - start[0] - 1, y0, x0 + stop[2] - stop[0] + 1, y1


def _around(boxes: tuple[Place, ...]) -> Place:
    return (
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    )  # fmt: skip


def _grown(box: Place, by: int) -> Place:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _placed(sheet: Sheet, block: Block, severity: int) -> Carrier:
    """Where the block's ink goes inside the OCR read area, and on what."""
    rng = sheet.rng
    kinds = ("bare", "label", "window") if sheet.width > sheet.px(6.2) else ("bare", "label")
    kind = rng.choices(kinds, (5, 2, 2.5)[: len(kinds)])[0]
    high, wide = block.ink.shape
    side, room = sheet.px(READ_AREA_SIDE), sheet.px((0.3, 0.22, 0.14)[severity])
    right = max(side, sheet.width - side - wide - (room if kind != "bare" else 0))
    left = min(right, max(side, round(sheet.width * rng.uniform(0.32, 0.52))))
    if kind == "window":
        left = min(right, sheet.px(rng.uniform(0.95, 1.3)))
    low = sheet.height - sheet.px(READ_AREA_BOTTOM) - high - (room if kind != "bare" else 4)
    top = max(sheet.px(0.55), sheet.height - sheet.px(TOP_OF_BLOCK))
    y = rng.randint(min(top, low), low) if kind != "window" else low - rng.randrange(sheet.px(0.2))
    y = max(sheet.px(0.3), y)
    place = (left, y, left + wide, y + high)
    for _ in range(20):
        if sheet.free(_grown(place, 4), 0) or y + 12 > low:
            break
        y += 12
        place = (left, y, left + wide, y + high)
    tilt = {"bare": rng.gauss(0, 0.15), "label": rng.gauss(0, 0.7), "window": rng.gauss(0, 0.3)}[kind]
    tilt = 0.0 if severity == 0 and kind == "bare" else max(-2.0, min(2.0, tilt * (0.5 + 0.5 * severity)))
    box = (place[0] - room, place[1] - room + 6, place[2] + room * 2, place[3] + room)
    if kind == "window":
        box = (box[0], box[1], max(box[2], box[0] + sheet.px(3.5)), min(box[3], sheet.height - sheet.px(0.4)))
    box = (max(2, box[0]), max(2, box[1]), min(sheet.width - 2, box[2]), min(sheet.height - 2, box[3]))
    return Carrier(kind, box if kind != "bare" else place, (left, y), tilt)


def _pose(rng: random.Random, severity: int, tilt: float) -> Pose:
    """How the letter lies on the belt; text skew stays within five degrees (DMM 708 4.5)."""
    spread = (0.4, 1.0, 2.2)[severity]
    skew = max(-4.9, min(4.9, rng.gauss(0, spread) + tilt)) - tilt
    turned = rng.random() < (0.04, 0.08, 0.12)[severity]
    return Pose(skew, 180 if turned else 0)
