"""Which matcher answers: the built-in one over the station's directory, or an engine of the user's own.

An engine of the user's codes with data of its own, so the configuration names their edition (`matcher.product`), and
the product cycle judges that one as it judges a directory's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from mlocr.directory.edition import usability
from mlocr.errors import ConfigurationError, DataExpiredError
from mlocr.matching.match import Matcher
from mlocr.matching.settings import MatchSettings
from mlocr.ports import AddressMatcher, ConfirmingTables, Directory, MatchEngine, TimedMatchEngine
from mlocr.station.config import StationConfig
from mlocr.station.plugins import load_factory
from mlocr.station.sections import section_of

BUILTIN = "builtin"
_PRODUCT = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def is_builtin(config: StationConfig) -> bool:
    """Whether the matcher is the station's own, which needs a directory."""
    return config.matcher.engine == BUILTIN


def engine_product(config: StationConfig) -> tuple[int, int]:
    """Year and month of the product that the user's engine codes with. Raises ConfigurationError without one."""
    given = config.matcher.product
    found = _PRODUCT.fullmatch(given)
    if found is None:
        wrong = f"{given!r} is no year and month" if given else "is missing"
        raise ConfigurationError(
            f"matcher.product {wrong}: an engine of your own has its own edition of the postal data;"
            ' name it, say product = "2026-11" in [matcher]'
        )
    return int(found[1]), int(found[2])


def check_engine(config: StationConfig, as_of: date) -> tuple[int, int]:
    """The product of the user's engine, which may code on `as_of`.

    Raises ConfigurationError where none is named and DataExpiredError where it may not code (DMM 602 9.3.1).
    """
    product = engine_product(config)
    dates = usability(product)
    if not dates.allows(as_of):
        raise DataExpiredError(
            f"the matcher's product of {config.matcher.product} may not code on {as_of}: only from {dates.first_use} to"
            f" {dates.last_use} ({dates.rule}); bring the engine's data up to date, then matcher.product"
        )
    return product


def build_matcher(
    config: StationConfig,
    directory: Directory | None,
    tables: ConfirmingTables | None = None,
    as_of: date | None = None,
) -> AddressMatcher:
    """The matcher, not yet open; the built-in one is over `directory` and its tables, its dated rules those of `as_of`.

    Raises ConfigurationError.
    """
    if not is_builtin(config):
        engine_product(config)
        matcher: AddressMatcher = load_factory("matcher", config.matcher.engine)(dict(config.matcher.settings))
        _check_times(config, matcher)
        return matcher
    if directory is None:
        raise ConfigurationError("the built-in matcher needs a postal directory; give one, or name another matcher")
    return Matcher(directory, match_settings(config), tables, as_of)


def _check_times(config: StationConfig, matcher: AddressMatcher) -> None:
    """A worker ended while it waits for its engine would lose both. Raises ConfigurationError."""
    if not config.run.workers or not isinstance(matcher, TimedMatchEngine):
        return
    for what, takes, key, limit in (
        ("an answer", matcher.longest_match_s, "run.worker_timeout_s", config.run.worker_timeout_s),
        ("its start", matcher.longest_open_s, "run.worker_start_timeout_s", config.run.worker_start_timeout_s),
    ):
        if takes >= limit:
            raise ConfigurationError(
                f"the matcher may take {takes:g} seconds for {what}, and its worker is ended after {limit:g};"
                f" lower the matcher's time-outs in [matcher.settings], or raise {key}"
            )


def match_settings(config: StationConfig) -> MatchSettings:
    """The built-in matcher's settings. Raises ConfigurationError for an unknown name or a wrong value."""
    table = {"unpublished_dpc": config.matcher.unpublished_dpc, **config.matcher.settings}
    return section_of(MatchSettings, table, "matcher.settings")


def open_matcher(matcher: AddressMatcher) -> None:
    """Open a matcher that holds something; the built-in one does not."""
    if isinstance(matcher, MatchEngine):
        matcher.open()


def close_matcher(matcher: AddressMatcher) -> None:
    """Close a matcher that was opened, or that failed to open."""
    if isinstance(matcher, MatchEngine):
        matcher.close()


@contextmanager
def opened_engine(config: StationConfig, as_of: date) -> Iterator[AddressMatcher]:
    """The user's engine, checked against `as_of` and opened; closed at the end. For one process: a child is not shared.

    Raises what `check_engine`, its factory and its `open` raise.
    """
    check_engine(config, as_of)
    matcher = build_matcher(config, None)
    try:
        open_matcher(matcher)
        yield matcher
    finally:
        close_matcher(matcher)
