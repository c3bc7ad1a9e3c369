"""A cache whose memory is bounded by bytes, not by counts: a street may have one record or two thousand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class ByteCache(Generic[Key, Value]):
    """Keeps what was used last, up to some bytes, in two generations.

    What is put in or found again belongs to the young one; when that holds half of the bytes it becomes the old one and
    the former old one goes. A look-up is one or two dictionary look-ups. Threads may share it: the worst that a race
    does is to forget early.
    """

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        """`limit` in bytes; `weigh` estimates what a value and its key take, never 0."""
        self._half = limit // 2
        self._weigh = weigh
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}
        self._size = 0

    def get(self, key: Key) -> Value | None:
        """The value kept for this key; None where there is none."""
        value = self._young.get(key)
        if value is None:
            value = self._old.get(key)
            if value is not None:
                self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> Value:
        """Keep this value; answers it."""
        self._size += self._weigh(value)
        if self._size > self._half:
            self._old, self._young, self._size = self._young, {}, self._weigh(value)
        self._young[key] = value
        return value
