"""The composition root: settings in, a ready runner out. Everything is built here and handed down."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from mlocr.directory.links.confirm import has_tables, open_tables, table_counts
from mlocr.directory.links.stops import check_no_stop, leave_stops
from mlocr.directory.store import open_directory
from mlocr.errors import ConfigurationError, IdentityError, UsageError
from mlocr.mail.code import DepthOfCode, Symbology, TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import MachineId
from mlocr.marking.head import Head
from mlocr.marking.spray import MarkPlan, MarkSettings
from mlocr.pictures import shown_name
from mlocr.ports import Camera, Feeder, InkjetController, NamesModels, OcrEngine, TransportLine
from mlocr.reading.letter import letter_width
from mlocr.reading.reader import AddressReader
from mlocr.reading.settings import ReadingSettings
from mlocr.station.anchors import AnchorFile
from mlocr.station.calibration import threshold_for
from mlocr.station.cameras import PHOTOCELLS, build_camera, counts_with_photocell
from mlocr.station.config import SIMULATED_MACHINE_ID, ImbSection, StationConfig
from mlocr.station.journal import Journal, highest_epoch
from mlocr.station.log import Logger, silent_logger
from mlocr.station.matchers import build_matcher, close_matcher, is_builtin, open_matcher
from mlocr.station.parts import RunParts, RunRules
from mlocr.station.pipeline import EncodePlan, encode
from mlocr.station.plugins import BUILTIN, load_factory, split_port
from mlocr.station.results import ResultWriter
from mlocr.station.runner import Runner
from mlocr.station.sections import section_of
from mlocr.station.serials import TrackingAllotter, TrackingSettings, check_disjoint
from mlocr.station.summary import RunSummary
from mlocr.station.ties import TieRules
from mlocr.station.timed import Timed
from mlocr.station.unfinished import RunRecord, going_on, read_unfinished
from mlocr.station.workers import Decided, Encoder, EncoderFactory, WorkerInline, WorkerProcess

SIMULATED = frozenset({"mock", "firmware", "file"})
"""The inkjets that move no ink. Whatever else is named counts as real."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One run, with every choice made: pictures in playing order, the built directory, dates, pace and output.

    `dpi` is the deck's; `fallback_dpi` counts for pictures that do not say theirs. `directory` is None where a matcher
    with data of its own codes. `product` is the year and month of the postal data, the directory's or the matcher's.
    `pace` is "max" or letters per hour. `raw_directory` is what the built one was made from, where it was made here.
    `resume`: a run of this output folder that did not end is gone on with, where it was about the same.
    """

    images: tuple[Path, ...]
    directory: Path | None
    out: Path
    as_of: date
    today: date
    dpi: float | None = None
    fallback_dpi: float | None = None
    truth: Path | None = None
    product: tuple[int, int] | None = None
    camera: str = "folder"
    pace: str = "max"
    repeat: int = 1
    raw_directory: Path | None = None
    resume: bool = True

    @property
    def replay(self) -> bool:
        """A coding date that is not today's makes a replay."""
        return self.as_of != self.today


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """What a worker process needs to build its encoder; travels to it by pickling."""

    config: StationConfig
    directory: Path | None
    machine_id: str
    truth: Path | None = None
    as_of: date | None = None
    least_certainty: float = 0.0


def build_mark_plan(config: StationConfig) -> MarkPlan:
    """The mark of this configuration. Raises ConfigurationError."""
    table = {"template": config.mark.template, "head_dots": _head_dots(config), **config.mark.settings}
    settings = section_of(MarkSettings, table, "mark.settings")
    return MarkPlan.for_head(Symbology(config.mark.symbology), config.mark.head_dpi, settings)


def _head_dots(config: StationConfig) -> int:
    return round(config.mark.head_swath_in * config.mark.head_dpi)


def build_plan(config: StationConfig, machine_id: str, least_certainty: float = 0.0) -> EncodePlan:
    """What every piece of the run gets. Raises ConfigurationError."""
    template_fields = {"mass_id": machine_id, "lane": config.identity.lane}
    depth = DepthOfCode(config.mark.minimum_depth)
    head = Head(_head_dots(config), config.mark.head_bottom_in)
    return EncodePlan(build_mark_plan(config), head, depth, config.reader.inverted, template_fields, least_certainty)


def build_engine(config: StationConfig, truth: Path | None = None) -> OcrEngine:
    """The OCR engine, not yet open. Raises ConfigurationError."""
    settings = dict(config.reader.settings)
    if config.reader.engine == "truth":
        if truth is None:
            raise UsageError("the truth engine reads a deck's truth.jsonl; play a deck with it")
        settings["truth"] = str(truth)
    engine: OcrEngine = load_factory("ocr", config.reader.engine)(settings)
    return engine


def reader_models(config: StationConfig, engine: OcrEngine) -> dict[str, str]:
    """What the engine reads with: weights and libraries as it names them itself, and its settings."""
    named = engine.models() if isinstance(engine, NamesModels) else {}
    settings = {f"setting {name}": str(value) for name, value in sorted(config.reader.settings.items())}
    return {**dict(named), **settings}


def least_certainty(config: StationConfig) -> float:
    """The certainty below which nothing is encoded, from error budget and calibration. Raises ConfigurationError."""
    reader = config.reader
    if not reader.error_budget:
        return 0.0
    if not reader.calibration:
        raise ConfigurationError(
            "reader.error_budget needs reader.calibration, the file that mlocr calibrate makes from a deck with truth"
        )
    models = reader_models(config, build_engine(config))
    return threshold_for(Path(reader.calibration), reader.engine, models, reader.error_budget)


class StationEncoder:
    """One worker's reader, matcher and plan."""

    def __init__(self, spec: EncoderSpec) -> None:
        # One thread a worker: the processes are the parallelism.
        cv2.setNumThreads(1)
        self._plan = build_plan(spec.config, spec.machine_id, spec.least_certainty)
        with ExitStack() as parts:
            directory = tables = None
            if spec.directory is not None and is_builtin(spec.config):
                directory = parts.enter_context(closing(open_directory(spec.directory)))
                tables = open_tables(spec.directory, directory.product_year_month)
            self._matcher = build_matcher(spec.config, directory, tables, spec.as_of)
            parts.callback(close_matcher, self._matcher)
            # An outside engine first: what its settings lack is said before models are loaded.
            open_matcher(self._matcher)
            engine = build_engine(spec.config, spec.truth)
            parts.callback(engine.close)
            engine.open()
            self._reader = AddressReader(engine, ReadingSettings(second_look_ms=spec.config.run.second_look_ms))
            self._parts = parts.pop_all()

    def encode(self, lift: ImageLift, tracking: TrackingCode | None, budget_ms: float | None = None) -> Decided:
        """Decide one piece, timed; not further once its time is gone."""
        timed = Timed(self._reader, self._matcher, budget_ms)
        outcome = encode(lift, timed, timed, self._plan, tracking)
        timed.timings_ms["encode"] = timed.elapsed_ms()
        return Decided(outcome, timed.timings_ms)

    def close(self) -> None:
        """Release reader, matcher and directory; safe to call twice."""
        self._parts.close()


def build_encoder(spec: EncoderSpec) -> Encoder:
    """An encoder ready to decide pieces; a worker process calls it."""
    return StationEncoder(spec)


def machine_identity(config: StationConfig, request: RunRequest, real_port: bool) -> MachineId:
    """The identifier this run sprays. A replay bears the simulated one, and never drives a real port."""
    if request.replay and real_port:
        raise IdentityError(
            f"a replay as of {request.as_of} may not drive a real port; "
            "play it on the virtual line, or code as of today"
        )
    try:
        return MachineId(SIMULATED_MACHINE_ID if request.replay else config.identity.machine_id)
    except ValueError as error:
        raise ConfigurationError(f"identity.machine_id: {error}; mend it") from None


def build_runner(
    config: StationConfig,
    request: RunRequest,
    now: Callable[[], datetime],
    progress: Callable[[RunSummary], None] | None = None,
    log: Logger | None = None,
    say: Callable[[str], None] = lambda _sentence: None,
) -> Runner:
    """A runner ready to run; nothing is opened yet. `say` hears what becomes of a run that did not end.

    Raises StationError of the part that is wrong.
    """
    if request.directory is not None:
        check_no_stop(request.directory)
    driver = config.inkjet.driver
    real_port = driver not in SIMULATED
    if real_port and not split_port(driver)[1]:
        load_factory("inkjet", driver)  # a name that is none is said before anything else
    machine_id = machine_identity(config, request, real_port)
    build_plan(config, machine_id.text)
    if not is_builtin(config):
        build_matcher(config, None)  # what is wrong with its settings is said here, not by a worker
    path, log = request.out / "journal.db", log or silent_logger()
    certainty = least_certainty(config)
    about = _run_body(config, request, machine_id) | {"least_certainty": certainty}
    earlier = read_unfinished(path)
    on = going_on(earlier, about) if request.resume else None
    for run in earlier.unfinished:
        say(_said_of(run, on, request.out))
    camera, controller, line = _build_devices(
        config, _still_to_play(request, on), highest_epoch(path), log, on is not None
    )
    spec = EncoderSpec(config, request.directory, machine_id.text, request.truth, request.as_of, certainty)
    workers = _workers(config, partial(build_encoder, spec))
    tracking = _tracking(config, request) if config.mark.symbology == "imb" else None
    parts = RunParts(
        camera=camera,
        controller=controller,
        workers=workers,
        journal=Journal(path, now, _anchors(config, now)),
        writer=ResultWriter(request.out, machine_id),
        about=about,
        next_tracking=tracking,
        line=line,
        feeder=_feeder(config, line),
        log=log,
        leave_stop_mark=partial(leave_stops, (request.directory, request.raw_directory)),
        earlier=earlier,
        goes_on=on is not None,
    )
    limits = config.limits
    waits = line is not None and request.pace == "max"
    rules = RunRules(
        replay=request.replay,
        sprayed=config.run.sprayed == "all",
        queue=config.run.queue,
        rejects_in_a_row=limits.rejects_in_a_row,
        late_in_a_row=limits.late_in_a_row,
        # At pace max the belt waits for the host: a busy PC loses no letter.
        tie_timeout=30.0 if waits else 1.0,
        # Where the belt waits, order costs no letter; at a pace of its own a slow letter would make others late.
        deadlines=not waits,
        reserve_ms=config.run.deadline_reserve_ms,
        in_order=waits and request.directory is not None and has_tables(request.directory),
        ties=_ties(config),
    )
    return Runner(parts, rules, progress)


def _feeder(config: StationConfig, line: TransportLine | None) -> Feeder | None:
    """The feeder to be held; a simulated transport is one itself."""
    if not config.feeder.driver or line is not None:
        return None
    feeder: Feeder = load_factory("feeder", config.feeder.driver)(config.feeder.settings)
    return feeder


def _ties(config: StationConfig) -> TieRules:
    camera = config.camera
    return TieRules(camera.picture_after_ms / 1000, camera.picture_within_ms / 1000, camera.picture_within_in)


def _anchors(config: StationConfig, now: Callable[[], datetime]) -> AnchorFile | None:
    journal = config.journal
    return AnchorFile(Path(journal.anchor_file), journal.anchor_rows, now) if journal.anchor_file else None


def _said_of(run: RunRecord, on: RunRecord | None, out: Path) -> str:
    """What a person should know of a run that did not end."""
    known = f"run {run.run} in {out} did not end; of its {len(run.pieces)} letters {run.open_pieces} have no end yet"
    if run is on:
        return f"{known}: the device is asked for them, and the run goes on with the letters it has not seen"
    return f"{known}: the device is asked for them, its rows go to results-run-{run.run}.jsonl, and a new run begins"


def _still_to_play(request: RunRequest, on: RunRecord | None) -> RunRequest:
    """The pictures that the run to go on with has not seen: a letter that came by once is not fed again."""
    if on is None or not request.images:
        return request
    seen = Counter(piece.file for piece in on.pieces.values())
    left = []
    for path in request.images * request.repeat:
        name = shown_name(path)
        if seen[name]:
            seen[name] -= 1
        else:
            left.append(path)
    return replace(request, images=tuple(left), repeat=1)


def _workers(config: StationConfig, make: EncoderFactory) -> list[WorkerProcess] | list[WorkerInline]:
    run = config.run
    if not run.workers:
        return [WorkerInline(make)]
    return [WorkerProcess(make, run.worker_timeout_s, run.worker_start_timeout_s) for _ in range(run.workers)]


def _build_devices(
    config: StationConfig, request: RunRequest, epoch: int, log: Logger, goes_on: bool
) -> tuple[Camera, InkjetController, TransportLine | None]:
    source_settings = _camera_settings(config, request)
    if goes_on and request.camera == "folder":
        source_settings["may_be_empty"] = True
    source = build_camera(request.camera, source_settings, config.camera.record)
    driver = config.inkjet.driver
    _check_trigger(driver, source_settings)
    if driver in BUILTIN["line"]:
        pace = "max" if request.pace == "max" else float(request.pace)
        settings = {"pace": pace, "dpi": config.mark.head_dpi, "dots": _head_dots(config), **config.line.settings}
        settings = _above(settings, epoch)
        line: TransportLine = load_factory("line", driver)(settings, source, letter_length)
        return line.camera, line.controller, line
    settings = {"dpi": config.mark.head_dpi, "dots": _head_dots(config), **config.inkjet.settings}
    if driver == "file":
        settings = _above(settings, epoch)
    driver, port = split_port(driver)
    if port:
        settings = _above(settings, epoch) | {"port": port}
        if driver == "serial" or "baud" in config.inkjet.model_fields_set:  # another protocol has its own usual rate
            settings["baud"] = config.inkjet.baud
    if driver == "serial":
        counted = counts_with_photocell(request.camera, source_settings)
        settings["trigger"] = _trigger(settings.get("trigger"), counted, request.camera, log)
    return source, load_factory("inkjet", driver)(settings), None


def _above(settings: dict[str, Any], epoch: int) -> dict[str, Any]:
    """The driver's settings with the journal's highest epoch: job numbers go on above it, whatever the device says."""
    given = settings.get("epoch_floor", 0)
    # What is no number the driver itself refuses, by its name.
    return settings | {"epoch_floor": max(given, epoch)} if isinstance(given, int) else settings


def _camera_settings(config: StationConfig, request: RunRequest) -> dict[str, object]:
    """The camera's own table; for a deck or a folder of images, those and their resolution."""
    if request.images:
        return {
            "paths": [str(path) for path in request.images],
            "dpi": request.dpi,
            "fallback_dpi": request.fallback_dpi,
            "repeat": request.repeat,
        }
    settings: dict[str, object] = dict(config.camera.settings)
    if request.fallback_dpi is not None:
        # Files say their own resolution, --dpi counts where they do not; a camera is told it.
        settings["fallback_dpi" if request.camera in ("folder", "recorded") else "dpi"] = request.fallback_dpi
    return settings


def _check_trigger(driver: str, camera: Mapping[str, object]) -> None:
    if camera.get("trigger") in PHOTOCELLS and (driver in SIMULATED or split_port(driver)[0] == "hitachi"):
        raise ConfigurationError(
            f'inkjet.driver = "{driver}" has no photocell that could fire the camera;'
            ' set trigger = "presence" or "frame" in [camera.settings]'
        )


def _trigger(given: object, counted: bool, camera: str, log: Logger) -> object:
    """The trigger of a device on a port: pictures without a photocell's count are tied to no letter of one (*ours*)."""
    if counted:
        if given == "bench" and camera == "opencv":
            raise ConfigurationError(
                'a camera with trigger = "station" or "pulse" waits for the photocell that a bench has not;'
                ' set trigger = "presence" in [camera.settings]'
            )
        return given or "photocell"
    what = "a folder of images" if camera == "folder" else f"the camera {camera}"
    if given is None:
        log.info("bench trigger", why=f"{what} has no photocell; each letter is announced to the device")
    if given == "photocell":
        raise ConfigurationError(
            f"{what} cannot be tied to the letters a photocell sees; "
            'set trigger = "bench" in [inkjet.settings], or give a camera that the device triggers'
        )
    return given or "bench"


def letter_length(lift: ImageLift) -> float:
    """Inches of the letter in this picture, as the photocell of a simulated line would measure them."""
    return letter_width(lift)


def tracking_settings(imb: ImbSection) -> TrackingSettings:
    """The station's tracking digits. Raises ConfigurationError when they cannot be, or meet another's range."""
    serial_digits = 9 if len(imb.mailer_id) == 6 else 6
    high = imb.serial_high if imb.serial_high >= 0 else 10**serial_digits - 1
    own = TrackingSettings(imb.barcode_id, imb.service_type, imb.mailer_id, imb.serial_low, high)
    others = [replace(own, serial_low=first, serial_high=last) for first, last in imb.other_stations]
    check_disjoint([own, *others])
    return own


def _tracking(config: StationConfig, request: RunRequest) -> Callable[[], TrackingCode]:
    store = Path(config.imb.serial_store) if config.imb.serial_store else request.out / "serials.db"
    settings = tracking_settings(config.imb)
    allotter = TrackingAllotter(store, settings)
    return lambda: allotter.next(request.today)


def _source(request: RunRequest) -> str:
    """Which letters in which order: the camera, or a hash over the names of what is played."""
    names = "\n".join(shown_name(path) for path in request.images * request.repeat)
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest() if names else request.camera


def _run_body(config: StationConfig, request: RunRequest, machine_id: MachineId) -> dict[str, object]:
    return {
        "replay": request.replay,
        "as_of": request.as_of.isoformat(),
        "today": request.today.isoformat(),
        "images": len(request.images) * request.repeat,
        "source": _source(request),
        "camera": request.camera,
        "directory": str(request.directory) if request.directory else None,
        "matcher": config.matcher.engine,
        "product": list(request.product) if request.product else None,
        "tables": table_counts(request.directory) if request.directory else {},
        "machine_id": machine_id.text,
        "symbology": config.mark.symbology,
        "inkjet": config.inkjet.driver,
        "job": config.job.model_dump(),
        "certificate": config.certificate.model_dump(),
    }
