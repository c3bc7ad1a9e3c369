"""A run that kills itself with SIGKILL when it hands over its n-th job: `python killed_run.py FOLDER LIFE JOB WHEN`.

WHEN is `before` the device has the job or `after`. The device's jobs are kept in jobs.txt, as by one that lives on.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "unit"))

from test_resume import Survivor, play, remaining

from mlocr.mail.piece import JobId, JobState, PrintJob

JOBS = "jobs.txt"
LETTERS = 60  # with short queues: more than three lives can take in before they are killed


class Deadly(Survivor):
    """Writes each job down as it takes it, and ends the station at one of them."""

    def __init__(self, folder: Path, life: int, kill_at: int, when: str) -> None:
        self._jobs = folder / JOBS
        super().__init__(0, {job: JobState.DONE for _, job in jobs_of(folder)}, epoch=3 + life)
        self._left = kill_at
        self._when = when

    def submit(self, job: PrintJob) -> JobState:
        self._left -= 1
        self._kill("before")
        with self._jobs.open("a") as file:
            file.write(f"{job.piece_id.number} {job.job_id.epoch} {job.job_id.counter}\n")
        self._kill("after")
        return super().submit(job)

    def _kill(self, when: str) -> None:
        if self._left == 0 and when == self._when:
            os.kill(os.getpid(), signal.SIGKILL)


def jobs_of(folder: Path) -> list[tuple[int, JobId]]:
    """Every job the device was given: the piece's number, the job's."""
    path = folder / JOBS
    rows = [tuple(map(int, line.split())) for line in path.read_text().splitlines()] if path.exists() else []
    return [(piece, JobId(epoch, counter)) for piece, epoch, counter in rows]


if __name__ == "__main__":
    home, life, job, when = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    play(home / "out", remaining(home / "out", LETTERS), Deadly(home, life, job, when), queue=1)
