"""The two-digit utility: delivery point and check digit from standardized values, one JSON object a line."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mlocr.errors import BadInputError
from mlocr.mail.address import RecordType
from mlocr.mail.code import RoutingCode
from mlocr.matching.delivery_point import DeliveryPoint, DeliveryPointRequest, delivery_point
from mlocr.services.matching_questions import no_number

RECORD_TYPES = {kind.value: kind for kind in RecordType}


@dataclass(frozen=True, slots=True)
class TwoDigitAnswer:
    """One answer: the caller's id as given, the digits ("" when none), the check digit ("" when none), the rule."""

    id: object
    dpc: str
    check_digit: str
    rule: str

    def as_json(self) -> dict[str, object]:
        """The object of the contract; digits that may not be assigned are null."""
        return {"id": self.id, "dpc": self.dpc or None, "check_digit": self.check_digit or None, "rule": self.rule}


def two_digits(lines: Iterable[str], source: str) -> Iterator[TwoDigitAnswer]:
    """The answers to JSON lines, in order; blank lines are passed over.

    Raises BadInputError naming `source` and the line for text that is no JSON object, an unknown record type, or a
    field that is no text.
    """
    for number, text in enumerate(lines, start=1):
        line = text.removeprefix("\ufeff")  # some programs begin what they pipe with a byte order mark
        if line.strip():
            yield _answer(_parsed(line, f"{source}, line {number}"), f"{source}, line {number}")


def _parsed(line: str, place: str) -> Mapping[str, object]:
    try:
        value = json.loads(line, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise BadInputError(f"{place} is not JSON ({error.msg}); give one JSON object a line") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{place} is no JSON this program takes; give one JSON object a line") from error
    if not isinstance(value, dict):
        raise BadInputError(f"{place} is not a JSON object; give one JSON object a line")
    return value


def _answer(given: Mapping[str, object], place: str) -> TwoDigitAnswer:
    point = _delivery_point(given, place)
    zip5, plus4 = _text(given, "zip5", place), _text(given, "plus4", place)
    check = ""
    if zip5 and plus4:
        with contextlib.suppress(ValueError):  # not a ZIP+4: nothing to check; the delivery point stands by itself
            check = RoutingCode(zip5, plus4, point.dpc).check_digit
    return TwoDigitAnswer(given.get("id"), point.dpc, check, point.rule)


def _delivery_point(given: Mapping[str, object], place: str) -> DeliveryPoint:
    code = _text(given, "record_type", place).strip().upper()
    if not code:
        # Highrise or not decides between two different numbers, so a missing type is no type.
        return DeliveryPoint("", "no_record_type")
    if code not in RECORD_TYPES:
        raise BadInputError(f"{place}: record_type {code!r} is not one of {', '.join(RECORD_TYPES)}; mend the line")
    return delivery_point(
        DeliveryPointRequest(
            record_type=RECORD_TYPES[code],
            primary=_text(given, "primary", place),
            secondary=_text(given, "secondary", place),
            secondary_low=_bound(given, "secondary_low", place),
            secondary_high=_bound(given, "secondary_high", place),
            designator=_text(given, "designator", place),
            secondary_parity=_text(given, "secondary_parity", place),
        )
    )


def _bound(given: Mapping[str, object], field: str, place: str) -> str | None:
    return None if given.get(field) is None else _text(given, field, place)


def _text(given: Mapping[str, object], field: str, place: str) -> str:
    """A field as text; absent and null are empty, a whole number is taken as its digits."""
    value = given.get(field)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadInputError(f"{place}: {field} is {type(value).__name__}, not text; write it in quotes")
