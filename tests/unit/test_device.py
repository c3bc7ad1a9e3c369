"""Every device by hand: frames in, frames out, edges and ticks. Points are those of the wire's second look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wire_bench import Bench
from wire_rig import LENGTH, MARK, SMALL, Bare, Rig, begin, every_device  # noqa: F401

from drivers.inkjet.columns import raster
from drivers.inkjet.frames import Flag, Frame, Type, encode
from drivers.inkjet.hostjobs import WireJob
from drivers.inkjet.messages import (
    SCHEMA,
    Config,
    Event,
    EventAck,
    HelloAck,
    HelloRefused,
    JobCommit,
    JobPart,
    Kind,
    Nak,
    Piece,
    PieceR,
    Reason,
    State,
    Status,
    Trigger,
    commit_crc,
    pack,
    unpack,
)

pytestmark = pytest.mark.usefixtures("every_device")

REACH = SMALL.distance - 80 - SMALL.margin  # the window of `begin` and the margin


READY = (State.READY, Reason.NONE)


def refused(reason: Reason) -> tuple[State, Reason]:
    return State.REFUSED, reason


def test_a_job_fires_on_its_letter_and_nowhere_else() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300)]
    assert bench.job(2, edges[1]) == READY
    bench.head(100 + SMALL.distance)
    assert not bench.fired
    bench.head(1300 + SMALL.distance)
    bench.to(9000)
    assert bench.fired == [1300 + SMALL.distance + 100 + k for k in range(len(MARK))]
    assert bench.events() == [
        (Kind.PIECE_IN, 1, 0, 0),
        (Kind.PIECE_IN, 2, 0, 0),
        (Kind.PIECE_OUT, 1, 0, Reason.NO_JOB),
        (Kind.JOB_ENDED, 2, State.DONE, 0),
    ]


def test_point_1_a_letter_lost_or_added_on_the_way_costs_one_letter() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300, 2500)]
    for number, edge in enumerate(edges, 1):
        assert bench.job(number, edge) == READY
    bench.head(100 + SMALL.distance)
    bench.head(700 + SMALL.distance)  # a letter from nowhere
    assert bench.device.strays == 1
    bench.head(2500 + SMALL.distance)  # and the second never came
    bench.to(9000)
    states = [(piece, state) for kind, piece, state, _ in bench.events() if kind is Kind.JOB_ENDED]
    assert states == [(1, State.DONE), (2, State.MISSED_NO_PIECE), (3, State.DONE)]
    assert len(bench.fired) == 2 * len(MARK)


@pytest.mark.parametrize(("slip", "state"), [(-80, State.DONE), (80, State.DONE), (81, State.MISSED_NO_PIECE)])
def test_a_letter_that_slipped_beyond_the_window_is_not_sprayed(slip: int, state: State) -> None:
    bench = Bench()
    bench.job(1, bench.letter(100))
    bench.head(100 + SMALL.distance + slip)
    bench.to(9000)
    assert bench.events()[-1][2] == state
    assert bool(bench.fired) is (state is State.DONE)


@pytest.mark.parametrize("filling", [b"\x01", bytes(range(256)) + b"\x11\x13\x00" * 80])
def test_a_frame_cut_in_two_at_any_offset_is_taken_once(filling: bytes) -> None:
    host = Bench().host
    payload = pack(JobPart(1, 1, 0), filling)
    for at in range(1, len(encode(Frame(Type.JOB_DATA, payload), SCHEMA))):
        frame = Frame(Type.JOB_DATA, payload, host.session, host.seq, host.ack & 0xFFFF, Flag.NEEDS_ACK)
        data = encode(frame, SCHEMA)
        host.seq += 1
        answers = [*host.raw(data[:at]), *host.raw(data[at:])]
        assert [(answer.type, answer.ack) for answer in answers] == [(Type.ACK, host.seq)]


def test_letters_closer_than_the_window_are_none_of_them_sprayed() -> None:
    bench = Bench(replace(SMALL, max_window=1300))
    edges = [bench.letter(at) for at in (100, 1300, 2500)]
    for number, edge in enumerate(edges, 1):
        assert bench.job(number, edge) == READY
    for edge in edges:
        bench.head(edge + SMALL.distance)
    bench.to(9000)
    assert not bench.fired  # the second's edge finds the third alone still to come: it is not taken for it
    ends = [(piece, reason) for kind, piece, _, reason in bench.events() if kind is Kind.JOB_ENDED]
    assert ends == [(number, Reason.WINDOW_OVERLAP) for number in (1, 2, 3)]


def test_point_3_another_boot_is_stale() -> None:
    bench = Bench()
    edge = bench.letter(100)
    job = begin(1, 1, bench.device.boot ^ 1, 1, edge)
    assert bench.offer(job) == refused(Reason.STALE_BOOT)


def test_point_4_the_previous_hosts_nonce_is_told_and_power_forgets_it() -> None:
    device = Rig.device_of(SMALL)
    host = Bare(device)
    first = unpack(HelloAck, host.hello(7)[0].payload)
    assert first is not None
    again = unpack(HelloAck, host.hello(8, last=7)[0].payload)
    assert again is not None
    assert (first.previous_nonce, again.previous_nonce) == (0, 7)
    assert first.boot == again.boot
    device.reboot()
    device.nv.wipe()
    third = unpack(HelloAck, host.hello(9, last=8)[0].payload)
    assert third is not None
    assert (third.previous_nonce, third.boot == first.boot) == (0, False)


def test_point_5_a_bouncing_photocell_makes_one_piece() -> None:
    bench = Bench()
    triggers: list[int] = []
    bench.device.on_trigger = lambda trigger, number: triggers.append(trigger)
    for tick, leading in ((100, True), (101, False), (103, True), (1050, False), (1052, True), (1054, False)):
        bench.to(tick)
        bench.device.camera_edge(leading)
    bench.to(1200)
    assert bench.events() == [(Kind.PIECE_IN, 1, 0, 0)]
    assert triggers == [1]
    assert bench.told[-1].value == 954
    bench.to(1300)
    bench.device.camera_edge(True)
    bench.to(1310)
    bench.device.camera_edge(False)
    bench.to(1400)
    assert bench.events() == []  # ten ticks are no letter


def test_point_5_reversal_voids_what_is_in_transit_and_makes_no_piece() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300)]
    bench.job(1, edges[0])
    bench.to(2000)
    bench.device.camera_edge(True)
    bench.device.camera_edge(False)
    bench.to(2400)
    told = bench.events()[2:]
    assert (Kind.JOB_ENDED, 1, State.MISSED_NO_PIECE, Reason.REVERSED) in told
    assert (Kind.PIECE_OUT, 2, 0, Reason.REVERSED) in told
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert not bench.fired
    assert bench.events() == []


def test_the_letter_after_one_taken_out_of_the_photocell_is_seen() -> None:
    bench = Bench()
    bench.to(100)
    bench.device.camera_edge(True)
    bench.to(400)
    bench.to(50)  # the belt runs back, and the letter is taken away
    bench.device.camera_edge(False)
    edge = bench.letter(1300)
    assert bench.events() == [(Kind.PIECE_IN, 2, 0, 0)]
    assert bench.job(2, edge) == READY


def test_reversal_and_standstill_while_firing_abort_the_mark() -> None:
    for stop in (False, True):
        bench = Bench()
        bench.job(1, bench.letter(100))
        bench.head(100 + SMALL.distance)
        bench.to(100 + SMALL.distance + 102)
        if stop:
            bench.host.poll(0.1)
            bench.host.poll(1.0)
        else:
            bench.to(100 + SMALL.distance)
        reason = Reason.STOPPED if stop else Reason.REVERSED
        assert bench.word(Type.QUERY, 1, 1) == (State.ABORTED, reason)
        bench.to(9000)
        assert len(bench.fired) == 3


def test_point_7_an_older_epoch_and_a_forgotten_number_are_too_old() -> None:
    bench = Bench(replace(SMALL, results=1, slots=1))
    edges = [bench.letter(at) for at in (100, 1300, 2500)]
    for number, edge in enumerate(edges[:2], 1):
        assert bench.job(number, edge) == READY
        bench.word(Type.CANCEL, 1, number)
        bench.events()
        bench.forget()
    assert bench.word(Type.QUERY, 1, 1) == refused(Reason.UNKNOWN_JOB)
    assert bench.job(3, edges[2], counter=1) == refused(Reason.TOO_OLD)
    assert bench.offer(begin(0, 9, bench.device.boot, 3, edges[2])) == refused(Reason.TOO_OLD)
    assert bench.offer(begin(2, 9, bench.device.boot, 3, edges[2])) == refused(Reason.BAD_REQUEST)


def test_point_8_a_commit_that_does_not_vouch_for_every_field_is_refused() -> None:
    bench = Bench()
    edge = bench.letter(100)
    good = begin(1, 1, bench.device.boot, 1, edge)
    for field in ("piece", "origin", "window", "offset"):
        other = good.begin._replace(**{field: getattr(good.begin, field) + 1})
        assert bench.offer(WireJob(other, good.data, good.crc)) == refused(Reason.BAD_CRC), field
    spoilt = good.data[:-1] + bytes((good.data[-1] ^ 1,))
    assert bench.offer(WireJob(good.begin, spoilt, good.crc))[0] is State.REFUSED
    assert bench.offer(good) == READY


def test_point_8_a_commit_is_idempotent_and_another_crc_is_a_conflict_at_any_time() -> None:
    bench = Bench()
    edge = bench.letter(100)
    job = begin(1, 1, bench.device.boot, 1, edge)
    other = begin(1, 1, bench.device.boot, 1, edge, (1, 2, 3))
    assert bench.offer(job) == READY
    assert bench.offer(job) == READY
    assert bench.offer(other) == refused(Reason.CONFLICT)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert bench.offer(job) == (State.DONE, Reason.NONE)
    assert bench.offer(other) == refused(Reason.CONFLICT)
    assert len(bench.fired) == len(MARK)


def test_point_9_results_are_never_overwritten_while_unacknowledged() -> None:
    bench = Bench(replace(SMALL, results=2))
    edges = [bench.letter(at) for at in (100, 1300, 2500)]
    for number in (1, 2):
        bench.job(number, edges[number - 1])
        assert bench.word(Type.CANCEL, 1, number)[0] is State.CANCELLED
    assert bench.job(3, edges[2]) == refused(Reason.NO_CREDIT)
    bench.events()
    assert bench.job(3, edges[2]) == refused(Reason.NO_CREDIT)  # heard, but not durable
    bench.forget()
    assert bench.job(3, edges[2]) == READY
    assert bench.word(Type.QUERY, 1, 2)[0] is State.CANCELLED


def test_point_9_lost_piece_events_are_a_counted_gap_and_a_jobs_end_always_has_its_place() -> None:
    bench = Bench(replace(SMALL, log=4))
    first = bench.letter(100)
    assert bench.job(1, first) == READY
    for at in (1300, 2500):
        bench.letter(at)
    bench.head(100 + SMALL.distance)
    for at in (4400, 5600):
        bench.letter(at)
    told = bench.events()
    assert (Kind.JOB_ENDED, 1, State.DONE, 0) in told
    entered = sum(kind is Kind.PIECE_IN for kind, *_ in told)
    lost = bench.device.lost
    assert (entered, lost) == (2, 4)  # three entries and the second letter's missing
    bench.forget()
    gap = bench.host.poll(0.01)
    counts = [event.value for f in gap if f.type is Type.EVENT and (event := unpack(Event, f.payload)) is not None]
    assert counts == [lost]


def test_point_9_credit_that_went_while_the_job_was_loading_is_no_credit() -> None:
    bench = Bench(replace(SMALL, log=4))
    job = begin(1, 1, bench.device.boot, 1, bench.letter(100))
    bench.host.send(Type.JOB_BEGIN, pack(job.begin))
    bench.host.send(Type.JOB_DATA, pack(JobPart(1, 1, 0), job.data))
    for at in (1300, 2500):
        bench.letter(at)
    assert bench.answer(bench.host.send(Type.JOB_COMMIT, pack(JobCommit(1, 1, job.crc)))) == refused(Reason.NO_CREDIT)
    bench.events()
    bench.forget()
    assert bench.offer(job) == READY


def test_point_9_purge_needs_spraying_off_and_never_lowers_the_mark() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300)]
    bench.job(1, edges[0])
    assert bench.result(Type.PURGE) is Reason.BAD_REQUEST
    assert bench.result(Type.DISABLE) is Reason.NONE
    assert bench.job(2, edges[1]) == refused(Reason.DISABLED)
    assert bench.result(Type.PURGE) is Reason.NONE
    assert bench.word(Type.QUERY, 1, 1) == (State.CANCELLED, Reason.PURGED)
    bench.events()
    bench.forget()
    assert bench.result(Type.PURGE) is Reason.NONE
    assert bench.word(Type.QUERY, 1, 1) == refused(Reason.UNKNOWN_JOB)
    bench.result(Type.ENABLE)
    assert bench.job(2, edges[1], counter=1) == refused(Reason.TOO_OLD)
    assert bench.job(2, edges[1]) == READY


def test_spraying_disabled_keeps_a_ready_job_from_firing() -> None:
    bench = Bench()
    bench.job(1, bench.letter(100))
    bench.result(Type.DISABLE)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert not bench.fired
    assert bench.events()[-1] == (Kind.JOB_ENDED, 1, State.CANCELLED, Reason.DISABLED)


def test_events_are_not_acknowledged_before_they_were_sent() -> None:
    bench = Bench()
    bench.letter(100)
    bench.host.send(Type.EVENT_ACK, pack(EventAck(99)))
    assert bench.events() == [(Kind.PIECE_IN, 1, 0, 0)]


def test_point_12_a_second_hello_is_refused_while_a_session_is_alive() -> None:
    bench = Bench()
    other = Bare(bench.device)
    answer = other.hello(2)
    told = unpack(HelloRefused, answer[0].payload)
    assert told is not None
    assert told.reason == Reason.BUSY
    other.now = 2.5
    assert other.hello(3)[0].type is Type.HELLO_ACK


@pytest.mark.parametrize(("tick", "state"), [(100 + REACH, State.READY), (101 + REACH, State.MISSED_LATE)])
def test_point_13_late_is_judged_at_the_earliest_edge_less_the_margin(tick: int, state: State) -> None:
    bench = Bench()
    edge = bench.letter(100)
    bench.to(tick)
    assert bench.job(1, edge)[0] is state
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert bool(bench.fired) is (state is State.READY)
    assert [event[:3] for event in bench.events()][-1] == (
        Kind.JOB_ENDED,
        1,
        State.DONE if state is State.READY else State.MISSED_LATE,
    )


def test_a_job_for_a_letter_that_has_passed_is_late() -> None:
    bench = Bench()
    edge = bench.letter(100)
    bench.head(100 + SMALL.distance)
    assert bench.job(1, edge) == (State.MISSED_LATE, Reason.LATE)
    assert not bench.fired


def test_point_15_after_silence_no_job_is_taken_but_a_ready_one_may_fire() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300)]
    assert bench.job(1, edges[0]) == READY
    job = begin(1, 2, bench.device.boot, 2, edges[1])
    bench.host.send(Type.JOB_BEGIN, pack(job.begin))
    bench.host.send(Type.JOB_DATA, pack(JobPart(1, 2, 0), job.data))
    bench.host.poll(2.1)
    assert bench.answer(bench.host.send(Type.JOB_COMMIT, pack(JobCommit(1, 2, job.crc)))) == refused(Reason.HOST_SILENT)
    bench.host.poll(2.1)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert len(bench.fired) == len(MARK)


def test_point_16_jobs_grow_old_by_time() -> None:
    bench = Bench()
    bench.result(Type.CONFIG, pack(Config(5000, 2000, Trigger.PHOTOCELL)))
    bench.job(1, bench.letter(100))
    bench.host.poll(5.1)
    assert bench.word(Type.QUERY, 1, 1) == (State.EXPIRED, Reason.AGE)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert not bench.fired


def test_point_16_jobs_grow_old_by_encoder_count() -> None:
    bench = Bench()
    bench.job(1, bench.letter(100))
    bench.to(100 + SMALL.distance + SMALL.max_window + 1)
    assert bench.word(Type.QUERY, 1, 1) == (State.MISSED_NO_PIECE, Reason.NO_PIECE)


def test_point_16_a_window_wider_than_the_device_allows_is_refused() -> None:
    bench = Bench()
    job = begin(1, 1, bench.device.boot, 1, bench.letter(100))
    wide = job.begin._replace(window=SMALL.max_window + 1)
    crc = commit_crc(wide, raster(MARK, SMALL.dots))
    assert bench.offer(WireJob(wide, job.data, crc)) == refused(Reason.WINDOW_TOO_WIDE)


def test_point_17_pieces_come_from_the_host_on_a_bench_only() -> None:
    bench = Bench()
    piece = pack(Piece(77, 950))

    def told(frames: list[Frame]) -> PieceR:
        found = next(unpack(PieceR, f.payload) for f in frames if f.type is Type.PIECE_R)
        assert found is not None
        return found

    assert told(bench.host.send(Type.PIECE, piece)).reason == Reason.NOT_BENCH
    assert bench.result(Type.CONFIG, pack(Config(60_000, 2000, Trigger.BENCH))) is Reason.NONE
    status = next(unpack(Status, f.payload) for f in bench.host.poll(0.2) if f.type is Type.STATUS)
    assert status is not None
    assert status.trigger == Trigger.BENCH
    first = told(bench.host.send(Type.PIECE, piece))
    assert told(bench.host.send(Type.PIECE, piece)) == first
    assert bench.events() == [(Kind.PIECE_IN, 1, 0, 0)]
    edge = bench.device.encoder & 0xFFFFFFFF
    assert bench.job(1, edge) == READY
    bench.hear(0.1)
    bench.hear(0.1)
    assert bench.word(Type.QUERY, 1, 1) == (State.DONE, Reason.NONE)
    assert len(bench.fired) == len(MARK)
    told(bench.host.send(Type.PIECE, pack(Piece(78, 950))))
    told(bench.host.send(Type.PIECE, pack(Piece(79, 950))))
    assert bench.events()[-2:] == [(Kind.PIECE_OUT, 2, 0, Reason.NO_JOB), (Kind.PIECE_IN, 3, 0, 0)]
    bench.letter(200_000)
    assert bench.events() == []  # the photocell has no say on a bench


def on_a_bench() -> Bench:
    bench = Bench()
    assert bench.result(Type.CONFIG, pack(Config(60_000, 2000, Trigger.BENCH))) is Reason.NONE
    return bench


def announced(bench: Bench, tag: int) -> PieceR:
    frames = bench.host.send(Type.PIECE, pack(Piece(tag, LENGTH)))
    found = next(unpack(PieceR, f.payload) for f in frames if f.type is Type.PIECE_R)
    assert found is not None
    return found


def test_point_17_a_job_for_a_piece_that_made_way_does_not_fall_on_the_next() -> None:
    bench = on_a_bench()
    announced(bench, 1)
    announced(bench, 2)
    edge = bench.device.encoder & 0xFFFFFFFF
    assert bench.job(1, edge) == (State.MISSED_LATE, Reason.LATE)
    bench.hear(0.2)
    bench.hear(0.2)
    assert not bench.fired
    assert bench.job(2, edge) == READY


def test_point_17_no_piece_comes_while_a_mark_falls_on_the_one_before() -> None:
    bench = on_a_bench()
    announced(bench, 1)
    assert bench.job(1, bench.device.encoder & 0xFFFFFFFF) == READY
    assert announced(bench, 2).reason == Reason.BUSY
    bench.hear(0.1)
    bench.hear(0.1)
    assert bench.word(Type.QUERY, 1, 1) == (State.DONE, Reason.NONE)
    assert announced(bench, 2).reason == Reason.NONE
    assert len(bench.fired) == len(MARK)


def test_letters_on_the_belt_pass_unsprayed_when_the_trigger_changes() -> None:
    bench = Bench()
    edges = [bench.letter(at) for at in (100, 1300)]
    assert bench.result(Type.CONFIG, pack(Config(60_000, 2000, Trigger.BENCH))) is Reason.NONE
    for number, edge in enumerate(edges, 1):
        assert bench.job(number, edge) == (State.MISSED_LATE, Reason.LATE)
    bench.hear(0.2)
    bench.to(9000)
    assert not bench.fired
    assert (Kind.PIECE_OUT, 2, 0, Reason.NO_JOB) in bench.events()


def test_a_refusal_leaves_no_trace_and_is_not_said_to_load() -> None:
    bench = Bench()
    edge = bench.letter(100)
    assert bench.offer(begin(1, 1, bench.device.boot ^ 1, 1, edge)) == refused(Reason.STALE_BOOT)
    assert bench.word(Type.QUERY, 1, 1) == refused(Reason.UNKNOWN_JOB)
    assert bench.result(Type.DISABLE) is Reason.NONE
    assert bench.job(1, edge, counter=2) == refused(Reason.DISABLED)
    assert bench.word(Type.QUERY, 1, 2) == refused(Reason.UNKNOWN_JOB)
    bench.result(Type.ENABLE)
    assert bench.job(1, edge, counter=3) == READY


def test_a_device_without_a_photocell_says_so() -> None:
    bench = Bench(replace(SMALL, photocell=False))
    assert bench.result(Type.CONFIG, pack(Config(60_000, 2000, Trigger.PHOTOCELL))) is Reason.NO_PHOTOCELL
    assert bench.result(Type.CONFIG, pack(Config(60_000, 2000, Trigger.BENCH))) is Reason.NONE


@pytest.mark.parametrize("start", [0, 0xFFFFFFFF - 500, 0xFFFFFFFF - 3000, 0x7FFFFFFF - 3000])
def test_the_encoder_may_wrap_anywhere(start: int) -> None:
    bench = Bench(start=start)
    edges = [bench.letter(at) for at in (100, 1300)]
    assert [bench.job(number, edge) for number, edge in enumerate(edges, 1)] == [READY, READY]
    for at in (100, 1300):
        bench.head(at + SMALL.distance)
    bench.to(9000)
    assert len(bench.fired) == 2 * len(MARK)
    assert bench.fired[0] == 200 + SMALL.distance


def test_short_gap_and_double_feed_are_told_and_never_sprayed() -> None:
    bench = Bench()
    first = bench.letter(100)
    second = bench.letter(100 + LENGTH + 30)
    third = bench.letter(2300, length=1600)
    for number, edge in ((1, first), (2, second)):
        assert bench.job(number, edge) == refused(Reason.SHORT_GAP)
    assert bench.job(3, third) == refused(Reason.DOUBLE_FEED)
    bench.head(100 + SMALL.distance)
    bench.to(12_000)
    assert not bench.fired
    outs = [(piece, reason) for kind, piece, _, reason in bench.events() if kind is Kind.PIECE_OUT]
    assert outs == [(1, Reason.SHORT_GAP), (2, Reason.NO_PIECE), (3, Reason.NO_PIECE)]


def test_a_job_already_ready_when_the_next_letter_comes_too_close_is_withheld() -> None:
    bench = Bench()
    assert bench.job(1, bench.letter(100)) == READY
    bench.letter(100 + LENGTH + 30)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert not bench.fired
    assert bench.word(Type.QUERY, 1, 1) == (State.MISSED_NO_PIECE, Reason.SHORT_GAP)


def test_a_piece_takes_one_job_and_a_wrong_origin_none() -> None:
    bench = Bench()
    edge = bench.letter(100)
    assert bench.job(1, edge + 81, counter=9) == refused(Reason.BAD_ORIGIN)
    assert bench.job(7, edge) == refused(Reason.UNKNOWN_PIECE)
    assert bench.job(1, edge) == READY
    assert bench.job(1, edge, counter=2) == refused(Reason.PIECE_TAKEN)
    assert bench.word(Type.CANCEL, 1, 1) == (State.CANCELLED, Reason.HOST_CANCEL)
    assert bench.job(1, edge, counter=3) == refused(Reason.PIECE_TAKEN)


def test_a_job_being_fired_cannot_be_withdrawn() -> None:
    bench = Bench()
    bench.job(1, bench.letter(100))
    bench.head(100 + SMALL.distance)
    bench.to(100 + SMALL.distance + 101)
    assert bench.word(Type.CANCEL, 1, 1) == (State.FIRING, Reason.NONE)
    bench.to(9000)
    assert len(bench.fired) == len(MARK)


def test_a_head_that_is_not_ready_fires_nothing_and_says_so() -> None:
    bench = Bench()
    bench.job(1, bench.letter(100))
    bench.device.head_ready(False)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert not bench.fired
    assert bench.events()[-1] == (Kind.JOB_ENDED, 1, State.FAULT, Reason.HEAD_FAULT)


def test_a_head_that_is_not_ready_fires_nothing_on_a_bench_either() -> None:
    bench = on_a_bench()
    announced(bench, 1)
    bench.device.head_ready(False)
    assert bench.job(1, bench.device.encoder) == READY
    bench.hear(0.2)
    assert not bench.fired
    assert bench.word(Type.QUERY, 1, 1) == (State.FAULT, Reason.HEAD_FAULT)


def test_after_a_farewell_the_session_is_none_and_ready_jobs_stay() -> None:
    bench = Bench()
    assert bench.job(1, bench.letter(100)) == READY
    tag = bench.host.session
    bench.host.send(Type.BYE)
    bench.host.now = 1.0
    told = unpack(HelloRefused, bench.host.send(Type.DISABLE)[0].payload)
    assert told is not None
    assert (told.nonce, told.reason) == (tag, Reason.NO_SESSION)
    bench.head(100 + SMALL.distance)
    bench.to(9000)
    assert len(bench.fired) == len(MARK)


def test_no_host_can_use_up_the_epochs() -> None:
    device = Rig.device_of(SMALL)
    for epoch, floor in ((0xFFFFFFFF, 0), (0, 0xFFFFFFFF), (0, 0xFFFFFFFE)):
        told = unpack(HelloRefused, Bare(device).hello(3, epoch=epoch, floor=floor)[0].payload)
        assert told is not None
        assert told.reason == Reason.BAD_REQUEST
    assert Bare(device).hello(0) == []
    ack = unpack(HelloAck, Bare(device).hello(4)[0].payload)
    assert ack is not None
    assert ack.epoch == 1


def test_commands_of_another_length_are_acknowledged_and_not_executed() -> None:
    bench = Bench()
    for kind in (Type.DISABLE, Type.CONFIG, Type.PURGE, Type.QUERY):
        assert [f.type for f in bench.host.send(kind, b"x")] == [Type.ACK]
    assert bench.device.enabled
    assert bench.result(Type.CONFIG, pack(Config(60_000, 2000, 2))) is Reason.BAD_REQUEST


def test_a_frame_out_of_order_is_named_and_a_duplicate_not_executed() -> None:
    bench = Bench()
    answer = bench.host.send(Type.DISABLE, seq=5)
    assert [f.type for f in answer] == [Type.NAK]
    assert unpack(Nak, answer[0].payload) == Nak(Reason.OUT_OF_ORDER)
    assert answer[0].ack == bench.host.seq
    assert [f.type for f in bench.host.send(Type.DISABLE, seq=0)] == [Type.ACK]
    assert bench.device.enabled


def test_point_1_triggers_of_an_earlier_boot_never_come_again() -> None:
    bench = Bench()
    seen: list[tuple[int, int]] = []
    bench.device.on_trigger = lambda trigger, number: seen.append((trigger, number))
    bench.letter(100)
    bench.device.reboot()
    bench.letter(1300)
    assert seen == [(1, 1), ((1 << 20) + 1, 1)]


def test_a_frame_of_a_session_that_is_gone_is_answered_so() -> None:
    bench = Bench()
    tag = bench.host.session
    bench.device.reboot()
    bench.host.now = 1.0
    answers = bench.host.send(Type.ENABLE)
    told = unpack(HelloRefused, answers[0].payload)
    assert told is not None
    assert (told.nonce, told.reason) == (tag, Reason.NO_SESSION)
    assert bench.host.send(Type.ENABLE) == []  # not more often than ten times a second
    assert not bench.device.enabled


def test_slots_do_not_leak_over_many_jobs() -> None:
    bench = Bench()
    free = bench.device.free_slots
    at = 100
    for number in range(1, 1001):
        edge = bench.letter(at)
        assert bench.job(number, edge) == READY
        bench.head(at + SMALL.distance)
        bench.to(at + SMALL.distance + LENGTH)
        bench.events()
        bench.forget()
        at = bench.belt + 300
    assert bench.device.free_slots == free
    assert len(bench.fired) == 1000 * len(MARK)


def test_a_lost_event_is_sent_again_though_others_follow() -> None:
    # Later events put the repetition off by nothing: else one lost PIECE_IN would cost its letter, and more behind it.
    bench = Bench()
    numbers = []
    for at in range(100, 6000, 1300):
        bench.letter(at)
        told = [unpack(Event, f.payload) for f in bench.host.poll(0.045) if f.type is Type.EVENT]
        numbers.append([event.number for event in told if event is not None])
    assert numbers[:3] == [[1], [2], [3]]
    assert numbers[3][:4] == [1, 2, 3, 4]
