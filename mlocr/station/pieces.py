"""The pieces of a run: which frame is which piece, what was decided, how it ended. Thread-safe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mlocr.mail.code import TrackingCode
from mlocr.mail.piece import Disposition, JobId, Outcome, PieceId
from mlocr.ports import CameraFrame, PieceEntered


@dataclass(slots=True)
class Piece:
    """One letter on its way; the runner alone writes to it. Times are seconds of the monotonic clock.

    `margin_ms`: how long before its deadline the device took its job; below zero: how long after it was given up.
    """

    index: int
    name: str
    frame: CameraFrame | None
    entered: PieceEntered | None
    captured: float
    tracking: TrackingCode | None = None
    outcome: Outcome | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    job_id: JobId | None = None
    decided: float = 0.0
    margin_ms: float | None = None
    disposition: Disposition | None = None
    ended: float = 0.0
    settled: bool = False
    written: bool = False

    @property
    def piece_id(self) -> PieceId | None:
        """The device's number of this piece; None where a frame came without one."""
        return self.entered.piece_id if self.entered else None

    @property
    def label(self) -> str:
        """How the journal names it."""
        return str(self.piece_id) if self.piece_id else f"frame-{self.index}"


class PieceTable:
    """Pieces the device announced, waiting for their frame, and pieces on their way.

    A frame is tied to a piece by the trigger counter alone, never by order: a lost or an extra frame costs one
    letter and shifts none behind it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._entered: dict[int, PieceEntered] = {}
        self._given_up: set[int] = set()
        self._open: dict[int, Piece] = {}
        self._pieces: dict[PieceId, Piece] = {}

    def announce(self, entered: PieceEntered) -> bool:
        """The device saw a piece. False when its frame has already ended without it: nobody will claim it."""
        with self._changed:
            if entered.trigger in self._given_up:
                self._given_up.remove(entered.trigger)
                return False
            self._entered[entered.trigger] = entered
            self._changed.notify_all()
            return True

    def claim(self, trigger: int, timeout: float, stopping: Callable[[], bool] = lambda: False) -> PieceEntered | None:
        """The piece of this camera trigger, waiting up to `timeout` seconds for it; None when none comes.

        Once `stopping`, it waits a second more at the most.
        """
        end = time.monotonic() + timeout
        hurried = False
        with self._changed:
            while trigger not in self._entered and time.monotonic() < end:
                if stopping() and not hurried:
                    hurried, end = True, min(end, time.monotonic() + 1.0)
                self._changed.wait(min(0.2, max(0.0, end - time.monotonic())))
            entered = self._entered.pop(trigger, None)
            if entered is None:
                self._given_up.add(trigger)
            return entered

    def unclaimed(self, before: int | None = None) -> list[PieceEntered]:
        """Take the pieces whose trigger lies before `before` (all, for None) and whose frame never came."""
        with self._changed:
            lost = [t for t in sorted(self._entered) if before is None or t < before]
            return [self._entered.pop(t) for t in lost]

    def add(self, piece: Piece) -> None:
        """A piece is on its way; again once it has its device's number, where that comes later."""
        with self._changed:
            self._open[piece.index] = piece
            if piece.piece_id is not None:
                self._pieces[piece.piece_id] = piece

    def get(self, piece_id: PieceId) -> Piece | None:
        """The piece on its way with this number."""
        with self._changed:
            return self._pieces.get(piece_id)

    def remove(self, piece: Piece) -> None:
        """The piece has ended."""
        with self._changed:
            self._open.pop(piece.index, None)
            if piece.piece_id is not None:
                self._pieces.pop(piece.piece_id, None)
            self._changed.notify_all()

    def wait_ended(self, piece: Piece, timeout: float) -> bool:
        """Wait up to `timeout` seconds for this piece to end."""
        with self._changed:
            return self._changed.wait_for(lambda: piece.index not in self._open, timeout)

    @property
    def numbered(self) -> bool:
        """True while the device has pieces of which it may still tell something."""
        with self._changed:
            return bool(self._pieces)

    def open_pieces(self) -> list[Piece]:
        """Those on their way, oldest first."""
        with self._changed:
            return sorted(self._open.values(), key=lambda p: p.index)
