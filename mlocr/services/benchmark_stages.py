"""Single stages on one core: reading, matching and marking piece by piece, and the wire with jobs made beforehand."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import cv2
import numpy as np

from mlocr.decks.format import Deck
from mlocr.directory.edition import check_usable
from mlocr.directory.store import open_directory
from mlocr.errors import BadInputError
from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.mail.code import RoutingCode, TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.match import Match
from mlocr.mail.piece import Disposition, MachineId, Outcome
from mlocr.marking.head import on_head
from mlocr.marking.spray import make_mark
from mlocr.pictures import load_lift
from mlocr.ports import AddressMatcher, CameraFrame, CameraStats, TransportLine
from mlocr.reading.reader import AddressReader
from mlocr.reading.settings import ReadingSettings
from mlocr.reading.watched import WatchedReader
from mlocr.services.benchmark_figures import Figures, PartResult, Spread, passes
from mlocr.services.benchmark_locate import LocatingClock
from mlocr.station.bootstrap import build_engine, build_plan
from mlocr.station.config import SIMULATED_MACHINE_ID, StationConfig
from mlocr.station.journal import Journal
from mlocr.station.matchers import build_matcher
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.pipeline import DEFAULT_LETTER, EncodePlan, encode_lines
from mlocr.station.plugins import load_factory
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.summary import RunSummary
from mlocr.station.workers import Decided, WorkerInline

TRACKING = TrackingCode("00", "270", "000000", "000000001")
ROUTING = "04001123401"
LEAST_WIRE_LETTERS = 200
BLANK_DPI = 20.0
TROUBLES = (Disposition.LATE, Disposition.FAULTED, Disposition.INDETERMINATE)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part needs: the deck, its directory built, a folder to work in, dates and counts.

    `say` hears what is being done, for a progress line.
    """

    deck: Deck
    directory: Path
    work: Path
    as_of: date
    today: date
    runs: int
    workers: int
    say: Callable[[str], None]


@dataclass(slots=True)
class _Clock:
    """Seconds of single pieces, by stage and run."""

    runs: int
    seconds: dict[str, list[list[float]]] = field(default_factory=dict)

    def add(self, stage: str, run: int, started: float) -> None:
        took = time.perf_counter() - started
        self.seconds.setdefault(stage, [[] for _ in range(self.runs)])[run].append(took)

    def result(self, stage: str) -> PartResult:
        runs = self.seconds.get(stage)
        if not runs or not runs[0]:
            return PartResult(stage, None, f"no letter of this deck came as far as {stage}; give another deck")
        every = [seconds * 1000 for run in runs for seconds in run]
        return PartResult(stage, Figures(len(runs[0]), 1, passes(runs), Spread.of(every)))


def time_stages(bench: Bench, stages: Collection[str]) -> Iterator[PartResult]:
    """Each stage timed alone in one thread; the first letter is done once before, untimed.

    Each run matches with a matcher and directory connection of its own, so that none profits from another's caches;
    a stage gets only the letters that came through the one before it.
    """
    config = StationConfig()
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with ExitStack() as open_parts:
            engine = build_engine(config)
            open_parts.callback(engine.close)
            engine.open()
            reader = WatchedReader(engine, ReadingSettings())
            locating = LocatingClock.of(bench.deck, bench.runs)
            matchers = [_matcher(bench, config, open_parts) for _ in range(bench.runs)]
            plan = build_plan(config, SIMULATED_MACHINE_ID)
            clock = _Clock(bench.runs)
            for number, lift in enumerate(_lifts(bench.deck)):
                bench.say(f"stages, letter {number + 1} of {len(bench.deck.images)}")
                if number == 0:
                    _one_piece(lift, reader, [_matcher(bench, config, open_parts)], plan, stages, _Clock(1))
                if "locate" in stages:
                    locating.take(lift, reader, lift.source)
                if set(stages) - {"locate"}:
                    _one_piece(lift, reader, matchers, plan, stages, clock)
    finally:
        cv2.setNumThreads(threads)
    if "locate" in stages:
        yield locating.result()
    for stage in ("read", "match", "mark"):
        if stage in stages:
            yield clock.result(stage)


def _matcher(bench: Bench, config: StationConfig, open_parts: ExitStack) -> AddressMatcher:
    directory = open_parts.enter_context(closing(open_directory(bench.directory)))
    check_usable(directory.product_year_month, bench.as_of)
    return build_matcher(config, directory, as_of=bench.as_of)


def _lifts(deck: Deck) -> Iterator[ImageLift]:
    for path in deck.images:
        try:
            yield load_lift(path, deck.dpi)
        except BadInputError:
            continue  # the line counts it; a stage alone has nothing to time on it


def _one_piece(
    lift: ImageLift,
    reader: AddressReader,
    matchers: list[AddressMatcher],
    plan: EncodePlan,
    stages: Collection[str],
    clock: _Clock,
) -> None:
    for run, matcher in enumerate(matchers):
        if run == 0 or "read" in stages:
            started = time.perf_counter()
            reading = reader.read(lift)
            clock.add("read", run, started)
        if reading.block is None or not {"match", "mark"} & set(stages):
            continue
        started = time.perf_counter()
        match = matcher.match(reading.block)
        clock.add("match", run, started)
        if match.routing is not None:
            started = time.perf_counter()
            _mark(match.routing, reading, plan)
            clock.add("mark", run, started)


def _mark(routing: RoutingCode, reading: Reading, plan: EncodePlan) -> None:
    letter = reading.letter
    width, height = (letter.width, letter.height) if letter else DEFAULT_LETTER
    fields = {**plan.fields, "zip5": routing.zip5}
    mark = make_mark(plan.mark, routing, TRACKING, width, height, fields)
    if mark is not None:
        on_head(mark.spray, plan.head)


# --- the wire ---------------------------------------------------------------------------------------------------------


class BlankCamera:
    """The same blank letter, `count` times; a `Camera` without files."""

    def __init__(self, count: int) -> None:
        width, height = DEFAULT_LETTER
        self._pixels = np.full((round(height * BLANK_DPI), round(width * BLANK_DPI)), 220, np.uint8)
        self._count = count
        self._given = 0

    def open(self) -> None:
        """Nothing to open."""

    def next(self, timeout: float) -> CameraFrame | None:
        """The next blank letter, at once."""
        if self.exhausted:
            return None
        self._given += 1
        name = f"blank-{self._given:06}"
        return CameraFrame(self._given, name, ImageLift(self._pixels, BLANK_DPI, name))

    @property
    def exhausted(self) -> bool:
        """True after `count` letters."""
        return self._given >= self._count

    def stats(self) -> CameraStats:
        """The letters given."""
        return CameraStats(self._given, self._given)

    def close(self) -> None:
        """Nothing to close."""


class _OneAnswer:
    """A matcher that always knows."""

    def match(self, block: AddressBlock) -> Match:
        return Match(RoutingCode.of(ROUTING), None)


class MadeBefore:
    """An encoder whose decision, mark and all, was made before the first letter came."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        """The one outcome."""
        return Decided(self.outcome, {})

    def close(self) -> None:
        """Nothing to release."""


def made_before() -> MadeBefore:
    """An encoder with the default configuration's mark for one full code."""
    plan = build_plan(StationConfig(), SIMULATED_MACHINE_ID)
    block = AddressBlock((TextLine("1 MAIN ST"), TextLine("ADAMS ME 04001")))
    return MadeBefore(encode_lines(block, _OneAnswer(), plan, TRACKING))


def time_wire(bench: Bench) -> PartResult:
    """Pieces through line, controller, wire, device and journal with jobs made before: no picture is read.

    A piece's time is from its capture to the device's word that it holds the job.
    """
    letters = max(LEAST_WIRE_LETTERS, len(bench.deck.images))
    rates: list[float] = []
    latencies: list[float] = []
    troubles = 0
    for run in range(bench.runs):
        bench.say(f"wire, run {run + 1} of {bench.runs}")
        summary = _wire_runner(bench.work / f"wire-{run}", letters).run()
        if summary.interrupted:
            raise KeyboardInterrupt
        if summary.seconds > 0:
            rates.append(summary.pieces / summary.seconds)
        latencies += summary.latencies_ms
        troubles += troubled(summary)
    return PartResult("wire", Figures(letters, 1, tuple(rates), Spread.of(latencies), troubled=troubles))


def troubled(summary: RunSummary) -> int:
    """Pieces whose end was neither a spray nor a pass that was meant."""
    return sum(summary.dispositions[each.value] for each in TROUBLES)


def _wire_runner(out: Path, letters: int) -> Runner:
    mark = StationConfig().mark
    settings = {"pace": "max", "dpi": mark.head_dpi, "dots": round(mark.head_swath_in * mark.head_dpi)}
    line: TransportLine = load_factory("line", "mock")(settings, BlankCamera(letters), lambda _: DEFAULT_LETTER[0])
    identity = MachineId(SIMULATED_MACHINE_ID)
    out.mkdir(parents=True)
    journal = Journal(out / "journal.db", lambda: datetime.now(UTC))
    workers = [WorkerInline(made_before)]
    parts = RunParts(line.camera, line.controller, workers, journal, ResultWriter(out, identity), line=line)
    return Runner(parts, RunRules(replay=True, sprayed=False))
