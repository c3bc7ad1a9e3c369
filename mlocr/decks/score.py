"""Scores results against a deck's truth, exactly as the contract's *Meaning* has it. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlocr.decks.format import Expectation, Truth


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run said of one image: the digits it encoded (0, 5, 9 or 11 of them), and why not more."""

    file: str
    digits: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WrongPiece:
    """One wrong code: what was given and what the truth has (empty where it is a reject)."""

    file: str
    given: str
    expected: str
    category: str


@dataclass(frozen=True, slots=True)
class Score:
    """The count of one run. `expected_encodable` are the pieces whose truth has depth 11; rates are over them.

    `encoded` counts every piece with a code; `zip5_correct`, `zip4_correct` and `dpc_correct` count encodable pieces
    whose first 5, first 9 and all 11 digits are right; `missing` are truths without a result (counted as rejected),
    `without_truth` results of images the deck does not know, `repeated` results beyond the first of a file.
    """

    pieces: int
    expected_encodable: int
    encoded: int
    correct: int
    wrong: int
    zip5_correct: int
    zip4_correct: int
    dpc_correct: int
    rightly_rejected: int
    wrong_pieces: tuple[WrongPiece, ...]
    missing: tuple[str, ...] = ()
    without_truth: tuple[str, ...] = ()
    repeated: int = 0
    categories: tuple[tuple[str, int, int, int], ...] = ()

    @property
    def rates(self) -> dict[str, float]:
        """Shares of the encodable pieces; 0 where there are none."""
        of = self.expected_encodable or 1
        parts = {
            "correct": self.correct,
            "zip5_correct": self.zip5_correct,
            "zip4_correct": self.zip4_correct,
            "dpc_correct": self.dpc_correct,
            "wrong": self.wrong,
        }
        return {name: round(value / of, 6) for name, value in parts.items()}

    def as_json(self) -> dict[str, object]:
        """The object `mlocr deck score --json` prints."""
        return {
            "pieces": self.pieces,
            "expected_encodable": self.expected_encodable,
            "encoded": self.encoded,
            "correct": self.correct,
            "wrong": self.wrong,
            "zip5_correct": self.zip5_correct,
            "zip4_correct": self.zip4_correct,
            "dpc_correct": self.dpc_correct,
            "rates": self.rates,
            "wrong_pieces": [
                {"file": p.file, "given": p.given, "expected": p.expected or None, "category": p.category or None}
                for p in self.wrong_pieces
            ],
            "rightly_rejected": self.rightly_rejected,
            "missing": list(self.missing),
            "without_truth": list(self.without_truth),
            "repeated": self.repeated,
            "categories": {
                name: {"pieces": pieces, "right": right, "wrong": wrong}
                for name, pieces, right, wrong in self.categories
            },
        }


def is_wrong(given: str, expect: Expectation) -> bool:
    """Whether an encoded code is wrong: a digit differs from the truth, or it is finer than the truth allows.

    Digits of the truth beyond its depth still count as its own (a finer code is wrong only where its extra digits are
    not the truth's). No code is never wrong; any code is where the truth is a reject.
    """
    if not given:
        return False
    if expect.outcome == "rejected":
        return True
    return not (expect.zip5 + expect.plus4 + expect.dpc).startswith(given)


def score(truths: Sequence[Truth], answers: Iterable[Answer]) -> Score:
    """Score `answers` against `truths`, matched by file.

    A file answered more than once (a deck repeated) is scored by its worst answer: a wrong one if there is any, else
    the coarsest (*ours*).
    """
    given: dict[str, list[str]] = {}
    for answer in answers:
        if not answer.file:
            continue
        given.setdefault(answer.file, []).append(answer.digits)
    known = {t.file for t in truths}
    table = [(truth, _worst(given.get(truth.file, [""]), truth.expect)) for truth in truths]
    encodable = [(t, d) for t, d in table if t.expect.depth == 11]
    wrong = [(t, d) for t, d in table if is_wrong(d, t.expect)]
    correct = sum(d == t.expect.digits for t, d in encodable)
    return Score(
        pieces=len(truths),
        expected_encodable=len(encodable),
        encoded=sum(bool(d) for _, d in table),
        correct=correct,
        wrong=len(wrong),
        zip5_correct=_right_to(encodable, 5),
        zip4_correct=_right_to(encodable, 9),
        dpc_correct=correct,
        rightly_rejected=sum(not d and t.expect.outcome == "rejected" for t, d in table),
        wrong_pieces=tuple(WrongPiece(t.file, d, t.expect.digits, t.category) for t, d in wrong),
        missing=tuple(t.file for t in truths if t.file not in given),
        without_truth=tuple(sorted(set(given) - known)),
        repeated=sum(len(v) - 1 for k, v in given.items() if k in known),
        categories=_categories(table),
    )


def _worst(digits: Sequence[str], expect: Expectation) -> str:
    return min(digits, key=lambda d: (not is_wrong(d, expect), len(d)))


def _right_to(pieces: Sequence[tuple[Truth, str]], depth: int) -> int:
    return sum(len(d) >= depth and d[:depth] == t.expect.digits[:depth] for t, d in pieces)


def _categories(table: Sequence[tuple[Truth, str]]) -> tuple[tuple[str, int, int, int], ...]:
    """Category, pieces, right (the truth's own digits, or no code where none is due) and wrong, by name."""
    rows: dict[str, list[int]] = {}
    for truth, digits in table:
        row = rows.setdefault(truth.category or "-", [0, 0, 0])
        row[0] += 1
        row[1] += digits == truth.expect.digits
        row[2] += is_wrong(digits, truth.expect)
    return tuple((name, row[0], row[1], row[2]) for name, row in sorted(rows.items()))


def answer_of(result: Mapping[str, object]) -> Answer:
    """One line of a run's `results.jsonl`. Raises ValueError saying what the line lacks."""
    file = result.get("file")
    outcome = result.get("outcome")
    if file is None and outcome == "rejected":
        # A piece the camera gave no frame for: it bears no name, and no code.
        return Answer("", "", str(result.get("reason") or ""))
    if not isinstance(file, str) or not file:
        raise ValueError("file is missing")
    if outcome == "rejected":
        return Answer(base_name(file), "", str(result.get("reason") or ""))
    if outcome != "encoded":
        raise ValueError(f"outcome must be encoded or rejected, not {outcome!r}")
    digits = "".join(str(result.get(part) or "") for part in ("zip5", "plus4", "dpc"))
    depth = result.get("depth")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (5, 9, 11)):
        raise ValueError(f"zip5, plus4 and dpc together are {digits!r}, not 5, 9 or 11 digits")
    if depth is not None and depth != len(digits):
        digits = digits[:depth] if isinstance(depth, int) and depth in (5, 9, 11) else digits
    return Answer(base_name(file), digits, str(result.get("reason") or ""))


def base_name(file: str) -> str:
    """A result's file relative to the deck's `images/`, however the run wrote it."""
    return file.replace("\\", "/").rpartition("images/")[2].removeprefix("./")
