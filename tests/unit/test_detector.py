"""The detector of lines, and the reader that asks it where plain image work led to no address."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from letters import ADDRESS, RETURN, Letter, Print, address, draw, return_address
from numpy.typing import NDArray

from drivers.ocr.cascade import open_cascade
from drivers.ocr.detector import PaddleDetector, as_input, boxes_of
from drivers.ocr.weights import read_model
from mlocr.errors import ConfigurationError
from mlocr.mail.address import Reading, TextLine
from mlocr.mail.image import Box
from mlocr.mail.reasons import RejectReason
from mlocr.ports import BlockImage, FindsText, OcrEngine
from mlocr.reading.letter import find_letter
from mlocr.reading.page import make_page
from mlocr.reading.reader import AddressReader, ReadingSettings

PLAIN_LETTER = Letter(prints=[address(), return_address()])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OcrEngine]:
    one = open_cascade({"cache": str(tmp_path_factory.mktemp("cache"))})
    one.open()
    yield one
    one.close()


class Plain:
    """An engine without a detector."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        return self._engine.read(block)


class Finding(Plain):
    """An engine whose detector sees these lines (of the page at 100 dpi), or what the real one sees."""

    def __init__(self, engine: OcrEngine, lines: tuple[Box, ...] | None = None) -> None:
        super().__init__(engine)
        self.asked = 0
        self._lines = lines

    def find_lines(self, page: NDArray[np.uint8]) -> tuple[Box, ...]:
        self.asked += 1
        assert isinstance(self._engine, FindsText)
        return self._engine.find_lines(page) if self._lines is None else self._lines


class Worn(Finding):
    """An engine that makes little of a block of four lines."""

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        lines = super().read(block)
        return tuple(TextLine("?" * len(x.text), 0.3, x.box) for x in lines) if len(lines) == 4 else lines


def read(engine: OcrEngine, letter: Letter, budget: float | None = None) -> Reading:
    left = None if budget is None else lambda: budget
    return AddressReader(engine, ReadingSettings()).read(draw(letter), left)


def texts(reading: Reading) -> list[str]:
    return [line.text for line in reading.block.lines] if reading.block else []


@pytest.mark.parametrize("shape", [(412, 950), (950, 412), (30, 1200), (20, 20), (1, 1)])
def test_the_network_gets_sides_of_whole_steps(shape: tuple[int, int]) -> None:
    plane = as_input(np.full(shape, 255, np.uint8))
    assert plane.shape[:2] == (1, 3)
    assert not any(side % 32 for side in plane.shape[2:])
    assert plane.min() == plane.max() == 1.0


def test_what_is_marked_grows_to_the_line_and_stays_on_the_page() -> None:
    marked = np.zeros((64, 128), np.float32)
    marked[30:34, 20:100] = 0.9
    marked[0:4, 0:40] = 0.9
    marked[50:54, 20:60] = 0.35  # seen, but not surely
    marked[60, 100] = 1.0  # a speck
    corner, line = sorted(boxes_of(marked, (128, 256)), key=lambda b: b.y0)
    assert (corner.x0, corner.y0) == (0, 0)
    assert line.x0 < 40
    assert line.x1 > 200
    assert line.y0 < 60
    assert line.y1 > 68
    assert line.height < 30


def test_nothing_is_marked_on_blank_paper() -> None:
    assert PaddleDetector().find_lines(np.full((412, 950), 255, np.uint8)) == ()


def test_every_line_of_a_letter_is_found() -> None:
    lift = draw(Letter(prints=[address(), return_address()]))
    found = PaddleDetector().find_lines(make_page(lift, find_letter(lift)).shade)
    for x, top, count, points in ((4.2, 2.0, 3, 11), (0.4, 3.85, 3, 9)):
        for i in range(count):
            y = (4.125 - top) * 100 + (i * 1.3 + 0.6) * points / 72 * 100
            assert any(b.y0 < y < b.y1 and b.x0 < x * 100 + 30 < b.x1 for b in found)


def test_weights_that_are_others_are_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="reinstall the package rapidocr"):
        read_model("PP-OCRv6_det_small.onnx", "0" * 64)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Image work that finds no block."""
    monkeypatch.setattr("mlocr.reading.reader.find_candidates", lambda *asked: [])


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("turn", [{}, {"skew": 4}, {"skew": -4, "rotation": 180}, {"dpi": 100, "noise": 2}], ids=str)
def test_an_address_that_image_work_does_not_find_is_read(engine: OcrEngine, turn: dict[str, float]) -> None:
    letter = Letter(**{**vars(PLAIN_LETTER), **turn})
    assert read(Plain(engine), letter).reason is RejectReason.NO_ADDRESS_BLOCK
    reading = read(engine, letter)
    assert texts(reading) == list(ADDRESS)
    assert reading.block is not None
    assert reading.block.rotation == letter.rotation


def test_a_letter_that_reads_is_not_looked_at_again(engine: OcrEngine) -> None:
    finding = Finding(engine)
    assert texts(read(finding, PLAIN_LETTER)) == list(ADDRESS)
    assert finding.asked == 0


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize(("budget", "asked"), [(None, 1), (400.0, 1), (399.0, 0), (100.0, 0)])
def test_only_a_letter_with_time_left_is_looked_at_again(engine: OcrEngine, budget: float | None, asked: int) -> None:
    finding = Finding(engine)
    read(finding, PLAIN_LETTER, budget)
    assert finding.asked == asked


def test_two_addresses_in_doubt_are_not_settled_by_the_detector(engine: OcrEngine) -> None:
    other = Print(("JOHN R DOE", "88 OAK ST", "SALEM OR 97301"), 1.0, 2.0, 11)
    finding = Finding(engine)
    assert read(finding, Letter(prints=[address(x=5.2), other])).reason is RejectReason.LOW_CONFIDENCE
    assert finding.asked == 0


def test_the_senders_address_is_not_taken_without_its_announcement(engine: OcrEngine) -> None:
    """The detector passes "Write to us:" over; what it announced was refused and stays so."""
    letter = Letter(prints=[Print(["Write to us:", *RETURN], 4.2, 2.2)])
    lines = tuple(Box(415, 208 + 20 * i, 640, 228 + 20 * i) for i in range(1, 4))
    assert texts(read(Plain(engine), letter)) == []
    finding = Finding(engine, lines)
    assert texts(read(finding, letter)) == []
    assert finding.asked == 1


@pytest.mark.usefixtures("blind")
def test_only_the_block_in_the_best_place_is_taken(engine: OcrEngine) -> None:
    """A block that reads as no address where the address should stand: the other address may be an advertisement's."""
    junk = Print(["KOTO KU TOKYO", "NO SUCH PLACE HERE", "NOTHING TO READ"], 4.2, 2.0)
    advert = Print(["MIDWEST GRAIN COOP", "315 BIRCH LN", "BAYOU CANE LA 70611"], 1.0, 1.1, 8)
    letter = Letter(prints=[junk, advert])
    lines = [Box(415, 208 + 20 * i, 640, 228 + 20 * i) for i in range(3)]
    lines += [Box(95, 300, 260, 316), Box(95, 314, 220, 330), Box(95, 329, 260, 345)]
    found = Finding(engine, tuple(lines))
    assert read(found, letter).block is None
    assert texts(read(Finding(engine, tuple(lines[3:])), letter))[-1:] == ["BAYOU CANE LA 70611"]


def test_where_a_block_in_a_good_place_could_not_be_read_no_other_is_taken(engine: OcrEngine) -> None:
    """The detector sees the other address alone: without what says whose it is."""
    delivery = address(["ACME CO", *ADDRESS])
    advert = Print(["MIDWEST GRAIN COOP", "315 BIRCH LN", "BAYOU CANE LA 70611"], 1.0, 1.1, 8)
    lines = (Box(95, 300, 260, 316), Box(95, 314, 220, 330), Box(95, 329, 260, 345))
    found = Worn(engine, lines)
    reading = read(found, Letter(prints=[delivery, advert]))
    assert found.asked == 1
    assert "BAYOU CANE LA 70611" not in texts(reading)


def test_a_blank_letter_is_a_reason_all_the_same(engine: OcrEngine) -> None:
    finding = Finding(engine)
    assert read(finding, Letter()).reason is RejectReason.NO_ADDRESS_BLOCK
    assert finding.asked == 1


def test_a_detector_that_sees_lines_where_none_are_breaks_nothing(engine: OcrEngine) -> None:
    wild = (Box(0, 0, 950, 412), Box(10, 10, 11, 11), Box(400, 200, 401, 400), Box(930, 400, 950, 412))
    assert read(Finding(engine, wild), Letter()).block is None
