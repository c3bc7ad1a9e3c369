"""Editions side by side: a folder of built directories, of which each run takes the newest that may code on its date.

The change from one to the next happens between runs only: a run opens one directory and keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mlocr.directory.edition import Usability, usability
from mlocr.directory.opening import is_built, open_database, read_meta
from mlocr.directory.records import DirectoryMeta
from mlocr.errors import BadInputError, DataExpiredError

_LAST = ((0, 0), "")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One built directory of a shelf; `meta` is None, and `fault` says why, where it cannot be opened."""

    path: Path
    meta: DirectoryMeta | None
    fault: str = ""

    @property
    def dates(self) -> Usability | None:
        """When it may code."""
        return usability(self.meta.product) if self.meta else None


def is_shelf(path: Path) -> bool:
    """Whether `path` is a folder that is no built directory and holds one or more."""
    return not is_built(path) and bool(_built_in(path))


def shelved(path: Path) -> tuple[Shelved, ...]:
    """The directories of a shelf, by name."""
    return tuple(map(_opened, _built_in(path)))


def newest_first(path: Path) -> list[Path]:
    """The folders of a shelf's directories, the newest product first; those that cannot be opened last."""
    found = sorted(shelved(path), key=lambda one: (one.meta.product, one.meta.built.isoformat()) if one.meta else _LAST)
    return [one.path for one in reversed(found)]


def newest_usable(path: Path, as_of: date, say: Callable[[str], None]) -> Path:
    """The shelf's newest directory that may code on `as_of`; of two of one product the one built last.

    `say` hears which it is, and of every directory that cannot be opened. Raises DataExpiredError where none may.
    """
    found = shelved(path)
    for one in found:
        if one.fault:
            say(f"passed over on the shelf: {one.fault}")
    usable = [(one.meta.product, one.meta.built, one.path) for one in found if one.meta and _allows(one, as_of)]
    if not usable:
        listed = ", ".join(
            f"{one.path.name} {one.dates.first_use} to {one.dates.last_use}" for one in found if one.dates is not None
        )
        raise DataExpiredError(
            f"no directory on the shelf {path} may code on {as_of} ({listed or 'none can be opened'});"
            " build one from a current product beside them"
        )
    (year, month), _, chosen = max(usable)
    say(f"of the {len(found)} directories on the shelf {path}, {chosen.name} (product {year:04d}-{month:02d}) codes")
    return chosen


def _allows(one: Shelved, as_of: date) -> bool:
    return one.dates is not None and one.dates.allows(as_of)


def _built_in(path: Path) -> list[Path]:
    try:
        return sorted(child for child in path.iterdir() if child.is_dir() and is_built(child))
    except OSError:
        return []


def _opened(path: Path) -> Shelved:
    try:
        with closing(open_database(path)) as db:
            return Shelved(path, read_meta(path, db))
    except BadInputError as error:
        return Shelved(path, None, str(error))
