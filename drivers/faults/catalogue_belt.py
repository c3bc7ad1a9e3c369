"""Groups 22, 23, 25 and 26: what belt, letters, photocells, encoder, head and event log do wrong."""

from __future__ import annotations

from collections.abc import Callable

from drivers.faults.catalogue_power import ALONE, on_belt
from drivers.faults.scenario import Scenario
from drivers.faults.script import Rule, Way, drop
from drivers.faults.stand import Stand
from drivers.faults.track import CAMERA, HEAD, Happening, Letter
from drivers.faults.wire import LineScript
from drivers.inkjet.frames import Type

DOWN, UP = Way.DOWN, Way.UP
GOOD = Letter()
WHOLE = ("sprayed",) * 4
_SHORT, _DOUBLE = 500, 39_000
Plan = Callable[[Stand], LineScript]


def belt() -> list[Scenario]:
    """Groups 22, 23, 25 and 26."""
    return [*_letters(), *_motion(), *_head(), *_events()]


def _letters() -> list[Scenario]:
    def made(name: str, done: str, letters: tuple[Letter, ...], *ends: str, quick: bool = False) -> Scenario:
        return Scenario(22, name, done, ends, letters, quick=quick)

    fine, none = "sprayed", "faulted"
    return [
        made("no job", "a letter without a code", (GOOD, Letter(coded=False), GOOD), fine, "passed", fine),
        made(
            "no piece",
            "a letter taken off the belt",
            (GOOD, Letter(seen_at=(CAMERA,)), GOOD),
            fine,
            none,
            fine,
            quick=True,
        ),
        made(
            "from nowhere",
            "a letter the camera's photocell did not see",
            (GOOD, Letter(seen_at=(HEAD,)), GOOD),
            fine,
            "unseen",
            fine,
        ),
        made(
            "no picture",
            "the camera gives no picture of a letter",
            (GOOD, Letter(photographed=False), GOOD),
            fine,
            "unseen",
            fine,
        ),
        made(
            "slipped",
            "a letter slips by one inch and a tick",
            (GOOD, Letter(slip=2001), GOOD),
            fine,
            none,
            fine,
        ),
        made("slipped within", "a letter slips by one inch", (GOOD, Letter(slip=2000), GOOD), fine, fine, fine),
        made(
            "short gap",
            "a quarter inch between two letters",
            (GOOD, Letter(gap=_SHORT), GOOD),
            none,
            none,
            fine,
        ),
        made("double feed", "two letters as one", (GOOD, Letter(_DOUBLE), GOOD), fine, none, fine, quick=True),
        Scenario(
            22,
            "two in a window",
            "the window is set wider than the letters' pitch",
            (none,) * 4,
            (GOOD,) * 4,
            config={"max_window": 24_000},
            quick=True,
        ),
    ]


def _motion() -> list[Scenario]:
    def back(ticks: int) -> Callable[[Stand], Callable[[], None]]:
        return lambda stand: lambda: stand.track.back(ticks)

    def trembling(stand: Stand) -> LineScript:
        for place in (-3000, -1, 0, 1, 4000, 6000, 8000, 15_000):
            stand.happen(Happening(HEAD, 1, place, lambda: stand.track.tremble(15)))
            stand.happen(Happening(CAMERA, 1, place, lambda: stand.track.tremble(15)))
        return LineScript()

    torn = ("sprayed", "indeterminate", "sprayed", "sprayed")
    reached = ("belt",)
    return [
        Scenario(
            23,
            "stop",
            "the belt stands for 1.2 s under a mark",
            torn,
            ALONE,
            plan=on_belt(lambda stand: lambda: stand.hold(1.2)),
            config={"stop_ms": 700},
            reaches=("held",),
        ),
        Scenario(
            23,
            "reverse",
            "the belt runs back under a mark",
            torn,
            ALONE,
            plan=on_belt(back(600)),
            reaches=reached,
            quick=True,
        ),
        Scenario(
            23,
            "reverse over the edge",
            "the belt runs back under a mark until the letter is before the head again",
            torn,
            ALONE,
            plan=on_belt(back(7000)),
            reaches=reached,
        ),
        Scenario(
            23,
            "reverse on the way",
            "the belt runs back before the letter comes to the head",
            ("sprayed", "faulted", "sprayed", "sprayed"),
            ALONE,
            plan=on_belt(back(900), -3500),
            reaches=reached,
            quick=True,
        ),
        Scenario(
            23,
            "reverse at the camera",
            "the belt runs back until the letter leaves the camera's photocell again",
            ("sprayed", "faulted|unseen", "sprayed", "sprayed"),
            ALONE,
            plan=_at_camera(back(9000)),
            reaches=reached,
            tie_timeout=2.0,
        ),
        Scenario(23, "speed", "the belt's speed swings by a fifth", speed=300_000.0, drift=0.2),
        Scenario(
            23, "encoder noise", "the encoder trembles by 15 ticks", WHOLE, ALONE, plan=trembling, reaches=reached
        ),
        Scenario(23, "bounce", "every photocell edge bounces twice", letters=(Letter(bounce=True),) * 3, quick=True),
    ]


def _at_camera(deed: Callable[[Stand], Callable[[], None]]) -> Plan:
    def plan(stand: Stand) -> LineScript:
        stand.happen(Happening(CAMERA, 1, 8000, deed(stand)))
        return LineScript()

    return plan


def _head() -> list[Scenario]:
    def head(ready: bool) -> Callable[[Stand], Callable[[], None]]:
        return lambda stand: lambda: stand.device.head_ready(ready)

    def away(stand: Stand) -> LineScript:
        stand.happen(Happening(HEAD, 1, -10, head(False)(stand)), Happening(HEAD, 1, 18_000, head(True)(stand)))
        return LineScript()

    return [
        Scenario(
            25,
            "head not ready",
            "the head is not ready when a letter comes, and is again for the next",
            ("sprayed", "indeterminate", "sprayed", "sprayed"),
            ALONE,
            plan=away,
            reaches=("belt",),
            quick=True,
        ),
        Scenario(
            25,
            "low ink",
            "the ink runs low: a warning, no stop",
            WHOLE,
            ALONE,
            plan=on_belt(lambda stand: lambda: stand.device.ink_low(True), -10),
            reaches=("belt",),
        ),
    ]


def _events() -> list[Scenario]:
    def deaf(stand: Stand) -> LineScript:
        return LineScript((Rule(UP, Type.EVENT, drop, times=30),))

    return [
        Scenario(
            26,
            "overflow",
            "a log of four events, and none heard for a second: some are lost and counted",
            ("sprayed|faulted",) * 7,
            (GOOD,) * 7,
            plan=deaf,
            config={"log": 4},
            tie_timeout=2.0,
        ),
    ]
