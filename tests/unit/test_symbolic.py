"""Symbolic jobs: what is drawn on the host, the Python device and the C firmware is the mark's own columns."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire_bench import Bench
from wire_rig import SMALL, Rig, every_device  # noqa: F401

from drivers.inkjet import symbolic
from drivers.inkjet.columns import ALL, compress, expand, raster, shortest
from drivers.inkjet.face import FACE, FACE_TEXT, GLYPHS
from drivers.inkjet.hostjobs import WireJob, wire_job
from drivers.inkjet.messages import Encoding, JobBegin, Reason, State, commit_crc
from mlocr.mail.code import DrawnText, RoutingCode, SprayImage, Symbology, TrackingCode
from mlocr.mail.piece import JobId, PieceId, PrintJob
from mlocr.marking.head import Head, on_head
from mlocr.marking.machine_id import TextStyle, blank_columns, face, text_columns, turned_up
from mlocr.marking.spray import MarkPlan, MarkSettings, make_mark

TRACKING = TrackingCode("00", "270", "103502", "012735955")
FIELDS = {"lane": "1", "mass_id": "SIM0001"}
HEADS = (100.0, 150.0, 180.0, 200.0, 203.0, 240.0, 300.0, 600.0)
WORDS = st.text(st.sampled_from([chr(code) for code in GLYPHS]), min_size=1, max_size=20)
DEVICE = replace(SMALL, dpi=100.0, ticks_per_inch=1000.0, dots=75, raster_bytes=65_536)


def marked(
    dpi: float, symbology: Symbology, routing: str, card: tuple[float, float], style: MarkSettings
) -> SprayImage | None:
    """A mark as the station makes it, in the rows of a head 0.75 in high."""
    plan = MarkPlan.for_head(symbology, dpi, style)
    tracking = TRACKING if symbology is Symbology.IMB else None
    mark = make_mark(plan, RoutingCode.of(routing), tracking, *card, FIELDS)
    return None if mark is None else on_head(mark.spray, Head(round(0.75 * dpi), 0.2))


STYLES = st.builds(
    MarkSettings,
    text_height=st.sampled_from((0.09, 0.085, 0.1, 0.1031)),
    text_per_inch=st.sampled_from((8.0, 9.5, 10.125)),
)


def marks(heads: tuple[float, ...]) -> st.SearchStrategy[SprayImage | None]:
    return st.builds(
        marked,
        st.sampled_from(heads),
        st.sampled_from(list(Symbology)),
        st.sampled_from((5, 9, 11)).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)),
        st.sampled_from(((9.5, 4.125), (6.0, 4.0), (5.0, 3.5))),
        STYLES,
    )


@settings(max_examples=150, deadline=None)
@given(marks(HEADS))
def test_what_is_drawn_is_the_mark_dot_by_dot_at_every_resolution(image: SprayImage | None) -> None:
    if image is None:
        return
    data = symbolic.describe(image.parts)
    assert data is not None
    firing = tuple(reversed(image.columns))
    assert symbolic.draw(data, len(firing), image.dots, round(image.dpi * 1000)) == firing
    encoding, shortened = shortest(firing, image.dots, round(image.dpi * 1000), image.parts, ALL, FACE)
    assert (encoding, shortened) == (Encoding.SYMBOLIC, data)
    assert len(data) < len(compress(firing, image.dots)[1]) // 2


@settings(max_examples=60, deadline=None)
@given(WORDS, st.sampled_from(HEADS), st.sampled_from((7.0, 9.5, 10.0, 12.25)), st.booleans())
def test_text_is_drawn_as_marking_draws_it(text: str, dpi: float, per_inch: float, upward: bool) -> None:
    style = TextStyle(0.1, per_inch)
    columns = text_columns(text, dpi, style)
    if not columns:
        return
    blank, dots = blank_columns(text, dpi, style), max(column.bit_length() for column in columns)
    part = DrawnText(text, -blank, 0, per_inch, 0.1)
    if upward:
        columns, dots, part = (
            turned_up(columns, dots),
            len(columns),
            replace(part, left=dots - 1, bottom=-blank, upward=True),
        )
    data = symbolic.describe((part,))
    assert data is not None
    assert symbolic.draw(data, len(columns), dots, round(dpi * 1000)) == tuple(reversed(columns))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(marks((100.0,)), st.integers(0, 7)), min_size=1, max_size=3))
@pytest.mark.usefixtures("every_device")
def test_every_encoding_fires_exactly_the_same_columns(cases: list[tuple[SprayImage | None, int]]) -> None:
    for image, encodings in cases:
        if image is None:
            continue
        rig = Rig(replace(DEVICE, encodings=encodings | 1))
        info = rig.open()
        assert info.encodings == encodings | 1
        edge = rig.letter()
        job = PrintJob(JobId(info.epoch, 1), PieceId(rig.device.boot, 1), edge, image)
        wire = wire_job(job, info, 0.0)
        assert info.encodings >> wire.begin.encoding & 1
        entry = rig.host.submit(wire)
        rig.settle(entry)
        assert (entry.state, entry.reason) == (State.READY, Reason.NONE)
        rig.at_head(edge)
        rig.move(20_000)
        rig.device.close()
        assert [dots for _, dots in rig.fired] == list(reversed(image.columns))
        first = edge + DEVICE.distance + wire.begin.offset
        assert [tick for tick, _ in rig.fired] == [first + 10 * k for k in range(len(image.columns))]


def symbolic_job(bench: Bench, text: str, vouched: str, counter: int) -> WireJob:
    """A job that draws `text` and vouches for `vouched`."""
    drawn, meant = (symbolic.describe((DrawnText(words, 2, 1, 9.5, 0.09),)) for words in (text, vouched))
    assert drawn is not None
    assert meant is not None
    columns = symbolic.draw(meant, 120, 10, 100_000)
    assert columns is not None
    head = JobBegin(1, counter, bench.device.boot, 1, 100, 80, 100, 100_000, len(drawn), 120, 10, Encoding.SYMBOLIC)
    return WireJob(head, drawn, commit_crc(head, raster(columns, 10)))


@pytest.mark.usefixtures("every_device")
def test_a_device_that_draws_anything_else_fires_nothing() -> None:
    bench = Bench()
    bench.letter(100)
    assert bench.offer(symbolic_job(bench, "SIM0001", "SIM0007", 1)) == (State.REFUSED, Reason.BAD_CRC)
    assert bench.offer(symbolic_job(bench, "SIM0001", "SIM0001", 2)) == (State.READY, Reason.NONE)
    bench.head(100 + SMALL.distance)
    bench.to(bench.belt + 5000)
    assert len(bench.fired) == 120


def test_a_device_with_another_face_is_never_sent_text_and_would_refuse_it() -> None:
    image = next(m for m in (marked(100.0, Symbology.IMB, "61114230001", (9.5, 4.125), MarkSettings()),) if m)
    for config in (replace(DEVICE, face=FACE ^ 1), replace(DEVICE, face=0), replace(DEVICE, encodings=3)):
        rig = Rig(config)
        wire = wire_job(PrintJob(JobId(1, 1), PieceId(1, 1), 0, image), rig.open(), 0.0)
        assert wire.begin.encoding == Encoding.DICTIONARY
    # Were the hash told wrongly: one dot more in one character, and no ink falls.
    liar = Bench()
    liar.letter(100)
    liar.device.jobs.glyphs = {**GLYPHS, ord("S"): (0x1F, *GLYPHS[ord("S")][1:])}  # type: ignore[union-attr]
    assert liar.offer(symbolic_job(liar, "SIM0001", "SIM0001", 1)) == (State.REFUSED, Reason.BAD_CRC)
    assert liar.offer(symbolic_job(liar, "1", "1", 2)) == (State.READY, Reason.NONE)


@pytest.mark.usefixtures("every_device")
def test_an_encoding_the_device_does_not_know_is_refused() -> None:
    bench = Bench(replace(SMALL, encodings=3))
    bench.letter(100)
    assert bench.offer(symbolic_job(bench, "SIM0001", "SIM0001", 1)) == (State.REFUSED, Reason.BAD_RASTER)
    head = symbolic_job(bench, "1", "1", 2)
    strange = WireJob(head.begin._replace(encoding=9), head.data, head.crc)
    assert bench.offer(strange) == (State.REFUSED, Reason.BAD_RASTER)


def test_a_mark_changed_after_it_was_drawn_travels_as_columns() -> None:
    image = marked(200.0, Symbology.POSTNET, "61114230001", (9.5, 4.125), MarkSettings())
    assert image is not None
    changed = (image.columns[0] ^ 1, *image.columns[1:])
    encoding, data = shortest(tuple(reversed(changed)), image.dots, 200_000, image.parts, ALL, FACE)
    assert encoding is Encoding.DICTIONARY
    assert expand(encoding, data, len(changed), image.dots) == raster(tuple(reversed(changed)), image.dots)


@pytest.mark.parametrize(
    "part",
    [
        DrawnText("é", 0, 0, 9.5, 0.09),
        DrawnText("1" * 300, 0, 0, 9.5, 0.09),
        DrawnText("1", 40_000, 0, 9.5, 0.09),
        DrawnText("1", 0, 0, 1e9, 0.09),
    ],
)
def test_what_has_no_place_in_a_symbolic_job_is_not_described(part: DrawnText) -> None:
    assert symbolic.describe((part,)) is None
    assert symbolic.describe((replace(part, text="1", left=0, per_inch=9.5),) * 5) is None
    assert symbolic.describe(()) is None


@given(st.binary(max_size=80), st.integers(1, 60), st.integers(1, 20))
def test_drawing_anything_gives_the_right_size_or_nothing(data: bytes, count: int, dots: int) -> None:
    for cut in (data, b"\1" + data, b"\2" + data):
        columns = symbolic.draw(cut, count, dots, 100_000)
        assert columns is None or (len(columns) == count and all(0 <= column < 1 << dots for column in columns))


def test_the_face_is_that_of_the_marks_and_of_the_document() -> None:
    rows = {
        ord(character): tuple(int(row.replace("#", "1").replace(".", "0"), 2) for row in dots)
        for character, dots in face().items()
    }
    assert rows == GLYPHS
    text = (Path(__file__).resolve().parents[2] / "docs" / "wire-protocol.md").read_text("utf-8")
    assert f"\n{FACE_TEXT}```" in text
    assert f"`0x{FACE:08x}`" in text
    assert zlib.crc32(FACE_TEXT.encode()) == FACE
