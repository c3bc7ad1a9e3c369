"""Directories as a command names them: built ones as they are, a shelf of them, or raw files built once and cached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from mlocr.directory.build import BuildOptions, build_directory
from mlocr.directory.edition import Usability, usability
from mlocr.directory.links.confirm import table_counts
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.stops import check_no_stop, stop_of
from mlocr.directory.records import DirectoryMeta
from mlocr.directory.schema import FORMAT_VERSION
from mlocr.directory.seal import check_seal, check_tables
from mlocr.directory.store import is_built, open_directory
from mlocr.errors import BadInputError, SealBrokenError
from mlocr.services.product_lock import ProductLock, check_file_date
from mlocr.services.shelf import is_shelf, newest_usable

RAW_ZIP4 = "zip4.txt"
RAW_CITY_STATE = "ctystate.txt"
RAW_EARLY_WARNINGS = "ews.txt"


@dataclass(frozen=True, slots=True)
class UsableDirectory:
    """A built directory that may code: its folder, its product's year and month, and its dates."""

    path: Path
    product: tuple[int, int]
    dates: Usability


def _silent(_sentence: str) -> None:
    """Hears nothing."""


def usable_directory(
    given: Path, cache: Path, as_of: date, lock: ProductLock, say: Callable[[str], None] = _silent
) -> UsableDirectory:
    """The directory that codes as on `as_of`, of what the user gave: built, a shelf of built ones, or raw files.

    Everything is judged here, once, before anything is coded: seal, file date, edition, clock; workers trust it. `say`
    hears what a person should know (on standard error). Raises DataExpiredError and SealBrokenError (exit 4), and what
    `resolve_directory` raises.
    """
    raw = False
    if is_built(given):
        path = given
    elif is_shelf(given) and not (given / RAW_ZIP4).exists():
        path = newest_usable(given, as_of, say)
    else:
        path, raw = resolve_directory(given, cache), True
    try:
        lock.check_sealed(path)
    except SealBrokenError as error:
        if not raw:
            raise
        say(f"{error}: done")  # a cached directory: its raw files are at hand
        path = resolve_directory(given, cache, anew=True)
        lock.check_sealed(path)
    with closing(open_directory(path)) as directory:
        meta = directory.meta
    return UsableDirectory(path, meta.product, lock.check(path, meta, as_of, say))


@dataclass(frozen=True, slots=True)
class DirectoryInfo:
    """What a built directory says of itself: edition, counts by record type, inputs with SHA-256, and its dates.

    `tables` are the confirming tables beside it with their records; `stopped` says why none of them answers. `built` is
    the moment of the build, `broken` why its seal or its file's date does not hold ("" where both do),
    `early_warnings` the streets of the Early Warning file of `early_warning_date`.
    """

    path: Path
    product: tuple[int, int]
    zip4_counts: dict[str, int]
    city_state_counts: dict[str, int]
    sources: tuple[tuple[str, str], ...]
    usability: Usability
    tables: dict[str, int]
    built: datetime
    stopped: str = ""
    broken: str = ""
    early_warnings: int = 0
    early_warning_date: str = ""

    def as_json(self) -> dict[str, object]:
        """One object for `mlocr directory info --json`."""
        return {
            "directory": str(self.path),
            "format_version": FORMAT_VERSION,
            "product": f"{self.product[0]:04d}-{self.product[1]:02d}",
            "zip4": {"records": sum(self.zip4_counts.values()), "by_type": self.zip4_counts},
            "city_state": {"records": sum(self.city_state_counts.values()), "by_type": self.city_state_counts},
            "sources": [{"file": name, "sha256": digest} for name, digest in self.sources],
            "first_use": self.usability.first_use.isoformat(),
            "last_use": self.usability.last_use.isoformat(),
            "last_mailing": self.usability.last_mailing.isoformat(),
            "rule": self.usability.rule,
            "tables": self.tables,
            "stopped": self.stopped or None,
            "built": self.built.isoformat(),
            "seal": "broken" if self.broken else "intact",
            "early_warnings": {"records": self.early_warnings, "date": self.early_warning_date or None},
        }


def directory_info(path: Path) -> DirectoryInfo:
    """What the built directory at `path` holds; its whole file is read, for the seal.

    Raises BadInputError when it cannot be opened.
    """
    directory = open_directory(path)
    try:
        meta = directory.meta
        return DirectoryInfo(
            path=path,
            product=meta.product,
            zip4_counts=meta.zip4_counts,
            city_state_counts=meta.city_state_counts,
            sources=meta.sources,
            usability=usability(meta.product),
            tables=table_counts(path),
            built=meta.built,
            stopped=str(stop_of(path) or ""),
            broken=_broken(path, meta),
            early_warnings=meta.early_warnings,
            early_warning_date=meta.early_warning_date,
        )
    finally:
        directory.close()


def _broken(path: Path, meta: DirectoryMeta) -> str:
    try:
        check_seal(path)
        check_tables(path, meta)
        check_file_date(path, meta)
    except SealBrokenError as error:
        return str(error)
    return ""


def resolve_directory(given: Path, cache: Path, *, anew: bool = False) -> Path:
    """The built directory for what the user gave, its seal and dates not looked at (`usable_directory` does).

    A built directory is returned as is. A raw folder (zip4.txt and ctystate.txt, and ews.txt, dpv.txt, lacslink.txt,
    suitelink.txt where they are there) is built once under `cache`, in a folder named by the content of its files; a
    cached one that no longer opens is built again, and any with `anew`. Raises BadInputError when `given` is neither,
    and what `build_directory` raises.
    """
    if is_built(given):
        return given
    raw = (given / RAW_ZIP4, given / RAW_CITY_STATE)
    if not given.exists():
        raise BadInputError(f"the directory {given} does not exist; give a built directory or a folder with {RAW_ZIP4}")
    for path in raw:
        if not path.is_file():
            raise BadInputError(
                f"{given} is no directory: it is neither built nor holds {path.name};"
                " build one with `mlocr directory build` and give its folder"
            )
    check_no_stop(given)
    tables = {kind: path for kind in TableKind if (path := given / kind.raw_name).is_file()}
    warnings = [path for path in (given / RAW_EARLY_WARNINGS,) if path.is_file()]
    built = cache / f"directory-{_content_key(*raw, *warnings, *tables.values())}"
    if is_built(built) and not anew:
        try:
            open_directory(built).close()
            return built
        except BadInputError:
            pass  # of another version or damaged: it is only a cache, so it is built again
    _make_cache(cache)
    build_directory([raw[0]], [raw[1]], built, tables, BuildOptions(early_warnings=warnings))
    return built


def _make_cache(cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            f"raw product files are built once into {cache}, which cannot be made ({error.strerror});"
            " build them with `mlocr directory build` into a folder of yours, and give that"
        ) from error


def _content_key(*paths: Path) -> str:
    digest = hashlib.sha256(f"format {FORMAT_VERSION}".encode())
    for path in paths:
        try:
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise BadInputError(f"{path} cannot be read ({error.strerror}); mend it and run again") from error
    return digest.hexdigest()[:16]
