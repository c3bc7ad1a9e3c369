"""How near a written name is to a directory's: exact, the same but for look-alike characters, or so many edits away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mlocr.certification.damage.street import COMPASS, HIGHWAY_FORMS, SHORT_WORDS
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import DIRECTIONALS, ORDINALS, ordinal

LOOKALIKE = 1
EDIT = 2
FAR = 10
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


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name as it stands, in its standard spelling, and folded."""

    raw: str
    standard: str
    folded: str

    @classmethod
    def of(cls, name: str) -> Spelled:
        """A name with its two forms."""
        return cls(name, standard(name), folded(name))


class NameBook:
    """Names to look a written one up in."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [Spelled.of(name) for name in sorted(set(names))]
        self._folded = [each.folded for each in self._names]

    def near(self, written: str) -> Iterator[tuple[str, int]]:
        """Every name less than FAR from a written one, with its cost."""
        ours = Spelled.of(written)
        found = process.extract(
            ours.folded, self._folded, scorer=OSA.distance, score_cutoff=FAR // EDIT - 1, limit=None, processor=None
        )
        for _, distance, at in found:
            yield self._names[at].raw, _cost(ours, self._names[at], int(distance))


def _cost(ours: Spelled, theirs: Spelled, distance: int) -> int:
    if ours.raw == theirs.raw or ours.standard == theirs.standard:
        return 0
    return LOOKALIKE if distance == 0 else EDIT * distance


def name_cost(written: str, name: str) -> int:
    """How far a written name is from a directory's: 0 the same, 1 look-alikes, 2 for each edit, at most FAR."""
    ours, theirs = Spelled.of(written), Spelled.of(name)
    distance = OSA.distance(ours.folded, theirs.folded, score_cutoff=FAR // EDIT - 1)
    return min(_cost(ours, theirs, distance), FAR)


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


def is_turned(written: tuple[str, str], its: tuple[str, str]) -> bool:
    """Whether a written directional stands more than a right angle from the street's (cardinal rule, footnote K)."""
    pairs = [(w, i) for w in written for i in its if w in COMPASS and i in COMPASS and w not in its]
    return any((COMPASS.index(w) - COMPASS.index(i)) % 8 in (3, 4, 5) for w, i in pairs)


def is_magnet(name: str) -> bool:
    """Whether a street's name is a suffix or directional itself: its parts must be exact (footnote T)."""
    return name in SUFFIXES or name in DIRECTIONALS
