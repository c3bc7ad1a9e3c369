"""Which matcher `match` and `cass run` use: by directory, by configuration, by another engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlocr.cli.app import run

ROOT = Path(__file__).resolve().parents[2]
DECK = ROOT / "test_decks" / "first" / "directory"
UNKNOWN_STREET = "JOHN DOE\n10 QUARTERMAIN WAY\nSANTA LUCIA CA 95457\n"


def asked(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    assert run(["match", "--as-of", "2026-11-02", "--json", *options]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


@pytest.fixture
def address(tmp_path: Path) -> str:
    file = tmp_path / "one.txt"
    file.write_text(UNKNOWN_STREET, "utf-8")
    return str(file)


def test_a_configuration_sets_the_matcher(tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "--directory", str(DECK), address)["zip5"] is None
    config = tmp_path / "station.toml"
    config.write_text("[matcher.settings]\nunknown_street_needs_only_zip = false\n", "utf-8")
    assert asked(capsys, "--directory", str(DECK), "--config", str(config), address)["zip5"] == "95457"


def test_a_configuration_may_name_the_directory(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "station.toml"
    config.write_text(f'[directory]\npath = "{DECK}"\n', "utf-8")
    assert asked(capsys, "--config", str(config), address)["reason"] == "no_such_street"


def test_without_a_directory_the_error_says_what_to_give(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["match", address]) == 2
    assert "--directory DIR" in capsys.readouterr().err
    config = tmp_path / "station.toml"
    config.write_text("", "utf-8")
    assert run(["match", "--config", str(config), address]) == 2
    assert "directory.path" in capsys.readouterr().err


def test_another_engine_needs_its_edition_and_no_directory(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "station.toml"
    config.write_text('[matcher]\nengine = "process"\n[matcher.settings]\nargv = ["engine-of-mine"]\n', "utf-8")
    assert run(["match", "--config", str(config), address]) == 3
    assert "matcher.product" in capsys.readouterr().err
