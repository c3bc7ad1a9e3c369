"""The run against a line of fakes: every piece ends once, and no fault of a device puts ink on a wrong letter."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_line import FakeCamera, FakeController, FakeEncoder, FakeLine

from mlocr.errors import DeviceFaultError, JournalError, UsageError
from mlocr.mail.piece import JobState, MachineId, PieceId, PrintJob, PrintReceipt
from mlocr.ports import EventsLost, JobEnded, PieceEntered
from mlocr.station.journal import Journal, read_entries
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.summary import RunSummary
from mlocr.station.unfinished import read_unfinished
from mlocr.station.workers import WorkerInline

ID = MachineId("SIM0001")


class Bench:
    """One run's parts, its output and what was recorded."""

    def __init__(self, out: Path, count: int, **camera: object) -> None:
        self.out = out
        self.controller = FakeController(count)
        self.line = FakeLine(FakeCamera(count, **camera), self.controller)  # type: ignore[arg-type]
        self.journal = Journal(out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
        self.rejects: tuple[str, ...] = ()
        self.workers = 1
        self.rules = RunRules(tie_timeout=0.05, drain_timeout=0.2)

    def run(self) -> RunSummary:
        workers = [WorkerInline(lambda: FakeEncoder(self.rejects)) for _ in range(self.workers)]
        parts = RunParts(
            self.line.camera, self.controller, workers, self.journal, ResultWriter(self.out, ID), line=self.line
        )
        return Runner(parts, self.rules).run()

    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.out / "results.jsonl").read_text().splitlines()]


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    return lambda count, **camera: Bench(tmp_path / "out", count, **camera)


def test_every_letter_is_sprayed_once_and_results_stand_in_order(bench: Callable[..., Bench]) -> None:
    made = bench(20)
    made.workers = 3
    summary = made.run()
    assert summary.dispositions == {"sprayed": 20}
    assert [row["file"] for row in made.rows()] == [f"{n}.png" for n in range(1, 21)]
    assert len({job.job_id for job in made.controller.jobs}) == 20
    assert {job.piece_id.number: job.origin for job in made.controller.jobs} == {n: 1000 * n for n in range(1, 21)}
    assert len(list((made.out / "sprayed").iterdir())) == 20


def test_a_reject_gets_no_job_and_passes(bench: Callable[..., Bench]) -> None:
    made = bench(3)
    made.rejects = ("2.png",)
    summary = made.run()
    assert summary.dispositions == {"sprayed": 2, "passed": 1}
    assert [job.piece_id.number for job in made.controller.jobs] == [1, 3]
    assert (made.rows()[1]["outcome"], made.rows()[1]["reason"]) == ("rejected", "no_last_line")


def test_one_lost_frame_costs_one_letter_and_shifts_none(bench: Callable[..., Bench]) -> None:
    made = bench(5, dropped=(2,))
    summary = made.run()
    assert summary.dispositions == {"sprayed": 4, "passed": 1}
    by_piece = {job.piece_id.number: job.origin for job in made.controller.jobs}
    assert by_piece == {1: 1000, 3: 3000, 4: 4000, 5: 5000}
    assert [row["reason"] for row in made.rows() if row["file"] is None] == ["no_image"]
    # The belt waits for every piece: one without a frame is released too.
    assert sorted(p.number for p in made.line.released) == [1, 2, 3, 4, 5]


def test_a_frame_no_piece_belongs_to_is_not_sprayed(bench: Callable[..., Bench]) -> None:
    made = bench(3)
    made.controller._events.pop(1)  # the device never saw piece 2
    summary = made.run()
    assert summary.dispositions == {"sprayed": 2, "faulted": 1}
    assert made.rows()[1]["reason"] == "piece_mismatch"


def test_a_piece_told_too_late_is_one_letter_and_holds_no_belt(bench: Callable[..., Bench]) -> None:
    made = bench(3)
    late = made.controller._events.pop(2)
    made.line.camera.on_empty = lambda: made.controller.add_event(lambda number: replace(late, event=number))
    summary = made.run()
    assert summary.pieces == 3
    assert summary.dispositions == {"sprayed": 2, "faulted": 1}
    assert late.piece_id in made.line.released


def test_a_frame_without_a_picture_is_counted_and_passes(bench: Callable[..., Bench]) -> None:
    made = bench(3, blind=(3,))
    assert made.run().reasons == {"no_image": 1}


@pytest.mark.parametrize(
    ("state", "disposition"),
    [
        (JobState.MISSED_LATE, "late"),
        (JobState.INDETERMINATE, "indeterminate"),
        (JobState.ABORTED, "indeterminate"),
        (JobState.REFUSED, "faulted"),
    ],
)
def test_what_the_device_says_of_a_job_is_what_is_recorded(
    bench: Callable[..., Bench], state: JobState, disposition: str
) -> None:
    made = bench(2)
    made.controller.answer = lambda job: state if job.piece_id.number == 1 else JobState.DONE
    summary = made.run()
    assert summary.dispositions == {disposition: 1, "sprayed": 1}
    # Never a second job for the same letter.
    assert [job.piece_id.number for job in made.controller.jobs] == [1, 2]


def test_a_job_without_an_end_is_indeterminate(bench: Callable[..., Bench]) -> None:
    made = bench(2)
    made.controller.answer = lambda job: JobState.READY if job.piece_id.number == 2 else JobState.DONE
    assert made.run().dispositions == {"sprayed": 1, "indeterminate": 1}


def test_a_receipt_for_a_strange_job_ends_nothing(bench: Callable[..., Bench]) -> None:
    made = bench(1)

    def answer(job: PrintJob) -> JobState:
        strange = PrintReceipt(type(job.job_id)(99, 99), job.piece_id, JobState.DONE)
        made.controller.add_event(lambda number: JobEnded(number, strange))
        return JobState.READY

    made.controller.answer = answer
    assert made.run().dispositions == {"indeterminate": 1}


def test_the_intent_is_durable_before_the_job_leaves(bench: Callable[..., Bench]) -> None:
    made = bench(4)

    def answer(job: PrintJob) -> JobState:
        on_disk = [entry for entry in read_entries(made.out / "journal.db") if entry.kind == "intent"]
        assert any(entry.body["job"] == str(job.job_id) for entry in on_disk)
        return JobState.DONE

    made.controller.answer = answer
    assert made.run().dispositions == {"sprayed": 4}


def test_events_are_acknowledged_only_after_their_rows_are_durable(bench: Callable[..., Bench]) -> None:
    made = bench(2)
    seen: list[int] = []

    def acknowledge(event: int) -> None:
        kinds = [entry.kind for entry in read_entries(made.out / "journal.db")]
        seen.append(kinds.count("receipt"))

    made.controller.acknowledge = acknowledge  # type: ignore[method-assign]
    made.run()
    assert seen[-1] == 2


def test_no_ink_without_a_journal(bench: Callable[..., Bench]) -> None:
    made = bench(3)
    append = made.journal.append

    def failing(kind: str, piece: str, body: object, *, durable: bool = False) -> int:
        if kind == "intent":
            raise JournalError("the disk is full; free it")
        return append(kind, piece, body, durable=durable)  # type: ignore[arg-type]

    made.journal.append = failing  # type: ignore[method-assign, assignment]
    with pytest.raises(JournalError, match="disk is full"):
        made.run()
    assert made.controller.jobs == []
    assert len(made.rows()) == 3


def test_results_are_saved_when_the_journal_fails_for_good(bench: Callable[..., Bench]) -> None:
    made = bench(3)
    append = made.journal.append
    full = False

    def failing(kind: str, piece: str, body: object, *, durable: bool = False) -> int:
        nonlocal full
        full = full or kind == "intent"
        if full:
            raise JournalError("the disk is full; free it")
        return append(kind, piece, body, durable=durable)  # type: ignore[arg-type]

    made.journal.append = failing  # type: ignore[method-assign, assignment]
    with pytest.raises(JournalError, match="disk is full"):
        made.run()
    assert made.controller.jobs == []
    assert len(made.rows()) == 3
    assert (made.out / "summary.json").is_file()


def test_a_device_fault_ends_the_run_with_results_saved(bench: Callable[..., Bench]) -> None:
    made = bench(4)

    def answer(job: PrintJob) -> JobState:
        if job.piece_id.number == 2:
            raise DeviceFaultError("the head stopped answering; look at it")
        return JobState.DONE

    made.controller.answer = answer
    with pytest.raises(DeviceFaultError, match="stopped answering"):
        made.run()
    ends = {row["file"]: row["disposition"] for row in made.rows()}
    assert ends["2.png"] == "indeterminate"
    assert "sprayed" not in {ends.get("3.png"), ends.get("4.png")}
    assert made.line.stopped


def test_a_second_run_into_the_same_folder_is_refused(bench: Callable[..., Bench]) -> None:
    made = bench(1)
    first = ResultWriter(made.out, ID)
    first.open()
    with pytest.raises(UsageError, match="another run"):
        made.run()
    first.close()
    assert made.controller.jobs == []


def test_pictures_of_an_earlier_run_do_not_stay(bench: Callable[..., Bench]) -> None:
    made = bench(1)
    (made.out / "sprayed").mkdir(parents=True)
    (made.out / "sprayed" / "old.png").write_bytes(b"old")
    made.run()
    assert [path.name for path in (made.out / "sprayed").iterdir()] == ["1.png"]


def test_lost_events_are_counted(bench: Callable[..., Bench]) -> None:
    made = bench(1)
    made.controller.add_event(lambda number: EventsLost(number, 5))
    assert made.run().events_lost == 5


def test_a_limit_of_rejects_stops_the_feeder(bench: Callable[..., Bench]) -> None:
    made = bench(200)
    made.line.camera.slow_after = 20
    made.rejects = tuple(f"{n}.png" for n in range(1, 201))
    made.rules = RunRules(tie_timeout=0.05, drain_timeout=0.2, rejects_in_a_row=5)
    summary = made.run()
    assert summary.stopped.endswith("rejects in a row")
    assert 5 <= summary.read < 200


def test_a_letter_of_another_length_than_the_photocell_saw_is_not_sprayed(bench: Callable[..., Bench]) -> None:
    made = bench(2)
    entered = made.controller._events[0]
    made.controller._events[0] = type(entered)(1, PieceId(7, 1), 1000, 1, 6.0)  # type: ignore[call-arg]
    summary = made.run()
    assert summary.reasons == {"piece_mismatch": 1}
    assert [job.piece_id.number for job in made.controller.jobs] == [2]


def test_a_letter_told_of_after_the_last_frame_has_its_row(bench: Callable[..., Bench]) -> None:
    made = bench(2)
    tell = made.controller.events
    told: list[int] = []

    def late(timeout: float) -> object:
        # The second look after everything was printed is the first at which it is told.
        if made.line.released and len(made.line.released) == 2 and not told:
            told.append(3)
            made.controller.add_event(lambda number: PieceEntered(number, PieceId(7, 3), 3000, 3, 9.5))
        return tell(timeout)

    made.controller.events = late  # type: ignore[method-assign, assignment]
    summary = made.run()
    assert summary.pieces == 3
    assert [row["piece_id"] for row in made.rows()] == ["00000007-1", "00000007-2", "00000007-3"]
    assert made.rows()[2]["reason"] == "no_image"
    assert made.rows()[2]["disposition"] == "passed"


def test_pieces_told_again_to_a_later_run_have_their_end_already(bench: Callable[..., Bench]) -> None:
    first = bench(3)
    first.run()
    earlier = read_unfinished(first.out / "journal.db")
    assert (earlier.unfinished, earlier.told) == ((), {7: 3})
    again = bench(4)  # the device tells the first three anew: their acknowledgement never came to it
    again.line.camera.empty()
    parts = RunParts(
        again.line.camera,
        again.controller,
        [WorkerInline(lambda: FakeEncoder(()))],
        again.journal,
        ResultWriter(again.out, ID),
        line=again.line,
        earlier=earlier,
    )
    Runner(parts, again.rules).run()
    ended = [entry.piece for entry in read_entries(again.out / "journal.db") if entry.kind == "disposition"]
    assert ended == ["00000007-4"]
