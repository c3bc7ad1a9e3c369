"""Addresses that must not be coded finer than the truth says: unknown, out of range, contradictory, too little."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from mlocr.certification.damage.last_line import NO_CITIES
from mlocr.certification.damage.street import direction_missing, suffix_missing
from mlocr.certification.damage.written import WrittenAddress
from mlocr.certification.witness.judge import MARGIN, Judge, Truth
from mlocr.certification.witness.names import name_cost
from mlocr.certification.witness.office import Offices
from mlocr.mail.address import AddressKind
from mlocr.services.cass_targets import Target

NO_STREETS = ("ZEPHYRINE", "QUARTERMAIN", "YGGDRASIL", "XANTHOPOULOS", "VORTIGERN", "OUBLIETTE", "KVETCHING")
SUFFIXES = ("ST", "AVE", "RD", "DR", "LN", "CT")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a trap is made with."""

    offices: Offices
    judge: Judge
    rng: random.Random


@dataclass(frozen=True, slots=True)
class Trapped:
    """One trap: what is written and what is right. `lines` replaces the block where it is no ordinary address."""

    written: WrittenAddress
    truth: Truth
    lines: tuple[str, ...] = ()


Trap = Callable[[Desk, Target], Trapped | None]


def _street(target: Target) -> bool:
    return target.written.kind is AddressKind.STREET and not target.written.firm


def _unknown(desk: Desk, zips: tuple[str, ...]) -> str:
    """A street name that no street of these ZIP Codes is anything like; empty where chance gives none."""
    name = desk.rng.choice(NO_STREETS)
    known = {place.name for zip5 in zips for place in desk.offices.records(zip5).places}
    return name if all(name_cost(name, other) > 2 * MARGIN for other in known) else ""


def _bare(target: Target, rng: random.Random, street: str) -> WrittenAddress:
    """The target's last line with an invented street."""
    return replace(
        target.written,
        number=str(rng.randrange(2, 9000)),
        predirectional="",
        street=street,
        suffix=rng.choice(SUFFIXES),
        postdirectional="",
        designator="",
        unit="",
        urbanization="",
    )


def unknown_street(desk: Desk, target: Target) -> Trapped | None:
    """A street the office does not have: five digits."""
    street = _unknown(desk, desk.offices.office(target.place.zip5)) if _street(target) else ""
    return Trapped(_bare(target, desk.rng, street), Truth(target.place.zip5)) if street else None


def small_town(desk: Desk, target: Target) -> Trapped | None:
    """An unknown street in an office with one ZIP Code: five digits, not general delivery's -9999."""
    return unknown_street(desk, target) if len(desk.offices.office(target.place.zip5)) == 1 else None


def unknown_street_without_zip(desk: Desk, target: Target) -> Trapped | None:
    """No ZIP Code, a city with several, and a street that cannot tell which: no code."""
    made = unknown_street(desk, target)
    zips = desk.offices.zips_of_city(target.written.city, target.written.state)
    if made is None or len(zips) < 2:
        return None
    return Trapped(replace(made.written, zip5=""), Truth(""))


def out_of_range(desk: Desk, target: Target) -> Trapped | None:
    """A house number beyond every range of the street's name in the office: five digits."""
    if not _street(target) or not target.written.number.isdigit():
        return None
    number = str(int(target.written.number) + 20000)
    written = replace(target.written, number=number, designator="", unit="")
    for zip5 in desk.offices.office(target.place.zip5):
        if desk.judge.held_anywhere(zip5, written):
            return None
    return Trapped(written, Truth(target.place.zip5))


def number_missing(desk: Desk, target: Target) -> Trapped | None:
    """A street without a house number: five digits."""
    if not _street(target) or target.written.street[:1].isdigit():
        return None
    written = replace(target.written, number="", designator="", unit="")
    return Trapped(written, Truth(target.place.zip5)) if written.suffix else None


def ambiguous(desk: Desk, target: Target) -> Trapped | None:
    """Directional or suffix left out where several streets then answer: the coarser code."""
    if not _street(target):
        return None
    for change in (direction_missing, suffix_missing):
        written = change(target.written, desk.rng)
        truth = desk.judge.truth(written, target.place) if written else None
        if written and truth and truth.tied:
            return Trapped(written, truth)
    return None


def unknown_city(desk: Desk, target: Target) -> Trapped | None:
    """City and ZIP Code of no place: no code."""
    zip5 = f"{desk.rng.randrange(100000):05d}"
    if zip5 in desk.offices.details:
        return None
    return Trapped(replace(target.written, city=desk.rng.choice(NO_CITIES), zip5=zip5), Truth(""))


def conflict(desk: Desk, target: Target) -> Trapped | None:
    """City and state of one place, ZIP Code of another far away, and a street in neither: no code."""
    zip5 = desk.rng.choice(desk.offices.zips)
    theirs = desk.offices.details[zip5][0]
    street = _unknown(desk, (*desk.offices.office(target.place.zip5), *desk.offices.office(zip5)))
    if not _street(target) or not street or theirs.state == target.written.state:
        return None
    return Trapped(replace(_bare(target, desk.rng, street), zip5=zip5), Truth(""))


def two_places(desk: Desk, target: Target) -> Trapped | None:
    """City of one place, ZIP Code of another in the state, and both have the house: no code."""
    if not _street(target) or target.written.unit:
        return None
    for city in target.written.around.other_cities:
        zips = desk.offices.zips_of_city(city, target.written.state)
        if target.place.zip5 in zips or set(zips) & set(desk.offices.office(target.place.zip5)):
            continue
        written = replace(target.written, city=city)
        if any(desk.judge.held_exactly(zip5, written) for zip5 in zips):
            return Trapped(written, Truth(""))
    return None


def box_out_of_range(desk: Desk, target: Target) -> Trapped | None:
    """A box number the office does not have: five digits."""
    if target.written.kind is not AddressKind.PO_BOX:
        return None
    written = replace(target.written, number=str(desk.rng.randrange(70000, 99000)))
    if any(desk.judge.held_anywhere(zip5, written) for zip5 in desk.offices.office(target.place.zip5)):
        return None
    return Trapped(written, Truth(target.place.zip5))


def no_last_line(desk: Desk, target: Target) -> Trapped | None:
    """Street alone: no code."""
    if not _street(target):
        return None
    return Trapped(replace(target.written, city="", state="", zip5=""), Truth(""))


def foreign(desk: Desk, target: Target) -> Trapped | None:
    """An address abroad: no code."""
    city, country = desk.rng.choice(
        (("LONDON SW1A 1AA", "UNITED KINGDOM"), ("75008 PARIS", "FRANCE"), ("TORONTO ON M5V 2T6", "CANADA"))
    )
    return Trapped(target.written, Truth(""), (f"{desk.rng.randrange(2, 99)} HIGH ST", city, country))


TRAPS: Mapping[str, Trap] = MappingProxyType(
    {
        "Y6": unknown_street,
        "I2": small_town,
        "t1": ambiguous,
        "t2": out_of_range,
        "t3": number_missing,
        "t4": unknown_city,
        "t5": conflict,
        "t6": two_places,
        "t7": unknown_street_without_zip,
        "t8": box_out_of_range,
        "t9": no_last_line,
        "tA": foreign,
    }
)
"""Traps by category code (`mlocr.certification.categories` has their titles)."""
