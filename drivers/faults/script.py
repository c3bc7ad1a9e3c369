"""What a line does wrong, as values: rules for whole frames, faults for bytes. `wire` carries them out.

A rule names a direction, a frame type and which of those frames it takes; what it does to a frame is an `Act`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from drivers.inkjet.frames import CRC, Frame, Type, checksum, cobs_decode, cobs_encode, encode
from drivers.inkjet.messages import SCHEMA

_NAMING = (Type.JOB_BEGIN, Type.JOB_DATA, Type.JOB_COMMIT, Type.CANCEL, Type.QUERY, Type.JOB_STATE)
_COUNTER_AT = dict.fromkeys(_NAMING, 4) | {Type.EVENT: 16}
_CODE, _HEADER, _CRC = 1, 8, 4  # bytes of a stuffed frame behind the first delimiter


class Way(Enum):
    """A direction of the line."""

    DOWN = "host to device"
    UP = "device to host"

    @property
    def back(self) -> Way:
        """The other direction."""
        return Way.UP if self is Way.DOWN else Way.DOWN


class Wire(Protocol):
    """What an act may do to a direction beside changing one frame."""

    @property
    def history(self) -> Sequence[bytes]:
        """The whole frames that came in, oldest first."""
        ...

    def mute(self, until: float) -> None:
        """Lose everything until then."""
        ...

    def stall(self, until: float) -> None:
        """Keep everything back until then."""
        ...

    def inject(self, data: bytes, now: float) -> None:
        """Send these bytes as if they had come in."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame on its way: its bytes with both delimiters, what they mean (None: no frame), and where it is."""

    raw: bytes
    frame: Frame | None
    way: Way
    now: float
    wires: dict[Way, Wire]
    random: random.Random

    @property
    def wire(self) -> Wire:
        """The direction it goes."""
        return self.wires[self.way]


Act = Callable[[Seen], bytes]
"""What becomes of a frame: the bytes that go on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`act` on the frames of `type` (None: any) that go this `way`, from the `nth` on, `times` of them (0: all).

    `job`: only frames that name the job of this counter (0: any). `must`: a line where the rule never took a frame had
    not the fault it was to have.
    """

    way: Way
    type: Type | None
    act: Act
    nth: int = 1
    times: int = 1
    where: Callable[[Frame], bool] = lambda frame: True
    must: bool = True
    job: int = 0

    def takes(self, way: Way, frame: Frame | None) -> bool:
        """True for a frame this rule counts."""
        if way is not self.way:
            return False
        if frame is None:
            return self.type is None
        named = not self.job or job_in(frame) == self.job
        return named and self.type in (None, frame.type) and self.where(frame)

    def hits(self, count: int) -> bool:
        """True for the `count`-th frame it has counted."""
        return count >= self.nth and (not self.times or count < self.nth + self.times)


@dataclass(frozen=True, slots=True)
class LineFaults:
    """What a direction does to bytes. Seconds; shares are of bytes.

    `drop_every`: each n-th byte is lost. `noise` is what is inserted. `split`: 1 delivers byte by byte, -1 cuts each
    delivery in two at an offset that moves on with every one. `quantum` delivers at whole multiples only, as a USB
    adapter's timer does. `heard_at` is the rate the far end listens at while the line runs at `baud`.
    """

    drop_every: int = 0
    flip_share: float = 0.0
    noise_share: float = 0.0
    noise: bytes = bytes(range(256))
    split: int = 0
    quantum: float = 0.0
    latency: float = 0.0
    baud: int = 0
    heard_at: int = 0


def job_in(frame: Frame) -> int:
    """The counter of the job that a frame names; 0 where it names none."""
    at = _COUNTER_AT.get(frame.type)
    return 0 if at is None else int.from_bytes(frame.payload[at : at + 4], "little")


def drop(seen: Seen) -> bytes:
    """The frame is lost."""
    return b""


def twice(seen: Seen) -> bytes:
    """The frame comes twice."""
    return seen.raw + seen.raw


def flip(place: str) -> Act:
    """One bit is wrong: in the `header`, `payload`, `crc` or a `delimiter`. A frame without payload has its CRC hit."""

    def act(seen: Seen) -> bytes:
        raw = bytearray(seen.raw)
        end = len(raw) - 1
        ranges = {
            "header": range(_CODE, min(_CODE + 1 + _HEADER, end)),
            "payload": range(_CODE + 1 + _HEADER, end - _CRC),
            "crc": range(end - _CRC, end),
            "delimiter": (0, end),
        }
        at = seen.random.choice(ranges[place] or ranges["crc"])
        raw[at] ^= 1 << seen.random.randrange(8)
        return bytes(raw)

    return act


def cut(silent: float) -> Act:
    """The frame breaks off in its middle, and the line is silent for so many seconds."""

    def act(seen: Seen) -> bytes:
        seen.wire.mute(seen.now + silent)
        return seen.raw[: seen.random.randrange(2, len(seen.raw) - 1)]

    return act


def silence(seconds: float, *ways: Way, keep: bool = False) -> Act:
    """The line loses everything for so many seconds in these directions; with `keep` this frame still passes."""

    def act(seen: Seen) -> bytes:
        for way in ways or (seen.way,):
            seen.wires[way].mute(seen.now + seconds)
        return seen.raw if keep else b""

    return act


def stall(seconds: float, *ways: Way) -> Act:
    """The frame and all behind it come so many seconds late."""

    def act(seen: Seen) -> bytes:
        for way in ways or (seen.way,):
            seen.wires[way].stall(seen.now + seconds)
        return seen.raw

    return act


def both(*acts: Act) -> Act:
    """One after another, each on what the one before left; what is lost stays lost."""

    def act(seen: Seen) -> bytes:
        raw = seen.raw
        for each in acts:
            raw = each(replace(seen, raw=raw)) if raw else b""
        return raw

    return act


def prefixed(data: bytes) -> Act:
    """Other bytes come before the frame."""
    return lambda seen: data + seen.raw


def inside(data: bytes) -> Act:
    """Other bytes come in its middle."""

    def act(seen: Seen) -> bytes:
        at = seen.random.randrange(1, len(seen.raw))
        return seen.raw[:at] + data + seen.raw[at:]

    return act


def replay(*ways: Way) -> Act:
    """Everything that ever went these ways comes again, before the frame."""

    def act(seen: Seen) -> bytes:
        for way in ways:
            seen.wires[way].inject(b"".join(seen.wires[way].history), seen.now)
        return seen.raw

    return act


def doing(action: Callable[[], None], keep: bool = True) -> Act:
    """Something happens elsewhere when the frame passes; without `keep` the frame is lost with it."""

    def act(seen: Seen) -> bytes:
        action()
        return seen.raw if keep else b""

    return act


def remade(change: Callable[[Frame], Frame], schema: int = SCHEMA) -> Act:
    """Another frame stands in its place, whole and with a right CRC."""

    def act(seen: Seen) -> bytes:
        return seen.raw if seen.frame is None else encode(change(seen.frame), schema)

    return act


def of_version(version: int) -> Act:
    """The same frame, said to be of another version of the protocol, with a right CRC."""

    def act(seen: Seen) -> bytes:
        body = cobs_decode(seen.raw.strip(b"\0"))
        if body is None:
            return seen.raw
        content = bytes((version << 4 | body[0] & 15,)) + body[1:-CRC]
        return b"\0" + cobs_encode(content + checksum(content, SCHEMA).to_bytes(CRC, "little")) + b"\0"

    return act
