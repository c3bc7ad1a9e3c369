"""Whatever an outside engine says: it is a match that agrees with itself, or it is nonsense."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drivers.matcher.answers import Nonsense, match_of, read_answer
from mlocr.mail.code import RoutingCode, correction_digit
from mlocr.mail.match import Match

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
digits = st.text("0123456789", min_size=1, max_size=6)
answers = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(["encoded", "rejected"]) | anything,
        "depth": st.sampled_from([5, 9, 11, None]) | anything,
        "zip5": st.sampled_from(["04901", None]) | digits | anything,
        "plus4": st.sampled_from(["1001", None]) | digits | anything,
        "dpc": st.sampled_from(["24", None]) | digits | anything,
        "check_digit": st.sampled_from(list("0123456789")) | anything,
        "reason": st.sampled_from(["no_addon", None]) | anything,
    },
    optional={
        name: anything
        for name in (
            "record_type",
            "carrier_route",
            "delivery_line",
            "footnotes",
            "trace",
            "dpv",
            "return_code",
            "flags",
        )
    },
)


def agrees(answer: dict[str, Any], match: Match) -> None:
    if match.routing is None:
        assert answer["outcome"] == "rejected"
        assert match.reason is not None
        return
    given_digits = "".join(answer[key] or "" for key in ("zip5", "plus4", "dpc"))
    assert answer["outcome"] == "encoded"
    assert match.routing.digits == given_digits
    assert answer["depth"] == len(given_digits)
    assert answer["check_digit"] == correction_digit(given_digits)


@given(answers)
def test_no_answer_makes_the_check_raise_and_what_is_taken_agrees(answer: dict[str, Any]) -> None:
    try:
        match = match_of(answer)
    except Nonsense:
        return
    agrees(answer, match)
    for text in (match.delivery_line, match.last_line, *match.footnotes):
        assert text.isprintable()
        text.encode()


@given(st.binary(max_size=200) | answers.map(lambda a: json.dumps(a).encode()))
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    try:
        read_answer(data, "q1")
    except Nonsense:
        return
    raise AssertionError("an answer without the id was taken")


@given(st.sampled_from([5, 9, 11]), st.text("0123456789", min_size=11, max_size=11))
def test_a_digit_changed_on_the_way_is_noticed(depth: int, code: str) -> None:
    if code.startswith("00000"):
        code = "1" + code[1:]
    right = RoutingCode.of(code[:depth])
    answer: dict[str, Any] = {
        "outcome": "encoded",
        "depth": depth,
        "zip5": right.zip5,
        "plus4": right.plus4,
        "dpc": right.delivery_point,
        "check_digit": right.check_digit,
    }
    assert match_of(answer).routing == right
    for key in ("zip5", "plus4", "dpc"):
        if answer[key]:
            other = str((int(answer[key][0]) + 1) % 10) + answer[key][1:]
            try:
                match_of(answer | {key: other})
            except Nonsense:
                continue
            raise AssertionError(f"{key} {other} was taken with the check digit of {answer[key]}")
