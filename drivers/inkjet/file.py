"""An inkjet without a wire: what would have been sprayed is recorded, and every job is done at once (bench trigger)."""

from __future__ import annotations

import json
import secrets
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceFaultError
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob, PrintReceipt
from mlocr.ports import ControllerEvent, ControllerHealth, ControllerInfo, JobEnded, PieceEntered

_TICKS_PER_INCH = 1000.0
_KEPT = 1024
_FREE = 255  # every job ends at once: there is always room
_KEYS = frozenset({"dpi", "dots", "path", "epoch_floor"})


class FileInkjet:
    """Takes jobs for announced pieces, keeps the last 1024, and writes them as JSON lines where `path` is given."""

    def __init__(self, dpi: float, dots: int, path: Path | None, epoch_floor: int = 0) -> None:
        self.jobs: deque[PrintJob] = deque(maxlen=_KEPT)
        self._dpi = dpi
        self._dots = dots
        self._path = path
        self._floor = epoch_floor
        self._file: TextIO | None = None
        self._changed = threading.Condition()
        self._events: deque[ControllerEvent] = deque()
        self._boot = self._pieces = self._count = 0
        self._taken: dict[PieceId, JobId | None] = {}
        self._ended: dict[JobId, tuple[PrintJob, JobState]] = {}
        self._refusal = ""

    def open(self) -> ControllerInfo:
        """Open the record. Raises DeviceAbsentError when the file cannot be written."""
        if self._path is not None:
            try:
                self._file = self._path.open("a", encoding="utf-8")
            except OSError as error:
                raise DeviceAbsentError(
                    f"the record {self._path} cannot be written ({error.strerror}); give another path"
                ) from error
        self._boot = secrets.randbits(32) or 1
        return ControllerInfo(
            boot=self._boot,
            firmware="file",
            trigger="bench",
            ticks_per_inch=_TICKS_PER_INCH,
            dpi=self._dpi,
            dots=self._dots,
            epoch=self._floor + 1,
            max_columns=0xFFFF,
        )

    def announce(self, length: float) -> PieceEntered:
        """A piece of `length` inches stands before the head."""
        with self._changed:
            self._need_open()
            self._pieces += 1
            piece = PieceId(self._boot, self._pieces)
            self._taken[piece] = None
            while len(self._taken) > _KEPT:
                del self._taken[next(iter(self._taken))]
            return PieceEntered(self._next(), piece, 0, self._pieces, length)

    def submit(self, job: PrintJob) -> JobState:
        """Record the mark; the same job again changes nothing, another under its number is refused."""
        with self._changed:
            self._need_open()
            known = self._ended.get(job.job_id)
            if known is not None:
                return known[1] if known[0] == job else self._refuse(job.job_id, "conflict")
            if job.piece_id.boot != self._boot:
                return self._refuse(job.job_id, "stale_boot")
            if job.piece_id not in self._taken:
                return self._refuse(job.job_id, "unknown_piece")
            if self._taken[job.piece_id] is not None:
                return self._refuse(job.job_id, "piece_taken")
            if abs(job.image.dpi - self._dpi) > 0.0005 or (self._dots and job.image.dots != self._dots):
                return self._refuse(job.job_id, "bad_raster")
            self._record(job)
            return JobState.READY

    def _record(self, job: PrintJob) -> None:
        self._taken[job.piece_id] = job.job_id
        self._ended[job.job_id] = (job, JobState.DONE)
        while len(self._ended) > _KEPT:
            del self._ended[next(iter(self._ended))]
        self.jobs.append(job)
        if self._file is not None:
            image = job.image
            row = {
                "job": str(job.job_id),
                "piece": str(job.piece_id),
                "dpi": image.dpi,
                "dots": image.dots,
                "offset": image.offset,
                "baseline": image.baseline,
                "columns": [f"{column:x}" for column in image.columns],
            }
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()
        self._events.append(JobEnded(self._next(), PrintReceipt(job.job_id, job.piece_id, JobState.DONE)))
        self._changed.notify_all()

    def _refuse(self, job_id: JobId, why: str) -> JobState:
        self._refusal = f"job {job_id} refused: {why}"
        return JobState.REFUSED

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _need_open(self) -> None:
        if not self._boot:
            raise DeviceFaultError("the file inkjet is not open; open it first")

    def cancel(self, job_id: JobId) -> JobState:
        """The state the job ended in; REFUSED for one this record does not hold."""
        return self.query(job_id)

    def query(self, job_id: JobId) -> JobState:
        """The state of a job; REFUSED for an unknown one of this session, INDETERMINATE for another's."""
        with self._changed:
            self._need_open()
            known = self._ended.get(job_id)
            if known is not None:
                return known[1]
            return JobState.REFUSED if job_id.epoch == self._floor + 1 else JobState.INDETERMINATE

    def events(self, timeout: float) -> Sequence[ControllerEvent]:
        """See `InkjetController.events`."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._events), timeout)
            events = tuple(self._events)
            self._events.clear()
            return events

    def acknowledge(self, event: int) -> None:
        """Nothing is kept for an acknowledgement."""

    def health(self) -> ControllerHealth:
        """Always connected while open."""
        with self._changed:
            free = _FREE if self._boot else 0
            return ControllerHealth(bool(free), free_jobs=free, faults=(self._refusal,) if self._refusal else ())

    def close(self) -> None:
        """Close the record; safe to call twice."""
        with self._changed:
            file, self._file, self._boot = self._file, None, 0
        if file is not None:
            file.close()


def open_file(settings: Mapping[str, object]) -> FileInkjet:
    """A recording inkjet. Settings: `dpi` (200), `dots` (0: any height), `path` (a JSON lines file, or none).

    Also `epoch_floor`, the journal's highest epoch. Raises ConfigurationError for any other setting.
    """
    for key in settings:
        if key not in _KEYS:
            raise ConfigurationError(f"the file inkjet knows no setting {key!r}; it knows {', '.join(sorted(_KEYS))}")
    path = settings.get("path")
    values = [settings.get(key, default) for key, default in (("dpi", 200.0), ("dots", 0), ("epoch_floor", 0))]
    numbers = [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < 3 or min(numbers) < 0 or not numbers[0]:
        raise ConfigurationError("dpi, dots and epoch_floor of the file inkjet are numbers not below 0; correct them")
    return FileInkjet(numbers[0], int(numbers[1]), Path(str(path)) if path else None, int(numbers[2]))
