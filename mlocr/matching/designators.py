"""Secondary unit designators: Publication 28 appendix C2, with variants met on mail."""

from collections.abc import Mapping
from types import MappingProxyType

from rapidfuzz.distance import OSA

_ROWS = """
APT APARTMENT APARTMENTS APMT APRT APTMT APPT APART APARTAMENTO APTO
BSMT BASEMENT BASMT
BLDG BUILDING BLD BULDING BLDNG EDIFICIO EDIF
DEPT DEPARTMENT
FL FLOOR FLR FLOR PISO
FRNT FRONT
HNGR HANGAR HANGER HGR
KEY KEY
LBBY LOBBY
LOT LOT
LOWR LOWER
OFC OFFICE OFIC OFICINA
PH PENTHOUSE PNTHSE PNTHS
PIER PIER
REAR REAR
RM ROOM
SIDE SIDE
SLIP SLIP
SPC SPACE
STOP STOP
STE SUITE SUIT STES
TRLR TRAILER
UNIT UNIT UNT UNIDAD
UPPR UPPER
TOWER TORRE TWR
"""


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _ROWS.split("\n"):
        words = row.split()
        for word in words:
            found.setdefault(word, words[0])
    found["TORRE"] = found["TWR"] = found["TOWER"] = "TOWER"
    return found


DESIGNATORS: Mapping[str, str] = MappingProxyType(_table())
"""Every spelling to its standard abbreviation; TOWER is *ours* (TORRE in Puerto Rico, Publication 28 section 295)."""

WITHOUT_RANGE = frozenset({"BSMT", "FRNT", "LBBY", "LOWR", "OFC", "PH", "REAR", "SIDE", "UPPR"})
"""The designators that need no number (the starred ones of appendix C2)."""

COARSE = frozenset({"BLDG", "FL", "TOWER", "DEPT"})
"""Designators that, beside a finer one, name only a part of the building (*ours*)."""

_NO_PLACE = frozenset({"DEPT", "KEY", "STOP"})
PLACES: Mapping[str, str] = MappingProxyType({w: std for w, std in DESIGNATORS.items() if std not in _NO_PLACE})
"""The designators that name a place in a building."""

_LONGEST_PLACE = max(len(word) for word in PLACES)


def _one_less(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _by_shorter() -> dict[str, tuple[str, ...]]:
    """Every designator under itself and its forms with one character left out: words one edit apart share a form."""
    found: dict[str, list[str]] = {}
    for word in sorted(PLACES):
        if len(word) > 2:
            for form in {word, *_one_less(word)}:
                found.setdefault(form, []).append(word)
    return {form: tuple(words) for form, words in found.items()}


_BY_SHORTER: Mapping[str, tuple[str, ...]] = MappingProxyType(_by_shorter())


def near_designators(word: str) -> frozenset[str]:
    """The place designators (as the table spells them, three letters or more) one edit away from a word, or itself."""
    if len(word) > _LONGEST_PLACE + 1:
        return frozenset()
    near = {each for form in (word, *_one_less(word)) for each in _BY_SHORTER.get(form, ())}
    return frozenset(each for each in near if OSA.distance(word, each) <= 1)


def damaged_designator(word: str) -> tuple[str, ...]:
    """The standard designators a damaged one can be (AP, AFT, 4PT for APT; SIE for STE); empty where it is none.

    Not one with a character too many at its end, nor one that ends in a digit: that may belong to the unit (APTS 12).
    """
    if word in DESIGNATORS or not 2 <= len(word) <= _LONGEST_PLACE or word[-1].isdigit():
        return ()
    near = near_designators(word)
    if any(word[:-1] == each for each in near):
        return ()
    return tuple(sorted({PLACES[each] for each in near} - WITHOUT_RANGE))


_ROOMS = frozenset({"APT", "STE", "UNIT", "RM"})
_YARDS = frozenset({"LOT", "SPC", "TRLR", "UNIT", "SLIP", "HNGR"})


def may_stand_for(printed: str, held: str) -> bool:
    """Whether mail uses the one designator for the other (*ours*): APT, STE, UNIT, RM and #; never FL, PH or BLDG."""
    if printed == held or held in ("", "#"):
        return printed == held or printed not in COARSE | WITHOUT_RANGE
    if printed in ("", "#"):
        return held in _ROOMS | _YARDS
    return {printed, held} <= _ROOMS or {printed, held} <= _YARDS
