"""Damages of a street: its directionals, suffix, numbered names, highways, aliases and its house number."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace

from mlocr.certification.damage.written import WrittenAddress
from mlocr.matching.suffixes import COMMON_SUFFIXES, SUFFIXES
from mlocr.matching.words import DIRECTIONAL_NAMES, ORDINAL_WORDS

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_ORDINAL = re.compile(r"^(\d+)(ST|ND|RD|TH)$")
HIGHWAY_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"^COUNTY (?:ROAD|RD) (\S+)$"), ("CO RD {}", "CR {}", "COUNTY RD {}", "CNTY RD {}", "COUNTY ROAD {}")),
    (re.compile(r"^COUNTY (?:HIGHWAY|HWY) (\S+)$"), ("CO HWY {}", "COUNTY HWY {}", "CNTY HWY {}")),
    (re.compile(r"^STATE (?:ROAD|RD) (\S+)$"), ("STATE RD {}", "ST RD {}", "STATE ROAD {}")),
    (re.compile(r"^STATE (?:ROUTE|RTE) (\S+)$"), ("ST RT {}", "SR {}", "STATE RTE {}", "STATE RT {}")),
    (re.compile(r"^STATE (?:HIGHWAY|HWY) (\S+)$"), ("STATE HWY {}", "ST HWY {}", "SH {}")),
    (re.compile(r"^US (?:HIGHWAY|HWY) (\S+)$"), ("US HWY {}", "US {}", "U S HIGHWAY {}", "U.S. HWY {}", "US-{}")),
    (re.compile(r"^US (?:ROUTE|RTE) (\S+)$"), ("US RTE {}", "US RT {}", "U S ROUTE {}")),
    (re.compile(r"^FM (\S+)$"), ("FARM TO MARKET {}", "FM ROAD {}", "FM RD {}", "FARM TO MARKET RD {}")),
    (re.compile(r"^(?:HIGHWAY|HWY) (\S+)$"), ("HWY {}", "HIWAY {}", "HIGHWAY {}")),
    (re.compile(r"^(?:ROUTE|RTE) (\S+)$"), ("RT {}", "RTE {}", "ROUTE {}")),
    (re.compile(r"^INTERSTATE (\S+)$"), ("I {}", "I-{}", "INTERSTATE HWY {}")),
)
"""Publication 28 appendix F: the file's name of a highway, and what people write."""

SHORT_WORDS: Mapping[str, str] = {
    "SAINT": "ST", "MOUNT": "MT", "FORT": "FT", "HEIGHTS": "HTS", "SPRINGS": "SPGS", "SPRING": "SPG", "LAKE": "LK",
    "CENTER": "CTR", "JUNCTION": "JCT", "POINT": "PT", "MOUNTAIN": "MTN", "CREEK": "CRK", "RIDGE": "RDG",
    "VALLEY": "VLY", "VILLAGE": "VLG", "MEADOWS": "MDWS", "GARDENS": "GDNS", "NORTH": "N", "SOUTH": "S", "EAST": "E",
    "WEST": "W", "DOCTOR": "DR", "JUNIOR": "JR", "BRIDGE": "BRG", "RIVER": "RIV", "FALLS": "FLS", "HARBOR": "HBR",
    "ISLAND": "IS", "BEACH": "BCH", "CHURCH": "CHRCH", "HILL": "HL", "MILL": "ML", "GROVE": "GRV",
}  # fmt: skip
"""Words of names and what people shorten them to (Publication 28 appendix C1 spellings)."""


# --- the suffix -----------------------------------------------------------------------------------------------------


def suffix_missing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN for 124 MAIN ST."""
    return replace(address, suffix="") if address.suffix else None


def suffix_wrong(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN AVE for 124 MAIN ST."""
    if not address.suffix:
        return None
    others = sorted(COMMON_SUFFIXES - {address.suffix, "HWY"})
    return replace(address, suffix=rng.choice(others))


def suffix_extra(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 BROADWAY ST for 124 BROADWAY."""
    if address.suffix or not address.street or any(c.isdigit() for c in address.street):
        return None
    return replace(address, suffix=rng.choice(("ST", "AVE", "RD")))


def suffix_spelled(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """STREET, STR or STRT for ST: any spelling of Publication 28 appendix C1."""
    others = sorted(w for w, std in SUFFIXES.items() if std == address.suffix and w != address.suffix)
    return replace(address, suffix=rng.choice(others)) if address.suffix and others else None


# --- directionals ---------------------------------------------------------------------------------------------------


def direction_missing(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST for 124 N MAIN ST, or for 124 MAIN ST W."""
    if address.predirectional and (not address.postdirectional or rng.random() < 0.5):
        return replace(address, predirectional="")
    return replace(address, postdirectional="") if address.postdirectional else None


def _turned(address: WrittenAddress, steps: int) -> WrittenAddress | None:
    """The directional turned by so many times 45 degrees."""
    pre, post = address.predirectional, address.postdirectional
    if pre in COMPASS:
        return replace(address, predirectional=COMPASS[(COMPASS.index(pre) + steps) % 8])
    if post in COMPASS:
        return replace(address, postdirectional=COMPASS[(COMPASS.index(post) + steps) % 8])
    return None


def direction_wrong(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 E MAIN ST or 124 NE MAIN ST for 124 N MAIN ST: wrong by no more than a right angle."""
    return _turned(address, rng.choice((-2, -1, 1, 2)))


def direction_turned(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 S MAIN ST for 124 N MAIN ST: wrong by more than a right angle (cardinal rule, AMS footnote K)."""
    return _turned(address, rng.choice((3, 4, 5)))


def direction_extra(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 N MAIN ST for 124 MAIN ST."""
    if address.predirectional or address.postdirectional or not address.street:
        return None
    return replace(address, predirectional=rng.choice("NSEW"))


def direction_moved(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 MAIN ST N for 124 N MAIN ST, and the other way about."""
    if bool(address.predirectional) == bool(address.postdirectional):
        return None
    return replace(address, predirectional=address.postdirectional, postdirectional=address.predirectional)


def direction_as_word(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 NORTH MAIN ST, 124 NORTHWEST MAIN ST, 124 NORTH WEST MAIN ST."""
    if not address.predirectional and not address.postdirectional:
        return None
    pre, post = (_long(part, rng) for part in (address.predirectional, address.postdirectional))
    return replace(address, predirectional=pre, postdirectional=post)


def _long(direction: str, rng: random.Random) -> str:
    if len(direction) == 2 and rng.random() < 0.3:
        return " ".join(DIRECTIONAL_NAMES.get(letter, letter) for letter in direction)
    return DIRECTIONAL_NAMES.get(direction, direction)


def direction_pointed(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 N. MAIN ST, 124 N.W. MAIN ST."""
    if not address.predirectional and not address.postdirectional:
        return None
    pre, post = ("".join(f"{c}." for c in part) for part in (address.predirectional, address.postdirectional))
    return replace(address, predirectional=pre, postdirectional=post)


def direction_glued(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """124 NMAIN ST for 124 N MAIN ST."""
    if not address.predirectional or not address.street[:1].isalpha():
        return None
    return replace(address, joined=address.joined | {"predirectional"})


# --- the name -------------------------------------------------------------------------------------------------------


def ordinal_as_word(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """SIXTH for 6TH, TWENTY FIRST for 21ST."""
    word = ORDINAL_WORDS.get(address.street)
    return replace(address, street=word) if word else None


def ordinal_apart(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """6 TH for 6TH."""
    found = _ORDINAL.match(address.street)
    return replace(address, street=f"{found[1]} {found[2]}") if found else None


def ordinal_bare(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """6 AVE for 6TH AVE."""
    found = _ORDINAL.match(address.street)
    return replace(address, street=found[1]) if found and address.suffix else None


def name_abbreviated(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """ST CLOUD for SAINT CLOUD, OLD ML for OLD MILL (Publication 28 appendix C1 words in a name)."""
    words = address.street.split()
    short = [SHORT_WORDS.get(word, word) for word in words]
    if len(words) < 2 or short == words:
        return None
    return replace(address, street=" ".join(short))


def alias_used(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """Another name of the street, from the City State alias records."""
    if not address.around.aliases:
        return None
    pre, name, suffix, post = rng.choice(address.around.aliases)
    return replace(address, predirectional=pre, street=name, suffix=suffix, postdirectional=post)


def highway_rewritten(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """CO RD 12 for COUNTY ROAD 12, and the other forms of Publication 28 appendix F."""
    for pattern, forms in HIGHWAY_FORMS:
        found = pattern.match(address.street)
        if found:
            written = [form.format(found[1]) for form in forms]
            return replace(address, street=rng.choice([w for w in written if w != address.street]))
    return None


# --- the number -----------------------------------------------------------------------------------------------------


def leading_zeros(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """00124 MAIN ST, RR 1 BOX 012."""
    if not address.number.isdigit():
        return None
    return replace(address, number="0" * rng.randint(1, 3) + address.number)


def number_spaced(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """N6 W23001 for N6W23001, 112 - 10 for 112-10, 10 A for 10A."""
    number = address.number
    if "-" in number:
        return replace(address, number=number.replace("-", " - "))
    if found := re.fullmatch(r"([NSEW]\d+)([NSEW]\d+)", number):
        return replace(address, number=f"{found[1]} {found[2]}")
    if found := re.fullmatch(r"(\d+)([A-Z])", number):
        return replace(address, number=f"{found[1]} {found[2]}")
    return None


def fraction_hyphenated(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
    """123-1/2 for 123 1/2."""
    found = re.fullmatch(r"(\d+) (\d/\d)", address.number)
    return replace(address, number=f"{found[1]}-{found[2]}") if found else None
