"""The stop mark: beside a directory whose table was stopped, until the tables are built anew.

The shell leaves it when a run or a match ends with TableStoppedError; the table reader never writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from mlocr.errors import TableStoppedError

STOP_MARK = "table-stopped.json"


def leave_stop(path: Path, error: TableStoppedError) -> bool:
    """Leave the mark in the built directory `path`, durably; the first mark stays. False if it cannot be written.

    The caller raises the error all the same: a mark that cannot be written must not hide it.
    """
    text = json.dumps({"table": error.table, "record": error.record}) + "\n"
    try:
        with (path / STOP_MARK).open("x", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def leave_stops(paths: Sequence[Path | None], error: TableStoppedError) -> None:
    """Leave the mark in each of these folders: the built directory, and the raw one it was made from.

    Where one cannot be written, the error says so: nothing else would keep the tables from being asked again.
    """
    refused = [str(path) for path in paths if path is not None and not leave_stop(path, error)]
    if refused:
        places = " and ".join(refused)
        error.args = (f"{error}; the stop mark cannot be written into {places}: keep it from use by hand",)


def stop_of(path: Path) -> TableStoppedError | None:
    """The stop marked beside a built directory; None where there is no mark. An unreadable mark is a stop as well."""
    mark = path / STOP_MARK
    if not mark.exists():
        return None
    try:
        found = json.loads(mark.read_text(encoding="utf-8"))
        return TableStoppedError(str(found["table"]), str(found["record"]), str(mark))
    except (OSError, ValueError, KeyError, TypeError):
        return TableStoppedError("confirming", "its stop mark cannot be read", str(mark))


def check_no_stop(path: Path) -> None:
    """Raises TableStoppedError where a stop mark lies beside a built directory."""
    stopped = stop_of(path)
    if stopped is not None:
        raise stopped


def clear_stop(path: Path) -> None:
    """Take the mark away: the tables were built anew."""
    (path / STOP_MARK).unlink(missing_ok=True)
