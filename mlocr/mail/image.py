"""Pictures of letters and where things lie on them.

Pixels of the stored picture: origin top left, x right, y down. Inches of the letter's own frame: origin at the
lower left corner of the letter as it is read, x right, y up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Matching needs the boxes only: a worker that never sees a picture starts without numpy.
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box in pixels of the stored picture; x1 and y1 lie just outside."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True, eq=False)
class ImageLift:
    """One grey image of a mailpiece face: `pixels` is (height, width) uint8, 0 black; `dpi` dots per inch.

    `source` names it in messages and results (the file's name in its deck).
    """

    pixels: NDArray[np.uint8]
    dpi: float
    source: str


@dataclass(frozen=True, slots=True)
class LetterFrame:
    """Where the letter itself lies in the picture, upright as it is read.

    `origin` is the pixel of the letter's lower left corner; `right` and `up` are pixels per inch along its bottom
    and left edges; `width` and `height` are inches.
    """

    origin: tuple[float, float]
    right: tuple[float, float]
    up: tuple[float, float]
    width: float
    height: float

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """The pixel at `x` inches from the letter's left and `y` inches above its bottom edge."""
        return (
            self.origin[0] + x * self.right[0] + y * self.up[0],
            self.origin[1] + x * self.right[1] + y * self.up[1],
        )


class ClearZone(Enum):
    """What lies in the barcode clear zone, lower right (Publication 28 appendix A)."""

    CLEAR = "clear"
    BARCODE = "barcode"
    PRINT = "print"
