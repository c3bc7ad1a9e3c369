"""Rasters and messages on the wire."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from drivers.inkjet import columns
from drivers.inkjet.frames import Flag, FrameDecoder, Type, encode
from drivers.inkjet.messages import (
    LAYOUTS,
    SCHEMA,
    SCHEMA_TEXT,
    Encoding,
    Event,
    Hello,
    JobBegin,
    JobCommit,
    JobPart,
    commit_crc,
    pack,
    unpack,
    unpack_part,
)

BEGIN = JobBegin(3, 7, 0xAABBCCDD, 12, 99, 80, 100, 200_000, 4, 4, 10, 0)


@given(st.integers(1, 130).flatmap(lambda d: st.tuples(st.just(d), st.lists(st.integers(0, 2**d - 1), min_size=1))))
def test_any_raster_comes_back(case: tuple[int, list[int]]) -> None:
    dots, marks = case
    encoding, data = columns.compress(marks, dots)
    expanded = columns.expand(encoding, data, len(marks), dots)
    assert expanded == columns.raster(marks, dots)
    assert columns.columns_of(expanded, dots) == tuple(marks)
    assert len(data) <= len(marks) * columns.column_bytes(dots)


def test_long_runs_are_cut_and_a_barcode_shrinks() -> None:
    bars = ([0xFFFFFFFFFF] * 4 + [0] * 5) * 65 + [0] * 600
    encoding, data = columns.compress(bars, 40)
    assert encoding is Encoding.DICTIONARY
    assert len(data) == 1 + 2 * 5 + 2 * (130 + 2)
    assert columns.expand(encoding, data, len(bars), 40) == columns.raster(bars, 40)


def test_more_than_255_different_columns_travel_raw() -> None:
    encoding, data = columns.compress(range(300), 10)
    assert encoding is Encoding.RAW
    assert len(data) == 600


@given(st.integers(0, 3), st.binary(max_size=60), st.integers(1, 40), st.integers(1, 20))
def test_expanding_anything_gives_the_right_size_or_nothing(enc: int, data: bytes, count: int, dots: int) -> None:
    out = columns.expand(enc, data, count, dots)
    assert out is None or (
        len(out) == count * columns.column_bytes(dots) and max(columns.columns_of(out, dots)) < 2**dots
    )


def test_a_run_of_none_a_strange_index_and_a_run_too_long_are_refused() -> None:
    assert columns.expand(1, bytes((1, 5, 0, 4)), 4, 8) == b"\x05\x05\x05\x05"
    for spoilt in ((1, 5, 0, 0), (1, 5, 1, 4), (1, 5, 0, 5), (1, 5, 0, 3), (1, 5, 0), (2, 5), ()):
        assert columns.expand(1, bytes(spoilt), 4, 8) is None
    assert columns.expand(2, b"\x05", 1, 8) is None
    assert columns.expand(0, b"\xff\x07", 1, 10) is None  # dot 10 of a head with dots 0 to 9


def test_messages_come_back_and_only_at_their_exact_length() -> None:
    hello = Hello(1, 2, 3, 4, 5)
    assert unpack(Hello, pack(hello)) == hello
    assert unpack(Hello, pack(hello) + b"\0") is None
    assert unpack(Hello, pack(hello)[:-1]) is None
    event = Event(*range(1, 13))
    assert unpack(Event, pack(event)) == event
    assert unpack_part(pack(JobPart(1, 2, 3), b"abc")) == (JobPart(1, 2, 3), b"abc")
    assert unpack_part(pack(JobPart(1, 2, 3))) is None


def test_every_message_fits_the_header_of_the_c_side() -> None:
    for message, layout in LAYOUTS.items():
        fields = getattr(message, "_fields", ())
        spelled = layout.replace("14I", "I" * 14).replace("14s", "s")
        assert len(spelled) == len(fields), message


def test_point_8_the_commit_vouches_for_binding_and_raster() -> None:
    crc = commit_crc(BEGIN, b"abcd")
    for field in ("epoch", "counter", "boot", "piece", "origin", "window", "offset", "dpi", "columns", "dots"):
        other = BEGIN._replace(**{field: getattr(BEGIN, field) ^ 1})
        assert commit_crc(other, b"abcd") != crc, field
    assert commit_crc(BEGIN, b"abcf") != crc
    assert commit_crc(BEGIN._replace(encoding=1, length=2), b"abcd") == crc


DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "wire-protocol.md"
SIZES = {"B": 1, "H": 2, "h": 2, "I": 4, "Q": 8}
NAMES = {"B": "u8", "H": "u16", "h": "i16", "I": "u32", "Q": "u64"}


def test_the_document_states_this_schema_and_every_layout() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.split("schema hash is `0x", 1)[1][:8] == f"{SCHEMA:08x}"
    assert SCHEMA_TEXT in text
    for message, layout in LAYOUTS.items():
        codes = layout.replace("14I", "I" * 14).replace("14s", "s")
        at, spelled = 0, []
        for code, field in zip(codes, getattr(message, "_fields", ()), strict=True):
            spelled.append(f"`{field}` {NAMES.get(code, '14 bytes')}@{at}")
            at += SIZES.get(code, 14)
        assert f"{', '.join(spelled)}. {at} bytes." in text, message


def test_the_documents_session_in_bytes_is_what_these_frames_say() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").split("## 11.")[1].split("```")[1].strip().splitlines()
    names = [line.split() for line in lines if not line.startswith(" ")]
    data = bytes.fromhex("".join(line for line in lines if line.startswith(" ")))
    decoder = FrameDecoder(SCHEMA)
    found = decoder.feed(data)
    assert decoder.bad == 0
    assert [frame.type.name for frame in found] == [name for _, name in names]
    assert [bool(frame.flags & Flag.FROM_DEVICE) for frame in found] == [who == "device" for who, _ in names]
    assert b"".join(encode(frame, SCHEMA) for frame in found) == data
    by_type = {frame.type: frame.payload for frame in found}
    begin, part = unpack(JobBegin, by_type[Type.JOB_BEGIN]), unpack_part(by_type[Type.JOB_DATA])
    commit = unpack(JobCommit, by_type[Type.JOB_COMMIT])
    assert begin is not None and part is not None and commit is not None
    mark = (0x3FF,) * 4 + (0,) * 5 + (0x201,) * 4
    assert columns.expand(begin.encoding, part[1], begin.columns, begin.dots) == columns.raster(mark, 10)
    assert commit.crc == commit_crc(begin, columns.raster(mark, 10))
