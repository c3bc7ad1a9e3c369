"""Reading pictures from files: what `mlocr read` asks for."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from mlocr.errors import BadInputError
from mlocr.mail.address import Reading
from mlocr.mail.image import Box, ImageLift
from mlocr.mail.reasons import RejectReason
from mlocr.pictures import load_lift
from mlocr.reading.reader import AddressReader
from mlocr.reading.settings import ReadingSettings
from mlocr.station.plugins import load_factory


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`dpi` is for pictures that do not say theirs; `engine` is a name or package.module:factory."""

    dpi: float | None = None
    engine: str = "cascade"
    engine_settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileReading:
    """What came of one file: a reading, or the sentence why the file gave no picture; milliseconds without loading."""

    file: Path
    reading: Reading | None
    milliseconds: float = 0.0
    problem: str = ""


def read_files(files: Sequence[Path], options: ReadOptions) -> Iterator[FileReading]:
    """Read each file in turn; an unreadable one is answered with its problem and the others go on.

    Raises ConfigurationError when the engine cannot be had, UsageError when a picture's resolution is not known.
    """
    engine = load_factory("ocr", options.engine)(options.engine_settings)
    engine.open()
    try:
        cv2.setNumThreads(1)
        reader = AddressReader(engine, ReadingSettings())
        for file in files:
            yield _read_file(file, reader, options.dpi)
    finally:
        engine.close()


def read_lift(lift: ImageLift, reader: AddressReader) -> FileReading:
    """One picture read and timed."""
    started = time.perf_counter()
    reading = reader.read(lift)
    return FileReading(Path(lift.source), reading, (time.perf_counter() - started) * 1000)


def _read_file(file: Path, reader: AddressReader, dpi: float | None) -> FileReading:
    try:
        lift = load_lift(file, None, dpi)
    except BadInputError as error:
        return FileReading(file, None, problem=str(error))
    answer = read_lift(lift, reader)
    return FileReading(file, answer.reading, answer.milliseconds)


def as_json(answer: FileReading) -> dict[str, object]:
    """The object of `mlocr read --json` (the contract's `read`)."""
    reading = answer.reading
    block = reading.block if reading else None
    reason = RejectReason.NO_IMAGE if reading is None else reading.reason
    lines = block.lines if block else ()
    shown: dict[str, object] = {
        "file": str(answer.file),
        "outcome": "read" if block else "rejected",
        "reason": reason.value if reason else None,
        "lines": [line.text for line in lines],
        "confidences": [line.confidence for line in lines],
        "bbox": _corners(block.box) if block else None,
        "rotation": block.rotation if block else None,
        "skew": block.skew if block else None,
        "ms": round(answer.milliseconds, 1),
    }
    if reading is not None:
        shown["alternatives"] = [list(line.alternatives) for line in lines]
        shown["line_boxes"] = [_corners(line.box) for line in lines]
        shown["clear_zone"] = reading.clear_zone.value
    return shown


def _corners(box: Box | None) -> list[int] | None:
    return None if box is None else [box.x0, box.y0, box.x1, box.y1]
