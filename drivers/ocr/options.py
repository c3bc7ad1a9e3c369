"""What the factories of OCR engines share: checking a settings mapping."""

import difflib
from collections.abc import Mapping, Sequence

from mlocr.errors import ConfigurationError


def check_keys(engine: str, settings: Mapping[str, object], known: Sequence[str]) -> None:
    """Raise ConfigurationError for the first key that `engine` does not know, naming the nearest known one."""
    for key in settings:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}" if near else f"it knows {', '.join(known) or 'none'}"
            raise ConfigurationError(f"the {engine} reader has no setting {key!r}; {hint}")


def text_setting(engine: str, settings: Mapping[str, object], key: str, default: str) -> str:
    """The text under `key`. Raises ConfigurationError for a value that is no text."""
    value = settings.get(key, default)
    if not isinstance(value, str):
        raise ConfigurationError(f"the {engine} reader's setting {key!r} must be text, not {value!r}; mend it")
    return value


def share_setting(engine: str, settings: Mapping[str, object], key: str, default: float) -> float:
    """The number 0..1 under `key`. Raises ConfigurationError for any other value."""
    value = settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ConfigurationError(f"the {engine} reader's setting {key!r} must be 0 to 1, not {value!r}; mend it")
    return float(value)
