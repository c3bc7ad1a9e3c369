"""One mailpiece face while it is drawn: reflectance in grey levels, ink put on it, and the places already taken."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Place = tuple[int, int, int, int]


@dataclass(slots=True, eq=False)
class Sheet:
    """The letter upright: `grey` is (height, width) 0 black to 255 white; `rng` for choices, `noise` for arrays.

    `taken` are the boxes (x0, y0, x1, y1) that other print keeps away from.
    """

    grey: Grey
    dpi: float
    rng: random.Random
    noise: np.random.Generator
    taken: list[Place] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.grey.shape[0])

    def px(self, inches: float) -> int:
        """Pixels of a length."""
        return round(inches * self.dpi)

    def put(self, ink: Grey, x: int, y: int, darkness: float) -> Place:
        """Print `ink` with its upper left corner at (x, y); what hangs over the edge is lost. The box printed on."""
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(self.width, x + ink.shape[1]), min(self.height, y + ink.shape[0])
        if x1 > x0 and y1 > y0:
            self.grey[y0:y1, x0:x1] *= 1 - darkness * ink[y0 - y : y1 - y, x0 - x : x1 - x]
        return x0, y0, max(x0, x1), max(y0, y1)

    def fill(self, place: Place, level: float) -> None:
        """Multiply a box by one level: 0 black ink, 1 nothing."""
        x0, y0, x1, y1 = (max(0, v) for v in place)
        self.grey[y0:y1, x0:x1] *= level

    def free(self, place: Place, gap: int) -> bool:
        """Whether a box lies on the sheet and at least `gap` pixels from everything taken."""
        x0, y0, x1, y1 = place
        if x0 < 0 or y0 < 0 or x1 > self.width or y1 > self.height:
            return False
        return all(x1 + gap <= a or x0 - gap >= c or y1 + gap <= b or y0 - gap >= d for a, b, c, d in self.taken)

    def put_free(self, ink: Grey, area: Place, gap: int, darkness: float) -> Place | None:
        """Print `ink` somewhere free inside `area`; None where a few tries found no room."""
        high, wide = ink.shape
        x0, y0, x1, y1 = area
        if x1 - x0 < wide or y1 - y0 < high:
            return None
        for _ in range(8):
            x, y = self.rng.randint(x0, x1 - wide), self.rng.randint(y0, y1 - high)
            place = (x, y, x + wide, y + high)
            if self.free(place, gap):
                self.put(ink, x, y, darkness)
                self.taken.append(place)
                return place
        return None


def smooth_noise(noise: np.random.Generator, height: int, width: int, cell: float) -> Grey:
    """Noise of mean 0 and spread about 1 that changes over `cell` pixels."""
    rows, columns = max(2, round(height / cell) + 1), max(2, round(width / cell) + 1)
    coarse = noise.standard_normal((rows, columns), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def paper(size: tuple[int, int], dpi: float, rng: random.Random, noise: np.random.Generator, severity: int) -> Sheet:
    """A blank sheet of `size` (width, height): white, cream, manila, grey, recycled with dark fibres, kraft."""
    width, height = size
    kind = rng.choices(
        ("white", "cream", "manila", "grey", "recycled", "kraft"),
        (6, 2, 1 + severity, 1, 0.5 + severity, 0.4 * severity),
    )[0]
    level = {"white": 232, "cream": 218, "manila": 184, "grey": 196, "recycled": 205, "kraft": 152}[kind] + rng.uniform(
        -8, 8
    )
    grey = np.full((height, width), level, dtype=np.float32)
    grey += smooth_noise(noise, height, width, dpi * 0.8) * 1.5
    grey += smooth_noise(noise, height, width, 5) * (0.8 if kind == "white" else 1.6)
    sheet = Sheet(grey, dpi, rng, noise)
    if kind == "recycled":
        _fibres(sheet, 60 + 140 * severity)
    return sheet


def _fibres(sheet: Sheet, count: int) -> None:
    """Short dark fibres, faint as the rules allow (DMM 708 4.4: at most 15 % contrast)."""
    layer = np.zeros((sheet.height, sheet.width), dtype=np.uint8)
    for _ in range(count):
        x, y = sheet.rng.randrange(sheet.width), sheet.rng.randrange(sheet.height)
        dx, dy = sheet.rng.randint(-12, 12), sheet.rng.randint(-12, 12)
        cv2.line(layer, (x, y), (x + dx, y + dy), sheet.rng.randrange(10, 38), 1, cv2.LINE_AA)
    sheet.grey *= 1 - layer.astype(np.float32) / 255


def show_through(sheet: Sheet, ink: Grey) -> None:
    """Print of the sheet inside, mirrored and soft (DMM 708 4.4.3 allows 15 % contrast)."""
    soft = np.asarray(cv2.GaussianBlur(np.ascontiguousarray(ink[:, ::-1]), (0, 0), 2.5), dtype=np.float32)
    y = sheet.rng.randrange(sheet.px(0.2), max(sheet.px(0.3), sheet.height - soft.shape[0]))
    sheet.put(soft, sheet.rng.randrange(sheet.px(0.2), sheet.px(2.5)), y, sheet.rng.uniform(0.04, 0.13))
