"""The virtual line's belt alone: what its photocells tell when letters slip, cling, jam, bounce or run back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.belt import Belt, BeltLetter
from drivers.belt_troubles import Dice, Fate, Lengths, Motion, Troubles
from drivers.inkjet.mock_log import DeviceConfig
from drivers.inkjet.mock_pieces import OnFire, OnTrigger
from mlocr.ports import CameraFrame

CONFIG = DeviceConfig(distance=10_000, max_window=400, debounce=10)
GAP = 500


class Witness:
    """A device that only writes down what it is told."""

    def __init__(self) -> None:
        self.config = CONFIG
        self.on_trigger: OnTrigger = lambda trigger, number: None
        self.on_fire: OnFire = lambda ticks, columns: None
        self.boot = self.boots = 1
        self.tick = 0
        self.told: list[tuple[str, int]] = []

    def encoder_to(self, tick: int) -> None:
        self.tick = tick

    def camera_edge(self, leading: bool) -> None:
        self.told.append(("in" if leading else "out", self.tick))
        if leading:
            self.on_trigger(len(self.told), len(self.told))

    def head_edge(self) -> None:
        self.told.append(("head", self.tick))

    def expects(self, number: int) -> bool:
        return True


def letter(length: int = 1000) -> BeltLetter:
    return BeltLetter(CameraFrame(1, "a letter", None), length)


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def belt(witness: Witness) -> Belt:
    return Belt(witness, CONFIG.distance, GAP)


def test_a_letter_passes_both_photocells(belt: Belt, witness: Witness) -> None:
    belt.feed(letter(), 2000)
    assert belt.advance(20_000) is None
    assert witness.told == [("in", 2000), ("out", 3000), ("head", 12_000)]
    assert not belt.letters


def test_a_letter_that_slips_comes_late_to_the_head_and_takes_its_ink_there(belt: Belt, witness: Witness) -> None:
    slipped = letter()
    belt.feed(slipped, 2000, Fate(GAP, slip=150))
    belt.advance(12_200)
    witness.on_fire([12_160, 12_170], [1, 3])
    assert witness.told[-1] == ("head", 12_150)
    assert (slipped.ticks, slipped.columns) == ([10, 20], [1, 3])


def test_two_letters_fed_together_are_one_to_the_photocells(belt: Belt, witness: Witness) -> None:
    belt.feed(letter(), 2000, Fate(-500, clings=True))
    assert belt.clings
    belt.feed(letter(), 9000)
    belt.advance(20_000)
    assert witness.told == [("in", 2000), ("out", 3500), ("head", 12_000)]


def test_a_bounce_is_more_edges_within_the_debounce_length(belt: Belt, witness: Witness) -> None:
    belt.feed(letter(), 2000, Fate(GAP, bounce=3))
    belt.advance(20_000)
    assert witness.told[:6] == [("in", 2000), ("out", 2003), ("in", 2006), ("out", 3000), ("in", 3003), ("out", 3006)]
    assert witness.told[6:] == [("head", 12_000), ("head", 12_006)]


def test_photocells_that_miss_a_letter_say_nothing(belt: Belt, witness: Witness) -> None:
    belt.feed(letter(), 2000, Fate(GAP, camera_misses=True))
    belt.feed(letter(), 4000, Fate(GAP, head_misses=True))
    belt.advance(20_000)
    assert witness.told == [("in", 4000), ("out", 5000), ("head", 12_000)]


def test_a_belt_that_stands_goes_no_farther_until_it_is_told_to(belt: Belt) -> None:
    belt.feed(letter(), 2000, Fate(GAP, stop=50, stands=1.5))
    assert belt.advance(20_000) == 1.5
    assert belt.position == 12_050
    assert belt.advance(20_000) is None


def test_a_jam_takes_out_the_letters_behind_it_and_stops_the_belt(belt: Belt, witness: Witness) -> None:
    ahead, jammed, behind, later = (letter() for _ in range(4))
    belt.feed(ahead, 2000)
    belt.feed(jammed, 4000, Fate(GAP, jam=2100, stands=2.0))
    belt.feed(behind, 6000)  # under the camera's photocell when it happens
    belt.feed(later, 8000)
    assert belt.advance(30_000) == 2.0
    assert belt.position == 6100
    assert witness.told[-1] == ("out", 6100)
    assert [jammed.removed, behind.removed, ahead.removed, later.removed] == [True, True, False, False]
    belt.advance(30_000)
    assert [told for told in witness.told if told[0] == "head"] == [("head", 12_000), ("head", 18_000)]


def test_a_belt_that_runs_back_shows_the_passed_edges_again_both_ways(belt: Belt, witness: Witness) -> None:
    belt.feed(letter(), 2000, Fate(GAP, reverse_at=40, reverse=100))
    belt.feed(letter(), 12_010)
    assert belt.advance(30_000) == 0.0
    assert belt.position == 11_940
    assert witness.told[2:] == [("head", 12_000), ("in", 12_010), ("out", 12_010)]
    belt.advance(12_045)
    assert witness.told[5:] == [("head", 12_000), ("in", 12_010)]


def test_drops_beside_every_letter_are_counted(belt: Belt, witness: Witness) -> None:
    belt.feed(letter(), 2000)
    belt.advance(12_500)
    witness.on_fire([12_990, 13_010], [1, 1])
    assert belt.spilled == 1


@given(st.integers(0, 99), st.floats(0, 0.5), st.lists(st.floats(0.001, 0.7), min_size=1, max_size=60))
def test_the_belt_never_goes_back_nor_beyond_its_drift(seed: int, drift: float, steps: list[float]) -> None:
    motion = Motion(1000.0, drift, seed)
    now, before = 5.0, 0
    motion.begin(now)
    for step in steps:
        now += step
        tick = motion.at(now)
        assert before - 1 <= tick
        assert (now - 5.0) * 1000 * (1 - drift) - 2 <= tick <= (now - 5.0) * 1000 * (1 + drift) + 2
        due = motion.when(tick + 10)
        assert due > now - 1e-6
        before = tick


def test_the_belt_stands_and_goes_on_from_there() -> None:
    motion = Motion(1000.0)
    motion.begin(10.0, 500, pause=2.0)
    assert [motion.at(now) for now in (10.0, 11.9, 13.0)] == [500, 500, 1500]
    assert motion.when(2500) == pytest.approx(14.0)


def test_the_same_seed_gives_the_same_fates() -> None:
    lengths = Lengths(2000.0, GAP, 300, 10, 10_000)
    troubles = Troubles(seed=4, slip_in=0.1, jams=0.2, bounces=0.3, double_feeds=0.1, reversals=0.1)
    one, again = Dice(troubles, lengths), Dice(troubles, lengths)
    fates = [one.letter(1000) for _ in range(200)]
    assert fates == [again.letter(1000) for _ in range(200)]
    assert any(fate.jam for fate in fates)
    assert any(fate.clings and fate.gap < 0 for fate in fates)
    assert Dice(Troubles(), lengths).letter(1000) == Fate(GAP)
