"""The virtual line's figures and their check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from drivers.belt_troubles import Troubles
from mlocr.errors import ConfigurationError

_WHOLE = frozenset({"dots", "ahead", "baud", "epoch_floor", "encoder_start", "seed"})
_SHARES = ("double_feeds", "short_gaps", "jams", "stops", "reversals", "missed_camera", "missed_head", "bounces")
_MOST_DRIFT = 0.5


@dataclass(frozen=True, slots=True)
class LineSettings(Troubles):
    """The virtual line's figures (all *ours*, not published). `pace` 0: as fast as the host settles letters.

    Inches, inches a second, pieces an hour. `ahead`: letters not yet settled that may be on the belt at pace max. The
    belt's troubles are settings too (`belt_troubles.Troubles`): shares of letters, but for lengths and seconds.
    """

    pace: float = 0.0
    belt_speed_in_s: float = 130.0
    camera_to_head_in: float = 80.0
    gap_in: float = 2.0
    default_length_in: float = 9.5
    ticks_per_inch: float = 2000.0
    dpi: float = 200.0
    dots: int = 40
    window_in: float = 1.0
    arm_margin_in: float = 1.0
    max_length_in: float = 15.75
    ahead: int = 8
    baud: int = 921_600
    epoch_floor: int = 0
    encoder_start: int = 0

    @property
    def troubles(self) -> Troubles:
        """What goes wrong on this belt."""
        return Troubles(**{each.name: getattr(self, each.name) for each in fields(Troubles)})

    def ticks(self, inches: float) -> int:
        """A length in encoder ticks."""
        return round(inches * self.ticks_per_inch)


def line_settings(given: Mapping[str, object]) -> LineSettings:
    """Check a settings table. Raises ConfigurationError naming the setting that is unknown or out of bounds."""
    known = {field.name: field for field in fields(LineSettings)}
    values: dict[str, Any] = {}
    for key, asked in given.items():
        value = 0.0 if key == "pace" and asked == "max" else asked
        if key not in known:
            raise ConfigurationError(f"the virtual line knows no setting {key!r}; it knows {', '.join(sorted(known))}")
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ConfigurationError(f"{key} of the virtual line is a number not below 0, not {value!r}; correct it")
        values[key] = int(value) if key in _WHOLE else float(value)
    settings = replace(LineSettings(), **values)
    reach = settings.camera_to_head_in - settings.window_in - settings.arm_margin_in
    if reach <= settings.max_length_in or min(settings.gap_in, settings.window_in, settings.ahead) <= 0:
        raise ConfigurationError(
            "the virtual line needs a gap, a window and a head farther from the camera than its longest letter;"
            " correct camera_to_head_in, window_in, gap_in or ahead"
        )
    wrong = [name for name in _SHARES if getattr(settings, name) > 1.0]
    if wrong or settings.drift > _MOST_DRIFT:
        raise ConfigurationError(
            f"{(wrong or ['drift'])[0]} of the virtual line is a share up to 1 (drift: {_MOST_DRIFT:g}); correct it"
        )
    if settings.slip_in * 4 > settings.camera_to_head_in:
        raise ConfigurationError("slip_in of the virtual line is at most a quarter of camera_to_head_in; correct it")
    if settings.dpi <= 0 or settings.ticks_per_inch < settings.dpi or settings.belt_speed_in_s <= 0:
        raise ConfigurationError("the virtual line needs at least one encoder tick per dot; raise ticks_per_inch")
    return settings
