"""Another engine in the matcher's place: `mlocr match` itself as the child, the station's run with it, and the lock."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from drivers.matcher.process import open_process
from mlocr.decks.format import read_deck
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.services.matching import opened_matcher

MlocrCall = Callable[..., int]
NAUGHTY = Path(__file__).resolve().parents[1] / "unit" / "naughty_child.py"
MATCH = [sys.executable, "-m", "mlocr", "match", "--json", "--workers", "1"]
EDITION = "2026-11"


def rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def toml(**settings: object) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())


def config(folder: Path, argv: list[str], product: str = EDITION, **settings: object) -> Path:
    path = folder / "station.toml"
    path.write_text(
        f'[reader]\nengine = "truth"\n[run]\nworkers = 0\nsprayed = "none"\n[matcher]\nengine = "process"\n'
        f"product = {json.dumps(product)}\n[matcher.settings]\n{toml(argv=argv, **settings)}"
    )
    return path


@pytest.fixture(scope="module")
def argv(small_deck: Path) -> list[str]:
    return [*MATCH, "--directory", str(small_deck / "directory"), "--as-of", str(read_deck(small_deck).as_of)]


# --- mlocr match is such an engine ------------------------------------------------------------------------------------


def test_mlocr_match_answers_one_question_at_a_time_as_a_child_process(
    small_deck: Path, argv: list[str], tmp_path: Path
) -> None:
    truth = [json.loads(line)["lines"] for line in (small_deck / "truth.jsonl").read_text().splitlines()]
    child = open_process({"argv": argv, "answer_timeout_s": 30, "start_timeout_s": 60})
    child.open()
    deck = read_deck(small_deck)
    with opened_matcher(deck.directory, tmp_path, deck.as_of or date.today()) as builtin:
        found = 0
        for lines in truth:
            block = AddressBlock(tuple(TextLine(line) for line in lines))
            theirs, ours = child.match(block), builtin.match(block)
            assert (theirs.routing, theirs.reason) == (ours.routing, ours.reason)
            assert (theirs.delivery_line, theirs.footnotes, theirs.trace) == (
                ours.delivery_line,
                ours.footnotes,
                ours.trace,
            )
            assert (theirs.return_code, theirs.links) == (ours.return_code, ours.links)
            found += theirs.routing is not None
    assert found > 7
    child.close()


# --- the station with another engine ----------------------------------------------------------------------------------


def test_a_run_with_the_engine_in_a_process_codes_as_the_built_in_one_and_needs_no_directory(
    small_deck: Path, argv: list[str], mlocr: MlocrCall, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    (tmp_path / "builtin.toml").write_text('[reader]\nengine = "truth"\n[run]\nworkers = 0\nsprayed = "none"\n')
    assert mlocr("run", "--deck", small_deck, "--config", tmp_path / "builtin.toml", "--out", own) == 0
    path = config(tmp_path, argv, answer_timeout_s=5, start_timeout_s=40)
    path.write_text(path.read_text().replace("workers = 0", "workers = 1"))
    other = tmp_path / "other"
    assert mlocr("run", "--deck", small_deck, "--config", path, "--out", other) == 0
    parts = ("file", "outcome", "reason", "zip5", "plus4", "dpc", "check_digit", "record_type", "delivery_line")
    told = [[{part: row[part] for part in parts} for row in rows(out)] for out in (own, other)]
    assert told[0] == told[1]
    assert not (other / "directory").exists()
    form = tmp_path / "form"
    assert mlocr("report", "3553", "--journal", other / "journal.db", "--format", "json", "--out", form) == 0
    assert "11/01/2026" in form.read_text() or "2026-11" in form.read_text()


@pytest.mark.parametrize(
    ("product", "code", "why"),
    [
        ("", 3, "matcher.product is missing"),
        ("2026-13", 3, "'2026-13' is no year and month"),
        ("November", 3, "'November' is no year and month"),
        ("2026-08", 4, "may not code on 2026-11"),
        ("2027-02", 4, "may not code on 2026-11"),
    ],
)
def test_the_engine_s_edition_is_named_and_judged(
    small_deck: Path,
    mlocr: MlocrCall,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    product: str,
    code: int,
    why: str,
) -> None:
    path = config(tmp_path, [sys.executable, str(NAUGHTY), str(tmp_path / "lives"), '[["ok"]]'], product)
    assert mlocr("run", "--deck", small_deck, "--config", path, "--out", tmp_path / "out") == code
    said = capsys.readouterr().err
    assert why in said and said.count("\n") <= 2
    assert not (tmp_path / "lives").exists(), "an engine whose data may not code is not even started"
    assert mlocr("config", "check", "--config", path) == (code if code == 3 else 0)


def test_an_engine_that_keeps_dying_ends_the_run_in_one_sentence_and_loses_no_piece(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config(
        tmp_path,
        [sys.executable, "-S", str(NAUGHTY), str(tmp_path / "lives"), '[["ok", "die"]]'],
        restarts_per_minute=2,
    )
    path.write_text(path.read_text().replace("workers = 0", "workers = 1"))
    out = tmp_path / "out"
    assert mlocr("run", "--deck", small_deck, "--config", path, "--inkjet", "file", "--out", out) == 6
    said = capsys.readouterr().err
    assert "is given up: it was started again 2 times within a minute" in said
    assert "the licence server is gone" in said
    assert "Traceback" not in said
    told = rows(out)
    assert sum(row["reason"] == "matcher_failed" for row in told) == 3
    assert all(row["outcome"] == "rejected" and row["disposition"] for row in told)
    assert mlocr("report", "3553", "--journal", out / "journal.db", "--format", "json", "--out", tmp_path / "f") == 0
    assert not [each for each in threading.enumerate() if each.name.startswith("mlocr-matcher")]


def test_an_engine_that_is_not_there_is_said_before_the_first_letter(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    path = config(tmp_path, ["/no/such/engine"])
    assert mlocr("run", "--deck", small_deck, "--config", path, "--out", out) == 3
    assert "the matcher's program '/no/such/engine' cannot be started" in capsys.readouterr().err
    assert rows(out) == []


def test_time_outs_longer_than_the_worker_s_are_refused(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config(tmp_path, ["engine"], answer_timeout_s=9.5)
    assert mlocr("config", "check", "--config", path) == 0
    path.write_text(path.read_text().replace("workers = 0", "workers = 2"))
    assert mlocr("config", "check", "--config", path) == 3
    assert "may take 10.5 seconds for an answer, and its worker is ended after 10" in capsys.readouterr().err
    path.write_text(path.read_text().replace("answer_timeout_s = 9.5", "start_timeout_s = 90"))
    assert mlocr("run", "--deck", small_deck, "--config", path, "--out", tmp_path / "out") == 3
    assert "for its start" in capsys.readouterr().err
