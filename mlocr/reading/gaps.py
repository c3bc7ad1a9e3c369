"""Gaps beside a number that are wider than the block's word spaces: room for a digit that left no ink.

"APT 3" with a blank as wide as a digit before the 3 may have been APT 23. Before a ZIP Code such room is usual and says
nothing; the rest is rare in print. All limits are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.reading.ink import Grey
from mlocr.reading.orient import has_zip

WIDER = 1.5  # times the usual word space of the block
ROOM = 0.5  # of the line's height, beyond the usual word space: the narrowest digit
FLUSH = 0.2  # of the line's height: lines that start so near each other start at one column
INDENT = (0.4, 1.3)  # of the line's height: one figure, or one of a fixed pitch
UNREAD = 0.85  # of the usual word space: so wide a gap is a space as well
STRETCHED = 0.2  # of the line's height, less than that gap: the spaces between other words, where the line is justified
LEAST_WORDS = 3  # gaps in the block from which its word space is known


@dataclass(frozen=True, slots=True)
class WordGaps:
    """The gaps between the words of one line, left to right, the next narrower one, and the print's height; pixels."""

    gaps: tuple[int, ...]
    next: int
    height: int


def wide_at_number(ink: Grey, lines: Sequence[TextLine]) -> tuple[bool, ...]:
    """For each line whether a gap beside one of its numbers has room for a lost digit; `ink` is 1 where print is."""
    measured = [None if line.box is None else word_gaps(ink, line.box, len(line.text.split())) for line in lines]
    known = [gap for found in measured if found for gap in found.gaps]
    if len(known) < LEAST_WORDS:
        return (False,) * len(lines)
    usual = float(np.median(known))
    return tuple(
        found is not None and not has_zip(line.text) and _has_room(line.text.split(), found, usual)
        for line, found in zip(lines, measured, strict=True)
    )


def word_gaps(ink: Grey, box: Box, words: int) -> WordGaps | None:
    """The widest gaps of a line, one fewer than it has words; None where it has not so many."""
    part = ink[box.y0 : box.y1, box.x0 : box.x1] > 0
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    gaps = np.diff(columns) - 1
    if words < 2 or len(gaps) < words - 1 or not len(rows):
        return None
    order = np.argsort(-gaps, kind="stable")
    narrower = int(gaps[order[words - 1]]) if len(gaps) >= words else 0
    widest = np.sort(order[: words - 1])
    return WordGaps(tuple(int(g) for g in gaps[widest]), narrower, int(rows[-1] - rows[0]) + 1)


def _has_room(words: Sequence[str], found: WordGaps, usual: float) -> bool:
    if found.next >= UNREAD * usual:
        return False  # a space that was not read: which gap stands beside which word is not known
    pairs = list(zip(words, words[1:], found.gaps, strict=False))
    at_number = [gap for left, right, gap in pairs if left[-1:].isdigit() or right[:1].isdigit()]
    elsewhere = [gap for left, right, gap in pairs if not (left[-1:].isdigit() or right[:1].isdigit())]
    widest = max(at_number, default=0)
    if elsewhere and widest - min(elsewhere) <= STRETCHED * found.height:
        return False
    usual = min([usual, *elsewhere])  # among justified lines the block's space is wider than this line's
    return widest >= WIDER * usual and widest - usual >= ROOM * found.height


def indented(ink: Grey, lines: Sequence[TextLine]) -> tuple[bool, ...]:
    """For each line that begins with a number whether it starts about a figure's width behind both its neighbours.

    Those start at one column: in a block set flush left the first figure left no ink. A centred line starts anywhere.
    """
    starts = [None if line.box is None else _start(ink, line.box) for line in lines]
    return tuple(
        0 < at < len(lines) - 1 and line.text[:1].isdigit() and _is_behind(starts[at - 1 : at + 2])
        for at, line in enumerate(lines)
    )


def _is_behind(starts: Sequence[tuple[int, int] | None]) -> bool:
    above, own, below = starts
    if above is None or own is None or below is None:
        return False
    level, high = (above[0] + below[0]) / 2, own[1]
    if abs(above[0] - below[0]) > FLUSH * high:
        return False
    return INDENT[0] * high <= own[0] - level <= INDENT[1] * high


def _start(ink: Grey, box: Box) -> tuple[int, int] | None:
    """The first inked column of a line, and the print's height; None without ink."""
    part = ink[box.y0 : box.y1, box.x0 : box.x1] > 0
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    return (box.x0 + int(columns[0]), int(rows[-1] - rows[0]) + 1) if len(columns) else None
