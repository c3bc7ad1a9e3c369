"""Wrong codes for every code and every truth."""

from hypothesis import given
from hypothesis import strategies as st

from mlocr.decks.format import Expectation
from mlocr.decks.score import is_wrong

digits = st.text("0123456789", min_size=11, max_size=11)
depths = st.sampled_from((5, 9, 11))


def expectation(code: str, depth: int) -> Expectation:
    cut = code[:depth]
    return Expectation("encoded", depth, cut[:5], cut[5:9], cut[9:])


@given(digits, depths, depths)
def test_no_finer_part_of_the_truth_is_wrong_and_every_finer_code_is(code: str, truth: int, answer: int) -> None:
    assert is_wrong(code[:answer], expectation(code, truth)) == (answer > truth)


@given(digits, depths, depths, st.integers(0, 10), st.integers(1, 9))
def test_one_changed_digit_is_wrong(code: str, truth: int, answer: int, at: int, by: int) -> None:
    at %= answer
    changed = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert is_wrong(changed[:answer], expectation(code, truth))


@given(digits, depths)
def test_any_code_is_wrong_where_none_is_due(code: str, answer: int) -> None:
    assert is_wrong(code[:answer], Expectation("rejected"))
    assert not is_wrong("", Expectation("rejected"))
    assert not is_wrong("", expectation(code, answer))
