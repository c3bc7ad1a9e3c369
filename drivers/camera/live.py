"""A live camera: one thread reads the device all the time, so that no call of the station can hang on it.

The device may hang, disappear and come again, repeat itself or fall behind; each costs the letters it touches and
shifts none behind them. Pictures that nobody takes in time give way: their frames then say so.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drivers.camera.pickers import Picked, Picker, Shot
from mlocr.errors import DeviceAbsentError, DeviceError, DeviceFaultError
from mlocr.mail.image import ImageLift
from mlocr.ports import CameraFrame, CameraStats

_MISSES = 3  # reads without a frame in a row: the device is gone
_PAUSE = 0.05
_AT_ONCE = 0.5  # a read that failed sooner is a device that is gone, not one that waited for its trigger in vain


class Device(Protocol):
    """What a live camera reads: one thread uses it."""

    patient: bool
    """The device keeps its frames until they are read (a file): none is dropped for want of room."""

    def connect(self) -> None:
        """Open it and set it up, also again. Raises DeviceAbsentError."""
        ...

    def read(self, began: float) -> Shot | None:
        """The next frame, None where the read failed; may block as long as the device does."""
        ...

    @property
    def ended(self) -> bool:
        """True when no frame will ever come again (the end of a file)."""
        ...

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for the first frame's device, for one that disappeared, for a read that does not return; pictures kept.

    `free_running`: the device gives frames all the time, so that a read without one is a failure however long it took.
    """

    open_s: float = 10.0
    reconnect_s: float = 10.0
    hang_s: float = 5.0
    room: int = 8
    free_running: bool = True


class LiveCamera:
    """Implements `mlocr.ports.TriggeredCamera` over a device and a way of triggering; every picture has `dpi`."""

    def __init__(
        self,
        name: str,
        dpi: float,
        make_device: Callable[[], Device],
        make_picker: Callable[[], Picker],
        patience: Patience,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._dpi = dpi
        self._make_device = make_device
        self._make_picker = make_picker
        self._patience = patience
        self._clock = clock
        self._changed = threading.Condition()
        self._generation = 0
        self._thread: threading.Thread | None = None
        self._abandoned: threading.Thread | None = None
        self._begin()

    def _begin(self) -> None:
        self._picker = self._make_picker()
        self._frames: deque[CameraFrame] = deque()
        self._stats = CameraStats()
        self._last: Shot | None = None
        self._delivered: NDArray[np.uint8] | None = None
        self._connected = self._ended = False
        self._problem: DeviceError | None = None
        self._read_since: float | None = None
        self._dropped = 0

    # --- the station's side ------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start reading. Raises DeviceAbsentError or DeviceFaultError when the device does not open in time."""
        self.close()
        with self._changed:
            self._begin()
            self._start()
            self._changed.wait_for(lambda: self._connected or self._problem is not None, self._patience.open_s)
            problem = self._problem
            if problem is None and not self._connected:
                problem = DeviceFaultError(f"{self._name} does not open; check its cable and what else uses it")
        if problem is not None:
            self.close()
            raise problem

    def next(self, timeout: float) -> CameraFrame | None:
        """See `Camera.next`. Raises DeviceError when the device is gone for good or has hung twice."""
        with self._changed:
            if self._thread is None:
                return None
            self._look()
            self._changed.wait_for(lambda: bool(self._frames) or self._ended or self._problem is not None, timeout)
            self._look()
            if self._frames:
                frame = self._frames.popleft()
                self._changed.notify_all()
                return frame
            if self._problem is not None:
                raise self._problem
            return None

    def fire(self, trigger: int) -> None:
        """See `TriggeredCamera.fire`."""
        with self._changed:
            self._hand_out(self._picker.fire(trigger, self._clock()))

    @property
    def exhausted(self) -> bool:
        """True after the last frame of a file; a device never ends."""
        with self._changed:
            return self._ended and not self._frames

    def stats(self) -> CameraStats:
        """See `CameraStats`."""
        with self._changed:
            return replace(self._stats, stale=self._stats.stale + self._picker.stale)

    def close(self) -> None:
        """Stop reading and let go of the device. A thread that hangs in it is left behind; it gives back nothing."""
        with self._changed:
            self._generation += 1
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread is not None:
            thread.join(1.0)

    def _look(self) -> None:
        """What is due by the clock: triggers in vain, and a read that does not return."""
        now = self._clock()
        self._hand_out(self._picker.expire(now))
        since = self._read_since
        if self._problem is not None or since is None or now - since <= self._patience.hang_s:
            return
        # At most one replacement: threads that hang must not pile up.
        if self._abandoned is not None and self._abandoned.is_alive():
            self._problem = DeviceFaultError(f"{self._name} hangs, also when opened anew; unplug it and start again")
            return
        self._abandoned = self._thread
        self._stats = replace(self._stats, restarts=self._stats.restarts + 1)
        self._start()

    # --- the reading thread ------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._generation += 1
        self._read_since = self._clock()
        arguments = (self._generation, self._make_device())
        self._thread = threading.Thread(target=self._work, args=arguments, name="camera", daemon=True)
        self._thread.start()

    def _work(self, generation: int, device: Device) -> None:
        try:
            self._connect(generation, device)
            misses = 0
            while self._mine(generation):
                began = self._clock()
                shot = device.read(began)
                if not self._saw(generation, shot, device):
                    return
                slow = self._clock() - began > _AT_ONCE and not self._patience.free_running
                misses = 0 if shot is not None or slow else misses + 1
                if misses >= _MISSES:
                    device.close()
                    self._connect(generation, device, again=True)
                    misses = 0
        except DeviceError as error:
            self._fail(generation, error)
        # What a driver's library raises is the device's fault as far as a run can tell.
        except Exception as error:
            self._fail(generation, DeviceFaultError(f"{self._name} fails ({error}); look at it and start again"))
        finally:
            device.close()

    def _connect(self, generation: int, device: Device, again: bool = False) -> None:
        """Open the device; one that was there before is waited for. Raises what it says when it does not come."""
        since = self._clock()
        while self._mine(generation):
            try:
                device.connect()
            except DeviceAbsentError:
                if not again or self._clock() - since > self._patience.reconnect_s:
                    raise
                self._rest(generation)
                continue
            with self._changed:
                if generation == self._generation:
                    self._connected = True
                    self._stats = replace(self._stats, reconnects=self._stats.reconnects + again)
                    self._changed.notify_all()
            return

    def _rest(self, generation: int) -> None:
        with self._changed:
            self._read_since = self._clock() if generation == self._generation else self._read_since
            self._changed.wait_for(lambda: generation != self._generation, _PAUSE)

    def _mine(self, generation: int) -> bool:
        with self._changed:
            if generation == self._generation:
                self._read_since = self._clock()
            return generation == self._generation

    def _saw(self, generation: int, shot: Shot | None, device: Device) -> bool:
        """Take one frame in. False when this thread is no longer wanted."""
        with self._changed:
            if generation != self._generation:
                return False
            if shot is not None:
                if device.patient:
                    self._read_since = None
                    self._changed.wait_for(
                        lambda: len(self._frames) < self._patience.room or generation != self._generation
                    )
                    if generation != self._generation:
                        return False
                if not self._again(shot):
                    self._hand_out(self._picker.see(shot))
            elif device.ended:
                self._ended = True
                self._read_since = None
                self._changed.notify_all()
                return False
        if shot is None:
            self._rest(generation)
        return True

    def _again(self, shot: Shot) -> bool:
        """Whether a frame is no newer than the one before, by the device's own clock."""
        last = self._last
        if shot.pixels is not None:
            self._last = shot
        if last is None or last.device_time is None or shot.device_time is None:
            return False
        if shot.device_time > last.device_time:
            return False
        self._last = last
        same = shot.device_time == last.device_time
        self._stats = replace(self._stats, duplicate=self._stats.duplicate + same, stale=self._stats.stale + (not same))
        return True

    def _fail(self, generation: int, problem: DeviceError) -> None:
        with self._changed:
            if generation == self._generation:
                self._problem = problem
                self._read_since = None
                self._changed.notify_all()

    # --- frames for the station --------------------------------------------------------------------------------------

    def _hand_out(self, picked: list[Picked]) -> None:
        for each in picked:
            self._frames.append(self._frame(each))
        if picked:
            self._changed.notify_all()

    def _frame(self, picked: Picked) -> CameraFrame:
        name, shot, fault, stats = f"{picked.trigger:06d}", picked.shot, picked.fault, self._stats
        stats = replace(stats, acquired=stats.acquired + 1)
        pixels = shot.pixels if shot is not None and not fault else None
        if shot is None:
            stats = replace(stats, triggers_lost=stats.triggers_lost + 1)
        elif pixels is not None and self._delivered is not None and np.array_equal(pixels, self._delivered):
            # No two letters give the same picture to the last bit: a sensor alone has more noise than that.
            stats, pixels = replace(stats, frozen=stats.frozen + 1), None
            fault = f"{self._name} gave the picture of the letter before again: it is frozen"
        elif pixels is not None and sum(frame.lift is not None for frame in self._frames) >= self._patience.room:
            pixels, fault = None, f"{self._name} gave more pictures than were taken from it; feed more slowly"
        if pixels is None:
            self._dropped += 1
            self._stats = replace(stats, lost=stats.lost + 1)
            told = shot.device_time if shot else None
            return CameraFrame(picked.trigger, name, None, fault or "no picture", told, taken=picked.taken)
        self._delivered = pixels
        self._stats = replace(stats, delivered=stats.delivered + 1)
        dropped, self._dropped = self._dropped, 0
        told = shot.device_time if shot is not None else None
        lift = ImageLift(pixels, self._dpi, name)
        return CameraFrame(picked.trigger, name, lift, "", told, dropped, picked.taken)
