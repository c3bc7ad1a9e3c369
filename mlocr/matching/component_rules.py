"""Where CASS lets no part of a street differ: the magnet street rule and the cardinal rule, in this order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlocr.matching.directions import is_magnet
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import Candidate, Likeness
from mlocr.matching.trace import Trace


def barred(
    candidates: Sequence[Candidate], holds: Callable[[Candidate], bool], settings: MatchSettings, trace: Trace
) -> Finding | None:
    """Several responses instead of a match (footnotes T, K); None where parts may differ.

    `candidates` are the streets of the printed name, none of them exact; `holds` says whether one holds the number.
    """
    magnets = [c for c in candidates if settings.magnet_streets and is_magnet(c.key[1])]
    if any(holds(c) for c in magnets):
        trace.say("magnet_street", f"{magnets[0].key[1]} is a suffix or directional: its parts must be exact")
        return Finding(Verdict.MULTIPLE, notes=("T",))
    turned = settings.cardinal_rule and all(c.likeness is Likeness.TURNED for c in candidates)
    if turned and any(holds(c) for c in candidates):
        trace.say("cardinal_rule", "the directional would turn by more than a right angle")
        return Finding(Verdict.MULTIPLE, notes=("K",))
    return None
