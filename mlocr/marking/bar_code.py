"""Measured bars to a code: both symbologies, both ways up; nothing is told that its own check does not confirm."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mlocr.mail.code import Symbology
from mlocr.marking import imb, postnet
from mlocr.marking.bar_extents import Bars, Levels, two_levels

# Ends that lie nearer to the middle of their two lines than this share of the way are doubtful (ours).
DOUBTFUL = 0.45
MOST_DOUBTFUL = 9  # 2 ** 9 tries at the most
ONE_LEVEL = 0.45  # POSTNET: the flat ends scatter by less than this share of the other ends' distance


@dataclass(frozen=True, slots=True, eq=False)
class ReadCode:
    """What a row says. `digits` is empty unless `check_ok`; `upside_down` tells how it lies in the picture.

    `top` and `bottom` are the bars' ends as they lie in the picture; `mended` counts doubtful ends that only the check
    sequence decided.
    """

    symbology: Symbology
    bars: str
    digits: str
    tracking: str
    routing: str
    check_ok: bool
    upside_down: bool
    top: Levels
    bottom: Levels
    mended: int = 0


def read_code(bars: Bars) -> ReadCode | None:
    """The code of a row of bars; None when the row looks like neither symbology."""
    top = two_levels(bars.centre, bars.top, bars.sure)
    bottom = two_levels(bars.centre, bars.bottom, bars.sure)
    least, most = sorted((top.gap, bottom.gap))
    if least < ONE_LEVEL * most and most > 0.03:
        return _read_postnet(bars, top, bottom)
    if least < 0.012:
        return None
    return _read_imb(bars, top, bottom)


def _read_postnet(bars: Bars, top: Levels, bottom: Levels) -> ReadCode | None:
    """Upright when the tops differ, upside down when the bottoms do."""
    upside_down = bottom.gap > top.gap
    tall = ~bottom.high[::-1] if upside_down else top.high
    margin = bottom.margin if upside_down else top.margin
    text = "".join("1" if bar else "0" for bar in tall)
    clear = bool((margin > DOUBTFUL / 2).all() and bars.sure.all())
    digits = (postnet.decode(text) if clear else None) or ""
    if not digits and not _likely_count(len(bars), postnet.BAR_COUNTS):
        return None
    return ReadCode(Symbology.POSTNET, text, digits, "", digits, bool(digits), upside_down, top, bottom)


def _read_imb(bars: Bars, top: Levels, bottom: Levels) -> ReadCode | None:
    upper, lower = top.high.astype(int), (~bottom.high).astype(int)
    states = [int(u) << 1 | int(low) for u, low in zip(upper, lower, strict=True)]
    doubts = [
        (k, half)
        for half, levels in ((2, top), (1, bottom))
        for k in np.flatnonzero((levels.margin < DOUBTFUL) | ~bars.sure).tolist()
    ]
    for tried, extra in _right_counts(states, doubts):
        answers = _decodings(tried, extra)
        if len(answers) == 1:
            ((content, upside_down, seen, changed),) = answers
            return ReadCode(
                Symbology.IMB,
                seen,
                content.tracking + content.routing,
                content.tracking,
                content.routing,
                True,
                upside_down,
                top,
                bottom,
                changed,
            )
    if not _likely_count(len(bars), (imb.BAR_COUNT,)):
        return None
    text = "".join(imb.STATES[state] for state in states)
    return ReadCode(Symbology.IMB, text, "", "", "", False, False, top, bottom)


def _right_counts(
    states: list[int], doubts: list[tuple[int, int]]
) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """The states as 65 bars: as they are, or with one speck less or one lost bar more at either end."""
    extra = len(states) - imb.BAR_COUNT
    if extra == 0:
        yield states, doubts
    elif extra == 1:
        yield states[1:], [(k - 1, half) for k, half in doubts if k]
        yield states[:-1], [(k, half) for k, half in doubts if k < len(states) - 1]
    elif extra == -1:
        yield [0, *states], [(0, 1), (0, 2), *((k + 1, half) for k, half in doubts)]
        yield [*states, 0], [*doubts, (len(states), 1), (len(states), 2)]


def _decodings(states: list[int], doubts: list[tuple[int, int]]) -> list[tuple[imb.ImbContent, bool, str, int]]:
    """Every content some choice of the doubtful halves leads to, with how it lies, its bars, and halves changed.

    Without a doubtful half there is one choice; with too many none is tried, for chance could confirm one.
    """
    if len(doubts) > MOST_DOUBTFUL:
        doubts = []
    answers: dict[str, tuple[imb.ImbContent, bool, str, int]] = {}
    for choice in itertools.product((0, 1), repeat=len(doubts)):
        tried = list(states)
        for (place, half), flip in zip(doubts, choice, strict=True):
            if flip:
                tried[place] ^= half
        for upside_down in (False, True):
            read = [(s & 1) << 1 | s >> 1 for s in reversed(tried)] if upside_down else tried
            content = imb.decode_halves(read)
            if content is not None:
                seen = "".join(imb.STATES[state] for state in read)
                answers[seen] = (content, upside_down, seen, sum(choice))
    return list(answers.values())


def _likely_count(count: int, wanted: tuple[int, ...]) -> bool:
    return any(abs(count - each) <= 3 for each in wanted)
