"""The progress bar of `mlocr match`: on a terminal only, and only where the answers go elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from mlocr.services.matching_batch import BatchCount

PATIENCE_S = 0.5
"""A batch that is over sooner shows no bar and loads none."""


class MatchProgress:
    """Bytes read of the file, records, their rate and how many were coded; one closing line at the end."""

    def __init__(self, total_bytes: int | None) -> None:
        self._total = total_bytes
        self._shown = sys.stderr.isatty() and not sys.stdout.isatty()
        self._started = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._last: BatchCount | None = None

    def __enter__(self) -> MatchProgress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
            if self._last is not None:
                print(self._words(self._last), file=sys.stderr)  # noqa: T201

    def update(self, count: BatchCount, bytes_read: int) -> None:
        """Show how far it is."""
        self._last = count
        if not self._shown or time.monotonic() - self._started < PATIENCE_S:
            return
        bar, task = self._made()
        bar.update(task, completed=bytes_read, description=self._words(count))

    def _made(self) -> tuple[Progress, TaskID]:
        if self._bar is None or self._task is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
            # The answers go to standard output as they are: the bar must not take it over.
            self._bar = Progress(
                *columns,
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                refresh_per_second=5,
            )
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        return self._bar, self._task

    def _words(self, count: BatchCount) -> str:
        rate = count.records / max(time.monotonic() - self._started, 1e-9)
        by_depth = ", ".join(f"{name} {count.depths.get(depth, 0):,}" for name, depth in _DEPTHS)
        bad = f", bad rows {count.bad_rows:,}" if count.bad_rows else ""
        return f"{count.records:,} addresses, {rate:,.0f} a second: {by_depth}{bad}"


_DEPTHS = (("11 digits", 11), ("9", 9), ("5", 5), ("none", 0))
