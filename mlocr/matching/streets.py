"""Streets of one ZIP Code that a printed street can be: exact, with parts missing, with parts wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from operator import attrgetter
from typing import NamedTuple

from mlocr.mail.address import DirectoryRecord, RecordType, StreetAlias
from mlocr.mail.street import StreetRecords
from mlocr.matching.directions import any_turned
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.names import StreetName
from mlocr.matching.ranges import covers, plain
from mlocr.matching.suffixes import SUFFIXES

STREET_TYPES = frozenset({RecordType.STREET, RecordType.HIGHRISE, RecordType.FIRM})
_PARITIES = ("O", "E")
_WIDTH = 10
_PARTS = attrgetter("predirectional", "suffix", "postdirectional")
_Key = tuple[str, str, str, str]


class Likeness(IntEnum):
    """How a printed street agrees with one of the directory."""

    EXACT = 0
    MISSING = 1  # parts the directory has are not printed
    CHANGED = 2  # a printed part is extra or another one
    TURNED = 3  # a directional more than a right angle away (cardinal rule)


class Candidate(NamedTuple):
    """One street (all records of one identity) and how the printed one agrees with it; `alias` where by an alias."""

    key: _Key
    records: Sequence[DirectoryRecord]
    likeness: Likeness
    alias: str = ""


def street_key(record: DirectoryRecord) -> _Key:
    """What makes two records the same street."""
    return record.predirectional, record.street_name, record.suffix, record.postdirectional


def _part(printed: str, held: str) -> Likeness:
    if printed == held:
        return Likeness.EXACT
    return Likeness.CHANGED if printed else Likeness.MISSING


def likeness(printed: StreetName, key: _Key) -> Likeness:
    """The worst agreement among directionals and suffix."""
    if any_turned((printed.predirectional, printed.postdirectional), (key[0], key[3])):
        return Likeness.TURNED
    suffix = SUFFIXES.get(key[2], key[2])
    return max(
        _part(printed.predirectional, key[0]),
        _part(printed.suffix, suffix),
        _part(printed.postdirectional, key[3]),
    )


def holds(record: DirectoryRecord, number: str) -> bool:
    """Whether the record's primary range holds this number (appendix E)."""
    low, high = record.primary_low, record.primary_high
    if number.isdecimal() and low.isdecimal() and high.isdecimal():
        # The plain case by itself, for speed: most records of most streets are whole-number ranges.
        value = int(number)
        return int(low) <= value <= int(high) and (record.primary_parity not in _PARITIES or _parity(record, value))
    return covers(low, high, record.primary_parity, number)


def holding(records: Iterable[DirectoryRecord], number: str) -> list[DirectoryRecord]:
    """Those of the records whose primary range holds this number (appendix E); quicker than one by one."""
    if isinstance(records, StreetRecords) and (places := records.holders(number)) is not None:
        return records.at(places)
    if not number.isdecimal() or len(number) > _WIDTH:
        return [r for r in records if holds(r, number)]
    padded, odd = number.zfill(_WIDTH), number[-1] in "13579"
    found = []
    for record in records:
        low, high = record.primary_low, record.primary_high
        # Zero-padded whole numbers, as the file has them, compare as text.
        if len(low) == _WIDTH == len(high) and low.isdecimal() and high.isdecimal():
            parity = record.primary_parity
            if low <= padded <= high and (parity not in _PARITIES or (parity == "O") is odd):
                found.append(record)
        elif holds(record, number):
            found.append(record)
    return found


def _any_holds(records: Sequence[DirectoryRecord], number: str) -> bool:
    """Whether one of the records holds this number; the likeliest first, for speed."""
    if isinstance(records, StreetRecords) and (places := records.holders(number)) is not None:
        return bool(places)
    if not number.isdecimal() or len(number) > _WIDTH:
        return any(holds(r, number) for r in records)
    padded = number.zfill(_WIDTH)
    # Ends of ten digits compare as text; those in between are looked at for certain.
    near = [r for r in records if r.primary_low <= padded <= r.primary_high]
    return bool(holding(near, number)) or bool(holding(records, number))


def _parity(record: DirectoryRecord, value: int) -> bool:
    return (value % 2 == 1) == (record.primary_parity == "O")


def at_next_number(record: DirectoryRecord, number: str) -> bool:
    """Whether the record is for one number only, and one misread digit keeps the given number apart from it."""
    own = plain(record.primary_low)
    if own != plain(record.primary_high) or len(own) != len(number):
        return False
    return sum(a != b for a, b in zip(own, number, strict=True)) == 1


class Streets:
    """Looks printed streets up in one directory; one object a match, as it keeps what it found."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._directory = gazetteer.directory
        self._seen: dict[tuple[str, tuple[str, ...], str], list[Candidate]] = {}

    def candidates(self, zip5: str, words: tuple[str, ...], number: str) -> list[Candidate]:
        """Every street of the ZIP Code whose name is a spelling of one division of `words`, best agreement first.

        The plainest division exactly as printed, where it holds the number, is the only one.
        """
        key = (zip5, words, number)
        held = self._seen.get(key)
        if held is None:
            held = self._seen[key] = self.as_printed(*key) or self._spelled(*key)
        return held

    def as_printed(self, zip5: str, words: tuple[str, ...], number: str) -> list[Candidate]:
        """The streets that the plainest division of `words` names exactly, one of them holding the number; or none."""
        printed = self._gazetteer.plainest(words)
        if printed is None:
            return []
        pre, post, suffix = printed.predirectional, printed.postdirectional, printed.suffix
        exact = self._directory.records(zip5, printed.name)
        street = _with_parts(exact, printed) if isinstance(exact, StreetRecords) else None
        if street is not None:
            key = (pre, printed.name, suffix, post)
            return [Candidate(key, street, Likeness.EXACT)] if _any_holds(street, number) else []
        if list(map(_PARTS, exact)).count((pre, suffix, post)) != len(exact):
            exact = [
                r
                for r in exact
                if r.predirectional == pre
                and r.postdirectional == post
                and (r.suffix == suffix or SUFFIXES.get(r.suffix, r.suffix) == suffix)
            ]
        if not exact or not _any_holds(exact, number):
            return []
        streets = _of_streets(exact)
        if streets and all([r.suffix == streets[0].suffix for r in streets]):
            return [Candidate(street_key(streets[0]), tuple(streets), Likeness.EXACT)]
        return [Candidate(key, records, Likeness.EXACT) for key, records in _streets_of(streets).items()]

    def may_be_named(self, zip5: str, words: tuple[str, ...]) -> bool:
        """Whether a street of the ZIP Code, or an alias, may have exactly the parts of some division of `words`.

        False is certain: `candidates` then has none that is exact.
        """
        aliases = self._gazetteer.aliases(zip5)
        for printed in self._gazetteer.divisions(words):
            for name in self._gazetteer.spellings(printed.name):
                records = self._directory.records(zip5, name)
                if name in aliases or (records and _may_have(records, printed)):
                    return True
        return False

    def _spelled(self, zip5: str, words: tuple[str, ...], number: str) -> list[Candidate]:
        found: dict[_Key, Candidate] = {}
        known = self._gazetteer.street_names(zip5)
        aliases = self._gazetteer.aliases(zip5)
        for printed in self._gazetteer.divisions(words):
            for name in self._gazetteer.spellings(printed.name):
                if name in known:
                    self._add(found, printed, name, zip5)
                    self._add_aliases(found, printed, aliases.get(name, ()), number)
            if any(c.likeness is Likeness.EXACT for c in found.values()):
                break
        return sorted(found.values(), key=lambda c: (c.likeness, c.key))

    def named(self, zip5: str, name: str, number: str) -> list[tuple[_Key, Candidate]]:
        """Every street of exactly this name, or with an alias of it that covers the number: as it is called, and it."""
        groups = _streets_of(self._directory.records(zip5, name))
        found = [(key, Candidate(key, records, Likeness.EXACT)) for key, records in groups.items()]
        for alias in self._gazetteer.aliases(zip5).get(name, ()):
            if not alias.low or covers(alias.low, alias.high, alias.parity, number):
                found.extend(self._by_alias(alias))
        return found

    def _add(self, found: dict[_Key, Candidate], printed: StreetName, name: str, zip5: str) -> None:
        for key, records in _streets_of(self._directory.records(zip5, name)).items():
            _keep(found, Candidate(key, records, likeness(printed, key)))

    def _add_aliases(
        self,
        found: dict[_Key, Candidate],
        printed: StreetName,
        aliases: Sequence[StreetAlias],
        number: str,
    ) -> None:
        for alias in aliases:
            if not alias.low or covers(alias.low, alias.high, alias.parity, number):
                for seen_as, candidate in self._by_alias(alias):
                    _keep(found, candidate._replace(likeness=likeness(printed, seen_as)))

    def _by_alias(self, alias: StreetAlias) -> Iterator[tuple[_Key, Candidate]]:
        """The street an alias record stands for (City State product, record type A), as the alias calls it."""
        seen_as = (alias.alias_predirectional, alias.alias_name, alias.alias_suffix, alias.alias_postdirectional)
        key = (alias.predirectional, alias.street_name, alias.suffix, alias.postdirectional)
        records = tuple(
            r
            for r in self._directory.records(alias.zip5, alias.street_name)
            if r.record_type in STREET_TYPES and street_key(r) == key
        )
        if records:
            yield seen_as, Candidate(key, records, Likeness.EXACT, alias.alias_type or "O")


def _with_parts(records: StreetRecords, printed: StreetName) -> StreetRecords | None:
    """The records of exactly the printed street, without a look at each; None where that cannot be seen so."""
    suffix = printed.suffix
    for other in records.suffixes():
        if other != suffix and SUFFIXES.get(other, other) == suffix:
            return None  # the file spells the suffix otherwise as well
    street = records.with_parts(printed.predirectional, suffix, printed.postdirectional)
    return street if street.of_streets() else None


def _may_have(records: Sequence[DirectoryRecord], printed: StreetName) -> bool:
    """Whether one of the records may be of exactly the printed street; False is certain."""
    if isinstance(records, StreetRecords):
        street = _with_parts(records, printed)
        return street is None or len(street) > 0
    return any(likeness(printed, key) is Likeness.EXACT for key in _streets_of(records))


def _of_streets(records: Sequence[DirectoryRecord]) -> list[DirectoryRecord]:
    """The street records among these. Not by `in STREET_TYPES`, for speed: to hash an enumeration member costs more."""
    street, highrise, firm = RecordType.STREET, RecordType.HIGHRISE, RecordType.FIRM
    return [r for r in records if (kind := r.record_type) is street or kind is highrise or kind is firm]


def _streets_of(records: Sequence[DirectoryRecord]) -> Mapping[_Key, Sequence[DirectoryRecord]]:
    """Street records by what makes them the same street."""
    if isinstance(records, StreetRecords):
        return records.streets()
    groups: dict[_Key, list[DirectoryRecord]] = {}
    for record in _of_streets(records):
        key = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
        groups.setdefault(key, []).append(record)
    return groups


def _keep(found: dict[_Key, Candidate], candidate: Candidate) -> None:
    held = found.get(candidate.key)
    if held is None or candidate.likeness < held.likeness:
        found[candidate.key] = candidate
