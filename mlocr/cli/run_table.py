"""What a run shows a person: a progress line on a terminal, a short table at the end."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from mlocr.decks.score import Score
    from mlocr.services.run import RunReport
    from mlocr.station.summary import RunSummary


ANCHOR_DIGITS = 32  # of the hash; enough to name a row, short enough for a screen


class Progress:
    """A live count on a terminal; silent elsewhere."""

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = RichProgress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("starting")

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def update(self, summary: RunSummary) -> None:
        """Called as pieces end."""
        self._bar.update(self._task, description=f"{summary.pieces} pieces, {summary.encoded} encoded")


def _add_deadline(table: Table, told: Mapping[str, Any]) -> None:
    """Where the belt runs by itself: who was late, and how much time the others had left."""
    share, margin = told["late_share"] or 0.0, told["margin_ms"]
    table.add_row("late pieces", f"{told['late']} ({share:.2%}), {told['given_up']} given up undecided")
    table.add_row("margin, ms", f"least {margin['least']}, p1 {margin['p1']}, p10 {margin['p10']}, p50 {margin['p50']}")


def print_table(console: Console, report: RunReport, score: Score | None) -> None:
    """The end of a run, on one screen."""
    summary = report.summary
    table = Table(
        title="Replay, simulated identity" if summary.replay else None, show_header=False, title_justify="left"
    )
    table.add_column(style="bold")
    table.add_column()
    table.add_row("pieces", str(summary.pieces))
    table.add_row("read", str(summary.read))
    table.add_row("encoded", str(summary.encoded))
    table.add_row("rejected", str(summary.pieces - summary.encoded))
    for reason, count in summary.reasons.most_common():
        table.add_row(f"  {reason}", str(count))
    for disposition, count in sorted(summary.dispositions.items()):
        table.add_row(disposition, str(count))
    for name, count in summary.camera.items():
        if count and name not in ("acquired", "delivered"):
            table.add_row(f"camera: {name.replace('_', ' ')}", str(count))
    if score is not None:
        table.add_row("wrong codes", str(score.wrong))
        table.add_row("right at full depth", f"{score.correct} of {score.expected_encodable} that have a full code")
    rate = summary.as_json()["pieces_per_hour"]
    table.add_row("pieces per hour", f"{rate:,}" if isinstance(rate, int) else "-")
    if summary.margins_ms:
        _add_deadline(table, summary.deadline())
    if summary.resumed:
        table.add_row("resumed", f"{summary.resumed} times" if summary.resumed > 1 else "once")
    if summary.stopped:
        table.add_row("stopped", summary.stopped)
    table.add_row("sprayed images", str(report.out / "sprayed"))
    table.add_row("journal", str(report.out / "journal.db"))
    # On paper or on a screen elsewhere this is an anchor: `mlocr journal verify --anchor ROWS:HASH`.
    table.add_row("journal head", f"{summary.journal.rows}:{summary.journal.hash[:ANCHOR_DIGITS]}")
    console.print(table)
