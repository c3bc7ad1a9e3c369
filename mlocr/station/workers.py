"""Encode workers: each a process of its own with its reader and matcher, so that a crash costs one piece.

A worker that dies or does not answer in time is replaced; its piece is `Rejected(WORKER_FAILED)`.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

from mlocr.errors import DeviceFaultError, StationError
from mlocr.mail.code import TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import Outcome, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.picture_slot import PictureSlot

START_TIMEOUT_S = 60.0
"""How long a worker may take to load its models on a cold disk, where nobody says."""

CLOSE_TIMEOUT_S = 5.0
"""How long a worker may take to end; one with an engine of the user's has that to end first."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One piece's outcome and how long each stage took, in milliseconds."""

    outcome: Outcome
    timings_ms: dict[str, float]


class Encoder(Protocol):
    """Decides one piece. `budget_ms`: milliseconds it has left when its turn comes; None where nothing presses."""

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        """The outcome and its timings; a piece whose time runs out on the way is not decided further."""
        ...

    def close(self) -> None:
        """Release models and connections."""
        ...


EncoderFactory = Callable[[], Encoder]
"""Builds an encoder; picklable, since a worker process calls it."""


def _work(factory: EncoderFactory, pipe: Connection, slot: PictureSlot) -> None:
    # Ctrl-C goes to the whole process group: the station ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        encoder = factory()
    except StationError as error:
        pipe.send(error)
        return
    pipe.send(None)
    try:
        with suppress(EOFError, OSError):
            while (asked := pipe.recv()) is not None:
                sent, *rest = asked
                pipe.send(_decided(encoder, slot.get(sent), *rest))
    finally:
        encoder.close()


def _decided(
    encoder: Encoder, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None
) -> Decided | StationError:
    # What the station itself must know (an engine given up, a table stopped) is no fault of this worker or its piece.
    try:
        return encoder.encode(lift, tracking, budget_ms)
    except StationError as error:
        return error


class WorkerNotReadyError(DeviceFaultError):
    """A worker did not get ready, or not in time."""


class WorkerProcess:
    """One worker process, seen from the station. Used by one thread at a time."""

    def __init__(self, factory: EncoderFactory, timeout_s: float, start_timeout_s: float = START_TIMEOUT_S) -> None:
        self._factory = factory
        self._timeout = timeout_s
        self._start_timeout = start_timeout_s
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._slot: PictureSlot | None = None
        self._pipe: Connection | None = None
        self._ready = False
        self.replaced = 0

    def start(self) -> None:
        """Start the process without waiting for its models."""
        self._pipe, theirs = self._context.Pipe()
        self._slot = PictureSlot()
        self._process = self._context.Process(target=_work, args=(self._factory, theirs, self._slot), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False

    def wait_ready(self) -> None:
        """Wait until the models are loaded. Raises what kept the worker from starting."""
        if self._ready:
            return
        pipe = self._open_pipe()
        if not pipe.poll(self._start_timeout):
            raise WorkerNotReadyError(
                f"an encode worker was not ready after {self._start_timeout:g} seconds;"
                " raise run.worker_start_timeout_s, or set run.workers = 0 to see what takes so long"
            )
        try:
            error = pipe.recv()
        except EOFError:
            raise WorkerNotReadyError("an encode worker ended while starting; set run.workers = 0 to see why") from None
        if error is not None:
            raise error
        self._ready = True

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        """Decide one piece; a worker that crashed or hung gives WORKER_FAILED and is replaced.

        Raises the StationError of a part that has been given up for good: that ends the run.
        """
        started = time.monotonic()
        try:
            self.wait_ready()
            pipe = self._open_pipe()
            pipe.send((self._open_slot().put(lift), tracking, budget_ms))
            if pipe.poll(self._timeout):
                answer: Decided | StationError = pipe.recv()
                if isinstance(answer, StationError):
                    raise answer
                return answer
        except (EOFError, OSError, WorkerNotReadyError):
            pass
        self._kill()
        self.replaced += 1
        self.start()
        elapsed = (time.monotonic() - started) * 1000
        return Decided(Rejected(RejectReason.WORKER_FAILED), {"encode": elapsed})

    def close(self) -> None:
        """End the process; safe to call twice."""
        if self._pipe is not None:
            with suppress(OSError):
                self._pipe.send(None)
        if self._process is not None:
            self._process.join(CLOSE_TIMEOUT_S)
        self._kill()

    def _open_pipe(self) -> Connection:
        if self._pipe is None:
            raise OSError("the worker is not started")
        return self._pipe

    def _open_slot(self) -> PictureSlot:
        if self._slot is None:
            raise OSError("the worker is not started")
        return self._slot

    def _kill(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join(2)
        if self._pipe is not None:
            self._pipe.close()
        if self._slot is not None:
            self._slot.close()
        self._process = self._pipe = self._slot = None


class WorkerInline:
    """The same face without a process: for tests, small tools and callers without a main guard."""

    def __init__(self, factory: EncoderFactory) -> None:
        self._factory = factory
        self._encoder: Encoder | None = None
        self.replaced = 0

    def start(self) -> None:
        """Nothing to start: the encoder is built by `wait_ready`."""

    def wait_ready(self) -> None:
        """Build the encoder. Raises what keeps it from being built."""
        if self._encoder is None:
            self._encoder = self._factory()

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        """Decide one piece. Raises StationError as a worker process does, and any fault of our own."""
        self.wait_ready()
        if self._encoder is None:
            raise RuntimeError("the encoder was not built")
        return self._encoder.encode(lift, tracking, budget_ms)

    def close(self) -> None:
        """Release the encoder; safe to call twice."""
        if self._encoder is not None:
            self._encoder.close()
            self._encoder = None


Worker = WorkerProcess | WorkerInline
