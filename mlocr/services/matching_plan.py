"""What a process needs to match: the built directory and the settings, as values that travel to another process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mlocr.directory.edition import check_usable
from mlocr.directory.links.confirm import open_tables
from mlocr.directory.links.stops import leave_stops
from mlocr.directory.store import open_directory
from mlocr.errors import TableStoppedError
from mlocr.matching.match import Matcher, MatchSettings


@dataclass(frozen=True, slots=True)
class MatcherPlan:
    """A matcher over the built directory at `directory`, coding as on `as_of`.

    `given` is what the user named: where that is a raw directory, a stopped table leaves its mark there too.
    """

    directory: Path
    as_of: date
    settings: MatchSettings | None = None
    given: Path | None = None


@contextmanager
def opened(plan: MatcherPlan) -> Iterator[Matcher]:
    """The plan's matcher with a directory handle of its own, closed at the end, and the directory's tables.

    Raises BadInputError where the directory cannot be opened, DataExpiredError where it may not code on that day, and
    TableStoppedError where one of its tables was stopped; one that is stopped inside leaves its mark.
    """
    directory = open_directory(plan.directory)
    try:
        check_usable(directory.product_year_month, plan.as_of)
        tables = open_tables(plan.directory, directory.product_year_month)
        yield Matcher(directory, plan.settings, tables, plan.as_of)
    except TableStoppedError as error:
        leave_stops((plan.directory, plan.given), error)
        raise
    finally:
        directory.close()
