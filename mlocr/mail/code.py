"""Codes and marks: routing digits, bars without size, dot columns with size."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum


class DepthOfCode(IntEnum):
    """How many digits a code has."""

    ZIP5 = 5
    ZIP4 = 9
    DELIVERY_POINT = 11


def correction_digit(digits: str) -> str:
    """The POSTNET correction digit: what raises the digit sum to a multiple of ten (DMM 708 4.2.1)."""
    return str((48 * len(digits) - sum(digits.encode("ascii"))) % 10)  # the sum of the digits, at a fifth of the time


@dataclass(frozen=True, slots=True)
class RoutingCode:
    """5, 9 or 11 digits. Raises ValueError when the parts are not digits or skip a depth."""

    zip5: str
    plus4: str = ""
    delivery_point: str = ""

    def __post_init__(self) -> None:
        digits = self.zip5 + self.plus4 + self.delivery_point
        whole = len(self.zip5) == 5 and len(self.plus4) == 4 and len(self.delivery_point) == 2
        if whole and digits.isascii() and digits.isdigit():
            return  # mostly; for speed
        for part, size in ((self.zip5, 5), (self.plus4, 4), (self.delivery_point, 2)):
            if part and not (part.isascii() and part.isdigit() and len(part) == size):
                raise ValueError(f"a routing code has 5, 4 and 2 digits, not {part!r}")
        if not self.zip5 or (self.delivery_point and not self.plus4):
            raise ValueError("a routing code skips no part")

    @classmethod
    def of(cls, digits: str) -> RoutingCode:
        """A routing code of 5, 9 or 11 digits. Raises ValueError for any other text."""
        if len(digits) not in (5, 9, 11):
            raise ValueError(f"a routing code has 5, 9 or 11 digits, not {len(digits)}")
        return cls(digits[:5], digits[5:9], digits[9:])

    @property
    def digits(self) -> str:
        """All digits, most significant first."""
        return self.zip5 + self.plus4 + self.delivery_point

    @property
    def depth(self) -> DepthOfCode:
        """How fine the code is."""
        return DepthOfCode(len(self.digits))

    @property
    def check_digit(self) -> str:
        """The POSTNET correction digit of these digits (DMM 708 4.2.1)."""
        return correction_digit(self.digits)

    def at_depth(self, depth: DepthOfCode) -> RoutingCode:
        """The same code, no finer than `depth`."""
        return RoutingCode.of(self.digits[: min(depth, self.depth)])


class Symbology(Enum):
    """Which barcode is sprayed."""

    POSTNET = "postnet"
    IMB = "imb"


@dataclass(frozen=True, slots=True)
class TrackingCode:
    """The 20 tracking digits of an Intelligent Mail barcode.

    `barcode_id` 2 digits, second 0-4; `service_type` 3; `mailer_id` 6 (first digit 0-8) or 9 (first digit 9);
    `serial` 9 or 6 digits so that all are 20.
    """

    barcode_id: str
    service_type: str
    mailer_id: str
    serial: str

    @property
    def digits(self) -> str:
        """All twenty digits."""
        return self.barcode_id + self.service_type + self.mailer_id + self.serial


@dataclass(frozen=True, slots=True)
class BarcodeSymbol:
    """Bars without size: `bars` is 1/0 (tall, short) for POSTNET, F A D T for the Intelligent Mail barcode."""

    symbology: Symbology
    bars: str


@dataclass(frozen=True, slots=True)
class DrawnBars:
    """Bars in a mark: the first one's left column, bar width and pitch in columns.

    `bars` are numbers into `heights`, each a bar's lowest dot and the first dot above it.
    """

    left: int
    width: int
    pitch: int
    heights: tuple[tuple[int, int], ...]
    bars: tuple[int, ...]

    def moved(self, columns: int, dots: int) -> DrawnBars:
        """The same, so far to the right and up."""
        heights = tuple((low + dots, high + dots) for low, high in self.heights)
        return replace(self, left=self.left + columns, heights=heights)


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A line of the dot-matrix face in a mark, `height` inches high with `per_inch` characters.

    `left` and `bottom` are the column and dot where the first character's own dots begin; read `upward`, the line's
    height runs to the left of `left` and its length up from `bottom`. Either may lie outside where no dot falls there.
    """

    text: str
    left: int
    bottom: int
    per_inch: float
    height: float
    upward: bool = False

    def moved(self, columns: int, dots: int) -> DrawnText:
        """The same, so far to the right and up."""
        return replace(self, left=self.left + columns, bottom=self.bottom + dots)


@dataclass(frozen=True, slots=True)
class SprayImage:
    """One mark as dot columns, with its size and its place on the letter.

    `columns` run left to right as the letter is read; bit 0 of each is the lowest dot. `dots` is the swath height.
    `dpi` is the head's resolution both ways. `offset` is inches from the letter's right (leading) edge to the
    right side of the last column; `baseline` is inches from the letter's bottom edge to the lower side of bit 0.
    `parts` says how the columns were drawn, where that is known; the columns alone are the mark.
    """

    columns: tuple[int, ...]
    dots: int
    dpi: float
    offset: float
    baseline: float
    parts: tuple[DrawnBars | DrawnText, ...] = field(default=(), compare=False, repr=False)
