"""The camera over the belt: the letter turned on dark ground, light, motion, sensor faults, noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.decks.sheet import Grey, Place, Sheet, smooth_noise


@dataclass(frozen=True, slots=True)
class Pose:
    """The letter on the belt: skew in degrees, counter-clockwise positive, and 180 when it lies upside down."""

    skew: float
    rotation: int


@dataclass(frozen=True, slots=True, eq=False)
class BeltPicture:
    """The picture, and the address block's upright box in it."""

    pixels: NDArray[np.uint8]
    bbox: Place


def photograph(sheet: Sheet, pose: Pose, corners: Sequence[tuple[float, float]], severity: int) -> BeltPicture:
    """The belt with the letter on it, all edges inside the picture; `corners` of the block, on the sheet."""
    rng = sheet.rng
    margin = [sheet.px(rng.uniform(0.15, 0.6)) for _ in range(4)]
    angle = math.radians(pose.skew + pose.rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    outline = [(0, 0), (sheet.width, 0), (0, sheet.height), (sheet.width, sheet.height)]
    turned = [(x * cos + y * sin, -x * sin + y * cos) for x, y in outline]
    left, top = min(x for x, _ in turned), min(y for _, y in turned)
    width = round(max(x for x, _ in turned) - left) + margin[0] + margin[1]
    height = round(max(y for _, y in turned) - top) + margin[2] + margin[3]
    matrix = np.array([[cos, sin, margin[0] - left], [-sin, cos, margin[2] - top]], dtype=np.float64)
    size = (width, height)
    grey = cv2.warpAffine(sheet.grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpAffine(np.ones_like(sheet.grey), matrix, size, flags=cv2.INTER_LINEAR)
    belt = _belt(sheet, height, width, severity)
    shadow = cv2.GaussianBlur(np.roll(cover, (4, 3), (0, 1)), (0, 0), 4)
    belt *= np.asarray(1 - 0.5 * np.clip(shadow - cover, 0, 1), dtype=np.float32)
    picture = belt * (1 - cover) + grey * cover
    seen = _seen(sheet, np.asarray(picture, dtype=np.float32), severity)
    places = [(x * cos + y * sin + matrix[0, 2], -x * sin + y * cos + matrix[1, 2]) for x, y in corners]
    xs, ys = [float(x) for x, _ in places], [float(y) for _, y in places]
    bbox = (math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys)))
    return BeltPicture(np.clip(seen, 0, 255).astype(np.uint8), bbox)


def _belt(sheet: Sheet, height: int, width: int, severity: int) -> Grey:
    """Dark rubber: ribs or a weave, lint, a lighter rail at an edge now and then."""
    rng = sheet.rng
    belt = np.full((height, width), rng.uniform(12, 40), dtype=np.float32)
    belt += 1.5 * smooth_noise(sheet.noise, height, width, 5)
    if rng.random() < 0.4:
        rows = np.arange(height, dtype=np.float32)[:, None]
        belt += 3 * np.sin(rows / rng.uniform(3, 12))
    for _ in range(rng.randrange(0, 3 + 6 * severity)):
        x, y = rng.randrange(width), rng.randrange(height)
        end = (x + rng.randint(-9, 9), y + rng.randint(-9, 9))
        cv2.line(belt, (x, y), end, rng.uniform(60, 120), 1, cv2.LINE_AA)
    if severity and rng.random() < 0.12 * severity:
        belt[: rng.randrange(4, 16)] += rng.uniform(30, 70)
    return belt


def _seen(sheet: Sheet, picture: Grey, severity: int) -> Grey:
    """Optics, light and sensor."""
    rng = sheet.rng
    height = picture.shape[0]
    gain = (
        1 + rng.uniform(-0.06, 0.06) + np.linspace(-1, 1, height, dtype=np.float32)[:, None] * rng.uniform(-0.05, 0.05)
    )
    picture = picture * gain
    sharp = rng.uniform(0.4, 0.6) + (0.05, 0.25, 0.55)[severity] * rng.random()
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sharp), dtype=np.float32)
    if severity == 2 and rng.random() < 0.3:
        length = rng.choice((3, 5))
        kernel = np.full((1, length), 1 / length, dtype=np.float32)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel), dtype=np.float32)
    if severity and rng.random() < 0.12 * severity:
        for _ in range(rng.randint(1, 3)):
            picture[rng.randrange(height)] *= rng.uniform(0.6, 1.3)
    grain = sheet.noise.standard_normal(picture.shape, dtype=np.float32) * (0.9, 1.4, 2.8)[severity]
    if severity == 2 and rng.random() < 0.25:
        specks = sheet.noise.random(picture.shape, dtype=np.float32)
        picture = np.asarray(np.where(specks < 0.0006, picture * 0.4, picture), dtype=np.float32)
    return np.asarray(picture + grain, dtype=np.float32)
