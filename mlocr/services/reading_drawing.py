"""How one picture was read, as a drawing: blocks with their scores on the picture, lines and decisions beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.image import Box, LetterFrame
from mlocr.mail.match import Match
from mlocr.reading.blocks import block_box
from mlocr.reading.choose import Attempt
from mlocr.reading.locate import Candidate
from mlocr.services.reading_explain import Explained

SHOWN = 1100
"""Pixels across to which a wide picture is shrunk."""

PANEL = 620
MARGIN = 16
COLUMNS = 74
TEXT_SIZE = 15
ROW = 21

CHOSEN = (0, 130, 60)
TRIED = (200, 110, 0)
PROPOSED = (120, 120, 200)
EDGE = (0, 160, 200)
DARK = (30, 30, 30)
PALE = (110, 110, 110)
BAD = (190, 20, 20)

Colour = tuple[int, int, int]


class Row(NamedTuple):
    """One row of the panel."""

    text: str
    colour: Colour = DARK
    strong: bool = False


def draw(explained: Explained, file: Path) -> None:
    """Write the drawing, in the format of the file's ending. Raises OSError or ValueError (an unknown ending)."""
    pixels = explained.lift.pixels
    scale = min(1.0, SHOWN / pixels.shape[1])
    picture = Image.fromarray(np.asarray(pixels)).convert("RGB")
    if scale < 1.0:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BOX)
    _on_picture(ImageDraw.Draw(picture), explained, scale)
    rows = list(rows_of(explained))
    sheet = Image.new("RGB", (picture.width + PANEL, max(picture.height, len(rows) * ROW + 2 * MARGIN)), "white")
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    for at, row in enumerate(rows):
        place = (picture.width + MARGIN, MARGIN + at * ROW)
        pen.text(place, row.text, fill=row.colour, font=_font(TEXT_SIZE + 3 * row.strong))
    sheet.save(file)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


# --- on the picture -------------------------------------------------------------------------------------------------


def _on_picture(pen: ImageDraw.ImageDraw, explained: Explained, scale: float) -> None:
    study = explained.study
    _outline(pen, _letter_corners(study.letter), scale, EDGE, 2)
    tried = {_key(attempt.candidate) for attempt in study.attempts}
    for number, candidate in enumerate(study.candidates, 1):
        colour = TRIED if _key(candidate) in tried else PROPOSED
        corners = _candidate_corners(candidate)
        _outline(pen, corners, scale, colour, 2)
        upright = candidate.rotation != 180
        edge = min(c[0] for c in corners) if upright else max(c[0] for c in corners)
        top = max(min(c[1] for c in corners) * scale - 18, 0)
        _label(pen, (edge * scale - (0 if upright else 70), top), f"{number}: {candidate.score:.2f}", colour)
    block = study.reading.block if study.reading else None
    if block is not None:
        _block(pen, block, scale)


def _block(pen: ImageDraw.ImageDraw, block: AddressBlock, scale: float) -> None:
    for line in block.lines:
        if line.box is not None:
            _outline(pen, _box_corners(line.box), scale, CHOSEN, 1)
    if block.box is not None:
        _outline(pen, _box_corners(block.box), scale, CHOSEN, 3)


def _label(pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, colour: Colour) -> None:
    font = _font(14)
    pen.rectangle(pen.textbbox(place, text, font=font), fill="white")
    pen.text(place, text, fill=colour, font=font)


def _outline(
    pen: ImageDraw.ImageDraw, corners: Sequence[tuple[float, float]], scale: float, colour: Colour, width: int
) -> None:
    places = [(x * scale, y * scale) for x, y in corners]
    pen.line([*places, places[0]], fill=colour, width=width)


def _box_corners(box: Box) -> list[tuple[float, float]]:
    return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]


def _candidate_corners(candidate: Candidate) -> list[tuple[float, float]]:
    matrix = candidate.page.matrix
    corners = np.array([(x, y, 1.0) for x, y in _box_corners(block_box(candidate.rows))])
    return [(float(x), float(y)) for x, y in corners @ matrix.T]


def _letter_corners(letter: LetterFrame) -> list[tuple[float, float]]:
    places = ((0.0, 0.0), (letter.width, 0.0), (letter.width, letter.height), (0.0, letter.height))
    return [letter.to_picture(x, y) for x, y in places]


# --- beside it ------------------------------------------------------------------------------------------------------


def rows_of(explained: Explained) -> Iterator[Row]:
    """The text beside the picture, top to bottom."""
    study, lift = explained.study, explained.lift
    letter, reading = study.letter, study.reading
    yield Row(Path(lift.source).name, strong=True)
    yield Row(f"{lift.pixels.shape[1]} x {lift.pixels.shape[0]} pixels, {lift.dpi:g} dots per inch", PALE)
    yield Row(f"letter {letter.width:.2f} x {letter.height:.2f} inches", EDGE)
    if reading is not None:
        yield Row(f"barcode clear zone: {reading.clear_zone.value}", PALE)
    yield Row("")
    yield from _candidates(study.candidates, study.attempts)
    yield Row("")
    if reading is None or reading.block is None:
        reason = reading.reason.value if reading and reading.reason else "no reading"
        yield Row(f"not read: {reason}", BAD, strong=True)
        return
    yield Row(f"read, turned {reading.block.rotation}, skew {reading.block.skew:.2f} degrees", CHOSEN, strong=True)
    for line in reading.block.lines:
        yield from _line(line)
    if explained.match is not None:
        yield Row("")
        yield from _matched(explained.match, reading.block.lines)


def _candidates(candidates: Sequence[Candidate], attempts: Sequence[Attempt]) -> Iterator[Row]:
    yield Row("blocks proposed, best first" if candidates else "no block of print was found", strong=True)
    for number, candidate in enumerate(candidates, 1):
        where = ", in a corner" if candidate.corner else ""
        turned = ", upside down" if candidate.rotation == 180 else ""
        tries = [a for a in attempts if _key(a.candidate) == _key(candidate)]
        read = f"; read at {tries[0].mean:.2f}{_verdict(tries[0])}" if tries else "; not tried"
        said = f"{number}: score {candidate.score:.2f}, {_count(len(candidate.rows), 'line')}{where}{turned}{read}"
        yield Row(said, TRIED if tries else PROPOSED)
    proposed = {_key(candidate) for candidate in candidates}
    for attempt in attempts:
        if _key(attempt.candidate) not in proposed:
            yield Row(f"the other way up: read at {attempt.mean:.2f}{_verdict(attempt)}", TRIED)


def _key(candidate: Candidate) -> tuple[int, tuple[Box, ...]]:
    """What makes two candidates the same: the way up and their rows."""
    return candidate.rotation, tuple(row.box for row in candidate.rows)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _verdict(attempt: Attempt) -> str:
    if attempt.lead_in:
        return ", announced as the sender's"
    if attempt.sure:
        return ", ends like an address"
    return ", no address" if attempt.no_address else ""


def _line(line: TextLine) -> Iterator[Row]:
    weak = line.confidence < 0.9
    yield Row(f"{line.confidence:5.2f}  {line.text}", BAD if weak else DARK)
    for other in line.alternatives[:3]:
        yield Row(f"           or {other or '(nothing)'}", PALE)


def _matched(match: Match, lines: Sequence[TextLine]) -> Iterator[Row]:
    routing = match.routing
    if routing is not None:
        yield Row(f"code {_digits(match)}, certainty {match.certainty:.2f}", CHOSEN, strong=True)
    if match.reason is not None:
        said = "no code" if routing is None else "not finer"
        yield Row(f"{said}: {match.reason.value}", BAD if routing is None else TRIED, strong=routing is None)
    read = {" ".join(line.text.upper().replace(",", " ").replace(".", " ").split()) for line in lines}
    for said in (match.delivery_line, match.last_line):
        if said:
            changed = said not in read
            yield Row(f"directory: {said}" + ("" if changed else "  (as read)"), CHOSEN if changed else DARK)
    for line in match.trace:
        for at, part in enumerate(textwrap.wrap(f"{line.rule}: {line.said}", COLUMNS)):
            yield Row(("" if at == 0 else "    ") + part, PALE)


def _digits(match: Match) -> str:
    routing = match.routing
    if routing is None:
        return ""
    return "-".join(part for part in (routing.zip5, routing.plus4, routing.delivery_point) if part)
