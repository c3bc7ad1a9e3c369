"""`mlocr verify`: find, decode and measure the marks on images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlocr.cli.common import console, print_json
from mlocr.errors import ExitCode

if TYPE_CHECKING:
    from mlocr.services.marks import FileMarks

HELP = """Find, decode and measure the marks on pictures of letters, and read their identifier line.

Example: mlocr verify out/sprayed/0001.png --json
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("verify", help=HELP)(verify)


def verify(
    images: Annotated[list[Path], typer.Argument(help="Pictures of letters.")],
    dpi: Annotated[float | None, typer.Option(min=30, max=2400, help="For pictures that do not say theirs.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a mark on standard output.")] = False,
) -> int:
    """Look at each picture."""
    from mlocr.services.marks import as_json, verify_files

    ended: ExitCode = ExitCode.DONE
    for answer in verify_files(images, dpi):
        if answer.problem:
            ended = ended or answer.exit_code
            console.print(f"mlocr: {answer.problem}", markup=False, soft_wrap=True)
        if json:
            for shown in as_json(answer):
                print_json(shown)
        elif not answer.problem:
            _print(answer)
    return ended


def _print(answer: "FileMarks") -> None:
    if not answer.marks:
        typer.echo(f"{answer.file}: no mark found")
    for mark in answer.marks:
        said = mark.digits if mark.check_ok else "not readable, its check fails"
        measures = mark.measures
        typer.echo(
            f"{answer.file}: {mark.symbology.value:8} {said}  {mark.text or '(no identifier line)'}  "
            f"{measures['bars_per_inch']:.1f} bars/in, skew {measures['skew']:+.1f}, "
            f"{'within every tolerance' if not mark.violations else 'misses ' + ', '.join(mark.violations)}"
        )
