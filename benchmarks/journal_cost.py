"""What a durable intent costs on this machine's disk: one sync for each, and one sync for several together.

    python -m benchmarks.journal_cost --folder . --rounds 300

Every round journals what a letter has before its job (arrived, decided, intent) for each letter of the group, and waits
until all of it is synced. Beside it: a bare write and fdatasync of as many bytes, which no journal can undercut.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mlocr.station.journal import Journal

GROUPS = (1, 2, 4, 8)
DECIDED = {
    "tracking": "00270000000000001000",
    "lines": ["MS NANCY FITZGERALD", "282 QUEEN ST APT 12", "SPARKSVILLE NV 89411"],
    "bbox": [900, 478, 1432, 679],
    "outcome": "encoded",
    "digits": "89411123482",
    "bars": "ATTADADTDDFATDAAAFTTDFDFTATTTAADTDFDDDFDDDTTDTFFADAAFDDAATATFDDDA",
    "rule": ["last_line", "street", "range", "delivery_point"],
    "delivery_line": "282 QUEEN ST APT 12",
    "last_line": "SPARKSVILLE NV 89411-1234",
}


def measured(rounds: int, work: Callable[[int], None]) -> list[float]:
    """Microseconds of each round."""
    times = []
    for number in range(rounds):
        began = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - began) * 1e6)
    return times


def journal_times(folder: Path, group: int, rounds: int) -> list[float]:
    """Microseconds until the intents of a group of letters are durable."""
    journal = Journal(folder / f"journal-{group}.db", lambda: datetime.now(UTC))
    journal.open()

    def intents(number: int) -> None:
        for letter in range(number * group, (number + 1) * group):
            label = f"7a4be1c9-{letter}"
            journal.append("arrived", label, {"file": f"{letter:05}.jpg", "trigger": letter, "index": letter})
            journal.append("decided", label, DECIDED)
            journal.append("intent", label, {"job": f"1-{letter}"})
        journal.commit()

    times = measured(rounds, intents)
    journal.close()
    return times


def bare_times(folder: Path, rounds: int) -> list[float]:
    """Microseconds of one write of 4 KiB and its fdatasync."""
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT)

    def write(number: int) -> None:
        os.pwrite(handle, b"x" * 4096, number * 4096)
        os.fdatasync(handle)

    times = measured(rounds, write)
    os.close(handle)
    return times


def figures(times: list[float], letters: int) -> dict[str, float | int]:
    """Median and 99th percentile of a sync, and what a letter costs, in microseconds."""
    ordered = sorted(times)
    median = statistics.median(ordered)
    tail = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return {
        "letters": letters,
        "sync_us_p50": round(median),
        "sync_us_p99": round(tail),
        "letter_us": round(median / letters),
    }


def main() -> None:
    """Measure and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(), help="a folder on the disk that is to be measured")
    parser.add_argument("--rounds", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlocr-journal-", dir=given.folder) as name:
        folder = Path(name)
        print(json.dumps({"what": "bare write and fdatasync"} | figures(bare_times(folder, given.rounds), 1)))
        for group in GROUPS:
            times = journal_times(folder, group, given.rounds)
            print(json.dumps({"what": "durable intents"} | figures(times, group)))


if __name__ == "__main__":
    main()
