"""Bytes to numbered lines: as many as are there, in bounded memory, whatever the encoding's faults."""

from __future__ import annotations

import codecs
import io
from typing import Protocol

from mlocr.errors import BadInputError, UsageError

READ_BYTES = 1 << 16
LONGEST_LINE = 1 << 24
"""Characters of one line (*ours*): far above any address, and a file without line ends must not fill the memory."""


class ByteStream(Protocol):
    """What lines are read from: a buffered binary file or pipe."""

    def read1(self, size: int = ..., /) -> bytes:
        """What is there, at least one byte, `size` at most; empty at the end."""
        ...


class LineSource:
    """The lines of a stream, each with its line end, and the number of the next one.

    A line ends with LF, CR LF or CR. Bytes that the encoding does not know become lone surrogates, which `is_text`
    finds, so that the line they stand in can be named. A byte order mark tells UTF-8 and UTF-16 whatever was asked.
    """

    def __init__(self, stream: ByteStream, name: str, encoding: str = "utf-8") -> None:
        """Raises UsageError for an encoding that does not exist."""
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise UsageError(f"there is no encoding {encoding!r}; give one such as utf-8 or cp1252") from error
        self.name = name
        self.ended = False
        self.bytes_read = 0
        self._stream = stream
        self._encoding = encoding
        self._decoder: codecs.IncrementalDecoder | None = None
        self._rest = ""

    def take(self) -> list[str]:
        """The lines that are there now; waits for more where there is none, and sets `ended` at the end.

        May be empty before the end. Raises BadInputError for a line without end and for text that cannot be decoded.
        """
        if self.ended:
            return []
        given = self._stream.read1(READ_BYTES)
        self.bytes_read += len(given)
        self.ended = not given
        if self._decoder is None:
            self._decoder = _decoder(given, self._encoding)
        try:
            text = self._rest + self._decoder.decode(given, final=self.ended)
        except UnicodeError as error:
            raise BadInputError(f"{self.name} is no text of its encoding ({error}); save it as UTF-8") from error
        lines = io.StringIO(text, newline="").readlines()
        self._rest = ""
        # A last CR may be half of a line end.
        if lines and not self.ended and not lines[-1].endswith("\n"):
            self._rest = lines.pop()
            if len(self._rest) > LONGEST_LINE:
                raise BadInputError(f"{self.name} has a line of more than {LONGEST_LINE} characters; end its lines")
        return lines


def _decoder(first: bytes, encoding: str) -> codecs.IncrementalDecoder:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif first.startswith(codecs.BOM_UTF8) or codecs.lookup(encoding).name == "utf-8":
        encoding = "utf-8-sig"
    return codecs.getincrementaldecoder(encoding)("surrogateescape")


def is_text(line: str) -> bool:
    """Whether every byte of the line was of the stream's encoding."""
    if line.isascii():
        return True
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
