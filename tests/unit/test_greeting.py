"""The first HELLO tries the line: what is no line for SPRAY/1, or no device, is told apart on every device."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from wire_rig import Rig, every_device  # noqa: F401

from drivers.faults.script import Rule, Way, drop, of_version
from drivers.faults.wire import FaultyLine, LineScript
from drivers.inkjet.controller import flagged
from drivers.inkjet.frames import FrameDecoder, Type
from drivers.inkjet.greeting import Greeting, marked
from drivers.inkjet.hostjobs import Phase, Terms
from drivers.inkjet.messages import SCHEMA, Hello, unpack

pytestmark = pytest.mark.usefixtures("every_device")
DOWN, UP = Way.DOWN, Way.UP


class Lined(Rig):
    """Host and device with a faulty line between them, on the rig's clock."""

    def __init__(self, script: LineScript, terms: Terms | None = None) -> None:
        self.line = FaultyLine(script, 1)
        super().__init__(terms=terms, down=self._through(DOWN), up=self._through(UP))

    def _through(self, way: Way) -> Callable[[bytes], bytes]:
        def carry(data: bytes) -> bytes:
            self.line.carry(way, data, self.now)
            return self.line.take(way, self.now)

        return carry

    def greeted(self) -> str:
        """Greet, and what came of it: empty for a session, else the fault."""
        self.host.greet(self.now)
        self.until(lambda: self.host.settled or self.host.phase is Phase.DEAD)
        return self.host.fault


@pytest.mark.parametrize("floor", [0, 16, 18, 0x1111, 0x130000])
def test_a_line_that_swallows_flow_control_bytes_is_found_out(floor: int) -> None:
    rig = Lined(LineScript(flow=True), Terms(epoch_floor=floor))
    # Where the device's own answers happen to hold these bytes, only the advice names it.
    assert "flow control" in rig.greeted()


@pytest.mark.parametrize("lost", [1, 3, 4, 5, 6, 7, 11])
@pytest.mark.parametrize("kind", [Type.HELLO, Type.HELLO_ACK])
def test_a_device_that_is_slow_to_answer_is_not_taken_for_a_bad_line(lost: int, kind: Type) -> None:
    way = DOWN if kind is Type.HELLO else UP
    rig = Lined(LineScript((Rule(way, kind, drop, times=lost),)))
    assert rig.greeted() == ""
    edge = rig.letter()
    rig.run(0.1)
    job = rig.job(1, edge)
    rig.settle(job)
    rig.at_head(edge)
    assert len(rig.fired) == 6


def test_another_version_is_said_with_its_number() -> None:
    rig = Lined(LineScript((Rule(UP, Type.HELLO_ACK, of_version(3), times=0),)))
    assert "speaks version 3 of the protocol" in rig.greeted()


def test_an_echo_is_said_even_where_a_device_answers_too() -> None:
    rig = Rig()
    rig.host.greet(rig.now)
    sent = rig.host.poll(rig.now)
    rig.device.receive(sent, rig.now)
    rig.host.receive(sent + rig.device.take_output(), rig.now)
    assert "sends back what it is sent" in rig.host.fault


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"T:25.0 ok\r\nmore\r\n", "it says 'T:25.0 ok'"),
        (bytes(range(128, 200)), "no frames at 115,200 baud"),
        (b"\r\n", "no frames at 115,200 baud"),
        (b"", "does not answer at 115,200 baud"),
    ],
)
def test_what_answers_and_is_no_device_is_described(said: bytes, words: str) -> None:
    rig = Rig(terms=Terms(baud=115_200))
    rig.host.greet(rig.now)
    while rig.host.phase is not Phase.DEAD:
        rig.now += 0.05
        if rig.host.poll(rig.now):
            rig.host.receive(said, rig.now)
    assert words in rig.host.fault


def test_a_later_session_of_the_same_host_tries_nothing() -> None:
    rig = Lined(LineScript())
    assert rig.greeted() == ""
    rig.host.greet(rig.now)
    hello = FrameDecoder(SCHEMA).feed(rig.host.poll(rig.now))[0]
    told = unpack(Hello, hello.payload)
    assert told is not None
    assert told.nonce == rig._nonce  # as it was made, unmarked


def test_a_plain_hello_holds_neither_byte_and_a_marked_one_ends_with_11() -> None:
    for seed in range(1, 60):
        greeting = Greeting(lambda seed=seed: seed * 0x9E3779B97F4A7C15, seed, True)  # type: ignore[misc]
        hellos = [greeting.hello(0, 0) for _ in range(6)]
        for hello in hellos[:4]:
            assert hello == hellos[0]
            assert [byte for byte in hello if byte in (0x11, 0x13)][-1] == 0x11
        for plain in hellos[4:]:
            assert not {0x11, 0x13} & set(plain)
            told = unpack(Hello, FrameDecoder(SCHEMA).feed(plain)[0].payload)
            assert told is not None
            assert told.epoch_floor >= seed
    assert marked(0) == 0x1113_0000


def test_head_and_ink_stand_in_the_heartbeat() -> None:
    rig = Rig()
    rig.open()
    rig.run(0.3)
    before = rig.host.status
    rig.device.head_ready(False)
    rig.device.ink_low(True)
    rig.run(0.3)
    after = rig.host.status
    assert before is not None
    assert after is not None
    assert flagged(before) == []
    assert flagged(after) == ["the head is not ready", "the ink runs low"]
