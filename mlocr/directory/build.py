"""Product files to a built directory: streamed, checked, sealed, and put in place in one step or not at all."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from mlocr.directory.assemble import assemble
from mlocr.directory.early_warnings import read_early_warnings
from mlocr.directory.files import ProductFile, read_city_state, read_zip4
from mlocr.directory.links.build import TableReport
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.prepare import PreparedTables, prepared_tables
from mlocr.directory.records import Edition
from mlocr.directory.schema import APPLICATION_ID, FILE_NAME, FORMAT_VERSION, PAGE_SIZE, STATEMENTS
from mlocr.directory.seal import put_seal, sealed_file
from mlocr.directory.staging import Staging
from mlocr.directory.unfinished import temporary_file
from mlocr.errors import BadInputError

PROGRESS_EVERY = 20_000
"""Records between two words on progress."""

Record = TypeVar("Record")
Progress = Callable[[str, float], None]
"""Told what is being done and which share of it is done."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: where, which edition, how many records of each type, the input files' names and SHA-256.

    `deleted` counts the delete records (action code D), which are applied and not kept. `tables` are the confirming
    tables built beside it; `early_warnings` counts the Early Warning System's streets.
    """

    path: Path
    product: tuple[int, int]
    zip4_counts: dict[str, int]
    city_state_counts: dict[str, int]
    deleted: int
    sources: tuple[tuple[str, str], ...]
    tables: tuple[TableReport, ...] = ()
    early_warnings: int = 0


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What a build may have beside its products.

    `early_warnings` are Early Warning files, of any week. `moment` is that of the build (with its time zone; now, if
    left out): it goes under the seal.
    """

    early_warnings: Sequence[Path] = ()
    moment: datetime.datetime | None = None
    progress: Progress = lambda _what, _share: None


def build_directory(
    zip4: Sequence[Path],
    city_state: Sequence[Path],
    out: Path,
    tables: Mapping[TableKind, Path] | None = None,
    options: BuildOptions | None = None,
) -> BuildReport:
    """Build `out` (a folder) from the product files, replacing what was built there before.

    `tables` are the raw files of confirming tables, of the same product month; those not given are taken away.

    Raises RecordError for a malformed record and BadInputError for a missing or empty file or editions that differ; the
    directory built before then stays as it was, and readers that have it open keep it.
    """
    if not zip4 or not city_state:
        raise BadInputError("a directory is built from ZIP+4 and City State files together; give at least one of each")
    options = options or BuildOptions()
    with _folder(out), temporary_file(out, ".sqlite") as temporary, temporary_file(out, ".sqlite") as waiting:
        try:
            gathering = _Gathering(Staging(waiting), options.progress)
            try:
                gathering.load(zip4, city_state, options.early_warnings)
                with prepared_tables(tables or {}, gathering.product, out) as prepared:
                    report = _write(gathering, temporary, out, prepared, options)
                    put_seal(temporary)
                    _make_durable(temporary)
                    temporary.replace(out / FILE_NAME)
                    prepared.put()
            finally:
                gathering.staging.close()
        except (sqlite3.Error, OSError) as error:
            raise BadInputError(f"{out} cannot be written ({error}); make room or give another --out") from error
    return report


class _Gathering:
    """The product files of one build, read into a staging file."""

    def __init__(self, staging: Staging, progress: Progress) -> None:
        self.staging = staging
        self.sources: list[tuple[str, str]] = []
        self.warning_date = ""
        self._progress = progress
        self._edition: tuple[Edition, str] | None = None

    @property
    def edition(self) -> Edition:
        """The edition all files agree on."""
        assert self._edition is not None
        return self._edition[0]

    @property
    def product(self) -> tuple[int, int]:
        """Year and month of the edition."""
        return self.edition.year, self.edition.month

    def load(self, zip4: Sequence[Path], city_state: Sequence[Path], warnings: Sequence[Path]) -> None:
        """Read every file. Raises RecordError and BadInputError."""
        for path in zip4:
            self._load(path, read_zip4, self.staging.add_record)
        for path in city_state:
            self._load(path, read_city_state, self.staging.add_city_state)
        for path in warnings:
            self._load(path, read_early_warnings, self.staging.add_warning)
        self.staging.close_gathering()
        lacking = self.staging.zip_without_city()
        if lacking is not None:  # files that do not belong together code nothing
            raise BadInputError(
                f"the City State files have no detail record of ZIP Code {lacking}, which the ZIP+4 files have; "
                "give files that belong together"
            )

    def _load(
        self, path: Path, read: Callable[[BinaryIO, str], ProductFile[Record]], add: Callable[[Record], None]
    ) -> None:
        with _opened(path) as stream:
            source = read(stream, str(path))
            self._agree(source.edition, source.name)
            size, count = path.stat().st_size, 0  # 0 for a pipe, which tells no place either
            for record in source:
                add(record)
                count += 1
                if count % PROGRESS_EVERY == 0:
                    self._progress(f"reading {path.name}", stream.tell() / size if size else 0.0)
            self._note(source.sha256, path, count)

    def _agree(self, edition: Edition, name: str) -> None:
        """All products of one directory are of one month (facts: their dates must agree); warnings are weekly."""
        if edition.day:
            self.warning_date = max(self.warning_date, f"{edition.label}-{edition.day:02d}")
            return
        if self._edition is None:
            self._edition = (edition, name)
        agreed, first = self._edition
        if (agreed.year, agreed.month) != (edition.year, edition.month):
            raise BadInputError(
                f"{name} is of edition {edition.label} but {first} is of {agreed.label}; give files of one edition"
            )

    def _note(self, sha256: str, path: Path, count: int) -> None:
        """A file without records is a broken delivery; the same one twice would make each address in it ambiguous."""
        if count == 0:
            raise BadInputError(f"{path} has a header and no records; give the whole product file")
        if sha256 in (digest for _, digest in self.sources):
            raise BadInputError(f"{path} has the same content as a file given before it; give each product file once")
        self.sources.append((path.name, sha256))


def _write(
    gathering: _Gathering, temporary: Path, out: Path, prepared: PreparedTables, options: BuildOptions
) -> BuildReport:
    """The directory's file, all but its seal."""
    staging, edition = gathering.staging, gathering.edition
    db = _new_database(temporary)
    try:
        counts = assemble(staging, db, lambda share: options.progress("writing the directory", share))
        report = BuildReport(
            path=out,
            product=gathering.product,
            zip4_counts=counts,
            city_state_counts=dict(sorted(staging.city_counts.items())),
            deleted=staging.deletes,
            sources=tuple(gathering.sources),
            tables=prepared.reports,
            early_warnings=staging.warnings,
        )
        moment = options.moment or datetime.datetime.now(datetime.UTC)
        meta = {
            "built": moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds"),
            "product_year": edition.year,
            "product_month": edition.month,
            "volume": edition.volume,
            "zip4_counts": report.zip4_counts,
            "city_state_counts": report.city_state_counts,
            "deleted": report.deleted,
            "sources": report.sources,
            "early_warnings": report.early_warnings,
            "early_warning_date": gathering.warning_date,
            "tables": [
                (file.name, file.size, file.digest)
                for file in (sealed_file(path, name) for name, path in prepared.files.items())
            ],
        }
        db.executemany("INSERT INTO meta VALUES (?, ?)", [(key, json.dumps(value)) for key, value in meta.items()])
        db.execute("COMMIT")
        _check_counts(db, sum(counts.values()))
        return report
    finally:
        db.close()


def _new_database(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-32768"):
        db.execute(f"PRAGMA {pragma}").close()
    for pragma in (f"page_size={PAGE_SIZE}", f"application_id={APPLICATION_ID}", f"user_version={FORMAT_VERSION}"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    for statement in STATEMENTS:
        db.execute(statement)
    return db


def _check_counts(db: sqlite3.Connection, expected: int) -> None:
    """The records that can be read back are as many as were written; a packed text begins with its count."""
    (found,) = db.execute("SELECT total(CAST(records AS INTEGER)) FROM street").fetchone()
    if int(found) != expected:
        raise BadInputError(
            f"{int(found)} records can be read back of {expected} that were written; the disk is at fault, build again"
        )


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


def _make_durable(path: Path) -> None:
    path.chmod(0o644)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
