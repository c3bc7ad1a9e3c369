"""How far a printed street is from one of the directory: what every missing, wrong or misspelled part costs (*ours*).

The unit is one wrong letter in a name. The costs only rank: what may be accepted is said in `corrected`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from mlocr.matching.fuzzy import NameList, clear_neighbour, grade, neighbours
from mlocr.matching.highways import same_highway
from mlocr.matching.names import StreetName, spellings
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.words import ORDINALS, ordinal

MISSING_SUFFIX = 0.5
MISSING_DIRECTIONAL = 0.5
MOVED_DIRECTIONAL = 0.25
EXTRA = 1.0
WRONG = 1.25
_ORDINAL = re.compile(r"^([0-9OQILSBZ]{1,3}?)([A-Z0-9]{1,3})$")
_DIGITS = str.maketrans("OQILSBZ", "0011582")
_ENDING = str.maketrans({"7": "T", "I": "T", "1": "T", "0": "D", "O": "D", "5": "S", "P": "R"})
_ORDINAL_WORDS = NameList.of(ORDINALS)


@dataclass(frozen=True, slots=True)
class NearName:
    """A name of the directory a printed name may stand for: its cost, and how good the spelling evidence is.

    `grade` as in `fuzzy.grade`: 0 the name itself or another spelling of it ... 4 a rival only.
    """

    name: str
    cost: float
    grade: int


def parts_cost(printed: StreetName, key: tuple[str, str, str, str]) -> tuple[float, tuple[str, ...]]:
    """The cost of suffix and directionals, and the slips assumed."""
    slips: list[str] = []
    total = 0.0
    held = SUFFIXES.get(key[2], key[2])
    if printed.suffix != held:
        total += MISSING_SUFFIX if not printed.suffix else WRONG if held else EXTRA
        slips.append("part_missing" if not printed.suffix else "part_changed")
    pre, post = printed.predirectional, printed.postdirectional
    if (pre, post) == (key[0], key[3]):
        return total, tuple(slips)
    if (pre, post) == (key[3], key[0]) and not (pre and post):
        return total + MOVED_DIRECTIONAL, (*slips, "directional_moved")
    for own, other in ((pre, key[0]), (post, key[3])):
        if own != other:
            total += MISSING_DIRECTIONAL if not own else WRONG if other else EXTRA
            slips.append("part_missing" if not own else "directional_changed" if other else "part_changed")
    return total, tuple(slips)


def near_names(
    printed: str, spelling: bool, names: NameList, spelled: Callable[[str], Iterable[str]] = spellings
) -> list[NearName]:
    """Every name the printed one may stand for; with `spelling`, damaged ones and rivals too."""
    found: dict[str, NearName] = {}
    for name in spelled(printed):
        if name in names.members:
            found[name] = NearName(name, 0.0, 0)
    for name, cost in same_highway(printed, names.numbered):
        _keep(found, NearName(name, cost, 0 if cost < 1.0 else 4))
    if not spelling:
        return list(found.values())
    for name, cost in _ordinals(printed):
        if name in names.members:
            _keep(found, NearName(name, cost, 1))
    for near in neighbours(printed, names):
        _keep(found, NearName(near.name, near.distance, grade(printed, near)))
    return list(found.values())


def _keep(found: dict[str, NearName], near: NearName) -> None:
    held = found.get(near.name)
    if held is None or near.cost < held.cost:
        found[near.name] = near


def _ordinals(printed: str) -> Iterator[tuple[str, float]]:
    """Numbered streets with a damaged ending (6IH, 23R0, 1 4TH not) or a misspelled word (SXTH)."""
    compact = printed.replace(" ", "")
    for size in () if compact.isdigit() else (1, 2, 3):
        found = _ORDINAL.match(compact)
        if found is None or len(compact) <= size:
            break
        if not any(char.isdigit() for char in compact[:-size]):
            continue  # ST alone is no 5TH
        digits, ending = compact[:-size].translate(_DIGITS), compact[-size:]
        if not digits.isdigit() or len(digits) > 3 or " " in printed[: -size - 1]:
            continue
        right = ordinal(int(digits))
        wanted = right[len(str(int(digits))) :]
        read = ending.translate(_ENDING)
        if ending != wanted and OSA.distance(read, wanted) <= 1:
            yield right, 0.5 if read == wanted else 0.75
    if compact.isalpha() and printed not in ORDINALS:
        word = clear_neighbour(printed, _ORDINAL_WORDS)
        if word:
            yield ORDINALS[word], 1.0
