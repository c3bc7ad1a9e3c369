"""Events on their way to the station: numbered afresh, handed out once, forgotten when durable. No thread or clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers.inkjet.hostjobs import Forgotten
from drivers.inkjet.messages import Event, Kind, Reason, State, reason_of
from mlocr.mail.piece import JobId, JobState, PieceId, PrintReceipt
from mlocr.ports import ControllerEvent, EventsLost, JobEnded, PieceEntered, PiecePassed

STATES = {state: JobState[state.name] for state in State}


@dataclass(slots=True)
class _Entry:
    """One event: the station's number, and the device's with the generation of its boot (0: none of the device)."""

    event: ControllerEvent
    device: int
    generation: int
    delivered: bool = False
    durable: bool = False


class Ledger:
    """The station's numbers rise for ever, the device's start again with every boot: this keeps the two apart.

    On a bench the event of an entered piece is the announcement's answer: it is held for `pick` and never taken.
    """

    def __init__(self, bench: bool = False) -> None:
        self._bench = bench
        self._counted = 0
        self._entries: deque[_Entry] = deque()
        self._fresh: deque[_Entry] = deque()
        self._held: deque[_Entry] = deque()

    def add(self, event: Event | Forgotten, generation: int, ticks_per_inch: float, at: float | None = None) -> None:
        """One more event, in the log's order; `at` is the time it tells, in steady seconds of this PC."""
        self._counted += 1
        device = 0 if isinstance(event, Forgotten) else event.number
        entry = _Entry(station_event(event, self._counted, ticks_per_inch, at), device, generation)
        self._entries.append(entry)
        held = self._bench and isinstance(entry.event, PieceEntered)
        (self._held if held else self._fresh).append(entry)

    @property
    def waiting(self) -> bool:
        """True when there is something to hand out."""
        return bool(self._fresh)

    def take(self) -> tuple[ControllerEvent, ...]:
        """Everything not yet handed out, oldest first."""
        events = tuple(entry.event for entry in self._fresh)
        for entry in self._fresh:
            entry.delivered = True
        self._fresh.clear()
        return events

    def holds(self, device: int, generation: int) -> bool:
        """True when the piece that this event of the device tells of waits for `pick`."""
        return any((entry.generation, entry.device) == (generation, device) for entry in self._held)

    def pick(self, device: int, generation: int) -> PieceEntered | None:
        """Hand out the piece that this event of the device, in this boot of it, tells of (bench only).

        Held pieces before it are nobody's any more (an announcement that gave up, an earlier host's): they count as
        handed out, else nothing behind them could ever be acknowledged.
        """
        while self.holds(device, generation):
            entry = self._held.popleft()
            entry.delivered = True
            if (entry.generation, entry.device) == (generation, device) and isinstance(entry.event, PieceEntered):
                return entry.event
        return None

    def durable(self, event: int) -> tuple[int, int]:
        """Everything handed out up to this number is durable: (the device's number to acknowledge or 0, generation).

        An event that was not handed out yet, and all behind it, stay unacknowledged.
        """
        upto = generation = 0
        for entry in self._entries:
            if entry.event.event > event:
                break
            entry.durable = entry.durable or entry.delivered
        while self._entries and self._entries[0].durable:
            last = self._entries.popleft()
            if last.device:
                upto, generation = last.device, last.generation
        return upto, generation


def station_event(
    event: Event | Forgotten, number: int, ticks_per_inch: float, at: float | None = None
) -> ControllerEvent:
    """The station's words for one entry of the log, or for a job whose fate the device lost."""
    if isinstance(event, Forgotten):
        begin = event.job.wire.begin
        why = "the device was lost or restarted before it told the job's end"
        piece = PieceId(begin.boot, begin.piece)
        return JobEnded(number, PrintReceipt(JobId(*event.job.key), piece, JobState.INDETERMINATE, why))
    piece, reason = PieceId(event.boot, event.piece), reason_of(event.reason)
    detail = "" if reason is Reason.NONE else reason.name.lower()
    if event.kind == Kind.PIECE_IN:
        return PieceEntered(number, piece, event.encoder, event.trigger, event.value / ticks_per_inch, at)
    if event.kind == Kind.JOB_ENDED:
        job = JobId(event.epoch, event.counter)
        return JobEnded(number, PrintReceipt(job, piece, STATES[State(event.state)], detail))
    if event.kind == Kind.GAP:
        return EventsLost(number, event.value)
    return PiecePassed(number, piece, detail)
