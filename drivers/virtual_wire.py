"""One direction of a wire on a virtual clock: bytes take their time at the baud rate, and frames are spoilt by seed."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable

_BITS = 10  # start, eight data, stop
NEVER = math.inf


class FrameErrors:
    """Spoils one frame in so many: lost, doubled, a bit turned, cut short, or bytes put in; which, by seed.

    `frames` and `hit` count what passed and what was spoilt.
    """

    def __init__(self, seed: int, rate: float) -> None:
        self.frames = self.hit = 0
        self._random = random.Random(seed)
        self._rate = rate
        self._next = self._gap()

    def _gap(self) -> int:
        """Frames until the next that is hit, that one counted."""
        if self._rate <= 0:
            return 1 << 62
        if self._rate >= 1:
            return 1
        return 1 + int(math.log(1.0 - self._random.random()) / math.log(1.0 - self._rate))

    def __call__(self, frame: bytes) -> bytes:
        """What becomes of one frame."""
        self.frames += 1
        self._next -= 1
        if self._next > 0:
            return frame
        self._next = self._gap()
        self.hit += 1
        dice = self._random
        at = dice.randrange(len(frame))
        kinds: tuple[Callable[[], bytes], ...] = (
            lambda: b"",
            lambda: frame + frame,
            lambda: frame[:at] + bytes((frame[at] ^ 1 << dice.randrange(8),)) + frame[at + 1 :],
            lambda: frame[:at],
            lambda: frame[:at] + dice.randbytes(3) + frame[at:],
        )
        return dice.choice(kinds)()


class VirtualWire:
    """Takes bytes at one end, gives them at the other a latency and their time on the line later.

    Frames arrive one by one; `together`: those sent at once arrive at once, as where the far end reads now and then.
    """

    def __init__(self, baud: int, latency: float, errors: Callable[[bytes], bytes], together: bool = False) -> None:
        self.bytes = 0
        self.due = NEVER
        """When the next bytes arrive."""
        self._seconds = _BITS / baud
        self._latency = latency
        self._errors = errors
        self._together = together
        self._free = 0.0
        self._under_way: deque[tuple[float, bytes]] = deque()

    def send(self, data: bytes, now: float) -> None:
        """Frames leave one after the other, as soon as the line is free."""
        self.bytes += len(data)
        frames = [b"\0" + part + b"\0" for part in data.split(b"\0") if part]
        if self._together:
            self._leave(len(data), b"".join(map(self._errors, frames)), now)
        else:
            for frame in frames:
                self._leave(len(frame), self._errors(frame), now)

    def _leave(self, size: int, spoilt: bytes, now: float) -> None:
        self._free = max(now, self._free) + size * self._seconds
        if spoilt:
            self._under_way.append((self._free + self._latency, spoilt))
            self.due = self._under_way[0][0]

    def take(self, now: float) -> bytes:
        """Everything that has arrived."""
        if self.due > now:
            return b""
        out = bytearray()
        while self._under_way and self._under_way[0][0] <= now:
            out += self._under_way.popleft()[1]
        self.due = self._under_way[0][0] if self._under_way else NEVER
        return bytes(out)
