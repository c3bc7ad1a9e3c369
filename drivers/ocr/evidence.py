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
DARK = 0.45  # of the line's own darkness
INKED = 0.3  # of a character's usual ink in a column
RUN = 0.4  # of the pitch: so much unexplained ink on end is a hidden character
BESIDE = 1.9  # of the pitch, from a digit's middle


def hidden_by_digit(plane: NDArray[np.float32], folded: Posteriors, characters: str) -> bool:
    """Whether unexplained ink as wide as a character's core stands next to a digit; False for very short readings.

    `plane` is the line as the network took it, (48, width), -1 black to 1; `folded` are its posteriors.
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
    usual = float(np.median([ink[int(max(m - pitch / 3, 0)) : int(m + pitch / 3) + 1].mean() for m in middles[letter]]))
    columns = np.arange(plane.shape[1])
    wide = np.array([characters[k - 1] in WIDE for k in labels[letter]])
    reach = np.where(wide, WIDE_REACH, REACH) * pitch
    explained = (np.abs(columns[:, None] - middles[letter][None, :]) <= reach[None, :]).any(axis=1)
    digit = middles[letter][np.array([characters[k - 1].isdigit() for k in labels[letter]])]
    beside = (np.abs(columns[:, None] - digit[None, :]) <= BESIDE * pitch).any(axis=1)
    return _longest((ink > INKED * usual) & ~explained & beside) >= RUN * pitch


def _spots(folded: Posteriors) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Where the characters of the greedy reading stand (steps), and their classes."""
    path = folded.argmax(axis=1)
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    ends = np.append(starts[1:], len(path))
    runs = [(a, b, int(path[a])) for a, b in zip(starts, ends, strict=True) if path[a]]
    spots = [float(np.average(np.arange(a, b), weights=folded[a:b, k])) for a, b, k in runs]
    return np.array(spots), np.array([k for _, _, k in runs], dtype=np.intp)


def _column_ink(plane: NDArray[np.float32]) -> NDArray[np.float64]:
    """Dark pixels in each column, lightly smoothed."""
    core = plane[5:-5]
    paper, black = np.percentile(core, (85, 2))
    dark = (core < paper - DARK * (paper - black)).sum(axis=0)
    return np.convolve(dark.astype(np.float64), [0.25, 0.5, 0.25], mode="same")


def _longest(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int(max(edges[1::2] - edges[::2], default=0))
