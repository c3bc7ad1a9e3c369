"""What optical reading does: look-alike characters, split and joined words, a stray mark."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from mlocr.certification.damage.written import WrittenAddress

AS_DIGIT: Mapping[str, str] = {"O": "0", "I": "1", "S": "5", "B": "8"}
AS_LETTER: Mapping[str, str] = {"0": "O", "1": "I", "5": "S", "8": "B"}
MELTED: tuple[tuple[str, str], ...] = (("RN", "M"), ("CL", "D"))
STRAY = (".", "'", ",", "-", "`", ";")


def _one(text: str, table: Mapping[str, str], rng: random.Random) -> str:
    places = [i for i, c in enumerate(text) if c in table]
    if not places:
        return ""
    at = rng.choice(places)
    return text[:at] + table[text[at]] + text[at + 1 :]


def street_digits(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """ELM0RE for ELMORE, 5HORE for SHORE: a letter of the name read as a digit."""
    street = _one(address.street, AS_DIGIT, rng) if len(address.street) > 2 else ""
    return replace(address, street=street) if street and not any(c.isdigit() for c in address.street) else None


def number_letters(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """1O5 for 105, 12B for 128: a digit of the house number read as a letter."""
    number = _one(address.number, AS_LETTER, rng) if address.number.isdigit() and len(address.number) > 1 else ""
    return replace(address, number=number) if number else None


def zip_letters(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """O4901 for 04901: a digit of the ZIP Code read as a letter."""
    code = _one(address.zip5, AS_LETTER, rng)
    return replace(address, zip5=code) if code else None


def city_digits(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """P0RTLAND for PORTLAND."""
    city = _one(address.city, AS_DIGIT, rng) if len(address.city) > 3 else ""
    return replace(address, city=city) if city else None


def _melted(text: str, rng: random.Random) -> str:
    """RN for M, M for RN, CL for D, D for CL, once; empty where there is none of them."""
    pairs = [pair for wide, narrow in MELTED for pair in ((wide, narrow), (narrow, wide))]
    places = [(i, old, new) for old, new in pairs for i in range(len(text)) if text.startswith(old, i)]
    if not places:
        return ""
    at, old, new = rng.choice(places)
    return text[:at] + new + text[at + len(old) :]


def street_melted(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """ELRNORE for ELMORE, HAMES for HARNES, DAY for CLAY."""
    street = (
        _melted(address.street, rng) if len(address.street) > 4 and not any(c.isdigit() for c in address.street) else ""
    )
    return replace(address, street=street) if street else None


def city_melted(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """RNERROW for MERROW."""
    city = _melted(address.city, rng) if len(address.city) > 4 else ""
    return replace(address, city=city) if city else None


def street_split(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """WIL LOW for WILLOW."""
    word = address.street
    if len(word) < 6 or not word.isalpha():
        return None
    at = rng.randrange(2, len(word) - 1)
    return replace(address, street=f"{word[:at]} {word[at:]}")


def street_joined(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """WILLOWST for WILLOW ST; OLDMILL for OLD MILL."""
    if " " in address.street and not any(c.isdigit() for c in address.street):
        return replace(address, street=address.street.replace(" ", "", 1))
    if address.suffix and address.street.isalpha() and len(address.street) > 3:
        return replace(address, joined=address.joined | {"suffix"})
    return None


def city_split(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """PORT LAND for PORTLAND, or COLDBROOKFALLS for COLDBROOK FALLS."""
    if " " in address.city:
        return replace(address, city=address.city.replace(" ", "", 1))
    if len(address.city) < 6:
        return None
    at = rng.randrange(2, len(address.city) - 1)
    return replace(address, city=f"{address.city[:at]} {address.city[at:]}")


def stray_mark(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """A speck read as a character behind or inside the street's name."""
    if len(address.street) < 4 or any(c.isdigit() for c in address.street):
        return None
    at = rng.choice((len(address.street), rng.randrange(1, len(address.street))))
    return replace(address, street=address.street[:at] + rng.choice(STRAY) + address.street[at:])


def small_l_for_one(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """l24 for 124: a small l for the digit."""
    if "1" not in address.number or not address.number.isdigit() or len(address.number) < 2:
        return None
    return replace(address, number=address.number.replace("1", "l", 1))
