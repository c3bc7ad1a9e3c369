"""The mock device's event log and what survives its power. Knows messages only, nothing of the host's code."""

from __future__ import annotations

import zlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from drivers.inkjet.columns import ALL
from drivers.inkjet.face import FACE
from drivers.inkjet.messages import SCHEMA, Event, Kind, Reason, State

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """The device's own figures. Lengths are encoder ticks; none of them is published for a real sorter.

    `stop_ms`: how long the encoder may stand still while firing; 0 where the belt's clock is not the device's.
    """

    ticks_per_inch: float = 2000.0
    dpi: float = 200.0
    dots: int = 40
    distance: int = 160_000
    margin: int = 2000
    max_window: int = 4000
    min_length: int = 1000
    max_length: int = 26_000
    min_gap: int = 500
    debounce: int = 60
    reverse_tolerance: int = 20
    photocell: bool = True
    bench_speed: float = 236_000.0
    slots: int = 16
    raster_bytes: int = 65_536
    results: int = 256
    log: int = 512
    max_columns: int = 4096
    window: int = 8
    rx_bytes: int = 4096
    stop_ms: int = 500
    encodings: int = ALL
    face: int = FACE
    firmware: str = "mock 1"


@dataclass(slots=True)
class DeviceFaults:
    """What the device does wrong, settable at any time."""

    deaf: bool = False
    mute: bool = False
    schema: int = SCHEMA


@dataclass(slots=True)
class Ended:
    """The record of a job that ended."""

    boot: int
    piece: int
    crc: int
    state: State
    reason: Reason
    event: int = 0


@dataclass(slots=True)
class NonVolatile:
    """What survives power. `keeps_results` means a store that bears a write per letter (wire point 10)."""

    keeps_results: bool = False
    boots: int = 0
    epoch_seen: int = 0
    firing: tuple[Key, Ended] | None = None
    results: OrderedDict[Key, Ended] = field(default_factory=OrderedDict)

    def wipe(self) -> None:
        """Everything forgotten, as after a change of the memory."""
        self.boots = self.epoch_seen = 0
        self.firing = None
        self.results.clear()

    def boot_id(self, nonce: int) -> int:
        """A boot's number: from the boot counter and the first host's nonce, so a wiped store still differs."""
        return zlib.crc32(self.boots.to_bytes(4, "little") + nonce.to_bytes(8, "little")) or 1


class EventLog:
    """Numbered events, kept until the host has acknowledged them as durable (wire point 9).

    A job's end always has a place: one is set aside per live job. Other events that find none are a counted gap.
    """

    def __init__(self, capacity: int) -> None:
        self.tail = 1
        self.lost = 0
        self.now = 0
        """Milliseconds since boot, as the device last looked."""
        self._capacity = capacity
        self._events: deque[Event] = deque()

    @property
    def next(self) -> int:
        """The number the next event gets."""
        return self.tail + len(self._events)

    def room(self, live: int) -> int:
        """Places free when one is set aside for each of `live` jobs; one more is kept for the gap's own entry."""
        return self._capacity - len(self._events) - live - 1

    def get(self, number: int) -> Event | None:
        """The event of this number, if it is still kept."""
        at = number - self.tail
        return self._events[at] if 0 <= at < len(self._events) else None

    def note(self, event: Event, live: int) -> int:
        """Append an event for which nothing was set aside; 0 when it was lost and counted."""
        self._tell_gap(live)
        if self.lost or self.room(live) <= 0:
            self.lost += 1
            return 0
        return self._append(event)

    def end(self, event: Event) -> int:
        """Append a job's end, in the place set aside for it."""
        return self._append(event)

    def trim(self, upto: int, live: int) -> None:
        """Forget every event up to this number."""
        while self._events and self.tail <= upto:
            self._events.popleft()
            self.tail += 1
        self._tell_gap(live)

    def christen(self, boot: int) -> None:
        """The boot got its number only now: events of this boot noted before bear it from here on."""
        for at, event in enumerate(self._events):
            if not event.boot and event.kind != Kind.GAP:
                self._events[at] = event._replace(boot=boot)

    def _tell_gap(self, live: int) -> None:
        if self.lost and self.room(live) > 0:
            count, self.lost = self.lost, 0
            self._append(Event(0, 0, 0, 0, 0, 0, 0, count, self.now, Kind.GAP, 0, 0))

    def _append(self, event: Event) -> int:
        number = self.next
        self._events.append(event._replace(number=number))
        return number
