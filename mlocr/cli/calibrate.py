"""`mlocr calibrate`: how many codes are wrong at each certainty, measured on decks with truth."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import console, print_json

HELP = """Play decks with truth and count, for each threshold of certainty, letters encoded and codes wrong.

Writes calibration.json and curve.svg. A station whose configuration names the file as reader.calibration keeps its
reader.error_budget: at most so many wrong codes in 10,000 letters like these.

Example: mlocr calibrate test_decks/first --engine onnx --engine tesseract --out out/calibration
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("calibrate", help=HELP)(calibrate)


def calibrate(
    decks: Annotated[list[Path], typer.Argument(metavar="DECK...", help="Decks with truth.jsonl.")],
    engine: Annotated[
        list[str] | None, typer.Option(help="OCR engine; give several to see their vote too (default: the configured).")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration file (TOML).")] = None,
    directory: Annotated[Path | None, typer.Option(help="A postal directory instead of the decks' own.")] = None,
    workers: Annotated[int | None, typer.Option(min=0, help="Encode processes.")] = None,
    out: Annotated[Path, typer.Option(help="Output folder.")] = Path("out/calibration"),
    json: Annotated[bool, typer.Option("--json", help="One JSON object an engine on standard output.")] = False,
) -> None:
    """Play, count, write."""
    from mlocr.cli.run_table import Progress
    from mlocr.services.calibration import FILE_NAME, CalibrateOptions
    from mlocr.services.calibration import calibrate as make
    from mlocr.services.calibration_plot import draw_curves
    from mlocr.services.run import load_config

    engines = tuple(engine) if engine else (load_config(config).config.reader.engine,)
    options = CalibrateOptions(tuple(decks), engines, out, config, directory, workers)
    with Progress(console) as progress:
        found = make(options, datetime.now().date(), lambda said: console.print(f"mlocr: {said}"), progress.update)
    draw_curves(found, out / "curve.svg")
    for each in found:
        if json:
            print_json(each.as_json())
        else:
            _print(each)
    console.print(f"{out / FILE_NAME} and {out / 'curve.svg'} are written")


def _print(calibration: object) -> None:
    from rich.table import Table

    from mlocr.station.calibration import Calibration
    from mlocr.station.error_budget import BUDGET_OF

    if not isinstance(calibration, Calibration):
        raise TypeError("a calibration is needed")
    table = Table(title=f"{calibration.engine}, {calibration.points[0].letters} letters")
    for name in ("certainty from", "encoded", "full and right", "wrong", "wrong in 10,000 at most (95 %)"):
        table.add_column(name, justify="right")
    for point in calibration.points:
        bound = f"{point.most_wrong * BUDGET_OF:.0f}"
        table.add_row(f"{point.threshold:g}", str(point.encoded), str(point.full), str(point.wrong), bound)
    console.print(table)
