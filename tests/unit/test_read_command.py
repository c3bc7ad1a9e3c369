"""`mlocr read`."""

import json
from pathlib import Path

import pytest
from letters import ADDRESS, Letter, address, draw, return_address
from PIL import Image

from mlocr.cli.app import run
from mlocr.errors import ExitCode
from mlocr.services.reading import ReadOptions, read_files


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "letter.png"
    Image.fromarray(draw(Letter(prints=[address(), return_address()])).pixels).save(path, dpi=(200, 200))
    return path


def test_one_object_a_picture_and_the_bad_one_is_counted(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    assert run(["read", str(bad), str(picture), "--json"]) == ExitCode.BAD_INPUT
    said = capsys.readouterr()
    first, second = (json.loads(line) for line in said.out.splitlines())
    assert (first["file"], first["outcome"], first["reason"], first["lines"]) == (str(bad), "rejected", "no_image", [])
    assert "bad.png" in said.err
    assert second["outcome"] == "read"
    assert second["reason"] is None
    assert [t.replace(" ", "") for t in second["lines"]] == [t.replace(" ", "") for t in ADDRESS]
    assert len(second["confidences"]) == 3
    assert all(0 <= c <= 1 for c in second["confidences"])
    assert len(second["bbox"]) == 4
    assert second["rotation"] == 0
    assert second["ms"] > 0


def test_a_picture_without_resolution_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plain.pgm"
    Image.fromarray(draw(Letter(prints=[address()])).pixels).save(path)
    assert run(["read", str(path)]) == ExitCode.USAGE
    assert "--dpi" in capsys.readouterr().err
    assert run(["read", str(path), "--dpi", "200"]) == ExitCode.DONE
    assert "SPRINGFIELD" in capsys.readouterr().out


def test_an_unknown_engine_is_a_configuration_error(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["read", str(picture), "--engine", "crystal"]) == ExitCode.CONFIGURATION
    assert "crystal" in capsys.readouterr().err


def test_the_same_picture_reads_the_same_twice(picture: Path) -> None:
    once, again = read_files([picture, picture], ReadOptions())
    assert once.reading is not None
    assert again.reading is not None
    assert once.reading.block is not None
    assert again.reading.block is not None
    assert [x.text for x in once.reading.block.lines] == [x.text for x in again.reading.block.lines]
    assert once.reading.block.box == again.reading.block.box
