"""The virtual line: a belt, two photocells, an encoder, and a device at the far end of a real pseudo-terminal.

The station drives it through the same controller and port as a machine. Figures that no source publishes are
settings with defaults; none is claimed for a real sorter.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from drivers.belt import BeltDevice, BeltLetter
from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.firmware import FirmwareDevice
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.mock import DeviceConfig, MockDevice
from drivers.line_letters import Feeder, LineCamera
from drivers.line_moves import IDLE, Mover, belt_of, device_config
from drivers.line_settings import LineSettings, line_settings
from drivers.link import ByteLink, PtyEnd, SerialLink
from mlocr.errors import ConfigurationError, DeviceError
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import PieceId
from mlocr.ports import Camera, CameraFrame, FiredMark

_EMPTY_BELT = 30.0
_DESK_PROGRAM = Path(__file__).parents[1] / "firmware_stubs" / "inkjet" / "build" / "plain" / "spray-desk"


class _LineLink:
    """The host's end of the line's wire; closing it ends the device's thread."""

    def __init__(self, link: SerialLink, ended: Callable[[], None]) -> None:
        self._link = link
        self._ended = ended

    def read(self, timeout: float) -> bytes:
        return self._link.read(timeout)

    def write(self, data: bytes, timeout: float) -> None:
        self._link.write(data, timeout)

    def close(self) -> None:
        self._link.close()
        self._ended()


class LineDevice(BeltDevice, Protocol):
    """A device on the line: the belt under it, a wire at its end."""

    @property
    def unsent(self) -> int:
        """Events the host has not been sent yet."""
        ...

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the port."""
        ...

    def poll(self, now: float) -> None:
        """Whatever is due by time."""
        ...

    def take_output(self) -> bytes:
        """The bytes to send since the last call."""
        ...

    def close(self) -> None:
        """Give back what it holds; safe to call twice."""
        ...


DeviceMaker = Callable[[DeviceConfig, int], LineDevice]


def _mock(config: DeviceConfig, encoder_start: int) -> LineDevice:
    return MockDevice(config, encoder_start=encoder_start)


class VirtualLine:
    """A `TransportLine`. One thread runs belt and device; the wire between device and controller is a real pty."""

    def __init__(
        self,
        settings: LineSettings,
        source: Camera,
        measure: Callable[[ImageLift], float],
        make_device: DeviceMaker = _mock,
    ) -> None:
        self._settings = settings
        self._measure = measure
        self.device = make_device(device_config(settings), settings.encoder_start)
        self._belt = belt_of(self.device, settings)
        self._belt.on_seen = self._seen
        self._camera = LineCamera(source)
        self._feeder = Feeder(source, self._length)
        self._feeder.wake = self._wake
        self._mover = Mover(settings, self._belt, self._feeder, self.device)
        terms = Terms(baud=settings.baud, epoch_floor=settings.epoch_floor)
        # At pace max the belt waits for the host, so either may wait for the other: a busy PC loses no letter.
        if not settings.pace:
            terms = replace(terms, job_age_ms=0xFFFFFFFF, host_silent_ms=20_000, lost_after=10.0, give_up_after=20.0)
        patience = ControllerSettings(
            "the virtual line",
            submit_timeout=1.0 if settings.pace else 20.0,
            silent_after=0.4 if settings.pace else 10.0,
        )
        self._controller = SprayController(self._open_wire, terms, patience)
        self._lock = threading.Lock()
        self._pty = PtyEnd()
        self._wakes = (-1, -1)
        self._thread: threading.Thread | None = None
        self._closing = False
        self._started = threading.Event()
        self._emptied = threading.Event()
        self._stopping = False

    def _length(self, frame: CameraFrame) -> int:
        inches = self._settings.default_length_in if frame.lift is None else self._measure(frame.lift)
        return max(1, self._settings.ticks(inches))

    # --- the station's side ------------------------------------------------------------------------------------------

    @property
    def camera(self) -> Camera:
        """See `TransportLine.camera`."""
        return self._camera

    @property
    def controller(self) -> SprayController:
        """See `TransportLine.controller`."""
        return self._controller

    def start(self) -> None:
        """See `TransportLine.start`."""
        if not self._started.is_set():
            self._mover.begin(time.monotonic())
            self._started.set()
            self._feeder.start()
            self._wake()

    def hold(self, held: bool) -> None:
        """See `FeedHold.hold`: the belt runs on, with no more letters."""
        self._feeder.hold(held)

    def release(self, piece_id: PieceId) -> None:
        """See `TransportLine.release`. A piece that is no longer on the belt is ignored."""
        with self._lock:
            self._belt.release(piece_id.boot, piece_id.number)
        self._wake()

    def fired(self, name: str) -> FiredMark | None:
        """See `TransportLine.fired`: inches from the leading edge to each column's leading side.

        Of letters of the same name the last that left the belt counts; the last 1024 are kept.
        """
        with self._lock:
            letter = self._belt.left.get(name)
            if letter is None:
                letter = next((letter for letter in self._belt.letters if letter.frame.name == name), None)
            if letter is None or not letter.columns:
                return None
            per_inch = self._settings.ticks_per_inch
            columns = tuple((tick / per_inch, dots) for tick, dots in zip(letter.ticks, letter.columns, strict=True))
        dots, dpi = self._settings.dots, self._settings.dpi
        return FiredMark(name, PieceId(letter.boot, letter.number), columns, dots, dpi)

    @property
    def spilled(self) -> int:
        """Columns with ink that hit no letter."""
        with self._lock:
            return self._belt.spilled

    @property
    def finished(self) -> bool:
        """See `TransportLine.finished`."""
        return self._emptied.is_set()

    def stop(self) -> None:
        """See `TransportLine.stop`. The device goes on answering until the controller is closed."""
        self._stopping = True
        self._feeder.stop()
        self._wake()
        if self._thread is not None and self._started.is_set():
            self._emptied.wait(_EMPTY_BELT)

    # --- the wire and the thread -------------------------------------------------------------------------------------

    def _open_wire(self) -> ByteLink:
        self._pty.open()
        self._wakes = os.pipe()
        for descriptor in self._wakes:
            os.set_blocking(descriptor, False)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._thread.start()
        link = SerialLink(self._pty.name, self._settings.baud)
        link.open()
        return _LineLink(link, self._close_wire)

    def _close_wire(self) -> None:
        self._closing = True
        self._wake()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(5.0)
        wakes, self._wakes = self._wakes, (-1, -1)
        for descriptor in wakes:
            if descriptor >= 0:
                os.close(descriptor)
        self._pty.close()
        self.device.close()

    def _wake(self) -> None:
        if self._wakes[1] >= 0:
            try:
                os.write(self._wakes[1], b"!")
            except OSError:
                return  # full: it is awake already; closed: nobody to wake

    def _run(self) -> None:
        wait = 0.0
        while not self._closing:
            readable = select.select([self._pty.fileno(), self._wakes[0]], [], [], wait)[0]
            try:
                if self._wakes[0] in readable:
                    os.read(self._wakes[0], 4096)
                data = self._pty.read(0) if self._pty.fileno() in readable else b""
                with self._lock:
                    if data:
                        self.device.receive(data, time.monotonic())
                    wait = self._move() if self._started.is_set() else IDLE
                    self.device.poll(time.monotonic())
                    out = self.device.take_output()
                if out:
                    self._pty.write(out, 1.0)
            except DeviceError:
                break
        self._camera.end()
        self._emptied.set()

    # --- the belt ----------------------------------------------------------------------------------------------------

    def _move(self) -> float:
        """Let the belt run as far as it may; seconds until it should be called again at the latest."""
        wait = self._mover.move(time.monotonic(), self._stopping)
        if self._feeder.problem is not None:
            self._camera.fail(self._feeder.problem)
        if self._feeder.empty and not self._belt.letters and self._belt.next_tick is None:
            self._camera.end()
            self._emptied.set()
        return wait

    def _seen(self, letter: BeltLetter) -> None:
        """The letter has left the camera: its picture is ready, if the device triggered one."""
        if letter.trigger:
            frame = letter.frame
            encoder = letter.seen_tick + self._settings.encoder_start & 0xFFFFFFFF
            told = CameraFrame(
                letter.trigger, frame.name, frame.lift, frame.fault, taken=letter.seen_at, encoder=encoder
            )
            self._camera.push(told)
        # The belt remembers a thousand letters: not their pictures, megabytes each.
        letter.frame = replace(letter.frame, lift=None)


def open_virtual_line(
    settings: Mapping[str, object], source: Camera, measure: Callable[[ImageLift], float]
) -> VirtualLine:
    """A line whose letters come from `source`; `measure` gives a letter's length in inches from its picture.

    Raises ConfigurationError for a setting it does not know or that does not fit. Nothing is opened yet.
    """
    return VirtualLine(line_settings(settings), source, measure)


def open_firmware_line(
    settings: Mapping[str, object], source: Camera, measure: Callable[[ImageLift], float]
) -> VirtualLine:
    """The same line with the C firmware as its device: its desk program, `program` in the settings.

    Raises ConfigurationError also where that program was not built.
    """
    given = {name: value for name, value in settings.items() if name != "program"}
    program = Path(str(settings.get("program", _DESK_PROGRAM)))
    if not program.is_file():
        raise ConfigurationError(
            f"the firmware's desk program {program} is not there;"
            " build it with make -C firmware_stubs/inkjet, or give program in [line.settings]"
        )
    return VirtualLine(line_settings(given), source, measure, partial(FirmwareDevice, program))
