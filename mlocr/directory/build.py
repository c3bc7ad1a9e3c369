"""Fixed-width product files to a built directory: streamed, checked, and put in place in one step or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from mlocr.directory.files import ProductFile, read_city_state, read_zip4
from mlocr.directory.layout import CityStateRecord
from mlocr.directory.links.build import TableReport
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.prepare import prepared_tables
from mlocr.directory.records import Edition, PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.directory.schema import (
    ALIAS_COLUMNS,
    APPLICATION_ID,
    DETAIL_COLUMNS,
    FILE_NAME,
    FORMAT_VERSION,
    INDEXES,
    TABLES,
    ZIP4_COLUMNS,
    create_table,
    insert_into,
)
from mlocr.errors import BadInputError
from mlocr.mail.address import CityStateDetail, DirectoryRecord, StreetAlias

BATCH = 5000

Record = TypeVar("Record")
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: where, which edition, how many records of each type, the input files' names and SHA-256.

    `deleted` counts the delete records (action code D), which are applied and not kept. `tables` are the confirming
    tables built beside it.
    """

    path: Path
    product: tuple[int, int]
    zip4_counts: dict[str, int]
    city_state_counts: dict[str, int]
    deleted: int
    sources: tuple[tuple[str, str], ...]
    tables: tuple[TableReport, ...] = ()


def build_directory(
    zip4: Sequence[Path], city_state: Sequence[Path], out: Path, tables: Mapping[TableKind, Path] | None = None
) -> BuildReport:
    """Build `out` (a folder) from the product files, replacing what was built there before.

    `tables` are the raw files of confirming tables, of the same product month; those not given are taken away.

    Raises RecordError for a malformed record and BadInputError for a missing or empty file or editions that differ; the
    directory built before then stays as it was, and readers that have it open keep it.
    """
    if not zip4 or not city_state:
        raise BadInputError("a directory is built from ZIP+4 and City State files together; give at least one of each")
    with _folder(out), _temporary(out) as temporary:
        try:
            report = _build(zip4, city_state, temporary, out)
            with prepared_tables(tables or {}, report.product, out) as prepared:
                _make_durable(temporary)
                temporary.replace(out / FILE_NAME)
                prepared.put()
            report = replace(report, tables=prepared.reports)
        except (sqlite3.Error, OSError) as error:
            raise BadInputError(f"{out} cannot be written ({error}); make room or give another --out") from error
    return report


def _build(zip4: Sequence[Path], city_state: Sequence[Path], temporary: Path, out: Path) -> BuildReport:
    builder = _Builder(temporary)
    try:
        for path in zip4:
            builder.load_zip4(path)
        for path in city_state:
            builder.load_city_state(path)
        return builder.finish(out)
    finally:
        builder.close()


class _Builder:
    """One build in progress in a temporary file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-65536"):
            self._db.execute(f"PRAGMA {pragma}").close()
        self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self._db.execute(f"PRAGMA user_version={FORMAT_VERSION}")
        self._db.execute("BEGIN")
        for table in TABLES:
            self._db.execute(create_table(table))
        self._db.execute("CREATE TEMP TABLE gone (zip5, update_key, street_name, before INTEGER)")
        self._edition: tuple[Edition, str] | None = None
        self._city_counts: Counter[str] = Counter()
        self._sources: list[tuple[str, str]] = []
        self._rows = 0

    def load_zip4(self, path: Path) -> None:
        """Add one ZIP+4 file."""
        with _opened(path) as stream:
            source = read_zip4(stream, str(path))
            self._agree(source)
            count = 0
            for batch in _batches(source):
                self._add_zip4(batch)
                count += len(batch)
            self._note(source, path, count)

    def load_city_state(self, path: Path) -> None:
        """Add one City State file."""
        with _opened(path) as stream:
            source = read_city_state(stream, str(path))
            self._agree(source)
            count = 0
            for batch in _batches(source):
                count += len(batch)
                rows: dict[str, list[Row]] = {}
                for record in batch:
                    table, code, row = _city_state_row(record)
                    self._city_counts[code] += 1
                    rows.setdefault(table, []).append(row)
                for table, values in rows.items():
                    self._db.executemany(insert_into(table), values)
            self._note(source, path, count)

    def finish(self, out: Path) -> BuildReport:
        """Delete what delete records named, index, write the meta table, commit."""
        assert self._edition is not None
        deleted = self._delete_gone()
        self._check_places()
        counted = self._db.execute("SELECT record_type, count(*) FROM zip4 GROUP BY record_type ORDER BY record_type")
        edition = self._edition[0]
        report = BuildReport(
            path=out,
            product=(edition.year, edition.month),
            zip4_counts=dict(counted),
            city_state_counts=dict(sorted(self._city_counts.items())),
            deleted=deleted,
            sources=tuple(self._sources),
        )
        meta = {
            "product_year": edition.year,
            "product_month": edition.month,
            "volume": edition.volume,
            "zip4_counts": report.zip4_counts,
            "city_state_counts": report.city_state_counts,
            "deleted": deleted,
            "sources": report.sources,
        }
        self._db.executemany(insert_into("meta"), [(key, json.dumps(value)) for key, value in meta.items()])
        for statement in INDEXES:
            self._db.execute(statement)
        self._db.execute("COMMIT")
        self._db.execute("ANALYZE")
        return report

    def _check_places(self) -> None:
        """Every ZIP Code of the ZIP+4 files must have its city: files that do not belong together code nothing."""
        lacking = self._db.execute(
            "SELECT zip5 FROM zip4 EXCEPT SELECT zip5 FROM city_state ORDER BY zip5 LIMIT 1"
        ).fetchone()
        if lacking is not None:
            raise BadInputError(
                f"the City State files have no detail record of ZIP Code {lacking[0]}, which the ZIP+4 files have; "
                "give files that belong together"
            )

    def close(self) -> None:
        """Let go of the temporary file."""
        self._db.close()

    def _agree(self, source: ProductFile[DirectoryRecord] | ProductFile[CityStateRecord]) -> None:
        """All files of one directory are of one product month (facts: their dates must agree)."""
        if self._edition is None:
            self._edition = (source.edition, source.name)
            return
        edition, name = self._edition
        if (edition.year, edition.month) != (source.edition.year, source.edition.month):
            raise BadInputError(
                f"{source.name} is of edition {source.edition.label} but {name} is of {edition.label}; "
                "give files of one edition"
            )

    def _note(
        self, source: ProductFile[DirectoryRecord] | ProductFile[CityStateRecord], path: Path, count: int
    ) -> None:
        """A file without records is a broken delivery; the same one twice would make each address in it ambiguous."""
        if count == 0:
            raise BadInputError(f"{path} has a header and no records; give the whole product file")
        if source.sha256 in (digest for _, digest in self._sources):
            raise BadInputError(f"{path} has the same content as a file given before it; give each product file once")
        self._sources.append((path.name, source.sha256))

    def _add_zip4(self, batch: Sequence[DirectoryRecord]) -> None:
        rows: list[Row] = []
        gone: list[Row] = []
        for record in batch:
            if record.action_code == "D":
                gone.append((record.zip5, record.update_key, record.street_name, self._rows + len(rows)))
            else:
                rows.append(_zip4_row(record))
        self._db.executemany(insert_into("zip4"), rows)
        self._db.executemany("INSERT INTO gone VALUES (?, ?, ?, ?)", gone)
        self._rows += len(rows)

    def _delete_gone(self) -> int:
        """A delete record (action code D) removes the earlier records of its ZIP Code, update key and street.

        The delete record itself is never kept. Answers how many there were.
        """
        (count,) = self._db.execute("SELECT count(*) FROM gone").fetchone()
        if count:
            self._db.execute("CREATE INDEX gone_key ON gone (zip5, update_key)")
            self._db.execute(
                "DELETE FROM zip4 WHERE update_key <> '' AND EXISTS (SELECT 1 FROM gone WHERE gone.zip5 = zip4.zip5"
                " AND gone.update_key = zip4.update_key AND gone.street_name IN ('', zip4.street_name)"
                " AND zip4.id <= gone.before)"
            )
        return int(count)


def _zip4_row(record: DirectoryRecord) -> Row:
    low, high = record.addon_low, record.addon_high or record.addon_low
    numbered = len(low) == len(high) == 4 and low.isdigit() and high.isdigit()
    addon = (int(low), int(high)) if numbered else (None, None)
    values = [getattr(record, name) for name in ZIP4_COLUMNS]
    values[2] = record.record_type.value
    return (*values, *addon)


def _city_state_row(record: CityStateRecord) -> tuple[str, str, Row]:
    """Table, record type code and row."""
    match record:
        case CityStateDetail():
            return "city_state", "D", tuple(_stored(getattr(record, name)) for name in DETAIL_COLUMNS)
        case StreetAlias():
            return "alias", "A", tuple(getattr(record, name) for name in ALIAS_COLUMNS)
        case SeasonalZip():
            return "seasonal", "N", (record.zip5, record.months)
        case SchemeZip():
            return "scheme", "S", (record.label_zip, record.combined_zip)
        case ZipSplit():
            columns = TABLES["zip_split"]
            return "zip_split", "Z", tuple(getattr(record, name) for name in columns)
        case PoBoxOnlyZip():
            return "po_box_only", "P", (record.zip5, record.body)


def _stored(value: object) -> object:
    if isinstance(value, bool):
        return "Y" if value else ""
    return value


def _batches(source: ProductFile[Record]) -> Iterator[list[Record]]:
    records = iter(source)
    while batch := list(islice(records, BATCH)):
        yield batch


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}); give the product file's path") from error


@contextlib.contextmanager
def _folder(out: Path) -> Iterator[None]:
    """The folder `out`, made when absent and taken away again when the build fails."""
    absent = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"{out} cannot be made a folder ({error.strerror}); give another --out") from error
    try:
        yield
    except BaseException:
        if absent:
            with contextlib.suppress(OSError):
                out.rmdir()
        raise


@contextlib.contextmanager
def _temporary(out: Path) -> Iterator[Path]:
    """A temporary file beside the one to be built, gone when the build fails or is interrupted."""
    try:
        number, name = tempfile.mkstemp(prefix=".building-", suffix=".sqlite", dir=out)
    except OSError as error:
        raise BadInputError(f"{out} cannot be written ({error.strerror}); give another --out") from error
    os.close(number)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    path.chmod(0o644)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
