"""Lines of a deck as the station's own location and line cutter give them, with their truth: what validation reads.

A letter counts whose true block was found, the right way up, with as many lines as the truth has (lines above the
address left out); others say something about location, not about reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlocr.decks.format import Truth, read_deck, read_truth
from mlocr.pictures import load_lift
from mlocr.reading.letter import find_letter
from mlocr.reading.lines import BlockCut, cut_block
from mlocr.reading.locate import find_candidates

Grey = NDArray[np.uint8]


def deck_lines(folder: Path) -> Iterator[tuple[Grey, str, str]]:
    """Each line of each letter: the cut, its true text in capitals, and the letter's category."""
    deck = read_deck(folder)
    truths = {t.file: t for t in read_truth(folder)}
    for image in deck.images:
        truth = truths.get(image.name)
        if truth is None or not truth.lines or truth.bbox is None:
            continue
        cut = _true_block(image, truth, deck.dpi)
        if cut is None or len(cut.image.line_boxes) < len(truth.lines):
            continue
        boxes = cut.image.line_boxes[-len(truth.lines) :]
        for box, text in zip(boxes, truth.lines, strict=True):
            part = cut.image.pixels[box.y0 : box.y1, box.x0 : box.x1]
            if min(part.shape) >= 4:
                yield part, " ".join(text.upper().split()), truth.category


def _true_block(image: Path, truth: Truth, dpi: float | None) -> BlockCut | None:
    """The candidate that holds the true block, cut out the right way up."""
    lift = load_lift(image, dpi)
    letter = find_letter(lift)
    for candidate in find_candidates(lift, letter, 6):
        if candidate.rotation != truth.rotation:
            continue
        cut = cut_block(lift, candidate, 8)
        corners = np.array(
            [(b.x0, b.y0, 1) for b in cut.image.line_boxes] + [(b.x1, b.y1, 1) for b in cut.image.line_boxes]
        )
        if len(corners) == 0 or truth.bbox is None:
            continue
        seen = corners @ cut.matrix.T
        x0, y0 = seen.min(axis=0)
        x1, y1 = seen.max(axis=0)
        a, b, c, d = truth.bbox
        across, down = min(x1, c) - max(x0, a), min(y1, d) - max(y0, b)
        if across > 0.8 * (c - a) and down > 0.7 * (d - b) and (y1 - y0) < 1.8 * (d - b):
            return cut
    return None
