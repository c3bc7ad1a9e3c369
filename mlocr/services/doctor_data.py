"""The postal data: directory, confirming tables, and the clock by which they are judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from mlocr.directory.edition import Usability, usability
from mlocr.directory.files import read_zip4
from mlocr.directory.links.confirm import table_counts
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.stops import stop_of
from mlocr.directory.seal import check_seal
from mlocr.directory.store import is_built, open_directory
from mlocr.errors import BadInputError, ExitCode, StationError
from mlocr.services.directories import RAW_ZIP4
from mlocr.services.doctor_findings import Check, missing, note, ok
from mlocr.services.product_lock import ProductLock, check_file_date, check_not_ahead
from mlocr.services.shelf import is_shelf, newest_usable


def check_directory(given: Path | None, today: date) -> tuple[Usability | None, list[Check]]:
    """The postal directory and the dates on which it may code."""
    name = "directory"
    if given is None:
        mend = "give directory.path or --directory to code live mail"
        return None, [note(name, "none is configured; decks bring their own", mend)]
    try:
        dates = usability(_product(given, today))
    except StationError as error:
        said, _, mend = str(error).rpartition("; ")
        return None, [missing(name, said or mend, mend, error.exit_code)]
    label = (
        f"{given}: product {dates.product[0]:04d}-{dates.product[1]:02d}, usable {dates.first_use} to {dates.last_use}"
    )
    if dates.allows(today):
        return dates, [ok(name, label)]
    mend = "build a directory from a current product; replays (--as-of) still run"
    return dates, [missing(name, f"{label}, not on {today}", mend, ExitCode.DATA_EXPIRED)]


def check_tables(given: Path) -> Iterator[Check]:
    """The confirming tables beside the directory, every block checked, and whether a false positive has stopped one."""
    name = "tables"
    stopped = stop_of(given)
    counts = table_counts(given, whole=True)
    raw = [kind.value for kind in TableKind if not is_built(given) and (given / kind.raw_name).is_file()]
    if stopped is not None:
        said, _, mend = str(stopped).partition("; ")
        yield missing(name, said, mend, ExitCode.IDENTITY)
    elif counts:
        yield ok(name, ", ".join(f"{table} {count} records" for table, count in counts.items()))
    elif raw:
        yield ok(name, f"{', '.join(raw)}: built with the directory when it is used")
    else:
        yield note(name, "none beside the directory: no DPV, LACSLink or SuiteLink")


def _product(given: Path, today: date) -> tuple[int, int]:
    """The product of a directory (of a shelf, the one that would code); seal and date of a built one are looked at."""
    if is_shelf(given):
        given = newest_usable(given, today, lambda _sentence: None)
    if is_built(given):
        check_seal(given)
        with closing(open_directory(given)) as directory:
            check_file_date(given, directory.meta)
            check_not_ahead(given, directory.meta.built, today)
            return directory.product_year_month
    raw = given / RAW_ZIP4
    if not raw.is_file():
        raise BadInputError(
            f"{given} is neither a built directory nor a folder with {RAW_ZIP4}; build one with `mlocr directory build`"
        )
    with raw.open("rb") as stream:
        edition = read_zip4(stream, raw.name).edition
        return edition.year, edition.month


def check_clock(today: date, dates: Usability | None, installed: date, lock: ProductLock | None = None) -> Check:
    """A clock behind its own software or data is wrong; coding by it could use a directory on a day not its own."""
    mend = "set the clock (timedatectl set-ntp true)"
    if today < installed:
        return missing("clock", f"it says {today}, but this software was installed on {installed}", mend)
    if dates is not None and today < dates.first_use:
        return missing("clock", f"it says {today}, before the directory was published ({dates.first_use})", mend)
    try:
        newest = lock.newest() if lock else None
    except StationError as error:
        said, _, mend = str(error).rpartition("; ")
        return missing("clock", said, mend, error.exit_code)
    if newest is not None and today < newest:
        return missing(
            "clock", f"it says {today}, but mail was coded here on {newest} already", mend, ExitCode.DATA_EXPIRED
        )
    return ok("clock", str(today))
