"""The link's table of `mlocr bench wire` at the terminal."""

from __future__ import annotations

import sys

from mlocr.cli.common import busy, print_json

_TITLE = "the wire alone on a virtual clock: jobs one by one, and a belt of 36,000 letters an hour"


def measure_link(letters: int, json: bool, markdown: bool) -> None:
    """Measure and show: an object for each case, or a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from mlocr.services.benchmark_wire import COLUMNS, bench_link, markdown_link

    rows = []
    with busy("starting") as say:
        for row in bench_link(letters, say):
            rows.append(row)
            if json:
                print_json(row.as_json())
    if json:
        return
    if markdown:
        sys.stdout.write(f"\n{_TITLE}:\n\n{markdown_link(rows)}")
        return
    table = Table(box=box.SIMPLE, collapse_padding=True, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row.cells())
    out = Console(highlight=False)
    out.print(_TITLE, soft_wrap=True)
    out.print(table)
