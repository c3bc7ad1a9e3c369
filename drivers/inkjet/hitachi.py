"""A Hitachi RX or UX printer on its serial port: one job deep, and nothing it cannot know is said to be known.

The printer has no job numbers and tells of no print. In its overwrite-protected mode it takes the next text only
after it has printed once (or was sent DC2, or was taken off-line): that it is ready again is the only sign of a print,
and never proof. So no job ends DONE; one that was taken ends INDETERMINATE, with what speaks for or against it.

A printer prints what it holds at every trigger. It therefore holds a mark only from `submit` until its letter is over,
and nothing at all before and after: a letter that comes uncalled gets no ink.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from drivers.inkjet.hitachi_line import NAMES, PrinterLine
from drivers.inkjet.hitachi_settings import PrinterTerms, terms_of, unfit
from drivers.inkjet.hitachi_text import ACK, DC2, ENQ, NAK, calls, cut, pattern_messages
from drivers.link import ByteLink, SerialLink
from mlocr.errors import DeviceError, DeviceFaultError
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob, PrintReceipt
from mlocr.ports import ControllerEvent, ControllerHealth, ControllerInfo, JobEnded, PieceEntered

TICKS_PER_INCH = 1000.0
_KEPT = 256


@dataclass(slots=True)
class _Held:
    """The job on the printer: since when, and when it is looked at next."""

    job: PrintJob
    since: float
    look: float


class HitachiPrinter:
    """An `InkjetController` with a bench trigger: one letter at a time is announced, each when its mark is made.

    `opener` opens the port; `clock` is steady seconds.
    """

    def __init__(
        self,
        opener: Callable[[], ByteLink],
        terms: PrinterTerms,
        epoch: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opener = opener
        self._terms = terms
        self._epoch = epoch
        self._clock = clock
        self._changed = threading.Condition(threading.RLock())
        self._line: PrinterLine | None = None
        self._blank = False  # the printer is known to hold nothing
        self._held: _Held | None = None
        self._events: deque[ControllerEvent] = deque()
        self._jobs: dict[JobId, tuple[PrintJob, JobState]] = {}
        self._pieces: dict[PieceId, JobId | None] = {}
        self._boot = self._count = self._number = 0
        self._fault = ""

    # --- session -----------------------------------------------------------------------------------------------------

    def open(self) -> ControllerInfo:
        """Open the port and see that a printer is there, on-line, overwrite-protected, and holds nothing.

        Raises DeviceError with the one sentence that says what to set.
        """
        with self._changed:
            terms = self._terms
            line = PrinterLine(self._opener(), terms, self._clock)
            try:
                line.greet()
            except DeviceError:
                line.close()
                raise
            self._line, self._blank = line, True
            self._boot, self._count, self._number = secrets.randbits(32) or 1, 0, 0
            self._jobs.clear()
            self._pieces.clear()
            return ControllerInfo(
                self._boot, "hitachi", "bench", TICKS_PER_INCH, terms.dpi, terms.dots, self._epoch, terms.most_columns
            )

    def close(self) -> None:
        """Leave nothing on the printer and give the port back; safe to call twice."""
        with self._changed:
            line = self._line
            if line is None:
                return
            try:
                if self._held is not None:
                    self._take_back("the session ended")
                elif self._boot and not self._blank:
                    self._clear()
            except DeviceError:
                pass  # it is gone already; open looks at it again
            self._line, self._boot = None, 0
            line.close()

    def _open_line(self) -> PrinterLine:
        if self._line is None:
            raise DeviceFaultError(f"{self._terms.name} is not open; open it first")
        return self._line

    def _clear(self) -> bool:
        self._blank = False  # until it is said
        self._blank = self._open_line().clear()
        return self._blank

    # --- pieces and jobs ---------------------------------------------------------------------------------------------

    def announce(self, length: float) -> PieceEntered:
        """A letter comes next, the one before is over. Raises DeviceFaultError while the printer may hold a mark."""
        with self._changed:
            self._open_line()
            if self._held is not None:
                self._take_back("the next letter was announced")
            if not self._blank and not self._clear():
                raise DeviceFaultError(
                    f"{self._terms.name} may still hold the mark of the letter before and does not take it back;"
                    " stop the letters, see that it is on-line, and start again"
                )
            self._count += 1
            piece = PieceId(self._boot, self._count)
            self._pieces[piece] = None
            while len(self._pieces) > _KEPT:
                del self._pieces[next(iter(self._pieces))]
            return PieceEntered(self._next(), piece, 0, self._count, length)

    def submit(self, job: PrintJob) -> JobState:
        """See `InkjetController.submit`. READY: the printer holds the mark, and prints it at its next trigger."""
        with self._changed:
            self._open_line()
            known = self._jobs.get(job.job_id)
            if known is not None:
                return known[1] if known[0] == job else self._refuse(job, "conflict: another mark bears this number")
            why = self._unfit(job)
            if why:
                return self._refuse(job, why)
            state, why = self._load(job)
            if state is JobState.REFUSED:
                return self._refuse(job, why)
            self._pieces[job.piece_id] = job.job_id
            self._keep(job, state)
            now = self._clock()
            if state is JobState.READY:
                self._held = _Held(job, now, now + self._terms.look)
            else:
                self._fault = f"job {job.job_id}: {why}"
                self._end(job, why)
            self._changed.notify_all()
            return state

    def _unfit(self, job: PrintJob) -> str:
        piece = job.piece_id
        if piece.boot != self._boot:
            return "stale_boot: the piece is of another session"
        if piece not in self._pieces:
            return "unknown_piece"
        if self._pieces[piece] is not None:
            return "piece_taken"
        if self._count != piece.number:
            return "expired: another letter was announced since"
        return unfit(job.image, self._terms)

    def _load(self, job: PrintJob) -> tuple[JobState, str]:
        """Give the printer the patterns, and last the text that calls them: until then it prints nothing of the job."""
        terms = self._terms
        patterns = cut(job.image.columns, terms.size, terms.reverse)
        # The text that is there (nothing) counts as not yet printed: DC2 lets another follow.
        steps = [bytes((DC2,)), *pattern_messages(patterns, terms.size)]
        for step in steps:
            answer = self._open_line().ask(step)
            if answer != ACK:
                self._blank = False  # a job follows only once it is known to hold nothing again
                return JobState.REFUSED, f"not_ready: the printer answered {NAMES[answer]} before it had the mark"
        self._blank = False
        answer = self._open_line().ask(calls(len(patterns), terms.items, terms.per_item))
        if answer == ACK:
            return JobState.READY, ""
        if answer == NAK:
            # An erroneous text leaves what the printer holds unchanged (RX 5.5.1): nothing.
            self._clear()
            return JobState.REFUSED, "bad_text: the printer did not take the print items"
        taken = "and is taken back" if self._clear() else "and could not be taken back"
        return JobState.INDETERMINATE, f"the printer did not answer: the mark may have been on it, {taken}"

    def _refuse(self, job: PrintJob, why: str) -> JobState:
        self._fault = f"job {job.job_id} refused: {why}"
        return JobState.REFUSED

    def _keep(self, job: PrintJob, state: JobState) -> None:
        self._jobs[job.job_id] = (job, state)
        while len(self._jobs) > _KEPT:
            del self._jobs[next(iter(self._jobs))]

    def _next(self) -> int:
        self._number += 1
        return self._number

    # --- how a job ends ----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Ask whether the printer is ready again: the one sign there is."""
        held, now = self._held, self._clock()
        if held is None or now < held.look:
            return
        held.look = now + self._terms.look
        answer = self._open_line().ask(bytes((ENQ,)))
        if answer == ACK:
            self._take_back("assumed printed: the printer is ready for the next text; nothing confirms it")
        elif now - held.since > self._terms.printed:
            said = "did not answer" if answer is None else "did not become ready"
            self._take_back(f"the printer {said} within {self._terms.printed:g} s")

    def _take_back(self, why: str) -> None:
        """The letter is over: its job ends, and the printer holds nothing any more, if it says so."""
        held, self._held = self._held, None
        cleared = self._clear()
        if held is not None:
            self._end(held.job, why if cleared else f"{why}; the mark could not be taken back")

    def _end(self, job: PrintJob, why: str) -> None:
        self._keep(job, JobState.INDETERMINATE)
        receipt = PrintReceipt(job.job_id, job.piece_id, JobState.INDETERMINATE, why)
        self._events.append(JobEnded(self._next(), receipt))
        self._changed.notify_all()

    def cancel(self, job_id: JobId) -> JobState:
        """Take a job back. INDETERMINATE: a printer cannot say that it had not printed a moment before."""
        with self._changed:
            if self._held is not None and self._held.job.job_id == job_id:
                self._take_back("cancelled")
            return self.query(job_id)

    def query(self, job_id: JobId) -> JobState:
        """What is known here; REFUSED for a job of this session that was never taken, INDETERMINATE for another's."""
        with self._changed:
            self._open_line()
            known = self._jobs.get(job_id)
            if known is not None:
                return known[1]
            return JobState.REFUSED if job_id.epoch == self._epoch else JobState.INDETERMINATE

    def events(self, timeout: float) -> Sequence[ControllerEvent]:
        """See `InkjetController.events`; this is when the printer is asked."""
        with self._changed:
            until = self._clock() + timeout
            while not self._events and self._line is not None:
                self._look()
                left = until - self._clock()
                if self._events or left <= 0:
                    break
                soon = self._held.look - self._clock() if self._held is not None else left
                self._changed.wait(max(0.001, min(left, soon)))
            events = tuple(self._events)
            self._events.clear()
            return events

    def acknowledge(self, event: int) -> None:
        """The printer keeps nothing that could be acknowledged."""

    def health(self) -> ControllerHealth:
        """Counters; one job at a time."""
        with self._changed:
            faults, line = (self._fault,) if self._fault else (), self._line
            if line is None:
                return ControllerHealth(False, faults=faults)
            return ControllerHealth(
                connected=not line.late,
                sent=line.sent,
                received=line.received,
                seconds_silent=max(0.0, self._clock() - line.heard),
                free_jobs=int(self._held is None),
                faults=faults,
            )


def open_hitachi(settings: Mapping[str, object]) -> HitachiPrinter:
    """A printer on a port. Settings as in docs/drivers.md; `offset_in` must be given.

    Raises ConfigurationError for a setting it does not know or that cannot be. Nothing is opened yet.
    """
    port, terms, epoch_floor = terms_of(settings)

    def opener() -> ByteLink:
        link = SerialLink(port, terms.baud, terms.parity)
        link.open()
        return link

    return HitachiPrinter(opener, terms, epoch_floor + 1)
