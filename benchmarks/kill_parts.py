"""The station's own devices in `benchmarks.kill_station`: camera and controller; their other end is another process."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from drivers.inkjet.controller import SprayController
from drivers.inkjet.serial import open_serial
from mlocr.mail.image import ImageLift
from mlocr.pictures import load_lift
from mlocr.ports import CameraFrame, CameraStats

SPOOL = "frames.txt"
PORT = "port"
END = "end"


def watching(folder: Path, process: int) -> Path:
    """The file that says that the station of this process is ready for letters."""
    return folder / f"watching-{process}"


class SpoolCamera:
    """A camera whose frames are told, line by line, in a file that another process writes. It keeps none back.

    As a real one it gives what comes while it is open; what came while nobody looked is lost.
    """

    def __init__(self, folder: Path, paths: Mapping[str, Path], dpi: float) -> None:
        self._folder = folder
        self._paths = paths
        self._dpi = dpi
        self._lifts: dict[str, ImageLift] = {}
        self._file: TextIO | None = None
        self._rest = ""
        self._ended = False
        self._given = 0

    def open(self) -> None:
        """Look from here on."""
        self._file = (self._folder / SPOOL).open(encoding="utf-8")
        self._file.seek(0, 2)
        watching(self._folder, os.getpid()).touch()

    def next(self, timeout: float) -> CameraFrame | None:
        """The next frame that is told of."""
        until = time.monotonic() + timeout
        while (not self._ended and (line := self._line()) is not None) or time.monotonic() < until:
            if line == END:
                self._ended = True
                return None
            if line:
                return self._frame(line)
            time.sleep(0.005)
        return None

    def _line(self) -> str | None:
        if self._file is None:
            return None
        self._rest += self._file.readline()
        if not self._rest.endswith("\n"):
            return ""
        line, self._rest = self._rest.strip(), ""
        return line

    def _frame(self, line: str) -> CameraFrame:
        trigger, name = line.split("\t")
        picture = name.partition("-")[2]
        if picture not in self._lifts:
            self._lifts[picture] = load_lift(self._paths[picture], self._dpi, None)
        self._given += 1
        return CameraFrame(int(trigger), name, self._lifts[picture])

    @property
    def exhausted(self) -> bool:
        """True once the end was told."""
        return self._ended

    def stats(self) -> CameraStats:
        """Frames given."""
        return CameraStats(self._given, self._given)

    def close(self) -> None:
        """Look no more."""
        if self._file is not None:
            self._file.close()
            self._file = None


def open_spool(settings: Mapping[str, object]) -> SpoolCamera:
    """The camera; its first path is the folder of the line's process, the others are the pictures."""
    paths = settings["paths"]
    if not isinstance(paths, list):
        raise TypeError("the spool camera needs paths")
    folder, *pictures = map(Path, paths)
    return SpoolCamera(folder, {path.name: path for path in pictures}, float(str(settings["dpi"])))


def open_port(settings: Mapping[str, object]) -> SprayController:
    """The controller at the far end of the line's pseudo-terminal; `folder` says where its name stands."""
    folder = Path(str(settings["folder"]))
    rest = {name: value for name, value in settings.items() if name != "folder"}
    return open_serial({**rest, "port": str((folder / PORT).readlink()), "trigger": "photocell"})
