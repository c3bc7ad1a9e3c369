"""The engines that read and match: whether they open and answer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mlocr.directory.edition import usability
from mlocr.errors import StationError
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine
from mlocr.services.compiled import in_words
from mlocr.services.doctor_findings import Check, missing, note, ok
from mlocr.station.config import StationConfig
from mlocr.station.matchers import engine_product, is_builtin, opened_engine
from mlocr.station.plugins import load_factory

LINE_TEXT = "1234 MAIN ST"


def check_reader(config: StationConfig) -> Iterator[Check]:
    """The weights are there and whole, and the engine reads a drawn line. Raises StationError when it cannot open."""
    if config.reader.engine in ("cascade", "onnx"):
        with tempfile.TemporaryDirectory() as folder:
            # Into an empty cache: so the installed file's own hash is checked.
            size = len(load_factory("ocr", "drivers.ocr.weights:ascii_model")(Path(folder)))
        yield ok("reader weights", f"found, hash right, {size / 1e6:.1f} MB")
    if config.reader.engine == "truth":
        yield note("reader", "the truth engine reads a deck's truth.jsonl, nothing to try here")
        return
    engine: OcrEngine = load_factory("ocr", config.reader.engine)(dict(config.reader.settings))
    engine.open()
    try:
        lines = engine.read(drawn_line(LINE_TEXT))
    finally:
        engine.close()
    text = " ".join(line.text for line in lines)
    if "".join(text.upper().split()) == "".join(LINE_TEXT.split()):
        yield ok("reader", f"{config.reader.engine} reads {text!r}")
    else:
        mend = "reinstall the package, or choose another reader.engine"
        yield missing("reader", f"{config.reader.engine} reads {text!r} where {LINE_TEXT!r} is drawn", mend)


def check_matcher(config: StationConfig, today: date) -> Iterator[Check]:
    """An engine of the user's may code today, starts and answers. Raises StationError when it does not."""
    if is_builtin(config):
        yield ok("matcher", f"builtin, over the postal directory; {in_words()}")
        return
    with opened_engine(config, today):
        dates = usability(engine_product(config))
        yield ok("matcher", f"{config.matcher.engine} answers; product {config.matcher.product}, to {dates.last_use}")


def drawn_line(text: str) -> BlockImage:
    """One line of dark print on light paper, as at 200 dpi."""
    face = ImageFont.load_default(32)
    width = round(face.getlength(text)) + 40
    page = Image.new("L", (width, 60), 235)
    ImageDraw.Draw(page).text((20, 10), text, fill=25, font=face)
    return BlockImage(np.asarray(page, dtype=np.uint8), 200.0, (Box(10, 4, width - 10, 56),), "doctor")


def check_tesseract(needed: bool) -> Check:
    """The program and its language data, which only the plain engine uses."""
    name = "tesseract"
    try:
        engine: OcrEngine = load_factory("ocr", "tesseract")({})
        engine.open()
        engine.close()
        return ok(name, str(shutil.which("tesseract")))
    except StationError as error:
        said, _, mend = str(error).partition("; ")
        return missing(name, said, mend, error.exit_code) if needed else note(name, said, f"optional: {mend}")
