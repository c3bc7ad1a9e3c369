"""The records of one street name in one ZIP Code, kept by columns: a record is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, overload

from mlocr.mail.address import DirectoryRecord, RecordType

FIELDS = DirectoryRecord._fields
_KIND, _PREDIRECTIONAL, _NAME, _SUFFIX, _POSTDIRECTIONAL, _LOW, _HIGH, _PARITY = (
    FIELDS.index(name)
    for name in (
        "record_type",
        "predirectional",
        "street_name",
        "suffix",
        "postdirectional",
        "primary_low",
        "primary_high",
        "primary_parity",
    )
)
_STREET = (_PREDIRECTIONAL, _NAME, _SUFFIX, _POSTDIRECTIONAL)
WIDTH = 10
"""Characters of a primary number in the ZIP+4 file."""
SEPARATOR = "\x1f"
RECORD_TYPES = {kind.value: kind for kind in RecordType}

# What `DirectoryRecord._make` does, without its check of the length.
_record: Callable[[Iterable[object]], DirectoryRecord] = partial(tuple.__new__, DirectoryRecord)


class StreetRecords(Sequence[DirectoryRecord]):
    """Some records by their columns, in the order of a record's fields.

    Of a street's twenty records a match names four or five, and one or two hold its number. Immutable to its users;
    threads may share it: the worst that a race does is to make a record twice.
    """

    __slots__ = ("_columns", "_every", "_fixed", "_held", "_lists", "_places", "_whole")

    def __init__(
        self,
        columns: list[Any],
        lists: Sequence[int],
        fixed: Mapping[int, int],
        places: Sequence[int],
        whole: bool,
    ) -> None:
        """A column is one value that all share; of `lists`, a list; of `fixed` (its step by field), a text.

        A list may still be the text of its values with SEPARATOR between them (types as their letters); it is taken
        apart when it is wanted. A fixed text holds values of one width with a character between them, so that each
        begins `step` characters behind the one before; street parts, type and parity are never so. `places` are the
        rows that count. `whole`: the primary ranges' ends are all whole numbers of ten digits, as the file has them.
        """
        self._columns = columns
        self._lists = lists
        self._fixed = fixed
        self._places = places
        self._whole = whole
        self._every: tuple[DirectoryRecord, ...] | None = None
        self._held: tuple[str, list[int]] = ("", [])

    @classmethod
    def of(cls, records: Sequence[DirectoryRecord]) -> StreetRecords:
        """The same records by columns."""
        columns = [list(column) for column in zip(*records, strict=True)] or [[] for _ in FIELDS]
        whole = all(len(end) == WIDTH and end.isdecimal() for end in (*columns[_LOW], *columns[_HIGH]))
        shared = [c[0] if c and c.count(c[0]) == len(c) else c for c in columns]
        lists = [field for field, column in enumerate(shared) if isinstance(column, list)]
        return cls(shared, lists, {}, range(len(records)), whole)

    def _among(self, places: Sequence[int]) -> StreetRecords:
        return StreetRecords(self._columns, self._lists, self._fixed, places, self._whole)

    def with_parts(self, predirectional: str, suffix: str, postdirectional: str) -> StreetRecords:
        """Those of the records whose street has exactly these parts; the same object where all have."""
        columns, places = self._columns, self._places
        lists = self._lists
        if _SUFFIX not in lists and _PREDIRECTIONAL not in lists and _POSTDIRECTIONAL not in lists:  # for speed
            same = columns[_SUFFIX] == suffix and columns[_PREDIRECTIONAL] == predirectional
            return self if same and columns[_POSTDIRECTIONAL] == postdirectional else self._among(())
        for field, value in (_PREDIRECTIONAL, predirectional), (_SUFFIX, suffix), (_POSTDIRECTIONAL, postdirectional):
            if field in lists:
                column = self._list(field)
                places = [at for at in places if column[at] == value]
            elif columns[field] != value:
                places = ()
        return self if places is self._places else self._among(places)

    def suffixes(self) -> Iterable[str]:
        """Every suffix of the records, as the file spells it."""
        if _SUFFIX not in self._lists:
            return (self._columns[_SUFFIX],)
        column = self._list(_SUFFIX)
        return {column[at] for at in self._places}

    def of_streets(self) -> bool:
        """Whether all are street, highrise or firm records."""
        # Not by a set, for speed: to hash an enumeration member costs more.
        street, highrise, firm = RecordType.STREET, RecordType.HIGHRISE, RecordType.FIRM
        if _KIND in self._lists:
            kinds = self._list(_KIND)
            return all([(k := kinds[at]) is street or k is highrise or k is firm for at in self._places])
        kind = self._columns[_KIND]
        return kind is street or kind is highrise or kind is firm

    def streets(self) -> dict[tuple[str, str, str, str], StreetRecords]:
        """The street, highrise and firm records by what makes them the same street, in the order of their first."""
        columns, lists = self._columns, self._lists
        if not any([field in lists for field in _STREET]) and self.of_streets():
            pre, name, suffix, post = [columns[field] for field in _STREET]
            return {(pre, name, suffix, post): self} if self._places else {}
        rows = zip(
            self._places,
            self._values(_KIND),
            zip(*map(self._values, _STREET), strict=True),
            strict=True,
        )
        street, highrise, firm = RecordType.STREET, RecordType.HIGHRISE, RecordType.FIRM
        found: dict[tuple[str, str, str, str], list[int]] = {}
        for at, kind, key in rows:
            if kind is street or kind is highrise or kind is firm:
                found.setdefault(key, []).append(at)
        return {key: self._among(places) for key, places in found.items()}

    def holders(self, number: str) -> list[int] | None:
        """The places of the records whose primary range holds a number (Publication 28 appendix E).

        A whole number, or one with a letter behind it, which belongs strictly inside. None where an end is no whole
        number, or the number is another or has more than ten digits: then each record has to be looked at.
        """
        if not self._whole or not 0 < len(number) <= WIDTH:
            return None
        if self._held[0] == number:
            return self._held[1]
        digits = number if number.isdecimal() else number[:-1]
        if digits is not number and not (digits.isdecimal() and "A" <= number[-1] <= "Z"):
            return None
        padded, places = digits.zfill(WIDTH), self._places
        lows, highs, parities = map(self._taken_apart, (_LOW, _HIGH, _PARITY))
        other = "E" if digits[-1] in "13579" else "O"
        # Ten digits compare as text.
        found = [k for k, at in enumerate(places) if lows[at] <= padded <= highs[at] and parities[at] != other]
        if digits is not number:
            found = [k for k in found if lows[places[k]] != padded != highs[places[k]]]
        self._held = number, found
        return found

    def at(self, places: Iterable[int]) -> list[DirectoryRecord]:
        """The records at these places, from 0."""
        if self._every is not None:
            return [self._every[place] for place in places]
        columns, lists, fixed, own = self._columns, self._lists, self._fixed, self._places
        row = columns.copy()
        made = []
        for place in places:
            at = own[place]
            for field in lists:
                column = columns[field]
                row[field] = column[at] if column.__class__ is list else self._list(field)[at]
            for field, step in fixed.items():
                start = at * step
                row[field] = columns[field][start : start + step - 1]
            made.append(_record(row))
        return made

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> DirectoryRecord: ...
    @overload
    def __getitem__(self, place: slice) -> list[DirectoryRecord]: ...
    def __getitem__(self, place: int | slice) -> DirectoryRecord | list[DirectoryRecord]:
        if isinstance(place, slice):
            return self.at(range(len(self._places))[place])
        return self.at((range(len(self._places))[place],))[0]

    def __iter__(self) -> Iterator[DirectoryRecord]:
        return iter(self._all())

    def _all(self) -> tuple[DirectoryRecord, ...]:
        if self._every is None:
            columns = [self._values(field) for field in range(len(self._columns))]
            self._every = tuple(map(_record, zip(*columns, strict=True)))
        return self._every

    def _list(self, field: int) -> list[Any]:
        """The values of a field of `lists`, taken apart once."""
        column = self._columns[field]
        if column.__class__ is list:
            return column
        values: list[Any] = column.split(SEPARATOR)
        if field == _KIND:
            values = [RECORD_TYPES[letter] for letter in values]
        self._columns[field] = values
        return values

    def _taken_apart(self, field: int) -> Sequence[Any]:
        """Every value of one field, those of rows that do not count as well."""
        if field in self._lists:
            return self._list(field)
        column = self._columns[field]
        step = self._fixed.get(field)
        return column.split(column[step - 1]) if step else [column] * (max(self._places, default=-1) + 1)

    def _values(self, field: int) -> Sequence[Any]:
        """The values of one field, record by record."""
        values = self._taken_apart(field)
        return [values[at] for at in self._places] if len(self._places) != len(values) else values

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StreetRecords | tuple | list):
            return len(self) == len(other) and self._all() == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"StreetRecords.of({list(self)!r})"
