"""Match files: address lines in, codes out, one answer a record, in order, in constant memory."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mlocr.directory.edition import check_usable
from mlocr.directory.store import open_directory
from mlocr.errors import BadInputError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.matching.match import Matcher, MatchSettings
from mlocr.services.directories import resolve_directory

UNSTATED_CONFIDENCE = 0.85
"""Confidence of a line that has other readings but states none (*ours*): below certainty, well above unreadable."""


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """One record of the input: its id as given (None where there is none) and its block."""

    id: object
    block: AddressBlock


def match_json(question_id: object, match: Match) -> dict[str, object]:
    """One answer in the contract's `match` form."""
    routing = match.routing
    return {
        "id": question_id,
        "outcome": "encoded" if routing else "rejected",
        "reason": match.reason.value if match.reason else None,
        "depth": int(routing.depth) if routing else None,
        "zip5": routing.zip5 if routing else None,
        "plus4": (routing.plus4 or None) if routing else None,
        "dpc": (routing.delivery_point or None) if routing else None,
        "check_digit": routing.check_digit if routing else None,
        "record_type": match.record_type.value if match.record_type else None,
        "carrier_route": match.carrier_route or None,
        "delivery_line": match.delivery_line or None,
        "last_line": match.last_line or None,
        "footnotes": list(match.footnotes),
        "dpc_rule": match.delivery_point_rule or None,
        "trace": [{"rule": line.rule, "said": line.said} for line in match.trace],
    }


def match_stream(texts: Iterable[str], source: str, matcher: Matcher) -> Iterator[tuple[MatchQuestion, Match]]:
    """Each record of the input with its answer, as soon as it is known.

    JSON lines, or plain text: address blocks set apart by blank lines. Raises BadInputError naming the line when one
    is malformed, after the records before it have been answered.
    """
    for question in read_questions(texts, source):
        yield question, matcher.match(question.block)


@contextmanager
def opened_matcher(given: Path, cache: Path, as_of: date, settings: MatchSettings | None = None) -> Iterator[Matcher]:
    """A matcher over the directory the user named, built or raw; closed at the end.

    Raises BadInputError where there is no directory and DataExpiredError where it may not code on `as_of`.
    """
    directory = open_directory(resolve_directory(given, cache))
    try:
        check_usable(directory.product_year_month, as_of)
        yield Matcher(directory, settings)
    finally:
        directory.close()


# --- the input ------------------------------------------------------------------------------------------------------


def read_questions(texts: Iterable[str], source: str) -> Iterator[MatchQuestion]:
    """The records of JSON lines or plain text; the first line that is not blank tells which."""
    numbered = enumerate(texts, 1)
    for first, given in numbered:
        text = given.lstrip("\ufeff")
        if text.strip():
            rest = itertools.chain([(first, text)], numbered)
            yield from _json_questions(rest, source) if text.lstrip()[0] in "{[" else _plain_questions(rest)
            return


def _json_questions(numbered: Iterable[tuple[int, str]], source: str) -> Iterator[MatchQuestion]:
    for at, text in numbered:
        if text.strip():
            yield _question(text, f"{source}, line {at}")


def _plain_questions(numbered: Iterable[tuple[int, str]]) -> Iterator[MatchQuestion]:
    """Blocks set apart by blank lines, numbered from 1."""
    count = itertools.count(1)
    lines: list[TextLine] = []
    for _, text in itertools.chain(numbered, [(0, "")]):
        if text.strip():
            lines.append(TextLine(text.strip()))
        elif lines:
            yield MatchQuestion(next(count), AddressBlock(tuple(lines)))
            lines = []


def _question(text: str, where: str) -> MatchQuestion:
    try:
        value = json.loads(text, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{where}: it is no JSON ({_brief(error)}); give one object a line") from error
    if not isinstance(value, dict):
        raise BadInputError(f'{where}: it is no JSON object; give {{"id": ..., "lines": [...]}}')
    lines = value.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise BadInputError(f'{where}: "lines" is no list of texts; give the address lines from top to bottom')
    alternatives = _alternatives(value.get("alternatives"), len(lines), where)
    confidences = _confidences(value.get("confidences"), alternatives, where)
    rows = zip(lines, confidences, alternatives, strict=True)
    block = AddressBlock(tuple(TextLine(line, sure, None, others) for line, sure, others in rows))
    return MatchQuestion(value.get("id"), block)


def no_number(name: str) -> object:
    """NaN and Infinity are no JSON, though Python's reader takes them. Always raises ValueError."""
    raise ValueError(f"{name} is no number of JSON")


def _brief(error: Exception) -> str:
    return str(error).split(":")[0] or type(error).__name__


def _alternatives(given: Any, count: int, where: str) -> list[tuple[str, ...]]:
    if given is None:
        return [()] * count
    fits = isinstance(given, list) and all(
        row is None or (isinstance(row, list) and all(isinstance(text, str) for text in row)) for row in given
    )
    if not fits or len(given) > count:
        raise BadInputError(f'{where}: "alternatives" is no list of lists of texts; give one list for each line')
    rows = [tuple(row or ()) for row in given]
    return rows + [()] * (count - len(rows))


def _confidences(given: Any, alternatives: list[tuple[str, ...]], where: str) -> list[float]:
    if given is None:
        return [UNSTATED_CONFIDENCE if others else 1.0 for others in alternatives]
    fits = isinstance(given, list) and all(
        isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in given
    )
    if not fits or len(given) != len(alternatives):
        raise BadInputError(f'{where}: "confidences" does not fit the lines; give one number from 0 to 1 for each line')
    return [float(v) for v in given]
