"""A device and a host by hand: frames in, frames out, edges and ticks. The same for every device."""

from __future__ import annotations

from wire_rig import LENGTH, SMALL, Bare, Rig, begin

from drivers.inkjet.frames import Frame, Type
from drivers.inkjet.hostjobs import WireJob
from drivers.inkjet.messages import (
    Event,
    EventAck,
    JobAnswer,
    JobCommit,
    JobPart,
    JobRef,
    Kind,
    Reason,
    Result,
    State,
    pack,
    unpack,
)
from drivers.inkjet.mock import DeviceConfig


class Bench:
    """A device, a host by hand, and a belt."""

    def __init__(self, config: DeviceConfig = SMALL, start: int = 0) -> None:
        self.device = Rig.device_of(config, encoder_start=start)
        self.fired: list[int] = []
        self.device.on_fire = lambda ticks, columns: self.fired.extend(ticks)
        self.host = Bare(self.device)
        self.host.hello(1)
        self.host.send(Type.ENABLE)
        self.belt = 0
        self.seen: list[Event] = []
        self.told: list[Event] = []

    def to(self, tick: int) -> None:
        self.belt = tick
        self.device.encoder_to(tick)

    def letter(self, at: int, length: int = LENGTH) -> int:
        """A letter at the camera at `at`; its edge as the device reads it."""
        self.to(at)
        edge = self.device.encoder
        self.device.camera_edge(True)
        self.to(at + length)
        self.device.camera_edge(False)
        self.to(at + length + SMALL.debounce)
        return edge & 0xFFFFFFFF

    def head(self, at: int) -> None:
        self.to(at)
        self.device.head_edge()

    def offer(self, job: WireJob) -> tuple[State, Reason]:
        key = (job.begin.epoch, job.begin.counter)
        self.host.send(Type.JOB_BEGIN, pack(job.begin))
        self.host.send(Type.JOB_DATA, pack(JobPart(*key, 0), job.data))
        return self.answer(self.host.send(Type.JOB_COMMIT, pack(JobCommit(*key, job.crc))))

    def job(self, piece: int, edge: int, counter: int = 0) -> tuple[State, Reason]:
        return self.offer(begin(1, counter or piece, self.device.boot, piece, edge))

    def word(self, kind: Type, epoch: int, counter: int) -> tuple[State, Reason]:
        return self.answer(self.host.send(kind, pack(JobRef(epoch, counter))))

    @staticmethod
    def answer(frames: list[Frame]) -> tuple[State, Reason]:
        told = [unpack(JobAnswer, f.payload) for f in frames if f.type is Type.JOB_STATE]
        assert len(told) == 1
        assert told[0] is not None
        return State(told[0].state), Reason(told[0].reason)

    def result(self, kind: Type, payload: bytes = b"") -> Reason:
        told = [unpack(Result, f.payload) for f in self.host.send(kind, payload) if f.type is Type.RESULT]
        assert told[0] is not None
        return Reason(told[0].reason)

    def events(self) -> list[tuple[Kind, int, int, int]]:
        """(kind, piece, state, reason) of everything in the log not yet seen."""
        self.hear(0.01)
        out, self.seen = self.seen, []
        return [(Kind(e.kind), e.piece, e.state, e.reason) for e in out]

    def hear(self, seconds: float) -> None:
        for frame in self.host.poll(seconds):
            event = unpack(Event, frame.payload) if frame.type is Type.EVENT else None
            if event is not None and event.number == self.host.ack:
                self.host.ack += 1
                self.seen.append(event)
                self.told.append(event)

    def forget(self) -> None:
        self.host.send(Type.EVENT_ACK, pack(EventAck(self.host.ack - 1)))
