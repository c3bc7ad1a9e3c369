"""Answers as text: objects of JSON, rows of a table, lines or whole stories for a person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlocr.mail.address import AddressBlock
from mlocr.mail.match import Match
from mlocr.services.matching_answers import ANSWER_COLUMNS, match_cells, match_json, match_line, match_text
from mlocr.services.matching_columns import Sheet
from mlocr.services.matching_records import Form

MALFORMED = "malformed_record"
"""`reason` of a row of a table that could not be read; it got no code."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of every record: where it comes from, its form, the answers' form and character set.

    `sheet` belongs to records that are rows of a table. `heading` puts names above lines for a person; `explain` tells
    each answer's whole story instead.
    """

    source: str
    form: Form
    answers: Form
    encoding: str
    sheet: Sheet | None = None
    heading: bool = False
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One record answered: its id, the question and the answer, the cells of its row.

    `match` is None for a row that could not be read; then `error` says why.
    """

    id: object
    block: AddressBlock
    match: Match | None
    cells: Sequence[str] = ()
    error: str = ""

    @property
    def answer(self) -> Match:
        """The answer, an empty one where there is none."""
        return self.match or Match(None, None)


Write = Callable[[Reply], str]


def writer(job: Job) -> Write:
    """What writes one reply as this job wants it."""
    if job.explain:
        return _story_writer(job)
    return {Form.JSON: _json_writer, Form.CSV: _table_writer, Form.TEXT: _line_writer}[job.answers](job)


def head(job: Job) -> str:
    """What stands above the answers: the header of a table, and for a person the names of the columns."""
    if job.answers is Form.CSV and not job.explain:
        kept = job.sheet.header if job.sheet else ("id",)
        return _carried(_table_row([*kept, *answer_columns(kept)], job.sheet), job.encoding)
    if job.heading and job.answers is Form.TEXT and not job.explain:
        return f"{'id':<12} {'code':<12} {'reason':<22} address\n"
    return ""


def answer_columns(kept: Sequence[str]) -> list[str]:
    """The names of the answer's columns; one that the table has already is told apart by a word before it."""
    taken = {name.strip().lower() for name in kept}
    names = []
    for column in ANSWER_COLUMNS:
        name = column
        while name in taken:
            name = f"matched_{name}"
        taken.add(name)
        names.append(name)
    return names


def _json_writer(job: Job) -> Write:
    encode, escape = json.JSONEncoder(ensure_ascii=False).encode, json.JSONEncoder().encode

    def write(reply: Reply) -> str:
        if reply.match is None:
            value = match_json(reply.id, reply.answer) | {"reason": MALFORMED, "error": reply.error}
            return (text if _fits(text := encode(value), job.encoding) else escape(value)) + "\n"
        text = match_text(reply.id, reply.match, encode, json.encoder.encode_basestring)
        if not _fits(text, job.encoding):
            text = match_text(reply.id, reply.match, escape, json.encoder.encode_basestring_ascii)
        return text + "\n"

    return write


def _table_writer(job: Job) -> Write:
    def write(reply: Reply) -> str:
        answers = match_cells(reply.answer, reply.error)
        if reply.match is None:
            answers[ANSWER_COLUMNS.index("reason")] = MALFORMED
        kept = _fitted(reply.cells, job.sheet) if job.sheet else ["" if reply.id is None else str(reply.id)]
        return _carried(_table_row([*kept, *answers], job.sheet), job.encoding)

    return write


def _line_writer(job: Job) -> Write:
    def write(reply: Reply) -> str:
        line = match_line(reply.id, reply.answer)
        return _carried(f"{line} {reply.error}".rstrip() if reply.error else line, job.encoding) + "\n"

    return write


def _story_writer(job: Job) -> Write:
    from mlocr.services.explain import explain  # noqa: PLC0415 - its tables are no part of any other form

    def write(reply: Reply) -> str:
        lines = [line.text for line in reply.block.lines]
        said = reply.error + "\n" if reply.match is None else explain(lines, reply.match)
        name = "" if reply.id is None else str(reply.id)
        return _carried(f"=== {name} ".ljust(100, "=") + f"\n\n{said}\n", job.encoding)

    return write


def _table_row(cells: Sequence[str], sheet: Sheet | None) -> str:
    """One row. Quoted as for CR LF, so that neither can stand bare in a cell, then ended as the table's lines end."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=sheet.delimiter if sheet else ",", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()[:-2] + (sheet.line_end if sheet else "\n")


def _fitted(cells: Sequence[str], sheet: Sheet) -> list[str]:
    """As many cells as the header has; what is over stays in the last."""
    size = len(sheet.header)
    if len(cells) > size:
        return [*cells[: size - 1], sheet.delimiter.join(cells[size - 1 :])]
    return [*cells, *[""] * (size - len(cells))]


def _fits(text: str, encoding: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _carried(text: str, encoding: str) -> str:
    return text if text.isascii() else text.encode(encoding, "backslashreplace").decode(encoding)
