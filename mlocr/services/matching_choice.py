"""Which matcher a command uses: the built-in one over a directory, or what a configuration names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from mlocr.errors import UsageError
from mlocr.matching.settings import MatchSettings
from mlocr.services.matching import make_plan
from mlocr.services.matching_plan import opened
from mlocr.services.matching_workers import Opener


def choose_opener(
    directory: Path | None,
    config: Path | None,
    cache: Path,
    as_of: date,
    say: Callable[[str], None],
    settings: MatchSettings | None = None,
) -> Opener:
    """What opens the matcher, here or in a worker: `directory` by `settings`, or all as `config` (a file) says.

    A configuration's own `directory.path` counts where no directory is given; another engine needs none. Raises
    UsageError where there is no directory, ConfigurationError for a wrong configuration, and what `make_plan` raises.
    """
    if config is not None:
        return _configured(directory, config, cache, as_of, say)
    if directory is None:
        raise UsageError("give --directory DIR, or --config FILE that names a directory or another matcher")
    return partial(opened, make_plan(directory, cache, as_of, settings, say=say))


def _configured(directory: Path | None, file: Path, cache: Path, as_of: date, say: Callable[[str], None]) -> Opener:
    # Loaded here: an address by default settings needs no configuration library.
    from mlocr.services.configuration import load  # noqa: PLC0415
    from mlocr.station.matchers import check_engine, is_builtin, match_settings, opened_engine  # noqa: PLC0415

    config = load(file).config
    if not is_builtin(config):
        check_engine(config, as_of)
        return partial(opened_engine, config, as_of)
    path = directory or config.directory.path
    if not path:
        raise UsageError(f"neither --directory nor {file} (directory.path) names a postal directory; give one")
    return partial(opened, make_plan(Path(path), cache, as_of, match_settings(config), say=say))
