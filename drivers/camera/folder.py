"""The folder camera: image files in playing order, one a frame. A bad file is a frame with a fault, never the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mlocr.errors import BadInputError, ConfigurationError, StationError
from mlocr.pictures import load_lift, shown_name, shown_text
from mlocr.ports import CameraFrame, CameraStats

KINDS = frozenset({".png", ".jpg", ".jpeg", ".pgm", ".tif", ".tiff", ".bmp"})
SETTINGS = frozenset({"paths", "folder", "dpi", "repeat", "fallback_dpi", "may_be_empty"})


def open_folder(settings: Mapping[str, object]) -> FolderCamera:
    """A camera over `paths` (list, in playing order) or the images of `folder` (in name order), `repeat` times.

    `dpi` is the resolution of every picture (a deck's); without it each file's own counts, then `fallback_dpi`.
    `may_be_empty`: nothing to play is no error (the rest of a run that had seen every letter).
    Raises ConfigurationError for an unknown setting.
    """
    for name in settings:
        if name not in SETTINGS:
            raise ConfigurationError(
                f"the folder camera has no setting {name!r}; known are {', '.join(sorted(SETTINGS))}"
            )
    paths = settings.get("paths")
    folder = settings.get("folder")
    if isinstance(folder, str):
        files = images_in(Path(folder))
    elif isinstance(paths, list | tuple):
        files = [Path(str(path)) for path in paths]
    else:
        raise ConfigurationError("the folder camera needs `paths` or `folder`; give one of them")
    repeat = settings.get("repeat", 1)
    times = repeat if isinstance(repeat, int) else 1
    resolutions = _number(settings.get("dpi")), _number(settings.get("fallback_dpi"))
    return FolderCamera(files * times, *resolutions, may_be_empty=settings.get("may_be_empty") is True)


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


class FolderCamera:
    """Frames from files; implements `mlocr.ports.Camera`. The trigger counts the frames from one."""

    def __init__(
        self, files: list[Path], dpi: float | None, fallback_dpi: float | None, may_be_empty: bool = False
    ) -> None:
        self._files = files
        self._dpi = dpi
        self._fallback = fallback_dpi
        self._may_be_empty = may_be_empty
        self._next = 0
        self._open = False
        self._lost = 0

    def open(self) -> None:
        """Start at the first file. Raises BadInputError when there is none."""
        if not self._files and not self._may_be_empty:
            raise BadInputError("there is no image to play; give a folder or deck that holds some")
        self._next, self._lost, self._open = 0, 0, True

    def next(self, timeout: float) -> CameraFrame | None:
        """The next file's frame at once; None after the last."""
        if not self._open or self.exhausted:
            return None
        path = self._files[self._next]
        self._next += 1
        name = shown_name(path)
        try:
            return CameraFrame(self._next, name, load_lift(path, self._dpi, self._fallback))
        except StationError as error:
            self._lost += 1
            return CameraFrame(self._next, name, None, shown_text(str(error)))

    @property
    def exhausted(self) -> bool:
        """True after the last file."""
        return self._next >= len(self._files)

    def stats(self) -> CameraStats:
        """Files played, and those that gave no picture."""
        return CameraStats(acquired=self._next, delivered=self._next - self._lost, lost=self._lost)

    def close(self) -> None:
        """Nothing is held open."""
        self._open = False
