"""Whole files of addresses: read, answered by every core, written in order, in bounded memory.

One thread turns the wheel: it reads what is there, hands chunks of records to idle workers, writes what is next in
order, and waits. Until a worker is ready it answers chunks itself, so that a few addresses cost no process at all and
one address at a time, through a pipe, is answered at once. An answer depends on its record alone: chunks, workers and
their number never show in the output.
"""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import wait
from typing import Any

from mlocr.errors import BadInputError, ConfigurationError
from mlocr.services.matching_input import RecordSource
from mlocr.services.matching_interrupts import Interrupts
from mlocr.services.matching_job import Answered, Answerer
from mlocr.services.matching_records import Form, Record
from mlocr.services.matching_workers import Opener, ProcessWorker, WorkerDied, collector_spared
from mlocr.services.matching_writers import Job, head

ALONE = 200
"""Records answered before a worker is started: fewer are done sooner than a process starts."""
CHUNK = 100
"""Records a worker gets at once: some 20 ms of work, far above the cost of the message."""
BACKLOG = 4
"""Chunks under way for each worker, read, in work or waiting for their turn to be written."""
MOST_DEATHS = 20


@dataclass(slots=True)
class BatchCount:
    """How far the batch is: records answered, how many had each depth (0: none), rows that could not be read."""

    records: int = 0
    depths: dict[int, int] = field(default_factory=dict)
    bad_rows: int = 0
    first_bad: tuple[int, str] = (0, "")
    workers_died: int = 0

    def add(self, done: Answered) -> None:
        """Count what was written."""
        for depth, count in done.depths.items():
            self.depths[depth] = self.depths.get(depth, 0) + count
            self.records += count
        if done.bad_rows and not self.bad_rows:
            self.first_bad = done.bad_rows[0]
        self.bad_rows += len(done.bad_rows)


@dataclass(frozen=True, slots=True)
class BatchSetting:
    """How many workers (1: none, all in this process), and how the work is cut; what is written goes to `write`.

    `progress` hears the count after each writing, `say` what a person should know, each one sentence. `warm` waits for
    every worker before the first record and then tells `progress`: for measuring.
    """

    workers: int
    write: Callable[[str], None]
    progress: Callable[[BatchCount], None] = lambda count: None
    say: Callable[[str], None] = lambda sentence: None
    alone: int = ALONE
    chunk: int = CHUNK
    warm: bool = False


@dataclass(slots=True)
class _Chunk:
    """Some records on their way. After a worker died of one of them they go one by one (`careful`)."""

    number: int
    records: list[Record]
    answered: list[Answered] = field(default_factory=list)
    careful: bool = False

    def portion(self) -> list[Record]:
        return self.records[:1] if self.careful else self.records

    def take(self, done: Answered) -> None:
        """Note an answer; a failed one ends the chunk."""
        self.answered.append(done)
        self.records = [] if done.error else self.records[len(self.portion()) :]


class Batch:
    """One file's way through. `run` once."""

    def __init__(self, records: RecordSource, opener: Opener, setting: BatchSetting, input_file: object = None):
        """`input_file` is what the records are read from; it is waited for together with the workers where it can."""
        self.count = BatchCount()
        self._records = records
        self._opener = opener
        self._setting = setting
        self._input = _Input(input_file)
        self._team = _Team(setting)
        self._interrupts = Interrupts()
        self._waiting: deque[_Chunk] = deque()
        self._finished: dict[int, _Chunk] = {}
        self._cut = 0
        self._due = 0
        self._alone_count = 0
        self._unread: BadInputError | None = None

    def run(self, make_job: Callable[[RecordSource], Job]) -> BatchCount:
        """Answer every record; `make_job` says what is asked once the input's form is known.

        Raises what stopped it (BadInputError for a malformed record, TableStoppedError ...) after every answer before
        it was written.
        """
        with ExitStack() as stack:
            stack.enter_context(self._interrupts.held())
            stack.callback(self._team.close)
            matcher = stack.enter_context(self._opener())
            stack.enter_context(collector_spared())
            with self._interrupts.waiting():
                self._records.open()
            job = make_job(self._records)
            alone = Answerer(job, matcher)
            self._setting.write(head(job))
            if self._setting.warm:
                self._warm_up(alone, job)
            while not self._over:
                self._interrupts.check()
                self._fill()
                self._work(alone, job)
                self._deliver()
        if self._unread is not None:
            raise self._unread
        return self.count

    def _warm_up(self, alone: Answerer, job: Job) -> None:
        if self._setting.workers > 1:
            self._team.start(self._opener, job)
        while self._team.starting:
            self._hear(alone, [], None)
        self._setting.progress(self.count)

    @property
    def _over(self) -> bool:
        return self._exhausted and self._cut == self._due

    @property
    def _exhausted(self) -> bool:
        return self._records.ended or self._unread is not None

    @property
    def _room(self) -> bool:
        return not self._exhausted and self._cut - self._due < max(2, self._setting.workers) * BACKLOG

    def _fill(self) -> None:
        """Read once, unless that would keep answers waiting."""
        if not self._room or (self._cut > self._due and not self._input.ready()):
            return
        try:
            with self._interrupts.waiting():
                records = self._records.take()
        except BadInputError as error:
            self._unread = error
            return
        size = self._setting.chunk
        for start in range(0, len(records), size):
            self._waiting.append(_Chunk(self._cut, records[start : start + size]))
            self._cut += 1

    def _work(self, alone: Answerer, job: Job) -> None:
        team = self._team
        if self._setting.workers > 1 and self._alone_count >= self._setting.alone and len(self._waiting) > 1:
            team.start(self._opener, job)
        while self._waiting and team.idle:
            self._give(self._waiting.popleft(), alone)
        # What ended a worker must not end this process: after a death it answers nothing itself any more.
        if self._waiting and not team.at_work and not self.count.workers_died:
            chunk = self._waiting.popleft()
            self._alone_count += len(chunk.records)
            chunk.take(alone.answer(chunk.records))
            self._finished[chunk.number] = chunk
            self._hear(alone, [], 0)
        elif team.at_work or (team.starting and self._waiting):
            self._hear(alone, [self._input.file] if self._room and self._input.can_wait else [], None)

    def _give(self, chunk: _Chunk, alone: Answerer) -> None:
        worker = self._team.idle.pop()
        try:
            worker.give(chunk.portion())
            self._team.busy[worker] = chunk
        except WorkerDied:
            self._mourn(worker, chunk, alone)

    def _hear(self, alone: Answerer, others: Sequence[Any], timeout: float | None) -> None:
        """Wait for workers, or for what else may come first, and note what they answered."""
        with self._interrupts.waiting():
            heard = self._team.heard(others, timeout)
        for worker in heard:
            chunk = self._team.busy.pop(worker, None)
            try:
                done = worker.take()
            except WorkerDied:
                self._mourn(worker, chunk, alone)
                continue
            self._team.welcome(worker)
            if chunk is not None and done is not None:
                self._note(chunk, done)

    def _note(self, chunk: _Chunk, done: Answered) -> None:
        chunk.take(done)
        if chunk.records:
            self._waiting.appendleft(chunk)
        else:
            self._finished[chunk.number] = chunk

    def _mourn(self, worker: ProcessWorker, chunk: _Chunk | None, alone: Answerer) -> None:
        """Another worker takes over, record by record; a record that ends a worker alone gets no answer."""
        self.count.workers_died += 1
        self._team.replace(worker, self.count.workers_died)
        if chunk is None:
            return
        if chunk.careful:
            self._note(chunk, alone.give_up(chunk.records[0]))
            return
        chunk.careful = True
        self._waiting.appendleft(chunk)

    def _deliver(self) -> None:
        """Write what is due, in order. Raises what stopped the work behind it."""
        while chunk := self._finished.pop(self._due, None):
            self._due += 1
            self._setting.write("".join(done.text for done in chunk.answered))
            for done in chunk.answered:
                self.count.add(done)
                if done.error is not None:
                    raise done.error
            self._setting.progress(self.count)


class _Input:
    """What is read from, as far as it can be waited for."""

    def __init__(self, file: object) -> None:
        self.file = file
        self.can_wait = False
        if hasattr(select, "poll") and hasattr(file, "fileno"):
            with suppress(OSError, ValueError):  # a buffer has no number
                self._poll = select.poll()
                self._poll.register(file.fileno(), select.POLLIN)
                self.can_wait = True

    def ready(self) -> bool:
        """Whether reading would not wait; where that cannot be known, it is tried."""
        return not self.can_wait or bool(self._poll.poll(0))


class _Team:
    """The workers, by what they are doing."""

    def __init__(self, setting: BatchSetting) -> None:
        self.idle: list[ProcessWorker] = []
        self.starting: list[ProcessWorker] = []
        self.busy: dict[ProcessWorker, _Chunk] = {}
        self._setting = setting
        self._new: Callable[[], ProcessWorker] | None = None

    @property
    def at_work(self) -> bool:
        """Whether any worker is ready for work or doing it."""
        return bool(self.idle or self.busy)

    def start(self, opener: Opener, job: Job) -> None:
        """Start every worker, once."""
        if self._new is None:
            self._new = partial(ProcessWorker, opener, job)
            for _ in range(self._setting.workers):
                self._start_one()

    def _start_one(self) -> None:
        if self._new is not None:
            worker = self._new()
            worker.start()
            self.starting.append(worker)

    def heard(self, others: Sequence[Any], timeout: float | None) -> list[ProcessWorker]:
        """The workers that have said something, after at most `timeout` seconds; none when `others` came first."""
        by_pipe = {worker.pipe: worker for worker in (*self.starting, *self.busy)}
        if not by_pipe:
            return []
        ready = wait([*by_pipe, *others], timeout)
        return [worker for pipe, worker in by_pipe.items() if pipe in ready]

    def welcome(self, worker: ProcessWorker) -> None:
        """It is free for work."""
        if worker in self.starting:
            self.starting.remove(worker)
        self.idle.append(worker)

    def replace(self, worker: ProcessWorker, deaths: int) -> None:
        """Put another in its place. Raises ConfigurationError where that would go on for ever."""
        died_of = worker.died_of
        worker.close()
        if worker in self.starting:
            self.starting.remove(worker)
            raise ConfigurationError(f"a matching worker ended {died_of} while starting; give fewer --workers, or 1")
        if deaths > MOST_DEATHS:
            raise ConfigurationError(f"matching workers keep ending (the last {died_of}); give fewer --workers, or 1")
        self._setting.say(f"a matching worker ended {died_of}; its records are done again, one by one")
        self._start_one()

    def close(self) -> None:
        """End every process."""
        for worker in (*self.idle, *self.starting, *self.busy):
            worker.close()


def bad_rows_error(count: BatchCount, source: str) -> BadInputError | None:
    """The error to end with where rows of a table could not be read; None where all could."""
    if not count.bad_rows:
        return None
    line, said = count.first_bad
    rows = "1 row" if count.bad_rows == 1 else f"{count.bad_rows} rows"
    return BadInputError(
        f"{source}: {rows} could not be read, the first in line {line} ({said}); every other row was answered"
    )


def job_of(records: RecordSource, wished: Form | None, encoding: str, heading: bool, explain: bool) -> Job:
    """What is asked of the records of an opened source: a table gets a table, anything else what `wished` says."""
    usual = Form.CSV if records.form is Form.CSV else Form.TEXT
    return Job(records.name, records.form, wished or usual, encoding, records.sheet, heading, explain)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
