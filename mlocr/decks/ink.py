"""What printing does to ink: spread, dry ribbons, drop-outs, missing pins, fading, blots."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np

from mlocr.decks.sheet import Grey, smooth_noise


@dataclass(frozen=True, slots=True)
class InkState:
    """How a printer prints today. All 0 is perfect; `darkness` 0 to 1 is how much light full ink takes away."""

    darkness: float = 0.85
    spread: float = 0.0
    thin: float = 0.0
    dry: float = 0.0
    mottle: float = 0.0
    fade: float = 0.0
    dropouts: int = 0
    missing_pin: int = -1
    ragged: float = 0.0


def ink_for(rng: random.Random, severity: int, dots: bool) -> InkState:
    """A printer's state at severity 0 easy, 1 normal, 2 hard."""
    if severity == 0:
        return InkState(darkness=rng.uniform(0.78, 0.92), spread=rng.uniform(0, 0.3), mottle=rng.uniform(0, 0.06))
    worst = severity == 2
    kind = rng.choices(
        ("good", "spread", "dry", "fade", "dropout", "ragged"),
        (5, 2, 1.5, 1, 0.7, 1) if not worst else (2, 2, 2, 2, 2, 2),
    )[0]
    scale = 1.0 if worst else 0.5
    return InkState(
        darkness=rng.uniform(0.62, 0.9) if not worst else rng.uniform(0.42, 0.88),
        spread=rng.uniform(0.5, 1.1) * (0.6 + 0.5 * scale) if kind == "spread" else rng.uniform(0, 0.4),
        thin=rng.uniform(0.2, 0.5) * scale if kind == "dry" else 0.0,
        dry=rng.uniform(0.3, 0.75) * scale if kind == "dry" else 0.0,
        mottle=rng.uniform(0.05, 0.2) * (1 + scale),
        fade=rng.uniform(0.25, 0.65) * scale if kind == "fade" else 0.0,
        dropouts=rng.randint(1, 2 if not worst else 4) if kind == "dropout" else 0,
        missing_pin=rng.randrange(7) if dots and worst and rng.random() < 0.4 else -1,
        ragged=rng.uniform(0.3, 0.8) * scale if kind == "ragged" else 0.0,
    )


def worn(ink: Grey, state: InkState, rng: random.Random, noise: np.random.Generator) -> Grey:
    """The same text as this printer leaves it; coverage 0 to 1, darkness not yet applied."""
    out = ink
    height, width = ink.shape
    if state.spread:
        out = np.clip(cv2.GaussianBlur(out, (0, 0), 0.4 + state.spread) * (1.1 + 0.8 * state.spread), 0, 1)
    if state.thin:
        out = np.clip(cv2.GaussianBlur(out, (0, 0), 0.7) * 1.6 - 0.6 * state.thin, 0, 1)
    if state.ragged:
        wobble = smooth_noise(noise, height, width, 2.2)
        out = np.clip(cv2.GaussianBlur(out, (0, 0), 0.8) * 1.5 - 0.25 + wobble * 0.25 * state.ragged, 0, 1) * (
            out > 0.01
        )
    if state.mottle:
        out = out * np.clip(1 - state.mottle * (0.6 + smooth_noise(noise, height, width, 2.5)), 0.15, 1)
    if state.dry:
        gaps = smooth_noise(noise, height, width, 1.6) + 0.6 * smooth_noise(noise, height, width, 9)
        out = out * np.clip(1.15 - state.dry * (gaps > 0.35), 0.05, 1)
    if state.fade:
        slope = np.linspace(1, 1 - state.fade, width, dtype=np.float32)
        out = out * (slope if rng.random() < 0.5 else slope[::-1])
    for _ in range(state.dropouts):
        _drop(out := np.array(out, dtype=np.float32), rng)
    return np.asarray(np.clip(out, 0, 1), dtype=np.float32)


def _drop(ink: Grey, rng: random.Random) -> None:
    """A thin streak the ink missed: a clogged nozzle along the line, or a crease across it."""
    height, width = ink.shape
    if rng.random() < 0.6:
        y = rng.randrange(height)
        ink[y : y + rng.randint(1, 2)] *= rng.uniform(0.1, 0.5)
    else:
        x = rng.randrange(width)
        ink[:, x : x + rng.randint(2, 4)] *= rng.uniform(0.1, 0.5)


def blot(ink: Grey, box: tuple[int, int, int, int], rng: random.Random, noise: np.random.Generator) -> Grey:
    """One place damaged beyond reading: scraped off, or blotted over."""
    x0, y0, x1, y1 = box
    out = ink.copy()
    if rng.random() < 0.5:
        # What is left shows that something stood there, and not what.
        part = np.asarray(cv2.GaussianBlur(out[y0:y1, x0:x1], (0, 0), 3.5), dtype=np.float32)
        out[y0:y1, x0:x1] = part * np.clip(0.75 + 0.3 * smooth_noise(noise, y1 - y0, x1 - x0, 3), 0, 1)
        return out
    patch = np.clip(0.75 + 0.25 * smooth_noise(noise, y1 - y0, x1 - x0, 3), 0, 1)
    out[y0:y1, x0:x1] = np.maximum(out[y0:y1, x0:x1], patch)
    return out


def smeared(ink: Grey, rng: random.Random, noise: np.random.Generator) -> Grey:
    """A whole block wiped while wet: nothing of it can be read."""
    kernel = np.zeros((1, 61), dtype=np.float32)
    kernel[0, :] = 1 / 61
    wiped = cv2.filter2D(ink, -1, kernel)
    wiped = cv2.GaussianBlur(wiped, (0, 0), 6)
    return np.asarray(
        np.clip(wiped * 1.6 + 0.06 * smooth_noise(noise, ink.shape[0], ink.shape[1], 12) * (wiped > 0.02), 0, 1),
        dtype=np.float32,
    )
