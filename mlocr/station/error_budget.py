"""From counted letters to a threshold: how many codes would be wrong if only pieces this certain were encoded. Pure.

The choice is a fixed sequence of tests: from the strictest threshold to the loosest, each must keep its upper bound
within the budget, and the first that does not ends it. So choosing does not spoil the bound (A. N. Angelopoulos and
others, Learn then Test, 2021). The bound is that of Clopper and Pearson (1934). Thresholds and level are *ours*.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

THRESHOLDS = (0.999, 0.995, 0.99, 0.98, 0.97, 0.95, 0.93, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.0)
"""Strictest first."""

LEVEL = 0.95
"""How sure the upper bound is."""

BUDGET_OF = 10_000
"""An error budget is a number of wrong codes in so many letters."""


class Sample(NamedTuple):
    """One letter of a calibration run: its certainty (None: not encoded), and its code against the truth.

    `wrong` and `full` as the contract's *Meaning* has them: a digit too many or different; all eleven right.
    """

    certainty: float | None
    wrong: bool
    full: bool


class CurvePoint(NamedTuple):
    """What encoding only pieces of at least `threshold` gives; `most_wrong` bounds the share wrong of all letters."""

    threshold: float
    letters: int
    encoded: int
    full: int
    wrong: int
    most_wrong: float


def curve(samples: Iterable[Sample]) -> tuple[CurvePoint, ...]:
    """A point for each threshold, strictest first; shares are of all letters."""
    held = list(samples)
    return tuple(_point(threshold, held) for threshold in THRESHOLDS)


def _point(threshold: float, samples: Sequence[Sample]) -> CurvePoint:
    kept = [s for s in samples if s.certainty is not None and s.certainty >= threshold]
    wrong = sum(s.wrong for s in kept)
    full = sum(s.full for s in kept)
    return CurvePoint(threshold, len(samples), len(kept), full, wrong, upper_bound(wrong, len(samples)))


def upper_bound(wrong: int, letters: int, level: float = LEVEL) -> float:
    """The largest share of wrong codes that `wrong` of `letters` still allow at this level (one-sided)."""
    if letters == 0 or wrong >= letters:
        return 1.0
    low, high = wrong / letters, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(wrong, letters, middle) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, letters: int, share: float) -> float:
    """Probability of no more than `wrong` among `letters` when each is wrong with probability `share` (0 to 1)."""
    if share >= 1.0:
        return 0.0
    if share <= 0.0:
        return 1.0
    hit, miss = math.log(share), math.log1p(-share)
    ways = math.lgamma(letters + 1)
    terms = (
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(letters - k + 1) + k * hit + (letters - k) * miss)
        for k in range(wrong + 1)
    )
    return math.fsum(terms)


def chosen(points: Sequence[CurvePoint], budget: float) -> CurvePoint | None:
    """The loosest point reached from the strictest without leaving `budget` (wrong codes in 10,000); None: not one."""
    found = None
    for point in points:
        if point.most_wrong * BUDGET_OF > budget:
            break
        found = point
    return found


def least_budget(points: Sequence[CurvePoint]) -> int:
    """The smallest whole budget that the strictest point keeps: what a deck of this size can show at best."""
    return math.ceil(points[0].most_wrong * BUDGET_OF) if points else BUDGET_OF
