"""Which highrise records hold a printed unit: as printed, swapped, joined, or under a damaged designator."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.designators import may_stand_for
from mlocr.matching.parsed import Secondary
from mlocr.matching.ranges import covers, plain, swapped
from mlocr.matching.text import digits_of
from mlocr.matching.unit_doubt import character_slips, digit_slips, fraction_forms, held_as_another, slips, unreadable

_SELDOM = re.compile(r"^\d+[G-Z]$")
_FILE_WIDTH = 8

HeldUnit = tuple[list[DirectoryRecord], Secondary, bool]
"""The records that hold a unit, the unit as held, and whether its designator differs from the printed one."""


def ranged(record: DirectoryRecord) -> bool:
    """Whether a record has a secondary range."""
    return bool(record.secondary_low or record.secondary_high)


def holds_value(record: DirectoryRecord, value: str) -> bool:
    """Whether the record's secondary range holds a value."""
    return covers(record.secondary_low, record.secondary_high, record.secondary_parity, value)


def records_of_unit(held: Sequence[DirectoryRecord], unit: Secondary) -> HeldUnit | None:
    """The records that hold a unit: as printed, letters and digits swapped, look-alikes read as digits."""
    if not unit.number:
        named = [r for r in held if not ranged(r) and r.secondary_designator == unit.designator]
        return (named, unit, False) if named else None
    turned = swapped(unit.number.replace("-", ""))
    known = (
        not unit.number.isdigit()
        and unit.designator not in ("", "#")
        and any(r.secondary_designator == unit.designator for r in held)
    )
    for form in _forms(unit.number, turned):
        holding = _holding(held, form, form == turned)
        if not holding:
            continue
        used = Secondary(unit.designator, plain(form))
        named = [r for r in holding if r.secondary_designator == unit.designator]
        exact_ends = [r for r in named if plain(r.secondary_low) == plain(r.secondary_high) == plain(form)]
        if named:
            return exact_ends or named, used, False
        # STE B in a building whose suites are numbers is not its apartment B.
        holding = [r for r in holding if not known and may_stand_for(unit.designator, r.secondary_designator)]
        if holding:
            return holding, used, unit.designator not in ("", "#")
    return None


def _forms(number: str, turned: str) -> list[str]:
    if number.isdigit():
        return [number]
    read = "" if _SELDOM.match(number) else digits_of(number)
    forms = (number, *fraction_forms(number), number.replace("-", ""), turned, read)
    return list(dict.fromkeys(form for form in forms if form))


def _holding(held: Sequence[DirectoryRecord], form: str, is_turned: bool) -> list[DirectoryRecord]:
    holding = [r for r in held if holds_value(r, form)]
    if form.isdigit():
        return [r for r in holding if not _zero_lost(form, r)]
    if _SELDOM.match(form):  # 330L in a range of whole numbers is as likely 3301
        holding = [r for r in holding if not plain(r.secondary_low).isdigit()]
    # A range of the value's own pattern before a whole-number one; no swap fits those (CASS letter).
    own = [r for r in holding if not plain(r.secondary_low).isdigit()]
    return own if own or is_turned else holding


def _zero_lost(number: str, record: DirectoryRecord) -> bool:
    """Whether a leading zero is printed that the record does not have (CASS Cycle M: then it is no exact match)."""
    if number[0] != "0" or not number.strip("0"):
        return False
    low = record.secondary_low
    return not (low.startswith("0") and len(low) < _FILE_WIDTH and len(low) == len(number))


def nearly_held(held: Sequence[DirectoryRecord], units: Sequence[Secondary]) -> bool:
    """Whether a unit one slip away from a printed one is in a range, or a printed one is unreadable (*ours*)."""
    with_range = [r for r in held if ranged(r)]
    for unit in units:
        if unit.damaged or unreadable(unit) or held_as_another(unit, with_range):
            return True
        # A plain number fits whole-number ranges too easily with a letter in it: only lettered ranges count then.
        lettered = [r for r in with_range if not (unit.number.isdigit() and plain(r.secondary_low).isdigit())]
        if any(records_of_unit(lettered, Secondary(unit.designator, form)) for form in slips(unit.number)):
            return True
    return False


def slip_away(held: Sequence[DirectoryRecord], units: Sequence[Secondary]) -> bool:
    """Whether a digit changed, lost, put in or swapped keeps a printed unit apart from one in a range (*ours*)."""
    with_range = [r for r in held if ranged(r)]
    return any(holds_value(r, form) for unit in units for form in digit_slips(unit.number) for r in with_range)


def misread_away(held: Sequence[DirectoryRecord], units: Sequence[Secondary]) -> bool:
    """Whether a unit read from an image is one character away from one in a lettered range: 30 and 3D (*ours*)."""
    lettered = [r for r in held if ranged(r) and not plain(r.secondary_low).isdigit()]
    return any(holds_value(r, form) for unit in units for form in character_slips(unit.number) for r in lettered)


def readings_of_damaged(held: Sequence[DirectoryRecord], unit: Secondary) -> list[HeldUnit]:
    """Every unit of the building that a damaged one can be (*ours*): one is an answer, several are a tie.

    AP 112: APT 112. APT 11 2: APT 112, and APT 11. APT3 29: APT 329, APT 3, and APT 29.
    """
    if unit.near:
        forms = dict.fromkeys(form for form in (unit.number, digits_of(unit.number)) if form)  # APAT 3O is 3O or 30
        near = [r for r in held if r.secondary_designator in unit.near]
        fitting = [(r, form) for form in forms for r in _holding(near, form, False)]
        return [([r], Secondary(r.secondary_designator, plain(form)), True) for r, form in fitting]
    first = records_of_unit(held, Secondary(unit.designator, unit.number))
    values = (unit.number + unit.tail, *((unit.tail,) if len(unit.tail) > 1 else ()))
    found = [records_of_unit(held, Secondary(unit.designator, value)) for value in values]
    if len(unit.tail) > 1 and not any(found):
        return []  # two whole numbers: the second is not just passed over
    return [each for each in (*found, first) if each is not None]
