"""Characters too faint for their line: read, or the line doubted; never left out in silence."""

from collections.abc import Iterator

import pytest
from letters import Letter, Print, draw
from PIL import ImageFont

from drivers.ocr.cascade import open_cascade
from mlocr.mail.address import TextLine
from mlocr.ports import OcrEngine
from mlocr.reading.reader import AddressReader, ReadingSettings

POINTS = 12.0
PAPER, INK = 225, 30


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OcrEngine]:
    one = open_cascade({"cache": str(tmp_path_factory.mktemp("cache"))})
    one.open()
    yield one
    one.close()


def delivery_line(engine: OcrEngine, *parts: tuple[str, float], last: str = "SALEM OR 97301") -> TextLine:
    """The second line as read; its parts follow one another, each printed with a share of full ink."""
    font = ImageFont.load_default(POINTS / 72 * 2000)
    prints = [Print(["JANE PUBLIC", "", last], 4.0, 2.0, POINTS)]
    x = 4.0
    for text, share in parts:
        prints.append(Print(["", text.strip()], x, 2.0, POINTS, ink=round(PAPER - (PAPER - INK) * share)))
        x += font.getlength(text) / 2000
    reading = AddressReader(engine, ReadingSettings()).read(draw(Letter(paper=PAPER, noise=3, prints=prints)))
    assert reading.block is not None
    return reading.block.lines[1]


def plain(line: TextLine) -> str:
    return line.text.replace(" ", "").upper()


@pytest.mark.parametrize("share", [0.15, 0.3])
@pytest.mark.parametrize(("start", "end"), [("1242 CHERRY LN APT 1", "9"), ("PO BOX 81", "9"), ("APT 1", "7")])
def test_a_faint_last_digit_is_read_or_doubted(engine: OcrEngine, start: str, end: str, share: float) -> None:
    line = delivery_line(engine, (start, 1.0), (end, share))
    assert plain(line) == (start + end).replace(" ", "") or line.confidence < 0.15


def test_a_faint_last_digit_of_fair_contrast_is_read(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("1242 CHERRY LN APT 1", 1.0), ("9", 0.3))
    assert plain(line) == "1242CHERRYLNAPT19"
    assert line.confidence > 0.9


@pytest.mark.parametrize("share", [0.15, 0.25])
def test_a_faint_first_digit_is_read_or_doubted(engine: OcrEngine, share: float) -> None:
    line = delivery_line(engine, ("2", share), ("398 MADISON AVE E", 1.0))
    assert plain(line) == "2398MADISONAVEE" or line.confidence < 0.15


def test_a_faint_digit_in_a_gap_is_read_or_doubted(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("223 COURT ST APT ", 1.0), ("2", 0.12), ("3", 1.0))
    assert line.confidence < 0.5 or plain(line) == "223COURTSTAPT23"


def test_very_faint_print_costs_the_line_its_confidence(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("PO BOX 81", 1.0), ("9", 0.08))
    assert line.confidence < 0.5


def test_a_clean_line_keeps_its_confidence(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("1242 CHERRY LN APT 19", 1.0))
    assert plain(line) == "1242CHERRYLNAPT19"
    assert line.confidence > 0.95


def test_a_wholly_light_line_is_no_faint_one(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("1242 CHERRY LN APT 19", 0.3))
    assert plain(line) == "1242CHERRYLNAPT19"
    assert line.confidence > 0.9


@pytest.mark.parametrize(("start", "gap", "end"), [("223 COURT ST APT", "  8", "3"), ("1740", "5 ", "MAPLE AVE")])
def test_room_for_a_lost_digit_beside_a_number_costs_the_line(
    engine: OcrEngine, start: str, gap: str, end: str
) -> None:
    """The gap is as wide as its text, which is not printed."""
    lost = delivery_line(engine, (start, 1.0), (gap, 0.0), (end, 1.0))
    clean = delivery_line(engine, (start + " " + end, 1.0))
    assert lost.confidence < 0.15
    assert clean.confidence > 0.9


def test_two_spaces_before_a_zip_code_cost_nothing(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("SALEM OR", 1.0), ("  8", 0.0), ("97301", 1.0), last="")
    assert line.confidence > 0.9


def test_two_spaces_between_words_cost_nothing(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("1740 MAPLE AVE", 1.0), ("  8", 0.0), ("APT 3", 1.0))
    assert line.confidence > 0.9
