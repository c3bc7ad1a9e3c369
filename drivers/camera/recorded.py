"""Recorded frames: a live session played again, frame for frame, with its triggers, times and losses; and a recorder.

A recording is a folder, or a zip archive of one: frames.jsonl (`drivers.camera.manifest`) and the pictures beside it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import cv2

from drivers.camera.folder import FolderCamera, Slot, listed_frames
from drivers.camera.manifest import NAME, Manifest, read_manifest
from mlocr.errors import BadInputError, ConfigurationError, DeviceFaultError
from mlocr.ports import Camera, CameraFrame, CameraStats, TriggeredCamera

SETTINGS = frozenset({"recording", "pace", "dpi", "fallback_dpi"})
_MOST_BYTES = 400_000_000


def open_recorded(settings: Mapping[str, object]) -> RecordedCamera:
    """A recording played again. Settings: `recording` (folder or zip file), `pace` ("max", or "recorded": each frame at
    the camera's own time), `dpi` (of every picture, over what the recording says), `fallback_dpi`.

    Raises ConfigurationError for a setting it does not know. Nothing is opened yet.
    """  # noqa: D205
    for name in settings:
        if name not in SETTINGS:
            raise ConfigurationError(
                f"the recorded camera has no setting {name!r}; known are {', '.join(sorted(SETTINGS))}"
            )
    recording, pace = settings.get("recording"), settings.get("pace", "max")
    if not isinstance(recording, str) or not recording:
        raise ConfigurationError("the recorded camera needs `recording`; give the folder or zip file of one")
    if pace not in ("max", "recorded"):
        raise ConfigurationError(f'pace of the recorded camera is "max" or "recorded", not {pace!r}; correct it')
    given = [settings.get(name) for name in ("dpi", "fallback_dpi")]
    dpi, fallback = (float(value) if isinstance(value, int | float) else None for value in given)
    return RecordedCamera(Path(recording), dpi, fallback, paced=pace == "recorded")


class RecordedCamera:
    """Implements `mlocr.ports.Camera`: the frames of a recording, each trigger between the first and the last once."""

    def __init__(
        self,
        recording: Path,
        dpi: float | None = None,
        fallback_dpi: float | None = None,
        paced: bool = False,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._recording = recording
        self._resolution = (dpi, fallback_dpi)
        self._paced = paced
        self._clock = clock
        self._pause = pause
        self._unpacked: tempfile.TemporaryDirectory[str] | None = None
        self._archive: zipfile.ZipFile | None = None
        self._slots: list[Slot] = []
        self._frames: FolderCamera | None = None
        self._given = 0
        self._began = 0.0

    def open(self) -> None:
        """Read the list. Raises BadInputError when there is none or it cannot be followed."""
        self.close()
        if self._recording.is_dir():
            self._slots, manifest = listed_frames(self._recording, self._recording / NAME)
        else:
            self._slots, manifest = self._open_archive()
        counted = CameraStats(duplicate=manifest.duplicate, stale=manifest.stale)
        self._frames = FolderCamera(self._slots, *self._resolution, counted=counted)
        self._frames.open()
        self._given, self._began = 0, self._clock()

    def _open_archive(self) -> tuple[list[Slot], Manifest]:
        try:
            self._archive = zipfile.ZipFile(self._recording)
            text = self._archive.read(NAME).decode("utf-8")
        except (OSError, zipfile.BadZipFile, KeyError, UnicodeDecodeError, RuntimeError) as error:
            self.close()
            raise BadInputError(
                f"{self._recording} is no recording ({error}); give a folder or zip file with {NAME} in it"
            ) from None
        manifest = read_manifest(text, f"{self._recording}/{NAME}")
        self._unpacked = tempfile.TemporaryDirectory(prefix="mlocr-recording-")
        folder = Path(self._unpacked.name)
        slots = [
            Slot(entry, folder / f"{n:06d}{Path(entry.file).suffix}" if entry.file else None)
            for n, entry in enumerate(manifest.entries)
        ]
        return slots, manifest

    def next(self, timeout: float) -> CameraFrame | None:
        """The next frame, at its time where the recording's own pace is kept."""
        if self._frames is None or self._frames.exhausted or self._too_early(timeout):
            return None
        slot = self._slots[self._given]
        self._unpack(slot)
        frame = self._frames.next(timeout)
        if frame is not None:
            self._given += 1
            if self._unpacked is not None and slot.path is not None:
                slot.path.unlink(missing_ok=True)
        return frame

    def _too_early(self, timeout: float) -> bool:
        first = next((s.entry.device_time for s in self._slots if s.entry.device_time is not None), None)
        due = self._slots[self._given].entry.device_time
        if not self._paced or first is None or due is None:
            return False
        wait = self._began + (due - first) - self._clock()
        if wait > 0:
            self._pause(min(wait, timeout))
        return wait > timeout

    def _unpack(self, slot: Slot) -> None:
        """Lay a picture of the archive where it is read; what does not come out is a file that is not there."""
        if self._archive is None or slot.path is None or slot.path.exists():
            return
        try:
            if self._archive.getinfo(slot.entry.file).file_size > _MOST_BYTES:
                return
            with self._archive.open(slot.entry.file) as packed, slot.path.open("wb") as out:
                shutil.copyfileobj(packed, out)
        except (KeyError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
            return

    @property
    def exhausted(self) -> bool:
        """True after the last frame."""
        return self._frames is not None and self._frames.exhausted

    def stats(self) -> CameraStats:
        """What was played; duplicates and stale frames of the list are counted and not played."""
        return self._frames.stats() if self._frames is not None else CameraStats()

    def close(self) -> None:
        """Let go of the archive; safe to call twice."""
        archive, self._archive = self._archive, None
        unpacked, self._unpacked = self._unpacked, None
        if self._frames is not None:
            self._frames.close()
        if archive is not None:
            archive.close()
        if unpacked is not None:
            unpacked.cleanup()


class RecordingCamera:
    """Any camera, its frames written into a new folder as they are handed on; implements `TriggeredCamera`."""

    def __init__(self, camera: Camera, folder: Path) -> None:
        self._camera = camera
        self._folder = folder
        self._list: TextIO | None = None

    def open(self) -> None:
        """Open the camera and begin the recording. Raises BadInputError where one lies already."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._list = (self._folder / NAME).open("x", encoding="utf-8")
        except FileExistsError:
            raise BadInputError(f"{self._folder} holds a recording already; give a new folder") from None
        except OSError as error:
            raise BadInputError(f"nothing can be recorded in {self._folder} ({error.strerror}); give another") from None
        self._camera.open()

    def next(self, timeout: float) -> CameraFrame | None:
        """The camera's frame, once it is recorded. Raises DeviceFaultError when it cannot be."""
        frame = self._camera.next(timeout)
        if frame is not None and self._list is not None:
            try:
                self._keep(frame, self._list)
            except (OSError, cv2.error) as error:
                raise DeviceFaultError(
                    f"the recording {self._folder} cannot be written ({error}); make room or record elsewhere"
                ) from error
        return frame

    def _keep(self, frame: CameraFrame, out: TextIO) -> None:
        row: dict[str, object] = {"trigger": frame.trigger, "name": frame.name, "device_time": frame.device_time}
        row["dropped_before"] = frame.dropped_before
        if frame.lift is not None:
            row["file"] = f"{frame.trigger:08d}.png"
            row["dpi"] = frame.lift.dpi
            done, data = cv2.imencode(".png", frame.lift.pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            if not done:
                raise OSError("the picture cannot be packed")
            (self._folder / str(row["file"])).write_bytes(data.tobytes())
        else:
            row["fault"] = frame.fault
        out.write(json.dumps(row) + "\n")
        out.flush()

    def fire(self, trigger: int) -> None:
        """See `TriggeredCamera.fire`."""
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
        """End the recording and close the camera; safe to call twice."""
        out, self._list = self._list, None
        if out is not None:
            out.close()
        self._camera.close()
