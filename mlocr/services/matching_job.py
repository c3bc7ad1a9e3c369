"""Records to answers as text: the same work whether a worker does it or the process that reads and writes."""

from __future__ import annotations

import csv
import io
import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mlocr.errors import BadInputError, StationError
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.ports import AddressMatcher
from mlocr.services.matching_answers import ANSWER_COLUMNS, failed, match_cells, match_json, match_line
from mlocr.services.matching_columns import Sheet
from mlocr.services.matching_lines import is_text
from mlocr.services.matching_questions import JsonQuestions, MatchQuestion, text_question
from mlocr.services.matching_records import Form, Record

MALFORMED = "malformed_record"
"""`reason` of a row of a table that could not be read; it got no code."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of every record: where it comes from, its form, the answers' form and character set.

    `sheet` belongs to records that are rows of a table.
    """

    source: str
    form: Form
    answers: Form
    encoding: str
    sheet: Sheet | None = None


@dataclass(slots=True)
class Answered:
    """The text of the records answered, how many had each depth (0: none), and the rows that could not be read.

    `error` is what stopped the work at the record behind them; the records after it were not looked at.
    """

    text: str = ""
    depths: dict[int, int] = field(default_factory=dict)
    bad_rows: list[tuple[int, str]] = field(default_factory=list)
    error: Exception | None = None


class Answerer:
    """Answers records with one matcher."""

    def __init__(self, job: Job, matcher: AddressMatcher) -> None:
        self._job = job
        self._matcher = matcher
        self._json = JsonQuestions(job.source)
        self._write = _writer(job)

    def answer(self, records: Sequence[Record]) -> Answered:
        """The answers in order, as far as the first that cannot be had."""
        done = Answered()
        texts: list[str] = []
        try:
            for record in records:
                texts.append(self._one(record, done))
        except StationError as error:
            done.error = error
        except Exception:  # a fault of our own: what was answered before it is kept, and it is shown
            done.error = RuntimeError(f"line {record[0]} of {self._job.source}:\n{traceback.format_exc()}")
        done.text = "".join(texts)
        return done

    def give_up(self, record: Record) -> Answered:
        """The answer to a record that ends every process it is given to."""
        done = Answered(depths={0: 1})
        cells, sheet = _cells(record), self._job.sheet
        question_id = sheet.id_of(cells) if sheet else self._question(record).id
        done.text = self._write(question_id, failed(RejectReason.WORKER_FAILED), cells, "")
        return done

    def _one(self, record: Record, done: Answered) -> str:
        if isinstance(record[1], BadInputError):
            raise record[1]
        if self._job.form is not Form.CSV:
            question = self._question(record)
            match = self._matcher.match(question.block)
            _count(done, match)
            return self._write(question.id, match, [], "")
        line, cells = record[0], _cells(record)
        sheet = _sheet(self._job)
        problem = _problem(record, cells, sheet)
        if problem:
            done.bad_rows.append((line, problem))
            done.depths[0] = done.depths.get(0, 0) + 1
            return self._write(sheet.id_of(cells), None, cells, f"line {line}: {problem}")
        match = self._matcher.match(sheet.block(cells))
        _count(done, match)
        return self._write(sheet.id_of(cells), match, cells, "")

    def _question(self, record: Record) -> MatchQuestion:
        line, given = record
        if isinstance(given, str):
            return self._json.question(line, given)
        if isinstance(given, tuple):
            return text_question(self._job.source, line, given)
        raise TypeError("a record is a line of JSON or a block of text")


def head(job: Job) -> str:
    """What stands above the answers: the header of a table, nothing elsewhere."""
    if job.answers is not Form.CSV:
        return ""
    kept = job.sheet.header if job.sheet else ("id",)
    return _table_row([*kept, *answer_columns(kept)], job.sheet)


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


# --- writing ----------------------------------------------------------------------------------------------------------

Write = Callable[[object, Match | None, list[str], str], str]
"""Id, answer (None for a row that could not be read), the row's cells and what is wrong with it, to text."""


def _writer(job: Job) -> Write:
    return {Form.JSON: _json_writer, Form.CSV: _table_writer, Form.TEXT: _line_writer}[job.answers](job)


def _json_writer(job: Job) -> Write:
    encode, escape = json.JSONEncoder(ensure_ascii=False).encode, json.JSONEncoder().encode

    def write(question_id: object, match: Match | None, cells: list[str], error: str) -> str:
        value = match_json(question_id, match or Match(None, None))
        if match is None:
            value |= {"reason": MALFORMED, "error": error}
        text = encode(value)
        if not _fits(text, job.encoding):
            text = escape(value)
        return text + "\n"

    return write


def _table_writer(job: Job) -> Write:
    def write(question_id: object, match: Match | None, cells: list[str], error: str) -> str:
        answers = match_cells(match or Match(None, None), error)
        if match is None:
            answers[ANSWER_COLUMNS.index("reason")] = MALFORMED
        kept = _fitted(cells, job.sheet) if job.sheet else ["" if question_id is None else str(question_id)]
        return _carried(_table_row([*kept, *answers], job.sheet), job.encoding)

    return write


def _line_writer(job: Job) -> Write:
    def write(question_id: object, match: Match | None, cells: list[str], error: str) -> str:
        line = match_line(question_id, match or Match(None, None))
        return _carried(f"{line} {error}".rstrip() if error else line, job.encoding) + "\n"

    return write


def _table_row(cells: list[str], sheet: Sheet | None) -> str:
    """One row. Quoted as for CR LF, so that neither can stand bare in a cell, then ended as the table's lines end."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=sheet.delimiter if sheet else ",", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()[:-2] + (sheet.line_end if sheet else "\n")


def _fitted(cells: list[str], sheet: Sheet) -> list[str]:
    """As many cells as the header has; what is over stays in the last."""
    size = len(sheet.header)
    if len(cells) > size:
        return [*cells[: size - 1], sheet.delimiter.join(cells[size - 1 :])]
    return cells + [""] * (size - len(cells))


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


# --- reading ----------------------------------------------------------------------------------------------------------


def _count(done: Answered, match: Match) -> None:
    depth = int(match.routing.depth) if match.routing else 0
    done.depths[depth] = done.depths.get(depth, 0) + 1


def _sheet(job: Job) -> Sheet:
    if job.sheet is None:
        raise BadInputError(f"{job.source} is a table without a header; give a header line")
    return job.sheet


def _cells(record: Record) -> list[str]:
    row = record[1]
    return row[0] if isinstance(row, tuple) and isinstance(row[0], list) else []


def _problem(record: Record, cells: list[str], sheet: Sheet) -> str:
    row = record[1]
    said = str(row[1]) if isinstance(row, tuple) else ""
    over = len(cells) - len(sheet.header)
    if not said and over > 0 and any(map(str.strip, cells[-over:])):
        said = f"{len(cells)} cells, but the header has {len(sheet.header)}; quote cells that hold the delimiter"
    if not said and not all(map(is_text, cells)):
        said = "it is not UTF-8 text; save the file as UTF-8 or name its --encoding"
    return said
