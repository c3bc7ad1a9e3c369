"""`mlocr cass make` and `mlocr cass run`: a file made, answered, scored."""

import json
from pathlib import Path

import pytest

from mlocr.certification.categories import CLEAN, TRAPPED, category_title
from mlocr.certification.damage.registry import DAMAGES
from mlocr.certification.stage1_layout import BLANK, Stage1Record, read_stage1
from mlocr.certification.witness.numbers import within
from mlocr.certification.witness.office import Offices
from mlocr.cli.app import run
from mlocr.directory.store import open_directory
from mlocr.errors import ExitCode
from mlocr.services.cass_links import SUITE
from mlocr.services.cass_make import CLEAN_CODES, make_file, questions_file
from mlocr.services.cass_traps import TRAPS
from mlocr.services.directories import resolve_directory

RAW = Path(__file__).resolve().parents[2] / "test_decks/first/directory"
COUNT = 160


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped deck's directory, built once."""
    return resolve_directory(RAW, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def made(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stage I file made from it."""
    out = tmp_path_factory.mktemp("made") / "stage1.txt"
    make_file(built, out.parent, out, seed=7, count=COUNT)
    return out


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def answer(file: Path, built: Path, out: Path, *more: str, workers: str = "1") -> int:
    """`mlocr cass run` on a day the directory may code."""
    where = ["--directory", str(built), "--as-of", "2026-11-20", "--out", str(out), "--workers", workers]
    return run(["cass", "run", str(file), *where, *more])


def records(file: Path) -> list[Stage1Record]:
    with file.open("rb") as stream:
        return list(read_stage1(stream, file.name))


def number_of(line: str) -> str:
    """The primary number of a standardized line; empty where there is none."""
    words = (line.partition(" BOX ")[2] if " BOX " in line else line.removeprefix("PO BOX ")).split()
    number = f"{words[0]} {words[1]}" if "/" in "".join(words[1:2]) else words[0]
    return number if number[:1].isdigit() else ""


def questions(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in questions_file(file).read_text().splitlines()]


def test_the_same_seed_makes_the_same_bytes(built, made, tmp_path, capsys):
    again = tmp_path / "again.txt"
    assert (
        run(
            [
                "cass",
                "make",
                "--directory",
                str(built),
                "--out",
                str(again),
                "--seed",
                "7",
                "--count",
                str(COUNT),
                "--json",
            ]
        )
        == 0
    )
    assert again.read_bytes() == made.read_bytes()
    assert questions_file(again).read_bytes() == questions_file(made).read_bytes()
    assert capsys.readouterr().out.encode() == questions_file(made).read_bytes()
    other = tmp_path / "other.txt"
    make_file(built, tmp_path, other, seed=8, count=COUNT)
    assert other.read_bytes() != made.read_bytes()


def test_the_file_and_its_questions_say_the_same(made):
    rows, asked = records(made), questions(made)
    assert len(rows) == len(asked) == COUNT
    for row, question in zip(rows, asked, strict=True):
        expect = question["expect"]
        assert list(row.lines) == question["lines"]
        assert row.value("category") == question["category"]
        assert row.value("zip5") == (expect.get("zip5") or "")
        assert row.value("plus4") == (expect.get("plus4") or "")
        assert row.value("delivery_point") == (expect.get("dpc") or "")
        assert (expect["outcome"] == "encoded") == bool(row.value("zip5"))
        assert category_title(row.value("category"))


def test_every_answer_stands_in_the_directory_and_its_range_holds_the_number(built, made):
    directory = open_directory(built)
    full = 0
    try:
        offices = Offices(directory)
        for row in records(made):
            if not row.value("plus4"):
                continue
            full += 1
            rows = directory.records_with_addon(row.value("zip5"), row.value("plus4"))
            types = {r.record_type.value for r in rows}
            assert row.value("record_type") in types
            number = number_of(row.value("primary_line"))
            if number:
                bounded = [r for r in rows if r.primary_low]
                held = [within(r.primary_low, r.primary_high, r.primary_parity, number) for r in bounded]
                assert any(held) or not bounded
            assert row.value("zip5") in offices.details
    finally:
        directory.close()
    assert full > COUNT / 2


def test_a_made_file_is_answered_without_a_wrong_code(built, made, tmp_path, capsys):
    out = tmp_path / "out"
    code = answer(made, built, out, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["records"] == COUNT
    assert told["scored"] is True
    assert told["verdicts"]["wrong"] == 0, told["wrong_records"]
    assert told["verdicts"]["right"] > 0.9 * COUNT
    areas = {area["area"]: area for area in told["areas"]}
    assert areas["delivery_point"]["rate"] == 1.0
    assert "dpv" not in areas
    assert code == (0 if told["passed"] else ExitCode.LIMIT_MISSED)
    assert json.loads((out / "score.json").read_text()) == told
    assert len((out / "differences.jsonl").read_text().splitlines()) == told["differing"]
    before, after = records(made), records(out / "answered.txt")
    assert len(after) == COUNT
    for asked, answered in zip(before, after, strict=True):
        assert answered.lines == asked.lines
        assert answered.value("cass_key") == asked.value("cass_key")


def test_a_wrong_answer_key_is_found_and_fails(built, made, tmp_path, capsys):
    """A file whose ZIP+4 answers were all changed: every full answer differs, and the command says so."""
    spoilt = tmp_path / "spoilt.txt"
    with spoilt.open("wb") as stream:
        for row in records(made):
            stream.write((row.with_values({"plus4": "0007"}) if row.value("plus4") else row).bytes() + b"\n")
    out = tmp_path / "out"
    assert answer(spoilt, built, out) == 1
    shown = capsys.readouterr().err
    assert "FAIL" in shown
    assert "wrong: record" in shown
    first = json.loads((out / "differences.jsonl").read_text().splitlines()[0])
    assert first["fields"]["plus4"]["expected"] == "0007"
    assert first["trace"]


def test_the_number_of_workers_changes_nothing(built, made, tmp_path):
    alone, two = tmp_path / "alone", tmp_path / "two"
    assert answer(made, built, alone) == answer(made, built, two, workers="2")
    for name in ("answered.txt", "differences.jsonl"):
        assert (alone / name).read_bytes() == (two / name).read_bytes()


def test_a_file_without_answers_is_answered_and_not_scored(built, tmp_path, capsys):
    bare = tmp_path / "stage2.txt"
    asked = {"primary_line_input": "PO BOX 12", "last_line_input": "HARBURY ME 04162"}
    bare.write_bytes(BLANK.with_values(asked).bytes())
    out = tmp_path / "out"
    assert answer(bare, built, out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scored"] is False
    assert told["passed"] is None
    assert records(out / "answered.txt")[0].value("zip5") == "04162"


def test_refusals(built, made, tmp_path, capsys):
    short = tmp_path / "short.txt"
    short.write_bytes(made.read_bytes()[:-30])
    assert answer(short, built, tmp_path / "out") == ExitCode.BAD_INPUT
    assert f"record {COUNT}" in capsys.readouterr().err
    assert answer(short, built, tmp_path / "out", workers="2") == ExitCode.BAD_INPUT
    assert answer(tmp_path / "none.txt", built, tmp_path / "out") == ExitCode.BAD_INPUT
    assert run(["cass", "run", str(made), "--directory", str(built), "--as-of", "2031-01-01"]) == ExitCode.DATA_EXPIRED
    assert run(["cass", "make", "--directory", str(built), "--out", str(short), "--count", "0"]) == ExitCode.USAGE
    where = ["--directory", str(built), "--out", str(tmp_path / "stage1.jsonl"), "--count", "1"]
    assert run(["cass", "make", *where]) == ExitCode.USAGE
    assert not (tmp_path / "stage1.jsonl").exists()
    assert answer(made, built, tmp_path / "out", workers="100000") == ExitCode.USAGE


def test_an_empty_file_is_no_stage_1_file(built, tmp_path, capsys):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert answer(empty, built, tmp_path / "out") == ExitCode.BAD_INPUT
    assert "is empty" in capsys.readouterr().err
    assert not (tmp_path / "out" / "answered.txt").exists()


def test_every_category_the_maker_uses_has_a_title():
    assert {*CLEAN_CODES.values(), SUITE} == set(CLEAN)
    assert set(TRAPS) - {"Y6", "I2"} == set(TRAPPED)
    assert all(category_title(damage.code) for damage in DAMAGES.values())
    assert category_title("ds") == "suffix and directional + street name"
    assert category_title("zz") == ""
