"""The folder camera: image files in playing order, one a frame. A bad file is a frame with a fault, never the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.camera.manifest import NAME, Entry, Manifest, read_manifest
from mlocr.errors import BadInputError, ConfigurationError, StationError
from mlocr.mail.image import ImageLift
from mlocr.pictures import load_lift, shown_name, shown_text
from mlocr.ports import CameraFrame, CameraStats

KINDS = frozenset({".png", ".jpg", ".jpeg", ".pgm", ".tif", ".tiff", ".bmp"})
SETTINGS = frozenset(
    {"paths", "folder", "manifest", "dpi", "repeat", "fallback_dpi", "settle_s", "write_s", "may_be_empty"}
)
_LOOK_AGAIN = 0.05


def open_folder(settings: Mapping[str, object]) -> FolderCamera:
    """A camera over `paths` (list, in playing order) or the images of `folder`, `repeat` times.

    A folder with a list of its frames (`manifest`, or frames.jsonl in it) is played by that list, else in name order.
    `dpi` is the resolution of every picture (a deck's); without it each file's own counts, then `fallback_dpi`. A file
    that does not decode and changed within `settle_s` (0.5) is still being written: it is waited for up to `write_s`
    (10) seconds. `may_be_empty`: nothing to play is no error (the rest of a run that had seen every letter).

    Raises ConfigurationError for an unknown setting, BadInputError for a folder or list that is none.
    """
    for name in settings:
        if name not in SETTINGS:
            raise ConfigurationError(
                f"the folder camera has no setting {name!r}; known are {', '.join(sorted(SETTINGS))}"
            )
    paths, folder, manifest = (settings.get(name) for name in ("paths", "folder", "manifest"))
    if isinstance(folder, str):
        listed = Path(manifest) if isinstance(manifest, str) else Path(folder) / NAME
        if listed.is_file() or isinstance(manifest, str):
            slots, kept = listed_frames(Path(folder), listed)
        else:
            slots, kept = numbered(images_in(Path(folder))), Manifest(())
    elif isinstance(paths, list | tuple):
        slots, kept = numbered([Path(str(path)) for path in paths]), Manifest(())
    else:
        raise ConfigurationError("the folder camera needs `paths` or `folder`; give one of them")
    repeat = settings.get("repeat", 1)
    times = repeat if isinstance(repeat, int) else 1
    slots = repeated(slots, times)
    dpi, fallback = _number(settings.get("dpi")), _number(settings.get("fallback_dpi"))
    settle, write = _number(settings.get("settle_s")), _number(settings.get("write_s"))
    writing = Writing(0.5 if settle is None else settle, 10.0 if write is None else write)
    counted = CameraStats(duplicate=kept.duplicate, stale=kept.stale)
    return FolderCamera(slots, dpi, fallback, writing, counted, settings.get("may_be_empty") is True)


def images_in(folder: Path) -> list[Path]:
    """The image files of a folder in name order. Raises BadInputError when there is no folder or no image in it."""
    if not folder.is_dir():
        raise BadInputError(f"there is no folder {folder}; give one that holds images")
    try:
        files = sorted(path for path in folder.iterdir() if _is_image(path))
    except OSError as error:
        raise BadInputError(f"the folder {folder} cannot be read ({error.strerror}); change its permissions") from None
    if not files:
        raise BadInputError(f"the folder {folder} holds no image; put PNG, JPEG, PGM or TIFF files into it")
    return files


def _is_image(path: Path) -> bool:
    # Hidden files are not mail: some systems leave a ._name beside each picture.
    return path.suffix.lower() in KINDS and not path.name.startswith(".") and path.is_file()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


@dataclass(frozen=True, slots=True)
class Slot:
    """One frame to come: what the list says of it, and its file (None: it has none)."""

    entry: Entry
    path: Path | None


@dataclass(frozen=True, slots=True)
class Writing:
    """Seconds a file must have been left alone to count as whole, and how long one that grows is waited for."""

    settle: float = 0.5
    patience: float = 10.0
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep


def numbered(paths: Sequence[Path]) -> list[Slot]:
    """Files in playing order; the trigger counts them from one."""
    return [Slot(Entry(n, path.name, shown_name(path)), path) for n, path in enumerate(paths, 1)]


def listed_frames(folder: Path, listed: Path) -> tuple[list[Slot], Manifest]:
    """The frames of a list, their files in `folder`. Raises BadInputError when it cannot be read."""
    try:
        text = listed.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"the list of frames {listed} cannot be read ({error}); mend or remove it") from None
    manifest = read_manifest(text, str(listed))
    return [Slot(entry, folder / entry.file if entry.file else None) for entry in manifest.entries], manifest


def repeated(slots: list[Slot], times: int) -> list[Slot]:
    """The same frames again and again, their triggers counted on."""
    if not slots:
        return []
    span = slots[-1].entry.trigger - slots[0].entry.trigger + 1
    return [
        Slot(replace(slot.entry, trigger=slot.entry.trigger + again * span), slot.path)
        for again in range(times)
        for slot in slots
    ]


class FolderCamera:
    """Frames from files; implements `mlocr.ports.Camera`. `counted` is what the list has left out already."""

    def __init__(
        self,
        slots: list[Slot],
        dpi: float | None,
        fallback_dpi: float | None,
        writing: Writing | None = None,
        counted: CameraStats | None = None,
        may_be_empty: bool = False,
    ) -> None:
        self._slots = slots
        self._dpi = dpi
        self._fallback = fallback_dpi
        self._writing = writing or Writing()
        self._counted = counted or CameraStats()
        self._may_be_empty = may_be_empty
        self._next = 0
        self._open = False
        self._lost = self._missing = 0
        self._since: float | None = None

    def open(self) -> None:
        """Start at the first file. Raises BadInputError when there is none."""
        if not self._slots and not self._may_be_empty:
            raise BadInputError("there is no image to play; give a folder or deck that holds some")
        self._next = self._lost = self._missing = 0
        self._since, self._open = None, True

    def next(self, timeout: float) -> CameraFrame | None:
        """The next file's frame at once; None after the last, and while a file is still being written."""
        if not self._open or self.exhausted:
            return None
        entry, path = self._slots[self._next].entry, self._slots[self._next].path
        fault, lift = entry.fault, None
        if path is not None:
            try:
                lift = self._load(entry, path, timeout)
            except StationError as error:
                fault = shown_text(str(error))
            else:
                if lift is None:
                    return None
        self._next, self._since = self._next + 1, None
        self._lost += lift is None
        self._missing += path is None
        return CameraFrame(entry.trigger, entry.name, lift, fault, entry.device_time, entry.dropped_before)

    def _load(self, entry: Entry, path: Path, timeout: float) -> ImageLift | None:
        """The picture, or None while its file is being written. Raises StationError when it is none."""
        writing = self._writing
        until = writing.clock() + timeout
        while True:
            before = _state(path)
            try:
                lift = load_lift(path, entry.dpi or self._dpi, self._fallback)
                if _state(path) == before:
                    return replace(lift, source=entry.name)
                problem: StationError = BadInputError(f"{path} changes while it is read; write it under another name")
            except StationError as error:
                if before is not None and not self._fresh(before):
                    raise
                problem = error
            if before is None:
                raise problem
            now = writing.clock()
            self._since = now if self._since is None else self._since
            if now - self._since >= writing.patience:
                raise BadInputError(
                    f"{path} is still being written after {writing.patience:g} s and was skipped;"
                    " move finished files into the folder"
                ) from problem
            if now >= until:
                return None
            writing.pause(min(_LOOK_AGAIN, until - now))

    def _fresh(self, state: tuple[int, int]) -> bool:
        # A date from tomorrow (another machine's clock) is no sign of a writer at work.
        return 0 <= self._writing.today() - state[1] / 1e9 < self._writing.settle

    @property
    def exhausted(self) -> bool:
        """True after the last file."""
        return self._next >= len(self._slots)

    def stats(self) -> CameraStats:
        """Files played, those that gave no picture, and the triggers that had no file."""
        delivered = self._next - self._lost
        return replace(
            self._counted, acquired=self._next, delivered=delivered, lost=self._lost, triggers_lost=self._missing
        )

    def close(self) -> None:
        """Nothing is held open."""
        self._open = False


def _state(path: Path) -> tuple[int, int] | None:
    """Size and date of a file; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a name of odd bytes is one too
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns
