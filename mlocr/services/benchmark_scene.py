"""Where and when something was measured: the machine, its packages, what was played."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mlocr.services.compiled import is_compiled

PACKAGES = ("mlocr", "numpy", "opencv-python-headless", "onnxruntime", "rapidfuzz", "pytesseract", "usaddress")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when it was measured.

    `load` is the machine's load average of the last minute at the start; `compiled` whether matching is (`make fast`).
    """

    cpu: str
    cores: int
    load: float | None
    python: str
    system: str
    date: datetime
    versions: tuple[tuple[str, str], ...]
    deck: str
    runs: int
    compiled: bool = False

    def as_json(self) -> dict[str, object]:
        """The fields every part's object carries."""
        return {
            "machine": {
                "cpu": self.cpu,
                "cores": self.cores,
                "load": self.load,
                "python": self.python,
                "platform": self.system,
            },
            "date": self.date.isoformat(timespec="seconds"),
            "versions": dict(self.versions),
            "matching_compiled": self.compiled,
            "deck": self.deck,
            "runs": self.runs,
        }


def scene_of(deck: str, runs: int, now: datetime) -> Scene:
    """Name this machine and its packages; `deck` says what is played."""
    return Scene(
        cpu=cpu_model(Path("/proc/cpuinfo")),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        date=now,
        versions=tuple(_versions()),
        deck=deck,
        runs=runs,
        compiled=is_compiled(),
    )


def cpu_model(cpuinfo: Path) -> str:
    """The processor's name as the system tells it."""
    with suppress(OSError):
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _versions() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            yield package, version(package)
