"""Groups 16 to 21 and 27: others at the port, a deaf peer, no credit, strangers, numbers at their end, echo."""

from __future__ import annotations

from collections.abc import Callable

from drivers.faults.renumber import Renumbered
from drivers.faults.scenario import THREE, Scenario
from drivers.faults.script import LineFaults, Rule, Seen, Way, doing, drop, of_version, prefixed
from drivers.faults.stand import Stand
from drivers.faults.track import Letter
from drivers.faults.wire import LineScript
from drivers.inkjet.frames import Frame, Type, encode
from drivers.inkjet.messages import SCHEMA, Hello, pack
from drivers.link import SerialLink
from mlocr.errors import DeviceAbsentError

DOWN, UP = Way.DOWN, Way.UP
NONE = ("unfed",)
ONE = (Letter(),)
_OTHER = 0x0BADCAFE
Plan = Callable[[Stand], LineScript]


def port() -> list[Scenario]:
    """Groups 16 to 21 and 27."""
    return [*_others(), *_unread(), *_credit(), *_strangers(), *_same_number(), *_echo()]


def _others() -> list[Scenario]:
    hello = encode(Frame(Type.HELLO, pack(Hello(0xFEED, 0, 0, 0, SCHEMA))), SCHEMA)

    def second(stand: Stand) -> LineScript:
        def opens() -> None:
            link = SerialLink(str(stand.port), 921_600)
            try:
                link.open()
            except DeviceAbsentError as error:
                stand.reached.append("refused" if "another program" in str(error) else str(error))
            else:
                link.close()

        return LineScript((Rule(UP, Type.JOB_STATE, doing(opens), job=2),))

    stranger = Rule(DOWN, Type.JOB_COMMIT, prefixed(hello), job=2)
    return [
        Scenario(16, "second program", "another program opens the port", plan=second, reaches=("refused",), quick=True),
        Scenario(
            16,
            "second host",
            "another host's HELLO in the middle",
            plan=lambda stand: LineScript((stranger,)),
        ),
        Scenario(
            16,
            "second host, refusal lost",
            "the same, and the device's refusal lost",
            plan=lambda stand: LineScript((stranger, Rule(UP, Type.HELLO_REFUSED, drop))),
        ),
    ]


def _unread() -> list[Scenario]:
    def deaf(stand: Stand) -> LineScript:
        def close_ears() -> None:
            stand.proxy.deaf = True

        return LineScript((Rule(DOWN, Type.JOB_COMMIT, doing(close_ears), job=2),))

    ends = ("sprayed|indeterminate", "sprayed|indeterminate", "faulted|indeterminate|unseen")
    return [
        Scenario(17, "reads nothing", "the far end reads no more", ends, plan=deaf, says=("stopped answering",)),
        Scenario(
            17,
            "reads nothing, port full",
            "the same until the system's buffer is full",
            ends,
            plan=_full,
            says=("takes no bytes",),
        ),
    ]


def _full(stand: Stand) -> LineScript:
    def close_ears(seen: Seen) -> bytes:
        stand.proxy.deaf = True
        stand.proxy.fill()
        return seen.raw

    return LineScript((Rule(DOWN, Type.JOB_COMMIT, close_ears, job=2),))


def _credit() -> list[Scenario]:
    six = (Letter(),) * 6
    whole = ("sprayed",) * 6
    return [
        Scenario(18, "one slot", "room for one job and two results", whole, six, config={"slots": 1, "results": 2}),
        Scenario(
            18, "one raster", "raster memory for one mark", whole, six, config={"raster_bytes": 10_000}, quick=False
        ),
        Scenario(
            18,
            "a short buffer",
            "the line's buffer at the device holds one long frame; marks travel as columns",
            whole,
            six,
            config={"rx_bytes": 529, "encodings": 1},
        ),
        Scenario(
            18,
            "100,000 jobs",
            "a hundred thousand jobs in one session: no place leaks, frame and event numbers wrap",
            (),
            (),
            endures=100_000,
        ),
        Scenario(
            21,
            "wraps on a bad line",
            "20,000 jobs in one session, one delivery in 50 lost: numbers wrap among repetitions",
            (),
            (),
            endures=20_000,
            loses=50,
        ),
    ]


def _strangers() -> list[Scenario]:
    def versions(stand: Stand) -> LineScript:
        return LineScript((Rule(UP, Type.HELLO_ACK, of_version(2), times=0),))

    def text(data: bytes) -> bytes:
        return b"T:25.0 /0.0 B:0.0 ok\r\n" if data else b""

    def wrong_rate(heard: int) -> Plan:
        down, up = LineFaults(baud=921_600, heard_at=heard), LineFaults(baud=heard, heard_at=921_600)
        return lambda stand: LineScript(down=down, up=up)

    def chatter(data: bytes) -> bytes:
        return bytes(byte ^ 0x5A for byte in data)

    return [
        Scenario(19, "another schema", "the device's schema is another", NONE, ONE, schema=_OTHER, says=("schema",)),
        Scenario(19, "another version", "the device speaks version 2", NONE, ONE, plan=versions, says=("version 2",)),
        Scenario(19, "a foreign device", "a device that answers in text", NONE, ONE, foreign=text, says=("T:25.0",)),
        Scenario(
            19,
            "another rate",
            "the device runs at 115,200 baud, the station at 921,600",
            NONE,
            ONE,
            plan=wrong_rate(115_200),
            says=("921,600 baud",),
        ),
        Scenario(
            19,
            "rubbish",
            "a device that answers bytes which are no frames",
            NONE,
            ONE,
            foreign=chatter,
            says=("921,600 baud",),
        ),
    ]


def _same_number() -> list[Scenario]:
    def plan(stand: Stand) -> LineScript:
        return LineScript(Renumbered(lambda n: 1 if n == 2 else n, lambda n: n, asks=False).rules())

    def wrapped(stand: Stand) -> LineScript:
        most = 1 << 32
        return LineScript(Renumbered(lambda n: (n + most - 3) % most, lambda n: (n + 3) % most).rules())

    return [
        Scenario(
            20,
            "another image",
            "a second mark under the number of the first, for another letter",
            ("sprayed", "faulted", "sprayed"),
            THREE,
            plan=plan,
            quick=True,
        ),
        Scenario(
            21,
            "job counter",
            "the job counter at its end: 4,294,967,294, …295, then 0, which is refused",
            ("sprayed", "sprayed", "faulted"),
            THREE,
            plan=wrapped,
        ),
        *(
            Scenario(
                21,
                f"encoder {name}",
                f"the encoder wraps {where}",
                encoder_start=(1 << 32) - ticks,
                quick=name == "under the mark",
            )
            for name, where, ticks in (
                ("at the camera", "under the camera", 5000),
                ("on the way", "between camera and head", 100_000),
                ("under the mark", "while a mark falls", 170_000),
            )
        ),
    ]


def _echo() -> list[Scenario]:
    def silent(data: bytes) -> bytes:
        return b""

    return [
        Scenario(
            27,
            "echo",
            "the line sends back what is sent; no device",
            NONE,
            ONE,
            plan=lambda stand: LineScript(echo=True),
            foreign=silent,
            says=("sends back what it is sent",),
        ),
        Scenario(
            27,
            "echo and a device",
            "the line sends back what is sent, and the device answers too",
            NONE,
            ONE,
            plan=lambda stand: LineScript(echo=True),
            says=("sends back what it is sent",),
        ),
        Scenario(
            27,
            "flow control",
            "software flow control is on: 11 and 13 are swallowed, 13 stops the other way",
            NONE,
            ONE,
            plan=lambda stand: LineScript(flow=True),
            says=("flow control",),
        ),
        Scenario(27, "silence", "nothing answers", NONE, ONE, foreign=silent, says=("does not answer",)),
    ]
