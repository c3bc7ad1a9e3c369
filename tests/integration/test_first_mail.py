"""Letters through the whole line by the commands of the contract: image to ink to score, and what bad input does."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

MlocrCall = Callable[..., int]


def rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def summary(out: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((out / "summary.json").read_text())
    return loaded


def digits(row: dict[str, object]) -> str:
    return "".join(str(row[part] or "") for part in ("zip5", "plus4", "dpc"))


@pytest.fixture(scope="module")
def played(small_deck: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from mlocr.cli.app import run

    out = tmp_path_factory.mktemp("played") / "out"
    assert run(["run", "--deck", str(small_deck), "--out", str(out), "--workers", "0"]) == 0
    return out


def test_a_deck_goes_through_the_whole_line(played: Path, small_deck: Path) -> None:
    told = summary(played)
    assert told["pieces"] == 14
    assert told["replay"] is True
    sprayed = [row for row in rows(played) if row["disposition"] == "sprayed"]
    assert len(sprayed) == told["encoded"] > 7
    assert {path.stem for path in (played / "sprayed").iterdir()} == {Path(str(row["file"])).stem for row in sprayed}
    assert all(row["mass_id"] == "SIM0001" for row in sprayed)


def test_no_code_of_it_is_wrong(
    played: Path, small_deck: Path, mlocr: MlocrCall, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mlocr("deck", "score", played, small_deck, "--json") == 0
    score = json.loads(capsys.readouterr().out)
    assert score["wrong"] == 0
    assert score["correct"] >= 0.8 * score["expected_encodable"]


def test_every_mark_reads_back_with_its_letters_code(
    played: Path, mlocr: MlocrCall, capsys: pytest.CaptureFixture[str]
) -> None:
    sprayed = {Path(str(row["file"])).stem: row for row in rows(played) if row["disposition"] == "sprayed"}
    assert mlocr("verify", *sorted((played / "sprayed").iterdir()), "--json") == 0
    found: dict[str, list[dict[str, object]]] = {}
    for line in capsys.readouterr().out.splitlines():
        mark = json.loads(line)
        found.setdefault(Path(mark["file"]).stem, []).append(mark)
    for stem, row in sprayed.items():
        read = [m for m in found[stem] if m["tracking"] == row["tracking"] and m["check_ok"]]
        assert [m["routing"] for m in read] == [digits(row)]
        assert "SIM0001" in str(read[0]["text"])
        assert read[0]["violations"] == []


def test_the_journal_verifies_and_the_form_is_marked_replay(played: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    assert mlocr("report", "3553", "--journal", played / "journal.db", "--format", "json", "--out", tmp_path / "f") == 0
    assert "replay" in (tmp_path / "f").read_text().lower()


def test_postnet_and_a_second_run_into_the_same_folder(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        given = ("--symbology", "postnet", "--sprayed", "none", "--workers", "0")
        assert mlocr("run", "--deck", small_deck, "--out", out, *given) == 0
        assert summary(out)["pieces"] == 14
    assert not (out / "sprayed").exists()
    bars = [str(row["bars"]) for row in rows(out) if row["bars"]]
    assert bars and all(set(b) == {"0", "1"} and len(b) in (32, 52, 62) for b in bars)


def test_worker_processes_give_the_same_codes_as_none(
    played: Path, small_deck: Path, mlocr: MlocrCall, tmp_path: Path
) -> None:
    assert mlocr("run", "--deck", small_deck, "--out", tmp_path, "--workers", "2", "--sprayed", "none") == 0
    assert [digits(row) for row in rows(tmp_path)] == [digits(row) for row in rows(played)]


def test_bad_images_are_counted_and_the_run_goes_on(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    deck = tmp_path / "deck"
    shutil.copytree(small_deck, deck)
    pictures = sorted((deck / "images").iterdir())
    for extra in pictures[4:]:
        extra.unlink()
    pictures[0].write_bytes(b"")
    pictures[1].write_bytes(pictures[1].read_bytes()[:900])
    pictures[2].write_bytes(b"this is no picture")
    # A PNG header that promises 12,000 by 12,000 pixels.
    (deck / "images" / "0_huge.png").write_bytes(
        bytes.fromhex("89504e470d0a1a0a0000000d49484452")
        + (12_000).to_bytes(4) * 2
        + bytes.fromhex("0800000000a1b2c3d4")
    )
    assert mlocr("run", "--deck", deck, "--out", tmp_path / "out", "--workers", "0") == 0
    told = summary(tmp_path / "out")
    assert told["pieces"] == 5
    assert told["reasons"] == {"no_image": 4} or told["reasons"]["no_image"] == 4  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--deck", "/nowhere"), 8, "/nowhere"),
        (("--images", "{empty}"), 8, "no image"),
        (("--deck", "{deck}", "--directory", "/nowhere"), 8, "/nowhere"),
        (("--deck", "{deck}", "--as-of", "2031-01-01"), 4, "2031"),
        (("--deck", "{deck}", "--as-of", "yesterday"), 2, "as-of"),
        (("--deck", "{deck}", "--pace", "quick"), 2, "--pace"),
        (("--deck", "{deck}", "--symbology", "morse"), 3, "symbology"),
        (("--deck", "{deck}", "--inkjet", "serial:/dev/nowhere"), 5, "replay"),
        (("--deck", "{deck}", "--inkjet", "no-such"), 3, "no-such"),
        (("--deck", "{deck}", "--images", "{deck}"), 2, "exclude"),
        (("--config", "{config}", "--deck", "{deck}"), 3, "mark.symbology"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_sentence(
    small_deck: Path,
    mlocr: MlocrCall,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.toml").write_text("[mark]\nsymbolgy = 'imb'\n")
    places = {"empty": tmp_path / "empty", "deck": small_deck, "config": tmp_path / "bad.toml"}
    given = [argument.format(**places) for argument in arguments]
    assert mlocr("run", *given, "--out", tmp_path / "out", "--workers", "0") == code
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def _today_directory(deck: Path, into: Path) -> Path:
    """The deck's own directory with this month's product date, so that a live run may code with it."""
    from datetime import date

    shutil.copytree(deck / "directory", into)
    for name in ("zip4.txt", "ctystate.txt"):
        text = (into / name).read_text()
        today = date.today()
        (into / name).write_text(text[:19] + f"{today:%m}-{today:%y}" + text[24:])
    return into


def test_a_port_that_does_not_exist(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = _today_directory(small_deck, tmp_path / "directory")
    given = ("--images", small_deck / "images", "--dpi", "200", "--directory", directory, "--workers", "0")
    assert mlocr("run", *given, "--inkjet", "serial:/dev/nowhere", "--out", tmp_path / "out") == 6
    assert "/dev/nowhere" in capsys.readouterr().err


def test_a_port_at_which_nobody_answers(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = _today_directory(small_deck, tmp_path / "directory")
    master, slave = pty.openpty()
    try:
        given = ("--images", small_deck / "images", "--dpi", "200", "--directory", directory, "--workers", "0")
        assert mlocr("run", *given, "--inkjet", f"serial:{os.ttyname(slave)}", "--out", tmp_path / "out") == 6
    finally:
        os.close(master)
        os.close(slave)
    assert os.ttyname is not None
    assert capsys.readouterr().err.count("\n") == 1


def test_images_without_a_resolution_are_a_usage_error(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import cv2
    import numpy as np

    cv2.imwrite(str(tmp_path / "a.pgm"), np.full((300, 600), 220, np.uint8))
    directory = _today_directory(small_deck, tmp_path / "directory")
    assert mlocr("run", "--images", tmp_path / "a.pgm", "--directory", directory, "--out", tmp_path / "out") == 2
    assert "--dpi" in capsys.readouterr().err


def test_the_file_inkjet_and_the_truth_engine(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    given = ("--inkjet", "file", "--engine", "truth", "--workers", "0")
    assert mlocr("run", "--deck", small_deck, "--out", tmp_path, *given) == 0
    assert summary(tmp_path)["dispositions"]["sprayed"] == summary(tmp_path)["encoded"]  # type: ignore[index]


def test_deck_play_is_the_run(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    assert mlocr("deck", "play", small_deck, "--out", tmp_path, "--workers", "0", "--sprayed", "none") == 0
    assert summary(tmp_path)["pieces"] == 14


def test_ctrl_c_ends_cleanly_with_a_summary(small_deck: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "mlocr", "run", "--deck", str(small_deck), "--repeat", "200", "--out", str(out)]
    process = subprocess.Popen([*command, "--sprayed", "none"], stderr=subprocess.PIPE, text=True)
    results = out / "results.jsonl"
    deadline = time.monotonic() + 90
    while not (results.is_file() and results.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert summary(out)["interrupted"] is True
    assert summary(out)["pieces"] == len(rows(out)) < 14 * 200
