"""The fault proxy: a thread between two pseudo-terminals, the station's port and the device's.

The station opens `port`, a link that always has the same name; behind it stands a pseudo-terminal that can be unplugged
and comes back under another name, as an adapter does. Bytes go through a `FaultyLine` both ways.
"""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from drivers.faults.script import Way
from drivers.faults.wire import FaultyLine
from drivers.link import PtyEnd
from mlocr.errors import DeviceAbsentError

_LONGEST_WAIT = 0.05
_CHUNK = 4096


class FaultProxy:
    """Carries bytes between the port at `port` and the terminal `device` names, through `line`.

    `foreign`, where given, is what a device that speaks no frames says to the bytes it hears; the terminal is not used.
    """

    def __init__(
        self, port: Path, device: str, line: FaultyLine, foreign: Callable[[bytes], bytes] | None = None
    ) -> None:
        self.port = port
        self.line = line
        self.deaf = False
        self.severed = False
        self._wanted: list[Callable[[], None]] = []
        self._device = device
        self._foreign = foreign
        self._far = -1
        self._near: PtyEnd | None = None
        self._lock = threading.RLock()
        self._wakes = (-1, -1)
        self._closing = False
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Open the far end, make the port and begin. Raises DeviceAbsentError when either cannot be had."""
        try:
            self._far = os.open(self._device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            tty.setraw(self._far)
        except OSError as error:
            raise DeviceAbsentError(f"{self._device} cannot be opened ({error}); start the device again") from error
        self._wakes = os.pipe()
        self.plug()
        self._thread = threading.Thread(target=self._run, name="fault-proxy", daemon=True)
        self._thread.start()

    def plug(self) -> None:
        """The adapter is plugged in: a new terminal behind the same link."""
        near = PtyEnd()
        near.open()
        with self._lock:
            self.port.unlink(missing_ok=True)
            self.port.symlink_to(near.name)
            self._near = near
            self.severed = False
        self._wake()

    def unplug(self) -> None:
        """The adapter is drawn: reads and writes of the station fail, what was under way is gone."""
        with self._lock:
            near, self._near = self._near, None
            for way in Way:
                self.line.clear(way)
            if near is not None:
                self.port.unlink(missing_ok=True)
                near.close()
        self._wake()

    def draw(self) -> None:
        """`unplug`, by the proxy's own thread; no byte of the station passes from here on. Waits for nothing."""
        self.severed = True
        self._wanted.append(self.unplug)
        self._wake()

    def fill(self) -> None:
        """The system's buffer below the port is as good as full: the station's next bytes find no room."""
        near = self._near
        if near is not None:
            near.fill()

    def close(self) -> None:
        """End; safe to call twice."""
        self._closing = True
        self._wake()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(5.0)
        self.unplug()
        far, self._far = self._far, -1
        wakes, self._wakes = self._wakes, (-1, -1)
        for descriptor in (far, *wakes):
            if descriptor >= 0:
                os.close(descriptor)

    def _wake(self) -> None:
        if self._wakes[1] >= 0:
            with suppress(OSError):
                os.write(self._wakes[1], b"!")

    def _run(self) -> None:
        wait = _LONGEST_WAIT
        while not self._closing:
            with self._lock:
                near = -1 if self._near is None else self._near.fileno()
            ends = [self._far, self._wakes[0]] + ([near] if near >= 0 and not self.deaf else [])
            try:
                readable = select.select(ends, [], [], wait)[0]
            except (OSError, ValueError):
                continue  # the port was drawn between looking and waiting
            if self._wakes[0] in readable:
                os.read(self._wakes[0], _CHUNK)
            while self._wanted:
                self._wanted.pop(0)()
            with self._lock:
                self._listen(readable)
                now = time.monotonic()
                self._speak(now)
                due = self.line.next_due()
            wait = _LONGEST_WAIT if due is None else min(_LONGEST_WAIT, max(0.0, due - now))

    def _listen(self, readable: list[int]) -> None:
        near = self._near
        if near is not None and near.fileno() in readable and not self.deaf:
            with suppress(DeviceAbsentError):
                data = near.read(0)
                if not self.severed:
                    self.line.carry(Way.DOWN, data, time.monotonic())
        if self._far in readable:
            with suppress(OSError):
                data = os.read(self._far, _CHUNK)
                if self._foreign is None:
                    self.line.carry(Way.UP, data, time.monotonic())

    def _speak(self, now: float) -> None:
        down = self.line.take(Way.DOWN, now)
        if self._foreign is not None:
            self.line.carry_raw(Way.UP, self._foreign(down), now)
        elif down:
            _put(self._far, down)
        up = self.line.take(Way.UP, now)
        if up and self._near is not None:
            _put(self._near.fileno(), up)


def _put(descriptor: int, data: bytes) -> None:
    """Hand over what finds room; a UART nobody reads loses the rest."""
    with suppress(OSError):
        os.write(descriptor, data)
