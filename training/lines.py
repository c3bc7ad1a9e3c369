"""One training block: set, worn, damaged, photographed, flattened and cut as the station cuts it; its lines as samples.

The flattening, the line cutter and the network's own input are the station's, so training and use see alike. A
character blotted or scraped beyond reading is labelled UNREADABLE: the network is to say that something stands there
which nobody can read, not to guess it and not to pass it over.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.ocr.mailface_input import CHARACTERS, UNREADABLE, as_plane
from mlocr.decks.ink import InkState, blot, worn
from mlocr.decks.sheet import smooth_noise
from mlocr.reading.ink import flatten
from mlocr.reading.lines import cut_lines
from training.faces import SetLine, Setting, any_setting, set_lines
from training.texts import cased, line

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]
KNOWN = frozenset(CHARACTERS)


@dataclass(frozen=True, slots=True)
class Sample:
    """A line as the network takes it, uint8 (HEIGHT, width), and what stands in it."""

    plane: Grey
    label: str
    pins: bool = False
    pale: bool = False
    """Of a dot-matrix head; in faded or dry ink."""


def block_samples(rng: random.Random, held_out: bool = False, width: float | None = None) -> list[Sample]:
    """The lines of one random block, at `width` of natural; None: at such widths as the station looks at, and wider."""
    noise = np.random.default_rng(rng.getrandbits(63))
    setting = any_setting(rng, held_out)
    texts = [line(rng) for _ in range(rng.choice((1, 2, 2, 3, 3, 4)))]
    how = "capitals" if setting.face.startswith("5x7") else rng.choices(("capitals", "words", "lower"), (68, 30, 2))[0]
    rim = round(0.12 * setting.dpi)
    ink, places = set_lines([cased(t, rng, how) for t in texts], setting, rng, rim)
    state = wear(rng, setting.pins)
    ink = worn(ink, state, rng, noise)
    labels = [list(text) for text in texts]
    for i, place in enumerate(places):
        ink = _damaged(ink, place, labels[i], rng, noise)
    grey = photographed(_printed(ink, places, setting, rng, noise), setting, rng, noise)
    shade = flatten(grey, setting.dpi)
    boxes = _boxes(shade, places, setting, rng)
    samples = []
    for box, label in zip(boxes, labels, strict=True):
        if box is None or not all(c in KNOWN for c in label):
            continue
        x0, y0, x1, y1 = box
        cut = shade[max(y0, 0) : y1, max(x0, 0) : x1]
        if cut.shape[0] < 6 or cut.shape[1] < 6:
            continue
        any_width = rng.uniform(0.66, 1.0) if rng.random() < 0.7 else rng.uniform(1.0, 1.3)
        plane = as_plane(cut, width or any_width)
        text = " ".join("".join(label).split())
        if plane.shape[1] <= 1100 and plane.shape[1] / 4 > len(text) + 2:
            samples.append(Sample(plane, text, setting.pins, bool(state.fade or state.dry)))
    return samples


def wear(rng: random.Random, pins: bool) -> InkState:
    """A printer's state: from perfect to as bad as can still be read; outlines are pale more often than pins."""
    pale = 2 if pins else 7
    kinds = ("good", "spread", "dry", "fade", "dropout", "ragged", "all")
    kind = rng.choices(kinds, (5, 2, pale, pale, 2, 1.5, 0.7))[0]
    scale = rng.uniform(0.3, 1.15)
    every = kind == "all"
    return InkState(
        spread=rng.uniform(0.4, 1.25) * scale if kind == "spread" or every else rng.uniform(0, 0.4),
        thin=rng.uniform(0.1, 0.55) * scale if kind == "dry" or every else 0.0,
        dry=rng.uniform(0.2, 0.8) * scale if kind == "dry" or (every and not pins) else 0.0,
        mottle=rng.uniform(0.0, 0.4),
        fade=rng.uniform(0.2, 0.75) * scale if kind == "fade" else 0.0,
        dropouts=rng.randint(1, 4) if kind == "dropout" else 0,
        ragged=rng.uniform(0.3, 0.9) * scale if kind == "ragged" or every else 0.0,
    )


def _damaged(ink: Real, place: SetLine, label: list[str], rng: random.Random, noise: np.random.Generator) -> Real:
    """One character destroyed (its label too), or one to three only faded."""
    inked = [i for i, c in enumerate(label) if c != " "]
    if not inked or rng.random() > 0.14:
        return ink
    _, y0, _, y1 = place.box
    at = rng.choice([i for i in inked if label[i].isdigit()] or inked) if rng.random() < 0.5 else rng.choice(inked)
    if rng.random() < 0.4:
        x0, x1 = round(place.spans[at][0]), round(place.spans[at][1])
        if x1 - x0 < 3 or y1 - y0 < 6 or y0 < 1:
            return ink
        label[at] = UNREADABLE
        return blot(ink, (x0 - 1, y0 - 1, x1 + 1, y1 + 1), rng, noise)
    last = min(at + rng.choice((0, 0, 0, 1, 2)), len(label) - 1)
    x0, x1 = max(0, round(place.spans[at][0])), round(place.spans[last][1])
    # Fainter than this nobody reads it, and the station's own search for faint ink comes in.
    ink[max(0, y0 - 2) : y1 + 6, x0:x1] *= rng.uniform(0.22, 0.75)
    return ink


def _printed(
    ink: Real, places: list[SetLine], setting: Setting, rng: random.Random, noise: np.random.Generator
) -> Real:
    """The ink on paper: rules, neighbours, stray marks, show-through, then grey levels."""
    high, wide = ink.shape
    if rng.random() < 0.05:
        y1 = places[-1].box[3]
        y = min(high - 2, y1 + rng.randint(1, 9))
        ink[y : y + rng.choice((1, 2))] = rng.uniform(0.5, 1.0)
    if rng.random() < 0.04:
        x = rng.choice((rng.randrange(2, 12), wide - rng.randrange(4, 14)))
        ink[:, x : x + rng.choice((1, 2))] = rng.uniform(0.4, 1.0)
    for _ in range(rng.choice((0, 0, 0, 0, 0, 1, 2))):
        x, y = rng.randrange(wide), rng.randrange(high)
        end = (x + rng.randint(-10, 10), y + rng.randint(-10, 10))
        mark = np.zeros_like(ink)
        cv2.line(mark, (x, y), end, rng.uniform(0.08, 0.45), 1, cv2.LINE_AA)
        ink = np.maximum(ink, mark)
    paper = rng.uniform(200, 244) if rng.random() < 0.75 else rng.uniform(140, 215)
    grey = np.full((high, wide), paper, dtype=np.float32)
    grey += smooth_noise(noise, high, wide, 5) * rng.uniform(0, 2.5)
    grey += smooth_noise(noise, high, wide, setting.dpi * 0.5) * rng.uniform(0, 4)
    if rng.random() < 0.12:
        ghost = cv2.GaussianBlur(
            np.ascontiguousarray(ink[::-1, ::-1] if rng.random() < 0.5 else ink[:, ::-1]), (0, 0), rng.uniform(1.5, 3)
        )
        grey *= 1 - rng.uniform(0.03, 0.13) * np.roll(ghost, rng.randint(-12, 12), axis=0)
    dark = rng.uniform(0.55, 0.92) if rng.random() < 0.7 else rng.uniform(0.22, 0.6)
    grey *= 1 - dark * ink
    if rng.random() < 0.2:
        haze = rng.uniform(0.0, 0.4)
        grey = grey * (1 - haze) + haze * rng.uniform(165, 230)
    if rng.random() < 0.06:
        grey = _glared(grey, rng)
    if rng.random() < 0.06:
        folds = np.zeros_like(grey)
        for _ in range(rng.randint(1, 5)):
            start = (rng.randrange(wide), rng.randrange(high))
            end = (start[0] + rng.randint(-wide // 3, wide // 3), start[1] + rng.randint(-high // 2, high // 2))
            cv2.line(folds, start, end, rng.choice((-1.0, 1.0)) * rng.uniform(8, 36), 3, cv2.LINE_AA)
        grey += cv2.GaussianBlur(folds, (0, 0), rng.uniform(1.5, 4))
    return np.asarray(grey, dtype=np.float32)


def _glared(grey: Real, rng: random.Random) -> Real:
    """A bright streak under which print pales."""
    high, wide = grey.shape
    angle = rng.uniform(0.3, 2.8)
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    along = (x - rng.uniform(0, wide)) * np.float32(np.sin(angle)) + (y - rng.uniform(0, high)) * np.float32(
        np.cos(angle)
    )
    bright = np.exp(-((along / np.float32(rng.uniform(10, 40))) ** 2)) * np.float32(rng.uniform(0.2, 0.7))
    return np.asarray(grey * (1 - bright) + bright * 250, dtype=np.float32)


def photographed(grey: Real, setting: Setting, rng: random.Random, noise: np.random.Generator) -> Grey:
    """What is left of skew after the station's deskewing, optics, motion, sensor faults, grain, JPEG."""
    high, wide = grey.shape
    if rng.random() < 0.75:
        skew = rng.gauss(0, 0.15) if rng.random() < 0.85 else rng.uniform(-1.5, 1.5)
        turn = cv2.getRotationMatrix2D((wide / 2, high / 2), skew, 1.0)
        turn[:, 2] += (rng.random(), rng.random())
        grey = np.asarray(cv2.warpAffine(grey, turn, (wide, high), borderMode=cv2.BORDER_REPLICATE), dtype=np.float32)
    grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.35, 1.25)), dtype=np.float32)
    if rng.random() < 0.1:
        length = rng.choice((3, 5))
        kernel = np.full((1, length), 1 / length, dtype=np.float32)
        grey = np.asarray(cv2.filter2D(grey, -1, kernel), dtype=np.float32)
    if rng.random() < 0.05:
        for _ in range(rng.randint(1, 2)):
            grey[rng.randrange(high)] *= rng.uniform(0.6, 1.3)
    grey = grey + noise.standard_normal(grey.shape, dtype=np.float32) * np.float32(rng.uniform(0.4, 4.0))
    if rng.random() < 0.08:
        grey = np.where(noise.random(grey.shape, dtype=np.float32) < rng.uniform(0.0003, 0.003), grey * 0.4, grey)
    seen = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(55, 95)])[1]
        seen = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return seen


def _boxes(
    shade: Grey, places: list[SetLine], setting: Setting, rng: random.Random
) -> list[tuple[int, int, int, int] | None]:
    """Each line's box: the station's own cut, or the true one, drawn too tight or too loose."""
    found = cut_lines(shade, setting.dpi) if rng.random() < 0.75 else []
    boxes: list[tuple[int, int, int, int] | None] = []
    for place in places:
        x0, y0, x1, y1 = place.box
        middle, body = (y0 + y1) / 2, y1 - y0
        cut = next((b for b in found if b.y0 < middle < b.y1), None)
        fits = (
            cut is not None
            and abs(cut.x0 - x0) < body
            and abs(cut.x1 - x1) < body
            and 0.9 * body < cut.height < 2.0 * body
        )
        if cut is not None and fits:
            boxes.append((cut.x0, cut.y0 + _jitter(rng, body, 0.03), cut.x1, cut.y1 + _jitter(rng, body, 0.03)))
            continue
        margin = rng.uniform(0.04, 0.4) * body
        below = margin + (rng.uniform(0.0, 0.3) * body if rng.random() < 0.5 else 0)
        left, right = rng.uniform(0.05, 0.5) * body, rng.uniform(0.05, 0.5) * body
        boxes.append((round(x0 - left), round(y0 - margin), round(x1 + right), round(y1 + below)))
    return boxes


def _jitter(rng: random.Random, body: int, share: float) -> int:
    return round(rng.gauss(0, share * body))
