"""The mock device's track: encoder, photocells, pieces in transit, and the head that fires. Section 8.

Positions are unwrapped encoder ticks. The belt calls `encoder_to` and the edges; it learns of triggers and drops by
the two callbacks.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.inkjet.frames import difference
from drivers.inkjet.messages import Event, JobBegin, Kind, Reason, State
from drivers.inkjet.mock_jobs import Answer, DeviceJob, JobTable
from drivers.inkjet.mock_log import DeviceConfig, EventLog, Key

_WRAP = 0xFFFFFFFF
_REMEMBERED = 64
OnTrigger = Callable[[int, int], None]
OnFire = Callable[[Sequence[int], Sequence[int]], None]


@dataclass(slots=True)
class Transit:
    """One piece on its way. `told` once the host knows its length; `job` the job that is or was for it."""

    number: int
    trigger: int
    edge: int
    time: int
    trailing: int | None = None
    length: int = 0
    told: bool = False
    passed: bool = False
    inhibit: Reason = Reason.NONE
    job: Key | None = None


class Track:
    """Pieces and ink. Order in a queue is never the key: a job fires only inside its own encoder window."""

    def __init__(self, config: DeviceConfig, jobs: JobTable, log: EventLog, encoder: int = 0, trigger: int = 0) -> None:
        self.encoder = encoder
        self.bench = False
        self.pieces: deque[Transit] = deque()
        self.strays = 0
        self.head_fault = False
        self.ink_low = False
        self.power_cut_after: int | None = None
        self.power_cut_at_store = False
        self.on_trigger: OnTrigger = lambda trigger, number: None
        self.on_fire: OnFire = lambda ticks, columns: None
        self.on_power_cut: Callable[[], None] = lambda: None
        self._config = config
        self._jobs = jobs
        self._log = log
        self._high = encoder
        self._number = 0
        self._trigger = trigger
        self._head_edge = -(1 << 62)
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._entries = 0
        self._firing: tuple[DeviceJob, list[int]] | None = None
        self._tags: dict[int, int] = {}

    # --- the belt's side ---------------------------------------------------------------------------------------------

    def encoder_to(self, tick: int) -> None:
        """The encoder reads `tick`: everything due up to there happens in order. Backwards is a reversal."""
        if tick < self.encoder:
            self.encoder = tick
            if self._high - tick > self._config.reverse_tolerance:
                self._void(Reason.REVERSED)
            return
        while self._agenda and self._agenda[0][0] <= tick:
            due, _, action = heapq.heappop(self._agenda)
            self._fire(due)
            self.encoder = max(self.encoder, due)
            action()
        self._fire(tick)
        self.encoder = tick
        self._high = max(self._high, tick)

    def camera_edge(self, leading: bool) -> None:
        """The camera photocell's beam is cut (leading) or free again."""
        if self.bench or self.encoder < self._high:
            return
        last = self.pieces[-1] if self.pieces else None
        if not leading:
            if last is not None and last.trailing is None:
                last.trailing = tick = self.encoder
                self._at(tick + self._config.debounce, lambda: self._complete(last, tick))
            return
        if last is not None and last.trailing is None and not last.passed:
            return  # a bounce; of a piece that was voided the trailing edge may never be seen
        gap = None if last is None or last.trailing is None else self.encoder - last.trailing
        if last is not None and gap is not None and gap < self._config.debounce and not last.told:
            last.trailing = None
            return
        piece = self._new_piece()
        if last is not None and gap is not None and gap < self._config.min_gap:
            piece.inhibit = last.inhibit = Reason.SHORT_GAP
        overdue = self._config.distance + self._config.max_window + 1
        self._at(piece.edge + overdue, lambda: self._overdue(piece))
        self.on_trigger(piece.trigger, piece.number)

    def head_edge(self) -> None:
        """The head's photocell sees a leading edge: the piece expected here, and only it, may be sprayed."""
        if self.bench or self.encoder < self._high or self.encoder - self._head_edge < self._config.debounce:
            return
        self._head_edge = self.encoder
        # One that has already come counts too: it may be this letter's neighbour that was taken for it.
        near = [
            piece
            for piece in self.pieces
            if abs(self.encoder - piece.edge - self._config.distance) <= self._config.max_window
            and (piece.trailing is None or piece.told)
        ]
        coming = [piece for piece in near if not piece.passed]
        if not coming:
            self.strays += 1
        for piece in coming:
            if len(near) > 1:
                piece.inhibit = Reason.WINDOW_OVERLAP
            self._reach(piece)

    # --- the wire's side ---------------------------------------------------------------------------------------------

    def admit(self, begin: JobBegin) -> Answer | int:
        """May this job wait for its piece? Its unwrapped origin, or why not."""
        piece = next((piece for piece in self.pieces if piece.number == begin.piece), None)
        if piece is None and 0 < begin.piece <= self._number:
            return Answer(State.MISSED_LATE, Reason.LATE)
        origin = self.encoder + difference(begin.origin, self.encoder & _WRAP)
        refusal = self._refusal(begin, piece, origin)
        if piece is None or refusal is not Reason.NONE:
            return Answer(State.REFUSED, refusal)
        piece.job = (begin.epoch, begin.counter)
        # Late is judged at the earliest edge of the window, less the margin (wire point 13).
        latest = origin + self._config.distance - begin.window - self._config.margin
        if piece.passed or (not self.bench and self.encoder > latest):
            return Answer(State.MISSED_LATE, Reason.LATE)
        return origin

    def _refusal(self, begin: JobBegin, piece: Transit | None, origin: int) -> Reason:
        if begin.window > self._config.max_window:
            return Reason.WINDOW_TOO_WIDE
        if piece is None:
            return Reason.UNKNOWN_PIECE
        if piece.job is not None:
            return Reason.PIECE_TAKEN
        return Reason.BAD_ORIGIN if abs(origin - piece.edge) > begin.window else piece.inhibit

    def ready(self, job: DeviceJob) -> None:
        """A job was taken: on a bench its piece stands at the head already."""
        if self.bench:
            piece = next(piece for piece in self.pieces if piece.number == job.begin.piece)
            piece.passed = True
            if self.head_fault:
                self._jobs.end(job, State.FAULT, Reason.HEAD_FAULT, self.encoder)
            else:
                self._start(job)

    def announce(self, tag: int, length: int) -> tuple[int, Reason]:
        """A host's PIECE (wire point 17): the number of its event. The same tag makes no second piece."""
        if not self.bench:
            return 0, Reason.NOT_BENCH
        if tag in self._tags:
            return self._tags[tag], Reason.NONE
        if self._firing is not None:
            return 0, Reason.BUSY  # the letter before still stands at the head
        if self._log.room(len(self._jobs.live)) <= 1:
            return 0, Reason.NO_CREDIT
        self._pass_all()
        piece = self._new_piece()
        piece.told, piece.length = True, length
        event = self._note(piece, Kind.PIECE_IN, Reason.NONE)
        self._tags = {tag: event}
        return event, Reason.NONE

    def turn(self, bench: bool) -> None:
        """The trigger changes: what is in transit passes, since nothing will tell any more where it is."""
        if bench is not self.bench:
            self._pass_all()
            self.bench = bench

    def expire(self, now: float, age: float) -> None:
        """Jobs grow old by time as well as by encoder count (wire point 16)."""
        for job in tuple(self._jobs.live.values()):
            if job.state is State.READY and now - job.since > age:
                self._jobs.end(job, State.EXPIRED, Reason.AGE, self.encoder)

    def stopped(self) -> None:
        """The encoder stands still while ink should fall: the mark is given up."""
        if self._firing is not None:
            job, self._firing = self._firing[0], None
            self._jobs.end(job, State.ABORTED, Reason.STOPPED, self.encoder)

    def halt(self) -> None:
        """Power is gone: nothing that was due happens."""
        self._agenda.clear()
        self._firing = None

    @property
    def firing(self) -> bool:
        """A mark is being fired."""
        return self._firing is not None

    # --- what happens on the way -------------------------------------------------------------------------------------

    def _at(self, tick: int, action: Callable[[], None]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (tick, self._entries, action))

    def _new_piece(self) -> Transit:
        self._number += 1
        self._trigger += 1
        piece = Transit(self._number, self._trigger, self.encoder, self._log.now)
        self.pieces.append(piece)
        while len(self.pieces) > _REMEMBERED and self.pieces[0].passed:
            self.pieces.popleft()
        return piece

    def _complete(self, piece: Transit, trailing: int) -> None:
        """The trailing edge has stood for the debounce length: the piece is whole and is told."""
        if piece.trailing != trailing or piece.told or piece.passed:
            return
        piece.length = trailing - piece.edge
        if piece.length < self._config.min_length:
            piece.passed = True  # a bounce, no letter
            self.pieces.remove(piece)
            return
        if piece.length > self._config.max_length:
            piece.inhibit = Reason.DOUBLE_FEED
        piece.told = True
        self._note(piece, Kind.PIECE_IN, piece.inhibit)

    def _reach(self, piece: Transit) -> None:
        piece.passed = True
        job = None if piece.job is None else self._jobs.live.get(piece.job)
        if job is None:
            self._pass_unsprayed(piece, piece.inhibit or Reason.NO_JOB)
        elif piece.inhibit is not Reason.NONE:
            self._jobs.end(job, State.MISSED_NO_PIECE, piece.inhibit, self.encoder)
        elif abs(self.encoder - job.origin - self._config.distance) > job.begin.window:
            self._jobs.end(job, State.MISSED_NO_PIECE, Reason.NO_PIECE, self.encoder)
        elif not self._jobs.enabled:
            self._jobs.end(job, State.CANCELLED, Reason.DISABLED, self.encoder)
        elif self.head_fault or self._firing is not None:
            self._jobs.end(job, State.FAULT, Reason.HEAD_FAULT, self.encoder)
        else:
            self._start(job)

    def _overdue(self, piece: Transit) -> None:
        """The piece did not come to the head inside any window: taken off the belt, jammed or slipped."""
        if not piece.passed:
            piece.passed = True
            self._miss(piece, Reason.NO_PIECE)

    def _pass_all(self) -> None:
        for piece in self.pieces:
            if not piece.passed:
                piece.passed = True
                self._miss(piece, Reason.NO_JOB)

    def _miss(self, piece: Transit, reason: Reason) -> None:
        job = None if piece.job is None else self._jobs.live.get(piece.job)
        if job is not None:
            self._jobs.end(job, State.MISSED_NO_PIECE, reason, self.encoder)
        else:
            self._pass_unsprayed(piece, reason)

    def _pass_unsprayed(self, piece: Transit, reason: Reason) -> None:
        """Tell that a piece passed without ink, unless its job's end has told it already."""
        ended = None if piece.job is None else self._jobs.results.get(piece.job)
        if ended is None and piece.told:
            self._note(piece, Kind.PIECE_OUT, reason)

    def _note(self, piece: Transit, kind: Kind, reason: Reason) -> int:
        edge = piece.edge & _WRAP
        told = (edge, piece.trigger, piece.length, piece.time, kind, 0, reason)
        event = Event(0, self._jobs.boot, piece.number, 0, 0, *told)
        return self._log.note(event, len(self._jobs.live))

    def _void(self, why: Reason) -> None:
        """The belt ran backwards: nothing on it may be sprayed any more (wire point 5)."""
        if self._firing is not None:
            job, self._firing = self._firing[0], None
            self._jobs.end(job, State.ABORTED, why, self.encoder)
        for piece in self.pieces:
            if not piece.passed:
                piece.passed = True
                self._miss(piece, why)

    def _start(self, job: DeviceJob) -> None:
        """Column k falls at offset + k * ticks_per_inch / dpi behind the edge, rounded to the nearest tick."""
        job.state = State.BOUND
        if self.power_cut_at_store:
            self.power_cut_at_store = False
            self.on_power_cut()  # in the middle of the write: the store knows nothing of this job
            return
        tpi, dpi = round(self._config.ticks_per_inch * 1000), round(self._config.dpi * 1000)
        first = self.encoder + job.begin.offset
        ticks = [first + (2 * k * tpi + dpi) // (2 * dpi) for k in range(len(job.columns))]
        self._jobs.starts(job)
        self._firing = (job, ticks)

    def _fire(self, upto: int) -> None:
        if self._firing is None:
            return
        job, ticks = self._firing
        stop = bisect_right(ticks, upto)
        cut = self.power_cut_after
        if cut is not None and stop >= cut > job.fired:
            self._firing, self.power_cut_after = None, None
            self.on_fire(ticks[job.fired : cut], job.columns[job.fired : cut])
            self.on_power_cut()
            return
        if stop > job.fired:
            self.on_fire(ticks[job.fired : stop], job.columns[job.fired : stop])
            job.fired = stop
        if stop == len(ticks):
            self._firing = None
            self._jobs.end(job, State.DONE, Reason.NONE, ticks[0])
