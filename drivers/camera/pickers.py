"""Which of the frames a device gives is whose letter's picture. Values in, values out: no clock, no thread, no device.

A picker sees every frame (`Shot`) in the order it was taken and answers with `Picked`: a trigger's number and its
frame, or the sentence that says why there is none. A trigger that gets no picture never moves the next one up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

_SMALL = (96, 64)
_CHANGED = 24.0  # grey levels by which a pixel differs; *ours*, as the shares below
_LETTER_SHARE = 0.04
_STILL_SHARE = 0.005
_DRIFT = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame of a device, or the `fault` it has. It was taken between `began` and `ended`, steady seconds."""

    pixels: NDArray[np.uint8] | None
    began: float
    ended: float
    device_time: float | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """The frame of one trigger, or None and why. `taken`: the steady seconds by which it is tied to its letter."""

    trigger: int
    shot: Shot | None
    fault: str = ""
    taken: float | None = None


class Picker(Protocol):
    """One way of triggering."""

    stale: int

    def see(self, shot: Shot) -> list[Picked]:
        """A frame was taken."""
        ...

    def fire(self, trigger: int, at: float) -> list[Picked]:
        """The station says that a piece stands before the camera."""
        ...

    def expire(self, now: float) -> list[Picked]:
        """Triggers that have waited too long."""
        ...


class EveryFrame:
    """Each frame is a letter's: a device that is triggered by hardware, or a video of one."""

    def __init__(self) -> None:
        self.stale = 0
        self._count = 0

    def see(self, shot: Shot) -> list[Picked]:
        """See `Picker.see`."""
        self._count += 1
        return [Picked(self._count, shot, shot.fault)]

    def fire(self, trigger: int, at: float) -> list[Picked]:
        """Its triggers are the device's own."""
        return []

    def expire(self, now: float) -> list[Picked]:
        """Nothing waits."""
        return []


class OnPulse(EveryFrame):
    """Each frame is a letter's, and the photocell's pulse took it: its own time tells which letter's.

    A frame that does not tell its time is nobody's picture: counted alone, one pulse missed would shift all behind it.
    """

    def see(self, shot: Shot) -> list[Picked]:
        """See `Picker.see`."""
        untimed = "the camera does not tell when its pictures are taken; lay letters by hand, or use another camera"
        fault = shot.fault or ("" if shot.device_time is not None else untimed)
        return [replace(each, fault=fault, taken=shot.device_time) for each in super().see(shot)]


class OnTrigger:
    """The station fires; the first frame begun after a trigger, and ended before the next one, is that letter's.

    `delay` seconds pass until the letter stands in view; a trigger without a frame for `patience` seconds is lost.
    """

    def __init__(self, patience: float, delay: float = 0.0) -> None:
        self.stale = 0
        self._patience = patience
        self._delay = delay
        self._waiting: deque[tuple[int, float]] = deque()
        self._last = 0

    def fire(self, trigger: int, at: float) -> list[Picked]:
        """See `Picker.fire`. A number not above the last is the same piece told twice."""
        if trigger > self._last:
            self._last = trigger
            self._waiting.append((trigger, at + self._delay))
        return []

    def see(self, shot: Shot) -> list[Picked]:
        """See `Picker.see`."""
        picked: list[Picked] = []
        while self._waiting:
            trigger, since = self._waiting[0]
            if shot.began < since:
                self.stale += 1  # taken before the letter came: the one before it may be on it
                break
            self._waiting.popleft()
            if self._waiting and shot.ended > self._waiting[0][1]:
                picked.append(Picked(trigger, None, "the next letter came before a picture of this one was taken"))
                continue
            picked.append(Picked(trigger, shot, shot.fault))
            break
        return picked

    def expire(self, now: float) -> list[Picked]:
        """See `Picker.expire`."""
        lost = []
        while self._waiting and now - self._waiting[0][1] > self._patience:
            trigger, _ = self._waiting.popleft()
            lost.append(Picked(trigger, None, f"the camera gave no picture within {self._patience:g} s of its trigger"))
        return lost


class OnPresence:
    """A letter laid into an empty, lit view fires once it lies still; the next one only after the view was empty again.

    The first `still` frames that are alike are the empty view. Thresholds are *ours*.
    """

    def __init__(self, still: int = 4) -> None:
        self.stale = 0
        self._still = still
        self._count = 0
        self._empty: NDArray[np.float32] | None = None
        self._before: NDArray[np.float32] | None = None
        self._alike = 0
        self._armed = False

    def see(self, shot: Shot) -> list[Picked]:
        """See `Picker.see`."""
        if shot.pixels is None:
            self._alike = 0
            return []
        view = cv2.resize(shot.pixels, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
        alike = self._before is not None and _changed(view, self._before) <= _STILL_SHARE
        self._before = view
        self._alike = self._alike + 1 if alike else 0
        if self._alike < self._still - 1:
            return []
        if self._empty is None:
            self._empty, self._armed = view, True
            return []
        if _changed(view, self._empty) < _LETTER_SHARE:
            self._empty += _DRIFT * (view - self._empty)  # daylight wanders
            self._armed = True
            return []
        if not self._armed:
            return []
        self._armed = False
        self._count += 1
        return [Picked(self._count, shot)]

    def fire(self, trigger: int, at: float) -> list[Picked]:
        """The view alone fires."""
        return []

    def expire(self, now: float) -> list[Picked]:
        """Nothing waits."""
        return []


def _changed(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The share of pixels that differ."""
    return float(np.mean(np.abs(one - other) > _CHANGED))
