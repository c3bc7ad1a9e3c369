"""The rarer branches of the host's side: answers nobody asked for, words out of turn, what is left at the end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from wire_rig import Rig, begin

from drivers.inkjet.dialogue import Dialogue
from drivers.inkjet.frames import Flag, Frame, Type, encode
from drivers.inkjet.greeting import Greeting, Overheard
from drivers.inkjet.hostjobs import HostJob, Phase, Terms, unfit
from drivers.inkjet.ledger import Ledger
from drivers.inkjet.messages import (
    SCHEMA,
    Event,
    HelloAck,
    JobAnswer,
    JobRef,
    Kind,
    PieceR,
    Reason,
    Result,
    State,
    pack,
)
from drivers.inkjet.symbolic import describe, draw
from mlocr.errors import JournalError
from mlocr.mail.code import DrawnBars, DrawnText, SprayImage
from mlocr.mail.piece import JobId, JobState, PieceId
from mlocr.ports import ControllerInfo, EventsLost
from mlocr.station.anchors import AnchorFile
from mlocr.station.journal import Entry, Head
from mlocr.station.recovery import Recovery
from mlocr.station.unfinished import PieceRecord, RunRecord, read_run


class Said(Rig):
    """A rig in which the device may also say what no device says."""

    def say(self, kind: Type, payload: bytes) -> None:
        session = 0 if kind is Type.HELLO_ACK else self.device.link.session
        frame = Frame(kind, payload, session, 0, 0, Flag.FROM_DEVICE)
        self.host.receive(encode(frame, SCHEMA), self.now)

    def answer(self, job: HostJob, state: State, reason: Reason = Reason.NONE) -> None:
        self.say(Type.JOB_STATE, pack(JobAnswer(*job.key, 9999, 9, state, reason)))


def opened() -> Said:
    rig = Said()
    rig.open()
    return rig


def waiting(rig: Said, counter: int = 1) -> HostJob:
    """A job that has been offered, and whose answer is still out."""
    edge = rig.letter()
    rig.run(0.1)
    job = rig.job(counter, edge)
    rig.up = lambda data: b""
    rig.step()
    rig.step()
    assert job.offered and job.state is None
    return job


def test_a_fault_is_told_once() -> None:
    rig = opened()
    rig.host.die("first")
    rig.host.die("second")
    assert rig.host.fault == "first"
    assert rig.host.bye() == b""


def test_a_device_whose_greeting_and_schema_disagree_is_said() -> None:
    rig = Said()
    rig.host.greet(rig.now)
    rig.host.poll(rig.now)
    fields = dict.fromkeys(HelloAck._fields, 0) | {"nonce": rig.host._greeting.nonce, "schema": 7, "firmware": b""}
    rig.say(Type.HELLO_ACK, pack(HelloAck(**fields)))  # type: ignore[arg-type]
    assert rig.host.phase is Phase.DEAD
    assert "speaks schema 00000007" in rig.host.fault


def test_a_command_that_is_refused_is_a_fault_with_its_reason() -> None:
    rig = opened()
    rig.host.command(Type.PURGE, rig.now)  # spraying is enabled: not now
    rig.run(0.2)
    assert rig.host.fault == "refused PURGE (bad_request)"


def test_a_session_lost_while_the_station_stands_down_is_not_enabled_anew() -> None:
    rig = opened()
    edge = rig.letter()
    rig.run(0.1)
    job = rig.job(1, edge)
    rig.settle(job)
    rig.down = lambda data: b""
    rig.host.command(Type.DISABLE, rig.now)
    rig.host.command(Type.PURGE, rig.now)
    rig.run(0.1)
    rig.down = lambda data: data
    rig.host.greet(rig.now)
    rig.until(lambda: rig.host.settled)
    assert not rig.device.enabled
    rig.at_head(edge)
    rig.run(0.3)
    assert not rig.fired
    assert job.state is State.CANCELLED


def test_a_host_that_was_busy_elsewhere_asks_again_before_it_gives_up() -> None:
    rig = Said()
    rig.host.greet(rig.now)
    rig.down = lambda data: b""
    rig.step()
    rig.now += 30.0
    rig.step()
    assert rig.host.phase is Phase.GREETING
    rig.run(3.0)
    assert rig.host.phase is Phase.DEAD


def test_an_answer_to_no_command_changes_nothing() -> None:
    rig = opened()
    rig.say(Type.RESULT, pack(Result(0, Type.ENABLE, Reason.BAD_REQUEST)))
    assert rig.host.settled


def test_that_a_job_loads_is_no_word_on_it_and_no_credit_takes_it_back_once() -> None:
    rig = opened()
    job = waiting(rig)
    rig.answer(job, State.LOADING)
    assert job.state is None
    rig.answer(job, State.REFUSED, Reason.NO_CREDIT)
    rig.answer(job, State.REFUSED, Reason.NO_CREDIT)
    assert list(rig.host._queue) == [job]
    assert not job.offered


def test_a_job_whose_commit_has_left_is_not_taken_back() -> None:
    rig = opened()
    job = waiting(rig)
    assert not rig.host.withdraw(job)
    assert job.state is None


def test_a_question_that_stays_unanswered_is_asked_again_until_nobody_waits() -> None:
    rig = opened()
    rig.run(0.2)
    asked = rig.host.sent
    rig.up = lambda data: b"".join(
        b"\0" + part + b"\0" for part in data.split(b"\0") if part and part[1:3] and b"\x90" not in part[:4]
    )
    ask = rig.host.ask(Type.QUERY, pack(JobRef(1, 77)), rig.now)
    rig.run(1.0)
    assert rig.host.sent - asked >= 3
    assert ask.answer is None
    rig.say(Type.PIECE_R, pack(PieceR(5, 1, 0)))  # an answer to another question
    rig.say(Type.STATUS, b"short")
    rig.host.forget_ask(ask)
    rig.host.forget_ask(ask)
    rig.up = lambda data: data
    rig.run(0.3)
    assert ask.answer is None


def test_an_answer_to_another_announcement_is_not_taken() -> None:
    rig = opened()
    ask = rig.host.ask(Type.PIECE, b"\1\0\0\0\2\0\0\0", rig.now)
    rig.say(Type.PIECE_R, pack(PieceR(5, 1, 0)))
    assert ask.answer is None
    rig.say(Type.PIECE_R, pack(PieceR(1, 3, 0)))
    assert ask.answer == PieceR(1, 3, 0)


def test_events_of_another_boot_and_of_a_lost_session_are_not_acknowledged() -> None:
    rig = opened()
    rig.run(0.3)
    assert rig.host.sender.idle
    rig.host.durable(5, rig.host.generation + 1)
    assert rig.host.sender.idle
    rig.host.greet(rig.now)
    rig.host.durable(5, rig.host.generation)  # told when the session is there again
    assert rig.host.sender.idle


def test_a_job_that_never_left_is_refused_when_the_device_starts_anew() -> None:
    rig = opened()
    edge = rig.letter()
    rig.run(0.1)
    rig.host.credit.told(0, 0)
    job = rig.job(1, edge)
    rig.host._forget()
    assert (job.state, job.reason) == (State.REFUSED, Reason.STALE_BOOT)


def test_of_jobs_that_ended_only_the_last_thousand_are_kept() -> None:
    host = Dialogue(Terms(), lambda: 1)
    for counter in range(1, 1026):
        job = host.submit(begin(1, counter, 7, 1, 0))
        if counter <= 1000:
            job.state = State.DONE
    assert len(host.jobs) == 1025 - 256
    assert (1, 1) not in host.jobs
    assert (1, 257) in host.jobs


# --- greeting ---


def test_a_far_end_that_is_heard_and_does_not_answer_is_told_apart() -> None:
    heard = Overheard()
    heard.hear(b"\0\1\0")
    heard.frame()
    assert "does not answer HELLO" in heard.why(921_600, 0)


def test_an_answer_to_a_plain_hello_counts_once() -> None:
    greeting = Greeting(lambda: 0x1234, 0, first=True)
    for _ in range(5):
        greeting.hello(0, 0)
    plain = greeting._plain
    assert plain
    assert not greeting.answered(plain)
    nonce = greeting.nonce
    assert not greeting.answered(plain)
    assert greeting.nonce == nonce
    assert greeting.answered(nonce)


def test_where_no_hello_can_do_without_the_two_bytes_none_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the schema's own bytes were among the two: every whole frame has them.
    monkeypatch.setattr("drivers.inkjet.greeting._flow_in", lambda data: b"\x11" * (len(data) > 9))
    greeting = Greeting(lambda: 0x1234, 0, first=True)
    sent = {greeting.hello(0, 0) for _ in range(6)}
    assert len(sent) == 1  # the marked one, again and again


# --- marks ---


def head() -> HelloAck:
    fields = dict.fromkeys(HelloAck._fields, 0) | {"firmware": b"", "dpi": 100_000, "dots": 10, "max_columns": 8}
    return HelloAck(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (SprayImage((1,) * 9, 10, 100.0, 0.5, 0.2), "too_large"),
        (SprayImage((), 10, 100.0, 0.5, 0.2), "too_large"),
        (SprayImage((1 << 10,), 10, 100.0, 0.5, 0.2), "bad_raster"),
        (SprayImage((1,), 10, 100.0, -0.5, 0.2), "bad_raster"),
        (SprayImage((1,), 10, 200.0, 0.5, 0.2), "bad_raster"),
        (SprayImage((1,), 10, 100.0, 0.5, 0.2), ""),
    ],
)
def test_a_mark_that_does_not_fit_the_head_is_said_before_it_leaves(image: SprayImage, says: str) -> None:
    assert says in unfit(image, head()) and bool(says) is bool(unfit(image, head()))


def test_what_cannot_be_drawn_is_no_symbolic_job() -> None:
    many = DrawnBars(0, 1, 2, ((0, 1),) * 5, (0,))
    assert describe((many,)) is None
    good = describe((DrawnBars(0, 1, 2, ((0, 4),), (0, 0)), DrawnText("7", 4, 0, 9.5, 0.05)))
    assert good is not None
    assert draw(good, 16, 8, 100_000) is not None
    for end in range(1, len(good)):
        # Cut anywhere but between its two parts, it is no drawing.
        assert (draw(good[:end], 16, 8, 100_000) is not None) is (end == 13)


@pytest.mark.parametrize(
    "part",
    [
        DrawnBars(0, 1, 2, ((0, 4), (0, 5)), (0, 0)),
        DrawnBars(15, 2, 2, ((0, 4),), (0,)),
        DrawnBars(0, 1, 2, ((0, 9),), (0,)),
        DrawnText("7", 14, 0, 9.5, 0.05),
        DrawnText("7", 0, 6, 9.5, 0.05),
    ],
)
def test_what_leaves_the_head_is_no_drawing(part: DrawnBars | DrawnText) -> None:
    data = describe((part,))
    assert data is not None
    if isinstance(part, DrawnBars) and len(part.heights) == 2:
        data = data[:-1] + b"\x0e"  # a bar of a kind that there is not
    assert draw(data, 16, 8, 100_000) is None


def test_a_character_the_face_lacks_is_no_drawing() -> None:
    data = describe((DrawnText("7", 0, 0, 9.5, 0.05),))
    assert data is not None
    assert draw(data, 16, 8, 100_000) is not None
    assert draw(data[:-1] + b"\x7f", 16, 8, 100_000) is None


def test_an_end_that_is_none_is_not_taken() -> None:
    rig = opened()
    rig.run(0.2)
    expected = rig.host._expected
    rig.say(Type.EVENT, pack(Event(expected, 7, 1, 1, 1, 0, 0, 0, 0, Kind.JOB_ENDED, State.READY, 0)))
    assert rig.host._expected == expected
    assert not rig.events


# --- events, the journal's reader, recovery, anchors ---


def test_lost_events_are_told_with_their_count() -> None:
    ledger = Ledger()
    ledger.add(Event(1, 7, 0, 0, 0, 0, 0, 3, 0, Kind.GAP, 0, 0), 1, 1.0)
    assert ledger.take() == (EventsLost(1, 3),)


def test_an_end_on_record_is_the_word_on_a_piece() -> None:
    assert PieceRecord("00000007-1", disposition="sprayed").told is not None
    assert PieceRecord("frame-3").piece_id is None
    run = RunRecord(1, pieces={"a": PieceRecord("a"), "b": PieceRecord("b", disposition="passed")})
    assert run.open_pieces == 1
    others = [Entry(1, 3, "", "arrived", "a", {"file": ""})]
    assert read_run(others, 4).pieces == {}


def test_a_mark_that_is_still_being_fired_after_all_patience_is_of_unknown_end() -> None:
    class Firing:
        asked = 0

        def cancel(self, job: JobId) -> JobState:
            return JobState.FIRING

        def query(self, job: JobId) -> JobState:
            self.asked += 1
            return JobState.FIRING

    class Rows:
        def __init__(self) -> None:
            self.kept: list[tuple[str, object]] = []

        def append(self, kind: str, piece: str, body: dict[str, object], **more: object) -> None:
            self.kept.append((kind, body.get("disposition")))

        def commit(self) -> None: ...

    device, rows = Firing(), Rows()
    info = ControllerInfo(7, "x", "photocell", 1.0, 1.0, 1, 1, 1)
    recovery = Recovery(rows, device, info, 0.5, pause=lambda seconds: None)  # type: ignore[arg-type]
    piece = PieceRecord(str(PieceId(7, 1)), 0, "a.png", {"outcome": "encoded"}, "1-1")
    recovery.end_pieces(RunRecord(1, pieces={piece.label: piece}))
    assert device.asked == 10
    assert rows.kept == [("disposition", "indeterminate")]


def test_an_anchor_that_cannot_be_synced_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / "anchors.txt", 1, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    anchors.open(Head())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mlocr.station.anchors.os.fsync", full)
    with pytest.raises(JournalError, match="No space left"):
        anchors.note(Head().after("00" * 32))
    monkeypatch.undo()
    anchors.close()
