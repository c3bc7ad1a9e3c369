"""Ctrl-C at a place where nothing is half written: while the batch waits, or between two of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mlocr.station.interrupts import interrupts_to


class Interrupts:
    """Holds an interrupt back until `waiting` or `check`; a second one comes through at once."""

    def __init__(self) -> None:
        self._pending = False
        self._waiting = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold interrupts back within the block (in the main thread; elsewhere none come)."""
        with interrupts_to(self._heard):
            yield

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within the block an interrupt may come. Raises KeyboardInterrupt where one came before."""
        self._waiting = True
        try:
            self.check()
            yield
        finally:
            self._waiting = False

    def check(self) -> None:
        """Raise KeyboardInterrupt where one was held back."""
        if self._pending:
            raise KeyboardInterrupt

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self._waiting or self._pending:
            raise KeyboardInterrupt
        self._pending = True
