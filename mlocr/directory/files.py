"""Product files read as streams: records with or without line breaks (LF or CRLF), the header first.

A product may come in several files (by state, or by volume); each begins with its own header, and all must name the
same edition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Generic, TypeVar

from mlocr.directory.fields import Layout
from mlocr.directory.layout import (
    CITY_STATE_HEADER,
    ZIP4_HEADER,
    CityStateRecord,
    parse_city_state,
    parse_header,
    parse_zip4,
)
from mlocr.directory.records import Edition
from mlocr.errors import BadInputError, RecordError
from mlocr.mail.address import DirectoryRecord

BLOCK = 1 << 20
_ENDING = b"\r\n\x1a"
"""What may follow the last record: line breaks, and the end-of-file character (control-Z) of old systems."""

Record = TypeVar("Record")


class ProductFile(Generic[Record]):
    """One product file being read: `edition` is known at once, the detail records come by iterating, once.

    Raises RecordError for a malformed record and BadInputError for an empty file. `sha256` covers what was read so far.
    """

    def __init__(
        self,
        stream: BinaryIO,
        name: str,
        header: Layout,
        parse: Callable[[str, str, int], Record],
        read_header: Callable[[Layout, str, str, int], Edition] = parse_header,
    ) -> None:
        """Read the header record of `stream`; `name` is what errors call the file."""
        self.name = name
        self._header = header
        self._read_header = read_header
        self._parse = parse
        self._hash = hashlib.sha256()
        self._texts = enumerate(_records(_blocks(stream, self._hash.update), header.width), start=1)
        _, first = next(self._texts, (0, None))
        if first is None:
            raise BadInputError(f"{name} is empty; give the product file with its header record")
        if len(first) == header.width and not first.startswith("C"):
            problem = f"{first[:1]!r} at byte 1 is not C: the first record is not the header that names the edition"
            raise RecordError(name, 1, "copyright_detail_code", problem)
        self.edition: Edition = read_header(header, first, name, 1)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes read so far; of the whole file once iteration has ended."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[Record]:
        """The detail records in file order. A header further down must name the same edition."""
        for number, text in self._texts:
            if text.startswith("C"):
                self._same_edition(self._read_header(self._header, text, self.name, number), number)
                continue
            yield self._parse(text, self.name, number)

    def _same_edition(self, edition: Edition, number: int) -> None:
        if (edition.year, edition.month, edition.day) != (self.edition.year, self.edition.month, self.edition.day):
            problem = f"names edition {edition.label}, but the file's first header names {self.edition.label}"
            raise RecordError(self.name, number, "file_month", problem)


def read_zip4(stream: BinaryIO, name: str) -> ProductFile[DirectoryRecord]:
    """A ZIP+4 product file. Raises RecordError or BadInputError for its header, later for its records."""
    return ProductFile(stream, name, ZIP4_HEADER, parse_zip4)


def read_city_state(stream: BinaryIO, name: str) -> ProductFile[CityStateRecord]:
    """A City State product file. Raises RecordError or BadInputError for its header, later for its records."""
    return ProductFile(stream, name, CITY_STATE_HEADER, parse_city_state)


def _blocks(stream: BinaryIO, seen: Callable[[bytes], object]) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        seen(block)
        yield block


def _records(blocks: Iterator[bytes], width: int) -> Iterator[str]:
    """The records as text, whatever their length; Latin-1, so that a foreign byte reaches the field it spoils."""
    first = b""
    while len(first) < 2 * width and (block := next(blocks, b"")):
        first += block
    # A line break within two records' length says that records are lines; one after the last record says nothing.
    pieces = _lines if b"\n" in first[: 2 * width] else _slices
    empty = 0
    for piece in pieces(first, blocks, width):
        if not piece.strip(_ENDING):
            empty += 1  # at the end of the file: nothing; before another record: an error of its own
            continue
        yield from [""] * empty
        empty = 0
        yield piece.decode("latin-1")


def _slices(first: bytes, blocks: Iterator[bytes], width: int) -> Iterator[bytes]:
    held = first
    while True:
        whole = len(held) - len(held) % width
        for at in range(0, whole, width):
            yield held[at : at + width]
        held = held[whole:]
        block = next(blocks, b"")
        if not block:
            break
        held += block
    if held.strip(_ENDING):
        yield held.rstrip(_ENDING)


def _lines(first: bytes, blocks: Iterator[bytes], width: int) -> Iterator[bytes]:
    held = first
    while True:
        *lines, held = held.split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
        if len(held) > width + 1:  # a long record: hand it on at once, it is an error and may never end
            yield held
            return
        block = next(blocks, b"")
        if not block:
            break
        held += block
    if held:
        yield held.removesuffix(b"\x1a").removesuffix(b"\r")
