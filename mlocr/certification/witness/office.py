"""Every record of a post office, by ZIP Code and street, for looking at all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mlocr.certification.witness.names import NameBook
from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType, StreetAlias
from mlocr.ports import Directory

_STATES = """
AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS MT NC ND NE
NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY
"""
STATES = tuple(_STATES.split())
"""State abbreviations of Publication 28 appendix B."""


@dataclass(frozen=True, slots=True)
class Place:
    """A street of a ZIP Code (or PO BOX, RR 1 ...) in parts, with its urbanization key."""

    zip5: str
    predirectional: str
    name: str
    suffix: str
    postdirectional: str
    urbanization_key: str = ""

    @classmethod
    def of(cls, record: DirectoryRecord) -> Place:
        """The place a record stands in."""
        return cls(
            record.zip5,
            record.predirectional,
            record.street_name,
            record.suffix,
            record.postdirectional,
            record.urbanization_key,
        )

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Predirectional, name, suffix and postdirectional."""
        return self.predirectional, self.name, self.suffix, self.postdirectional


class ZipRecords:
    """The records of one ZIP Code: all of them, by place, and by the other names their streets go by."""

    def __init__(self, zip5: str, rows: Sequence[DirectoryRecord], aliases: Sequence[StreetAlias]) -> None:
        self.zip5 = zip5
        self.rows = tuple(rows)
        places: dict[Place, list[DirectoryRecord]] = defaultdict(list)
        for row in rows:
            places[Place.of(row)].append(row)
        self.places: Mapping[Place, Sequence[DirectoryRecord]] = places
        self.aliases = tuple(aliases)
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            self.by_name[place.name].append(place)
        self.by_alias: dict[str, list[StreetAlias]] = defaultdict(list)
        for alias in aliases:
            self.by_alias[alias.alias_name].append(alias)
        self.names = NameBook([*self.by_name, *self.by_alias])


class Offices:
    """The directory seen office by office, through the `Directory` port alone."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.details: dict[str, list[CityStateDetail]] = defaultdict(list)
        for state in STATES:
            for name in directory.city_names(state):
                for detail in directory.cities_named(name, state):
                    if detail.name == name and detail not in self.details[detail.zip5]:
                        self.details[detail.zip5].append(detail)
        self.zips = tuple(sorted(self.details))
        self.names: dict[str, tuple[str, ...]] = {state: tuple(directory.city_names(state)) for state in STATES}
        self._zip_records = lru_cache(maxsize=600)(self._load)

    def records(self, zip5: str) -> ZipRecords:
        """Everything of one ZIP Code."""
        return self._zip_records(zip5)

    def office(self, zip5: str) -> tuple[str, ...]:
        """The ZIP Codes of a ZIP Code's post offices, its own among them."""
        numbers = {d.finance_number for d in self.details.get(zip5, ())}
        return tuple(sorted({zip5, *(z for n in sorted(numbers) for z in self._directory.zips_of_finance_number(n))}))

    def zips_of_city(self, name: str, state: str) -> tuple[str, ...]:
        """The ZIP Codes of every office a city's name stands for."""
        found = {z for d in self._directory.cities_named(name, state) for z in self.office(d.zip5)}
        return tuple(sorted(found))

    def preferred(self, record: DirectoryRecord) -> CityStateDetail | None:
        """The preferred last line name of a record."""
        found = self._directory.city_by_key(record.preferred_last_line_key)
        if found is not None:
            return found
        details = self.details.get(record.zip5, ())
        return next((d for d in details if d.facility_code == "P"), details[0] if details else None)

    def city_of_key(self, key: str) -> CityStateDetail | None:
        """The City State name of a key (urbanizations have one)."""
        return self._directory.city_by_key(key) if key else None

    def _load(self, zip5: str) -> ZipRecords:
        rows = [row for kind in RecordType for row in self._directory.records_of_type(zip5, kind)]
        return ZipRecords(zip5, rows, self._directory.aliases(zip5))
