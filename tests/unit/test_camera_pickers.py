"""Which frame is whose: the three ways of triggering, as values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.camera.pickers import EveryFrame, OnPresence, OnPulse, OnTrigger, Picked, Shot


def shot(began: float, ended: float | None = None, grey: int = 100) -> Shot:
    return Shot(np.full((48, 72), grey, np.uint8), began, began + 0.01 if ended is None else ended)


def told(picked: list[Picked]) -> list[tuple[int, float | None]]:
    return [(each.trigger, each.shot.began if each.shot else None) for each in picked]


def test_every_frame_is_the_next_letter_s() -> None:
    picker = EveryFrame()
    assert told(picker.see(shot(1)) + picker.see(shot(2))) == [(1, 1), (2, 2)]
    assert picker.fire(9, 3) == picker.expire(1e9) == []


def test_the_first_frame_begun_after_the_trigger_is_the_letter_s() -> None:
    picker = OnTrigger(patience=1.0)
    assert picker.see(shot(0.5)) == []
    picker.fire(7, 1.0)
    assert picker.see(shot(0.99)) == []
    assert told(picker.see(shot(1.0))) == [(7, 1.0)]
    assert picker.see(shot(1.1)) == []
    assert picker.stale == 1


def test_the_letter_s_way_into_the_view_is_waited_for() -> None:
    picker = OnTrigger(patience=1.0, delay=0.5)
    picker.fire(1, 1.0)
    assert picker.see(shot(1.4)) == []
    assert told(picker.see(shot(1.5))) == [(1, 1.5)]


def test_two_triggers_before_a_frame_lose_the_first_alone() -> None:
    picker = OnTrigger(patience=1.0)
    picker.fire(1, 1.0)
    picker.fire(2, 2.0)
    picked = picker.see(shot(2.1))
    assert told(picked) == [(1, None), (2, 2.1)]
    assert "next letter came" in picked[0].fault


def test_a_frame_that_both_letters_are_on_is_nobody_s() -> None:
    picker = OnTrigger(patience=1.0)
    picker.fire(1, 1.0)
    picker.fire(2, 2.0)
    assert told(picker.see(shot(1.5, 2.5))) == [(1, None)]
    assert told(picker.see(shot(2.6))) == [(2, 2.6)]


def test_a_trigger_in_vain_is_told_and_one_told_twice_is_one() -> None:
    picker = OnTrigger(patience=1.0)
    picker.fire(4, 1.0)
    picker.fire(4, 1.2)
    picker.fire(3, 1.3)
    assert picker.expire(2.0) == []
    assert told(picker.expire(2.1)) == [(4, None)]
    assert picker.expire(99.0) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["fire", "see", "expire"]), st.floats(0, 0.7)), max_size=40))
def test_no_history_gives_a_frame_to_two_letters_or_a_letter_another_s_time(history: list[tuple[str, float]]) -> None:
    picker, now, fired = OnTrigger(patience=1.0), 0.0, []
    picked: list[Picked] = []
    for what, pause in history:
        now += pause + 0.001
        if what == "fire":
            fired.append(now)
            picked += picker.fire(len(fired), now)
        elif what == "see":
            picked += picker.see(shot(now - 0.3, now))
        else:
            picked += picker.expire(now)
    triggers = [each.trigger for each in picked]
    assert triggers == sorted(set(triggers))
    shots = [each.shot for each in picked if each.shot is not None]
    assert len({id(each) for each in shots}) == len(shots)
    for each in picked:
        if each.shot is not None:
            assert each.shot.began >= fired[each.trigger - 1]
            assert each.trigger == len(fired) or each.shot.ended <= fired[each.trigger]


class View:
    """A view of 48 x 72: a light ground with a letter in it or not, and some noise."""

    def __init__(self) -> None:
        self.picker = OnPresence(still=3)
        self.noise = np.random.default_rng(1)
        self.fired: list[int] = []

    def see(self, letter: int | None, frames: int = 5, at: int = 10, light: int = 0) -> None:
        for _ in range(frames):
            pixels = np.full((48, 72), 60 + light, np.int16)
            if letter is not None:
                pixels[8:40, at : at + 40] = letter
            pixels += self.noise.integers(-4, 5, pixels.shape).astype(np.int16)
            picked = self.picker.see(Shot(np.clip(pixels, 0, 255).astype(np.uint8), 0, 0))
            self.fired += [each.trigger for each in picked]


def test_a_letter_laid_into_the_view_fires_once_however_long_it_lies() -> None:
    view = View()
    view.see(None)
    view.see(200, frames=50)
    assert view.fired == [1]
    view.see(None)
    view.see(150, frames=50)
    assert view.fired == [1, 2]


def test_a_letter_that_is_moved_or_covered_by_the_next_fires_no_second_time() -> None:
    view = View()
    view.see(None)
    view.see(200)
    for at in (12, 16, 20):
        view.see(200, at=at)
    view.see(150)
    assert view.fired == [1]


def test_a_letter_on_its_way_fires_only_where_it_lies_still() -> None:
    view = View()
    view.see(None)
    for at in range(0, 30, 6):
        view.see(200, frames=1, at=at)
    assert view.fired == []
    view.see(200, at=24)
    assert view.fired == [1]


def test_daylight_that_wanders_is_no_letter() -> None:
    view = View()
    for light in range(0, 100, 2):
        view.see(None, frames=8, light=light)
    assert view.fired == []
    view.see(20, light=98)
    assert view.fired == [1]


def test_a_bad_frame_and_the_station_s_word_fire_nothing() -> None:
    picker = OnPresence(still=2)
    assert picker.see(Shot(None, 0, 0, fault="torn")) == []
    assert picker.fire(1, 0.0) == picker.expire(9.0) == []


# --- pulses ---


def test_a_pulses_frame_tells_its_time_and_one_without_is_nobodys_picture() -> None:
    picker = OnPulse()
    timed, untimed = replace(shot(1.0), device_time=0.95), shot(2.0)
    first, second = picker.see(timed), picker.see(untimed)
    assert [(each.trigger, each.taken, each.fault) for each in first] == [(1, 0.95, "")]
    assert [(each.trigger, each.taken) for each in second] == [(2, None)]
    assert "does not tell when" in second[0].fault
    assert picker.fire(7, 3.0) == [] == picker.expire(9.0)
