"""The benchmark's arithmetic and its results as values: medians, percentiles, rates, ratios. It measures nothing."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from mlocr.decks.score import Score
from mlocr.station.summary import percentile


@dataclass(frozen=True, slots=True)
class Spread:
    """How long one piece took, over all pieces and runs, in milliseconds."""

    median: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Spread | None:
        """The spread of these times (percentiles by nearest rank); None of nothing."""
        if not milliseconds:
            return None
        p95, p99 = percentile(milliseconds, 0.95), percentile(milliseconds, 0.99)
        return cls(statistics.median(milliseconds), p95 or 0.0, p99 or 0.0, max(milliseconds))

    def as_json(self) -> dict[str, float]:
        """The four figures, to a hundredth of a millisecond, finer where they are small."""
        named = {"median": self.median, "p95": self.p95, "p99": self.p99, "max": self.most}
        return {name: round(value, 2 if value >= 1 else 4) for name, value in named.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """What the deck's truth says of one play: `right` and `zip5_right` of the `full` letters that have a full code.

    `wrong` counts wrong codes among all letters.
    """

    letters: int
    full: int
    encoded: int
    right: int
    zip5_right: int
    wrong: int

    @classmethod
    def of(cls, score: Score) -> Tally:
        """The part of a deck's score that the benchmark shows."""
        return cls(
            score.pieces, score.expected_encodable, score.encoded, score.correct, score.zip5_correct, score.wrong
        )

    def as_json(self) -> dict[str, int]:
        """The counts by the score's own names."""
        return {
            "pieces": self.letters,
            "expected_encodable": self.full,
            "encoded": self.encoded,
            "correct": self.right,
            "zip5_correct": self.zip5_right,
            "wrong": self.wrong,
        }


@dataclass(frozen=True, slots=True)
class Located:
    """Letters whose truth has a box, and of how many the delivery block was found.

    `first`: the first candidate is the block; `upright`: and the right way up; `among`: one of the first four is;
    `read`: it is the block that was taken after reading, the right way up.
    """

    letters: int = 0
    first: int = 0
    upright: int = 0
    among: int = 0
    read: int = 0

    def plus(self, other: Located) -> Located:
        """Both counts together."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Located(*(one + more for one, more in pairs))

    @property
    def said(self) -> str:
        """The counts in one line."""
        named = (
            ("block found first", self.first),
            ("right way up", self.upright),
            ("among the first four", self.among),
            ("taken after reading", self.read),
        )
        each = (f"{name} {100 * count / max(self.letters, 1):.1f} % ({count})" for name, count in named)
        return ", ".join(each) + f", of {self.letters} letters with a block"

    def as_json(self) -> dict[str, int]:
        """The counts by name."""
        return {
            "letters": self.letters,
            "first": self.first,
            "upright": self.upright,
            "among_four": self.among,
            "read": self.read,
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """One part measured: `letters` a run, one rate (pieces a second) for each run, and the time of a single piece.

    `processes` work side by side; `tally` is of the worst run, None where nothing was scored. `troubled` counts the
    pieces of all runs that ended late, faulted or indeterminate. `located` says how well blocks were found.
    """

    letters: int
    processes: int
    per_second: tuple[float, ...]
    milliseconds: Spread | None
    tally: Tally | None = None
    troubled: int = 0
    located: Located | None = None

    @property
    def rate(self) -> float:
        """Pieces a second: the median of the runs; 0 without any."""
        return statistics.median(self.per_second) if self.per_second else 0.0

    def as_json(self) -> dict[str, object]:
        """Every figure by name."""
        return {
            "letters": self.letters,
            "processes": self.processes,
            "pieces_per_second": round(self.rate, 3),
            "pieces_per_hour": round(self.rate * 3600),
            "pieces_per_hour_runs": [round(rate * 3600) for rate in self.per_second],
            "piece_ms": self.milliseconds.as_json() if self.milliseconds else None,
            "troubled": self.troubled,
            "score": self.tally.as_json() if self.tally else None,
            "located": self.located.as_json() if self.located else None,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The line beside its peer: one ratio of letters an hour for each round, both played in that round.

    `right` is the ratio of right full codes an hour, over all rounds; None where either side has none.
    """

    speed: tuple[float, ...]
    right: float | None = None

    @classmethod
    def of(cls, line: Figures, peer: Figures) -> Comparison:
        """Compare round by round, so that whatever else this machine did weighs on both sides alike."""
        pairs = zip(line.per_second, peer.per_second, strict=True)
        return cls(tuple(ours / theirs for ours, theirs in pairs if theirs > 0), _right_ratio(line, peer))

    @property
    def ratio(self) -> float | None:
        """Letters an hour, line to peer: the median of the rounds."""
        return statistics.median(self.speed) if self.speed else None

    def as_json(self) -> dict[str, object]:
        """The ratios."""
        return {
            "letters_per_hour": None if self.ratio is None else round(self.ratio, 2),
            "letters_per_hour_rounds": [round(ratio, 2) for ratio in self.speed],
            "right_codes_per_hour": None if self.right is None else round(self.right, 2),
        }


def _right_ratio(line: Figures, peer: Figures) -> float | None:
    ours, theirs = right_rate(line), right_rate(peer)
    return ours / theirs if ours is not None and theirs else None


def right_rate(figures: Figures) -> float | None:
    """Right full codes a second; None where nothing was scored."""
    if figures.tally is None or not figures.tally.letters:
        return None
    return figures.rate * figures.tally.right / figures.tally.letters


def worst_tally(tallies: Sequence[Tally | None]) -> Tally | None:
    """The tally with the most wrong codes, then the fewest right; None where nothing was scored."""
    scored = [tally for tally in tallies if tally is not None]
    return max(scored, key=lambda tally: (tally.wrong, -tally.right)) if scored else None


def passes(seconds_of_runs: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Pieces a second of each run from its single pieces' seconds; a run of nothing has no rate."""
    return tuple(len(run) / sum(run) for run in seconds_of_runs if run and sum(run) > 0)


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part of the benchmark: its figures, or the sentence why it was skipped."""

    part: str
    figures: Figures | None
    skipped: str = ""
    comparison: Comparison | None = None

    def as_json(self) -> dict[str, object]:
        """The part's own object, without the machine it ran on."""
        shown: dict[str, object] = {
            "part": self.part,
            "skipped": self.skipped or None,
            "figures": self.figures.as_json() if self.figures else None,
        }
        if self.part == "peer":
            shown["line_to_peer"] = self.comparison.as_json() if self.comparison else None
        return shown
