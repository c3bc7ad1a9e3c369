"""The virtual line end to end: letters in, marks on them where they belong."""

from __future__ import annotations

import gc
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from firmware import desk_program

from drivers.line import VirtualLine, open_firmware_line, open_virtual_line
from mlocr.errors import ConfigurationError
from mlocr.mail.code import SprayImage
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob
from mlocr.ports import CameraFrame, CameraStats, JobEnded, PieceEntered, PiecePassed

LIMIT = 20.0


class Letters:
    """A camera of made-up letters; every seventh has no picture."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._given = 0

    def open(self) -> None:
        self._given = 0

    def next(self, timeout: float) -> CameraFrame | None:
        if self.exhausted:
            return None
        self._given += 1
        name = f"letter-{self._given}.png"
        if self._given % 7 == 0:
            return CameraFrame(self._given, name, None, "torn")
        return CameraFrame(self._given, name, ImageLift(np.zeros((1, 1), np.uint8), 200.0, name))

    @property
    def exhausted(self) -> bool:
        return self._given >= self._count

    def stats(self) -> CameraStats:
        return CameraStats()

    def close(self) -> None:
        pass


def length_of(lift: ImageLift) -> float:
    return 5.0 + (int(lift.source.split("-")[1].split(".")[0]) * 7 % 13) / 2


def mark(seed: int) -> SprayImage:
    dice = random.Random(seed)
    bars = [dice.getrandbits(40) | 1 for _ in range(20 if seed % 2 else 300)]  # a dictionary, or raw
    columns = tuple(dice.choice(bars) for _ in range(600))
    return SprayImage(columns, 40, 200.0, 0.5, 0.2)


class Host:
    """A little station: ties frames to pieces by trigger, submits, releases, takes events in a second thread."""

    def __init__(self, line: VirtualLine, choose: Callable[[CameraFrame], bool] = lambda frame: True) -> None:
        self.line = line
        self.choose = choose
        self.pieces: dict[str, PieceEntered] = {}
        self.states: dict[str, JobState] = {}
        self.ends: dict[PieceId, list[str]] = {}
        self.given_up: set[int] = set()
        self._entered: dict[int, PieceEntered] = {}
        self._changed = threading.Condition()
        self._closing = False
        self.info = line.controller.open()
        line.camera.open()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while not self._closing:
            for event in self.line.controller.events(0.05):
                with self._changed:
                    if isinstance(event, PieceEntered):
                        self._entered[event.trigger] = event
                        if event.trigger in self.given_up:
                            self.line.release(event.piece_id)
                    elif isinstance(event, JobEnded):
                        self.ends.setdefault(event.receipt.piece_id, []).append(event.receipt.state.value)
                    elif isinstance(event, PiecePassed):
                        self.ends.setdefault(event.piece_id, []).append(event.detail)
                    self._changed.notify_all()
                self.line.controller.acknowledge(event.event)

    def play(self) -> None:
        self.line.start()
        counter = 0
        while not self.line.camera.exhausted:
            frame = self.line.camera.next(0.2)
            if frame is None:
                continue
            with self._changed:
                assert self._changed.wait_for(lambda key=frame.trigger: key in self._entered, LIMIT)
                piece = self.pieces[frame.name] = self._entered[frame.trigger]
            if frame.lift is not None and self.choose(frame):
                counter += 1
                job = PrintJob(JobId(self.info.epoch, counter), piece.piece_id, piece.encoder, mark(piece.trigger))
                self.states[frame.name] = self.line.controller.submit(job)
            self.line.release(piece.piece_id)
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.ends) >= len(self.pieces), LIMIT)

    def close(self) -> None:
        self.line.stop()
        self._closing = True
        self._thread.join(2.0)
        self.line.controller.close()
        self.line.camera.close()


@contextmanager
def hosted(line: VirtualLine, choose: Callable[[CameraFrame], bool] = lambda frame: True) -> Iterator[Host]:
    host = Host(line, choose)
    try:
        yield host
    finally:
        host.close()


def expected(image: SprayImage) -> list[tuple[float, int]]:
    return [(image.offset + k / image.dpi, column) for k, column in enumerate(reversed(image.columns))]


def check_marks(host: Host, line: VirtualLine) -> None:
    for name, piece in host.pieces.items():
        fired = line.fired(name)
        if name not in host.states:
            assert fired is None, name
            continue
        assert fired is not None, name
        assert fired.piece_id == piece.piece_id
        assert [column for _, column in fired.columns] == [c for _, c in expected(mark(piece.trigger))]
        assert [place for place, _ in fired.columns] == pytest.approx([p for p, _ in expected(mark(piece.trigger))])
    assert line.spilled == 0


OpenLine = Callable[[dict[str, object], Letters], VirtualLine]


@pytest.fixture(params=["mock", "firmware"])
def open_line(request: pytest.FixtureRequest) -> OpenLine:
    """The virtual line with each of its devices."""
    if request.param == "mock":
        return lambda settings, letters: open_virtual_line(settings, letters, length_of)
    program = str(desk_program())
    return lambda settings, letters: open_firmware_line({"program": program, **settings}, letters, length_of)


@pytest.mark.parametrize("start", [0, 0xFFFFFFFF - 2_000_000])
def test_every_letter_gets_its_own_mark_where_it_belongs(open_line: OpenLine, start: int) -> None:
    line = open_line({"pace": "max", "encoder_start": start}, Letters(60))
    with hosted(line) as host:
        host.play()
        check_marks(host, line)
        assert len(host.pieces) == 60
        assert line.finished
        for name, piece in host.pieces.items():
            assert host.ends[piece.piece_id] == (["done"] if name in host.states else ["no_job"])
    assert not [t for t in threading.enumerate() if t.name in ("line", "inkjet", "feeder")]


def test_the_photocell_measures_each_letter() -> None:
    line = open_virtual_line({}, Letters(14), length_of)
    with hosted(line) as host:
        host.play()
        for name, piece in host.pieces.items():
            number = int(name.split("-")[1].split(".")[0])
            given = 9.5 if number % 7 == 0 else length_of(ImageLift(np.zeros((1, 1), np.uint8), 200.0, name))
            assert piece.length == pytest.approx(given, abs=0.001)


def test_letters_that_left_the_belt_leave_no_picture_behind() -> None:
    pictures = []

    class Watched(Letters):
        def next(self, timeout: float) -> CameraFrame | None:
            frame = super().next(timeout)
            if frame is not None and frame.lift is not None:
                pictures.append(weakref.ref(frame.lift.pixels))
            return frame

    line = open_virtual_line({}, Watched(12), length_of)
    with hosted(line) as host:
        host.play()
    assert len(pictures) == 11
    gc.collect()
    assert not [picture for picture in pictures if picture() is not None]


def test_a_line_without_its_firmware_says_what_to_build() -> None:
    with pytest.raises(ConfigurationError, match="make -C firmware_stubs/inkjet"):
        open_firmware_line({"program": "nowhere/spray-desk"}, Letters(1), length_of)


def test_letters_without_a_job_pass_clean_and_shift_nothing(open_line: OpenLine) -> None:
    line = open_line({}, Letters(40))
    with hosted(line, lambda frame: frame.trigger % 3 != 0) as host:
        host.play()
        check_marks(host, line)
        assert 20 < len(host.states) < 30


def test_on_a_troubled_belt_a_letter_bears_its_own_mark_or_none(open_line: OpenLine) -> None:
    troubles = {
        "slip_in": 0.5,
        "bounces": 0.3,
        "missed_camera": 0.1,
        "missed_head": 0.1,
        "short_gaps": 0.1,
        "stops": 0.1,
    }
    line = open_line({"seed": 3, "gap_spread_in": 1.0, **troubles}, Letters(60))
    with hosted(line) as host:
        host.play()
        sprayed = 0
        for name, piece in host.pieces.items():
            fired = line.fired(name)
            if fired is None:
                assert host.ends[piece.piece_id] != ["done"]
                continue
            sprayed += 1
            assert fired.piece_id == piece.piece_id
            wanted = expected(mark(piece.trigger))
            assert [column for _, column in fired.columns] == [column for _, column in wanted]
            assert [place for place, _ in fired.columns] == pytest.approx([place for place, _ in wanted])
        assert line.spilled == 0
        assert 20 < sprayed < len(host.states) < 60
        assert all(len(ends) == 1 for ends in host.ends.values())


def test_at_pace_max_a_slow_host_makes_nothing_late() -> None:
    line = open_virtual_line({"ahead": 3}, Letters(6), length_of)

    def slowly(frame: CameraFrame) -> bool:
        time.sleep(0.05)
        return True

    with hosted(line, slowly) as host:
        host.play()
        assert set(host.states.values()) == {JobState.READY}


def test_at_pace_max_time_passes_only_with_the_belt() -> None:
    # A belt that waits for the host stands still between two columns; that is no stopped belt and ages no job.
    line = open_virtual_line({"ahead": 7}, Letters(40), length_of)
    standing = 0

    def dawdle(frame: CameraFrame) -> bool:
        nonlocal standing
        with line._lock:
            standing += line.device.track.firing
            for later in range(3):
                line.device.poll(time.monotonic() + 1000.0 * frame.trigger + later)
        return True

    with hosted(line, dawdle) as host:
        host.play()
        check_marks(host, line)
        assert standing
        assert all(host.ends[host.pieces[name].piece_id] == ["done"] for name in host.states)


def test_the_belt_waits_until_the_host_has_settled_a_piece() -> None:
    line = open_virtual_line({"ahead": 4}, Letters(30), length_of)
    line.controller.open()
    line.camera.open()
    line.start()
    pieces: list[PieceEntered] = []
    for _ in range(8):
        pieces += [e for e in line.controller.events(0.05) if isinstance(e, PieceEntered)]
    assert len(pieces) == 4
    assert not line.finished
    line.release(pieces[0].piece_id)
    for _ in range(8):
        pieces += [e for e in line.controller.events(0.05) if isinstance(e, PieceEntered)]
    assert len(pieces) == 5
    line.stop()
    assert line.finished
    assert line.camera.next(0.0) is not None
    line.stop()
    line.controller.close()


def test_in_real_time_a_late_answer_is_late_and_never_on_the_next_letter() -> None:
    line = open_virtual_line(
        {"pace": 36_000, "camera_to_head_in": 30.0, "belt_speed_in_s": 130.0}, Letters(12), length_of
    )

    def sometimes_slow(frame: CameraFrame) -> bool:
        if frame.trigger == 4:
            time.sleep(0.35)
        return True

    with hosted(line, sometimes_slow) as host:
        host.play()
        assert host.states["letter-4.png"] is JobState.MISSED_LATE
        assert line.fired("letter-4.png") is None
        for name, state in host.states.items():
            assert (line.fired(name) is not None) == (state is JobState.READY)
            fired = line.fired(name)
            if fired is not None:
                piece = host.pieces[name]
                assert fired.piece_id == piece.piece_id
                assert [c for _, c in fired.columns] == [c for _, c in expected(mark(piece.trigger))]
        assert line.spilled == 0


def test_a_device_that_restarts_in_the_middle_loses_its_letters_and_the_run_goes_on() -> None:
    line = open_virtual_line({"ahead": 4}, Letters(40), length_of)
    with hosted(line) as host:
        line.start()
        counter = 0
        while not line.camera.exhausted:
            frame = line.camera.next(0.2)
            if frame is None:
                continue
            with host._changed:
                key = frame.trigger
                if not host._changed.wait_for(lambda key=key: key in host._entered, 0.4):
                    host.given_up.add(key)  # the restart took the word of it along
                    continue
                piece = host._entered.pop(key)
            counter += 1
            if counter == 10:
                with line._lock:
                    line.device.reboot()
            host.pieces[frame.name] = piece
            job = PrintJob(JobId(host.info.epoch, counter), piece.piece_id, piece.encoder, mark(int(frame.name[7:-4])))
            host.states[frame.name] = line.controller.submit(job)
            line.release(piece.piece_id)
        end = time.monotonic() + LIMIT
        while not line.finished and time.monotonic() < end:
            line.camera.next(0.05)
        assert line.finished
        boots = {piece.piece_id.boot for piece in host.pieces.values()}
        assert len(boots) == 2
        first = host.pieces["letter-1.png"].piece_id.boot
        sprayed = [name for name in host.pieces if line.fired(name) is not None]
        assert len(sprayed) >= 20
        for name in sprayed:
            fired = line.fired(name)
            assert fired is not None
            assert fired.piece_id == host.pieces[name].piece_id
            # The restart may come in the middle of a mark: then it is the beginning of that letter's own.
            fell, whole = [c for _, c in fired.columns], [c for _, c in expected(mark(int(name[7:-4])))]
            assert fell == (whole if fired.piece_id.boot != first else whole[: len(fell)])


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"speed": 3}, "speed"),
        ({"pace": "fast"}, "pace"),
        ({"gap_in": -1}, "gap_in"),
        ({"camera_to_head_in": 10}, "camera_to_head_in"),
        ({"ticks_per_inch": 50}, "ticks_per_inch"),
        ({"jams": 1.5}, "jams"),
        ({"drift": 0.8}, "drift"),
        ({"slip_in": 30.0}, "slip_in"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        open_virtual_line(settings, Letters(1), length_of)


def test_a_source_that_breaks_ends_the_line_and_is_raised() -> None:
    class Broken(Letters):
        def next(self, timeout: float) -> CameraFrame | None:
            raise RuntimeError("a fault of our own")

    line = open_virtual_line({}, Broken(3), length_of)
    line.controller.open()
    line.start()
    with pytest.raises(RuntimeError, match="a fault of our own"):
        for _ in range(100):
            line.camera.next(0.05)
    assert line.finished
    line.stop()
    line.controller.close()
