"""How long the device will still take a job for a letter, and what its times mean here, reckoned from its STATUS.

No port, clock or thread.

docs/wire-protocol.md section 6, judgement 6: late is judged at the earliest edge of the window, less the margin.
"""

from __future__ import annotations

from collections import deque

from drivers.inkjet.messages import HelloAck, Status

_HALF, _WRAP = 1 << 31, 1 << 32
_CLOCK_KEPT = 64  # six seconds of STATUS: two good clocks drift less than a millisecond apart in them
_KEPT = 10  # STATUS comes ten times a second: the belt's speed over the last second


def ticks_left(info: HelloAck, edge: int, encoder: int, window: int) -> int:
    """Encoder counts until a job for the letter whose leading edge was at `edge` is late; below zero once it is."""
    last = edge + info.distance - window - info.margin
    return (last - encoder + _HALF) % _WRAP - _HALF


class BeltPace:
    """Where the belt stands and how fast it runs, from one STATUS after the other.

    Speed is reckoned between the device's own times: what holds up the wire or the host does not bend it.
    """

    def __init__(self) -> None:
        self._told: deque[Status] = deque(maxlen=_KEPT)
        self._at = 0.0

    def told(self, status: Status, now: float) -> None:
        """A STATUS came. A belt that stood, ran back, or a device that restarted begins anew."""
        last = self._told[-1] if self._told else None
        if last is not None and (last.boot != status.boot or not status.speed or _step(last, status) < 0):
            self._told.clear()
        self._told.append(status)
        self._at = now

    def speed(self) -> float:
        """Ticks a second; zero while the belt stands or nothing is known."""
        if not self._told or not self._told[-1].speed:
            return 0.0
        first, last = self._told[0], self._told[-1]
        elapsed = (last.time - first.time) % _WRAP / 1000
        return _step(first, last) / elapsed if elapsed > 0 else float(last.speed)

    def seconds_left(self, info: HelloAck, edge: int, window: int, now: float) -> float | None:
        """Seconds from `now` until a job for this letter is late, if the belt runs on as it did.

        None while it stands still, or where the last STATUS was of another boot. The device's own count at the commit
        is what decides.
        """
        speed = self.speed()
        if speed <= 0 or self._told[-1].boot != info.boot:
            return None
        return ticks_left(info, edge, self._told[-1].encoder, window) / speed - (now - self._at)


class DeviceClock:
    """The device's milliseconds in seconds of the host's clock, from the times its frames told and when they came.

    A frame comes late, never early: of the last ones the one that was held up least tells the difference of the clocks.
    """

    def __init__(self) -> None:
        self._boot = 0
        self._told: deque[tuple[int, float]] = deque(maxlen=_CLOCK_KEPT)

    def told(self, boot: int, time: int, now: float) -> None:
        """The device's time was `time` at `now` or before."""
        if boot != self._boot:
            self._boot = boot
            self._told.clear()
        self._told.append((time, now))

    def at(self, boot: int, time: int) -> float | None:
        """When the device's time was `time`, in this boot of it; None for another, or while nothing is known."""
        if boot != self._boot or not self._told:
            return None
        return min(now + _signed(time - told) / 1000 for told, now in self._told)


def _signed(ticks: int) -> int:
    return (ticks + _HALF) % _WRAP - _HALF


def _step(before: Status, after: Status) -> int:
    return (after.encoder - before.encoder + _HALF) % _WRAP - _HALF
