"""`mlocr read`: locate and read the address block of pictures, nothing else."""

from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import console, print_json
from mlocr.errors import ExitCode

HELP = """Locate and read the address block only.

Example: mlocr read letter.png --dpi 200 --json
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("read", help=HELP)(read)


def read(
    images: Annotated[list[Path], typer.Argument(help="Pictures of letters.")],
    dpi: Annotated[float | None, typer.Option(min=30, max=2400, help="For pictures that do not say theirs.")] = None,
    engine: Annotated[str, typer.Option(help="onnx, tesseract, or package.module:factory.")] = "onnx",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a picture on standard output.")] = False,
) -> int:
    """Read each picture."""
    from mlocr.services.reading import ReadOptions, as_json, read_files

    bad = 0
    for answer in read_files(images, ReadOptions(dpi, engine)):
        shown = as_json(answer)
        if answer.problem:
            bad += 1
            console.print(f"mlocr: {answer.problem}", markup=False, soft_wrap=True)
        if json:
            print_json(shown)
        else:
            _print(shown)
    return ExitCode.BAD_INPUT if bad else ExitCode.DONE


def _print(shown: dict[str, object]) -> None:
    lines, confidences = shown["lines"], shown["confidences"]
    typer.echo(f"{shown['file']}: {shown['outcome']}" + (f" ({shown['reason']})" if shown["reason"] else ""))
    if isinstance(lines, list) and isinstance(confidences, list):
        for text, confidence in zip(lines, confidences, strict=True):
            typer.echo(f"  {confidence:5.2f}  {text}")
