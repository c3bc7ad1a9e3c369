"""One small deck, made once, for everything that plays letters."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlocr.cli.app import run as command_line

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def small_deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen easy letters with truth and directory."""
    folder = tmp_path_factory.mktemp("decks") / "small"
    assert (
        command_line(["deck", "make", "--out", str(folder), "--seed", "5", "--count", "14", "--difficulty", "easy"])
        == 0
    )
    return folder


@pytest.fixture
def mlocr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """The command line in process, its caches in a folder of the test's own; its exit code."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def call(*arguments: object) -> int:
        return int(command_line([str(argument) for argument in arguments]))

    return call
