"""What `mlocr bench match` makes where nothing was given: a directory, and addresses of it, clean and damaged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from mlocr.certification.witness.office import Offices
from mlocr.decks.fabricate import fabricate
from mlocr.decks.make import PRODUCT, make_directory
from mlocr.directory.store import open_directory
from mlocr.services.benchmark_match_cases import CLEAN, DAMAGED, TRAPS, MatchCase
from mlocr.services.cass_make import Maker


def made_directory(work: Path, seed: int) -> Path:
    """The raw directory of a made deck."""
    folder = work / "raw"
    make_directory(fabricate(seed, *PRODUCT), folder)
    return folder


SHARES = {CLEAN: (("clean", 1),), DAMAGED: (("single", 9), ("pair", 5)), TRAPS: (("trap", 1),)}
"""What each group is made of: one damage or two, as `mlocr cass make` has them."""


def made_cases(directory: Path, wanted: Mapping[str, int], seed: int) -> Iterator[MatchCase]:
    """So many cases of each group, of every kind the directory has, with the truth that the second witness found."""
    with closing(open_directory(directory)) as source:
        maker = Maker(Offices(source), seed)
        for group, count in wanted.items():
            for case in maker.cases(count, SHARES[group]):
                yield MatchCase(case.lines, case.truth.digits, group)
