"""Whose turn it is at the print stage: belt order, except where the device has room to spare.

Workers finish out of order. A job sent early takes one of the device's few places; were they all taken by letters
behind an undecided one, that one could never be printed and, at pace max, the belt would never move.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

from mlocr.mail.piece import Encoded
from mlocr.station.pieces import Piece


class Turns:
    """Decided pieces waiting to be settled. Pieces are numbered from `first` in belt order. One thread uses it."""

    def __init__(self, first: int = 0) -> None:
        self._waiting: list[tuple[int, Piece]] = []
        self._lowest = first
        self._gone: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, piece: Piece) -> None:
        """A piece has been decided."""
        heapq.heappush(self._waiting, (piece.index, piece))

    def take(self, free_jobs: Callable[[], int], *, last: bool = False) -> Piece | None:
        """The next piece that may be settled, None while it must wait for an older one.

        `free_jobs` asks how many jobs the device can take; one place is kept for every older piece not yet settled.
        With `last` no older piece will come any more.
        """
        if not self._waiting:
            return None
        index, piece = self._waiting[0]
        older = index - self._lowest - sum(1 for gone in self._gone if gone < index)
        if older and not last and isinstance(piece.outcome, Encoded) and free_jobs() <= older:
            return None
        heapq.heappop(self._waiting)
        self._gone.add(index)
        while self._lowest in self._gone:
            self._gone.remove(self._lowest)
            self._lowest += 1
        return piece
