"""Secondary unit designators: Publication 28 appendix C2, with variants met on mail."""

from collections.abc import Mapping
from types import MappingProxyType

_ROWS = """
APT APARTMENT APARTMENTS APMT APRT APTMT APARTAMENTO APTO
BSMT BASEMENT BASMT
BLDG BUILDING BLD BULDING EDIFICIO EDIF
DEPT DEPARTMENT
FL FLOOR FLR PISO
FRNT FRONT
HNGR HANGAR HANGER HGR
KEY KEY
LBBY LOBBY
LOT LOT
LOWR LOWER
OFC OFFICE OFIC OFICINA
PH PENTHOUSE PNTHSE
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

_ROOMS = frozenset({"APT", "STE", "UNIT", "RM"})
_YARDS = frozenset({"LOT", "SPC", "TRLR", "UNIT", "SLIP", "HNGR"})


def may_stand_for(printed: str, held: str) -> bool:
    """Whether mail uses the one designator for the other (*ours*): APT, STE, UNIT, RM and #; never FL, PH or BLDG."""
    if printed == held or held in ("", "#"):
        return printed == held or printed not in COARSE | WITHOUT_RANGE
    if printed in ("", "#"):
        return held in _ROOMS | _YARDS
    return {printed, held} <= _ROOMS or {printed, held} <= _YARDS


COARSE = frozenset({"BLDG", "FL", "TOWER", "DEPT"})
"""Designators that, beside a finer one, name only a part of the building (*ours*)."""
