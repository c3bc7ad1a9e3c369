"""Directories as a command names them: built ones as they are, a deck's raw files built once and cached by content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from mlocr.directory.build import build_directory
from mlocr.directory.edition import Usability, usability
from mlocr.directory.links.confirm import table_counts
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.stops import check_no_stop, stop_of
from mlocr.directory.schema import FORMAT_VERSION
from mlocr.directory.store import is_built, open_directory
from mlocr.errors import BadInputError

RAW_ZIP4 = "zip4.txt"
RAW_CITY_STATE = "ctystate.txt"


@dataclass(frozen=True, slots=True)
class DirectoryInfo:
    """What a built directory says of itself: edition, counts by record type, inputs with SHA-256, and its dates.

    `tables` are the confirming tables beside it with their records; `stopped` says why none of them answers.
    """

    path: Path
    product: tuple[int, int]
    zip4_counts: dict[str, int]
    city_state_counts: dict[str, int]
    sources: tuple[tuple[str, str], ...]
    usability: Usability
    tables: dict[str, int]
    stopped: str = ""

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
        }


def directory_info(path: Path) -> DirectoryInfo:
    """What the built directory at `path` holds. Raises BadInputError when it cannot be opened."""
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
            stopped=str(stop_of(path) or ""),
        )
    finally:
        directory.close()


def resolve_directory(given: Path, cache: Path) -> Path:
    """The built directory for what the user gave.

    A built directory is returned as is. A raw folder (zip4.txt and ctystate.txt, and dpv.txt, lacslink.txt,
    suitelink.txt where they are there) is built once under `cache`, in a folder named by the content of its files; a
    cached one that no longer opens is built again. Raises BadInputError when `given` is neither, and what
    `build_directory` raises.
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
    built = cache / f"directory-{_content_key(*raw, *tables.values())}"
    if is_built(built):
        try:
            open_directory(built).close()
            return built
        except BadInputError:
            pass  # of another version or damaged: it is only a cache, so it is built again
    build_directory([raw[0]], [raw[1]], built, tables)
    return built


def _content_key(*paths: Path) -> str:
    digest = hashlib.sha256(f"format {FORMAT_VERSION}".encode())
    for path in paths:
        try:
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise BadInputError(f"{path} cannot be read ({error.strerror}); mend it and run again") from error
    return digest.hexdigest()[:16]
