"""Rasters on the wire: dot columns in firing order, raw, as a dictionary with run lengths, or drawn (section 6).

A column is one unsigned little-endian number of ceil(dots / 8) bytes; bit 0 is the lowest dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from drivers.inkjet import symbolic
from drivers.inkjet.face import FACE, GLYPHS
from drivers.inkjet.messages import Encoding
from mlocr.mail.code import DrawnBars, DrawnText

_MOST_ENTRIES = 255
_LONGEST_RUN = 255
ALL = 1 << Encoding.RAW | 1 << Encoding.DICTIONARY | 1 << Encoding.SYMBOLIC
"""HELLO_ACK's `encodings` of an end that knows every one."""


def column_bytes(dots: int) -> int:
    """Bytes of one column."""
    return (dots + 7) // 8


def raster(columns: Sequence[int], dots: int) -> bytes:
    """The canonical raster: every column in firing order. The commit's CRC is made over it."""
    size = column_bytes(dots)
    return b"".join(column.to_bytes(size, "little") for column in columns)


def columns_of(data: bytes, dots: int) -> tuple[int, ...]:
    """The columns of a canonical raster."""
    size = column_bytes(dots)
    return tuple(int.from_bytes(data[at : at + size], "little") for at in range(0, len(data), size))


def compress(columns: Sequence[int], dots: int, encodings: int = ALL) -> tuple[Encoding, bytes]:
    """The shorter of the two encodings of columns alone, of those the device knows."""
    plain = raster(columns, dots)
    packed = dictionary(columns, dots) if encodings >> Encoding.DICTIONARY & 1 else None
    return (Encoding.RAW, plain) if packed is None or len(packed) >= len(plain) else (Encoding.DICTIONARY, packed)


def shortest(
    columns: Sequence[int], dots: int, dpi: int, parts: Sequence[DrawnBars | DrawnText], encodings: int, face: int
) -> tuple[Encoding, bytes]:
    """The shortest encoding that a device with these `encodings` and this `face` expands to exactly these columns.

    A drawing is sent only where it was tried here and gave the columns, dot by dot; `dpi` in thousandths.
    """
    best = compress(columns, dots, encodings)
    if face != FACE or not encodings >> Encoding.SYMBOLIC & 1:
        return best
    drawn = symbolic.describe(parts)
    if drawn is None or len(drawn) >= len(best[1]) or symbolic.draw(drawn, len(columns), dots, dpi) != tuple(columns):
        return best
    return Encoding.SYMBOLIC, drawn


def dictionary(columns: Sequence[int], dots: int) -> bytes | None:
    """u8 entries, the entries, then pairs of u8 index and u8 run length (1 to 255); None for more than 255 entries."""
    index: dict[int, int] = {}
    runs = bytearray()
    for column, group in groupby(columns):
        number = index.setdefault(column, len(index))
        if number >= _MOST_ENTRIES:
            return None
        run = sum(1 for _ in group)
        while run > 0:
            step = min(run, _LONGEST_RUN)
            runs += bytes((number, step))
            run -= step
    return bytes((len(index),)) + raster(tuple(index), dots) + runs


def expand(
    encoding: int, data: bytes, columns: int, dots: int, dpi: int = 0, glyphs: symbolic.Glyphs = GLYPHS
) -> bytes | None:
    """The canonical raster of `columns` columns; None when the data do not make exactly that, or set a dot too many.

    `dpi` (thousandths) and `glyphs` count for symbolic jobs only.
    """
    if encoding == Encoding.SYMBOLIC:
        drawn = symbolic.draw(data, columns, dots, dpi, glyphs)
        return None if drawn is None else raster(drawn, dots)
    size = column_bytes(dots)
    if encoding == Encoding.RAW:
        out = data
    elif encoding == Encoding.DICTIONARY:
        expanded = _expand_runs(data, columns, size)
        if expanded is None:
            return None
        out = expanded
    else:
        return None
    if len(out) != columns * size:
        return None
    spare = size * 8 - dots
    return None if spare and any(top >> (8 - spare) for top in out[size - 1 :: size]) else out


def _expand_runs(data: bytes, columns: int, size: int) -> bytes | None:
    if not data:
        return None
    start = 1 + data[0] * size
    runs = data[start:]
    if len(data) < start or len(runs) % 2:
        return None
    entries = [data[at : at + size] for at in range(1, start, size)]
    out = bytearray()
    for number, run in zip(runs[::2], runs[1::2], strict=True):
        if number >= len(entries) or run == 0 or len(out) + run * size > columns * size:
            return None
        out += entries[number] * run
    return bytes(out)
