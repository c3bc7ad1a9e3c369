"""A reader that remembers how it came to its answer, for a person who wants to see it. Not for a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlocr.mail.address import Reading
from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.reading.choose import Attempt
from mlocr.reading.hurry import Hurry
from mlocr.reading.letter import find_letter
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.reader import AddressReader
from mlocr.reading.tries import Tries


@dataclass(slots=True)
class Study:
    """One picture as it was read: its letter, the blocks proposed (best first), those tried, and the answer."""

    letter: LetterFrame
    candidates: list[Candidate]
    attempts: list[Attempt] = field(default_factory=list)
    reading: Reading | None = None


class WatchedReader(AddressReader):
    """`AddressReader`, with each attempt kept."""

    def study(self, lift: ImageLift) -> Study:
        """Read `lift` as `read` does, and say how. The engine must be open."""
        letter = find_letter(lift)
        candidates = find_candidates(lift, letter, self._settings.candidates)
        hurry = Hurry(None, self._settings.second_look_ms)
        tries = Tries(lift, self._engine, self._settings, hurry)
        reading = self._read_one(lift, letter, candidates, hurry, tries)
        return Study(letter, candidates, tries.attempts, reading)
