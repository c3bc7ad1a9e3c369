"""Whether matching is compiled in this install (`make fast`), as this process would import it."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec

LOOKED_AT = "mlocr.matching.match"
"""One module stands for all: they are compiled together or not at all (setup.py)."""


def is_compiled() -> bool:
    """Whether matching runs compiled."""
    spec = find_spec(LOOKED_AT)
    return spec is not None and (spec.origin or "").endswith(tuple(EXTENSION_SUFFIXES))


def in_words() -> str:
    """For people: `matching compiled` or `matching not compiled`."""
    return f"matching {'' if is_compiled() else 'not '}compiled"
