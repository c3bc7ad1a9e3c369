"""A matcher over the directory a user names; `matching_batch` answers whole files with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mlocr.matching.match import Matcher, MatchSettings
from mlocr.services.matching_answers import match_json
from mlocr.services.matching_plan import MatcherPlan, opened
from mlocr.services.matching_questions import no_number

if TYPE_CHECKING:
    from mlocr.services.product_lock import ProductLock

__all__ = ["make_plan", "match_json", "no_number", "opened_matcher"]


def make_plan(
    given: Path,
    cache: Path,
    as_of: date,
    settings: MatchSettings | None = None,
    lock: ProductLock | None = None,
    say: Callable[[str], None] = lambda _sentence: None,
) -> MatcherPlan:
    """The plan for the directory the user named; a raw one is built once under `cache`.

    The product-cycle lock judges it here (this machine's, if left out); `say` hears what a person should know. Raises
    BadInputError where there is none, DataExpiredError or SealBrokenError where it may not code.
    """
    # Loaded here: a worker gets a plan and never builds.
    from mlocr.services.directories import usable_directory  # noqa: PLC0415
    from mlocr.services.product_lock import ProductLock  # noqa: PLC0415

    usable = usable_directory(given, cache, as_of, lock or ProductLock.of_this_machine(), say)
    return MatcherPlan(usable.path, as_of, settings, given)


@contextmanager
def opened_matcher(
    given: Path, cache: Path, as_of: date, settings: MatchSettings | None = None, lock: ProductLock | None = None
) -> Iterator[Matcher]:
    """A matcher over the directory the user named, built or raw; closed at the end. Raises as `make_plan` does."""
    with opened(make_plan(given, cache, as_of, settings, lock)) as matcher:
        yield matcher
