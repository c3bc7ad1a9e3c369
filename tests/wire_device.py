"""Devices behind a real pseudo-terminal, for tests of everything that opens a port."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path

from firmware import desk_program

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.firmware import DeskProgram, figures
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import Trigger
from drivers.inkjet.mock import DeviceConfig, MockDevice
from drivers.link import ByteLink, PtyEnd, SerialLink

HEAD = DeviceConfig(ticks_per_inch=1000.0, distance=40_000, margin=500, max_window=1000)


class WireBelt(ABC):
    """A device at the far end of a port, and the belt under it."""

    belt = 0

    @property
    @abstractmethod
    def port(self) -> str:
        """The port's name."""

    @abstractmethod
    def move(self, ticks: int) -> None:
        """The belt moves on."""

    @abstractmethod
    def camera(self, leading: bool) -> None:
        """An edge at the camera's photocell."""

    @abstractmethod
    def head(self) -> None:
        """A leading edge at the head's photocell."""

    def letter(self, length: int = 9500) -> int:
        """A letter passes the camera; the tick of its leading edge."""
        self.move(3000)
        edge = self.belt
        self.camera(True)
        self.move(length)
        self.camera(False)
        self.move(HEAD.debounce)
        return edge

    def pass_head(self, edge: int) -> None:
        """That letter comes to the head and passes it."""
        self.move(edge + HEAD.distance - self.belt)
        self.head()
        self.move(9500)

    def link(self) -> ByteLink:
        link = SerialLink(self.port, 921_600)
        link.open()
        return link

    def controller(self, trigger: Trigger = Trigger.PHOTOCELL, patience: float = 30.0) -> SprayController:
        """A controller that waits as long as a busy machine needs, where silence is not what is tested."""
        terms = Terms(trigger=trigger, host_silent_ms=30_000)
        settings = ControllerSettings("the test port", submit_timeout=patience, open_timeout=30.0)
        return SprayController(self.link, terms, settings)


class WireDevice(WireBelt):
    """A mock device behind a pseudo-terminal, in a thread of its own, as a board would be."""

    def __init__(self, config: DeviceConfig = HEAD) -> None:
        self.device = MockDevice(config)
        self.pty = PtyEnd()
        self.pty.open()
        self.lock = threading.RLock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def port(self) -> str:
        return self.pty.name

    def _run(self) -> None:
        while not self._end.is_set():
            data = self.pty.read(0.005)
            with self.lock:
                self.device.receive(data, time.monotonic())
                self.device.poll(time.monotonic())
                out = self.device.take_output()
            self.pty.write(out, 30.0)

    def move(self, ticks: int) -> None:
        with self.lock:
            self.belt += ticks
            self.device.encoder_to(self.belt)

    def camera(self, leading: bool) -> None:
        with self.lock:
            self.device.camera_edge(leading)

    def head(self) -> None:
        with self.lock:
            self.device.head_edge()

    def letter(self, length: int = 9500) -> int:
        with self.lock:
            return super().letter(length)

    def pass_head(self, edge: int) -> None:
        with self.lock:
            super().pass_head(edge)

    def close(self) -> None:
        self._end.set()
        self._thread.join(60.0)
        self.pty.close()


class WireFirmware(WireBelt):
    """The C firmware's desk program on its pseudo-terminal, in real time."""

    def __init__(self, folder: Path, config: DeviceConfig = HEAD, *options: str) -> None:
        self.folder = folder
        self._words = (*figures(config), *options)
        self._start()

    def _start(self) -> None:
        self.fired_log = self.folder / "fired.txt"
        files = ["--store", str(self.folder / "store.bin"), "--fired", str(self.fired_log)]
        port = ["--pty-link", str(self.folder / "port"), "--clock", "real"]
        self.desk = DeskProgram(desk_program(), [*port, *files, *self._words])
        self.desk.open()
        assert self.desk.line() == f"port {self.folder / 'port'}"

    @property
    def port(self) -> str:
        return str(self.folder / "port")

    def move(self, ticks: int) -> None:
        self.belt += ticks
        self.desk.tell(f"enc {self.belt}")

    def camera(self, leading: bool) -> None:
        self.desk.tell(f"camera {int(leading)}")

    def head(self) -> None:
        self.desk.tell("head 1")

    def fired(self) -> list[tuple[int, int]]:
        """Every column that fell: tick on the belt, dots."""
        rows = (line.split() for line in self.fired_log.read_text().splitlines())
        return [(int(tick), int(dots, 16)) for tick, dots in rows]

    def restart(self) -> None:
        """The board is unplugged and comes back under the same name, its store kept."""
        self.desk.close()
        self.belt = 0
        self._start()

    def close(self) -> None:
        self.desk.close()
