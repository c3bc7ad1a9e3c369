"""The OpenCV camera's settings, what it makes of odd frames, and the commands that list and show cameras."""

from __future__ import annotations

import json
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from contracts_camera import frame_of
from fake_capture import FakeBus, letter
from PIL import Image

from drivers.camera.manifest import read_manifest
from drivers.camera.opencv import CaptureDevice, Wanted, open_opencv
from drivers.camera.recorded import open_recorded
from mlocr.cli.app import run
from mlocr.errors import BadInputError, ConfigurationError, DeviceAbsentError
from mlocr.services.cameras import list_cameras


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"dpi": 200, "speed": 1}, "no setting 'speed'"),
        ({}, "measure a ruler"),
        ({"dpi": 5}, "measure a ruler"),
        ({"dpi": "200"}, "dpi of the opencv camera is a number"),
        ({"dpi": 200, "trigger": "button"}, "one of presence, station, pulse, frame"),
        ({"dpi": 200, "device": True}, "device of the opencv camera"),
        ({"dpi": 200, "device": ""}, "device of the opencv camera"),
        ({"dpi": 200, "properties": {"expozure": 1}}, "no property 'expozure'"),
        ({"dpi": 200, "properties": {"exposure": "low"}}, "no property 'exposure' with value 'low'"),
        ({"dpi": 200, "properties": 3}, "is a table"),
        ({"dpi": 200, "hang_s": -1}, "hang_s of the opencv camera"),
    ],
)
def test_settings_that_cannot_be_are_sentences(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        open_opencv(settings)


def test_a_camera_that_is_not_there_is_said_in_one_sentence() -> None:
    for device, said in ((77, "camera 77 is not there; plug it in"), ("rtsp.avi", "give a camera's number")):
        with pytest.raises(DeviceAbsentError, match=said):
            open_opencv({"dpi": 200, "device": device}, lambda device: cv2.VideoCapture()).open()


def test_size_and_properties_are_set_and_a_digit_is_a_number() -> None:
    bus = FakeBus()
    bus.view = letter(20)
    camera = open_opencv(
        {"dpi": 200, "device": "3", "width": 90, "height": 60, "properties": {"exposure": -6, "gain": 2}, "room": 2},
        bus.open,
    )
    camera.open()
    camera.close()
    assert dict(bus.applied) == {
        cv2.CAP_PROP_BUFFERSIZE: 1,
        cv2.CAP_PROP_FRAME_WIDTH: 90,
        cv2.CAP_PROP_FRAME_HEIGHT: 60,
        cv2.CAP_PROP_EXPOSURE: -6,
        cv2.CAP_PROP_GAIN: 2,
    }


@pytest.mark.parametrize(
    ("image", "value"),
    [
        (np.full((4, 6), 9, np.uint8), 9),
        (np.full((4, 6, 1), 9, np.uint8), 9),
        (np.full((4, 6, 3), 9, np.uint8), 9),
        (np.full((4, 6, 4), 9, np.uint8), 9),
        (np.full((4, 6), 9 * 257, np.uint16), 9),
        (np.full((4, 6, 2), 9, np.uint8), None),
        (np.full((4,), 9, np.uint8), None),
        (None, None),
    ],
)
def test_whatever_comes_is_grey_or_a_fault(image: object, value: int | None) -> None:
    bus = FakeBus()
    device = CaptureDevice(Wanted(0), bus.open)
    device.connect()
    bus.lay(image)
    bus.lay("end")
    shot = device.read(0.0)
    if image is None:
        assert shot is None
        return
    assert shot is not None
    assert (shot.pixels is None) == bool(shot.fault) == (value is None)
    if shot.pixels is not None:
        assert (shot.pixels.shape, shot.pixels.dtype, int(shot.pixels[0, 0])) == ((4, 6), np.uint8, value)


def test_a_video_s_end_is_the_end_and_it_waits_for_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "letters.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (96, 64))
    for n in range(40):
        video.write(np.full((64, 96, 3), 6 * n, np.uint8))
    video.release()
    camera = open_opencv({"device": str(path), "dpi": 200, "room": 2})
    camera.open()
    frames = []
    while (frame := frame_of(camera)) is not None:
        frames.append(frame)
    assert [frame.trigger for frame in frames] == list(range(1, 41))
    assert all(frame.lift is not None for frame in frames)
    assert camera.exhausted
    camera.close()


# --- lists and recordings that are wrong ---


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "this is no JSON"),
        ("[1]", "a JSON object"),
        ("{}", "has no trigger"),
        ('{"trigger": true}', "trigger is a whole number"),
        ('{"trigger": 2, "file": "../x.png"}', "does not lie beside the list"),
        ('{"trigger": 2, "file": "/x.png"}', "does not lie beside the list"),
        ('{"trigger": 2, "file": 3}', "does not lie beside the list"),
        ('{"trigger": 2, "file": "x.png", "device_time": NaN}', "device_time is a number"),
        ('{"trigger": 20000}', "the triggers jump from 1 to 20000"),
    ],
)
def test_a_list_gone_wrong_names_its_line(line: str, said: str) -> None:
    with pytest.raises(BadInputError, match=f"session, line 3: .*{said}"):
        read_manifest('{"trigger": 1, "file": "1.png"}\n\n' + line, "session")


def test_a_recording_keeps_the_camera_s_pace(tmp_path: Path) -> None:
    rows = []
    for n, when in enumerate((50.0, 50.5, 52.0), 1):
        Image.fromarray(np.full((40, 60), 20 * n, np.uint8)).save(tmp_path / f"{n}.png", dpi=(200, 200))
        rows.append({"trigger": n, "file": f"{n}.png", "device_time": when})
    (tmp_path / "frames.jsonl").write_text("\n".join(map(json.dumps, rows)))
    camera = open_recorded({"recording": str(tmp_path), "pace": "recorded"})
    now = 0.0

    def pause(seconds: float) -> None:
        nonlocal now
        now += seconds

    camera._clock, camera._pause = lambda: now, pause
    camera.open()
    came = []
    for _ in range(40):
        if camera.next(0.1) is not None:
            came.append(round(now, 1))
    assert came == [0.0, 0.5, 2.0]
    for wrong in ({"recording": "x", "pace": "slow"}, {"recording": ""}, {"recording": "x", "colour": 1}):
        with pytest.raises(ConfigurationError):
            open_recorded(wrong)


# --- the commands ---


def test_cameras_are_listed_without_opening_them(tmp_path: Path) -> None:
    for name, index, label in (("video10", "0", "Scanner"), ("video2", "0", "Webcam"), ("video3", "1", "Webcam")):
        entry = tmp_path / "sys/class/video4linux" / name
        entry.mkdir(parents=True)
        (entry / "index").write_text(index)
        (entry / "name").write_text(label + "\n")
        (tmp_path / "dev").mkdir(exist_ok=True)
        (tmp_path / "dev" / name).touch()
    (tmp_path / "dev/v4l/by-id").mkdir(parents=True)
    (tmp_path / "dev/v4l/by-id/usb-Webcam-video-index0").symlink_to("../../video2")
    found = list_cameras(tmp_path)
    assert [(each.number, each.name) for each in found] == [(2, "Webcam"), (10, "Scanner")]
    assert found[0].stable.endswith("usb-Webcam-video-index0")
    assert found[1].as_json()["stable"] is None
    assert list_cameras(tmp_path / "none") == []


def test_the_command_lists_cameras(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["camera", "list"]) == 0
    assert "found" in capsys.readouterr().out
    assert run(["camera", "list", "--json"]) == 0


def test_a_preview_shows_what_the_camera_sees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "letter.avi", tmp_path / "view.png"
    page = np.full((400, 800, 3), 10, np.uint8)
    page[40:360, 60:740] = 230
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (800, 400))
    video.write(page)
    video.release()
    assert run(["camera", "preview", "--device", str(path), "--dpi", "100", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["width"], told["height"], told["dpi"], told["frames"]) == (800, 400, 100.0, 1)
    assert told["letter_in"] == pytest.approx([6.8, 3.2], abs=0.05)
    with Image.open(out) as picture:
        assert picture.size == (800, 400)
    assert run(["camera", "preview", "--device", str(path), "--out", str(out)]) == 0
    assert "lay a ruler" in capsys.readouterr().out
    assert run(["camera", "preview", "--out", str(out)]) == 2
    assert run(["camera", "preview", "--device", "88", "--out", str(out)]) == 6
    told_wrong = capsys.readouterr().err.splitlines()
    assert len(told_wrong) == 2
    assert run(["camera", "preview", "--device", str(path), "--out", str(tmp_path / "no" / "view.png")]) == 8


def test_a_picture_taken_by_a_pulse_tells_when_it_was_taken() -> None:
    bus = FakeBus()
    camera = open_opencv({"dpi": 200, "trigger": "pulse"}, bus.open)
    camera.open()
    taken = [time.monotonic() - age for age in (0.3, 0.2)]
    for grey, at in zip((20, 30), taken, strict=True):
        bus.lay((at * 1000, letter(grey)))
    bus.lay((7.0, letter(40)))  # the camera's own clock: nothing can be held against it
    frames = []
    while len(frames) < 3:
        frame = camera.next(5.0)
        if frame is not None:
            frames.append(frame)
    camera.close()
    assert [frame.taken for frame in frames] == [*(pytest.approx(at) for at in taken), None]
    assert [frame.lift is not None for frame in frames] == [True, True, False]
    assert "does not tell when" in frames[2].fault
