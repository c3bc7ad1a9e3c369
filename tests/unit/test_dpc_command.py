import io
import json
from pathlib import Path

import pytest

from mlocr.cli.app import run
from mlocr.errors import BadInputError, ExitCode
from mlocr.services.two_digit import two_digits


def _answers(*lines: object) -> list[dict[str, object]]:
    return [a.as_json() for a in two_digits([json.dumps(line) for line in lines], "in.jsonl")]


def test_the_letter_s_single_highrise_example() -> None:
    given = {"id": "a", "zip5": "38134", "plus4": "5660", "record_type": "H", "primary": "5206", "designator": "APT"}
    given |= {"secondary_low": "1", "secondary_high": "16"}
    assert _answers(given | {"secondary": "17"}, given | {"secondary": "5"}) == [
        {"id": "a", "dpc": "99", "check_digit": "6", "rule": "single_highrise_default"},
        {"id": "a", "dpc": "05", "check_digit": "9", "rule": "1"},
    ]


def test_the_check_digit_is_postnet_s() -> None:
    # 1234 Fake Dr, ZIP+4 95402-0513: delivery point 34, check digit 4.
    given = {"id": 1, "zip5": "95402", "plus4": "0513", "record_type": "S", "primary": "1234"}
    assert _answers(given) == [{"id": 1, "dpc": "34", "check_digit": "4", "rule": "primary_number"}]


def test_without_a_delivery_point_the_check_digit_is_that_of_nine_digits() -> None:
    given = {"zip5": "12345", "plus4": "6789", "record_type": "H", "secondary": "A&B"}
    assert _answers(given) == [{"id": None, "dpc": None, "check_digit": "5", "rule": "none"}]


def test_absent_bounds_are_not_blank_bounds() -> None:
    given = {"record_type": "H", "secondary": "405", "designator": "OFC"}
    answers = _answers(
        given,
        given | {"secondary_low": None, "secondary_high": None},
        given | {"secondary_low": "", "secondary_high": ""},
        given | {"secondary_low": "", "secondary_high": "", "designator": ""},
    )
    assert [(a["dpc"], a["rule"]) for a in answers] == [("05", "5"), ("05", "5"), ("99", "6"), ("99", "7")]


@pytest.mark.parametrize(
    ("given", "check"),
    [
        ({"zip5": "38134"}, None),
        ({"plus4": "5660"}, None),
        ({"zip5": "3813", "plus4": "5660"}, None),
        ({"zip5": "3813X", "plus4": "5660"}, None),
        ({"zip5": "", "plus4": ""}, None),
    ],
)
def test_missing_fields(given: dict[str, str], check: str | None) -> None:
    assert _answers(given | {"record_type": "S", "primary": "8"}) == [
        {"id": None, "dpc": "08", "check_digit": check, "rule": "primary_number"}
    ]


def test_without_a_record_type_there_is_no_delivery_point() -> None:
    assert _answers({"id": 3, "primary": "123", "secondary": "4"}) == [
        {"id": 3, "dpc": None, "check_digit": None, "rule": "no_record_type"}
    ]


def test_numbers_and_unknown_keys_are_taken() -> None:
    given = {"id": [1, {"a": 2}], "record_type": "h", "secondary": 306, "secondary_low": 301, "secondary_high": 399}
    given |= {"colour": "red"}
    assert _answers(given) == [{"id": [1, {"a": 2}], "dpc": "81", "check_digit": None, "rule": "5"}]


def test_a_byte_order_mark_is_passed_over() -> None:
    answers = two_digits(['\ufeff{"id": 1, "record_type": "S", "primary": "8"}'], "in.jsonl")
    assert [a.dpc for a in answers] == ["08"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[1]",
        '"a"',
        "null",
        '{"record_type": "X"}',
        '{"record_type": "S", "primary": ["1"]}',
        "[" * 100_000,
        '{"id": NaN}',
        '{"id": -Infinity}',
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    answers = two_digits(['{"id": 1}', "", line], "in.jsonl")
    assert next(answers).id == 1
    with pytest.raises(BadInputError, match=r"^in\.jsonl, line 3"):
        next(answers)


# --- the command ----------------------------------------------------------------------------------------------------


def test_lines_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": "a", "record_type": "S", "primary": "11234"}\n\n{"id": "b", "record_type": "H"}\n')
    assert run(["dpc", "--json", str(file)]) == ExitCode.DONE
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"id": "a", "dpc": "34", "check_digit": None, "rule": "primary_number"},
        {"id": "b", "dpc": "99", "check_digit": None, "rule": "7"},
    ]


def test_an_id_that_is_no_text_of_this_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lone surrogate comes back escaped, a number beyond all numbers as null: the output stays JSON and UTF-8."""
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": "\\ud800é", "record_type": "H"}\n{"id": [1e999], "record_type": "H"}\n')
    assert run(["dpc", "--json", str(file)]) == ExitCode.DONE
    written = capsys.readouterr().out
    assert [json.loads(line)["id"] for line in written.splitlines()] == ["\ud800é", [None]]
    assert written.encode() and "Infinity" not in written
    assert run(["dpc", str(file)]) == ExitCode.DONE
    assert capsys.readouterr().out.encode()


@pytest.mark.parametrize("arguments", [["dpc"], ["dpc", "-"]])
def test_lines_from_standard_input_as_a_table(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": "a", "record_type": "S", "primary": "11234"}\n'))
    assert run(arguments) == ExitCode.DONE
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "dpc", "check", "rule"]
    assert row.split() == ["a", "34", "-", "primary_number"]


@pytest.mark.parametrize("content", [b"{}\nnot json\n", b"{}\n\xff\n"])
def test_bad_input_ends_with_8(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(content)
    assert run(["dpc", "--json", str(file)]) == ExitCode.BAD_INPUT
    assert capsys.readouterr().err.startswith(f"mlocr: {file}")


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dpc", str(tmp_path / name)]) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert "cannot be read" in shown.err
    assert shown.out == ""
