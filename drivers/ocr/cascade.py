"""The default reader: the small recogniser reads every line, the ready-made one is asked where that is weak.

The ready-made recogniser costs ten times as much, and what it sees it sees differently: two networks that were trained
apart and read the same are right. Where they differ the line keeps little confidence, and both speak in its scorer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from drivers.ocr import detector, mailface, weights
from drivers.ocr.detector import PaddleDetector
from drivers.ocr.looks import HIDDEN, Look, Said, agree, combine, in_doubt, line_cut, said
from drivers.ocr.mailface import MailFaceRecogniser
from drivers.ocr.onnx import OnnxSettings, PaddleRecogniser
from drivers.ocr.options import check_keys, share_setting, text_setting
from drivers.ocr.runtime import onnxruntime
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine

WIDTHS = (0.9, 0.8)  # of natural width: more looks of the small recogniser at a weak line, for the scorer only *ours*
OWN_SHARE = 0.5  # of the scorer's mean, for the small recogniser's looks *ours*
VOICE = 0.35  # confidence from which a weak look still counts against another *ours*
KEYS = ("cache", "squeeze", "second_opinion", "alternatives_below")


@dataclass(frozen=True, slots=True)
class CascadeSettings:
    """`squeeze`: width of the small recogniser's look, share of natural.

    Below the confidence `second_opinion` the ready-made recogniser is asked, and for a line with numbers below
    `alternatives_below`; below that other readings are sought.
    """

    cache: Path
    squeeze: float = mailface.SQUEEZE
    second_opinion: float = 0.93
    alternatives_below: float = mailface.ALTERNATIVES_BELOW


def open_cascade(settings: Mapping[str, object]) -> OcrEngine:
    """The default reader. Settings: `cache` (folder), and shares 0..1: see `CascadeSettings`."""
    check_keys("cascade", settings, KEYS)
    cache = text_setting("cascade", settings, "cache", "") or platformdirs.user_cache_dir("mlocr")
    plain = CascadeSettings(Path(cache))
    squeeze, second, below = (share_setting("cascade", settings, key, getattr(plain, key)) for key in KEYS[1:])
    return CascadeEngine(CascadeSettings(Path(cache), max(squeeze, 0.4), second, below))


class CascadeEngine:
    """`ports.OcrEngine` over both recognisers; one thread calls it at a time."""

    def __init__(self, settings: CascadeSettings) -> None:
        self._settings = settings
        self._small = MailFaceRecogniser()
        self._large = PaddleRecogniser(settings.cache, keeps_memory=False)
        self._detector = PaddleDetector()

    def open(self) -> None:
        """Load both models. Raises ConfigurationError."""
        self._small.open()
        self._large.open()

    def models(self) -> dict[str, str]:
        """The weights by hash and the runtime by version."""
        return {
            mailface.MODEL: mailface.MODEL_SHA256,
            weights.MODEL: weights.MODEL_SHA256,
            detector.MODEL: detector.MODEL_SHA256,
            "onnxruntime": onnxruntime.__version__,
        }

    def close(self) -> None:
        """Release them; safe to call twice."""
        self._small.close()
        self._large.close()
        self._detector.close()

    def find_lines(self, page: NDArray[np.uint8]) -> tuple[Box, ...]:
        """See `FindsText.find_lines`."""
        return self._detector.find_lines(page)

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines top to bottom; a line in which nothing is read gives none."""
        return self.reconsider(block, self.glance(block))

    def glance(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines as the small recogniser alone reads them."""
        lines = []
        for box in block.line_boxes:
            cut = line_cut(block.pixels, box)
            if cut is not None:
                look = self._small.look(cut, self._settings.squeeze)
                lines.append(said([look]).line(box, self._settings.alternatives_below))
        return tuple(line for line in lines if line is not None)

    def reconsider(
        self, block: BlockImage, lines: Sequence[TextLine], presses: Callable[[], bool] = lambda: False
    ) -> tuple[TextLine, ...]:
        """The lines with the ready-made recogniser's voice where they are weak, or where nothing was read.

        Once time `presses` it is asked no more: what is left weak is left in doubt.
        """
        read = {line.box: line for line in lines}
        worn = any(line.confidence < self._settings.second_opinion for line in lines)
        answer = []
        for box in block.line_boxes:
            line, cut = read.get(box), line_cut(block.pixels, box)
            if cut is not None and (line is None or self._is_doubted(line, worn)):
                small = self._small.look(cut, self._settings.squeeze)
                heard = in_doubt(small, 1.0) if presses() else self._second(small, cut)
                line = heard.line(box, self._settings.alternatives_below)
            if line is not None:
                answer.append(line)
        return tuple(answer)

    def _is_doubted(self, line: TextLine, worn: bool) -> bool:
        """Whether a line is read by the other recogniser too: numbers must be surer than words.

        In a block with worn lines every number is: print that is hard to read elsewhere is not read so well here by
        luck, and a 9 whose bowl has run reads surely as an 8.
        """
        if not any(c.isdigit() for c in line.text):
            return line.confidence < self._settings.second_opinion
        return worn or line.confidence < max(self._settings.second_opinion, self._settings.alternatives_below)

    def _own(self, small: Look, cut: NDArray[np.uint8]) -> tuple[Look, ...]:
        return small, *(self._small.look(cut, width * self._settings.squeeze) for width in WIDTHS)

    def _second(self, small: Look, cut: NDArray[np.uint8]) -> Said:
        """The weak look with the ready-made recogniser's beside it, squeezed, and full where they differ.

        The scorer hears the small recogniser at other widths too: its slips differ from width to width.
        """
        own = self._own(small, cut)
        first = self._large.look(cut, OnnxSettings(self._settings.cache).squeeze)
        if agree(small, first):
            return replace(said([small, first]), witnesses=witnesses(own, (first,)))
        full = self._large.look(cut, 1.0)
        best, confidence, others = combine(first, full)
        if agree(small, best) or small.confidence >= VOICE:
            best, confidence, _ = combine(replace(best, confidence=confidence), small)
        elif small.hidden:
            confidence *= HIDDEN  # what one saw hidden is not there because another passed it over
        looks = (small, first, full)
        return Said(best, confidence, (first.text, *others, small.text), looks, witnesses(own, (first, full)))


def witnesses(own: Sequence[Look], others: Sequence[Look]) -> tuple[tuple[Look, float], ...]:
    """Each look with its share in the scorer's mean."""
    return (
        *((look, OWN_SHARE / len(own)) for look in own),
        *((look, (1 - OWN_SHARE) / len(others)) for look in others),
    )
