"""`mlocr read --explain`: what a person gets to see of one reading."""

from pathlib import Path

import numpy as np
import pytest
from letters import ADDRESS, Letter, address, draw, return_address
from matching_cases import SMALL
from PIL import Image

from mlocr.cli.app import run
from mlocr.errors import ExitCode
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.image import ImageLift
from mlocr.matching.match import Matcher
from mlocr.reading.watched import Study
from mlocr.services.reading import ReadOptions
from mlocr.services.reading_drawing import CHOSEN, PANEL, SHOWN, rows_of
from mlocr.services.reading_explain import Explained, explain_file


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "letter.png"
    Image.fromarray(draw(Letter(prints=[address(), return_address()])).pixels).save(path, dpi=(200, 200))
    return path


def test_the_study_of_a_reading_is_the_reading(picture: Path) -> None:
    from mlocr.services.reading import read_files

    explained = explain_file(picture, ReadOptions())
    plain = next(iter(read_files([picture], ReadOptions()))).reading
    reading = explained.study.reading
    assert plain is not None
    assert plain.block is not None
    assert reading is not None
    assert reading.block is not None
    assert [line.text for line in reading.block.lines] == [line.text for line in plain.block.lines]
    assert reading.block.box == plain.block.box
    assert explained.study.attempts
    assert explained.match is None


def test_the_panel_says_blocks_lines_and_what_the_directory_changed(picture: Path) -> None:
    study = explain_file(picture, ReadOptions()).study
    assert study.reading is not None
    lines = (TextLine("124 MA1N STREET", 0.85, alternatives=("124 MAIN STREET",)), TextLine("HAVENPORT ME 04901", 0.97))
    block = AddressBlock(lines)
    given = Study(study.letter, study.candidates, study.attempts, type(study.reading)(block, None))
    match = Matcher(SMALL).match(block)
    texts = [row.text for row in rows_of(Explained(_lift(), given, match))]
    assert any(text.startswith("1: score ") and "ends like an address" in text for text in texts)
    assert " 0.85  124 MA1N STREET" in texts
    assert "           or 124 MAIN STREET" in texts
    assert "directory: 124 MAIN ST" in texts
    assert "code 04901-1001-24, certainty 0.85" in texts


def test_a_letter_without_print_says_so() -> None:
    from mlocr.reading.letter import find_letter

    lift = _lift()
    texts = [row.text for row in rows_of(Explained(lift, Study(find_letter(lift), []), None))]
    assert "no block of print was found" in texts
    assert "not read: no reading" in texts


def test_the_drawing_shows_the_chosen_block_on_the_picture(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "explained.png"
    assert run(["read", str(picture), "--explain", "--out", str(out)]) == ExitCode.DONE
    drawn = np.asarray(Image.open(out).convert("RGB"))
    assert drawn.shape[1] <= SHOWN + PANEL
    green = (drawn[:, :-PANEL] == CHOSEN).all(axis=2)
    assert green.sum() > 500
    assert len(ADDRESS) == 3


@pytest.mark.parametrize(
    "given", [["--explain"], ["--out", "x.png"], ["--directory", "x"], ["--explain", "--out", "x.unknown"]]
)
def test_what_goes_together(picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["read", str(picture), *given]) == ExitCode.USAGE


def _lift() -> ImageLift:
    return ImageLift(np.full((400, 900), 220, np.uint8), 100.0, "blank.png")
