"""A street's words: every division into directionals, name and suffix, and every spelling of a name."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mlocr.matching.highways import highway_names
from mlocr.matching.suffixes import SUFFIX_NAMES, SUFFIXES, suffix_of
from mlocr.matching.words import (
    BOTH_WAYS,
    DIRECTIONAL_NAMES,
    DIRECTIONALS,
    NAMESAKES,
    ORDINAL_WORDS,
    ORDINALS,
    SPANISH,
    ordinal,
)

_LETTERED_ORDINAL = re.compile(r"^(\d+)\s?(ST|ND|RD|TH)$")
_MOST_SPELLINGS = 30
_LONGEST_INITIALS = 4


class StreetName(NamedTuple):
    """One division of a street's words; `name` is as printed, each other part standard or empty."""

    predirectional: str
    name: str
    suffix: str
    postdirectional: str


def _head(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if len(words) > 2 and words[0] + words[1] in DIRECTIONALS and {words[0], words[1]} <= DIRECTIONALS.keys():
        yield DIRECTIONALS[words[0] + words[1]], words[2:]
    if len(words) > 2 and all(w in DIRECTIONALS for w in words[:2]):
        pair = DIRECTIONALS[words[0]] + DIRECTIONALS[words[1]]
        if pair in DIRECTIONAL_NAMES:
            yield pair, words[2:]
    if len(words) > 1 and words[0] in DIRECTIONALS:
        yield DIRECTIONALS[words[0]], words[1:]
    yield "", words


def _tail(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if len(words) > 2 and all(w in DIRECTIONALS for w in words[-2:]):
        pair = DIRECTIONALS[words[-2]] + DIRECTIONALS[words[-1]]
        if pair in DIRECTIONAL_NAMES:
            yield pair, words[:-2]
    if len(words) > 1 and words[-1] in DIRECTIONALS:
        yield DIRECTIONALS[words[-1]], words[:-1]
    yield "", words


def divisions(words: tuple[str, ...]) -> Iterator[StreetName]:
    """Every division, the one that takes most parts off first (Publication 28 appendix D); each once."""
    seen: set[StreetName] = set()
    for pre, rest in _head(words):
        for post, body in _tail(rest):
            cuts = [("", body)]
            if len(body) > 1 and suffix_of(body[-1]):
                cuts.insert(0, (suffix_of(body[-1]), body[:-1]))
            if len(body) > 2 and body[-2] in SUFFIXES and body[-1] in SUFFIXES:
                # Doubled suffix (MAIN ST ST): the extra one is dropped when nothing else fits.
                cuts.append((SUFFIXES[body[-1]], body[:-2])) if body[-1] == body[-2] else None
            for suffix, name in cuts:
                found = StreetName(pre, " ".join(name), suffix, post)
                if found not in seen:
                    seen.add(found)
                    yield found


@lru_cache(maxsize=64)
def plainest(words: tuple[str, ...]) -> StreetName | None:
    """The first of `divisions`; None for no words. The latest are kept: one match asks more than once."""
    if len(words) > 1 and words[0] not in DIRECTIONALS and words[-1] not in DIRECTIONALS:
        # The plain case by itself, for speed.
        suffix = suffix_of(words[-1])
        return StreetName("", " ".join(words[:-1] if suffix else words), suffix, "")
    return next(divisions(words), None)


def _numbered(words: list[str]) -> Iterator[str]:
    """SIXTH and 6 TH as 6TH, TWENTY FIRST as 21ST, 6 as 6TH, 6TH as SIXTH."""
    text = " ".join(words)
    if text in ORDINALS:
        yield ORDINALS[text]
    elif len(words) > 1 and text.replace("-", " ") in ORDINALS:
        yield ORDINALS[text.replace("-", " ")]
    found = _LETTERED_ORDINAL.match(text)
    if found and ordinal(int(found[1])) != text:
        yield ordinal(int(found[1]))
    elif text.isdigit() and len(text) < 5:
        yield ordinal(int(text))
    number = ordinal(int(found[1])) if found and len(found[1]) < 4 else text
    if number in ORDINAL_WORDS:
        yield ORDINAL_WORDS[number]


def spellings(name: str) -> tuple[str, ...]:
    """The name as printed and the other ways the directory may spell it, likeliest first, each once."""
    if name.isalpha():
        return _of_word(name)
    words = name.replace("-", " ").split()
    found = [name, *_numbered(words)]
    if "-" in name:
        found += [" ".join(words), "".join(words)]
    found += highway_names(words)
    spanish = [SPANISH.get(w, w) if i == 0 else w for i, w in enumerate(words)]
    long = [BOTH_WAYS.get(w, w) for w in words]
    full = [DIRECTIONAL_NAMES.get(w) or SUFFIX_NAMES.get(w, w) for w in words]
    short = [_SHORT.get(w, w) for w in words]
    brief = [SUFFIXES.get(w, w) if i else w for i, w in enumerate(words)]
    standard = [SUFFIX_NAMES.get(SUFFIXES.get(w, ""), w) if i else w for i, w in enumerate(words)]
    found += [" ".join(each) for each in (spanish, long, full, short, brief, standard)]
    if len(words) > 1 and words[0] in SUFFIXES:
        found.append(" ".join([SUFFIX_NAMES[SUFFIXES[words[0]]], *words[1:]]))
    found += [" ".join(ORDINALS.get(w, w) for w in words)]
    found += next((group for group in NAMESAKES if name in group), ())
    return tuple(dict.fromkeys(found))[:_MOST_SPELLINGS]


def _of_word(name: str) -> tuple[str, ...]:
    """The spellings of a name that is one word of letters."""
    others = (
        ORDINALS.get(name),
        SPANISH.get(name),
        BOTH_WAYS.get(name),
        DIRECTIONAL_NAMES.get(name) or SUFFIX_NAMES.get(name),
        _SHORT.get(name),
    )
    found = [name, *(other for other in others if other)]
    if len(name) < _LONGEST_INITIALS:
        found += next((group for group in NAMESAKES if name in group), ())
    return tuple(dict.fromkeys(found))


_SHORT = {long: short for short, long in BOTH_WAYS.items() if short not in ("NO", "SO", "CY", "CTY", "DR")}
