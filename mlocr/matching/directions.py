"""The cardinal rule and the magnet street rule of CASS (AMS footnotes K and T)."""

from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import DIRECTIONALS

_COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_RIGHT_ANGLE = 2
"""Steps of the compass, 45 degrees each."""


def turned(printed: str, held: str) -> bool:
    """Whether two standard directionals stand more than a right angle apart: N and S, N and SE; not N and E.

    The cardinal rule: "CASS rule does not allow a match when the cardinal point of a directional changes more than 90"
    degrees (AMS footnote K). An absent directional is added or dropped (footnote L), never turned.
    """
    if printed not in _COMPASS or held not in _COMPASS:
        return False
    apart = abs(_COMPASS.index(printed) - _COMPASS.index(held))
    return min(apart, len(_COMPASS) - apart) > _RIGHT_ANGLE


def any_turned(printed: tuple[str, str], held: tuple[str, str]) -> bool:
    """Whether a printed pre- or postdirectional is turned, wherever it stands: MAIN ST S for N MAIN ST as well."""
    return any(p not in held and turned(p, h) for p in printed for h in held)


def is_magnet(street_name: str) -> bool:
    """Whether a street's name is a single suffix or directional word (PARK AVE, LAKE ST, NORTH ST).

    The magnet street rule (AMS footnote T): such a street is matched with exactly its own suffix and directionals;
    "adding, changing or deleting a component" gives several responses, not a match.
    """
    return street_name in SUFFIXES or street_name in DIRECTIONALS
