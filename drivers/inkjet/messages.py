"""SPRAY/1 messages: payload layouts, states and reasons (docs/wire-protocol.md sections 4 to 7). Little endian."""

from __future__ import annotations

import struct
import zlib
from enum import IntEnum, IntFlag
from typing import NamedTuple, TypeVar

from drivers.inkjet.frames import VERSION, Type


class State(IntEnum):
    """Where a job stands on the device; DONE and above never change again."""

    LOADING = 1
    READY = 2
    BOUND = 3
    FIRING = 4
    DONE = 5
    MISSED_LATE = 6
    MISSED_NO_PIECE = 7
    EXPIRED = 8
    CANCELLED = 9
    ABORTED = 10
    FAULT = 11
    REFUSED = 12


class Reason(IntEnum):
    """Why a job, a piece or a command ended as it did."""

    NONE = 0
    NO_CREDIT = 1
    STALE_BOOT = 2
    TOO_OLD = 3
    CONFLICT = 4
    UNKNOWN_JOB = 5
    BAD_RASTER = 6
    BAD_CRC = 7
    TOO_LARGE = 8
    UNKNOWN_PIECE = 9
    PIECE_TAKEN = 10
    WINDOW_TOO_WIDE = 11
    WINDOW_OVERLAP = 12
    DISABLED = 13
    HOST_SILENT = 14
    BAD_ORIGIN = 15
    LATE = 16
    NO_PIECE = 17
    AGE = 18
    REVERSED = 19
    STOPPED = 20
    POWER_LOST = 21
    NO_JOB = 22
    DOUBLE_FEED = 23
    SHORT_GAP = 24
    NOT_BENCH = 25
    BUSY = 26
    SCHEMA = 27
    HEAD_FAULT = 28
    BAD_REQUEST = 29
    PURGED = 30
    HOST_CANCEL = 31
    OUT_OF_ORDER = 32
    NO_PHOTOCELL = 33
    NO_SESSION = 34


class Kind(IntEnum):
    """What an event tells."""

    PIECE_IN = 1
    JOB_ENDED = 2
    PIECE_OUT = 3
    GAP = 4


class Trigger(IntEnum):
    """What makes pieces: the photocell, or on a bench the host."""

    PHOTOCELL = 0
    BENCH = 1


class Encoding(IntEnum):
    """How a raster travels: its columns, a dictionary of them with run lengths, or what to draw."""

    RAW = 0
    DICTIONARY = 1
    SYMBOLIC = 2


class Part(IntEnum):
    """What a symbolic job draws."""

    BARS = 1
    TEXT = 2


class DeviceFlag(IntFlag):
    """Flags of HELLO_ACK and STATUS."""

    ENABLED = 1
    HOST_SILENT = 2
    RESULTS_SURVIVE = 4
    HEAD_FAULT = 8
    LOW_INK = 16


class Hello(NamedTuple):
    """A host asks for a session. `epoch` 0 asks for a new one; otherwise the one it goes on with."""

    nonce: int
    last_nonce: int
    epoch: int
    epoch_floor: int
    schema: int


class HelloAck(NamedTuple):
    """The device grants a session and says what it is. Resolutions are thousandths, lengths encoder ticks.

    `encodings`: bit n for encoding n. `face`: the hash of the dot-matrix face it draws symbolic text with. `rx_bytes`:
    how many bytes of numbered frames it holds unread.
    """

    nonce: int
    previous_nonce: int
    boot: int
    schema: int
    session: int
    trigger: int
    flags: int
    epoch: int
    epoch_seen: int
    boot_epoch: int
    event_tail: int
    event_next: int
    ticks_per_inch: int
    dpi: int
    distance: int
    margin: int
    max_window: int
    encoder: int
    time: int
    free_bytes: int
    face: int
    max_columns: int
    dots: int
    rx_bytes: int
    free_slots: int
    frames: int
    encodings: int
    firmware: bytes


class HelloRefused(NamedTuple):
    """No session: another host holds one, the epoch is used up, or the schemas differ.

    With NO_SESSION `nonce` is the tag of the session that a frame was sent in and that is none.
    """

    nonce: int
    schema: int
    reason: int


class Ack(NamedTuple):
    """Credits; the acknowledgement itself stands in the header."""

    free_bytes: int
    free_slots: int


class Nak(NamedTuple):
    """The frame expected next has not come; the header's `ack` names it."""

    reason: int


class Result(NamedTuple):
    """The answer to CONFIG, ENABLE, DISABLE or PURGE with this link sequence number."""

    seq: int
    type: int
    reason: int


class Config(NamedTuple):
    """How the session works: the trigger, the silence after which no job is taken, the age at which jobs die."""

    job_age_ms: int
    host_silent_ms: int
    trigger: int


class JobBegin(NamedTuple):
    """The head of a job: which letter, where on it, how much raster follows."""

    epoch: int
    counter: int
    boot: int
    piece: int
    origin: int
    window: int
    offset: int
    dpi: int
    length: int
    columns: int
    dots: int
    encoding: int


class JobPart(NamedTuple):
    """The head of JOB_DATA: encoded bytes follow, the first of them at `at`."""

    epoch: int
    counter: int
    at: int


class JobCommit(NamedTuple):
    """The job is whole; `crc` covers binding and raster."""

    epoch: int
    counter: int
    crc: int


class JobRef(NamedTuple):
    """CANCEL and QUERY."""

    epoch: int
    counter: int


class EventAck(NamedTuple):
    """Every event up to this number is durable at the host."""

    upto: int


class Piece(NamedTuple):
    """A piece stands at the head (bench trigger). A repeated `tag` makes no second piece."""

    tag: int
    length: int


class PieceR(NamedTuple):
    """The answer to PIECE: the number of the event that tells of it, or why there is none."""

    tag: int
    event: int
    reason: int


class JobAnswer(NamedTuple):
    """JOB_STATE: the device's word on a job, and credits."""

    epoch: int
    counter: int
    free_bytes: int
    free_slots: int
    state: int
    reason: int


class Event(NamedTuple):
    """One entry of the event log. `value`: length in ticks, columns fired, or events lost.

    `time`: milliseconds since boot, of the leading edge where a piece entered or passed, else of the entry.
    """

    number: int
    boot: int
    piece: int
    epoch: int
    counter: int
    encoder: int
    trigger: int
    value: int
    time: int
    kind: int
    state: int
    reason: int


class Status(NamedTuple):
    """The heartbeat. `speed` in ticks a second, `time` in milliseconds since boot."""

    boot: int
    encoder: int
    speed: int
    time: int
    free_bytes: int
    event_tail: int
    event_next: int
    rx_frames: int
    rx_bad: int
    trigger: int
    flags: int
    free_slots: int


class BarsPart(NamedTuple):
    """Bars of a symbolic job: heights and two bits a bar follow."""

    kind: int
    left: int
    pitch: int
    width: int
    kinds: int
    bars: int


class BarHeight(NamedTuple):
    """One kind of bar: its lowest dot, and the first above it."""

    low: int
    high: int


class TextPart(NamedTuple):
    """Text of a symbolic job: `length` characters follow. `per_inch` in thousandths, `height` in millionths."""

    kind: int
    left: int
    bottom: int
    per_inch: int
    height: int
    upward: int
    length: int


M = TypeVar(
    "M",
    Hello,
    HelloAck,
    HelloRefused,
    Ack,
    Nak,
    Result,
    Config,
    JobBegin,
    JobPart,
    JobCommit,
    JobRef,
    EventAck,
    Piece,
    PieceR,
    JobAnswer,
    Event,
    Status,
    BarsPart,
    BarHeight,
    TextPart,
)

LAYOUTS: dict[type[tuple[object, ...]], str] = {
    Hello: "QQIII",
    HelloAck: "QQIIHBB14IHHHBBB14s",
    HelloRefused: "QIB",
    Ack: "IB",
    Nak: "B",
    Result: "HBB",
    Config: "IHB",
    JobBegin: "IIIIIIIIIHHB",
    JobPart: "III",
    JobCommit: "III",
    JobRef: "II",
    EventAck: "I",
    Piece: "II",
    PieceR: "IIB",
    JobAnswer: "IIIBBB",
    Event: "IIIIIIIIIBBB",
    Status: "IIIIIIIIIBBB",
    BarsPart: "BhHBBB",
    BarHeight: "HH",
    TextPart: "BhhIIBB",
}
_STRUCTS = {message: struct.Struct("<" + layout) for message, layout in LAYOUTS.items()}
BINDING = struct.Struct("<IIIIIIIIHH")


def _described() -> list[tuple[type, str, tuple[str, ...]]]:
    return [(message, layout, getattr(message, "_fields", ())) for message, layout in LAYOUTS.items()]


def _schema_text() -> str:
    lines = [f"SPRAY/{VERSION}"]
    lines += [f"type {kind.name}={kind.value}" for kind in Type]
    lines += [f"{message.__name__} {layout} {' '.join(fields)}" for message, layout, fields in _described()]
    lines += [
        f"{table.__name__} {m.name}={m.value}"
        for table in (State, Reason, Kind, Trigger, Encoding, Part)
        for m in table
    ]
    return "\n".join(lines) + "\n"


SCHEMA_TEXT = _schema_text()
SCHEMA = zlib.crc32(SCHEMA_TEXT.encode("ascii"))


def state_of(value: int) -> State | None:
    """The state of this number; None for one this schema does not have."""
    return State(value) if State.LOADING <= value <= State.REFUSED else None


def reason_of(value: int) -> Reason:
    """The reason of this number; BAD_REQUEST for one this schema does not have."""
    return Reason(value) if 0 <= value <= Reason.NO_SESSION else Reason.BAD_REQUEST


def pack(message: tuple[object, ...], tail: bytes = b"") -> bytes:
    """A message as payload bytes, with `tail` behind it (JOB_DATA only)."""
    return _STRUCTS[type(message)].pack(*message) + tail


def unpack(message: type[M], payload: bytes) -> M | None:
    """A message from its payload; None when the length is not exactly right."""
    layout = _STRUCTS[message]
    if len(payload) != layout.size:
        return None
    return message(*layout.unpack(payload))


def unpack_head(message: type[M], data: bytes, at: int) -> tuple[M, int] | None:
    """A message at place `at` of longer data, and where it ends; None where the data end before."""
    layout = _STRUCTS[message]
    end = at + layout.size
    return None if end > len(data) else (message(*layout.unpack_from(data, at)), end)


def unpack_part(payload: bytes) -> tuple[JobPart, bytes] | None:
    """JOB_DATA: its head and the encoded bytes; None when it is too short."""
    layout = _STRUCTS[JobPart]
    if len(payload) <= layout.size:
        return None
    return JobPart(*layout.unpack(payload[: layout.size])), payload[layout.size :]


def commit_crc(job: JobBegin, raster: bytes) -> int:
    """CRC-32 over piece, boot, origin, window, offset and raster: what a commit vouches for (wire point 8)."""
    binding = BINDING.pack(
        job.epoch,
        job.counter,
        job.boot,
        job.piece,
        job.origin,
        job.window,
        job.offset,
        job.dpi,
        job.columns,
        job.dots,
    )
    return zlib.crc32(raster, zlib.crc32(binding))
