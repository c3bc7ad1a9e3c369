"""A SPRAY/1 device without hardware: the far end of the wire. Knows frames and messages, nothing of the host's code.

Bytes and the time in by `receive` and `poll`, bytes out by `take_output`; the belt moves it by `encoder_to`,
`camera_edge` and `head_edge`. What it is told to do wrong stands in `DeviceFaults`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

from drivers.inkjet.frames import Flag, Frame, Type
from drivers.inkjet.messages import (
    Ack,
    Config,
    DeviceFlag,
    EventAck,
    Hello,
    HelloAck,
    HelloRefused,
    JobAnswer,
    JobBegin,
    JobCommit,
    JobRef,
    Piece,
    PieceR,
    Reason,
    Result,
    Status,
    Trigger,
    pack,
    unpack,
    unpack_part,
)
from drivers.inkjet.mock_jobs import Answer, JobTable
from drivers.inkjet.mock_link import DeviceLink
from drivers.inkjet.mock_log import DeviceConfig, DeviceFaults, EventLog, Key, NonVolatile
from drivers.inkjet.mock_pieces import OnFire, OnTrigger, Track

__all__ = ["DeviceConfig", "DeviceFaults", "MockDevice", "NonVolatile"]

_STATUS_EVERY = 0.1
_NO_EPOCH = 0xFFFFFFFF
_WRAP = 0xFFFFFFFF
_BARE = (Type.ENABLE, Type.DISABLE, Type.PURGE)


class MockDevice:
    """One controller board: session, job table, event log, track. `nv` survives `reboot`."""

    def __init__(self, config: DeviceConfig, nv: NonVolatile | None = None, encoder_start: int = 0) -> None:
        self.config = config
        self.faults = DeviceFaults()
        self.nv = nv if nv is not None else NonVolatile()
        self.on_trigger: OnTrigger = lambda trigger, number: None
        self.on_fire: OnFire = lambda ticks, columns: None
        self._start_tick = encoder_start
        self._belt = 0
        self._handlers: dict[Type, Callable[[Frame, float], None]] = {
            Type.CONFIG: self._on_config,
            Type.ENABLE: self._on_enable,
            Type.DISABLE: self._on_disable,
            Type.PURGE: self._on_purge,
            Type.JOB_BEGIN: self._on_begin,
            Type.JOB_DATA: self._on_data,
            Type.JOB_COMMIT: self._on_commit,
            Type.CANCEL: self._on_cancel,
            Type.QUERY: self._on_query,
            Type.EVENT_ACK: self._on_event_ack,
            Type.PIECE: self._on_piece,
        }
        self._track: Track | None = None
        self.reboot()

    def reboot(self) -> None:
        """Power off and on: everything but `nv` and the belt's position is new."""
        if self._track is not None:
            self._track.halt()
        self.nv.boots += 1
        self.boot = 0
        self.log = EventLog(self.config.log)
        self.jobs = JobTable(self.config, self.log, self.nv)
        # Triggers go on where no earlier boot has been: a frame of an earlier boot ties to no piece of this one.
        trigger = ((self.nv.boots - 1) & 0xFFF) << 20
        self.track = self._track = Track(self.config, self.jobs, self.log, self._belt + self._start_tick, trigger)
        self.track.on_trigger = self._triggered
        self.track.on_fire = self._fired
        self.track.on_power_cut = self.reboot
        self.link = DeviceLink(self.faults.schema, self.log)
        self._born: float | None = None
        self._clock = 0.0
        self._heard: float | None = None
        self._nonce = self._previous_nonce = 0
        self._boot_epoch = _NO_EPOCH
        self._epoch_before = 0
        self._status_at = self._hinted = 0.0
        self._silent_after, self._job_age = 2.0, 60.0
        self._speed = 0
        self._seen = (self.track.encoder, 0.0)
        self._moved_at = 0.0

    def _triggered(self, trigger: int, number: int) -> None:
        self.on_trigger(trigger, number)

    def _fired(self, ticks: Sequence[int], columns: Sequence[int]) -> None:
        start = self._start_tick
        self.on_fire([tick - start for tick in ticks] if start else ticks, columns)

    # --- the belt's side ---------------------------------------------------------------------------------------------

    def encoder_to(self, tick: int) -> None:
        """The belt stands at `tick`."""
        self._belt = tick
        self.track.encoder_to(tick + self._start_tick)

    def clock_to(self, now: float) -> None:
        """It is now: what happens next on the belt happens at this time."""
        self._tick(max(now, self._clock))

    def camera_edge(self, leading: bool) -> None:
        """The camera photocell."""
        self.track.camera_edge(leading)

    def head_edge(self) -> None:
        """The head's photocell, leading edge."""
        self.track.head_edge()

    def expects(self, number: int) -> bool:
        """True while the device waits for this piece of the present boot."""
        return any(piece.number == number and not piece.passed for piece in self.track.pieces)

    @property
    def boots(self) -> int:
        """How often power came."""
        return self.nv.boots

    def close(self) -> None:
        """Nothing is to be given back."""

    @property
    def unsent(self) -> int:
        """Events the host has not heard yet."""
        return self.link.unsent

    # --- the wire's side ---------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the port."""
        self._tick(now)
        if self.faults.deaf:
            return
        link = self.link
        for frame in link.decoder.feed(data):
            link.frames += 1
            if frame.flags & Flag.FROM_DEVICE:
                continue
            if frame.type is Type.HELLO:
                self._on_hello(frame, now)
            elif link is self.link and link.session and frame.session == link.session:
                self._take(frame, now)
            elif now - self._hinted >= _STATUS_EVERY:
                self._hinted = now
                self._refuse(frame.session, Reason.NO_SESSION)
        if self.link.ack_due:
            self.link.send(Type.ACK, pack(Ack(self.jobs.free_bytes, self.jobs.free_slots)))

    def _take(self, frame: Frame, now: float) -> None:
        self._heard = now
        self.link.hear_ack(frame, now)
        if frame.type is Type.BYE:
            self._heard = None
            self.link.close()
            return
        handler = self._handlers.get(frame.type)
        if handler is not None and self.link.accept(frame) and not (frame.payload and frame.type in _BARE):
            handler(frame, now)

    def poll(self, now: float) -> None:
        """Whatever is due by time: heartbeat, events, ages, silence. Call it every few milliseconds."""
        self._tick(now)
        if self._silent():
            self.jobs.drop_loading(Reason.HOST_SILENT)
        self.track.expire(now, self._job_age)
        stop = self.config.stop_ms / 1000
        if stop and self.track.firing and now - self._moved_at > stop:
            self.track.stopped()
        if not self.link.session:
            return
        self.link.send_events(now)
        if now - self._status_at >= _STATUS_EVERY:
            self._status_at = now
            self.link.send(Type.STATUS, pack(self._status()))

    def take_output(self) -> bytes:
        """The bytes to send since the last call."""
        out = self.link.take_output()
        return b"" if self.faults.mute else out

    def _tick(self, now: float) -> None:
        if self._born is None:
            self._born = self._clock = self._moved_at = now
        since, self._clock = now - self._clock, now
        self.log.now = self._time()
        if self.track.bench and self.track.firing:
            self.encoder_to(self._belt + round(since * self.config.bench_speed))
        tick, looked = self._seen
        if self.track.encoder != tick:
            self._moved_at = now
        if now - looked >= _STATUS_EVERY:
            self._speed = round(max(0, self.track.encoder - tick) / (now - looked))
            self._seen = (self.track.encoder, now)

    def _silent(self) -> bool:
        return self._heard is None or self._clock - self._heard > self._silent_after

    # --- session -----------------------------------------------------------------------------------------------------

    def _on_hello(self, frame: Frame, now: float) -> None:
        hello = unpack(Hello, frame.payload)
        if hello is None or not hello.nonce:
            return
        if hello.nonce == self._nonce and self.link.session:
            self._heard = now
            self._greet()  # a repeated HELLO changes nothing
            return
        refusal = self._hello_refusal(hello)
        if refusal is not Reason.NONE:
            self._refuse(hello.nonce, refusal)
            return
        self._new_session(hello, now)

    def _refuse(self, nonce: int, why: Reason) -> None:
        self.link.send(Type.HELLO_REFUSED, pack(HelloRefused(nonce, self.faults.schema, why)))

    def _hello_refusal(self, hello: Hello) -> Reason:
        if hello.schema != self.faults.schema:
            return Reason.SCHEMA
        if self.link.session and not self._silent() and hello.last_nonce != self._nonce:
            return Reason.BUSY
        if hello.epoch and hello.epoch < self.nv.epoch_seen:
            return Reason.TOO_OLD
        wanted = hello.epoch or max(self.nv.epoch_seen, hello.epoch_floor) + 1
        return Reason.BAD_REQUEST if wanted >= _NO_EPOCH else Reason.NONE

    def _new_session(self, hello: Hello, now: float) -> None:
        if not self.boot:
            self.boot = self.jobs.boot = self.nv.boot_id(hello.nonce)
            self.log.christen(self.boot)
            self.jobs.recall()
        self._epoch_before = self.nv.epoch_seen
        if hello.epoch:
            epoch = hello.epoch
        else:
            epoch = max(self.nv.epoch_seen, hello.epoch_floor) + 1
            self._boot_epoch = min(self._boot_epoch, epoch)
        if epoch != self.jobs.epoch:
            self.jobs.epoch, self.jobs.mark, self.jobs.enabled = epoch, 0, False
        self.nv.epoch_seen = max(self.nv.epoch_seen, epoch)
        self._previous_nonce, self._nonce = self._nonce, hello.nonce
        tag = zlib.crc32(hello.nonce.to_bytes(8, "little"), self.boot) & 0xFFFF or 1
        self.link.restart(tag if tag != self.link.last else tag + 1 & 0xFFFF or 1)
        self._heard = now
        self.jobs.drop_loading(Reason.UNKNOWN_JOB)
        self._greet()

    def _greet(self) -> None:
        config, jobs, track = self.config, self.jobs, self.track
        ack = HelloAck(
            nonce=self._nonce,
            previous_nonce=self._previous_nonce,
            boot=self.boot,
            schema=self.faults.schema,
            session=self.link.session,
            trigger=Trigger.BENCH if track.bench else Trigger.PHOTOCELL,
            flags=self._flags(),
            epoch=jobs.epoch,
            epoch_seen=self._epoch_before,
            boot_epoch=self._boot_epoch,
            event_tail=self.log.tail,
            event_next=self.log.next,
            ticks_per_inch=round(config.ticks_per_inch * 1000),
            dpi=round(config.dpi * 1000),
            distance=config.distance,
            margin=config.margin,
            max_window=config.max_window,
            encoder=track.encoder & _WRAP,
            time=self._time(),
            free_bytes=jobs.free_bytes,
            face=config.face,
            max_columns=config.max_columns,
            dots=config.dots,
            rx_bytes=config.rx_bytes,
            free_slots=jobs.free_slots,
            frames=config.window,
            encodings=config.encodings,
            firmware=config.firmware.encode("ascii")[:14].ljust(14, b"\0"),
        )
        self.link.send(Type.HELLO_ACK, pack(ack))

    def _flags(self) -> int:
        flags = DeviceFlag.ENABLED if self.jobs.enabled else DeviceFlag(0)
        flags |= DeviceFlag.HOST_SILENT if self._silent() else DeviceFlag(0)
        flags |= DeviceFlag.RESULTS_SURVIVE if self.nv.keeps_results else DeviceFlag(0)
        flags |= DeviceFlag.LOW_INK if self.track.ink_low else DeviceFlag(0)
        return int(flags | (DeviceFlag.HEAD_FAULT if self.track.head_fault else DeviceFlag(0)))

    def _time(self) -> int:
        return round((self._clock - (self._born or 0.0)) * 1000) & _WRAP

    def _status(self) -> Status:
        return Status(
            self.boot,
            self.track.encoder & _WRAP,
            self._speed & _WRAP,
            self._time(),
            self.jobs.free_bytes,
            self.log.tail,
            self.log.next,
            self.link.frames & _WRAP,
            self.link.bad & _WRAP,
            Trigger.BENCH if self.track.bench else Trigger.PHOTOCELL,
            self._flags(),
            self.jobs.free_slots,
        )

    # --- messages ----------------------------------------------------------------------------------------------------

    def _result(self, frame: Frame, reason: Reason) -> None:
        self.link.send(Type.RESULT, pack(Result(frame.seq, frame.type, reason)))

    def _on_config(self, frame: Frame, now: float) -> None:
        config = unpack(Config, frame.payload)
        if config is None:
            return
        bench = config.trigger == Trigger.BENCH
        if not bench and not self.config.photocell:
            self._result(frame, Reason.NO_PHOTOCELL)
            return
        if config.trigger > Trigger.BENCH or (bench != self.track.bench and self.jobs.live):
            self._result(frame, Reason.BAD_REQUEST)
            return
        self.track.turn(bench)
        self._silent_after, self._job_age = config.host_silent_ms / 1000, config.job_age_ms / 1000
        self._result(frame, Reason.NONE)

    def _on_enable(self, frame: Frame, now: float) -> None:
        self.jobs.enabled = True
        self._result(frame, Reason.NONE)

    def _on_disable(self, frame: Frame, now: float) -> None:
        self.jobs.enabled = False
        self._result(frame, Reason.NONE)

    def _on_purge(self, frame: Frame, now: float) -> None:
        self._result(frame, self.jobs.purge())

    def _on_begin(self, frame: Frame, now: float) -> None:
        begin = unpack(JobBegin, frame.payload)
        if begin is not None:
            self.jobs.begin(begin)

    def _on_data(self, frame: Frame, now: float) -> None:
        part = unpack_part(frame.payload)
        if part is not None:
            self.jobs.part(*part)

    def _on_commit(self, frame: Frame, now: float) -> None:
        commit = unpack(JobCommit, frame.payload)
        if commit is None:
            return
        answer, job = self.jobs.commit(commit, now, self.track.admit)
        self._job_state((commit.epoch, commit.counter), answer)
        if job is not None:
            self.track.ready(job)

    def _job_state(self, key: Key, answer: Answer) -> None:
        jobs = self.jobs
        payload = pack(JobAnswer(*key, jobs.free_bytes, jobs.free_slots, answer.state, answer.reason))
        self.link.send(Type.JOB_STATE, payload)

    def _on_cancel(self, frame: Frame, now: float) -> None:
        ref = unpack(JobRef, frame.payload)
        if ref is not None:
            self._job_state((ref.epoch, ref.counter), self.jobs.cancel((ref.epoch, ref.counter)))

    def _on_query(self, frame: Frame, now: float) -> None:
        ref = unpack(JobRef, frame.payload)
        if ref is not None:
            self._job_state((ref.epoch, ref.counter), self.jobs.query((ref.epoch, ref.counter)))

    def _on_event_ack(self, frame: Frame, now: float) -> None:
        ack = unpack(EventAck, frame.payload)
        if ack is not None and self.link.was_sent(ack.upto):
            self.log.trim(ack.upto, len(self.jobs.live))
            self.jobs.settled(ack.upto)

    def _on_piece(self, frame: Frame, now: float) -> None:
        piece = unpack(Piece, frame.payload)
        if piece is not None:
            event, reason = self.track.announce(piece.tag, piece.length)
            self.link.send(Type.PIECE_R, pack(PieceR(piece.tag, event, reason)))
