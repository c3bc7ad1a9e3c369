"""How long a piece still has: asked of the controller before each stage; nobody works on what comes too late."""

from __future__ import annotations

from mlocr.mail.piece import Encoded, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.ports import InkjetController, TellsTimeLeft
from mlocr.station.pieces import Piece


class Deadlines:
    """The pieces' time, by the controller's word. `reserve_ms` is kept for handing a job over.

    Not `active` where the belt waits for the host (a simulated one at pace max, a bench): nobody is ever too late.
    """

    def __init__(self, controller: InkjetController, active: bool, reserve_ms: float) -> None:
        self._tells = controller if active and isinstance(controller, TellsTimeLeft) else None
        self._active = active
        self._reserve = reserve_ms

    def left_ms(self, piece: Piece) -> float | None:
        """Milliseconds until a job for this piece is too late, below zero once it is; None where nobody can say."""
        if self._tells is None or piece.entered is None:
            return None
        seconds = self._tells.seconds_left(piece.entered)
        return None if seconds is None else seconds * 1000

    def budget_ms(self, piece: Piece) -> float | None:
        """What is left for deciding it."""
        left = self.left_ms(piece)
        return None if left is None else left - self._reserve

    def give_up(self, piece: Piece, budget_ms: float | None) -> bool:
        """True, and the piece is rejected as too late, where it has passed undecided or has nothing left."""
        passed = self._active and piece.disposition is not None
        if not passed and (budget_ms is None or budget_ms > 0):
            return False
        piece.outcome = Rejected(RejectReason.TOO_LATE)
        piece.margin_ms = budget_ms
        return True

    def missed(self, piece: Piece) -> bool:
        """True where a piece has its code, and the time for its job is gone: the answer stands, and is not sent."""
        if not isinstance(piece.outcome, Encoded) or piece.disposition is not None:
            return False
        left = self.left_ms(piece)
        if left is None or left > 0:
            return False
        piece.margin_ms = left
        return True


def gave_up(piece: Piece) -> bool:
    """True where the piece was given up, or its decision broken off, for want of time."""
    return isinstance(piece.outcome, Rejected) and piece.outcome.reason is RejectReason.TOO_LATE
