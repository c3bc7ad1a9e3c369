"""Stage I files: every record answered and, where the file carries answers, scored by area and by category."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mlocr.certification.categories import category_title
from mlocr.certification.pass_marks import PassMarks, pass_marks
from mlocr.certification.scoring import AREAS, AreaResult, RecordScore, StageScore, Verdict, score_record
from mlocr.certification.stage1_answer import answer_values, answered
from mlocr.certification.stage1_layout import Stage1Record, read_stage1
from mlocr.errors import BadInputError
from mlocr.mail.match import Match
from mlocr.matching.settings import MatchSettings
from mlocr.services.cass_workers import answers
from mlocr.services.matching_workers import Opener

ANSWERED = "answered.txt"
DIFFERENCES = "differences.jsonl"
SCORE = "score.json"
MOST_WRONG = 1000
"""Wrong records kept in memory for the screen and the score; all differences stand in their file."""


@dataclass(slots=True)
class StageRun:
    """One Stage I file answered: its score against the marks in force, and its wrong records (the first of them)."""

    marks: PassMarks
    out: Path
    score: StageScore = field(default_factory=StageScore)
    wrong: list[Mapping[str, object]] = field(default_factory=list)
    differing: int = 0

    @property
    def passed(self) -> bool:
        """Whether no area misses its pass mark."""
        return self.score.passed(self.marks)

    def category_rows(self) -> list[tuple[str, str, int, tuple[int, ...]]]:
        """Code, title, records, and how many were right, coarser, missing and wrong; the whole file last."""
        groups = [*sorted(self.score.categories.items()), ("all", self.score.total)]
        return [(code, category_title(code), t.records, tuple(t.verdict(v) for v in Verdict)) for code, t in groups]

    def as_json(self) -> dict[str, object]:
        """The object of `mlocr cass run --json` and of `score.json`."""
        return {
            "records": self.score.total.records,
            "scored": self.score.carries_answers,
            "passed": self.passed if self.score.carries_answers else None,
            "verdicts": {v.value: self.score.total.verdict(v) for v in Verdict},
            "pass_marks": {
                "since": None if self.marks.since == date.min else self.marks.since.isoformat(),
                "source": self.marks.source,
            },
            "areas": [mark.as_json() for mark in self.score.marks(self.marks)],
            "not_asked": dict(self.score.total.unasked),
            "categories": {
                code: {"title": category_title(code)} | tally.as_json()
                for code, tally in sorted(self.score.categories.items())
            },
            "differing": self.differing,
            "wrong_records": self.wrong,
            "out": str(self.out),
        }


TYPED = MatchSettings(unknown_street_needs_only_zip=False)
"""For Stage I records: they are typed, so a ZIP Code that its city confirms is no misreading (decision 0010)."""


def run_stage1(
    file: Path,
    out: Path,
    as_of: date,
    opener: Opener,
    *,
    workers: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> StageRun:
    """Answer and score `file`; the answered file, the differences and the score stand in folder `out` afterwards.

    `done` hears the number of records answered so far. Raises BadInputError (RecordError) for a file that is no Stage I
    file, and what opening a directory raises.
    """
    run = StageRun(pass_marks(as_of), out)
    with _opened(file) as stream:
        _answer_all(run, answers(read_stage1(stream, str(file)), opener, workers), done)
    (out / SCORE).write_text(json.dumps(run.as_json(), indent=1) + "\n", encoding="utf-8")
    return run


def _answer_all(
    run: StageRun, answered_records: Iterator[tuple[Stage1Record, Match]], done: Callable[[int], None]
) -> None:
    with ExitStack() as stack:
        try:
            run.out.mkdir(parents=True, exist_ok=True)
            answered_file = stack.enter_context((run.out / ANSWERED).open("wb"))
            differences = stack.enter_context((run.out / DIFFERENCES).open("w", encoding="utf-8", newline="\n"))
        except OSError as error:
            raise BadInputError(f"{run.out} cannot be written ({error.strerror}); name another folder") from error
        for number, (record, match) in enumerate(answered_records, 1):
            values = answer_values(match)
            answered_file.write(answered(record, values).bytes() + b"\r\n")
            score = score_record(record, values)
            run.score.add(record.value("category"), score)
            if score.verdict is not Verdict.RIGHT or not all(map(_right, score.areas.values())):
                told = difference(number, record, values, score, match)
                run.differing += 1
                differences.write(json.dumps(told, ensure_ascii=False) + "\n")
                if score.verdict is Verdict.WRONG and len(run.wrong) < MOST_WRONG:
                    run.wrong.append(told)
            done(number)


def _right(result: AreaResult) -> bool:
    return result in (AreaResult.RIGHT, AreaResult.ALTERNATE)


def difference(
    number: int, record: Stage1Record, given: Mapping[str, str], score: RecordScore, match: Match
) -> dict[str, object]:
    """What was asked, what the record answers, what we said, and the rules that led there."""
    names = [n for area, result in score.areas.items() if not _right(result) for n in AREAS[area][0]]
    return {
        "record": number,
        "key": record.value("cass_key"),
        "category": record.value("category"),
        "verdict": score.verdict.value,
        "lines": list(record.lines),
        "expected": score.expected,
        "given": score.given,
        "areas": {area: result.value for area, result in score.areas.items() if not _right(result)},
        "fields": {n: {"expected": record.value(n), "given": given.get(n, "")} for n in dict.fromkeys(names)},
        "reason": match.reason.value if match.reason else None,
        "trace": [{"rule": line.rule, "said": line.said} for line in match.trace],
    }


def _opened(file: Path) -> io.BufferedReader:
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); give a CASS Stage I file") from error
    if not stream.peek(1):
        stream.close()
        raise BadInputError(f"{file} is empty; give a CASS Stage I file")
    return stream
