"""Category codes of Stage I records: the few that are published, and *ours*, which begin with a small letter.

Ours: a family's letter and a character for one damage alone, two family letters (in order) for two damages at once.
"""

from __future__ import annotations

from collections.abc import Mapping

PUBLISHED: Mapping[str, str] = {
    "G5": "30-character abbreviations",
    "Y6": "invalid street name",
    "23": "LACSLink match",
    "24": "LACSLink no match",
    "I2": "small-town default no longer acceptable",
    "TA": "recombination with dash",
    "TB": "recombination without dash",
}
"""Codes seen in a note of the Postal Service of 2005-06; the full list is not published."""


def category_title(code: str) -> str:
    """What a category code means; empty for one that is not known."""
    return PUBLISHED.get(code, "")
