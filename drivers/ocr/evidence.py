"""Ink that no character of a reading explains: a blot over a digit, a character too faint to be read.

A CTC recogniser says nothing where it sees nothing it knows: "14# MAPLES" with a blot for # comes out as "14 MAPLES",
and surely. The ink between two characters, further from both than characters reach, tells. All limits are ours.
"""

import numpy as np
from numpy.typing import NDArray

from drivers.ocr.ctc import Posteriors

REACH = 0.8  # of the pitch, to each side of a character's middle
WIDE_REACH = 1.15  # of the pitch, for wide characters
WIDE = "MW@%&#"
DIGIT_REACH = 0.68  # of the pitch: digits are all alike
PAPER = 0.13  # of the line's own darkness; less is paper
INKED = 0.22  # of a character's usual darkness in a column
WORD_GAP = 0.45  # of the pitch
SPARE = 0.85  # of a digit: so much more room than its digits need makes a number suspect
EMPTY = 2.4  # of the pitch, between the middles of two characters that no space parts
RUN = 0.4  # of the pitch: so much unexplained ink on end is a hidden character
BESIDE = 1.9  # of the pitch, from a digit's middle


def hidden_by_digit(plane: NDArray[np.float32], folded: Posteriors, characters: str) -> bool:
    """Whether a character may be hidden next to a digit; False for very short readings.

    Unexplained ink as wide as a character's core tells it, or a gap that the reading runs across without a space.

    `plane` is the line as the network took it, (height, width), -1 black to 1; `folded` are its posteriors.
    """
    spots, labels = _spots(folded)
    if len(spots) < 4:
        return False
    scale = plane.shape[1] / folded.shape[0]
    middles = (spots + 0.5) * scale
    letter = labels < len(characters)  # the last one is the space
    near = np.diff(middles)[letter[1:] & letter[:-1]]
    if len(near) < 2:
        return False
    pitch = float(np.median(near))
    ink = _column_ink(plane)
    usual = _usual_ink(ink, middles[letter], pitch / 3)
    columns = np.arange(plane.shape[1])
    wide = np.array([characters[k - 1] in WIDE for k in labels[letter]])
    is_digit = np.array([characters[k - 1].isdigit() for k in labels])
    if (np.diff(middles) > EMPTY * pitch)[letter[1:] & letter[:-1] & (is_digit[1:] | is_digit[:-1])].any():
        return True
    reach = np.where(wide, WIDE_REACH, np.where(is_digit[letter], DIGIT_REACH, REACH)) * pitch
    explained = (np.abs(columns[:, None] - middles[letter][None, :]) <= reach[None, :]).any(axis=1)
    beside = (np.abs(columns[:, None] - middles[is_digit][None, :]) <= BESIDE * pitch).any(axis=1)
    inked = ink > INKED * usual
    if _longest(inked & ~explained & beside) >= RUN * pitch:
        return True
    return _numbers_too_wide(inked, middles[letter], is_digit[letter], pitch)


def _usual_ink(ink: NDArray[np.float64], middles: NDArray[np.float64], reach: float) -> float:
    """The median over characters of the mean ink within `reach` columns of their middles."""
    sums = np.append(0.0, np.cumsum(ink))
    first = np.maximum(middles - reach, 0).astype(np.intp)
    last = np.minimum((middles + reach).astype(np.intp) + 1, len(ink))
    return float(np.median((sums[last] - sums[first]) / np.maximum(last - first, 1)))


def _numbers_too_wide(
    inked: NDArray[np.bool_], middles: NDArray[np.float64], is_digit: NDArray[np.bool_], pitch: float
) -> bool:
    """Whether a number takes more room than its digits; digits are all of one width."""
    near = np.diff(middles)[is_digit[1:] & is_digit[:-1]]
    digit = float(np.median(near)) if len(near) else pitch
    for x0, x1 in _words(inked, WORD_GAP * pitch):
        inside = (middles > x0 - 0.3 * pitch) & (middles < x1 + 0.3 * pitch)
        count = int(inside.sum())
        # Five digits are a ZIP Code, which shows by its own length what it lost.
        if count not in (0, 5) and is_digit[inside].all() and x1 - x0 > (count + SPARE) * digit:
            return True
    return False


def _words(inked: NDArray[np.bool_], gap: float) -> list[tuple[int, int]]:
    """Where ink stands in columns, parted by more than `gap` columns without."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8))).tolist()
    words: list[tuple[int, int]] = []
    for x0, x1 in zip(edges[::2], edges[1::2], strict=True):
        if words and x0 - words[-1][1] <= gap:
            words[-1] = (words[-1][0], x1)
        else:
            words.append((x0, x1))
    return words


def _spots(folded: Posteriors) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Where the characters of the greedy reading stand (steps), and their classes."""
    path = folded.argmax(axis=1)
    top = folded.max(axis=1).astype(np.float64)
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    labels = path[starts]
    steps = np.arange(len(path))
    spots = np.add.reduceat(top * steps, starts) / np.add.reduceat(top, starts)
    return spots[labels > 0], labels[labels > 0]


def _column_ink(plane: NDArray[np.float32]) -> NDArray[np.float64]:
    """Darkness of each column over that of paper, lightly smoothed; faint smudges count too."""
    rim = plane.shape[0] // 9
    core = plane[rim:-rim]
    paper, black = np.percentile(core, (85, 2))
    dark = np.maximum((paper - core) / max(float(paper - black), 0.1) - PAPER, 0.0).mean(axis=0)
    return np.convolve(dark.astype(np.float64), [0.25, 0.5, 0.25], mode="same")


def _longest(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int(max(edges[1::2] - edges[::2], default=0))
