"""One behaviour suite for the Camera port: every camera passes it.

A test module subclasses `CameraContract` and gives `stand`, a fixture of a `CameraStand`: a camera that is not open, a
way to bring letters before it, and what it is expected to give for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from mlocr.errors import StationError
from mlocr.ports import Camera, CameraFrame

PATIENCE = 200  # calls of 0.1 s: a slow machine is waited for, a camera that gives nothing fails


@dataclass
class CameraStand:
    """A camera and `count` letters, whose greys are 20, 40, 60 ... in order; `lost` are those that give no picture.

    `bring(n)` brings letter n (from one) before a camera that sees letters live; cameras over files need none.
    `ends`: the camera is exhausted after the last.
    """

    camera: Camera
    count: int = 5
    lost: frozenset[int] = frozenset()
    bring: Callable[[int], None] = lambda number: None
    ends: bool = True
    first: int = 1
    gone: Camera | None = field(default=None)


def frame_of(camera: Camera) -> CameraFrame | None:
    """The next frame; None once the camera is exhausted or stays silent."""
    for _ in range(PATIENCE):
        frame = camera.next(0.1)
        if frame is not None or camera.exhausted:
            return frame
    return None


def played(stand: CameraStand) -> list[CameraFrame]:
    """A frame for each letter that gives one, in order."""
    frames = []
    for number in range(1, stand.count + 1):
        stand.bring(number)
        frame = frame_of(stand.camera)
        if frame is not None:
            frames.append(frame)
    return frames


def grey(frame: CameraFrame) -> int:
    """The grey of a frame's middle, to the nearest letter's (pictures may be packed with loss)."""
    assert frame.lift is not None
    height, width = frame.lift.pixels.shape
    return round(float(np.median(frame.lift.pixels[height // 4 : -height // 4, width // 4 : -width // 4])) / 20) * 20


class CameraContract:
    """What every camera does."""

    def test_each_letter_s_frame_bears_its_trigger_whatever_became_of_the_others(self, stand: CameraStand) -> None:
        stand.camera.open()
        frames = played(stand)
        stand.camera.close()
        given = {frame.trigger: grey(frame) for frame in frames if frame.lift is not None}
        wanted = {stand.first + n - 1: 20 * n for n in range(1, stand.count + 1) if n not in stand.lost}
        assert given == wanted
        assert [frame.trigger for frame in frames] == sorted({frame.trigger for frame in frames})

    def test_a_frame_has_a_picture_of_its_own_or_a_sentence(self, stand: CameraStand) -> None:
        stand.camera.open()
        frames = played(stand)
        for frame in frames:
            assert frame.name
            assert (frame.lift is None) == bool(frame.fault)
            assert "\n" not in frame.fault
            assert frame.dropped_before >= 0
        pictures = [frame.lift for frame in frames if frame.lift is not None]
        for number, lift in enumerate(pictures):
            assert lift.pixels.dtype == np.uint8
            assert lift.pixels.ndim == 2
            assert lift.dpi > 0
            # Frames wait in queues: none may change when the next one comes.
            assert not any(np.shares_memory(lift.pixels, other.pixels) for other in pictures[number + 1 :])
        stand.camera.close()

    def test_it_counts_what_it_gave_and_what_it_lost(self, stand: CameraStand) -> None:
        stand.camera.open()
        frames = played(stand)
        stats = stand.camera.stats()
        assert stats.delivered == sum(frame.lift is not None for frame in frames)
        assert stats.acquired == stats.delivered + stats.lost
        assert stats.lost == sum(frame.lift is None for frame in frames)
        stand.camera.close()

    def test_it_ends_or_goes_on_waiting_and_keeps_its_time_out(self, stand: CameraStand) -> None:
        stand.camera.open()
        played(stand)
        assert stand.camera.next(0) is None
        assert stand.camera.next(0.01) is None
        assert stand.camera.exhausted == stand.ends
        stand.camera.close()

    def test_no_frame_before_open_or_after_close_and_open_begins_anew(self, stand: CameraStand) -> None:
        assert stand.camera.next(0) is None
        stand.camera.open()
        assert not stand.camera.exhausted
        stand.bring(1)
        first = frame_of(stand.camera)
        assert first is not None
        stand.camera.close()
        stand.camera.close()
        assert stand.camera.next(0) is None
        stand.camera.open()
        stand.bring(1)
        again = frame_of(stand.camera)
        assert again is not None
        assert again.trigger == first.trigger
        assert stand.camera.stats().acquired >= 1
        stand.camera.close()

    def test_a_source_that_is_not_there_is_said_at_open_in_one_sentence(self, stand: CameraStand) -> None:
        if stand.gone is None:
            pytest.skip("this one is made of something that is always there")
        with pytest.raises(StationError) as caught:
            stand.gone.open()
        assert "\n" not in str(caught.value)
        assert ";" in str(caught.value)
        stand.gone.close()
