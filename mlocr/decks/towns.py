"""Towns of a fabricated directory: their ZIP Codes, and their names in the City State product."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from mlocr.decks.names import COUNTIES, FIRMS, TOWNS
from mlocr.mail.address import CityStateDetail


@dataclass(frozen=True, slots=True)
class Town:
    """One post office: its City State key, finance number and ZIP Codes by use."""

    name: str
    state: str
    kind: str
    key: str
    finance_number: str
    county_number: str
    county_name: str
    zips: tuple[str, ...]
    box_zip: str = ""
    unique_zip: str = ""
    unique_firm: str = ""
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def abbreviation(self) -> str:
        """The 13-character City State abbreviation; empty for a name that fits as it is."""
        return abbreviate(self.name)


def abbreviate(name: str) -> str:
    """A town name in 13 characters: vowels of the long words go first (*ours*; the product's rule is not published)."""
    if len(name) <= 13:
        return ""
    words = name.split(" ")
    for at in sorted(range(len(words)), key=lambda i: -len(words[i])):
        words[at] = words[at][0] + "".join(c for c in words[at][1:] if c not in "AEIOU")
        if len(" ".join(words)) <= 13:
            break
    return " ".join(words)[:13].rstrip()


def make_towns(rng: random.Random) -> tuple[Town, ...]:
    """Every town with its keys and ZIP Codes; neighbours of one ZIP Code prefix stand one digit apart."""
    free: dict[str, list[str]] = {}
    towns = []
    for number, (name, state, prefix, kind) in enumerate(TOWNS):
        if prefix not in free:
            base = rng.randrange(1, 8)
            near = [f"{base}{d}" for d in rng.sample("0123456789", 5)] + [f"{d}{base}" for d in "24680135"]
            free[prefix] = [z for z in dict.fromkeys(near) if z != "00"]
        pool = free[prefix]
        count = 1 if kind in ("rural", "military", "puerto_rico") else 1 + number % 3
        zips = tuple(prefix + pool.pop(0) for _ in range(count))
        large = count == 3
        key = f"Z{20000 + number * 7:05d}"
        towns.append(
            Town(
                name=name,
                state=state,
                kind=kind,
                key=key,
                finance_number=f"{350000 + number * 37:06d}",
                county_number=f"{1 + 2 * (number % 60):03d}",
                county_name=COUNTIES[number % len(COUNTIES)],
                zips=zips,
                box_zip=prefix + pool.pop(0) if large else "",
                unique_zip=prefix + pool.pop(0) if large and number % 2 else "",
                unique_firm=FIRMS[number % len(FIRMS)] if large and number % 2 else "",
                keys=tuple((str(i), f"Y{10000 + number * 10 + i:05d}") for i in range(5)),
            )
        )
    return tuple(towns)


def town_details(towns: Sequence[Town]) -> list[CityStateDetail]:
    """The City State detail records: preferred, acceptable and unacceptable names, stations, urbanizations."""
    rows = []
    for town in towns:
        keys = dict(town.keys)
        everywhere = town.zips + tuple(filter(None, (town.box_zip, town.unique_zip)))
        for zip5 in everywhere:
            zip_class = "M" if town.kind == "military" else "P" if zip5 == town.box_zip else ""
            zip_class = "U" if zip5 == town.unique_zip else zip_class
            rows.append(_detail(town, zip5, town.key, town.name, "P", True, zip_class))
            for extra, (name, facility, acceptable) in enumerate(other_names(town, zip5)):
                rows.append(_detail(town, zip5, keys[str(extra)], name, facility, acceptable, zip_class))
    return rows


def other_names(town: Town, zip5: str) -> tuple[tuple[str, str, bool], ...]:
    """Further City State names of a ZIP Code: (name, facility code, may stand in a last line)."""
    if town.kind == "puerto_rico":
        from mlocr.decks.names import URBANIZATIONS  # noqa: PLC0415

        return tuple((u, "U", False) for u in URBANIZATIONS)
    if town.kind == "military":
        return ()
    if len(town.zips) > 1 and zip5 == town.zips[1]:
        return ((f"{town.name.split()[-1]} STATION", "S", True), (f"UPPER {town.name.split()[0]}", "N", False))
    if town.kind == "rural":
        return ((f"{town.name.split()[0]} VILLAGE", "C", True),)
    return ()


def _detail(
    town: Town, zip5: str, key: str, name: str, facility: str, mailing: bool, zip_class: str
) -> CityStateDetail:
    return CityStateDetail(
        zip5=zip5,
        city_state_key=key,
        zip_class=zip_class,
        name=name,
        abbreviation=abbreviate(name),
        facility_code=facility,
        mailing_name=mailing,
        preferred_key=town.key,
        preferred_name=town.name,
        city_delivery=town.kind != "rural",
        carrier_route_sort="A" if town.kind != "rural" else "D",
        unique_zip_name=zip_class == "U",
        finance_number=town.finance_number,
        state=town.state,
        county_number=town.county_number,
        county_name=town.county_name,
    )
