"""Rejects of a run become a deck, are keyed, and get a truth; the station does not change."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mlocr.decks.format import read_deck, read_truth

MlocrCall = Callable[..., int]


@pytest.fixture
def played(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> tuple[Path, Path]:
    """Scans of which the second is blank, and their run."""
    scans = tmp_path / "scans"
    scans.mkdir()
    for image in sorted((small_deck / "images").iterdir())[:4]:
        shutil.copy(image, scans / image.name)
    first, blank, *_ = sorted(scans.iterdir())
    blank.write_bytes(_blank(first))
    given = ("--images", scans, "--directory", small_deck / "directory", "--as-of", read_deck(small_deck).as_of)
    assert mlocr("run", *given, "--dpi", 200, "--workers", 0, "--inkjet", "file", "--out", tmp_path / "run") == 0
    return scans, tmp_path / "run"


def _blank(like: Path) -> bytes:
    import cv2
    import numpy as np

    picture = cv2.imread(str(like), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    done, data = cv2.imencode(like.suffix, np.full_like(picture, 225))
    assert done
    return bytes(data)


def _export(mlocr: MlocrCall, deck: Path, played: tuple[Path, Path], out: Path, *more: object) -> int:
    scans, run = played
    given = ("--images", scans, "--directory", deck / "directory", "--as-of", read_deck(deck).as_of, "--dpi", 200)
    return mlocr("deck", "export", run, *given, "--out", out, *more)


def test_rejects_are_exported_keyed_and_get_a_truth(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, played: tuple[Path, Path]
) -> None:
    rows = [json.loads(line) for line in (played[1] / "results.jsonl").read_text().splitlines()]
    rejected = {row["file"] for row in rows if row["outcome"] == "rejected"}
    assert 0 < len(rejected) < len(rows)
    assert _export(mlocr, small_deck, played, tmp_path / "deck") == 0
    deck = read_deck(tmp_path / "deck")
    assert {image.name for image in deck.images} == {Path(name).name for name in rejected}
    assert (deck.as_of, deck.dpi, deck.directory) == (read_deck(small_deck).as_of, 200.0, None)
    assert not deck.truth_file.exists()

    truth = {t.file: t for t in read_truth(small_deck)}
    asked = [json.loads(line) for line in (deck.path / "to-key.jsonl").read_text().splitlines()]
    keyed = tmp_path / "keyed.jsonl"
    keyed.write_text("".join(json.dumps(a | {"lines": truth[a["file"]].lines}) + "\n" for a in asked))
    assert _export(mlocr, small_deck, played, tmp_path / "again", "--keyed", keyed) == 0
    for given in read_truth(tmp_path / "again"):
        assert given.expect.digits == truth[given.file].expect.digits
        assert given.extra["truth_from"] == "keyed lines, matched"


def test_all_letters(small_deck: Path, mlocr: MlocrCall, tmp_path: Path, played: tuple[Path, Path]) -> None:
    assert _export(mlocr, small_deck, played, tmp_path / "deck", "--all") == 0
    assert len(read_deck(tmp_path / "deck").images) == 4


def test_what_cannot_be_exported(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, played: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "something").touch()
    assert _export(mlocr, small_deck, played, full) == 2
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"file": 1}\n')
    assert _export(mlocr, small_deck, played, tmp_path / "deck", "--keyed", bad) == 8
    assert "bad.jsonl, line 1" in capsys.readouterr().err
    assert _export(mlocr, small_deck, (played[0], tmp_path / "absent"), tmp_path / "deck") == 8
