"""The blocks of one letter as they are tried: glanced at, and read with all that the engine has where need be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlocr.mail.address import TextLine
from mlocr.mail.image import ImageLift
from mlocr.mail.reasons import RejectReason
from mlocr.ports import BlockImage, GlancingEngine, OcrEngine, QuickOcr
from mlocr.reading.choose import Attempt, choose, judge, shares_print
from mlocr.reading.hurry import Hurry
from mlocr.reading.lines import BlockCut, cut_block
from mlocr.reading.locate import Candidate
from mlocr.reading.settings import ReadingSettings

FAR_WORSE = 0.5  # times as much worth as the other way up *ours*
LEAST_WORTH = 0.4  # of the better way up, so that the two can be told apart *ours*

ReadBlock = Callable[[BlockImage], tuple[TextLine, ...]]


class Tries:
    """What one letter's blocks read as, and which of them is the address; `attempts` in the order they were made."""

    def __init__(self, lift: ImageLift, engine: OcrEngine, settings: ReadingSettings, hurry: Hurry) -> None:
        self._lift = lift
        self._engine = engine
        self._settings = settings
        self._hurry = hurry
        self._glances: list[Attempt] = []
        self._full: list[Attempt] = []
        self.attempts: list[Attempt] = []

    def choose(self, candidates: Sequence[Candidate]) -> Attempt | RejectReason:
        """The block, its weak lines reconsidered; where a glance finds none that is sure, each is read in full."""
        engine = self._engine
        if not isinstance(engine, GlancingEngine):
            return choose(candidates, self._look)
        glanced = choose(candidates, lambda candidate: self._glance(candidate, engine))
        if isinstance(glanced, Attempt) and glanced.sure:
            chosen = self._reconsidered(glanced, engine)
            if chosen is not None and (chosen.sure or self._hurry.pressed) and not chosen.lead_in:
                return chosen
        in_time = choose(candidates, lambda candidate: self._in_full(candidate, engine))
        # Where time pressed it was not asked to the end which block it is: another may read as an address too.
        return RejectReason.LOW_CONFIDENCE if self._hurry.pressed else in_time

    def is_none(self, candidate: Candidate) -> bool:
        """Whether a block, or print of it, was read clearly and is no address."""
        return any(attempt.no_address and shares_print(attempt.candidate, candidate) for attempt in self.attempts)

    def _look(self, candidate: Candidate) -> Attempt | None:
        """A block as an engine reads it that does not glance."""
        if isinstance(self._engine, QuickOcr) and self._hurry.presses():
            return self._read(candidate, self._engine.read_quickly)
        return self._read(candidate, self._engine.read)

    def _glance(self, candidate: Candidate, engine: GlancingEngine) -> Attempt | None:
        return _keep(self._read(candidate, engine.glance), self._glances)

    def _in_full(self, candidate: Candidate, engine: GlancingEngine) -> Attempt | None:
        """A block read with all that the engine has, once; none where time presses."""
        known = _of(candidate, self._full) or _wrong_way_up(candidate, self._glances)
        if known is not None:
            return known
        if self._hurry.presses():
            return None
        glance = _of(candidate, self._glances)
        if glance is not None:
            return self._reconsidered(glance, engine)
        unseen = self._read(
            candidate, lambda block: engine.reconsider(block, engine.glance(block), self._hurry.presses)
        )
        return _keep(unseen, self._full)

    def _reconsidered(self, glance: Attempt, engine: GlancingEngine) -> Attempt | None:
        lines = engine.reconsider(glance.cut.image, glance.lines, self._hurry.presses)
        return _keep(self._judged(glance.candidate, glance.cut, lines), self._full)

    def _read(self, candidate: Candidate, read: ReadBlock) -> Attempt | None:
        cut = cut_block(self._lift, candidate, self._settings.lines)
        return self._judged(candidate, cut, read(cut.image))

    def _judged(self, candidate: Candidate, cut: BlockCut, lines: tuple[TextLine, ...]) -> Attempt | None:
        if not lines:
            return None
        return _keep(judge(candidate, cut, lines, self._settings.sure), self.attempts)


def _keep(attempt: Attempt | None, kept: list[Attempt]) -> Attempt | None:
    if attempt is not None:
        kept.append(attempt)
    return attempt


def _of(candidate: Candidate, attempts: Sequence[Attempt], rotation: int | None = None) -> Attempt | None:
    """The attempt at this very block, the same way up or at `rotation`."""
    wanted = candidate.rotation if rotation is None else rotation
    same = (a for a in attempts if (a.candidate.rotation, a.candidate.rows) == (wanted, candidate.rows))
    return next(same, None)


def _wrong_way_up(candidate: Candidate, glances: Sequence[Attempt]) -> Attempt | None:
    """The glance at a block that reads far better the other way up; None where that is not so."""
    this, other = _of(candidate, glances), _of(candidate, glances, 180 - candidate.rotation)
    if this is None or other is None or other.worth < LEAST_WORTH or this.sure:
        return None
    return this if this.worth < FAR_WORSE * other.worth else None
