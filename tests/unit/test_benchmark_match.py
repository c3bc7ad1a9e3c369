"""`mlocr bench match`: its cases, its scoring, the script it is compared with and its table. Nothing here is timed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fake_directory import small_directory

from mlocr.cli.app import run
from mlocr.directory.build import build_directory
from mlocr.directory.layout import format_city_state, format_city_state_header, format_zip4, format_zip4_header
from mlocr.errors import BadInputError, ExitCode
from mlocr.services import benchmark_match
from mlocr.services.benchmark_match import CommandResult, GroupResult, MatchBenchOptions, Skipped, play_batch
from mlocr.services.benchmark_match_cases import (
    CLEAN,
    DAMAGED,
    TRAPS,
    MatchCase,
    MatchTally,
    answered_digits,
    read_cases,
    tally,
    write_questions,
)
from mlocr.services.benchmark_match_peer import Book, make_book, play_script, scripted
from mlocr.services.benchmark_match_table import COLUMNS, lines, markdown_table, rows
from mlocr.services.benchmark_scene import Scene
from mlocr.services.matching_plan import MatcherPlan

MAIN = ("124 MAIN ST", "HAVENPORT ME 04901")
CODE = "04901100124"
SCENE = Scene("A CPU", 2, None, "3.11.7", "Linux", datetime(2026, 11, 22, tzinfo=UTC), (), "a directory", 2)
RESULTS = [
    GroupResult("match", CLEAN, 2000, 2, (10.0, 30.0, 20.0), MatchTally(2000, 1990, 10, 0)),
    GroupResult("peer", CLEAN, 2000, 2, (5.0,), MatchTally(2000, 1000, 900, 100)),
    CommandResult(2000, 4.0, 0.25, (51200, 81920, 82944)),
    Skipped("peer", "no usaddress"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small directory, built."""
    folder = tmp_path_factory.mktemp("built")
    d = small_directory()
    zip4 = [format_zip4_header(2026, 11), *(format_zip4(r) for r in d.rows)]
    cities = [format_city_state_header(2026, 11), *(format_city_state(c) for c in [*d.cities, *d.alias_rows])]
    for name, texts in (("zip4.txt", zip4), ("ctystate.txt", cities)):
        (folder / name).write_text("\n".join(texts) + "\n")
    build_directory([folder / "zip4.txt"], [folder / "ctystate.txt"], folder / "out")
    return folder / "out"


# --- cases ------------------------------------------------------------------------------------------------------------


def test_cases_of_a_file_fall_into_groups(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    full = {"outcome": "encoded", "depth": 11, "zip5": "04901", "plus4": "1001", "dpc": "24"}
    five = {"outcome": "encoded", "depth": 5, "zip5": "04901", "plus4": None, "dpc": None}
    values = [
        {"lines": MAIN},
        {"lines": MAIN, "expect": full},
        {"lines": MAIN, "expect": full, "damages": ["street"]},
        {"lines": MAIN, "expect": five},
        {"lines": MAIN, "expect": {"outcome": "rejected", "depth": None}},
    ]
    file.write_text("\ufeff" + "\n".join(map(json.dumps, values)) + "\n", encoding="utf-8")
    cases = list(read_cases(file))
    assert [(case.group, case.digits) for case in cases] == [
        (CLEAN, None), (CLEAN, CODE), (DAMAGED, CODE), (TRAPS, "04901"), (TRAPS, ""),
    ]  # fmt: skip
    assert [MatchCase.of_line(case.as_line()) for case in cases] == cases


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 1}', '{"lines": 5}', '{"lines": [], "expect": "x"}'])
def test_a_file_of_something_else_is_named_by_its_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(f'{{"lines": []}}\n{text}\n')
    with pytest.raises(BadInputError, match="line 2"):
        list(read_cases(file))
    with pytest.raises(BadInputError, match="cannot be read"):
        list(read_cases(tmp_path / "none"))


def test_wrong_is_what_is_not_the_truths(tmp_path: Path) -> None:
    truths = [CODE, CODE, CODE, CODE, "04901", "04901", "", "", None]
    given = [CODE, "049011001", "", "04901100125", "04901", CODE, "", "04901", CODE]
    cases = [MatchCase(MAIN, truth, CLEAN) for truth in truths]
    assert tally(cases, given) == MatchTally(cases=8, right=3, coarser=2, wrong=3)
    assert tally(cases[-1:], [CODE]) is None


# --- match ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_is_answered_with_the_clock_at_its_side(built: Path, tmp_path: Path, workers: int) -> None:
    cases = [MatchCase(MAIN, CODE, CLEAN), MatchCase(("1 NO ST", "NOWHERE"), "", TRAPS)] * 4
    write_questions(cases, tmp_path / "in.jsonl")
    seconds, text = play_batch(tmp_path / "in.jsonl", MatcherPlan(built, date(2026, 11, 20)), workers)
    assert seconds > 0
    assert tally(cases, answered_digits(text)) == MatchTally(8, 8, 0, 0)


def test_both_engines_get_the_same_cases(built: Path, tmp_path: Path) -> None:
    pytest.importorskip("usaddress")
    cases = [MatchCase(MAIN, CODE, CLEAN), MatchCase(("126 MAIN ST", "HAVENPORT ME 04901"), "04901100126", CLEAN)]
    make_book(built, tmp_path / "peer.sqlite")
    plan = MatcherPlan(built, date(2026, 11, 20))
    said: list[str] = []
    ours, theirs = benchmark_match._group(
        CLEAN, cases, plan, MatchBenchOptions(runs=2), tmp_path / "peer.sqlite", tmp_path, said.append
    )
    for engine, result in (("match", ours), ("peer", theirs)):
        assert isinstance(result, GroupResult)
        assert (result.engine, result.cases, len(result.per_second)) == (engine, 2, 2)
        assert result.tally == MatchTally(2, 2, 0, 0)
    assert len(said) == 4


def test_the_command_is_measured_from_outside(built: Path, tmp_path: Path) -> None:
    result = benchmark_match._command(
        MatcherPlan(built, date(2026, 11, 20)), [MatchCase(MAIN, CODE, CLEAN)] * 3, 1, tmp_path
    )
    assert result.addresses == 3 and result.seconds > 0 and result.worker_start_s > 0
    assert answered_digits((tmp_path / "command.out").read_text()) == [CODE] * 3
    if Path("/proc/self/status").exists():
        assert result.peak_kib is not None and len(result.peak_kib) == 1
        assert 10_000 < result.peak_kib[0] < 1_000_000


# --- the script -------------------------------------------------------------------------------------------------------


def test_the_script_finds_streets_exactly_then_by_likeness(built: Path, tmp_path: Path) -> None:
    pytest.importorskip("usaddress")
    count = make_book(built, tmp_path / "peer.sqlite")
    assert count == len([row for row in small_directory().rows if row.street_name])
    book = Book(tmp_path / "peer.sqlite")
    assert book.get(("04901", "MAIN"), ()) and not book.get(("04901", "XYZZY"), ())
    assert "04901" in book.zips("HAVENPORT", "ME")
    assert scripted(MAIN, book) == CODE
    assert scripted(["jane doe", "124 Mainn St", "Havenport, ME 04901"], book) in (CODE, "")
    assert scripted(["124 MAIN ST", "HAVENPORT ME"], book)[:5] in book.zips("HAVENPORT", "ME")
    assert scripted([], book) == scripted(["124 MAIN ST"], book) == ""
    book.close()
    played = play_script([MAIN, ("NOTHING",), MAIN], tmp_path / "peer.sqlite", 2)
    assert played.codes == [CODE, "", CODE] and played.seconds > 0


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_rows_and_lines_for_people() -> None:
    shown = list(rows(RESULTS))
    assert shown[0] == ("clean", "match", "2,000", "2", "20", "1990", "10", "0")
    assert all(len(row) == len(COLUMNS) for row in shown)
    said = list(lines(RESULTS))
    assert said[0].endswith("2,000 clean addresses in 4.00 s (500 a second)")
    assert "0.25 s" in said[1]
    assert said[2] == "peak memory: 211 MiB together (parent 50, workers 80, 81)"
    assert said[3] == "peer skipped: no usaddress"
    text = markdown_table(SCENE, RESULTS)
    heading, _, _ = text.partition("\n")
    assert heading.startswith("A CPU, 2 cores; Python 3.11.7, Linux; 2026-11-22; matching not compiled; ")
    assert heading.endswith("; directory: a directory; runs: 2, medians")
    assert "; matching compiled; " in markdown_table(replace(SCENE, compiled=True), RESULTS)
    assert "| clean | peer | 2,000 | 2 | 5 | 1000 | 900 | 100 |" in text


def test_json_names_every_figure() -> None:
    assert SCENE.as_json()["matching_compiled"] is False
    ours, _, command, skipped = (result.as_json() for result in RESULTS)
    assert ours["addresses_per_second"] == 20.0
    assert ours["score"] == {"cases": 2000, "correct": 1990, "coarser": 10, "wrong": 0}
    assert command["peak_kib"] == {"parent": 51200, "workers": [81920, 82944], "together": 216064}
    assert skipped["skipped"] == "no usaddress"


def test_options_of_another_part(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["bench", "line", "--directory", str(tmp_path)]) == ExitCode.USAGE
    assert "belong to `mlocr bench match`" in capsys.readouterr().err
    assert run(["bench", "match", "--json", "--markdown"]) == ExitCode.USAGE
