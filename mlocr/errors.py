"""The error tree. Each class carries its exit code; each message says what, where and what to do next.

    StationError
    ├── UsageError            2   the command was asked for something it cannot do
    ├── ConfigurationError    3   a setting is unknown, out of bounds or contradicts another
    ├── DataExpiredError      4   the directory's edition may not code on this date
    │   └── SealBrokenError       the built directory is not what was built, or the clock was set back
    ├── IdentityError         5   the machine identifier or a certification lock forbids it
    │   └── TableStoppedError     a seeded false positive of a confirming table was hit
    ├── DeviceError           6   a camera, port, controller or outside matching engine failed
    │   ├── DeviceAbsentError     the device is not there or is held by another program
    │   └── DeviceFaultError      the device answered, and what it said is wrong
    ├── JournalError          7   the journal cannot be written or does not verify
    └── BadInputError         8   a file or record the user gave is unreadable or malformed
        └── RecordError           a fixed-width record: file, record number, field

A reject is no error: unreadable mail is ordinary work and is a value (`mlocr.mail.piece.Rejected`).
A fault of our own (a broken promise between our parts) is an ordinary Python exception and shows a traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns to the shell."""

    DONE = 0
    LIMIT_MISSED = 1
    USAGE = 2
    CONFIGURATION = 3
    DATA_EXPIRED = 4
    IDENTITY = 5
    DEVICE = 6
    JOURNAL = 7
    BAD_INPUT = 8
    INTERRUPTED = 130


class StationError(Exception):
    """Base of every error that ends a command with a sentence instead of a traceback."""

    exit_code = ExitCode.USAGE

    def __reduce__(self) -> tuple[Callable[..., StationError], tuple[object, ...]]:
        """Travel between processes whole: the constructors of the classes below take other arguments than they keep."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[StationError], args: tuple[object, ...], attributes: dict[str, object]) -> StationError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class UsageError(StationError):
    """The command line asks for something that does not fit together."""

    exit_code = ExitCode.USAGE


class ConfigurationError(StationError):
    """A setting is unknown, out of bounds or contradicts another."""

    exit_code = ExitCode.CONFIGURATION


class DataExpiredError(StationError):
    """The directory's edition may not code on the date in question (DMM 602 9.3)."""

    exit_code = ExitCode.DATA_EXPIRED


class SealBrokenError(DataExpiredError):
    """The built directory was changed after it was built, or the clock stands before what it has already seen."""


class IdentityError(StationError):
    """The machine's identity does not allow what was asked."""

    exit_code = ExitCode.IDENTITY


class TableStoppedError(IdentityError):
    """A seeded record of a confirming table (DPV, LACSLink) was hit: its licence says that processing stops.

    Attributes: `table` (its name), `record` (the seed that was hit, as the table's owner asks for it in a report) and
    `mark` (the stop mark that an earlier hit has left, empty at the hit itself).
    """

    def __init__(self, table: str, record: str, mark: str = "") -> None:
        self.table = table
        self.record = record
        self.mark = mark
        seen = f" earlier, as {mark} says" if mark else ""
        super().__init__(
            f"the {table} table was stopped by one of its seeded false positives ({record}){seen};"
            " report it to the table's owner and build the directory anew with it before anything is coded"
        )


class DeviceError(StationError):
    """A camera, a port, a controller or an outside matching engine failed."""

    exit_code = ExitCode.DEVICE


class DeviceAbsentError(DeviceError):
    """The device is not there, or another program holds it."""


class DeviceFaultError(DeviceError):
    """The device answered, and what it said is wrong, or it stopped answering."""


class JournalError(StationError):
    """The journal cannot be written, or does not verify."""

    exit_code = ExitCode.JOURNAL


class BadInputError(StationError):
    """A file the user gave is missing, unreadable or malformed."""

    exit_code = ExitCode.BAD_INPUT


class RecordError(BadInputError):
    """One fixed-width record is malformed.

    Attributes: `file` (name), `record` (1-based number), `field` (layout name, or "record" for the whole).
    """

    def __init__(
        self, file: str, record: int, field: str, problem: str, advice: str = "mend or replace the file and build again"
    ) -> None:
        self.file = file
        self.record = record
        self.field = field
        super().__init__(f"{file}, record {record}, field {field}: {problem}; {advice}")
