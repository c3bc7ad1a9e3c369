"""Letters as a dot-matrix head prints them whose upper pin is dead: A as H, O as U, T as I.

Nobody can tell such letters from others one by one; a word that the directory has, all of whose letters that were read
otherwise are of that kind, is borne out by the image as well as what was read. Words only: a digit without its top may
be another digit. The table and its cost are *ours*.
"""

from __future__ import annotations

from collections.abc import Sequence

COST = 1.0  # natural-log likelihood for each letter without its top
LEAST = 3  # letters of a line: one or two may be another street's as well
_WITHOUT_TOP = frozenset(
    (letter, seen) for letter, seen in ("AH", "OU", "QU", "DU", "RK", "TI", "T1", "I1", "CL", "NM", "GU")
)


def without_tops(words: Sequence[str], read: Sequence[str]) -> tuple[str, int]:
    """The line of `words` with those as they were `read` that differ by lost tops alone; how many letters did.

    The line as it is, and none, where too few did.
    """
    line, lost = [], 0
    for word, seen in zip(words, read, strict=True):
        differ = [pair for pair in zip(word, seen, strict=False) if pair[0] != pair[1]]
        same = len(word) == len(seen) and word.isalpha() and all(pair in _WITHOUT_TOP for pair in differ)
        line.append(seen if same else word)
        lost += len(differ) if same else 0
    return (" ".join(line), lost) if lost >= LEAST else (" ".join(words), 0)
