"""A matching worker: a process of its own with its own directory handle. It gets records and gives text back."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing.connection import Connection

from mlocr.errors import StationError
from mlocr.ports import AddressMatcher
from mlocr.services.matching_job import Answered, Answerer
from mlocr.services.matching_records import Record
from mlocr.services.matching_writers import Job

STOP_TIMEOUT_S = 2.0

Opener = Callable[[], AbstractContextManager[AddressMatcher]]
"""Opens a matcher and closes it; it travels to the process that calls it."""


class WorkerDied(Exception):
    """The process ended, or its pipe broke, before it answered."""


@contextmanager
def collector_spared() -> Iterator[None]:
    """Let the garbage collector look seldom: matching makes much that goes at once, and hardly a cycle (5 to 15 %)."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def serve(pipe: Connection, opener: Opener, job: Job) -> None:
    """Answer until the pipe closes. The first message says how the start went: None or the error."""
    # Ctrl-C goes to the whole process group: the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        try:
            with opener() as matcher:
                answerer = Answerer(job, matcher)
                # Matching makes no cycles; a collection would walk hundreds of thousands of records for nothing.
                gc.freeze()
                gc.set_threshold(50_000, 20, 100)
                pipe.send(None)
                while (records := pipe.recv()) is not None:
                    pipe.send(answerer.answer(records))
        except StationError as error:
            pipe.send(error)


class ProcessWorker:
    """A spawned process; it is started by the constructor's caller with `start`."""

    def __init__(self, opener: Opener, job: Job) -> None:
        self._opener = opener
        self._job = job

    def start(self) -> None:
        """Start the process without waiting for it."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self._opener, self._job), daemon=True)
        with _interrupts_held():
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def give(self, records: Sequence[Record]) -> None:
        """Hand over records. Raises WorkerDied."""
        try:
            self.pipe.send(records)
        except OSError as error:
            raise WorkerDied from error

    def take(self) -> Answered | None:
        """What it said: None once, when it is ready. Raises WorkerDied, and what kept it from starting."""
        try:
            said = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied from error
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Answered) else None

    @property
    def died_of(self) -> str:
        """How it ended, in words."""
        self._process.join(STOP_TIMEOUT_S)
        code = self._process.exitcode
        return "without a word" if code is None else f"by signal {-code}" if code < 0 else f"with exit code {code}"

    def close(self) -> None:
        """End it at once, whatever it is doing; safe to call twice."""
        self.pipe.close()
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(STOP_TIMEOUT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(STOP_TIMEOUT_S)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C from a process being started: it inherits the mask, and we get ours when the start is over."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker  # noqa: PLC0415 - not on Windows

    resource_tracker.ensure_running()  # it lifts the mask when it starts, so it starts before
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
