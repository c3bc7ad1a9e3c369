"""Category codes of Stage I records: the few that are published, and *ours*, which begin with a small letter.

Ours: `k` and a character for an undamaged address, `t` and a character for one that must not be coded finer, a
damage's own code for that damage alone, and two family letters (in order) for two damages at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mlocr.certification.damage.registry import DAMAGES, FAMILIES

PUBLISHED: Mapping[str, str] = MappingProxyType(
    {
        "G5": "30-character abbreviations",
        "Y6": "invalid street name",
        "23": "LACSLink match",
        "24": "LACSLink no match",
        "I2": "small-town default no longer acceptable",
        "TA": "recombination with dash",
        "TB": "recombination without dash",
    }
)
"""Codes seen in a note of the Postal Service of 2005-06; the full list is not published."""

CLEAN: Mapping[str, str] = MappingProxyType(
    {
        "k1": "street",
        "k2": "highrise",
        "k3": "highrise default",
        "k4": "firm",
        "k5": "PO box",
        "k6": "rural route",
        "k7": "highway contract",
        "k8": "general delivery",
        "k9": "military",
        "kA": "urbanization",
        "kB": "Puerto Rico street",
        "kC": "street with an alias",
        "kD": "street with a directional",
        "kE": "numbered street",
        "kF": "hyphenated, grid, fractional or lettered number",
        "kG": "street without suffix",
        "kH": "street without add-on",
        "kI": "PO box without add-on",
        "kJ": "military without add-on",
        "kK": "rural route without add-on",
        "kL": "highway contract without add-on",
        "kM": "general delivery without add-on",
        "kS": "firm at a highrise default, its suite from SuiteLink",
        "kU": "unique ZIP Code",
    }
)
"""Undamaged addresses by what they are (*ours*)."""

TRAPPED: Mapping[str, str] = MappingProxyType(
    {
        "t1": "ambiguous: part left out, several streets answer",
        "t2": "house number out of range",
        "t3": "house number missing",
        "t4": "unknown city and ZIP Code",
        "t5": "ZIP Code and city contradict, street in neither",
        "t6": "ZIP Code and city contradict, both have the house",
        "t7": "no ZIP Code and an unknown street",
        "t8": "box out of range",
        "t9": "no last line",
        "tA": "foreign",
    }
)
"""Addresses that must not be coded finer than their truth (*ours*; Y6 and I2 are such too)."""


def category_title(code: str) -> str:
    """What a category code means; empty for one that is not known."""
    known = PUBLISHED.get(code) or CLEAN.get(code) or TRAPPED.get(code)
    if known:
        return known
    single = next((damage.title for damage in DAMAGES.values() if damage.code == code), "")
    families = [FAMILIES.get(letter) or FAMILIES.get(letter.upper(), "") for letter in code]
    return single or (" + ".join(families) if len(code) == 2 and all(families) else "")
