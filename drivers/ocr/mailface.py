"""The small recogniser: a network of our own for printed mail, in the package, line by line, on one thread.

It was trained on drawn lines (`training/`): many faces, dot matrix with missing pins, worn and faded print, cut as the
station cuts. It reads a line in a tenth of the time of the ready-made recogniser, and it says where a character stands
that nobody can read; such a place is any character to the scorer and makes a line unsure.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from drivers.ocr.ctc import Posteriors, best_text, string_confidence
from drivers.ocr.evidence import hidden_by_digit
from drivers.ocr.looks import FOLDED, HIDDEN, Look, line_cut, said
from drivers.ocr.mailface_input import CHARACTERS, UNREADABLE, as_ink, as_plane
from drivers.ocr.options import check_keys, share_setting
from drivers.ocr.runtime import onnxruntime, single_threaded
from mlocr.errors import ConfigurationError
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine

MODEL = "mailface-2.onnx"
MODEL_SHA256 = "6bab97fc77f3485637bfb45215f6ca888aafea2b94c81f018531164432589be0"
KEYS = ("squeeze", "alternatives_below")
SQUEEZE = 1.0
ALTERNATIVES_BELOW = 0.98

_LOST_DIGIT = re.compile(rf"[0-9] ?{UNREADABLE}|{UNREADABLE} ?[0-9]|(?:^| ){UNREADABLE}(?: |$)")
_UNREADABLE_CLASS = CHARACTERS.index(UNREADABLE) + 1


def _classes() -> NDArray[np.float32]:
    """(own classes, folded classes): where the posteriors of each class go.

    What cannot be read may be any letter or digit: each is as likely as if it had been read.
    """
    places = {c: i + 1 for i, c in enumerate(FOLDED)}
    table = np.zeros((len(CHARACTERS) + 1, len(FOLDED) + 1), dtype=np.float32)
    table[0, 0] = 1.0
    for i, c in enumerate(CHARACTERS, 1):
        table[i, places.get(c, 0)] = 1.0
    any_of = [places[c] for c in FOLDED if c.isalnum()]
    table[_UNREADABLE_CLASS] = 0.0
    table[_UNREADABLE_CLASS, any_of] = 1.0
    return table


_TABLE = _classes()


def model_bytes() -> bytes:
    """The weights in the package. Raises ConfigurationError when they are not there or not what they should be."""
    try:
        model = resources.files("drivers.ocr").joinpath("models", MODEL).read_bytes()
    except OSError:
        raise ConfigurationError(f"the recogniser's weights {MODEL} are missing; reinstall the package mlocr") from None
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise ConfigurationError(f"the recogniser's weights {MODEL} are damaged; reinstall the package mlocr")
    return model


class MailFaceRecogniser:
    """Looks at one line at a time."""

    def __init__(self, model: bytes | None = None) -> None:
        """`model` in place of the package's own weights: training looks at what it made."""
        self._model = model
        self._session: onnxruntime.InferenceSession | None = None

    def open(self) -> None:
        """Load the weights. Raises ConfigurationError."""
        if self._session is None:
            self._session = single_threaded(self._model or model_bytes())

    def close(self) -> None:
        """Release them; safe to call twice."""
        self._session = None

    def look(self, cut: NDArray[np.uint8], squeeze: float) -> Look:
        """One look at a line cut from a flattened block, at a share of its natural width."""
        return self.look_at(as_plane(cut, squeeze))

    def look_at(self, plane: NDArray[np.uint8]) -> Look:
        """One look at a line as `as_plane` gives it."""
        if self._session is None:
            raise RuntimeError("the reader is not open")
        raw = np.asarray(self._session.run(None, {"ink": as_ink(plane)})[0], dtype=np.float32)[0]
        return as_look(plane, raw, raw @ _TABLE)


def as_look(plane: NDArray[np.uint8], raw: Posteriors, folded: Posteriors) -> Look:
    """What the posteriors say of a line."""
    read = best_text(raw, CHARACTERS)
    text = read.replace(UNREADABLE, "")
    if not text.strip():
        return Look("", 0.0, raw, folded, characters=CHARACTERS)
    hidden = UNREADABLE in read or hidden_by_digit(plane.astype(np.float32) / 127.5 - 1.0, folded, FOLDED)
    # Punctuation counts as paper; the unreadable stays a class of its own: it costs through `hidden`, not twice.
    kept = folded - np.outer(raw[:, _UNREADABLE_CLASS], _TABLE[_UNREADABLE_CLASS])
    confidence = string_confidence(np.column_stack([kept[:, :-1], raw[:, _UNREADABLE_CLASS], kept[:, -1]]))
    lost = _LOST_DIGIT.search(read) is not None
    return Look(text, confidence * (HIDDEN if hidden else 1.0), raw, folded, hidden, CHARACTERS, lost)


@dataclass(frozen=True, slots=True)
class MailFaceSettings:
    """`squeeze`: width of the look, share of natural; below `alternatives_below` confidence others are sought."""

    squeeze: float = SQUEEZE
    alternatives_below: float = ALTERNATIVES_BELOW


def open_mailface(settings: Mapping[str, object]) -> OcrEngine:
    """The small recogniser alone. Settings: `squeeze`, `alternatives_below` (0..1)."""
    check_keys("mailface", settings, KEYS)
    plain = MailFaceSettings()
    squeeze, below = (share_setting("mailface", settings, key, getattr(plain, key)) for key in KEYS)
    return MailFaceEngine(MailFaceSettings(max(squeeze, 0.4), below))


class MailFaceEngine:
    """`ports.OcrEngine` over the small recogniser alone; one thread calls it at a time."""

    def __init__(self, settings: MailFaceSettings) -> None:
        self._settings = settings
        self._recogniser = MailFaceRecogniser()

    def open(self) -> None:
        """Load the weights. Raises ConfigurationError."""
        self._recogniser.open()

    def models(self) -> dict[str, str]:
        """The weights by hash and the runtime by version."""
        return {MODEL: MODEL_SHA256, "onnxruntime": onnxruntime.__version__}

    def close(self) -> None:
        """Release them; safe to call twice."""
        self._recogniser.close()

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The lines top to bottom; a line in which nothing is read gives none."""
        lines = (self._line(block, box) for box in block.line_boxes)
        return tuple(line for line in lines if line is not None)

    def _line(self, block: BlockImage, box: Box) -> TextLine | None:
        cut = line_cut(block.pixels, box)
        if cut is None:
            return None
        return said([self._recogniser.look(cut, self._settings.squeeze)]).line(box, self._settings.alternatives_below)
