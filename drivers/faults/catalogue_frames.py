"""Groups 1 to 7: frames lost, doubled, spoilt, cut; bytes lost, flipped, added; reads merged and split."""

from __future__ import annotations

from collections.abc import Callable

from drivers.faults.scenario import SHARP, THREE, Scenario
from drivers.faults.script import Act, LineFaults, Rule, Way, cut, drop, flip, inside, prefixed, replay, silence, twice
from drivers.faults.stand import Stand
from drivers.faults.track import Letter
from drivers.faults.wire import LineScript
from drivers.inkjet.frames import Frame, Type
from drivers.inkjet.messages import Result, unpack

DOWN, UP = Way.DOWN, Way.UP
FAREWELL = (Type.DISABLE, Type.PURGE)
STATION = (
    Type.HELLO,
    Type.CONFIG,
    Type.ENABLE,
    Type.JOB_BEGIN,
    Type.JOB_DATA,
    Type.JOB_COMMIT,
    Type.EVENT_ACK,
    Type.ALIVE,
    *FAREWELL,
)
DEVICE = (Type.HELLO_ACK, Type.RESULT, Type.ACK, Type.JOB_STATE, Type.EVENT, Type.STATUS)
EVERY = [(DOWN, kind) for kind in STATION] + [(UP, kind) for kind in DEVICE]
Plan = Callable[[Stand], LineScript]
HIT = ("sprayed|faulted",) * 3  # a mark that the line spoils nine times over is given up


def rules(*of: Rule) -> Plan:
    """A line with these rules, which need nothing of the stand."""
    return lambda stand: LineScript(of)


def on_each(act: Act, times: int = 1) -> Plan:
    """`act` on the first `times` frames of every type, both ways (0: on all)."""
    # A run so short that no STATUS or ALIVE falls into it is no fault of the line's.
    return rules(*(Rule(way, kind, act, 1, times, must=kind not in (Type.STATUS, Type.ALIVE)) for way, kind in EVERY))


def frames() -> list[Scenario]:
    """Groups 1 to 7."""
    return [*_dropped(), *_bytes(), *_flipped(), *_noise(), *_doubled(), *_cut(), *_reads()]


def _answers(kind: Type) -> Callable[[Frame], bool]:
    def where(frame: Frame) -> bool:
        result = unpack(Result, frame.payload)
        return result is not None and result.type == kind

    return where


def _dropped() -> list[Scenario]:
    quick = (Type.JOB_DATA, Type.JOB_COMMIT, Type.JOB_STATE)
    made = [
        Scenario(
            1,
            f"drop {kind.name}",
            f"one {kind.name} lost",
            plan=rules(Rule(way, kind, drop)),
            stands_down=kind in FAREWELL,
            quick=kind in quick,
        )
        for way, kind in EVERY
        if kind not in (Type.STATUS, Type.ALIVE)
    ]
    slow = 400_000.0  # ticks a second: long enough for heartbeats
    made += [
        Scenario(1, "drop STATUS", "one STATUS lost", plan=rules(Rule(UP, Type.STATUS, drop)), speed=slow),
        Scenario(1, "drop ALIVE", "one ALIVE lost", plan=rules(Rule(DOWN, Type.ALIVE, drop)), speed=slow),
        *(
            Scenario(
                1,
                f"drop the RESULT of {kind.name}",
                f"one {kind.name} taken, and its answer lost",
                plan=rules(Rule(UP, Type.RESULT, drop, where=_answers(kind))),
                stands_down=True,
            )
            for kind in FAREWELL
        ),
        Scenario(
            1,
            "drop the farewell",
            "from DISABLE on nothing is heard any more, either way",
            plan=rules(Rule(DOWN, Type.DISABLE, silence(60.0, DOWN, UP))),
        ),
        Scenario(1, "drop BYE", "the farewell lost", plan=rules(Rule(DOWN, Type.BYE, drop))),
        Scenario(
            1,
            "drop NAK",
            "one JOB_DATA lost, and the NAK that names it",
            plan=rules(Rule(DOWN, Type.JOB_DATA, drop), Rule(UP, Type.NAK, drop)),
        ),
        Scenario(
            1,
            "drop QUERY",
            "one JOB_STATE lost, and the QUERY that asks for it",
            plan=rules(Rule(UP, Type.JOB_STATE, drop), Rule(DOWN, Type.QUERY, drop)),
        ),
    ]
    made += [
        Scenario(1, f"drop {kind.name}", f"bench: one {kind.name} lost", bench=True, plan=rules(Rule(way, kind, drop)))
        for way, kind in ((DOWN, Type.PIECE), (UP, Type.PIECE_R))
    ]
    return [*made, Scenario(1, "drop each", "the first of every type lost", plan=on_each(drop))]


def _bytes() -> list[Scenario]:
    def every(n: int) -> Plan:
        return lambda stand: LineScript(down=LineFaults(drop_every=n), up=LineFaults(drop_every=n))

    return [
        Scenario(2, "each 1,999th", "each 1,999th byte lost, both ways", plan=every(1999)),
        Scenario(2, "each 701st", "each 701st byte lost, both ways", HIT, plan=every(701)),
        Scenario(
            2,
            "each 409th",
            "each 409th byte lost: no long frame passes",
            ("faulted",),
            THREE[:1],
            plan=every(409),
        ),
        Scenario(
            2,
            "each 23rd",
            "each 23rd byte lost: no frame passes",
            ("unfed",),
            THREE[:1],
            plan=every(23),
            says=("does not answer",),
        ),
    ]


def _flipped() -> list[Scenario]:
    share = LineFaults(flip_share=0.0005)
    places = [
        Scenario(
            3,
            f"flip {place}",
            f"one bit of the {place} wrong, in the first of every type",
            plan=on_each(flip(place)),
        )
        for place in ("header", "payload", "crc", "delimiter")
    ]
    return [
        *places,
        Scenario(3, "flip anywhere", "one byte in 2,000 wrong", plan=lambda stand: LineScript(down=share, up=share)),
    ]


def _noise() -> list[Scenario]:
    control = b"\x00\x11\x13"
    any_byte, controls = LineFaults(noise_share=0.001), LineFaults(noise_share=0.001, noise=control)
    return [
        Scenario(4, "noise", "stray bytes of any value", plan=lambda stand: LineScript(down=any_byte, up=any_byte)),
        Scenario(4, "control bytes", "stray 00, 11 and 13", plan=lambda stand: LineScript(down=controls, up=controls)),
        Scenario(
            4,
            "between frames",
            "rubbish before every frame",
            plan=on_each(prefixed(bytes(range(256)) + control), times=0),
            quick=True,
        ),
        Scenario(4, "inside frames", "rubbish in the middle of the first of every type", plan=on_each(inside(control))),
    ]


def _doubled() -> list[Scenario]:
    made = [
        Scenario(5, f"double {kind.name}", f"each {kind.name} comes twice", plan=rules(Rule(way, kind, twice, times=0)))
        for way, kind in EVERY
        if kind not in (Type.STATUS, Type.ALIVE)
    ]
    lost = Rule(DOWN, Type.JOB_COMMIT, silence(1.4, DOWN, UP), job=2)
    both_ways = replay(DOWN, UP)
    return [
        *made,
        Scenario(5, "double all", "every frame comes twice", plan=on_each(twice, times=0), quick=True),
        Scenario(
            5,
            "old session",
            "a new session, then every old frame again, both ways",
            ("sprayed", "sprayed|faulted", "sprayed"),
            plan=rules(lost, Rule(UP, Type.HELLO_ACK, both_ways, nth=2), Rule(UP, Type.JOB_STATE, both_ways, job=3)),
            terms=SHARP,
        ),
        Scenario(
            5,
            "old boot",
            "the device restarts, then every old frame again, both ways",
            ("sprayed", "indeterminate", "sprayed", "sprayed"),
            (Letter(gap=170_000),) * 4,
            plan=lambda stand: LineScript(
                (
                    Rule(UP, Type.JOB_STATE, _resetting(stand), job=2),
                    Rule(UP, Type.HELLO_ACK, both_ways, nth=2),
                    Rule(UP, Type.JOB_STATE, both_ways, job=4),
                )
            ),
            terms=SHARP,
        ),
    ]


def _resetting(stand: Stand) -> Act:
    def act(seen: object) -> bytes:
        stand.reset()
        return b""

    return act


def _cut() -> list[Scenario]:
    lasting = 3600.0
    places = ((DOWN, Type.JOB_DATA), (DOWN, Type.JOB_COMMIT), (UP, Type.JOB_STATE), (UP, Type.EVENT))
    ends = ("faulted|indeterminate|unseen",) * 3
    made = [
        Scenario(
            6,
            f"cut {kind.name} {seconds:g} s",
            f"one {kind.name} breaks off, then {seconds:g} s of silence",
            ("sprayed", "sprayed|faulted|indeterminate", "sprayed"),
            plan=rules(Rule(way, kind, cut(seconds), job=2)),
            terms=SHARP,
        )
        for way, kind in places
        for seconds in (0.3, 1.4)
    ]
    made.append(
        Scenario(
            6,
            "silence while letters are fed",
            "the device is not heard for 0.8 s while letters come: the feeder is held, and feeds again after",
            ("sprayed|late|faulted|passed",) * 3 + ("sprayed|late|faulted|passed|unseen",) * 6 + ("sprayed",) * 5,
            (Letter(),) * 14,
            plan=rules(Rule(UP, Type.EVENT, silence(0.8, UP), nth=2)),
            speed=230_000.0,
            terms=SHARP,
            reaches=("feed held", "fed again"),
            tie_timeout=2.0,
        )
    )
    return made + [
        Scenario(
            6,
            f"cut {kind.name} for good",
            f"one {kind.name} breaks off, then silence",
            ("sprayed|indeterminate|faulted", *ends[1:]) if kind is Type.EVENT else ends,
            plan=rules(Rule(way, kind, cut(lasting))),
            terms=SHARP,
            says=("stopped answering",),
        )
        for way, kind in places
    ]


def _reads() -> list[Scenario]:
    def of(faults: LineFaults) -> Plan:
        return lambda stand: LineScript(down=faults, up=faults)

    return [
        Scenario(7, "byte by byte", "each byte is delivered alone", plan=of(LineFaults(split=1))),
        Scenario(7, "cut in two", "each delivery cut at an offset that moves on", plan=of(LineFaults(split=-1))),
        Scenario(7, "merged", "deliveries gathered for 50 ms", plan=of(LineFaults(quantum=0.05))),
    ]
