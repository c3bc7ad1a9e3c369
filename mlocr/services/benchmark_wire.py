"""What the wire can bear: jobs a second and round trips by baud rate, encoding and spoilt frames, on a virtual clock.

The wire alone counts here, with the real dialogue on one side and the simulated device on the other; this machine's
speed is in no figure. The same letters give the same figures everywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mlocr.mail.piece import Encoded
from mlocr.services.benchmark_figures import Spread
from mlocr.services.benchmark_stages import made_before
from mlocr.station.plugins import load_factory

BAUDS = (115_200, 921_600)
ENCODINGS = ("raw", "dictionary", "symbolic")
SPOILT = (0.0, 0.025, 0.1)
"""Shares of frames spoilt each way: none; about one job in ten sent or asked again; one frame in ten."""
COLUMNS = (
    "baud",
    "encoding",
    "spoilt",
    "mark B",
    "B a letter",
    "jobs/s",
    "ms p50",
    "p95",
    "p99",
    "late at 36,000/h",
    "line",
)
_MEASURE = "drivers.virtual_measure:measure_case"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One baud rate, encoding and share of spoilt frames measured.

    `mark_bytes` of one encoded mark; `down` and `up` all bytes of the line a letter; `per_second` jobs one after the
    other. Of `letters` at `pace` an hour, `late` went without their mark, and `line_use` of the busier line was taken.
    """

    baud: int
    encoding: str
    spoilt: float
    mark_bytes: int
    down: float
    up: float
    per_second: float
    round_trip: Spread | None
    letters: int
    pace: float
    late: int
    line_use: float

    def as_json(self) -> dict[str, object]:
        """Every figure by name."""
        return {
            "part": "link",
            "baud": self.baud,
            "encoding": self.encoding,
            "frames_spoilt": self.spoilt,
            "mark_bytes": self.mark_bytes,
            "bytes_a_letter": {"down": round(self.down), "up": round(self.up)},
            "jobs_per_second": round(self.per_second, 1),
            "round_trip_ms": self.round_trip.as_json() if self.round_trip else None,
            "letters": self.letters,
            "pieces_per_hour": round(self.pace),
            "late": self.late,
            "line_use": round(self.line_use, 3),
        }

    def cells(self) -> tuple[str, ...]:
        """The row under COLUMNS."""
        times = self.round_trip
        milliseconds = [f"{value:,.0f}" for value in (times.median, times.p95, times.p99)] if times else ["-"] * 3
        return (
            f"{self.baud:,}",
            self.encoding,
            f"{self.spoilt:.1%}",
            f"{self.mark_bytes:,}",
            f"{self.down + self.up:,.0f}",
            f"{self.per_second:,.1f}",
            *milliseconds,
            f"{self.late} of {self.letters}",
            f"{self.line_use:.0%}",
        )


def bench_link(letters: int, say: Callable[[str], None]) -> Iterator[LinkRow]:
    """Measure every case with the default configuration's mark; `say` hears what is being done."""
    outcome = made_before().outcome
    if not isinstance(outcome, Encoded):
        raise TypeError("the mark made before is none")
    measure: Callable[..., Any] = load_factory("line", _MEASURE)
    for baud, encoding, spoilt in itertools.product(BAUDS, ENCODINGS, SPOILT):
        say(f"link at {baud} baud, {encoding}, {spoilt:.1%} of the frames spoilt")
        told = measure(baud, encoding, spoilt, letters, outcome.spray)
        yield LinkRow(
            baud,
            encoding,
            spoilt,
            told.raster,
            told.bytes_down,
            told.bytes_up,
            told.per_second,
            Spread.of([seconds * 1000 for seconds in told.round_trips]),
            letters,
            told.pace,
            told.late,
            max(told.use_down, told.use_up),
        )


def markdown_link(rows: list[LinkRow]) -> str:
    """The rows as a Markdown table."""
    rule = ["---:"] * len(COLUMNS)
    return (
        "\n".join("| " + " | ".join(cells) + " |" for cells in (COLUMNS, rule, *(row.cells() for row in rows))) + "\n"
    )
