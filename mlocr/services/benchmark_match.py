"""`mlocr bench match`: files of addresses on all cores, beside the way one would script it, in the same run."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path

from mlocr.errors import StationError, UsageError
from mlocr.services.benchmark_match_cases import (
    CLEAN,
    DAMAGED,
    GROUPS,
    TRAPS,
    MatchCase,
    MatchTally,
    answered_digits,
    read_cases,
    tally,
    write_questions,
)
from mlocr.services.benchmark_match_peer import make_book, missing_peer, play_script
from mlocr.services.matching_batch import Batch, BatchSetting, job_of
from mlocr.services.matching_input import RecordSource, Wishes
from mlocr.services.matching_lines import LineSource
from mlocr.services.matching_plan import MatcherPlan, opened
from mlocr.services.matching_records import Form
from mlocr.services.matching_workers import ProcessWorker
from mlocr.services.matching_writers import Job

SAMPLE_S = 0.02
STARTS = 3
SAME_CODE = ("-P", "-m", "mlocr")
"""`python -m` alone would take the code of the current folder before the installed one."""


@dataclass(frozen=True, slots=True)
class MatchBenchOptions:
    """What is asked: a directory and addresses (without them both are made), how many, how often, on how many cores."""

    directory: Path | None = None
    addresses: Path | None = None
    seed: int = 101
    count: int = 5000
    runs: int = 3
    workers: int = 1
    with_peer: bool = True


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group of addresses answered by one engine: `match` or `peer`; one rate a second for each run."""

    engine: str
    group: str
    cases: int
    processes: int
    per_second: tuple[float, ...]
    tally: MatchTally | None

    @property
    def rate(self) -> float:
        """Addresses a second: the median of the runs."""
        return statistics.median(self.per_second)

    def as_json(self) -> dict[str, object]:
        """Every figure by name."""
        return {
            "part": "match",
            "engine": self.engine,
            "group": self.group,
            "addresses": self.cases,
            "processes": self.processes,
            "addresses_per_second": round(self.rate, 1),
            "addresses_per_second_runs": [round(rate, 1) for rate in self.per_second],
            "score": self.tally.as_json() if self.tally else None,
        }


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The command itself over the clean addresses, from start to end.

    `peak_kib` is the most memory resident at once of the parent and of each worker, None where the system does not
    tell; `worker_start_s` is from the start of a worker's process to its readiness.
    """

    addresses: int
    seconds: float
    worker_start_s: float
    peak_kib: tuple[int, ...] | None

    def as_json(self) -> dict[str, object]:
        """Every figure by name."""
        peaks = self.peak_kib
        return {
            "part": "match",
            "engine": "command",
            "addresses": self.addresses,
            "seconds": round(self.seconds, 3),
            "worker_start_s": round(self.worker_start_s, 3),
            "peak_kib": {"parent": peaks[0], "workers": list(peaks[1:]), "together": sum(peaks)} if peaks else None,
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be measured, and why."""

    engine: str
    why: str

    def as_json(self) -> dict[str, object]:
        """The sentence."""
        return {"part": "match", "engine": self.engine, "skipped": self.why}


MatchResult = GroupResult | CommandResult | Skipped


def bench_match(
    options: MatchBenchOptions, today: date, work: Path, say: Callable[[str], None]
) -> Iterator[MatchResult]:
    """Measure group by group, then the command whole. `say` hears what is being done; files go to the folder `work`.

    Raises StationError of whatever does not fit; a peer that cannot be played is skipped.
    """
    if min(options.runs, options.workers, options.count) < 1:
        raise UsageError("--runs, --workers and --count must be 1 or more")
    say("making directory and addresses")
    # In a process of its own: what it loads must not count as memory of matching.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        plan = other.submit(prepare, options, today, work).result()
    with (work / "cases.jsonl").open(encoding="utf-8") as stream:
        cases = [MatchCase.of_line(line) for line in stream]
    groups = {name: [case for case in cases if case.group == name] for name in GROUPS}
    book, why_not = (work / "peer.sqlite", missing_peer()) if options.with_peer else (None, "")
    if book and not why_not:
        say("making the peer's dictionary")
        make_book(plan.directory, book)
    for name, group in groups.items():
        if group:
            yield from _group(name, group, plan, options, (None if why_not else book), work, say)
    if why_not:
        yield Skipped("peer", why_not)
    say("the command from start to end")
    yield _command(plan, groups[CLEAN] or cases, options.workers, work)


def prepare(options: MatchBenchOptions, today: date, work: Path) -> MatcherPlan:
    """Make what was not given, write `cases.jsonl`, and say with which directory and on which day to match."""
    from mlocr.services.benchmark_match_made import made_cases, made_directory  # noqa: PLC0415 - loads much
    from mlocr.services.directories import directory_info, resolve_directory  # noqa: PLC0415

    given = options.directory or made_directory(work, options.seed)
    directory = resolve_directory(given, work / "directories")
    usable = directory_info(directory).usability
    cases = list(read_cases(options.addresses)) if options.addresses else []
    counts = {CLEAN: options.count, DAMAGED: options.count, TRAPS: max(options.count // 10, 1)}
    lacking = {group: counts[group] for group in GROUPS if not any(case.group == group for case in cases)}
    if lacking:
        cases += made_cases(directory, lacking, options.seed)
    with (work / "cases.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(case.as_line() for case in cases)
    return MatcherPlan(directory, min(max(today, usable.first_use), usable.last_use))


# --- one group --------------------------------------------------------------------------------------------------------


def _group(
    name: str,
    cases: Sequence[MatchCase],
    plan: MatcherPlan,
    options: MatchBenchOptions,
    book: Path | None,
    work: Path,
    say: Callable[[str], None],
) -> Iterator[MatchResult]:
    """Both engines by turns, run by run, so that whatever else this machine does weighs on both."""
    questions = work / f"{name}.jsonl"
    write_questions(cases, questions)
    ours: list[float] = []
    theirs: list[float] = []
    codes: list[str] = []
    given: list[str] = []
    for run in range(options.runs):
        say(f"{name}, run {run + 1} of {options.runs}: match")
        seconds, text = play_batch(questions, plan, options.workers)
        ours.append(len(cases) / seconds)
        given = answered_digits(text)
        if book is not None:
            say(f"{name}, run {run + 1} of {options.runs}: peer")
            played = play_script([case.lines for case in cases], book, options.workers)
            theirs.append(len(cases) / played.seconds)
            codes = played.codes
    yield GroupResult("match", name, len(cases), options.workers, tuple(ours), tally(cases, given))
    if book is not None:
        yield GroupResult("peer", name, len(cases), options.workers, tuple(theirs), tally(cases, codes))


def play_batch(questions: Path, plan: MatcherPlan, workers: int) -> tuple[float, str]:
    """Answer a file with the workers ready before the clock starts; the seconds and the answers."""
    texts: list[str] = []
    # The clock runs from the readiness of the workers to the last answer written; ending them is not counted.
    at: list[float] = []

    with questions.open("rb") as stream:
        records = RecordSource(LineSource(stream, questions.name), Wishes())
        setting = BatchSetting(workers, texts.append, lambda count: at.append(time.perf_counter()), alone=0, warm=True)
        Batch(records, partial(opened, plan), setting, stream).run(_json_job)
    return max(at[-1] - at[0], 1e-9), "".join(texts)


def _json_job(records: RecordSource) -> Job:
    return job_of(records, Form.JSON, "utf-8", False, False)


# --- the command ------------------------------------------------------------------------------------------------------


def _command(plan: MatcherPlan, cases: Sequence[MatchCase], workers: int, work: Path) -> CommandResult:
    questions = work / "command.jsonl"
    write_questions(cases, questions)
    asked = ["match", "--directory", str(plan.directory), "--as-of", plan.as_of.isoformat(), "--json"]
    command = [sys.executable, *SAME_CODE, *asked, "--workers", str(workers), str(questions)]
    peaks: dict[int, int] = {}
    with ExitStack() as stack:
        out = stack.enter_context((work / "command.out").open("wb"))
        started = time.perf_counter()
        running = stack.enter_context(subprocess.Popen(command, stdout=out, env=same_code(os.environ, sys.path)))
        while running.poll() is None:
            _sample(running.pid, peaks)
            with suppress(subprocess.TimeoutExpired):
                running.wait(SAMPLE_S)
        seconds = time.perf_counter() - started
    if running.returncode:
        raise StationError(f"`mlocr match` ended with {running.returncode}; run it by hand: {' '.join(command)}")
    parent = peaks.pop(running.pid, 0)
    known = (parent, *sorted(peaks.values(), reverse=True)[: workers if workers > 1 else 0]) if parent else None
    return CommandResult(len(cases), seconds, _worker_start(plan), known)


def same_code(environment: Mapping[str, str], path: Sequence[str]) -> dict[str, str]:
    """The environment in which another interpreter finds the modules that this one, with that search path, runs."""
    here = os.pathsep.join(str(Path(folder).absolute()) for folder in path)
    return {**environment, "PYTHONPATH": here}


def _sample(parent: int, peaks: dict[int, int]) -> None:
    """Note the most memory the process and its children ever had resident, as the system counts it."""
    children = ""
    with suppress(OSError):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    for pid in (parent, *map(int, children.split())):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peaks[pid] = int(line.split()[1])


def _worker_start(plan: MatcherPlan) -> float:
    """Seconds from the start of a worker's process to its readiness, the median of some."""
    took = []
    for _ in range(STARTS):
        worker = ProcessWorker(partial(opened, plan), Job("bench", Form.JSON, Form.JSON, "utf-8"))
        started = time.perf_counter()
        worker.start()
        try:
            wait([worker.pipe])
            worker.take()
            took.append(time.perf_counter() - started)
        finally:
            worker.close()
    return statistics.median(took)
