"""Characters too faint for their line: read, or the line doubted; never left out in silence."""

from collections.abc import Iterator

import numpy as np
import pytest
from letters import Letter, Print, draw
from numpy.typing import NDArray
from PIL import ImageFont

from drivers.ocr.cascade import open_cascade
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import OcrEngine
from mlocr.reading.faint import find_faint, worn
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


def test_a_faint_digit_that_falls_into_pieces_is_read(engine: OcrEngine) -> None:
    font = ImageFont.load_default(9 / 72 * 2000)
    start = "1242 CHERRY LN APT 1"
    prints = [Print(["JANE PUBLIC", start, "SALEM OR 97301"], 4.0, 2.0, 9)]
    prints.append(Print(["", "3"], 4.0 + font.getlength(start) / 2000, 2.0, 9, ink=148))
    lift = draw(Letter(paper=PAPER, noise=8, blur=1.2, prints=prints, seed=159))
    reading = AddressReader(engine, ReadingSettings()).read(lift)
    assert reading.block is not None
    assert plain(reading.block.lines[1]) == "1242CHERRYLNAPT13"


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


def fading_line(engine: OcrEngine, start: str, *rest: float, word: str = "") -> TextLine:
    """PO BOX 8 whose figures after the first have shares of full ink, as under the light on a window."""
    digits = word or "821"
    return delivery_line(engine, (start, 1.0), *zip(digits, rest, strict=True))


@pytest.mark.parametrize("rest", [(0.5, 0.2, 0.08), (0.35, 0.1, 0.05), (0.5, 0.08, 0.04), (0.45, 0.06, 0.03)])
@pytest.mark.parametrize("start", ["PO BOX ", "1242 CHERRY LN APT "])
def test_a_number_that_fades_out_is_read_whole_or_doubted(
    engine: OcrEngine, start: str, rest: tuple[float, float, float]
) -> None:
    line = fading_line(engine, start, *rest)
    assert plain(line).endswith("821") or (line.scorer is None and line.confidence < 0.15)


def test_a_pale_last_figure_on_clean_paper_is_no_lost_one(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("1242 CHERRY LN APT 1", 1.0), ("9", 0.5))
    assert plain(line) == "1242CHERRYLNAPT19"
    assert line.confidence > 0.9


def test_no_scorer_speaks_for_what_was_lost(engine: OcrEngine) -> None:
    line = delivery_line(engine, ("PO BOX 81", 1.0), ("9", 0.12))
    assert plain(line) == "POBOX819" or line.scorer is None


def ink_of(*strokes: tuple[int, int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A line of strokes (x, width, darkness) 24 high, and the mask of those that are print."""
    shade = np.full((60, 300), 255, np.uint8)
    for x, width, dark in strokes:
        shade[18:42, x : x + width] = 255 - dark
    return shade, (shade < 155).astype(np.uint8)


TEXT = tuple((x, 4, 220) for x in range(40, 200, 14))
LINE = Box(36, 14, 200, 46)


@pytest.mark.parametrize(("gap", "counts"), [(6, False), (18, True)])
def test_a_speck_between_two_strokes_counts_only_where_a_character_has_room(gap: int, counts: bool) -> None:
    strokes = tuple((x + (gap if x > 110 else 0), w, d) for x, w, d in TEXT)
    shade, ink = ink_of(*strokes)
    speck = slice(113, 116) if gap == 6 else slice(117, 123)
    shade[22:40, speck] = 255 - 45
    found = find_faint(shade, ink, [LINE], 200.0)
    assert (found[0] is not None) == counts


def test_nothing_is_lost_before_a_line_that_is_flush_with_another() -> None:
    shade, ink = ink_of(*TEXT)
    shade[18:42, 20:24] = 255 - 45
    below = Box(37, 60, 180, 90)
    assert find_faint(shade, ink, [LINE], 200.0)[0] is not None
    assert find_faint(np.vstack([shade, shade * 0 + 255]), np.vstack([ink, ink * 0]), [LINE, below], 200.0)[0] is None


def test_show_through_round_about_makes_weak_ink_beside_a_line_dirt() -> None:
    shade, ink = ink_of(*TEXT)
    shade[18:42, 206:212] = 255 - 30
    clean = find_faint(shade, ink, [LINE], 200.0)
    assert worn(shade, ink, [LINE], clean) == (False,)
    shade[48:56, 190:260] = 255 - 30
    assert worn(shade, ink, [LINE], find_faint(shade, ink, [LINE], 200.0)) == (True,)
