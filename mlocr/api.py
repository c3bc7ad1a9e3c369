"""The station as a library: read one image, match lines, make a mark, run a line. `docs/api.md` shows each.

Everything here is made of the same parts as the commands. Dates and folders are arguments: nothing looks at a clock
or at the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from mlocr.mail.address import AddressBlock, Reading, TextLine
from mlocr.mail.code import BarcodeSymbol, RoutingCode, SprayImage, Symbology, TrackingCode
from mlocr.mail.image import ImageLift, LetterFrame
from mlocr.mail.match import Match
from mlocr.marking.spray import Mark, MarkPlan, MarkSettings, make_mark
from mlocr.pictures import load_lift
from mlocr.ports import AddressMatcher, OcrEngine
from mlocr.reading.reader import AddressReader
from mlocr.reading.settings import ReadingSettings
from mlocr.services.matching import opened_matcher
from mlocr.services.product_lock import ProductLock
from mlocr.services.run import RunOptions, RunReport, run, score_of
from mlocr.station.plugins import load_factory

__all__ = [
    "AddressBlock",
    "AddressMatcher",
    "BarcodeSymbol",
    "ImageLift",
    "LetterFrame",
    "Mark",
    "MarkPlan",
    "MarkSettings",
    "Match",
    "Reading",
    "RoutingCode",
    "RunOptions",
    "RunReport",
    "SprayImage",
    "Symbology",
    "TextLine",
    "TrackingCode",
    "address_block",
    "load_lift",
    "make_mark",
    "matcher",
    "reader",
    "run",
    "score_of",
]


@contextmanager
def reader(
    engine: str = "cascade", settings: Mapping[str, object] | None = None
) -> Iterator[Callable[[ImageLift], Reading]]:
    """A function that reads one image lift; the engine's model is loaded once and released at the end.

    `engine` is a name or "package.module:factory"; `settings` is its own table. Raises ConfigurationError when the
    engine cannot be had.
    """
    opened: OcrEngine = load_factory("ocr", engine)(dict(settings or {}))
    opened.open()
    try:
        yield AddressReader(opened, ReadingSettings()).read
    finally:
        opened.close()


@contextmanager
def matcher(directory: Path, as_of: date, cache: Path) -> Iterator[AddressMatcher]:
    """The matcher over a postal directory, built or raw (then it is built once under `cache`).

    Raises DataExpiredError when the edition may not code on `as_of`, SealBrokenError when the built directory was
    changed, BadInputError when there is no directory.
    """
    with opened_matcher(directory, cache, as_of, lock=ProductLock(None)) as opened:
        yield opened


def address_block(lines: Sequence[str]) -> AddressBlock:
    """An address block of lines typed or taken from a file, top to bottom, each fully trusted."""
    return AddressBlock(tuple(TextLine(line) for line in lines))
