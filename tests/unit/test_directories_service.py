import json
from pathlib import Path

import pytest
from directory_samples import built, city_state_text, raw_folder, zip4_text

from mlocr.cli.app import run
from mlocr.directory.schema import FILE_NAME
from mlocr.directory.store import open_directory
from mlocr.errors import BadInputError, ExitCode
from mlocr.services import directories
from mlocr.services.directories import directory_info, resolve_directory


def test_a_built_directory_is_returned_as_it_is(tmp_path: Path) -> None:
    out = built(tmp_path)
    assert resolve_directory(out, tmp_path / "cache") == out
    assert not (tmp_path / "cache").exists()


def test_a_raw_folder_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = raw_folder(tmp_path / "deck/directory")
    first = resolve_directory(raw, tmp_path / "cache")
    open_directory(first).close()

    def never(*_: object) -> None:
        raise AssertionError("built twice")

    monkeypatch.setattr(directories, "build_directory", never)
    copy = raw_folder(tmp_path / "elsewhere")
    assert resolve_directory(raw, tmp_path / "cache") == first == resolve_directory(copy, tmp_path / "cache")


def test_changed_raw_files_are_built_anew(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    first = resolve_directory(raw, tmp_path / "cache")
    raw_folder(raw, zip4_text()[:-1])
    second = resolve_directory(raw, tmp_path / "cache")
    assert first != second
    assert directory_info(second).zip4_counts != directory_info(first).zip4_counts


def test_a_damaged_cached_directory_is_built_again(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    first = resolve_directory(raw, tmp_path / "cache")
    (first / FILE_NAME).write_bytes(b"damaged")
    assert resolve_directory(raw, tmp_path / "cache") == first
    open_directory(first).close()


@pytest.mark.parametrize(
    ("missing", "named"), [("zip4.txt", "zip4.txt"), ("ctystate.txt", "ctystate.txt"), (".", "does not exist")]
)
def test_what_is_no_directory(tmp_path: Path, missing: str, named: str) -> None:
    raw = tmp_path / "raw"
    if missing != ".":
        raw_folder(raw)
        (raw / missing).unlink()
    with pytest.raises(BadInputError, match=named):
        resolve_directory(raw, tmp_path / "cache")


def test_a_malformed_raw_folder_leaves_no_cache(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw", [*zip4_text(), "short"])
    with pytest.raises(BadInputError, match="record 6"):
        resolve_directory(raw, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


# --- the commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["apart", "together", "equals", "mixed"])
def test_build_takes_several_files(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    raw = raw_folder(tmp_path / "raw")
    (tmp_path / "more.txt").write_text("".join([zip4_text()[0], zip4_text()[2]]))
    one, two, city = str(raw / "zip4.txt"), str(tmp_path / "more.txt"), str(raw / "ctystate.txt")
    out = ["--out", str(tmp_path / "built")]
    arguments = {
        "apart": ["--zip4", one, "--zip4", two, "--city-state", city, *out],
        "together": ["--zip4", one, two, *out, "--city-state", city],
        "equals": [f"--zip4={one}", two, f"--city-state={city}", *out],
        "mixed": [*out, "--city-state", city, "--zip4", one, "--zip4", two],
    }[form]
    assert run(["directory", "build", *arguments]) == ExitCode.DONE
    assert "5 records (H 2, P 1, S 2)" in capsys.readouterr().out


def test_info_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["directory", "info", str(built(tmp_path)), "--json"]) == ExitCode.DONE
    shown = json.loads(capsys.readouterr().out)
    assert shown["product"] == "2026-11"
    assert shown["zip4"] == {"records": 4, "by_type": {"H": 1, "P": 1, "S": 2}}
    assert shown["city_state"]["by_type"] == {"A": 1, "D": 4, "N": 1, "P": 1, "S": 1, "Z": 1}
    assert (shown["first_use"], shown["last_use"], shown["last_mailing"]) == ("2026-10-15", "2027-01-31", "2027-02-28")
    assert [source["file"] for source in shown["sources"]] == ["zip4.txt", "ctystate.txt"]


@pytest.mark.parametrize("records", [zip4_text()[1:], [*zip4_text(), "X" * 182], [zip4_text()[0][:-1]]])
def test_a_malformed_build_is_one_sentence(
    tmp_path: Path, records: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    raw = raw_folder(tmp_path / "raw", records)
    arguments = [
        "--zip4",
        str(raw / "zip4.txt"),
        "--city-state",
        str(raw / "ctystate.txt"),
        "--out",
        str(tmp_path / "d"),
    ]
    assert run(["directory", "build", *arguments]) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"mlocr: {raw / 'zip4.txt'}, record ")
    assert shown.err.count("\n") == 1


def test_editions_that_differ_end_with_bad_input(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw", city_state=city_state_text(edition=(2025, 11)))
    arguments = [
        "--zip4",
        str(raw / "zip4.txt"),
        "--city-state",
        str(raw / "ctystate.txt"),
        "--out",
        str(tmp_path / "d"),
    ]
    assert run(["directory", "build", *arguments]) == ExitCode.BAD_INPUT


@pytest.mark.parametrize("path", ["absent", "."])
def test_info_of_what_is_no_directory(tmp_path: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["directory", "info", str(tmp_path / path), "--json"]) == ExitCode.BAD_INPUT
    assert capsys.readouterr().out == ""
