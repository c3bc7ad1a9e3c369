"""Reading one picture: the letter, the address block, its lines, and what lies in the barcode clear zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.mail.image import Box, ImageLift, LetterFrame
from mlocr.mail.reasons import RejectReason
from mlocr.ports import BlockImage, FindsText, GlancingEngine, OcrEngine, QuickOcr
from mlocr.reading.choose import Attempt, choose, judge, shares_print
from mlocr.reading.clear_zone import clear_zone
from mlocr.reading.detected import detected_candidates
from mlocr.reading.doubt import with_faint
from mlocr.reading.letter import find_letter, turned
from mlocr.reading.lines import cut_block
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.orient import ends_like_address
from mlocr.reading.page import Matrix
from mlocr.reading.settings import ReadingSettings

__all__ = ["AddressReader", "ReadingSettings"]

FAR_WORSE = 0.5  # times as much worth as the other way up *ours*
LEAST_WORTH = 0.4  # of the better way up, so that the two can be told apart *ours*

ReadBlock = Callable[[BlockImage], tuple[TextLine, ...]]


class AddressReader:
    """Reads the delivery address of one picture after another; one thread calls it at a time."""

    def __init__(self, engine: OcrEngine, settings: ReadingSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._tried: list[Attempt] = []

    def read(self, lift: ImageLift, budget_ms: float | None = None) -> Reading:
        """The address block of `lift`, or why there is none. The engine must be open.

        `budget_ms` is what the letter has left when its reading begins; with little no second looks are taken. None:
        there is time.
        """
        quick = budget_ms is not None and budget_ms < self._settings.second_look_ms
        unhurried = budget_ms is None or budget_ms >= self._settings.detector_ms
        letter = find_letter(lift)
        candidates = find_candidates(lift, letter, self._settings.candidates)
        return self._read_one(lift, letter, candidates, quick, unhurried)

    def _read_one(
        self,
        lift: ImageLift,
        letter: LetterFrame,
        candidates: Sequence[Candidate],
        quick: bool = False,
        unhurried: bool = True,
    ) -> Reading:
        """The address among these blocks, best first."""
        self._tried = []
        chosen = self._hurried(lift, candidates) if quick else self._chosen(lift, candidates)
        if unhurried and _is_lost(chosen, self._settings.sure):
            chosen = self._detected(lift, letter) or chosen
        rotation = candidates[0].rotation if candidates else 0
        if isinstance(chosen, Attempt):
            rotation = chosen.candidate.rotation
        upright = turned(letter) if rotation == 180 else letter
        zone = clear_zone(lift, upright)
        if isinstance(chosen, RejectReason):
            return Reading(None, chosen, upright, zone)
        if chosen.mean < self._settings.least:
            return Reading(None, RejectReason.LOW_CONFIDENCE, upright, zone)
        chosen = replace(chosen, lines=with_faint(chosen.cut.image, chosen.lines, self._engine, not quick))
        return Reading(as_block(chosen), None, upright, zone)

    def _hurried(self, lift: ImageLift, candidates: Sequence[Candidate]) -> Attempt | RejectReason:
        """The block, each line looked at once."""
        read = self._engine.read_quickly if isinstance(self._engine, QuickOcr) else self._engine.read
        return choose(candidates, lambda candidate: self._attempt(lift, candidate, read))

    def _chosen(self, lift: ImageLift, candidates: Sequence[Candidate]) -> Attempt | RejectReason:
        """The block, its weak lines reconsidered; where a glance finds none that is sure, each is read in full."""
        engine = self._engine
        if not isinstance(engine, GlancingEngine):
            return choose(candidates, lambda candidate: self._attempt(lift, candidate, engine.read))
        glances: list[Attempt] = []

        def glance(candidate: Candidate) -> Attempt | None:
            attempt = self._attempt(lift, candidate, engine.glance)
            if attempt is not None:
                glances.append(attempt)
            return attempt

        glanced = choose(candidates, glance)
        if isinstance(glanced, Attempt) and glanced.sure:
            chosen = self._reconsidered(glanced, engine)
            if chosen is not None and chosen.sure and not chosen.lead_in:
                return chosen

        def in_full(candidate: Candidate) -> Attempt | None:
            wrong_way = _wrong_way_up(candidate, glances)
            return wrong_way if wrong_way is not None else self._attempt(lift, candidate, engine.read)

        return choose(candidates, in_full)

    def _detected(self, lift: ImageLift, letter: LetterFrame) -> Attempt | None:
        """A block that reads as an address among the lines that a detector finds, where the engine has one.

        Only the one in the best place, and nothing of what was read as an address and not taken (the sender's): its
        announcement may now stand apart.
        """
        if not isinstance(self._engine, FindsText):
            return None
        refused = [attempt.candidate for attempt in self._tried if attempt.sure or attempt.lead_in]
        found = detected_candidates(lift, letter, self._engine.find_lines, self._settings.candidates)
        found = [c for c in found if not any(shares_print(c, other) for other in refused)]
        chosen = self._chosen(lift, found)
        if not isinstance(chosen, Attempt) or not chosen.sure or chosen.lead_in:
            return None
        return chosen if shares_print(chosen.candidate, found[0]) else None

    def _attempt(self, lift: ImageLift, candidate: Candidate, read: ReadBlock) -> Attempt | None:
        cut = cut_block(lift, candidate, self._settings.lines)
        lines = read(cut.image)
        if not lines:
            return None
        attempt = judge(candidate, cut, lines, self._settings.sure)
        self._tried.append(attempt)
        return attempt

    def _reconsidered(self, attempt: Attempt, engine: GlancingEngine) -> Attempt | None:
        lines = engine.reconsider(attempt.cut.image, attempt.lines)
        return judge(attempt.candidate, attempt.cut, lines, self._settings.sure) if lines else None


def _wrong_way_up(candidate: Candidate, glances: Sequence[Attempt]) -> Attempt | None:
    """The glance at a block that reads far better the other way up; None where that is not so."""
    both = {a.candidate.rotation: a for a in glances if a.candidate.rows == candidate.rows}
    this, other = both.get(candidate.rotation), both.get(180 - candidate.rotation)
    if this is None or other is None or other.worth < LEAST_WORTH or this.sure:
        return None
    return this if this.worth < FAR_WORSE * other.worth else None


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
