"""What the factories of matchers share: checking a settings mapping."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence

from mlocr.errors import ConfigurationError


def check_keys(engine: str, settings: Mapping[str, object], known: Sequence[str]) -> None:
    """Raise ConfigurationError for the first key that `engine` does not know, naming the nearest known one."""
    for key in settings:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}" if near else f"it knows {', '.join(known)}"
            raise ConfigurationError(f"the {engine} matcher has no setting {key!r}; {hint}")


def text(engine: str, settings: Mapping[str, object], key: str, default: str = "") -> str:
    """The text under `key`. Raises ConfigurationError for a value that is no text or holds a control character."""
    value = settings.get(key, default)
    if not isinstance(value, str) or not (value.isprintable() or not value):
        raise ConfigurationError(f"the {engine} matcher's setting {key!r} must be text, not {value!r}; mend it")
    return value


def seconds(engine: str, settings: Mapping[str, object], key: str, default: float) -> float:
    """The seconds under `key`, above 0 and no more than an hour. Raises ConfigurationError for any other value."""
    value = settings.get(key, default)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(float(value)) or not 0 < float(value) <= 3600:  # type: ignore[arg-type]
        raise ConfigurationError(
            f"the {engine} matcher's setting {key!r} must be seconds above 0 and up to 3600, not {value!r}; mend it"
        )
    return float(value)  # type: ignore[arg-type]


def count(engine: str, settings: Mapping[str, object], key: str, default: int) -> int:
    """The whole number under `key`, 1 to 1000. Raises ConfigurationError for any other value."""
    value = settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise ConfigurationError(
            f"the {engine} matcher's setting {key!r} must be a whole number from 1 to 1000, not {value!r}; mend it"
        )
    return value
