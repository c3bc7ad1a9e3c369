"""A part's own settings from the configuration's table for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from mlocr.errors import ConfigurationError

Settings = TypeVar("Settings")


def section_of(kind: type[Settings], table: Mapping[str, Any], at: str) -> Settings:
    """A trade's settings from the configuration's own table for it. Raises ConfigurationError for an unknown name."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    for name in table:
        if name not in known:
            raise ConfigurationError(f"there is no setting {at}.{name}; known are {', '.join(sorted(known))}")
    try:
        return kind(**table)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"the settings {at} are wrong: {error}; mend them and try again") from None
