"""Cases of the confirming tables for a synthetic Stage I file: what LACSLink converts, and whose suite SuiteLink adds.

The built tables are hashed and cannot be listed, so the raw ones have to lie in the folder that is given. The truth is
the new address's or the suite's own record, found there by the witness's rules and never by the matcher.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlocr.certification.damage.written import WrittenAddress
from mlocr.certification.witness.answers import Answer, Asked, addon, answer_at, holds
from mlocr.certification.witness.judge import Truth
from mlocr.certification.witness.office import Offices, Place
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.raw import ConvertedRow, RawFile, SuiteRow
from mlocr.errors import BadInputError
from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.ports import ConfirmingTables
from mlocr.services.cass_tables import settled
from mlocr.services.cass_targets import Targets

CONVERTED, SUITE = "23", "kS"
MOST = 2_000
"""Rows of a raw table that are looked at."""


@dataclass(frozen=True, slots=True)
class Linked:
    """An address as printed, the one it stands for, the right answer, and the tables' answers as Stage I fields."""

    asked: WrittenAddress
    meant: WrittenAddress
    truth: Truth
    fields: Mapping[str, str] = field(default_factory=dict)


class LinkCases:
    """Draws cases from the raw tables of a folder; none where there are none."""

    def __init__(
        self, folder: Path, offices: Offices, targets: Targets, tables: ConfirmingTables, rng: random.Random
    ) -> None:
        """Raises BadInputError for a raw table that cannot be read."""
        self._offices = offices
        self._targets = targets
        self._tables = tables
        self._rng = rng
        converted = _rows(folder, TableKind.LACSLINK) if tables.lacslink is not None else []
        suites = _rows(folder, TableKind.SUITELINK) if tables.suitelink is not None else []
        self._rows: dict[str, Sequence[ConvertedRow | SuiteRow]] = {
            CONVERTED: [r for r in converted if isinstance(r, ConvertedRow) and r.code == "A" and not r.secondary],
            SUITE: [r for r in suites if isinstance(r, SuiteRow)],
        }

    @property
    def codes(self) -> tuple[str, ...]:
        """The category codes there are rows for."""
        return tuple(code for code, rows in self._rows.items() if rows)

    def draw(self, code: str) -> Linked | None:
        """One case of a category; None where the row drawn makes none."""
        row = self._rng.choice(self._rows[code])
        return self._suite(row) if isinstance(row, SuiteRow) else self._converted(row)

    def _suite(self, row: SuiteRow) -> Linked | None:
        """The firm at the building's default address, no unit printed."""
        for record in self._offices.records(row.zip5).rows:
            default = record.record_type is RecordType.HIGHRISE and not record.secondary_designator
            if default and holds(record, row.primary) and addon(record, row.primary) == row.plus4:
                rows = self._offices.records(row.zip5).places[Place.of(record)]
                answer = answer_at(rows, Asked(row.primary, row.designator, row.number))
                asked = self._written(record, row.primary)
                if asked is None or not isinstance(answer, Answer) or not answer.unit:
                    return None
                meant = replace(asked, designator=row.designator, unit=row.number)
                named = replace(asked, firm=row.firm, person="")
                return self._linked(named, meant, answer, {"suitelink_code": "A"})
        return None

    def _converted(self, row: ConvertedRow) -> Linked | None:
        """The old address as its own record has it."""
        old = next(self._records(row.zip5, row.street, row.primary), None)
        asked = self._written(old, row.primary) if old is not None else None
        number, _, street = row.new_line.partition(" ")
        new = next(self._records(row.new_zip5, street, number), None)
        meant = self._written(new, number) if new is not None else None
        if asked is None or new is None or meant is None:
            return None
        answer = answer_at(self._offices.records(row.new_zip5).places[Place.of(new)], Asked(number))
        if not isinstance(answer, Answer):
            return None
        return self._linked(asked, meant, answer, {"lacslink_code": "A", "lacslink_indicator": "Y"})

    def _linked(
        self, asked: WrittenAddress, meant: WrittenAddress, answer: Answer, fields: Mapping[str, str]
    ) -> Linked | None:
        """The case, its new address asked of DPV; None where that one is converted or not confirmed."""
        confirmed = settled(Truth(answer.code, answer), replace(meant, firm="", person=""), self._tables, self._offices)
        if confirmed is None or len(confirmed.truth.digits) < len(answer.code) or not answer.point:
            return None
        return Linked(asked, meant, confirmed.truth, {**confirmed.fields, **fields})

    def _records(self, zip5: str, street: str, number: str) -> Iterator[DirectoryRecord]:
        """The records of a street, written in one as the tables have it, that hold a number."""
        for record in self._offices.records(zip5).rows:
            name = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
            if " ".join(part for part in name if part) == street and holds(record, number):
                yield record

    def _written(self, record: DirectoryRecord, number: str) -> WrittenAddress | None:
        written = self._targets.written(record)
        return replace(written, number=number, firm="", designator="", unit="") if written is not None else None


def _rows(folder: Path, kind: TableKind) -> list[object]:
    """The first rows of a raw table; none where the folder has no such file."""
    path = folder / kind.raw_name
    if not path.is_file():
        return []
    try:
        with path.open(encoding="ascii") as lines:
            return [row for _, row in zip(range(MOST), RawFile(lines, str(path)), strict=False)]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read ({error}); give the raw table as it was delivered") from error
