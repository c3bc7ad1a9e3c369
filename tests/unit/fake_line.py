"""A camera and a controller that stand in for a whole line, with settable faults. Triggers are given in order."""

import threading
from collections.abc import Callable, Sequence

import numpy as np

from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.mail.code import BarcodeSymbol, RoutingCode, SprayImage, Symbology, TrackingCode
from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.mail.match import Match
from mlocr.mail.piece import Encoded, JobId, JobState, PieceId, PrintJob, PrintReceipt, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.ports import (
    CameraFrame,
    CameraStats,
    ControllerEvent,
    ControllerHealth,
    ControllerInfo,
    JobEnded,
    PieceEntered,
    PiecePassed,
)
from mlocr.station.workers import Decided

LETTER = LetterFrame((0.0, 90.0), (20.0, 0.0), (0.0, -20.0), 9.5, 4.5)


def lift(name: str, value: int = 200) -> ImageLift:
    return ImageLift(np.full((90, 190), value, np.uint8), 20.0, name)


class FakeCamera:
    """Frames for triggers 1..count; triggers in `dropped` give none, those in `blind` a frame without a picture.

    After `slow_after` frames each next one is waited for, so that a busy machine's other threads get their turn.
    """

    def __init__(self, count: int, dropped: Sequence[int] = (), blind: Sequence[int] = ()) -> None:
        self._frames = [
            CameraFrame(n, f"{n}.png", None if n in blind else lift(f"{n}.png"), "no light" if n in blind else "")
            for n in range(1, count + 1)
            if n not in dropped
        ]
        self._ended = False
        self._given = 0
        self.slow_after = count
        self.on_empty: Callable[[], None] = lambda: None

    def open(self) -> None: ...

    def next(self, timeout: float) -> CameraFrame | None:
        if self._given >= self.slow_after:
            threading.Event().wait(0.05)
        if self._frames:
            self._given += 1
            return self._frames.pop(0)
        if not self._ended:
            self.on_empty()
        self._ended = True
        return None

    @property
    def exhausted(self) -> bool:
        return self._ended and not self._frames

    def empty(self) -> None:
        self._frames = []

    def stats(self) -> CameraStats:
        return CameraStats()

    def close(self) -> None: ...


class FakeController:
    """Announces `count` pieces at start; answers jobs with `answer(job)`; pieces without job pass."""

    def __init__(self, count: int, answer: Callable[[PrintJob], JobState] = lambda job: JobState.DONE) -> None:
        self.answer = answer
        self.jobs: list[PrintJob] = []
        self.acknowledged: list[int] = []
        self._lock = threading.Lock()
        self._number = 0
        self._events: list[ControllerEvent] = []
        for n in range(1, count + 1):
            self._events.append(PieceEntered(self._next(), PieceId(7, n), 1000 * n, n, 9.5))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def open(self) -> ControllerInfo:
        return ControllerInfo(7, "fake", "photocell", 200.0, 200.0, 150, 3, 4000)

    def announce(self, length: float) -> PieceEntered:
        raise AssertionError("a photocell controller is not told of pieces")

    def submit(self, job: PrintJob) -> JobState:
        self.jobs.append(job)
        state = self.answer(job)
        if state is JobState.DONE:
            with self._lock:
                self._events.append(JobEnded(self._next(), PrintReceipt(job.job_id, job.piece_id, state)))
            return JobState.READY
        return state

    def passed(self, piece_id: PieceId) -> None:
        with self._lock:
            self._events.append(PiecePassed(self._next(), piece_id))

    def add_event(self, make: Callable[[int], ControllerEvent]) -> None:
        with self._lock:
            self._events.append(make(self._next()))

    def cancel(self, job_id: JobId) -> JobState:
        return JobState.CANCELLED

    def query(self, job_id: JobId) -> JobState:
        return JobState.INDETERMINATE

    def events(self, timeout: float) -> Sequence[ControllerEvent]:
        with self._lock:
            given, self._events = self._events, []
            return given

    def acknowledge(self, event: int) -> None:
        self.acknowledged.append(event)

    def health(self) -> ControllerHealth:
        return ControllerHealth(True)

    def close(self) -> None: ...


class FakeLine:
    """Carries a piece past the head when it is released: with no job it passes."""

    def __init__(self, camera: FakeCamera, controller: FakeController) -> None:
        self.camera = camera
        self.controller = controller
        self.released: list[PieceId] = []
        self.stopped = False

    def start(self) -> None: ...

    def release(self, piece_id: PieceId) -> None:
        self.released.append(piece_id)
        if all(job.piece_id != piece_id for job in self.controller.jobs):
            self.controller.passed(piece_id)

    def fired(self, name: str) -> None:
        return None

    @property
    def finished(self) -> bool:
        return True

    def stop(self) -> None:
        self.stopped = True
        self.camera.empty()


class FakeEncoder:
    """Encodes every lift to the same code; names in `rejects` are rejected."""

    def __init__(self, rejects: Sequence[str] = ()) -> None:
        self._rejects = set(rejects)

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        block = AddressBlock((TextLine("1 MAIN ST"), TextLine("ADAMS ME 04001-1234")))
        reading = Reading(block, None, LETTER)
        if lift.source in self._rejects:
            return Decided(Rejected(RejectReason.NO_LAST_LINE, None, reading), {"encode": 1.0})
        routing = RoutingCode.of("04001123401")
        spray = SprayImage((1, 3, 1), 2, 20.0, 3.0, 0.25)
        symbol = BarcodeSymbol(Symbology.POSTNET, "101")
        return Decided(Encoded(Match(routing, None), routing, symbol, spray, reading), {"encode": 1.0})

    def close(self) -> None: ...
