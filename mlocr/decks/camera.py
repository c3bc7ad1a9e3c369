"""The camera over the belt: the letter turned on dark ground, light, motion, noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.decks.sheet import Grey, Sheet, smooth_noise

Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Pose:
    """The letter on the belt: skew in degrees, counter-clockwise positive, and 180 when it lies upside down."""

    skew: float
    rotation: int


@dataclass(frozen=True, slots=True, eq=False)
class BeltPicture:
    """The picture and the block's box in it."""

    pixels: NDArray[np.uint8]
    bbox: Place
    skew: float


def photograph(sheet: Sheet, pose: Pose, block: Place, severity: int) -> BeltPicture:
    """The belt with the letter on it; the whole letter is inside the picture."""
    rng = sheet.rng
    margin = [sheet.px(rng.uniform(0.2, 0.6)) for _ in range(4)]
    angle = math.radians(pose.skew + pose.rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(0, 0), (sheet.width, 0), (0, sheet.height), (sheet.width, sheet.height)]
    turned = [(x * cos + y * sin, -x * sin + y * cos) for x, y in corners]
    left, top = min(x for x, _ in turned), min(y for _, y in turned)
    width = round(max(x for x, _ in turned) - left) + margin[0] + margin[1]
    height = round(max(y for _, y in turned) - top) + margin[2] + margin[3]
    matrix = np.array([[cos, sin, margin[0] - left], [-sin, cos, margin[2] - top]], dtype=np.float64)
    grey = cv2.warpAffine(sheet.grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpAffine(np.ones_like(sheet.grey), matrix, (width, height), flags=cv2.INTER_LINEAR)
    belt = _belt(sheet, height, width)
    picture = belt * (1 - cover) + grey * cover
    picture = _seen(sheet, np.asarray(picture, dtype=np.float32), severity)
    points = [(block[i], block[j]) for i in (0, 2) for j in (1, 3)]
    places = [(x * cos + y * sin + matrix[0, 2], -x * sin + y * cos + matrix[1, 2]) for x, y in points]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    bbox = (math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys)))
    return BeltPicture(np.clip(picture, 0, 255).astype(np.uint8), bbox, pose.skew)


def _belt(sheet: Sheet, height: int, width: int) -> Grey:
    level = sheet.rng.uniform(14, 42)
    return np.asarray(level + 2 * smooth_noise(sheet.noise, height, width, 4), dtype=np.float32)


def _seen(sheet: Sheet, picture: Grey, severity: int) -> Grey:
    """Optics and sensor."""
    rng = sheet.rng
    sharp = rng.uniform(0.35, 0.55) + (0, 0.2, 0.45)[severity] * rng.random()
    soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), sharp), dtype=np.float32)
    grain = sheet.noise.standard_normal(picture.shape, dtype=np.float32)
    return np.asarray(soft + grain * (1 + 1.5 * severity), dtype=np.float32)
