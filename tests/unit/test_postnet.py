"""POSTNET: published vectors, two independent witnesses, and nothing decoded that is damaged."""

import warnings

import pytest
import zint

from mlocr.mail.code import Symbology
from mlocr.marking import postnet

# Row 1 is USPS Publication 25 (2003) exhibit 4-1; rows 3 and 4 were published bar for bar.
VECTORS = [
    ("12345678901", "10001100101001100100101010011001000110010101001100000011010011"),
    ("02881123430", "11100000101100101001000011000110010100110010010011011000100101"),
    ("95402051334", "11010001010010011100000101110000101000011001100011001001010011"),
    ("555551237", "1010100101001010010100101000011001010011010001001011"),
]


@pytest.mark.parametrize(("digits", "bars"), VECTORS)
def test_published_vectors(digits: str, bars: str) -> None:
    symbol = postnet.encode(digits)
    assert symbol.symbology is Symbology.POSTNET
    assert symbol.bars == bars
    assert postnet.decode(bars) == digits


@pytest.mark.parametrize("digits", ["61114", "611142300", "61114230001", "00000", "99999999999"])
def test_witnesses_agree(digits: str) -> None:
    witness = zint.Symbol()
    witness.symbology = zint.Symbology.POSTNET
    witness.encode(digits)
    witness.buffer_vector()
    bars = sorted(witness.vector.rectangles, key=lambda bar: bar.x)
    tallest = max(bar.height for bar in bars)
    assert postnet.encode(digits).bars == "".join("1" if bar.height == tallest else "0" for bar in bars)
    assert postnet.encode(digits).bars == _reportlab_bars(digits)


def _reportlab_bars(digits: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from reportlab.graphics.barcode.usps import POSTNET

        witness = POSTNET(digits)
        witness.validate()
        witness.encode()
        witness.decompose()
    return str(witness.decomposed).translate(str.maketrans("|.", "10"))


def test_any_one_bar_turned_is_refused() -> None:
    bars = postnet.encode("61114230001").bars
    for place, bar in enumerate(bars):
        assert postnet.decode(bars[:place] + "10"[int(bar)] + bars[place + 1 :]) is None


def test_any_one_digit_changed_is_refused() -> None:
    bars = postnet.encode("611142300").bars
    for start in range(1, len(bars) - 1, 5):
        for digit in postnet.DIGITS:
            if digit != bars[start : start + 5]:
                assert postnet.decode(bars[:start] + digit + bars[start + 5 :]) is None


@pytest.mark.parametrize("wrong", ["", "1", "0" * 32, "1" * 62, "10" * 26, "x" * 32])
def test_what_is_no_barcode_is_none(wrong: str) -> None:
    assert postnet.decode(wrong) is None


@pytest.mark.parametrize("wrong", ["", "1234", "123456", "1234567890", "123456789012", "1234x", "１２３４５"])
def test_other_than_5_9_or_11_digits_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="5, 9 or 11 digits"):
        postnet.encode(wrong)
