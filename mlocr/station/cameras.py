"""The run's camera: the driver with its settings, watched where it is not our own, recorded where that is asked for."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mlocr.errors import DeviceFaultError
from mlocr.ports import Camera, CameraFrame, CameraStats, TriggeredCamera
from mlocr.station.plugins import BUILTIN, load_factory

HANG_S = 15.0
PHOTOCELLS = ("station", "pulse")
"""Triggers of the opencv camera that come from the controller's photocell."""
_GRACE = 0.5


def build_camera(name: str, settings: Mapping[str, object], record: str = "") -> Camera:
    """The camera `name`, not yet open. Raises ConfigurationError.

    A driver that is not the station's own is watched: no call of it can hold up the run. No camera's frame is taken for
    a letter's twice. With `record`, the folder into which every frame goes as well.
    """
    camera: Camera = load_factory("camera", name)(settings)
    if name not in BUILTIN["camera"]:
        camera = WatchedCamera(name, camera)
    camera = RisingCamera(camera)
    if record:
        recording: Camera = load_factory("camera", "drivers.camera.recorded:RecordingCamera")(camera, Path(record))
        return recording
    return camera


def counts_with_photocell(name: str, settings: Mapping[str, object]) -> bool:
    """Whether the camera's triggers can be those a photocell gave: pictures of the past, and a view, have none."""
    if name in ("folder", "recorded"):
        return False
    return name != "opencv" or settings.get("trigger") in PHOTOCELLS


class _Wrapper:
    """A camera around another."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    def open(self) -> None:
        """Open the camera."""
        self._camera.open()

    def fire(self, trigger: int) -> None:
        """Tell the camera, if it is one that is told."""
        if isinstance(self._camera, TriggeredCamera):
            self._camera.fire(trigger)

    @property
    def exhausted(self) -> bool:
        """The camera's word."""
        return self._camera.exhausted

    def stats(self) -> CameraStats:
        """The camera's counters."""
        return self._camera.stats()

    def close(self) -> None:
        """Close the camera."""
        self._camera.close()


class RisingCamera(_Wrapper):
    """Drops what is not new: a frame whose trigger is not above the last one's belongs to a letter that has its own."""

    def __init__(self, camera: Camera) -> None:
        super().__init__(camera)
        self._last: int | None = None
        self._again = self._older = 0

    def open(self) -> None:
        """Open the camera; its triggers begin anew."""
        self._last, self._again, self._older = None, 0, 0
        super().open()

    def next(self, timeout: float) -> CameraFrame | None:
        """See `Camera.next`; None also for a frame that was dropped."""
        frame = self._camera.next(timeout)
        if frame is None:
            return None
        if self._last is not None and frame.trigger <= self._last:
            self._again += frame.trigger == self._last
            self._older += frame.trigger < self._last
            return None
        self._last = frame.trigger
        return frame

    def stats(self) -> CameraStats:
        """The camera's counters and what was dropped here."""
        below = super().stats()
        return replace(below, duplicate=below.duplicate + self._again, stale=below.stale + self._older)


class WatchedCamera(_Wrapper):
    """Calls `next` in a thread of its own, so that a driver that hangs ends the run with a sentence."""

    def __init__(self, name: str, camera: Camera, hang_s: float = HANG_S, grace_s: float = _GRACE) -> None:
        super().__init__(camera)
        self._name = name
        self._hang_s = hang_s
        self._grace_s = grace_s
        self._calls: queue.SimpleQueue[float | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[CameraFrame | BaseException | None] = queue.SimpleQueue()
        self._waited = 0.0
        self._asked = False
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Open the camera."""
        super().open()
        self._calls, self._answers = queue.SimpleQueue(), queue.SimpleQueue()
        self._waited, self._asked = 0.0, False
        self._thread = threading.Thread(
            target=self._work, args=(self._calls, self._answers), name="mlocr-camera", daemon=True
        )
        self._thread.start()

    def _work(
        self,
        calls: queue.SimpleQueue[float | None],
        answers: queue.SimpleQueue[CameraFrame | BaseException | None],
    ) -> None:
        while (timeout := calls.get()) is not None:
            try:
                answers.put(self._camera.next(timeout))
            except BaseException as error:
                answers.put(error)

    def next(self, timeout: float) -> CameraFrame | None:
        """See `Camera.next`. Raises DeviceFaultError once a call has not come back for `hang_s` seconds."""
        if self._thread is None:
            return None
        if not self._asked:
            self._asked, self._waited = True, 0.0
            self._calls.put(timeout)
        patience = timeout + self._grace_s
        try:
            answer = self._answers.get(timeout=patience)
        except queue.Empty:
            self._waited += patience
            if self._waited < self._hang_s:
                return None
            raise DeviceFaultError(
                f"the camera {self._name} hangs: its next() has not come back for {self._waited:.0f} s;"
                " look at the camera, mend the driver's time-outs and start again"
            ) from None
        self._asked = False
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def exhausted(self) -> bool:
        """The camera's word; while a call is out it has not ended."""
        return not self._asked and super().exhausted

    def close(self) -> None:
        """Close the camera; a thread that hangs in it is left behind."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._calls.put(None)
            thread.join(self._grace_s)
            if thread.is_alive():
                # Its close() may hang as well.
                closing = threading.Thread(target=super().close, name="mlocr-camera-close", daemon=True)
                closing.start()
                closing.join(self._grace_s)
                return
        super().close()
