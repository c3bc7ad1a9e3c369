"""Dot matrix and pale print, read by the small recogniser and by the ready-made one, the same lines side by side.

    python -m training.compare drivers/ocr/models/mailface-2.onnx --lines 250 --seed 7

Lines as training draws them, at natural width, half of their words made up; those with an unreadable character are left
out. Right: letters and digits, with O, Q and 0, I, L and 1 taken as one.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from drivers.ocr.looks import said
from drivers.ocr.mailface import MailFaceRecogniser
from drivers.ocr.mailface_input import UNREADABLE
from drivers.ocr.onnx import OnnxSettings, PaddleRecogniser
from training.lines import Sample, block_samples
from training.shards import distance, plain

Read = Callable[[NDArray[np.uint8]], str]
KINDS: dict[str, Callable[[Sample], bool]] = {
    "dot matrix": lambda sample: sample.pins,
    "outline faces in faded or dry ink": lambda sample: sample.pale and not sample.pins,
}
_ALIKE = str.maketrans("OQIL", "0011")


def drawn(kind: str, count: int, seed: int) -> list[Sample]:
    """So many lines of one kind; the same for a seed on a machine with the same faces."""
    rng = random.Random(f"{kind} {seed}")
    found: list[Sample] = []
    while len(found) < count:
        found += [s for s in block_samples(rng, width=1.0) if KINDS[kind](s) and UNREADABLE not in s.label]
    return found[:count]


def row(kind: str, name: str, samples: list[Sample], read: Read) -> str:
    """One line of the table."""
    started = time.process_time()
    texts = [folded(read(sample.plane)) for sample in samples]
    each = (time.process_time() - started) * 1000 / len(samples)
    truths = [folded(sample.label) for sample in samples]
    right = sum(text == truth for text, truth in zip(texts, truths, strict=True)) / len(samples)
    edits = sum(distance(text, truth) for text, truth in zip(texts, truths, strict=True))
    share = f"right {right:6.1%}, characters wrong {edits / sum(map(len, truths)):5.1%}"
    return f"{kind:36}{name:18}{len(samples):5} lines, {share}, {each:5.1f} ms a line"


def folded(text: str) -> str:
    """Letters and digits, look-alikes as one."""
    return plain(text).translate(_ALIKE)


def table(model: Path, lines: int, seed: int) -> Iterator[str]:
    """The table, a line at a time."""
    small, settings = MailFaceRecogniser(model.read_bytes()), OnnxSettings(Path(platformdirs.user_cache_dir("mlocr")))
    large = PaddleRecogniser(settings.cache)
    small.open()
    large.open()
    for kind in KINDS:
        samples = drawn(kind, lines, seed)
        yield row(kind, model.name, samples, lambda plane: small.look(plane, 1.0).text)
        yield row(kind, "PP-OCRv6", samples, lambda plane: said(large.looks(plane, settings)).best.text)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--lines", type=int, default=250)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    for line in table(asked.model, asked.lines, asked.seed):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
