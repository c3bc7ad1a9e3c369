"""Which piece is a frame's: by the camera's count, and by where or when the picture was taken. No thread or clock.

A camera that misses a trigger, or fires twice, counts wrongly from there on: by its count alone every later letter
would get its neighbour's mark. The encoder's count at the exposure, or its time, tells the letter (wire point 1).
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from mlocr.ports import CameraFrame, PieceEntered

_KEPT = 16
_SHARE = 0.4  # of a pitch, below the half: what lies between two letters is neither's
_HALF, _WRAP = 1 << 31, 1 << 32


@dataclass(frozen=True, slots=True)
class TieRules:
    """How near a picture must be to its letter's leading edge; *ours*. Less than half the least pitch is a limit too.

    `after`: seconds from the edge to the exposure. `within`: seconds, `within_in`: inches either side.
    """

    after: float = 0.0
    within: float = 0.05
    within_in: float = 2.5


@dataclass(frozen=True, slots=True)
class FrameMark:
    """What a frame tells of itself: its trigger, and where (encoder ticks) or when (steady seconds) it was taken."""

    trigger: int
    encoder: int | None = None
    taken: float | None = None

    @property
    def placed(self) -> bool:
        """It tells either; such a frame is never tied by its count alone."""
        return self.encoder is not None or self.taken is not None

    @classmethod
    def of(cls, frame: CameraFrame) -> FrameMark:
        """That of a camera's frame."""
        return cls(frame.trigger, frame.encoder, frame.taken)


@dataclass(frozen=True, slots=True)
class _Near:
    """A known piece, and how far behind its edge the picture was taken: in units of what is allowed."""

    piece: PieceEntered
    gap: float


class FrameTies:
    """The pieces that the device told of, and by how much the camera's count is off the device's.

    `slips` counts how often that changed. `ticks_per_inch` is the device's.
    """

    def __init__(self, rules: TieRules, ticks_per_inch: float = 1.0) -> None:
        self.slips = 0
        self.ticks_per_inch = ticks_per_inch
        self._rules = rules
        self._known: deque[PieceEntered] = deque(maxlen=_KEPT)
        self._off = 0
        self._tied = False

    def told(self, piece: PieceEntered) -> None:
        """The device saw a piece."""
        self._known.append(piece)

    def counted(self, trigger: int) -> int:
        """The device's count for a camera's trigger."""
        return trigger + self._off

    def find(self, mark: FrameMark, waiting: Mapping[int, PieceEntered]) -> tuple[PieceEntered | None, bool]:
        """The piece among those `waiting` (by the device's count), and whether that is the last word.

        (None, False): it may still be told of. (None, True): no letter's, or another picture of a letter that has one.
        """
        counted = waiting.get(self.counted(mark.trigger))
        if not mark.placed:
            return counted, counted is not None
        near = sorted(self._near(mark, waiting), key=lambda each: abs(each.gap))
        best = [each.piece for each in near if abs(each.gap) <= min(1.0, abs(near[0].gap) + 0.1)]
        if not best:
            return None, any(each.gap < -1.0 for each in near)
        if counted is not None and counted in best:
            piece = counted
        elif len(best) == 1 and waiting.get(best[0].trigger) is best[0]:
            piece = best[0]
        else:
            return None, True
        self._count_from(mark, piece)
        return piece, True

    def same(self, mark: FrameMark, piece: PieceEntered) -> bool:
        """True when this frame, given up before, was that of a piece that is told of only now."""
        if not mark.placed:
            return self.counted(mark.trigger) == piece.trigger
        return any(each.piece is piece and abs(each.gap) <= 1.0 for each in self._near(mark, {}))

    def _count_from(self, mark: FrameMark, piece: PieceEntered) -> None:
        off = piece.trigger - mark.trigger
        # A camera may begin to count anywhere: only a later change is a trigger missed or doubled.
        self.slips += self._tied and off != self._off
        self._off, self._tied = off, True

    # --- places and times --------------------------------------------------------------------------------------------

    def _near(self, mark: FrameMark, waiting: Mapping[int, PieceEntered]) -> list[_Near]:
        """The known pieces with their distance from the frame, 1 being the farthest at which it may be theirs.

        Those that wait for their frames, however many, and the last ones told, which may have theirs.
        """
        known = {each.event: each for each in (*self._known, *waiting.values())}
        pieces = [known[n] for n in sorted(known) if mark.encoder is not None or known[n].at is not None]
        gaps = [self._gap(mark, each) for each in pieces]
        most = self._rules.within if mark.encoder is None else self._rules.within_in * self.ticks_per_inch
        # Letters that came in the same moment are those of a belt whose clock stood still: no pitch is told by them.
        both = itertools.pairwise(zip(pieces, gaps, strict=True))
        pitches = [abs(a - b) for (one, a), (two, b) in both if one.piece_id.boot == two.piece_id.boot]
        most = min([most, *(_SHARE * pitch for pitch in pitches if pitch > most / 5)])
        return [_Near(piece, gap / most) for piece, gap in zip(pieces, gaps, strict=True)]

    def _gap(self, mark: FrameMark, piece: PieceEntered) -> float:
        if mark.encoder is not None:
            return float((mark.encoder - piece.encoder + _HALF) % _WRAP - _HALF)
        return (mark.taken or 0.0) - self._rules.after - (piece.at or 0.0)
