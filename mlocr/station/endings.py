"""How pieces end: each once, journalled at once, and written when it is both settled and over."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from mlocr.errors import JournalError
from mlocr.mail.piece import Disposition, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.journal import Journal
from mlocr.station.pieces import Piece, PieceTable


def hand(to: queue.Queue[Piece | None], piece: Piece | None, failed: Callable[[], bool]) -> None:
    """Put `piece` on a bounded queue: waits while the run is well; after a failure nobody may be left to take it."""
    while True:
        try:
            to.put(piece, timeout=0.2)
            return
        except queue.Full:
            if failed():
                return


class Endings:
    """Ends pieces and hands the ended ones to `write_one` in a thread of its own (`write`)."""

    def __init__(
        self, journal: Journal, table: PieceTable, write_one: Callable[[Piece], None], failed: Callable[[], bool]
    ) -> None:
        self._journal = journal
        self._table = table
        self._write_one = write_one
        self._failed = failed
        self._lock = threading.Lock()
        self._queue: queue.Queue[Piece | None] = queue.Queue(16)
        self._last = False

    def end(self, piece: Piece, disposition: Disposition, detail: str = "") -> None:
        """What happened to the piece; the first word counts, a later one changes nothing."""
        with self._lock:
            if piece.disposition is not None:
                return
            piece.disposition = disposition
            piece.ended = time.monotonic()
        try:
            to_job = piece.timings_ms.get("to_job")
            body: dict[str, object] = {"disposition": disposition.value, "detail": detail}
            if to_job is not None:
                body["timings_ms"] = {"to_job": round(to_job, 2)}
            self._journal.append("disposition", piece.label, body)
        finally:
            # The result is written all the same: a journal that fails must not take it along.
            self._when_complete(piece)

    def settle(self, piece: Piece) -> None:
        """The piece is decided and its job, if any, handed over: nothing more is written to it but its end."""
        with self._lock:
            piece.settled = True
        self._when_complete(piece)

    def _when_complete(self, piece: Piece) -> None:
        # A piece may pass the head before it is decided: its late answer is recorded all the same, once.
        with self._lock:
            complete = piece.settled and piece.disposition is not None and not piece.written
            piece.written = piece.written or complete
        if complete:
            self._table.remove(piece)
        if complete and self._last:
            self._write_one(piece)
        elif complete:
            hand(self._queue, piece, self._failed)

    def write(self) -> None:
        """Write pieces as they come, until `finish`."""
        while (piece := self._queue.get()) is not None:
            self._write_one(piece)

    def finish(self) -> None:
        """No more pieces come from other threads; `write` returns after those in hand."""
        hand(self._queue, None, self._failed)

    def end_the_rest(self) -> None:
        """What never got an answer ends as what is known of it. Call when every thread has ended.

        Raises JournalError, after every piece has ended, when the journal could not take one.
        """
        self._last = True
        problem: JournalError | None = None
        for piece in self._table.open_pieces():
            try:
                self._end_unanswered(piece)
            except JournalError as error:
                problem = problem or error
            self.settle(piece)
        if problem is not None:
            raise problem

    def _end_unanswered(self, piece: Piece) -> None:
        if piece.job_id is not None:
            self.end(piece, Disposition.INDETERMINATE, "no answer from the device")
        else:
            piece.outcome = piece.outcome or Rejected(RejectReason.WORKER_FAILED)
            self.end(piece, Disposition.FAULTED, "the run ended before the piece did")
