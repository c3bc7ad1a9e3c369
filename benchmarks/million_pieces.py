"""The proof of the wire: virtual letters over an in-process link that spoils frames, and over one that does not.

    python -m benchmarks.million_pieces --pieces 1000000

Says how many frames were spoilt, what became of the letters, and what share of the throughput was lost. Exit code 1
when a letter bears a mark that is not its own, or more than one, when a piece has no end or two, or when more than 1 %
of the throughput is lost. The letters come in parts, each with a seed of its own; parts and seed give the same figures.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.virtual_run import PLAIN, RunPlan, RunResult, VirtualRun

MOST_LOST = 0.01
REFERENCE = 100_000  # letters of the run without errors: none is lost there, so the rate is the belt's


@dataclass(frozen=True, slots=True)
class Proof:
    """The parts of the run with errors, the run without, and the processor seconds of all."""

    spoilt: tuple[RunResult, ...]
    clean: RunResult
    cpu_seconds: float

    @property
    def lost(self) -> float:
        """The share of the throughput (marks sprayed whole an hour of belt) that the errors cost."""
        return 1.0 - per_hour(self.spoilt) / self.clean.per_hour if self.clean.per_hour else 1.0

    @property
    def faults(self) -> list[str]:
        """What must not be; empty when the proof holds."""
        found = [*_faults("with errors", self.spoilt), *_faults("without errors", (self.clean,))]
        if self.lost > MOST_LOST:
            found.append(f"{self.lost:.2%} of the throughput was lost, more than {MOST_LOST:.0%}")
        return found

    def as_json(self) -> dict[str, object]:
        """Every figure by name."""
        return {
            "with_errors": _figures(self.spoilt),
            "without_errors": _figures((self.clean,)),
            "throughput_lost": round(self.lost, 6),
            "cpu_minutes": round(self.cpu_seconds / 60, 1),
            "faults": self.faults,
        }


def per_hour(runs: Sequence[RunResult]) -> float:
    """Marks sprayed whole an hour of belt, over all runs."""
    hours = sum(run.books.sprayed / run.per_hour for run in runs if run.per_hour)
    return sum(run.books.sprayed for run in runs) / hours if hours else 0.0


def _faults(name: str, runs: Sequence[RunResult]) -> Iterator[str]:
    counts = {
        "wrong marks": sum(run.books.wrong for run in runs),
        "marks sprayed twice": sum(run.books.doubled for run in runs),
        "pieces with two ends": sum(run.books.ends_wrong for run in runs),
        "pieces without an end": sum(run.books.pieces - run.books.ended for run in runs),
        "columns beside a letter": sum(run.spilled for run in runs),
    }
    yield from (f"{name}: {count} {what}" for what, count in counts.items() if count)
    yield from (f"{name}: the link was lost, it {run.fault}" for run in runs if run.fault)


def _figures(runs: Sequence[RunResult]) -> dict[str, object]:
    ends = sum((run.books.ends for run in runs), Counter[str]())
    counted = ("letters", "pieces", "ended", "sprayed", "partly", "wrong", "doubled", "ends_wrong")
    return {
        **{name: sum(getattr(run.books, name) for run in runs) for name in counted},
        "ends": dict(sorted(ends.items())),
        "belt_hours": round(sum(run.seconds for run in runs) / 3600, 2),
        "sprayed_per_hour": round(per_hour(runs), 1),
        "frames": sum(run.frames for run in runs),
        "frames_spoilt": sum(run.frames_hit for run in runs),
        "frames_sent_again": sum(run.retransmitted for run in runs),
        "digests": [f"{run.books.digest:08x}" for run in runs],
    }


def _played(plan: RunPlan) -> tuple[RunResult, float]:
    began = time.process_time()
    result = VirtualRun(PLAIN, plan).play()
    return result, time.process_time() - began


def _word(run: RunResult, seconds: float) -> str:
    """One part in a line."""
    books = run.books
    return (
        f"{books.letters} letters, {run.frames_hit} of {run.frames} frames spoilt: {books.sprayed} sprayed,"
        f" {books.wrong} wrong, {books.doubled} twice, {books.pieces - books.ended} without an end;"
        f" {seconds:.0f} s of a processor"
    )


def prove(pieces: int, rate: float, seed: int, parts: int, processes: int) -> Proof:
    """Play all parts, side by side where there are processes for it."""
    sizes = [pieces // parts + (part < pieces % parts) for part in range(parts)]
    plans = [RunPlan(size, rate, seed + part) for part, size in enumerate(sizes)]
    plans.append(RunPlan(min(pieces, REFERENCE), 0.0, seed))
    played = []
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for result, seconds in pool.imap(_played, plans):
            played.append((result, seconds))
            print(_word(result, seconds), file=sys.stderr)
    *spoilt, clean = (result for result, _ in played)
    return Proof(tuple(spoilt), clean, sum(seconds for _, seconds in played))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=1_000_000, help="letters of the run with errors (1000000)")
    parser.add_argument("--rate", type=float, default=0.001, help="share of frames spoilt, each way (0.001)")
    parser.add_argument("--seed", type=int, default=1, help="the first part's seed (1)")
    parser.add_argument("--parts", type=int, default=10, help="runs the letters are shared among (10)")
    parser.add_argument("--processes", type=int, default=2, help="runs side by side (2)")
    given = parser.parse_args()
    if min(given.pieces, given.parts, given.processes) < 1 or not 0 <= given.rate < 1:
        parser.error("pieces, parts and processes are 1 or more, and the rate lies between 0 and 1")
    began = time.monotonic()
    proof = prove(given.pieces, given.rate, given.seed, given.parts, given.processes)
    print(json.dumps(proof.as_json() | {"minutes": round((time.monotonic() - began) / 60, 1)}, indent=2))
    for fault in proof.faults:
        print(fault, file=sys.stderr)
    return 1 if proof.faults else 0


if __name__ == "__main__":
    sys.exit(main())
