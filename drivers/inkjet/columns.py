"""Rasters on the wire: dot columns in firing order, raw or as a dictionary with run lengths (section 6).

A column is one unsigned little-endian number of ceil(dots / 8) bytes; bit 0 is the lowest dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from drivers.inkjet.messages import Encoding

_MOST_ENTRIES = 255
_LONGEST_RUN = 255


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


def compress(columns: Sequence[int], dots: int) -> tuple[Encoding, bytes]:
    """The shorter of the two encodings.

    Dictionary: u8 entries, the entries, then pairs of u8 index and u8 run length (1 to 255).
    """
    plain = raster(columns, dots)
    index: dict[int, int] = {}
    runs = bytearray()
    for column, group in groupby(columns):
        number = index.setdefault(column, len(index))
        if number >= _MOST_ENTRIES:
            return Encoding.RAW, plain
        run = sum(1 for _ in group)
        while run > 0:
            step = min(run, _LONGEST_RUN)
            runs += bytes((number, step))
            run -= step
    packed = bytes((len(index),)) + raster(tuple(index), dots) + runs
    return (Encoding.DICTIONARY, packed) if len(packed) < len(plain) else (Encoding.RAW, plain)


def expand(encoding: int, data: bytes, columns: int, dots: int) -> bytes | None:
    """The canonical raster of `columns` columns; None when the data do not make exactly that, or set a dot too many."""
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
