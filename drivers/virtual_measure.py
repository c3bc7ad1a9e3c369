"""What a wire can bear, on a virtual clock: jobs a second and round trips, by baud rate, encoding and frame errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.inkjet.columns import shortest
from drivers.inkjet.face import FACE
from drivers.inkjet.messages import Encoding
from drivers.virtual_run import PLAIN, RunPlan, RunResult, VirtualRun
from mlocr.mail.code import SprayImage

ENCODINGS = tuple(Encoding)
_BITS = 10
_LETTER = 9.5


@dataclass(frozen=True, slots=True)
class WireCase:
    """One measurement: the baud rate, the best encoding the device knows, the share of frames spoilt each way."""

    baud: int
    encoding: str
    error_rate: float
    letters: int
    seed: int = 1


@dataclass(frozen=True, slots=True)
class WireFigures:
    """What came out. `raster`: bytes of the encoded mark; the other bytes are all that the line bore, a letter.

    `per_second` and `round_trips` (seconds, sorted): jobs one by one, as fast as the wire lets them. `late`: letters of
    a belt at `pace` an hour that went without their mark; `use_down`, `use_up`: the share of the line's time it took.
    """

    case: WireCase
    raster: int
    per_second: float
    round_trips: tuple[float, ...]
    bytes_down: float
    bytes_up: float
    pace: float
    late: int
    use_down: float
    use_up: float


def measure(case: WireCase, image: SprayImage) -> WireFigures:
    """Play the case twice, once as fast as it goes and once by the belt's clock, with this mark on every letter."""
    best = Encoding[case.encoding.upper()]
    known = sum(1 << encoding for encoding in ENCODINGS if encoding <= best)
    columns = tuple(reversed(image.columns))
    _, data = shortest(columns, image.dots, round(image.dpi * 1000), image.parts, known, FACE)
    marks: Callable[[int], SprayImage] = lambda serial: image  # noqa: E731
    line = replace(PLAIN, baud=case.baud, dpi=image.dpi, dots=image.dots)
    plan = RunPlan(
        case.letters,
        case.error_rate,
        case.seed,
        lengths=(_LETTER, _LETTER),
        encodings=known,
        marks=marks,
        one_by_one=True,
        together=False,
    )
    fast = VirtualRun(replace(line, pace=0.0), replace(plan, thinks=(0.0, 0.0))).play()
    paced = VirtualRun(line, plan).play()
    for result in (fast, paced):
        _check(result)
    return WireFigures(
        case,
        len(data),
        (fast.books.letters - 1) / fast.seconds if fast.seconds else 0.0,
        tuple(sorted(fast.round_trips)),
        paced.bytes_down / case.letters,
        paced.bytes_up / case.letters,
        line.pace,
        paced.books.letters - paced.books.sprayed,
        _use(paced.bytes_down, paced, case.baud),
        _use(paced.bytes_up, paced, case.baud),
    )


def measure_case(baud: int, encoding: str, error_rate: float, letters: int, image: SprayImage) -> WireFigures:
    """`measure` for callers that name their case in plain values."""
    return measure(WireCase(baud, encoding, error_rate, letters), image)


def _use(size: int, result: RunResult, baud: int) -> float:
    return size * _BITS / baud / result.seconds if result.seconds else 0.0


def _check(result: RunResult) -> None:
    books = result.books
    if books.wrong or books.doubled or books.ends_wrong:
        raise AssertionError(f"the wire sprayed a wrong or a second mark: {books}")
