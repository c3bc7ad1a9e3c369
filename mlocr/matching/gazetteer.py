"""Names of one directory prepared for spelling comparison, the ones in use kept in memory; one object a matcher."""

from __future__ import annotations

from functools import lru_cache

from mlocr.mail.address import DirectoryRecord, EarlyWarning, RecordType, StreetAlias
from mlocr.matching.fuzzy import NameList
from mlocr.matching.names import StreetName, divisions, plainest, spellings
from mlocr.matching.ranges import covers
from mlocr.matching.text import fold, normal
from mlocr.ports import Directory


class Gazetteer:
    """Street and city names by ZIP Code, post office and state. Safe for threads; its memory is bounded."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.streets = lru_cache(maxsize=256)(self._streets)
        self.street_names = lru_cache(maxsize=256)(self._street_names)
        self.office_streets = lru_cache(maxsize=32)(self._office_streets)
        self.cities = lru_cache(maxsize=64)(self._cities)
        self.early_warnings = lru_cache(maxsize=1024)(self._early_warnings)
        self.spellings = lru_cache(maxsize=4096)(spellings)
        self.divisions = lru_cache(maxsize=1024)(_divisions)
        self.plainest = plainest
        self.preferred = lru_cache(maxsize=4096)(self._preferred)
        self.buildings = lru_cache(maxsize=16)(self._buildings)
        self.aliases = lru_cache(maxsize=256)(self._aliases)

    def as_preferred(self, record: DirectoryRecord, number: str) -> DirectoryRecord:
        """The record under its preferred street name, for output (City State product, alias type P; CASS Cycle M)."""
        if not record.primary_low:
            return record
        for alias in self.preferred(record.zip5):
            held = (alias.predirectional, alias.street_name, alias.suffix, alias.postdirectional)
            own = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
            if held == own and (not alias.low or covers(alias.low, alias.high, alias.parity, number)):
                return record._replace(
                    predirectional=alias.alias_predirectional,
                    street_name=alias.alias_name,
                    suffix=alias.alias_suffix,
                    postdirectional=alias.alias_postdirectional,
                )
        return record

    def _preferred(self, zip5: str) -> tuple[StreetAlias, ...]:
        """The preferred aliases of a ZIP Code."""
        return tuple(alias for alias in self.directory.aliases(zip5) if alias.alias_type == "P")

    def _streets(self, zip5: str) -> NameList:
        """Every street name and alias of a ZIP Code."""
        return NameList.of(self.street_names(zip5))

    def _street_names(self, zip5: str) -> frozenset[str]:
        """The same as a set, which costs much less than a list with its folds."""
        names = self.directory.street_names(zip5)
        return frozenset((*names, *[alias.alias_name for alias in self.directory.aliases(zip5)]))

    def _office_streets(self, finance_number: str) -> NameList:
        """Every street name of one post office."""
        return NameList.of(self.directory.office_street_names(finance_number))

    def _early_warnings(self, zip5: str) -> tuple[EarlyWarning, ...]:
        """The Early Warning System's streets of a ZIP Code; of most there are none."""
        return tuple(self.directory.early_warnings(zip5))

    def _cities(self, state: str) -> NameList:
        """Every city name of a state."""
        return NameList.of(self.directory.city_names(state))

    def _aliases(self, zip5: str) -> dict[str, tuple[StreetAlias, ...]]:
        """The alias records of a ZIP Code by their name."""
        found: dict[str, tuple[StreetAlias, ...]] = {}
        for alias in self.directory.aliases(zip5):
            found[alias.alias_name] = (*found.get(alias.alias_name, ()), alias)
        return found

    def _buildings(self, zip5: str) -> dict[str, tuple[DirectoryRecord, ...]]:
        """The highrise records of a ZIP Code by their building's folded name."""
        found: dict[str, tuple[DirectoryRecord, ...]] = {}
        for record in self.directory.records_of_type(zip5, RecordType.HIGHRISE):
            name = fold(normal(record.building_or_firm))
            if name:
                found[name] = (*found.get(name, ()), record)
        return found


def _divisions(words: tuple[str, ...]) -> tuple[StreetName, ...]:
    return tuple(divisions(words))
