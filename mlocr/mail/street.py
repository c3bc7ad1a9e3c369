"""The records of one street name in one ZIP Code, kept by columns: a record is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, overload

from mlocr.mail.address import DirectoryRecord, RecordType

_FIELDS = DirectoryRecord._fields
_KIND, _PREDIRECTIONAL, _SUFFIX, _POSTDIRECTIONAL, _LOW, _HIGH, _PARITY = map(
    _FIELDS.index,
    (
        "record_type",
        "predirectional",
        "suffix",
        "postdirectional",
        "primary_low",
        "primary_high",
        "primary_parity",
    ),
)
WIDTH = 10
"""Characters of a primary number in the ZIP+4 file."""
_MANY = 8
"""Records from which on they are made quicker together than one by one."""

# What `DirectoryRecord._make` does, without its check of the length.
_record: Callable[[Iterable[object]], DirectoryRecord] = partial(tuple.__new__, DirectoryRecord)


class WholeRanges(NamedTuple):
    """Primary ranges whose ends are all whole numbers of ten digits, as the file has them: they compare as text."""

    lows: Sequence[str]
    highs: Sequence[str]
    parities: Sequence[str]

    def places(self, number: str) -> list[int]:
        """The places of the ranges that hold a whole number of at most ten digits (Publication 28 appendix E)."""
        padded, highs, parities = number.zfill(WIDTH), self.highs, self.parities
        other = "E" if number[-1] in "13579" else "O"
        return [at for at, low in enumerate(self.lows) if low <= padded <= highs[at] and parities[at] != other]


class StreetRecords(Sequence[DirectoryRecord]):
    """Some records as their columns, in the order of a record's fields: one value that all share, or a list of values.

    Of a street's twenty records a match names four or five, and one or two hold its number. Immutable to its users;
    threads may share it: the worst that a race does is to make a record twice.
    """

    __slots__ = ("_columns", "_every", "_places", "_ranges", "_varying", "_whole")

    def __init__(self, columns: list[Any], places: Sequence[int], whole: bool) -> None:
        """`places` are the rows that count. `whole`: the primary ranges' ends are as WholeRanges has them."""
        self._columns = columns
        self._places = places
        self._whole = whole
        self._every: tuple[DirectoryRecord, ...] | None = None
        self._ranges: WholeRanges | None = None
        self._varying: list[tuple[int, list[Any]]] | None = None

    @classmethod
    def of(cls, records: Sequence[DirectoryRecord]) -> StreetRecords:
        """The same records by columns."""
        columns = [list(column) for column in zip(*records, strict=True)] or [[] for _ in _FIELDS]
        whole = all(len(end) == WIDTH and end.isdecimal() for end in (*columns[_LOW], *columns[_HIGH]))
        shared = [c[0] if c and c.count(c[0]) == len(c) else c for c in columns]
        return cls(shared, range(len(records)), whole)

    def with_parts(self, predirectional: str, suffix: str, postdirectional: str) -> StreetRecords:
        """Those of the records whose street has exactly these parts; the same object where all have."""
        places = self._places
        wanted = ((_PREDIRECTIONAL, predirectional), (_SUFFIX, suffix), (_POSTDIRECTIONAL, postdirectional))
        for field, value in wanted:
            column = self._columns[field]
            if column.__class__ is list:
                places = [at for at in places if column[at] == value]
            elif column != value:
                places = ()
        return self if places is self._places else StreetRecords(self._columns, places, self._whole)

    @property
    def suffixes(self) -> set[str]:
        """Every suffix of the records, as the file spells it."""
        return set(self._column(_SUFFIX))

    @property
    def of_streets(self) -> bool:
        """Whether all are street, highrise or firm records."""
        # Not by a set, for speed: to hash an enumeration member costs more.
        street, highrise, firm = RecordType.STREET, RecordType.HIGHRISE, RecordType.FIRM
        kind = self._columns[_KIND]
        if kind.__class__ is list:
            return all([(k := kind[at]) is street or k is highrise or k is firm for at in self._places])
        return kind is street or kind is highrise or kind is firm

    @property
    def ranges(self) -> WholeRanges | None:
        """The primary ranges, where all are whole numbers; None where one is not."""
        if self._whole and self._ranges is None:
            self._ranges = WholeRanges(self._column(_LOW), self._column(_HIGH), self._column(_PARITY))
        return self._ranges

    def at(self, places: Iterable[int]) -> list[DirectoryRecord]:
        """The records at these places, from 0."""
        if self._every is not None:
            return [self._every[place] for place in places]
        row, own = self._columns.copy(), self._places
        varying = self._varying
        if varying is None:
            varying = [(field, column) for field, column in enumerate(row) if column.__class__ is list]
            self._varying = varying
        made = []
        for place in places:
            at = own[place]
            for field, column in varying:
                row[field] = column[at]
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
        return self.at((place,))[0]

    def __iter__(self) -> Iterator[DirectoryRecord]:
        return iter(self._all())

    def _all(self) -> tuple[DirectoryRecord, ...]:
        if self._every is None:
            if len(self._places) < _MANY:
                self._every = tuple(self.at(range(len(self._places))))
            else:
                columns = [self._column(field) for field in range(len(_FIELDS))]
                self._every = tuple(map(_record, zip(*columns, strict=True)))
        return self._every

    def _column(self, field: int) -> Sequence[Any]:
        column, places = self._columns[field], self._places
        if column.__class__ is not list:
            return [column] * len(places)
        return [column[at] for at in places] if len(places) < len(column) else column

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StreetRecords | tuple | list):
            return len(self) == len(other) and self._all() == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"StreetRecords.of({list(self)!r})"
