"""The rarer branches of the job table, on every device: jobs that are no jobs, questions out of turn, withdrawals."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from wire_bench import Bench
from wire_rig import LENGTH, MARK, SMALL, Bare, Rig, begin, every_device  # noqa: F401

from drivers.inkjet.frames import Flag, Frame, Type, encode
from drivers.inkjet.hostjobs import WireJob
from drivers.inkjet.messages import (
    SCHEMA,
    Event,
    EventAck,
    HelloRefused,
    JobCommit,
    JobPart,
    Kind,
    Reason,
    State,
    Status,
    commit_crc,
    pack,
    unpack,
)

pytestmark = pytest.mark.usefixtures("every_device")

READY = (State.READY, Reason.NONE)
HEAD = SMALL.distance


def refused(reason: Reason) -> tuple[State, Reason]:
    return State.REFUSED, reason


def changed(bench: Bench, edge: int, **fields: int) -> WireJob:
    """A job for piece 1 whose head says something else, vouched for all the same."""
    wire = begin(1, 1, bench.device.boot, 1, edge)
    head = wire.begin._replace(**fields)
    return WireJob(head, wire.data, commit_crc(head, b""))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"columns": 0}, Reason.TOO_LARGE),
        ({"columns": SMALL.max_columns + 1}, Reason.TOO_LARGE),
        ({"dots": SMALL.dots + 1}, Reason.BAD_RASTER),
        ({"dpi": 99_000}, Reason.BAD_RASTER),
        ({"length": 0}, Reason.BAD_RASTER),
        ({"length": 2 * len(MARK) + 1}, Reason.BAD_RASTER),
        ({"encoding": 7}, Reason.BAD_RASTER),
    ],
)
def test_a_job_that_this_head_cannot_fire_is_refused(fields: dict[str, int], reason: Reason) -> None:
    bench = Bench()
    edge = bench.letter(100)
    assert bench.offer(changed(bench, edge, **fields)) == refused(reason)
    assert bench.job(1, edge) == READY  # the letter may still have one


def test_data_out_of_order_too_many_or_of_another_job_make_no_raster() -> None:
    bench = Bench()
    edge = bench.letter(100)
    wire = begin(1, 1, bench.device.boot, 1, edge)
    for parts in (
        [(1, 1, wire.data)],  # not from its beginning
        [(1, 0, wire.data + b"\0")],  # more than was said
        [(2, 0, wire.data)],  # another job's
        [],
    ):
        bench.host.send(Type.JOB_BEGIN, pack(wire.begin))
        for counter, at, data in parts:
            bench.host.send(Type.JOB_DATA, pack(JobPart(1, counter, at), data))
        commit = pack(JobCommit(1, 1, wire.crc))
        assert bench.answer(bench.host.send(Type.JOB_COMMIT, commit)) == refused(Reason.BAD_RASTER)
    bench.host.send(Type.JOB_DATA, pack(JobPart(1, 1, 0), wire.data))  # nothing loads any more
    assert bench.word(Type.QUERY, 1, 1) == refused(Reason.UNKNOWN_JOB)
    assert bench.offer(wire) == READY


def test_a_commit_of_what_does_not_load_drops_nothing() -> None:
    bench = Bench()
    edge = bench.letter(100)
    assert bench.answer(bench.host.send(Type.JOB_COMMIT, pack(JobCommit(1, 9, 1)))) == refused(Reason.UNKNOWN_JOB)
    wire = begin(1, 1, bench.device.boot, 1, edge)
    bench.host.send(Type.JOB_BEGIN, pack(wire.begin))
    bench.host.send(Type.JOB_DATA, pack(JobPart(1, 1, 0), wire.data))
    assert bench.answer(bench.host.send(Type.JOB_COMMIT, pack(JobCommit(1, 2, wire.crc)))) == refused(
        Reason.UNKNOWN_JOB
    )
    assert bench.answer(bench.host.send(Type.JOB_COMMIT, pack(JobCommit(1, 1, wire.crc)))) == READY


def test_a_job_that_loads_is_said_to_and_is_forgotten_when_it_is_cancelled() -> None:
    bench = Bench()
    edge = bench.letter(100)
    wire = begin(1, 1, bench.device.boot, 1, edge)
    bench.host.send(Type.JOB_BEGIN, pack(wire.begin))
    assert bench.word(Type.QUERY, 1, 1) == (State.LOADING, Reason.NONE)
    assert bench.word(Type.QUERY, 1, 2) == refused(Reason.UNKNOWN_JOB)
    assert bench.word(Type.CANCEL, 1, 2) == refused(Reason.UNKNOWN_JOB)
    assert bench.word(Type.QUERY, 1, 1) == (State.LOADING, Reason.NONE)
    assert bench.word(Type.CANCEL, 1, 1) == refused(Reason.UNKNOWN_JOB)
    assert bench.word(Type.QUERY, 1, 1) == refused(Reason.UNKNOWN_JOB)


def test_an_epoch_to_come_is_a_bad_request() -> None:
    bench = Bench()
    edge = bench.letter(100)
    assert bench.offer(begin(2, 1, bench.device.boot, 1, edge)) == refused(Reason.BAD_REQUEST)


def test_a_mark_that_falls_is_not_purged() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300)]
    assert [bench.job(n, edge) for n, edge in enumerate(edges, 1)] == [READY, READY]
    bench.head(100 + HEAD)
    bench.to(100 + HEAD + 101)  # its first columns have fallen
    assert bench.result(Type.DISABLE) is Reason.NONE
    assert bench.result(Type.PURGE) is Reason.NONE
    bench.to(100 + HEAD + 600)
    assert len(bench.fired) == len(MARK)
    ends = [(piece, state, reason) for kind, piece, state, reason in bench.events() if kind is Kind.JOB_ENDED]
    assert sorted(ends) == [(1, State.DONE, Reason.NONE), (2, State.CANCELLED, Reason.PURGED)]


def test_results_of_an_earlier_epoch_are_forgotten_without_a_mark_in_this_one() -> None:
    bench = Bench()
    edge = bench.letter(100)
    assert bench.job(1, edge, counter=40) == READY
    assert bench.word(Type.CANCEL, 1, 40)[0] is State.CANCELLED
    bench.events()
    bench.forget()
    bench.host.hello(2, last=1)  # the next epoch
    assert bench.result(Type.PURGE) is Reason.NONE  # a new epoch begins disabled
    assert bench.word(Type.QUERY, 1, 40) == refused(Reason.UNKNOWN_JOB)
    bench.host.send(Type.ENABLE)
    edge = bench.letter(1500)
    assert bench.offer(begin(2, 1, bench.device.boot, 2, edge)) == READY


def test_a_second_leading_edge_without_a_trailing_one_is_the_same_letter() -> None:
    bench = Bench()
    bench.to(100)
    bench.device.camera_edge(True)
    bench.to(300)
    bench.device.camera_edge(True)
    bench.to(100 + LENGTH)
    bench.device.camera_edge(False)
    bench.to(100 + LENGTH + SMALL.debounce)
    assert bench.events() == [(Kind.PIECE_IN, 1, 0, 0)]


def test_what_the_host_has_still_to_be_sent_is_counted() -> None:
    bench = Bench()
    bench.letter(100)
    assert bench.device.unsent == 1
    bench.events()
    assert bench.device.unsent == 0


def test_tall_marks_find_no_room_while_others_wait() -> None:
    bench = Bench(replace(SMALL, raster_bytes=2 * len(MARK) + 3))
    edges = [bench.letter(at) for at in (100, 1300)]
    assert bench.job(1, edges[0]) == READY
    assert bench.job(2, edges[1]) == refused(Reason.NO_CREDIT)
    assert bench.word(Type.CANCEL, 1, 1)[0] is State.CANCELLED
    assert bench.job(2, edges[1]) == READY


@pytest.mark.parametrize("kind", [0x00, 0x08, 0x0F, 0x17, 0x80, 0x86, 0x8F, 0x94, 0xFF])
def test_a_frame_of_no_known_type_is_counted_and_dropped(kind: int) -> None:
    bench = Bench()
    before = rx_bad(bench)
    frame = Frame(cast("Type", kind), b"", bench.host.session, bench.host.seq, 1, Flag.NEEDS_ACK)
    assert bench.host.raw(encode(frame, SCHEMA)) == []
    assert rx_bad(bench) == before + 1
    assert bench.result(Type.ENABLE) is Reason.NONE  # its number was not used up


def rx_bad(bench: Bench) -> int:
    told = [unpack(Status, frame.payload) for frame in bench.host.poll(0.11) if frame.type is Type.STATUS]
    assert told[-1] is not None
    return told[-1].rx_bad


def test_events_made_durable_before_they_were_acknowledged_as_heard_are_gone() -> None:
    bench = Bench()
    bench.letter(100)
    bench.host.poll(0.01)  # sent; the header of what follows still expects it
    bench.host.send(Type.EVENT_ACK, pack(EventAck(1)))
    bench.letter(1500)
    told = [unpack(Event, frame.payload) for frame in bench.host.poll(0.01) if frame.type is Type.EVENT]
    assert [event.number for event in told if event is not None] == [2]


def test_a_piece_that_was_never_seen_is_not_awaited() -> None:
    bench = Bench()
    bench.letter(100)
    assert bench.device.expects(1)
    assert not bench.device.expects(2)
    bench.to(100 + HEAD + SMALL.max_window + 1)
    assert not bench.device.expects(1)


def test_data_for_a_job_that_was_dropped_or_refused_at_its_begin_is_taken_nowhere() -> None:
    bench = Bench()
    edge = bench.letter(100)
    wire = changed(bench, edge, encoding=7)
    bench.host.send(Type.JOB_BEGIN, pack(wire.begin))
    bench.host.send(Type.JOB_DATA, pack(JobPart(1, 1, 0), wire.data))
    bench.host.poll(2.5)  # the host falls silent
    bench.host.send(Type.JOB_DATA, pack(JobPart(1, 1, len(wire.data)), wire.data))
    assert bench.word(Type.QUERY, 1, 1) == refused(Reason.UNKNOWN_JOB)
    commit = pack(JobCommit(1, 1, wire.crc))
    assert bench.answer(bench.host.send(Type.JOB_COMMIT, commit)) == refused(Reason.HOST_SILENT)


def test_no_epoch_is_left_after_the_last() -> None:
    bench = Bench()
    answers = bench.host.hello(2, last=1, epoch=0xFFFFFFFE)
    assert [frame.type for frame in answers] == [Type.HELLO_ACK]
    refusal = unpack(HelloRefused, bench.host.hello(3, last=2)[0].payload)
    assert refusal is not None
    assert refusal.reason == Reason.BAD_REQUEST


def test_a_raster_made_by_fewer_bytes_than_were_said_is_not_vouched_for() -> None:
    bench = Bench()
    edge = bench.letter(100)
    wire = begin(1, 1, bench.device.boot, 1, edge, (1,) * 30)  # a dictionary of one, and one run
    longer = WireJob(wire.begin._replace(length=len(wire.data) + 1), wire.data, wire.crc)
    assert bench.offer(longer) == refused(Reason.BAD_CRC)
    assert bench.offer(wire) == READY


def test_a_frame_before_any_session_is_answered_so() -> None:
    device = Rig.device_of(SMALL)
    host = Bare(device, 1.0)
    told = [unpack(HelloRefused, frame.payload) for frame in host.send(Type.ENABLE)]
    assert [refusal.reason for refusal in told if refusal is not None] == [Reason.NO_SESSION]


def test_what_loads_is_known_by_epoch_and_counter() -> None:
    bench = Bench()
    edge = bench.letter(100)
    bench.host.send(Type.JOB_BEGIN, pack(begin(1, 1, bench.device.boot, 1, edge).begin))
    assert bench.word(Type.QUERY, 2, 1) == refused(Reason.UNKNOWN_JOB)
    assert bench.word(Type.QUERY, 1, 1) == (State.LOADING, Reason.NONE)


def test_a_letter_that_comes_under_the_mark_of_the_one_before_gets_none() -> None:
    bench = Bench()
    long = (1,) * 1500  # longer than the letters' pitch
    edges = [bench.letter(at) for at in (100, 1300)]
    for number, edge in enumerate(edges, 1):
        assert bench.offer(begin(1, number, bench.device.boot, number, edge, long)) == READY
    bench.head(100 + HEAD)
    bench.head(1300 + HEAD)
    bench.to(1300 + HEAD + 2000)
    assert len(bench.fired) == 1500
    ends = [(piece, state, reason) for kind, piece, state, reason in bench.events() if kind is Kind.JOB_ENDED]
    assert sorted(ends) == [(1, State.DONE, Reason.NONE), (2, State.FAULT, Reason.HEAD_FAULT)]
