"""Serial ports as people meet them: unplugged and plugged in again, held, set wrong, and listed unopened."""

from __future__ import annotations

import json
import os
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from contracts_inkjet import MARK
from wire_device import HEAD, WireDevice

from drivers import link as link_module
from drivers.inkjet.controller import SprayController
from drivers.inkjet.serial import open_serial
from drivers.link import ByteLink, PtyEnd, SerialLink, line_errors, wrong_line
from drivers.replug import ReplugLink
from mlocr.cli.app import run
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceFaultError
from mlocr.mail.piece import JobId, JobState, PrintJob
from mlocr.ports import JobEnded, PieceEntered
from mlocr.services.ports import PortState, list_ports, look_at

# --- unplugged and plugged in again ---


class Cable(WireDevice):
    """A mock device on a cable that can be pulled; its port has another name each time, behind one symlink."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.plugged = True
        self.changed = threading.Condition()
        super().__init__(HEAD)
        self._point()

    def _point(self) -> None:
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(self.pty.name)

    def _run(self) -> None:
        while not self._end.is_set():
            with self.changed:
                self.changed.wait_for(lambda: self.plugged or self._end.is_set(), 1.0)
                if not self.plugged:
                    continue
                data = self.pty.read(0.005)
                with self.lock:
                    self.device.receive(data, time.monotonic())
                    self.device.poll(time.monotonic())
                    out = self.device.take_output()
                self.pty.write(out, 1.0)

    def pull(self) -> None:
        with self.changed:
            self.plugged = False
            self.name.unlink()
            self.pty.close()

    def push(self) -> None:
        with self.changed:
            self.pty = PtyEnd()
            self.pty.open()
            self._point()
            self.plugged = True
            self.changed.notify_all()


def next_piece(controller: SprayController) -> PieceEntered:
    for _ in range(100):
        for event in controller.events(0.1):
            if isinstance(event, PieceEntered):
                return event
    raise AssertionError("no piece was told")


def ends(controller: SprayController, job: JobId) -> list[JobState]:
    for _ in range(100):
        found = [e.receipt.state for e in controller.events(0.1) if isinstance(e, JobEnded) and e.receipt.job_id == job]
        if found:
            return found
    return []


def until(true: Callable[[], bool]) -> None:
    for _ in range(1500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came so")


@pytest.mark.parametrize("reset", [False, True], ids=["the board kept its power", "the board started anew"])
def test_a_port_plugged_in_again_goes_on_and_sprays_nothing_twice(tmp_path: Path, reset: bool) -> None:
    cable = Cable(tmp_path / "inkjet")
    controller = open_serial({"port": str(cable.name), "replug_s": 60})
    info = controller.open()
    cable.letter()
    first = next_piece(controller)
    job = PrintJob(JobId(info.epoch, 1), first.piece_id, first.encoder, MARK)
    assert controller.submit(job) is JobState.READY
    cable.pull()
    until(lambda: not controller.health().connected)
    if reset:
        with cable.lock:
            cable.device.reboot()
    cable.push()
    until(lambda: controller.health().connected)
    if reset:
        assert ends(controller, job.job_id) == [JobState.INDETERMINATE]
    else:
        cable.pass_head(first.encoder)
        assert ends(controller, job.job_id) == [JobState.DONE]
    cable.letter()
    second = next_piece(controller)
    again = PrintJob(JobId(info.epoch, 2), second.piece_id, second.encoder, MARK)
    assert controller.submit(again) is JobState.READY
    assert (second.piece_id.boot == first.piece_id.boot) is not reset
    controller.close()
    cable.close()


class Flaky:
    """A link that is gone when told."""

    def __init__(self) -> None:
        self.gone = self.closed = False
        self.written = b""

    def read(self, timeout: float) -> bytes:
        if self.gone:
            raise DeviceAbsentError("port x is gone; check the cable")
        return b"here"

    def write(self, data: bytes, timeout: float) -> None:
        if self.gone:
            raise DeviceAbsentError("port x is gone; check the cable")
        self.written += data

    def close(self) -> None:
        self.closed = True


class Socket:
    """Where links come from; the clock moves only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.links: list[Flaky] = []
        self.empty = False

    def open(self) -> ByteLink:
        if self.empty:
            raise DeviceAbsentError("port x does not exist; plug the controller in")
        self.links.append(Flaky())
        return self.links[-1]

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def link(self, patience: float) -> ReplugLink:
        made = ReplugLink(self.open, patience, lambda: self.now, self.pause)
        made.open()
        return made


def test_while_a_port_is_away_nothing_is_read_and_nothing_kept_for_it() -> None:
    socket = Socket()
    link = socket.link(5.0)
    assert link.read(0.1) == b"here"
    socket.links[0].gone, socket.empty = True, True
    link.write(b"lost", 1.0)
    assert socket.links[0].closed
    assert link.read(0.1) == b""
    link.write(b"lost too", 1.0)
    socket.now = 3.0
    socket.empty = False
    assert link.read(0.1) == b"here"
    link.write(b"new", 1.0)
    assert [each.written for each in socket.links] == [b"", b"new"]
    assert link.reopened == 1


def test_a_port_that_stays_away_is_said_in_its_own_words() -> None:
    socket = Socket()
    link = socket.link(5.0)
    socket.links[0].gone, socket.empty = True, True
    with pytest.raises(DeviceAbsentError, match="port x does not exist"):
        for _ in range(100):
            link.read(0.1)
    assert 5.0 < socket.now < 6.0
    link.close()
    assert link.read(0.1) == b""


def test_without_patience_a_port_that_goes_is_gone() -> None:
    socket = Socket()
    link = socket.link(0)
    socket.links[0].gone = True
    with pytest.raises(DeviceAbsentError):
        link.read(0.1)
    with pytest.raises(DeviceAbsentError):
        link.write(b"x", 0.1)


# --- how the line is set ---


@pytest.fixture
def pty() -> object:
    end = PtyEnd()
    end.open()
    yield end
    end.close()


def test_a_port_is_left_so_that_its_next_opening_resets_no_board(pty: PtyEnd) -> None:
    link = SerialLink(pty.name, 115_200)
    link.open()
    settings = termios.tcgetattr(pty._slave)
    assert not settings[2] & termios.HUPCL
    assert wrong_line(settings) == ""
    assert link.trouble == ""
    link.close()


@pytest.mark.parametrize(
    ("part", "flag", "said"),
    [
        (0, termios.IXON, "swallows the bytes 11 and 13"),
        (0, termios.ICRNL, "changes bytes"),
        (3, termios.ECHO, "sends back"),
        (3, termios.ICANON, "ends of lines"),
    ],
)
def test_a_line_that_would_not_carry_every_byte_is_refused_at_open(
    pty: PtyEnd, monkeypatch: pytest.MonkeyPatch, part: int, flag: int, said: str
) -> None:
    settings = termios.tcgetattr(pty._slave)
    settings[part] |= flag
    assert said in wrong_line(settings)
    # An adapter whose driver does not do as it is told.
    monkeypatch.setattr(termios, "tcsetattr", lambda *_: None)
    monkeypatch.setattr(termios, "tcgetattr", lambda _: list(settings))
    with pytest.raises(DeviceFaultError, match=rf"port {pty.name} .*{said}.*; "):
        SerialLink(pty.name, 115_200).open()
    monkeypatch.undo()
    again = SerialLink(pty.name, 115_200)
    again.open()  # nothing of the refused opening holds it
    again.close()


def test_seven_bits_are_not_enough() -> None:
    settings = [0, 0, termios.CS7, 0]
    assert "eight data bits" in wrong_line(settings)


def test_framing_errors_tell_of_a_wrong_rate_and_a_foreign_device(pty: PtyEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [(3, 0, 0)]
    monkeypatch.setattr(link_module, "line_errors", lambda descriptor: counts[0] if descriptor >= 0 else None)
    controller = open_serial({"port": pty.name, "baud": 115_200})
    end = threading.Event()

    def noise() -> None:
        while not end.is_set():
            if pty.read(0.005):
                counts[0] = (120, 0, 0)
                pty.write(bytes(range(1, 60)), 1.0)

    thread = threading.Thread(target=noise, daemon=True)
    thread.start()
    object.__setattr__(controller._settings, "open_timeout", 2.0)
    with pytest.raises(DeviceFaultError, match=r"117 characters came in another frame than 115200 baud.*set inkjet"):
        controller.open()
    end.set()
    thread.join(2.0)
    counts[0] = (3, 5, 0)
    link = SerialLink(pty.name, 115_200)
    link.open()
    counts[0] = (3, 9, 0)
    assert link.trouble == "4 characters were lost by this PC"
    link.close()
    assert link.trouble == "4 characters were lost by this PC"


def test_a_port_without_counters_has_no_trouble(pty: PtyEnd) -> None:
    assert line_errors(-1) is None
    assert line_errors(pty._slave) is None
    with pytest.raises(ConfigurationError, match="replug_s"):
        open_serial({"port": pty.name, "replug_s": -1})


# --- listed ---


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PC's folders with three ports: held, slow, and locked by somebody else's program."""
    dev = tmp_path / "dev"
    (dev / "serial/by-id").mkdir(parents=True)
    for name in ("ttyUSB0", "ttyUSB1", "ttyACM0"):
        (dev / name).touch()
    (dev / "serial/by-id/usb-FTDI_A50285BI-if00-port0").symlink_to(dev / "ttyUSB1")
    holder = tmp_path / "proc/4711"
    (holder / "fd").mkdir(parents=True)
    (holder / "comm").write_text("minicom\n")
    (holder / "fd/5").symlink_to(dev / "ttyUSB0")
    status = (dev / "ttyACM0").stat()
    key = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    (tmp_path / "proc/locks").write_text(
        f"1: POSIX  ADVISORY  READ  9 08:01:3 0 EOF\n2: FLOCK  ADVISORY  WRITE 812 {key} 0 EOF\n"
    )
    timer = tmp_path / "sys/bus/usb-serial/devices/ttyUSB1"
    timer.mkdir(parents=True)
    (timer / "latency_timer").write_text("16\n")
    return tmp_path


def known(machine: Path) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            device=str(machine / "dev/ttyUSB1"), description="FT232R", vid=0x0403, pid=0x6001, serial_number="A50285BI"
        ),
        SimpleNamespace(device=str(machine / "dev/ttyUSB0"), description="n/a", vid=None, pid=None, serial_number=None),
        SimpleNamespace(
            device=str(machine / "dev/ttyACM0"), description="Board", vid=None, pid=None, serial_number=None
        ),
    ]


def test_ports_are_listed_with_what_is_known_of_them(machine: Path) -> None:
    locked, held, slow = list_ports(machine, lambda: known(machine))
    assert (held.held_by, held.as_json()["state"], held.about) == ("minicom (4711)", "busy", "")
    assert held.advice.startswith("minicom (4711) has it open")
    assert locked.held_by == "a program (812)"
    assert (slow.held_by, slow.as_json()["state"], slow.latency_ms) == ("", "free", 16)
    assert slow.stable.endswith("usb-FTDI_A50285BI-if00-port0")
    assert slow.usb == "0403:6001 A50285BI"
    assert "16 ms" in slow.advice
    (machine / "sys/bus/usb-serial/devices/ttyUSB1/latency_timer").write_text("1\n")
    assert look_at(slow.device, root=machine).advice == ""
    assert look_at(slow.stable, root=machine).latency_ms == 1


def test_a_port_that_may_not_be_opened_names_the_group_to_join() -> None:
    barred = PortState("/dev/ttyUSB0", allowed=False, group="dialout")
    assert barred.advice == "you may not open it; join its group: sudo usermod -aG dialout $USER"


def test_a_port_held_in_another_process_is_seen(pty: PtyEnd) -> None:
    import subprocess
    import sys

    words = (
        f"import os, sys; os.open({pty.name!r}, os.O_RDWR | os.O_NOCTTY); print('open', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdin is not None
    assert child.stdout.readline() == "open\n"
    found = look_at(pty.name).held_by
    child.stdin.close()
    child.wait(10)
    child.stdout.close()
    assert f"({child.pid})" in found
    assert look_at(pty.name).held_by == ""


def test_the_command_lists_ports(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from mlocr.services import ports

    shown = PortState(
        "/dev/ttyUSB3", "FT232R", "/dev/serial/by-id/usb-x", "0403:6001", "minicom (4)", True, "dialout", 16
    )
    monkeypatch.setattr(ports, "list_ports", lambda: [shown])
    assert run(["ports"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "/dev/ttyUSB3  busy  FT232R  0403:6001"
    assert told[1].strip() == "/dev/serial/by-id/usb-x"
    assert told[2].strip().startswith("-> minicom (4) has it open")
    assert told[3] == "1 serial port found"
    assert run(["ports", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["latency_ms"] == 16
