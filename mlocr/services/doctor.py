"""What is missing or wrong on this PC, and how to mend it. Looks, and leaves nothing behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from platformdirs import user_cache_path, user_data_path, user_state_path

import mlocr
from mlocr.errors import ExitCode, StationError
from mlocr.services.configuration import check, load
from mlocr.services.doctor_data import check_clock, check_directory, check_tables
from mlocr.services.doctor_devices import check_camera, check_ports
from mlocr.services.doctor_engines import check_matcher, check_reader, check_tesseract
from mlocr.services.doctor_findings import Check, missing, ok
from mlocr.services.doctor_pc import check_folder, check_packages, check_python, check_space, check_terminal
from mlocr.services.product_lock import ProductLock
from mlocr.station.config import StationConfig


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: the configuration file, a directory given beside it, the output folder, and today."""

    config: Path | None
    directory: Path | None
    out: Path
    today: date


def examine(patient: Patient) -> Iterator[Check]:
    """Every check in turn. Raises nothing that a check can say."""
    yield check_python(sys.version_info[:3])
    yield from check_packages()
    config, said = _configuration(patient.config)
    yield said
    yield from _guarded("reader", lambda: check_reader(config))
    yield check_tesseract(config.reader.engine == "tesseract")
    yield from _guarded("matcher", lambda: check_matcher(config, patient.today))
    for name, folder in (
        ("cache folder", user_cache_path("mlocr")),
        ("data folder", user_data_path("mlocr")),
        ("output folder", patient.out),
    ):
        yield check_folder(name, folder)
    yield check_space(patient.out)
    yield check_terminal()
    yield check_ports(config.inkjet.driver)
    yield check_camera(config)
    given = patient.directory or (Path(config.directory.path) if config.directory.path else None)
    dates, checks = check_directory(given, patient.today)
    yield from checks
    if given is not None:
        yield from _guarded("tables", lambda: check_tables(given))
    lock = ProductLock(patient.today, user_state_path("mlocr"))
    yield check_clock(patient.today, dates, date.fromtimestamp(Path(mlocr.__file__).stat().st_mtime), lock)


def exit_code(checks: list[Check]) -> ExitCode:
    """0 when nothing that is needed is missing, else the code of the first thing that is."""
    return next((each.exit_code for each in checks if each.state == "missing"), ExitCode.DONE)


def _configuration(path: Path | None) -> tuple[StationConfig, Check]:
    name = "configuration"
    try:
        originated = load(path)
    except StationError as error:
        return StationConfig(), missing(name, str(error), "see `mlocr config check`", error.exit_code)
    try:
        check(originated)
    except StationError as error:
        return originated.config, missing(name, str(error), "see `mlocr config check`", error.exit_code)
    return originated.config, ok(name, str(path) if path else "the defaults")


def _guarded(name: str, looked: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from looked()
    except StationError as error:
        said, _, mend = str(error).rpartition("; ")
        yield missing(name, said or mend, mend, error.exit_code)
    # A doctor looks at what is broken: whatever a broken engine raises is a finding.
    except Exception as error:
        yield missing(name, f"fails ({type(error).__name__}: {error})", "reinstall the package")
