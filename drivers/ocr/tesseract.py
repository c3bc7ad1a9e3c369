"""The plain reader: Tesseract as a subprocess through pytesseract. Slow, and never required.

Tesseract and its language data come from the system, not from a Python package.
"""

from collections.abc import Mapping

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from drivers.ocr.options import check_keys, text_setting
from mlocr.errors import ConfigurationError
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine

ADVICE = (
    "install tesseract-ocr and tesseract-ocr-eng (sudo apt install tesseract-ocr tesseract-ocr-eng) or use engine onnx"
)
SECONDS = 20  # for one line; an engine that hangs must not hold the station


def open_tesseract(settings: Mapping[str, object]) -> OcrEngine:
    """The plain reader. Setting: `language`, Tesseract's name of it, default "eng"."""
    check_keys("tesseract", settings, ("language",))
    return TesseractEngine(text_setting("tesseract", settings, "language", "eng"))


class TesseractEngine:
    """`ports.OcrEngine` over pytesseract, one call a line (page segmentation mode 7)."""

    def __init__(self, language: str) -> None:
        self._language = language

    def open(self) -> None:
        """Ask for the version and the language. Raises ConfigurationError naming the packages to install."""
        try:
            languages = pytesseract.get_languages()
        except (pytesseract.TesseractNotFoundError, OSError) as error:
            raise ConfigurationError(f"the program tesseract is not installed; {ADVICE}") from error
        if self._language not in languages:
            raise ConfigurationError(f"tesseract has no language data for {self._language!r}; {ADVICE}")

    def models(self) -> dict[str, str]:
        """The program's version and the language; empty where it is not installed (`open` says so)."""
        try:
            return {"tesseract": str(pytesseract.get_tesseract_version()), "language": self._language}
        except (pytesseract.TesseractNotFoundError, OSError):
            return {}

    def close(self) -> None:
        """Nothing is held; safe to call twice."""

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines top to bottom; confidence is that of the weakest word."""
        lines = (self._line(block, box) for box in block.line_boxes)
        return tuple(line for line in lines if line is not None)

    def _line(self, block: BlockImage, box: Box) -> TextLine | None:
        cut = block.pixels[max(box.y0, 0) : box.y1, max(box.x0, 0) : box.x1]
        if cut.shape[0] < 4 or cut.shape[1] < 4:
            return None
        data = pytesseract.image_to_data(
            as_page(cut),
            lang=self._language,
            config="--psm 7",
            timeout=SECONDS,
            output_type=pytesseract.Output.DICT,
        )
        pairs = zip(data["text"], data["conf"], strict=True)
        words = [(str(t).strip(), float(c)) for t, c in pairs if str(t).strip() and float(c) >= 0]
        if not words:
            return None
        text = " ".join(word for word, _ in words)
        return TextLine(text, confidence=round(min(c for _, c in words) / 100, 4), box=box)


def as_page(cut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The line at some 40 pixels of height with a margin of paper, which Tesseract's line finder wants."""
    scale = 40 / cut.shape[0]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=method)
    return np.asarray(cv2.copyMakeBorder(scaled, 10, 10, 10, 10, cv2.BORDER_REPLICATE), dtype=np.uint8)
