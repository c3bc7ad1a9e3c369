"""Lines to records: one a line of JSON, one a block of plain text, one a row of a table; nothing is parsed twice."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from enum import Enum
from typing import Protocol

from mlocr.errors import BadInputError

LONGEST_ROW = 500
"""Lines of one row of a table (*ours*): a stray quotation mark must not swallow the file."""
LONGEST_BLOCK = 100
"""Lines of one address in plain text (*ours*); more is a file without blank lines."""

Record = tuple[int, object]
"""The line it begins in, and a line of JSON (str), a numbered block of text (int, list[str]), a row (Row) or the
error (BadInputError) that is due when everything before it has been answered."""
Row = tuple[list[str], str]
"""The cells of a row, and the sentence that says what is wrong with it."""


class Form(Enum):
    """What a file of addresses, or of answers, is made of."""

    JSON = "json"
    CSV = "csv"
    TEXT = "text"


class Cutter(Protocol):
    """Cuts lines into records, keeping what is not complete."""

    def feed(self, lines: list[str], ended: bool) -> list[Record]:
        """The records complete with these lines; `ended` when no more will come."""
        ...


class JsonCutter:
    """One record a line; blank lines are none."""

    def __init__(self) -> None:
        self._line = 0

    def feed(self, lines: list[str], ended: bool) -> list[Record]:
        """Each line that holds something."""
        first = self._line + 1
        self._line += len(lines)
        return [(at, text) for at, text in enumerate(lines, first) if text.strip()]


class TextCutter:
    """Blocks set apart by blank lines, numbered from 1."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._line = 0
        self._count = 0
        self._block: list[str] = []

    def feed(self, lines: list[str], ended: bool) -> list[Record]:
        """The blocks ended by a blank line, or by the end."""
        return list(self._blocks([*lines, ""] if ended else lines))

    def _blocks(self, lines: list[str]) -> Iterator[Record]:
        for text in lines:
            self._line += 1
            if text.strip():
                self._block.append(text.strip())
                if len(self._block) > LONGEST_BLOCK:
                    yield (
                        self._line,
                        BadInputError(
                            f"{self._source}, line {self._line}: an address of more than {LONGEST_BLOCK} lines;"
                            " set addresses apart by a blank line"
                        ),
                    )
                    self._block = []
            elif self._block:
                self._count += 1
                yield self._line - len(self._block), (self._count, self._block)
                self._block = []


class _MoreWanted(Exception):
    """The lines that are there end within a row."""


class _Feed:
    """Lines from `at` on, for a reader of rows; counts what it gives."""

    def __init__(self, lines: list[str], at: int, ended: bool) -> None:
        self.at = at
        self.begun = at
        self._lines = lines
        self._ended = ended

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.at - self.begun > LONGEST_ROW:
            raise csv.Error("the row does not end")
        if self.at == len(self._lines):
            raise StopIteration if self._ended else _MoreWanted
        self.at += 1
        return self._lines[self.at - 1]


class CsvCutter:
    """Rows of a table, a quoted cell over several lines included; a row that is none costs that line only."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._line = 1
        self._waiting: list[str] = []

    def feed(self, lines: list[str], ended: bool) -> list[Record]:
        """The rows complete with these lines, each with its cells and what is wrong with it; blank lines are none."""
        self._waiting += lines
        records: list[Record] = []
        at = 0
        while at < len(self._waiting):
            feed = _Feed(self._waiting, at, ended)
            try:
                for cells in csv.reader(feed, delimiter=self._delimiter, strict=True):
                    if cells:
                        records.append((self._line + at, (cells, "")))
                    at = feed.begun = feed.at
            except _MoreWanted:
                break
            except csv.Error:
                records.append((self._line + at, self._mended(self._waiting[at])))
                at += 1
        self._line += at
        del self._waiting[:at]
        return records

    def _mended(self, line: str) -> Row:
        """A line that strict rules refuse: with text behind a closing quotation mark it is a row all the same."""
        line = line.rstrip("\r\n")
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
        except csv.Error:
            return [line], f"a cell of more than {csv.field_size_limit()} characters"
        return cells, "a quotation mark that is never closed" if line.count('"') % 2 else ""
