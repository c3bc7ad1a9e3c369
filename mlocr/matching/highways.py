"""Highway names: the many printed forms and those the ZIP+4 file uses (Publication 28 appendix F)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz.distance import OSA

from mlocr.matching.text import digits_of

_HWY = r"(?:HIGHWAY|HWY|HIWAY|HIGHWY|HWAY)"
_RTE = r"(?:ROUTE|RTE|RT)"
_ROAD = r"(?:ROAD|RD)"

# Pattern of the printed form, then the names the directory may use; \1 is the number with its letter.
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(rf"^(?:{pattern})\s(\d+[A-Z]?)$"), names)
    for pattern, names in (
        (rf"(?:U\s?S|UNITED STATES) {_HWY}", ("US HIGHWAY {}", "US HWY {}", "HIGHWAY {}")),
        (rf"(?:U\s?S|UNITED STATES) {_RTE}", ("US ROUTE {}", "US HIGHWAY {}", "US RTE {}")),
        (r"U\s?S", ("US HIGHWAY {}", "US ROUTE {}")),
        (rf"(?:STATE|ST) {_HWY}|S\s?H", ("STATE HIGHWAY {}", "STATE HWY {}")),
        (rf"(?:STATE|ST) {_RTE}|S\s?R", ("STATE ROUTE {}", "STATE RTE {}")),
        (rf"(?:STATE|ST) {_ROAD}", ("STATE ROAD {}", "STATE RD {}")),
        (rf"(?:COUNTY|CNTY|CO) {_ROAD}|C\s?R", ("COUNTY ROAD {}", "COUNTY RD {}")),
        (rf"(?:COUNTY|CNTY|CO) {_HWY}|CTH", ("COUNTY HIGHWAY {}", "COUNTY HWY {}")),
        (rf"(?:COUNTY|CNTY|CO) {_RTE}", ("COUNTY ROUTE {}", "COUNTY RTE {}")),
        (rf"(?:FARM TO MARKET|F\s?M)(?: {_ROAD})?", ("FM {}", "FARM TO MARKET {}", "FM ROAD {}")),
        (rf"(?:RANCH TO MARKET|R\s?M)(?: {_ROAD})?|RANCH {_ROAD}", ("RM {}", "RANCH ROAD {}")),
        (rf"(?:INTERSTATE|INTERST|I)(?: {_HWY})?", ("INTERSTATE {}", "INTERSTATE HIGHWAY {}", "I {}")),
        (_HWY, ("HIGHWAY {}", "HWY {}")),
        (_RTE, ("ROUTE {}", "RTE {}")),
        (_ROAD, ("ROAD {}", "RD {}")),
        (rf"(?:TOWNSHIP|TWP) {_ROAD}|T\s?R", ("TOWNSHIP ROAD {}", "TOWNSHIP RD {}")),
        (r"(?:CARRETERA|CARR)", ("CARR {}", "CARRETERA {}")),
    )
)
_GLUED = re.compile(r"^(US|SR|SH|CR|FM|RM|I|CTH|HWY|RTE)-?(\d+[A-Z]?)$")


def highway_names(words: Sequence[str]) -> list[str]:
    """The directory's possible names for a highway as printed; empty for anything else."""
    text = " ".join(words)
    glued = _GLUED.match(text)
    if glued:
        text = f"{glued[1]} {glued[2]}"
    for pattern, names in _FORMS:
        found = pattern.match(text)
        if found:
            return [name.format(found.groups()[-1]) for name in names]
    return []


# Words of a highway's name: what system it belongs to, what kind of road it is called, and words that say nothing.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("HIGHWAY", "HWY", "HIWAY", "HIGHWY", "HWAY", "HGWY", "HY"), ("", "HIGHWAY")),
        **dict.fromkeys(("ROUTE", "RTE", "RT"), ("", "ROUTE")),
        **dict.fromkeys(("ROAD", "RD"), ("", "ROAD")),
        **dict.fromkeys(("STATE", "ST", "STHWY"), ("STATE", "")),
        **dict.fromkeys(("COUNTY", "CNTY", "CO", "CTY"), ("COUNTY", "")),
        **dict.fromkeys(("US", "USA"), ("US", "")),
        **dict.fromkeys(("USHWY", "USHIGHWAY"), ("US", "HIGHWAY")),
        **dict.fromkeys(("INTERSTATE", "INTERST", "I", "IH"), ("INTERSTATE", "")),
        **dict.fromkeys(("TOWNSHIP", "TWP"), ("TOWNSHIP", "")),
        **{"FM": ("FM", "ROAD"), "RM": ("RM", "ROAD"), "RANCH": ("RM", ""), "FARM": ("FM", ""), "MARKET": ("", "ROAD")},
        **{"SR": ("STATE", "ROUTE"), "SH": ("STATE", "HIGHWAY"), "CR": ("COUNTY", "ROAD"), "TR": ("TOWNSHIP", "ROAD")},
        **{"CTH": ("COUNTY", "HIGHWAY"), "CORD": ("COUNTY", "ROAD"), "COHWY": ("COUNTY", "HIGHWAY")},
        **{"COUNTYROAD": ("COUNTY", "ROAD"), "STATEROUTE": ("STATE", "ROUTE"), "STATEROAD": ("STATE", "ROAD")},
        **{"STATEHIGHWAY": ("STATE", "HIGHWAY"), "COUNTYHIGHWAY": ("COUNTY", "HIGHWAY")},
        **dict.fromkeys(("NO", "NUM", "NUMBER", "#", "TO"), ("", "")),
    }
)
_LONG_WORDS = ("COUNTY", "STATE", "ROUTE", "HIGHWAY", "INTERSTATE", "TOWNSHIP", "ROAD")
_IDENT = re.compile(r"^(?:[0-9OQILSBZ]{1,4}[A-Z]?|[A-Z]{1,2})$")
_LETTER_DIGIT = re.compile(r"^([A-Z]{1,10}?)-?(\d+[A-Z]?)$")
_OTHER_ROAD = 0.25
_NO_SYSTEM = 0.5
_WORD_SLIP = 0.5
_OTHER_SYSTEM = 1.25


@dataclass(frozen=True, slots=True)
class Highway:
    """A highway's name taken apart: system ("" where none is named), kind of road, number, misspelled words."""

    system: str
    road: str
    ident: str
    slips: int = 0


def _of_directory(name: str) -> Highway | None:
    return read_highway(name)


def read_highway(name: str) -> Highway | None:
    """A highway in any of its forms, one word of it misspelled perhaps; None for any other street."""
    words = name.replace("U S ", "US ").replace("F M ", "FM ").replace("UNITED STATES", "US").split()
    glued = _LETTER_DIGIT.match(words[-1]) if words else None
    if glued and glued[1] in _WORDS:
        words[-1:] = [glued[1], glued[2]]
    if len(words) < 2 or not _IDENT.match(words[-1]):
        return None
    system = road = ""
    slips = 0
    for word in words[:-1]:
        known = _WORDS.get(word)
        if known is None:
            near = [w for w in _LONG_WORDS if len(word) > 3 and OSA.distance(word, w) == 1]
            if len(near) != 1:
                return None
            known, slips = _WORDS[near[0]], slips + 1
        system, road = known[0] or system, known[1] or road
    if slips > 1 or not (system or road):
        return None
    return Highway(system, road, words[-1], slips)


def same_highway(printed: str, names: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The directory's highways (among names that end in a number or letter) that the printed one may be, with costs.

    HIGHWAY 71 may be any system's 71; another system's highway of the same number is a rival only.
    """
    own = read_highway(printed)
    if own is None:
        return
    for name in names:
        if name == printed:
            continue
        other = _of_directory(name)
        if other is None:
            continue
        cost = own.slips * _WORD_SLIP
        if own.ident != other.ident:
            if not own.ident[-1:].isalnum() or digits_of(own.ident) != other.ident:
                continue
            cost += _OTHER_ROAD
        if own.system != other.system:
            cost += _OTHER_SYSTEM if own.system and other.system else _NO_SYSTEM
        if own.road != other.road:
            cost += _OTHER_ROAD
        yield name, cost
