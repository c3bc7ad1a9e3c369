"""`mlocr spray`: one mark as an image."""

from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import console

HELP = """Make one mark, barcode and identifier line, as a PNG file: one pixel a dot of the head.

Example: mlocr spray --routing 61114230001 --tracking 00270123456123456789 --out mark.png
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("spray", help=HELP)(spray)


def spray(
    routing: Annotated[str, typer.Option(help="The 5, 9 or 11 digits of the code.")],
    out: Annotated[Path, typer.Option(help="The PNG file to write.")],
    tracking: Annotated[str, typer.Option(help="The 20 tracking digits of an Intelligent Mail barcode.")] = "",
    symbology: Annotated[
        str, typer.Option(help="postnet or imb; by default imb where --tracking is given, else postnet.")
    ] = "",
    mass_id: Annotated[str, typer.Option("--mass-id", help="The seven-character identifier.")] = "SIM0001",
    dpi: Annotated[float, typer.Option(help="Dots per inch of the head.")] = 200.0,
) -> None:
    """Make and write the mark."""
    from mlocr.services.marks import SprayRequest, spray_mark, write_mark

    mark = spray_mark(SprayRequest(routing, tracking, symbology, mass_id, dpi))
    write_mark(mark, out)
    console.print(
        f"{out}: {mark.symbol.symbology.value} {mark.symbol.bars}, {mark.text!r}", markup=False, soft_wrap=True
    )
