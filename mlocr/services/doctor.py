"""What is missing or wrong on this PC, and how to mend it. Looks, and leaves nothing behind."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from platformdirs import user_cache_path, user_data_path, user_state_path
from serial.tools.list_ports import comports

import mlocr
from mlocr.directory.edition import Usability, usability
from mlocr.directory.files import read_zip4
from mlocr.directory.links.confirm import table_counts
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.stops import stop_of
from mlocr.directory.seal import check_seal
from mlocr.directory.store import is_built, open_directory
from mlocr.errors import BadInputError, ExitCode, StationError
from mlocr.mail.image import Box
from mlocr.ports import BlockImage, OcrEngine
from mlocr.services.configuration import check, load
from mlocr.services.directories import RAW_ZIP4
from mlocr.services.product_lock import ProductLock, check_file_date
from mlocr.services.shelf import is_shelf, newest_usable
from mlocr.station.config import StationConfig
from mlocr.station.matchers import engine_product, is_builtin, opened_engine
from mlocr.station.plugins import load_factory

LEAST_PYTHON = (3, 11)
PACKAGES = {
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "onnxruntime": "onnxruntime",
    "onnx": "onnx",
    "rapidfuzz": "rapidfuzz",
    "pydantic": "pydantic",
    "structlog": "structlog",
    "reportlab": "reportlab",
    "pytesseract": "pytesseract",
}
"""Modules the station imports, and the packages that bring them."""

OPTIONAL_PACKAGES = {"tesserocr": ("tesserocr", "a faster Tesseract"), "usaddress": ("usaddress", "mlocr bench")}
LINE_TEXT = "1234 MAIN ST"
LEAST_FREE = 200_000_000
WANTED_FREE = 2_000_000_000
"""Bytes free in the output folder: below the first nothing useful runs, below the second long runs may not end."""

State = Literal["ok", "missing", "note"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `state` ok, missing (must be mended: `exit_code`) or note (only some uses need it)."""

    name: str
    state: State
    said: str
    mend: str = ""
    exit_code: ExitCode = ExitCode.DONE

    def as_json(self) -> dict[str, object]:
        """One object for `--json`."""
        return {"check": self.name, "state": self.state, "said": self.said, "mend": self.mend or None}


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: the configuration file, a directory given beside it, the output folder, and today."""

    config: Path | None
    directory: Path | None
    out: Path
    today: date


def ok(name: str, said: str) -> Check:
    """All is well."""
    return Check(name, "ok", said)


def missing(name: str, said: str, mend: str, code: ExitCode = ExitCode.CONFIGURATION) -> Check:
    """Must be mended."""
    return Check(name, "missing", said, mend, code)


def note(name: str, said: str, mend: str = "") -> Check:
    """Only some uses need it."""
    return Check(name, "note", said, mend)


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


def check_python(running: tuple[int, ...]) -> Check:
    """The interpreter's version."""
    shown = ".".join(map(str, running))
    if running >= LEAST_PYTHON:
        return ok("python", shown)
    return missing("python", f"{shown} is too old", "install Python 3.11 or later and run `make run` again")


def check_packages() -> Iterator[Check]:
    """Each package must import: one that is installed may still lack a system library."""
    for module, package in PACKAGES.items():
        try:
            importlib.import_module(module)
            yield ok(f"package {package}", _version(package))
        # A broken binary package raises whatever its loader raises.
        except Exception as error:
            yield missing(f"package {package}", f"cannot be imported ({error})", f"pip install {package}")
    for module, (package, use) in OPTIONAL_PACKAGES.items():
        if importlib.util.find_spec(module) is not None:
            yield ok(f"package {package}", _version(package))
        else:
            yield note(f"package {package}", "not installed", f"for {use}: pip install {package}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "installed"


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


def check_reader(config: StationConfig) -> Iterator[Check]:
    """The weights are there and whole, and the engine reads a drawn line. Raises StationError when it cannot open."""
    if config.reader.engine == "onnx":
        with tempfile.TemporaryDirectory() as folder:
            # Into an empty cache: so the installed file's own hash is checked.
            size = len(load_factory("ocr", "drivers.ocr.weights:ascii_model")(Path(folder)))
        yield ok("reader weights", f"found, hash right, {size / 1e6:.1f} MB")
    if config.reader.engine == "truth":
        yield note("reader", "the truth engine reads a deck's truth.jsonl, nothing to try here")
        return
    engine: OcrEngine = load_factory("ocr", config.reader.engine)(dict(config.reader.settings))
    engine.open()
    try:
        lines = engine.read(drawn_line(LINE_TEXT))
    finally:
        engine.close()
    text = " ".join(line.text for line in lines)
    if "".join(text.upper().split()) == "".join(LINE_TEXT.split()):
        yield ok("reader", f"{config.reader.engine} reads {text!r}")
    else:
        mend = "reinstall the package, or choose another reader.engine"
        yield missing("reader", f"{config.reader.engine} reads {text!r} where {LINE_TEXT!r} is drawn", mend)


def check_matcher(config: StationConfig, today: date) -> Iterator[Check]:
    """An engine of the user's may code today, starts and answers. Raises StationError when it does not."""
    if is_builtin(config):
        yield ok("matcher", "builtin, over the postal directory")
        return
    with opened_engine(config, today):
        dates = usability(engine_product(config))
        yield ok("matcher", f"{config.matcher.engine} answers; product {config.matcher.product}, to {dates.last_use}")


def drawn_line(text: str) -> BlockImage:
    """One line of dark print on light paper, as at 200 dpi."""
    face = ImageFont.load_default(32)
    width = round(face.getlength(text)) + 40
    page = Image.new("L", (width, 60), 235)
    ImageDraw.Draw(page).text((20, 10), text, fill=25, font=face)
    return BlockImage(np.asarray(page, dtype=np.uint8), 200.0, (Box(10, 4, width - 10, 56),), "doctor")


def check_tesseract(needed: bool) -> Check:
    """The program and its language data, which only the plain engine uses."""
    name = "tesseract"
    try:
        engine: OcrEngine = load_factory("ocr", "tesseract")({})
        engine.open()
        engine.close()
        return ok(name, str(shutil.which("tesseract")))
    except StationError as error:
        said, _, mend = str(error).partition("; ")
        return missing(name, said, mend, error.exit_code) if needed else note(name, said, f"optional: {mend}")


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    return there


def check_folder(name: str, folder: Path) -> Check:
    """Whether files can be made there; nothing stays."""
    there = _standing(folder)
    if not there.is_dir():
        return missing(name, f"{there} is a file, not a folder", "remove it or give another folder")
    try:
        with tempfile.TemporaryFile(dir=there):
            return ok(name, str(folder))
    except OSError as error:
        mend = f"give yourself the right to write in {there}, or give another folder"
        return missing(name, f"{there} cannot be written ({error.strerror})", mend)


def check_space(folder: Path) -> Check:
    """Room for journal and pictures."""
    free = shutil.disk_usage(_standing(folder)).free
    said = f"{free / 1e9:.1f} GB free"
    if free < LEAST_FREE:
        return missing("disk space", said, "free some space, or give another --out")
    if free < WANTED_FREE:
        return note("disk space", said, 'enough for short runs; keep no pictures (run.sprayed = "none") on long ones')
    return ok("disk space", said)


def check_terminal() -> Check:
    """A pseudo-terminal, over which the simulated device is driven."""
    try:
        for end in os.openpty():
            os.close(end)
    except (AttributeError, OSError) as error:
        mend = 'use Linux or macOS for the simulated line, or drive a real port (inkjet.driver = "serial:PORT")'
        return missing("pseudo-terminal", f"cannot be opened ({error})", mend, ExitCode.DEVICE)
    return ok("pseudo-terminal", "opens")


def check_ports(driver: str) -> Check:
    """The serial ports there are, and the configured one among them."""
    found = sorted(port.device for port in comports())
    shown = ", ".join(found) or "none"
    if not driver.startswith("serial:"):
        return ok("serial ports", f"{shown} (none is configured)")
    port = driver.partition(":")[2]
    if not Path(port).exists() and port not in found:
        return missing(
            "serial ports", f"{port} is not there; found: {shown}", "plug it in, or mend inkjet.driver", ExitCode.DEVICE
        )
    if Path(port).exists() and not os.access(port, os.R_OK | os.W_OK):
        mend = "add yourself to the port's group (often: sudo usermod -aG dialout $USER) and log in again"
        return missing("serial ports", f"{port} may not be opened by you", mend, ExitCode.DEVICE)
    return ok("serial ports", f"{port} is there; found: {shown}")


def check_directory(given: Path | None, today: date) -> tuple[Usability | None, list[Check]]:
    """The postal directory and the dates on which it may code."""
    name = "directory"
    if given is None:
        mend = "give directory.path or --directory to code live mail"
        return None, [note(name, "none is configured; decks bring their own", mend)]
    try:
        dates = usability(_product(given, today))
    except StationError as error:
        said, _, mend = str(error).rpartition("; ")
        return None, [missing(name, said or mend, mend, error.exit_code)]
    label = (
        f"{given}: product {dates.product[0]:04d}-{dates.product[1]:02d}, usable {dates.first_use} to {dates.last_use}"
    )
    if dates.allows(today):
        return dates, [ok(name, label)]
    mend = "build a directory from a current product; replays (--as-of) still run"
    return dates, [missing(name, f"{label}, not on {today}", mend, ExitCode.DATA_EXPIRED)]


def check_tables(given: Path) -> Iterator[Check]:
    """The confirming tables beside the directory, every block checked, and whether a false positive has stopped one."""
    name = "tables"
    stopped = stop_of(given)
    counts = table_counts(given, whole=True)
    raw = [kind.value for kind in TableKind if not is_built(given) and (given / kind.raw_name).is_file()]
    if stopped is not None:
        said, _, mend = str(stopped).partition("; ")
        yield missing(name, said, mend, ExitCode.IDENTITY)
    elif counts:
        yield ok(name, ", ".join(f"{table} {count} records" for table, count in counts.items()))
    elif raw:
        yield ok(name, f"{', '.join(raw)}: built with the directory when it is used")
    else:
        yield note(name, "none beside the directory: no DPV, LACSLink or SuiteLink")


def _product(given: Path, today: date) -> tuple[int, int]:
    """The product of a directory (of a shelf, the one that would code); seal and date of a built one are looked at."""
    if is_shelf(given):
        given = newest_usable(given, today, lambda _sentence: None)
    if is_built(given):
        check_seal(given)
        with closing(open_directory(given)) as directory:
            check_file_date(given, directory.meta)
            return directory.product_year_month
    raw = given / RAW_ZIP4
    if not raw.is_file():
        raise BadInputError(
            f"{given} is neither a built directory nor a folder with {RAW_ZIP4}; build one with `mlocr directory build`"
        )
    with raw.open("rb") as stream:
        edition = read_zip4(stream, raw.name).edition
        return edition.year, edition.month


def check_clock(today: date, dates: Usability | None, installed: date, lock: ProductLock | None = None) -> Check:
    """A clock behind its own software or data is wrong; coding by it could use a directory on a day not its own."""
    mend = "set the clock (timedatectl set-ntp true)"
    if today < installed:
        return missing("clock", f"it says {today}, but this software was installed on {installed}", mend)
    if dates is not None and today < dates.first_use:
        return missing("clock", f"it says {today}, before the directory was published ({dates.first_use})", mend)
    try:
        newest = lock.newest() if lock else None
    except StationError as error:
        said, _, mend = str(error).rpartition("; ")
        return missing("clock", said, mend, error.exit_code)
    if newest is not None and today < newest:
        return missing(
            "clock", f"it says {today}, but mail was coded here on {newest} already", mend, ExitCode.DATA_EXPIRED
        )
    return ok("clock", str(today))
