"""A confirming table that was stopped by a seeded false positive: nothing is coded from there on, and it is on record.

What was decided before keeps its ending. The piece that hit the seed, every later one and whatever is not yet decided
pass unsprayed; the run feeds no more and ends with the error.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mlocr.errors import TableStoppedError
from mlocr.mail.piece import Encoded, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.journal import Journal
from mlocr.station.pieces import Piece
from mlocr.station.workers import Worker


@dataclass(frozen=True, slots=True)
class _Hit:
    index: int
    error: TableStoppedError


class TableStop:
    """Whether a table has stopped this run, and at which piece. Any thread may ask."""

    def __init__(
        self, journal: Journal, leave_mark: Callable[[TableStoppedError], None], stop: Callable[[str], None]
    ) -> None:
        self._journal = journal
        self._leave_mark = leave_mark
        self._stop = stop
        self._lock = threading.Lock()
        self._first: _Hit | None = None

    @property
    def error(self) -> TableStoppedError | None:
        """What the run has to end with; None where no table was stopped."""
        return self._first.error if self._first else None

    def encode(self, worker: Worker, piece: Piece, budget_ms: float | None = None) -> None:
        """Decide one piece that has a picture, in `budget_ms` milliseconds, unless a table has stopped the run."""
        if piece.frame is None or piece.frame.lift is None:
            return
        if self._first is None:
            try:
                decided = worker.encode(piece.frame.lift, piece.tracking, budget_ms)
            except TableStoppedError as error:
                self._hit(piece, error)
            else:
                piece.outcome, piece.timings_ms = decided.outcome, decided.timings_ms
                return
        piece.outcome = Rejected(RejectReason.TABLE_STOPPED)

    def check(self, piece: Piece) -> None:
        """Before its job: take the code of a piece that stood behind the one that hit the seed."""
        first, outcome = self._first, piece.outcome
        if first is not None and piece.index >= first.index and isinstance(outcome, Encoded):
            piece.outcome = Rejected(RejectReason.TABLE_STOPPED, outcome.match, outcome.reading)

    def _hit(self, piece: Piece, error: TableStoppedError) -> None:
        with self._lock:
            if self._first is None or piece.index < self._first.index:
                self._first = _Hit(piece.index, error)
        try:
            body = {"table": error.table, "record": error.record}
            self._journal.append("table_stopped", piece.label, body, durable=True)
        finally:
            self._leave_mark(error)
            self._stop(str(error))
