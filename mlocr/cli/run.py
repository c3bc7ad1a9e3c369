"""`mlocr run`: letters in, marks on letters, journal and summary out."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mlocr.cli.common import console

EXAMPLE = """Play letters through the whole line. With no options: the built-in deck against the virtual line.

Example: mlocr run --deck test_decks/first --symbology imb --out out/first
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("run", help=EXAMPLE)(run)


def run(  # noqa: PLR0917
    config: Annotated[Path | None, typer.Option(help="Configuration file (TOML).")] = None,
    deck: Annotated[Path | None, typer.Option(help="A deck's folder.")] = None,
    images: Annotated[Path | None, typer.Option(help="A folder of images, or one image.")] = None,
    camera: Annotated[str | None, typer.Option(help="A camera driver by name.")] = None,
    directory: Annotated[Path | None, typer.Option(help="Postal directory, built or raw.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Coding date YYYY-MM-DD; another day than today is a replay.")
    ] = None,
    dpi: Annotated[float | None, typer.Option(help="Resolution of images that do not say theirs.")] = None,
    inkjet: Annotated[str | None, typer.Option(help="mock, file, serial:PORT or package.module:factory.")] = None,
    pace: Annotated[str, typer.Option(help="max, or letters per hour.")] = "max",
    repeat: Annotated[int, typer.Option(min=1, help="Play the letters so many times.")] = 1,
    symbology: Annotated[str | None, typer.Option(help="postnet or imb.")] = None,
    sprayed: Annotated[str | None, typer.Option(help="Sprayed pictures to keep: all or none.")] = None,
    engine: Annotated[str | None, typer.Option(help="OCR engine: onnx, tesseract, truth.")] = None,
    workers: Annotated[int | None, typer.Option(min=0, help="Encode processes.")] = None,
    out: Annotated[Path | None, typer.Option(help="Output folder (default out/run).")] = None,
) -> int:
    """Run the line."""
    play(
        {"config": config, "deck": deck, "images": images, "camera": camera, "directory": directory, "dpi": dpi},
        {"as_of": as_of, "pace": pace, "repeat": repeat, "out": out},
        {
            "inkjet.driver": inkjet,
            "mark.symbology": symbology,
            "run.sprayed": sprayed,
            "reader.engine": engine,
            "run.workers": workers,
        },
    )
    return 0


def play(sources: dict[str, Any], choices: dict[str, Any], settings: dict[str, Any]) -> None:
    """Run, show progress on a terminal, print the table, and leave with the run's exit code."""
    from mlocr.cli.run_table import Progress, print_table
    from mlocr.services.run import RunOptions, run, score_of

    as_of = parse_date(choices.pop("as_of"))
    chosen = {key: value for key, value in settings.items() if value is not None}
    options = RunOptions(**sources, **choices, as_of=as_of, settings=chosen)
    with Progress(console) as progress:
        report = run(options, datetime.now().date(), progress.update)
    print_table(console, report, score_of(report))
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def parse_date(text: str | None) -> Any:
    """A date, or None. Raises a usage error for anything else."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-22", param_hint="--as-of") from None
