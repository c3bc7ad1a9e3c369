"""The two ends together on a virtual clock: sessions, numbering, loss. Points are those of the wire's second look."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_rig import MARK, SMALL, Noise, Rig, begin, every_device  # noqa: F401

from drivers.inkjet.frames import Flag, Frame, Type, encode
from drivers.inkjet.hostjobs import Credit, Phase, Terms
from drivers.inkjet.messages import SCHEMA, Event, Hello, JobAnswer, JobRef, Kind, Reason, State, pack
from drivers.inkjet.mock import MockDevice, NonVolatile
from drivers.inkjet.sender import Sender

pytestmark = pytest.mark.usefixtures("every_device")

ENDS = (Kind.JOB_ENDED, Kind.PIECE_OUT)


def one_letter(rig: Rig, number: int) -> None:
    edge = rig.letter()
    job = rig.job(number, edge)
    rig.settle(job)
    assert job.state is State.READY
    rig.at_head(edge)
    rig.run(0.1)


def check_once(rig: Rig, letters: int) -> None:
    """Every piece has one end; the ink is that of the done jobs, each on its own letter, once."""
    ends = [event for event in rig.events if event.kind in ENDS]
    assert sorted(event.piece for event in ends) == list(range(1, letters + 1))
    done = [event for event in ends if event.state == State.DONE]
    assert len(rig.fired) == len(done) * len(MARK)
    assert [event.number for event in rig.events] == list(range(1, len(rig.events) + 1))


def test_a_letter_gets_its_mark_where_it_belongs() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    rig.at_head(edge, slip=3)
    rig.run(0.1)
    start = edge + SMALL.distance + 3 + 100
    assert rig.fired == [(start + k, column) for k, column in enumerate(MARK)]
    assert [event.kind for event in rig.events] == [Kind.PIECE_IN, Kind.JOB_ENDED]
    assert job.state is State.DONE


def test_a_letter_without_a_job_passes_unsprayed_never_the_previous_mark() -> None:
    rig = Rig()
    rig.open()
    one_letter(rig, 1)
    edge = rig.letter()
    rig.run(0.1)
    rig.at_head(edge)
    rig.run(0.1)
    assert rig.events[-1].kind == Kind.PIECE_OUT
    assert rig.events[-1].reason == Reason.NO_JOB
    check_once(rig, 2)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["drop", "double", "spoil"])
def test_frames_lost_doubled_or_spoilt_both_ways_cost_no_letter(seed: int, kind: str) -> None:
    down, up = Noise(seed, **{kind: 0.15}), Noise(seed + 100, **{kind: 0.15})
    rig = Rig(down=down, up=up)
    rig.open()
    for number in range(1, 21):
        one_letter(rig, number)
    rig.run(2.0)
    assert down.hit and up.hit
    check_once(rig, 20)
    assert len(rig.fired) == 20 * len(MARK)
    assert rig.host.phase is Phase.OPEN


def test_point_19_the_same_seed_gives_the_same_run() -> None:
    def play() -> tuple[list[object], int, float]:
        noise = Noise(5, drop=0.2)
        rig = Rig(down=noise, up=Noise(6, drop=0.2))
        rig.open()
        for number in range(1, 11):
            one_letter(rig, number)
        return [*rig.events], rig.host.sent, rig.now

    assert play() == play()


@pytest.mark.parametrize(
    ("kind", "nth"),
    [(t, n) for t in (Type.JOB_BEGIN, Type.JOB_DATA, Type.JOB_COMMIT, Type.EVENT_ACK) for n in (1, 2)]
    + [(Type.HELLO, 1), (Type.CONFIG, 1), (Type.ENABLE, 1)],
)
def test_each_command_lost_once_is_sent_again(kind: Type, nth: int) -> None:
    seen = 0

    def lose(data: bytes) -> bytes:
        nonlocal seen
        out = b""
        for part in data.split(b"\0"):
            if part:
                if part[2] == kind:
                    seen += 1
                    if seen == nth:
                        continue
                out += b"\0" + part + b"\0"
        return out

    rig = Rig(down=lose)
    rig.open()
    one_letter(rig, 1)
    one_letter(rig, 2)
    rig.run(1.0)
    assert seen >= nth
    check_once(rig, 2)
    assert len(rig.fired) == 2 * len(MARK)


@pytest.mark.parametrize("kind", [Type.HELLO_ACK, Type.ACK, Type.RESULT, Type.JOB_STATE, Type.EVENT, Type.STATUS])
def test_each_answer_lost_for_a_while_is_had_in_the_end(kind: Type) -> None:
    lost = 0

    def lose(data: bytes) -> bytes:
        nonlocal lost
        out = b""
        for part in data.split(b"\0"):
            if part and part[2] == kind and lost < 3:
                lost += 1
            elif part:
                out += b"\0" + part + b"\0"
        return out

    rig = Rig(up=lose)
    rig.open()
    one_letter(rig, 1)
    one_letter(rig, 2)
    rig.run(3.0)
    assert lost
    check_once(rig, 2)
    assert len(rig.fired) == 2 * len(MARK)


def test_a_lost_commit_answer_is_asked_for_and_the_job_is_not_sent_again() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    begins = 0

    def count(data: bytes) -> bytes:
        nonlocal begins
        begins += sum(1 for part in data.split(b"\0") if len(part) > 3 and part[2] == Type.JOB_BEGIN)
        return data

    rig.down = count
    rig.up = lambda data: b"".join(
        b"\0" + part + b"\0" for part in data.split(b"\0") if part and part[2] != Type.JOB_STATE
    )
    job = rig.job(1, edge)
    rig.run(0.1)
    assert job.state is None
    rig.up = lambda data: data
    rig.settle(job)
    assert job.state is State.READY
    assert begins == 1


def test_points_2_and_3_a_reboot_starts_piece_numbers_again_and_old_jobs_are_stale() -> None:
    rig = Rig()
    info = rig.open()
    edge = rig.letter()
    old = begin(info.epoch, 1, info.boot, 1, edge)
    rig.run(0.1)
    rig.device.reboot()
    new_edge = rig.letter()
    rig.until(lambda: rig.host.info is not info and rig.host.settled)
    assert rig.device.boot != info.boot
    rig.run(0.1)
    entered = [event for event in rig.events if event.kind == Kind.PIECE_IN]
    assert [(event.piece, event.boot) for event in entered][:1] == [(1, info.boot)]
    stale = rig.host.submit(old)
    rig.settle(stale)
    assert (stale.state, stale.reason) == (State.REFUSED, Reason.STALE_BOOT)
    rig.at_head(edge)
    rig.move(new_edge + SMALL.distance - rig.belt)
    rig.device.head_edge()
    assert not rig.fired


@pytest.mark.parametrize("moment", ["commit", "ready", "firing"])
@pytest.mark.parametrize("keeps", [False, True])
def test_point_10_power_lost_at_any_moment_sprays_no_letter_twice(moment: str, keeps: bool) -> None:
    rig = Rig(nv=NonVolatile(keeps_results=keeps))
    rig.open()
    first = rig.letter()
    job = rig.job(1, first)
    if moment == "commit":
        rig.device.faults.mute = True
        rig.step()
        rig.device.faults.mute = False
        rig.device.reboot()
    else:
        rig.settle(job)
        if moment == "ready":
            rig.device.reboot()
        else:
            rig.device.cut_power_after(3)
    rig.at_head(first)
    fired = len(rig.fired)
    assert fired == (3 if moment == "firing" else 0)
    rig.until(lambda: rig.host.settled and rig.host.generation == 2)
    rig.run(0.5)
    assert rig.forgotten == [job]
    assert job.lost
    again = rig.host.submit(job.wire)
    rig.run(0.5)
    assert again is job
    ended = [event for event in rig.events if event.kind == Kind.JOB_ENDED]
    if keeps and moment == "firing":
        assert [(event.state, event.reason) for event in ended] == [(State.ABORTED, Reason.POWER_LOST)]
    else:
        assert not ended
    assert len(rig.fired) == fired


def test_power_lost_while_the_number_is_written_leaves_no_ink_and_no_result() -> None:
    rig = Rig(nv=NonVolatile(keeps_results=True))
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    boot = rig.device.boot
    rig.device.cut_power_at_store()
    rig.at_head(edge)
    rig.until(lambda: rig.device.boot not in (0, boot) and rig.host.settled)
    rig.run(0.5)
    assert rig.fired == []
    assert job.lost
    assert all(event.kind != Kind.JOB_ENDED for event in rig.events)
    edge = rig.letter()
    again = rig.job(1, edge, counter=2)
    rig.settle(again)
    rig.at_head(edge)
    assert len(rig.fired) == len(MARK)


def test_point_4_a_wiped_store_still_gives_another_boot_and_a_repeated_hello_changes_nothing() -> None:
    rig = Rig()
    info = rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    tag = rig.device.session
    hello = encode(Frame(Type.HELLO, _last_hello(rig)), SCHEMA)
    rig.device.receive(hello, rig.now)
    rig.run(0.2)
    assert rig.device.session == tag
    assert rig.device.free_slots == SMALL.slots - 1
    rig.device.nv.wipe()
    rig.device.reboot()
    rig.until(lambda: rig.host.generation == 2)
    assert rig.device.boot != info.boot
    assert rig.host.info is not None
    assert rig.host.info.previous_nonce == 0
    assert rig.host.info.epoch == info.epoch


def _last_hello(rig: Rig) -> bytes:
    return pack(Hello(1, 0, 0, 0, SCHEMA))


def test_a_device_that_lost_its_memory_under_the_same_boot_is_given_up() -> None:
    rig = Rig()
    if not isinstance(rig.device, MockDevice):
        pytest.skip("the firmware offers no way to forget only that")
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    rig.device._nonce = 0xDEAD
    rig.host.greet(rig.now)
    rig.device._heard = None
    rig.run(0.5)
    assert rig.host.phase is Phase.DEAD
    assert rig.forgotten == [job]


def test_a_resumed_session_keeps_jobs_events_and_epoch() -> None:
    rig = Rig()
    info = rig.open()
    rig.durable = False
    first = rig.letter()
    job = rig.job(1, first)
    rig.settle(job)
    rig.down = rig.up = lambda data: b""
    rig.run(1.5)
    assert rig.host.phase is Phase.GREETING
    rig.at_head(first)
    rig.down = rig.up = lambda data: data
    rig.until(lambda: rig.host.settled)
    rig.run(0.3)
    assert rig.host.info is not None
    assert (rig.host.info.boot, rig.host.info.epoch) == (info.boot, info.epoch)
    assert [event.number for event in rig.events] == [1, 2]
    assert job.state is State.DONE
    assert not rig.forgotten


def test_a_commit_under_way_when_the_link_broke_is_asked_for_not_sent_again() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    rig.up = lambda data: b""
    job = rig.job(1, edge)
    rig.run(1.5)
    assert job.state is None
    rig.up = lambda data: data
    rig.until(lambda: job.state is not None)
    assert job.state is State.READY
    lost = rig.job(2, rig.letter())
    rig.down = rig.up = lambda data: b""
    rig.run(1.5)
    rig.down = rig.up = lambda data: data
    rig.until(lambda: lost.state is not None)
    assert (lost.state, lost.reason) == (State.REFUSED, Reason.UNKNOWN_JOB)


def test_a_peer_that_stops_answering_is_given_up_and_its_jobs_are_of_unknown_fate() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    rig.device.faults.deaf = rig.device.faults.mute = True
    rig.until(lambda: rig.host.phase is Phase.DEAD)
    assert rig.forgotten == [job]
    assert "stopped answering" in rig.host.fault


def test_point_7_the_device_tells_the_highest_epoch_and_the_host_takes_the_next() -> None:
    nv = NonVolatile(epoch_seen=41)
    rig = Rig(nv=nv)
    info = rig.open()
    assert (info.epoch_seen, info.epoch) == (41, 42)
    rig.device.receive(rig.host.bye(), rig.now)
    rig.terms = Terms(epoch_floor=99)
    rig.new_host()
    assert rig.open().epoch == 100
    assert rig.device.nv.epoch_seen == 100


def test_point_11_a_restarted_host_withdraws_its_open_intents_and_takes_the_devices_word() -> None:
    rig = Rig()
    info = rig.open()
    first, second = rig.letter(), rig.letter()
    done, waiting = rig.job(1, first), rig.job(2, second)
    rig.settle(waiting)
    rig.at_head(first)
    rig.durable = False
    rig.run(0.5)
    rig.now += 2.5
    rig.device.poll(rig.now)
    rig.device.take_output()
    rig.new_host()
    again = rig.open()
    assert again.epoch == info.epoch + 1
    assert again.boot_epoch == info.epoch
    words = {}
    for key in (done.key, waiting.key, (info.epoch, 3)):
        ask = rig.host.ask(Type.CANCEL, pack(JobRef(*key)), rig.now)
        rig.until(lambda ask=ask: ask.answer is not None)
        assert isinstance(ask.answer, JobAnswer)
        words[key] = State(ask.answer.state)
    assert list(words.values()) == [State.DONE, State.CANCELLED, State.REFUSED]
    rig.at_head(second)
    assert len(rig.fired) == len(MARK)
    late = rig.host.submit(begin(info.epoch, 4, info.boot, 2, second))
    rig.settle(late)
    assert (late.state, late.reason) == (State.REFUSED, Reason.TOO_OLD)


def test_point_12_a_second_host_is_refused_while_the_first_is_alive() -> None:
    rig = Rig()
    rig.open()
    first = rig.host
    other = rig.new_host()
    other.greet(rig.now)
    for _ in range(100):
        rig.now += 0.05
        rig.device.receive(first.poll(rig.now), rig.now)
        rig.device.receive(other.poll(rig.now), rig.now)
        rig.device.poll(rig.now)
        out = rig.device.take_output()
        first.receive(out, rig.now)
        other.receive(out, rig.now)
        assert other.phase is not Phase.OPEN
    assert other.refused is Reason.BUSY
    other.poll(rig.now + 1)
    assert "another host" in other.fault
    assert first.settled


def test_a_host_that_was_taken_over_gives_up() -> None:
    rig = Rig()
    rig.open()
    first = rig.host
    rig.run(0.1)
    rig.now += 3.0
    rig.device.poll(rig.now)
    rig.device.take_output()
    rig.new_host()
    rig.open()
    rig.now += 3.0
    rig.device.poll(rig.now)
    rig.device.take_output()
    rig.host = first
    rig.run(1.0)
    assert first.phase is Phase.DEAD
    assert "another host" in first.fault


def test_another_schema_is_said_and_not_endured() -> None:
    rig = Rig()
    rig.device.faults.schema = 0x1234
    rig.device.reboot()
    rig.host.greet(rig.now)
    rig.run(0.5)
    assert rig.host.phase is Phase.DEAD
    assert "00001234" in rig.host.fault


def test_a_restarted_device_is_greeted_before_its_silence_would_tell() -> None:
    rig = Rig()
    info = rig.open()
    rig.run(0.3)
    rig.device.reboot()
    since = rig.now
    rig.until(lambda: rig.host.info is not info and rig.host.settled)
    assert rig.now - since < 0.5


def test_an_echo_at_open_is_said_at_once() -> None:
    rig = Rig()
    rig.host.greet(rig.now)
    for _ in range(2000):
        rig.now += 0.005
        rig.host.receive(rig.host.poll(rig.now), rig.now)
    assert rig.host.phase is Phase.DEAD
    assert "sends back what it is sent" in rig.host.fault


def test_stale_bytes_of_another_session_are_dropped() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    payload = pack(JobAnswer(*job.key, 0, 0, State.CANCELLED, 0))
    stranger = Frame(Type.JOB_STATE, payload, rig.device.session ^ 1, 0, 0, Flag.FROM_DEVICE)
    rig.host.receive(encode(stranger, SCHEMA), rig.now)
    assert job.state is State.READY


def test_a_job_with_a_known_number_and_another_mark_is_a_conflict() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.settle(job)
    other = rig.job(1, edge, mark=(1, 2, 3))
    assert (other.state, other.reason) == (State.REFUSED, Reason.CONFLICT)
    assert rig.job(1, edge) is job


def test_a_job_whose_commit_never_left_can_be_taken_back() -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    assert rig.host.withdraw(job)
    rig.run(0.5)
    assert job.state is State.REFUSED
    assert rig.device.free_slots == SMALL.slots
    sent = rig.job(2, edge, counter=2)
    rig.host.poll(rig.now)
    assert not rig.host.withdraw(sent)


def test_a_job_to_be_offered_again_is_not_refused_by_the_answer_to_an_earlier_question() -> None:
    # NO_CREDIT leaves no trace: a QUERY on its way meanwhile is answered "not known", which must not settle the job.
    rig = Rig()
    info = rig.open()
    edge = rig.letter()
    job = rig.job(1, edge)
    rig.host.poll(rig.now)
    for reason in (Reason.NO_CREDIT, Reason.UNKNOWN_JOB):
        answer = pack(JobAnswer(*job.key, 0, 0, State.REFUSED, reason))
        frame = Frame(Type.JOB_STATE, answer, info.session, 0, 0, Flag.FROM_DEVICE)
        rig.host.receive(encode(frame, SCHEMA), rig.now)
        assert job.state is None
    rig.settle(job)
    assert job.state is State.READY
    rig.at_head(edge)
    rig.run(0.2)
    assert job.state is State.DONE
    assert len(rig.fired) == len(MARK)


def test_jobs_wait_for_credit_and_all_are_taken_in_the_end() -> None:
    rig = Rig(terms=Terms())
    rig.open()
    edges = [rig.letter(length=60, gap=60) for _ in range(25)]
    jobs = [rig.job(number, edge) for number, edge in enumerate(edges, 1)]
    rig.run(1.0)
    assert sum(job.state is State.READY for job in jobs) == SMALL.slots
    for edge in edges:
        rig.move(max(0, edge + SMALL.distance - rig.belt))
        rig.device.head_edge()
        rig.run(0.05)
    assert [job.state for job in jobs].count(State.DONE) >= SMALL.slots
    assert all(job.state is not None for job in jobs)
    assert len(rig.fired) == [job.state for job in jobs].count(State.DONE) * len(MARK)


# --- whatever comes ---

SPLINTERS = st.lists(
    st.tuples(
        st.sampled_from(list(Type)),
        st.binary(max_size=60)
        | st.sampled_from([pack(Event(n, 0, 1, 1, 1, 0, 0, 0, 0, 2, s, 99)) for n in (1, 2) for s in (0, 5, 77)]),
        st.integers(0, 4),
        st.integers(0, 4),
        st.integers(0, 3),
    )
    | st.binary(max_size=40),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(SPLINTERS, SPLINTERS)
def test_no_frame_and_no_rubbish_upsets_either_end(
    down: list[tuple[Type, bytes, int, int, int] | bytes], up: list[tuple[Type, bytes, int, int, int] | bytes]
) -> None:
    rig = Rig()
    rig.open()
    edge = rig.letter()
    for splinters, receive in ((down, rig.device.receive), (up, rig.host.receive)):
        for splinter in splinters:
            if isinstance(splinter, bytes):
                receive(splinter, rig.now)
            else:
                kind, payload, seq, ack, flags = splinter
                receive(encode(Frame(kind, payload, rig.device.session, seq, ack, flags), SCHEMA), rig.now)
            rig.step()
    rig.at_head(edge)
    rig.run(0.3)
    assert not rig.fired


# --- timing (point 14) -----------------------------------------------------------------------------------------------


def stamp(kind: Type, payload: bytes, seq: int) -> bytes:
    return encode(Frame(kind, payload, 1, seq, 0, Flag.NEEDS_ACK), SCHEMA)


def test_point_14_the_wait_allows_for_the_bytes_in_flight() -> None:
    slow, fast = Sender(115_200), Sender(921_600)
    for sender in (slow, fast):
        sender.reset(8, 4096)
        sender.offer(Type.JOB_DATA, b"x" * 512)
        sender.poll(0.0, stamp)
    assert slow.timeout() - 0.2 == pytest.approx(0.046, abs=0.002)
    assert fast.timeout() - 0.2 == pytest.approx(0.046 / 8, abs=0.001)
    assert slow.poll(0.2, stamp) == []
    assert len(slow.poll(0.25, stamp)) == 1


def test_point_14_a_retransmitted_frame_gives_no_sample() -> None:
    sender = Sender(921_600)
    sender.reset(8, 4096)
    sender.offer(Type.ENABLE)
    first = sender.poll(0.0, stamp)
    again = sender.poll(5.0, stamp)
    assert again == first  # byte-identical
    sender.acknowledged(1, 5.001)
    assert sender.round_trip is None
    sender.offer(Type.ENABLE)
    sender.poll(6.0, stamp)
    sender.acknowledged(2, 6.01)
    assert sender.round_trip == pytest.approx(0.01)


def test_the_wait_doubles_to_a_second_and_ends_after_eight_tries() -> None:
    sender = Sender(921_600)
    sender.reset(8, 4096)
    sender.offer(Type.ENABLE)
    now, tries, waits = 0.0, 0, []
    while not sender.failed:
        if sender.poll(now, stamp):
            tries += 1
            waits.append(sender.timeout())
        now += 0.01
    assert tries == 9
    assert waits[:3] == [pytest.approx(0.2, abs=0.01), pytest.approx(0.4, abs=0.01), pytest.approx(0.8, abs=0.01)]
    assert max(waits) == pytest.approx(1.0, abs=0.01)


def test_a_frame_taken_makes_the_next_wait_the_plain_one() -> None:
    sender = Sender(921_600)
    sender.reset(8, 4096)
    for _ in range(8):
        sender.offer(Type.ENABLE)
    now = 0.0
    sender.poll(now, stamp)
    plain = sender.timeout()
    for taken in range(1, 8):
        for _ in range(3):  # lost three times over, then the first of those in flight gets through
            now += sender.timeout() + 0.001
            assert len(sender.poll(now, stamp)) == 9 - taken
        assert sender.timeout() > 3 * plain
        sender.acknowledged(taken, now)
        assert sender.timeout() <= plain
        assert not sender.failed


def test_a_nak_hurries_and_makes_no_wait_longer_but_has_its_end() -> None:
    sender = Sender(921_600)
    sender.reset(8, 4096)
    sender.offer(Type.ENABLE)
    sender.poll(0.0, stamp)
    plain, now = sender.timeout(), 0.0
    for _ in range(8):
        now += 0.05
        sender.missing(0, now)
        assert len(sender.poll(now, stamp)) == 1
        assert sender.timeout() == plain
    assert sender.failed


def test_numbers_wrap_and_a_stale_or_foolish_ack_moves_nothing() -> None:
    sender = Sender(921_600)
    sender.reset(4, 4096)
    for number in range(70_000):
        sender.offer(Type.ENABLE)
        assert len(sender.poll(0.0, stamp)) == 1
        if number % 1000 == 7:
            sender.acknowledged((number + 5) & 0xFFFF, 0.0)  # never sent
            assert not sender.idle
        sender.acknowledged(number & 0xFFFF, 0.0)  # stale
        assert not sender.idle
        sender.acknowledged((number + 1) & 0xFFFF, 0.0)
        assert sender.idle


def test_no_more_than_the_window_is_under_way_and_a_nak_only_hurries() -> None:
    sender = Sender(921_600)
    sender.reset(3, 4096)
    for _ in range(5):
        sender.offer(Type.ENABLE)
    assert len(sender.poll(0.0, stamp)) == 3
    sender.missing(1, 0.001)
    assert len(sender.poll(0.002, stamp)) == 2 + 1
    sender.missing(1, 0.003)
    assert sender.poll(0.004, stamp) == []


@given(
    st.lists(st.tuples(st.integers(0, 512), st.integers(0, 9)), max_size=60), st.integers(0, 4096), st.integers(0, 9)
)
def test_bytes_in_flight_never_exceed_what_the_device_can_hold(
    frames: list[tuple[int, int]], room: int, window: int
) -> None:
    sender = Sender(921_600)
    sender.reset(window, room)
    acknowledged = sent = 0
    for size, heard in frames:
        sender.offer(Type.JOB_DATA, b"\1" * size)
        sent += len(sender.poll(0.0, stamp))
        assert sender.in_flight <= room or sent - acknowledged == 1
        assert sent - acknowledged <= max(1, window)
        acknowledged = min(sent, acknowledged + heard)
        sender.acknowledged(acknowledged, 0.0)
    while not sender.idle:  # nothing is held back for good: one frame always may leave
        before, sent = sent, sent + len(sender.poll(0.0, stamp))
        assert sent > before or acknowledged < sent
        acknowledged = sent
        sender.acknowledged(acknowledged, 0.0)
    assert sent == len(frames)


def test_tall_marks_fill_the_memory_before_the_places() -> None:
    credit = Credit()
    credit.told(16, 65_536)
    assert credit.jobs == 16
    assert credit.take(30_000)
    assert credit.take(30_000)
    assert credit.jobs == 0
    assert not credit.take(30_000)
    credit.told(15, 35_536)
    assert credit.jobs == 1
