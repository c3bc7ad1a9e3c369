"""Frames: stuffing, checks, and a decoder fed whole, byte by byte and among rubbish."""

from __future__ import annotations

import pytest
from cobs import cobs
from hypothesis import given
from hypothesis import strategies as st

from drivers.inkjet import frames
from drivers.inkjet.frames import Flag, Frame, FrameDecoder, Type, encode
from drivers.inkjet.messages import SCHEMA

FRAME = Frame(Type.JOB_DATA, bytes(range(64)) * 3 + b"\0" * 5, 0xABCD, 7, 65535, Flag.NEEDS_ACK)
FRAMES = st.builds(
    Frame,
    st.sampled_from(list(Type)),
    st.binary(max_size=frames.MAX_PAYLOAD),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
    st.integers(0, 3),
)
ROWS = st.binary(max_size=1200) | st.builds(lambda n, t: b"x" * n + t, st.integers(250, 520), st.binary(max_size=3))


@given(ROWS)
def test_stuffing_equals_the_reference_and_comes_back(data: bytes) -> None:
    stuffed = frames.cobs_encode(data)
    assert stuffed == cobs.encode(data)
    assert 0 not in stuffed
    assert frames.cobs_decode(stuffed) == data


@given(st.binary(max_size=600))
def test_unstuffing_agrees_with_the_reference_on_anything(data: bytes) -> None:
    try:
        expected: bytes | None = cobs.decode(data) if data else None
    except cobs.DecodeError:
        expected = None
    assert frames.cobs_decode(data) == expected


@given(st.lists(FRAMES, max_size=4), st.integers(1, 50))
def test_decoder_gives_the_same_frames_however_the_bytes_are_cut(sent: list[Frame], cut: int) -> None:
    data = b"".join(encode(frame, SCHEMA) for frame in sent)
    whole = FrameDecoder(SCHEMA)
    assert whole.feed(data) == sent
    pieces = FrameDecoder(SCHEMA)
    assert [f for at in range(0, len(data), cut) for f in pieces.feed(data[at : at + cut])] == sent
    assert whole.bad == pieces.bad == 0


@given(st.binary(max_size=700), FRAMES, st.binary(max_size=700))
def test_after_any_rubbish_the_next_frame_is_found(before: bytes, frame: Frame, after: bytes) -> None:
    decoder = FrameDecoder(SCHEMA)
    found = decoder.feed(before + encode(frame, SCHEMA) + after + b"\0")
    assert frame in found
    assert decoder.feed(encode(frame, SCHEMA)) == [frame]


def test_every_single_flipped_bit_is_noticed() -> None:
    data = encode(FRAME, SCHEMA)
    for at in range(len(data)):
        for bit in range(8):
            spoilt = bytearray(data)
            spoilt[at] ^= 1 << bit
            assert FRAME not in FrameDecoder(SCHEMA).feed(bytes(spoilt)) or at in (0, len(data) - 1)
            assert all(frame == FRAME for frame in FrameDecoder(SCHEMA).feed(bytes(spoilt)))


def test_every_lost_byte_costs_at_most_its_own_frame() -> None:
    data, follower = encode(FRAME, SCHEMA), Frame(Type.ALIVE)
    for at in range(1, len(data)):
        found = FrameDecoder(SCHEMA).feed(data[:at] + data[at + 1 :] + encode(follower, SCHEMA))
        assert found[-1] == follower
        assert len(found) <= 2


def test_flow_control_bytes_pass_untouched() -> None:
    frame = Frame(Type.JOB_DATA, bytes((0x11, 0x13, 0x10, 0, 0x14)))
    assert FrameDecoder(SCHEMA).feed(encode(frame, SCHEMA)) == [frame]


def test_another_schema_is_noise_but_its_greeting_is_understood() -> None:
    decoder = FrameDecoder(SCHEMA)
    assert decoder.feed(encode(Frame(Type.STATUS, b"abc"), SCHEMA ^ 1)) == []
    assert decoder.bad == 1
    hello = Frame(Type.HELLO, b"x" * 28)
    assert decoder.feed(encode(hello, SCHEMA ^ 1)) == [hello]


def test_a_stream_without_zeros_takes_no_memory_and_is_counted_once() -> None:
    decoder = FrameDecoder(SCHEMA)
    for _ in range(200):
        assert decoder.feed(b"U" * 1000) == []
    assert len(decoder._rest) < 2000
    assert decoder.feed(b"\0" + encode(FRAME, SCHEMA)) == [FRAME]
    assert decoder.bad == 1


def test_unknown_type_and_wrong_version_are_no_frames() -> None:
    body = bytes((0x10, 0x7F, 0, 0, 0, 0, 0, 0))
    crc = frames.checksum(body, SCHEMA).to_bytes(4, "little")
    assert frames.decode_body(body + crc, SCHEMA) is None
    body = bytes((0x20, Type.ALIVE, 0, 0, 0, 0, 0, 0))
    crc = frames.checksum(body, SCHEMA).to_bytes(4, "little")
    assert frames.decode_body(body + crc, SCHEMA) is None


def test_a_payload_too_long_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="512"):
        encode(Frame(Type.JOB_DATA, b"x" * 513), SCHEMA)


@given(st.integers(0, 0xFFFF), st.integers(1, 0x7FFF))
def test_counters_compare_across_their_wrap(start: int, step: int) -> None:
    later = (start + step) & 0xFFFF
    assert frames.before(start, later)
    assert not frames.before(later, start)
    assert frames.difference(later, start, 16) == step
    assert frames.difference(start, later, 16) == -step


@pytest.mark.parametrize("size", [253, 254, 255, 508, 509])
def test_a_full_block_at_the_very_end_has_no_empty_one_behind_it(size: int) -> None:
    for data in (b"a" * size, b"\0" + b"a" * size, b"a" * size + b"\0"):
        stuffed = frames.cobs_encode(data)
        assert stuffed == cobs.encode(data)
        assert frames.cobs_decode(stuffed) == data
