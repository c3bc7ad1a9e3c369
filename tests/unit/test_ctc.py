"""Posteriors to texts, confidences and likelihoods."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.ocr.ctc import (
    Alphabet,
    PosteriorScorer,
    best_text,
    fold,
    log_likelihoods,
    other_texts,
    string_confidence,
)

CHARACTERS = "AB a."


def rows(*steps: dict[str, float]) -> NDArray[np.float32]:
    """Posteriors from a dict a step; "_" is the blank, what is left goes to it."""
    table = np.zeros((len(steps), len(CHARACTERS) + 1), np.float32)
    for row, step in zip(table, steps, strict=True):
        for c, p in step.items():
            row[0 if c == "_" else CHARACTERS.index(c) + 1] = p
        row[0] += 1 - row.sum()
    return table


def folded(table: NDArray[np.float32]) -> tuple[NDArray[np.float32], str]:
    kept, classes = Alphabet(CHARACTERS).folded()
    return fold(table, classes), kept


def brute(table: NDArray[np.float32], kept: str, text: str) -> float:
    """The likelihood by summing over every path."""
    total = 0.0
    for path in itertools.product(range(table.shape[1]), repeat=len(table)):
        said = "".join(kept[k - 1] for k, _ in itertools.groupby(path) if k)
        if said == text:
            total += math.prod(float(table[t, k]) for t, k in enumerate(path))
    return total


def test_repeats_merge_and_blanks_part() -> None:
    table = rows({"A": 0.9}, {"A": 0.9}, {}, {"A": 0.9}, {"B": 0.9})
    assert best_text(table, CHARACTERS) == "AAB"


def test_folding_joins_case_and_drops_stops() -> None:
    table, kept = folded(rows({"A": 0.4, "a": 0.5}, {".": 0.7}))
    assert "a" not in kept and "." not in kept
    assert table[0, kept.index("A") + 1] == pytest.approx(0.9)
    assert table[1, 0] == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", "A", "AB", "AA", "ABA", "B A", "BB"])
def test_likelihood_is_the_sum_over_all_paths(text: str) -> None:
    random = np.random.default_rng(3)
    raw = random.random((5, 4)).astype(np.float32)
    table = raw / raw.sum(axis=1, keepdims=True)
    kept = "AB "
    assert math.exp(log_likelihoods(table, kept, ["AB", text])[1]) == pytest.approx(brute(table, kept, text), abs=1e-6)


def test_all_strings_together_are_certain() -> None:
    raw = np.random.default_rng(4).random((4, 3)).astype(np.float32)
    table = raw / raw.sum(axis=1, keepdims=True)
    every = ["".join(p) for n in range(5) for p in itertools.product("AB", repeat=n)]
    assert np.exp(log_likelihoods(table, "AB", every)).sum() == pytest.approx(1.0, abs=1e-5)


def test_scores_ignore_case_and_stops_and_refuse_other_characters() -> None:
    table, kept = folded(rows({"A": 0.9}, {"B": 0.9}))
    scorer = PosteriorScorer((table,), kept)
    plain, cased, foreign = scorer.score(["AB", "a.b", "A%"])
    assert plain == pytest.approx(cased)
    assert foreign < plain - 1000
    assert scorer.score([]) == []


def test_confidence_is_that_of_the_weakest_character() -> None:
    sure, _ = folded(rows({"A": 0.99}, {}, {"B": 0.98}))
    weak, _ = folded(rows({"A": 0.99}, {}, {"B": 0.6, "A": 0.4}))
    assert string_confidence(sure) == pytest.approx(0.98, abs=0.01)
    assert string_confidence(weak) == pytest.approx(0.6, abs=0.01)


def test_a_character_nearly_dropped_lowers_the_confidence() -> None:
    dropped, _ = folded(rows({"A": 0.99}, {"_": 0.55, "B": 0.45}, {"A": 0.99}))
    assert string_confidence(dropped) == pytest.approx(0.55, abs=0.01)


def test_other_readings_come_likeliest_first() -> None:
    table = rows({"A": 0.98}, {}, {"B": 0.6, "A": 0.3, "a": 0.1}, {})
    assert best_text(table, CHARACTERS) == "AB"
    assert other_texts(table, CHARACTERS, 2) == ("AA", "Aa")
