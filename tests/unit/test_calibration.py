"""Calibrations kept in a file, what refuses them, and the threshold at work in the pipeline."""

import json
from pathlib import Path

import pytest
from matching_cases import SMALL

from mlocr.errors import ConfigurationError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.piece import Encoded, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.matching.match import Matcher
from mlocr.services.calibration import Answered, vote
from mlocr.station.bootstrap import build_plan, least_certainty
from mlocr.station.calibration import Calibration, read_calibrations, threshold_for, write_calibrations
from mlocr.station.config import StationConfig
from mlocr.station.error_budget import Sample, curve
from mlocr.station.pipeline import encode_lines

MODELS = {"weights": "abc", "runtime": "1"}
POSTNET = StationConfig.model_validate({"mark": {"symbology": "postnet"}})


def _file(folder: Path, letters: int = 3000) -> Path:
    samples = [Sample(0.96, wrong=False, full=True)] * letters + [Sample(0.5, wrong=True, full=False)] * 30
    held = Calibration("onnx", MODELS, "0.1", "a deck", "00", "drawn", "2026-11-22", curve(samples))
    file = folder / "calibration.json"
    write_calibrations(file, (held,))
    assert read_calibrations(file) == (held,)
    return file


def test_the_budget_picks_the_threshold(tmp_path: Path) -> None:
    file = _file(tmp_path)
    assert threshold_for(file, "onnx", MODELS, 10) == 0.6
    assert threshold_for(file, "onnx", MODELS, 200) == 0.0


@pytest.mark.parametrize(
    ("engine", "models", "budget", "said"),
    [
        ("tesseract", MODELS, 10, "holds no calibration of the engine tesseract"),
        ("onnx", MODELS | {"weights": "abd"}, 10, "other weights or libraries"),
        ("onnx", MODELS, 5, "cannot show at most 5 wrong codes in 10,000 letters, only 10"),
    ],
)
def test_what_a_calibration_does_not_hold_for(
    tmp_path: Path, engine: str, models: dict[str, str], budget: float, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        threshold_for(_file(tmp_path), engine, models, budget)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2, "calibrations": []}', '{"format":1,"calibrations":[{}]}']
)
def test_a_file_that_is_no_calibration(tmp_path: Path, text: str) -> None:
    file = tmp_path / "c.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="is not what mlocr calibrate writes"):
        read_calibrations(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_calibrations(tmp_path / "absent.json")


def test_a_budget_needs_a_calibration() -> None:
    config = StationConfig.model_validate({"reader": {"error_budget": 5}})
    with pytest.raises(ConfigurationError, match=r"needs reader\.calibration"):
        least_certainty(config)
    assert least_certainty(StationConfig()) == 0.0


def test_a_calibration_of_other_weights_stops_the_station(tmp_path: Path) -> None:
    reader = {"engine": "onnx", "error_budget": 10, "calibration": str(_file(tmp_path))}
    with pytest.raises(ConfigurationError, match="other weights or libraries"):
        least_certainty(StationConfig.model_validate({"reader": reader}))


def _block(last: float, street: float) -> AddressBlock:
    return AddressBlock((TextLine("124 MAIN ST", street), TextLine("HAVENPORT ME 04901", last)))


@pytest.mark.parametrize(("street", "last"), [(0.94, 1.0), (1.0, 0.94), (0.94, 0.97)])
def test_a_piece_less_certain_than_the_threshold_gets_no_mark(street: float, last: float) -> None:
    matcher = Matcher(SMALL)
    block = _block(last, street)
    assert matcher.match(block).certainty == 0.94
    sprayed = encode_lines(block, matcher, build_plan(POSTNET, "SIM0001", 0.94), None)
    refused = encode_lines(block, matcher, build_plan(POSTNET, "SIM0001", 0.95), None)
    assert isinstance(sprayed, Encoded)
    assert isinstance(refused, Rejected)
    assert refused.reason is RejectReason.LOW_CONFIDENCE


def test_a_typed_address_is_certain() -> None:
    matcher = Matcher(SMALL)
    assert matcher.match(_block(1.0, 1.0)).certainty == 1.0


@pytest.mark.parametrize(
    ("first", "second", "agreed"),
    [
        ("04901100124", "04901100124", "04901100124"),
        ("04901100124", "04901", "04901"),
        ("049011001", "04901100124", "049011001"),
        ("04901100124", "04901100125", ""),
        ("04901100124", "", ""),
        ("04902", "04901100124", ""),
    ],
)
def test_a_vote_gives_what_all_agree_on(first: str, second: str, agreed: str) -> None:
    voices = [Answered(first, 0.7), Answered(second, 0.9)]
    assert vote(voices) == Answered(agreed, 0.9 if agreed else 0.0)
    assert vote(voices[::-1]).digits == agreed


def test_the_file_names_deck_models_and_versions(tmp_path: Path) -> None:
    held = json.loads(_file(tmp_path).read_text())["calibrations"][0]
    assert (held["deck"], held["models"], held["version"], held["letters"]) == ("a deck", MODELS, "0.1", 3030)
