"""A fabricated postal directory: towns, ZIP Codes and every kind of record the product has, made from a seed.

Only layouts and conventions are the product's; towns, streets and add-ons are invented. Look-alike streets and
one-digit-apart ZIP Codes both exist, because that is where a reader goes wrong.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from mlocr.decks.streets import Place
from mlocr.decks.towns import Town, make_towns, town_details
from mlocr.decks.zip_records import ZipRecords, add_boxes, fill
from mlocr.mail.address import CityStateDetail, DirectoryRecord, StreetAlias


@dataclass(frozen=True, slots=True)
class World:
    """The whole fabricated product, in file order."""

    year: int
    month: int
    towns: tuple[Town, ...]
    records: tuple[DirectoryRecord, ...]
    details: tuple[CityStateDetail, ...]
    aliases: tuple[StreetAlias, ...]
    seasonal: tuple[tuple[str, str], ...] = ()
    schemes: tuple[tuple[str, str], ...] = ()
    splits: tuple[tuple[str, str, str, str, str], ...] = ()
    box_only: tuple[str, ...] = ()


def fabricate(seed: int, year: int, month: int) -> World:
    """A whole directory of `year` and `month`; the same seed gives the same bytes."""
    rng = random.Random(f"directory {seed}")
    towns = make_towns(rng)
    records: list[DirectoryRecord] = []
    aliases: list[StreetAlias] = []
    for town in towns:
        for at, zip5 in enumerate(town.zips):
            plan = ZipRecords(town, zip5)
            fill(rng, plan, at, aliases)
            records.extend(plan.rows)
        for zip5 in filter(None, (town.box_zip,)):
            plan = ZipRecords(town, zip5)
            add_boxes(rng, plan, 1, 1400)
            records.extend(plan.rows)
        if town.unique_zip:
            plan = ZipRecords(town, town.unique_zip)
            plan.add(
                Place("", "COMMERCE", "DR", ""), record_type="F", low="1", high="1", parity="O", firm=town.unique_firm,
                addon="0001",
            )  # fmt: skip
            records.extend(plan.rows)
    boxes = tuple(sorted(t.box_zip for t in towns if t.box_zip))
    first = [t.zips[0] for t in towns if len(t.zips) > 1]
    return World(
        year=year,
        month=month,
        towns=towns,
        records=tuple(sorted(records, key=lambda r: (r.zip5, r.update_key))),
        details=tuple(sorted(town_details(towns), key=lambda d: (d.zip5, d.name))),
        aliases=tuple(sorted(aliases, key=lambda a: (a.zip5, a.alias_name, a.alias_suffix))),
        seasonal=tuple((z, "NNNNNYYYNNNN") for z in first[:2]),
        schemes=tuple((t.zips[0], z) for t in towns if len(t.zips) > 2 for z in t.zips[1:]),
        splits=tuple((z, "C001", z, "C002", f"{year - 1}0701") for z in first[2:4]),
        box_only=boxes,
    )
