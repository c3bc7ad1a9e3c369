"""Raw tables derived from any directory's records, with the cases in them: for synthetic decks and Stage I files.

Everything is invented but the addresses: which were converted, which firm has which suite, what DPV does not know. The
same records and seed give the same tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlocr.directory.links.format import TableKind
from mlocr.directory.links.points import add_on_of, bare, delivery_points, numbers_of
from mlocr.directory.links.raw import ConvertedRow, DeliveryPointRow, RawTables, SuiteRow
from mlocr.mail.address import DirectoryRecord, RecordType

FIRMS = (
    "HARBOR LEGAL PARTNERS", "NORTHGATE DENTAL ASSOCIATES", "QUILLFEATHER ACCOUNTING", "SUMMIT VISION CENTER",
    "TIDEWATER ENGINEERING", "VESPER TRAVEL AGENCY", "ZENITH TITLE SERVICES", "OAKHOLLOW REALTY",
)  # fmt: skip
"""Invented firms, unlike one another in spelling."""

_TRIES = 50


@dataclass(frozen=True, slots=True)
class Point:
    """One address of a record: its number and, at a highrise, its unit."""

    record: DirectoryRecord
    number: str
    unit: str = ""

    @property
    def plus4(self) -> str:
        """The add-on of this number."""
        return add_on_of(self.record, self.number)

    @property
    def street(self) -> str:
        """Predirectional, name, suffix and postdirectional in one."""
        record = self.record
        parts = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Conversion:
    """An old address and the one it became."""

    old: Point
    new: Point


@dataclass(frozen=True, slots=True)
class FirmSuite:
    """A firm that is written to at a building's default, and its suite there."""

    firm: str
    default: Point
    suite: Point


@dataclass(frozen=True, slots=True)
class Derived:
    """The raw rows of all three tables, and the cases in them: `unconfirmed` are the primary numbers left out of DPV.

    `seeds` are numbers no record holds: whoever asks for one stops the table.
    """

    tables: RawTables
    conversions: tuple[Conversion, ...]
    suites: tuple[FirmSuite, ...]
    unconfirmed: tuple[Point, ...]
    seeds: tuple[Point, ...]


def derive_tables(records: Sequence[DirectoryRecord], seed: int, cases: int = 20) -> Derived:
    """Tables that confirm every delivery point of these records but a few, with up to `cases` cases of each kind.

    Give the records of some ZIP Codes, not of a nation: every delivery point becomes a row. A street's conversion is
    asked for only where its record bears LACS status L; routes are always asked.
    """
    return _Deriver(records, seed, cases).derived()


class _Deriver:
    """One derivation."""

    def __init__(self, records: Sequence[DirectoryRecord], seed: int, cases: int) -> None:
        self._rng = random.Random(f"tables {seed}")
        self._cases = cases
        self._base = [r for r in records if r.base_alternate != "A" and add_on_of(r, bare(r.primary_low))]
        self._streets = [r for r in self._base if r.record_type is RecordType.STREET]
        self._records = records
        self._taken: set[tuple[str, str, str]] = set()

    def derived(self) -> Derived:
        """The tables and their cases."""
        conversions = self._some(r for r in self._base if _may_be_old(r))
        converted = tuple(c for old in conversions if (c := self._conversion(old)) is not None)
        suites = self._suites()
        unconfirmed = tuple(self._some(self._streets))
        seeds = self._seeds()
        left_out = {_key(point) for point in unconfirmed}
        rows = {(r.zip5, r.plus4, r.primary, r.secondary): r for r in delivery_points(self._records)}
        kept = [row for row in rows.values() if (row.zip5, row.plus4, row.primary) not in left_out]
        stops = [DeliveryPointRow(p.record.zip5, p.plus4, p.number, seed=True) for p in seeds]
        tables: RawTables = {
            TableKind.DPV: [*kept, *stops],
            TableKind.LACSLINK: [_converted_row(c) for c in converted],
            TableKind.SUITELINK: [_suite_row(s) for s in suites],
        }
        return Derived(tables, converted, suites, unconfirmed, seeds)

    def _some(self, records: Iterable[DirectoryRecord]) -> list[Point]:
        """Points of some of these records, no number twice in one table."""
        pool = list(records)
        found = [self._point(record) for record in self._rng.sample(pool, min(self._cases, len(pool)))]
        return [point for point in found if point is not None]

    def _point(self, record: DirectoryRecord) -> Point | None:
        numbers = [n for n in numbers_of(record.primary_low, record.primary_high, record.primary_parity) if n]
        for _ in range(_TRIES if numbers else 0):
            point = Point(record, self._rng.choice(numbers))
            if point.plus4 and _key(point) not in self._taken:
                self._taken.add(_key(point))
                return point
        return None

    def _conversion(self, old: Point) -> Conversion | None:
        """The new address is a house of the same ZIP Code on another street."""
        here = [r for r in self._streets if r.zip5 == old.record.zip5 and r.street_name != old.record.street_name]
        new = self._point(self._rng.choice(here)) if here else None
        return Conversion(old, new) if new is not None else None

    def _suites(self) -> tuple[FirmSuite, ...]:
        highrise = [r for r in self._base if r.record_type is RecordType.HIGHRISE]
        default = {(r.zip5, r.street_name, r.primary_low): r for r in highrise if not _is_ranged(r)}
        ranged = [r for r in highrise if r.secondary_low and (r.zip5, r.street_name, r.primary_low) in default]
        chosen = self._rng.sample(ranged, min(self._cases, len(ranged)))
        suites: dict[tuple[str, str, str], FirmSuite] = {}
        for at, record in enumerate(chosen):
            own = default[record.zip5, record.street_name, record.primary_low]
            units = list(numbers_of(record.secondary_low, record.secondary_high, record.secondary_parity))
            number = bare(record.primary_low)
            suite = Point(record, number, self._rng.choice(units))
            found = FirmSuite(FIRMS[at % len(FIRMS)], Point(own, number), suite)
            same = (own.predirectional, own.suffix) == (record.predirectional, record.suffix)
            if same and own.postdirectional == record.postdirectional:
                suites.setdefault((record.zip5, found.default.plus4, found.firm), found)
        return tuple(suites.values())

    def _seeds(self) -> tuple[Point, ...]:
        some = self._rng.sample(self._streets, min(self._cases, len(self._streets)))
        return tuple(Point(record, str(self._rng.randint(910_000, 989_999))) for record in some)


def _may_be_old(record: DirectoryRecord) -> bool:
    """Records LACSLink is asked for: routes with boxes, and streets of LACS status L."""
    route = record.record_type is RecordType.RURAL_HIGHWAY and bool(record.primary_low)
    return route or (record.record_type is RecordType.STREET and record.lacs_status == "L")


def _is_ranged(record: DirectoryRecord) -> bool:
    return bool(record.secondary_low or record.secondary_high or record.secondary_designator)


def _key(point: Point) -> tuple[str, str, str]:
    return point.record.zip5, point.plus4, point.number


def _converted_row(case: Conversion) -> ConvertedRow:
    old, new = case.old, case.new
    line = f"{new.number} {new.street}"
    return ConvertedRow(old.record.zip5, old.number, old.street, "", "A", line, new.record.zip5)


def _suite_row(case: FirmSuite) -> SuiteRow:
    record = case.default.record
    designator = case.suite.record.secondary_designator
    return SuiteRow(record.zip5, case.default.plus4, case.default.number, case.firm, designator, case.suite.unit)
