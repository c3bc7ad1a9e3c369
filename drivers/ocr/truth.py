"""A reader that knows the answers: the true lines of a deck, by the picture's name. For tests of everything else."""

import json
from collections.abc import Mapping
from pathlib import Path

from drivers.ocr.options import check_keys, text_setting
from mlocr.errors import BadInputError, ConfigurationError
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine


def open_truth(settings: Mapping[str, object]) -> OcrEngine:
    """A truth reader. Setting: `truth`, the path of a deck's truth.jsonl."""
    check_keys("truth", settings, ("truth",))
    path = text_setting("truth", settings, "truth", "")
    if not path:
        raise ConfigurationError("the truth reader needs the setting 'truth'; give the path of a deck's truth.jsonl")
    return TruthEngine(Path(path))


class TruthEngine:
    """`ports.OcrEngine` that answers from truth.jsonl with confidence 1; an unknown picture gives no line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[str, tuple[str, ...]] = {}

    def open(self) -> None:
        """Load the answers. Raises BadInputError when the file is absent or malformed."""
        try:
            text = self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"{self._path} cannot be read ({error}); give a deck's truth.jsonl") from error
        for number, row in enumerate(text.splitlines(), 1):
            if not row.strip():
                continue
            try:
                answer = json.loads(row)
                self._lines[answer["file"]] = tuple(str(line) for line in answer["lines"])
            except (ValueError, KeyError, TypeError) as error:
                problem = f"{self._path}, line {number}: not an object with file and lines; mend the deck"
                raise BadInputError(problem) from error

    def close(self) -> None:
        """Forget the answers; safe to call twice."""
        self._lines = {}

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        """The deck's true lines, each with the box of a located line where there are as many, else the whole cut."""
        lines = self._lines.get(block.source) or self._lines.get(Path(block.source).name, ())
        height, width = block.pixels.shape
        boxes = block.line_boxes if len(block.line_boxes) == len(lines) else (Box(0, 0, width, height),) * len(lines)
        return tuple(TextLine(text, box=box) for text, box in zip(lines, boxes, strict=True))
