"""Two ends of SPRAY/1 joined in this process, on a virtual clock, with faults by seed. No thread, no port."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from firmware import FirmwareStand, MockStand, desk_program

from drivers.inkjet.columns import compress, raster
from drivers.inkjet.dialogue import Dialogue
from drivers.inkjet.frames import Flag, Frame, FrameDecoder, Type, encode
from drivers.inkjet.hostjobs import HostJob, Phase, Terms, WireJob
from drivers.inkjet.messages import SCHEMA, Event, Hello, HelloAck, JobBegin, commit_crc, pack, unpack
from drivers.inkjet.mock import DeviceConfig, NonVolatile

SMALL = DeviceConfig(
    ticks_per_inch=100.0,
    dpi=100.0,
    dots=10,
    distance=4000,
    margin=50,
    max_window=100,
    min_length=50,
    max_length=1500,
    min_gap=40,
    debounce=5,
    reverse_tolerance=2,
    log=64,
)
LENGTH = 950
MARK = (0x3FF, 0, 1, 0x200, 0, 0x3FF)


class Noise:
    """Loses, doubles and spoils whole frames of one direction, by seed."""

    def __init__(self, seed: int, drop: float = 0.0, double: float = 0.0, spoil: float = 0.0) -> None:
        self._random = random.Random(seed)
        self._shares = (drop, double, spoil)
        self.hit = 0

    def __call__(self, data: bytes) -> bytes:
        out = bytearray()
        for part in data.split(b"\0"):
            if not part:
                continue
            drop, double, spoil = self._shares
            luck = self._random.random()
            frame = b"\0" + part + b"\0"
            if luck < drop:
                self.hit += 1
                continue
            if luck < drop + double:
                self.hit += 1
                frame += frame
            elif luck < drop + double + spoil:
                self.hit += 1
                at = self._random.randrange(1, len(frame) - 1)
                frame = frame[:at] + bytes((frame[at] ^ (1 << self._random.randrange(8)),)) + frame[at + 1 :]
            out += frame
        return bytes(out)


def clean(data: bytes) -> bytes:
    return data


def begin(epoch: int, counter: int, boot: int, piece: int, origin: int, mark: Sequence[int] = MARK) -> WireJob:
    encoding, data = compress(mark, SMALL.dots)
    head = JobBegin(epoch, counter, boot, piece, origin, 80, 100, 100_000, len(data), len(mark), SMALL.dots, encoding)
    return WireJob(head, data, commit_crc(head, raster(mark, SMALL.dots)))


class Rig:
    """A host, a device, a wire, a belt and a clock that only moves when told. `device_of` makes the device."""

    device_of: ClassVar[type[MockStand | FirmwareStand]] = MockStand

    def __init__(
        self,
        config: DeviceConfig = SMALL,
        terms: Terms | None = None,
        nv: NonVolatile | None = None,
        down: Callable[[bytes], bytes] = clean,
        up: Callable[[bytes], bytes] = clean,
    ) -> None:
        self.now = 100.0
        self.down, self.up = down, up
        self.device = self.device_of(config, nv)
        self.fired: list[tuple[int, int]] = []
        self.device.on_fire = lambda ticks, columns: self.fired.extend(zip(ticks, columns, strict=True))
        self.events: list[Event] = []
        self.forgotten: list[HostJob] = []
        self.belt = 0
        self._nonce = 0
        self.terms = terms or Terms()
        self.durable = True
        self.host = self.new_host()

    def new_host(self) -> Dialogue:
        self.host = Dialogue(self.terms, self._next_nonce)
        return self.host

    def _next_nonce(self) -> int:
        self._nonce += 1
        return self._nonce

    def step(self, seconds: float = 0.005) -> None:
        self.now += seconds
        out = self.host.poll(self.now)
        if out:
            self.device.receive(self.down(out), self.now)
        self.device.poll(self.now)
        back = self.device.take_output()
        if back:
            self.host.receive(self.up(back), self.now)
        for generation, event in self.host.take_events():
            if isinstance(event, Event):
                self.events.append(event)
                if self.durable:
                    self.host.durable(event.number, generation)
            else:
                self.forgotten.append(event.job)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.005)):
            self.step()

    def until(self, ready: Callable[[], bool], limit: float = 20.0) -> None:
        end = self.now + limit
        while not ready():
            assert self.now < end, "nothing came of it"
            self.step()

    def open(self) -> HelloAck:
        self.host.greet(self.now)
        self.until(lambda: self.host.settled or self.host.phase is Phase.DEAD)
        assert self.host.info is not None, self.host.fault
        return self.host.info

    # --- the belt ---------------------------------------------------------------------------------------------------

    def move(self, ticks: int) -> None:
        self.belt += ticks
        self.device.encoder_to(self.belt)

    def letter(self, length: int = LENGTH, gap: int = 300) -> int:
        """A letter passes the camera; the tick of its leading edge."""
        self.move(gap)
        edge = self.belt
        self.device.camera_edge(True)
        self.move(length)
        self.device.camera_edge(False)
        self.move(SMALL.debounce)
        return edge

    def at_head(self, edge: int, slip: int = 0) -> None:
        """That letter reaches the head, and passes it."""
        self.move(edge + SMALL.distance + slip - self.belt)
        self.device.head_edge()
        self.move(LENGTH)

    def job(self, number: int, edge: int, counter: int = 0, mark: Sequence[int] = MARK) -> HostJob:
        info = self.host.info
        assert info is not None
        return self.host.submit(begin(info.epoch, counter or number, self.device.boot, number, edge, mark))

    def settle(self, job: HostJob) -> None:
        self.until(lambda: job.state is not None or job.lost)


class Bare:
    """A host by hand: one frame at a time to the device, its answers decoded."""

    def __init__(self, device: MockStand | FirmwareStand, now: float = 0.0) -> None:
        self.device = device
        self.now = now
        self.session = self.seq = self.ack = 0
        self._decoder = FrameDecoder(SCHEMA)

    def hello(self, nonce: int, last: int = 0, epoch: int = 0, floor: int = 0, schema: int = SCHEMA) -> list[Frame]:
        frame = Frame(Type.HELLO, pack(Hello(nonce, last, epoch, floor, schema)))
        answers = self.raw(encode(frame, SCHEMA))
        for answer in answers:
            ack = unpack(HelloAck, answer.payload) if answer.type is Type.HELLO_ACK else None
            if ack is not None:
                self.session, self.seq, self.ack = ack.session, 0, ack.event_tail
        return answers

    def raw(self, data: bytes) -> list[Frame]:
        self.device.receive(data, self.now)
        return self._decoder.feed(self.device.take_output())

    def send(self, kind: Type, payload: bytes = b"", seq: int | None = None) -> list[Frame]:
        number = self.seq if seq is None else seq
        frame = Frame(kind, payload, self.session, number, self.ack & 0xFFFF, Flag.NEEDS_ACK)
        if seq is None:
            self.seq = (self.seq + 1) & 0xFFFF
        return self.raw(encode(frame, SCHEMA))

    def poll(self, seconds: float = 0.0) -> list[Frame]:
        self.now += seconds
        self.device.poll(self.now)
        return self._decoder.feed(self.device.take_output())


@pytest.fixture(params=["mock", "firmware"])
def every_device(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[type[MockStand | FirmwareStand]]:
    """The test runs once for each device. The firmware's sanitizers speak at its end."""
    if request.param == "mock":
        monkeypatch.setattr(Rig, "device_of", MockStand)
        yield MockStand
        return
    desk_program()
    monkeypatch.setattr(FirmwareStand, "store_folder", tmp_path, raising=False)
    monkeypatch.setattr(FirmwareStand, "opened", [], raising=False)
    monkeypatch.setattr(Rig, "device_of", FirmwareStand)
    yield FirmwareStand
    for device in FirmwareStand.opened:
        device.close()
