"""The Camera suite on every implementation: files, lists, recordings, live devices (faked), video, foreign ones."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from contracts_camera import CameraContract, CameraStand, played
from fake_capture import FakeBus, empty, letter
from PIL import Image

from drivers.camera.folder import open_folder
from drivers.camera.opencv import open_opencv
from drivers.camera.recorded import RecordingCamera, open_recorded
from mlocr.mail.image import ImageLift
from mlocr.ports import Camera, CameraFrame, CameraStats
from mlocr.station.cameras import RisingCamera, WatchedCamera


def pictures(folder: Path, count: int = 5) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{n}.png" for n in range(1, count + 1)]
    for n, path in enumerate(paths, 1):
        Image.fromarray(np.full((40, 60), 20 * n, np.uint8)).save(path, dpi=(200, 200))
    return paths


def recording(folder: Path) -> Path:
    """Five triggers from 100 on: 102 never came, 103 came without a picture; duplicates and stragglers between."""
    pictures(folder)
    rows = [
        {"trigger": 100, "file": "1.png", "device_time": 10.0},
        {"trigger": 101, "file": "2.png", "device_time": 10.1},
        {"trigger": 101, "file": "1.png", "device_time": 10.1},
        {"trigger": 100, "file": "5.png"},
        {"trigger": 103, "file": None, "fault": "no light"},
        {"trigger": 104, "file": "5.png", "device_time": 10.4, "dropped_before": 2, "lens": "50 mm"},
    ]
    (folder / "frames.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return folder


class TestFolder(CameraContract):
    @pytest.fixture
    def stand(self, tmp_path: Path) -> CameraStand:
        paths = pictures(tmp_path)
        paths[2].write_bytes(paths[2].read_bytes()[:50])
        camera = open_folder({"paths": [str(path) for path in paths], "settle_s": 0})
        return CameraStand(camera, lost=frozenset({3}), gone=open_folder({"paths": []}))


class TestFolderWithAList(CameraContract):
    @pytest.fixture
    def stand(self, tmp_path: Path) -> CameraStand:
        camera = open_folder({"folder": str(recording(tmp_path))})
        return CameraStand(camera, lost=frozenset({3, 4}), first=100)


class TestRecorded(CameraContract):
    @pytest.fixture
    def stand(self, tmp_path: Path) -> CameraStand:
        camera = open_recorded({"recording": str(recording(tmp_path))})
        gone = open_recorded({"recording": str(tmp_path / "none")})
        return CameraStand(camera, lost=frozenset({3, 4}), first=100, gone=gone)


class TestRecordedArchive(CameraContract):
    @pytest.fixture
    def stand(self, tmp_path: Path) -> CameraStand:
        made = recording(tmp_path / "made")
        with zipfile.ZipFile(tmp_path / "session.zip", "w") as archive:
            for path in made.iterdir():
                archive.write(path, path.name)
        (tmp_path / "torn.zip").write_bytes((tmp_path / "session.zip").read_bytes()[:100])
        gone = open_recorded({"recording": str(tmp_path / "torn.zip")})
        camera = open_recorded({"recording": str(tmp_path / "session.zip")})
        return CameraStand(camera, lost=frozenset({3, 4}), first=100, gone=gone)


class Foreign:
    """A driver of somebody's own, with bad manners: it repeats frames and brings old ones."""

    def __init__(self) -> None:
        self._frames: list[CameraFrame] | None = None

    def open(self) -> None:
        frames = [CameraFrame(n, str(n), self._lift(n)) for n in range(1, 6)]
        self._frames = [frames[0], frames[0], frames[1], frames[0], frames[2], frames[1], *frames[3:]]

    def _lift(self, n: int) -> ImageLift:
        return ImageLift(np.full((40, 60), 20 * n, np.uint8), 200.0, str(n))

    def next(self, timeout: float) -> CameraFrame | None:
        return self._frames.pop(0) if self._frames else None

    @property
    def exhausted(self) -> bool:
        return self._frames == []

    def stats(self) -> CameraStats:
        return CameraStats(5, 5)

    def close(self) -> None:
        self._frames = None


class TestForeign(CameraContract):
    @pytest.fixture
    def stand(self) -> CameraStand:
        return CameraStand(RisingCamera(WatchedCamera("theirs", Foreign())))


class _NewRecordings:
    """A recording camera whose every opening records into a new folder."""

    def __init__(self, camera: Camera, folder: Path) -> None:
        self._inner, self._folder, self._number = camera, folder, 0
        self._camera: Camera = camera

    def open(self) -> None:
        self._number += 1
        self._camera = RecordingCamera(self._inner, self._folder / str(self._number))
        self._camera.open()

    def __getattr__(self, name: str) -> object:
        return getattr(self._camera, name)


class TestRecording(CameraContract):
    @pytest.fixture
    def stand(self, tmp_path: Path) -> CameraStand:
        camera = open_folder({"folder": str(recording(tmp_path / "made"))})
        gone = RecordingCamera(camera, tmp_path / "made")  # one lies there already
        return CameraStand(_NewRecordings(camera, tmp_path), lost=frozenset({3, 4}), first=100, gone=gone)  # type: ignore[arg-type]


class TestVideo(CameraContract):
    """Each frame of a video file is a letter's, as a camera triggered by hardware gives them."""

    @pytest.fixture
    def stand(self, tmp_path: Path) -> CameraStand:
        path = tmp_path / "letters.avi"
        video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (96, 64))
        for n in range(1, 6):
            video.write(np.full((64, 96, 3), 20 * n, np.uint8))
        video.release()
        gone = open_opencv({"device": str(tmp_path / "none.avi"), "dpi": 200})
        return CameraStand(open_opencv({"device": str(path), "dpi": 200, "room": 2}), gone=gone)


def unplugged() -> Camera:
    bus = FakeBus()
    bus.there = False
    return open_opencv({"dpi": 200}, bus.open)


class TestLetterLaidIntoTheView(CameraContract):
    @pytest.fixture
    def stand(self) -> Iterator[CameraStand]:
        bus = FakeBus()
        bus.view = empty()
        camera = open_opencv({"dpi": 200, "trigger": "presence"}, bus.open)

        def bring(number: int) -> None:
            bus.show(empty())
            bus.show(letter(20 * number))

        yield CameraStand(camera, bring=bring, ends=False, gone=unplugged())
        camera.close()


class TestFiredByTheStation(CameraContract):
    @pytest.fixture
    def stand(self) -> Iterator[CameraStand]:
        bus = FakeBus()
        bus.view = empty()
        camera = open_opencv({"dpi": 200, "trigger": "station", "trigger_s": 20}, bus.open)

        def bring(number: int) -> None:
            bus.show(letter(20 * number), frames=2)
            camera.fire(number)

        yield CameraStand(camera, bring=bring, ends=False, gone=unplugged())
        camera.close()


def test_a_recording_plays_again_exactly_what_the_camera_gave(tmp_path: Path) -> None:
    live = RecordingCamera(open_folder({"folder": str(recording(tmp_path / "made"))}), tmp_path / "kept")
    live.open()
    first = played(CameraStand(live))
    live.close()
    again = open_recorded({"recording": str(tmp_path / "kept")})
    again.open()
    second = played(CameraStand(again))

    def told(frames: list[CameraFrame]) -> list[tuple[object, ...]]:
        return [
            (f.trigger, f.name, f.fault, f.device_time, f.dropped_before, f.lift.dpi if f.lift else None)
            for f in frames
        ]

    assert told(second) == told(first)
    for one, other in zip(first, second, strict=True):
        assert one.lift is None or (other.lift is not None and np.array_equal(one.lift.pixels, other.lift.pixels))
    assert [f.dropped_before for f in second] == [0, 0, 0, 0, 2]
    assert again.stats().lost == 2
