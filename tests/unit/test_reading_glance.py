"""An engine that glances: only the chosen block is reconsidered; where none is sure every block is read in full."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from letters import ADDRESS, Letter, address, draw, return_address

from mlocr.mail.address import TextLine
from mlocr.mail.reasons import RejectReason
from mlocr.ports import BlockImage, GlancingEngine
from mlocr.reading.reader import AddressReader, ReadingSettings

LETTER = draw(Letter(prints=[address(), return_address()]))


class Glancer:
    """Reads every block of three lines as the address, with the confidences given; counts what it is asked."""

    def __init__(self, glanced: float, considered: float, first: str = ADDRESS[0]) -> None:
        self.confidences = {"glance": glanced, "reconsider": considered, "read": 0.95}
        self.asked = {"glance": 0, "reconsider": 0, "read": 0}
        self.first = first
        self.hurried: list[bool] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def _lines(self, block: BlockImage, how: str) -> tuple[TextLine, ...]:
        self.asked[how] += 1
        texts = (ADDRESS[0] if how == "glance" else self.first, *ADDRESS[1:])
        boxes = block.line_boxes if len(block.line_boxes) == len(texts) else (None,) * len(texts)
        confidence = self.confidences[how]
        return tuple(TextLine(text, confidence=confidence, box=box) for text, box in zip(texts, boxes, strict=True))

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        return self._lines(block, "read")

    def glance(self, block: BlockImage) -> tuple[TextLine, ...]:
        return self._lines(block, "glance")

    def reconsider(
        self, block: BlockImage, lines: Sequence[TextLine], presses: Callable[[], bool] = lambda: False
    ) -> tuple[TextLine, ...]:
        assert [line.text for line in lines] == list(ADDRESS)
        self.hurried.append(presses())
        return self._lines(block, "reconsider")


def test_it_is_a_glancing_engine() -> None:
    assert isinstance(Glancer(1, 1), GlancingEngine)


def test_a_sure_block_is_reconsidered_once_and_nothing_is_read_in_full() -> None:
    engine = Glancer(0.9, 0.99)
    reading = AddressReader(engine, ReadingSettings()).read(LETTER)
    assert reading.block is not None
    assert engine.asked["reconsider"] == 1
    assert engine.asked["read"] == 0
    assert {line.confidence for line in reading.block.lines} == {0.99}


def test_where_no_glance_is_sure_every_block_is_read_in_full_once() -> None:
    engine = Glancer(0.3, 0.3)
    reading = AddressReader(engine, ReadingSettings()).read(LETTER)
    assert reading.block is not None
    assert 1 <= engine.asked["reconsider"] <= engine.asked["glance"]


def test_a_block_that_is_unsure_once_reconsidered_is_not_read_again_but_others_are() -> None:
    engine = Glancer(0.9, 0.2)
    AddressReader(engine, ReadingSettings()).read(LETTER)
    assert 1 < engine.asked["reconsider"] <= engine.asked["glance"] + 1


def test_a_block_that_turns_out_to_be_the_senders_is_not_kept() -> None:
    engine = Glancer(0.9, 0.99, first="Write to us:")
    reading = AddressReader(engine, ReadingSettings()).read(LETTER)
    assert reading.reason is RejectReason.NO_ADDRESS_BLOCK


def test_without_time_the_chosen_block_is_left_in_doubt_and_stands() -> None:
    engine = Glancer(0.9, 0.4)
    reading = AddressReader(engine, ReadingSettings()).read(LETTER, lambda: 0.0)
    assert engine.hurried == [True]
    assert reading.block is not None
    assert {line.confidence for line in reading.block.lines} == {0.4}


@pytest.mark.parametrize("looks", [0, 1])
def test_where_time_goes_before_it_is_known_which_block_it_is_none_is_taken(looks: int) -> None:
    engine = Glancer(0.3, 0.95)
    assert AddressReader(engine, ReadingSettings()).read(LETTER, lambda: 1000.0).block is not None
    engine.hurried.clear()
    left = iter([1000.0] * looks)
    reading = AddressReader(engine, ReadingSettings()).read(LETTER, lambda: next(left, 10.0))
    assert (reading.block, reading.reason) == (None, RejectReason.LOW_CONFIDENCE)
    assert engine.hurried == [True] * looks


def test_an_engine_that_does_not_glance_is_only_read() -> None:
    class Plain:
        def __init__(self) -> None:
            self.inner = Glancer(0.9, 0.9)

        def open(self) -> None: ...

        def close(self) -> None: ...

        def read(self, block: BlockImage) -> tuple[TextLine, ...]:
            return tuple(replace(line) for line in self.inner.read(block))

    engine = Plain()
    assert not isinstance(engine, GlancingEngine)
    reading = AddressReader(engine, ReadingSettings()).read(LETTER)
    assert reading.block is not None
    assert engine.inner.asked == {"glance": 0, "reconsider": 0, "read": 1}
