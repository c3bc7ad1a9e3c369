"""Reading one picture: the letter, the address block, its lines, and what lies in the barcode clear zone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.mail.image import Box, ImageLift
from mlocr.mail.reasons import RejectReason
from mlocr.ports import OcrEngine
from mlocr.reading.clear_zone import clear_zone
from mlocr.reading.letter import find_letter, turned
from mlocr.reading.lines import BlockCut, cut_block
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.orient import quality, zip_line
from mlocr.reading.settings import ReadingSettings

__all__ = ["AddressReader", "ReadingSettings"]


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One candidate as read."""

    candidate: Candidate
    cut: BlockCut
    lines: tuple[TextLine, ...]
    worth: float
    sure: bool


class AddressReader:
    """Reads the delivery address of one picture after another; one thread calls it at a time."""

    def __init__(self, engine: OcrEngine, settings: ReadingSettings) -> None:
        self._engine = engine
        self._settings = settings

    def read(self, lift: ImageLift) -> Reading:
        """The address block of `lift`, or why there is none. The engine must be open."""
        letter = find_letter(lift)
        candidates = find_candidates(lift, letter, self._settings.candidates)
        if not candidates:
            return Reading(None, RejectReason.NO_ADDRESS_BLOCK, letter, clear_zone(lift, letter))
        best = self._try(lift, candidates)
        rotation = (best.candidate if best else candidates[0]).rotation
        upright = turned(letter) if rotation == 180 else letter
        zone = clear_zone(lift, upright)
        if best is None:
            return Reading(None, RejectReason.UNREADABLE, upright, zone)
        if np.mean([line.confidence for line in best.lines]) < self._settings.least:
            return Reading(None, RejectReason.LOW_CONFIDENCE, upright, zone)
        return Reading(as_block(best), None, upright, zone)

    def _try(self, lift: ImageLift, candidates: list[Candidate]) -> Attempt | None:
        """The first candidate that reads as an address, else the best of them.

        A block in a corner is never taken while another is plausible: better no code than the sender's.
        """
        plausible = any(not c.corner and len(c.rows) > 1 and c.score > 0 for c in candidates)
        best: Attempt | None = None
        for candidate in candidates:
            if candidate.corner and plausible:
                continue
            attempt = self._attempt(lift, candidate)
            if attempt is None:
                continue
            if attempt.sure:
                return attempt
            if best is None or attempt.worth > best.worth:
                best = attempt
        return best

    def _attempt(self, lift: ImageLift, candidate: Candidate) -> Attempt | None:
        cut = cut_block(lift, candidate, self._settings.lines)
        lines = self._engine.read(cut.image)
        if not lines:
            return None
        last = zip_line(lines)
        sure = last is not None and last > 0 and lines[last].confidence >= self._settings.sure
        return Attempt(candidate, cut, lines, quality(lines), sure)


def as_block(attempt: Attempt) -> AddressBlock:
    """The block with its boxes in pixels of the picture."""
    matrix = attempt.cut.matrix
    height, width = attempt.cut.image.pixels.shape
    lines = tuple(
        replace(line, box=None if line.box is None else _in_picture(line.box, matrix)) for line in attempt.lines
    )
    boxes = [line.box for line in lines if line.box is not None]
    whole = (
        Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
        if boxes
        else _in_picture(Box(0, 0, width, height), matrix)
    )
    rotation = attempt.candidate.rotation
    skew = (attempt.cut.skew - rotation + 180.0) % 360.0 - 180.0
    return AddressBlock(lines, whole, rotation, round(skew, 2))


def _in_picture(box: Box, matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Box:
    """The upright box round a box of the cut."""
    corners = np.array([(x, y, 1.0) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]) @ matrix.T
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))
