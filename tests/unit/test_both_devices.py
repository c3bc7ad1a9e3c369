"""Mock and firmware side by side under the same random host, belt and power: every frame and every drop is the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest
from firmware import FirmwareStand, MockStand, desk_program
from wire_rig import LENGTH, SMALL, Bare, begin

from drivers.inkjet.frames import Frame, Type
from drivers.inkjet.messages import (
    Config,
    Event,
    EventAck,
    HelloAck,
    JobCommit,
    JobPart,
    JobRef,
    Piece,
    Status,
    Trigger,
    pack,
    unpack,
)

STEPS = 160
CONFIG = replace(SMALL, slots=3, results=5, log=14, raster_bytes=40)


@pytest.fixture
def firmware_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    desk_program()
    monkeypatch.setattr(FirmwareStand, "store_folder", tmp_path, raising=False)
    monkeypatch.setattr(FirmwareStand, "opened", [], raising=False)
    yield
    for device in FirmwareStand.opened:
        device.close()


class Side:
    """One device, its host by hand, and all that was seen of it."""

    def __init__(self, device: MockStand | FirmwareStand) -> None:
        self.device = device
        self.host = Bare(device)
        self.seen: list[object] = []
        self.belt = 0
        self.edges: list[int] = []
        device.on_fire = lambda ticks, columns: self.seen.extend(zip(ticks, columns, strict=True))
        device.on_trigger = lambda trigger, number: self.seen.append((trigger, number))

    def told(self, frames: list[Frame]) -> None:
        for frame in frames:
            status = unpack(Status, frame.payload) if frame.type is Type.STATUS else None
            if status is not None:  # when each was born, and when it has time to measure the speed, is its own affair
                self.seen.append((frame.type, status._replace(speed=0, time=0), frame.ack))
                continue
            ack = unpack(HelloAck, frame.payload) if frame.type is Type.HELLO_ACK else None
            if ack is not None:
                self.seen.append((frame.type, ack._replace(time=0, firmware=b"")))
                continue
            event = unpack(Event, frame.payload) if frame.type is Type.EVENT else None
            if event is not None and event.number == self.host.ack:
                self.host.ack += 1
            said = frame.payload if event is None else event._replace(time=0)
            self.seen.append((frame.type, said, frame.session, frame.seq, frame.ack, frame.flags))

    def to(self, tick: int) -> None:
        self.belt = tick
        self.device.encoder_to(tick)

    def letter(self, gap: int, length: int) -> None:
        self.to(self.belt + gap)
        self.edges.append(self.belt)
        self.device.camera_edge(True)
        self.to(self.belt + length)
        self.device.camera_edge(False)

    def job(self, counter: int, piece: int, slip: int, spoil: int) -> None:
        origin = (self.edges[piece - 1] if 0 < piece <= len(self.edges) else 0) + slip
        wire = begin(1, counter, self.device.boot, piece, max(0, origin))
        key = (1, counter)
        self.told(self.host.send(Type.JOB_BEGIN, pack(wire.begin)))
        if spoil != 1:
            self.told(self.host.send(Type.JOB_DATA, pack(JobPart(*key, 0), wire.data)))
        self.told(self.host.send(Type.JOB_COMMIT, pack(JobCommit(*key, wire.crc ^ (spoil == 2)))))

    def greet(self, nonce: int, epoch: int, trigger: Trigger) -> None:
        self.told(self.host.hello(nonce, last=nonce - 1, epoch=epoch))
        self.told(self.host.send(Type.CONFIG, pack(Config(30_000, 2000, trigger))))
        self.told(self.host.send(Type.ENABLE))

    def do(self, step: int, dice: random.Random) -> None:
        """One step; the dice fall the same for both sides."""
        counter, piece = dice.randrange(1, 30), max(1, len(self.edges) - dice.randrange(3))
        match dice.randrange(16):
            case 0 | 1:
                self.letter(dice.choice((20, 300, 700)), dice.choice((3, 60, LENGTH, LENGTH, 1600)))
            case 2 | 3 | 4:
                self.job(counter, piece, dice.choice((0, 0, 0, 80, 81)), dice.choice((0, 0, 0, 0, 1, 2)))
            case 5 | 6:
                arrival = self.edges[-dice.randrange(1, 4) :][:1]
                if arrival:
                    self.to(max(self.belt, arrival[0] + SMALL.distance + dice.choice((0, 5, 90, 130))))
                    self.device.head_edge()
            case 7:
                self.to(self.belt + dice.choice((1, 50, 102, 103, 2000)))
            case 8:
                self.to(self.belt - dice.choice((1, 2, 30)))
            case 9 | 10:
                self.told(self.host.poll(dice.choice((0.12, 0.15, 0.25, 2.2))))
            case 11:
                kind = dice.choice((Type.QUERY, Type.CANCEL))
                self.told(self.host.send(kind, pack(JobRef(1, counter))))
            case 12:
                self.told(self.host.send(Type.EVENT_ACK, pack(EventAck(self.host.ack - 1))))
            case 13:
                kind = dice.choice((Type.ENABLE, Type.ENABLE, Type.DISABLE, Type.PURGE))
                self.told(self.host.send(kind))
            case 14:
                self.told(self.host.send(Type.PIECE, pack(Piece(dice.randrange(4), LENGTH))))
            case _:
                self.trouble(step, dice)

    def trouble(self, step: int, dice: random.Random) -> None:
        match dice.randrange(5):
            case 0:
                self.edges.clear()
                self.device.reboot()
                self.device.head_ready(True)
                self.host.now += 1.0
                self.greet(1000 + step, 1, Trigger.PHOTOCELL)
            case 1:
                self.device.head_ready(dice.random() < 0.7)
            case 2:
                trigger = dice.choice((Trigger.PHOTOCELL, Trigger.BENCH))
                self.told(self.host.send(Type.CONFIG, pack(Config(30_000, 2000, trigger))))
            case 3:
                self.told(self.host.send(Type.ENABLE, seq=dice.randrange(1 << 16)))
            case _:
                self.greet(2000 + step, 1, Trigger.PHOTOCELL)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.usefixtures("firmware_folder")
def test_both_devices_say_and_do_the_same(seed: int) -> None:
    start = 0 if seed % 2 else 0xFFFFFFFF - 9000
    sides = [Side(MockStand(CONFIG, encoder_start=start)), Side(FirmwareStand(CONFIG, encoder_start=start))]
    for side in sides:
        side.host.now = 1.0
        side.greet(1, 0, Trigger.PHOTOCELL)
    for step in range(STEPS):
        for side in sides:
            side.do(step, random.Random(seed * 1000 + step))
        mock, firmware = (side.seen for side in sides)
        assert [pair for pair in zip_longest(mock, firmware) if pair[0] != pair[1]] == [], step
        mock.clear()
        firmware.clear()
