"""A calibration from a deck, and a station that keeps its budget by it."""

import json
from collections.abc import Callable
from pathlib import Path

MlocrCall = Callable[..., int]


def test_a_station_keeps_the_budget_of_a_calibration(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    out = tmp_path / "calibration"
    engines = ("--engine", "onnx", "--engine", "truth")
    assert mlocr("calibrate", small_deck, *engines, "--workers", "0", "--out", out) == 0
    held = json.loads((out / "calibration.json").read_text())["calibrations"]
    assert [each["engine"] for each in held] == ["onnx", "truth", "onnx+truth"]
    assert all(each["letters"] == 14 and each["curve"][-1]["wrong"] == 0 for each in held)
    assert held[0]["curve"][-1]["encoded"] > 0
    assert "onnx: 14 letters" in (out / "curve.svg").read_text()

    # Fourteen letters show 1,927 wrong codes in 10,000 at best: less is refused, more is kept.
    config = tmp_path / "station.toml"
    config.write_text(f'[reader]\nengine = "onnx"\nerror_budget = 100\ncalibration = "{out / "calibration.json"}"\n')
    given = ("--deck", small_deck, "--config", config, "--workers", "0", "--inkjet", "file", "--out", tmp_path / "run")
    assert mlocr("run", *given) == 3
    config.write_text(config.read_text().replace("= 100", "= 2000"))
    assert mlocr("run", *given) == 0


def test_a_deck_without_truth(small_deck: Path, mlocr: MlocrCall, tmp_path: Path) -> None:
    blind = tmp_path / "blind"
    blind.mkdir()
    (blind / "deck.toml").write_text((small_deck / "deck.toml").read_text())
    (blind / "images").symlink_to(small_deck / "images")
    (blind / "directory").symlink_to(small_deck / "directory")
    assert mlocr("calibrate", blind, "--out", tmp_path / "out") == 8
