"""The other ZIP Codes of a city and its post office: which of them may have a street, and what is like it there."""

from __future__ import annotations

from collections.abc import Sequence

from mlocr.mail.address import AddressKind
from mlocr.matching.cities import Place
from mlocr.matching.corrected import WEAK, Near
from mlocr.matching.finding import Finding
from mlocr.matching.fuzzy import neighbours
from mlocr.matching.nearness import near_names
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.search import DeliveryLine, Search
from mlocr.matching.streets import Likeness, holding, holds
from mlocr.matching.suffixes import SUFFIXES, suffix_of

_FEW = 3
_NEXT = 2.0
_MOST_RESEMBLING = 40


class Sisters:
    """Asks the ZIP Codes of one place; one object a match."""

    def __init__(self, search: Search, place: Place) -> None:
        self._gazetteer = search.gazetteer
        self._directory = search.gazetteer.directory
        self._search = search
        self._offices = place.offices

    def with_street(self, zips: Sequence[str], line: DeliveryLine) -> list[str]:
        """Those of `zips` that may have the line's street under some spelling of its name, or any PO boxes."""
        kinds = {parts.kind for parts in line.readings}
        if len(zips) <= _FEW or kinds - {AddressKind.STREET, AddressKind.PO_BOX}:
            return list(zips)
        names = self.spelled(line) if AddressKind.STREET in kinds else []
        if AddressKind.PO_BOX in kinds:
            names.append("PO BOX")
        return self._having(zips, names)

    def _having(self, zips: Sequence[str], names: Sequence[str]) -> list[str]:
        held = {z for office in self._offices for name in names for z in self._directory.zips_of_street(office, name)}
        asked = {z for office in self._offices for z in self._directory.zips_of_finance_number(office)}
        return [z for z in zips if z in held or z not in asked]

    def spelled(self, line: DeliveryLine) -> list[str]:
        """Every spelling of every name the line may have."""
        found: dict[str, None] = {}
        for parts in line.readings:
            for words, _, _ in unit_divisions(parts.words):
                for printed in self._gazetteer.divisions(words):
                    found.update(dict.fromkeys(self._gazetteer.spellings(printed.name)))
        return list(found)

    def known(self, zips: Sequence[str], line: DeliveryLine) -> bool:
        """Whether one of `zips` has a street of exactly the printed name, so that it is no misspelling."""
        for zip5 in self.with_street(zips, line):
            for parts in line.readings:
                if parts.kind is AddressKind.STREET and not parts.repaired:
                    for words, _, _ in unit_divisions(parts.words):
                        found = self._search.streets.candidates(zip5, words, parts.number)
                        if any(c.likeness < Likeness.CHANGED for c in found):
                            return True
        return False

    def rival_name(self, near: Near) -> bool:
        """Whether the post office has another name that the printed one is as well a slip for; weak slips only."""
        if near.grade < WEAK:
            return False
        own = near.name
        return any(
            other.name != own and other.grade <= WEAK and other.cost < _NEXT
            for office in self._offices
            for other in near_names(near.printed.name, True, self._gazetteer.office_streets(office))
        )

    def hold_number(self, zips: Sequence[str], line: DeliveryLine) -> bool:
        """Whether a street of the printed name, whatever its suffix and directionals, holds the number in `zips`."""
        numbers = {parts.number for parts in line.readings if parts.kind is AddressKind.STREET}
        for name in self.spelled(line):
            for zip5 in self._having(zips, (name,)):
                if any(holds(r, number) for r in self._directory.records(zip5, name) for number in numbers):
                    return True
        return False

    def addon_of_another(self, zips: Sequence[str], finding: Finding, plus4: str) -> bool:
        """Whether the printed +4 is that of another street of the same name in `zips` that has the number too."""
        choice = finding.choice
        if choice is None or not plus4 or choice.addon == plus4 or finding.parts is None:
            return False
        name, number = choice.record.street_name, finding.parts.number
        held = (holding(self._directory.records(z, name), number) for z in self._having(zips, (name,)))
        return any(r.addon_low <= plus4 <= r.addon_high for records in held for r in records)

    def addon_of_name(self, zip5: str, name: str, plus4: str) -> bool:
        """Whether a +4 is one of a street's own in a ZIP Code."""
        return any(r.addon_low <= plus4 <= r.addon_high for r in self._directory.records(zip5, name))

    def resemble(self, zips: Sequence[str], line: DeliveryLine) -> bool:
        """Whether a street of `zips` that holds the number is called by, or nearly by, a word of the line."""
        for parts in line.readings:
            if parts.kind is not AddressKind.STREET:
                continue
            words = [w for w in (*parts.words, " ".join(parts.words)) if len(w) > 1 and w not in SUFFIXES]
            near = {
                n.name
                for office in self._offices
                for w in dict.fromkeys(words)
                for n in neighbours(w, self._gazetteer.office_streets(office))
                if n.distance <= 1 + len(w) // 5
            }
            for name in sorted(near)[:_MOST_RESEMBLING]:
                for zip5 in self._having(zips, (name,)):
                    if any(holds(r, parts.number) for r in self._directory.records(zip5, name)):
                        return True
        return False


def begins_with_street(search: Search, zip5: str, line: DeliveryLine) -> bool:
    """Whether the line begins with a street of the ZIP Code, suffix and all, that holds the number."""
    for parts in line.readings:
        if parts.kind is AddressKind.STREET and not parts.repaired and not parts.split:
            for end in range(2, len(parts.words)):
                if suffix_of(parts.words[end - 1]):
                    found = search.streets.candidates(zip5, parts.words[:end], parts.number)
                    exact = (c for c in found if c.likeness is Likeness.EXACT)
                    if any(holds(r, parts.number) for c in exact for r in c.records):
                        return True
    return False
