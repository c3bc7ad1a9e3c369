"""Files on their way: locked while they are built, gone with their build, swept by the next one if it was killed."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from mlocr.errors import BadInputError

PREFIX = ".building-"
FRESH_S = 60.0
"""A file this new is left alone: its build may be between making and locking it."""


@contextmanager
def temporary_file(out: Path, suffix: str) -> Iterator[Path]:
    """An empty file in the folder `out`, gone at the end unless it was put in place; a killed build's are swept first.

    Raises BadInputError where the folder cannot be written.
    """
    with ExitStack() as stack:
        try:
            number, name = tempfile.mkstemp(prefix=PREFIX, suffix=suffix, dir=out)
        except OSError as error:
            raise BadInputError(
                f"{out} cannot be written ({error.strerror}); make room or give another --out"
            ) from error
        path = Path(name)
        stack.callback(path.unlink, missing_ok=True)
        stack.callback(os.close, number)
        with suppress(OSError):  # a file system without locks: nothing of it is ever swept
            fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
        _sweep(out, os.fstat(number).st_mtime)
        yield path


def _sweep(out: Path, now: float) -> None:
    """Take away what killed builds left: old enough, and locked by nobody (the kernel drops a dead one's lock)."""
    for path in out.glob(f"{PREFIX}*"):
        with suppress(OSError), path.open("rb") as stream:
            if now - os.fstat(stream.fileno()).st_mtime < FRESH_S:
                continue
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
