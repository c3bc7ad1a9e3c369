"""Stage I records answered on several cores, in order: the same answers whatever the number of workers."""

from __future__ import annotations

import itertools
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection

from mlocr.certification.stage1_layout import Stage1Record
from mlocr.errors import DeviceFaultError, StationError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.ports import AddressMatcher
from mlocr.services.matching_workers import Opener

CHUNK = 200
"""Records handed over at a time."""

AHEAD = 2
"""Chunks a worker may hold: one at work, one waiting."""

END_S = 2.0

Answered = tuple[Stage1Record, Match]


def block_of(record: Stage1Record) -> AddressBlock:
    """A record's question as an address block in mailing order."""
    return AddressBlock(tuple(TextLine(line) for line in record.lines))


def answers(records: Iterable[Stage1Record], opener: Opener, workers: int) -> Iterator[Answered]:
    """Every record with its answer, in order; with one worker here, with more in processes of their own.

    Raises what opening the matcher raises, TableStoppedError, and DeviceFaultError where a worker ends unasked.
    """
    if workers <= 1:
        with opener() as matcher:
            for record in records:
                yield record, _answer(matcher, record)
        return
    with ExitStack() as stack:
        team = [stack.enter_context(Worker(opener)) for _ in range(workers)]
        source = iter(records)
        waiting: deque[tuple[Worker, list[Stage1Record]]] = deque()
        turns = itertools.cycle(team)
        while chunk := list(itertools.islice(source, CHUNK)):
            if len(waiting) == AHEAD * workers:
                yield from _taken(*waiting.popleft())
            worker = next(turns)
            worker.give(chunk)
            waiting.append((worker, chunk))
        while waiting:
            yield from _taken(*waiting.popleft())


def _taken(worker: Worker, chunk: Sequence[Stage1Record]) -> Iterator[Answered]:
    return zip(chunk, worker.take(), strict=True)


def _answer(matcher: AddressMatcher, record: Stage1Record) -> Match:
    return replace(matcher.match(block_of(record)), candidates=())  # the diff does not show them, and they are heavy


def _serve(pipe: Connection, opener: Opener) -> None:
    """Answer chunks until the pipe closes; an error of ours goes back as it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    with suppress(EOFError, OSError):
        try:
            with opener() as matcher:
                while True:
                    chunk: list[Stage1Record] = pipe.recv()
                    pipe.send([_answer(matcher, record) for record in chunk])
        except StationError as error:
            pipe.send(error)


class Worker:
    """One process with a matcher of its own, from entering to leaving its `with`."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener

    def __enter__(self) -> Worker:
        """Start the process."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=partial(_serve, theirs, self._opener), daemon=True)
        self._process.start()
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it is doing."""
        self._pipe.close()
        self._process.join(END_S)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(END_S)

    def give(self, chunk: list[Stage1Record]) -> None:
        """Hand over a chunk; a worker that has ended is heard of when its answer is taken."""
        with suppress(OSError):
            self._pipe.send(chunk)

    def take(self) -> list[Match]:
        """The answers to the oldest chunk handed over."""
        try:
            said: list[Match] | StationError = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise DeviceFaultError("a matching process ended unasked; run again with --workers 1") from error
        if isinstance(said, StationError):
            raise said
        return said
