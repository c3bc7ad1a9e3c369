"""`mlocr read --explain`: one picture read, and matched where a directory is given, with all that led to the answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2

from mlocr.mail.image import ImageLift
from mlocr.mail.match import Match
from mlocr.pictures import load_lift
from mlocr.ports import AddressMatcher
from mlocr.reading.settings import ReadingSettings
from mlocr.reading.watched import Study, WatchedReader
from mlocr.services.reading import ReadOptions
from mlocr.station.plugins import load_factory


@dataclass(frozen=True, slots=True)
class Explained:
    """One picture: how it was read, and what the directory made of the lines (None without one, or without lines)."""

    lift: ImageLift
    study: Study
    match: Match | None


def explain_file(
    file: Path, options: ReadOptions, opener: Callable[[], AbstractContextManager[AddressMatcher]] | None = None
) -> Explained:
    """Read and match `file`; `opener` opens a matcher and closes it.

    Raises BadInputError for a file that is no picture, UsageError for one whose resolution is not known.
    """
    lift = load_lift(file, None, options.dpi)
    with ExitStack() as parts:
        engine = load_factory("ocr", options.engine)(options.engine_settings)
        parts.callback(engine.close)
        matcher = parts.enter_context(opener()) if opener else None
        engine.open()
        cv2.setNumThreads(1)
        study = WatchedReader(engine, ReadingSettings()).study(lift)
        block = study.reading.block if study.reading else None
        match = matcher.match(block) if matcher and block else None
    return Explained(lift, study, match)
