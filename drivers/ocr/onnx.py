"""The ready-made reader: the PP-OCRv6 small recogniser in process, line by line, on one thread.

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

from drivers.ocr import detector
from drivers.ocr.ctc import best_text, fold, string_confidence
from drivers.ocr.detector import PaddleDetector
from drivers.ocr.evidence import hidden_by_digit
from drivers.ocr.looks import ASCII_CLASSES, FOLDED, HIDDEN, Look, in_doubt, line_cut, said
from drivers.ocr.options import check_keys, share_setting, text_setting
from drivers.ocr.runtime import onnxruntime, single_threaded
from drivers.ocr.weights import CHARACTERS, MODEL, MODEL_SHA256, ascii_model
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine

KEYS = ("cache", "squeeze", "second_look", "alternatives_below")
HEIGHT = 48  # the recogniser's own line height
LONGEST = 3200  # pixels at that height: no address line is longer
FAINTEST = 200.0  # grey level beyond which print is not darkened further *ours*


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


def open_onnx(settings: Mapping[str, object]) -> OcrEngine:
    """The ready-made reader. Settings: `cache` (folder), `squeeze`, `second_look`, `alternatives_below` (0..1)."""
    check_keys("onnx", settings, KEYS)
    cache = text_setting("onnx", settings, "cache", "") or platformdirs.user_cache_dir("mlocr")
    plain = OnnxSettings(Path(cache))
    squeeze, second, below = (share_setting("onnx", settings, key, getattr(plain, key)) for key in KEYS[1:])
    return OnnxEngine(OnnxSettings(Path(cache), max(squeeze, 0.3), second, below))


class PaddleRecogniser:
    """Looks at one line at a time with the ready-made recogniser; `keeps_memory`: see `single_threaded`."""

    def __init__(self, cache: Path, keeps_memory: bool = True) -> None:
        self._cache = cache
        self._keeps_memory = keeps_memory
        self._session: onnxruntime.InferenceSession | None = None

    def open(self) -> None:
        """Load the model, deriving it first where the cache has none. Raises ConfigurationError."""
        if self._session is None:
            self._session = single_threaded(ascii_model(self._cache), self._keeps_memory)

    def close(self) -> None:
        """Release the model; safe to call twice."""
        self._session = None

    def look(self, cut: NDArray[np.uint8], squeeze: float) -> Look:
        """One look at a line cut from a flattened block, at a share of its natural width."""
        if self._session is None:
            raise RuntimeError("the reader is not open")
        plane = as_input(cut, squeeze)
        answer = self._session.run(None, {"x": plane})[0]
        raw = np.asarray(answer, dtype=np.float32)[0]
        folded = fold(raw, ASCII_CLASSES)
        text = best_text(raw, CHARACTERS)
        confidence = string_confidence(folded) if text.strip() else 0.0
        hidden = confidence > 0 and hidden_by_digit(plane[0, 0], folded, FOLDED)
        return Look(text, confidence * (HIDDEN if hidden else 1.0), raw, folded, hidden)

    def looks(self, cut: NDArray[np.uint8], settings: OnnxSettings) -> list[Look]:
        """The squeezed look, and where that is weak the full one too."""
        first = self.look(cut, settings.squeeze)
        if first.confidence >= settings.second_look or settings.squeeze >= 1:
            return [first]
        return [first, self.look(cut, 1.0)]


class OnnxEngine:
    """`ports.OcrEngine` over the ready-made recogniser alone; one thread calls it at a time."""

    def __init__(self, settings: OnnxSettings) -> None:
        self._settings = settings
        self._recogniser = PaddleRecogniser(settings.cache)
        self._detector = PaddleDetector()

    def open(self) -> None:
        """Load the model, deriving it first where the cache has none. Raises ConfigurationError."""
        self._recogniser.open()

    def models(self) -> dict[str, str]:
        """The wheel's weights by hash and the runtime by version."""
        found = {detector.MODEL: detector.MODEL_SHA256}
        return {MODEL: MODEL_SHA256, **found, "onnxruntime": onnxruntime.__version__}

    def close(self) -> None:
        """Release the models; safe to call twice."""
        self._recogniser.close()
        self._detector.close()

    def find_lines(self, page: NDArray[np.uint8]) -> tuple[Box, ...]:
        """See `FindsText.find_lines`."""
        return self._detector.find_lines(page)

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines top to bottom; a line in which nothing is read gives none."""
        lines = (self._line(block, box) for box in block.line_boxes)
        return tuple(line for line in lines if line is not None)

    def read_quickly(self, block: BlockImage) -> tuple[TextLine, ...]:
        """See `QuickOcr.read_quickly`."""
        lines = (self._line(block, box, once=True) for box in block.line_boxes)
        return tuple(line for line in lines if line is not None)

    def _line(self, block: BlockImage, box: Box, once: bool = False) -> TextLine | None:
        cut, limits = line_cut(block.pixels, box), self._settings
        if cut is None:
            return None
        if once:
            return in_doubt(self._recogniser.look(cut, limits.squeeze), limits.second_look).line(
                box, limits.alternatives_below
            )
        return said(self._recogniser.looks(cut, limits)).line(box, limits.alternatives_below)


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
