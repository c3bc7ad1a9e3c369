"""Answers of outside matchers: what is taken, and everything that is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drivers.matcher.answers import LONGEST_ANSWER, Nonsense, clean, failed, match_of, read_answer
from drivers.matcher.patience import Limits, Patience
from drivers.matcher.questions import probe, question
from mlocr.mail.address import AddressBlock, RecordType, TextLine
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import LinkResult, Match, TraceLine
from mlocr.mail.reasons import RejectReason

FULL: dict[str, Any] = {
    "id": "q1",
    "outcome": "encoded",
    "reason": None,
    "depth": 11,
    "zip5": "04901",
    "plus4": "1001",
    "dpc": "24",
    "check_digit": "8",
    "record_type": "S",
    "carrier_route": "C001",
    "delivery_line": "124 MAIN ST",
    "last_line": "HAVENPORT ME 04901-1001",
    "footnotes": ["A", "N"],
    "dpc_rule": "2.1",
    "trace": [{"rule": "exact", "said": "one record"}],
    "return_code": "31",
    "dpv": "Y",
    "dpv_footnotes": ["AA", "BB"],
    "lacslink": "00",
    "suitelink": "A",
    "flags": ["cmra"],
}
FIVE: dict[str, Any] = {
    "id": "q1",
    "outcome": "encoded",
    "reason": "no_addon",
    "depth": 5,
    "zip5": "04901",
    "check_digit": "6",
}
NINE = FIVE | {"depth": 9, "plus4": "1001", "check_digit": "4"}
NONE: dict[str, Any] = {"id": "q1", "outcome": "rejected", "reason": "no_such_street"}


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_full_answer_becomes_a_match_field_by_field() -> None:
    assert read_answer(raw(FULL), "q1") == Match(
        routing=RoutingCode("04901", "1001", "24"),
        reason=None,
        record_type=RecordType.STREET,
        carrier_route="C001",
        delivery_line="124 MAIN ST",
        last_line="HAVENPORT ME 04901-1001",
        footnotes=("A", "N"),
        delivery_point_rule="2.1",
        trace=(TraceLine("exact", "one record"),),
        return_code="31",
        links=LinkResult("Y", ("AA", "BB"), "00", "A", ("cmra",)),
    )


def test_what_may_be_absent_may_be() -> None:
    for sparse, digits in ((FIVE, "04901"), (NINE, "049011001")):
        match = read_answer(raw(sparse), "q1")
        assert match == Match(RoutingCode.of(digits), RejectReason.NO_ADDON)
    nulls = {key: None for key in FULL if key not in ("id", "outcome", "reason")}
    assert read_answer(raw(NONE | nulls), "q1") == Match(None, RejectReason.NO_SUCH_STREET)
    empty = {"zip5": "", "plus4": "", "dpc": "", "check_digit": "", "record_type": "", "carrier_route": ""}
    assert read_answer(raw(NONE | empty), "q1") == Match(None, RejectReason.NO_SUCH_STREET)
    assert read_answer(raw(NONE | {"unknown": [1], "candidates": 3}), "q1").reason is RejectReason.NO_SUCH_STREET
    assert read_answer("\ufeff".encode() + raw(FIVE) + b"  \r", "q1").routing == RoutingCode("04901")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"outcome": "matched"}, "outcome"),
    ({"outcome": None}, "outcome"),
    ({"outcome": ["encoded"]}, "outcome"),
    ({"outcome": "ENCODED"}, "outcome"),
    # digits
    ({"zip5": None}, "zip5 is missing"),
    ({"zip5": ""}, "zip5 is missing"),
    ({"zip5": "4901"}, "zip5 '4901' is no text of 5 digits"),
    ({"zip5": 4901}, "zip5 4901 is no text"),
    ({"zip5": "0490１"}, "zip5 .* is no text"),
    ({"zip5": "04901\n"}, "zip5 .* is no text"),
    ({"zip5": " 4901"}, "zip5 .* is no text"),
    ({"zip5": "00000"}, "no ZIP Code"),
    ({"zip5": ["04901"]}, "zip5 .* is no text"),
    ({"plus4": "101"}, "plus4"),
    ({"plus4": "56ND"}, "plus4"),
    ({"plus4": 1001}, "plus4"),
    ({"dpc": "4"}, "dpc"),
    ({"dpc": "224"}, "dpc"),
    ({"plus4": None}, "dpc without a plus4"),
    ({"check_digit": "0"}, "check_digit '0' is not 8"),
    ({"check_digit": 8}, "check_digit"),
    ({"check_digit": None}, "check_digit"),
    ({"depth": 9}, "depth 9 is not the 11 digits given"),
    ({"depth": "11"}, "depth"),
    ({"depth": 11.0}, "depth"),
    ({"depth": None}, "depth"),
    ({"dpc": None, "depth": 11, "check_digit": "4"}, "depth 11 is not the 9"),
    ({"dpc": None, "plus4": None, "depth": True, "check_digit": "6"}, "depth"),
    # what stands beside them
    ({"reason": "no_addon"}, "reason 'no_addon' stands beside eleven digits"),
    ({"record_type": "X"}, "record_type"),
    ({"record_type": "s"}, "record_type"),
    ({"record_type": ["S"]}, "record_type"),
    ({"carrier_route": "C1"}, "carrier_route"),
    ({"carrier_route": "C00１"}, "carrier_route"),
    ({"carrier_route": 1}, "carrier_route"),
    ({"delivery_line": 124}, "delivery_line"),
    ({"last_line": ["HAVENPORT"]}, "last_line"),
    ({"footnotes": "AN"}, "footnotes"),
    ({"footnotes": [1]}, "footnotes"),
    ({"footnotes": ["\x1b[2J"]}, "footnotes"),
    ({"footnotes": ["A"] * 41}, "footnotes"),
    ({"dpc_rule": 7}, "dpc_rule"),
    ({"trace": "exact"}, "trace"),
    ({"trace": ["exact"]}, "trace"),
    ({"trace": [{"rule": "exact"}]}, "trace"),
    ({"return_code": "3"}, "return_code"),
    ({"certainty": 1.01}, "certainty"),
    ({"certainty": "1"}, "certainty"),
    ({"certainty": True}, "certainty"),
    ({"return_code": 31}, "return_code"),
    ({"dpv": "X"}, "dpv"),
    ({"dpv": "N"}, "dpv is N, not confirmed, and yet there is a plus4"),
    ({"dpv_footnotes": "AABB"}, "dpv_footnotes"),
    ({"dpv_footnotes": ["A"]}, "dpv_footnotes"),
    ({"lacslink": "15"}, "lacslink"),
    ({"suitelink": "B"}, "suitelink"),
    ({"flags": [""]}, "flags"),
    # rejects
    ({"outcome": "rejected", "reason": "no_addon"}, "depth 11 stands in an answer whose outcome is rejected"),
    ({**NONE, "depth": None}, "zip5 '04901' stands in an answer whose outcome is rejected"),
]


@pytest.mark.parametrize(("change", "why"), WRONG)
def test_what_does_not_agree_is_nonsense_and_says_where(change: dict[str, Any], why: str) -> None:
    with pytest.raises(Nonsense, match=why) as caught:
        read_answer(raw(FULL | change), "q1")
    assert caught.value.in_step


@pytest.mark.parametrize("reason", [None, "", "gone fishing", 7, ["foreign"]])
def test_a_reject_says_why_in_the_contract_s_words(reason: object) -> None:
    with pytest.raises(Nonsense, match="reason"):
        read_answer(raw(NONE | {"reason": reason}), "q1")


def test_an_unconfirmed_number_may_have_five_digits() -> None:
    assert read_answer(raw(FIVE | {"dpv": "N", "reason": "not_confirmed"}), "q1").routing == RoutingCode("04901")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no JSON"),
        (b"null", "no JSON object"),
        (b"[]", "no JSON object"),
        (b'"q1"', "no JSON object"),
        (raw(FULL)[:-1], "no JSON"),
        (raw(FULL) + raw(FULL), "no JSON"),
        (b'{"id": "q1", "depth": NaN}', "NaN is no number"),
        (b'{"id": "q1", "zip5": "04901", "zip5": "04902"}', "a key stands twice"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "no JSON"),
        (b'{"id": "' + b"9" * LONGEST_ANSWER + b'"}', "longer than"),
        (raw(FULL | {"id": "q2"}), "does not carry the id"),
        (raw(FULL | {"id": None}), "does not carry the id"),
        (raw(FULL | {"id": ["q1"]}), "does not carry the id"),
        (b"{}", "does not carry the id"),
    ],
)
def test_what_is_no_answer_to_the_question_is_out_of_step(data: bytes, why: str) -> None:
    with pytest.raises(Nonsense, match=why) as caught:
        read_answer(data, "q1")
    assert not caught.value.in_step


def test_foreign_text_is_one_short_line_of_print() -> None:
    nasty = "124\x00 MAIN\x1b[2J\r\nST\u2028\u202eX\ud800 " + "9" * 500
    match = match_of(
        FULL | {"delivery_line": nasty, "last_line": "  PEÑA  ", "trace": [{"rule": nasty, "said": nasty}]}
    )
    assert match.delivery_line.startswith("124 MAIN [2J ST X 999")
    assert match.last_line == "PEÑA"
    for text, most in ((match.delivery_line, 128), (match.trace[0].rule, 128), (match.trace[0].said, 300)):
        assert len(text) <= most and text.isprintable()
        text.encode()
    assert len(match_of(FULL | {"trace": FULL["trace"] * 900}).trace) == 200
    assert len(match_of(FULL | {"footnotes": ["A"] * 40}).footnotes) == 40
    assert clean("\x00" * 10_000) == ""


def test_a_failed_match_codes_nothing_and_says_why() -> None:
    match = failed("it\ndied " + "x" * 1000)
    assert (match.routing, match.reason) == (None, RejectReason.MATCHER_FAILED)
    assert match.trace[0].said.startswith("it died xxx") and len(match.trace[0].said) == 300


# --- questions ------------------------------------------------------------------------------------------------------


def test_a_question_is_one_line_of_ascii_with_all_that_was_read() -> None:
    block = AddressBlock(
        (TextLine("124 M\nAIN", 0.5, alternatives=("1Z4 MAIN", "\ud800")), TextLine("é", float("nan")))
    )
    line = question(block, "q1")
    assert line.isascii() and b"\n" not in line
    assert json.loads(line) == {
        "id": "q1",
        "lines": ["124 M\nAIN", "é"],
        "confidences": [0.5, 0.0],
        "alternatives": [["1Z4 MAIN", "\ud800"], []],
    }
    assert json.loads(probe("q2"))["id"] == "q2"


# --- patience -------------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_pauses_double_to_a_most_and_an_answer_ends_the_row() -> None:
    clock = Clock()
    patience = Patience(Limits(failures_in_a_row=5), clock)
    pauses = []
    for _ in range(5):
        assert patience.worn_out == ""
        patience.failed("late")
        pauses.append(patience.pause)
    assert pauses == [0.25, 0.5, 1.0, 2.0, 2.0]
    assert "5 questions in a row" in patience.worn_out
    clock.now += 1.5
    assert patience.pause == 0.5
    clock.now += 1.5
    assert patience.pause == 0.0
    patience.answered()
    assert patience.worn_out == ""
    patience.failed("late again")
    assert (patience.pause, patience.why) == (0.25, "late again")


def test_restarts_are_counted_over_the_last_minute() -> None:
    clock = Clock()
    patience = Patience(Limits(restarts_per_minute=2), clock)
    for _ in range(2):
        assert patience.restarts_used_up == ""
        patience.restarting()
        clock.now += 29.0
    assert "2 times within a minute" in patience.restarts_used_up
    clock.now += 2.0
    assert patience.restarts_used_up == ""


@pytest.mark.parametrize(("said", "certainty"), [({}, 0.4), ({"certainty": None}, 0.4), ({"certainty": 0.9}, 0.9)])
def test_an_answer_without_certainty_has_that_of_the_line_read_worst(said: dict[str, Any], certainty: float) -> None:
    block = AddressBlock((TextLine("MR SMITH", 0.4), TextLine("124 MAIN ST", 0.8), TextLine("HAVENPORT ME", 1.0)))
    assert read_answer(raw(FULL | said), "q1", block).certainty == certainty
