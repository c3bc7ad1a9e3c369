"""A disk that is full, read-only or drops what was not synced: a clear sentence and exit 7, then a run made whole."""

import os
import resource
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_resume import COUNT, Survivor, TellingCamera, play, remaining, rows

from mlocr.errors import ExitCode, JournalError
from mlocr.mail.piece import JobState, MachineId
from mlocr.services.journals import verify
from mlocr.station.journal import Journal, read_entries
from mlocr.station.results import ResultWriter
from mlocr.station.unfinished import read_unfinished


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: the system refuses it as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def unwritable(*files: Path) -> Iterator[Path]:
    """A folder with copies of these files that this process may read and not write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in files:
            shutil.copy(file, folder)
        folder.chmod(0o555)
        as_root = os.geteuid() == 0
        if as_root:
            os.seteuid(65534)  # root may write anywhere
        try:
            yield folder
        finally:
            if as_root:
                os.seteuid(0)
            folder.chmod(0o755)


@pytest.mark.parametrize("size", [30_000, 45_000, 60_000, 75_000])
def test_a_disk_that_fills_ends_the_run_with_seven_and_the_next_makes_it_whole(tmp_path: Path, size: int) -> None:
    out = tmp_path / "out"
    first = Survivor(0, {})
    with largest_file(size), pytest.raises(JournalError, match=r"free the disk|make room|mend") as raised:
        play(out, TellingCamera(COUNT), first)
    assert raised.value.exit_code is ExitCode.JOURNAL
    journal = out / "journal.db"
    intents = {e.body["job"] for e in read_entries(journal) if e.kind == "intent"}
    assert {str(job.job_id) for job in first.jobs} <= intents
    device = Survivor(0, {job.job_id: JobState.DONE for job in first.jobs}, epoch=4)
    play(out, remaining(out), device)
    assert set(Counter(job.piece_id.number for job in (*first.jobs, *device.jobs)).values()) <= {1}
    files = Counter(row["file"] for row in rows(out) if row["file"])
    assert files == {f"{n}.png": 1 for n in range(1, COUNT + 1)}
    assert not read_unfinished(journal).unfinished


def test_results_that_cannot_be_written_leave_the_run_to_be_made_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = Survivor(0, {})

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)  # the first picture of a sprayed letter
        with pytest.raises(JournalError, match="No space left"):
            play(out, TellingCamera(COUNT), first)
    assert read_unfinished(out / "journal.db").unfinished
    device = Survivor(0, {job.job_id: JobState.DONE for job in first.jobs}, epoch=4)
    play(out, remaining(out), device)
    assert Counter(row["file"] for row in rows(out) if row["file"]) == {f"{n}.png": 1 for n in range(1, COUNT + 1)}


def test_a_read_only_disk_is_said_before_anything_is_opened() -> None:
    with unwritable() as folder:
        with pytest.raises(JournalError, match="cannot be written"):
            ResultWriter(folder, MachineId("SIM0001")).open()
        with pytest.raises(JournalError, match="cannot be opened"):
            Journal(folder / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)).open()


def test_a_journal_on_a_read_only_disk_can_be_checked_and_read(tmp_path: Path) -> None:
    play(tmp_path, TellingCamera(COUNT), Survivor(0, {}))
    whole = list(read_entries(tmp_path / "journal.db"))
    with unwritable(tmp_path / "journal.db") as folder:
        assert list(read_entries(folder / "journal.db")) == whole
        assert verify(folder / "journal.db").head.rows == len(whole)


def test_a_journal_on_a_disk_gone_read_only_is_said(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    journal.open()
    journal.append("run_started", "", {}, durable=True)
    journal._connection().execute("PRAGMA query_only = 1")
    with pytest.raises(JournalError, match=r"cannot be written \(attempt to write a readonly database\)"):
        journal.append("intent", "00000007-1", {"job": "3-1"}, durable=True)
    with pytest.raises(JournalError):
        journal.append("intent", "00000007-2", {"job": "3-2"}, durable=True)
    journal.close()
    assert [entry.kind for entry in read_entries(tmp_path / "journal.db")] == ["run_started"]
