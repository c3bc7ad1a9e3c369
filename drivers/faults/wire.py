"""A faulty line: bytes in and the time, bytes out when they are due. No port, clock or thread; the seed decides."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.faults.script import LineFaults, Rule, Seen, Way, Wire
from drivers.inkjet.frames import Frame, FrameDecoder
from drivers.inkjet.messages import SCHEMA

_LONGEST = 2048  # what holds no zero for so long is no frame and passes as it is
_HISTORY = 4096
_BITS = 10
_XON, _XOFF = 0x11, 0x13
_FOR_EVER = float("inf")
CLEAN = LineFaults()


class _Direction:
    """One direction: whole frames through the rules, bytes through the faults, then a queue by time."""

    def __init__(self, line: FaultyLine, way: Way, faults: LineFaults, seed: int) -> None:
        self.history: list[bytes] = []
        self.random = random.Random(seed)
        self.paused = False
        self._line = line
        self._way = way
        self._faults = faults
        self._held = bytearray()
        self._queue: deque[tuple[float, bytes]] = deque()
        self._mute = self._stall = self._free = -_FOR_EVER
        self._bytes = self._pieces = 0

    def mute(self, until: float) -> None:
        """See `script.Wire`."""
        self._mute = max(self._mute, until)

    def stall(self, until: float) -> None:
        """See `script.Wire`."""
        self._stall = max(self._stall, until)

    def inject(self, data: bytes, now: float) -> None:
        """See `script.Wire`."""
        self.send(data, now)

    def carry(self, data: bytes, now: float) -> None:
        """Bytes came in: every whole frame is judged, what is left waits for its end."""
        self._held += data
        while (end := self._held.find(0)) >= 0:
            body = bytes(self._held[:end])
            del self._held[: end + 1]
            if body:
                self._judge(b"\0" + body + b"\0", now)
        if len(self._held) > _LONGEST:
            self.send(bytes(self._held), now)
            self._held.clear()

    def carry_raw(self, data: bytes, now: float) -> None:
        """Bytes of a device that speaks no frames."""
        self.send(data, now)

    def _judge(self, raw: bytes, now: float) -> None:
        out = self._line.judged(self._way, raw, now)
        if len(self.history) < _HISTORY:
            self.history.append(raw)
        if out:
            self.send(out, now)

    def send(self, data: bytes, now: float) -> None:
        """Through the byte faults into the queue."""
        if now < self._mute:
            return
        data = self._line.flow(self._way, self._spoilt(data))
        for piece in self._pieces_of(data):
            self._queue.append((self._due(len(piece), now), piece))

    def _spoilt(self, data: bytes) -> bytes:
        faults, out = self._faults, bytearray()
        if not (faults.drop_every or faults.flip_share or faults.noise_share or faults.heard_at):
            return data
        for byte in data:
            self._bytes += 1
            if faults.drop_every and self._bytes % faults.drop_every == 0:
                continue
            spoilt = faults.flip_share and self.random.random() < faults.flip_share
            out.append(byte ^ (1 << self.random.randrange(8)) if spoilt else byte)
            if faults.noise_share and self.random.random() < faults.noise_share:
                out.append(self.random.choice(faults.noise))
        return resampled(bytes(out), faults.baud, faults.heard_at) if faults.heard_at else bytes(out)

    def _pieces_of(self, data: bytes) -> list[bytes]:
        if self._faults.split > 0:
            size = self._faults.split
            return [data[at : at + size] for at in range(0, len(data), size)]
        if self._faults.split < 0 and len(data) > 1:
            self._pieces += 1
            at = self._pieces % (len(data) - 1) + 1
            return [data[:at], data[at:]]
        return [data] if data else []

    def _due(self, size: int, now: float) -> float:
        faults = self._faults
        due = max(now + faults.latency, self._stall, self._free)
        if faults.baud:
            due += size * _BITS / faults.baud
        if faults.quantum:
            due = (due // faults.quantum + 1) * faults.quantum
        self._free = due
        return due

    def take(self, now: float, one: bool) -> bytes:
        """What is due; with `one` a single piece of it."""
        out = bytearray()
        while self._queue and self._queue[0][0] <= now and not self.paused:
            out += self._queue.popleft()[1]
            if one:
                break
        return bytes(out)

    def next_due(self) -> float | None:
        """When the next bytes are due."""
        return self._queue[0][0] if self._queue and not self.paused else None

    def clear(self) -> None:
        """What is under way is gone."""
        self._queue.clear()
        self._held.clear()
        self.paused = False


@dataclass(frozen=True, slots=True)
class LineScript:
    """A line's faults. `echo` sends back what the host sends; `flow` is software flow control, left on by somebody."""

    rules: Sequence[Rule] = ()
    down: LineFaults = CLEAN
    up: LineFaults = CLEAN
    echo: bool = False
    flow: bool = False


class FaultyLine:
    """Both directions of one line under a script. The same seed and the same bytes give the same faults."""

    def __init__(self, script: LineScript, seed: int = 0) -> None:
        self._script = script
        self._ways = {
            Way.DOWN: _Direction(self, Way.DOWN, script.down, seed * 2 + 1),
            Way.UP: _Direction(self, Way.UP, script.up, seed * 2 + 2),
        }
        self._wires: dict[Way, Wire] = {**self._ways}
        self._counts = [0] * len(script.rules)
        self.hits = [0] * len(script.rules)

    def carry(self, way: Way, data: bytes, now: float) -> None:
        """Bytes that came in at one end."""
        self._ways[way].carry(data, now)
        if self._script.echo and way is Way.DOWN:
            self._ways[Way.UP].send(data, now)

    def carry_raw(self, way: Way, data: bytes, now: float) -> None:
        """Bytes that are no frames, from a foreign device."""
        self._ways[way].carry_raw(data, now)

    def unhit(self) -> list[int]:
        """The rules, from 1, that were to take a frame and never did."""
        return [at for at, rule in enumerate(self._script.rules, 1) if rule.must and not self.hits[at - 1]]

    def take(self, way: Way, now: float) -> bytes:
        """Bytes due at the other end; one piece a call where reads are split."""
        faults = self._script.down if way is Way.DOWN else self._script.up
        return self._ways[way].take(now, bool(faults.split))

    def next_due(self) -> float | None:
        """When something is due at either end."""
        dues = [due for direction in self._ways.values() if (due := direction.next_due()) is not None]
        return min(dues, default=None)

    def clear(self, way: Way) -> None:
        """What is under way in this direction is gone, as when a plug is drawn."""
        self._ways[way].clear()

    def judged(self, way: Way, raw: bytes, now: float) -> bytes:
        """What the rules make of one frame."""
        frame = decoded(raw)
        out = raw
        for at, rule in enumerate(self._script.rules):
            if not out or not rule.takes(way, frame):
                continue
            self._counts[at] += 1
            if rule.hits(self._counts[at]):
                self.hits[at] += 1
                out = rule.act(Seen(out, frame, way, now, self._wires, self._ways[way].random))
        return out

    def flow(self, way: Way, data: bytes) -> bytes:
        """Software flow control takes its two bytes out of the data, and stops and starts the other direction."""
        if not self._script.flow:
            return data
        for byte in data:
            if byte in (_XON, _XOFF):
                self._ways[way.back].paused = byte == _XOFF
        return data.translate(None, bytes((_XON, _XOFF)))


def decoded(raw: bytes) -> Frame | None:
    """The frame in these bytes, None where there is none of this schema."""
    frames = FrameDecoder(SCHEMA).feed(raw)
    return frames[0] if len(frames) == 1 else None


def resampled(data: bytes, sent: int, heard: int) -> bytes:
    """What a receiver at `heard` baud makes of bytes sent at `sent`: 8N1, each bit looked at in its middle.

    A byte whose stop bit is not there is lost (a framing error), as a UART's driver does.
    """
    levels = [bit for byte in data for bit in (0, *(byte >> n & 1 for n in range(8)), 1)]
    out, at, step = bytearray(), 0.0, sent / heard

    def level(place: float) -> int:
        return levels[int(place)] if place < len(levels) else 1

    while at < len(levels):
        if level(at):
            at += 0.25
            continue
        bits = [level(at + (n + 0.5) * step) for n in range(1, 10)]
        if bits[8]:
            out.append(sum(bit << n for n, bit in enumerate(bits[:8])))
        at += 9.5 * step
    return bytes(out)
