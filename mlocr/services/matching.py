"""A matcher over the directory a user names; `matching_batch` answers whole files with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from mlocr.matching.match import Matcher, MatchSettings
from mlocr.services.matching_answers import match_json
from mlocr.services.matching_plan import MatcherPlan, opened
from mlocr.services.matching_questions import no_number

__all__ = ["make_plan", "match_json", "no_number", "opened_matcher"]


def make_plan(given: Path, cache: Path, as_of: date, settings: MatchSettings | None = None) -> MatcherPlan:
    """The plan for the directory the user named; a raw one is built once under `cache`.

    Raises BadInputError where there is none.
    """
    # Loaded here: a worker gets a plan and never builds.
    from mlocr.services.directories import resolve_directory  # noqa: PLC0415

    return MatcherPlan(resolve_directory(given, cache), as_of, settings, given)


@contextmanager
def opened_matcher(given: Path, cache: Path, as_of: date, settings: MatchSettings | None = None) -> Iterator[Matcher]:
    """A matcher over the directory the user named, built or raw; closed at the end.

    Raises BadInputError where there is no directory and DataExpiredError where it may not code on `as_of`.
    """
    with opened(make_plan(given, cache, as_of, settings)) as matcher:
        yield matcher
