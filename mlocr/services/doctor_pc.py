"""The PC itself: Python, packages, folders, disk, pseudo-terminals."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mlocr.errors import ExitCode
from mlocr.services.doctor_findings import Check, missing, note, ok

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
LEAST_FREE = 200_000_000
WANTED_FREE = 2_000_000_000
"""Bytes free in the output folder: below the first nothing useful runs, below the second long runs may not end."""


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
