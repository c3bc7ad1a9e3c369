"""Groups 12 to 15: the device restarts, the station dies, opening resets the board, the adapter is drawn."""

from __future__ import annotations

from collections.abc import Callable

from drivers.faults.catalogue_time import is_end, is_ready
from drivers.faults.scenario import SHARP, Scenario
from drivers.faults.script import Act, Rule, Seen, Way, both, doing, drop, silence
from drivers.faults.stand import Stand
from drivers.faults.track import HEAD, Happening, Letter
from drivers.faults.wire import LineScript
from drivers.inkjet.frames import Frame, Type

DOWN, UP = Way.DOWN, Way.UP
ALONE = (Letter(gap=170_000),) * 4
CLOSE = (Letter(),) * 5
# The belt runs ahead of the wire: the letter behind may have been seen before or after the fault.
LOST = ("sprayed", "indeterminate", "sprayed|faulted|late|indeterminate", "sprayed")
WHOLE = ("sprayed", "sprayed", "sprayed|faulted|late|indeterminate", "sprayed")
ANY = "sprayed|indeterminate|faulted|late|passed|unseen"
_MID_MARK = 6000  # ticks behind the leading edge: the mark has begun and is not over
_BANNER = b"\x00\xffrst:0x1 (POWERON_RESET),boot:0x13\r\nload:0x40080400\r\n"
Plan = Callable[[Stand], LineScript]
Deed = Callable[[Stand], Callable[[], None]]


def on_frame(way: Way, kind: Type, deed: Deed, keep: bool, where: Callable[[Frame], bool] = lambda frame: True) -> Plan:
    """`deed` when such a frame of the second job passes, or is lost."""
    nth, job = (2, 0) if kind is Type.EVENT_ACK else (1, 2)
    return lambda stand: LineScript((Rule(way, kind, doing(deed(stand), keep), nth, where=where, job=job),))


def never_told(deed: Deed) -> Plan:
    """`deed` when the end of the second job is told, which nobody hears, also where a slow machine told it twice."""
    heard = Rule(UP, Type.EVENT, drop, times=0, where=is_end, must=False, job=2)
    return lambda stand: LineScript(
        (Rule(UP, Type.EVENT, doing(deed(stand), False), where=is_end, job=2), heard),
    )


def on_belt(deed: Deed, ticks: int = _MID_MARK) -> Plan:
    """`deed` when the second letter's leading edge is so many ticks behind the head."""

    def plan(stand: Stand) -> LineScript:
        stand.happen(Happening(HEAD, 1, ticks, deed(stand)))
        return LineScript()

    return plan


def power() -> list[Scenario]:
    """Groups 12 to 15."""
    return [*_restarts(), *_kills(), *_opened(), *_unplugged()]


def _restarts() -> list[Scenario]:
    made: list[Scenario] = []
    for store in ("plain", "wiped", "survives"):

        def deed(stand: Stand, wiped: bool = store == "wiped") -> Callable[[], None]:
            return lambda: stand.reset(wiped)

        points: list[tuple[str, Plan, tuple[str, ...]]] = [
            ("before the commit", on_frame(DOWN, Type.JOB_DATA, deed, keep=False), LOST),
            ("at the commit", on_frame(DOWN, Type.JOB_COMMIT, deed, keep=False), LOST),
            ("READY", on_frame(UP, Type.JOB_STATE, deed, True, is_ready), LOST),
            ("BOUND", on_belt(deed, 1), LOST),
            ("mid-FIRING", on_belt(deed), LOST),
            # A store that survives tells the end again.
            (
                "DONE, not told",
                on_frame(UP, Type.EVENT, deed, False, is_end) if store == "survives" else never_told(deed),
                LOST,
            ),
            ("DONE, not acknowledged", on_frame(UP, Type.EVENT, deed, True, is_end), WHOLE),
        ]
        if store == "wiped":  # it counts its triggers from the beginning again: a frame may be taken for another's
            points = [(at, plan, (*ends[:3], "sprayed|faulted|passed")) for at, plan, ends in points]
        made += [
            Scenario(
                12,
                f"{at}, store {store}",
                f"the device restarts {at}; its store {store if store != 'plain' else 'is kept'}",
                ends,
                ALONE,
                plan=plan,
                reaches=("reset",),
                tie_timeout=8.0 if at in ("READY", "mid-FIRING") else 2.0,
                survive=store == "survives",
                quick=store == "survives" and at in ("READY", "mid-FIRING"),
            )
            for at, plan, ends in points
        ]
    return [
        *made,
        Scenario(
            12,
            "in the store's write",
            "power goes while the number of the mark is written, before its first drop",
            LOST,
            ALONE,
            plan=on_belt(lambda stand: stand.device.cut_power_at_store, -10),
            reaches=("belt",),
            survive=True,
            quick=True,
        ),
        Scenario(
            12,
            "after 300 columns",
            "power goes with the 300th column of a mark",
            LOST,
            ALONE,
            plan=on_belt(lambda stand: lambda: stand.device.cut_power_after(300), -10),
            reaches=("belt",),
            survive=True,
        ),
        Scenario(
            12,
            "a full belt",
            "the device restarts with letters all along the belt",
            ("sprayed", *(ANY,) * 9),
            (Letter(),) * 10,
            plan=on_belt(lambda stand: stand.reset),
            tie_timeout=2.0,
            reaches=("reset",),
        ),
    ]


def _kills() -> list[Scenario]:
    def deed(stand: Stand) -> Callable[[], None]:
        return stand.kill_host

    done = ("sprayed", ANY, ANY, "sprayed")
    points: list[tuple[str, Plan]] = [
        ("before the commit", on_frame(DOWN, Type.JOB_DATA, deed, keep=False)),
        ("at the commit", on_frame(DOWN, Type.JOB_COMMIT, deed, keep=True)),
        ("READY", on_frame(UP, Type.JOB_STATE, deed, False, is_ready)),
        ("BOUND", on_belt(deed, 1)),
        ("mid-FIRING", on_belt(deed)),
        ("DONE, not heard", on_frame(UP, Type.EVENT, deed, False, is_end)),
        ("DONE, not acknowledged", on_frame(DOWN, Type.EVENT_ACK, deed, False)),
    ]
    return [
        Scenario(
            13,
            at,
            f"the station is killed {at} and started again",
            done,
            ALONE,
            plan=plan,
            says=("*", ""),
            reaches=("killed",),
            between=Stand.plug,
            tie_timeout=2.0,
        )
        for at, plan in points
    ] + [
        Scenario(
            1,
            "drop CANCEL",
            "the station is killed and started again; the CANCEL it sends for an open job is lost",
            done,
            ALONE,
            plan=lambda stand: LineScript(
                (
                    Rule(UP, Type.JOB_STATE, doing(stand.kill_host, False), where=is_ready, job=2),
                    Rule(DOWN, Type.CANCEL, drop),
                )
            ),
            says=("*", ""),
            reaches=("killed",),
            between=Stand.plug,
        )
    ]


def _booting(stand: Stand, seconds: float) -> Act:
    """The board restarts, says its banner and hears nothing for a while."""

    def act(seen: Seen) -> bytes:
        stand.reset()
        seen.wires[UP].inject(_BANNER, seen.now)
        return b""

    return both(silence(seconds, DOWN, keep=True), act)


def _opened() -> list[Scenario]:
    def plan(seconds: float) -> Plan:
        return lambda stand: LineScript((Rule(DOWN, Type.HELLO, _booting(stand, seconds)),))

    def again(stand: Stand) -> LineScript:
        return LineScript(
            (
                Rule(DOWN, Type.JOB_COMMIT, doing(stand.kill_host), job=2),
                # The first HELLO of the second host, which knows no nonce of an earlier session.
                Rule(DOWN, Type.HELLO, _booting(stand, 0.5), 2),
            )
        )

    return [
        Scenario(
            14,
            "0.3 s",
            "opening the port restarts the board, which hears nothing for 0.3 s",
            plan=plan(0.3),
            quick=True,
        ),
        Scenario(14, "2 s", "the same with a boot loader of 2 s", plan=plan(2.0)),
        Scenario(
            14,
            "letters on the belt",
            "the station is killed and started again; opening restarts the board under a READY job",
            ("sprayed", ANY, ANY, "sprayed"),
            ALONE,
            plan=again,
            says=("*", ""),
            reaches=("killed", "reset"),
            between=Stand.plug,
            tie_timeout=2.0,
        ),
    ]


def _unplugged() -> list[Scenario]:
    def deed(stand: Stand) -> Callable[[], None]:
        return stand.unplug

    ends = ("sprayed", "indeterminate", ANY, ANY, ANY, "sprayed")
    points: list[tuple[str, Plan]] = [
        ("at the commit", on_frame(DOWN, Type.JOB_COMMIT, deed, keep=True)),
        ("READY", on_frame(UP, Type.JOB_STATE, deed, True, is_ready)),
        ("mid-FIRING", on_belt(deed)),
        ("idle", on_frame(DOWN, Type.EVENT_ACK, deed, False)),
    ]
    return [
        Scenario(
            15,
            at,
            f"the adapter is drawn {at} and comes back under another name behind the same link",
            ends if at != "idle" else ("sprayed", ANY, *ends[2:]),
            (*ALONE, *ALONE[:2]),
            plan=plan,
            says=("is gone", ""),
            reaches=("unplugged",),
            between=Stand.plug,
            tie_timeout=2.0,
        )
        for at, plan in points
    ] + [
        Scenario(
            15,
            f"{at}, back in time",
            f"the adapter is drawn {at} and comes back within the time the station waits for it",
            ("sprayed", "sprayed|faulted" if at == "at the commit" else "sprayed", "sprayed|faulted|late", "sprayed"),
            ALONE,
            plan=plan,
            terms=SHARP,
            reaches=("unplugged",),
            replug_s=5.0,
            tie_timeout=8.0,
        )
        for at, plan in (
            ("at the commit", on_frame(DOWN, Type.JOB_COMMIT, _for_a_while, keep=True)),
            ("READY", on_frame(UP, Type.JOB_STATE, _for_a_while, True, is_ready)),
            ("mid-FIRING", on_belt(_for_a_while)),
        )
    ]


def _for_a_while(stand: Stand) -> Callable[[], None]:
    return lambda: stand.unplug_for(0.6)
