"""The faulty line by itself: what each fault does to bytes, by the seed and the clock it is given."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.faults.script import (
    Act,
    LineFaults,
    Rule,
    Way,
    cut,
    drop,
    flip,
    inside,
    of_version,
    prefixed,
    remade,
    replay,
    silence,
    stall,
    twice,
)
from drivers.faults.wire import FaultyLine, LineScript, decoded, resampled
from drivers.inkjet.frames import Frame, FrameDecoder, Type, encode
from drivers.inkjet.messages import SCHEMA

DOWN, UP = Way.DOWN, Way.UP
FRAMES = [Frame(Type.JOB_DATA, bytes((n, 0, 0x11, 0x13)) * 9, 7, n) for n in range(4)]
STREAM = b"".join(encode(frame, SCHEMA) for frame in FRAMES)


def line(*rules: Rule, **faults: object) -> FaultyLine:
    return FaultyLine(LineScript(rules, down=LineFaults(**faults)), seed=3)  # type: ignore[arg-type]


def carried(made: FaultyLine, data: bytes = STREAM, until: float = 0.0) -> bytes:
    """Everything that has come at the far end by `until` seconds of what was sent at 0."""
    made.carry(DOWN, data, 0.0)
    out = b""
    while piece := made.take(DOWN, until):
        out += piece
    return out


def frames(data: bytes) -> list[Frame]:
    return FrameDecoder(SCHEMA).feed(data)


@given(st.lists(st.integers(0, len(STREAM)), max_size=6))
def test_without_faults_every_frame_comes_through_however_it_was_cut(cuts: list[int]) -> None:
    made = line()
    places = [0, *sorted(cuts), len(STREAM)]
    for start, stop in pairwise(places):
        made.carry(DOWN, STREAM[start:stop], 0.0)
    assert frames(made.take(DOWN, 0.0)) == FRAMES


@pytest.mark.parametrize(
    ("act", "left"),
    [(drop, [0, 2, 3]), (twice, [0, 1, 1, 2, 3]), (prefixed(b"\0rubbish\0"), [0, 1, 2, 3]), (inside(b"\0"), [0, 2, 3])],
)
def test_a_rule_takes_its_one_frame(act: Act, left: list[int]) -> None:
    made = line(Rule(DOWN, Type.JOB_DATA, act, nth=2), Rule(UP, None, drop, times=0, must=False))
    assert [frame.seq for frame in frames(carried(made))] == left
    assert made.hits == [1, 0]
    assert made.unhit() == []
    assert line(Rule(DOWN, Type.HELLO, drop)).unhit() == [1]


@pytest.mark.parametrize("place", ["header", "payload", "crc", "delimiter"])
def test_a_flipped_bit_is_one_bit_and_costs_no_other_frame_but_a_neighbour(place: str) -> None:
    made = line(Rule(DOWN, Type.JOB_DATA, flip(place), nth=2))
    out = carried(made)
    assert sum((a ^ b).bit_count() for a, b in zip(out, STREAM, strict=True)) == 1
    left = [frame.seq for frame in frames(out)]
    assert 1 not in left or place == "delimiter"
    assert {0, 3} <= set(left)


def test_a_frame_that_breaks_off_is_followed_by_silence_and_then_all_is_well() -> None:
    made = line(Rule(DOWN, Type.JOB_DATA, cut(1.0), nth=2))
    assert [frame.seq for frame in frames(carried(made))] == [0]
    made.carry(DOWN, STREAM, 0.9)
    assert made.take(DOWN, 0.9) == b""
    made.carry(DOWN, STREAM, 1.1)
    assert frames(made.take(DOWN, 1.1)) == FRAMES


def test_silence_loses_and_a_stall_only_delays() -> None:
    quiet = line(Rule(DOWN, Type.JOB_DATA, silence(1.0, DOWN, UP, keep=True), nth=2))
    assert [frame.seq for frame in frames(carried(quiet))] == [0]
    slow = line(Rule(DOWN, Type.JOB_DATA, stall(0.6), nth=2))
    assert [frame.seq for frame in frames(carried(slow, until=0.5))] == [0]
    assert slow.next_due() == 0.6
    assert [frame.seq for frame in frames(slow.take(DOWN, 0.6))] == [1, 2, 3]


def test_old_frames_come_again_before_the_one_that_calls_them() -> None:
    made = line(Rule(DOWN, Type.JOB_DATA, replay(DOWN), nth=4))
    assert [frame.seq for frame in frames(carried(made))] == [0, 1, 2, 0, 1, 2, 3]


def test_a_remade_frame_and_one_of_another_version_are_whole() -> None:
    made = line(Rule(DOWN, None, remade(lambda frame: Frame(Type.BYE)), nth=1))
    assert frames(carried(made))[0].type is Type.BYE
    strange = carried(line(Rule(DOWN, None, of_version(2))))
    decoder = FrameDecoder(SCHEMA)
    assert [frame.seq for frame in decoder.feed(strange)] == [1, 2, 3]
    assert (decoder.version, decoder.bad) == (2, 1)


def test_lost_bytes_are_each_nth_and_noise_only_adds() -> None:
    assert carried(line(drop_every=7)) == bytes(b for n, b in enumerate(STREAM, 1) if n % 7)
    noisy = carried(line(noise_share=0.05, noise=b"\xaa"))
    assert len(noisy) > len(STREAM)
    assert noisy.replace(b"\xaa", b"") == STREAM.replace(b"\xaa", b"")


def test_the_same_seed_gives_the_same_line_and_another_another() -> None:
    faults = LineFaults(flip_share=0.02, noise_share=0.02)
    outs = [carried(FaultyLine(LineScript(down=faults), seed)) for seed in (1, 1, 2)]
    assert outs[0] == outs[1] != outs[2]


def test_reads_are_split_and_times_kept() -> None:
    whole = line(split=1)
    whole.carry(DOWN, STREAM, 0.0)
    pieces = [piece for _ in STREAM if (piece := whole.take(DOWN, 0.0))]
    assert pieces == [STREAM[n : n + 1] for n in range(len(STREAM))]
    halves = line(split=-1)
    halves.carry(DOWN, STREAM, 0.0)
    assert len({len(halves.take(DOWN, 0.0)) for _ in FRAMES}) == 4  # the offset moves on
    throttled = line(baud=9600)
    throttled.carry(DOWN, STREAM, 0.0)
    size = len(encode(FRAMES[0], SCHEMA))
    assert frames(throttled.take(DOWN, size * 10 / 9600 + 1e-9)) == FRAMES[:1]
    gathered = line(quantum=0.016)
    gathered.carry(DOWN, STREAM, 0.001)
    assert (gathered.take(DOWN, 0.015), gathered.next_due()) == (b"", 0.016)


def test_an_echo_and_flow_control() -> None:
    echoing = FaultyLine(LineScript(echo=True))
    echoing.carry(DOWN, STREAM, 0.0)
    assert frames(echoing.take(UP, 0.0)) == FRAMES
    flowing = FaultyLine(LineScript(flow=True))
    flowing.carry(UP, STREAM + b"\0\x13\0", 0.0)  # it ends with 13: the other way stands
    assert flowing.take(UP, 0.0) == (STREAM + b"\0\0").translate(None, b"\x11\x13")
    flowing.carry(DOWN, b"\0x\0", 0.0)
    assert flowing.take(DOWN, 0.0) == b""
    flowing.carry(UP, b"\0\x11\0", 0.0)
    assert flowing.take(DOWN, 0.0) == b"\0x\0"


@given(st.binary(max_size=40))
def test_at_the_same_rate_bytes_are_heard_as_sent(data: bytes) -> None:
    assert resampled(data, 9600, 9600) == data


@pytest.mark.parametrize(("sent", "heard"), [(921_600, 115_200), (115_200, 921_600), (115_200, 57_600)])
def test_at_another_rate_no_frame_is_heard(sent: int, heard: int) -> None:
    assert frames(resampled(STREAM, sent, heard)) == []


@pytest.mark.parametrize("raw", [b"\0\0", b"\0abc\0", b"nothing"])
def test_what_is_no_frame_is_none_and_passes(raw: bytes) -> None:
    assert decoded(raw) is None
    made = line(Rule(DOWN, Type.HELLO, drop, times=0, must=False))
    made.carry(DOWN, raw + b"\0", 0.0)
    kept: Callable[[bytes], bytes] = lambda data: data.replace(b"\0", b"")  # noqa: E731
    assert kept(made.take(DOWN, 0.0)) == kept(raw)
