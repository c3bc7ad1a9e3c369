"""One look at a line by one recogniser, and how several looks make one reading.

Every recogniser's posteriors are folded onto one alphabet (`FOLDED`), so looks of different recognisers can be weighed
together: a scorer takes the mean over all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drivers.ocr.ctc import Alphabet, Posteriors, PosteriorScorer, other_texts
from drivers.ocr.weights import CHARACTERS as ASCII
from mlocr.mail.address import TextLine
from mlocr.mail.image import Box

FOLDED, ASCII_CLASSES = Alphabet(ASCII).folded()
"""The folded characters (class i is the i-th, from 1, the space last), and the folded class of each ASCII class."""

HIDDEN = 0.4  # what ink that may hide a digit leaves of a look's confidence *ours*
UNSURE = 0.4  # what is left of a line that would have needed a second look and got none: no full code comes of it
DISAGREED = 0.5  # what two looks leave of a line's confidence when their digits differ *ours*


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look at a line: the text, its confidence, the posteriors as the recogniser gave them, and folded.

    `hidden` says that a character may be hidden next to a digit; the confidence has paid for it. `lost` says that the
    recogniser saw one there that nobody can read. `characters` are those of the recogniser's own classes from 1.
    """

    text: str
    confidence: float
    raw: Posteriors
    folded: Posteriors
    hidden: bool = False
    characters: str = ASCII
    lost: bool = False


def combine(first: Look, second: Look) -> tuple[Look, float, list[str]]:
    """The better of two looks, the confidence of the line, and the other look's text where it differs.

    Looks that agree (case, spaces and punctuation aside) take the higher confidence; looks that differ keep less
    than the better one has, and digits that differ cost half.
    """
    best, other = (first, second) if first.confidence >= second.confidence else (second, first)
    if agree(best, other):
        return best, best.confidence * (HIDDEN if other.hidden and not best.hidden else 1.0), [other.text]
    confidence = best.confidence * (1 - 0.5 * other.confidence)
    if _digits(best.text) != _digits(other.text) or (other.hidden and not best.hidden):
        confidence *= DISAGREED
    return best, confidence, [other.text]


def agree(one: Look, other: Look) -> bool:
    """Whether two looks read the same letters and digits."""
    return _letters(one.text) == _letters(other.text)


def _letters(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What some looks at one line come to: the best of them, the line's confidence, other texts.

    `witnesses` are the looks that speak in the scorer, with their shares; empty: the looks, all alike.
    """

    best: Look
    confidence: float
    others: tuple[str, ...]
    looks: tuple[Look, ...]
    witnesses: tuple[tuple[Look, float], ...] = ()

    def line(self, box: Box, alternatives_below: float) -> TextLine | None:
        """The line, with other readings sought below that confidence; None where nothing was read."""
        text = self.best.text.strip()
        if not text:
            return None
        others = list(self.others)
        if self.confidence < alternatives_below:
            for look in sorted(self.looks, key=lambda x: -x.confidence):
                others += other_texts(look.raw, look.characters, 3)
        return TextLine(
            text=text,
            confidence=round(self.confidence, 4),
            box=box,
            alternatives=tuple(dict.fromkeys(t.strip() for t in others if t.strip() != text))[:6],
            scorer=self._scorer(),
        )

    def _scorer(self) -> PosteriorScorer | None:
        """None where a digit is lost: another recogniser may take a blot for one, and nobody can speak for it."""
        if any(look.lost for look in self.looks):
            return None
        if not self.witnesses:
            return PosteriorScorer(tuple(look.folded for look in self.looks), FOLDED)
        looks, shares = zip(*self.witnesses, strict=True)
        return PosteriorScorer(tuple(look.folded for look in looks), FOLDED, shares)


def said(looks: Sequence[Look]) -> Said:
    """One or two looks as one reading."""
    if len(looks) == 1:
        return Said(looks[0], looks[0].confidence, (), tuple(looks))
    best, confidence, others = combine(looks[0], looks[1])
    return Said(best, confidence, tuple(others), tuple(looks))


def in_doubt(look: Look, second_look: float) -> Said:
    """One look where there is no time for more: what would have needed a second one is left unsure."""
    confidence = look.confidence * (UNSURE if look.confidence < second_look else 1.0)
    return Said(look, confidence, (), (look,))


def line_cut(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8] | None:
    """The line's part of the block; None where it is too small to hold any."""
    cut = pixels[max(box.y0, 0) : box.y1, max(box.x0, 0) : box.x1]
    return None if cut.shape[0] < 4 or cut.shape[1] < 4 else cut
