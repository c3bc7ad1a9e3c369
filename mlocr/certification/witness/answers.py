"""The right answer at one place and number, from its records alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from mlocr.certification.witness.numbers import bare, highrise_point, primary_point, within
from mlocr.mail.address import DirectoryRecord, RecordType

_FIRM_ENDINGS = re.compile(r" (INC|LLC|CORP|CO|LTD)$")

COARSE = ("BLDG", "FL", "DEPT", "LOT", "HNGR", "PIER")
"""Designators a number alone does not stand for (*ours*)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands at a primary number: unit and firm as written, standard designator or "#" or ""."""

    number: str
    designator: str = ""
    unit: str = ""
    firms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One right answer: the record and the digits it gives; `plus4` is empty where the record has no add-on.

    `number` is the primary number as it was read, `unit` designator and number where the record holds them.
    """

    record: DirectoryRecord
    plus4: str = ""
    point: str = ""
    unit: str = ""
    number: str = ""

    @property
    def code(self) -> str:
        """All digits."""
        return self.record.zip5 + self.plus4 + self.point


class Doubt(Enum):
    """Why a place gives no certain answer: it does not hold the number, several codes tie, or no rule decides."""

    NOT_HELD = "not_held"
    TIE = "tie"
    UNRULED = "unruled"


def addon(record: DirectoryRecord, number: str) -> str:
    """The add-on of a record for a number (facts of the genuine sample; a range of another size gives none)."""
    low, high = record.addon_low, record.addon_high
    if not (low.isdigit() and high.isdigit() and len(low) == len(high) == 4):
        return ""
    if low == high:
        return low if low != "0000" else ""
    first, last = bare(record.primary_low), bare(record.primary_high)
    if record.record_type is not RecordType.PO_BOX or not (number.isdigit() and first.isdigit() and last.isdigit()):
        return ""
    if int(high) - int(low) != int(last) - int(first):
        return ""
    return f"{int(low) + int(number) - int(first):04d}"


def holds(record: DirectoryRecord, number: str) -> bool:
    """Whether a record holds a primary number; a record without range holds its place alone."""
    if not record.primary_low and not record.primary_high:
        return not number
    return within(record.primary_low, record.primary_high, record.primary_parity, number)


def answer_at(rows: Sequence[DirectoryRecord], asked: Asked) -> Answer | Doubt:
    """The one right answer among the records of a place, or why there is none."""
    found = _answer_at(rows, asked)
    return replace(found, number=asked.number) if isinstance(found, Answer) else found


def _answer_at(rows: Sequence[DirectoryRecord], asked: Asked) -> Answer | Doubt:
    held = [row for row in rows if holds(row, asked.number)]
    if not held:
        return Doubt.NOT_HELD
    by_type = {kind: [row for row in held if row.record_type is kind] for kind in RecordType}
    named = [row for row in by_type[RecordType.FIRM] if same_firm(row.building_or_firm, asked.firms)]
    if named:
        return _single([_primary(row, asked.number) for row in named if not row.secondary_low])
    if by_type[RecordType.HIGHRISE]:
        return _highrise(by_type[RecordType.HIGHRISE], asked)
    rest = [row for row in held if row.record_type is not RecordType.FIRM]
    return _single([_primary(row, asked.number) for row in rest])


def same_firm(name: str, firms: Sequence[str]) -> bool:
    """Whether one of the printed lines is this firm, its legal form aside."""
    core = _FIRM_ENDINGS.sub("", name)
    return any(core == _FIRM_ENDINGS.sub("", firm) for firm in firms)


def _primary(row: DirectoryRecord, number: str) -> Answer:
    plus4 = addon(row, number)
    return Answer(row, plus4, primary_point(number) if plus4 else "")


def _highrise(rows: Sequence[DirectoryRecord], asked: Asked) -> Answer | Doubt:
    default = [row for row in rows if not row.secondary_designator and not row.secondary_low]
    if asked.unit[:1] == "0":
        return Doubt.UNRULED  # whether a leading zero counts is settled record by record (Cycle M)
    fitting: list[Answer] = []
    if asked.unit or asked.designator:
        fitting = [a for row in rows if (a := _unit(row, asked, asked.unit)) is not None]
        turned = _swapped(asked.unit)
        if not fitting and turned:
            fitting = [a for row in rows if (a := _unit(row, asked, turned)) is not None]
    if fitting:
        return _single(fitting)
    if not default or any(_other_designator(row, asked) for row in rows):
        return Doubt.UNRULED
    return _single([Answer(row, row.addon_low, "99") if addon(row, asked.number) else Answer(row) for row in default])


def _unit(row: DirectoryRecord, asked: Asked, unit: str) -> Answer | None:
    """The answer of one highrise record where it holds the unit."""
    theirs = row.secondary_designator
    unsaid = asked.designator in ("", "#") and theirs not in COARSE
    if not theirs or not (unsaid or asked.designator == theirs):
        return None
    plus4 = addon(row, asked.number)
    ranged = bool(row.secondary_low or row.secondary_high)
    if not ranged and asked.designator == theirs and not unit:
        return Answer(row, plus4, "99" if plus4 else "", theirs)
    if not ranged or not within(row.secondary_low, row.secondary_high, row.secondary_parity, unit):
        return None
    return Answer(row, plus4, highrise_point(unit) if plus4 else "", f"{theirs} {unit}")


def _other_designator(row: DirectoryRecord, asked: Asked) -> bool:
    """The unit would fit under another designator: no published rule says whether that counts."""
    return bool(asked.unit and row.secondary_low) and any(
        within(row.secondary_low, row.secondary_high, row.secondary_parity, unit)
        for unit in (asked.unit, _swapped(asked.unit))
        if unit
    )


def _swapped(unit: str) -> str:
    found = re.fullmatch(r"(\d+)([A-Z]+)|([A-Z]+)(\d+)", unit)
    if not found:
        return ""
    return f"{found[2]}{found[1]}" if found[1] else f"{found[4]}{found[3]}"


def _single(answers: Sequence[Answer]) -> Answer | Doubt:
    if not answers:
        return Doubt.UNRULED
    if len({answer.code for answer in answers}) > 1:
        return Doubt.TIE
    return min(answers, key=lambda a: a.record.base_alternate != "B")
