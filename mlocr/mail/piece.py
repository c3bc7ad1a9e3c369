"""One letter in the run: its number, what was decided, what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mlocr.mail.address import Reading
from mlocr.mail.code import BarcodeSymbol, RoutingCode, SprayImage
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason


@dataclass(frozen=True, slots=True, order=True)
class PieceId:
    """A letter's number, given by the device; its counter starts again at a reboot, so `boot` goes with it."""

    boot: int
    number: int

    def __str__(self) -> str:
        return f"{self.boot:08x}-{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class JobId:
    """A print job's number: `epoch` rises with every host session and is never used again."""

    epoch: int
    counter: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.counter}"


@dataclass(frozen=True, slots=True)
class MachineId:
    """The seven-character MASS identifier. Its inner layout is not published; only the length is checked."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) != 7 or not (self.text.isascii() and self.text.isprintable()):
            raise ValueError(f"a machine identifier is seven printable characters, not {self.text!r}")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A piece with a code: what to spray and why."""

    match: Match
    routing: RoutingCode
    symbol: BarcodeSymbol
    spray: SprayImage
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece that passes unsprayed. `match` stands where one was made (its code was not sprayed)."""

    reason: RejectReason
    match: Match | None = None
    reading: Reading | None = None


Outcome = Encoded | Rejected


class Disposition(Enum):
    """What physically happened to the piece."""

    SPRAYED = "sprayed"
    PASSED = "passed"
    LATE = "late"
    HELD = "held"
    INDETERMINATE = "indeterminate"
    FAULTED = "faulted"


class JobState(Enum):
    """Where a print job stands on the device; the last eight never change again."""

    LOADING = "loading"
    READY = "ready"
    BOUND = "bound"
    FIRING = "firing"
    DONE = "done"
    MISSED_LATE = "missed_late"
    MISSED_NO_PIECE = "missed_no_piece"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ABORTED = "aborted"
    FAULT = "fault"
    INDETERMINATE = "indeterminate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What goes to the controller: the mark, bound to one piece by the encoder position of its leading edge."""

    job_id: JobId
    piece_id: PieceId
    origin: int
    image: SprayImage


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """What the controller says of a job, with the same piece and job numbers."""

    job_id: JobId
    piece_id: PieceId
    state: JobState
    detail: str = ""
