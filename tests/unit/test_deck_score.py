"""Scoring by hand-made tables: what is wrong, what is a miss, what is right (the contract's Meaning)."""

import json
from pathlib import Path

import pytest

from mlocr.cli.app import run
from mlocr.decks.format import Expectation, Truth
from mlocr.decks.score import Answer, answer_of, is_wrong, score
from mlocr.errors import BadInputError
from mlocr.services.decks import score_files

ELEVEN = Expectation("encoded", 11, "04113", "1002", "07", "3", "S")
NINE = Expectation("encoded", 9, "04113", "1002")
FIVE = Expectation("encoded", 5, "04113")
FIVE_WITH_MORE = Expectation("encoded", 5, "04113", "1002", "07")
NOTHING = Expectation("rejected")


@pytest.mark.parametrize(
    ("given", "expect", "wrong"),
    [
        ("04113100207", ELEVEN, False),
        ("04113100208", ELEVEN, True),
        ("04113100307", ELEVEN, True),
        ("04114100207", ELEVEN, True),
        ("041131002", ELEVEN, False),
        ("041131003", ELEVEN, True),
        ("04113", ELEVEN, False),
        ("04114", ELEVEN, True),
        ("", ELEVEN, False),
        ("041131002", NINE, False),
        ("04113", NINE, False),
        ("04113100207", NINE, True),
        ("04113", FIVE, False),
        ("04114", FIVE, True),
        ("041131002", FIVE, True),
        ("", FIVE, False),
        ("04113100207", FIVE_WITH_MORE, False),
        ("04113100208", FIVE_WITH_MORE, True),
        ("04113", NOTHING, True),
        ("", NOTHING, False),
    ],
)
def test_wrong_is_a_different_digit_or_a_finer_code_that_is_not_the_truths(
    given: str, expect: Expectation, wrong: bool
) -> None:
    assert is_wrong(given, expect) is wrong


def test_a_whole_table() -> None:
    truths = [
        Truth("1", (), ELEVEN, category="street"),
        Truth("2", (), ELEVEN, category="street"),
        Truth("3", (), ELEVEN, category="street"),
        Truth("4", (), ELEVEN, category="box"),
        Truth("5", (), FIVE, category="coarse"),
        Truth("6", (), NOTHING, category="blank"),
        Truth("7", (), NOTHING, category="blank"),
        Truth("8", (), ELEVEN, category="box"),
    ]
    answers = [
        Answer("1", "04113100207"),
        Answer("2", "041131002"),
        Answer("3", "04113"),
        Answer("4", "04113100299"),
        Answer("5", ""),
        Answer("6", ""),
        Answer("7", "04113"),
        Answer("unknown", "99999"),
    ]
    out = score(truths, answers)
    assert (out.pieces, out.expected_encodable, out.encoded) == (8, 5, 5)
    assert (out.correct, out.zip5_correct, out.zip4_correct, out.dpc_correct) == (1, 4, 3, 1)
    assert out.wrong == 2
    assert [(p.file, p.given, p.expected) for p in out.wrong_pieces] == [
        ("4", "04113100299", "04113100207"),
        ("7", "04113", ""),
    ]
    assert (out.missing, out.without_truth, out.rightly_rejected) == (("8",), ("unknown",), 1)
    assert out.rates["correct"] == 0.2
    assert out.rates["zip4_correct"] == 0.6
    assert out.categories == (("blank", 2, 1, 1), ("box", 2, 0, 1), ("coarse", 1, 0, 0), ("street", 3, 1, 0))


def test_a_repeated_piece_counts_once_by_its_worst_answer() -> None:
    good, bad = Answer("1", "04113100207"), Answer("1", "04113100208")
    assert score([Truth("1", (), ELEVEN)], [good, bad, good]).wrong == 1
    assert score([Truth("1", (), ELEVEN)], [good, Answer("1", "")]).correct == 0
    both = score([Truth("1", (), ELEVEN)], [good, good])
    assert (both.correct, both.repeated, both.pieces) == (1, 1, 1)


def test_a_deck_without_full_codes_has_rates_of_nothing() -> None:
    assert set(score([Truth("1", (), NOTHING)], []).rates.values()) == {0.0}


def test_a_result_line_is_read_by_its_digits() -> None:
    line = {"file": "images/a.jpg", "outcome": "encoded", "depth": 9, "zip5": "04113", "plus4": "1002", "dpc": None}
    assert answer_of(line) == Answer("a.jpg", "041131002")
    assert answer_of({"file": "a.jpg", "outcome": "rejected", "reason": "foreign"}) == Answer("a.jpg", "", "foreign")
    assert answer_of(line | {"depth": 5}).digits == "04113"
    for bad in (
        {"outcome": "encoded"},
        {"file": "a", "outcome": None},
        {"file": "a", "outcome": "encoded", "zip5": "1"},
    ):
        with pytest.raises(ValueError, match=r"missing|outcome|digits"):
            answer_of(bad)


def deck_and_results(tmp_path: Path, given: str) -> tuple[Path, Path]:
    deck, out = tmp_path / "deck", tmp_path / "out"
    deck.mkdir()
    out.mkdir()
    expect = {"outcome": "encoded", "depth": 11, "zip5": "04113", "plus4": "1002", "dpc": "07"}
    (deck / "truth.jsonl").write_text(json.dumps({"file": "a.jpg", "lines": [], "expect": expect}))
    row = {
        "file": "a.jpg",
        "outcome": "encoded",
        "zip5": given[:5],
        "plus4": given[5:9],
        "dpc": given[9:],
        "piece_id": "1",
    }
    (out / "results.jsonl").write_text(json.dumps(row) + "\n")
    return out, deck


def test_deck_score_prints_one_object_and_one_for_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, deck = deck_and_results(tmp_path, "04113100208")
    assert run(["deck", "score", str(out), str(deck), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["pieces"], answer["expected_encodable"], answer["wrong"], answer["correct"]) == (1, 1, 1, 0)
    assert answer["wrong_pieces"][0]["file"] == "a.jpg"
    assert run(["deck", "score", str(out / "results.jsonl"), str(deck)]) == 1


def test_deck_score_ends_well_without_wrong_codes(tmp_path: Path) -> None:
    out, deck = deck_and_results(tmp_path, "04113100207")
    assert run(["deck", "score", str(out), str(deck)]) == 0


def test_bad_results_are_sentences(tmp_path: Path) -> None:
    out, deck = deck_and_results(tmp_path, "04113100207")
    with pytest.raises(BadInputError, match="is missing"):
        score_files(tmp_path / "none", deck)
    (out / "results.jsonl").write_text('{"file": "a.jpg", "outcome": "encoded"}\n')
    with pytest.raises(BadInputError, match="line 1"):
        score_files(out, deck)
    assert run(["deck", "score", str(out), str(deck)]) == 8
    assert run(["deck", "score", str(out), str(tmp_path)]) == 8


def test_a_piece_without_a_file_is_passed_over() -> None:
    lost = answer_of({"file": None, "outcome": "rejected", "reason": "no_image"})
    assert score((), [lost]).without_truth == ()
