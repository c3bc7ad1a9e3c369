"""The mark as one head prints it: the head's own rows of dots, at the head's own height above the letter's edge."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mlocr.errors import ConfigurationError
from mlocr.mail.code import SprayImage


@dataclass(frozen=True, slots=True)
class Head:
    """How a print head stands over the belt: `dots` rows, the lowest `bottom` inches above the letter's bottom edge."""

    dots: int
    bottom: float

    def __post_init__(self) -> None:
        if self.dots < 1 or self.bottom < 0:
            raise ConfigurationError(
                f"a head of {self.dots} dots {self.bottom:g} in above the letter's edge cannot be; mend mark.head_*"
            )


def on_head(image: SprayImage, head: Head) -> SprayImage | None:
    """The same mark in the head's rows, off by half a dot at the most; None when the head does not reach it."""
    shift = round((image.baseline - head.bottom) * image.dpi)
    if shift < 0 or shift + image.dots > head.dots:
        return None
    columns = tuple(column << shift for column in image.columns)
    parts = tuple(part.moved(0, shift) for part in image.parts)
    return replace(image, columns=columns, dots=head.dots, baseline=head.bottom, parts=parts)
