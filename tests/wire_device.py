"""A mock device behind a real pseudo-terminal, for tests of everything that opens a port."""

from __future__ import annotations

import threading
import time

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import Trigger
from drivers.inkjet.mock import DeviceConfig, MockDevice
from drivers.link import ByteLink, PtyEnd, SerialLink

HEAD = DeviceConfig(ticks_per_inch=1000.0, distance=40_000, margin=500, max_window=1000)


class WireDevice:
    """A mock device behind a pseudo-terminal, in a thread of its own, as a board would be."""

    def __init__(self, config: DeviceConfig = HEAD) -> None:
        self.device = MockDevice(config)
        self.pty = PtyEnd()
        self.pty.open()
        self.lock = threading.Lock()
        self.belt = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.is_set():
            data = self.pty.read(0.005)
            with self.lock:
                self.device.receive(data, time.monotonic())
                self.device.poll(time.monotonic())
                out = self.device.take_output()
            self.pty.write(out, 1.0)

    def move(self, ticks: int) -> None:
        self.belt += ticks
        self.device.encoder_to(self.belt)

    def letter(self, length: int = 9500) -> int:
        with self.lock:
            self.move(3000)
            edge = self.belt
            self.device.camera_edge(True)
            self.move(length)
            self.device.camera_edge(False)
            self.move(HEAD.debounce)
            return edge

    def pass_head(self, edge: int) -> None:
        with self.lock:
            self.move(edge + HEAD.distance - self.belt)
            self.device.head_edge()
            self.move(9500)

    def link(self) -> ByteLink:
        link = SerialLink(self.pty.name, 921_600)
        link.open()
        return link

    def controller(self, trigger: Trigger = Trigger.PHOTOCELL) -> SprayController:
        return SprayController(self.link, Terms(trigger=trigger), ControllerSettings("the test port"))

    def close(self) -> None:
        self._end.set()
        self._thread.join(2.0)
        self.pty.close()
