"""What is said to a Hitachi RX or UX printer on its serial port: control codes, print items, user patterns. Pure.

Facts are those of the operating manuals (RX technical manual, sections 5.3 and 5.5; UX2 communication manual, 1.3 and
1.4): half duplex, the host asks; ENQ is answered ACK (ready) or NAK; STX text ETX is answered ACK or NAK. A mark goes
as user patterns, cut from its columns, which the print items then call by their codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STX, ETX, ENQ, ACK, DLE, DC2, NAK, ESC2 = 0x02, 0x03, 0x05, 0x06, 0x10, 0x12, 0x15, 0x1F
PATTERN_HEADER = 0x32
FIRST_PATTERN = 0xD0
PATTERNS = 48  # user patterns 00 to 47, one byte each, where the printer counts characters in single bytes
FIRST_ITEM = 0x30  # item 1 is 31 hex
MOST_ITEMS = 100
MOST_BYTES = 3000  # of one transmission, STX and ETX among them


@dataclass(frozen=True, slots=True)
class Size:
    """A character size: dots across and up, its code, and the columns its pattern data holds (the rest is spacing)."""

    across: int
    up: int
    code: int
    stored: int

    @property
    def length(self) -> int:
        """Bytes of one pattern's data: eight dots of a column to a byte."""
        return self.stored * -(-self.up // 8)


SIZES = {
    "5x5": Size(5, 5, 0x31, 8),
    "5x8": Size(5, 8, 0x32, 8),
    "12x16": Size(12, 16, 0x36, 16),
    "18x24": Size(18, 24, 0x37, 24),
    "24x32": Size(24, 32, 0x38, 32),
}
"""RX technical manual 5.3.7-2 and -3, those sizes that a mark can be made of, and the one its example is in."""


def pattern_data(columns: Sequence[int], size: Size) -> bytes:
    """The data of one pattern; column bit 0 is the lowest dot. From bottom to top, left to right; spacing is empty."""
    if len(columns) > size.across or any(column >> size.up or column < 0 for column in columns):
        raise ValueError(f"a pattern of {size.across} x {size.up} dots holds no more")
    high = -(-size.up // 8)
    return b"".join(column.to_bytes(high, "little") for column in columns).ljust(size.length, b"\0")


def cut(columns: Sequence[int], size: Size, reverse: bool) -> list[bytes]:
    """The data of the patterns that make a mark, in printing order.

    `reverse`: the letter's right edge leads, so the mark's last column is printed first.
    """
    ordered = list(reversed(columns)) if reverse else list(columns)
    return [pattern_data(ordered[at : at + size.across], size) for at in range(0, len(ordered), size.across)]


def pattern_text(number: int, size: Size, data: bytes) -> bytes:
    """The text that gives user pattern `number` its dots."""
    if not 0 <= number < PATTERNS or len(data) != size.length:
        raise ValueError(f"user pattern {number} with {len(data)} bytes is none")
    return bytes((ESC2, PATTERN_HEADER, size.code, FIRST_PATTERN + number)) + data


def message(text: bytes) -> bytes:
    """One transmission."""
    return bytes((STX,)) + text + bytes((ETX,))


def pattern_messages(patterns: Sequence[bytes], size: Size) -> list[bytes]:
    """User patterns 00 and on, in as few transmissions as may be."""
    messages: list[bytes] = []
    held = b""
    for number, data in enumerate(patterns):
        text = pattern_text(number, size, data)
        if len(held) + len(text) + 2 > MOST_BYTES:
            messages.append(message(held))
            held = b""
        held += text
    return [*messages, message(held)] if held else messages


def contents(items: Iterable[bytes]) -> bytes:
    """The transmission that fills print items 1 and on; an empty one is erased."""
    text = b""
    for number, characters in enumerate(items, 1):
        if number > MOST_ITEMS:
            raise ValueError(f"a printer has at most {MOST_ITEMS} print items")
        text += bytes((DLE, FIRST_ITEM + number)) + characters
    return message(text)


def calls(count: int, items: int, per_item: int) -> bytes:
    """The transmission by which the items call user patterns 00 to `count`-1 in order; items beyond are erased."""
    codes = bytes(range(FIRST_PATTERN, FIRST_PATTERN + count))
    return contents(codes[at * per_item : (at + 1) * per_item] for at in range(items))


def erasure(items: int) -> bytes:
    """The transmission that leaves nothing to print."""
    return contents([b""] * items)
