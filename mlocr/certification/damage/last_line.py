"""Damages of the last line: city, state, ZIP Code and add-on."""

from __future__ import annotations

import random
from dataclasses import replace

from mlocr.certification.damage.written import WrittenAddress

NO_CITIES = ("QUOXBURY", "ZEVINTHORPE", "XYLANDIA JUNCTION", "VRADELHEIM")
"""Names of no place (*ours*)."""


def zip_missing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """City and state only."""
    return replace(address, zip5="", plus4="") if address.zip5 and address.city else None


def zip_wrong(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """One digit of the ZIP Code is another; no add-on."""
    if len(address.zip5) != 5 or not address.city:
        return None
    at = rng.randrange(5)
    digit = rng.choice([d for d in "0123456789" if d != address.zip5[at]])
    return replace(address, zip5=address.zip5[:at] + digit + address.zip5[at + 1 :], plus4="")


def zip_transposed(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """Two neighbouring digits of the ZIP Code changed about; no add-on."""
    code = address.zip5
    places = [i for i in range(4) if len(code) == 5 and code[i] != code[i + 1]]
    if not places or not address.city:
        return None
    at = rng.choice(places)
    return replace(address, zip5=code[:at] + code[at + 1] + code[at] + code[at + 2 :], plus4="")


def zip_of_sister(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """Another ZIP Code of the same post office (finance-number search)."""
    if not address.around.sister_zips:
        return None
    return replace(address, zip5=rng.choice(address.around.sister_zips), plus4="")


def city_wrong(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """Another city of the state with the good ZIP Code."""
    if not address.around.other_cities or not address.zip5:
        return None
    return replace(address, city=rng.choice(address.around.other_cities))


def city_unknown(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A city that does not exist, with the good ZIP Code."""
    return replace(address, city=rng.choice(NO_CITIES)) if address.zip5 and address.city else None


def city_missing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The ZIP Code alone."""
    return replace(address, city="", state="") if address.zip5 and address.city else None


def state_missing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """City and ZIP Code without a state."""
    return replace(address, state="") if address.zip5 and address.state else None


def city_acceptable(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """Another City State name that may stand in a last line of the ZIP Code."""
    names = address.around.mailing_names
    return replace(address, city=rng.choice(names)) if names else None


def city_not_mailing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A City State name of the ZIP Code that is not to be used in a last line."""
    names = address.around.other_names
    return replace(address, city=rng.choice(names)) if names else None


def city_abbreviated(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The City State file's 13-character abbreviation."""
    short = address.around.abbreviation
    return replace(address, city=short) if short and short != address.city else None


def addon_stale(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """An add-on that is out of date: the address says otherwise and counts."""
    if not address.zip5:
        return None
    addon = f"{rng.randrange(1001, 9000):04d}"
    return replace(address, plus4=addon) if addon != address.around.addon else None


def addon_right(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """The right add-on printed."""
    return replace(address, plus4=address.around.addon) if address.zip5 and address.around.addon else None
