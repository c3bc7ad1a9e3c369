"""The pieces of a run: which frame is which piece, what was decided, how it ended. Thread-safe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mlocr.mail.code import TrackingCode
from mlocr.mail.piece import Disposition, JobId, Outcome, PieceId
from mlocr.ports import CameraFrame, PieceEntered
from mlocr.station.ties import FrameMark, FrameTies, TieRules


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

    A frame is tied to a piece by the trigger counter and by where or when it was taken (`ties`), never by order: a
    lost or an extra frame costs one letter and shifts none behind it.
    """

    def __init__(self, rules: TieRules | None = None) -> None:
        self._changed = threading.Condition()
        self._ties = FrameTies(rules or TieRules())
        self._entered: dict[int, PieceEntered] = {}
        self._given_up: dict[int, FrameMark] = {}
        self._open: dict[int, Piece] = {}
        self._pieces: dict[PieceId, Piece] = {}

    def announce(self, entered: PieceEntered) -> bool:
        """The device saw a piece. False when its frame has already ended without it: nobody will claim it."""
        with self._changed:
            self._ties.told(entered)
            late = next((mark for mark in self._given_up.values() if self._ties.same(mark, entered)), None)
            if late is not None:
                del self._given_up[late.trigger]
                return False
            self._entered[entered.trigger] = entered
            self._changed.notify_all()
            return True

    def measure(self, ticks_per_inch: float) -> None:
        """The device's encoder counts so many ticks an inch."""
        with self._changed:
            self._ties.ticks_per_inch = ticks_per_inch

    @property
    def slips(self) -> int:
        """How often the camera's count was seen to leave the device's: triggers missed or doubled."""
        with self._changed:
            return self._ties.slips

    def claim(
        self, mark: FrameMark, timeout: float, stopping: Callable[[], bool] = lambda: False
    ) -> PieceEntered | None:
        """The piece of this frame, waiting up to `timeout` seconds for it; None when none comes.

        Once `stopping`, it waits a second more at the most.
        """
        end = time.monotonic() + timeout
        hurried = False
        with self._changed:
            entered, certain = self._ties.find(mark, self._entered)
            while not certain and time.monotonic() < end:
                if stopping() and not hurried:
                    hurried, end = True, min(end, time.monotonic() + 1.0)
                self._changed.wait(min(0.2, max(0.0, end - time.monotonic())))
                entered, certain = self._ties.find(mark, self._entered)
            if entered is not None:
                del self._entered[entered.trigger]
            elif not certain:
                self._given_up[mark.trigger] = mark
            return entered

    def counted(self, mark: FrameMark) -> int:
        """The device's count for a frame's trigger."""
        with self._changed:
            return self._ties.counted(mark.trigger)

    def overtaken(self, tied: PieceEntered) -> list[PieceEntered]:
        """Take the pieces told before this one, whose frame has come: theirs will not. Oldest first.

        By the order of events: a device whose store was wiped counts its triggers from the beginning again.
        """
        with self._changed:
            lost = sorted((each.event, each.trigger) for each in self._entered.values() if each.event < tied.event)
            return [self._entered.pop(trigger) for _, trigger in lost]

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
