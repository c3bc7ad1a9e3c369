"""Letters come only while the controller is heard; a feeder behind a port's output line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from fake_line import FakeCamera, FakeController, FakeEncoder, FakeLine

from drivers.feeder.outline import open_feeder_line
from drivers.line_letters import Feeder
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceFaultError
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import MachineId
from mlocr.ports import CameraFrame, CameraStats, ControllerHealth, ControllerInfo
from mlocr.station.feed import FeedGuard
from mlocr.station.journal import Journal, read_entries
from mlocr.station.log import silent_logger
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.workers import WorkerInline


class Heard(FakeController):
    """A controller that is heard, or not, as the list says; at its end `over` is called."""

    def __init__(self, heard: Sequence[bool], over: Callable[[], None] = lambda: None) -> None:
        super().__init__(0)
        self._heard: Iterator[bool] = iter(heard)
        self._over = over

    def health(self) -> ControllerHealth:
        heard = next(self._heard, None)
        if heard is None:
            self._over()
            return ControllerHealth(True)
        return ControllerHealth(heard, seconds_silent=0.0 if heard else 0.41)


class Hopper:
    def __init__(self) -> None:
        self.told: list[bool] = []

    def hold(self, held: bool) -> None:
        self.told.append(held)


def journal_in(folder: Path) -> Journal:
    journal = Journal(folder / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    journal.open(0, None)
    return journal


def test_a_silent_controller_holds_the_feeder_and_a_word_of_it_lets_it_go_on(tmp_path: Path) -> None:
    journal, hopper = journal_in(tmp_path), Hopper()
    controller = Heard([True, True, False, False, True, False])
    guard = FeedGuard(hopper, controller, journal, silent_logger())
    controller._over = guard.finish
    guard.watch()
    journal.close()
    # From the start it feeds; held, on, held, and, heard once more, on; at the end it is held for good.
    assert hopper.told == [False, True, False, True, False, True]
    assert guard.holds == 2
    rows = [(row.kind, row.body) for row in read_entries(tmp_path / "journal.db")]
    assert rows == [("feed_held", {"silent_ms": 410}), ("feed_on", {})] * 2


def test_a_feeder_that_cannot_be_held_ends_the_run(tmp_path: Path) -> None:
    class Stuck(FakeLine):
        def hold(self, held: bool) -> None:
            raise DeviceFaultError("the feeder's port is gone; stop it by hand")

    controller = FakeController(3)
    line = Stuck(FakeCamera(3), controller)
    parts = RunParts(
        line.camera,
        controller,
        [WorkerInline(lambda: FakeEncoder(()))],
        Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)),
        ResultWriter(tmp_path, MachineId("SIM0001")),
        line=line,
    )
    with pytest.raises(DeviceFaultError, match="stop it by hand"):
        Runner(parts, RunRules(tie_timeout=0.05, drain_timeout=0.2)).run()


def test_a_run_lets_its_feeder_feed_and_holds_it_at_the_end(tmp_path: Path) -> None:
    class Held(Hopper):
        def open(self) -> None:
            self.told.append(True)

        def close(self) -> None:
            self.told.append(True)

    controller, hopper = FakeController(2), Held()
    line = FakeLine(FakeCamera(2), controller)
    parts = RunParts(
        line.camera,
        controller,
        [WorkerInline(lambda: FakeEncoder(()))],
        Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)),
        ResultWriter(tmp_path, MachineId("SIM0001")),
        line=line,
        feeder=hopper,
    )
    assert Runner(parts, RunRules(tie_timeout=0.05, drain_timeout=0.2)).run().dispositions == {"sprayed": 2}
    assert hopper.told == [True, False, True, True]


def test_a_bench_has_no_feeder(tmp_path: Path) -> None:
    class Bench(FakeController):
        def open(self) -> ControllerInfo:
            return replace(super().open(), trigger="bench")

    class Never(Hopper):
        def open(self) -> None:
            raise AssertionError("a bench's feeder is not touched")

        def close(self) -> None: ...

    line = FakeLine(FakeCamera(1), FakeController(0))
    parts = RunParts(
        line.camera,
        Bench(0),
        [WorkerInline(lambda: FakeEncoder(()))],
        Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)),
        ResultWriter(tmp_path, MachineId("SIM0001")),
        feeder=Never(),
    )
    with pytest.raises(ConfigurationError, match="one letter at a time"):
        Runner(parts, RunRules(tie_timeout=0.05, drain_timeout=0.2)).run()


def test_the_virtual_lines_feeder_keeps_its_letters_while_held() -> None:
    class Source:
        exhausted = False

        def next(self, timeout: float) -> CameraFrame | None:
            self.exhausted = True
            return CameraFrame(1, "1.png", ImageLift(np.zeros((2, 2), np.uint8), 200.0, "1.png"))

        def open(self) -> None: ...

        def stats(self) -> CameraStats:
            return CameraStats()

        def close(self) -> None: ...

    feeder = Feeder(Source(), lambda frame: 100)
    feeder._run()
    feeder.hold(True)
    assert feeder.take() is None
    assert feeder.held and not feeder.empty
    feeder.hold(False)
    assert feeder.take() is not None
    assert feeder.empty


# --- an output line --------------------------------------------------------------------------------------------------


class FakePort:
    """What pyserial gives: its lines may be set before it is open."""

    def __init__(self) -> None:
        self.rts = self.dtr = True
        self.opened: tuple[bool, bool] | None = None
        self.closed = False

    def open(self) -> None:
        self.opened = (self.rts, self.dtr)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("active", ["high", "low"])
@pytest.mark.parametrize("line", ["rts", "dtr"])
def test_an_output_line_is_at_rest_until_letters_may_come(line: str, active: str) -> None:
    port = FakePort()
    feeder = open_feeder_line({"port": "/dev/x", "line": line, "active": active}, lambda name, do_not_open: port)
    feeder.hold(False)  # not open: nothing happens
    feeder.open()
    rest = active == "low"
    assert port.opened == (rest, rest)
    feeder.hold(False)
    assert getattr(port, line) is not rest
    feeder.hold(True)
    assert getattr(port, line) is rest
    feeder.hold(False)
    feeder.close()
    feeder.close()
    assert port.closed
    assert getattr(port, line) is rest


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "a port's name"),
        ({"port": "/dev/x", "lines": 1}, "'lines'"),
        ({"port": "/dev/x", "line": "cts"}, "'cts'"),
        ({"port": "/dev/x", "active": "up"}, "'up'"),
    ],
)
def test_a_setting_of_the_line_that_cannot_be_is_said(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        open_feeder_line(settings)


def test_a_feeders_port_that_is_not_there_or_goes_is_said() -> None:
    with pytest.raises(DeviceAbsentError, match="no-such-port"):
        open_feeder_line({"port": "/dev/no-such-port"}).open()

    class Gone(FakePort):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "rts" and getattr(self, "opened", None) is not None:
                raise OSError("gone")
            super().__setattr__(name, value)

    feeder = open_feeder_line({"port": "/dev/x"}, lambda name, do_not_open: Gone())
    feeder.open()
    with pytest.raises(DeviceFaultError, match="by hand"):
        feeder.hold(False)
    feeder.close()
