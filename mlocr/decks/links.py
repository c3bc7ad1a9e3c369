"""Confirming tables for a deck: every address of its directory confirmed, and letters that need the tables' word.

Some letters' primary numbers are left out (five digits are right then), some routes and streets were converted (the new
address's code is right), some firms at highrise defaults have a suite, and seeds lie where no letter comes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from mlocr.decks.catalogue import Catalogue, Target, bare, unit_within
from mlocr.decks.fabricate import World
from mlocr.decks.letters import Piece
from mlocr.decks.names import FIRMS
from mlocr.decks.truth import expectation, five_digits
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.points import add_on_of, delivery_points
from mlocr.directory.links.raw import ConvertedRow, DeliveryPointRow, RawTables, SuiteRow
from mlocr.mail.address import RecordType

SHARE = 10
"""One letter of so many, among those that can be, is made a table's case."""
SEEDS = 40

_Change = Callable[[Piece, Target], Piece | None]


@dataclass(frozen=True, slots=True)
class LinkedDeck:
    """A deck with tables: its directory, its letters with their truth as the tables make it, and the raw rows."""

    world: World
    pieces: tuple[Piece, ...]
    tables: RawTables


def link(pieces: Sequence[Piece], catalogue: Catalogue, seed: int) -> LinkedDeck:
    """The deck's letters and directory with tables; the same seed and letters give the same rows."""
    return _Linker(pieces, catalogue, seed).linked()


class _Linker:
    """One deck being given its tables."""

    def __init__(self, pieces: Sequence[Piece], catalogue: Catalogue, seed: int) -> None:
        self._rng = random.Random(f"links {seed}")
        self._catalogue = catalogue
        self._pieces = list(pieces)
        self._converted: list[ConvertedRow] = []
        self._suites: list[SuiteRow] = []
        self._renamed: set[str] = set()
        self._touched: set[int] = set()

    def linked(self) -> LinkedDeck:
        """Convert, add suites, leave out, seed."""
        self._each(("route",), 2, self._convert)
        self._each(("street",), SHARE, self._convert)
        self._each(("highrise_default",), 1, self._add_suite)
        left_out = self._left_out()
        points = {_point(row): row for row in delivery_points(self._catalogue.world.records)}
        for piece in self._pieces:
            for row in _rows_of(piece.target):
                points.setdefault(_point(row), row)
        dpv = [row for row in points.values() if _point(row)[:3] not in left_out]
        world = self._catalogue.world
        records = tuple(r._replace(lacs_status="L") if r.update_key in self._renamed else r for r in world.records)
        dpv_seeds, lacs_seeds = self._seeds()
        tables: RawTables = {
            TableKind.DPV: [*dpv, *dpv_seeds],
            TableKind.LACSLINK: [*self._converted, *lacs_seeds],
            TableKind.SUITELINK: self._suites,
        }
        return LinkedDeck(replace(world, records=records), tuple(self._pieces), tables)

    def _each(self, categories: Iterable[str], share: int, change: _Change) -> None:
        """Change one of `share` letters of these categories, at least one where there is any."""
        fitting = [
            at
            for at, piece in enumerate(self._pieces)
            if piece.category in categories and piece.expect.depth == 11 and not piece.flaw and at not in self._touched
        ]
        wanted = -(-len(fitting) // share)
        for at in self._rng.sample(fitting, len(fitting)):
            target = self._pieces[at].target
            if wanted and target is not None and not self._shared(at, target):
                changed = change(self._pieces[at], target)
                if changed is not None:
                    self._pieces[at] = changed
                    self._touched.add(at)
                    wanted -= 1

    def _shared(self, at: int, target: Target) -> bool:
        """Whether another letter goes to the same number."""
        own = (target.zip5, target.place, bare(target.number))
        others = (p.target for n, p in enumerate(self._pieces) if n != at and p.target is not None)
        return any((other.zip5, other.place, bare(other.number)) == own for other in others)

    def _convert(self, piece: Piece, target: Target) -> Piece | None:
        """The letter's address is an old one; the new one is a house of the same town."""
        new = self._catalogue.street_target(self._rng, target.town)
        if new is None or not new.number.isdigit() or new.place == target.place:
            return None
        expect = expectation(new)
        if expect.depth != 11:
            return None
        if target.record.record_type is RecordType.STREET:
            self._renamed.add(target.record.update_key)
        row = ConvertedRow(
            target.zip5, target.number, str(target.place), "", "A", f"{new.number} {new.place}", new.zip5
        )
        self._converted.append(row)
        return replace(piece, expect=expect, category="lacslink", target=new)

    def _add_suite(self, piece: Piece, target: Target) -> Piece | None:
        """The letter is for a firm in the building: its suite is in the table."""
        rows = self._catalogue.rows(target.zip5, target.place)
        here = [r for r in rows if bare(r.primary_low) == target.number and r.record_type is RecordType.HIGHRISE]
        suites = [r for r in here if r.secondary_designator in ("STE", "APT", "UNIT") and r.secondary_low]
        held = {r.building_or_firm for r in rows}
        firms = [firm for firm in FIRMS if firm not in held]
        if not suites or not firms:
            return None
        record = suites[self._rng.randrange(len(suites))]
        suite = Target(target.town, record, target.number, record.secondary_designator, unit_within(self._rng, record))
        expect = expectation(suite)
        default = add_on_of(target.record, target.number)
        if expect.depth != 11 or not default:
            return None
        firm = self._rng.choice(firms)
        self._suites.append(SuiteRow(target.zip5, default, target.number, firm, suite.designator, suite.unit))
        return replace(piece, lines=(firm, *piece.lines[1:]), expect=expect, category="suitelink", target=suite)

    def _left_out(self) -> set[tuple[str, str, str]]:
        """The primary numbers DPV does not know: their letters are right with five digits."""
        points: set[tuple[str, str, str]] = set()

        def leave_out(piece: Piece, target: Target) -> Piece | None:
            if target.town.unique_zip == target.zip5:
                return None
            points.add((target.zip5, piece.expect.plus4, bare(target.number)))
            return replace(piece, expect=five_digits(target.zip5), category="unconfirmed")

        self._each(("street", "highrise", "po_box"), SHARE, leave_out)
        return points

    def _seeds(self) -> tuple[list[DeliveryPointRow], list[ConvertedRow]]:
        """False positives: numbers far beyond every range, which no letter bears."""
        usable = [r for r in self._catalogue.world.records if r.addon_low.isdigit() and r.street_name]
        rows = self._rng.sample(usable, min(SEEDS, len(usable)))
        numbers = {piece.target.number for piece in self._pieces if piece.target is not None}
        free = [str(n) for n in range(91001, 99999) if str(n) not in numbers]
        chosen = self._rng.sample(free, 2 * len(rows))
        dpv = [
            DeliveryPointRow(r.zip5, r.addon_low, number, seed=True) for r, number in zip(rows, chosen, strict=False)
        ]
        routes = [
            ConvertedRow(r.zip5, number, f"RR {1 + at % 9}", "", "F")
            for at, (r, number) in enumerate(zip(rows, chosen[len(rows) :], strict=False))
        ]
        return dpv, routes


def _rows_of(target: Target | None) -> list[DeliveryPointRow]:
    """The letter's own delivery point: a fraction or letter that no list of a range has."""
    plus4 = add_on_of(target.record, bare(target.number)) if target is not None else ""
    if target is None or not plus4:
        return []
    own = [DeliveryPointRow(target.zip5, plus4, target.number)]
    if target.designator:
        own.append(DeliveryPointRow(target.zip5, plus4, target.number, target.unit or target.designator))
    return own


def _point(row: DeliveryPointRow) -> tuple[str, str, str, str]:
    return row.zip5, row.plus4, bare(row.primary), row.secondary
