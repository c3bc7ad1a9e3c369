"""Picture files to image lifts: bounded, grey, eight bits, with a resolution."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from mlocr.errors import BadInputError, UsageError
from mlocr.mail.image import ImageLift

MOST_PIXELS = 100_000_000
DPI_RANGE = (20.0, 4800.0)  # outside of it a file's resolution is a placeholder, not a measurement
STRIP = 1_000_000  # pixels converted at a time


def shown_text(text: str) -> str:
    """The text as results and messages can hold it: bytes of a file name that are no UTF-8 become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def shown_name(path: Path) -> str:
    """The file's name, as `shown_text`."""
    return shown_text(path.name)


def load_lift(path: Path, dpi: float | None, fallback: float | None = None) -> ImageLift:
    """The picture in `path` as one grey lift; `source` is the file's name.

    The resolution is `dpi` where given (a deck's), else the file's own metadata, else `fallback` (`--dpi`). A header of
    more than 100 megapixels is refused before anything is decoded. Colour, palette, CMYK, one-bit, 16-bit and
    transparent pictures become 8-bit grey on white. Raises BadInputError when the file cannot be read, UsageError when
    no resolution is known.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata is no reason to refuse a picture that decodes
            with Image.open(path) as picture:
                _check_size(path, picture.size)
                resolution = dpi or _own_dpi(picture) or fallback
                if resolution is None:
                    raise UsageError(f"{path} does not say its resolution; give it with --dpi")
                if not DPI_RANGE[0] <= resolution <= DPI_RANGE[1]:
                    raise UsageError(f"{resolution:g} dpi is no resolution of a letter's picture; give the true one")
                return ImageLift(_grey(picture), float(resolution), shown_name(path))
    except (BadInputError, UsageError):
        raise
    except FileNotFoundError as error:
        raise BadInputError(f"{path} does not exist; check the name") from error
    except IsADirectoryError as error:
        raise BadInputError(f"{path} is a folder, not an image; name the files in it") from error
    except Image.DecompressionBombError as error:
        raise BadInputError(_too_large(path)) from error
    except UnidentifiedImageError as error:
        empty = path.stat().st_size == 0
        said = "is empty" if empty else "is not an image of a known kind"
        raise BadInputError(f"{path} {said}; give a PNG, JPEG, PGM or TIFF file") from error
    except PermissionError as error:
        raise BadInputError(f"{path} may not be read; change its permissions") from error
    # Pillow's decoders raise many kinds of exception on damaged data; each means only that this file is bad.
    except Exception as error:
        raise BadInputError(f"{path} is damaged or cut short ({error}); scan or copy it again") from error


def _check_size(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise BadInputError(_too_large(path))
    if min(size) < 1:
        raise BadInputError(f"{path} has no pixels; scan or copy it again")


def _too_large(path: Path) -> str:
    return f"{path} has more than {MOST_PIXELS // 1_000_000} megapixels; scan it at a lower resolution or crop it"


def _own_dpi(picture: Image.Image) -> float | None:
    """The dots per inch in the file's own metadata; None where there is none, or a placeholder."""
    given = picture.info.get("dpi")
    if isinstance(given, tuple) and len(given) == 2:
        try:
            across, down = float(given[0]), float(given[1])
        except (TypeError, ValueError, ZeroDivisionError):
            return None
        # JPEG writers put 72 x 72 or 1 x 1 where nothing is known; 1 falls outside the range, 72 is taken at its word.
        if all(DPI_RANGE[0] <= each <= DPI_RANGE[1] for each in (across, down)) and abs(across - down) <= 0.02 * down:
            # PNG keeps dots per metre: 200 dpi comes back as 199.9996.
            return float(round(across)) if abs(across - round(across)) < 0.05 else across
    return None


def _scaled(values: NDArray[Any], scale: float) -> NDArray[np.uint8]:
    """Deep pixels times `scale` as eight bits, in strips: a large picture is never held as floating point."""
    out = np.empty(values.shape, np.uint8)
    rows = max(1, STRIP // max(values.shape[1], 1))
    for at in range(0, values.shape[0], rows):
        strip = np.nan_to_num(values[at : at + rows].astype(np.float64))
        out[at : at + rows] = np.clip(np.rint(strip * scale), 0, 255)
    return out


def _grey(picture: Image.Image) -> NDArray[np.uint8]:
    """All pixels as (height, width) uint8."""
    if picture.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):
        values = np.asarray(picture)
        return _scaled(values, 1 / 257 if values.max(initial=0) > 255 else 1.0)
    if picture.mode == "F":
        values = np.asarray(picture)
        top = np.nanmax(values, initial=0)
        return _scaled(values, 255.0 if 0 < top <= 1 else 1.0)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return np.array(Image.alpha_composite(paper, layered).convert("L"))
    if picture.mode == "CMYK":
        return np.array(picture.convert("RGB").convert("L"))
    return np.asarray(picture if picture.mode == "L" else picture.convert("L"))
