"""Records to answers as text: the same work whether a worker does it or the process that reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mlocr.errors import BadInputError, StationError
from mlocr.mail.address import AddressBlock
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.ports import AddressMatcher
from mlocr.services.matching_columns import Sheet
from mlocr.services.matching_lines import is_text
from mlocr.services.matching_questions import JsonQuestions, MatchQuestion, text_question
from mlocr.services.matching_records import Form, Record
from mlocr.services.matching_writers import Job, Reply, writer


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
        self._write = writer(job)

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
            import traceback  # noqa: PLC0415 - hardly ever wanted

            done.error = RuntimeError(f"line {record[0]} of {self._job.source}:\n{traceback.format_exc()}")
        done.text = "".join(texts)
        return done

    def give_up(self, record: Record) -> Answered:
        """The answer to a record that ends every process it is given to."""
        cells, sheet = _cells(record), self._job.sheet
        asked = MatchQuestion(sheet.id_of(cells), sheet.block(cells)) if sheet else self._question(record)
        failed = Match(None, RejectReason.WORKER_FAILED)
        return Answered(self._write(Reply(asked.id, asked.block, failed, cells)), {0: 1})

    def _one(self, record: Record, done: Answered) -> str:
        if isinstance(record[1], BadInputError):
            raise record[1]
        if self._job.form is Form.CSV:
            return self._row(record, _sheet(self._job), done)
        question = self._question(record)
        match = self._matcher.match(question.block)
        _count(done, match)
        return self._write(Reply(question.id, question.block, match))

    def _row(self, record: Record, sheet: Sheet, done: Answered) -> str:
        line, cells = record[0], _cells(record)
        problem = _problem(record, cells, sheet)
        if problem:
            done.bad_rows.append((line, problem))
            done.depths[0] = done.depths.get(0, 0) + 1
            return self._write(Reply(sheet.id_of(cells), AddressBlock(()), None, cells, f"line {line}: {problem}"))
        block = sheet.block(cells)
        match = self._matcher.match(block)
        _count(done, match)
        return self._write(Reply(sheet.id_of(cells), block, match, cells))

    def _question(self, record: Record) -> MatchQuestion:
        line, given = record
        if isinstance(given, str):
            return self._json.question(line, given)
        if isinstance(given, tuple):
            return text_question(self._job.source, line, given)
        raise TypeError("a record is a line of JSON or a block of text")


# --- reading ----------------------------------------------------------------------------------------------------------


def _count(done: Answered, match: Match) -> None:
    depth = len(match.routing.digits) if match.routing else 0
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
