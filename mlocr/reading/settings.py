"""What can be set about reading; thresholds are ours, found by measurement on drawn letters, none is published."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How far reading goes.

    `candidates` blocks are tried, best first; one is taken at once when its last line looks like one and is read with
    `sure`. Below `least` mean confidence nothing read is given on. `lines` lowest lines of a block are read. No
    second look is begun with less than `second_look_ms` left: what would need one is left in doubt. A letter with
    `detector_ms` left, on which no block reads as an address, is looked at by the engine's detector, where it has one.
    """

    candidates: int = 6
    sure: float = 0.6
    least: float = 0.2
    lines: int = 8
    second_look_ms: float = 150.0
    detector_ms: float = 400.0
