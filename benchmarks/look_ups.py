"""Times the look-ups of a built directory, each on questions it has not answered yet: what growth costs.

    python -m benchmarks.look_ups /tmp/n/built

Microseconds a call: the median over blocks of 25 calls, so that other work on the machine weighs little. What Python
keeps is cold, no question is asked twice of one directory; what the system keeps of the file is warm or not, as it
comes (run it twice, and take the second). Resident memory is the process's own, at the end.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from mlocr.directory.store import SqliteDirectory, open_directory
from mlocr.mail.address import RecordType

SAMPLES = 5
QUESTIONS = 1500
BLOCK = 25


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    gc.set_threshold(50_000, 20, 100)  # as a match worker does
    rng = random.Random(given.seed)
    started = time.perf_counter()
    with closing(open_directory(given.directory)) as directory:
        print(
            f"open {1000 * (time.perf_counter() - started):.1f} ms, {sum(directory.meta.zip4_counts.values())} records"
        )
        samples = [_questions(directory, rng) for _ in range(SAMPLES)]
    for name, key, ask in _asked():
        times = [
            block
            for asked in samples
            for block in _timed(given.directory, ask, list({key(question): question for question in asked}.values()))
        ]
        print(f"{name:28s} {statistics.median(times):8.1f} us")
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print(f"resident {pages * 4096 / 1e6:.0f} MB")


class Question(NamedTuple):
    """One ZIP Code, a street of it, and its city."""

    zip5: str
    street: str
    finance_number: str
    city: str
    state: str


Ask = Callable[[SqliteDirectory, Question], object]
Key = Callable[[Question], object]


def _questions(directory: SqliteDirectory, rng: random.Random) -> list[Question]:
    """As many ZIP Codes as may be, each once."""
    zips = [f"{zip5:05d}" for (zip5,) in directory._rows("SELECT zip5 FROM zip WHERE streets <> ''")]
    found = []
    for zip5 in rng.sample(zips, min(QUESTIONS, len(zips))):
        names, city = directory.street_names(zip5), directory.cities_of_zip(zip5)[0]
        found.append(Question(zip5, rng.choice(names), city.finance_number, city.name, city.state))
    return found


def _asked() -> Sequence[tuple[str, Key, Ask]]:
    """What is asked: its name, what makes two questions the same, and how."""

    def zip5(q: Question) -> object:
        return q.zip5

    def office(q: Question) -> object:
        return q.finance_number

    return (
        ("ZIP Code (cities, streets)", zip5, lambda d, q: d.cities_of_zip(q.zip5)),
        ("records of a street", zip5, lambda d, q: d.records(q.zip5, q.street)),
        ("no such street", zip5, lambda d, q: d.records(q.zip5, q.street + "X")),
        ("records by add-on", zip5, lambda d, q: d.records_with_addon(q.zip5, "1234")),
        ("firms of a ZIP Code", zip5, lambda d, q: d.records_of_type(q.zip5, RecordType.FIRM)),
        ("cities by name and state", lambda q: (q.city, q.state), lambda d, q: d.cities_named(q.city, q.state)),
        ("ZIP Codes of an office", office, lambda d, q: d.zips_of_finance_number(q.finance_number)),
        ("ZIP Codes of a street", zip5, lambda d, q: d.zips_of_street(q.finance_number, q.street)),
        ("street names of an office", office, lambda d, q: d.office_street_names(q.finance_number)),
    )


def _timed(path: Path, ask: Ask, questions: Sequence[Question]) -> list[float]:
    """Microseconds a question, block by block, of a directory opened for them."""
    found = []
    with closing(open_directory(path)) as directory:
        for at in range(0, len(questions) - BLOCK + 1, BLOCK):
            block = questions[at : at + BLOCK]
            started = time.perf_counter()
            for question in block:
                ask(directory, question)
            found.append((time.perf_counter() - started) / BLOCK * 1e6)
    return found


if __name__ == "__main__":
    main()
