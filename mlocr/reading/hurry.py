"""How much time a letter has left, as its reading sees it: asked before every further look."""

from __future__ import annotations

from collections.abc import Callable

TimeLeft = Callable[[], float]
"""Milliseconds that a letter has left now; below zero when its time is gone."""


class Hurry:
    """One letter's time. `left` None: there is as much as it takes.

    No second look is begun with less than `second_look_ms` left. Once it has pressed it does so to the end.
    """

    def __init__(self, left: TimeLeft | None, second_look_ms: float) -> None:
        self._left = left
        self._second_look = second_look_ms
        self.pressed = False

    def presses(self) -> bool:
        """Whether there is no time for another look."""
        self.pressed = self.pressed or not self.allows(self._second_look)
        return self.pressed

    def allows(self, milliseconds: float) -> bool:
        """Whether so much is left."""
        return self._left is None or self._left() >= milliseconds
