"""One small deck, made once, for everything that plays letters."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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


@pytest.fixture
def mail(small_deck: Path, tmp_path: Path) -> Path:
    """Five letters and a blank one between them; the deck's directory with this month's product date beside them."""
    folder = tmp_path / "mail"
    folder.mkdir()
    for number, picture in enumerate(sorted((small_deck / "images").iterdir())[:5]):
        shutil.copy(picture, folder / f"{number}{picture.suffix}")
    Image.fromarray(np.full((800, 1900), 230, np.uint8)).save(folder / "2-blank.png", dpi=(200, 200))
    shutil.copytree(small_deck / "directory", tmp_path / "directory")
    today = date.today()
    for name in ("zip4.txt", "ctystate.txt"):
        text = (tmp_path / "directory" / name).read_text()
        (tmp_path / "directory" / name).write_text(text[:19] + f"{today:%m}-{today:%y}" + text[24:])
    return folder
