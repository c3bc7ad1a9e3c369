"""Opening a built directory's file: what it must be, and what it says of itself."""

from __future__ import annotations

import datetime
import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

from mlocr.directory.records import DirectoryMeta, SealedFile
from mlocr.directory.schema import APPLICATION_ID, FILE_NAME, FORMAT_VERSION
from mlocr.errors import BadInputError

REBUILD = "build it with `mlocr directory build`"
BUILD_AGAIN = f"{REBUILD} again"
CACHE_KIB = 4096
"""SQLite's own page cache: the upper levels of the trees stay in it; the pages below are the system's to keep."""


def is_built(path: Path) -> bool:
    """Whether `path` holds a built directory, of whatever version."""
    return (path / FILE_NAME).is_file()


def open_database(path: Path) -> sqlite3.Connection:
    """The file of the built directory `path`, read-only. Raises BadInputError when there is none."""
    file = path / FILE_NAME
    if not path.exists():
        raise BadInputError(f"the directory {path} does not exist; {REBUILD} and give its folder")
    if not file.is_file():
        raise BadInputError(f"{path} is not a built directory (it holds no {FILE_NAME}); {REBUILD}")
    uri = f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1"
    try:
        db = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        db.execute(f"PRAGMA cache_size=-{CACHE_KIB}").close()
    except sqlite3.Error as error:
        raise BadInputError(f"the directory {path} cannot be opened or is damaged ({error}); {BUILD_AGAIN}") from error
    return db


def read_meta(path: Path, db: sqlite3.Connection) -> DirectoryMeta:
    """What the directory says of itself. Raises BadInputError where it is none, damaged or of another version."""
    try:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise BadInputError(f"{path / FILE_NAME} is not a built directory; {BUILD_AGAIN}")
        if version != FORMAT_VERSION:
            raise BadInputError(
                f"the directory {path} is of format version {version}, not {FORMAT_VERSION}; {BUILD_AGAIN}"
            )
        meta = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM meta")}
        return DirectoryMeta(
            product=(int(meta["product_year"]), int(meta["product_month"])),
            zip4_counts=dict(meta["zip4_counts"]),
            city_state_counts=dict(meta["city_state_counts"]),
            sources=tuple((str(name), str(digest)) for name, digest in meta["sources"]),
            built=datetime.datetime.fromisoformat(meta["built"]),
            early_warnings=int(meta["early_warnings"]),
            early_warning_date=str(meta["early_warning_date"]),
            tables=tuple(SealedFile(str(name), int(size), str(digest)) for name, size, digest in meta["tables"]),
        )
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError) as error:
        raise BadInputError(f"the directory {path} is damaged ({error}); {BUILD_AGAIN}") from error
