"""A printed ZIP Code that is good, but not the address's: when another of the same city takes its place (*ours*).

Two misprints explain such an address: the ZIP Code, or what does not fit it. The ZIP Code is put right only where the
other explanation needs more than one slip: nothing near the printed street or number is in the printed ZIP Code.
"""

from __future__ import annotations

from mlocr.mail.address import AddressKind
from mlocr.matching.cities import Place, Standing
from mlocr.matching.corrected import ONE_SLIP, PLAIN, Area, Near
from mlocr.matching.finding import Finding
from mlocr.matching.nearness import MISSING_SUFFIX, near_names
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.search import DeliveryLine, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.sisters import Sisters
from mlocr.matching.streets import holds
from mlocr.matching.unit_doubt import digit_slips
from mlocr.matching.variants import variants

_NEAR = 2.0
_TYPED = 1.0
_SHORTEST_NAME = 5


class MovedZip:
    """Weighs a printed ZIP Code against the others of its city; one object a match."""

    def __init__(self, search: Search, settings: MatchSettings, place: Place, sisters: Sisters) -> None:
        self._search = search
        self._settings = settings
        self._place = place
        self._sisters = sisters

    def number_is_far(self, line: DeliveryLine, found: Finding) -> bool:
        """Whether the printed ZIP Code has the street or boxes `found` elsewhere, but nothing near the number.

        No single slip of the number is there, nor in a third ZIP Code of the city, nor the number on a street of nearly
        the name. A firm's own record elsewhere, its name printed, says as much.
        """
        choice, parts = found.choices[0], found.parts
        if line.confidence < _TYPED or parts is None or not parts.number.isdecimal():
            return False
        if "G" in choice.notes:
            return True
        zip5, directory = self._place.zips[0], self._search.gazetteer.directory
        box = parts.kind is AddressKind.PO_BOX
        names = (choice.record.street_name,) if box else self._sisters.spelled(line)
        slips = digit_slips(parts.number)
        for other in (zip5, *self._sisters.with_street(self._place.sisters, line)):
            records = () if other == choice.record.zip5 else (r for n in names for r in directory.records(other, n))
            if any(holds(record, slip) for record in records for slip in slips):
                return False
        return box or self._search.quiet().mend(Area((zip5,)), line).cost > _NEAR

    def mended(self, line: DeliveryLine) -> Finding | None:
        """The one street of the city's other ZIP Codes that the line is a small slip for; None where there is none.

        Nothing in the printed ZIP Code may be like it, and its own +4, if one is printed, not another's.
        """
        place = self._place
        whole = place.standing in (Standing.AGREE, Standing.SAME_OFFICE) and place.certain and not place.respelled
        if not whole or not place.sisters or line.confidence < _TYPED or not self._settings.correct_zip:
            return None
        there = self._search.quiet().mend(Area(place.sisters, place.offices), line)
        choice = there.finding.choice
        if choice is None or there.near is None or not is_small(there.near):
            return None
        if place.printed.plus4 not in ("", choice.addon) or ("S" in choice.notes and there.near.cost):
            return None
        if self._anything_like(line):
            return None
        return self._search.mend(Area(place.sisters, place.offices), line).finding

    def _anything_like(self, line: DeliveryLine) -> bool:
        """Whether the printed ZIP Code has a street whose name is near the printed one, whatever its numbers."""
        gazetteer = self._search.gazetteer
        names = gazetteer.streets(self._place.zips[0])
        every = {words for parts in line.readings for words, _, _ in unit_divisions(parts.words) if words}
        return any(
            variant.cost + near.cost <= _NEAR
            for words in every
            for variant in variants(words, names)
            for near in near_names(variant.street.name, True, names, gazetteer.spellings)
        )


def is_small(near: Near) -> bool:
    """One slip: a part missing or misplaced, words run together, or a plain slip in a name that is long enough."""
    if not near.by_name:
        return near.cost <= MISSING_SUFFIX
    return near.grade == PLAIN and near.cost <= ONE_SLIP and len(near.name) >= _SHORTEST_NAME
