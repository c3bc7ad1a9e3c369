"""SPRAY/1 frames: bytes to frames and back. No port, clock or thread (docs/wire-protocol.md sections 2 and 3)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import IntEnum, IntFlag

VERSION = 1
HEADER = 8
CRC = 4
MAX_PAYLOAD = 512
_COBS_BLOCK = 254
_CODES = tuple(bytes((size + 1,)) for size in range(_COBS_BLOCK))
_LARGEST = HEADER + MAX_PAYLOAD + CRC
_LONGEST = _LARGEST + _LARGEST // _COBS_BLOCK + 1


class Type(IntEnum):
    """Every message; those below 0x80 come from the host."""

    HELLO = 0x01
    BYE = 0x02
    ALIVE = 0x03
    CONFIG = 0x04
    ENABLE = 0x05
    DISABLE = 0x06
    PURGE = 0x07
    JOB_BEGIN = 0x10
    JOB_DATA = 0x11
    JOB_COMMIT = 0x12
    CANCEL = 0x13
    QUERY = 0x14
    EVENT_ACK = 0x15
    PIECE = 0x16
    HELLO_ACK = 0x81
    HELLO_REFUSED = 0x82
    ACK = 0x83
    NAK = 0x84
    RESULT = 0x85
    JOB_STATE = 0x90
    EVENT = 0x91
    STATUS = 0x92
    PIECE_R = 0x93


class Flag(IntFlag):
    """Low nibble of the first header byte."""

    NEEDS_ACK = 1
    FROM_DEVICE = 2


# Greetings carry no schema hash, so that two ends of different schemas can say so instead of hearing noise.
GREETINGS = frozenset({Type.HELLO, Type.HELLO_ACK, Type.HELLO_REFUSED})


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `seq` counts needs-ack frames of a direction, `ack` is the next one expected of the other."""

    type: Type
    payload: bytes = b""
    session: int = 0
    seq: int = 0
    ack: int = 0
    flags: int = 0


def cobs_encode(data: bytes) -> bytes:
    """Consistent overhead byte stuffing: the same data without a zero byte."""
    if len(data) < _COBS_BLOCK:  # no block can be full
        return b"".join([_CODES[len(part)] + part for part in data.split(b"\0")])
    out = bytearray()
    for part in data.split(b"\0"):
        rest, full = part, False
        while len(rest) >= _COBS_BLOCK:
            out.append(_COBS_BLOCK + 1)
            out += rest[:_COBS_BLOCK]
            rest = rest[_COBS_BLOCK:]
            full = not rest
        out.append(len(rest) + 1)
        out += rest
    if full:  # a full last block needs no empty one behind it
        out.pop()
    return bytes(out)


def cobs_decode(stuffed: bytes) -> bytes | None:
    """The data again; None where a code runs past the end or a zero byte stands inside."""
    if not stuffed or 0 in stuffed:
        return None
    out = bytearray()
    at, end = 0, len(stuffed)
    while at < end:
        code = stuffed[at]
        stop = at + code
        if stop > end:
            return None
        out += stuffed[at + 1 : stop]
        if code <= _COBS_BLOCK and stop < end:
            out.append(0)
        at = stop
    return bytes(out)


def checksum(body: bytes, schema: int) -> int:
    """The CRC of a frame's body: over it, and over four bytes more that are not sent."""
    virtual = 0 if body[1] in GREETINGS else schema
    return zlib.crc32(virtual.to_bytes(4, "little"), zlib.crc32(body))


def encode(frame: Frame, schema: int) -> bytes:
    """The frame as it goes on the wire: a zero, the stuffed body, a zero. ValueError for a payload too long."""
    if len(frame.payload) > MAX_PAYLOAD:
        raise ValueError(f"a payload has at most {MAX_PAYLOAD} bytes, not {len(frame.payload)}")
    head = bytes((VERSION << 4 | frame.flags, frame.type))
    body = b"".join(
        (
            head,
            frame.session.to_bytes(2, "little"),
            frame.seq.to_bytes(2, "little"),
            frame.ack.to_bytes(2, "little"),
            frame.payload,
        )
    )
    return b"\0" + cobs_encode(body + checksum(body, schema).to_bytes(4, "little")) + b"\0"


def decode_body(body: bytes, schema: int) -> Frame | None:
    """A frame from an unstuffed body; None when length, CRC, version or type is not ours."""
    if not HEADER + CRC <= len(body) <= _LARGEST or body[0] >> 4 != VERSION:
        return None
    content, crc = body[:-CRC], int.from_bytes(body[-CRC:], "little")
    if checksum(content, schema) != crc:
        return None
    try:
        kind = Type(body[1])
    except ValueError:
        return None
    return Frame(
        kind,
        content[HEADER:],
        int.from_bytes(body[2:4], "little"),
        int.from_bytes(body[4:6], "little"),
        int.from_bytes(body[6:8], "little"),
        body[0] & 15,
    )


def _other_version(body: bytes | None, schema: int) -> int:
    """The version of a whole frame that is of another version than ours; 0 where there is none."""
    if body is None or not HEADER + CRC <= len(body) <= _LARGEST or body[0] >> 4 == VERSION:
        return 0
    right = checksum(body[:-CRC], schema) == int.from_bytes(body[-CRC:], "little")
    return body[0] >> 4 if right else 0


class FrameDecoder:
    """Cuts a byte stream into frames. Whatever was lost, it is in step again at the next zero byte.

    `bad` counts what lay between two zeros and was no frame of this schema; `version` is that of the last frame which
    was whole but of another version of the protocol, else 0. Memory is bounded.
    """

    def __init__(self, schema: int) -> None:
        self.bad = self.version = 0
        self._schema = schema
        self._rest = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[Frame]:
        """The frames completed by these bytes, in order."""
        frames: list[Frame] = []
        *closed, tail = data.split(b"\0")
        for part in closed:
            self._rest += part
            stuffed, skipped = bytes(self._rest), self._skipping
            self._rest.clear()
            self._skipping = False
            if not stuffed and not skipped:
                continue
            body = None if skipped or len(stuffed) > _LONGEST else cobs_decode(stuffed)
            frame = None if body is None else decode_body(body, self._schema)
            if frame is None:
                self.bad += 1
                self.version = _other_version(body, self._schema) or self.version
            else:
                frames.append(frame)
        self._rest += tail
        if len(self._rest) > _LONGEST:
            self._rest.clear()
            self._skipping = True
        return frames


def before(a: int, b: int, bits: int = 16) -> bool:
    """True when number `a` comes before `b` on a counter that wraps at 2**bits."""
    return a != b and ((b - a) & ((1 << bits) - 1)) < 1 << (bits - 1)


def difference(a: int, b: int, bits: int = 32) -> int:
    """`a - b` on a counter that wraps at 2**bits, as a signed number."""
    gap = (a - b) & ((1 << bits) - 1)
    return gap - (1 << bits) if gap >> (bits - 1) else gap
