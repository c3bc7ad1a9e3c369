"""The product-cycle lock: no directory codes that was changed, is out of date, or meets a clock that was set back.

Judged once, by the parent, before a run or a match begins (DMM 602 9.3; MASS: access to outdated data is disabled). The
edition's own dates are tables in `mlocr.directory.edition`; what else is looked at is *ours*.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from platformdirs import user_state_path

from mlocr.directory.edition import Usability, check_usable
from mlocr.directory.records import DirectoryMeta
from mlocr.directory.schema import FILE_NAME
from mlocr.directory.seal import check_seal, check_tables, tree_digest
from mlocr.errors import SealBrokenError

SEALS = "seals.json"
NEWEST = "newest-date.json"
REMEMBERED = 64
"""Files whose digests are remembered, the last ones used."""
SETTLED_NS = 2_000_000_000
"""A file changed this little before it is hashed is not remembered: its next change might bear the same time."""
SET_RIGHT = "set the clock right (docs/directory.md says what else may be the matter)"


@dataclass(frozen=True, slots=True)
class ProductLock:
    """Today's date by the clock, and the folder in which the lock keeps its memory; None: it keeps none.

    The memory is the newest date anything was coded on, and the digests of files that have not changed since. Without
    a date everything is a replay: the seal, the file's date and the edition are judged, the clock is not.
    """

    today: date | None
    memory: Path | None = None

    @classmethod
    def of_this_machine(cls) -> ProductLock:
        """The lock by this machine's clock, with its memory among the user's own state."""
        return cls(datetime.now().date(), user_state_path("mlocr"))

    def check(
        self, path: Path, meta: DirectoryMeta, as_of: date, say: Callable[[str], None] = lambda _sentence: None
    ) -> Usability:
        """Let the built directory `path` code as on `as_of`, or raise DataExpiredError or SealBrokenError (exit 4).

        The seal has been checked (`check_sealed`). A live run (as of today) is held to the clock as well; a replay is
        judged by its own date, and by the seal and the file's date all the same. `say` hears when today's date cannot
        be kept.
        """
        check_tables(path, meta, self._digest)
        check_file_date(path, meta)
        dates = check_usable(meta.product, as_of)
        if as_of == self.today:
            self._check_clock(path, meta.built, self.today)
            self._keep_newest(self.today, say)
        return dates

    def check_sealed(self, path: Path) -> None:
        """Raises SealBrokenError where a byte of the built directory's file was changed."""
        check_seal(path, self._digest)

    # --- the clock --------------------------------------------------------------------------------------------------

    def _check_clock(self, path: Path, built: datetime, today: date) -> None:
        check_not_ahead(path, built, today)
        newest = self.newest()
        if newest is not None and today < newest:
            raise SealBrokenError(f"the clock says {today}, but mail was coded here on {newest} already; {SET_RIGHT}")

    def newest(self) -> date | None:
        """The newest date anything was coded on, or None. Raises SealBrokenError where its file is damaged."""
        if self.memory is None:
            return None
        file = self.memory / NEWEST
        try:
            return date.fromisoformat(json.loads(file.read_text("utf-8"))["newest"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SealBrokenError(
                f"{file}, which keeps the newest date anything was coded on, cannot be read ({error}); restore it"
                " (docs/directory.md)"
            ) from error

    def _keep_newest(self, today: date, say: Callable[[str], None]) -> None:
        newest = self.newest()
        if self.memory is None or (newest is not None and newest >= today):
            return
        if not _written(self.memory / NEWEST, {"newest": today.isoformat()}):
            say(
                f"{self.memory} cannot be written, so that a clock set back would be noticed only by the directory's"
                " own dates; make it writable (docs/directory.md)"
            )

    # --- digests remembered -----------------------------------------------------------------------------------------

    def _digest(self, path: Path, size: int) -> str:
        """The digest of a file's first bytes: remembered where nothing about the file has changed, else computed.

        A file's times, inode and size change with its bytes; the time of its last change of status (ctime) cannot be
        set by a program that does not set the clock.
        """
        before = _identity(path)
        known = self._known()
        key = f"{size} {before}"
        if key in known:
            return known[key]
        started = time.time_ns()
        digest = tree_digest(path, size)
        if _identity(path) != before:
            raise SealBrokenError(f"{path} was changed while it was read; build the directory again")
        status = path.stat()
        if self.memory is not None and max(status.st_mtime_ns, status.st_ctime_ns) < started - SETTLED_NS:
            kept = dict([*known.items(), (key, digest)][-REMEMBERED:])
            _written(self.memory / SEALS, kept)
        return digest

    def _known(self) -> dict[str, str]:
        if self.memory is None:
            return {}
        try:
            found = json.loads((self.memory / SEALS).read_text("utf-8"))
            return {str(key): str(digest) for key, digest in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}  # only time is lost: everything is hashed again


def check_file_date(path: Path, meta: DirectoryMeta) -> None:
    """Raises SealBrokenError where the built directory's file bears a date before the day it was built on."""
    file, built_on = path / FILE_NAME, meta.built.astimezone().date()
    changed = datetime.fromtimestamp(file.stat().st_mtime).date()
    if changed < built_on:
        raise SealBrokenError(
            f"the file {file} bears the date {changed}, but it was built on {built_on}: its date was changed;"
            " copy it anew, or build it again"
        )


def check_not_ahead(path: Path, built: datetime, today: date) -> None:
    """Raises SealBrokenError where the built directory, or the date of its file, is of a day that has not come."""
    built_on = built.astimezone().date()
    if today < built_on:
        raise SealBrokenError(f"the clock says {today}, but the directory {path} was built on {built_on}; {SET_RIGHT}")
    changed = datetime.fromtimestamp((path / FILE_NAME).stat().st_mtime).date()
    if today < changed:
        raise SealBrokenError(
            f"the clock says {today}, but the file {path / FILE_NAME} bears the date {changed}; {SET_RIGHT}"
        )


def _identity(path: Path) -> str:
    status = path.stat()
    parts = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return " ".join(map(str, parts))


def _written(file: Path, value: dict[str, str]) -> bool:
    """Put in place in one step. A folder that cannot be written is no reason not to code: the other checks stand."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".lock-", dir=file.parent)
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            json.dump(value, stream)
        Path(name).replace(file)
    except OSError:
        return False
    return True
