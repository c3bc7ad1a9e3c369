"""Reading one picture: the letter, the address block, its lines, and what lies in the barcode clear zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlocr.mail.address import AddressBlock, Reading
from mlocr.mail.image import Box, ImageLift, LetterFrame
from mlocr.mail.reasons import RejectReason
from mlocr.ports import FindsText, OcrEngine
from mlocr.reading.choose import POOR, Attempt, shares_print, touches
from mlocr.reading.clear_zone import clear_zone
from mlocr.reading.detected import detected_candidates
from mlocr.reading.doubt import with_faint
from mlocr.reading.hurry import Hurry, TimeLeft
from mlocr.reading.letter import find_letter, turned
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.orient import ends_like_address
from mlocr.reading.page import Matrix
from mlocr.reading.settings import ReadingSettings
from mlocr.reading.tries import Tries

__all__ = ["AddressReader", "ReadingSettings"]


class AddressReader:
    """Reads the delivery address of one picture after another; one thread calls it at a time."""

    def __init__(self, engine: OcrEngine, settings: ReadingSettings) -> None:
        self._engine = engine
        self._settings = settings

    def read(self, lift: ImageLift, left: TimeLeft | None = None) -> Reading:
        """The address block of `lift`, or why there is none. The engine must be open.

        `left` is asked what time the letter has before each further look; where that is too little, what would have
        needed one is left in doubt, never guessed. None: there is time.
        """
        letter = find_letter(lift)
        candidates = find_candidates(lift, letter, self._settings.candidates)
        hurry = Hurry(left, self._settings.second_look_ms)
        return self._read_one(lift, letter, candidates, hurry, Tries(lift, self._engine, self._settings, hurry))

    def _read_one(
        self, lift: ImageLift, letter: LetterFrame, candidates: Sequence[Candidate], hurry: Hurry, tries: Tries
    ) -> Reading:
        """The address among these blocks, best first."""
        chosen = tries.choose(candidates)
        if _is_lost(chosen, self._settings.sure) and hurry.allows(self._settings.detector_ms):
            chosen = self._detected(lift, letter, tries, candidates) or chosen
        rotation = candidates[0].rotation if candidates else 0
        if isinstance(chosen, Attempt):
            rotation = chosen.candidate.rotation
        upright = turned(letter) if rotation == 180 else letter
        zone = clear_zone(lift, upright)
        if isinstance(chosen, RejectReason):
            return Reading(None, chosen, upright, zone)
        if chosen.mean < self._settings.least:
            return Reading(None, RejectReason.LOW_CONFIDENCE, upright, zone)
        chosen = replace(chosen, lines=with_faint(chosen.cut.image, chosen.lines, self._engine, hurry.presses))
        return Reading(as_block(chosen), None, upright, zone)

    def _detected(
        self, lift: ImageLift, letter: LetterFrame, tries: Tries, candidates: Sequence[Candidate]
    ) -> Attempt | None:
        """A block that reads as an address among the lines that a detector finds, where the engine has one.

        Only the one in the best place, and nothing of what was read as an address and not taken (the sender's): its
        announcement may now stand apart. Where a block in a good place could not be read, only what has its print.
        """
        if not isinstance(self._engine, FindsText):
            return None
        refused = [attempt.candidate for attempt in tries.attempts if attempt.sure or attempt.lead_in]
        found = detected_candidates(lift, letter, self._engine.find_lines, self._settings.candidates)
        found = [c for c in found if not any(touches(c, other) for other in refused)]
        chosen = tries.choose(found)
        if not isinstance(chosen, Attempt) or not chosen.sure or chosen.lead_in:
            return None
        unread = next((c for c in candidates if not c.corner and c.score >= POOR and not tries.is_none(c)), None)
        own = unread is None or shares_print(chosen.candidate, unread)
        return chosen if own and shares_print(chosen.candidate, found[0]) else None


def _is_lost(chosen: Attempt | RejectReason, sure: float) -> bool:
    """Whether no block reads as an address; of two that do and leave a doubt nothing is lost.

    Nor where one ends in a state and is read surely: a last line without ZIP Code.
    """
    if isinstance(chosen, Attempt):
        return not chosen.sure and not (chosen.mean >= sure and ends_like_address(chosen.lines))
    return chosen is not RejectReason.LOW_CONFIDENCE


def as_block(attempt: Attempt) -> AddressBlock:
    """The block with its boxes in pixels of the picture."""
    matrix = attempt.cut.matrix
    height, width = attempt.cut.image.pixels.shape
    lines = tuple(
        replace(line, box=None if line.box is None else _in_picture(line.box, matrix)) for line in attempt.lines
    )
    boxes = [line.box for line in lines if line.box is not None] or [_in_picture(Box(0, 0, width, height), matrix)]
    whole = Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    rotation = attempt.candidate.rotation
    skew = (attempt.cut.skew - rotation + 180.0) % 360.0 - 180.0
    return AddressBlock(lines, whole, rotation, round(skew, 2))


def _in_picture(box: Box, matrix: Matrix) -> Box:
    """The upright box round a box of the cut."""
    corners = np.array([(x, y, 1.0) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]) @ matrix.T
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))
