"""Ends the pieces of a run that did not end: the device is asked for every open intent, and its word is taken.

docs/wire-protocol.md section 5, a restarted host: CANCEL each intent without an end. "Unknown" means unsprayed only on
the boot that saw the piece; what cannot be known is indeterminate. No job is sent, so no letter is sprayed again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from mlocr.mail.piece import Disposition, JobId, JobState
from mlocr.mail.reasons import RejectReason
from mlocr.ports import ControllerInfo, InkjetController
from mlocr.station.job_ends import JOB_ENDS
from mlocr.station.journal import Journal
from mlocr.station.results import RowEnd, row_of
from mlocr.station.unfinished import ENDED, PieceRecord, RunRecord

UNDECIDED: dict[str, object] = {
    "outcome": "rejected",
    "reason": RejectReason.STATION_STOPPED.value,
    "tracking": None,
    "read": False,
    "lines": [],
}
"""The decision of a piece that the station did not come to decide."""
_ASKED = 3  # times a link that is open may leave the question unanswered: ours
_PAUSE = 0.05


class Recovery:
    """Ends pieces with the device's word. `patience`: seconds for a mark that is being fired; `pause` waits."""

    def __init__(
        self,
        journal: Journal,
        controller: InkjetController,
        info: ControllerInfo,
        patience: float,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._journal = journal
        self._controller = controller
        self._info = info
        self._rounds = max(1, round(patience / _PAUSE))
        self._pause = pause

    def end_pieces(self, run: RunRecord) -> None:
        """Give each piece of this run its end and its place, in `run` and, durably, in the journal.

        Raises DeviceError when the device is lost meanwhile, JournalError; what was ended stays ended.
        """
        following = run.next_index
        for piece in run.in_order():
            if piece.index < 0:
                piece.index, following = following, following + 1
                self._journal.append("arrived", piece.label, {"file": "", "index": piece.index}, run=run.run)
            if piece.decided is None:
                piece.decided = UNDECIDED
                self._journal.append("decided", piece.label, UNDECIDED, run=run.run)
            if not piece.disposition:
                self._end(piece, run.run)
        self._journal.commit()

    def close_run(self, run: RunRecord) -> None:
        """End a run that is not gone on with. Raises JournalError."""
        ends = [piece.disposition for piece in run.pieces.values()]
        counts = {end: ends.count(end) for end in sorted(set(ends))}
        body = {"pieces": len(ends), "dispositions": counts, "unfinished": True}
        self._journal.append(ENDED, "", body, durable=True, run=run.run)

    def _end(self, piece: PieceRecord, run: int) -> None:
        told, job = piece.told, piece.job_id
        detail = "the station stopped before it noted the end"
        if told is None and job is not None:
            state = self._asked(job)
            told = self._meaning(piece, state)
            detail = f"the station stopped; asked for its job, the device said {state.value}"
        elif job is None:
            detail = "the station stopped before its job"
        piece.disposition = (told or Disposition.INDETERMINATE).value
        self._journal.append("disposition", piece.label, {"disposition": piece.disposition, "detail": detail}, run=run)

    def _asked(self, job: JobId) -> JobState:
        """The device's last word on a job: withdrawn where it has not fired, waited for where it is firing."""
        state = self._controller.cancel(job)
        for _ in range(_ASKED - 1):
            if state is not JobState.INDETERMINATE:
                break
            state = self._controller.cancel(job)
        for _ in range(self._rounds):
            if state not in (JobState.LOADING, JobState.READY, JobState.BOUND, JobState.FIRING):
                break
            self._pause(_PAUSE)
            state = self._controller.query(job)
        return state

    def _meaning(self, piece: PieceRecord, state: JobState) -> Disposition:
        if state is JobState.REFUSED:
            # Not known: never taken, as far as this device can know. One that restarted since cannot.
            same = piece.piece_id is not None and piece.piece_id.boot == self._info.boot
            return Disposition.PASSED if same else Disposition.INDETERMINATE
        return JOB_ENDS.get(state, Disposition.INDETERMINATE)


def rows_of(run: RunRecord) -> list[dict[str, object]]:
    """The rows of the results of a run whose pieces have ended, in the order of capture, from the journal alone."""
    machine_id = str(run.about.get("machine_id") or "")
    return [row_of(piece.decided or UNDECIDED, _end_of(piece), machine_id) for piece in run.in_order()]


def _end_of(piece: PieceRecord) -> RowEnd:
    number = str(piece.piece_id) if piece.piece_id else None
    return RowEnd(number, piece.file or None, piece.disposition or None, piece.job or None, piece.timings_ms)
