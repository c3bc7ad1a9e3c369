"""`mlocr spray` and `mlocr verify` from outside."""

import json
from pathlib import Path

import numpy as np
import pytest
from marked_letters import Scene, marked
from PIL import Image

from mlocr.cli.app import run
from mlocr.errors import UsageError
from mlocr.mail.code import Symbology
from mlocr.services.marks import SprayRequest, mark_pixels, spray_mark

TRACKING = "00270123456123456789"


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("dpi", ["100", "200", "300", "600"])
@pytest.mark.parametrize("tracking", [[], ["--tracking", TRACKING]])
@pytest.mark.parametrize("routing", ["61114", "611142300", "61114230001"])
def test_what_spray_writes_verify_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dpi: str, tracking: list[str], routing: str
) -> None:
    out = str(tmp_path / "mark.png")
    assert run(["spray", "--routing", routing, *tracking, "--mass-id", "XY-0042", "--dpi", dpi, "--out", out]) == 0
    assert capsys.readouterr().out == ""
    assert run(["verify", out, "--json"]) == 0
    (seen,) = rows(capsys)
    assert seen["found"] is True and seen["file"] == out
    assert seen["symbology"] == ("imb" if tracking else "postnet")
    assert (seen["routing"], seen["tracking"]) == (routing, TRACKING if tracking else "")
    assert seen["digits"] == (TRACKING if tracking else "") + routing
    assert seen["check_ok"] is True and seen["violations"] == []
    assert seen["text"] == "1 XY-0042 61114"


def test_the_picture_is_one_pixel_a_dot_with_its_resolution(tmp_path: Path) -> None:
    out = tmp_path / "mark.png"
    assert run(["spray", "--routing", "61114", "--dpi", "240", "--out", str(out)]) == 0
    mark = spray_mark(SprayRequest("61114", dpi=240))
    with Image.open(out) as picture:
        assert round(picture.info["dpi"][0]) == 240
        pixels = np.array(picture)
    assert (pixels == mark_pixels(mark.spray)).all()
    assert (pixels == 0).sum() == sum(column.bit_count() for column in mark.spray.columns)


def test_the_default_identifier_is_a_simulated_one() -> None:
    assert spray_mark(SprayRequest("61114")).text == "1 SIM0001 61114"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--routing", "6111"], "5, 9 or 11 digits"),
        (["--routing", "6111x"], "digits"),
        (["--routing", "6111", "--tracking", TRACKING], "encoder error 12"),
        (["--routing", "6111x", "--tracking", TRACKING], "encoder error 13"),
        (["--routing", "61114", "--tracking", TRACKING[:-1]], "encoder error 09"),
        (["--routing", "61114", "--tracking", TRACKING[:-1] + "x"], "encoder error 10"),
        (["--routing", "61114", "--tracking", "09" + TRACKING[2:]], "encoder error 11"),
        (["--routing", "61114", "--symbology", "imb"], "--tracking"),
        (["--routing", "61114", "--symbology", "postnet", "--tracking", TRACKING], "POSTNET"),
        (["--routing", "61114", "--symbology", "planet"], "postnet or imb"),
        (["--routing", "61114", "--mass-id", "SHORT"], "seven"),
    ],
)
def test_wrong_input_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert run(["spray", *given, "--out", str(tmp_path / "mark.png")]) == 2
    shown = capsys.readouterr()
    assert said in shown.err and len(shown.err.splitlines()) == 1 and shown.out == ""
    assert not (tmp_path / "mark.png").exists()


def test_a_resolution_that_cannot_is_a_configuration_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spray", "--routing", "61114", "--dpi", "72", "--out", str(tmp_path / "mark.png")]) == 3
    assert "bar_width" in capsys.readouterr().err
    assert run(["spray", "--routing", "61114", "--dpi", "nan", "--out", str(tmp_path / "mark.png")]) == 3


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        from mlocr.services.marks import write_mark

        write_mark(spray_mark(SprayRequest("61114")), tmp_path / "absent" / "mark.png")


def test_bad_files_are_named_and_the_others_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, junk, absent = (str(tmp_path / name) for name in ("good.png", "junk.png", "absent.png"))
    run(["spray", "--routing", "61114", "--out", good])
    Path(junk).write_text("no image")
    capsys.readouterr()
    assert run(["verify", junk, good, absent, "--json"]) == 8
    shown = capsys.readouterr()
    seen = [json.loads(line) for line in shown.out.splitlines()]
    assert [(row["file"], row["found"]) for row in seen] == [(junk, False), (good, True), (absent, False)]
    assert len(shown.err.splitlines()) == 2


def test_a_resolution_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lift, _, mark = marked(Scene(symbology=Symbology.POSTNET))
    file = tmp_path / "letter.png"
    Image.fromarray(lift.pixels).save(file)
    assert run(["verify", str(file)]) == 2
    assert "--dpi" in capsys.readouterr().err
    assert run(["verify", str(file), "--dpi", "200", "--json"]) == 0
    (seen,) = rows(capsys)
    assert (seen["digits"], seen["text"]) == ("61114230001", mark.text)


def test_a_decks_resolution_counts_for_its_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lift, _, _ = marked(Scene())
    (tmp_path / "images").mkdir()
    (tmp_path / "deck.toml").write_text('name = "d"\ndpi = 200\n')
    file = tmp_path / "images" / "1.png"
    Image.fromarray(lift.pixels).save(file, dpi=(72, 72))
    assert run(["verify", str(file), "--json"]) == 0
    assert rows(capsys)[0]["check_ok"] is True


def test_a_letter_without_a_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "blank.png"
    Image.new("L", (1200, 800), 240).save(file, dpi=(200, 200))
    assert run(["verify", str(file), "--json"]) == 0
    assert rows(capsys) == [{"file": str(file), "found": False}]
    assert run(["verify", str(file)]) == 0
    assert "no mark" in capsys.readouterr().out


def test_the_table_line_says_what_is_amiss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mark.png"
    run(["spray", "--routing", "61114230001", "--out", str(file)])
    capsys.readouterr()
    assert run(["verify", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "61114230001" in shown and "within every tolerance" in shown and len(shown.splitlines()) == 1
