"""A building's name in the street's place: 112 IDS TOWER, COLUMBIA TOWERS / STE 810 (CASS letter).

The letter's "secondary used as the primary": the number before the name is the unit, and the file knows the building
by its name alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlocr.mail.address import AddressKind
from mlocr.matching.choose import Asked, Chooser
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.loose import Surroundings
from mlocr.matching.parse_building import names_building
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.ranges import plain
from mlocr.matching.streets import street_key
from mlocr.matching.text import fold
from mlocr.matching.trace import Trace


class BuildingSearch:
    """Finds the unit of a building by the building's name; one object a match."""

    def __init__(self, gazetteer: Gazetteer, chooser: Chooser, trace: Trace) -> None:
        self._gazetteer = gazetteer
        self._chooser = chooser
        self._trace = trace

    def find(
        self, zip5: str, parts: DeliveryParts, units: Sequence[Secondary], firms: tuple[str, ...], around: Surroundings
    ) -> Finding:
        """The unit in the one building of the ZIP Code with exactly this name; `units` are on lines of their own.

        Anything else (no such building, two of the name, no such unit) is no street.
        """
        nothing = Finding(Verdict.NO_STREET)
        if parts.kind is not AddressKind.STREET or not names_building(parts.words):
            return nothing
        printed = (Secondary("#", parts.number),) if parts.number else ()
        wanted = (*printed, *parts.secondaries, *units)
        held = self._gazetteer.buildings(zip5).get(fold(" ".join(parts.words)), ())
        numbers = {(street_key(r), r.primary_low, r.primary_high) for r in held}
        if len(wanted) != 1 or len(numbers) != 1 or held[0].primary_low != held[0].primary_high:
            return nothing
        number = plain(held[0].primary_low)
        asked = Asked(number, wanted, firms, exact=False, sure_only=True, around=around)
        finding = self._chooser.choose(held, asked)
        if finding.choice is None or finding.choice.secondary is None:
            return nothing
        self._trace.say("building_name", f"{' '.join(parts.words)} is a building, the number its unit (CASS letter)")
        return finding._replace(parts=replace(parts, number=number, secondaries=wanted))
