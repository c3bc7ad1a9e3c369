"""The run: capture, encode and print as threads with short bounded queues, each device with one owner.

capture  camera -> piece (tied to the device's number by trigger) -> encode queue
encode   one thread a worker process -> print queue
print    journal the intents of all pieces that are ready, durably, in one sync; submit their jobs; tell the line that
         they are settled; on a bench one letter at a time, announced when its job is ready (a reject needs no head)
events   the device's events -> journal, then acknowledged -> the piece ends
write    results and pictures

A piece ends once. A job whose end is unknown is indeterminate and is never sent again. What a killed run left open is
ended first, with the device's word (`recovery`).
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from types import FrameType

from mlocr.errors import ConfigurationError, DeviceError, JournalError, StationError
from mlocr.mail.piece import (
    Disposition,
    Encoded,
    JobId,
    JobState,
    PieceId,
    PrintJob,
    Rejected,
)
from mlocr.mail.reasons import RejectReason
from mlocr.ports import (
    ControllerEvent,
    ControllerInfo,
    EventsLost,
    FeedHold,
    JobEnded,
    PieceEntered,
    PiecePassed,
    TriggeredCamera,
)
from mlocr.station.capture import Capture
from mlocr.station.deadlines import Deadlines, gave_up
from mlocr.station.decision import decision
from mlocr.station.endings import Endings, hand
from mlocr.station.feed import FeedGuard
from mlocr.station.interrupts import interrupts_to
from mlocr.station.job_ends import JOB_ENDS
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.pieces import Piece, PieceTable
from mlocr.station.recovery import Recovery, rows_of
from mlocr.station.results import marked_picture
from mlocr.station.summary import RunSummary
from mlocr.station.table_stop import TableStop
from mlocr.station.turns import Turns
from mlocr.station.unfinished import RESUMED, STARTED, RunRecord
from mlocr.station.workers import Worker

_TOGETHER = 8  # intents that share a sync, at the most (*ours*): a device has no more places for jobs to come


class Runner:
    """Runs one job from the first letter to the last. `progress` is called with the count as pieces end."""

    def __init__(self, parts: RunParts, rules: RunRules, progress: Callable[[RunSummary], None] | None = None) -> None:
        self._parts = parts
        self._rules = rules
        self._progress = progress
        self._table = PieceTable(rules.ties)
        self._to_print: queue.Queue[Piece | None] = queue.Queue(rules.queue)
        self._stop = threading.Event()
        self._printed = threading.Event()
        self._failure: BaseException | None = None
        self._info: ControllerInfo | None = None
        self._fire = parts.camera.fire if isinstance(parts.camera, TriggeredCamera) else None
        self._jobs = 0
        self._interrupts = 0
        self._at_head: Piece | None = None
        self._first = 0
        self.summary = RunSummary(rules.replay, deadlines=rules.deadlines)
        self._endings = Endings(parts.journal, self._table, self._write_one, self._failed)
        self._capture = Capture(parts, rules, self._table, self._endings, self.summary, self._stop.is_set, self._failed)
        self._deadlines = Deadlines(parts.controller, rules.deadlines, rules.reserve_ms)
        self._table_stop = TableStop(parts.journal, parts.leave_stop_mark, self.stop)
        feeder = parts.feeder or parts.line
        self._guard: FeedGuard | None = None
        if isinstance(feeder, FeedHold):
            self._guard = FeedGuard(feeder, parts.controller, parts.journal, parts.log)
        self._resumed: RunRecord | None = None

    def run(self) -> RunSummary:
        """Run until the camera is exhausted, a limit is met or Ctrl-C. Results are on disk when it returns or raises.

        Raises DeviceError, JournalError or TableStoppedError after everything that can be saved is saved.
        """
        parts = self._parts
        try:
            try:
                self._open()
                self._drive()
            finally:
                self._close()
            self._save()
        finally:
            parts.journal.close()
            parts.writer.close()
        if self._failure is not None:
            raise self._failure
        if self._table_stop.error is not None:
            raise self._table_stop.error
        return self.summary

    def _open(self) -> None:
        parts = self._parts
        parts.writer.open()
        for worker in parts.workers:
            worker.start()
        for worker in parts.workers:
            worker.wait_ready()
        earlier = parts.earlier
        on = earlier.unfinished[-1] if earlier is not None and earlier.unfinished and parts.goes_on else None
        parts.journal.open(on.run if on else 0, earlier.head if earlier else None)
        parts.journal.append(RESUMED if on else STARTED, "", parts.about, durable=True)
        self._info = parts.controller.open()
        self._table.measure(self._info.ticks_per_inch)
        parts.journal.append("device", "", {"info": str(self._info)}, durable=True)
        parts.log.info("device", boot=self._info.boot, firmware=self._info.firmware, epoch=self._info.epoch)
        self._take_over(earlier.unfinished if earlier else (), on)
        parts.camera.open()
        if parts.feeder is not None:
            if self._bench:
                raise ConfigurationError(
                    "feeder.driver is set, and a bench takes one letter at a time by hand;"
                    ' leave it empty, or set trigger = "photocell" in [inkjet.settings]'
                )
            parts.feeder.open()

    def _take_over(self, runs: Sequence[RunRecord], on: RunRecord | None) -> None:
        """End the pieces of the runs that did not end, and begin the results: anew, or behind those of the run `on`."""
        parts = self._parts
        recovery = Recovery(parts.journal, parts.controller, self._device(), self._rules.drain_timeout)
        for run in runs:
            recovery.end_pieces(run)
            if run is not on:
                parts.writer.keep(run.run, rows_of(run))
                recovery.close_run(run)
            parts.log.warning("unfinished run", run=run.run, pieces=len(run.pieces), resumed=run is on)
        self._resumed = on
        if on is not None:
            self._first = on.next_index
            self.summary.count_earlier(on)
        self._capture.begin(self._first, self._bench)
        parts.writer.begin(rows_of(on) if on else (), self._first)

    def _ended_before(self, piece: PieceId) -> bool:
        earlier = self._parts.earlier
        return earlier is not None and earlier.knows(piece)

    def _close(self) -> None:
        if self._parts.feeder is not None:
            self._parts.feeder.close()
        self._parts.camera.close()
        self._parts.controller.close()
        for worker in self._parts.workers:
            worker.close()

    def stop(self, why: str) -> None:
        """Feed no more; what is on its way still ends."""
        if not self._stop.is_set():
            self.summary.stopped = why
            self._parts.log.warning("stopping", why=why)
            self._stop.set()
            if self._guard is not None:
                self._guard.finish()
            if self._parts.line is not None:
                # It waits until the belt is empty, which takes the thread that called this.
                threading.Thread(target=self._parts.line.stop, name="mlocr-stop", daemon=True).start()

    # --- threads --------------------------------------------------------------------------------------------------

    def _drive(self) -> None:
        threads = [self._thread("print", self._print), self._thread("events", self._events)]
        threads += [self._thread(f"encode-{n}", self._encode, w) for n, w in enumerate(self._parts.workers)]
        write = self._thread("write", self._endings.write)
        for thread in (*threads, write):
            thread.start()
        if self._parts.line is not None:
            self._parts.line.start()
        guard = self._watch_feed()
        capture = self._thread("capture", self._capture.run)
        capture.start()
        with interrupts_to(self._interrupted):
            self._wait([capture, *threads])
            if self._guard is not None:
                self._guard.finish()
            self._endings.finish()
            self._wait([*guard, write])

    def _watch_feed(self) -> list[threading.Thread]:
        if self._guard is None:
            return []
        guard = self._thread("feed", self._guard.watch)
        guard.start()
        return [guard]

    def _thread(self, name: str, work: Callable[..., None], *arguments: object) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*arguments)
            except BaseException as error:
                self._fail(error)

        return threading.Thread(target=guarded, name=f"mlocr-{name}", daemon=True)

    def _wait(self, threads: Sequence[threading.Thread]) -> None:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
                if self._interrupts and not self.summary.interrupted:
                    self.summary.interrupted = True
                    self.stop("interrupted")

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        # Only a mark is made here: an exception in the middle of a join would leave the threads in disorder.
        self._interrupts += 1
        if self._interrupts > 1:
            raise KeyboardInterrupt

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        self.stop(str(error) if isinstance(error, StationError) else type(error).__name__)

    # --- encode ---------------------------------------------------------------------------------------------------

    def _encode(self, worker: Worker) -> None:
        try:
            while (piece := self._capture.pieces.get()) is not None:
                if piece.outcome is None:
                    budget = self._deadlines.budget_ms(piece)
                    if not self._deadlines.give_up(piece, budget):
                        self._table_stop.encode(worker, piece, budget)
                hand(self._to_print, piece, self._failed)
        finally:
            hand(self._to_print, None, self._failed)

    # --- print ----------------------------------------------------------------------------------------------------

    def _print(self) -> None:
        running = len(self._parts.workers)
        turns = Turns(self._first)
        try:
            while running or turns:
                # A piece that waits for a place on the device is looked at again as places come free.
                running -= self._decided_to(turns, wait=0.01 if turns else 1.0) if running else 0
                while ready := self._ready(turns, last=not running):
                    self._settle(ready)
        finally:
            self._printed.set()
            self._abandon_queues(running)

    def _decided_to(self, turns: Turns, wait: float) -> int:
        """Take every piece that is decided, waiting for the first; the workers that told of their end."""
        ended = 0
        try:
            for _ in range(_TOGETHER):
                piece = self._to_print.get(timeout=wait)
                wait = 0.0
                if piece is None:
                    ended += 1
                else:
                    turns.add(piece)
        except queue.Empty:
            pass
        return ended

    def _ready(self, turns: Turns, *, last: bool) -> list[Piece]:
        """The pieces whose turn it is now: their intents share one sync. On a bench one at a time."""
        ready: list[Piece] = []
        places = lambda: self._free_jobs() - len(ready)  # noqa: E731
        while len(ready) < (1 if self._bench else _TOGETHER) and (piece := turns.take(places, last=last)) is not None:
            ready.append(piece)
        return ready

    def _free_jobs(self) -> int:
        # On a bench letters are laid before the head in the order of their pictures.
        return 0 if self._bench or self._rules.in_order else self._parts.controller.health().free_jobs

    def _settle(self, pieces: Sequence[Piece]) -> None:
        """Journal what was decided of each and the intents, durably; then hand over the jobs and let the line go on."""
        left = list(pieces)
        try:
            jobs = [self._decide(piece) for piece in pieces]
            if any(jobs):
                self._parts.journal.commit()
            for piece, job in zip(pieces, jobs, strict=True):
                if job is not None:
                    self._submit(piece, job)
                left.remove(piece)
                self._finish(piece)
        finally:
            for piece in left:
                self._finish(piece)

    def _finish(self, piece: Piece) -> None:
        self._release(piece)
        self._endings.settle(piece)

    def _decide(self, piece: Piece) -> PrintJob | None:
        """Journal the decision and, where a mark is to be sprayed, the intent, not yet durably; the job to send."""
        self._check_length(piece)
        self._table_stop.check(piece)
        self._parts.journal.append("decided", piece.label, decision(piece))
        if self._deadlines.missed(piece):
            self._endings.end(piece, Disposition.LATE, "decided too late for its job")
        elif isinstance(piece.outcome, Encoded) and piece.disposition is None:
            if self._bench:
                self._place(piece)
            return self._intend(piece, piece.outcome)
        piece.decided = time.monotonic()
        # Without a photocell nobody tells that the piece has passed.
        if self._bench:
            self._endings.end(piece, Disposition.PASSED)
        return None

    def _place(self, piece: Piece) -> None:
        """Bench: lay a letter with a mark before the head once the one before is over; it is announced then.

        To announce it makes every earlier letter pass (docs/wire-protocol.md section 7).
        """
        before, since = self._at_head, time.monotonic()
        while before is not None and not self._table.wait_ended(before, 0.2):
            if self._failure is not None:
                return
            if time.monotonic() - since > self._rules.drain_timeout:
                self._endings.end(before, Disposition.INDETERMINATE, "no answer from the device")
        lift = piece.frame.lift if piece.frame is not None else None
        width = lift.pixels.shape[1] / lift.dpi if lift is not None else 9.5
        label = piece.label
        piece.entered = self._parts.controller.announce(width)
        self._at_head = piece
        self._table.add(piece)
        self._parts.journal.append("announced", label, {"piece": str(piece.piece_id)})

    def _release(self, piece: Piece) -> None:
        if piece.piece_id is not None:
            self._release_id(piece.piece_id)

    def _release_id(self, piece_id: PieceId) -> None:
        if self._parts.line is not None:
            self._parts.line.release(piece_id)

    def _intend(self, piece: Piece, outcome: Encoded) -> PrintJob | None:
        if piece.entered is None:
            return None
        self._jobs += 1
        job_id = JobId(self._device().epoch, self._jobs)
        self._parts.journal.append("intent", piece.label, {"job": str(job_id)})
        return PrintJob(job_id, piece.entered.piece_id, piece.entered.encoder, outcome.spray)

    def _submit(self, piece: Piece, job: PrintJob) -> None:
        """Hand over one job. Its intent is durable."""
        piece.job_id = job.job_id
        try:
            state = self._parts.controller.submit(job)
        except DeviceError as error:
            self._endings.end(piece, Disposition.INDETERMINATE, str(error))
            raise
        piece.decided = time.monotonic()
        piece.timings_ms["to_job"] = (piece.decided - piece.captured) * 1000
        if state not in JOB_ENDS:
            piece.margin_ms = self._deadlines.left_ms(piece)
        if state in JOB_ENDS:
            why = self._parts.controller.health().faults if state is JobState.REFUSED else ()
            if state is not JobState.DONE:  # a bench may have sprayed before its first answer is read
                self._parts.log.warning("job ended at once", piece=piece.label, state=state.value, why=why)
            self._endings.end(piece, JOB_ENDS[state], "; ".join((state.value, *why)))

    def _check_length(self, piece: Piece) -> None:
        # The photocell's length against the letter's in the picture: the second thread that ties a frame to a piece.
        outcome = piece.outcome
        if not isinstance(outcome, Encoded) or outcome.reading is None or piece.entered is None:
            return
        letter = outcome.reading.letter
        if letter is None or self._bench:
            return
        if abs(letter.width - piece.entered.length) > self._rules.length_tolerance:
            piece.outcome = Rejected(RejectReason.PIECE_MISMATCH, outcome.match, outcome.reading)

    def _abandon_queues(self, running: int) -> None:
        # After a failure the threads before this one must still be able to hand over and end.
        while running:
            piece = self._to_print.get()
            if piece is None:
                running -= 1
            else:
                self._release(piece)

    # --- events ---------------------------------------------------------------------------------------------------

    def _events(self) -> None:
        idle_since: float | None = None
        while True:
            printed = self._printed.is_set()  # asked first: what came before the last letter was printed is taken
            events = self._parts.controller.events(0.05)
            for event in events:
                self._take(event)
            if printed:
                # Told of after the last frame: nobody else will take these letters.
                self._settle([self._capture.lost(entered) for entered in self._table.unclaimed()])
            if events:
                self._parts.journal.commit()
                self._parts.controller.acknowledge(events[-1].event)
                idle_since = None
            elif printed and (self._parts.line is None or self._parts.line.finished):
                if not self._table.numbered:
                    return
                idle_since = idle_since or time.monotonic()
                if time.monotonic() - idle_since > self._rules.drain_timeout:
                    return
            elif self._failure is not None and printed:
                idle_since = idle_since or time.monotonic()
                if time.monotonic() - idle_since > self._rules.drain_timeout:
                    return

    def _take(self, event: ControllerEvent) -> None:
        journal = self._parts.journal
        match event:
            case PieceEntered() if self._ended_before(event.piece_id):
                # Told to an earlier run, and again to this one: that letter has its end.
                self._release_id(event.piece_id)
            case PieceEntered():
                if self._fire is not None:
                    self._fire(event.trigger)
                told = {"trigger": event.trigger, "encoder": event.encoder, "length": round(event.length, 3)}
                if self._table.announce(event):
                    journal.append("entered", str(event.piece_id), told)
                else:
                    # Told too late: its letter has ended without a number, and the belt must not wait for it.
                    journal.append("entered_late", "", told | {"piece": str(event.piece_id)})
                    self._release_id(event.piece_id)
            case JobEnded(receipt=receipt):
                answered = {"job": str(receipt.job_id), "state": receipt.state.value}
                journal.append("receipt", *self._named(receipt.piece_id, answered))
                piece = self._table.get(receipt.piece_id)
                # A receipt for another job than this piece's is a stranger's: it ends nothing.
                if piece is not None and piece.job_id == receipt.job_id:
                    self._endings.end(piece, JOB_ENDS.get(receipt.state, Disposition.INDETERMINATE), receipt.detail)
            case PiecePassed():
                journal.append("passed", *self._named(event.piece_id, {"detail": event.detail}))
                self._passed(event.piece_id)
            case EventsLost():
                journal.append("events_lost", "", {"count": event.count})
                self._parts.log.warning("events lost", count=event.count)
                self.summary.events_lost += event.count

    def _named(self, piece_id: PieceId, body: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
        """The piece and the body of a row. A letter that an earlier run has ended is none of this run's pieces."""
        own = self._resumed is not None and str(piece_id) in self._resumed.pieces
        if own or not self._ended_before(piece_id):
            return str(piece_id), body
        return "", {**body, "piece": str(piece_id)}

    def _passed(self, piece_id: PieceId) -> None:
        piece = self._table.get(piece_id)
        if piece is None:
            return
        if piece.job_id is not None or isinstance(piece.outcome, Encoded):
            # It had a code and went by without its job: too late for the head.
            self._endings.end(piece, Disposition.LATE)
        elif piece.outcome is None or gave_up(piece):
            self._endings.end(piece, Disposition.LATE)
        else:
            self._endings.end(piece, Disposition.PASSED)

    # --- results --------------------------------------------------------------------------------------------------

    def _write_one(self, piece: Piece) -> None:
        picture = None
        if self._rules.sprayed and piece.disposition is Disposition.SPRAYED:
            fired = self._parts.line.fired(piece.name) if self._parts.line is not None else None
            picture = marked_picture(piece, fired)
        self._parts.writer.add(piece, picture)
        piece.frame = None
        self.summary.count(piece)
        self._check_limits()
        if self._progress is not None:
            self._progress(self.summary)

    def _check_limits(self) -> None:
        rules, summary = self._rules, self.summary
        if rules.rejects_in_a_row and summary.rejects_in_a_row >= rules.rejects_in_a_row:
            self.stop(f"{summary.rejects_in_a_row} rejects in a row")
        if rules.late_in_a_row and summary.late_in_a_row >= rules.late_in_a_row:
            self.stop(f"{summary.late_in_a_row} late pieces in a row")

    def _save(self) -> None:
        try:
            self._endings.end_the_rest()
        except JournalError as error:
            self._failure = self._failure or error
        self.summary.camera = asdict(self._parts.camera.stats())
        self.summary.workers_replaced = sum(worker.replaced for worker in self._parts.workers)
        # A run whose records could not be kept has not ended: run again, it is made whole from the journal.
        if not isinstance(self._failure, JournalError):
            try:
                self._parts.journal.append("run_ended", "", self.summary.as_json(), durable=True)
            except JournalError as error:
                self._failure = self._failure or error
        self.summary.journal = self._parts.journal.durable
        try:
            self._parts.writer.finish(self.summary)
        except JournalError as error:
            self._failure = self._failure or error

    def _failed(self) -> bool:
        return self._failure is not None

    @property
    def _bench(self) -> bool:
        return self._device().trigger == "bench"

    def _device(self) -> ControllerInfo:
        if self._info is None:
            raise RuntimeError("the controller is not open")
        return self._info
