"""A run that did not end: what its journal rows say of each piece, and what is still to be asked of the device.

Rows in, values out. A run ends with its `run_ended` row; one without was killed, lost its power or its disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from mlocr.mail.piece import Disposition, JobId, JobState, PieceId
from mlocr.station.job_ends import JOB_ENDS
from mlocr.station.journal import Entry, Head, all_entries

STARTED, RESUMED, ENDED = "run_started", "run_resumed", "run_ended"


@dataclass(slots=True)
class PieceRecord:
    """One piece as its rows tell of it. `index`: its place in the order of capture; -1 where no frame came to it."""

    label: str
    index: int = -1
    file: str = ""
    decided: Mapping[str, object] | None = None
    job: str = ""
    state: str = ""
    disposition: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def piece_id(self) -> PieceId | None:
        """The device's number; None where it had none."""
        boot, _, number = self.label.partition("-")
        return None if boot == "frame" else PieceId(int(boot, 16), int(number))

    @property
    def job_id(self) -> JobId | None:
        """The job whose intent is on record; None where there was none."""
        epoch, _, counter = self.job.partition("-")
        return JobId(int(epoch), int(counter)) if self.job else None

    @property
    def told(self) -> Disposition | None:
        """What is known without asking: its end, or what the device said of its job; without a job there is no ink."""
        if self.disposition:
            return Disposition(self.disposition)
        if not self.job:
            return Disposition.PASSED
        return JOB_ENDS.get(JobState(self.state)) if self.state else None


@dataclass(slots=True)
class RunRecord:
    """One run of a journal: what it was about, its pieces by label, how often it was resumed.

    `seconds` are those from its first row of a piece to its last, the times between its parts left out.
    """

    run: int
    about: Mapping[str, object] = field(default_factory=dict)
    pieces: dict[str, PieceRecord] = field(default_factory=dict)
    resumed: int = 0
    ended: bool = False
    seconds: float = 0.0

    def in_order(self) -> list[PieceRecord]:
        """Its pieces in the order of capture; those the camera never saw come last."""
        return sorted(self.pieces.values(), key=lambda piece: (piece.index < 0, piece.index))

    @property
    def open_pieces(self) -> int:
        """How many of its pieces have no end."""
        return sum(1 for piece in self.pieces.values() if not piece.disposition)

    @property
    def next_index(self) -> int:
        """The first place in the order of capture that was not given."""
        return 1 + max((piece.index for piece in self.pieces.values()), default=-1)


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """Every run of a journal that did not end, oldest first, and where the journal ends.

    `told`: for each boot of a device the highest piece number in it. A device tells pieces in order, and tells them
    again to the next host where the last one was cut off before it had acknowledged them.
    """

    unfinished: tuple[RunRecord, ...] = ()
    head: Head = field(default_factory=Head)
    told: Mapping[int, int] = field(default_factory=dict)

    def knows(self, piece: PieceId) -> bool:
        """True for a piece of which an earlier run was told: it has its end there."""
        return piece.number <= self.told.get(piece.boot, 0)


def read_unfinished(path: Path) -> JournalRecord:
    """The unfinished runs of a journal; none where there is no journal yet. Raises JournalError."""
    if not path.is_file():
        return JournalRecord()
    head = Head()
    runs: dict[int, _RunReader] = {}
    told: dict[int, int] = {}
    for entry in all_entries(path):
        head = head.after(entry.hash)
        piece = PieceRecord(entry.piece).piece_id if entry.piece else None
        if piece is not None:
            told[piece.boot] = max(piece.number, told.get(piece.boot, 0))
        if entry.kind == ENDED:
            runs.pop(entry.run, None)  # of a run that ended nothing is kept: a journal may be long
        else:
            runs.setdefault(entry.run, _RunReader(entry.run)).take(entry)
    return JournalRecord(tuple(reader.record for _, reader in sorted(runs.items())), head, told)


def going_on(record: JournalRecord, about: Mapping[str, object]) -> RunRecord | None:
    """The run to go on with: the last unfinished one, where it was about the same letters, data, date and mark."""
    last = record.unfinished[-1] if record.unfinished else None
    same = last is not None and dict(last.about) == json.loads(json.dumps(dict(about), default=str))
    return last if same else None


def read_run(entries: Iterable[Entry], run: int) -> RunRecord:
    """One run as its rows tell of it."""
    reader = _RunReader(run)
    for entry in entries:
        if entry.run == run:
            reader.take(entry)
    return reader.record


class _RunReader:
    """Takes a run's rows one by one."""

    def __init__(self, run: int) -> None:
        self.record = RunRecord(run)
        self._since: datetime | None = None
        self._counted = 0.0

    def take(self, entry: Entry) -> None:
        """One more row of this run."""
        if entry.piece:
            self._piece(entry)
        elif entry.kind == STARTED:
            self.record.about = entry.body
        elif entry.kind == RESUMED:
            self.record.resumed += 1
            # The time that nobody ran is not the run's.
            self._since, self._counted = None, self.record.seconds
        elif entry.kind == ENDED:
            self.record.ended = True

    def _piece(self, entry: Entry) -> None:
        pieces, body = self.record.pieces, entry.body
        piece = pieces.setdefault(entry.piece, PieceRecord(entry.piece))
        at = datetime.fromisoformat(entry.at)
        self._since = self._since or at
        self.record.seconds = max(self.record.seconds, self._counted + (at - self._since).total_seconds())
        if entry.kind == "arrived":
            piece.index, piece.file = _number(body.get("index")), str(body.get("file") or "")
        elif entry.kind == "announced":
            # From here on the device's number names it.
            piece.label = str(body["piece"])
            pieces[piece.label] = pieces.pop(entry.piece)
        elif entry.kind == "decided":
            piece.decided = body
            piece.timings_ms |= _timings(body)
        elif entry.kind == "intent":
            piece.job = str(body["job"])
        elif entry.kind == "receipt":
            # A receipt for another job than this piece's is a stranger's.
            piece.state = str(body["state"]) if body.get("job") == piece.job else piece.state
        elif entry.kind == "disposition" and not piece.disposition:
            piece.disposition = str(body["disposition"])
            piece.timings_ms |= _timings(body)


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


def _timings(body: Mapping[str, object]) -> dict[str, float]:
    found = body.get("timings_ms")
    return {str(name): float(value) for name, value in found.items()} if isinstance(found, Mapping) else {}
