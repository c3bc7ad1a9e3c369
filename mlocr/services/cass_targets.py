"""Addresses drawn from a directory's records, written as their records have them, for the maker to damage."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlocr.certification.damage.written import Surroundings, WrittenAddress
from mlocr.certification.witness.answers import addon
from mlocr.certification.witness.numbers import bare, within
from mlocr.certification.witness.office import Offices, Place
from mlocr.mail.address import AddressKind, DirectoryRecord, RecordType

SAMPLED_ZIPS = 160
"""ZIP Codes of each class looked at for addresses; a larger directory is sampled."""

MOST_PER_KIND = 200
MOST_PER_ZIP = 12
MILITARY_WORDS = ("PSC", "UNIT", "CMR", "UPR", "CPR", "OPC")
FIXED_ROUTES = {AddressKind.PO_BOX: "PO BOX", AddressKind.GENERAL_DELIVERY: "GENERAL DELIVERY"}


@dataclass(frozen=True, slots=True)
class Target:
    """One address of the directory: its record, its place, and how it is written before any damage."""

    record: DirectoryRecord
    place: Place
    written: WrittenAddress
    kind: str


class Targets:
    """Draws addresses of every kind a directory has. Deterministic for a directory and a random source."""

    def __init__(self, offices: Offices, rng: random.Random) -> None:
        self._offices = offices
        self._rng = rng
        self.by_kind: dict[str, list[Target]] = {}
        for zip5 in self._sample():
            self._draw(zip5)

    @property
    def all(self) -> list[Target]:
        """Every address drawn."""
        return [target for kind in sorted(self.by_kind) for target in self.by_kind[kind]]

    def _sample(self) -> list[str]:
        classes: dict[str, list[str]] = {}
        for zip5 in self._offices.zips:
            details = self._offices.details[zip5]
            puerto_rico = details[0].state == "PR"
            classes.setdefault("PR" if puerto_rico else details[0].zip_class, []).append(zip5)
        chosen: set[str] = set()
        for key in sorted(classes):
            zips = classes[key]
            chosen |= set(self._rng.sample(zips, min(SAMPLED_ZIPS if not key else SAMPLED_ZIPS // 8, len(zips))))
        out = sorted(chosen)
        self._rng.shuffle(out)
        return out

    def _draw(self, zip5: str) -> None:
        """Some addresses of every kind that one ZIP Code has."""
        groups: dict[str, list[DirectoryRecord]] = {}
        records = self._offices.records(zip5)
        aliased = {(a.predirectional, a.street_name, a.suffix, a.postdirectional) for a in records.aliases}
        unique = self._offices.details[zip5][0].zip_class == "U"
        for row in records.rows:
            if row.base_alternate == "B" and unique and row.record_type is RecordType.FIRM:
                groups.setdefault("unique ZIP Code", []).append(row)
            elif row.base_alternate == "B":
                for kind in kinds_of(row, Place.of(row).parts in aliased):
                    groups.setdefault(kind, []).append(row)
        for kind in sorted(groups):
            pool = self.by_kind.setdefault(kind, [])
            rows = groups[kind]
            for row in self._rng.sample(rows, min(MOST_PER_ZIP, len(rows))):
                if len(pool) < MOST_PER_KIND and (written := self.written(row)) is not None:
                    pool.append(Target(row, Place.of(row), written, kind))

    def written(self, row: DirectoryRecord) -> WrittenAddress | None:
        """The address of a record as it is best written; None where the record gives no number to write."""
        number = number_within(self._rng, row)
        preferred = self._offices.preferred(row)
        if number is None or preferred is None:
            return None
        kind = kind_of(row)
        around = self._around(row, addon(row, number))
        base = WrittenAddress(
            kind=kind, number=number, around=around, city=preferred.name, state=preferred.state, zip5=row.zip5
        )
        if kind is not AddressKind.STREET:
            route = FIXED_ROUTES.get(kind, row.street_name)
            word = "BOX" if number and kind not in FIXED_ROUTES else ""
            return replace(base, route=route, box_word=word)
        unit = unit_within(self._rng, row)
        if unit is None:
            return None
        city = self._offices.city_of_key(row.urbanization_key)
        return replace(
            base,
            predirectional=row.predirectional,
            street=row.street_name,
            suffix=row.suffix,
            postdirectional=row.postdirectional,
            designator=row.secondary_designator if row.record_type is RecordType.HIGHRISE else "",
            unit=unit,
            firm=row.building_or_firm if row.record_type is RecordType.FIRM else "",
            urbanization=city.name if city else "",
        )

    def _around(self, row: DirectoryRecord, own: str) -> Surroundings:
        offices = self._offices
        details = offices.details.get(row.zip5, [])
        preferred = offices.preferred(row)
        name = preferred.name if preferred else ""
        state = preferred.state if preferred else ""
        here = {d.name for d in details}
        number = bare(row.primary_low)
        aliases = tuple(
            (a.alias_predirectional, a.alias_name, a.alias_suffix, a.alias_postdirectional)
            for a in offices.records(row.zip5).aliases
            if (a.predirectional, a.street_name, a.suffix, a.postdirectional) == Place.of(row).parts
            and (not a.low or within(a.low, a.high, a.parity, number))
        )
        places = [d for d in details if d.facility_code != "U"]
        cities = [n for n in offices.names.get(state, ()) if n not in here]
        return Surroundings(
            mailing_names=tuple(sorted({d.name for d in places if d.mailing_name and d.name != name})),
            other_names=tuple(sorted({d.name for d in places if not d.mailing_name and d.name != name})),
            abbreviation=next((d.abbreviation for d in details if d.name == name and d.abbreviation), ""),
            sister_zips=tuple(z for z in offices.office(row.zip5) if z != row.zip5),
            other_cities=tuple(self._rng.sample(cities, min(3, len(cities)))),
            aliases=aliases,
            addon=own,
            route=row.street_name,
        )


def kind_of(row: DirectoryRecord) -> AddressKind:
    """What kind of delivery line a record's address has."""
    if row.record_type is RecordType.PO_BOX:
        return AddressKind.PO_BOX
    if row.record_type is RecordType.GENERAL_DELIVERY:
        return AddressKind.GENERAL_DELIVERY
    first = row.street_name.split(" ")[0]
    if first in MILITARY_WORDS and row.street_name[-1:].isdigit() and row.state in ("AA", "AE", "AP"):
        return AddressKind.MILITARY
    if row.record_type is RecordType.RURAL_HIGHWAY:
        return AddressKind.HIGHWAY_CONTRACT if first == "HC" else AddressKind.RURAL_ROUTE
    return AddressKind.STREET


def kinds_of(row: DirectoryRecord, aliased: bool) -> Iterator[str]:
    """The pools an address of this record belongs to."""
    kind = kind_of(row)
    if kind is not AddressKind.STREET:
        usable = row.addon_low.isdigit()
        yield f"{kind.value}" if usable else f"{kind.value} without add-on"
        return
    if row.record_type is RecordType.FIRM:
        yield "firm"
        return
    if row.record_type is RecordType.HIGHRISE:
        yield "highrise" if row.secondary_designator else "highrise default"
        return
    if not row.addon_low.isdigit():
        yield "street without add-on"
        return
    tests = (
        ("urbanization", bool(row.urbanization_key)),
        ("Puerto Rico street", row.state == "PR" and not row.urbanization_key),
        ("aliased street", aliased),
        ("directional street", bool(row.predirectional or row.postdirectional)),
        ("numbered street", row.street_name[:1].isdigit()),
        ("unusual number", not (bare(row.primary_low) + bare(row.primary_high)).isdigit()),
        ("street without suffix", not row.suffix),
    )
    named = [name for name, fits in tests if fits]
    yield from named or ("street",)


def number_within(rng: random.Random, row: DirectoryRecord) -> str | None:
    """A number the record holds; "" where it has none; None where its range has a form not drawn from."""
    low, high = bare(row.primary_low), bare(row.primary_high)
    if low == high:
        return low
    if low.isdigit() and high.isdigit():
        step = 1 if row.primary_parity == "B" else 2
        first = int(low) + (0 if within(low, high, row.primary_parity, low) else 1)
        number = str(rng.randrange(first, int(high) + 1, step))
        inside = kind_of(row) is AddressKind.STREET and int(low) < int(number) < int(high)
        if inside and row.record_type is RecordType.STREET and rng.random() < 0.02:
            number += rng.choice((" 1/2", "A", "B"))
        return number if within(low, high, row.primary_parity, number) else None
    for _ in range(8):
        number = _between(rng, low, high)
        if within(low, high, row.primary_parity, number):
            return number
    return low if within(low, high, row.primary_parity, low) else None


def unit_within(rng: random.Random, row: DirectoryRecord) -> str | None:
    """A unit of a highrise record, "" where it has no range; None where its range has a form not drawn from."""
    if row.record_type is not RecordType.HIGHRISE or not row.secondary_low:
        return "" if row.record_type is not RecordType.FIRM or not row.secondary_low else None
    low, high = bare(row.secondary_low), bare(row.secondary_high)
    for _ in range(8):
        unit = low if low == high else _between(rng, low, high)
        if within(low, high, row.secondary_parity, unit):
            return unit
    return None


def _between(rng: random.Random, low: str, high: str) -> str:
    """A value of the same form as the ends, their one differing number or letter drawn between them."""
    at = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), 0)
    while at and low[at - 1].isdigit() and low[at : at + 1].isdigit():
        at -= 1
    end = len(low)
    top = len(high)
    while end > at + 1 and top > at + 1 and low[end - 1] == high[top - 1] and not low[end - 1].isdigit():
        end, top = end - 1, top - 1
    a, b = low[at:end], high[at:top]
    if a.isdigit() and b.isdigit():
        middle = str(rng.randint(int(a), int(b))).zfill(len(a) if a.startswith("0") else 0)
    elif len(a) == len(b) == 1:
        middle = chr(rng.randint(ord(a), ord(b)))
    else:
        return low
    return low[:at] + middle + low[end:]
