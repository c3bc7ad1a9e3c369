"""Firm names: the printed one against the directory's, fuzzy but strict (*ours*)."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.text import fold, normal

_NOISE_WORDS = """THE INC INCORPORATED LLC LLP LP LTD LIMITED CO COMPANY CORP CORPORATION AND & OF PC PLLC PA NA ATTN
C/O"""
_NOISE = frozenset(_NOISE_WORDS.split())
_LONG_NOISE = ("CORPORATION", "INCORPORATED")
_LONG_NOISE_WORD = 9
_SAME = {
    "INTL": "INTERNATIONAL",
    "NATL": "NATIONAL",
    "ASSOC": "ASSOCIATES",
    "ASSN": "ASSOCIATION",
    "DEPT": "DEPARTMENT",
}
_SAME |= {
    "UNIV": "UNIVERSITY",
    "HOSP": "HOSPITAL",
    "SVC": "SERVICE",
    "SVCS": "SERVICES",
    "CTR": "CENTER",
    "INS": "INSURANCE",
}
_SAME |= {"GOVT": "GOVERNMENT", "MFG": "MANUFACTURING", "BK": "BANK", "GRP": "GROUP", "DIST": "DISTRIBUTORS"}
_ENOUGH = 92.0
_CLOSE = 80.0
_DOUBTFUL = 65.0
_SHORTEST = 6
_SHORTEST_PART = 4


def _core(name: str) -> str:
    words = [_SAME.get(w, w) for w in re.sub(r"[^A-Z0-9& ]", " ", normal(name)).split()]
    kept = [w for w in words if w not in _NOISE and not _is_noise_misspelled(w)]
    return " ".join(kept or words)


def _is_noise_misspelled(word: str) -> bool:
    return len(word) >= _LONG_NOISE_WORD and any(OSA.distance(word, noise) <= 2 for noise in _LONG_NOISE)


def _score(printed: str, held: str) -> float:
    if printed == held or (fold(printed) == fold(held) and len(held) >= _SHORTEST):
        return 100.0
    same_digits = re.findall(r"\d+", printed) == re.findall(r"\d+", held)
    if not same_digits or min(len(printed), len(held)) < _SHORTEST:
        return 0.0
    return float(fuzz.ratio(printed, held))


def firm_nearly(records: Sequence[DirectoryRecord], lines: Sequence[str]) -> bool:
    """Whether a printed line may be a damaged name of one of the firms, or its first words, and is not the whole."""
    printed = [core for core in (_core(line) for line in lines) if len(core) >= _SHORTEST]
    held = [_core(record.building_or_firm) for record in records]
    if any(fuzz.ratio(p, h) >= _DOUBTFUL for p in printed for h in held if h):
        return True
    short = [core for core in (_core(line) for line in lines) if len(core) >= _SHORTEST_PART]
    return any(
        h.startswith(core + " ") or (len(h) >= _SHORTEST_PART and core.startswith(h + " "))
        for core in short
        for h in held
    )


def firm_matches(records: Sequence[DirectoryRecord], lines: Iterable[str]) -> list[DirectoryRecord]:
    """The firm records named by one of the printed lines; empty when another firm's name comes close."""
    printed = [core for core in (_core(line) for line in lines) if core]
    scored = [
        (max((_score(p, held) for p in printed), default=0.0), record)
        for record in records
        if (held := _core(record.building_or_firm))
    ]
    best = max((score for score, _ in scored), default=0.0)
    if best < _ENOUGH:
        return []
    chosen = [record for score, record in scored if score == best]
    rivals = [record for score, record in scored if _CLOSE <= score < best]
    return [] if rivals and best < 100.0 else chosen
