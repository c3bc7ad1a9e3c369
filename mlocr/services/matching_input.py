"""A stream of addresses as records: what form it has is seen from its beginning, or from its name."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from mlocr.errors import UsageError
from mlocr.services.matching_columns import Sheet, enough, make_sheet, recognised
from mlocr.services.matching_lines import LineSource
from mlocr.services.matching_records import CsvCutter, Cutter, Form, JsonCutter, Record, TextCutter

DELIMITERS = ",;\t|"
_ENDINGS = {".csv": Form.CSV, ".tsv": Form.CSV, ".tab": Form.CSV, ".jsonl": Form.JSON, ".ndjson": Form.JSON}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user said of the input: that it is a table, the columns of its parts, its delimiter; else it is seen."""

    table: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""


class RecordSource:
    """The records of a stream, as they come. `form` and `sheet` are known after `open`."""

    def __init__(self, lines: LineSource, wishes: Wishes) -> None:
        self.form = Form.TEXT
        self.sheet: Sheet | None = None
        self.name = lines.name
        self._lines = lines
        self._wishes = wishes
        self._cutter: Cutter = TextCutter(lines.name)
        self._early: list[Record] = []

    @property
    def bytes_read(self) -> int:
        """How far into the stream it is."""
        return self._lines.bytes_read

    @property
    def ended(self) -> bool:
        """Whether no record will come any more."""
        return self._lines.ended and not self._early

    def open(self) -> None:
        """Read as far as the first line that says something. Raises BadInputError for a table without an address."""
        lines: list[str] = []
        while not any(map(str.strip, lines)) and not self._lines.ended:
            lines += self._lines.take()
        first = next(filter(str.strip, lines), "")
        self.form = self._form_of(first)
        if self.form is Form.CSV:
            self._open_table(first, lines)
            return
        self._cutter = JsonCutter() if self.form is Form.JSON else TextCutter(self._lines.name)
        self._early = self._cutter.feed(lines, self._lines.ended)

    def take(self) -> list[Record]:
        """The records that are there now; may be empty before the end. Waits for more where there is none."""
        if self._early:
            early, self._early = self._early, []
            return early
        lines = self._lines.take()
        return self._cutter.feed(lines, self._lines.ended)

    # --- what it is --------------------------------------------------------------------------------------------------

    def _form_of(self, first: str) -> Form:
        if first.lstrip()[:1] in ("{", "["):
            return Form.JSON
        if first.lower().startswith("sep="):
            return Form.CSV
        named = _ENDINGS.get(PurePath(self._lines.name).suffix.lower())
        if named is not None:
            return named
        if self._wishes.table or self._wishes.columns:
            return Form.CSV
        _, header, found = self._best(first)
        return Form.CSV if enough(found, header, {}) else Form.TEXT

    def _best(self, first: str) -> tuple[str, list[str], dict[str, list[int]]]:
        """The delimiter that makes the most of a header."""
        if self._wishes.delimiter:
            choices = self._wishes.delimiter
        elif said := re.fullmatch(r"sep=(.)", first.strip(), re.IGNORECASE):
            choices = said[1]
        else:
            choices = DELIMITERS
        tried = [(each, _cells(first, each)) for each in choices]
        found = [(each, cells, recognised(cells, self._wishes.columns)) for each, cells in tried]
        return max(found, key=lambda each: (sum(map(bool, each[2].values())), len(each[1])))

    def _open_table(self, first: str, lines: list[str]) -> None:
        delimiter, _, _ = self._best(first)
        self._cutter = cutter = CsvCutter(delimiter)
        records = cutter.feed(lines, self._lines.ended)
        while not records and not self._lines.ended:
            records = cutter.feed(self._lines.take(), self._lines.ended)
        if first.lower().startswith("sep="):  # a spreadsheet's own word about its delimiter
            records = records[1:]
        if not records:
            raise UsageError(f"{self._lines.name} is empty; give a table with a header line")
        header = _row(records[0])
        line_end = "\r\n" if first.endswith("\r\n") else "\n"
        self.sheet = make_sheet(header, delimiter, line_end, self._wishes.columns, self._lines.name)
        self._early = records[1:]


def _row(record: Record) -> list[str]:
    row = record[1]
    if not (isinstance(row, tuple) and isinstance(row[0], list)):
        raise TypeError("a record of a table is a row")
    return [str(cell) for cell in row[0]]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
