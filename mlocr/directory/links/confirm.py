"""The three tables as `mlocr.ports` asks for them, and how they are opened beside a built directory.

A seeded false positive stops its table: the error is raised at once and at every later question.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mlocr.directory.links.format import TableKind
from mlocr.directory.links.keys import find_digest, firm_key, old_address_key, primary_key, secondary_key
from mlocr.directory.links.payload import converted_of, flags_of, is_seed, suite_of
from mlocr.directory.links.stops import check_no_stop
from mlocr.directory.links.table import HashedTable, open_table
from mlocr.errors import BadInputError, TableStoppedError
from mlocr.mail.address import ConvertedAddress
from mlocr.ports import ConfirmingTables


class _Asked:
    """A table that is asked, and stops at a seed."""

    def __init__(self, table: HashedTable) -> None:
        self._table = table
        self._stopped: TableStoppedError | None = None

    @property
    def count(self) -> int:
        """Records in the table."""
        return self._table.header.count

    def _find(self, key: bytes) -> bytes | None:
        if self._stopped is not None:
            raise self._stopped
        payload = self._table.find(key)
        if payload is not None and is_seed(payload):
            header = self._table.header
            self._stopped = TableStoppedError(header.kind.value, f"seed {find_digest(key, header.salt).hex()}")
            raise self._stopped
        return payload


class DpvTable(_Asked):
    """Delivery Point Validation (implements `mlocr.ports.DeliveryPointTable`)."""

    def primary_confirmed(self, zip5: str, plus4: str, primary: str) -> bool:
        """Whether the primary number or box is in the table."""
        return self._find(primary_key(zip5, plus4, primary)) is not None

    def secondary_confirmed(self, zip5: str, plus4: str, primary: str, secondary: str) -> bool:
        """Whether the unit at the primary number is in the table; never for an empty one."""
        return bool(secondary) and self._find(secondary_key(zip5, plus4, primary, secondary)) is not None

    def flags(self, zip5: str, plus4: str, primary: str, secondary: str) -> Sequence[str]:
        """The marks of the primary number and, where a confirmed unit is given, of the unit, each once."""
        keys = [primary_key(zip5, plus4, primary)]
        if secondary:
            keys.append(secondary_key(zip5, plus4, primary, secondary))
        found = [payload for key in keys if (payload := self._find(key)) is not None]
        return tuple(dict.fromkeys(flag for payload in found for flag in flags_of(payload)))


class LacsLinkTable(_Asked):
    """LACSLink (implements `mlocr.ports.ConvertedAddressTable`)."""

    def convert(self, zip5: str, primary: str, street: str, secondary: str) -> ConvertedAddress:
        """The new address (A; 92 where only the address without its unit is known), or 09, 14 or 00."""
        payload = self._find(old_address_key(zip5, primary, street, secondary))
        if payload is not None or not secondary:
            return converted_of(payload) if payload is not None else ConvertedAddress("00")
        payload = self._find(old_address_key(zip5, primary, street, ""))
        if payload is None:
            return ConvertedAddress("00")
        found = converted_of(payload)
        return ConvertedAddress("92", found.delivery_line, found.zip5) if found.code == "A" else found


class SuiteLinkTable(_Asked):
    """SuiteLink (implements `mlocr.ports.SuiteTable`)."""

    def suite(self, zip5: str, plus4: str, primary: str, firm: str) -> tuple[str, str] | None:
        """Designator and number of the firm's suite; None where the table does not have it."""
        payload = self._find(firm_key(zip5, plus4, primary, firm))
        if payload is None:
            return None
        found = suite_of(payload)
        return found.designator, found.number


def open_tables(path: Path, product: tuple[int, int] | None = None) -> ConfirmingTables:
    """The tables beside the built directory `path`; None for each that is not there.

    `product` is the directory's year and month: a table of another one is refused. Raises TableStoppedError where a
    stop mark lies beside them, BadInputError where one cannot be opened or does not belong, SealBrokenError where one
    was changed.
    """
    check_no_stop(path)
    dpv, lacslink, suitelink = (_opened(path, kind, product) for kind in TableKind)
    return ConfirmingTables(
        dpv=DpvTable(dpv) if dpv else None,
        lacslink=LacsLinkTable(lacslink) if lacslink else None,
        suitelink=SuiteLinkTable(suitelink) if suitelink else None,
    )


def has_tables(path: Path) -> bool:
    """Whether any table lies beside a built directory; it is not opened."""
    return any((path / kind.file_name).is_file() for kind in TableKind)


def table_counts(path: Path, *, whole: bool = False) -> dict[str, int]:
    """How many records each table beside a built directory holds, by name; `whole`: after checking every block.

    Raises BadInputError and SealBrokenError for damage.
    """
    counts: dict[str, int] = {}
    for kind in TableKind:
        table = _opened(path, kind, None)
        if table is not None:
            counts[kind.value] = table.header.count
            try:
                if whole:
                    table.verify()
            finally:
                table.close()
    return counts


def _opened(path: Path, kind: TableKind, product: tuple[int, int] | None) -> HashedTable | None:
    file = path / kind.file_name
    if not file.is_file():
        return None
    table = open_table(file)
    header = table.header
    if header.kind is not kind:
        raise BadInputError(f"{file} holds the {header.kind.value} table; build the directory anew from its files")
    if product is not None and header.product != product:
        own, wanted = (f"{year:04d}-{month:02d}" for year, month in (header.product, product))
        raise BadInputError(f"{file} is of edition {own} but the directory of {wanted}; build both of one edition")
    return table
