"""Host and device in one process on a virtual clock: no port, no thread. The same seed gives the same run.

The host's half is the real dialogue, sender and ledger; the device is the mock, on the virtual line's own belt.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.belt import BeltLetter
from drivers.inkjet.columns import ALL
from drivers.inkjet.dialogue import Dialogue
from drivers.inkjet.hostjobs import Phase, Terms
from drivers.inkjet.mock import MockDevice
from drivers.line_moves import Mover, belt_of, device_config
from drivers.line_settings import LineSettings
from drivers.virtual_station import Books, VirtualStation
from drivers.virtual_wire import NEVER, FrameErrors, VirtualWire
from mlocr.mail.code import SprayImage
from mlocr.mail.piece import PieceId
from mlocr.ports import CameraFrame

_BEAT = 0.02  # how often either end looks at its timers, the belt at its encoder
_LAST_WORDS = 30.0

# A belt of 36,000 letters an hour, no two alike; *ours*, as every figure of the line.
PLAIN = LineSettings(pace=36_000.0, gap_in=1.5)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """How many letters, which share of frames is spoilt, by which seed. Seconds: the wire's latency, time to think.

    `lengths`: the shortest and the longest letter, inches. `encodings`: those the device knows. `marks` and
    `one_by_one` are the station's. `together`: frames sent at once arrive at once.
    """

    letters: int
    error_rate: float = 0.0
    seed: int = 1
    latency: float = 0.001
    thinks: tuple[float, float] = (0.02, 0.2)
    lengths: tuple[float, float] = (5.0, 11.0)
    encodings: int = ALL
    marks: Callable[[int], SprayImage] | None = None
    one_by_one: bool = False
    together: bool = True


@dataclass(frozen=True, slots=True)
class RunResult:
    """The books, the time from the first letter off the belt to the last, and what the wire bore each way.

    `round_trips`: seconds from each job to the device's word on it, where jobs went one by one.
    """

    books: Books
    seconds: float
    bytes_down: int
    bytes_up: int
    round_trips: tuple[float, ...]
    frames: int
    frames_hit: int
    retransmitted: int
    spilled: int
    fault: str

    @property
    def per_hour(self) -> float:
        """Marks sprayed whole an hour of belt: of so many letters in the time between the first and the last."""
        books = self.books
        pitches = (books.letters - 1) / books.letters if books.letters else 0.0
        return books.sprayed * pitches / self.seconds * 3600 if self.seconds else 0.0


class _Letters:
    """Letters of lengths by seed, as many as planned; numbered from 1 by their frame."""

    def __init__(self, settings: LineSettings, plan: RunPlan) -> None:
        self._random = random.Random(plan.seed)
        self._ticks = settings.ticks
        self._lengths = plan.lengths
        self._left = plan.letters
        self._count = 0

    @property
    def empty(self) -> bool:
        return self._left == 0

    held = False

    def take(self) -> BeltLetter | None:
        if not self._left:
            return None
        self._left -= 1
        self._count += 1
        shortest, longest = self._lengths
        length = self._ticks(shortest + (longest - shortest) * self._random.random())
        return BeltLetter(CameraFrame(self._count, f"letter-{self._count}", None), length)


class VirtualRun:
    """One run from the first letter to the last."""

    def __init__(self, settings: LineSettings, plan: RunPlan) -> None:
        self._settings = settings = replace(settings, seed=plan.seed)
        config = replace(device_config(settings), encodings=plan.encodings)
        self.device = MockDevice(config, encoder_start=settings.encoder_start)
        age = 60_000 if settings.pace else 0xFFFFFFFF
        self.dialogue = Dialogue(Terms(baud=settings.baud, job_age_ms=age), self._nonce)
        self.station = VirtualStation(settings, self.dialogue, plan.thinks, plan.marks, plan.one_by_one)
        self.station.settled = self._settled
        self.now = 0.0
        self._nonces = random.Random(plan.seed)
        self._errors = (FrameErrors(plan.seed * 2, plan.error_rate), FrameErrors(plan.seed * 2 + 1, plan.error_rate))
        self._down, self._up = (
            VirtualWire(settings.baud, plan.latency, errors, plan.together) for errors in self._errors
        )
        self._letters = _Letters(settings, plan)
        self._belt = belt_of(self.device, settings)
        self._belt.on_seen = lambda letter: self.station.seen(letter, self.now)
        self._belt.on_left = self._off
        self._off_at: list[float] = []
        self._mover = Mover(settings, self._belt, self._letters, self.device)
        self._started = self._woken = False
        self._beat = 0.0

    def _nonce(self) -> int:
        return self._nonces.getrandbits(64) or 1

    def _settled(self, piece: PieceId) -> None:
        """At pace max the belt waits for this."""
        self._belt.release(piece.boot, piece.number)
        self._woken = True

    def _off(self, letter: BeltLetter) -> None:
        self._off_at = [*self._off_at[:1], self.now]
        self.station.left(letter)

    def play(self) -> RunResult:
        """Open the session, run all letters past the head, hear the last event."""
        self.dialogue.greet(self.now)
        while not self.dialogue.settled and self.dialogue.phase is not Phase.DEAD:
            self.step()
        self._mover.begin(self.now)
        self._started = True
        while not self._emptied and self.dialogue.phase is not Phase.DEAD:
            self.step()
        quiet = self.now + _LAST_WORDS
        while self.device.log.tail != self.device.log.next and self.now < quiet:
            self.step()
        return RunResult(
            self.station.books,
            self._off_at[-1] - self._off_at[0] if self._off_at else 0.0,
            self._down.bytes,
            self._up.bytes,
            tuple(self.station.round_trips),
            sum(errors.frames for errors in self._errors),
            sum(errors.hit for errors in self._errors),
            self.dialogue.sender.retransmitted,
            self._belt.spilled,
            self.dialogue.fault,
        )

    @property
    def _emptied(self) -> bool:
        return self._letters.empty and self._belt.next_tick is None

    def step(self) -> None:
        """On to the next thing that happens anywhere."""
        belt = self._mover_due()
        now = min(self._down.due, self._up.due, self.station.due, self._beat, belt)
        self.now = now = max(self.now, now)
        beats = now >= self._beat
        if beats:
            self._beat = now + _BEAT
        if beats or belt <= now or self._down.due <= now:
            self._at_device(now)
        if beats or self._up.due <= now or self.station.due <= now:
            self._at_host(now)

    def _mover_due(self) -> float:
        if not self._started:
            return NEVER
        if self._settings.pace:
            return self._mover.due
        return self.now if self._woken else NEVER

    def _at_device(self, now: float) -> None:
        data = self._down.take(now)
        self._woken = False
        if self._started:
            self._mover.move(now, emptying=False)
        if data:
            self.device.receive(data, now)
        self.device.poll(now)
        out = self.device.take_output()
        if out:
            self._up.send(out, now)

    def _at_host(self, now: float) -> None:
        data = self._up.take(now)
        if data:
            self.dialogue.receive(data, now)
            self.station.collect(now)
        self.station.act(now)
        out = self.dialogue.poll(now)
        if out:
            self._down.send(out, now)
