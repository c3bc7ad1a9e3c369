"""Scores answers to a Stage I file against the answers it carries: by area, by category, and record by record.

Two measures stand side by side. An *area* (ZIP Code, ZIP+4, delivery point ...) compares one field, as CASS does. A
*verdict* weighs the whole code as a machine would spray it: wrong when any digit given differs from the truth or goes
beyond it, coarser when it is right as far as it goes, missing when there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mlocr.certification.pass_marks import PassMarks
from mlocr.certification.stage1_layout import Stage1Record


class Verdict(Enum):
    """What one code is against its truth."""

    RIGHT = "right"
    COARSER = "coarser"
    MISSING = "missing"
    WRONG = "wrong"


class AreaResult(Enum):
    """What one area of one answer is. ALTERNATE: it differs, and the record allows another answer there."""

    RIGHT = "right"
    ALTERNATE = "alternate"
    MISSING = "missing"
    WRONG = "wrong"


AREAS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "zip5": (("zip5",), "zip5_alternate"),
    "zip4": (("zip5", "plus4"), "zip5_alternate"),
    "delivery_point": (("delivery_point",), ""),
    "check_digit": (("check_digit",), ""),
    "carrier_route": (("carrier_route",), "carrier_route_alternate"),
    "city_state": (("city", "state"), "city_alternate"),
    "delivery_line": (("primary_line", "second_line"), "primary_line_alternate"),
    "record_type": (("record_type",), ""),
    "elot": (("elot_sequence", "elot_direction"), ""),
    "dpv": (("dpv",), ""),
    "dpv_footnotes": (("dpv_footnotes",), ""),
    "lacslink": (("lacslink_code",), ""),
    "suitelink": (("suitelink_code",), ""),
    "rdi": (("rdi",), ""),
}
"""Area, its fields, and the byte that allows another answer. City and delivery line are compared as text."""

_KEY = {"zip4": "plus4", "city_state": "city"}
_AFTER_ZIP4 = ("delivery_point", "check_digit", "dpv", "dpv_footnotes")
"""Areas that only count where the ZIP+4 is right: a delivery point of another ZIP+4 is no delivery point."""

ALLOWED = "Y"


@dataclass(frozen=True, slots=True)
class RecordScore:
    """One record scored. `given` and `expected` are the codes' digits; `areas` holds only areas that were compared.

    `unasked` are the areas where the record carries no answer though we gave one.
    """

    verdict: Verdict
    given: str
    expected: str
    areas: Mapping[str, AreaResult]
    unasked: tuple[str, ...] = ()


def score_record(record: Stage1Record, given: Mapping[str, str]) -> RecordScore:
    """Compare one answer (field name to value) with the answers of its record."""
    areas: dict[str, AreaResult] = {}
    unasked: list[str] = []
    for area, (names, flag) in AREAS.items():
        if area in _AFTER_ZIP4 and areas.get("zip4", AreaResult.RIGHT) is not AreaResult.RIGHT:
            continue
        if not record.value(_KEY.get(area, names[0])):
            if given.get(_KEY.get(area, names[0])):
                unasked.append(area)
            continue
        areas[area] = _compare(record, given, names, bool(flag) and record.value(flag) == ALLOWED)
    ours = _digits(given)
    truth = _digits({name: record.value(name) for name in ("zip5", "plus4", "delivery_point")})
    return RecordScore(_verdict(record, ours, truth), ours, truth, areas, tuple(unasked))


def _compare(record: Stage1Record, given: Mapping[str, str], names: tuple[str, ...], alternate: bool) -> AreaResult:
    asked = " ".join(record.value(name) for name in names).split()
    ours = " ".join(given.get(name, "") for name in names).split()
    if asked == ours:
        return AreaResult.RIGHT
    if not all(given.get(name) for name in names if record.value(name) and name != "second_line"):
        return AreaResult.MISSING
    return AreaResult.ALTERNATE if alternate else AreaResult.WRONG


def _digits(values: Mapping[str, str]) -> str:
    return values.get("zip5", "") + values.get("plus4", "") + values.get("delivery_point", "")


def _verdict(record: Stage1Record, ours: str, truth: str) -> Verdict:
    """The contract's meaning of wrong; where the truth is five digits or none, no code is right too."""
    if ours == truth or (not ours and len(truth) <= 5):
        return Verdict.RIGHT
    if not ours:
        return Verdict.MISSING
    if truth.startswith(ours):
        return Verdict.COARSER
    if truth and record.value("zip5_alternate") == ALLOWED and ours[:5] != truth[:5]:
        return Verdict.RIGHT if len(ours) >= len(truth) else Verdict.COARSER
    return Verdict.WRONG


@dataclass(slots=True)
class Tally:
    """Counts of one group of records: verdicts, and for each area its results."""

    records: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    areas: dict[str, dict[str, int]] = field(default_factory=dict)
    unasked: dict[str, int] = field(default_factory=dict)

    def add(self, score: RecordScore) -> None:
        """Count one record."""
        self.records += 1
        self.verdicts[score.verdict.value] = self.verdicts.get(score.verdict.value, 0) + 1
        for area, result in score.areas.items():
            counts = self.areas.setdefault(area, {})
            counts[result.value] = counts.get(result.value, 0) + 1
        for area in score.unasked:
            self.unasked[area] = self.unasked.get(area, 0) + 1

    def verdict(self, verdict: Verdict) -> int:
        """How many records got this verdict."""
        return self.verdicts.get(verdict.value, 0)

    def count(self, area: str, result: AreaResult) -> int:
        """How many answers of an area got this result."""
        return self.areas.get(area, {}).get(result.value, 0)

    def scored(self, area: str) -> int:
        """How many records carry an answer in this area."""
        return sum(self.areas.get(area, {}).values())

    def right(self, area: str) -> int:
        """Right answers of an area, allowed alternates among them."""
        return self.count(area, AreaResult.RIGHT) + self.count(area, AreaResult.ALTERNATE)

    def as_json(self) -> dict[str, object]:
        """The counts as plain values."""
        return {
            "records": self.records,
            "verdicts": {v.value: self.verdict(v) for v in Verdict},
            "areas": {
                area: {r.value: self.count(area, r) for r in AreaResult} | {"not_asked": self.unasked.get(area, 0)}
                for area in AREAS
                if self.scored(area) or self.unasked.get(area)
            },
        }


@dataclass(frozen=True, slots=True)
class AreaMark:
    """One area against its pass mark. `needed` is in thousandths, None where no mark is published."""

    area: str
    right: int
    scored: int
    needed: int | None

    @property
    def passed(self) -> bool | None:
        """Whether the mark is reached; None without a mark. Reckoned in whole numbers: no rounding passes anyone."""
        return None if self.needed is None else self.right * 1000 >= self.scored * self.needed

    def as_json(self) -> dict[str, object]:
        """The area as plain values; `rate` is a share of one."""
        rate = self.right / self.scored
        return {
            "area": self.area,
            "right": self.right,
            "scored": self.scored,
            "rate": round(rate, 6),
            "needed": None if self.needed is None else self.needed / 1000,
            "passed": self.passed,
        }


@dataclass(slots=True)
class StageScore:
    """The score of a whole file: in all and by category code."""

    total: Tally = field(default_factory=Tally)
    categories: dict[str, Tally] = field(default_factory=dict)

    def add(self, category: str, score: RecordScore) -> None:
        """Count one record under its category."""
        self.total.add(score)
        self.categories.setdefault(category, Tally()).add(score)

    @property
    def carries_answers(self) -> bool:
        """Whether any record carried an answer; a file without any (Stage II) is answered but not scored."""
        return any(self.total.areas.values())

    def marks(self, marks: PassMarks) -> tuple[AreaMark, ...]:
        """Every area the file carries answers for, against the pass marks."""
        return tuple(
            AreaMark(area, self.total.right(area), self.total.scored(area), marks.per_mille.get(area))
            for area in AREAS
            if self.total.scored(area)
        )

    def passed(self, marks: PassMarks) -> bool:
        """Whether no area misses its mark."""
        return all(mark.passed is not False for mark in self.marks(marks))
