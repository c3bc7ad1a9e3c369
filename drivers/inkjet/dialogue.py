"""The host's side of SPRAY/1: bytes and the time in, bytes and events out. No port, clock or thread.

docs/wire-protocol.md sections 4 to 8. `now`: seconds on any steady clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from drivers.inkjet.frames import Flag, Frame, FrameDecoder, Type, encode
from drivers.inkjet.greeting import Greeting, Overheard
from drivers.inkjet.hostjobs import Ask, Credit, Forgotten, HostJob, Phase, Terms, WireJob
from drivers.inkjet.messages import (
    SCHEMA,
    Ack,
    Config,
    Event,
    EventAck,
    Hello,
    HelloAck,
    HelloRefused,
    JobAnswer,
    JobCommit,
    JobPart,
    JobRef,
    Kind,
    Nak,
    Piece,
    PieceR,
    Reason,
    Result,
    State,
    Status,
    pack,
    reason_of,
    state_of,
    unpack,
)
from drivers.inkjet.sender import Sender, wire_seconds
from drivers.inkjet.time_left import BeltPace, DeviceClock

PART = 480  # encoded bytes in one JOB_DATA
_REASK = 0.05
_CREDIT_PAUSE = 0.02
_JOBS_KEPT = 1024
_LEAST_HELLOS = 8


class Dialogue:
    """One host session after another with one device. Link trouble is settled here; what cannot be is `fault`."""

    def __init__(self, terms: Terms, nonce: Callable[[], int]) -> None:
        self.phase = Phase.IDLE
        self.fault = ""
        self.info: HelloAck | None = None
        self.status: Status | None = None
        self.belt = BeltPace()
        self.clock = DeviceClock()
        self.sender = Sender(terms.baud)
        self.decoder = FrameDecoder(SCHEMA)
        self.heard = 0.0
        self.sent = self.received = self.echoes = 0
        self.credit = Credit()
        self.refused = Reason.NONE
        self.generation = 0
        self.jobs: dict[tuple[int, int], HostJob] = {}
        self._unanswered: dict[tuple[int, int], HostJob] = {}
        self._terms = terms
        self._make_nonce = nonce
        self._greeting = Greeting(lambda: 1, 0, first=False)
        self._overheard = Overheard()
        self._last_nonce = 0
        self._session = 0
        self._expected = 1
        self._durable = 0
        self._ack_due = False
        self._spoke = self._greeted = self._since = 0.0
        self._hellos = 0
        self._settling: dict[Type, float] = {}
        self._after_greeting: tuple[Type, ...] = (Type.ENABLE,)
        self._asks: list[Ask] = []
        self._queue: deque[HostJob] = deque()
        self._events: list[tuple[int, Event | Forgotten]] = []
        self._handlers: dict[Type, Callable[[Frame, float], None]] = {
            Type.ACK: self._on_ack,
            Type.NAK: self._on_nak,
            Type.RESULT: self._on_result,
            Type.JOB_STATE: self._on_job_state,
            Type.EVENT: self._on_event,
            Type.STATUS: self._on_status,
            Type.PIECE_R: self._on_piece,
        }

    # --- what the controller asks for -----------------------------------------------------------------------------

    def greet(self, now: float) -> None:
        """Ask for a session."""
        self.phase = Phase.GREETING
        self._greeting = Greeting(self._make_nonce, self._terms.epoch_floor, first=self.info is None)
        self._since, self._greeted, self._hellos = now, now - self._terms.greet_every, 0
        self.refused = Reason.NONE

    def die(self, why: str) -> None:
        """The device is lost for good: every job without an end is of unknown fate."""
        if self.phase is not Phase.DEAD:
            self.phase, self.fault = Phase.DEAD, why
            self._forget()

    def bye(self) -> bytes:
        """The farewell of a session that is open; nothing else is sent after it."""
        was, self.phase = self.phase, Phase.IDLE
        return self._frame(Type.BYE) if was is Phase.OPEN else b""

    @property
    def settled(self) -> bool:
        """The session is open and the device has taken its configuration."""
        return self.phase is Phase.OPEN and not self._settling

    def submit(self, wire: WireJob) -> HostJob:
        """Hand over one job; the same job again gives what is known of it, another under its number a refusal."""
        key = (wire.begin.epoch, wire.begin.counter)
        known = self.jobs.get(key)
        if known is not None:
            if known.wire.crc != wire.crc:
                return HostJob(wire, State.REFUSED, Reason.CONFLICT)
            return known
        job = self.jobs[key] = HostJob(wire)
        self._queue.append(job)
        if len(self.jobs) > _JOBS_KEPT:
            self._prune()
        return job

    def withdraw(self, job: HostJob) -> bool:
        """Take back a job whose commit has not left. False: it may have been committed."""
        if job in self._queue:
            self._queue.remove(job)
            unsent = True
        else:
            unsent = self.sender.withdraw(job.key)
        if unsent:
            job.state, job.reason = State.REFUSED, Reason.HOST_CANCEL
        return unsent

    def ask(self, kind: Type, payload: bytes, now: float) -> Ask:
        """Send CANCEL, QUERY or PIECE and wait for its answer in the `Ask` returned. `forget_ask` ends the asking."""
        ask = Ask(kind, payload, now)
        self._asks.append(ask)
        self.sender.offer(kind, payload)
        return ask

    def forget_ask(self, ask: Ask) -> None:
        """The asker waits no longer."""
        if ask in self._asks:
            self._asks.remove(ask)

    def command(self, kind: Type, now: float) -> None:
        """ENABLE, DISABLE or PURGE; repeated until the device has answered (`settled`), also in a session after."""
        kept = () if kind is not Type.PURGE else self._after_greeting
        self._after_greeting = (*kept, kind)
        self._settling[kind] = now
        self.sender.offer(kind)

    def durable(self, upto: int, generation: int) -> None:
        """Every event up to this device number is durable at the host (wire point 9); of this boot, or ignored."""
        if generation != self.generation:
            return
        self._durable = max(self._durable, upto)
        if self.phase is Phase.OPEN:
            self.sender.offer(Type.EVENT_ACK, pack(EventAck(self._durable)))

    def when(self, event: Event) -> float | None:
        """The time an event tells, by the clock of `now`; None for one of another boot."""
        return self.clock.at(event.boot, event.time)

    def take_events(self) -> list[tuple[int, Event | Forgotten]]:
        """The events since the last call with their boot's generation, in the log's order, each once."""
        events, self._events = self._events, []
        return events

    # --- bytes in ----------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the port."""
        if self.info is None:
            self._overheard.hear(data)
        for frame in self.decoder.feed(data):
            if not frame.flags & Flag.FROM_DEVICE:
                self._on_echo(frame)
                continue
            self.received += 1
            self._overheard.frame()
            if frame.type is Type.HELLO_ACK:
                self._on_hello_ack(frame, now)
            elif frame.type is Type.HELLO_REFUSED:
                self._on_refused(frame, now)
            elif self.phase is Phase.OPEN and frame.session == self._session:
                self.heard = now
                self.sender.acknowledged(frame.ack, now)
                handler = self._handlers.get(frame.type)
                if handler is not None:
                    handler(frame, now)

        if self.decoder.version and self.info is None and self.phase is Phase.GREETING:
            self.die(self.unanswered())

    def _on_echo(self, frame: Frame) -> None:
        self.echoes += 1
        hello = unpack(Hello, frame.payload) if frame.type is Type.HELLO else None
        if self.phase is Phase.GREETING and self.info is None and hello and self._greeting.is_own(hello.nonce):
            self.die("sends back what it is sent (an echo); set the port raw, switch the echo off or check the wiring")

    def _on_hello_ack(self, frame: Frame, now: float) -> None:
        ack = unpack(HelloAck, frame.payload)
        if self.phase is not Phase.GREETING or ack is None or not self._greeting.answered(ack.nonce):
            return
        if ack.schema != SCHEMA:
            self.die(f"speaks schema {ack.schema:08x} where this station speaks {SCHEMA:08x}")
            return
        old = self.info
        resumed = old is not None and old.boot == ack.boot
        if resumed and ack.previous_nonce != self._last_nonce:
            self.die("lost its memory or served another host meanwhile")
            return
        if resumed:
            self._expected = max(self._expected, ack.event_tail)
        else:
            self._forget()
            self._expected, self._durable = ack.event_tail, 0
            self.generation += 1
        self.info, self.phase, self.heard, self._spoke = ack, Phase.OPEN, now, now
        self.clock.told(ack.boot, ack.time, now - wire_seconds(frame.payload, self._terms.baud))
        self._session, self._last_nonce, self.refused = ack.session, ack.nonce, Reason.NONE
        self.credit.told(ack.free_slots, ack.free_bytes)
        self.sender.reset(ack.frames, ack.rx_bytes)
        # A session that is lost while the station stands down is not enabled anew.
        self._settling = dict.fromkeys((Type.CONFIG, *self._after_greeting), now)
        for kind in self._settling:
            self._offer_setting(kind)
        self._ask_again(now)

    def _offer_setting(self, kind: Type) -> None:
        terms = self._terms
        config = pack(Config(terms.job_age_ms, terms.host_silent_ms, terms.trigger))
        self.sender.offer(kind, config if kind is Type.CONFIG else b"")

    def _ask_again(self, now: float) -> None:
        """A resumed session: whatever was under way is asked for, never sent anew."""
        if self._durable:
            self.durable(self._durable, self.generation)
        for job in self.jobs.values():
            if job.offered and job.state is None and not job.lost:
                self._query(job, now)
        for ask in self._asks:
            ask.asked = now
            self.sender.offer(ask.type, ask.payload)

    def _on_refused(self, frame: Frame, now: float) -> None:
        refused = unpack(HelloRefused, frame.payload)
        if refused is not None and refused.reason == Reason.NO_SESSION:
            if self.phase is Phase.OPEN and refused.nonce == self._session:
                self.greet(now)  # the device restarted: no need to wait for its silence
            return
        if self.phase is not Phase.GREETING or refused is None or not self._greeting.answered(refused.nonce):
            return
        self.refused = reason_of(refused.reason)
        if self.refused is Reason.SCHEMA:
            self.die(f"speaks schema {refused.schema:08x} where this station speaks {SCHEMA:08x}")
        elif self.refused is Reason.TOO_OLD:
            self.die("was taken over by another host")

    def _on_ack(self, frame: Frame, now: float) -> None:
        ack = unpack(Ack, frame.payload)
        if ack is not None:
            self.credit.told(ack.free_slots, ack.free_bytes)

    def _on_nak(self, frame: Frame, now: float) -> None:
        if unpack(Nak, frame.payload) is not None:
            self.sender.missing(frame.ack, now)

    def _on_result(self, frame: Frame, now: float) -> None:
        result = unpack(Result, frame.payload)
        if result is None or result.type not in self._settling:
            return
        del self._settling[Type(result.type)]
        if result.reason:
            self.die(f"refused {Type(result.type).name} ({reason_of(result.reason).name.lower()})")

    def _on_job_state(self, frame: Frame, now: float) -> None:
        answer = unpack(JobAnswer, frame.payload)
        state = None if answer is None else state_of(answer.state)
        if answer is None or state is None:
            return
        self.credit.told(answer.free_slots, answer.free_bytes)
        reason = reason_of(answer.reason)
        key = (answer.epoch, answer.counter)
        job = self.jobs.get(key)
        if job is not None and not job.ended and (job.state is None or state is not State.REFUSED):
            self._told(job, state, reason, now)
        for ask in self._asks:
            if ask.waits_for(key, state):
                ask.answer = answer

    def _told(self, job: HostJob, state: State, reason: Reason, now: float) -> None:
        if state is State.LOADING:
            return
        if reason is Reason.NO_CREDIT and state is State.REFUSED:
            if job not in self._queue:  # a retry keeps its number
                job.offer_again(now + _CREDIT_PAUSE)
                self._queue.append(job)
            return
        if reason is Reason.UNKNOWN_JOB and job.outdated():
            return
        job.state, job.reason = state, reason

    def _on_event(self, frame: Frame, now: float) -> None:
        event = unpack(Event, frame.payload)
        self._ack_due = True
        if event is None or event.number != self._expected or not 1 <= event.kind <= Kind.GAP:
            return
        if event.kind == Kind.JOB_ENDED and not State.DONE <= event.state <= State.REFUSED:
            return
        self._expected += 1
        if event.kind == Kind.JOB_ENDED:
            job = self.jobs.get((event.epoch, event.counter))
            if job is not None and not job.ended:
                job.state, job.reason = state_of(event.state), reason_of(event.reason)
        self._events.append((self.generation, event))

    def _on_status(self, frame: Frame, now: float) -> None:
        status = unpack(Status, frame.payload)
        if status is not None:
            self.status = status
            self.belt.told(status, now)
            self.clock.told(status.boot, status.time, now - wire_seconds(frame.payload, self._terms.baud))
            self.credit.told(status.free_slots, status.free_bytes)

    def _on_piece(self, frame: Frame, now: float) -> None:
        answer = unpack(PieceR, frame.payload)
        for ask in self._asks:
            asked = unpack(Piece, ask.payload) if ask.type is Type.PIECE else None
            if answer is not None and asked is not None and asked.tag == answer.tag:
                ask.answer = answer

    # --- bytes out ---------------------------------------------------------------------------------------------------

    def poll(self, now: float) -> bytes:
        """Everything that must leave now. Call it after `receive`, after a request, and every few milliseconds."""
        if self.phase is Phase.GREETING:
            return self._greet_again(now)
        if self.phase is not Phase.OPEN:
            return b""
        if self.sender.failed or now - self.heard > self._terms.lost_after:
            self.greet(now)
            return self._greet_again(now)
        self._remind(now)
        self._start_jobs(now)
        frames = self.sender.poll(now, self._stamp)
        if frames:
            self.sent += len(frames)
        if not frames and (self._ack_due or now - self._spoke >= self._terms.alive_every):
            frames = [self._frame(Type.ALIVE)]
        if frames:
            self._spoke, self._ack_due = now, False
        return b"".join(frames)

    def _greet_again(self, now: float) -> bytes:
        # A PC that was busy elsewhere has asked too seldom to know.
        if now - self._since > self._terms.give_up_after and self._hellos >= _LEAST_HELLOS:
            self.die(self.unanswered())
            return b""
        if now - self._greeted < self._terms.greet_every:
            return b""
        if self._greeting.flow_controlled:
            self.die(
                "swallows the bytes 11 and 13 (software flow control);"
                " switch XON/XOFF off at both ends and at what lies between"
            )
            return b""
        self._greeted = now
        self._hellos += 1
        self.sent += 1
        return self._greeting.hello(self._last_nonce, self.info.epoch if self.info is not None else 0)

    def unanswered(self) -> str:
        """Why there is no session, as the rest of a sentence that begins with the port, with what to do."""
        if self.refused is Reason.BUSY and not self.decoder.version:
            return "serves another host; end that one first"
        if self.info is not None:
            return "stopped answering; check its power and cable, then start again"
        return self._overheard.why(self._terms.baud, self.decoder.version)

    def _stamp(self, kind: Type, payload: bytes, seq: int) -> bytes:
        return encode(Frame(kind, payload, self._session, seq, self._expected & 0xFFFF, Flag.NEEDS_ACK), SCHEMA)

    def _frame(self, kind: Type) -> bytes:
        self.sent += 1
        return encode(Frame(kind, b"", self._session, 0, self._expected & 0xFFFF), SCHEMA)

    def _remind(self, now: float) -> None:
        """Answers travel unnumbered: one that stays out is asked for again."""
        if not self.sender.idle:
            return
        pause = _REASK + self.sender.timeout()
        for kind, asked in self._settling.items():
            if now - asked > pause:
                self._settling[kind] = now
                self._offer_setting(kind)
        for key, job in tuple(self._unanswered.items()):
            if not job.offered or job.state is not None or job.lost:
                del self._unanswered[key]
            elif now - job.asked > pause:
                self._query(job, now)
        for ask in self._asks:
            if ask.answer is None and now - ask.asked > pause:
                ask.asked = now
                self.sender.offer(ask.type, ask.payload)

    def _query(self, job: HostJob, now: float) -> None:
        job.asked = now
        job.queries += 1
        self.sender.offer(Type.QUERY, pack(JobRef(*job.key)))

    def _start_jobs(self, now: float) -> None:
        while self._queue and self._queue[0].not_before <= now and not self._settling:
            if not self.credit.take(self._queue[0].wire.raster_bytes):
                break
            job = self._queue.popleft()
            self.sender.offer(Type.JOB_BEGIN, pack(job.wire.begin), job.key)
            data = job.wire.data
            for at in range(0, len(data), PART):
                self.sender.offer(Type.JOB_DATA, pack(JobPart(*job.key, at), data[at : at + PART]), job.key)
            self.sender.offer(Type.JOB_COMMIT, pack(JobCommit(*job.key, job.wire.crc)), job.key)
            job.offered, job.asked = True, now
            self._unanswered[job.key] = job

    # --- the host's own table ----------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Every job under way becomes INDETERMINATE; none is ever sent again."""
        for job in self.jobs.values():
            if not job.ended:
                if job.offered:
                    job.lost = True
                    self._events.append((self.generation, Forgotten(job)))
                else:
                    job.state, job.reason = State.REFUSED, Reason.STALE_BOOT
        self._queue.clear()

    def _prune(self) -> None:
        for key in [key for key, job in self.jobs.items() if job.ended][: _JOBS_KEPT // 4]:
            del self.jobs[key]
