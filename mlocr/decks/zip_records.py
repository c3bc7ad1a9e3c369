"""The ZIP+4 records of one fabricated ZIP Code, of every type the product has."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from mlocr.decks.names import BUILDINGS, FIRMS
from mlocr.decks.streets import Place, StreetPlan, streets_of
from mlocr.decks.towns import Town
from mlocr.mail.address import DirectoryRecord, RecordType, StreetAlias


@dataclass(slots=True)
class ZipRecords:
    """One ZIP Code while its records are made: add-ons are handed out in order."""

    town: Town
    zip5: str
    rows: list[DirectoryRecord] = field(default_factory=list)
    next_addon: int = 1001
    serial: int = 0

    def addon(self) -> str:
        """The next add-on never given before in this ZIP Code."""
        self.next_addon += 1
        return f"{self.next_addon:04d}"

    def add(self, place: Place, **parts: str) -> DirectoryRecord:
        """Append one record; `parts` are the fields that differ from an ordinary one."""
        self.serial += 1
        addon = parts.pop("addon", "") or self.addon()
        low = parts.pop("addon_low", addon)
        row = DirectoryRecord(
            zip5=self.zip5,
            update_key=f"Q{int(self.zip5):05d}{self.serial:04d}",
            record_type=RecordType(parts.pop("record_type", "S")),
            carrier_route=parts.pop("carrier_route", f"C{1 + self.serial // 40:03d}"),
            predirectional=place.predirectional,
            street_name=place.street_name,
            suffix=place.suffix,
            postdirectional=place.postdirectional,
            primary_low=_padded(parts.pop("low", ""), 10),
            primary_high=_padded(parts.pop("high", ""), 10),
            primary_parity=parts.pop("parity", "B"),
            building_or_firm=parts.pop("firm", ""),
            secondary_designator=parts.pop("designator", ""),
            secondary_low=_padded(parts.pop("unit_low", ""), 8),
            secondary_high=_padded(parts.pop("unit_high", ""), 8),
            secondary_parity=parts.pop("unit_parity", ""),
            addon_low=low,
            addon_high=parts.pop("addon_high", low),
            base_alternate=parts.pop("base_alternate", "B"),
            finance_number=self.town.finance_number,
            state=self.town.state,
            county_number=self.town.county_number,
            congressional_district="01",
            urbanization_key=parts.pop("urbanization_key", ""),
            preferred_last_line_key=self.town.key,
        )
        if parts:
            raise ValueError(f"unknown parts {sorted(parts)}")
        self.rows.append(row)
        return row


def _padded(number: str, width: int) -> str:
    return number.zfill(width) if number else ""


def fill(rng: random.Random, plan: ZipRecords, at: int, aliases: list[StreetAlias]) -> None:
    """Every record of one street-delivery ZIP Code."""
    town = plan.town
    if town.kind == "military":
        _military(rng, plan)
        return
    streets = streets_of(rng, town.kind, at, dict(town.keys))
    for street in streets:
        _street(rng, plan, street)
    _buildings(rng, plan, [s for s in streets if s.form == "plain"])
    _alternates(plan, streets, aliases)
    if town.kind == "rural":
        _routes(rng, plan)
    if not town.box_zip:
        add_boxes(rng, plan, 1, 480)
    plan.add(Place("", "GENERAL DELIVERY", "", ""), record_type="G", addon="9999", carrier_route="C000")


def _street(rng: random.Random, plan: ZipRecords, street: StreetPlan) -> None:
    """The block faces of one street, odd and even apart, with holes no number falls into."""
    for low, high, parity in street.faces:
        plan.add(
            street.place,
            low=low,
            high=high,
            parity=parity,
            urbanization_key=street.urbanization_key,
            **({"addon_low": f"{plan.addon()[:2]}ND"} if rng.random() < 0.01 else {}),
        )


def _buildings(rng: random.Random, plan: ZipRecords, streets: Sequence[StreetPlan]) -> None:
    """Highrises and firms: exact ranges, designators without range, a default record, a single record as default."""
    if not streets:
        return
    used: set[tuple[Place, str]] = set()
    for number in range(5):
        street = streets[(number * 5 + rng.randrange(3)) % len(streets)]
        house = street.free_number(rng)
        if not house or (street.place, house) in used:
            continue
        used.add((street.place, house))
        common = {"record_type": "H", "low": house, "high": house, "parity": "OE"[int(house) % 2 == 0]}
        name = BUILDINGS[rng.randrange(len(BUILDINGS))]
        if number < 4:
            plan.add(street.place, firm=name, **common)
        for designator, low, high, parity in _unit_ranges(number):
            plan.add(
                street.place,
                firm=name,
                designator=designator,
                unit_low=low,
                unit_high=high,
                unit_parity=parity,
                **common,
            )
    for _ in range(4):
        street = streets[rng.randrange(len(streets))]
        house = street.free_number(rng)
        if house and (street.place, house) not in used:
            used.add((street.place, house))
            plan.add(
                street.place,
                record_type="F",
                low=house,
                high=house,
                parity="OE"[int(house) % 2 == 0],
                firm=FIRMS[rng.randrange(len(FIRMS))],
            )


def _unit_ranges(kind: int) -> tuple[tuple[str, str, str, str], ...]:
    """Designator, low, high and parity of a building's units."""
    return (
        (("APT", "1", "12", "B"), ("APT", "14", "30", "B"), ("PH", "", "", ""), ("LBBY", "", "", "")),
        (*tuple(("STE", f"{f}00", f"{f}40", "B") for f in range(1, 9)), ("FL", "9", "9", "B")),
        (("APT", "1A", "1H", "B"), ("APT", "2A", "2H", "B"), ("APT", "3A", "3H", "B"), ("BSMT", "", "", "")),
        (("UNIT", "A", "F", "B"), ("UNIT", "B1", "B9", "B"), ("UNIT", "1001", "1099", "B"), ("REAR", "", "", "")),
        (("APT", "1", "60", "B"),),
    )[kind]


def _alternates(plan: ZipRecords, streets: Sequence[StreetPlan], aliases: list[StreetAlias]) -> None:
    """One street has an alternate record under another name, others an alias in the City State product."""
    plain = [s for s in streets if s.form == "plain"]
    if len(plain) < 4:
        return
    base = plain[1]
    for row in [r for r in plan.rows if _place(r) == base.place and r.record_type is RecordType.STREET][:2]:
        plan.add(
            Place("", "VETERANS MEMORIAL", "HWY", ""),
            low=row.primary_low,
            high=row.primary_high,
            parity=row.primary_parity,
            addon_low=row.addon_low,
            addon_high=row.addon_high,
            base_alternate="A",
        )
    for street, name, suffix, kind in ((plain[2], "OLD TURNPIKE", "RD", "O"), (plain[3], "GOVERNORS", "PL", "C")):
        to = street.place
        aliases.append(
            StreetAlias(
                zip5=plan.zip5, alias_predirectional="", alias_name=name, alias_suffix=suffix, alias_postdirectional="",
                predirectional=to.predirectional, street_name=to.street_name, suffix=to.suffix,
                postdirectional=to.postdirectional, alias_type=kind,
            )
        )  # fmt: skip


def _place(row: DirectoryRecord) -> Place:
    return Place(row.predirectional, row.street_name, row.suffix, row.postdirectional)


def _routes(rng: random.Random, plan: ZipRecords) -> None:
    """Rural and highway contract routes: box ranges, and a record of the route alone."""
    for number, kind in ((1, "RR"), (2, "RR"), (3, "HC"), (12, "HC")):
        place = Place("", f"{kind} {number}", "", "")
        route = f"{'R' if kind == 'RR' else 'H'}{number:03d}"
        for low in range(1, 200 + 10 * rng.randrange(5), 25):
            plan.add(place, record_type="R", low=str(low), high=str(low + 24), carrier_route=route)
        if number != 2:
            plan.add(place, record_type="R", carrier_route=route)


def add_boxes(rng: random.Random, plan: ZipRecords, first: int, last: int) -> None:
    """PO boxes: add-on range as long as the number range, single add-ons, and a range without usable add-on (ND)."""
    place = Place("", "PO BOX", "", "")
    at = first
    route = 1
    while at < last:
        high = at + rng.choice((9, 15, 19, 39))
        parts = {"low": str(at), "high": str(high), "record_type": "P", "carrier_route": f"B{route:03d}"}
        form = rng.random()
        if form < 0.65:
            parts |= {"addon_low": f"{at:04d}", "addon_high": f"{high:04d}"}
        elif form < 0.92:
            parts |= {"addon": f"{9000 + route:04d}"}
        else:
            parts |= {"addon_low": "00ND", "addon_high": "00ND"}
        plan.add(place, **parts)
        at = high + (1 if rng.random() < 0.8 else 11)
        route += 1


def _military(rng: random.Random, plan: ZipRecords) -> None:
    """Overseas military: units and PSCs with box ranges."""
    for number in rng.sample(range(100, 2900), 6):
        kind = "PSC" if number < 1500 else "UNIT"
        for low in (1, 101, 201):
            plan.add(Place("", f"{kind} {number}", "", ""), low=str(low), high=str(low + 99), carrier_route="C001")
