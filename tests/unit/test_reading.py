"""From a picture to address lines, with the real recogniser and with one that only counts."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from letters import ADDRESS, RETURN, Letter, Print, address, draw, return_address, smeared

from drivers.ocr.cascade import open_cascade
from mlocr.mail.address import Reading, TextLine
from mlocr.mail.image import ImageLift
from mlocr.mail.reasons import RejectReason
from mlocr.ports import BlockImage, OcrEngine
from mlocr.reading.letter import find_letter
from mlocr.reading.locate import find_candidates
from mlocr.reading.reader import AddressReader, ReadingSettings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OcrEngine]:
    one = open_cascade({"cache": str(tmp_path_factory.mktemp("cache"))})
    one.open()
    yield one
    one.close()


def read(engine: OcrEngine, letter: Letter) -> Reading:
    return AddressReader(engine, ReadingSettings()).read(draw(letter))


def plain(texts: Sequence[str]) -> list[str]:
    return [t.replace(" ", "").replace(",", "") for t in texts]


def texts(reading: Reading) -> list[str]:
    assert reading.block is not None, reading.reason
    return plain([line.text for line in reading.block.lines])


@pytest.mark.parametrize(
    "letter",
    [
        Letter(),
        Letter(skew=5),
        Letter(skew=-5, rotation=180),
        Letter(dpi=100, noise=2),
        Letter(dpi=300),
        Letter(margin=0),
        Letter(paper=150, noise=7),
        Letter(patches=[(3.9, 0.9, 4, 1.4, 240)]),
    ],
    ids=["plain", "skewed", "turned", "coarse", "fine", "full scan", "manila", "label"],
)
def test_the_address_is_read(engine: OcrEngine, letter: Letter) -> None:
    reading = read(engine, Letter(**{**vars(letter), "prints": [address(), return_address()]}))
    assert texts(reading) == plain(ADDRESS)
    assert reading.block is not None
    assert reading.block.rotation == letter.rotation
    assert reading.block.skew == pytest.approx(letter.skew, abs=0.4)
    assert min(line.confidence for line in reading.block.lines) > 0.9


def test_faint_print_is_read(engine: OcrEngine) -> None:
    reading = read(engine, Letter(prints=[address(ink=180), return_address(ink=180)]))
    assert texts(reading) == plain(ADDRESS)


def test_a_large_return_address_is_not_taken(engine: OcrEngine) -> None:
    reading = read(engine, Letter(prints=[address(points=9), return_address(points=15)]))
    assert texts(reading) == plain(ADDRESS)


def test_the_senders_address_in_an_advertisement_is_not_taken(engine: OcrEngine) -> None:
    advert = Print(["Write to us:", *RETURN], 4.0, 2.2)
    delivery = address(x=1.2, y=1.6, ink=150)
    assert texts(read(engine, Letter(prints=[advert, delivery]))) == plain(ADDRESS)


@pytest.mark.parametrize("y", [2.0, 2.3])
def test_of_two_equal_addresses_side_by_side_none_is_taken(engine: OcrEngine, y: float) -> None:
    other = Print(("JOHN R DOE", "88 OAK ST", "SALEM OR 97301"), 1.0, y, 11)
    reading = read(engine, Letter(prints=[address(x=5.2, y=y), other]))
    assert reading.block is None
    assert reading.reason is RejectReason.LOW_CONFIDENCE


@pytest.mark.parametrize(("x", "y"), [(1.2, 1.4), (6.8, 2.0), (4.4, 1.2)])
def test_beside_an_illegible_address_no_other_is_taken(engine: OcrEngine, x: float, y: float) -> None:
    other = Print(("JOHN R DOE", "88 OAK ST", "SALEM OR 97301"), x, y, 10)
    reading = AddressReader(engine, ReadingSettings()).read(smeared(draw(Letter(prints=[address(), other]))))
    assert reading.block is None
    assert reading.reason is RejectReason.LOW_CONFIDENCE


HEADS = [
    "Call 1-800-555-0142 today",
    "SAVE 50% THIS WEEKEND",
    "www.example.com",
    "Lowest prices since 1984",
    "Write to ust",
]


@pytest.mark.parametrize("head", HEADS)
def test_an_address_under_advertising_is_the_senders(engine: OcrEngine, head: str) -> None:
    advert = Print([head, *RETURN[1:]], 4.0, 2.2)
    reading = read(engine, Letter(prints=[advert, address(x=1.2, y=1.6, ink=150)]))
    assert texts(reading) == plain(ADDRESS)
    assert read(engine, Letter(prints=[advert])).reason is RejectReason.NO_ADDRESS_BLOCK


@pytest.mark.parametrize("cut", ["SALEM OR 97301", "SALEM OR 97", "SALEM OREG"])
def test_beside_an_address_in_a_worse_place_none_is_taken_though_its_end_is_lost(engine: OcrEngine, cut: str) -> None:
    other = Print(("JOHN R DOE", "88 OAK ST", cut), 7.3, 1.9, 11)
    reading = read(engine, Letter(prints=[address(x=3.2), other]))
    assert (reading.block, reading.reason) == (None, RejectReason.LOW_CONFIDENCE)


def test_words_beside_an_address_are_no_rival(engine: OcrEngine) -> None:
    other = Print(("OPEN THIS", "AT ONCE", "THANK YOU"), 7.3, 1.9, 11)
    assert texts(read(engine, Letter(prints=[address(x=3.2), other]))) == plain(ADDRESS)


@pytest.mark.parametrize("gap", [0.05, 0.12, 0.2])
def test_where_the_senders_address_runs_into_the_delivery_address_neither_is_taken_for_the_other(
    engine: OcrEngine, gap: float
) -> None:
    delivery = Print(["PFC RICHARD LOPEZ", "UNIT 1559 BOX 146", "APO AA 34061"], 3.0, 2.0, 11)
    advert = Print(["Write to us:", "MRS JOSE ST JOHN", "149 UNION SQ", "ALDERBURG NY 12331"], 4.62 + gap, 1.98, 10)
    reading = read(engine, Letter(prints=[delivery, advert]))
    assert "ALDERBURG NY 12331" not in [line.text for line in (reading.block.lines if reading.block else ())]


def test_an_address_without_its_last_line_is_not_replaced_by_another(engine: OcrEngine) -> None:
    sender = Print(["MS JOSE PATEL", "105 HULL ST", "WESTOVER MILLS PA 17862", "RETURN SERVICE REQUESTED"], 1.4, 3.4, 9)
    reading = read(engine, Letter(prints=[address(["BARBARA SCHMIDT", "148 MADISON AVE"]), sender]))
    assert texts(reading) in ([], plain(["BARBARA SCHMIDT", "148 MADISON AVE"]))


def test_small_print_beside_the_address_is_no_rival(engine: OcrEngine) -> None:
    other = Print(("JOHN R DOE", "88 OAK ST", "SALEM OR 97301"), 1.0, 2.0, 7)
    assert texts(read(engine, Letter(prints=[address(x=4.8), other]))) == plain(ADDRESS)


def test_without_a_delivery_address_the_return_address_is_not_used(engine: OcrEngine) -> None:
    reading = read(engine, Letter(prints=[return_address()]))
    assert reading.block is None
    assert reading.reason is RejectReason.NO_ADDRESS_BLOCK


def test_a_barcode_beside_the_block_is_no_line(engine: OcrEngine) -> None:
    bars = "1" + "0110001011" * 6 + "1"
    letter = Letter(prints=[address()], bars=[(4.2, 2.1, bars), (4.2, 1.15, bars)])
    assert texts(read(engine, letter)) == plain(ADDRESS)


def test_boxes_lie_on_the_print(engine: OcrEngine) -> None:
    reading = read(engine, Letter(prints=[address()], margin=0.5))
    assert reading.block is not None
    box = reading.block.box
    assert box is not None
    assert box.x0 == pytest.approx((0.5 + 4.2) * 200, abs=20)
    assert box.y0 == pytest.approx((0.5 + 4.125 - 2.0) * 200, abs=20)
    tops = [line.box.y0 for line in reading.block.lines if line.box]
    assert tops == sorted(tops)


def test_a_blot_over_a_digit_lowers_the_line(engine: OcrEngine) -> None:
    clean = read(engine, Letter(prints=[Print(["JANE PUBLIC", "1740 MAPLE AVE", "SALEM OR 97301"], 4.2, 2.0, 12)]))
    # The blot stands where the space after the house number is, as wide as a digit.
    letter = Letter(prints=[Print(["JANE PUBLIC", "174", "SALEM OR 97301"], 4.2, 2.0, 12)], noise=2)
    letter = Letter(**{**vars(letter), "prints": [*letter.prints, Print(["MAPLE AVE"], 4.78, 1.784, 12)]})
    letter = Letter(**{**vars(letter), "patches": [(4.53, 1.63, 0.09, 0.11, 60)]})
    hidden = read(engine, letter)
    assert clean.block is not None
    assert hidden.block is not None
    assert clean.block.lines[1].confidence > 0.9
    assert hidden.block.lines[1].confidence < 0.6


@pytest.mark.parametrize("grey", [0, 255])
def test_a_blank_picture_is_a_reason(engine: OcrEngine, grey: int) -> None:
    lift = ImageLift(np.full((700, 1500), grey, np.uint8), 200.0, "blank.png")
    reading = AddressReader(engine, ReadingSettings()).read(lift)
    assert reading.block is None
    assert reading.reason is RejectReason.NO_ADDRESS_BLOCK


def test_noise_and_scraps_break_nothing(engine: OcrEngine) -> None:
    random = np.random.default_rng(5)
    reader = AddressReader(engine, ReadingSettings())
    for size in ((1, 1), (2, 300), (40, 40), (300, 500)):
        reading = reader.read(ImageLift(random.integers(0, 256, size).astype(np.uint8), 200.0, "scrap.png"))
        assert (reading.block is None) == (reading.reason is not None)


class Mute:
    """An engine that reads nothing."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        return ()


def test_a_block_without_text_is_unreadable() -> None:
    reading = AddressReader(Mute(), ReadingSettings()).read(draw(Letter(prints=[address()])))
    assert reading.reason is RejectReason.UNREADABLE


@pytest.mark.parametrize("turn", [0, 180])
def test_the_delivery_block_comes_first_the_right_way_up(turn: int) -> None:
    lift = draw(Letter(prints=[address(), return_address()], rotation=turn))
    first = find_candidates(lift, find_letter(lift), 4)[0]
    assert first.rotation == turn
    assert not first.corner
    assert len(first.rows) == 3


def test_a_block_without_its_last_line_is_read_with_it(engine: OcrEngine) -> None:
    """A little more space above the last line: the lines over it look like a block of their own, and read clearly."""
    above = ["A1 KEYLINE 77", "JANE Q PUBLIC", "207 COTTAGE PL", "PO BOX 244"]
    prints = [Print(above, 4.0, 2.4), Print(["SALEM OR 97301"], 4.0, 2.4 - 3 * 0.1986 - 0.25), return_address()]
    lift = draw(Letter(prints=prints))
    assert len(find_candidates(lift, find_letter(lift), 6)[0].rows) == len(above)
    assert texts(AddressReader(engine, ReadingSettings()).read(lift))[-2:] == ["POBOX244", "SALEMOR97301"]
