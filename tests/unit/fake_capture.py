"""A capture object such as OpenCV gives: it sees what is shown, gives what is laid into it, and breaks when told."""

from __future__ import annotations

import threading
from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = (60, 90)
_FRAME = 0.002  # seconds from frame to frame of a device that runs free
_LONG = 20.0


def letter(grey: int) -> NDArray[np.uint8]:
    """A colour frame: a dark letter of one grey on a light ground."""
    image = empty()
    image[6:-6, 6:-6] = grey
    return image


def empty() -> NDArray[np.uint8]:
    """The ground alone."""
    return np.full((*SIZE, 3), 200, np.uint8)


class FakeBus:
    """Where the device is plugged in: gives capture objects, remembers what was set, breaks when told.

    It runs free once something is shown: the view again and again, with a little noise. What is laid comes first.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.laid: deque[object] = deque()
        self.view: NDArray[np.uint8] | None = None
        self.there = True
        self._hung: list[FakeCapture] = []
        self._hang_all = False
        self._caught: list[FakeCapture] = []
        self.opened = self.reads = 0
        self.applied: list[tuple[int, float]] = []
        self.time_ms = 0.0
        self.noise = True
        self._newest: FakeCapture | None = None

    def open(self, device: int | str) -> FakeCapture:
        with self.changed:
            self.opened += 1
            self._newest = FakeCapture(self)
            self.changed.notify_all()
            return self._newest

    def read(self, capture: FakeCapture) -> tuple[bool, object]:
        with self.changed:
            self.changed.wait_for(
                lambda: not self._hangs(capture) and (bool(self.laid) or self.view is not None or not self.there), _LONG
            )
            if not self.laid:
                self.changed.wait_for(lambda: bool(self.laid), _FRAME)
            self.reads += 1
            self.changed.notify_all()
            if not self.there or capture is not self._newest:
                return False, None
            if self.laid:
                frame = self.laid.popleft()
                if isinstance(frame, tuple):
                    self.time_ms, frame = frame
                if isinstance(frame, Exception):
                    raise frame
                return frame is not None, frame
            if self.view is None:
                return False, None
            image = self.view.copy()
            if self.noise:
                image[0, 0] = self.reads % 200
            return True, image

    def show(self, image: NDArray[np.uint8], frames: int = 6) -> None:
        """The view from now on; comes back once `frames` frames of it were taken."""
        with self.changed:
            self.view = image
            seen = self.reads
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: self.reads >= seen + frames, _LONG)

    def go_dark(self) -> None:
        """Nothing more is shown: a read waits for what is laid."""
        with self.changed:
            self.view = None

    def lay(self, *frames: object) -> None:
        """The device gives these next, each once; (milliseconds, frame) where it tells the time, None: it fails."""
        with self.changed:
            self.laid.extend(frames)
            self.changed.notify_all()

    def plug(self, there: bool) -> None:
        """Unplug the device, or plug it in again."""
        with self.changed:
            self.there = there
            self.changed.notify_all()

    def _hangs(self, capture: FakeCapture) -> bool:
        hangs = self._hang_all or capture in self._hung
        if hangs and capture not in self._caught:
            self._caught.append(capture)
            self.changed.notify_all()
        return hangs

    def hang(self, every: bool = False) -> None:
        """Reads of the capture object now open (of every one) do not come back; returns once one does."""
        with self.changed:
            self._hang_all = every
            if self._newest is not None:
                self._hung.append(self._newest)
            self.changed.notify_all()
        self.wait_hanging(1)

    def heal(self) -> None:
        """All that hangs comes back."""
        with self.changed:
            self._hang_all = False
            self._hung.clear()
            self.changed.notify_all()

    def wait_hanging(self, count: int) -> None:
        """Until reads of so many capture objects hang."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self._caught) >= count, _LONG)

    def wait_opened(self, count: int) -> None:
        """Until it has been opened so many times."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.opened >= count, _LONG)


class FakeCapture:
    """One opened device."""

    def __init__(self, bus: FakeBus) -> None:
        self._bus = bus

    def isOpened(self) -> bool:
        return self._bus.there

    def read(self) -> tuple[bool, object]:
        return self._bus.read(self)

    def get(self, propId: int) -> float:
        return self._bus.time_ms if propId == cv2.CAP_PROP_POS_MSEC else 0.0

    def set(self, propId: int, value: float) -> bool:
        self._bus.applied.append((propId, value))
        return True

    def release(self) -> None: ...
