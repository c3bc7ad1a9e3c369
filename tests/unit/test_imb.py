"""Intelligent Mail barcode: the published vectors, the Postal Service's own test deck, and independent witnesses."""

import csv
import random
from pathlib import Path

import pytest
import zint
from reportlab.graphics.barcode.usps4s import USPS_4State

from mlocr.mail.code import Symbology
from mlocr.marking import imb

DECK = Path(__file__).resolve().parents[2] / "../shared/data/imb/uspsIMbEncoderTestCases.csv"
VECTORS = [
    ("01234567094987654321", "", "ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT"),
    ("01234567094987654321", "01234", "DTTAFADDTTFTDTFTFDTDDADADAFADFATDDFTAAAFDTTADFAAATDFDTDFADDDTDFFT"),
    ("01234567094987654321", "012345678", "ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA"),
    ("01234567094987654321", "01234567891", "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA"),
    ("53379777234994544928", "51135759461", "DAFDTDAFFDFTDADTDDFTTFDTATATFFFDFTTFFFTFDDTDAAFATDFTFDFDTTTDTTFDA"),
    ("12345678901234567890", "12345678901", "AAFDFTDTADDTATTTDTDTDTTDTDDDADTFTTAFFTDFAFAAAFDFATDFTATTFDDFDAAFD"),
    ("94999999999999999999", "99999999999", "TDFAADDFAFDFFTADFATDAADDFDFTAFATFAFTTATDTFDDFAAFTTFADAAFTFTADFTTD"),
    ("00000000000000000001", "99999999999", "FDFFFFDFTDDAAADFFATDTFFFDDTAAFFDTTFDTTTDAAADAFFFTTATFATATATTFFTFT"),
    ("44444444444444444444", "00000000000", "DFDFDDTAATDTTTDFADDAFDDFTADAFADFFTATFTATTDAFTTDTADTDDDATFDTAATFFT"),
    ("23270592831482031240", "96713024817", "DDADATADTAATDTTTDFDTTFTFFADTFTDFTATAAFTTFATDAATATDATATFADAADDTFDT"),
    ("00050010203123456789", "012345678", "FTTATTTTTDFAADTATAFTFTTTAAAAFTTDDDTFTDDAFTADDFDTDAFTDATTDFADDDDDA"),
]


@pytest.mark.parametrize(("tracking", "routing", "bars"), VECTORS)
def test_published_vectors(tracking: str, routing: str, bars: str) -> None:
    symbol = imb.encode(tracking, routing)
    assert symbol.symbology is Symbology.IMB
    assert symbol.bars == bars
    assert imb.decode(bars) == imb.ImbContent(tracking, routing)


def test_every_line_of_the_postal_test_deck() -> None:
    if not DECK.exists():
        pytest.skip(f"the Postal Service's encoder test deck is not at {DECK}")
    with DECK.open(newline="") as lines:
        rows = [row for row in csv.reader(lines) if row]
    assert len(rows) == 10_000
    for number, tracking, routing, bars, code, _ in rows:
        assert imb.field_error(tracking, routing) == code, number
        if code == "00":
            assert imb.encode(tracking, routing).bars == bars, number
            assert imb.decode(bars) == imb.ImbContent(tracking, routing), number
        else:
            with pytest.raises(imb.ImbFieldError) as raised:
                imb.encode(tracking, routing)
            assert raised.value.code == code


@pytest.mark.parametrize("length", [0, 5, 9, 11])
def test_witnesses_agree(length: int) -> None:
    numbers = random.Random(length)
    for _ in range(25):
        digits = [numbers.choice("0123456789") for _ in range(20 + length)]
        digits[1] = numbers.choice("01234")
        tracking, routing = "".join(digits[:20]), "".join(digits[20:])
        bars = imb.encode(tracking, routing).bars
        assert bars == _zint_bars(tracking, routing)
        assert bars == USPS_4State(tracking, routing).barcodes


def _zint_bars(tracking: str, routing: str) -> str:
    witness = zint.Symbol()
    witness.symbology = zint.Symbology.USPS_IMAIL
    witness.encode(f"{tracking}-{routing}" if routing else tracking)
    witness.buffer_vector()
    bars = sorted(witness.vector.rectangles, key=lambda bar: bar.x)
    bottom = max(bar.y + bar.height for bar in bars)
    return "".join(imb.STATES[(bar.y + bar.height == bottom) | (bar.y == 0) << 1] for bar in bars)


@pytest.mark.parametrize(
    ("tracking", "routing", "code"),
    [
        ("0123456709498765432", "01234", "09"),
        ("012345670949876543210", "01234", "09"),
        ("", "", "09"),
        ("0123456709498765432x", "01234", "10"),
        ("05234567094987654321", "01234", "11"),
        ("01234567094987654321", "0123", "12"),
        ("01234567094987654321", "0123x", "13"),
        ("０1234567094987654321", "01234", "10"),
    ],
)
def test_error_codes(tracking: str, routing: str, code: str) -> None:
    with pytest.raises(imb.ImbFieldError, match=f"encoder error {code}") as raised:
        imb.encode(tracking, routing)
    assert raised.value.code == code


def test_no_single_wrong_bar_decodes() -> None:
    for _, _, bars in VECTORS[:6]:
        for place in range(65):
            for state in "FADT".replace(bars[place], ""):
                assert imb.decode(bars[:place] + state + bars[place + 1 :]) is None


def test_two_wrong_bars_never_decode_to_something_else() -> None:
    numbers = random.Random(1)
    bars = VECTORS[4][2]
    for _ in range(3000):
        damaged = list(bars)
        for place in numbers.sample(range(65), 2):
            damaged[place] = numbers.choice("FADT")
        content = imb.decode("".join(damaged))
        assert content is None or "".join(damaged) == bars


def test_upside_down_is_not_decoded_but_turns_back() -> None:
    for _, _, bars in VECTORS:
        assert imb.decode(imb.turned(bars)) is None
        assert imb.turned(imb.turned(bars)) == bars


@pytest.mark.parametrize("wrong", ["", "F" * 64, "F" * 65, "T" * 65, "X" * 65, VECTORS[0][2] + "T"])
def test_what_is_no_barcode_is_none(wrong: str) -> None:
    assert imb.decode(wrong) is None
