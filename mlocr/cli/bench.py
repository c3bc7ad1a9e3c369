"""`mlocr bench`: how fast this machine is, and how much faster than a script."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlocr.cli.common import busy, print_json

if TYPE_CHECKING:
    from mlocr.services.benchmark_figures import PartResult
    from mlocr.services.benchmark_scene import Scene

HELP = """Measure the line, each stage alone, and the way one would script it instead, side by side on this machine.

PART is line, locate, read (with locate), match, mark, wire or peer (which plays the line beside it); without one all
are measured, matching as a stage behind reading. locate compares the blocks found with the deck's truth. `bench match`
measures files of addresses instead, clean and damaged, on all cores, beside a script of ready-made parts: of the
directory given, or of one made. `bench wire` adds what the wire alone can bear, on a virtual clock: jobs a second and
round trips by baud rate, encoding and spoilt frames.

Example: mlocr bench --count 200 --runs 3
Example: mlocr bench match --directory out/directory --count 5000 --runs 3
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("bench", help=HELP)(bench)


def bench(
    part: Annotated[str, typer.Argument(help="One part: line, locate, read, match, mark, wire, peer.")] = "",
    deck: Annotated[Path | None, typer.Option(help="A deck's folder; without one a deck is made.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of what is made.")] = 101,
    count: Annotated[
        int | None, typer.Option(min=1, help="Letters of the deck made (200); addresses of bench match (5000).")
    ] = None,
    difficulty: Annotated[str, typer.Option(help="Its difficulty: easy, normal or hard.")] = "normal",
    runs: Annotated[int, typer.Option(min=1, help="How often each part is measured.")] = 3,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes of line (2) and match (each core), and of the peer.")
    ] = None,
    psm: Annotated[int, typer.Option(min=0, max=13, help="The peer's page segmentation mode.")] = 11,
    directory: Annotated[Path | None, typer.Option(help="bench match: the directory, built or raw.")] = None,
    addresses: Annotated[
        Path | None, typer.Option(help="bench match: JSON lines with lines, and expect as in a deck's truth.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a part on standard output.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table as Markdown.")] = False,
) -> int:
    """Measure."""
    from mlocr.errors import UsageError

    if json and markdown:
        raise UsageError("--json and --markdown exclude each other; give one of them")
    if part == "match":
        from mlocr.cli.bench_match import measure_match
        from mlocr.services.benchmark_match import MatchBenchOptions
        from mlocr.services.matching_batch import cores

        measure_match(
            MatchBenchOptions(directory, addresses, seed, count or 5000, runs, workers or cores()), json, markdown
        )
        return 0
    if directory or addresses:
        raise UsageError("--directory and --addresses belong to `mlocr bench match`; leave them out, or name that part")
    from mlocr.services.benchmark import BenchOptions, scene
    from mlocr.services.benchmark import bench as measure

    options = BenchOptions(part, deck, seed, count or 200, difficulty, runs, workers or 2, psm)
    at = scene(options, datetime.now().astimezone())
    results = []
    with busy("starting") as say:
        for result in measure(options, at.date.date(), say):
            results.append(result)
            if json:
                print_json(result.as_json() | at.as_json())
    if not json:
        _show(at, results, markdown)
    if part == "wire":
        from mlocr.cli.bench_wire import measure_link

        measure_link(options.count, json, markdown)
    return 0


def _show(at: Scene, results: list[PartResult], markdown: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from mlocr.services import benchmark_table as tables

    if markdown:
        sys.stdout.write(tables.markdown(at, results))
        return
    out = Console(highlight=False)
    out.print(tables.heading(at), soft_wrap=True)
    # Narrow enough for eighty columns.
    table = Table(box=box.SIMPLE, collapse_padding=True, pad_edge=False)
    for number, name in enumerate(tables.COLUMNS):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for result in results:
        table.add_row(*tables.row(result))
    out.print(table)
    for line in tables.closing_lines(results):
        out.print(line, soft_wrap=True)
