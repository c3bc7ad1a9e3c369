"""What goes wrong with letters on a belt, by seed: slips, double feeds, jams, stops, photocells that bounce or miss.

Shares are of letters, lengths inches; all figures are *ours*. The same seed gives the same letters the same fate.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_BOUNCE = 0.3  # of the debounce length, each way: what a device must take for one edge
_OVERLAP = 0.5  # how much of a letter the one fed with it covers
_SHORT = 0.5  # of the least gap


@dataclass(frozen=True, slots=True)
class Troubles:
    """How often and how much. `drift` is a share of the speed; `stop_s` seconds a stop or jam lasts."""

    seed: int = 0
    gap_spread_in: float = 0.0
    drift: float = 0.0
    slip_in: float = 0.0
    double_feeds: float = 0.0
    short_gaps: float = 0.0
    jams: float = 0.0
    stops: float = 0.0
    reversals: float = 0.0
    missed_camera: float = 0.0
    missed_head: float = 0.0
    bounces: float = 0.0
    stop_s: float = 2.0
    reversal_in: float = 0.5


@dataclass(frozen=True, slots=True)
class Lengths:
    """What a fate is measured by, in ticks: the device's least gap and debounce length, and the way to the head."""

    ticks_per_inch: float
    gap: int
    min_gap: int
    debounce: int
    distance: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one letter; ticks. `gap` is to the next letter's leading edge, negative where that overlaps.

    `jam`, `stop` and `reverse_at` are ticks behind its leading edge: from the camera for a jam, from the head for the
    other two. 0: none.
    """

    gap: int
    slip: int = 0
    clings: bool = False
    jam: int = 0
    stop: int = 0
    reverse_at: int = 0
    reverse: int = 0
    camera_misses: bool = False
    head_misses: bool = False
    bounce: int = 0
    stands: float = 0.0


class Dice:
    """Gives each letter its fate, in feeding order."""

    def __init__(self, troubles: Troubles, lengths: Lengths) -> None:
        self._troubles = troubles
        self._lengths = lengths
        self._random = random.Random(troubles.seed)
        shares = ("double_feeds", "short_gaps", "jams", "stops", "reversals", "missed_camera", "missed_head", "bounces")
        self._quiet = not any(getattr(troubles, name) for name in (*shares, "gap_spread_in", "slip_in"))

    def letter(self, length: int) -> Fate:
        """The next letter's fate; `length` in ticks."""
        troubles, ours, roll = self._troubles, self._lengths, self._random.random
        if self._quiet:
            return Fate(ours.gap)
        gap = ours.gap + round(roll() * troubles.gap_spread_in * ours.ticks_per_inch)
        slip = round((2 * roll() - 1) * troubles.slip_in * ours.ticks_per_inch)
        double, short = roll() < troubles.double_feeds, roll() < troubles.short_gaps
        if double:
            gap = -round(length * _OVERLAP)
        elif short:
            gap = max(ours.debounce + 1, round(ours.min_gap * _SHORT))
        jam = self._place(troubles.jams, length + ours.debounce + 1, ours.distance - abs(slip) - 1)
        stop = self._place(troubles.stops, 1, length)
        reverse_at = self._place(troubles.reversals, 1, length)
        back = max(1, round(troubles.reversal_in * ours.ticks_per_inch))
        return Fate(
            gap=gap,
            slip=slip,
            clings=double or short,
            jam=jam,
            stop=stop,
            reverse_at=reverse_at,
            reverse=back if reverse_at else 0,
            camera_misses=roll() < troubles.missed_camera,
            head_misses=roll() < troubles.missed_head,
            bounce=max(1, round(ours.debounce * _BOUNCE)) if roll() < troubles.bounces else 0,
            stands=troubles.stop_s,
        )

    def _place(self, share: float, first: int, last: int) -> int:
        """Somewhere between the two, for this share of letters; 0 for the others. As many numbers drawn either way."""
        happens, where = self._random.random() < share, self._random.random()
        return first + int(where * max(0, last - first)) if happens else 0


class Motion:
    """Where the belt is at a time: a steady speed, or one that drifts by seed; it stands and goes on.

    Ticks, ticks a second, seconds on any steady clock.
    """

    def __init__(self, speed: float, drift: float = 0.0, seed: int = 0) -> None:
        self._speed = speed
        self._drift = drift
        self._random = random.Random(seed)
        self._from = self._until = 0.0
        self._start = 0.0
        self._now = speed

    def begin(self, now: float, tick: int = 0, pause: float = 0.0) -> None:
        """The belt stands at `tick` now and runs on after `pause` seconds."""
        self._from, self._start = now + pause, float(tick)
        self._draw()

    def at(self, now: float) -> int:
        """The belt's tick at this time; times never go back."""
        while now >= self._until:
            self._start += (self._until - self._from) * self._now
            self._from = self._until
            self._draw()
        return int(self._start + max(0.0, now - self._from) * self._now)

    def when(self, tick: int) -> float:
        """The earliest time at which the belt may be there: look again then, if its speed has changed."""
        return min(self._until, self._from + (tick - self._start) / self._now + 1e-9)

    def _draw(self) -> None:
        """A new speed for the next second."""
        self._until = self._from + 1.0
        if self._drift:
            self._now = self._speed * (1 + self._drift * (2 * self._random.random() - 1))
        else:
            self._until = float("inf")
