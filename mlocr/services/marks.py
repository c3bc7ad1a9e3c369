"""Marks as files: what `mlocr spray` and `mlocr verify` ask for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlocr.errors import BadInputError, ExitCode, UsageError
from mlocr.mail.code import RoutingCode, SprayImage, Symbology, TrackingCode
from mlocr.mail.piece import MachineId
from mlocr.marking import imb
from mlocr.marking.spray import Mark, MarkPlan, make_mark
from mlocr.marking.verify import FoundMark, find_marks
from mlocr.pictures import load_lift

SIMULATED_ID = "SIM0001"
PAPER_MARGIN = 0.2  # inches of white around the mark: more than any clear zone asks for
LONG_LETTER = (11.5, 6.125)  # DMM 201: the largest letter, on which every template has the most room


@dataclass(frozen=True, slots=True)
class SprayRequest:
    """One mark. `symbology` empty: Intelligent Mail where `tracking` is given, else POSTNET. `dpi` is the head's."""

    routing: str
    tracking: str = ""
    symbology: str = ""
    mass_id: str = SIMULATED_ID
    dpi: float = 200.0


@dataclass(frozen=True, slots=True)
class FileMarks:
    """What came of one file: its marks, or the sentence why it could not be looked at and the exit code of that."""

    file: Path
    marks: tuple[FoundMark, ...]
    problem: str = ""
    exit_code: ExitCode = ExitCode.DONE


def spray_mark(request: SprayRequest) -> Mark:
    """The mark asked for. Raises UsageError for wrong digits, ConfigurationError for an impossible resolution."""
    symbology = _symbology(request)
    routing = _routing(request.routing, symbology)
    tracking = _tracking(request.tracking, request.routing) if symbology is Symbology.IMB else None
    try:
        machine_id = MachineId(request.mass_id)
    except ValueError as error:
        raise UsageError(f"--mass-id: {error}") from error
    plan = MarkPlan.for_head(symbology, request.dpi)
    mark = make_mark(plan, routing, tracking, *LONG_LETTER, {"lane": "1", "mass_id": machine_id.text})
    if mark is None:
        raise RuntimeError("the largest letter has no room for the default template")
    return mark


def write_mark(mark: Mark, out: Path) -> None:
    """Write a mark as a PNG, one pixel a dot, black on white, its resolution in the file. Raises UsageError."""
    try:
        dpi = mark.spray.dpi
        Image.fromarray(mark_pixels(mark.spray)).save(out, format="PNG", dpi=(dpi, dpi))
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written ({error.strerror or error}); name a file in a folder you may use"
        ) from error


def mark_pixels(image: SprayImage) -> NDArray[np.uint8]:
    """The dots as (height, width) uint8, 0 for ink, on white with a margin."""
    margin = round(PAPER_MARGIN * image.dpi)
    pixels = np.full((image.dots + 2 * margin, len(image.columns) + 2 * margin), 255, np.uint8)
    for place, column in enumerate(image.columns):
        for dot in range(column.bit_length()):
            if column >> dot & 1:
                pixels[margin + image.dots - 1 - dot, margin + place] = 0
    return pixels


def verify_files(files: Sequence[Path], dpi: float | None) -> Iterator[FileMarks]:
    """The marks on each file in turn; a file that cannot be looked at is answered with its problem.

    The resolution is the deck's for a deck's images, else the file's own, else `dpi`.
    """
    for file in files:
        try:
            lift = load_lift(file, _deck_dpi(file), dpi)
        except (BadInputError, UsageError) as error:
            yield FileMarks(file, (), str(error), error.exit_code)
            continue
        yield FileMarks(file, find_marks(lift))


def as_json(answer: FileMarks) -> list[dict[str, object]]:
    """The objects of `mlocr verify --json` for one file: one a mark, or one that says there is none."""
    if not answer.marks:
        nothing: dict[str, object] = {"file": str(answer.file), "found": False}
        return [nothing | ({"problem": answer.problem} if answer.problem else {})]
    return [
        {
            "file": str(answer.file),
            "found": True,
            "symbology": mark.symbology.value,
            "digits": mark.digits,
            "tracking": mark.tracking,
            "routing": mark.routing,
            "check_ok": mark.check_ok,
            "text": mark.text,
            "bbox": [mark.box.x0, mark.box.y0, mark.box.x1, mark.box.y1],
            "measures": dict(mark.measures),
            "violations": list(mark.violations),
            "bars": mark.bars,
            "clear_zone": bool(mark.in_clear_zone),
        }
        for mark in answer.marks
    ]


def _symbology(request: SprayRequest) -> Symbology:
    if not request.symbology:
        return Symbology.IMB if request.tracking else Symbology.POSTNET
    try:
        symbology = Symbology(request.symbology)
    except ValueError as error:
        raise UsageError(f"--symbology {request.symbology!r} is not known; give postnet or imb") from error
    if symbology is Symbology.POSTNET and request.tracking:
        raise UsageError("a POSTNET barcode holds no tracking number; leave --tracking out or give --symbology imb")
    if symbology is Symbology.IMB and not request.tracking:
        raise UsageError("an Intelligent Mail barcode needs its 20 tracking digits; give them with --tracking")
    return symbology


def _routing(digits: str, symbology: Symbology) -> RoutingCode | None:
    if not digits and symbology is Symbology.IMB:
        return None
    try:
        return RoutingCode.of(digits)
    except ValueError as error:
        code = " (encoder error 12)" if symbology is Symbology.IMB and len(digits) not in (5, 9, 11) else ""
        code = code or (" (encoder error 13)" if symbology is Symbology.IMB else "")
        raise UsageError(f"--routing {digits!r}: {error}{code}; give the digits of the code alone") from error


def _tracking(digits: str, routing: str) -> TrackingCode:
    code = imb.field_error(digits, routing)
    if code != "00":
        raise UsageError(f"--tracking {digits!r}: {imb.FIELD_ERRORS[code]} (encoder error {code}); mend that number")
    # A mailer identifier of nine digits begins with 9, one of six with any other digit.
    end = 14 if digits[5] == "9" else 11
    return TrackingCode(digits[:2], digits[2:5], digits[5:end], digits[end:])


def _deck_dpi(file: Path) -> float | None:
    """The resolution that the deck of this image gives; None where it is no deck's image or the deck does not say."""
    deck = file.parent.parent / "deck.toml"
    if file.parent.name != "images" or not deck.is_file():
        return None
    try:
        value = tomllib.loads(deck.read_text(encoding="utf-8")).get("dpi")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadInputError(f"{deck} cannot be read ({error}); mend it") from error
    return float(value) if isinstance(value, int | float) and value > 0 else None
