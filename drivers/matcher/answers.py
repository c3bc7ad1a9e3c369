"""The answer of an outside matcher, checked before a digit of it is believed.

A code is taken only when every part of it agrees with every other: digits of the right lengths, a depth that is their
number, a correction digit that is theirs. Anything else is nonsense, and nonsense codes nothing (*ours*; the form is
that of the contract's `match` JSON).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NoReturn

from mlocr.mail.address import AddressBlock, RecordType
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import LinkResult, Match, TraceLine
from mlocr.mail.reasons import RejectReason

LONGEST_ANSWER = 1_048_576
"""Bytes of one answer; a longer one is nonsense (*ours*)."""

_MOST_TEXT = 128
_MOST_SAID = 300
_MOST_TRACE = 200
_MOST_FOOTNOTES = 40
_CARRIER_ROUTE = re.compile(r"[A-Z][0-9]{3}")
_FOOTNOTE = re.compile(r"[A-Z0-9#]{1,3}")
_DPV = re.compile(r"[YSDN]")
_DPV_FOOTNOTE = re.compile(r"[A-Z][A-Z0-9]")
_LACSLINK = re.compile(r"A|00|09|14|92")
_SUITELINK = re.compile(r"A|00")
_RETURN_CODE = re.compile(r"[0-9]{2}")
_FLAG = re.compile(r"[a-z0-9_]{1,32}")
_NOT_CONFIRMED = "N"

NOTHING_ASKED = AddressBlock(())
"""Stands for the address where none was asked about."""


class Nonsense(Exception):
    """An answer that cannot be used; the text says why. `in_step`: it was the answer to the question asked."""

    def __init__(self, why: str, in_step: bool = False) -> None:
        self.why = why
        self.in_step = in_step
        super().__init__(why)


def failed(why: str) -> Match:
    """The match of a piece for which no usable answer came."""
    return Match(None, RejectReason.MATCHER_FAILED, trace=(TraceLine("matcher_failed", clean(why, _MOST_SAID)),))


def read_answer(raw: bytes, question_id: str, block: AddressBlock = NOTHING_ASKED) -> Match:
    """The match that these bytes (one JSON object) give to the question of this id, about `block`. Raises Nonsense.

    Where the answer says no certainty, it is that of the line read worst: the answer may rest on any of them.
    """
    answer = _object(raw)
    given = answer.get("id")
    if not isinstance(given, str) or given != question_id:
        raise Nonsense("the answer does not carry the id of the question")
    try:
        return match_of(answer, min((line.confidence for line in block.lines), default=1.0))
    except Nonsense as nonsense:
        raise Nonsense(nonsense.why, in_step=True) from None


def match_of(answer: Mapping[str, object], certainty: float = 1.0) -> Match:
    """A `Match` of an answer's fields, each checked; `certainty` where it says none. Raises Nonsense."""
    outcome = answer.get("outcome")
    if not isinstance(outcome, str) or outcome not in ("encoded", "rejected"):
        _refuse("outcome", outcome, "is neither encoded nor rejected")
    links = _links(answer)
    routing = _routing(answer, outcome)
    if routing is not None and routing.plus4 and links.dpv == _NOT_CONFIRMED:
        # With DPV an unconfirmed primary number gets no add-on (CASS cycle L).
        raise Nonsense("dpv is N, not confirmed, and yet there is a plus4")
    return Match(
        routing=routing,
        reason=_reason(answer, routing),
        record_type=_record_type(answer),
        carrier_route=_shaped(answer, "carrier_route", _CARRIER_ROUTE, "is no letter and three digits"),
        delivery_line=_text(answer, "delivery_line"),
        last_line=_text(answer, "last_line"),
        footnotes=_codes(answer, "footnotes", _FOOTNOTE),
        delivery_point_rule=_text(answer, "dpc_rule"),
        trace=_trace(answer),
        return_code=_shaped(answer, "return_code", _RETURN_CODE, "is no two digits"),
        links=links,
        certainty=_certainty(answer, certainty),
    )


def _certainty(answer: Mapping[str, object], unsaid: float) -> float:
    value = answer.get("certainty")
    if value is None:
        return unsaid
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        _refuse("certainty", value, "is no number from 0 to 1")
    return float(value)


def clean(text: str, most: int = _MOST_TEXT) -> str:
    """A foreign text for journal and terminal: one line without control characters or halves of them, and bounded."""
    kept = "".join(c if c.isprintable() else " " for c in text[: 4 * most])
    return " ".join(kept.split())[:most].rstrip()


# --- the object -----------------------------------------------------------------------------------------------------


def _object(raw: bytes) -> dict[str, object]:
    if len(raw) > LONGEST_ANSWER:
        raise Nonsense(f"the answer is longer than {LONGEST_ANSWER} bytes")
    try:
        value = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_each_key_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Nonsense("the answer is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Nonsense(f"the answer is no JSON ({clean(str(error), 60) or type(error).__name__})") from None
    if not isinstance(value, dict):
        raise Nonsense("the answer is no JSON object")
    return value


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Readers differ in which of two equal keys counts: such an answer means two things.
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands twice")
    return table


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


# --- the code -------------------------------------------------------------------------------------------------------


def _routing(answer: Mapping[str, object], outcome: str) -> RoutingCode | None:
    if outcome == "rejected":
        _refuse_code(answer)
        return None
    zip5, plus4, dpc = _digits(answer, "zip5", 5), _digits(answer, "plus4", 4), _digits(answer, "dpc", 2)
    if not zip5:
        raise Nonsense("outcome is encoded, and zip5 is missing")
    if zip5 == "00000":
        raise Nonsense("zip5 is 00000, which is no ZIP Code")
    if dpc and not plus4:
        raise Nonsense("there is a dpc without a plus4")
    routing = RoutingCode(zip5, plus4, dpc)
    depth = answer.get("depth")
    if isinstance(depth, bool) or not isinstance(depth, int) or depth != len(routing.digits):
        _refuse("depth", depth, f"is not the {len(routing.digits)} digits given")
    if _digits(answer, "check_digit", 1) != routing.check_digit:
        _refuse("check_digit", answer.get("check_digit"), f"is not {routing.check_digit}, that of the digits given")
    return routing


def _refuse_code(answer: Mapping[str, object]) -> None:
    for key in ("depth", "zip5", "plus4", "dpc", "check_digit"):
        if answer.get(key) not in (None, ""):
            _refuse(key, answer.get(key), "stands in an answer whose outcome is rejected")


def _digits(answer: Mapping[str, object], key: str, size: int) -> str:
    value = answer.get(key)
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or len(value) != size or not (value.isascii() and value.isdigit()):
        _refuse(key, value, f"is no text of {size} digits")
    return value


def _reason(answer: Mapping[str, object], routing: RoutingCode | None) -> RejectReason | None:
    value = answer.get("reason")
    if value is None or value == "":
        if routing is None:
            raise Nonsense("outcome is rejected, and the reason is missing")
        return None
    if routing is not None and routing.delivery_point:
        _refuse("reason", value, "stands beside eleven digits, which need none")
    try:
        return RejectReason(value)
    except ValueError:
        _refuse("reason", value, "is none of the contract's")


def _record_type(answer: Mapping[str, object]) -> RecordType | None:
    value = answer.get("record_type")
    if value is None or value == "":
        return None
    try:
        return RecordType(value)
    except ValueError:
        _refuse("record_type", value, "is none of F, G, H, P, R, S")


# --- what is said beside the code -----------------------------------------------------------------------------------


def _links(answer: Mapping[str, object]) -> LinkResult:
    return LinkResult(
        dpv=_shaped(answer, "dpv", _DPV, "is none of Y, S, D, N"),
        dpv_footnotes=_codes(answer, "dpv_footnotes", _DPV_FOOTNOTE),
        lacslink=_shaped(answer, "lacslink", _LACSLINK, "is none of A, 00, 09, 14, 92"),
        suitelink=_shaped(answer, "suitelink", _SUITELINK, "is neither A nor 00"),
        flags=_codes(answer, "flags", _FLAG),
    )


def _shaped(answer: Mapping[str, object], key: str, shape: re.Pattern[str], wrong: str) -> str:
    value = answer.get(key)
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not shape.fullmatch(value):
        _refuse(key, value, wrong)
    return value


def _text(answer: Mapping[str, object], key: str) -> str:
    value = answer.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        _refuse(key, value, "is no text")
    return clean(value)


def _codes(answer: Mapping[str, object], key: str, shape: re.Pattern[str]) -> tuple[str, ...]:
    value = answer.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MOST_FOOTNOTES:
        _refuse(key, value, "is no list of codes")
    for each in value:
        if not isinstance(each, str) or not shape.fullmatch(each):
            _refuse(key, each, "is no code")
    return tuple(value)


def _trace(answer: Mapping[str, object]) -> tuple[TraceLine, ...]:
    value = answer.get("trace")
    if value is None:
        return ()
    if not isinstance(value, list):
        _refuse("trace", value, "is no list")
    lines = []
    for each in value[:_MOST_TRACE]:
        rule, said = (each.get("rule"), each.get("said")) if isinstance(each, Mapping) else (None, None)
        if not isinstance(rule, str) or not isinstance(said, str):
            _refuse("trace", each, "is no rule with what it said")
        lines.append(TraceLine(clean(rule), clean(said, _MOST_SAID)))
    return tuple(lines)


def _refuse(key: str, value: object, why: str) -> NoReturn:
    raise Nonsense(f"{key} {clean(repr(value), 40)} {why}")
