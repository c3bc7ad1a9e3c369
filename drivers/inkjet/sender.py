"""The host's sending half of the link: window, go-back-N and timing (docs/wire-protocol.md section 3). No clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from drivers.inkjet.frames import Type, before

_FLOOR = 0.04  # above one 16 ms USB tick there and back
_CEILING = 1.0
_FIRST = 0.2  # before anything was measured
_TRIES = 8
_BITS = 10  # start, eight data, stop
_AROUND = 14  # header, CRC and the two delimiters of a frame


def wire_seconds(payload: bytes, baud: int) -> float:
    """How long a frame with this payload is on the wire, at the least."""
    return (len(payload) + _AROUND) * _BITS / baud


Stamp = Callable[[Type, bytes, int], bytes]


@dataclass(slots=True)
class _Waiting:
    type: Type
    payload: bytes
    tag: object


@dataclass(slots=True)
class _Flight:
    seq: int
    data: bytes
    sent: float
    again: bool = False


class Sender:
    """Numbers frames, keeps them until the device acknowledges, and sends again what stays unanswered.

    A retry is byte-identical. A retransmitted frame gives no round-trip sample, and the time to wait allows for the
    bytes in flight at this baud rate (wire point 14). It doubles with every wait in vain, and is the plain one again as
    soon as the device has taken a frame: where each frame has its luck anew, a full window must not wait ever longer.
    """

    def __init__(self, baud: int) -> None:
        self.retransmitted = 0
        self.round_trip: float | None = None
        self._baud = baud
        self._variation = 0.0
        self._window = 1
        self._room = 0
        self._next = 0
        self._tries = 1
        self._waits = 0
        self._hurried = False
        self._resent = -_CEILING
        self._waiting: deque[_Waiting] = deque()
        self._flights: deque[_Flight] = deque()

    def reset(self, window: int, room: int) -> None:
        """A new session: numbering starts at 0 and what was under way is forgotten.

        At most `window` frames and `room` bytes are in flight; one frame always may be.
        """
        self._window, self._room = max(1, window), room
        self._next = 0
        self._progress()
        self._waiting.clear()
        self._flights.clear()

    def offer(self, kind: Type, payload: bytes = b"", tag: object = None) -> None:
        """Queue one needs-ack frame."""
        self._waiting.append(_Waiting(kind, payload, tag))

    def withdraw(self, tag: object) -> bool:
        """Drop the queued frames of this tag that never left; True when there were any."""
        kept = [frame for frame in self._waiting if frame.tag != tag]
        dropped = len(kept) != len(self._waiting)
        self._waiting = deque(kept)
        return dropped

    @property
    def idle(self) -> bool:
        """Nothing queued and nothing unacknowledged."""
        return not self._waiting and not self._flights

    @property
    def failed(self) -> bool:
        """The oldest frame was tried as often as it may be, and the device has taken none meanwhile."""
        return bool(self._flights) and self._tries > _TRIES

    def timeout(self) -> float:
        """Seconds to wait for the oldest frame in flight."""
        base = _FIRST if self.round_trip is None else self.round_trip + 4 * self._variation
        grown = min(_CEILING, max(_FLOOR, base) * float(1 << self._waits))
        return grown + self.in_flight * _BITS / self._baud

    @property
    def in_flight(self) -> int:
        """Bytes sent and not acknowledged."""
        return sum(len(flight.data) for flight in self._flights)

    def acknowledged(self, ack: int, now: float) -> None:
        """The device expects `ack` next: everything before it has arrived."""
        if not self._flights or before(self._next, ack):
            return
        newest: _Flight | None = None
        while self._flights and before(self._flights[0].seq, ack):
            newest = self._flights.popleft()
        if newest is not None:
            self._progress()
            if not newest.again:
                self._sample(now - newest.sent)

    def _progress(self) -> None:
        """The device has taken a frame: waits and repetitions are counted anew for what is still out."""
        self._tries, self._waits, self._hurried = 1, 0, False

    def missing(self, ack: int, now: float) -> None:
        """The device says that `ack` did not come (NAK). Only hurries what the timer would do anyway."""
        self.acknowledged(ack, now)
        pause = max(_FLOOR, self.round_trip or 0.0)
        if self._flights and self._flights[0].seq == ack and now - self._resent > pause:
            self._hurried = True

    def poll(self, now: float, stamp: Stamp) -> list[bytes]:
        """What must leave now: everything in flight again when the oldest is overdue, then new frames."""
        out: list[bytes] = []
        overdue = bool(self._flights) and now - self._flights[0].sent >= self.timeout()
        if overdue or (self._hurried and self._flights):
            # A NAK is a word of the device's: only a wait in vain makes the next one longer.
            self._waits += overdue
            self._tries += 1
            self._resent, self._hurried = now, False
            for flight in self._flights:
                flight.sent, flight.again = now, True
                self.retransmitted += 1
                out.append(flight.data)
        while self._waiting and self._fits(self._waiting[0]):
            frame = self._waiting.popleft()
            data = stamp(frame.type, frame.payload, self._next)
            self._flights.append(_Flight(self._next, data, now))
            self._next = (self._next + 1) & 0xFFFF
            out.append(data)
        return out

    def _fits(self, frame: _Waiting) -> bool:
        body = len(frame.payload) + _AROUND
        longest = body + body // 254 + 1  # what stuffing adds at the most
        return not self._flights or (len(self._flights) < self._window and self.in_flight + longest <= self._room)

    def _sample(self, seconds: float) -> None:
        if self.round_trip is None:
            self.round_trip, self._variation = seconds, seconds / 2
        else:
            self._variation += (abs(self.round_trip - seconds) - self._variation) / 4
            self.round_trip += (seconds - self.round_trip) / 8
