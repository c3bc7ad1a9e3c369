"""What a model reads right, how sure it is of that, and the temperature that would make it as sure as it is right.

    python -m training.check MODEL.onnx --deck DECK --deck DECK --shard SHARD.npz

Deck lines are cut as the station cuts them; letters whose truth is not on the paper (a lost digit) are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from drivers.ocr.looks import Look
from drivers.ocr.mailface import SQUEEZE, MailFaceRecogniser
from drivers.ocr.mailface_input import CHARACTERS
from training.ctc import loss_and_gradient
from training.deck_lines import deck_lines
from training.shards import distance, plain, read_shard

TEMPERATURES = (0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
DAMAGED = ("lost_digit",)


class Read(NamedTuple):
    """One line as read, and its truth."""

    look: Look
    truth: str


def read_decks(recogniser: MailFaceRecogniser, decks: Iterable[Path], squeeze: float) -> Iterator[Read]:
    """The lines of whole letters."""
    for deck in decks:
        for cut, truth, category in deck_lines(deck):
            if category not in DAMAGED:
                yield Read(recogniser.look(cut, squeeze), truth)


def read_shards(recogniser: MailFaceRecogniser, shards: Iterable[Path]) -> Iterator[Read]:
    """The lines of shards, already as the network takes them."""
    for shard in shards:
        for plane, truth in read_shard(shard):
            yield Read(recogniser.look_at(plane), truth)


def report(reads: list[Read]) -> Iterator[str]:
    """Lines of a table."""
    right = np.array([plain(r.look.text) == plain(r.truth) for r in reads])
    sure = np.array([r.look.confidence for r in reads])
    edits = sum(distance(plain(r.look.text), plain(r.truth)) for r in reads)
    characters = sum(len(plain(r.truth)) for r in reads)
    yield f"{len(reads)} lines, wrong {1 - right.mean():.4f}; characters wrong {edits / characters:.4f}"
    for least in (0.5, 0.6, 0.8, 0.9, 0.93, 0.97, 0.98):
        held = sure >= least
        yield f"confidence {least:.2f} and more: {held.mean():.3f} of the lines, {(held & ~right).sum()} of them wrong"
    for temperature in TEMPERATURES:
        yield f"temperature {temperature:.2f}: {surprise(reads, temperature):.4f} nats a character"


def surprise(reads: list[Read], temperature: float) -> float:
    """Mean negative log likelihood of the truth a character, the worst hundredth of lines left out."""
    places = {c: i + 1 for i, c in enumerate(CHARACTERS)}
    found = []
    for read in reads:
        labels = [places[c] for c in read.truth if c in places]
        logits = np.log(np.maximum(read.look.raw, 1e-12)).T[None] / temperature
        loss, _ = loss_and_gradient(logits.astype(np.float32), [logits.shape[2]], [labels])
        found.append(float(loss[0]) / len(labels))
    return float(np.mean(sorted(found)[: max(1, round(0.99 * len(found)))]))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Check a model.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--deck", type=Path, action="append", default=[])
    parser.add_argument("--shard", type=Path, action="append", default=[])
    parser.add_argument("--squeeze", type=float, default=SQUEEZE)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    recogniser = MailFaceRecogniser(asked.model.read_bytes())
    recogniser.open()
    reads = [*read_decks(recogniser, asked.deck, asked.squeeze), *read_shards(recogniser, asked.shard)]
    if not reads:
        parser.error("no lines: give --deck or --shard")
    sys.stdout.writelines(f"{line}\n" for line in report(reads))


if __name__ == "__main__":
    main()
