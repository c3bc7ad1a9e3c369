"""The drill's letters: each has a mark of its own, a real one, and what fell on a letter is held against it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import cache

from mlocr.mail.code import RoutingCode, SprayImage, Symbology
from mlocr.mail.image import ImageLift
from mlocr.mail.match import Match
from mlocr.mail.piece import Encoded, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.marking.head import Head, on_head
from mlocr.marking.spray import Mark, MarkPlan, MarkSettings, make_mark
from mlocr.station.workers import Decided

_DPI, _DOTS, _TICKS = 200.0, 40, 2000
_LETTER = (9.5, 4.125)


class Fell(Enum):
    """What fell on a letter, against its own mark."""

    NOTHING = "nothing"
    PART = "part"
    MARK = "mark"
    TWICE = "twice"
    WRONG = "wrong"


@cache
def _plan() -> MarkPlan:
    return MarkPlan.for_head(Symbology.POSTNET, _DPI, MarkSettings(head_dots=_DOTS))


@cache
def _mark(number: int) -> tuple[Mark, RoutingCode, SprayImage]:
    routing = RoutingCode.of(f"{94_000_000_000 + number * 1_234_567:011d}")
    mark = make_mark(_plan(), routing, None, *_LETTER, {"lane": "1", "mass_id": f"D{number:06d}"})
    spray = None if mark is None else on_head(mark.spray, Head(_DOTS, 0.2))
    if mark is None or spray is None:
        raise RuntimeError("a number 10 letter has room for a mark")
    if number % 2:  # the columns alone, so that jobs of several frames are played as well as short ones
        spray = SprayImage(spray.columns, spray.dots, spray.dpi, spray.offset, spray.baseline)
    return mark, routing, spray


def mark_of(name: str) -> SprayImage:
    """The mark of the letter of this name ("letter-7"), in the rows of the drill's head."""
    return _mark(int(name.rpartition("-")[2]))[2]


def fired_as(name: str) -> list[tuple[int, int]]:
    """That mark as it must fall: ticks behind the leading edge and dots, in firing order (wire protocol section 7)."""
    image = mark_of(name)
    first = round(image.offset * _TICKS)
    columns = tuple(reversed(image.columns))
    tpi, dpi = _TICKS * 1000, round(_DPI * 1000)
    return [(first + (2 * k * tpi + dpi) // (2 * dpi), column) for k, column in enumerate(columns)]


def judged(fallen: Sequence[tuple[int, int]], wanted: Sequence[tuple[int, int]]) -> Fell:
    """What fell, held against what was wanted; to the tick and the dot."""
    if not fallen:
        return Fell.NOTHING
    whole = len(wanted)
    if list(fallen[:whole]) != list(wanted[: len(fallen)]):
        return Fell.WRONG
    return Fell.PART if len(fallen) < whole else Fell.MARK if len(fallen) == whole else Fell.TWICE


class DrillEncoder:
    """Finds each letter's code by the name of its picture; a black picture has none."""

    def encode(self, lift: ImageLift, tracking: object, budget_ms: float | None = None) -> Decided:
        """The letter's own mark."""
        if not lift.pixels[0, 0]:
            return Decided(Rejected(RejectReason.NO_ADDRESS_BLOCK), {})
        mark, routing, spray = _mark(int(lift.source.rpartition("-")[2]))
        return Decided(Encoded(Match(routing, None), routing, mark.symbol, spray), {})

    def close(self) -> None:
        """Nothing is held."""
