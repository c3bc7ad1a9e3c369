"""How near a written name is to a directory's: exact, the same but for look-alike characters, or so many edits away."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from mlocr.certification.damage.street import HIGHWAY_FORMS, SHORT_WORDS
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import DIRECTIONALS, ORDINALS, ordinal

LOOKALIKE = 1
EDIT = 2
FAR = 12
"""Costs of a name: look-alike characters, each edit, and more than anybody asks about."""

_FOLD = str.maketrans({"0": "O", "1": "I", "L": "I", "5": "S", "8": "B"})
_SPANISH: Mapping[str, str] = {"AVENIDA": "AVE", "CLL": "CALLE", "CAMINO": "CAM", "CARRETERA": "CARR"}
_LONG_WORDS: Mapping[str, str] = {short: long for long, short in SHORT_WORDS.items()}
_APART = re.compile(r"^(\d+) (ST|ND|RD|TH)$")


def standard(name: str) -> str:
    """One spelling for every way a name is rightly written: ordinals, highways, shortened words, Spanish words."""
    text = " ".join(re.sub(r"[.'`,;]", "", name.upper()).split())
    if text in ORDINALS:
        return ORDINALS[text]
    if found := _APART.match(text):
        return found[1] + found[2]
    if text.isdigit() and len(text) < 5:
        return ordinal(int(text))
    for pattern, canonical in _HIGHWAYS:
        if found := pattern.fullmatch(text):
            return canonical.format(found[1])
    words = text.replace("-", " ").split()
    words[:1] = [_SPANISH.get(word, word) for word in words[:1]]
    return " ".join(_LONG_WORDS.get(word, word) for word in words)


def _highways() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows: list[tuple[re.Pattern[str], str]] = []
    for number, (pattern, forms) in enumerate(HIGHWAY_FORMS):
        canonical = f"HIGHWAY-{number} {{}}"
        rows.append((pattern, canonical))
        rows += [
            (re.compile(re.escape(re.sub(r"[.'`,;]", "", form)).replace(r"\{\}", r"(\S+)")), canonical)
            for form in forms
        ]
    return tuple(rows)


_HIGHWAYS = _highways()


def folded(name: str) -> str:
    """The standard name with look-alikes brought together and no blanks."""
    return re.sub(r"[ -]", "", standard(name)).translate(_FOLD).replace("RN", "M").replace("CI", "D")


def name_cost(written: str, name: str) -> int:
    """How far a written name is from a directory's: 0 the same, 1 look-alikes, 2 for each edit, at most FAR."""
    if written == name or standard(written) == standard(name):
        return 0
    ours, theirs = folded(written), folded(name)
    if ours == theirs:
        return LOOKALIKE
    distance = OSA.distance(ours, theirs, score_cutoff=FAR // EDIT - 1)
    return min(EDIT * distance, FAR)


def direction(text: str) -> str:
    """A directional in letters."""
    plain = text.replace(".", "").upper()
    return DIRECTIONALS.get(plain) or "".join(DIRECTIONALS.get(word, word) for word in plain.split())


def suffix(text: str) -> str:
    """A suffix in its standard abbreviation."""
    return SUFFIXES.get(text.upper(), text.upper())


def parts_cost(written: tuple[str, str, str], place: tuple[str, str, str]) -> int:
    """How far predirectional, suffix and postdirectional are: missing 1, extra 2, another 3; moved across 2."""
    (pre, suf, post), (its_pre, its_suf, its_post) = written, place
    if pre != its_pre and (pre, post) == (its_post, its_pre):
        return 2 + _part(suf, its_suf)
    return _part(pre, its_pre) + _part(suf, its_suf) + _part(post, its_post)


def _part(written: str, its: str) -> int:
    if written == its:
        return 0
    return 1 if not written else 2 if not its else 3
