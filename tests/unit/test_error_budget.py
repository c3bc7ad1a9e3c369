"""From counted letters to a threshold, by figures that others published and by properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlocr.station.error_budget import THRESHOLDS, Sample, chosen, curve, least_budget, upper_bound

SURE = Sample(1.0, wrong=False, full=True)
REJECT = Sample(None, wrong=False, full=False)


@pytest.mark.parametrize(
    ("wrong", "letters", "bound"),
    [
        (0, 300, 1 - 0.05 ** (1 / 300)),  # closed form where none is wrong (the "rule of three": about 3/n)
        (0, 10_000, 1 - 0.05 ** (1 / 10_000)),
        (1, 20, 0.2161),  # the upper end of the exact two-sided 90 % interval of 1 in 20, as tables of it have it
        (20, 20, 1.0),
        (0, 0, 1.0),
    ],
)
def test_the_bound_of_clopper_and_pearson(wrong: int, letters: int, bound: float) -> None:
    assert upper_bound(wrong, letters) == pytest.approx(bound, abs=5e-5)


@given(st.integers(0, 30), st.integers(31, 5000))
def test_the_bound_grows_with_errors_and_shrinks_with_letters(wrong: int, letters: int) -> None:
    bound = upper_bound(wrong, letters)
    assert wrong / letters < bound < upper_bound(wrong + 1, letters)
    assert upper_bound(wrong, letters + 100) < bound


def test_the_curve_counts_each_letter_at_every_threshold_it_passes() -> None:
    points = {p.threshold: p for p in curve([SURE, Sample(0.9, wrong=True, full=False), REJECT])}
    assert (points[0.999].encoded, points[0.999].wrong, points[0.999].full) == (1, 0, 1)
    assert (points[0.9].encoded, points[0.9].wrong, points[0.9].full) == (2, 1, 1)
    assert {p.letters for p in points.values()} == {3}


def test_the_loosest_threshold_that_keeps_the_budget() -> None:
    samples = [SURE] * 990 + [Sample(0.82, wrong=False, full=True)] * 5 + [Sample(0.72, wrong=True, full=False)] * 5
    point = chosen(curve(samples), budget=31)
    assert point is not None
    assert (point.threshold, point.wrong, point.encoded) == (0.75, 0, 995)


def test_a_looser_threshold_is_not_reached_across_one_that_failed() -> None:
    # More letters cannot come in between, so a curve that falls again is built by hand.
    points = curve([SURE] * 1000)
    broken = [p._replace(most_wrong=0.5) if p.threshold == 0.95 else p for p in points]
    point = chosen(broken, budget=50)
    assert point is not None
    assert point.threshold == 0.97


def test_a_small_deck_can_show_little() -> None:
    points = curve([SURE] * 100)
    assert chosen(points, budget=100) is None
    assert least_budget(points) == 296
    assert chosen(points, budget=296) is not None


@given(
    st.lists(
        st.builds(Sample, st.none() | st.floats(0, 1), st.booleans(), st.booleans()).map(
            lambda s: s if s.certainty is not None else REJECT
        ),
        max_size=60,
    ),
    st.floats(1, 10_000),
)
def test_what_is_chosen_keeps_the_budget(samples: list[Sample], budget: float) -> None:
    points = curve(samples)
    assert [p.threshold for p in points] == list(THRESHOLDS)
    point = chosen(points, budget)
    assert point is None or point.most_wrong * 10_000 <= budget
