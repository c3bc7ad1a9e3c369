"""How long a failing engine is borne with: pauses that grow, a limit of restarts a minute, of failures in a row."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Where patience ends (*ours*). Pauses in seconds: the first, doubled by each failure up to the most."""

    restarts_per_minute: int = 6
    failures_in_a_row: int = 5
    first_pause: float = 0.25
    most_pause: float = 2.0


class Patience:
    """Counts what went wrong. `clock` is monotonic seconds."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._failures = 0
        self._restarts: deque[float] = deque()
        self._why = ""
        self._not_before = 0.0

    def answered(self) -> None:
        """A usable answer came: the row of failures ends."""
        self._failures = 0

    def failed(self, why: str) -> None:
        """A piece got no usable answer."""
        self._failures += 1
        self._noted(why)

    def lost(self, why: str) -> None:
        """The engine ended by itself; no piece failed yet."""
        self._noted(why)

    def _noted(self, why: str) -> None:
        limits = self._limits
        self._why = why
        pause = limits.first_pause * 2.0 ** min(max(self._failures - 1, 0), 30)
        self._not_before = self._clock() + min(pause, limits.most_pause)

    def restarting(self) -> None:
        """The engine is started once more."""
        self._restarts.append(self._clock())

    @property
    def why(self) -> str:
        """What went wrong last."""
        return self._why

    @property
    def pause(self) -> float:
        """Seconds until the engine may be tried again."""
        return max(self._not_before - self._clock(), 0.0)

    @property
    def worn_out(self) -> str:
        """Which limit of failures is met, in words; empty while none is."""
        most = self._limits.failures_in_a_row
        return f"{most} questions in a row went without a usable answer" if self._failures >= most else ""

    @property
    def restarts_used_up(self) -> str:
        """Whether no restart is left in this minute, in words; empty while one is."""
        since = self._clock() - MINUTE
        while self._restarts and self._restarts[0] <= since:
            self._restarts.popleft()
        used = len(self._restarts)
        return f"it was started again {used} times within a minute" if used >= self._limits.restarts_per_minute else ""
