"""What a process needs to match: the built directory and the settings, as values that travel to another process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mlocr.directory.edition import check_usable
from mlocr.directory.store import open_directory
from mlocr.matching.match import Matcher, MatchSettings


@dataclass(frozen=True, slots=True)
class MatcherPlan:
    """A matcher over the built directory at `directory`, coding as on `as_of`."""

    directory: Path
    as_of: date
    settings: MatchSettings | None = None


@contextmanager
def opened(plan: MatcherPlan) -> Iterator[Matcher]:
    """The plan's matcher with a directory handle of its own, closed at the end.

    Raises BadInputError where the directory cannot be opened and DataExpiredError where it may not code on that day.
    """
    directory = open_directory(plan.directory)
    try:
        check_usable(directory.product_year_month, plan.as_of)
        yield Matcher(directory, plan.settings)
    finally:
        directory.close()
