"""The cameras there are, and one picture of one of them: what `mlocr camera` asks for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from mlocr.errors import BadInputError, DeviceFaultError, UsageError
from mlocr.mail.image import ImageLift
from mlocr.ports import Camera, CameraFrame, CameraStats
from mlocr.reading.letter import find_letter
from mlocr.station.cameras import build_camera
from mlocr.station.config import CameraSection

SETTLE_FRAMES = 10  # a webcam finds its exposure in its first pictures
PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """One camera of this PC: `device` is its file, `stable` a name that stays when it is plugged in elsewhere."""

    number: int
    device: str
    name: str
    stable: str
    allowed: bool

    def as_json(self) -> dict[str, object]:
        """One object for `--json`."""
        return {
            "camera": self.number,
            "device": self.device,
            "name": self.name,
            "stable": self.stable or None,
            "allowed": self.allowed,
        }


def list_cameras(root: Path = Path("/")) -> list[CameraDevice]:
    """The Video4Linux cameras of this PC, lowest number first; nothing is opened. Empty on other systems."""
    found = []
    for entry in sorted((root / "sys/class/video4linux").glob("video*")):
        digits = entry.name.removeprefix("video")
        # A camera has a second file beside the one for pictures, which gives none.
        if not digits.isdigit() or _text(entry / "index") not in ("", "0"):
            continue
        device = root / "dev" / entry.name
        stable = next((link for link in sorted((root / "dev/v4l/by-id").glob("*")) if _same(link, device)), None)
        allowed = os.access(device, os.R_OK | os.W_OK)
        found.append(
            CameraDevice(int(digits), str(device), _text(entry / "name"), str(stable) if stable else "", allowed)
        )
    return sorted(found, key=lambda each: each.number)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Preview:
    """What the camera sees: the picture, its counters, and the letter found in it, inches (None: dpi not known)."""

    lift: ImageLift
    stats: CameraStats
    seconds: float
    letter: tuple[float, float] | None

    def as_json(self, out: Path) -> dict[str, object]:
        """One object for `--json`."""
        height, width = self.lift.pixels.shape
        dark, bright = np.percentile(self.lift.pixels, (5, 95))
        return {
            "file": str(out),
            "width": width,
            "height": height,
            "dpi": self.lift.dpi if self.letter else None,
            "dark": round(float(dark)),
            "bright": round(float(bright)),
            "letter_in": [round(each, 2) for each in self.letter] if self.letter else None,
            "frames": self.stats.acquired,
            "frames_per_second": round(self.stats.acquired / self.seconds, 1) if self.seconds > 0 else None,
            "frozen": self.stats.frozen,
            "lost": self.stats.lost,
        }


def preview(
    section: CameraSection, dpi: float | None, out: Path, clock: Callable[[], float] = time.monotonic
) -> Preview:
    """Write what the camera sees now to `out`. Raises UsageError for no camera, DeviceError when none answers."""
    if not section.driver:
        raise UsageError("no camera is configured; give --camera opencv, or camera.driver in the configuration")
    settings = dict(section.settings)
    if dpi is not None:
        settings["fallback_dpi" if section.driver in ("folder", "recorded") else "dpi"] = dpi
    live, known = section.driver == "opencv", True
    if live:
        # Whatever triggers it in a run: here somebody wants to see what it sees.
        settings |= {"trigger": "frame"}
        known = "dpi" in settings
        settings.setdefault("dpi", 100.0)
    camera = build_camera(section.driver, settings)
    camera.open()
    try:
        began = clock()
        frame = _frame(camera, SETTLE_FRAMES if live else 1, clock)
        taken = clock() - began
        stats = camera.stats()
    finally:
        camera.close()
    if frame.lift is None:
        raise DeviceFaultError(f"the camera gave no picture ({frame.fault}); look at its lens, light and cable")
    try:
        Image.fromarray(frame.lift.pixels).save(out, dpi=(frame.lift.dpi, frame.lift.dpi))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInputError(f"{out} cannot be written ({why}); give another file, such as preview.png") from error
    letter = find_letter(frame.lift)
    return Preview(frame.lift, stats, taken, (letter.width, letter.height) if known else None)


def _frame(camera: Camera, wanted: int, clock: Callable[[], float]) -> CameraFrame:
    """The last of `wanted` frames, a picture if there is one among them."""
    since, got, best = clock(), 0, None
    while got < wanted and not camera.exhausted and clock() - since < PATIENCE_S:
        frame = camera.next(0.2)
        if frame is not None:
            got += 1
            best = frame if best is None or frame.lift is not None else best
    if best is None:
        raise DeviceFaultError(
            f"the camera gave no picture in {PATIENCE_S:g} s; look at its cable and what else uses it"
        )
    return best
