"""Groups 8 to 11 and 24: delays, stalls, slow lines, answers lost at the worst moment, a commit one tick late."""

from __future__ import annotations

from collections.abc import Callable

from drivers.faults.scenario import Scenario
from drivers.faults.script import Act, LineFaults, Rule, Seen, Way, drop, silence, stall
from drivers.faults.stand import Stand
from drivers.faults.wire import LineScript
from drivers.inkjet.frames import Frame, Type
from drivers.inkjet.messages import Event, JobAnswer, Kind, State, unpack

DOWN, UP = Way.DOWN, Way.UP
Plan = Callable[[Stand], LineScript]


def is_end(frame: Frame) -> bool:
    """An event that tells a job's end."""
    event = unpack(Event, frame.payload)
    return event is not None and event.kind == Kind.JOB_ENDED


def is_ready(frame: Frame) -> bool:
    """The device's word that it has taken a job."""
    answer = unpack(JobAnswer, frame.payload)
    return answer is not None and answer.state == State.READY


def times() -> list[Scenario]:
    """Groups 8 to 11 and 24."""
    return [*_delays(), *_rates(), *_answers(), *_late()]


def _delays() -> list[Scenario]:
    def of(faults: LineFaults) -> Plan:
        return lambda stand: LineScript(down=faults, up=faults)

    def held(way: Way, kind: Type) -> Plan:
        return lambda stand: LineScript((Rule(way, kind, stall(0.6, DOWN, UP), job=2),))

    return [
        Scenario(
            8, "16 ms", "deliveries every 16 ms, as an adapter's timer gives them", plan=of(LineFaults(quantum=0.016))
        ),
        Scenario(8, "100 ms", "100 ms later, both ways", plan=of(LineFaults(latency=0.1))),
        *(
            Scenario(8, f"stall at {kind.name}", f"the line stalls for 600 ms at a {kind.name}", plan=held(way, kind))
            for way, kind in ((DOWN, Type.JOB_DATA), (DOWN, Type.JOB_COMMIT), (UP, Type.JOB_STATE), (UP, Type.EVENT))
        ),
    ]


def _rates() -> list[Scenario]:
    return [
        Scenario(
            9,
            f"{baud} baud",
            f"throttled to {baud:,} baud",
            plan=lambda stand, baud=baud: LineScript(down=LineFaults(baud=baud), up=LineFaults(baud=baud)),  # type: ignore[misc]
            terms={"baud": baud},
        )
        for baud in (115_200, 9600)
    ]


def _answers() -> list[Scenario]:
    def at(way: Way, kind: Type, act: Act, where: Callable[[Frame], bool], count: int = 1) -> Plan:
        return lambda stand: LineScript((Rule(way, kind, act, 1, count, where, job=2),))

    deaf = silence(0.4, UP, keep=True)
    return [
        Scenario(
            10,
            "answers to a commit",
            "every answer lost for 0.4 s behind a JOB_COMMIT: it is sent again",
            plan=at(DOWN, Type.JOB_COMMIT, deaf, lambda frame: True),
        ),
        Scenario(
            10,
            "the word READY",
            "the answer READY lost, and all behind it for 0.4 s",
            plan=at(UP, Type.JOB_STATE, silence(0.4, UP), is_ready),
        ),
        Scenario(
            11,
            "the word DONE",
            "the end of a job lost three times",
            plan=at(UP, Type.EVENT, drop, is_end, 3),
            quick=True,
        ),
        Scenario(
            11,
            "the ack of DONE",
            "all the host says lost for 0.5 s behind the end of a job",
            plan=at(UP, Type.EVENT, silence(0.5, DOWN, keep=True), is_end),
        ),
        Scenario(
            11,
            "EVENT_ACK",
            "every EVENT_ACK lost",
            plan=lambda stand: LineScript((Rule(DOWN, Type.EVENT_ACK, drop, times=6),)),
        ),
    ]


def _late() -> list[Scenario]:
    def moved(ticks: int) -> Plan:
        """The belt has come this far beyond the last tick at which a commit is in time, when the commit comes."""

        def plan(stand: Stand) -> LineScript:
            def act(seen: Seen) -> bytes:
                config = stand.config
                stand.go_to(stand.track.fed[1].lead + config.distance - config.max_window - config.margin + ticks)
                return seen.raw

            return LineScript((Rule(DOWN, Type.JOB_COMMIT, act, job=2),))

        return plan

    return [
        Scenario(
            24,
            "in time",
            "a commit at the last tick that is in time",
            ("sprayed", "sprayed", "sprayed|late"),
            plan=moved(0),
            quick=True,
        ),
        Scenario(
            24,
            "one tick late",
            "a commit one tick later",
            ("sprayed", "late", "sprayed|late"),
            plan=moved(1),
            quick=True,
        ),
    ]
