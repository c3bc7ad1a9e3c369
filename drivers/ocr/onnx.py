"""The default reader: the PP-OCRv6 small recogniser in process, line by line, on one thread.

Lines are first read squeezed to 0.65 of their natural width, which is faster and cures most lost spaces and O read
for 0 in wide type; a weak line is looked at again at full width (dot matrix needs it). Two looks that disagree on a
digit lower the confidence of the line: a wrong house number is a wrong code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from drivers.ocr.ctc import (
    Alphabet,
    Posteriors,
    PosteriorScorer,
    best_text,
    fold,
    other_texts,
    string_confidence,
)
from drivers.ocr.evidence import hidden_by_digit
from drivers.ocr.options import check_keys, share_setting, text_setting
from drivers.ocr.runtime import onnxruntime
from drivers.ocr.weights import CHARACTERS, MODEL, MODEL_SHA256, ascii_model
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine

KEYS = ("cache", "squeeze", "second_look", "alternatives_below")
HEIGHT = 48  # the recogniser's own line height
LONGEST = 3200  # pixels at that height: no address line is longer
FAINTEST = 200.0  # grey level beyond which print is not darkened further *ours*
HIDDEN = 0.4  # what ink that may hide a digit leaves of it *ours*
DISAGREED = 0.5  # what two looks leave of a line's confidence when their digits differ *ours*
UNSURE = 0.4  # what is left of a line that would have needed a second look and got none: no full code comes of it


@dataclass(frozen=True, slots=True)
class OnnxSettings:
    """How a line is looked at.

    `squeeze`: width of the first look, share of natural; `second_look`: confidence below which a line is looked at
    again at full width; `alternatives_below`: confidence below which other readings are sought.
    """

    cache: Path
    squeeze: float = 0.65
    second_look: float = 0.93
    alternatives_below: float = 0.98


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look at a line: the text, its confidence, and the posteriors, raw and folded.

    `hidden` says that a character may be hidden next to a digit; the confidence has paid for it.
    """

    text: str
    confidence: float
    raw: Posteriors
    folded: Posteriors
    hidden: bool = False


def open_onnx(settings: Mapping[str, object]) -> OcrEngine:
    """The default reader. Settings: `cache` (folder), `squeeze`, `second_look`, `alternatives_below` (0..1)."""
    check_keys("onnx", settings, KEYS)
    cache = text_setting("onnx", settings, "cache", "") or platformdirs.user_cache_dir("mlocr")
    plain = OnnxSettings(Path(cache))
    squeeze, second, below = (share_setting("onnx", settings, key, getattr(plain, key)) for key in KEYS[1:])
    return OnnxEngine(OnnxSettings(Path(cache), max(squeeze, 0.3), second, below))


class OnnxEngine:
    """`ports.OcrEngine` over onnxruntime; one thread calls it at a time."""

    def __init__(self, settings: OnnxSettings) -> None:
        self._settings = settings
        self._alphabet = Alphabet(CHARACTERS)
        self._folded, self._classes = self._alphabet.folded()
        self._session: onnxruntime.InferenceSession | None = None

    def open(self) -> None:
        """Load the model, deriving it first where the cache has none. Raises ConfigurationError."""
        if self._session is not None:
            return
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = ascii_model(self._settings.cache)
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def models(self) -> dict[str, str]:
        """The wheel's weights by hash and the runtime by version."""
        return {MODEL: MODEL_SHA256, "onnxruntime": onnxruntime.__version__}

    def close(self) -> None:
        """Release the model; safe to call twice."""
        self._session = None

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines top to bottom; a line in which nothing is read gives none."""
        lines = (self._line(block, box) for box in block.line_boxes)
        return tuple(line for line in lines if line is not None)

    def read_quickly(self, block: BlockImage) -> tuple[TextLine, ...]:
        """See `QuickOcr.read_quickly`."""
        lines = (self._line(block, box, once=True) for box in block.line_boxes)
        return tuple(line for line in lines if line is not None)

    def _line(self, block: BlockImage, box: Box, once: bool = False) -> TextLine | None:
        cut = block.pixels[max(box.y0, 0) : box.y1, max(box.x0, 0) : box.x1]
        if cut.shape[0] < 4 or cut.shape[1] < 4:
            return None
        limits = self._settings
        best = self._look(cut, limits.squeeze)
        others: list[str] = []
        looks = [best]
        confidence = best.confidence
        if once and confidence < limits.second_look:
            confidence *= UNSURE
        elif confidence < limits.second_look and limits.squeeze < 1:
            looks.append(self._look(cut, 1.0))
            best, confidence, others = combine(looks[0], looks[1])
        if not best.text.strip():
            return None
        if confidence < limits.alternatives_below:
            for look in sorted(looks, key=lambda x: -x.confidence):
                others += other_texts(look.raw, CHARACTERS, 3)
        return TextLine(
            text=best.text.strip(),
            confidence=round(confidence, 4),
            box=box,
            alternatives=tuple(dict.fromkeys(t.strip() for t in others if t.strip() != best.text.strip()))[:6],
            scorer=PosteriorScorer(tuple(look.folded for look in looks), self._folded),
        )

    def _look(self, cut: NDArray[np.uint8], squeeze: float) -> Look:
        if self._session is None:
            raise RuntimeError("the reader is not open")
        plane = as_input(cut, squeeze)
        answer = self._session.run(None, {"x": plane})[0]
        raw = np.asarray(answer, dtype=np.float32)[0]
        folded = fold(raw, self._classes)
        text = best_text(raw, CHARACTERS)
        confidence = string_confidence(folded) if text.strip() else 0.0
        hidden = confidence > 0 and hidden_by_digit(plane[0, 0], folded, self._folded)
        return Look(text, confidence * (HIDDEN if hidden else 1.0), raw, folded, hidden)


def combine(first: Look, second: Look) -> tuple[Look, float, list[str]]:
    """The better of two looks, the confidence of the line, and the other look's text where it differs.

    Looks that agree (case, spaces and punctuation aside) take the higher confidence; looks that differ keep less
    than the better one has, and digits that differ cost half.
    """
    best, other = (first, second) if first.confidence >= second.confidence else (second, first)
    if _letters(best.text) == _letters(other.text):
        return best, best.confidence * (HIDDEN if other.hidden and not best.hidden else 1.0), [other.text]
    confidence = best.confidence * (1 - 0.5 * other.confidence)
    if _digits(best.text) != _digits(other.text) or (other.hidden and not best.hidden):
        confidence *= DISAGREED
    return best, confidence, [other.text]


def _letters(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def as_input(cut: NDArray[np.uint8], squeeze: float) -> NDArray[np.float32]:
    """A line as the network takes it: (1, 3, 48, width) float32 in -1..1, width in proportion times `squeeze`."""
    height, width = cut.shape
    across = int(np.clip(round(width * HEIGHT / height * squeeze), 16, LONGEST))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    scaled = cv2.resize(cut, (across, HEIGHT), interpolation=method)
    # Steps are eight pixels wide; the paper goes on so that no character stands at the very end.
    padded = cv2.copyMakeBorder(scaled, 0, 0, 4, 4 + -(across + 8) % 8, cv2.BORDER_REPLICATE)
    # Faint print is darkened as far as to make its darkest pixels black, at most to 4.6 times its contrast.
    darkest = min(float(np.percentile(padded, 1)), FAINTEST)
    plane = np.clip(1.0 - (255.0 - padded.astype(np.float32)) * (2.0 / (255.0 - darkest)), -1.0, 1.0)
    return np.ascontiguousarray(np.broadcast_to(plane, (1, 3, *plane.shape)))
