"""From the camera to the encoders: each frame becomes a piece, tied to what the device saw of it.

A frame without a letter, and a letter without a frame, are pieces too: each ends, and none shifts those behind it.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence

from mlocr.mail.piece import Disposition, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.ports import CameraFrame, PieceEntered
from mlocr.station.endings import Endings, hand
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.pieces import Piece, PieceTable
from mlocr.station.summary import RunSummary
from mlocr.station.ties import FrameMark


class Capture:
    """Takes frames until the camera has no more. `stopping`: nothing is fed any more; `failed`: the run has failed."""

    def __init__(
        self,
        parts: RunParts,
        rules: RunRules,
        table: PieceTable,
        endings: Endings,
        summary: RunSummary,
        stopping: Callable[[], bool],
        failed: Callable[[], bool],
    ) -> None:
        self.pieces: queue.Queue[Piece | None] = queue.Queue(rules.queue)
        """Pieces to be encoded; None, once for each worker, at the end."""
        self._parts = parts
        self._rules = rules
        self._table = table
        self._endings = endings
        self._summary = summary
        self._stopping = stopping
        self._failed = failed
        self._bench = False
        self._next_index = 0

    def begin(self, first: int, bench: bool) -> None:
        """The first piece's place in the order of capture. On a bench a letter is numbered when its job is ready."""
        self._next_index, self._bench = first, bench

    def run(self) -> None:
        """Take every frame. Raises what the camera raises."""
        try:
            while not self._over():
                frame = self._parts.camera.next(0.2)
                if frame is not None:
                    self._take(frame)
                elif self._parts.camera.exhausted:
                    break
        finally:
            self._lose(self._table.unclaimed())
            for _ in self._parts.workers:
                hand(self.pieces, None, self._failed)

    def _over(self) -> bool:
        # A stopped line runs its belt empty: the letters still on it keep their frames.
        return self._failed() or (self._stopping() and self._parts.line is None)

    def _take(self, frame: CameraFrame) -> None:
        captured, mark = time.monotonic(), FrameMark.of(frame)
        if not mark.placed:
            # Asked before it is tied: a device that starts anew meanwhile counts anew.
            self._lose(self._table.unclaimed(before=self._table.counted(mark)))
        entered = self._tie(mark)
        if entered is not None and mark.placed:
            self._lose(self._table.overtaken(entered))
        self._arrived(frame, entered, captured)

    def _tie(self, mark: FrameMark) -> PieceEntered | None:
        if self._bench:
            return None
        slips = self._table.slips
        entered = self._table.claim(mark, self._rules.tie_timeout, self._stopping)
        if entered is not None and self._table.slips != slips:
            self._summary.triggers_slipped += 1
            told = {"frame": mark.trigger, "piece": str(entered.piece_id), "trigger": entered.trigger}
            self._parts.log.warning("the camera missed or doubled a trigger; tied by place or time", **told)
        return entered

    def _arrived(self, frame: CameraFrame, entered: PieceEntered | None, captured: float) -> None:
        piece = Piece(self._new_index(), frame.name, frame, entered, captured)
        self._note(piece, frame.name, frame.trigger)
        if entered is None and not self._bench:
            piece.outcome = Rejected(RejectReason.PIECE_MISMATCH)
            self._endings.end(piece, Disposition.FAULTED)
        elif frame.lift is None:
            self._parts.journal.append("no_image", piece.label, {"fault": frame.fault})
            self._parts.log.warning("no image", piece=piece.label, fault=frame.fault)
            piece.outcome = Rejected(RejectReason.NO_IMAGE)
        elif self._parts.next_tracking is not None:
            piece.tracking = self._parts.next_tracking()
        hand(self.pieces, piece, self._failed)

    def _lose(self, pieces: Sequence[PieceEntered]) -> None:
        for entered in pieces:
            hand(self.pieces, self.lost(entered), self._failed)

    def lost(self, entered: PieceEntered) -> Piece:
        """The piece of a letter whose frame will not come."""
        piece = Piece(self._new_index(), "", None, entered, time.monotonic(), outcome=Rejected(RejectReason.NO_IMAGE))
        self._note(piece, "", entered.trigger)
        self._parts.journal.append("no_image", piece.label, {"fault": "the camera gave no frame for this piece"})
        return piece

    def _note(self, piece: Piece, name: str, trigger: int) -> None:
        """On its way, and on record."""
        self._table.add(piece)
        arrived = {"file": name, "trigger": trigger, "index": piece.index}
        self._parts.journal.append("arrived", piece.label, arrived)

    def _new_index(self) -> int:
        index, self._next_index = self._next_index, self._next_index + 1
        return index
