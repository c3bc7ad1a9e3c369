"""A camera that OpenCV opens: a webcam by number or name, a stream by URL, or a video file of letters."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.live import LiveCamera, Patience
from drivers.camera.pickers import EveryFrame, OnPresence, OnPulse, OnTrigger, Picker, Shot
from mlocr.errors import ConfigurationError, DeviceAbsentError
from mlocr.pictures import DPI_RANGE

TRIGGERS = ("presence", "station", "pulse", "frame")
_NUMBERS: dict[str, float] = {
    "width": 0,
    "height": 0,
    "open_s": 10.0,
    "reconnect_s": 10.0,
    "hang_s": 5.0,
    "trigger_s": 1.0,
    "delay_s": 0.0,
    "room": 8,
}
SETTINGS = frozenset({*_NUMBERS, "device", "dpi", "fallback_dpi", "trigger", "properties"})
_CLOCKS_AGREE = 5.0


class Capture(Protocol):
    """What is used of `cv2.VideoCapture`."""

    def isOpened(self) -> bool:  # noqa: D102
        ...

    def read(self) -> tuple[bool, Any]:  # noqa: D102
        ...

    def get(self, propId: int) -> float:  # noqa: D102
        ...

    def set(self, propId: int, value: float) -> bool:  # noqa: D102
        ...

    def release(self) -> None:  # noqa: D102
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which device, and how it is set up: size in pixels (0: as it comes), OpenCV properties by number."""

    device: int | str
    size: tuple[int, int] = (0, 0)
    properties: Mapping[int, float] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        """A video file: it ends, and keeps its frames until they are read."""
        return isinstance(self.device, str) and "://" not in self.device and Path(self.device).is_file()

    @property
    def name(self) -> str:
        """As messages name it."""
        return f"camera {self.device}"


class CaptureDevice:
    """One OpenCV capture object as `drivers.camera.live.Device`; its settings are applied again at each opening."""

    def __init__(
        self, wanted: Wanted, capture: Callable[[int | str], Capture], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wanted = wanted
        self._clock = clock
        self._make = capture
        self._capture: Capture | None = None
        self._shape: tuple[int, ...] | None = None
        self._ended = False
        self.patient = wanted.is_file

    def connect(self) -> None:
        """See `Device.connect`."""
        self.close()
        capture = self._make(self._wanted.device)
        if not capture.isOpened():
            capture.release()
            raise DeviceAbsentError(_why(self._wanted))
        self._capture = capture
        if self._wanted.is_file:
            return
        # Old frames in a queue are the letters before; not every backend obeys, so frames are judged by time as well.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        width, height = self._wanted.size
        size = {cv2.CAP_PROP_FRAME_WIDTH: width, cv2.CAP_PROP_FRAME_HEIGHT: height} if width and height else {}
        for number, value in {**size, **self._wanted.properties}.items():
            capture.set(number, value)

    def read(self, began: float) -> Shot | None:
        """See `Device.read`."""
        capture = self._capture
        if capture is None:
            return None
        try:
            there, image = capture.read()
        except cv2.error as error:
            return Shot(None, began, self._clock(), fault=f"{self._wanted.name} gave no picture ({error.err})")
        if not there:
            self._ended = self._wanted.is_file
            return None
        ended = self._clock()
        seconds = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        # Video4Linux tells when the frame was taken, by the clock this program has too; others count from their start.
        agrees = not self._wanted.is_file and 0 <= ended - seconds < _CLOCKS_AGREE
        pixels, fault = self._grey(image)
        return Shot(pixels, seconds if agrees else began, ended, seconds if agrees else None, fault)

    def _grey(self, image: Any) -> tuple[NDArray[np.uint8] | None, str]:
        """The picture as owned grey pixels, or the sentence that says why there is none."""
        name = self._wanted.name
        if not isinstance(image, np.ndarray) or image.ndim not in (2, 3) or 0 in image.shape:
            return None, f"{name} gave something that is no picture"
        if self._shape is None:
            self._shape = image.shape[:2]
        if image.shape[:2] != self._shape:
            was, now = (f"{shape[1]} x {shape[0]}" for shape in (self._shape, image.shape))
            return None, f"{name} gave a picture of {now} pixels where {was} came before"
        if image.dtype == np.uint16:
            image = image // 257
        try:
            grey = image if image.ndim == 2 or image.shape[2] == 1 else _to_grey(image.astype(np.uint8))
        except cv2.error as error:
            return None, f"{name} gave a picture of an unknown kind ({error.err})"
        return np.array(grey, dtype=np.uint8).reshape(image.shape[:2]), ""

    @property
    def ended(self) -> bool:
        """See `Device.ended`."""
        return self._ended

    def close(self) -> None:
        """See `Device.close`."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()


def _to_grey(image: NDArray[np.uint8]) -> Any:
    return cv2.cvtColor(image, cv2.COLOR_BGRA2GRAY if image.shape[2] == 4 else cv2.COLOR_BGR2GRAY)


def _why(wanted: Wanted) -> str:
    device = wanted.device
    path = Path(f"/dev/video{device}") if isinstance(device, int) else Path(device)
    if isinstance(device, int) or device.startswith("/dev/"):
        if not path.exists():
            return f"{wanted.name} is not there; plug it in, or choose one of `mlocr camera list`"
        return f"{wanted.name} does not open; end what else uses it, or join the group that owns {path} (often video)"
    return f"{wanted.name} does not open; give a camera's number, a stream's URL or a video file"


def _open(device: int | str) -> Capture:
    # What OpenCV prints when a device does not open is said in our own words.
    level = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        return cv2.VideoCapture(device)
    finally:
        cv2.utils.logging.setLogLevel(level)


def open_opencv(
    settings: Mapping[str, object],
    capture: Callable[[int | str], Capture] = _open,
    clock: Callable[[], float] = time.monotonic,
) -> LiveCamera:
    """A camera of OpenCV. Settings: `device` (number, name, URL or video file; 0), `dpi` (needed: no webcam knows its
    own), `trigger` ("presence": a letter laid into the empty view; "station": fired for each piece the controller's
    photocell saw; "pulse": the controller's own pulse takes each frame; "frame": each frame is a letter), `width` and
    `height` in pixels, `properties` (by OpenCV name), `open_s`, `reconnect_s`, `hang_s`, `trigger_s`, `delay_s` (from
    the trigger until the letter is in view), `room` (pictures kept).

    Raises ConfigurationError for a setting it does not know or that cannot be. Nothing is opened yet.
    """  # noqa: D205
    for name in settings:
        if name not in SETTINGS:
            raise ConfigurationError(
                f"the opencv camera has no setting {name!r}; known are {', '.join(sorted(SETTINGS))}"
            )
    number = {name: _number(settings, name, default) for name, default in _NUMBERS.items()}
    given = settings.get("device", 0)
    if isinstance(given, bool) or not isinstance(given, int | str) or given == "":
        raise ConfigurationError(f"device of the opencv camera is a number, name, URL or file, not {given!r}; mend it")
    device = int(given) if isinstance(given, str) and given.isdigit() else given
    wanted = Wanted(device, (int(number["width"]), int(number["height"])), _properties(settings.get("properties", {})))
    dpi = _number(settings, "dpi", 0) or _number(settings, "fallback_dpi", 0)
    if not DPI_RANGE[0] <= dpi <= DPI_RANGE[1]:
        raise ConfigurationError(
            "a camera does not know how many dots per inch it sees; measure a ruler and set dpi in [camera.settings]"
        )
    trigger = settings.get("trigger", "frame" if wanted.is_file else "presence")
    if trigger not in TRIGGERS:
        raise ConfigurationError(f"trigger of the opencv camera is one of {', '.join(TRIGGERS)}, not {trigger!r}")

    def picker() -> Picker:
        if trigger == "station":
            return OnTrigger(number["trigger_s"], number["delay_s"])
        if trigger == "pulse":
            return OnPulse()
        return OnPresence() if trigger == "presence" else EveryFrame()

    patience = Patience(
        number["open_s"],
        number["reconnect_s"],
        number["hang_s"],
        max(1, int(number["room"])),
        trigger not in ("frame", "pulse"),
    )
    return LiveCamera(wanted.name, dpi, lambda: CaptureDevice(wanted, capture, clock), picker, patience, clock)


def _number(settings: Mapping[str, object], name: str, default: float) -> float:
    value = settings.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ConfigurationError(f"{name} of the opencv camera is a number not below 0, not {value!r}; mend it")
    return float(value)


def _properties(given: object) -> dict[int, float]:
    """OpenCV's numbers for properties by name, `exposure` for CAP_PROP_EXPOSURE."""
    if not isinstance(given, Mapping):
        raise ConfigurationError("properties of the opencv camera is a table, such as { exposure = -6 }; mend it")
    found = {}
    for name, value in given.items():
        number = getattr(cv2, f"CAP_PROP_{str(name).upper()}", None)
        if not isinstance(number, int) or isinstance(value, bool) or not isinstance(value, int | float):
            raise ConfigurationError(f"OpenCV has no property {name!r} with value {value!r}; see its CAP_PROP names")
        found[number] = float(value)
    return found
