"""What the host knows of a session and its jobs: terms, states, waiting questions. Values, hardly any behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from drivers.inkjet.columns import column_bytes, raster, shortest
from drivers.inkjet.frames import Type
from drivers.inkjet.messages import (
    HelloAck,
    JobAnswer,
    JobBegin,
    JobRef,
    PieceR,
    Reason,
    State,
    Trigger,
    commit_crc,
    pack,
)
from mlocr.mail.code import SprayImage
from mlocr.mail.piece import PrintJob

_WRAP = 0xFFFFFFFF


class Phase(Enum):
    """Where the session stands."""

    IDLE = "idle"
    GREETING = "greeting"
    OPEN = "open"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the host wants of the session. Seconds, but for the two wire fields in milliseconds."""

    baud: int = 921_600
    trigger: Trigger = Trigger.PHOTOCELL
    host_silent_ms: int = 2000
    job_age_ms: int = 60_000
    epoch_floor: int = 0
    alive_every: float = 0.25
    greet_every: float = 0.25
    lost_after: float = 1.0
    give_up_after: float = 5.0


@dataclass(frozen=True, slots=True)
class WireJob:
    """One job, ready for the wire."""

    begin: JobBegin
    data: bytes
    crc: int

    @property
    def raster_bytes(self) -> int:
        """What the device keeps of it: the decoded raster."""
        return column_bytes(self.begin.dots) * self.begin.columns


def unfit(image: SprayImage, info: HelloAck) -> str:
    """Why this mark does not fit this head; empty where it does."""
    if abs(image.dpi * 1000 - info.dpi) > 0.5 or image.dots != info.dots:
        return f"a mark of {image.dots} dots at {image.dpi:g} dpi does not fit this head (bad_raster)"
    if not 0 < len(image.columns) <= info.max_columns:
        return f"the head takes 1 to {info.max_columns} columns, not {len(image.columns)} (too_large)"
    if image.offset < 0 or any(column < 0 or column >> image.dots for column in image.columns):
        return "a column or the offset lies outside the head's reach (bad_raster)"
    return ""


def wire_job(job: PrintJob, info: HelloAck, window: float) -> WireJob:
    """The job for this device, in the shortest encoding it knows; `window` in inches, 0 for the device's most."""
    image = job.image
    columns = tuple(reversed(image.columns))  # the right edge leads: the last column fires first
    encoding, data = shortest(columns, info.dots, info.dpi, image.parts, info.encodings, info.face)
    begin = JobBegin(
        epoch=job.job_id.epoch,
        counter=job.job_id.counter,
        boot=job.piece_id.boot,
        piece=job.piece_id.number,
        origin=job.origin & _WRAP,
        window=window_ticks(window, info),
        offset=round(image.offset * info.ticks_per_inch / 1000),
        dpi=info.dpi,
        length=len(data),
        columns=len(columns),
        dots=info.dots,
        encoding=encoding,
    )
    return WireJob(begin, data, commit_crc(begin, raster(columns, info.dots)))


def window_ticks(window: float, info: HelloAck) -> int:
    """Ticks either side of the expected edge in which a job's letter may come; `window` in inches, 0: the most."""
    ticks = round(window * info.ticks_per_inch / 1000)
    return min(ticks, info.max_window) if ticks else info.max_window


@dataclass(slots=True)
class Credit:
    """What the device can take: places for jobs and bytes of raster, as it last told, less what was begun since.

    A place without the bytes for a mark is none: tall marks fill the memory before the places are taken.
    """

    slots: int = 0
    raster: int = 0
    largest: int = 0

    def told(self, slots: int, raster: int) -> None:
        """The device's own word."""
        self.slots, self.raster = slots, raster

    def take(self, size: int) -> bool:
        """Begin a job of `size` raster bytes, if there is room for it."""
        self.largest = max(self.largest, size)
        if self.slots < 1 or size > self.raster:
            return False
        self.slots -= 1
        self.raster -= size
        return True

    @property
    def jobs(self) -> int:
        """How many marks of the largest size seen could begin now."""
        return min(self.slots, self.raster // self.largest) if self.largest else self.slots


@dataclass(slots=True)
class HostJob:
    """What the host knows of a job. `state` None: no word of the device yet; `lost`: the boot changed under it.

    `queries` are out since it was last offered; `stale` were out when it was taken back to be offered again.
    """

    wire: WireJob
    state: State | None = None
    reason: Reason = Reason.NONE
    offered: bool = False
    lost: bool = False
    asked: float = 0.0
    not_before: float = 0.0
    queries: int = 0
    stale: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Epoch and counter."""
        return self.wire.begin.epoch, self.wire.begin.counter

    def offer_again(self, at: float) -> None:
        """The device had no room: the same job under the same number, not before this time."""
        self.offered, self.not_before = False, at
        self.stale, self.queries = self.stale + self.queries, 0

    def outdated(self) -> bool:
        """True when "not known" answers a question asked before the job was offered (again): it says nothing."""
        if self.offered and not self.stale:
            return False
        self.stale = max(0, self.stale - 1)
        return True

    @property
    def ended(self) -> bool:
        """No word of the device can change it any more."""
        return self.lost or (self.state is not None and self.state >= State.DONE)


@dataclass(slots=True)
class Ask:
    """A CANCEL, QUERY or PIECE that waits for its answer."""

    type: Type
    payload: bytes
    asked: float
    answer: JobAnswer | PieceR | None = None

    def waits_for(self, key: tuple[int, int], state: State) -> bool:
        """True when a JOB_STATE on this job answers; to CANCEL only one that can come after it."""
        if self.answer is not None or self.type not in (Type.CANCEL, Type.QUERY):
            return False
        stale = self.type is Type.CANCEL and state in (State.LOADING, State.READY)
        return self.payload == pack(JobRef(*key)) and not stale


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The device started anew: this job's fate is unknown."""

    job: HostJob
