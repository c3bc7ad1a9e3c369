"""`mlocr bench locate`: whether the delivery address block is found first, against a deck's truth, and how fast."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mlocr.decks.format import Deck, Truth, read_truth
from mlocr.mail.image import Box, ImageLift
from mlocr.reading.blocks import block_box
from mlocr.reading.letter import find_letter
from mlocr.reading.locate import Candidate, find_candidates
from mlocr.reading.watched import Study, WatchedReader
from mlocr.services.benchmark_figures import Figures, Located, PartResult, Spread, passes

OVERLAP = 0.5  # of the area both boxes cover together
ROOM = 4.0  # times the truth's area that a block holding all of it may have: endorsement and keyline above it
SLACK = 0.04  # inches that print may stand out
NEAR = 4  # candidates that count as found at all


@dataclass(slots=True)
class LocatingClock:
    """Seconds of finding letter and blocks, by run, and what was found against the truth."""

    truths: Mapping[str, Truth]
    seconds: list[list[float]]
    located: Located

    @classmethod
    def of(cls, deck: Deck, runs: int) -> LocatingClock:
        """Ready for a deck; without a truth only times are taken."""
        truths = {t.file: t for t in read_truth(deck.path)} if deck.truth_file.is_file() else {}
        return cls(truths, [[] for _ in range(runs)], Located())

    def take(self, lift: ImageLift, reader: WatchedReader, name: str) -> None:
        """Time one letter in every run; then read it once and compare."""
        for run in self.seconds:
            started = time.perf_counter()
            find_candidates(lift, find_letter(lift), NEAR)
            run.append(time.perf_counter() - started)
        truth = self.truths.get(name)
        if truth is not None and truth.bbox is not None:
            self.located = self.located.plus(compared(reader.study(lift), truth, lift.dpi))

    def result(self) -> PartResult:
        """Times and counts as one part."""
        if not self.seconds or not self.seconds[0]:
            return PartResult("locate", None, "no letter of this deck has a picture; give another deck")
        every = [each * 1000 for run in self.seconds for each in run]
        located = self.located if self.located.letters else None
        letters = len(self.seconds[0])
        return PartResult("locate", Figures(letters, 1, passes(self.seconds), Spread.of(every), located=located))


def compared(study: Study, truth: Truth, dpi: float) -> Located:
    """One letter's counts. `truth` has a box; where it says no rotation, either way up is right."""
    box = Box(*truth.bbox) if truth.bbox is not None else Box(0, 0, 0, 0)
    found = [is_block(picture_box(c), box, dpi) for c in study.candidates[:NEAR]]
    block = study.reading.block if study.reading is not None else None
    upright = bool(found) and truth.rotation in (None, study.candidates[0].rotation)
    right_way = block is not None and truth.rotation in (None, block.rotation)
    return Located(
        letters=1,
        first=int(found[:1] == [True]),
        upright=int(found[:1] == [True] and upright),
        among=int(any(found)),
        read=int(block is not None and block.box is not None and right_way and is_block(block.box, box, dpi)),
    )


def picture_box(candidate: Candidate) -> Box:
    """The upright box round a candidate, in pixels of the picture."""
    box = block_box(candidate.rows)
    corners = np.array([(x, y, 1.0) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]) @ candidate.page.matrix.T
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def is_block(found: Box, truth: Box, dpi: float) -> bool:
    """Whether `found` is the block of `truth`: they cover each other by half, or it holds all of it and little else."""
    across = max(0, min(found.x1, truth.x1) - max(found.x0, truth.x0))
    down = max(0, min(found.y1, truth.y1) - max(found.y0, truth.y0))
    shared, areas = across * down, [b.width * b.height for b in (found, truth)]
    if shared > OVERLAP * (sum(areas) - shared):
        return True
    slack = SLACK * dpi
    inside = found.x0 - slack <= truth.x0 and found.y0 - slack <= truth.y0
    inside = inside and found.x1 + slack >= truth.x1 and found.y1 + slack >= truth.y1
    return inside and areas[0] < ROOM * areas[1]


def located_lines(results: Iterable[PartResult]) -> Sequence[str]:
    """What stands under the table about location; nothing where it was not measured."""
    return [
        f"{result.part}: {said}"
        for result in results
        if result.figures is not None and result.figures.located is not None
        for said in [result.figures.located.said]
    ]
