"""`mlocr run`: letters in, marks on letters, journal and summary out."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mlocr.cli.common import console, parse_date

EXAMPLE = """Play letters through the whole line. With no options: the built-in deck against the virtual line.

Example: mlocr run --deck test_decks/first --symbology imb --out out/first
"""


ConfigFile = Annotated[Path | None, typer.Option(help="Configuration file (TOML).")]
Directory = Annotated[Path | None, typer.Option(help="Postal directory, built or raw.")]
AsOf = Annotated[str | None, typer.Option(help="Coding date YYYY-MM-DD; another day than today is a replay.")]
Dpi = Annotated[float | None, typer.Option(min=30, max=2400, help="Resolution of images that do not say theirs.")]
Inkjet = Annotated[
    str | None, typer.Option(help="mock, firmware, file, serial:PORT, hitachi:PORT or package.module:factory.")
]
Pace = Annotated[str, typer.Option(help="max, or letters per hour.")]
Repeat = Annotated[int, typer.Option(min=1, help="Play the letters so many times.")]
Symbology = Annotated[str | None, typer.Option(help="postnet or imb.")]
Sprayed = Annotated[str | None, typer.Option(help="Sprayed pictures to keep: all or none.")]
Engine = Annotated[
    str | None, typer.Option(help="OCR engine: cascade, mailface, onnx, tesseract, truth or package.module:factory.")
]
Workers = Annotated[int | None, typer.Option(min=0, help="Encode processes; 0 encodes in this one.")]
Resume = Annotated[bool, typer.Option(help="Go on with a run of --out that did not end.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log everything, not only what is wrong.")]
Out = Annotated[Path | None, typer.Option(help="Output folder (default out/run).")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""

    @app.command("run", help=EXAMPLE)
    def run(
        config: ConfigFile = None,
        deck: Annotated[Path | None, typer.Option(help="A deck's folder.")] = None,
        images: Annotated[Path | None, typer.Option(help="A folder of images, or one image.")] = None,
        camera: Annotated[str | None, typer.Option(help="A camera driver by name.")] = None,
        directory: Directory = None,
        as_of: AsOf = None,
        dpi: Dpi = None,
        inkjet: Inkjet = None,
        pace: Pace = "max",
        repeat: Repeat = 1,
        symbology: Symbology = None,
        sprayed: Sprayed = None,
        engine: Engine = None,
        workers: Workers = None,
        out: Out = None,
        resume: Resume = True,
        verbose: Verbose = False,
    ) -> None:
        sources = {"config": config, "deck": deck, "images": images, "camera": camera}
        choices = {"directory": directory, "as_of": as_of, "dpi": dpi, "pace": pace, "repeat": repeat, "out": out}
        choices["resume"] = resume
        play(sources | choices, _settings(inkjet, symbology, sprayed, engine, workers), verbose)


def register_play(deck_app: typer.Typer) -> None:
    """Add `play` to the deck's own sub-commands."""

    @deck_app.command("play", epilog="Example: mlocr deck play test_decks/first --out out/first")
    def play_deck(
        deck: Annotated[Path, typer.Argument(help="The deck's folder.")],
        config: ConfigFile = None,
        directory: Directory = None,
        as_of: AsOf = None,
        dpi: Dpi = None,
        inkjet: Inkjet = None,
        pace: Pace = "max",
        repeat: Repeat = 1,
        symbology: Symbology = None,
        sprayed: Sprayed = None,
        engine: Engine = None,
        workers: Workers = None,
        out: Out = None,
        resume: Resume = True,
        verbose: Verbose = False,
    ) -> None:
        """Play a deck through the whole line, as `mlocr run --deck` does."""
        choices = {"directory": directory, "as_of": as_of, "dpi": dpi, "pace": pace, "repeat": repeat, "out": out}
        choices["resume"] = resume
        play(
            {"config": config, "deck": deck} | choices, _settings(inkjet, symbology, sprayed, engine, workers), verbose
        )


def _settings(
    inkjet: str | None, symbology: str | None, sprayed: str | None, engine: str | None, workers: int | None
) -> dict[str, Any]:
    """What the options set in the configuration, by dotted key."""
    given = {
        "inkjet.driver": inkjet,
        "mark.symbology": symbology,
        "run.sprayed": sprayed,
        "reader.engine": engine,
        "run.workers": workers,
    }
    return {key: value for key, value in given.items() if value is not None}


def play(given: dict[str, Any], settings: dict[str, Any], verbose: bool) -> None:
    """Run, show progress on a terminal, print the table, and leave with the run's exit code."""
    from mlocr.cli.run_table import Progress, print_table
    from mlocr.services.run import RunOptions, run, score_of
    from mlocr.station.log import build_logger

    as_of = parse_date(given.pop("as_of"))
    options = RunOptions(**given, as_of=as_of, settings=settings)
    with Progress(console) as progress:
        log = build_logger(sys.stderr, verbose)
        report = run(options, datetime.now().date(), progress.update, log, lambda said: console.print(f"mlocr: {said}"))
    print_table(console, report, score_of(report))
    if report.exit_code:
        raise typer.Exit(report.exit_code)
