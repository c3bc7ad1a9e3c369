"""Damages of a secondary unit: its place, its designator, its number."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace

from mlocr.certification.damage.written import UnitPlace, WrittenAddress

SPELLED: Mapping[str, tuple[str, ...]] = {
    "APT": ("APARTMENT", "APT."), "STE": ("SUITE", "STE."), "FL": ("FLOOR",), "BLDG": ("BUILDING",), "RM": ("ROOM",),
    "BSMT": ("BASEMENT",), "LBBY": ("LOBBY",), "PH": ("PENTHOUSE",), "FRNT": ("FRONT",), "UPPR": ("UPPER",),
    "LOWR": ("LOWER",), "OFC": ("OFFICE",), "SPC": ("SPACE",), "TRLR": ("TRAILER",), "DEPT": ("DEPARTMENT",),
}  # fmt: skip
_MIXED = re.compile(r"(\d+)([A-Z])|([A-Z])(\d+)")


def _placed(address: WrittenAddress, place: UnitPlace) -> WrittenAddress | None:
    return replace(address, unit_place=place) if address.unit_text else None


def unit_above(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The unit on a line of its own above the street."""
    return _placed(address, UnitPlace.ABOVE)


def unit_below(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The unit on a line of its own below the street."""
    return _placed(address, UnitPlace.BELOW)


def unit_before(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """APT 5 124 MAIN ST."""
    return _placed(address, UnitPlace.BEFORE) if address.unit else None


def unit_after_comma(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST, APT 5."""
    return _placed(address, UnitPlace.COMMA)


def unit_as_number_sign(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST # 5."""
    return replace(address, designator="#") if address.unit else None


def unit_number_sign_glued(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST #5."""
    return replace(address, designator="#", joined=address.joined | {"unit"}) if address.unit else None


def unit_glued(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST APT5."""
    if not address.unit or not address.unit[0].isdigit() or not address.designator:
        return None
    return replace(address, joined=address.joined | {"unit"})


def unit_spelled(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST APARTMENT 5."""
    forms = SPELLED.get(address.designator)
    return replace(address, designator=rng.choice(forms)) if forms else None


def unit_bare(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST 5: the designator left out."""
    if not address.unit or not address.suffix or not any(c.isdigit() for c in address.unit):
        return None
    return replace(address, designator="")


def unit_missing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST: a highrise without its unit."""
    return replace(address, designator="", unit="") if address.unit_text else None


def unit_swapped(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A7 for 7A, 6B for B6 (CASS letter, pattern differences)."""
    found = _MIXED.fullmatch(address.unit)
    if not found:
        return None
    swapped = f"{found[2]}{found[1]}" if found[1] else f"{found[4]}{found[3]}"
    return replace(address, unit=swapped)


def unit_hyphenated(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """APT 7-A for APT 7A."""
    found = _MIXED.fullmatch(address.unit)
    if not found:
        return None
    return replace(address, unit="-".join(part for part in found.groups() if part))


def unit_leading_zeros(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """APT 05 for APT 5."""
    return replace(address, unit="0" * rng.randint(1, 2) + address.unit) if address.unit.isdigit() else None


def unit_out_of_range(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A unit the building does not have: its default record answers."""
    return replace(address, unit=str(rng.randrange(88000, 99000))) if address.unit.isdigit() else None


def unit_letter_with_number(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """96W MAIN ST UNIT 104 for 96 MAIN ST UNIT 104W (recombination without dash, category TB)."""
    found = re.fullmatch(r"(\d+)([A-Z])", address.unit)
    if not found or not address.number.isdigit():
        return None
    return replace(address, number=address.number + found[2], unit=found[1])


def unit_letter_with_number_dash(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """96-W MAIN ST UNIT 104 for 96 MAIN ST UNIT 104W (recombination with dash, category TA)."""
    found = re.fullmatch(r"(\d+)([A-Z])", address.unit)
    if not found or not address.number.isdigit():
        return None
    return replace(address, number=f"{address.number}-{found[2]}", unit=found[1])
