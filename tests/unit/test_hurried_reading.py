"""A letter with little time left is looked at once: what would have needed another look is left in doubt."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from letters import ADDRESS, Letter, address, draw

from drivers.ocr.onnx import open_onnx
from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.ports import BlockImage, OcrEngine, QuickOcr
from mlocr.reading.reader import AddressReader, ReadingSettings

SETTINGS = ReadingSettings(second_look_ms=100.0)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OcrEngine]:
    one = open_onnx({"cache": str(tmp_path_factory.mktemp("cache"))})
    one.open()
    yield one
    one.close()


class Counting:
    """The engine, with the kinds of looks counted."""

    def __init__(self, engine: OcrEngine) -> None:
        assert isinstance(engine, QuickOcr)
        self.quick = self.full = 0
        self._engine = engine

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        self.full += 1
        return self._engine.read(block)  # type: ignore[attr-defined,no-any-return]

    def read_quickly(self, block: BlockImage) -> tuple[TextLine, ...]:
        self.quick += 1
        return self._engine.read_quickly(block)


def left(budget: float | None) -> Callable[[], float] | None:
    """A letter's time, which stands still."""
    return None if budget is None else lambda: budget


def block(reading: Reading) -> AddressBlock:
    assert reading.block is not None
    return reading.block


@pytest.mark.parametrize(("budget", "quick"), [(None, False), (100.0, False), (99.0, True), (-5.0, True)])
def test_only_a_letter_with_little_left_is_hurried(engine: OcrEngine, budget: float | None, quick: bool) -> None:
    counting = Counting(engine)
    AddressReader(counting, SETTINGS).read(draw(Letter(prints=[address()])), left(budget))
    assert (counting.quick > 0, counting.full > 0) == (quick, not quick)


def test_clean_print_needs_no_second_look(engine: OcrEngine) -> None:
    reader, lift = AddressReader(engine, SETTINGS), draw(Letter(prints=[address()]))
    full, quick = block(reader.read(lift)), block(reader.read(lift, left(10.0)))
    assert [line.text for line in quick.lines] == [line.text for line in full.lines]
    assert [line.confidence for line in quick.lines] == [line.confidence for line in full.lines]
    assert len(full.lines) == len(ADDRESS)


def test_a_line_that_would_need_another_look_is_left_in_doubt(tmp_path: Path) -> None:
    doubting = open_onnx({"cache": str(tmp_path), "second_look": 1.0})  # every line needs one
    doubting.open()
    reader, lift = AddressReader(doubting, ReadingSettings(least=0.0)), draw(Letter(prints=[address()]))
    full, quick = block(reader.read(lift)), block(reader.read(lift, left(10.0)))
    doubting.close()
    for seen, glanced in zip(full.lines, quick.lines, strict=True):
        assert seen.confidence > 0.9
        assert glanced.confidence < 0.41
