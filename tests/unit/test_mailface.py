"""The small recogniser and the cascade: weights checked, what cannot be read is not passed over, who is asked when."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drivers.ocr import mailface
from drivers.ocr.cascade import CascadeEngine, CascadeSettings, open_cascade
from drivers.ocr.ctc import log_likelihoods
from drivers.ocr.looks import FOLDED, Look, said
from drivers.ocr.mailface import as_look, open_mailface
from drivers.ocr.mailface_input import CHARACTERS, HEIGHT, STEP, UNREADABLE, as_ink, as_plane
from mlocr.decks.faces import Setting, print_lines
from mlocr.errors import ConfigurationError
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, GlancingEngine

PAPER = np.full((HEIGHT, 200), 255, np.uint8)


def drawn(text: str, family: str = "sans", points: float = 11) -> BlockImage:
    """One printed line on white, with its box as the line cutter gives it."""
    ink = print_lines((text,), Setting(family, points), 200.0).ink
    pixels = np.clip(255 - 215 * np.pad(ink, 20), 0, 255).astype(np.uint8)
    rows, columns = np.flatnonzero((pixels < 160).any(axis=1)), np.flatnonzero((pixels < 160).any(axis=0))
    box = Box(int(columns[0]) - 3, int(rows[0]) - 3, int(columns[-1]) + 4, int(rows[-1]) + 4)
    return BlockImage(pixels, 200.0, (box,), "drawn")


def posteriors(text: str, sure: float = 0.98) -> np.ndarray:
    """Posteriors that spell a text, three steps a character, the last of them blank."""
    rows = []
    for c in text:
        for at in (0, CHARACTERS.index(c) + 1, 0):
            row = np.full(len(CHARACTERS) + 1, (1 - sure) / len(CHARACTERS), np.float32)
            row[at] = sure
            rows.append(row)
    return np.array(rows, np.float32)


def look_of(text: str, sure: float = 0.98) -> Look:
    raw = posteriors(text, sure)
    return as_look(np.full((HEIGHT, len(raw) * STEP), 255, np.uint8), raw, raw @ mailface._TABLE)


@pytest.mark.parametrize(
    ("text", "family"),
    [("1234 MAPLE ST APT 5", "sans"), ("SPRINGFIELD OH 45501-0192", "dot matrix"), ("JANE Q PUBLIC", "courier")],
)
def test_it_reads_clean_print(text: str, family: str) -> None:
    engine = open_mailface({})
    engine.open()
    lines = engine.read(drawn(text, family))
    engine.close()
    assert [line.text for line in lines] == [text]
    assert lines[0].confidence > 0.8
    scores = lines[0].scorer.score([text, text.replace("1", "7"), "SOMETHING ELSE"]) if lines[0].scorer else []
    assert scores[0] == max(scores)


def test_small_letters_are_read_as_capitals() -> None:
    engine = open_mailface({})
    engine.open()
    assert engine.read(drawn("Springfield Oh 45501"))[0].text == "SPRINGFIELD OH 45501"
    engine.close()


def test_paper_gives_no_line() -> None:
    engine = open_mailface({})
    engine.open()
    assert engine.read(BlockImage(np.full((60, 300), 255, np.uint8), 200.0, (Box(5, 5, 290, 50),), "blank")) == ()
    engine.close()


def test_damaged_weights_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailface, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ConfigurationError, match="damaged; reinstall"):
        open_mailface({}).open()


def test_absent_weights_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailface, "MODEL", "none.onnx")
    with pytest.raises(ConfigurationError, match="missing; reinstall"):
        open_mailface({}).open()


def test_folded_posteriors_still_sum_to_one_but_for_what_cannot_be_read() -> None:
    raw = posteriors("12. MAIN" + UNREADABLE)
    spread = raw[:, mailface._UNREADABLE_CLASS] * 35  # a wildcard: each of 36 letters and digits as if it stood there
    np.testing.assert_allclose((raw @ mailface._TABLE).sum(axis=1) - spread, 1.0, rtol=1e-4)


@pytest.mark.parametrize(("text", "lost"), [(f"14{UNREADABLE} MAIN ST", True), (f"14 M{UNREADABLE}IN ST", False)])
def test_nobody_speaks_for_a_digit_that_cannot_be_read(text: str, lost: bool) -> None:
    """Another recogniser may see a digit in the blot, and surely."""
    sure = look_of("143 MAIN ST")
    line = said([look_of(text), replace(sure, characters=CHARACTERS)]).line(Box(0, 0, 10, 10), 0.98)
    assert line is not None
    assert (line.scorer is None) == lost
    assert line.confidence < 0.6


def test_no_digit_is_kept_out_by_being_one_of_many_that_a_blot_may_be() -> None:
    """Half the image says that something stands there: then each digit is as likely as none at all."""
    raw = posteriors(f"14{UNREADABLE} MAIN ST")
    at = int(raw[:, mailface._UNREADABLE_CLASS].argmax())
    raw[at], raw[at, mailface._UNREADABLE_CLASS], raw[at, 0] = 0.0, 0.5, 0.5
    with_digit, without = log_likelihoods(raw @ mailface._TABLE, FOLDED, ["147 MAIN ST", "14 MAIN ST"])
    assert with_digit == pytest.approx(without, abs=0.1)


def test_what_cannot_be_read_makes_the_line_unsure_and_may_be_any_digit() -> None:
    look = look_of(f"14{UNREADABLE} MAIN ST")
    assert look.hidden
    assert look.text == "14 MAIN ST"
    assert look.confidence < 0.6 < look_of("145 MAIN ST").confidence
    scores = log_likelihoods(look.folded, FOLDED, ["140 MAIN ST", "145 MAIN ST", "149 MAIN ST", "14 MAIN ST"])
    np.testing.assert_allclose(scores[:2], scores[2], atol=0.01)
    assert scores[0] > scores[3] + 1


def test_a_doubtful_character_lowers_the_line() -> None:
    raw = posteriors("145 MAIN ST")
    five, eight = CHARACTERS.index("5") + 1, CHARACTERS.index("8") + 1
    raw[7, five], raw[7, eight] = 0.55, 0.43
    doubtful = as_look(np.full((HEIGHT, len(raw) * STEP), 255, np.uint8), raw, raw @ mailface._TABLE)
    assert doubtful.confidence == pytest.approx(0.55, abs=0.02)
    line = said([doubtful]).line(Box(0, 0, 10, 10), 0.98)
    assert line is not None
    assert "148 MAIN ST" in line.alternatives


@pytest.mark.parametrize("wide", [5, 63, 64, 400])
def test_a_plane_is_whole_steps_high_and_black_on_white(wide: int) -> None:
    cut = np.full((20, wide), 250, np.uint8)
    cut[5:15, 1 : max(2, wide // 2)] = 150
    plane = as_plane(cut, 0.8)
    assert plane.shape[0] == HEIGHT
    assert plane.shape[1] % STEP == 0
    assert plane.min() == 0
    ink = as_ink(plane)
    assert ink.shape == (1, 1, *plane.shape)
    assert (ink.min(), ink.max()) >= (0.0, 0.9)


class Voice:
    """A recogniser that says what it is told, and counts."""

    def __init__(self, *looks: Look) -> None:
        self.looks, self.asked = list(looks), 0

    def look(self, cut: np.ndarray, squeeze: float) -> Look:
        self.asked += 1
        return self.looks[min(self.asked, len(self.looks)) - 1]


def cascade(tmp_path: Path, small: Voice, large: Voice) -> CascadeEngine:
    engine = CascadeEngine(CascadeSettings(tmp_path))
    engine._small, engine._large = small, large  # type: ignore[assignment]
    return engine


def test_a_sure_line_costs_nobody_else(tmp_path: Path) -> None:
    large = Voice(look_of("1 ELM ST"))
    assert isinstance(cascade(tmp_path, large, large), GlancingEngine)
    line = cascade(tmp_path, Voice(look_of("12 ELM ST")), large).read(drawn("12 ELM ST"))[0]
    assert (line.text, large.asked) == ("12 ELM ST", 0)


def test_a_weak_line_that_another_reads_alike_is_as_sure_as_the_surer(tmp_path: Path) -> None:
    small, large = Voice(look_of("12 ELM ST", 0.7)), Voice(look_of("12 Elm St.".upper(), 0.97))
    line = cascade(tmp_path, small, large).read(drawn("12 ELM ST"))[0]
    assert large.asked == 1
    assert line.confidence > 0.95


def test_voices_that_differ_in_a_digit_leave_no_full_code(tmp_path: Path) -> None:
    small, large = Voice(look_of("17 ELM ST", 0.85)), Voice(look_of("12 ELM ST", 0.9), look_of("17 ELM ST", 0.9))
    line = cascade(tmp_path, small, large).read(drawn("12 ELM ST"))[0]
    assert large.asked == 2
    assert line.confidence < 0.6
    assert {line.text, *line.alternatives} >= {"12 ELM ST", "17 ELM ST"}


def test_a_weak_voice_against_two_sure_ones_still_leaves_no_full_code(tmp_path: Path) -> None:
    small, large = Voice(look_of("1380 ELM ST", 0.53)), Voice(look_of("1350 ELM ST", 0.8), look_of("1350 ELM ST", 0.93))
    line = cascade(tmp_path, small, large).read(drawn("1380 ELM ST"))[0]
    assert line.confidence < 0.6
    assert {line.text, *line.alternatives} >= {"1380 ELM ST", "1350 ELM ST"}


class Reads:
    """A recogniser that reads each line as it is told by the line's width."""

    def __init__(self, **looks: Look) -> None:
        self.looks = {int(width[1:]): look for width, look in looks.items()}
        self.asked: list[int] = []

    def look(self, cut: np.ndarray, squeeze: float) -> Look:
        self.asked.append(cut.shape[1])
        return self.looks[cut.shape[1]]


@pytest.mark.parametrize(("weakest", "asked"), [(0.99, []), (0.8, [40, 41])])
def test_among_worn_lines_the_surest_number_is_read_by_both(tmp_path: Path, weakest: float, asked: list[int]) -> None:
    sure, weak = look_of("258 5TH AVE", 0.999), look_of("SAINT OLAF", weakest)
    other = Reads(w40=look_of("259 5TH AVE", 0.97), w41=look_of("SAINT OLAF", 0.97))
    engine = CascadeEngine(CascadeSettings(tmp_path))
    engine._small, engine._large = Reads(w40=sure, w41=weak), other  # type: ignore[assignment]
    boxes = (Box(0, 0, 40, 20), Box(0, 25, 41, 45))
    lines = engine.read(BlockImage(np.full((50, 60), 255, np.uint8), 200.0, boxes, "x"))
    assert sorted(set(other.asked)) == asked
    assert (lines[0].confidence < 0.6) == bool(asked)


def test_in_a_hurry_nobody_else_is_asked_and_a_weak_line_is_left_in_doubt(tmp_path: Path) -> None:
    large = Voice(look_of("12 ELM ST"))
    engine = cascade(
        tmp_path, Voice(look_of("12 ELM ST", 0.85), look_of("12 ELM ST", 0.85), look_of("12 ELM ST", 0.999)), large
    )
    block = drawn("12 ELM ST")
    weak, sure = (engine.reconsider(block, engine.glance(block), lambda: True)[0] for _ in range(2))
    assert (weak.confidence < 0.6, sure.confidence > 0.9, large.asked) == (True, True, 0)


def test_a_hopeless_look_has_no_voice(tmp_path: Path) -> None:
    small, large = Voice(look_of("7 M", 0.2)), Voice(look_of("1350 ELM ST", 0.8), look_of("1350 ELM ST", 0.95))
    line = cascade(tmp_path, small, large).read(drawn("1350 ELM ST"))[0]
    assert (line.text, line.confidence > 0.9) == ("1350 ELM ST", True)


@pytest.mark.parametrize("factory", [open_mailface, open_cascade])
def test_settings_are_checked(factory) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigurationError, match="no setting 'cash'"):
        factory({"cash": "x"})
    with pytest.raises(ConfigurationError, match="0 to 1"):
        factory({"squeeze": 3})


def test_the_models_are_named_by_hash(tmp_path: Path) -> None:
    named = json.dumps(open_cascade({"cache": str(tmp_path)}).models())  # type: ignore[attr-defined]
    assert mailface.MODEL_SHA256 in named
