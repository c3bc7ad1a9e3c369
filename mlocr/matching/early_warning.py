"""The Early Warning System: streets that are new and not in the ZIP+4 file yet (AMS footnote R)."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from mlocr.mail.address import AddressKind, EarlyWarning
from mlocr.mail.reasons import RejectReason
from mlocr.matching.cities import Place
from mlocr.matching.decide import Decision
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.names import divisions, spellings
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.search import DeliveryLine
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.trace import Trace

_MOST_ZIPS = 40
_SHORTEST_MISSPELLED = 5


class EarlyWarnings:
    """Holds an answer back where the printed street is one of the early warnings."""

    def __init__(self, gazetteer: Gazetteer, trace: Trace) -> None:
        self._gazetteer = gazetteer
        self._trace = trace

    def against(self, decision: Decision, place: Place, line: DeliveryLine) -> Decision:
        """The decision, unless an early warning knows the street better.

        An exact match in the printed ZIP Code stands. Any other, corrected or in another ZIP Code, is held when a ZIP
        Code in question has an early warning of exactly the printed street (or of one a letter away, *ours*): the
        address will be matchable soon, and is not the street it looks like today. What stays is the ZIP Code of the
        exact warning, where it is the printed one.
        """
        finding = decision.finding
        choice = finding.choice
        if finding.exact and choice is not None and choice.record.zip5 == place.zips[0]:
            return decision
        exact, near = self._zips(place, line)
        if not exact and not (near and finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE)):
            return decision
        self._trace.say(
            "early_warning", "the street is new and not in the ZIP+4 file yet: nothing else is taken for it"
        )
        zip5 = place.zips[0] if place.zips[0] in exact and len(exact) == 1 and place.printed.zip5 else ""
        held = Finding(Verdict.HELD, parts=finding.parts, notes=("R",))
        return decision._replace(finding=held, zip5=zip5, reason=RejectReason.NO_ADDON)

    def _zips(self, place: Place, line: DeliveryLine) -> tuple[set[str], set[str]]:
        """The ZIP Codes with a warning of exactly the printed street, and those with one a letter away."""
        exact: set[str] = set()
        near: set[str] = set()
        for zip5 in (*place.zips, *place.sisters)[:_MOST_ZIPS]:
            warnings = self._gazetteer.early_warnings(zip5)
            if any(_is(warning, line) for warning in warnings):
                exact.add(zip5)
            elif any(_is(warning, line, near=True) for warning in warnings):
                near.add(zip5)
        return exact, near


def _is(warning: EarlyWarning, line: DeliveryLine, near: bool = False) -> bool:
    """Whether one reading of the line is the warning's street, every part as it stands there."""
    own = (warning.predirectional, SUFFIXES.get(warning.suffix, warning.suffix), warning.postdirectional)
    for parts in line.readings:
        if parts.kind is not AddressKind.STREET:
            continue
        for words, _, _ in unit_divisions(parts.words):
            for street in divisions(words):
                if (street.predirectional, street.suffix, street.postdirectional) != own:
                    continue
                if warning.street_name in spellings(street.name) or (near and _alike(street.name, warning.street_name)):
                    return True
    return False


def _alike(printed: str, held: str) -> bool:
    return len(held) >= _SHORTEST_MISSPELLED and OSA.distance(printed, held) == 1
