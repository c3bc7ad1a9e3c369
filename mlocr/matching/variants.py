"""A printed street and what it may have been before damage: suffixes misread, words run together or torn (*ours*)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mlocr.matching.designators import DESIGNATORS
from mlocr.matching.fuzzy import OWN_WORDS, NameList
from mlocr.matching.names import StreetName, divisions
from mlocr.matching.suffixes import COMMON_SUFFIXES, SUFFIX_NAMES, SUFFIXES
from mlocr.matching.text import fold
from mlocr.matching.words import DIRECTIONAL_NAMES, DIRECTIONALS

MISREAD = 0.25
MISSPELLED_SUFFIX = 0.5
UNREAD_SUFFIX = 0.75
UNREAD_RIVAL = 1.25
STRAY = 0.75
# Letters a reader takes for one another beyond the plain look-alikes: AVF and AVE, BLUD and BLVD, RO and RD, AYE ...
_READ_AS = str.maketrans({"F": "E", "U": "V", "Y": "V", "0": "D", "O": "D", "Q": "D", "7": "T", "4": "A", "P": "R"})
_HALF = {"IN": "LN", "1N": "LN", "LM": "LN", "SI": "ST", "8T": "ST", "GT": "CT", "CI": "CT", "C7": "CT"}
_HALF |= {"PI": "PL", "P1": "PL", "VVAY": "WAY", "BVLD": "BLVD", "AVB": "AVE", "OR": "DR", "OP": "DR"}
_HALF_READ: Mapping[str, str] = MappingProxyType(_HALF)


_MISREAD_DIRECTIONALS: Mapping[str, str] = MappingProxyType(
    {"VV": "W", "NVV": "NW", "SVV": "SW", "5W": "SW", "5E": "SE"}
)
_RUN_IN = ("NW", "NE", "SW", "SE", "W", "N")
_FORMS = tuple(form for form in SUFFIXES if len(form) > 1)
_NEARBY = tuple(sorted(COMMON_SUFFIXES | {"TRL", "LOOP", "SQ", "CV", "TRCE", "XING"}))


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to take a printed street: its parts, what it costs to read it so, the slips assumed.

    `whole`: no part that can be taken off was left in the name, so that the name may be compared for spelling.
    """

    street: StreetName
    cost: float = 0.0
    slips: tuple[str, ...] = ()
    whole: bool = True


def variants(words: tuple[str, ...], names: NameList) -> list[Variant]:
    """The printed street's divisions, and those of its mended forms; the cheapest of each kind."""
    found: dict[StreetName, Variant] = {}
    for mended, cost, slip in _mended(words, names):
        every = list(divisions(mended))
        for street in every:
            held = found.get(street)
            if held is None or cost < held.cost:
                whole = street.suffix == every[0].suffix or every[0].suffix not in COMMON_SUFFIXES
                found[street] = Variant(street, cost, (slip,) if slip else (), whole)
    return list(found.values())


def _mended(words: tuple[str, ...], names: NameList) -> Iterator[tuple[tuple[str, ...], float, str]]:
    yield words, 0.0, ""
    yield from _suffix_tails(words)
    yield from _unread_suffixes(words, names)
    yield from _unglued(words, names)
    if any("*" in word for word in words):
        yield tuple(word.replace("*", "") or "*" for word in words), MISREAD, "stray_character"
    yield from _torn(words)
    single = len(words) > 2 and len(words[-2]) == len(words[-1]) == 1 and words[-2] in DIRECTIONALS
    if single and words[-2] + words[-1] in SUFFIXES:  # S T is ST, but the S may be a directional and the T a unit
        yield (*words[:-2], words[-2] + words[-1]), UNREAD_SUFFIX, "suffix_torn"
    for at, word in enumerate(words):
        if word in _MISREAD_DIRECTIONALS and len(words) > 1:
            yield (*words[:at], _MISREAD_DIRECTIONALS[word], *words[at + 1 :]), MISREAD, "directional_misread"
        if len(words) > 2 and len(word) == 1 and word not in DIRECTIONALS and word.isalpha():
            yield words[:at] + words[at + 1 :], STRAY, "stray_character"


def _torn(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """PKW Y as PKWY and TP KE NW as TPKE NW; not where the first part is a directional or suffix itself."""
    for end in (len(words), len(words) - 1) if words[-1] in DIRECTIONALS else (len(words),):
        if end > 2 and words[end - 2] not in DIRECTIONALS and words[end - 2] not in SUFFIXES:
            whole = words[end - 2] + words[end - 1]
            if whole in SUFFIXES:
                yield (*words[: end - 2], whole, *words[end:]), MISREAD, "words_torn"


def _suffix_tails(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """The last word, or the one before a directional, as the suffix it may be a slip for."""
    ends = (len(words), len(words) - 1) if words[-1] in DIRECTIONALS else (len(words),)
    for end in ends:
        if end < 2 or (words[end - 1] in SUFFIXES and words[end - 1] != "OR"):
            continue
        for suffix, cost in near_suffixes(words[end - 1]):
            yield (*words[: end - 1], suffix, *words[end:]), cost, "suffix_misspelled"


def _unread_suffixes(words: tuple[str, ...], names: NameList) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """MAIN TS, KING SRTT, VALLEY DVR: where the suffix stands, a word that is none, one slip away from one.

    Two slips away are rivals only. Not where the word may be something else: a word of a street of the directory,
    a common name, a designator. The name before it must then be exactly a street's (`corrected`).
    """
    end = len(words) - 1 if words[-1] in DIRECTIONALS else len(words)
    word = words[end - 1] if end > 1 else ""
    if len(word) < 2 or not word.isalpha() or word in SUFFIXES or word in DIRECTIONALS or word in DESIGNATORS:
        return
    reach = 1 if len(word) == 2 else 2
    near = process.extract(word, _FORMS, scorer=OSA.distance, score_cutoff=reach, limit=None, processor=None)
    run_in = any(word.endswith(tail) and word.removesuffix(tail) in COMMON_SUFFIXES for tail in _RUN_IN)
    if not near or near[0][1] > 1 or run_in or word in OWN_WORDS or any(word in n.split() for n in names.names):
        return
    for form, distance, _ in near:
        cost = UNREAD_SUFFIX if distance == 1 else UNREAD_RIVAL
        yield (*words[: end - 1], SUFFIXES[form], *words[end:]), cost, "suffix_unread"


def near_suffixes(word: str) -> list[tuple[str, float]]:
    """The common suffixes a word may be a slip for, with the cost; none for a directional or a long way off."""
    if word in DIRECTIONALS or len(word) < 2 or word.isdigit():
        return []
    read = word.translate(_READ_AS)
    found: dict[str, float] = {}
    if word in _HALF_READ:
        found[_HALF_READ[word]] = MISREAD
    for suffix in _NEARBY:
        full = SUFFIX_NAMES[suffix]
        if any(fold(word) == fold(form) or read == form.translate(_READ_AS) for form in (suffix, full)):
            found[suffix] = MISREAD
        elif suffix not in found and (_slip(word, full) or (len(suffix) == 4 and OSA.distance(word, suffix) == 1)):
            found[suffix] = MISSPELLED_SUFFIX
    return list(found.items())


def _slip(word: str, full: str) -> bool:
    if len(word) == 3 and len(full) == 4:
        return OSA.distance(word, full) == 1
    return len(word) > 3 and OSA.distance(word, full) <= (1 if len(full) < 6 else 2)


def _unglued(words: tuple[str, ...], names: NameList) -> Iterator[tuple[tuple[str, ...], float, str]]:
    for size in (2, 1):  # NEPARK ST
        head, rest = words[0][:size], words[0][size:]
        if head in DIRECTIONAL_NAMES and len(rest) > 2:
            parted = (head, rest, *words[1:])
            yield parted, MISREAD, "words_run_together"
            for whole, cost, slip in _suffix_unglued(parted, len(parted), names):  # SBEACHLN
                yield whole, MISREAD + cost, slip
    ends = (len(words), len(words) - 1) if words[-1] in DIRECTIONALS and len(words) > 1 else (len(words),)
    for end in ends:
        yield from _suffix_unglued(words, end, names)
    last = words[-1]
    if len(words) > 1 and last not in SUFFIXES:  # MAINE STW; E and S are left alone: STE and AVES are words
        for tail in _RUN_IN:
            if last.endswith(tail) and last[: -len(tail)] in COMMON_SUFFIXES:
                yield (*words[:-1], last[: -len(tail)], tail), MISREAD, "words_run_together"


def _suffix_unglued(words: tuple[str, ...], end: int, names: NameList) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """CHURCHST: the suffix a common one, the rest a street of the directory."""
    last = words[end - 1]
    for size in range(2, len(last) - 1):
        stem, ending = last[:-size], last[-size:]
        before = words[1 : end - 1] if words[0] in DIRECTIONALS else words[: end - 1]
        name = " ".join([*before, stem])
        known = name in names.members or stem in names.members or _ORDINAL.match(stem)
        if len(stem) > 2 and known and (SUFFIXES.get(ending) in _NEARBY or (size > 2 and ending in SUFFIXES)):
            yield (*words[: end - 1], stem, ending, *words[end:]), MISREAD, "words_run_together"


_ORDINAL = re.compile(r"^\d+(?:ST|ND|RD|TH)$")
