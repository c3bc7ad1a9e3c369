"""Intelligent Mail barcode: 20 tracking digits and a routing code to 65 bars and back (USPS-B-3200).

Bars are `F` full, `A` ascender, `D` descender, `T` tracker, left to right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mlocr.mail.code import BarcodeSymbol, Symbology

BAR_COUNT = 65
ROUTING_OFFSETS = {0: 0, 5: 1, 9: 100_001, 11: 1_000_100_001}
CRC_POLYNOMIAL = 0xF35
CRC_PRESET = 0x7FF
FIVE_OF_13 = 1287
LAST_CODEWORD = 1365
FIRST_OF_CRC_10 = 659
LEAST_CODEWORD = 636
# Bit j of character i goes to bit P[13 * i + j], 1 to 130: bar b's lower half is bit b, its upper half bit b + 65.
# fmt: off
PERMUTATION = (
    67, 6, 78, 16, 86, 95, 34, 40, 45, 113, 117, 121, 62, 87, 18, 104, 41, 76, 57, 119, 115, 72, 97, 2, 127, 26,
    105, 35, 122, 52, 114, 7, 24, 82, 68, 63, 94, 44, 77, 112, 70, 100, 39, 30, 107, 15, 125, 85, 10, 65, 54, 88,
    20, 106, 46, 66, 8, 116, 29, 61, 99, 80, 90, 37, 123, 51, 25, 84, 129, 56, 4, 109, 96, 28, 36, 47, 11, 71,
    33, 102, 21, 9, 17, 49, 124, 79, 64, 91, 42, 69, 53, 60, 14, 1, 27, 103, 126, 75, 89, 50, 120, 19, 32, 110,
    92, 111, 130, 59, 31, 12, 81, 43, 55, 5, 74, 22, 101, 128, 58, 118, 48, 108, 38, 98, 93, 23, 83, 13, 73, 3,
)
# fmt: on
STATES = ("T", "D", "A", "F")  # lower half 1, upper half 2
FIELD_ERRORS = {
    "09": "the tracking number has 20 digits",
    "10": "the tracking number is made of digits only",
    "11": "the second digit of the tracking number is 0 to 4",
    "12": "the routing code has 0, 5, 9 or 11 digits",
    "13": "the routing code is made of digits only",
}


class ImbFieldError(ValueError):
    """A field the barcode cannot hold; `code` is the Postal Service encoder's return code, "09" to "13"."""

    def __init__(self, code: str, given: str) -> None:
        self.code = code
        super().__init__(f"{FIELD_ERRORS[code]}, not {given!r} (encoder error {code})")


@dataclass(frozen=True, slots=True)
class ImbContent:
    """What an Intelligent Mail barcode says: 20 tracking digits, and 0, 5, 9 or 11 routing digits."""

    tracking: str
    routing: str


def field_error(tracking: str, routing: str) -> str:
    """The encoder's return code for these fields: "00" when they can be encoded, else "09" to "13"."""
    # The encoder drops blanks around a field before it counts.
    if len(tracking) != 20 or len(tracking.strip(" ")) != 20:
        return "09"
    if not (tracking.isascii() and tracking.isdigit()):
        return "10"
    if tracking[1] > "4":
        return "11"
    if len(routing) not in ROUTING_OFFSETS:
        return "12"
    if routing and not (routing.isascii() and routing.isdigit()):
        return "13"
    return "00"


def encode(tracking: str, routing: str) -> BarcodeSymbol:
    """The 65 bars. Raises ImbFieldError naming the first field that is wrong."""
    code = field_error(tracking, routing)
    if code != "00":
        raise ImbFieldError(code, tracking if code in ("09", "10", "11") else routing)
    value = _to_number(tracking, routing)
    crc = _crc(value)
    codewords = _codewords(value, crc)
    words = _character_words()
    halves = [0] * 131
    for i, codeword in enumerate(codewords):
        character = words[codeword] ^ (0x1FFF if crc >> i & 1 else 0)
        for j in range(13):
            halves[PERMUTATION[13 * i + j]] = character >> j & 1
    bars = "".join(STATES[halves[b] | halves[b + BAR_COUNT] << 1] for b in range(1, BAR_COUNT + 1))
    return BarcodeSymbol(Symbology.IMB, bars)


def decode(bars: str) -> ImbContent | None:
    """What 65 bars say; None unless every character, every codeword and the 11-bit check sequence are right."""
    if len(bars) != BAR_COUNT or any(bar not in STATES for bar in bars):
        return None
    return decode_halves([STATES.index(bar) for bar in bars])


def decode_halves(states: list[int]) -> ImbContent | None:
    """As `decode`, from 65 numbers: 1 for a lower half, 2 for an upper half, 3 for both."""
    characters = characters_of(states)
    lookup = _codeword_lookup()
    codewords = []
    crc = 0
    for i, character in enumerate(characters):
        found = lookup.get(character)
        if found is None:
            return None
        codewords.append(found[0])
        crc |= found[1] << i
    value = _from_codewords(codewords, crc)
    if value is None or _crc(value[0]) != value[1]:
        return None
    return _from_number(value[0])


def characters_of(states: list[int]) -> list[int]:
    """The ten 13-bit characters of 65 bar states."""
    characters = []
    for i in range(10):
        character = 0
        for j in range(13):
            place = PERMUTATION[13 * i + j] - 1
            bit = states[place] & 1 if place < BAR_COUNT else states[place - BAR_COUNT] >> 1
            character |= bit << j
        characters.append(character)
    return characters


def valid_character(character: int) -> bool:
    """Whether 13 bits are a character of the code, plain or inverted."""
    return character in _codeword_lookup()


def turned(bars: str) -> str:
    """The bars as they look when the piece lies upside down."""
    return bars[::-1].translate(str.maketrans("AD", "DA"))


def _to_number(tracking: str, routing: str) -> int:
    """The 102-bit number of both fields."""
    value = int(routing or "0") + ROUTING_OFFSETS[len(routing)]
    value = (value * 10 + int(tracking[0])) * 5 + int(tracking[1])
    return int(value * 10**18 + int(tracking[2:]))


def _from_number(value: int) -> ImbContent | None:
    value, rest = divmod(value, 10**18)
    value, second = divmod(value, 5)
    value, first = divmod(value, 10)
    for length, offset in sorted(ROUTING_OFFSETS.items(), reverse=True):
        if value >= offset:
            routing = f"{value - offset:0{length}d}" if length else ""
            # A value beyond the last routing code would need a digit more than its length allows.
            return ImbContent(f"{first}{second}{rest:018d}", routing) if len(routing) == length else None
    return None


def _crc(value: int) -> int:
    """The 11-bit frame check sequence over the 102 bits, most significant first."""
    crc = CRC_PRESET
    for place in range(101, -1, -1):
        top = crc >> 10 ^ value >> place & 1
        crc = crc << 1 & 0x7FF
        if top & 1:
            crc ^= CRC_POLYNOMIAL & 0x7FF
    return crc


def _codewords(value: int, crc: int) -> list[int]:
    """Codewords A to J, J doubled and A raised where bit 10 of the check sequence is set."""
    value, last = divmod(value, LEAST_CODEWORD)
    codewords = [2 * last]
    for _ in range(8):
        value, codeword = divmod(value, LAST_CODEWORD)
        codewords.append(codeword)
    codewords.append(value + (FIRST_OF_CRC_10 if crc >> 10 & 1 else 0))
    return codewords[::-1]


def _from_codewords(codewords: list[int], crc: int) -> tuple[int, int] | None:
    """The number and the full check sequence; None where a codeword is beyond its range."""
    first, last = codewords[0], codewords[-1]
    if first >= FIRST_OF_CRC_10:
        first -= FIRST_OF_CRC_10
        crc |= 1 << 10
    if first >= FIRST_OF_CRC_10 or last % 2 or last // 2 >= LEAST_CODEWORD:
        return None
    value = first
    for codeword in codewords[1:-1]:
        value = value * LAST_CODEWORD + codeword
    return value * LEAST_CODEWORD + last // 2, crc


def _n_of_13(n: int) -> list[int]:
    """All 13-bit words with n bits set in the code's order: mirrored pairs from the front, palindromes at the end."""
    pairs: list[int] = []
    palindromes: list[int] = []
    for word in range(1 << 13):
        if word.bit_count() != n:
            continue
        mirror = int(f"{word:013b}"[::-1], 2)
        if mirror == word:
            palindromes.append(word)
        elif mirror > word:
            pairs += [word, mirror]
    return pairs + palindromes[::-1]


@cache
def _character_words() -> tuple[int, ...]:
    """The character of each codeword, 0 to 1364."""
    return tuple(_n_of_13(5) + _n_of_13(2))


@cache
def _codeword_lookup() -> dict[int, tuple[int, int]]:
    """Character, plain or inverted, to (codeword, 1 if inverted). Never changed once made."""
    plain = {word: (codeword, 0) for codeword, word in enumerate(_character_words())}
    return plain | {word ^ 0x1FFF: (codeword, 1) for codeword, word in enumerate(_character_words())}
