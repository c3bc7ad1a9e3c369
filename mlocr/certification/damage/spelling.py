"""Slips of letters: what a hand or a keyboard does to one word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

LETTERS = "ABCDEFGHIJKLMNOPRSTUVWY"
SHORTEST = 5
"""Letters a name needs before a slip may fall on it (*ours*): a shorter one is soon another name."""

Slip = Callable[[str, random.Random], str]


def _letter_places(text: str) -> list[int]:
    """Where a letter stands that a slip may fall on: not the first, none of a short word, none beside a digit."""
    places: list[int] = []
    for word in re.finditer(r"[A-Z]{4,}", text):
        places += range(word.start(), word.end())
    return [i for i in places if i > 0 and not text[i - 1].isdigit()]


def _fit(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return letters >= SHORTEST and bool(_letter_places(text)) and not any(c.isdigit() for c in text)


def misspelled(text: str, rng: random.Random) -> str:
    """One letter taken for another; empty where the text is too short."""
    if not _fit(text):
        return ""
    at = rng.choice(_letter_places(text))
    return text[:at] + rng.choice([c for c in LETTERS if c != text[at]]) + text[at + 1 :]


def transposed(text: str, rng: random.Random) -> str:
    """Two neighbouring letters changed about; empty where there is no such pair."""
    places = [i for i in _letter_places(text)[:-1] if text[i + 1].isalpha() and text[i] != text[i + 1]]
    if not _fit(text) or not places:
        return ""
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def dropped(text: str, rng: random.Random) -> str:
    """One letter left out; empty where the text is too short."""
    if not _fit(text):
        return ""
    at = rng.choice(_letter_places(text))
    return text[:at] + text[at + 1 :]


def doubled(text: str, rng: random.Random) -> str:
    """One letter written twice; empty where the text is too short."""
    if not _fit(text):
        return ""
    at = rng.choice(_letter_places(text))
    return text[:at] + text[at] + text[at:]


SLIPS: Sequence[tuple[str, Slip]] = (
    ("misspelled", misspelled),
    ("transposed", transposed),
    ("dropped", dropped),
    ("doubled", doubled),
)
