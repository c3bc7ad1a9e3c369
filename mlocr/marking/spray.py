"""The mark: barcode and identifier line as one image in head dots, and its place on the letter.

All places are in inches of the letter's own frame as it is read (DMM 202.5; Publication 28 appendix A).
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from mlocr.errors import ConfigurationError
from mlocr.mail.code import (
    BarcodeSymbol,
    DrawnBars,
    DrawnText,
    RoutingCode,
    SprayImage,
    Symbology,
    TrackingCode,
)
from mlocr.marking import imb, postnet
from mlocr.marking.machine_id import TextStyle, blank_columns, check_text, text_columns, turned_up
from mlocr.marking.sizes import BarSizes, sizes_for

# Publication 28 appendix A: the barcode clear zone is 4-3/4 in long and 5/8 in high.
CLEAR_ZONE_WIDTH = 4.75
CLEAR_ZONE_HEIGHT = 0.625
# DMM 202.5: the left-most bar lies 3-1/2 to 4-1/4 in from the right edge; 1/8 in beside the barcode stays clear.
LEFT_BAR = (3.5, 4.25)
BARCODE_CLEAR_SIDE = 0.125
# Older postal practice (the current tolerance is not published): all ink 3/16 to 7/16 in above the bottom edge.
INK_BAND = (0.1875, 0.4375)
# Publication 28 appendix A: the OCR read area.
READ_AREA_SIDE = 0.5
READ_AREA = (0.625, 2.75)


@dataclass(frozen=True, slots=True)
class MarkSettings:
    """What the configuration may change; inches.

    `template` names fields in braces: `mass_id` (must stand in it once), `zip5`, and whatever the station gives.
    `baseline` is the lowest ink of the bars above the letter's bottom edge: the foot of every POSTNET bar, the foot of
    full and descender bars of the Intelligent Mail barcode. `left_bar` is from the letter's right edge to the left side
    of the left-most bar. `text_height` and `text_per_inch` size the line; `text_gap` keeps it off the clear zone,
    `text_margin` off the letter's left edge.

    Without room on the band the identifier alone goes to the second place, `second_left` and `second_bottom` from the
    letter's left and bottom edges, reading upward where `second_upward`. The default place, *ours*, is the left margin,
    beside the OCR read area and left of the clear zone even of a five-inch card; it takes a swath of 0.7 in.
    `second_place` False: such a card passes unsprayed. `head_dots` is the head's swath (0: any).
    """

    template: str = "{lane} {mass_id} {zip5}"
    baseline: float = 0.25
    left_bar: float = 3.875
    text_height: float = 0.09
    text_per_inch: float = 9.5
    text_gap: float = 0.05
    text_margin: float = 0.10
    second_place: bool = True
    second_left: float = 0.11
    second_bottom: float = 0.25
    second_upward: bool = True
    head_dots: int = 0

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, wanted = getattr(self, setting.name), type(setting.default)
            fits = isinstance(value, int | float) if wanted is float else isinstance(value, wanted)
            if not fits or (isinstance(value, bool) and wanted is not bool):
                raise ConfigurationError(f"the mark's {setting.name} is {value!r}; give it as in {setting.default!r}")

    @property
    def text(self) -> TextStyle:
        """The size of the identifier line. Raises ConfigurationError out of its limits."""
        return TextStyle(self.text_height, self.text_per_inch)


@dataclass(frozen=True, slots=True)
class MarkPlan:
    """How every mark of a job is made. Construct with `for_head`, which checks it against the postal tolerances."""

    symbology: Symbology
    dpi: float
    bars: BarSizes
    settings: MarkSettings

    @classmethod
    def for_head(cls, symbology: Symbology, dpi: float, settings: MarkSettings | None = None) -> MarkPlan:
        """The plan for a head of `dpi` both ways.

        Raises ConfigurationError naming the first tolerance the resolution cannot keep (DMM 708 4.2.5, USPS-B-3200),
        the place that is out of bounds (DMM 202.5), or what is wrong in the template.
        """
        settings = settings or MarkSettings()
        if not 1 <= dpi <= 2400:
            raise ConfigurationError(f"a head of {dpi:g} dpi is not known; give 1 to 2400 dots per inch")
        plan = cls(symbology, dpi, sizes_for(symbology, dpi), settings)
        plan._check_place()
        _check_template(settings.template)
        line = text_columns("8", dpi, settings.text)
        if settings.head_dots and max(line).bit_length() > settings.head_dots:
            raise ConfigurationError(
                f"the identifier line of {settings.text_height:g} in does not fit a head of {settings.head_dots} dots "
                f"at {dpi:g} dpi; use a smaller line or a head with a higher swath"
            )
        return plan

    def symbol(self, routing: RoutingCode | None, tracking: TrackingCode | None) -> BarcodeSymbol:
        """The bars of one piece; only an Intelligent Mail barcode may go without a routing code.

        Raises ValueError when POSTNET lacks its digits, or an Intelligent Mail barcode its tracking number.
        """
        digits = routing.digits if routing else ""
        if self.symbology is Symbology.POSTNET:
            return postnet.encode(digits)
        if tracking is None:
            raise ValueError("an Intelligent Mail barcode needs a tracking number")
        return imb.encode(tracking.digits, digits)

    def _check_place(self) -> None:
        settings, bars = self.settings, self.bars
        if not LEFT_BAR[0] <= settings.left_bar <= LEFT_BAR[1]:
            raise ConfigurationError(
                f"the left-most bar cannot lie {settings.left_bar:g} in from the right edge; "
                f"choose {LEFT_BAR[0]:g} to {LEFT_BAR[1]:g} in (DMM 202.5)"
            )
        count = imb.BAR_COUNT if self.symbology is Symbology.IMB else postnet.BAR_COUNTS[-1]
        length = ((count - 1) * bars.pitch + bars.width) / self.dpi
        if settings.left_bar - length < BARCODE_CLEAR_SIDE:
            raise ConfigurationError(
                f"a barcode of {length:.2f} in that begins {settings.left_bar:g} in from the right edge ends too near "
                "that edge; begin it farther left"
            )
        top = settings.baseline + bars.full / self.dpi
        if settings.baseline < INK_BAND[0] or top > INK_BAND[1]:
            raise ConfigurationError(
                f"bars from {settings.baseline:g} to {top:.3f} in above the bottom edge leave the band of "
                f"{INK_BAND[0]:g} to {INK_BAND[1]:g} in; choose another baseline (0.25 is preferred)"
            )
        if settings.head_dots and bars.full > settings.head_dots:
            raise ConfigurationError(
                f"bars {bars.full} dots high do not fit a head of {settings.head_dots} dots at {self.dpi:g} dpi; "
                "use a head with a higher swath"
            )


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece's mark.

    `text` is the identifier line as printed; `text_bounds` is its left, bottom, right and top in inches of the letter's
    frame (origin lower left).
    """

    symbol: BarcodeSymbol
    spray: SprayImage
    text: str
    text_bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Patch:
    """Dot columns with their place: inches from the letter's right edge to the right side of the last column.

    `drawn` tells how, from the first column and the lowest dot.
    """

    columns: tuple[int, ...]
    offset: float
    drawn: DrawnBars | DrawnText
    lift: int = 0


def make_mark(
    plan: MarkPlan,
    routing: RoutingCode | None,
    tracking: TrackingCode | None,
    letter_width: float,
    letter_height: float,
    fields: Mapping[str, str],
) -> Mark | None:
    """The mark of one piece; None when the barcode or the identifier has no place on a letter of this size (inches).

    The identifier line sheds its outer parts until it fits left of the barcode clear zone, then moves to the second
    place with the identifier alone. Raises ConfigurationError when the template asks for a field not given, or for a
    character the face lacks, and ValueError when the symbology needs a tracking number.
    """
    settings = plan.settings
    symbol = plan.symbol(routing, tracking)
    if letter_width < settings.left_bar + BARCODE_CLEAR_SIDE or letter_height < CLEAR_ZONE_HEIGHT:
        return None
    columns = plan.bars.columns(symbol)
    barcode = _Patch(columns, settings.left_bar - len(columns) / plan.dpi, plan.bars.drawn(symbol))
    parts, core = _parts(settings.template, {"zip5": routing.zip5 if routing else ""} | dict(fields))
    placed = _on_band(plan, parts, core, letter_width) or _at_second_place(
        plan, parts[core], letter_width, letter_height
    )
    if placed is None:
        return None
    text, patch = placed
    return _joined(plan, symbol, text, (barcode, patch), letter_width)


def _on_band(plan: MarkPlan, parts: list[str], core: int, letter_width: float) -> tuple[str, _Patch] | None:
    """The line on the barcode's band, ending left of the clear zone, with as many of its parts as fit."""
    settings = plan.settings
    offset = CLEAR_ZONE_WIDTH + settings.text_gap
    room = letter_width - offset - settings.text_margin
    for text in _shed(parts, core):
        columns = text_columns(text, plan.dpi, settings.text)
        if len(columns) / plan.dpi <= room:
            return text, _Patch(columns, offset, _drawn(plan, text))
    return None


def _at_second_place(
    plan: MarkPlan, identifier: str, letter_width: float, letter_height: float
) -> tuple[str, _Patch] | None:
    """The identifier alone at the configured second place.

    None when that is not on the letter, or lies in the clear zone or the OCR read area.
    """
    settings = plan.settings
    if not settings.second_place:
        return None
    columns = text_columns(identifier, plan.dpi, settings.text)
    drawn = _drawn(plan, identifier)
    if settings.second_upward:
        high = max(column.bit_length() for column in columns)
        columns = turned_up(columns, high)
        drawn = replace(drawn, left=high - 1, bottom=drawn.left, upward=True)
    lift = round((settings.second_bottom - settings.baseline) * plan.dpi)
    bottom = settings.baseline + lift / plan.dpi
    top = bottom + max(column.bit_length() for column in columns) / plan.dpi
    right = settings.second_left + len(columns) / plan.dpi
    in_clear_zone = right > letter_width - CLEAR_ZONE_WIDTH and bottom < CLEAR_ZONE_HEIGHT
    in_read_area = (
        right > READ_AREA_SIDE
        and settings.second_left < letter_width - READ_AREA_SIDE
        and top > READ_AREA[0]
        and bottom < READ_AREA[1]
    )
    if in_clear_zone or in_read_area or not (bottom >= 0 and right <= letter_width and top <= letter_height):
        return None
    return identifier, _Patch(columns, letter_width - right, drawn, lift)


def _drawn(plan: MarkPlan, text: str) -> DrawnText:
    style = plan.settings.text
    return DrawnText(text, -blank_columns(text, plan.dpi, style), 0, style.per_inch, style.height)


def _joined(
    plan: MarkPlan, symbol: BarcodeSymbol, text: str, patches: tuple[_Patch, _Patch], letter_width: float
) -> Mark | None:
    """Barcode and line as one image; None when the head's swath cannot hold both."""
    barcode, line = patches
    dpi, baseline = plan.dpi, plan.settings.baseline
    floor = min(0, line.lift)
    gap = round((line.offset - barcode.offset) * dpi) - len(barcode.columns)
    columns = tuple(column << (line.lift - floor) for column in line.columns)
    columns += (0,) * gap + tuple(column << -floor for column in barcode.columns)
    dots = max(column.bit_length() for column in columns)
    if plan.settings.head_dots and dots > plan.settings.head_dots:
        return None
    high = max(column.bit_length() for column in line.columns)
    # From the image itself, so that the bounds tell where the dots are after rounding to whole dots.
    right = letter_width - barcode.offset - (len(barcode.columns) + gap) / dpi
    bottom = baseline + line.lift / dpi
    bounds = (right - len(line.columns) / dpi, bottom, right, bottom + high / dpi)
    parts = (barcode.drawn.moved(len(line.columns) + gap, -floor), line.drawn.moved(0, line.lift - floor))
    image = SprayImage(columns, dots, dpi, barcode.offset, baseline + floor / dpi, parts)
    return Mark(symbol, image, text, bounds)


def _check_template(template: str) -> None:
    """Raise ConfigurationError unless the template can be read, is printable, and names `mass_id` exactly once."""
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ConfigurationError(f"the template {template!r} cannot be read ({error}); mend its braces") from error
    names = [name for _, name, _, _ in pieces if name is not None]
    if names.count("mass_id") != 1 or any(not name.isidentifier() for name in names):
        raise ConfigurationError(f"the template {template!r} must name {{mass_id}} exactly once, other fields by name")
    if any(spec or conversion for _, _, spec, conversion in pieces):
        raise ConfigurationError(f"the template {template!r} holds a format; name fields only, such as {{zip5}}")
    for literal, _, _, _ in pieces:
        check_text(literal, "the template")


def _parts(template: str, fields: Mapping[str, str]) -> tuple[list[str], int]:
    """The line's blank-separated parts with their fields filled in, and which of them holds the identifier."""
    parts: list[str] = []
    core = 0
    for piece in template.split():
        try:
            text = piece.format_map(fields)
        except KeyError as error:
            raise ConfigurationError(
                f"the template {template!r} names the field {error.args[0]!r}, which this job does not give; "
                f"use one of {', '.join(sorted(fields))}"
            ) from error
        if "{mass_id}" in piece:
            core = len(parts)
        if text:
            check_text(text, "the identifier line")
            parts.append(text)
    return parts, core


def _shed(parts: list[str], core: int) -> Iterator[str]:
    """The line with all its parts, then with fewer and fewer outer ones, last the identifier's part alone."""
    first, last = 0, len(parts) - 1
    while True:
        yield " ".join(parts[first : last + 1])
        if first == last:
            return
        # The side with more parts loses one; between equals the right one, which the barcode repeats anyway.
        if last - core >= core - first:
            last -= 1
        else:
            first += 1
