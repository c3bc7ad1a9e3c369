"""Play letters through the line: choices of the command line and the configuration become one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path, user_state_path

import mlocr
from mlocr.decks.format import Deck, read_deck
from mlocr.decks.score import Score
from mlocr.errors import ExitCode, UsageError
from mlocr.mail.piece import Disposition
from mlocr.pictures import load_lift
from mlocr.services.decks import score_files
from mlocr.services.directories import usable_directory
from mlocr.services.product_lock import ProductLock
from mlocr.station.bootstrap import RunRequest, build_runner
from mlocr.station.config import OriginedConfig, StationConfig, build_config, read_config_file
from mlocr.station.log import Logger
from mlocr.station.matchers import check_engine, is_builtin
from mlocr.station.plugins import allow_modules_beside, load_factory
from mlocr.station.summary import RunSummary

BUILTIN_DECK = Path(mlocr.__file__).parent.parent / "test_decks" / "first"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line may say; None where it says nothing. `settings` are dotted keys set there."""

    config: Path | None = None
    deck: Path | None = None
    images: Path | None = None
    camera: str | None = None
    directory: Path | None = None
    as_of: date | None = None
    dpi: float | None = None
    pace: str = "max"
    repeat: int = 1
    out: Path | None = None
    resume: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunReport:
    """A finished run: its counts, where its output lies, the deck played (None for loose images), the exit code."""

    summary: RunSummary
    out: Path
    deck: Path | None
    exit_code: ExitCode


def load_config(path: Path | None, settings: Mapping[str, Any] | None = None) -> OriginedConfig:
    """The configuration of a file (or none) with the command line's dotted settings over it."""
    layers: list[tuple[str, Mapping[str, Any]]] = []
    if path is not None:
        layers.append((str(path), read_config_file(path)))
        allow_modules_beside(path)
    tables: dict[str, Any] = {}
    for key, value in (settings or {}).items():
        section, _, name = key.partition(".")
        tables.setdefault(section, {})[name] = value
    layers.append(("the command line", tables))
    return build_config(layers)


def run(
    options: RunOptions,
    today: date,
    progress: Callable[[RunSummary], None] | None = None,
    log: Logger | None = None,
    say: Callable[[str], None] = lambda _sentence: None,
) -> RunReport:
    """Run the line and score nothing: letters in, marks, journal and summary out.

    `say` hears, before the run, what a person should know of the directory (on standard error).

    Raises StationError: usage, configuration, expired data, device, journal or bad input, after saving what can be.
    """
    originated = load_config(options.config, options.settings)
    config = originated.config
    if options.deck is None and options.images is None and options.camera is None and config.camera.driver:
        options = replace(options, camera=config.camera.driver)
    deck = _deck(options)
    request = _request(options, config, deck, today, say)
    if not config.imb.serial_store and not request.replay:
        # A live station's serials outlive the output folder: none twice within 45 days.
        store = user_data_path("mlocr") / "serials.db"
        config = config.model_copy(update={"imb": config.imb.model_copy(update={"serial_store": str(store)})})
    runner = build_runner(config, request, lambda: datetime.now(UTC), progress, log, say)
    summary = runner.run()
    return RunReport(summary, request.out, deck.path if deck else None, exit_code(summary, config.limits))


def exit_code(summary: RunSummary, limits: Any) -> ExitCode:
    """0, or 1 when a limit named in the configuration was missed, or 130 after Ctrl-C."""
    if summary.interrupted:
        return ExitCode.INTERRUPTED
    rejected = summary.pieces - summary.encoded
    too_many = limits.reject_percent and summary.pieces and 100 * rejected / summary.pieces > limits.reject_percent
    too_late = summary.dispositions[Disposition.LATE.value] > limits.late_pieces
    return ExitCode.LIMIT_MISSED if too_many or too_late or summary.stopped else ExitCode.DONE


def _deck(options: RunOptions) -> Deck | None:
    sources = [name for name in ("deck", "images", "camera") if getattr(options, name) is not None]
    if len(sources) > 1:
        raise UsageError(f"--{sources[0]} and --{sources[1]} exclude each other; give one source of letters")
    if sources and options.deck is None:
        return None
    path = options.deck or BUILTIN_DECK
    if options.deck is None and not path.is_dir():
        raise UsageError(f"the built-in deck is not at {path}; give a deck with --deck or pictures with --images")
    return read_deck(path)


def _request(
    options: RunOptions, config: StationConfig, deck: Deck | None, today: date, say: Callable[[str], None]
) -> RunRequest:
    if options.camera is not None and options.repeat != 1:
        raise UsageError("--repeat plays pictures again, and a camera sees each letter once; leave it out")
    out = options.out or Path("out") / "run"
    images = deck.images if deck else _images(options)
    as_of = options.as_of or (deck.as_of if deck else None) or today
    directory, product = _postal_data(options, config, deck, (as_of, today), say)
    dpi = deck.dpi if deck else None
    if dpi is None:
        _known_resolution(images, options.dpi)
    truth = deck.truth_file if deck and deck.truth_file.is_file() else None
    camera = options.camera or "folder"
    return RunRequest(
        images=images,
        directory=directory,
        out=out,
        as_of=as_of,
        today=today,
        dpi=dpi,
        fallback_dpi=options.dpi,
        truth=truth,
        product=product,
        camera=camera,
        pace=_pace(options.pace),
        repeat=options.repeat,
        raw_directory=_given_directory(options, config, deck),
        resume=options.resume,
    )


def _postal_data(
    options: RunOptions, config: StationConfig, deck: Deck | None, dates: tuple[date, date], say: Callable[[str], None]
) -> tuple[Path | None, tuple[int, int]]:
    """The directory that codes and its product; none for an engine with its own. `dates`: coding date, today."""
    as_of, today = dates
    if not is_builtin(config):
        return None, check_engine(config, as_of)
    given = _given_directory(options, config, deck)
    if given is None:
        raise UsageError(
            "no postal directory is known; give one with --directory or directory.path in the configuration"
        )
    cache = (options.out or Path("out") / "run") / "directory"
    usable = usable_directory(given, cache, as_of, ProductLock(today, user_state_path("mlocr")), say)
    return usable.path, usable.product


def _given_directory(options: RunOptions, config: StationConfig, deck: Deck | None) -> Path | None:
    configured = Path(config.directory.path) if config.directory.path else None
    return options.directory or configured or (deck.directory if deck else None)


def _images(options: RunOptions) -> tuple[Path, ...]:
    if options.images is None:
        return ()
    if options.images.is_file():
        return (options.images,)
    images_in: Callable[[Path], list[Path]] = load_factory("camera", "drivers.camera.folder:images_in")
    return tuple(images_in(options.images))


def _known_resolution(images: tuple[Path, ...], fallback: float | None) -> None:
    # Said before the first letter, not letter by letter: one deck has one resolution.
    if fallback is not None:
        return
    for path in images:
        try:
            load_lift(path, None, None)
            return
        except UsageError:
            raise
        except Exception:
            continue


def _pace(pace: str) -> str:
    if pace != "max" and not (pace.isdigit() and int(pace) > 0):
        raise UsageError(f"--pace {pace} is neither `max` nor pieces per hour; give --pace max or, say, --pace 36000")
    return pace


def score_of(report: RunReport) -> Score | None:
    """The deck's score of this run; None where no deck with a truth was played."""
    if report.deck is None or not (report.deck / "truth.jsonl").is_file():
        return None
    return score_files(report.out, report.deck)
