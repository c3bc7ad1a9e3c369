"""A run whose marks say whose they are: the code of a picture is its grey, so that a mark on a wrong letter is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from fake_line import FakeController, FakeEncoder, FakeLine

from mlocr.mail.code import SprayImage, TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import Encoded, MachineId, PieceId
from mlocr.ports import Camera, CameraFrame, CameraStats, PieceEntered
from mlocr.station.journal import Journal
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.summary import RunSummary
from mlocr.station.workers import Decided, WorkerInline


class GreyEncoder(FakeEncoder):
    """The mark's first column is the picture's grey. `gate` holds it up: a slow reader."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__()
        self._gate = gate

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        self._gate.wait(20.0)
        decided = super().encode(lift, tracking, budget_ms)
        assert isinstance(decided.outcome, Encoded)
        grey = round(float(np.median(lift.pixels)) / 10)
        outcome = decided.outcome
        spray = SprayImage((grey, 0, 1), outcome.spray.dots, outcome.spray.dpi, 3.0, 0.25)
        return Decided(Encoded(outcome.match, outcome.routing, outcome.symbol, spray, None), {"encode": 1.0})


class Ending:
    """The camera, which the test ends."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self.ended = False

    def open(self) -> None:
        self._camera.open()

    def next(self, timeout: float) -> CameraFrame | None:
        return self._camera.next(timeout)

    def fire(self, trigger: int) -> None:
        fire: Callable[[int], None] | None = getattr(self._camera, "fire", None)
        if fire is not None:
            fire(trigger)

    @property
    def exhausted(self) -> bool:
        return self.ended or self._camera.exhausted

    def empty(self) -> None:
        self.ended = True

    def stats(self) -> CameraStats:
        return self._camera.stats()

    def close(self) -> None:
        self._camera.close()


class CameraRun:
    """One run: `count` pieces with triggers 1..count, announced at once, or by `enter` where `live`."""

    def __init__(self, out: Path, camera: Camera, count: int, live: bool = False) -> None:
        self.camera = Ending(camera)
        self.controller = FakeController(0 if live else count)
        self.line = FakeLine(self.camera, self.controller)  # type: ignore[arg-type]
        self.gate = threading.Event()
        self.gate.set()
        self.summary = RunSummary(False)
        self.rules = RunRules(tie_timeout=20.0, drain_timeout=0.5, sprayed=False)
        self._out = out

    def run(self) -> RunSummary:
        journal = Journal(self._out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
        writer = ResultWriter(self._out, MachineId("SIM0001"))
        workers = [WorkerInline(lambda: GreyEncoder(self.gate))]
        parts = RunParts(self.camera, self.controller, workers, journal, writer, line=self.line)
        self.summary = Runner(parts, self.rules).run()
        return self.summary

    def enter(self, number: int) -> None:
        """The photocell sees a piece."""
        self.controller.add_event(lambda event: PieceEntered(event, PieceId(7, number), 1000 * number, number, 9.5))

    def while_running(self, work: Callable[[], None]) -> RunSummary:
        """Run, with `work` bringing letters from another thread; the camera ends with it."""
        problems: list[BaseException] = []

        def working() -> None:
            try:
                work()
            except BaseException as error:
                problems.append(error)
            finally:
                self.camera.ended = True

        thread = threading.Thread(target=working, daemon=True)
        thread.start()
        summary = self.run()
        thread.join(20.0)
        if problems:
            raise problems[0]
        return summary

    def wait(self, done: Callable[[], bool]) -> None:
        """Until `done`, as the run goes on."""
        pause = threading.Event()
        for _ in range(4000):
            if done():
                return
            pause.wait(0.005)
        raise AssertionError("the run did not come so far")

    def marks(self) -> dict[int, int]:
        """Piece number to the grey that its mark was made from. One job a piece, and on its own place."""
        jobs = self.controller.jobs
        assert len({job.piece_id for job in jobs}) == len(jobs)
        assert all(job.origin == 1000 * job.piece_id.number for job in jobs)
        return {job.piece_id.number: job.image.columns[0] * 10 for job in jobs}
