"""What the address stands on: the bare sheet, a label stuck askew, a window with its film."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.decks.sheet import Grey, Place, Sheet, smooth_noise

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Carrier:
    """`kind` bare, label or window; `box` its outline on the sheet; `at` the block's upper left; `tilt` its turn.

    The tilt is in degrees, counter-clockwise.
    """

    kind: str
    box: Place
    at: tuple[int, int]
    tilt: float


def put_block(sheet: Sheet, ink: Grey, lines: Place, carrier: Carrier, darkness: float) -> tuple[Corner, ...]:
    """Print the block `ink` on its carrier; the corners on the sheet of its box `lines`, clockwise from top left."""
    left, top = carrier.at
    place = (lines[0] + left, lines[1] + top, lines[2] + left, lines[3] + top)
    centre = ((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)
    turn = np.asarray(cv2.getRotationMatrix2D(centre, carrier.tilt, 1.0), dtype=np.float64)
    layer = np.zeros((sheet.height, sheet.width), dtype=np.float32)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(sheet.width, left + ink.shape[1]), min(sheet.height, top + ink.shape[0])
    layer[y0:y1, x0:x1] = ink[y0 - top : y1 - top, x0 - left : x1 - left]
    if carrier.kind == "label":
        _stick_label(sheet, carrier.box, turn)
    elif carrier.kind == "window":
        _open_window(sheet, carrier.box)
    if abs(carrier.tilt) > 0.02:
        layer = np.asarray(cv2.warpAffine(layer, turn, (sheet.width, sheet.height)), dtype=np.float32)
    if carrier.kind == "window":
        inside = np.zeros_like(layer)
        a, b, c, d = carrier.box
        inside[b:d, a:c] = 1
        layer = layer * inside
    sheet.grey *= 1 - darkness * layer
    corners = ((place[0], place[1]), (place[2], place[1]), (place[2], place[3]), (place[0], place[3]))
    return tuple((float(turn[0] @ (x, y, 1)), float(turn[1] @ (x, y, 1))) for x, y in corners)


def _stick_label(sheet: Sheet, box: Place, turn: NDArray[np.float64]) -> None:
    """A paper label: its own white, a shadow at its lower and right edges, a light upper edge."""
    rng = sheet.rng
    mask = np.zeros((sheet.height, sheet.width), dtype=np.float32)
    x0, y0, x1, y1 = box
    radius = rng.choice((0, 0, 8))
    mask[y0:y1, x0 + radius : x1 - radius] = 1
    mask[y0 + radius : y1 - radius, x0:x1] = 1
    mask = np.asarray(cv2.warpAffine(mask, turn, (sheet.width, sheet.height)), dtype=np.float32)
    shadow = np.asarray(cv2.GaussianBlur(np.roll(mask, (2, 2), (0, 1)), (0, 0), 1.6), dtype=np.float32)
    sheet.grey *= 1 - rng.uniform(0.12, 0.4) * np.clip(shadow - mask, 0, 1)
    level = rng.uniform(222, 244)
    sheet.grey[:] = sheet.grey * (1 - mask) + mask * (
        level + smooth_noise(sheet.noise, sheet.height, sheet.width, 6) * 0.7
    )


def _open_window(sheet: Sheet, box: Place) -> None:
    """The insert seen through the window: its own white, dark at the cut edges where it lies deeper."""
    rng = sheet.rng
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    level = rng.uniform(205, 236)
    insert = np.full((high, wide), level, dtype=np.float32) + smooth_noise(sheet.noise, high, wide, 40) * 2
    reach = rng.uniform(2, 9)
    depth = rng.uniform(0.15, 0.5)
    across = np.arange(wide, dtype=np.float32)
    down = np.arange(high, dtype=np.float32)[:, None]
    sides = np.exp(-across / reach) + 0.5 * np.exp(-(wide - 1 - across) / reach)
    insert *= 1 - depth * np.clip(
        sides[None, :] + np.exp(-down / reach) + 0.4 * np.exp(-(high - 1 - down) / reach), 0, 1
    )
    sheet.grey[y0:y1, x0:x1] = insert
    for edge in ((x0 - 1, y0 - 1, x1 + 1, y0), (x0 - 1, y0, x0, y1)):
        sheet.fill(edge, 0.75)


def film(sheet: Sheet, box: Place, severity: int) -> None:
    """The window's film in front of the address: haze everywhere, wrinkles and glare now and then."""
    rng = sheet.rng
    x0, y0, x1, y1 = box
    part = sheet.grey[y0:y1, x0:x1]
    haze = rng.uniform(0.0, (0.05, 0.16, 0.34)[severity])
    part[:] = part * (1 - haze) + haze * rng.uniform(170, 225)
    if severity and rng.random() < 0.25 * severity:
        _wrinkle(sheet, part, severity)
    if severity and rng.random() < 0.18 * severity:
        _glare(sheet, part, severity)


def _wrinkle(sheet: Sheet, part: Grey, severity: int) -> None:
    """Folds of the film: soft light and dark lines across the window."""
    rng = sheet.rng
    high, wide = part.shape
    folds = np.zeros_like(part)
    for _ in range(rng.randint(2, 3 + 2 * severity)):
        start = (rng.randrange(wide), rng.randrange(high))
        end = (start[0] + rng.randint(-wide // 3, wide // 3), start[1] + rng.randint(-high // 2, high // 2))
        cv2.line(folds, start, end, rng.choice((-1.0, 1.0)) * rng.uniform(8, 14 + 10 * severity), 3, cv2.LINE_AA)
    part += cv2.GaussianBlur(folds, (0, 0), rng.uniform(1.5, 4))


def _glare(sheet: Sheet, part: Grey, severity: int) -> None:
    """A bright streak across the film: print under it pales, on hard letters nearly away."""
    rng = sheet.rng
    high, wide = part.shape
    angle = rng.uniform(0.3, 2.8)
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    along = (x - rng.uniform(0, wide)) * math.sin(angle) + (y - rng.uniform(0, high)) * math.cos(angle)
    bright = np.exp(-((along / rng.uniform(10, 40)) ** 2)) * rng.uniform(0.2, (0.0, 0.5, 0.85)[severity])
    part[:] = part * (1 - bright) + bright * 250
