"""`mlocr match` from outside: JSON lines and text, over a real built directory."""

import datetime
import io
import json
from pathlib import Path

import pytest
from fake_directory import small_directory

from mlocr.cli.app import run
from mlocr.directory.layout import (
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
)
from mlocr.errors import ExitCode


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small directory as product files."""
    folder = tmp_path_factory.mktemp("raw")
    d = small_directory()
    rows = [format_zip4_header(2026, 11), *(format_zip4(r) for r in d.rows)]
    (folder / "zip4.txt").write_text("\n".join(rows) + "\n")
    cities = [format_city_state_header(2026, 11), *(format_city_state(c) for c in [*d.cities, *d.alias_rows])]
    (folder / "ctystate.txt").write_text("\n".join(cities) + "\n")
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def _match(raw: Path, *more: str) -> int:
    return run(["match", "--directory", str(raw), "--as-of", "2026-11-20", *more])


def test_json_lines_in_and_out(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.jsonl"
    questions = [
        {"id": "a", "lines": ["124 Main St", "Havenport ME 04901"], "more": 1},
        {"id": 2, "lines": ["5 ZEBRA ST", "HAVENPORT ME 04901"]},
        {"lines": []},
        {
            "id": None,
            "lines": ["11 TOWER RD APT 5", "HAVENPORT ME 04901"],
            "confidences": [0.9, 1],
            "alternatives": [[], []],
        },
    ]
    file.write_text("\n".join(json.dumps(q) for q in questions) + "\n\n")
    assert _match(raw, "--json", str(file)) == ExitCode.DONE
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [a["id"] for a in answers] == ["a", 2, None, None]
    first = answers[0]
    assert first.pop("trace")[0].keys() == {"rule", "said"}
    chosen = first.pop("candidates")[0]
    assert chosen.pop("rule") and chosen.pop("said")
    assert chosen == {
        "zip5": "04901", "plus4": "1001", "record_type": "S", "street": "MAIN ST", "low": "100", "high": "198",
        "parity": "E", "designator": None, "secondary_low": None, "secondary_high": None, "firm": None, "chosen": True,
    }  # fmt: skip
    assert first == {
        "id": "a", "outcome": "encoded", "reason": None, "depth": 11, "zip5": "04901", "plus4": "1001", "dpc": "24",
        "check_digit": "8", "record_type": "S", "carrier_route": "C001", "delivery_line": "124 MAIN ST",
        "last_line": "HAVENPORT ME 04901-1001", "footnotes": [], "dpc_rule": "primary_number", "certainty": 1.0,
        "return_code": "31", "dpv": None, "dpv_footnotes": [], "lacslink": None, "suitelink": None, "flags": [],
    }  # fmt: skip
    assert (answers[1]["depth"], answers[1]["reason"], answers[1]["plus4"]) == (None, "no_such_street", None)
    assert (answers[2]["outcome"], answers[2]["zip5"], answers[2]["check_digit"]) == ("rejected", None, None)
    assert answers[3]["dpc"] == "05"


def test_plain_text_from_standard_input(
    raw: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\nJane Doe\n124 Main St\nHavenport ME 04901\n\n\nPO Box 205\nHavenport ME 04903\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert _match(raw, "--json") == ExitCode.DONE
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["id"], a["zip5"] + a["plus4"] + a["dpc"]) for a in answers] == [(1, "04901100124"), (2, "04903020505")]


def test_without_json_a_person_reads_it(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.txt"
    file.write_text("124 Main St\nHavenport ME 04901\n")
    assert _match(raw, str(file)) == ExitCode.DONE
    assert "04901100124" in capsys.readouterr().out


@pytest.mark.parametrize(
    "bad",
    ["{", "[1]", '{"id": 1}', '{"lines": "x"}', '{"lines": [1]}', '{"lines": ["a"], "confidences": [2, 3]}', "nonsense",
     '{"lines": ["a"], "alternatives": "x"}', '{"lines": ["a"], "confidences": [NaN]}',
     '{"lines": ["a"], "confidences": [87]}', '{"lines": ["a"], "confidences": [-0.1]}'],
)  # fmt: skip
def test_a_malformed_line_after_good_ones(
    bad: str, raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.jsonl"
    good = json.dumps({"id": 1, "lines": ["124 MAIN ST", "HAVENPORT ME 04901"]})
    file.write_text(f"{good}\n{bad}\n{good}\n")
    assert _match(raw, "--json", str(file)) == ExitCode.BAD_INPUT
    out = capsys.readouterr()
    assert len(out.out.splitlines()) == 1
    assert "line 2" in out.err
    assert "Traceback" not in out.err


def test_an_expired_directory_codes_nothing(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.txt"
    file.write_text("124 Main St\nHavenport ME 04901\n")
    for date in ("2027-03-01", "2026-10-01"):
        assert run(["match", "--directory", str(raw), "--as-of", date, str(file)]) == ExitCode.DATA_EXPIRED
    assert capsys.readouterr().out == ""


def test_what_is_missing_is_said(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _match(raw, str(tmp_path / "none.jsonl")) == ExitCode.BAD_INPUT
    assert run(["match", "--directory", str(tmp_path / "none"), "--as-of", "2026-11-20"]) == ExitCode.BAD_INPUT
    assert run(["match", "--directory", str(raw), "--as-of", "yesterday"]) == ExitCode.USAGE
    assert "Traceback" not in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["match", "--help"]) == ExitCode.DONE
    assert "Example" in capsys.readouterr().out


def test_today_is_the_default_date(raw: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text("124 Main St\nHavenport ME 04901\n")
    usable = datetime.date(2026, 10, 15) <= datetime.date.today() <= datetime.date(2027, 1, 31)
    assert run(["match", "--directory", str(raw), str(file)]) == (ExitCode.DONE if usable else ExitCode.DATA_EXPIRED)


def test_an_id_that_is_no_text_of_this_world(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": "\\udfff", "lines": []}\n{"id": 1e999, "lines": ["\\ud800"]}\n')
    assert _match(raw, "--json", str(file)) == ExitCode.DONE
    written = capsys.readouterr().out
    assert [json.loads(line)["id"] for line in written.splitlines()] == ["\udfff", None]
    assert written.encode()
    assert _match(raw, str(file)) == ExitCode.DONE
    assert capsys.readouterr().out.encode()


def test_constants_that_are_no_json(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": NaN, "lines": []}\n')
    assert _match(raw, "--json", str(file)) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "line 1" in shown.err
