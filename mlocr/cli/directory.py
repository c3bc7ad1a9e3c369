"""`mlocr directory`: build one from the product files, and say what one holds."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from mlocr.cli.common import console, print_json
from mlocr.errors import ExitCode

if TYPE_CHECKING:
    from mlocr.services.directories import DirectoryInfo

MANY_VALUES = ("--zip4", "--city-state", "--ews")

HELP = "The postal directory: build it from fixed-width product files, see what it holds."

BUILD_HELP = """Build a directory from the ZIP+4 and City State product files of one edition.

Files may hold line breaks or not, and a product may come in several. A malformed record is named and nothing is built:
the directory built before stays. The confirming tables (docs/links.md) must be of the same product month.

Example: mlocr directory build --zip4 zip4.txt --city-state ctystate.txt --out directory
"""

INFO_HELP = """Show a built directory's edition, counts, usable dates and seal; of a shelf, each directory on it.

Example: mlocr directory info directory --json
"""


class ManyValuesCommand(TyperCommand):
    """Takes several values after one flag (`--zip4 A B`), which the option parser itself does not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # the context's public class differs by release
        """Repeat the flag before each of its values, then parse as usual."""
        return super().parse_args(ctx, _repeated(args))


def _repeated(args: list[str]) -> list[str]:
    spread: list[str] = []
    flag = ""
    waiting = False
    for arg in args:
        if arg.startswith("-") and len(arg) > 1:
            name, has_value, _ = arg.partition("=")
            flag = name if name in MANY_VALUES else ""
            waiting = bool(flag) and not has_value
            spread.append(arg)
        elif flag and not waiting:
            spread += [flag, arg]
        else:
            spread.append(arg)
            waiting = False
    return spread


def register(app: typer.Typer) -> None:
    """Add the group and its two sub-commands."""
    group = typer.Typer(help=HELP, no_args_is_help=True)
    group.command("build", cls=ManyValuesCommand, help=BUILD_HELP)(build)
    group.command("info", help=INFO_HELP)(info)
    app.add_typer(group, name="directory")


def build(
    zip4: Annotated[list[Path], typer.Option("--zip4", metavar="FILE...", help="ZIP+4 files (182-byte records).")],
    city_state: Annotated[
        list[Path], typer.Option("--city-state", metavar="FILE...", help="City State files (129-byte records).")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The built directory's folder.")],
    dpv: Annotated[Path | None, typer.Option(metavar="FILE", help="A DPV table in the open format.")] = None,
    lacslink: Annotated[Path | None, typer.Option(metavar="FILE", help="A LACSLink table in the open format.")] = None,
    suitelink: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A SuiteLink table in the open format.")
    ] = None,
    ews: Annotated[
        list[Path] | None,
        typer.Option("--ews", metavar="FILE...", help="Early Warning files in the open format (docs/directory.md)."),
    ] = None,
) -> None:
    """Build and say what was built."""
    from mlocr.directory.build import BuildOptions, build_directory
    from mlocr.directory.links.format import TableKind
    from mlocr.services.directories import directory_info

    given = {TableKind.DPV: dpv, TableKind.LACSLINK: lacslink, TableKind.SUITELINK: suitelink}
    tables = {kind: path for kind, path in given.items() if path is not None}
    with _bar() as told:
        build_directory(zip4, city_state, out, tables, BuildOptions(early_warnings=ews or (), progress=told))
    _show(directory_info(out))


@contextmanager
def _bar() -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error, where that is a terminal."""
    from rich.progress import Progress

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("building the directory", total=1.0)
        yield lambda what, share: progress.update(task, description=what, completed=share)


def info(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A built directory, or a folder of several.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Show one directory, or those of a shelf, the newest first; exit code 4 where a seal does not hold."""
    from mlocr.services.directories import directory_info
    from mlocr.services.shelf import is_shelf, newest_first

    broken = False
    for at, path in enumerate(newest_first(directory) if is_shelf(directory) else [directory]):
        found = directory_info(path)
        broken = broken or bool(found.broken)
        if json:
            print_json(found.as_json())
            continue
        if at:
            typer.echo("")
        _show(found)
    if broken:
        raise typer.Exit(ExitCode.DATA_EXPIRED)


def _show(found: DirectoryInfo) -> None:
    dates = found.usability
    usable = dates.allows(datetime.date.today()) and not found.broken and not found.stopped
    today = "usable today" if usable else "NOT usable today"
    typer.echo(f"directory    {found.path}")
    typer.echo(f"product      {found.product[0]:04d}-{found.product[1]:02d}, {today}")
    typer.echo(f"may code     {dates.first_use} to {dates.last_use} ({dates.rule})")
    typer.echo(f"last mailing {dates.last_mailing}")
    typer.echo(f"ZIP+4        {_counts(found.zip4_counts)}")
    typer.echo(f"City State   {_counts(found.city_state_counts)}")
    if found.early_warnings:
        typer.echo(f"Early Warning {found.early_warnings} streets of {found.early_warning_date}")
    typer.echo(f"built        {found.built:%Y-%m-%d %H:%M} UTC, {found.broken or 'seal intact'}")
    for table, count in found.tables.items():
        typer.echo(f"{table:<12} {count} records")
    if found.stopped:
        typer.echo(f"STOPPED      {found.stopped}")
    for name, digest in found.sources:
        typer.echo(f"from         {name}  sha256 {digest[:16]}")


def _counts(counts: dict[str, int]) -> str:
    listed = ", ".join(f"{code} {count}" for code, count in counts.items())
    return f"{sum(counts.values())} records" + (f" ({listed})" if listed else "")
