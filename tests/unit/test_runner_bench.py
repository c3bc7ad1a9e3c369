"""The run on a bench: the station announces letters, one at a time, each when its mark is ready."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_line import FakeCamera, FakeController, FakeEncoder

from mlocr.errors import DeviceFaultError
from mlocr.mail.piece import JobState, MachineId, PieceId, PrintJob, PrintReceipt
from mlocr.ports import ControllerEvent, ControllerInfo, JobEnded, PieceEntered
from mlocr.station.journal import Journal, read_entries
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.summary import RunSummary
from mlocr.station.workers import WorkerInline


class BenchController(FakeController):
    """One letter at the head at a time; a mark is told done only when events were asked for twice since."""

    def __init__(self) -> None:
        super().__init__(0)
        self.announced: list[PieceEntered] = []
        self.crowded = False
        self.silent_on = self.broken_at = 0
        self._firing: PrintJob | None = None
        self._asked = 0

    def open(self) -> ControllerInfo:
        return ControllerInfo(7, "fake", "bench", 200.0, 200.0, 150, 3, 4000)

    def announce(self, length: float) -> PieceEntered:
        with self._lock:
            number = len(self.announced) + 1
            if number == self.broken_at:
                raise DeviceFaultError("the head took no piece; look at it")
            self.crowded = self.crowded or self._firing is not None
            self.announced.append(PieceEntered(self._next(), PieceId(7, number), 1000 * number, number, length))
            return self.announced[-1]

    def submit(self, job: PrintJob) -> JobState:
        with self._lock:
            self.jobs.append(job)
            if job.piece_id.number != self.silent_on:
                self._firing, self._asked = job, 0
            return JobState.READY

    def events(self, timeout: float) -> Sequence[ControllerEvent]:
        with self._lock:
            self._asked += 1
            if self._firing is not None and self._asked > 2:
                job, self._firing = self._firing, None
                return [JobEnded(self._next(), PrintReceipt(job.job_id, job.piece_id, JobState.DONE))]
        return []


class Desk:
    def __init__(self, out: Path) -> None:
        self.out = out
        self.controller = BenchController()

    def run(self, count: int, rejects: Sequence[str] = (), blind: Sequence[int] = ()) -> RunSummary:
        journal = Journal(self.out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
        workers = [WorkerInline(lambda: FakeEncoder(rejects)) for _ in range(3)]
        writer = ResultWriter(self.out, MachineId("SIM0001"))
        parts = RunParts(FakeCamera(count, blind=blind), self.controller, workers, journal, writer)
        return Runner(parts, RunRules(tie_timeout=0.05, drain_timeout=0.2)).run()

    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.out / "results.jsonl").read_text().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "out")


def test_one_letter_at_a_time_in_the_order_of_the_pictures(desk: Desk) -> None:
    assert desk.run(20).dispositions == {"sprayed": 20}
    assert not desk.controller.crowded
    assert [row["file"] for row in desk.rows()] == [f"{n}.png" for n in range(1, 21)]
    assert [row["piece_id"] for row in desk.rows()] == [str(PieceId(7, n)) for n in range(1, 21)]
    assert [row["job_id"] for row in desk.rows()] == [f"3-{n}" for n in range(1, 21)]
    assert [job.origin for job in desk.controller.jobs] == [1000 * n for n in range(1, 21)]
    assert {entered.length for entered in desk.controller.announced} == {9.5}


def test_a_letter_without_a_mark_needs_no_head_and_gets_no_number(desk: Desk) -> None:
    assert desk.run(5, rejects=("2.png",), blind=(4,)).dispositions == {"sprayed": 3, "passed": 2}
    assert len(desk.controller.announced) == len(desk.controller.jobs) == 3
    by_file = {row["file"]: row for row in desk.rows()}
    assert [by_file[f"{n}.png"]["piece_id"] for n in (2, 4)] == [None, None]
    assert [by_file[f"{n}.png"]["disposition"] for n in (2, 4)] == ["passed", "passed"]


def test_the_journal_says_which_number_a_frame_got(desk: Desk) -> None:
    desk.run(1)
    told = [(e.kind, e.piece) for e in read_entries(desk.out / "journal.db") if e.piece]
    number = str(PieceId(7, 1))
    assert told == [
        ("arrived", "frame-0"),
        ("decided", "frame-0"),
        ("announced", "frame-0"),
        ("intent", number),
        ("receipt", number),
        ("disposition", number),
    ]


def test_a_mark_whose_end_is_not_told_is_indeterminate_and_the_next_letter_comes(desk: Desk) -> None:
    desk.controller.silent_on = 2
    assert desk.run(4).dispositions == {"sprayed": 3, "indeterminate": 1}
    assert desk.rows()[1]["disposition"] == "indeterminate"
    assert [job.piece_id.number for job in desk.controller.jobs] == [1, 2, 3, 4]


def test_a_device_that_takes_no_piece_ends_the_run_and_no_letter_is_lost(desk: Desk) -> None:
    desk.controller.broken_at = 2
    with pytest.raises(DeviceFaultError, match="took no piece"):
        desk.run(4)
    assert [row["disposition"] for row in desk.rows()][:2] == ["sprayed", "faulted"]
    assert len(desk.controller.jobs) == 1
    assert len(desk.rows()) == len({row["file"] for row in desk.rows()}) >= 2
