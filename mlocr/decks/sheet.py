"""One mailpiece face while it is drawn: reflectance in grey levels, and ink put on it."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Sheet:
    """The letter upright: `grey` is (height, width) 0 black to 255 white; `rng` for choices, `noise` for arrays."""

    grey: Grey
    dpi: float
    rng: random.Random
    noise: np.random.Generator

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

    def put(self, ink: Grey, x: int, y: int, darkness: float) -> tuple[int, int, int, int]:
        """Print `ink` with its upper left corner at (x, y); what hangs over the edge is lost. The box printed on."""
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(self.width, x + ink.shape[1]), min(self.height, y + ink.shape[0])
        if x1 > x0 and y1 > y0:
            self.grey[y0:y1, x0:x1] *= 1 - darkness * ink[y0 - y : y1 - y, x0 - x : x1 - x]
        return x0, y0, max(x0, x1), max(y0, y1)

    def line(self, x0: int, y0: int, x1: int, y1: int, level: float) -> None:
        """A filled box of one grey level, mixed into what is there by multiplication."""
        self.grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] *= level


def smooth_noise(noise: np.random.Generator, height: int, width: int, cell: float) -> Grey:
    """Noise of mean 0 and spread about 1 that changes over `cell` pixels."""
    rows, columns = max(2, round(height / cell) + 1), max(2, round(width / cell) + 1)
    coarse = noise.standard_normal((rows, columns), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def paper(width: int, height: int, dpi: float, rng: random.Random, noise: np.random.Generator, rough: float) -> Sheet:
    """A blank sheet: white, cream, manila, grey or recycled with dark fibres; `rough` 0 to 2 is how bad it may be."""
    kind = rng.choices(("white", "cream", "manila", "grey", "recycled"), (6, 2, 1 + rough, 1, 0.5 + rough))[0]
    level = {"white": 232, "cream": 218, "manila": 184, "grey": 196, "recycled": 205}[kind] + rng.uniform(-8, 8)
    grey = np.full((height, width), level, dtype=np.float32)
    grey += smooth_noise(noise, height, width, dpi * 0.8) * 1.5
    grain = 1.0 if kind == "white" else 2.0
    grey += smooth_noise(noise, height, width, 3) * grain
    sheet = Sheet(grey, dpi, rng, noise)
    if kind == "recycled":
        _fibres(sheet, 60 + int(140 * rough))
    return sheet


def _fibres(sheet: Sheet, count: int) -> None:
    """Short dark fibres, faint as the rules allow (DMM 708 4.4: at most 15 % contrast)."""
    layer = np.zeros((sheet.height, sheet.width), dtype=np.uint8)
    for _ in range(count):
        x, y = sheet.rng.randrange(sheet.width), sheet.rng.randrange(sheet.height)
        dx, dy = sheet.rng.randint(-12, 12), sheet.rng.randint(-12, 12)
        cv2.line(layer, (x, y), (x + dx, y + dy), sheet.rng.randrange(10, 38), 1, cv2.LINE_AA)
    sheet.grey *= 1 - layer.astype(np.float32) / 255
