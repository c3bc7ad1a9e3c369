"""What ink that was left out of a line does to its reading.

A line beside which faint characters stand is read again with them darkened. Read surely and no more than longer, the
new reading stands; else the line keeps so little confidence that no full code can come of it. So does a line with room
for a lost digit or white paint beside a number, one that fades out at a number, and one whose number is struck out or
lies under a blot. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mlocr.mail.address import TextLine
from mlocr.ports import BlockImage, OcrEngine
from mlocr.reading.blots import blotted
from mlocr.reading.fading import fades_out
from mlocr.reading.faint import CLEAR_SHARE, FaintInk, darkened, find_faint, worn
from mlocr.reading.gaps import indented, wide_at_number
from mlocr.reading.ink import print_mask
from mlocr.reading.orient import has_zip
from mlocr.reading.struck import struck_out
from mlocr.reading.whited import whited_out

SURE = 0.97  # confidence from which the longer reading stands
READ = 0.9  # confidence from which ink like that of dirty paper is print
UNSURE = 0.4  # what is left of the longer reading's confidence
PAPER_SHARE = 0.18  # of the line's darkness: show-through is weaker (15 percent, DMM 708 4.4)
LOST = 0.14  # what is left of a line whose faint characters were not read at all: no scorer can speak for those


def with_faint(
    image: BlockImage, lines: Sequence[TextLine], engine: OcrEngine, presses: Callable[[], bool] = lambda: False
) -> tuple[TextLine, ...]:
    """The lines of a block, those beside which faint characters stand read again or, where time `presses`, doubted."""
    boxes = [line.box for line in lines if line.box in image.line_boxes and line.box is not None]
    if not boxes:
        return tuple(lines)
    mask = print_mask(image.pixels, image.dpi)
    faint = dict(zip(boxes, find_faint(image.pixels, mask, boxes, image.dpi), strict=True))
    gaps = _either(wide_at_number(mask, lines), indented(mask, lines), whited_out(image.pixels, lines))
    room = _either(gaps, fades_out(image.pixels, mask, lines))
    hurt = _either(struck_out(image.pixels, mask, lines), blotted(image.pixels, mask, lines))
    if not any(faint.values()) and not any(room) and not any(hurt):
        return tuple(lines)
    found = [faint.get(line.box) if line.box is not None else None for line in lines]
    dirty = worn(image.pixels, mask, image.line_boxes, found)
    read = [
        line if ink is None else _lost(line) if presses() else _reread(image, line, ink, engine, soiled, lines)
        for line, ink, soiled in zip(lines, found, dirty, strict=True)
    ]
    # A line that was read again has what stood in the gap; whether it goes on fading was asked then.
    return tuple(
        _lost(new) if bad or (lost and new.text == old.text and new.confidence > LOST) else new
        for new, old, lost, bad in zip(read, lines, room, hurt, strict=True)
    )


def _either(*found: Sequence[bool]) -> tuple[bool, ...]:
    return tuple(any(one) for one in zip(*found, strict=True))


def _lost(line: TextLine) -> TextLine:
    return replace(line, confidence=round(line.confidence * LOST, 4), scorer=None)


def _reread(
    image: BlockImage, line: TextLine, faint: FaintInk, engine: OcrEngine, dirty: bool, lines: Sequence[TextLine]
) -> TextLine:
    """The line read again with its faint characters darkened; on `dirty` paper very weak ink must read as some.

    Ink that would be read, and reads as nothing, is show-through or dirt. Where more ink follows that is weaker still,
    what was read is not all.
    """
    if line.box is None:
        return line
    pixels, box = darkened(image.pixels, line.box, faint)
    again = engine.read(replace(image, pixels=pixels, line_boxes=(box,)))
    like_paper = dirty and faint.share < PAPER_SHARE
    read = again[0] if len(again) == 1 else None
    if read is None or not _longer(read.text, line.text) or (like_paper and read.confidence < READ):
        return line if like_paper or _is_no_print(read, line, faint) else _lost(line)
    if has_zip(line.text) and not has_zip(read.text):
        return line  # nothing but an add-on follows a ZIP Code
    beside = (read, *(other for other in lines if other is not line))
    if fades_out(image.pixels, print_mask(pixels, image.dpi), beside)[0]:
        return _lost(read)
    if read.confidence >= SURE and faint.share >= CLEAR_SHARE:
        return read
    return replace(read, confidence=round(read.confidence * UNSURE, 4))


def _is_no_print(read: TextLine | None, line: TextLine, faint: FaintInk) -> bool:
    """Whether ink dark enough to be read was passed over, surely, once it was as dark as the line's."""
    if read is None or _plain(read.text) != _plain(line.text):
        return False
    return read.confidence >= READ and faint.share >= CLEAR_SHARE


def _longer(new: str, old: str) -> bool:
    """Whether `new` holds the characters of `old` in order, and more."""
    rest = iter(_plain(new))
    return len(_plain(new)) > len(_plain(old)) and all(c in rest for c in _plain(old))


def _plain(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum() or c == "#")
