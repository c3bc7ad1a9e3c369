"""The SPRAY/1 controller: the InkjetController port over a byte link, with one thread that reads and keeps time."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.inkjet.dialogue import Dialogue
from drivers.inkjet.frames import Type
from drivers.inkjet.hostjobs import Ask, HostJob, Phase, Terms, unfit, window_ticks, wire_job
from drivers.inkjet.ledger import STATES, Ledger
from drivers.inkjet.messages import (
    DeviceFlag,
    Event,
    HelloAck,
    JobAnswer,
    JobRef,
    Piece,
    PieceR,
    Reason,
    State,
    Status,
    Trigger,
    pack,
    reason_of,
)
from drivers.link import ByteLink
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceError, DeviceFaultError
from mlocr.mail.piece import JobId, JobState, PrintJob
from mlocr.ports import ControllerEvent, ControllerHealth, ControllerInfo, PieceEntered

_TICK = 0.01
_BUSY_PAUSE = 0.02
_WRITE = 1.0
_FAREWELL = 1.0
_WRAP = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """How the controller is driven. `window` is inches either side of the expected edge; 0 takes the device's most.

    `dpi` and `dots` are the head the station makes marks for; where given, a device with another is refused at open.
    """

    name: str = "the controller"
    window: float = 0.0
    open_timeout: float = 6.0
    submit_timeout: float = 1.0
    silent_after: float = 0.4
    dpi: float = 0.0
    dots: int = 0


class SprayController:
    """One controller on one port. Every wait is bounded; what is unknown is INDETERMINATE, never sent again.

    `opener` opens the port; `clock` is steady seconds; `nonce` gives 64 random bits a session.
    """

    def __init__(
        self,
        opener: Callable[[], ByteLink],
        terms: Terms,
        settings: ControllerSettings,
        clock: Callable[[], float] = time.monotonic,
        nonce: Callable[[], int] = lambda: secrets.randbits(64) or 1,
    ) -> None:
        self._opener = opener
        self._terms = terms
        self._settings = settings
        self._clock = clock
        self._dialogue = Dialogue(terms, nonce)
        self._changed = threading.Condition()
        self._link: ByteLink | None = None
        self._pump: threading.Thread | None = None
        self._closing = False
        self._ledger = Ledger(terms.trigger is Trigger.BENCH)
        self._tag = secrets.randbits(32)
        self._refusals: dict[JobId, str] = {}
        self._last_refusal = ""

    # --- session -----------------------------------------------------------------------------------------------------

    def open(self) -> ControllerInfo:
        """Open the port, agree on a session, configure and enable. Raises DeviceError within `open_timeout`."""
        self._link = self._opener()
        with self._changed:
            self._closing = False
            self._dialogue.greet(self._clock())
            self._pump = threading.Thread(target=self._run, name="inkjet", daemon=True)
            self._pump.start()
            done = self._wait(lambda: self._dialogue.settled or self._dead, self._settings.open_timeout)
        if not done or self._dead:
            self.close()
            raise self._open_error()
        self._check_head()
        return self._info()

    def _check_head(self) -> None:
        info, ours = self._need_info(), self._settings
        if (ours.dpi and abs(ours.dpi * 1000 - info.dpi) > 0.5) or (ours.dots and ours.dots != info.dots):
            self.close()
            raise ConfigurationError(
                f"{ours.name} has a head of {info.dots} dots at {info.dpi / 1000:g} dpi, the station's marks are"
                f" {ours.dots or info.dots} dots at {ours.dpi or info.dpi / 1000:g} dpi; set the head's figures"
            )

    def _open_error(self) -> DeviceError:
        why = self._dialogue.fault or self._dialogue.unanswered()
        return DeviceFaultError(f"{self._settings.name} {_with_advice(why)}")

    def _info(self) -> ControllerInfo:
        ack = self._need_info()
        return ControllerInfo(
            boot=ack.boot,
            firmware=ack.firmware.rstrip(b"\0").decode("ascii", "replace"),
            trigger="bench" if self._terms.trigger is Trigger.BENCH else "photocell",
            ticks_per_inch=ack.ticks_per_inch / 1000,
            dpi=ack.dpi / 1000,
            dots=ack.dots,
            epoch=ack.epoch,
            max_columns=ack.max_columns,
        )

    def _need_info(self) -> HelloAck:
        if self._dialogue.info is None:
            raise DeviceFaultError(f"{self._settings.name} is not open; open it first")
        return self._dialogue.info

    @property
    def _dead(self) -> bool:
        return self._dialogue.phase is Phase.DEAD

    def close(self) -> None:
        """Stand down, say farewell and give the port back; safe to call twice.

        Nothing is sprayed without a station: what is still READY is withdrawn (DISABLE, PURGE).
        """
        with self._changed:
            if self._link is not None and self._dialogue.settled and not self._closing:
                self._stand_down()
            link, self._link = self._link, None
            self._closing = True
            farewell = self._dialogue.bye() if not self._dead else b""
            self._changed.notify_all()
        if link is None:
            return
        try:
            if farewell:
                link.write(farewell, _WRITE)
        except DeviceError:
            pass  # it is gone already, which is what was wanted
        if self._pump is not None and self._pump is not threading.current_thread():
            self._pump.join(2.0)
        link.close()

    def _stand_down(self) -> None:
        """DISABLE, then PURGE, and their answers; a device that gives none in time keeps what it holds."""
        for kind in (Type.DISABLE, Type.PURGE):
            self._dialogue.command(kind, self._clock())
        self._flush()
        self._wait(lambda: self._dialogue.settled or self._dead or self._link is None, _FAREWELL)

    # --- jobs --------------------------------------------------------------------------------------------------------

    def announce(self, length: float) -> PieceEntered:
        """Tell a device with bench trigger of a piece of `length` inches. `events` never tells of it.

        Waits while a mark falls on the piece before, or the link comes back: no letter moves meanwhile.
        """
        with self._changed:
            answer = self._announced(length)
            generation = self._dialogue.generation
            arrived = lambda: self._ledger.holds(answer.event, generation) or self._dead  # noqa: E731
            self._wait(arrived, self._settings.open_timeout)
            entered = self._ledger.pick(answer.event, generation)
            if entered is None:
                raise DeviceFaultError(f"{self._settings.name} told of no piece; check its cable and start again")
            return entered

    def _announced(self, length: float) -> PieceR:
        """The device's word on a new piece. While a mark falls it is BUSY and is asked again."""
        info, name = self._need_info(), self._settings.name
        patience = self._settings.open_timeout
        deadline = self._clock() + patience
        self._tag = (self._tag + 1) & _WRAP
        payload = pack(Piece(self._tag, round(length * info.ticks_per_inch / 1000)))
        answer = self._ask(Type.PIECE, payload, patience)
        while isinstance(answer, PieceR) and answer.reason == Reason.BUSY and self._clock() < deadline:
            self._wait(lambda: self._dead, _BUSY_PAUSE)
            answer = self._ask(Type.PIECE, payload, patience)
        if answer is None:
            self._need_device()  # gone meanwhile: that is said first
        if not isinstance(answer, PieceR):
            raise DeviceFaultError(f"{name} did not answer PIECE; check its cable and start again")
        if answer.reason:
            why = reason_of(answer.reason).name.lower()
            raise DeviceFaultError(f"{name} took no piece from the host ({why}); set trigger = photocell or mend it")
        return answer

    def submit(self, job: PrintJob) -> JobState:
        """See `InkjetController.submit`. Raises DeviceFaultError when the device was lost before a byte left.

        An INDETERMINATE answer may still be settled by a later `JobEnded`.
        """
        with self._changed:
            info = self._need_info()
            self._need_device()
            if job.piece_id.boot != info.boot:
                return self._refuse(job.job_id, "the device restarted since this piece entered (stale_boot)")
            problem = unfit(job.image, info)
            if problem:
                return self._refuse(job.job_id, problem)
            entry = self._dialogue.submit(wire_job(job, info, self._settings.window))
            self._flush()
            done = lambda: entry.state is not None or entry.lost or self._dead  # noqa: E731
            self._wait(done, self._settings.submit_timeout)
            if entry.lost:
                return JobState.INDETERMINATE
            if entry.state is None:
                if self._dialogue.withdraw(entry):
                    return self._refuse(job.job_id, "it could not leave in time (no_credit or no link)")
                return JobState.INDETERMINATE
            return self._state_of(job.job_id, entry)

    def _state_of(self, job_id: JobId, entry: HostJob) -> JobState:
        if entry.state is None:
            return JobState.INDETERMINATE
        if entry.state is State.REFUSED:
            return self._refuse(job_id, f"the device said {entry.reason.name.lower()}")
        return STATES[entry.state]

    def _refuse(self, job_id: JobId, why: str) -> JobState:
        self._last_refusal = f"job {job_id} refused: {why}"
        self._refusals[job_id] = why
        while len(self._refusals) > 256:
            del self._refusals[next(iter(self._refusals))]
        return JobState.REFUSED

    def refusal(self, job_id: JobId) -> str:
        """Why this job was refused; empty when it was not."""
        with self._changed:
            return self._refusals.get(job_id, "")

    def cancel(self, job_id: JobId) -> JobState:
        """See `InkjetController.cancel`.

        REFUSED: the device of this boot does not know the job, no ink fell and none will. INDETERMINATE: it cannot say.
        """
        return self._word_on(Type.CANCEL, job_id)

    def query(self, job_id: JobId) -> JobState:
        """See `InkjetController.query`; REFUSED as in `cancel`."""
        return self._word_on(Type.QUERY, job_id)

    def _word_on(self, kind: Type, job_id: JobId) -> JobState:
        with self._changed:
            info = self._need_info()
            key = (job_id.epoch, job_id.counter)
            known = self._dialogue.jobs.get(key)
            if known is not None and known.lost:
                return JobState.INDETERMINATE
            answer = self._ask(kind, pack(JobRef(*key)), self._settings.submit_timeout)
            if not isinstance(answer, JobAnswer):
                return JobState.INDETERMINATE
            state = STATES[State(answer.state)]
            if state is not JobState.REFUSED or known is not None:
                return state
            issued_now = info.boot_epoch <= job_id.epoch <= info.epoch
            return JobState.REFUSED if issued_now else JobState.INDETERMINATE

    def _ask(self, kind: Type, payload: bytes, patience: float) -> JobAnswer | PieceR | None:
        self._need_device()
        ask: Ask = self._dialogue.ask(kind, payload, self._clock())
        self._flush()
        self._wait(lambda: ask.answer is not None or self._dead, patience)
        self._dialogue.forget_ask(ask)
        return ask.answer

    def _need_device(self) -> None:
        if self._dead or self._link is None:
            why = self._dialogue.fault or "is closed"
            raise DeviceFaultError(f"{self._settings.name} {_with_advice(why)}")

    # --- events ------------------------------------------------------------------------------------------------------

    def events(self, timeout: float) -> Sequence[ControllerEvent]:
        """See `InkjetController.events`."""
        with self._changed:
            self._wait(lambda: self._ledger.waiting or self._dead, timeout)
            if self._dead and not self._ledger.waiting and not self._closing:
                self._need_device()
            return self._ledger.take()

    def acknowledge(self, event: int) -> None:
        """See `InkjetController.acknowledge`. Events never handed out are not acknowledged with it."""
        with self._changed:
            upto, generation = self._ledger.durable(event)
            if upto:
                self._dialogue.durable(upto, generation)
                self._flush()

    def seconds_left(self, piece: PieceEntered) -> float | None:
        """See `TellsTimeLeft.seconds_left`."""
        with self._changed:
            info = self._dialogue.info
            if info is None or piece.piece_id.boot != info.boot or self._terms.trigger is Trigger.BENCH:
                return None
            window = window_ticks(self._settings.window, info)
            return self._dialogue.belt.seconds_left(info, piece.encoder, window, self._clock())

    def health(self) -> ControllerHealth:
        """See `InkjetController.health`."""
        with self._changed:
            dialogue = self._dialogue
            silent = max(0.0, self._clock() - dialogue.heard) if dialogue.info is not None else 0.0
            notes = [note for note in (dialogue.fault, *flagged(dialogue.status), self._last_refusal) if note]
            return ControllerHealth(
                connected=dialogue.phase is Phase.OPEN and silent < self._settings.silent_after,
                sent=dialogue.sent,
                received=dialogue.received,
                retransmitted=dialogue.sender.retransmitted,
                bad_frames=dialogue.decoder.bad,
                round_trip_ms=(dialogue.sender.round_trip or 0.0) * 1000,
                seconds_silent=silent,
                free_jobs=dialogue.credit.jobs,
                faults=tuple(notes),
            )

    # --- the pump ----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing:
            link = self._link
            if link is None:
                return
            try:
                data = link.read(_TICK)
                with self._changed:
                    if self._closing:
                        return
                    if data:
                        self._dialogue.receive(data, self._clock())
                    self._flush()
                    self._collect()
                    if data or self._dead:
                        self._changed.notify_all()
            except DeviceError as error:
                with self._changed:
                    if not self._closing:
                        self._lost(error)
                return
            except Exception:
                with self._changed:  # a fault of our own: nobody may wait for a thread that is no more
                    self._dialogue.die("met a fault of this program")
                    self._changed.notify_all()
                raise

    def _lost(self, error: DeviceError) -> None:
        self._dialogue.die("is gone" if isinstance(error, DeviceAbsentError) else "takes no bytes")
        self._collect()
        self._changed.notify_all()

    def _flush(self) -> None:
        """Send what is due. The caller holds the lock."""
        out = self._dialogue.poll(self._clock())
        if out and self._link is not None:
            try:
                self._link.write(out, _WRITE)
            except DeviceError as error:
                self._lost(error)

    def _wait(self, ready: Callable[[], bool], timeout: float) -> bool:
        return self._changed.wait_for(ready, timeout)

    def _collect(self) -> None:
        info = self._dialogue.info
        per_inch = info.ticks_per_inch / 1000 if info is not None else 1.0
        for generation, event in self._dialogue.take_events():
            at = self._dialogue.when(event) if isinstance(event, Event) else None
            self._ledger.add(event, generation, per_inch, at)


def _with_advice(why: str) -> str:
    """A fault with what to do next, where it does not say that itself."""
    return why if ";" in why else f"{why}; check its power, cable and firmware, then start again"


def flagged(status: Status | None) -> list[str]:
    """What the device's last heartbeat warns of."""
    flags = 0 if status is None else status.flags
    warnings = {DeviceFlag.HEAD_FAULT: "the head is not ready", DeviceFlag.LOW_INK: "the ink runs low"}
    return [words for flag, words in warnings.items() if flags & flag]
