"""Deadlines on a virtual clock: what a letter has left, who gives up, and that a late answer is kept and not sent."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_line import FakeCamera, FakeController, FakeEncoder, FakeLine, lift
from hypothesis import given
from hypothesis import strategies as st
from wire_rig import Rig, every_device  # noqa: F401

from drivers.inkjet.messages import HelloAck, State, Status
from drivers.inkjet.time_left import BeltPace, ticks_left
from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.mail.code import RoutingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.match import Match
from mlocr.mail.piece import MachineId, PieceId, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.ports import PieceEntered
from mlocr.station.deadlines import Deadlines
from mlocr.station.journal import Journal, read_entries
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.pieces import Piece
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.summary import RunSummary
from mlocr.station.timed import Timed
from mlocr.station.workers import WorkerInline

TICKS_A_SECOND = 1000


def hello_ack(**values: int) -> HelloAck:
    return HelloAck(**(dict.fromkeys(HelloAck._fields, 0) | {"firmware": b""} | values))  # type: ignore[arg-type]


INFO = hello_ack(boot=7, distance=4000, margin=50, max_window=100)


def status(encoder: int, ms: int, speed: int = TICKS_A_SECOND, boot: int = 7) -> Status:
    told = {"boot": boot, "encoder": encoder % (1 << 32), "speed": speed, "time": ms}
    return Status(**(dict.fromkeys(Status._fields, 0) | told))


def running(encoder: int = 0, statuses: int = 5) -> tuple[BeltPace, float]:
    """A belt at a thousand ticks a second that stands at `encoder` now; and now."""
    belt = BeltPace()
    for back in range(statuses - 1, -1, -1):
        belt.told(status(encoder - 100 * back, 5000 - 100 * back), 60.0 - 0.1 * back)
    return belt, 60.0


# --- what the controller says -----------------------------------------------------------------------------------------


def test_time_left_is_to_the_earliest_edge_of_the_window_less_the_margin() -> None:
    belt, now = running(encoder=1000)
    # 4000 ticks behind the edge at 500, less 100 of window and 50 of margin: 3350 ticks away.
    assert belt.seconds_left(INFO, 500, 100, now) == pytest.approx(3.35)
    assert belt.seconds_left(INFO, 500, 100, now + 2.0) == pytest.approx(1.35)
    assert belt.seconds_left(INFO, 500, 100, now + 4.0) == pytest.approx(-0.65)


@given(edge=st.integers(0, (1 << 32) - 1), gone=st.integers(-5000, 5000))
def test_the_encoder_may_wrap_anywhere(edge: int, gone: int) -> None:
    assert ticks_left(INFO, edge, (edge + gone) % (1 << 32), 100) == 3850 - gone
    belt, now = running(encoder=edge + gone)
    assert belt.seconds_left(INFO, edge, 100, now) == pytest.approx((3850 - gone) / TICKS_A_SECOND)


def test_speed_is_by_the_devices_own_time_whatever_holds_up_the_wire() -> None:
    belt = BeltPace()
    for number, late in enumerate((0.0, 0.07, 0.0, 0.09, 0.03)):
        belt.told(status(100 * number, 100 * number, speed=3 * TICKS_A_SECOND), 10.0 + 0.1 * number + late)
    assert belt.speed() == pytest.approx(TICKS_A_SECOND)


@pytest.mark.parametrize(
    "last", [status(500, 5100, speed=0), status(400, 5100, boot=8), status(900, 5100, speed=0, boot=8)]
)
def test_nobody_can_say_while_the_belt_stands_or_the_device_is_another(last: Status) -> None:
    belt, now = running(encoder=500)
    belt.told(last, now + 0.1)
    assert belt.seconds_left(INFO, 0, 100, now + 0.1) is None
    assert BeltPace().seconds_left(INFO, 0, 100, now) is None


def test_a_belt_that_ran_back_is_reckoned_anew() -> None:
    belt, now = running(encoder=500)
    belt.told(status(300, 5100, speed=50), now + 0.1)
    assert belt.speed() == 50


@pytest.mark.usefixtures("every_device")
def test_what_is_reckoned_is_what_the_device_judges_by() -> None:
    rig = Rig()
    info = rig.open()

    def roll(seconds: float) -> None:
        for _ in range(round(seconds / 0.005)):
            rig.move(5)
            rig.step()

    def left(edge: int) -> float:
        seconds = rig.host.belt.seconds_left(info, edge, 80, rig.now)
        assert seconds is not None
        return seconds

    roll(1.0)
    for number, (wait, state) in enumerate([(0.05, State.READY), (-0.05, State.MISSED_LATE)], 1):
        edge = rig.letter()
        roll(0.3)
        while left(edge) > wait:
            roll(0.01)
        assert left(edge) == pytest.approx(wait, abs=0.03)
        job = rig.job(number, edge)
        rig.settle(job)
        assert job.state is state
        roll(1.5)


# --- what the stages do with it ---------------------------------------------------------------------------------------


class Clock:
    """Steady seconds that move when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class SlowReader:
    """Takes its time; remembers what it was told to have left."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.told: list[float | None] = []
        self._clock = clock
        self._seconds = seconds

    def read(self, lift: ImageLift, left: Callable[[], float] | None = None) -> Reading:
        self.told.append(None if left is None else left())
        self._clock.now += self._seconds
        self.told.append(None if left is None else left())
        return Reading(AddressBlock((TextLine("1 MAIN ST"), TextLine("ADAMS ME 04001"))), None)


class CountingMatcher:
    def __init__(self) -> None:
        self.asked = 0

    def match(self, block: AddressBlock) -> Match:
        self.asked += 1
        return Match(RoutingCode.of("04001"), None)


BLOCK = AddressBlock((TextLine("1 MAIN ST"),))


@pytest.mark.parametrize(("budget", "asked"), [(None, 1), (300.0, 1), (251.0, 1), (249.0, 0), (100.0, 0)])
def test_a_letter_whose_time_went_in_reading_is_not_matched(budget: float | None, asked: int) -> None:
    clock, matcher = Clock(), CountingMatcher()
    reader = SlowReader(clock, 0.25)
    timed = Timed(reader, matcher, budget, clock)
    timed.read(lift("1.png"))
    match = timed.match(BLOCK)
    assert matcher.asked == asked
    assert reader.told == [budget, None if budget is None else pytest.approx(budget - 250.0)]
    assert match.reason is (None if asked else RejectReason.TOO_LATE)
    assert timed.timings_ms["read"] == pytest.approx(250.0)


class BeltController(FakeController):
    """Says how long each piece has; a piece without a number in `left` is not known."""

    def __init__(self, count: int, left: Callable[[int], float | None]) -> None:
        super().__init__(count)
        self.left = left
        self.lines: FakeLine | None = None

    def seconds_left(self, piece: PieceEntered) -> float | None:
        return self.left(piece.piece_id.number)


class WatchingEncoder(FakeEncoder):
    def __init__(self) -> None:
        super().__init__()
        self.budgets: dict[str, float | None] = {}

    def encode(self, lift, tracking, budget_ms=None):  # type: ignore[no-untyped-def]
        self.budgets[lift.source] = budget_ms
        return super().encode(lift, tracking)


def play(out: Path, controller: FakeController, encoder: FakeEncoder, active: bool = True) -> RunSummary:
    line = FakeLine(FakeCamera(3), controller)
    parts = RunParts(
        line.camera,
        controller,
        [WorkerInline(lambda: encoder)],
        Journal(out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)),
        ResultWriter(out, MachineId("SIM0001")),
        line=line,
    )
    rules = RunRules(tie_timeout=0.05, drain_timeout=0.2, deadlines=active, reserve_ms=20.0)
    return Runner(parts, rules).run()


def test_a_piece_without_time_is_not_read_and_gets_no_job(tmp_path: Path) -> None:
    controller = BeltController(3, {1: 0.4, 2: 0.015, 3: -0.1}.get)
    encoder = WatchingEncoder()
    summary = play(tmp_path, controller, encoder)
    assert encoder.budgets == {"1.png": pytest.approx(380.0)}
    assert [job.piece_id.number for job in controller.jobs] == [1]
    assert summary.dispositions == {"sprayed": 1, "late": 2}
    assert summary.reasons == {"too_late": 2}
    told = summary.as_json()["deadline"]
    assert told == {
        "late": 2,
        "late_share": 0.66667,
        "given_up": 2,
        "margin_ms": {"least": -120.0, "p1": -120.0, "p10": -120.0, "p50": -5.0},
    }


def test_a_late_answer_is_recorded_and_not_sent(tmp_path: Path) -> None:
    # There was time when it was read, and none is left when its turn at the head comes.
    asked: dict[int, int] = {}

    def left(number: int) -> float:
        asked[number] = asked.get(number, 0) + 1
        return -0.03 if number == 2 and asked[number] > 1 else 0.5

    controller = BeltController(3, left)
    summary = play(tmp_path, controller, WatchingEncoder())
    assert [job.piece_id.number for job in controller.jobs] == [1, 3]
    assert summary.dispositions == {"sprayed": 2, "late": 1}
    (row,) = [json.loads(r) for r in (tmp_path / "results.jsonl").read_text().splitlines() if '"2.png"' in r]
    assert (row["outcome"], row["zip5"], row["job_id"], row["disposition"]) == ("encoded", "04001", None, "late")
    kinds = [(e.kind, e.piece) for e in read_entries(tmp_path / "journal.db") if e.kind in ("decided", "intent")]
    assert ("decided", "00000007-2") in kinds
    assert ("intent", "00000007-2") not in kinds


def test_where_the_belt_waits_nobody_is_late(tmp_path: Path) -> None:
    controller = BeltController(3, lambda number: -1.0)
    summary = play(tmp_path, controller, WatchingEncoder(), active=False)
    assert summary.dispositions == {"sprayed": 3}
    assert summary.as_json()["deadline"] is None


def test_a_controller_that_cannot_say_hurries_nobody(tmp_path: Path) -> None:
    encoder = WatchingEncoder()
    assert play(tmp_path, FakeController(3), encoder).dispositions == {"sprayed": 3}
    assert encoder.budgets == dict.fromkeys(("1.png", "2.png", "3.png"))


def test_a_piece_that_has_passed_undecided_is_given_up() -> None:
    piece = Piece(0, "1.png", None, PieceEntered(1, PieceId(7, 1), 1000, 1, 9.5), 0.0)
    asleep = Deadlines(FakeController(1), True, 20.0)
    assert not asleep.give_up(piece, None)
    passed = replace(piece, disposition=RunSummary)  # type: ignore[arg-type]
    assert asleep.give_up(passed, None)
    assert isinstance(passed.outcome, Rejected)
    assert passed.outcome.reason is RejectReason.TOO_LATE
    assert not Deadlines(FakeController(1), False, 20.0).give_up(replace(passed, outcome=None), None)
