"""Trains the small recogniser on shards: `python -m training.train SHARDS OUT --until 16500 --decay 7000`.

One thread. The rate rises over `--warm` steps, stays, and falls over the last `--decay` steps before `--until`, so a
run may be stopped and taken up again with another end. Shards are read in order; one that is not there yet is made up
for by reading an older one again, which the log counts. Weights are averaged over steps; the average is exported.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from drivers.ocr.mailface_input import CHARACTERS
from training.ctc import loss_and_gradient
from training.network import MailFaceNet
from training.shards import distance, read_shard

Lines = list[tuple[NDArray[np.uint8], str]]
PLACES = {c: i + 1 for i, c in enumerate(CHARACTERS)}
STEP = 4  # pixels of width to one step
KEPT = 40  # shards that stay on disk after they were read
AVERAGE = 0.999


def as_batch(lines: Lines) -> tuple[Tensor, list[int], list[list[int]]]:
    """Ink 0..1 padded with paper, step counts, labels."""
    width = -(-max(plane.shape[1] for plane, _ in lines) // 32) * 32
    ink = np.zeros((len(lines), 1, 32, width), dtype=np.float32)
    for row, (plane, _) in zip(ink, lines, strict=True):
        row[0, :, : plane.shape[1]] = (255 - plane.astype(np.float32)) / 255
    batch = torch.from_numpy(ink).contiguous(memory_format=torch.channels_last)
    return batch, [plane.shape[1] // STEP for plane, _ in lines], [[PLACES[c] for c in text] for _, text in lines]


def batches(lines: Lines, size: int, rng: random.Random) -> Iterator[Lines]:
    """Batches of lines of like width, in random order."""
    order = sorted(range(len(lines)), key=lambda i: lines[i][0].shape[1] + rng.uniform(0, 24))
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(groups)
    for group in groups:
        yield [lines[i] for i in group]


def rate(step: int, asked: argparse.Namespace) -> float:
    """The learning rate of one step."""
    if step < asked.warm:
        return float(asked.peak * (step + 1) / asked.warm)
    left = (asked.until - step) / max(asked.decay, 1)
    return (
        float(asked.peak)
        if left >= 1
        else float(asked.peak * (0.01 + 0.99 * 0.5 * (1 - math.cos(math.pi * max(left, 0)))))
    )


def wrong_share(net: nn.Module, lines: Lines) -> tuple[float, float]:
    """Shares of wrong lines and of wrong characters (edit distance) under greedy reading."""
    net.eval()
    lines = sorted(lines, key=lambda x: x[0].shape[1])
    wrong, edits, total = 0, 0, 0
    with torch.no_grad():
        for i in range(0, len(lines), 32):
            part = lines[i : i + 32]
            ink, steps, _ = as_batch(part)
            paths = net(ink).argmax(1).numpy()
            for whole, count, (_, text) in zip(paths, steps, part, strict=True):
                path = whole[:count]
                read = "".join(CHARACTERS[c - 1] for j, c in enumerate(path) if c and (j == 0 or path[j - 1] != c))
                wrong += read != text
                edits += distance(read, text)
                total += len(text)
    net.train()
    return wrong / len(lines), edits / total


@dataclass(slots=True)
class Progress:
    """How far a run has come: steps, the next shard, shards read again for want of a new one, lines."""

    step: int = 0
    shard: int = 0
    again: int = 0
    lines: int = 0


class Training:
    """The network, its running mean, the optimiser, and how far they have come."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.net = MailFaceNet(len(CHARACTERS) + 1).to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=asked.peak, weight_decay=1e-3, betas=(0.9, 0.98))
        self.at = Progress()
        self.loss = 0.0

    def resume(self, checkpoint: Path) -> None:
        """Take up a run where `save` left it."""
        held = torch.load(checkpoint, weights_only=True)
        self.net.load_state_dict(held["net"])
        self.mean.load_state_dict(held["mean"])
        self.optimiser.load_state_dict(held["optimiser"])
        self.at = Progress(**held["state"])

    def save(self, checkpoint: Path) -> None:
        """Keep everything needed to go on; whole or not at all."""
        part = checkpoint.with_suffix(".part")
        kept = {"net": self.net, "mean": self.mean, "optimiser": self.optimiser}
        torch.save({name: each.state_dict() for name, each in kept.items()} | {"state": asdict(self.at)}, part)
        part.replace(checkpoint)

    def learn(self, batch: Lines) -> None:
        """One step."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.at.step, self.asked)
        ink, steps, labels = as_batch(batch)
        logits = self.net(ink)
        losses, gradient = loss_and_gradient(logits.detach().numpy(), steps, labels)
        characters = sum(len(x) for x in labels)
        self.optimiser.zero_grad(set_to_none=True)
        logits.backward(torch.from_numpy(gradient / np.float32(characters)))
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        averaged(self.mean, self.net, min(AVERAGE, (1 + self.at.step) / (10 + self.at.step)))
        self.at.step += 1
        self.at.lines += len(batch)
        self.loss += (float(losses[np.isfinite(losses)].sum()) / characters - self.loss) / min(200, self.at.step)

    def next_lines(self, rng: random.Random) -> Lines:
        """The next shard's lines, or an older one's while that is not made."""
        path = self.asked.shards / f"shard-{self.at.shard:04d}.npz"
        while not path.exists():
            older = sorted(p for p in self.asked.shards.glob("shard-*.npz") if p < path)
            if older:
                self.at.again += 1
                return read_shard(rng.choice(older))
            time.sleep(2)
        self.at.shard += 1
        (self.asked.shards / f"shard-{self.at.shard - KEPT:04d}.npz").unlink(missing_ok=True)
        return read_shard(path)


def run(asked: argparse.Namespace) -> None:
    """Train as asked."""
    asked.out.mkdir(parents=True, exist_ok=True)
    training, checkpoint = Training(asked), asked.out / "checkpoint.pt"
    if asked.resume:
        training.resume(asked.resume)
    check = read_shard(asked.check)[:600] if asked.check else []
    started, at = time.process_time(), training.at
    with (asked.out / "log.jsonl").open("a") as log:
        while at.step < asked.until:
            rng = random.Random(f"{asked.seed}/{at.step}")
            for batch in batches(training.next_lines(rng), asked.batch, rng):
                training.learn(batch)
                if at.step % 500 == 0:
                    row = asdict(at) | {"loss": round(training.loss, 4), "cpu": round(time.process_time() - started)}
                    if check and at.step % 1000 == 0:
                        row["wrong_lines"], row["wrong_characters"] = (
                            round(share, 4) for share in wrong_share(training.mean, check)
                        )
                    log.write(json.dumps(row) + "\n")
                    log.flush()
                if at.step % 1000 == 0 or at.step >= asked.until:
                    training.save(checkpoint)
                if at.step >= asked.until:
                    break


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Train the small recogniser.")
    parser.add_argument("shards", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--until", type=int, default=16500)
    parser.add_argument("--decay", type=int, default=7000)
    parser.add_argument("--warm", type=int, default=500)
    parser.add_argument("--peak", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", type=Path, help="a shard file to validate on")
    parser.add_argument("--resume", type=Path, help="a checkpoint to go on from")
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    run(asked)


@torch.no_grad()
def averaged(mean: nn.Module, net: nn.Module, keep: float) -> None:
    """Move the running mean of the weights towards the network's; norms' statistics are copied."""
    torch._foreach_lerp_(list(mean.parameters()), list(net.parameters()), 1 - keep)
    for to, value in zip(mean.buffers(), net.buffers(), strict=True):
        to.copy_(value)


if __name__ == "__main__":
    main()
