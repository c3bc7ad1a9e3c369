"""A reader that remembers how it came to its answer, for a person who wants to see it. Not for a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlocr.mail.address import Reading
from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.ports import GlancingEngine, OcrEngine
from mlocr.reading.choose import Attempt
from mlocr.reading.letter import find_letter
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.reader import AddressReader, ReadBlock
from mlocr.reading.settings import ReadingSettings


@dataclass(slots=True)
class Study:
    """One picture as it was read: its letter, the blocks proposed (best first), those tried, and the answer."""

    letter: LetterFrame
    candidates: list[Candidate]
    attempts: list[Attempt] = field(default_factory=list)
    reading: Reading | None = None


class WatchedReader(AddressReader):
    """`AddressReader`, with each attempt kept."""

    def __init__(self, engine: OcrEngine, settings: ReadingSettings) -> None:
        super().__init__(engine, settings)
        self._attempts: list[Attempt] = []

    def study(self, lift: ImageLift) -> Study:
        """Read `lift` as `read` does, and say how. The engine must be open."""
        letter = find_letter(lift)
        self._attempts = []
        study = Study(letter, find_candidates(lift, letter, self._settings.candidates))
        study.reading = self._read_one(lift, letter, study.candidates)
        study.attempts = self._attempts
        return study

    def _attempt(self, lift: ImageLift, candidate: Candidate, read: ReadBlock) -> Attempt | None:
        return self._kept(super()._attempt(lift, candidate, read))

    def _reconsidered(self, attempt: Attempt, engine: GlancingEngine) -> Attempt | None:
        return self._kept(super()._reconsidered(attempt, engine))

    def _kept(self, attempt: Attempt | None) -> Attempt | None:
        if attempt is not None:
            self._attempts.append(attempt)
        return attempt
