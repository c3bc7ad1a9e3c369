"""The InkjetController suite on the virtual line's wire, on a bench device, and on the recording inkjet."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts_inkjet import MARK, InkjetContract, Stand, ended, taken
from wire_device import WireDevice

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.file import FileInkjet, open_file
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import Trigger
from drivers.inkjet.serial import open_serial
from drivers.link import ByteLink, PtyEnd, SerialLink
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceError, DeviceFaultError
from mlocr.mail.piece import JobId, JobState, PrintJob
from mlocr.ports import ControllerEvent, JobEnded, PieceEntered


@pytest.fixture
def wire() -> Iterator[WireDevice]:
    device = WireDevice()
    yield device
    device.close()


def next_piece(controller: SprayController) -> PieceEntered:
    for _ in range(50):
        for event in controller.events(0.1):
            if isinstance(event, PieceEntered):
                return event
    raise AssertionError("no piece was told")


class TestOverTheWire(InkjetContract):
    """SprayController and mock device over a pseudo-terminal, photocell trigger."""

    @pytest.fixture
    def opened(self, wire: WireDevice) -> Iterator[Stand]:
        controller = wire.controller()
        info = controller.open()

        def enter() -> PieceEntered:
            wire.letter()
            return next_piece(controller)

        yield Stand(controller, info, enter, lambda piece: wire.pass_head(piece.encoder))
        controller.close()


class TestOnABench(InkjetContract):
    """The same with a host that announces its pieces (wire point 17)."""

    @pytest.fixture
    def opened(self, wire: WireDevice) -> Iterator[Stand]:
        controller = wire.controller(Trigger.BENCH)
        info = controller.open()
        assert info.trigger == "bench"
        yield Stand(controller, info, lambda: controller.announce(9.5), lambda piece: None)
        controller.close()


class TestRecording(InkjetContract):
    """The inkjet without a wire."""

    @pytest.fixture
    def opened(self) -> Iterator[Stand]:
        controller = open_file({"dpi": 200.0})
        info = controller.open()
        yield Stand(controller, info, lambda: controller.announce(9.5), lambda piece: None)
        controller.close()


def test_the_record_holds_the_mark(tmp_path: Path) -> None:
    controller = open_file({"dpi": 200.0, "path": str(tmp_path / "marks.jsonl")})
    info = controller.open()
    piece = controller.announce(9.5)
    controller.submit(PrintJob(JobId(info.epoch, 1), piece.piece_id, piece.encoder, MARK))
    controller.close()
    row = json.loads((tmp_path / "marks.jsonl").read_text())
    assert row["columns"] == [f"{column:x}" for column in MARK.columns]
    assert row["job"] == f"{info.epoch}-1"


def test_a_record_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsentError, match="another path"):
        FileInkjet(200.0, 0, tmp_path / "no" / "file").open()
    with pytest.raises(ConfigurationError, match="colour"):
        open_file({"colour": "red"})


# --- ports as they fail ---


def test_a_port_that_is_not_there_is_said_in_one_sentence() -> None:
    with pytest.raises(DeviceAbsentError, match=r"/dev/nothing-here does not exist; plug"):
        open_serial({"port": "/dev/nothing-here"}).open()
    with pytest.raises(ConfigurationError, match="no port's name"):
        open_serial({"port": "nonsense://x"}).open()
    with pytest.raises(ConfigurationError, match="speed"):
        open_serial({"port": "/dev/x", "speed": 3})
    with pytest.raises(ConfigurationError, match="trigger"):
        open_serial({"port": "/dev/x", "trigger": "foot"})
    with pytest.raises(ConfigurationError):
        open_serial({})


def kernel_exclusive(wire: WireDevice) -> int:
    """Linux TIOCGEXCL, asked at the device's own holder of the slave."""
    answer = fcntl.ioctl(wire.pty._slave, 0x80045440, b"\0\0\0\0")
    return int.from_bytes(answer, sys.byteorder)


def test_point_12_a_port_in_use_is_said_in_one_sentence(wire: WireDevice) -> None:
    first = wire.controller()
    first.open()
    with pytest.raises(DeviceAbsentError, match="held by another program"):
        open_serial({"port": wire.pty.name}).open()
    assert first.health().connected
    if sys.platform == "linux":
        assert kernel_exclusive(wire) == 1
    first.close()
    if sys.platform == "linux":
        assert kernel_exclusive(wire) == 0
    again = open_serial({"port": wire.pty.name})
    assert again.open().epoch == 2
    again.close()


def test_the_head_of_another_station_is_refused_at_open(wire: WireDevice) -> None:
    with pytest.raises(ConfigurationError, match="40 dots at 200 dpi"):
        open_serial({"port": wire.pty.name, "dpi": 300.0}).open()


def test_a_port_that_echoes_or_says_nothing_is_found_out() -> None:
    for echoes, text in ((True, "echo"), (False, "does not answer")):
        pty = PtyEnd()
        pty.open()
        end = threading.Event()

        def run(pty: PtyEnd = pty, end: threading.Event = end, echoes: bool = echoes) -> None:
            while not end.is_set():
                data = pty.read(0.005)
                if echoes:
                    pty.write(data, 1.0)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def link(pty: PtyEnd = pty) -> ByteLink:
            opened = SerialLink(pty.name, 921_600)
            opened.open()
            return opened

        controller = SprayController(link, Terms(), ControllerSettings("the test port", open_timeout=0.6))
        with pytest.raises(DeviceFaultError, match=text):
            controller.open()
        end.set()
        thread.join(2.0)
        pty.close()


def test_an_unplugged_port_ends_with_a_sentence_and_unknown_jobs() -> None:
    wire = WireDevice()
    controller = wire.controller()
    info = controller.open()
    wire.letter()
    piece = next_piece(controller)
    job = PrintJob(JobId(info.epoch, 1), piece.piece_id, piece.encoder, MARK)
    assert controller.submit(job) is JobState.READY
    wire.close()
    events: list[ControllerEvent] = []
    with pytest.raises(DeviceFaultError, match="is gone"):  # said once everything was told
        for _ in range(20):
            events += controller.events(0.1)
    assert [event.receipt.state for event in events if isinstance(event, JobEnded)] == [JobState.INDETERMINATE]
    assert not controller.health().connected
    with pytest.raises(DeviceFaultError, match="is gone"):
        controller.submit(PrintJob(JobId(info.epoch, 2), piece.piece_id, piece.encoder, MARK))
    assert controller.query(job.job_id) is JobState.INDETERMINATE
    controller.close()


def test_a_device_that_falls_silent_leaves_the_job_indeterminate(wire: WireDevice) -> None:
    controller = wire.controller(patience=1.0)
    info = controller.open()
    wire.letter()
    piece = next_piece(controller)
    with wire.lock:
        wire.device.faults.mute = True
    job = PrintJob(JobId(info.epoch, 1), piece.piece_id, piece.encoder, MARK)
    assert controller.submit(job) is JobState.INDETERMINATE
    assert not controller.health().connected
    with wire.lock:
        wire.device.faults.mute = False
    wire.pass_head(piece.encoder)
    stand = Stand(controller, info, lambda: piece, lambda piece: None)
    assert [end.receipt.state for end in ended(stand, job.job_id)] == [JobState.DONE]
    controller.close()


def test_without_a_station_nothing_is_sprayed(wire: WireDevice) -> None:
    fired: list[int] = []
    wire.device.on_fire = lambda ticks, columns: fired.extend(columns)
    controller = wire.controller()
    info = controller.open()
    wire.letter()
    piece = next_piece(controller)
    job = PrintJob(JobId(info.epoch, 1), piece.piece_id, piece.encoder, MARK)
    assert controller.submit(job) is JobState.READY
    controller.close()
    wire.pass_head(piece.encoder)
    assert not fired
    # The next station hears what became of it, and its letters are sprayed.
    again = wire.controller()
    info = again.open()
    stand = Stand(again, info, lambda: piece, lambda piece: None)
    assert [(end.receipt.state, end.receipt.detail) for end in ended(stand, job.job_id)] == [
        (JobState.CANCELLED, "purged")
    ]
    wire.letter()
    piece = next_piece(again)
    assert again.submit(PrintJob(JobId(info.epoch, 1), piece.piece_id, piece.encoder, MARK)) is JobState.READY
    wire.pass_head(piece.encoder)
    assert any(fired)
    again.close()


def test_a_device_that_no_longer_answers_holds_up_no_farewell(wire: WireDevice) -> None:
    controller = wire.controller()
    controller.open()
    with wire.lock:
        wire.device.faults.deaf = True
    controller.close()
    with wire.lock:
        assert wire.device.jobs.enabled  # it heard nothing of it


def test_on_a_bench_the_next_letter_outlasts_a_restart_of_the_device(wire: WireDevice) -> None:
    controller = wire.controller(Trigger.BENCH)
    info = controller.open()
    first = controller.announce(9.5)
    with wire.lock:
        wire.device.reboot()
    second = controller.announce(9.5)
    assert second.piece_id.boot != first.piece_id.boot
    assert second.event > first.event
    stand = Stand(controller, info, lambda: second, lambda piece: None)
    stale = PrintJob(JobId(info.epoch, 1), first.piece_id, first.encoder, MARK)
    assert controller.submit(stale) is JobState.REFUSED
    job = PrintJob(JobId(info.epoch, 2), second.piece_id, second.encoder, MARK)
    assert taken(stand, job)
    assert [end.receipt.state for end in ended(stand, job.job_id)] == [JobState.DONE]
    controller.close()


def test_a_photocell_device_takes_no_announcement(wire: WireDevice) -> None:
    controller = wire.controller()
    controller.open()
    with pytest.raises(DeviceFaultError, match="not_bench"):
        controller.announce(9.5)
    controller.close()


def test_before_open_nothing_is_said(wire: WireDevice) -> None:
    with pytest.raises(DeviceError, match="not open"):
        wire.controller().announce(9.5)


# --- writing to a port ---


def test_a_port_that_took_its_bytes_late_has_taken_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PC that is busy elsewhere writes late: no fault of the port."""
    end = PtyEnd()
    end.open()
    link = SerialLink(end.name, 921_600)
    link.open()
    write = os.write

    def slowly(descriptor: int, data: bytes) -> int:
        time.sleep(0.03)
        return write(descriptor, data[:3])

    monkeypatch.setattr("drivers.link.os.write", slowly)
    link.write(b"abcdefgh", 0.01)
    monkeypatch.undo()
    got = b""
    while len(got) < 8:
        got += end.read(5.0)
    assert got == b"abcdefgh"
    link.close()
    end.close()


def test_a_port_that_takes_no_more_is_said_within_its_time() -> None:
    end = PtyEnd()
    end.open()
    link = SerialLink(end.name, 921_600)
    link.open()
    with pytest.raises(DeviceFaultError, match="takes no more bytes"):
        for _ in range(64):
            link.write(bytes(4096), 0.01)
    link.close()
    end.close()
