"""Makes shards of training lines, one after another, keeping at most so many on disk.

    python -m training.shards OUT --seed 1 --lines 10000 --count 100 --most 60

Shard k of a seed is always the same whatever ran before it. `--held-out` sets the lines in faces never trained on.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.lines import Sample, block_samples


def shard(seed: int, number: int, lines: int, held_out: bool = False) -> list[Sample]:
    """The samples of one shard."""
    rng = random.Random(f"{seed}/{number}/{'held out' if held_out else 'trained'}")
    samples: list[Sample] = []
    while len(samples) < lines:
        samples += block_samples(rng, held_out)
    return samples[:lines]


def write_shard(path: Path, samples: list[Sample]) -> None:
    """One file: the planes side by side, their widths, the labels line by line; whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(
            file,
            planes=np.hstack([s.plane for s in samples]),
            widths=np.array([s.plane.shape[1] for s in samples], dtype=np.int32),
            labels=np.array("\n".join(s.label for s in samples)),
        )
    part.replace(path)


def read_shard(path: Path) -> list[tuple[NDArray[np.uint8], str]]:
    """The planes and labels of one file."""
    with np.load(path) as held:
        planes, ends = held["planes"], np.cumsum(held["widths"])
        labels = str(held["labels"]).split("\n")
    return [(planes[:, a:b], label) for a, b, label in zip([0, *ends[:-1]], ends, labels, strict=True)]


def plain(text: str) -> str:
    """Letters and digits in capitals: what two readings of a line are compared by."""
    return "".join(c for c in text.upper() if c.isalnum() or c == "#")


def distance(one: str, other: str) -> int:
    """Edit distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Make shards of training lines.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--lines", type=int, default=10000)
    parser.add_argument("--most", type=int, default=60, help="wait while so many lie there; more than training keeps")
    parser.add_argument("--held-out", action="store_true")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    asked.out.mkdir(parents=True, exist_ok=True)
    for number in range(asked.first, asked.first + asked.count):
        while len(list(asked.out.glob("shard-*.npz"))) >= asked.most:
            time.sleep(5)
        write_shard(asked.out / f"shard-{number:04d}.npz", shard(asked.seed, number, asked.lines, asked.held_out))


if __name__ == "__main__":
    main()
