"""The camera faults: each costs the letter it happens to, and shifts none behind it onto another's mark."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from camera_run import CameraRun
from fake_capture import FakeBus, letter
from PIL import Image

from drivers.camera.folder import FolderCamera, Writing, listed_frames, open_folder
from drivers.camera.opencv import open_opencv
from mlocr.errors import DeviceAbsentError, DeviceFaultError
from mlocr.mail.image import ImageLift
from mlocr.ports import CameraFrame, CameraStats
from mlocr.station.cameras import RisingCamera, WatchedCamera
from mlocr.station.parts import RunRules

COUNT = 6
Rows = list[dict[str, object]]


def own(*without: int, count: int = COUNT) -> dict[int, int]:
    """Each piece's own grey, but for those that got no mark."""
    return {n: 20 * n for n in range(1, count + 1) if n not in without}


# --- frames from files, with a list of their triggers ---


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    """Six letters' pictures, and the list of their frames."""
    for n in range(1, COUNT + 1):
        Image.fromarray(np.full((90, 190), 20 * n, np.uint8)).save(tmp_path / f"{n}.png", dpi=(40, 40))
    return [{"trigger": n, "file": f"{n}.png", "device_time": n / 10} for n in range(1, COUNT + 1)]


def played(folder: Path, rows: Rows, **settings: object) -> CameraRun:
    (folder / "frames.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    camera = RisingCamera(open_folder({"folder": str(folder), "settle_s": 0, **settings}))
    made = CameraRun(folder / "out", camera, COUNT)
    made.run()
    return made


def missing(folder: Path, rows: Rows) -> None:
    del rows[2]


def no_file(folder: Path, rows: Rows) -> None:
    (folder / "3.png").unlink()


def truncated(folder: Path, rows: Rows) -> None:
    path = folder / "3.png"
    path.write_bytes(path.read_bytes()[:-30])


def unreadable(folder: Path, rows: Rows) -> None:
    (folder / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))


def empty_file(folder: Path, rows: Rows) -> None:
    (folder / "3.png").write_bytes(b"")


@pytest.mark.parametrize("fault", [missing, no_file, truncated, unreadable, empty_file])
def test_a_frame_that_is_lost_costs_its_own_letter(
    tmp_path: Path, rows: Rows, fault: Callable[[Path, Rows], None]
) -> None:
    fault(tmp_path, rows)
    made = played(tmp_path, rows)
    assert made.marks() == own(3)
    assert made.summary.dispositions == {"sprayed": 5, "passed": 1}
    assert made.summary.reasons == {"no_image": 1}
    assert made.summary.camera["lost"] == 1


def test_a_duplicate_frame_costs_no_letter(tmp_path: Path, rows: Rows) -> None:
    made = played(tmp_path, [*rows[:3], rows[2], *rows[3:]])
    assert made.marks() == own()
    assert (made.summary.pieces, made.summary.camera["duplicate"]) == (COUNT, 1)


def test_a_stale_frame_is_nobody_s(tmp_path: Path, rows: Rows) -> None:
    made = played(tmp_path, [*rows[:4], rows[1], *rows[4:]])
    assert made.marks() == own()
    assert (made.summary.pieces, made.summary.camera["stale"]) == (COUNT, 1)


def test_a_frame_of_no_letter_costs_none(tmp_path: Path, rows: Rows) -> None:
    # The camera fired once more than the photocell saw letters: trigger 3 is nobody's.
    (tmp_path / "frames.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = CameraRun(tmp_path / "out", open_folder({"folder": str(tmp_path)}), COUNT)
    made.controller._events.pop(2)
    made.rules = RunRules(tie_timeout=3.0, drain_timeout=0.5, sprayed=False)
    made.run()
    assert made.marks() == own(3)
    assert made.summary.reasons == {"piece_mismatch": 1}


class Hands:
    """A clock and a wall clock that a wait moves on; a writer does its work at the waits."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self.now, self.waits, self._work = 1000.0, 0, work

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.waits += 1
        self._work(self.waits)

    def writing(self) -> Writing:
        return Writing(0.5, 1.0, lambda: self.now, time.time, self.pause)


def test_a_file_still_being_written_is_waited_for(tmp_path: Path, rows: Rows) -> None:
    path = tmp_path / "3.png"
    whole = path.read_bytes()
    path.write_bytes(whole[:40])

    def write(waits: int) -> None:
        path.write_bytes(whole[: 40 + 10 * waits])

    (tmp_path / "frames.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    slots, _ = listed_frames(tmp_path, tmp_path / "frames.jsonl")
    hands = Hands(write)
    made = CameraRun(tmp_path / "out", FolderCamera(slots, None, None, hands.writing()), COUNT)
    assert made.run().dispositions == {"sprayed": COUNT}
    assert made.marks() == own()
    assert hands.waits > 3


def test_a_file_that_is_never_done_is_skipped_with_a_sentence(tmp_path: Path, rows: Rows) -> None:
    path = tmp_path / "3.png"
    half = path.read_bytes()[:40]

    def write(waits: int) -> None:
        path.write_bytes(half + bytes(waits))

    write(0)
    (tmp_path / "frames.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    slots, _ = listed_frames(tmp_path, tmp_path / "frames.jsonl")
    camera = FolderCamera(slots, None, None, Hands(write).writing())
    made = CameraRun(tmp_path / "out", camera, COUNT)
    made.run()
    assert made.marks() == own(3)
    camera.open()
    faults = [frame.fault for _ in range(1000) if (frame := camera.next(0.2)) is not None and frame.fault]
    assert len(faults) == 1
    assert "still being written after 1 s and was skipped; move finished files" in faults[0]


# --- a live device ---


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Live:
    """A run on a faked device. The clock stands until a test moves it."""

    def __init__(self, out: Path, count: int = COUNT, **settings: object) -> None:
        self.bus = FakeBus()
        self.clock = Clock()
        given = {"dpi": 20, "hang_s": 5, "reconnect_s": 10, "trigger_s": 3, **settings}
        self.camera = open_opencv(given, self.bus.open, self.clock)
        self.station = settings.get("trigger") == "station"
        if self.station:
            self.bus.view = letter(0)
        self.run = CameraRun(out, self.camera, count, live=self.station)

    def while_running(self, work: Callable[[], object]) -> None:
        """The run, with `work` beside it; no reader is left waiting behind."""

        def working() -> None:
            try:
                work()
            finally:
                self.run.camera.ended = True
                self.bus.heal()
                self.bus.plug(False)

        self.run.while_running(working)

    def bring(self, number: int) -> None:
        """A letter comes before the camera, and the photocell sees it."""
        self.bus.show(letter(20 * number), frames=2)
        self.fire(number)
        self.taken(number)

    def fire(self, number: int) -> None:
        self.clock.now += 0.1
        self.run.enter(number)

    def taken(self, count: int) -> None:
        """Until the camera has answered so many triggers, with a picture or a fault."""
        self.run.wait(lambda: self.camera.stats().acquired >= count)


@pytest.fixture
def live(tmp_path: Path) -> Callable[..., Live]:
    return lambda **settings: Live(tmp_path / "out", **settings)


def test_each_letter_fired_gets_its_own_picture(live: Callable[..., Live]) -> None:
    made = live(trigger="station")
    made.while_running(lambda: [made.bring(n) for n in range(1, COUNT + 1)])
    assert made.run.marks() == own()


def test_a_frame_older_than_its_trigger_is_not_the_letter_s(live: Callable[..., Live]) -> None:
    made = live(trigger="station")

    def work() -> None:
        made.bring(1)
        # The device hands out what stood in its queue from before: the letter before is on it.
        made.bus.go_dark()
        seconds = made.clock.now
        made.fire(2)
        made.run.wait(lambda: made.run.controller._events == [])
        made.bus.lay(*[(1000 * (seconds - 0.01 + n / 1000), letter(20)) for n in range(3)])
        made.run.wait(lambda: made.camera.stats().stale >= 3)
        made.bus.lay((1000 * (made.clock.now + 0.01), letter(40)))
        made.taken(2)
        made.bus.time_ms = 0.0

    made.while_running(work)
    assert made.run.marks() == own(count=2)
    assert made.run.summary.camera["stale"] >= 3


def test_a_trigger_that_gets_no_picture_costs_its_own_letter(live: Callable[..., Live]) -> None:
    made = live(trigger="station", hang_s=100)

    def work() -> None:
        made.bring(1)
        made.bring(2)
        made.bus.hang()
        made.fire(3)
        made.run.wait(lambda: made.run.controller._events == [])
        made.clock.now += 4
        made.taken(3)
        made.bus.heal()
        made.bring(4)

    made.while_running(work)
    assert made.run.marks() == own(3, count=4)
    assert made.run.summary.camera["triggers_lost"] == 1


def test_a_read_that_hangs_is_given_up_and_costs_the_letters_it_missed(live: Callable[..., Live]) -> None:
    made = live(trigger="station")

    def work() -> None:
        made.bring(1)
        made.bus.hang()
        made.fire(2)
        made.run.wait(lambda: made.run.controller._events == [])
        made.clock.now += 6
        made.taken(2)
        made.bus.wait_opened(2)
        made.bring(3)
        assert made.bus.opened == 2

    made.while_running(work)
    assert made.run.marks() == own(2, count=3)
    assert made.run.summary.camera["restarts"] == 1


def test_a_device_that_hangs_when_opened_anew_ends_the_run_with_a_sentence(live: Callable[..., Live]) -> None:
    made = live(trigger="station")

    def work() -> None:
        made.bring(1)
        made.bus.hang(every=True)
        made.clock.now += 6
        made.bus.wait_hanging(2)
        made.clock.now += 6
        made.run.wait(lambda: made.camera._problem is not None)

    with pytest.raises(DeviceFaultError, match=r"camera 0 hangs, also when opened anew; unplug it"):
        made.while_running(work)
    made.bus.heal()
    assert made.run.marks() == own(count=1)


def test_a_device_that_disappears_and_returns_goes_on_with_its_settings(live: Callable[..., Live]) -> None:
    made = live(trigger="station", properties={"exposure": -6}, width=90, height=60)

    def work() -> None:
        made.bring(1)
        made.bus.plug(False)
        made.fire(2)
        made.run.wait(lambda: made.run.controller._events == [])
        made.clock.now += 4
        made.taken(2)
        made.bus.plug(True)
        made.run.wait(lambda: made.camera.stats().reconnects == 1)
        made.bring(3)

    made.while_running(work)
    assert made.run.marks() == own(2, count=3)
    applied = [value for number, value in made.bus.applied if number == cv2.CAP_PROP_EXPOSURE]
    assert applied == [-6.0, -6.0]


def test_a_device_that_stays_away_ends_the_run_with_a_sentence(live: Callable[..., Live]) -> None:
    made = live(trigger="station")

    def work() -> None:
        made.bring(1)
        made.bus.plug(False)
        made.run.wait(lambda: made.camera._problem is not None or _later(made.clock))

    with pytest.raises(DeviceAbsentError, match=r"camera 0 .*; "):
        made.while_running(work)
    assert made.run.marks() == own(count=1)


def _later(clock: Clock) -> bool:
    clock.now += 0.2  # slower than a read may take, faster than one that hangs
    return False


# --- a device that is triggered by hardware: every frame is a letter's ---


def triggered(live: Callable[..., Live], frames: list[object], **settings: object) -> Live:
    """All frames at once, as a burst; the run ends when the camera has answered them."""
    made = live(trigger="frame", **settings)
    made.while_running(lambda: (made.bus.lay(*frames), made.taken(COUNT)))
    return made


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (np.full((50, 90, 3), 7, np.uint8), "90 x 50 pixels where 90 x 60 came before"),
        (cv2.error("torn"), "gave no picture"),
        (np.zeros((0, 90, 3), np.uint8), "no picture"),
        ("text", "no picture"),
        (letter(40), "it is frozen"),
    ],
    ids=["wrong size", "unreadable", "empty", "nonsense", "frozen"],
)
def test_a_bad_frame_costs_its_own_letter(live: Callable[..., Live], bad: object, said: str) -> None:
    frames: list[object] = [letter(20 * n) for n in range(1, COUNT + 1)]
    frames[2] = bad
    made = triggered(live, frames)
    assert made.run.marks() == own(3)
    assert made.run.summary.reasons == {"no_image": 1}
    journal = (made.run._out / "journal.db").read_bytes().decode("utf-8", "replace")
    assert said in journal


def test_the_same_frame_told_twice_by_the_device_s_clock_costs_no_letter(live: Callable[..., Live]) -> None:
    def at(n: int) -> tuple[float, object]:
        return (1000 * (100.0 - 1 + n / 100), letter(20 * n))

    made = triggered(live, [at(1), at(2), at(2), at(3), at(1), at(4), at(5), at(6)])
    assert made.run.marks() == own()
    assert (made.run.summary.camera["duplicate"], made.run.summary.camera["stale"]) == (1, 1)


def test_a_burst_faster_than_the_reader_costs_the_letters_that_found_no_room(live: Callable[..., Live]) -> None:
    made = live(trigger="frame", room=2)
    made.run.gate.clear()

    def work() -> None:
        made.bus.lay(*[letter(20 * n) for n in range(1, 11)])
        made.taken(10)
        made.run.gate.set()

    made.run = CameraRun(made.run._out, made.camera, 10)
    made.run.gate.clear()
    made.run.rules = RunRules(tie_timeout=20.0, drain_timeout=0.5, sprayed=False, queue=1)
    made.while_running(work)
    marks = made.run.marks()
    assert 2 <= len(marks) < 10
    assert marks == {n: 20 * n for n in marks}
    assert made.run.summary.camera["lost"] == 10 - len(marks)
    assert made.run.summary.pieces == 10


# --- a driver of somebody's own ---


class Hanging:
    """Gives two frames, then a call never comes back."""

    def __init__(self) -> None:
        self._given = 0

    def open(self) -> None: ...

    def next(self, timeout: float) -> CameraFrame | None:
        self._given += 1
        if self._given > 2:
            threading.Event().wait(20.0)
        return CameraFrame(
            self._given, str(self._given), ImageLift(np.full((90, 190), 20 * self._given, np.uint8), 20.0, "")
        )

    @property
    def exhausted(self) -> bool:
        return False

    def stats(self) -> CameraStats:
        return CameraStats()

    def close(self) -> None:
        if self._given > 2:
            threading.Event().wait(20.0)


def test_a_foreign_camera_that_hangs_in_next_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    camera = RisingCamera(WatchedCamera("their:camera", Hanging(), hang_s=4.0, grace_s=0.5))
    made = CameraRun(tmp_path / "out", camera, COUNT)
    with pytest.raises(DeviceFaultError, match=r"their:camera hangs: its next\(\) has not come back"):
        made.run()
    assert made.marks() == own(count=2)
