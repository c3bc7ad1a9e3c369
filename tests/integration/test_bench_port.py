"""Letters through a real (pseudo) port to a mock device with a bench trigger: live runs, as on a desk."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from wire_device import HEAD, WireDevice

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.mock import DeviceConfig
from mlocr.mail.piece import JobState, PrintJob
from mlocr.station.journal import read_entries

MlocrCall = Callable[..., int]
Rows = list[dict[str, object]]
# The configuration's head (0.75 inch at 200 dpi) at the end of a board without photocells.
BOARD = DeviceConfig(ticks_per_inch=2000.0, dots=150, photocell=False, max_window=HEAD.max_window)


class Board:
    """The device on its port, and every column that left its head, in order."""

    def __init__(self) -> None:
        self.wire = WireDevice(BOARD)
        self.port = self.wire.pty.name
        self.fired: list[int] = []
        self.wire.device.on_fire = lambda ticks, columns: self.fired.extend(columns)


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board()
    yield made
    made.wire.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy elsewhere is no fault of the wire: neither end gives the other up meanwhile."""
    terms = partial(Terms, lost_after=60.0, give_up_after=60.0)
    settings = partial(ControllerSettings, submit_timeout=60.0, open_timeout=60.0)
    monkeypatch.setattr("drivers.inkjet.serial.Terms", terms)
    monkeypatch.setattr("drivers.inkjet.serial.ControllerSettings", settings)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[PrintJob]:
    """Every job the station hands over."""
    handed: list[PrintJob] = []
    submit = SprayController.submit

    def spy(self: SprayController, job: PrintJob) -> JobState:
        handed.append(job)
        return submit(self, job)

    monkeypatch.setattr(SprayController, "submit", spy)
    return handed


@pytest.fixture
def play(mail: Path, mlocr: MlocrCall, tmp_path: Path) -> Callable[..., int]:
    given = ("--images", mail, "--dpi", "200", "--directory", tmp_path / "directory", "--workers", "0")
    (tmp_path / "patient.toml").write_text("[inkjet.settings]\nhost_silent_ms = 60000\n")
    given += ("--config", tmp_path / "patient.toml")
    return lambda port, *more: mlocr("run", *given, "--inkjet", f"serial:{port}", "--out", tmp_path / "out", *more)


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[], Rows]:
    return lambda: [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]


def columns(jobs: list[PrintJob]) -> list[int]:
    """What a head fires for these jobs: the rightmost column of each first."""
    return [column for job in jobs for column in reversed(job.image.columns)]


def test_every_encoded_letter_is_sprayed_once_and_rejects_pass(
    play: Callable[..., int], rows: Callable[[], Rows], board: Board, jobs: list[PrintJob], tmp_path: Path
) -> None:
    assert play(board.port) == 0
    ends = {row["file"]: (row["outcome"], row["disposition"]) for row in rows()}
    assert len(ends) == len(rows()) == 6
    assert ends["2-blank.png"] == ("rejected", "passed")
    encoded = [row for row in rows() if row["outcome"] == "encoded"]
    assert len(encoded) >= 4
    assert {row["disposition"] for row in encoded} == {"sprayed"}
    assert [row["job_id"] for row in encoded] == [f"1-{n}" for n in range(1, len(encoded) + 1)]
    receipts = [e.body for e in read_entries(tmp_path / "out" / "journal.db") if e.kind == "receipt"]
    assert receipts == [{"job": row["job_id"], "state": "done"} for row in encoded]
    assert [str(job.job_id) for job in jobs] == [row["job_id"] for row in encoded]
    assert board.fired == columns(jobs)
    assert any(board.fired)


def test_worker_processes_change_nothing_of_the_order(
    play: Callable[..., int], rows: Callable[[], Rows], board: Board, jobs: list[PrintJob]
) -> None:
    assert play(board.port, "--workers", "2") == 0
    numbers = [row["job_id"] for row in rows() if row["job_id"]]
    assert numbers == [f"1-{n}" for n in range(1, len(numbers) + 1)]
    assert board.fired == columns(jobs)


def test_no_job_number_comes_twice_not_even_with_another_device(
    play: Callable[..., int], rows: Callable[[], Rows], board: Board, jobs: list[PrintJob]
) -> None:
    pieces: list[object] = []
    for _ in range(2):
        assert play(board.port) == 0
        pieces += [row["piece_id"] for row in rows() if row["job_id"]]
    other = Board()
    try:
        # It has seen no epoch yet: only the journal knows.
        assert play(other.port) == 0
        pieces += [row["piece_id"] for row in rows() if row["job_id"]]
    finally:
        other.wire.close()
    assert {job.job_id.epoch for job in jobs} == {1, 2, 3}
    assert len({job.job_id for job in jobs}) == len(jobs) == len(set(pieces))
    assert board.fired + other.fired == columns(jobs)


def test_a_port_that_another_program_holds(
    play: Callable[..., int], board: Board, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = board.wire.link()
    assert play(board.port) == 6
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"port {board.port} is held by another program" in told
    holder.close()
    assert not board.fired


def test_a_photocell_cannot_be_tied_to_a_folder_of_images(
    play: Callable[..., int], board: Board, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "patient.toml").write_text('[inkjet.settings]\ntrigger = "photocell"\n')
    assert play(board.port) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert 'trigger = "bench"' in told


def test_a_device_that_goes_away_in_the_middle(
    play: Callable[..., int],
    rows: Callable[[], Rows],
    board: Board,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    handed: list[PrintJob] = []
    submit = SprayController.submit

    def unplugging(self: SprayController, job: PrintJob) -> JobState:
        handed.append(job)
        if len(handed) == 2:
            board.wire.close()
            # However early the loss is noticed, the intent stands: its letter is never called sprayed or unsprayed.
            with self._changed:
                self._changed.wait_for(lambda: self._dead, 60.0)
        return submit(self, job)

    monkeypatch.setattr(SprayController, "submit", unplugging)
    assert play(board.port) == 6
    told = capsys.readouterr().err
    assert board.port in told
    assert "Traceback" not in told
    entries = list(read_entries(tmp_path / "out" / "journal.db"))
    assert [e.body["job"] for e in entries if e.kind == "intent"] == ["1-1", "1-2"] == [str(j.job_id) for j in handed]
    # Every letter the camera gave has its row, once; after the loss none is said to be sprayed.
    assert sorted(str(row["file"]) for row in rows()) == sorted(
        str(e.body["file"]) for e in entries if e.kind == "arrived"
    )
    by_job = {row["job_id"]: row["disposition"] for row in rows() if row["job_id"]}
    assert by_job == {"1-1": "sprayed", "1-2": "indeterminate"}
    assert {row["disposition"] for row in rows() if not row["job_id"]} <= {"passed", "faulted"}
    assert board.fired == columns(handed[:1])
