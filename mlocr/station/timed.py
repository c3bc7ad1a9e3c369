"""Reader and matcher with a stopwatch: the pipeline needs no clock, and no stage begins when the time is gone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

from mlocr.mail.address import AddressBlock, Reading
from mlocr.mail.image import ImageLift
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.ports import AddressMatcher


class HurriedReader(Protocol):
    """A reader that can ask how much time a letter has left."""

    def read(self, lift: ImageLift, left: Callable[[], float] | None = None) -> Reading:
        """The block or the reason there is none. `left`: milliseconds; None where nothing presses."""
        ...


class Timed:
    """Both for one piece, which has `budget_ms` milliseconds left now (None: as many as it takes).

    `clock` is steady seconds. A piece whose time is gone after its reading is not matched: TOO_LATE, a value.
    """

    def __init__(
        self,
        reader: HurriedReader,
        matcher: AddressMatcher,
        budget_ms: float | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._reader = reader
        self._matcher = matcher
        self._budget = budget_ms
        self._clock = clock
        self._began = clock()
        self.timings_ms: dict[str, float] = {}

    def elapsed_ms(self) -> float:
        """Milliseconds since the piece's turn came."""
        return (self._clock() - self._began) * 1000

    def read(self, lift: ImageLift) -> Reading:
        """Read, and note how long it took."""
        started = self.elapsed_ms()
        reading = self._reader.read(lift, None if self._budget is None else self._left)
        self.timings_ms["read"] = self.elapsed_ms() - started
        return reading

    def match(self, block: AddressBlock) -> Match:
        """Match, and note how long it took; nothing is matched when the time is gone."""
        started = self.elapsed_ms()
        if self._left() <= 0:
            return Match(None, RejectReason.TOO_LATE)
        match = self._matcher.match(block)
        self.timings_ms["match"] = self.elapsed_ms() - started
        return match

    def _left(self) -> float:
        return math.inf if self._budget is None else self._budget - self.elapsed_ms()
