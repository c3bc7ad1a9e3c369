"""POSTNET: digits to bars and back (DMM 708 4.2.1 to 4.2.4).

A tall bar is `1`, a short one `0`. Two of five bars are tall; their weights are 7 4 2 1 0, zero being 7 + 4.
"""

from mlocr.mail.code import BarcodeSymbol, Symbology, correction_digit

DIGITS = ("11000", "00011", "00101", "00110", "01001", "01010", "01100", "10001", "10010", "10100")
LENGTHS = (5, 9, 11)
BAR_COUNTS = (32, 52, 62)


def encode(digits: str) -> BarcodeSymbol:
    """The bars of 5, 9 or 11 digits, frame bars and correction digit added (DMM 708 4.2.1).

    Raises ValueError for any other text.
    """
    if not (digits.isascii() and digits.isdigit() and len(digits) in LENGTHS):
        raise ValueError(f"a POSTNET barcode holds 5, 9 or 11 digits, not {digits!r}")
    body = "".join(DIGITS[int(d)] for d in digits + correction_digit(digits))
    return BarcodeSymbol(Symbology.POSTNET, f"1{body}1")


def decode(bars: str) -> str | None:
    """The 5, 9 or 11 digits, without the correction digit; None unless every bar and the correction digit are right."""
    digits = digits_of(bars)
    if digits is None or sum(int(d) for d in digits) % 10:
        return None
    return digits[:-1]


def digits_of(bars: str) -> str | None:
    """All digits with the correction digit, unchecked; None for a wrong bar count, frame bar or group of five."""
    if len(bars) not in BAR_COUNTS or bars[0] != "1" or bars[-1] != "1":
        return None
    groups = (bars[i : i + 5] for i in range(1, len(bars) - 1, 5))
    digits = [DIGITS.index(group) if group in DIGITS else -1 for group in groups]
    return None if -1 in digits else "".join(map(str, digits))
