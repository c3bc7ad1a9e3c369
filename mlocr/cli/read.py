"""`mlocr read`: locate and read the address block of pictures, nothing else."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from platformdirs import user_cache_path

from mlocr.cli.common import console, parse_date, print_json
from mlocr.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mlocr.services.reading import ReadOptions

HELP = """Locate and read the address block only.

With --explain a drawing shows the blocks proposed with their scores, the one chosen, its lines and, where --directory
is given, what the directory made of them.

Example: mlocr read letter.png --dpi 200 --json
Example: mlocr read letter.png --explain --directory DIR --out letter-explained.png
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("read", help=HELP)(read)


def read(
    images: Annotated[list[Path], typer.Argument(help="Pictures of letters.")],
    dpi: Annotated[float | None, typer.Option(min=30, max=2400, help="For pictures that do not say theirs.")] = None,
    engine: Annotated[
        str, typer.Option(help="cascade, mailface, onnx, tesseract, or package.module:factory.")
    ] = "cascade",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a picture on standard output.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Draw how one picture was read, into --out.")] = False,
    directory: Annotated[Path | None, typer.Option(help="With --explain: match the lines too.")] = None,
    as_of: Annotated[str | None, typer.Option(help="With --directory: coding date YYYY-MM-DD (today).")] = None,
    out: Annotated[Path | None, typer.Option(help="With --explain: the drawing (PNG).")] = None,
) -> int:
    """Read each picture."""
    from mlocr.services.reading import ReadOptions, as_json, read_files

    options = ReadOptions(dpi, engine)
    if explain:
        return _explain(images, options, (directory, as_of), out)
    if out is not None or directory is not None:
        raise UsageError("--out and --directory go with --explain; add it, or leave them out")
    bad = 0
    for answer in read_files(images, options):
        shown = as_json(answer)
        if answer.problem:
            bad += 1
            console.print(f"mlocr: {answer.problem}", markup=False, soft_wrap=True)
        if json:
            print_json(shown)
        else:
            _print(shown)
    return ExitCode.BAD_INPUT if bad else ExitCode.DONE


def _explain(images: list[Path], options: "ReadOptions", data: tuple[Path | None, str | None], out: Path | None) -> int:
    from mlocr.services.matching_choice import choose_opener
    from mlocr.services.reading_drawing import draw
    from mlocr.services.reading_explain import explain_file

    directory, as_of = data
    if len(images) != 1 or out is None:
        raise UsageError("--explain draws one picture; name one image, and the drawing with --out")
    opener = None
    if directory is not None:
        cache = user_cache_path("mlocr") / "directories"
        when = parse_date(as_of) or datetime.now().date()
        opener = choose_opener(directory, None, cache, when, lambda said: typer.echo(f"mlocr: {said}", err=True))
    explained = explain_file(images[0], options, opener)
    try:
        draw(explained, out)
    except ValueError as error:
        raise UsageError(f"{out} is no name for a drawing ({error}); end it in .png") from error
    console.print(f"{out} is drawn")
    return ExitCode.DONE


def _print(shown: dict[str, object]) -> None:
    lines, confidences = shown["lines"], shown["confidences"]
    typer.echo(f"{shown['file']}: {shown['outcome']}" + (f" ({shown['reason']})" if shown["reason"] else ""))
    if isinstance(lines, list) and isinstance(confidences, list):
        for text, confidence in zip(lines, confidences, strict=True):
            typer.echo(f"  {confidence:5.2f}  {text}")
