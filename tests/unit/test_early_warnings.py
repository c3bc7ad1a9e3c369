import io
from datetime import date
from pathlib import Path

import pytest
from directory_samples import MOMENT, built, raw_folder

from mlocr.cli.app import run
from mlocr.directory.early_warnings import (
    WIDTH,
    format_early_warning,
    format_early_warning_header,
    read_early_warnings,
)
from mlocr.directory.store import open_directory
from mlocr.errors import BadInputError, ExitCode, RecordError
from mlocr.mail.address import EarlyWarning
from mlocr.services.directories import resolve_directory

NEW = EarlyWarning("38134", "N", "QUAIL RUN", "CT", "")
OTHER = EarlyWarning("38134", "", "HERON", "WAY", "SW")
ELSEWHERE = EarlyWarning("38103", "", "HERON", "WAY", "")
HEADER = format_early_warning_header(date(2026, 11, 16))


def test_the_layout_is_the_documented_one() -> None:
    assert HEADER == "CEARLY WARNING20261116" + " " * 20
    assert format_early_warning(OTHER) == "D38134  HERON                       WAY SW"
    assert len(HEADER) == len(format_early_warning(NEW)) == WIDTH == 42


@pytest.mark.parametrize("separator", ["", "\n", "\r\n"])
def test_round_trip(separator: str) -> None:
    text = separator.join([HEADER, *map(format_early_warning, (NEW, OTHER))])
    source = read_early_warnings(io.BytesIO(text.encode()), "ews.txt")
    assert (source.edition.label, source.edition.day) == ("2026-11", 16)
    assert list(source) == [NEW, OTHER]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("CEARLY WARNING20261341" + " " * 20, "date"),
        ("CSOMETHING ELS20261116" + " " * 20, "title"),
        (HEADER + "D3813X  HERON                       WAY SW", "zip_code"),
        (HEADER + "D38134QQHERON                       WAY SW", "street_predirectional"),
        (HEADER + "D38134                              WAY SW", "street_name"),
        (HEADER + "D38134  HERON", "record"),
        ("D38134  HERON                       WAY SW", "copyright_detail_code"),
    ],
)
def test_what_is_malformed_is_named(text: str, field: str) -> None:
    with pytest.raises(RecordError) as caught:
        list(read_early_warnings(io.BytesIO(text.encode()), "ews.txt"))
    assert caught.value.field == field


def test_they_are_built_in_by_zip_code(tmp_path: Path) -> None:
    directory = open_directory(built(tmp_path, warnings=[NEW, ELSEWHERE, OTHER]))
    assert list(directory.early_warnings("38134")) == [NEW, OTHER]
    assert list(directory.early_warnings("38103")) == [ELSEWHERE]
    assert list(directory.early_warnings("99999")) == []
    assert "QUAIL RUN" not in directory.street_names("38134")
    assert (directory.meta.early_warnings, directory.meta.early_warning_date) == (3, MOMENT.date().isoformat())
    directory.close()


def test_a_directory_without_them(tmp_path: Path) -> None:
    directory = open_directory(built(tmp_path))
    assert list(directory.early_warnings("38134")) == []
    assert (directory.meta.early_warnings, directory.meta.early_warning_date) == (0, "")
    directory.close()


def _with_warnings(raw: Path, *warnings: EarlyWarning) -> Path:
    (raw / "ews.txt").write_text("\n".join([HEADER, *map(format_early_warning, warnings)]))
    return raw


def test_a_raw_folder_s_file_is_picked_up(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    without = resolve_directory(raw, tmp_path / "cache")
    built_in = resolve_directory(_with_warnings(raw, NEW), tmp_path / "cache")
    assert built_in != without
    directory = open_directory(built_in)
    assert list(directory.early_warnings("38134")) == [NEW]
    directory.close()


def test_the_command_takes_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = _with_warnings(raw_folder(tmp_path / "raw"), NEW)
    later = tmp_path / "later.txt"
    later.write_text(format_early_warning_header(date(2026, 11, 23)) + format_early_warning(OTHER))
    products = ["--zip4", str(raw / "zip4.txt"), "--city-state", str(raw / "ctystate.txt")]
    out = tmp_path / "built"
    files = [str(raw / "ews.txt"), str(later)]
    assert run(["directory", "build", *products, "--ews", *files, "--out", str(out)]) is ExitCode.DONE
    assert "Early Warning 2 streets of 2026-11-23" in " ".join(capsys.readouterr().out.split())
    directory = open_directory(out)
    assert list(directory.early_warnings("38134")) == [NEW, OTHER]
    directory.close()


def test_an_empty_file_is_a_broken_delivery(tmp_path: Path) -> None:
    raw = _with_warnings(raw_folder(tmp_path / "raw"))
    with pytest.raises(BadInputError, match=r"ews\.txt has a header and no records"):
        resolve_directory(raw, tmp_path / "cache")
