"""One record of JSON or plain text to a question for the matcher."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from mlocr.errors import BadInputError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.services.matching_lines import is_text

UNSTATED_CONFIDENCE = 0.85
"""Confidence of a line that has other readings but states none (*ours*): below certainty, well above unreadable."""


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """One record of the input: its id as given (None where there is none) and its block."""

    id: object
    block: AddressBlock


def no_number(name: str) -> object:
    """NaN and Infinity are no JSON, though Python's reader takes them. Always raises ValueError."""
    raise ValueError(f"{name} is no number of JSON")


class JsonQuestions:
    """Reads one line of JSON after the other; made once, since a decoder costs more than a line."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._decode = json.JSONDecoder(parse_constant=no_number).decode

    def question(self, line: int, text: str) -> MatchQuestion:
        """The record of this line. Raises BadInputError naming the line where it is malformed."""
        where = f"{self._source}, line {line}"
        if not is_text(text):
            raise BadInputError(f"{where}: it is not UTF-8 text; save the file as UTF-8 or name its --encoding")
        try:
            value = self._decode(text)
        except (ValueError, RecursionError) as error:
            raise BadInputError(f"{where}: it is no JSON ({_brief(error)}); give one object a line") from error
        if not isinstance(value, dict):
            raise BadInputError(f'{where}: it is no JSON object; give {{"id": ..., "lines": [...]}}')
        return MatchQuestion(_plain_id(value.get("id"), where), _block(value, where))


def _block(value: dict[str, Any], where: str) -> AddressBlock:
    lines = value.get("lines")
    if not isinstance(lines, list) or not all([isinstance(line, str) for line in lines]):
        raise BadInputError(f'{where}: "lines" is no list of texts; give the address lines from top to bottom')
    others, sure = value.get("alternatives"), value.get("confidences")
    if others is None and sure is None:
        return AddressBlock(tuple(map(TextLine, lines)))
    alternatives = _alternatives(others, len(lines), where)
    rows = zip(lines, _confidences(sure, alternatives, where), alternatives, strict=True)
    return AddressBlock(tuple(TextLine(line, confidence, None, other) for line, confidence, other in rows))


def text_question(source: str, line: int, given: tuple[int, list[str]]) -> MatchQuestion:
    """A block of plain text with its number. Raises BadInputError where it is no UTF-8."""
    number, lines = given
    if not all(is_text(each) for each in lines):
        where = f"{source}, line {line}"
        raise BadInputError(f"{where}: the address is not UTF-8 text; save the file as UTF-8 or name its --encoding")
    return MatchQuestion(number, AddressBlock(tuple(map(TextLine, lines))))


def _brief(error: Exception) -> str:
    return str(error).split(":")[0] or type(error).__name__


def _plain_id(given: Any, where: str) -> object:
    """The id as it can be written again: numbers that are none become null."""
    if given is None or isinstance(given, str | int):
        return given
    try:
        return _finite(given)
    except RecursionError as error:
        raise BadInputError(f'{where}: "id" is nested too deeply; give a number or a text') from error


def _finite(value: Any) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return value


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
        isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v <= 1 for v in given
    )
    if not fits or len(given) != len(alternatives):
        raise BadInputError(f'{where}: "confidences" does not fit the lines; give one number from 0 to 1 for each line')
    return [float(v) for v in given]
