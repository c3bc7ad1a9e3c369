"""Frames and pieces: a trigger that the camera missed or doubled costs one letter at the most, and shifts none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.inkjet.time_left import DeviceClock
from mlocr.mail.piece import PieceId
from mlocr.ports import PieceEntered
from mlocr.station.pieces import PieceTable
from mlocr.station.ties import FrameMark, FrameTies, TieRules

PER_INCH = 2000.0
PITCH = 23_000  # ticks from one leading edge to the next: 11.5 inches
SPEED = 230_000.0  # ticks a second
WRAP = 0xFFFFFFFF
START = WRAP - 50_000  # the encoder wraps among the letters


def entered(number: int, pitch: int = PITCH, base: int = 0) -> PieceEntered:
    tick = number * pitch
    return PieceEntered(number, PieceId(7, number), START + tick & WRAP, base + number, 9.5, 100.0 + tick / SPEED)


def mark(count: int, of: int, by: str, off: int = 0) -> FrameMark:
    """The frame that a camera counts as `count`, of letter `of`, taken `off` ticks behind its edge."""
    tick = of * PITCH + off
    if by == "encoder":
        return FrameMark(count, encoder=START + tick & WRAP)
    return FrameMark(count, taken=100.0 + tick / SPEED) if by == "time" else FrameMark(count)


def table(*told: int, base: int = 0) -> PieceTable:
    made = PieceTable()
    made.measure(PER_INCH)
    for number in told:
        made.announce(entered(number, base=base))
    return made


def letter(tied: PieceEntered | None) -> int | None:
    return None if tied is None else tied.piece_id.number


BY = pytest.mark.parametrize("by", ["encoder", "time"])


@BY
def test_a_missed_trigger_costs_one_letter(by: str) -> None:
    # The camera never saw the pulse of letter 2: it counts letter 3 as its second.
    pieces = table(1, 2, 3, 4)
    assert [letter(pieces.claim(mark(n, of, by), 0)) for n, of in ((1, 1), (2, 3), (3, 4))] == [1, 3, 4]
    assert pieces.slips == 1
    assert [lost.piece_id.number for lost in pieces.unclaimed()] == [2]


@BY
def test_a_doubled_trigger_costs_none(by: str) -> None:
    pieces = table(1, 2, 3)
    assert letter(pieces.claim(mark(1, 1, by), 0)) == 1
    assert pieces.claim(mark(2, 1, by, off=1500), 60.0) is None  # at once: letter 1 has its picture
    assert [letter(pieces.claim(mark(n, n - 1, by), 0)) for n in (3, 4)] == [2, 3]
    assert pieces.slips == 1


@BY
def test_a_frame_between_two_letters_is_nobodys_and_waits_for_nobody(by: str) -> None:
    pieces = table(1, 2)
    assert pieces.claim(mark(1, 1, by, off=PITCH // 2 + 200), 60.0) is None
    assert letter(pieces.claim(mark(2, 1, by), 0)) == 1


@BY
def test_a_camera_may_begin_to_count_anywhere(by: str) -> None:
    pieces = table(1, 2, base=3 << 20)
    assert [letter(pieces.claim(mark(n + 40, n, by), 0)) for n in (1, 2)] == [1, 2]
    assert pieces.slips == 0


@BY
def test_the_right_count_with_the_wrong_place_is_not_enough(by: str) -> None:
    pieces = table(1)
    # The letter that this picture shows was not told of yet; its number is that of the letter before.
    assert pieces.claim(mark(1, 2, by), 0) is None
    assert letter(pieces.claim(mark(7, 1, by), 0)) == 1


@BY
def test_a_piece_told_after_its_frame_was_given_up_is_known_by_its_place(by: str) -> None:
    pieces = table(1)
    assert letter(pieces.claim(mark(1, 1, by), 0)) == 1
    assert pieces.claim(mark(9, 2, by), 0) is None
    assert not pieces.announce(entered(2))
    assert pieces.announce(entered(3))


def test_a_device_whose_store_was_wiped_counts_anew_and_loses_no_piece_by_it() -> None:
    pieces = table(1, 2)
    new = [PieceEntered(event, PieceId(8, n), 7 * PITCH * n, n, 9.5) for n, event in ((1, 3), (2, 4))]
    assert letter(pieces.claim(mark(2, 2, "encoder"), 0)) == 2
    pieces.announce(new[1])
    # Told of in the new boot, under a lower count: its frame is still to come.
    assert [each.piece_id for each in pieces.overtaken(entered(2))] == [PieceId(7, 1)]
    assert pieces.claim(FrameMark(2, encoder=14 * PITCH), 0) == new[1]


@BY
def test_frames_that_come_long_after_their_letters_are_tied_all_the_same(by: str) -> None:
    pieces = table(*range(1, 60))
    assert [letter(pieces.claim(mark(n, n, by), 0)) for n in range(1, 60)] == list(range(1, 60))


def test_a_run_that_stops_hurries_the_last_claim() -> None:
    pieces = table(1)
    began = time.monotonic()
    assert pieces.claim(FrameMark(5), 60.0, stopping=lambda: True) is None
    assert time.monotonic() - began < 30.0


def test_a_frame_that_tells_its_time_is_never_tied_by_its_count_alone() -> None:
    pieces = PieceTable()
    pieces.announce(PieceEntered(1, PieceId(7, 1), 0, 1, 9.5))  # a controller that tells no times
    assert pieces.claim(FrameMark(1, taken=5.0), 0) is None


def test_a_frame_without_place_or_time_is_tied_by_its_count() -> None:
    pieces = table(1, 2)
    assert [letter(pieces.claim(mark(n, 1, ""), 0)) for n in (2, 1)] == [2, 1]


def test_what_lies_between_two_letters_is_neithers_however_close_they_come() -> None:
    ties = FrameTies(TieRules(within=0.05))
    waiting = {}
    for number in (1, 2, 3):
        piece = entered(number, pitch=9200)  # 40 ms
        ties.told(piece)
        waiting[number] = piece
    assert ties.find(FrameMark(1, taken=100.0 + 0.04 + 0.02), waiting) == (None, True)
    assert ties.find(FrameMark(1, taken=100.0 + 0.04 + 0.015), waiting) == (waiting[1], True)


def test_letters_of_a_clock_that_stood_still_are_told_apart_by_their_count() -> None:
    ties = FrameTies(TieRules())
    waiting = {n: PieceEntered(n, PieceId(7, n), 0, n, 9.5, 100.0) for n in (1, 2, 3)}
    for piece in waiting.values():
        ties.told(piece)
    assert ties.find(FrameMark(2, taken=100.001), waiting) == (waiting[2], True)
    assert ties.find(FrameMark(9, taken=100.001), waiting) == (None, True)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["right", "right", "right", "missed", "doubled", "noise", "blind"]), max_size=30),
    st.sampled_from(["encoder", "time"]),
    st.integers(-2000, 2000),
)
def test_no_frame_is_ever_tied_to_another_letter(happens: list[str], by: str, off: int) -> None:
    pieces = table()
    count, got, lost = 0, {}, set()
    for number, what in enumerate(happens, 1):
        pieces.announce(entered(number))
        if what != "missed":
            count += 1
        if what in ("missed", "blind"):  # a frame lost on its way leaves a gap in the count, a missed pulse none
            lost.add(number)
            continue
        frame = mark(count, number, by, off)
        got[number] = letter(tied := pieces.claim(frame, 0))
        assert tied is None or {each.piece_id.number for each in pieces.overtaken(tied)} <= lost
        if what in ("doubled", "noise"):
            count += 1
            extra = mark(count, number, by, off + (900 if what == "doubled" else PITCH // 2))
            assert pieces.claim(extra, 0) is None
    assert got == {number: number for number in got}


# --- the device's times ----------------------------------------------------------------------------------------------


def test_a_device_time_is_told_by_the_frame_that_was_held_up_least() -> None:
    clock = DeviceClock()
    assert clock.at(7, 0) is None
    for told, late in ((1000, 0.030), (1100, 0.002), (1200, 0.6)):
        clock.told(7, told, 50.0 + told / 1000 + late)
    assert clock.at(7, 1150) == pytest.approx(51.152)
    assert clock.at(8, 1150) is None
    clock.told(8, 5, 60.0)
    assert clock.at(7, 1150) is None
    assert clock.at(8, 0) == pytest.approx(59.995)


def test_a_device_time_wraps() -> None:
    clock = DeviceClock()
    clock.told(7, 0xFFFFFFFF - 99, 50.0)
    clock.told(7, 100, 50.2)
    assert clock.at(7, 50) == pytest.approx(50.15)
    assert clock.at(7, 0xFFFFFFFF - 49) == pytest.approx(50.05)
