"""A run that is killed at any point and started again: no second spray, no lost row, one end for every piece.

The journal's files are copied at every sync, which is what a disk holds that drops all that was not synced; the run is
then continued from each copy, with a device that survived and knows the jobs it was given.
"""

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_line import FakeCamera, FakeController, FakeEncoder, FakeLine

from mlocr.errors import JournalError
from mlocr.mail.piece import JobId, JobState, MachineId, PieceId, PrintJob, PrintReceipt
from mlocr.ports import CameraFrame, ControllerInfo, JobEnded, PieceEntered, PiecePassed
from mlocr.station.journal import Head, Journal, read_entries
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.recovery import rows_of
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.summary import RunSummary
from mlocr.station.unfinished import going_on, read_run, read_unfinished
from mlocr.station.workers import WorkerInline

ABOUT = {"machine_id": "SIM0001", "source": "letters"}
COUNT = 5


class Survivor(FakeController):
    """A device that knows the jobs it was given before the station was killed, and tells of every piece again."""

    def __init__(self, count: int, known: dict[JobId, JobState], boot: int = 7, epoch: int = 3) -> None:
        super().__init__(count)
        self.known = known
        self.boot = boot
        self.epoch = epoch
        self.cancelled: list[JobId] = []

    def open(self) -> ControllerInfo:
        return ControllerInfo(self.boot, "fake", "photocell", 200.0, 200.0, 150, self.epoch, 4000)

    def cancel(self, job_id: JobId) -> JobState:
        self.cancelled.append(job_id)
        return self.known.get(job_id, JobState.REFUSED)


class TellingCamera(FakeCamera):
    """The device tells of a letter when the camera sees it, as a photocell does."""

    device: FakeController

    def next(self, timeout: float) -> CameraFrame | None:
        frame = super().next(timeout)
        if frame is not None:
            piece = PieceId(7, frame.trigger)
            self.device.add_event(lambda number: PieceEntered(number, piece, 1000 * frame.trigger, frame.trigger, 9.5))
        return frame


@dataclass
class Snapshots:
    """Copies the journal's files at every sync, and remembers what the device had been given then."""

    path: Path
    to: Path
    controller: FakeController | None = None
    taken: list[tuple[Path, list[PrintJob]]] = field(default_factory=list)

    def open(self, head: Head) -> None: ...

    def note(self, head: Head, *, last: bool = False) -> None:
        assert self.controller is not None
        folder = self.to / f"{len(self.taken):02}"
        folder.mkdir(parents=True)
        for name in ("journal.db", "journal.db-wal"):
            if (self.path / name).exists():
                shutil.copy(self.path / name, folder / name)
        self.taken.append((folder, list(self.controller.jobs)))

    def close(self) -> None: ...


def play(
    out: Path,
    camera: FakeCamera,
    controller: FakeController,
    witness: Snapshots | None = None,
    resume: bool = True,
    queue: int = 4,
) -> RunSummary:
    earlier = read_unfinished(out / "journal.db")
    if isinstance(camera, TellingCamera):
        camera.device = controller
    line = FakeLine(camera, controller)
    parts = RunParts(
        line.camera,
        controller,
        [WorkerInline(lambda: FakeEncoder(("2.png",)))],
        Journal(out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC), witness),
        ResultWriter(out, MachineId("SIM0001")),
        about=ABOUT,
        line=line,
        earlier=earlier,
        goes_on=resume and going_on(earlier, ABOUT) is not None,
    )
    return Runner(parts, RunRules(tie_timeout=0.05, drain_timeout=0.2, queue=queue)).run()


def test_a_receipt_for_a_letter_of_an_ended_run_makes_it_no_piece_of_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out"
    play(out, FakeCamera(2), FakeController(2))
    second = FakeController(0)
    ended, passed = PrintReceipt(JobId(3, 1), PieceId(7, 1), JobState.CANCELLED), PieceId(7, 2)
    second.add_event(lambda number: JobEnded(number, ended))
    second.add_event(lambda number: PiecePassed(number, passed))
    # Of another boot: none that an earlier run was told of.
    second.add_event(lambda number: PiecePassed(number, PieceId(8, 1)))
    play(out, FakeCamera(0), second)
    told = [(row.kind, row.piece, row.body.get("piece")) for row in read_entries(out / "journal.db", 2)]
    assert [each for each in told if each[0] in ("receipt", "passed")] == [
        ("receipt", "", "00000007-1"),
        ("passed", "", "00000007-2"),
        ("passed", "00000008-1", None),
    ]


def rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def remaining(out: Path, count: int = COUNT) -> TellingCamera:
    """The letters whose frames the killed station had not seen."""
    record = read_unfinished(out / "journal.db").unfinished
    seen = {piece.file for piece in record[-1].pieces.values()} if record else set()
    camera = TellingCamera(count)
    camera._frames = [frame for frame in camera._frames if frame.name not in seen]
    return camera


@pytest.fixture
def killed(tmp_path: Path) -> list[tuple[Path, list[PrintJob]]]:
    """What the disk held at every sync of a run of five letters, one of them rejected."""
    shots = Snapshots(tmp_path / "first", tmp_path / "cuts")
    controller = Survivor(0, {})
    shots.controller = controller
    play(tmp_path / "first", TellingCamera(COUNT), controller, shots)
    assert len(shots.taken) > 6
    return shots.taken


def test_from_every_sync_no_letter_gets_a_second_job_and_none_is_lost(
    killed: list[tuple[Path, list[PrintJob]]],
) -> None:
    for out, given in killed:
        if not read_unfinished(out / "journal.db").unfinished:
            continue  # the last rows of a run that ended
        device = Survivor(0, {job.job_id: JobState.DONE for job in given}, epoch=4)
        summary = play(out, remaining(out), device)
        sprayed = Counter(job.piece_id.number for job in (*given, *device.jobs))
        assert set(sprayed.values()) <= {1}, out
        found = rows(out)
        assert Counter(row["file"] for row in found if row["file"]) == {f"{n}.png": 1 for n in range(1, COUNT + 1)}
        ends = Counter(e.piece for e in read_entries(out / "journal.db") if e.kind == "disposition")
        assert set(ends.values()) == {1}
        assert summary.pieces == len(found) == len(ends)
        # What the rows say was sprayed is what the device fired.
        jobs = {str(job.job_id) for job in (*given, *device.jobs)}
        assert {row["job_id"] for row in found if row["disposition"] == "sprayed"} == jobs
        assert not read_unfinished(out / "journal.db").unfinished


def test_an_intent_is_on_disk_in_every_copy_that_holds_its_job(killed: list[tuple[Path, list[PrintJob]]]) -> None:
    for out, given in killed:
        intents = {e.body["job"] for e in read_entries(out / "journal.db") if e.kind == "intent"}
        assert {str(job.job_id) for job in given} <= intents


def crash(out: Path, given: dict[JobId, JobState], rows: list[tuple[str, str, dict[str, object]]]) -> None:
    journal = Journal(out / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    journal.open()
    journal.append("run_started", "", ABOUT)
    for kind, piece, body in rows:
        journal.append(kind, piece, body)
    journal.close()


ENCODED = {"outcome": "encoded", "digits": "04001123401", "bars": "101", "lines": ["ADAMS ME"], "read": True}
LETTER = [
    ("entered", "00000007-1", {"trigger": 1}),
    ("arrived", "00000007-1", {"file": "1.png", "trigger": 1, "index": 0}),
    ("decided", "00000007-1", ENCODED),
    ("intent", "00000007-1", {"job": "3-1"}),
]


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (JobState.DONE, "sprayed"),
        (JobState.CANCELLED, "passed"),
        (JobState.REFUSED, "passed"),  # the device of this boot never took it
        (JobState.MISSED_LATE, "late"),
        (JobState.ABORTED, "indeterminate"),
        (JobState.INDETERMINATE, "indeterminate"),
    ],
)
def test_an_open_intent_ends_as_the_device_says(tmp_path: Path, state: JobState, end: str) -> None:
    crash(tmp_path, {}, LETTER)
    device = Survivor(0, {JobId(3, 1): state}, epoch=4)
    summary = play(tmp_path, FakeCamera(0), device)
    assert device.cancelled[0] == JobId(3, 1)
    assert device.jobs == []
    assert [row["disposition"] for row in rows(tmp_path)] == [end]
    assert summary.dispositions == {end: 1}
    assert rows(tmp_path)[0]["zip5"] == "04001"


def test_unknown_to_a_device_that_restarted_is_not_known(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER)
    play(tmp_path, FakeCamera(0), Survivor(0, {}, boot=8, epoch=4))
    assert [row["disposition"] for row in rows(tmp_path)] == ["indeterminate"]


def test_a_mark_that_is_being_fired_is_waited_for(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER)
    device = Survivor(0, {JobId(3, 1): JobState.FIRING}, epoch=4)
    answers = iter([JobState.FIRING, JobState.DONE])
    device.query = lambda job_id: next(answers)  # type: ignore[method-assign]
    play(tmp_path, FakeCamera(0), device)
    assert [row["disposition"] for row in rows(tmp_path)] == ["sprayed"]


def test_the_receipt_on_record_is_taken_and_the_device_not_asked(tmp_path: Path) -> None:
    crash(tmp_path, {}, [*LETTER, ("receipt", "00000007-1", {"job": "3-1", "state": "done"})])
    device = Survivor(0, {}, epoch=4)
    play(tmp_path, FakeCamera(0), device)
    assert device.cancelled == []
    assert [row["disposition"] for row in rows(tmp_path)] == ["sprayed"]


def test_a_strangers_receipt_ends_nothing(tmp_path: Path) -> None:
    crash(tmp_path, {}, [*LETTER, ("receipt", "00000007-1", {"job": "9-9", "state": "done"})])
    device = Survivor(0, {}, epoch=4)
    play(tmp_path, FakeCamera(0), device)
    assert device.cancelled == [JobId(3, 1)]
    assert [row["disposition"] for row in rows(tmp_path)] == ["passed"]


def test_without_a_job_there_is_no_ink(tmp_path: Path) -> None:
    crash(tmp_path, {}, [*LETTER[:3], ("entered", "00000007-2", {"trigger": 2})])
    summary = play(tmp_path, FakeCamera(0), Survivor(2, {}, boot=8, epoch=4))
    found = rows(tmp_path)
    assert [(row["outcome"], row["disposition"]) for row in found[:2]] == [
        ("encoded", "passed"),
        ("rejected", "passed"),
    ]
    assert found[1]["reason"] == "station_stopped"
    assert summary.reasons["station_stopped"] == 1


def test_a_bench_letter_keeps_its_place_under_its_number(tmp_path: Path) -> None:
    frame = [
        ("arrived", "frame-0", {"file": "1.png", "trigger": 1, "index": 0}),
        ("decided", "frame-0", ENCODED),
        ("announced", "frame-0", {"piece": "00000007-1"}),
        ("intent", "00000007-1", {"job": "3-1"}),
    ]
    crash(tmp_path, {}, frame)
    play(tmp_path, FakeCamera(0), Survivor(0, {JobId(3, 1): JobState.DONE}, epoch=4))
    found = rows(tmp_path)
    assert [(row["file"], row["piece_id"], row["disposition"]) for row in found] == [("1.png", "00000007-1", "sprayed")]


def test_a_run_about_other_letters_begins_anew_and_the_old_rows_stay(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER)
    play(tmp_path, FakeCamera(2), Survivor(2, {JobId(3, 1): JobState.DONE}, boot=8, epoch=4), resume=False)
    assert len(rows(tmp_path)) == 2
    kept = [json.loads(line) for line in (tmp_path / "results-run-1.jsonl").read_text().splitlines()]
    assert [(row["file"], row["disposition"]) for row in kept] == [("1.png", "sprayed")]
    ended = [entry for entry in read_entries(tmp_path / "journal.db", 1) if entry.kind == "run_ended"]
    assert ended[0].body["unfinished"] is True
    assert next(entry.run for entry in read_entries(tmp_path / "journal.db")) == 2
    other = read_unfinished(tmp_path / "journal.db")
    assert not other.unfinished


def test_only_a_run_about_the_same_is_gone_on_with(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER)
    record = read_unfinished(tmp_path / "journal.db")
    assert going_on(record, ABOUT) is record.unfinished[0]
    assert going_on(record, {**ABOUT, "source": "others"}) is None


def test_the_rows_of_the_results_are_made_from_the_journal_alone(tmp_path: Path) -> None:
    play(tmp_path, FakeCamera(4, blind=(3,), dropped=(4,)), FakeController(4))
    entries = list(read_entries(tmp_path / "journal.db"))
    assert rows_of(read_run(entries, 1)) == rows(tmp_path)


def test_a_journal_written_since_it_was_read_is_not_gone_on_with(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER)
    before = read_unfinished(tmp_path / "journal.db")
    journal = Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    journal.open()
    journal.append("run_started", "", {}, durable=True)
    journal.close()
    with pytest.raises(JournalError, match="meanwhile"):
        Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)).open(1, before.head)


def test_a_torn_last_page_of_the_log_costs_the_last_rows_and_the_rest_goes_on(tmp_path: Path) -> None:
    live = tmp_path / "live"
    journal = Journal(live / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    journal.open()
    journal.append("run_started", "", ABOUT, durable=True)
    for kind, piece, body in LETTER:
        journal.append(kind, piece, body, durable=True)
    torn = tmp_path / "torn"
    torn.mkdir()
    whole = (live / "journal.db-wal").read_bytes()
    for cut in (1, 500, 4096, 4120, 9000):
        shutil.copy(live / "journal.db", torn / "journal.db")
        (torn / "journal.db-wal").write_bytes(whole[:-cut] + bytes(min(cut, 100)))
        (torn / "journal.db-shm").unlink(missing_ok=True)
        kinds = [entry.kind for entry in read_entries(torn / "journal.db")]
        assert kinds == ["run_started", *(kind for kind, _, _ in LETTER)][: len(kinds)]
        device = Survivor(0, {JobId(3, 1): JobState.DONE}, epoch=4)
        play(torn, FakeCamera(0), device)
        assert all(row["disposition"] in ("sprayed", "passed") for row in rows(torn))
        assert not read_unfinished(torn / "journal.db").unfinished
    journal.close()


def test_a_page_that_was_overwritten_is_said_and_nothing_is_sprayed(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER * 40)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray((tmp_path / "journal.db").read_bytes())
    data[size * 4 : size * 5] = bytes(size)
    (tmp_path / "journal.db").write_bytes(data)
    device = Survivor(0, {}, epoch=4)
    with pytest.raises(JournalError):
        play(tmp_path, FakeCamera(0), device)
    assert device.jobs == []


def test_pieces_of_the_first_part_are_not_taken_twice(tmp_path: Path) -> None:
    crash(tmp_path, {}, LETTER)
    device = Survivor(1, {JobId(3, 1): JobState.DONE}, epoch=4)  # tells of piece 1 once more
    summary = play(tmp_path, FakeCamera(0), device)
    assert summary.pieces == 1
    assert PieceId(7, 1) not in {job.piece_id for job in device.jobs}


def test_a_letter_without_a_frame_keeps_its_place_when_the_station_is_killed_again(tmp_path: Path) -> None:
    crash(tmp_path, {}, [*LETTER, ("entered", "00000007-2", {"trigger": 2})])
    play(tmp_path, FakeCamera(0), Survivor(0, {JobId(3, 1): JobState.DONE}, epoch=4))
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:  # as if the last row had not come to be
        db.execute("DELETE FROM entry WHERE kind = 'run_ended'")
        db.commit()
    camera, device = FakeCamera(3, dropped=(1, 2)), Survivor(3, {}, epoch=5)
    play(tmp_path, camera, device)
    assert [row["piece_id"] for row in rows(tmp_path)] == ["00000007-1", "00000007-2", "00000007-3"]
    indices = [e.body["index"] for e in read_entries(tmp_path / "journal.db") if e.kind == "arrived"]
    assert indices == [0, 1, 2]
