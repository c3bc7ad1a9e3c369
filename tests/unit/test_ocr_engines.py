"""The engines' factories, the derived model's cache, and how two looks make one reading."""

import json
from pathlib import Path

import numpy as np
import pytest

from drivers.ocr import tesseract, weights
from drivers.ocr.looks import Look, combine
from drivers.ocr.onnx import open_onnx
from drivers.ocr.tesseract import open_tesseract
from drivers.ocr.truth import open_truth
from mlocr.errors import BadInputError, ConfigurationError
from mlocr.mail.image import Box
from mlocr.ports import BlockImage

NOTHING = np.zeros((1, 2), np.float32)


def look(text: str, confidence: float) -> Look:
    return Look(text, confidence, NOTHING, NOTHING)


def block(source: str = "a.png") -> BlockImage:
    return BlockImage(np.full((60, 200), 255, np.uint8), 200.0, (Box(5, 5, 100, 25),), source)


@pytest.mark.parametrize("factory", [open_onnx, open_tesseract, open_truth])
def test_an_unknown_setting_is_named(factory) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigurationError, match="no setting 'cash'"):
        factory({"cash": "x"})


@pytest.mark.parametrize("value", [2, -1, "much", True])
def test_a_share_outside_its_bounds_is_refused(value: object) -> None:
    with pytest.raises(ConfigurationError, match="second_look"):
        open_onnx({"second_look": value})


def test_the_model_is_derived_once_and_a_damaged_one_again(tmp_path: Path) -> None:
    first = weights.ascii_model(tmp_path)
    target = next(tmp_path.glob("*.onnx"))
    assert target.read_bytes() == first
    target.write_bytes(first[:1000])
    assert weights.ascii_model(tmp_path) == first
    assert target.read_bytes() == first
    assert not list(tmp_path.glob("*.part"))


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert len(weights.ascii_model(blocked / "cache")) > 1_000_000


def test_absent_weights_are_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="install rapidocr"):
        weights.ascii_model(tmp_path)


def test_looks_that_agree_keep_the_higher_confidence() -> None:
    best, confidence, _ = combine(look("PORTLAND ME 04124", 0.8), look("Portland, ME04124", 0.9))
    assert (best.text, confidence) == ("Portland, ME04124", 0.9)


def test_looks_that_differ_in_a_digit_lower_the_line() -> None:
    best, confidence, others = combine(look("1413 ELM ST", 0.9), look("1418 ELM ST", 0.8))
    assert best.text == "1413 ELM ST"
    assert others == ["1418 ELM ST"]
    assert confidence < 0.4


def test_looks_that_differ_in_a_letter_lower_it_less() -> None:
    letters = combine(look("1413 ELM ST", 0.9), look("1413 EIM ST", 0.8))[1]
    digits = combine(look("1413 ELM ST", 0.9), look("1418 ELM ST", 0.8))[1]
    assert digits < letters < 0.9


def test_truth_gives_the_decks_lines(tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(json.dumps({"file": "a.png", "lines": ["JANE", "1 ELM ST"]}) + "\n", "utf-8")
    engine = open_truth({"truth": str(path)})
    engine.open()
    assert [(line.text, line.confidence) for line in engine.read(block())] == [("JANE", 1.0), ("1 ELM ST", 1.0)]
    assert engine.read(block("other.png")) == ()


@pytest.mark.parametrize("content", ["{}", "nonsense", '["a"]'])
def test_a_malformed_truth_names_the_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(BadInputError, match="line 1"):
        open_truth({"truth": str(path)}).open()


def test_truth_without_a_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="needs the setting"):
        open_truth({})
    with pytest.raises(BadInputError, match="cannot be read"):
        open_truth({"truth": str(tmp_path / "none")}).open()


def test_absent_tesseract_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> list[str]:
        raise tesseract.pytesseract.TesseractNotFoundError

    monkeypatch.setattr(tesseract.pytesseract, "get_languages", absent)
    with pytest.raises(ConfigurationError, match="tesseract-ocr-eng"):
        open_tesseract({}).open()
    monkeypatch.setattr(tesseract.pytesseract, "get_languages", lambda: ["osd"])
    with pytest.raises(ConfigurationError, match="no language data for 'eng'"):
        open_tesseract({}).open()
