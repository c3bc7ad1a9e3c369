"""`mlocr drill`: every fault of the list, against both devices."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlocr.cli.common import busy, print_json

if TYPE_CHECKING:
    from mlocr.services.drill import DrillResult

HELP = """Play line, belt, device and station faults, and check what must hold.

No letter gets two marks or another's mark, every letter ends once, and the run goes on or stops with a sentence.
Letters, belt and devices are simulated; the run, its journal and the serial port are real. Exit code 1 when something
does not hold. docs/drill.md names the faults.

Example: mlocr drill --device mock --only 12,23
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("drill", help=HELP)(drill)


def drill(
    device: Annotated[str, typer.Option(help="mock, firmware or both.")] = "both",
    only: Annotated[str, typer.Option(help="Fault groups, such as 1,12,23; without it all 27.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Seed of what is left to chance.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="Only the few that the tests play too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a scenario on standard output.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table as Markdown.")] = False,
) -> int:
    """Drill."""
    from mlocr.errors import ExitCode, UsageError
    from mlocr.services import drill as service
    from mlocr.services.drill_table import markdown as as_markdown

    if json and markdown:
        raise UsageError("--json and --markdown exclude each other; give one of them")
    options = service.DrillOptions(device, _groups(only), seed, quick)
    results: list[DrillResult] = []
    with busy("starting") as say:
        for result in service.drill(options, say):
            results.append(result)
            if json:
                print_json(result.as_json())
    if markdown:
        sys.stdout.write(as_markdown(results))
    elif not json:
        _show(results)
    return ExitCode.DONE if all(result.verdict == "holds" for result in results) else ExitCode.LIMIT_MISSED


def _groups(only: str) -> tuple[int, ...]:
    from mlocr.errors import UsageError

    words = [word.strip() for word in only.split(",") if word.strip()]
    strange = [word for word in words if not word.isdecimal()]
    if strange:
        raise UsageError(f"--only {strange[0]} is no fault group; give numbers, such as 1,12,23")
    return tuple(int(word) for word in words)


def _show(results: list[DrillResult]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from mlocr.services import drill_table as tables

    out = Console(highlight=False)
    table = Table(box=box.SIMPLE, collapse_padding=True, pad_edge=False)
    for number, name in enumerate(tables.COLUMNS):
        left, wraps = number in (1, 2, 3, 7), number in (2, 3)
        table.add_column(name, justify="left" if left else "right", no_wrap=not wraps)
    for result in results:
        table.add_row(*tables.row(result))
    out.print(table)
    for result in results:
        for line in tables.problems(result):
            out.print(line, soft_wrap=True)
    out.print(tables.closing(results), soft_wrap=True)
