"""`mlocr bench match` at the terminal."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlocr.cli.common import busy, print_json

if TYPE_CHECKING:
    from mlocr.services.benchmark_match import MatchBenchOptions, MatchResult


def measure_match(options: MatchBenchOptions, json: bool, markdown: bool) -> None:
    """Measure and show: an object for each result, or a table with what was measured above and below it."""
    from mlocr.services.benchmark_match import bench_match
    from mlocr.services.benchmark_match_table import heading, lines, markdown_table
    from mlocr.services.benchmark_scene import scene_of

    now = datetime.now().astimezone()
    at = scene_of(str(options.directory or f"made directory, seed {options.seed}"), options.runs, now)
    results: list[MatchResult] = []
    with busy("starting") as say, tempfile.TemporaryDirectory(prefix="mlocr-bench-") as folder:
        for result in bench_match(options, now.date(), Path(folder), say):
            results.append(result)
            if json:
                print_json(result.as_json() | at.as_json())
    if json:
        return
    if markdown:
        sys.stdout.write(markdown_table(at, results))
        return
    print(heading(at))  # noqa: T201
    _table(results)
    for line in lines(results):
        print(line)  # noqa: T201


def _table(results: Sequence[MatchResult]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from mlocr.services.benchmark_match_table import COLUMNS, rows

    table = Table(box=box.SIMPLE, collapse_padding=True, pad_edge=False)
    for number, name in enumerate(COLUMNS):
        table.add_column(name, justify="right" if number > 1 else "left", no_wrap=True)
    for row in rows(results):
        table.add_row(*row)
    Console(highlight=False).print(table)
