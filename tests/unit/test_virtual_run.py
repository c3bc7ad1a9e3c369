"""Host and device in one process on a virtual clock: spoilt frames and a troubled belt spray nothing wrong or twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.million_pieces import Proof
from drivers.inkjet.frames import Frame, FrameDecoder, Type, encode
from drivers.inkjet.messages import SCHEMA
from drivers.line_settings import line_settings
from drivers.virtual_run import PLAIN, RunPlan, RunResult, VirtualRun
from drivers.virtual_station import mark_of
from drivers.virtual_wire import NEVER, FrameErrors, VirtualWire

LETTERS = 150


def play(plan: RunPlan, **troubles: float) -> tuple[VirtualRun, RunResult]:
    run = VirtualRun(replace(PLAIN, **troubles), plan)  # type: ignore[arg-type]
    return run, run.play()


def check(result: RunResult) -> None:
    """No ink but a letter's own mark in its place, once; every piece told of has exactly one end."""
    books = result.books
    assert (books.wrong, books.doubled, books.ends_wrong, result.spilled, result.fault) == (0, 0, 0, 0, "")
    assert books.pieces == books.ended


def test_point_19_two_thousand_letters_over_a_link_that_spoils_frames() -> None:
    spoilt, clean = (VirtualRun(PLAIN, RunPlan(letters, rate)).play() for letters, rate in ((2000, 0.001), (200, 0.0)))
    proof = Proof((spoilt,), clean, 0.0)
    assert proof.faults == []
    assert spoilt.books.letters == 2000
    assert spoilt.frames_hit >= 10
    assert clean.books.sprayed == 200
    assert proof.lost < 0.01


def test_a_proof_that_does_not_hold_says_why() -> None:
    clean = VirtualRun(PLAIN, RunPlan(20)).play()
    books = replace(clean.books, wrong=1, doubled=2, ends_wrong=3, ended=18, sprayed=17)
    faults = Proof((replace(clean, books=books, spilled=4, fault="does not answer"),), clean, 0.0).faults
    assert len(faults) == 7
    assert faults[0] == "with errors: 1 wrong marks"
    assert "15.00% of the throughput was lost" in faults[-1]


def test_point_19_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    troubles = {"drift": 0.05, "slip_in": 0.5, "jams": 0.02, "double_feeds": 0.05, "reversals": 0.02}
    one, again, other = (play(RunPlan(LETTERS, 0.02, seed), **troubles)[1] for seed in (5, 5, 6))
    assert one == again
    assert one.books.digest != other.books.digest


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_however_many_frames_are_spoilt_no_letter_is_sprayed_wrong_or_twice(rate: float) -> None:
    _, result = play(RunPlan(LETTERS, rate, 3))
    check(result)
    assert result.frames_hit > 0
    assert result.books.sprayed + result.books.partly > LETTERS // 2


TROUBLES: dict[str, tuple[dict[str, float], Callable[[RunResult], bool]]] = {
    "gaps": ({"gap_spread_in": 2.0}, lambda r: r.books.sprayed == LETTERS),
    "drift": ({"drift": 0.2}, lambda r: r.books.sprayed == LETTERS),
    "slip inside the window": ({"slip_in": 0.9}, lambda r: r.books.sprayed == LETTERS),
    "slip beyond it": ({"slip_in": 3.0}, lambda r: r.books.ends["missed_no_piece no_piece"] > 20),
    "double feeds": ({"double_feeds": 0.3}, lambda r: r.books.pieces < LETTERS and r.books.mismatched > 5),
    "short gaps": ({"short_gaps": 0.2}, lambda r: r.books.ends["passed short_gap"] > 20),
    "jams": ({"jams": 0.1}, lambda r: r.books.ends["missed_no_piece no_piece"] > 5),
    "stops": ({"stops": 0.5}, lambda r: r.books.ends["aborted stopped"] > 0),
    "reversals": ({"reversals": 0.1}, lambda r: r.books.ends["missed_no_piece reversed"] > 5),
    "long reversals": ({"reversals": 0.1, "reversal_in": 20.0}, lambda r: r.books.ends["passed reversed"] > 5),
    "a camera cell that misses": ({"missed_camera": 0.2}, lambda r: r.books.pieces < LETTERS - 10),
    "a head cell that misses": ({"missed_head": 0.2}, lambda r: r.books.ends["missed_no_piece no_piece"] > 10),
    "cells that bounce": ({"bounces": 0.6}, lambda r: r.books.sprayed == LETTERS == r.books.pieces),
}


@pytest.mark.parametrize("name", list(TROUBLES))
def test_a_troubled_belt_costs_letters_and_never_a_wrong_mark(name: str) -> None:
    figures, shows = TROUBLES[name]
    run, result = play(RunPlan(LETTERS, 0.0, 4), **figures)
    check(result)
    assert result.books.letters == LETTERS
    assert shows(result), result.books.ends
    assert not run.device.jobs.live


def test_everything_at_once_on_a_bad_link() -> None:
    figures = dict.fromkeys(("double_feeds", "short_gaps", "jams", "stops", "reversals", "missed_camera"), 0.03)
    figures |= {"missed_head": 0.03, "bounces": 0.2, "slip_in": 0.8, "drift": 0.1, "gap_spread_in": 1.0}
    _, result = play(RunPlan(2 * LETTERS, 0.02, 9), **figures)
    check(result)
    assert result.books.sprayed > LETTERS // 2


def test_an_hour_of_belt_passes_in_its_letters() -> None:
    # 36,000 letters an hour: so many letters take their share of it on the belt's clock.
    _, result = play(RunPlan(LETTERS, 0.0, 2))
    assert result.seconds == pytest.approx((LETTERS - 1) * 0.1, abs=0.1)
    assert result.per_hour == pytest.approx(36_000, rel=0.01)


def test_the_encoder_may_wrap_in_the_middle_of_a_run() -> None:
    _, result = play(RunPlan(60, 0.0, 2), encoder_start=0xFFFFFFFF - 500_000)
    check(result)
    assert result.books.sprayed == 60


def test_no_two_letters_have_the_same_mark() -> None:
    assert len({mark_of(serial, 200.0, 40).columns for serial in range(1, 2000)}) == 1999


@given(st.integers(0, 1000), st.floats(0.05, 1.0), st.binary(max_size=60))
def test_what_errors_leave_of_a_frame_is_that_frame_or_none(seed: int, rate: float, payload: bytes) -> None:
    errors, frame = FrameErrors(seed, rate), Frame(Type.ENABLE, payload, 7, 1, 2, 1)
    for _ in range(20):
        decoder = FrameDecoder(SCHEMA)
        found = decoder.feed(errors(encode(frame, SCHEMA)) + b"\0")
        assert all(each == frame for each in found)
    assert errors.frames == 20


def test_errors_come_as_often_as_asked() -> None:
    for rate in (0.0, 0.01, 0.2, 1.0):
        errors = FrameErrors(1, rate)
        for _ in range(20_000):
            errors(b"\0\1\0")
        assert errors.hit == pytest.approx(20_000 * rate, rel=0.15, abs=0)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 0.02)), min_size=1, max_size=20), st.booleans())
def test_bytes_take_their_time_at_the_baud_rate_and_come_in_order(
    sends: list[tuple[int, float]], together: bool
) -> None:
    wire = VirtualWire(115_200, 0.002, lambda frame: frame, together)
    now, sent, got = 0.0, b"", b""
    for size, pause in sends:
        now += pause
        frame = b"\0" + bytes([size]) * size + b"\0"
        sent += frame
        wire.send(frame, now)
    while wire.due < NEVER:
        due = wire.due
        got += wire.take(due)
        assert due >= 0.002 + len(got) * 10 / 115_200 - 1e-9  # never faster than the line
    assert got == sent
    assert wire.bytes == len(sent)


def test_the_lines_settings_name_the_troubles() -> None:
    given_settings = line_settings({"seed": 7, "jams": 0.1, "stop_s": 1.0, "slip_in": 0.5})
    assert (given_settings.troubles.seed, given_settings.troubles.jams) == (7, 0.1)
    assert (given_settings.troubles.stop_s, given_settings.troubles.slip_in) == (1.0, 0.5)
