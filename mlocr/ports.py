"""The ports: the only interfaces between the station and what can be exchanged.

A constructor never talks; `open()` does. Every wait takes a timeout in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from mlocr.mail.address import (
    AddressBlock,
    CityStateDetail,
    ConvertedAddress,
    DirectoryRecord,
    EarlyWarning,
    LineScorer,
    RecordType,
    StreetAlias,
    TextLine,
)
from mlocr.mail.image import Box, ImageLift
from mlocr.mail.match import Match
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob, PrintReceipt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "AddressMatcher",
    "BlockImage",
    "Camera",
    "CameraFrame",
    "CameraStats",
    "ConfirmingTables",
    "ControllerEvent",
    "ControllerHealth",
    "ControllerInfo",
    "ConvertedAddressTable",
    "DeliveryPointTable",
    "Directory",
    "EventsLost",
    "FeedHold",
    "Feeder",
    "FiredMark",
    "GlancingEngine",
    "InkjetController",
    "JobEnded",
    "LineScorer",
    "MatchEngine",
    "OcrEngine",
    "PieceEntered",
    "PiecePassed",
    "QuickOcr",
    "SuiteTable",
    "TellsTimeLeft",
    "TimedMatchEngine",
    "TransportLine",
    "TriggeredCamera",
]


# --- camera ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class CameraFrame:
    """One frame: the lift, or the sentence that says why there is none. `trigger` counts the camera's triggers.

    `name` is the file name (folder cameras) or a frame number as text; it names the piece in results. `device_time` is
    in seconds of the camera's own clock, where it tells one. `dropped_before` counts the frames known to be lost
    between this frame and the one given before it. `taken` is when the exposure began, in steady seconds of this PC
    (`time.monotonic`), `encoder` the controller's encoder count then, where the camera knows either: by them a frame is
    tied to its letter even where the camera's count is wrong.
    """

    trigger: int
    name: str
    lift: ImageLift | None
    fault: str = ""
    device_time: float | None = None
    dropped_before: int = 0
    taken: float | None = None
    encoder: int | None = None


@dataclass(frozen=True, slots=True)
class CameraStats:
    """Counted since open.

    `acquired`: frames the source gave, or should have given; `delivered`: frames with a picture; `lost`: triggers that
    gave none. `stale` (older than their trigger or than the frame before), `duplicate` and `frozen` (the same picture
    again) frames never become a letter's picture. `triggers_lost`: triggers for which nothing came at all.
    `reconnects`: times the device went and came again; `restarts`: readers replaced because they hung.
    """

    acquired: int = 0
    delivered: int = 0
    lost: int = 0
    stale: int = 0
    duplicate: int = 0
    frozen: int = 0
    triggers_lost: int = 0
    reconnects: int = 0
    restarts: int = 0


class Camera(Protocol):
    """A source of image lifts, one per trigger."""

    def open(self) -> None:
        """Make ready. Raises DeviceError, or BadInputError where the source is a folder or file list."""
        ...

    def next(self, timeout: float) -> CameraFrame | None:
        """The next frame, or None when `timeout` seconds passed without one. Never hangs."""
        ...

    @property
    def exhausted(self) -> bool:
        """True when no frame will ever come again (the end of a folder)."""
        ...

    def stats(self) -> CameraStats:
        """The counters since open."""
        ...

    def close(self) -> None:
        """Release the device; safe to call twice."""
        ...


@runtime_checkable
class TriggeredCamera(Camera, Protocol):
    """A camera without a trigger of its own: the station tells it of each piece that the controller's photocell saw.

    Good for hand feed only: by then the letter has moved on by as much as the news took.
    """

    def fire(self, trigger: int) -> None:
        """A piece with this trigger number stands before the camera now. Never waits; called from any thread."""
        ...


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class BlockImage:
    """One candidate block, cut out upright and deskewed.

    `pixels` is (height, width) uint8 with dark print on light paper; `line_boxes` are its text lines, top to bottom, in
    pixels of this cut; `source` is the lift's source (a truth reader looks its lines up by it).
    """

    pixels: NDArray[np.uint8]
    dpi: float
    line_boxes: tuple[Box, ...]
    source: str


@runtime_checkable
class QuickOcr(Protocol):
    """An OCR engine that takes second looks without a glance first, and can do without them."""

    def read_quickly(self, block: BlockImage) -> tuple[TextLine, ...]:
        """As `OcrEngine.read`, but each line looked at once; one that would have needed more is left in doubt."""
        ...


class OcrEngine(Protocol):
    """Reads the lines of one block. Holds its model; one thread calls it at a time."""

    def open(self) -> None:
        """Load the model. Raises ConfigurationError when something it needs is not installed."""
        ...

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines top to bottom; boxes are in pixels of the block's cut. Reads of nothing give no line."""
        ...

    def close(self) -> None:
        """Release the model; safe to call twice."""
        ...


@runtime_checkable
class GlancingEngine(OcrEngine, Protocol):
    """An engine with a quick first reading: `read` is what `glance` and then `reconsider` give.

    The reader glances at every block it tries and has only the chosen one reconsidered, unless no block is sure.
    """

    def glance(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines as `read` gives them, from a quick look alone."""
        ...

    def reconsider(
        self, block: BlockImage, lines: Sequence[TextLine], presses: Callable[[], bool] = lambda: False
    ) -> tuple[TextLine, ...]:
        """The lines of `block` where `lines` are its glance: what was weak is read with all that the engine has.

        `presses` is asked before each weak line: once there is no time, what is left weak is left in doubt.
        """
        ...


@runtime_checkable
class FindsText(Protocol):
    """What an OCR engine may do besides: find lines of print on a whole letter where plain image work found none."""

    def find_lines(self, page: NDArray[np.uint8]) -> tuple[Box, ...]:
        """Boxes of the lines on a flattened face, (height, width) uint8 with 255 paper; unordered, drawn loosely."""
        ...


@runtime_checkable
class NamesModels(Protocol):
    """What an OCR engine may say besides: which weights and libraries it reads with. A calibration holds for these."""

    def models(self) -> Mapping[str, str]:
        """Name and SHA-256 or version of each; known before `open`."""
        ...


# --- matching -------------------------------------------------------------------------------------------------------


class Directory(Protocol):
    """Read-only look-ups in one edition of the postal directory. All names are upper case."""

    @property
    def product_year_month(self) -> tuple[int, int]:
        """Year and month of the ZIP+4 product, from its header."""
        ...

    def cities_of_zip(self, zip5: str) -> Sequence[CityStateDetail]:
        """Every City State name of this ZIP Code, in file order; empty for an unknown ZIP Code."""
        ...

    def cities_named(self, name: str, state: str = "") -> Sequence[CityStateDetail]:
        """Every detail record whose name or 13-character abbreviation is `name` (in `state`, when given)."""
        ...

    def city_names(self, state: str) -> Sequence[str]:
        """Every distinct City State name of a state, sorted; for spelling comparison."""
        ...

    def city_by_key(self, city_state_key: str) -> CityStateDetail | None:
        """The detail record with this City State key."""
        ...

    def zips_of_finance_number(self, finance_number: str) -> Sequence[str]:
        """The ZIP Codes of one post office (finance number), sorted."""
        ...

    def street_names(self, zip5: str) -> Sequence[str]:
        """Every distinct street name of a ZIP Code among its records, sorted; for spelling comparison."""
        ...

    def records(self, zip5: str, street_name: str) -> Sequence[DirectoryRecord]:
        """Every record of a ZIP Code with exactly this street name, of any type, in file order."""
        ...

    def records_of_type(self, zip5: str, record_type: RecordType) -> Sequence[DirectoryRecord]:
        """Every record of one type in a ZIP Code, in file order."""
        ...

    def records_with_addon(self, zip5: str, addon: str) -> Sequence[DirectoryRecord]:
        """Every record whose add-on range holds these four digits."""
        ...

    def aliases(self, zip5: str) -> Sequence[StreetAlias]:
        """The City State alias records of a ZIP Code, in file order."""
        ...

    def zips_of_street(self, finance_number: str, street_name: str) -> Sequence[str]:
        """The ZIP Codes of one post office that have a record or alias of exactly this street name, sorted."""
        ...

    def office_street_names(self, finance_number: str) -> Sequence[str]:
        """Every distinct street name of one post office, sorted; for spelling comparison across its ZIP Codes."""
        ...

    def early_warnings(self, zip5: str) -> Sequence[EarlyWarning]:
        """The Early Warning System's streets of a ZIP Code: not yet in the ZIP+4 file, so they get no add-on."""
        ...


class DeliveryPointTable(Protocol):
    """Delivery Point Validation: whether an address of the ZIP+4 file is a known delivery point.

    Raises TableStoppedError when a seeded false positive is hit; the table answers nothing more then.
    """

    def primary_confirmed(self, zip5: str, plus4: str, primary: str) -> bool:
        """Whether mail is delivered at this primary number or box of this ZIP+4."""
        ...

    def secondary_confirmed(self, zip5: str, plus4: str, primary: str, secondary: str) -> bool:
        """Whether this unit is known at the primary number."""
        ...

    def flags(self, zip5: str, plus4: str, primary: str, secondary: str) -> Sequence[str]:
        """Marks of a confirmed delivery point: "cmra", "vacant", "no_stat", "secondary_expected"."""
        ...


class ConvertedAddressTable(Protocol):
    """LACSLink: old rural-style or renamed addresses and what they became. Raises TableStoppedError as above."""

    def convert(self, zip5: str, primary: str, street: str, secondary: str) -> ConvertedAddress:
        """The new address, or why there is none. `street` is predirectional, name, suffix, postdirectional in one."""
        ...


class SuiteTable(Protocol):
    """SuiteLink: the suite of a firm at a highrise default."""

    def suite(self, zip5: str, plus4: str, primary: str, firm: str) -> tuple[str, str] | None:
        """Designator and number of the firm's suite; None where it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class ConfirmingTables:
    """The tables present beside a directory; None where a table is not there and is not asked."""

    dpv: DeliveryPointTable | None = None
    lacslink: ConvertedAddressTable | None = None
    suitelink: SuiteTable | None = None


class AddressMatcher(Protocol):
    """Lines in, an answer out. Deterministic; never raises for any text."""

    def match(self, block: AddressBlock) -> Match:
        """The answer for one address block."""
        ...


@runtime_checkable
class MatchEngine(AddressMatcher, Protocol):
    """A matcher that holds something: a process, a connection. One thread at a time, opened where it is used.

    An answer that does not come, or is nonsense, is a reject (MATCHER_FAILED), a value; `match` raises
    DeviceFaultError only once the engine is given up for good.
    """

    def open(self) -> None:
        """Start or connect, and see that it answers. Raises ConfigurationError, DeviceAbsentError, DeviceFaultError."""
        ...

    def close(self) -> None:
        """End it; safe to call twice."""
        ...


@runtime_checkable
class TimedMatchEngine(MatchEngine, Protocol):
    """An engine that says how long it may take, so that nobody gives up the process it stands in before it does."""

    @property
    def longest_open_s(self) -> float:
        """Seconds after which `open` has returned or raised."""
        ...

    @property
    def longest_match_s(self) -> float:
        """Seconds after which `match` has returned or raised."""
        ...


# --- inkjet ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ControllerInfo:
    """What the device said of itself at open. `trigger` is "photocell" or "bench" (the host announces pieces).

    `ticks_per_inch` turns encoder counts into inches; `dots` is the head's height in dots at `dpi`; `epoch` is the job
    epoch this session must use.
    """

    boot: int
    firmware: str
    trigger: str
    ticks_per_inch: float
    dpi: float
    dots: int
    epoch: int
    max_columns: int


@dataclass(frozen=True, slots=True)
class PieceEntered:
    """The camera photocell saw a leading and trailing edge: `encoder` ticks at the leading edge, `length` inches.

    `trigger` is the camera trigger counter given to this piece; `at` when its leading edge came, in steady seconds of
    this PC as far as the controller can tell.
    """

    event: int
    piece_id: PieceId
    encoder: int
    trigger: int
    length: float
    at: float | None = None


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A job reached a state that never changes again."""

    event: int
    receipt: PrintReceipt


@dataclass(frozen=True, slots=True)
class PiecePassed:
    """A piece passed the head with no job: no ink. `detail` says more (no job, double feed, short gap, reversal)."""

    event: int
    piece_id: PieceId
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EventsLost:
    """The device could not keep `count` events; the pieces they told of are unknown to the host."""

    event: int
    count: int


ControllerEvent = PieceEntered | JobEnded | PiecePassed | EventsLost


@dataclass(frozen=True, slots=True)
class ControllerHealth:
    """Link and device counters; `seconds_silent` since the last frame from the device."""

    connected: bool
    sent: int = 0
    received: int = 0
    retransmitted: int = 0
    bad_frames: int = 0
    round_trip_ms: float = 0.0
    seconds_silent: float = 0.0
    free_jobs: int = 0
    faults: tuple[str, ...] = ()


class InkjetController(Protocol):
    """One inkjet controller. Thread-safe: the runner submits from one thread and takes events in another."""

    def open(self) -> ControllerInfo:
        """Connect and agree on a session. Raises DeviceError."""
        ...

    def announce(self, length: float) -> PieceEntered:
        """Bench trigger only: tell the device that a piece of `length` inches stands at the head's photocell."""
        ...

    def submit(self, job: PrintJob) -> JobState:
        """Hand over one job and wait (bounded) for the device's word: READY or later, or why not.

        INDETERMINATE when the link failed after the job may have been committed. Never resends as a new job.
        """
        ...

    def cancel(self, job_id: JobId) -> JobState:
        """Withdraw a job that has not fired; the state it ended in."""
        ...

    def query(self, job_id: JobId) -> JobState:
        """The device's word on a job; INDETERMINATE when it cannot be had or the boot changed."""
        ...

    def events(self, timeout: float) -> Sequence[ControllerEvent]:
        """Events since the last call, oldest first, each once; empty after `timeout` seconds without any.

        Raises DeviceFaultError when the device is lost for good and has nothing more to tell.
        """
        ...

    def acknowledge(self, event: int) -> None:
        """Every event up to this number is durable at the host; the device may forget them."""
        ...

    def health(self) -> ControllerHealth:
        """The counters now."""
        ...

    def close(self) -> None:
        """End the session; safe to call twice."""
        ...


@runtime_checkable
class TellsTimeLeft(Protocol):
    """A controller whose belt runs by itself, and which says how long a letter still has."""

    def seconds_left(self, piece: PieceEntered) -> float | None:
        """Seconds until a job for this piece comes too late, below zero once it does; None while nobody can say."""
        ...


# --- the feeder ------------------------------------------------------------------------------------------------------


@runtime_checkable
class FeedHold(Protocol):
    """What can keep letters from coming: a feeder, or the belt of a simulated transport."""

    def hold(self, held: bool) -> None:
        """Let no letter come while `held`. Never waits. Raises DeviceError where it cannot be done."""
        ...


class Feeder(FeedHold, Protocol):
    """A feeder of its own. After `open` it feeds nothing until it is told to."""

    def open(self) -> None:
        """Make ready, held. Raises DeviceError."""
        ...

    def close(self) -> None:
        """Hold it and let go of it; safe to call twice."""
        ...


# --- the transport, where one is simulated --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FiredMark:
    """What a head fired onto one letter: (inches behind the leading edge, dots as bits, bit 0 lowest), firing order.

    `name` is the camera frame's name of the letter; `dots` and `dpi` are the head's.
    """

    name: str
    piece_id: PieceId
    columns: tuple[tuple[float, int], ...]
    dots: int
    dpi: float


class TransportLine(Protocol):
    """A simulated transport: belt, photocells, letters, seen by its camera and by the device its controller drives."""

    @property
    def camera(self) -> Camera:
        """The camera at the camera photocell; its frames carry the trigger number of `PieceEntered`."""
        ...

    @property
    def controller(self) -> InkjetController:
        """The controller of the head."""
        ...

    def start(self) -> None:
        """Let letters come; call after camera and controller are open."""
        ...

    def release(self, piece_id: PieceId) -> None:
        """The host has settled this piece (job accepted, or none comes). At pace max the belt waits for this."""
        ...

    def fired(self, name: str) -> FiredMark | None:
        """What was fired onto the letter of this name; None where no drop fell. Complete once the piece has ended."""
        ...

    @property
    def finished(self) -> bool:
        """True when the feeder is empty and the last letter has left the belt."""
        ...

    def stop(self) -> None:
        """Stop feeding, let the belt run empty, end; safe to call twice."""
        ...
