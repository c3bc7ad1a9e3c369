"""`mlocr camera`: which cameras are there, and what one of them sees."""

from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import print_json

Json = Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    group = typer.Typer(help="The cameras of this PC, and what one of them sees.", no_args_is_help=True)
    group.command("list", epilog="Example: mlocr camera list --json")(list_them)
    group.command("preview", epilog="Example: mlocr camera preview --camera opencv --device 0 --out view.png")(preview)
    app.add_typer(group, name="camera")


def list_them(json: Json = False) -> int:
    """List the cameras of this PC; none of them is opened."""
    from mlocr.services.cameras import list_cameras

    found = list_cameras()
    for each in found:
        if json:
            print_json(each.as_json())
            continue
        barred = "" if each.allowed else " -> may not be opened by you: sudo usermod -aG video $USER, and log in again"
        typer.echo(f"{each.number}  {each.stable or each.device}  {each.name}{barred}")
    if not json:
        typer.echo(f"{len(found)} camera{'' if len(found) == 1 else 's'} found")
    return 0


def preview(
    out: Annotated[Path, typer.Option(help="The picture to write, PNG.")],
    config: Annotated[Path | None, typer.Option(help="Configuration file (TOML).")] = None,
    camera: Annotated[str | None, typer.Option(help="A camera driver by name; default: the configuration's.")] = None,
    device: Annotated[str | None, typer.Option(help="opencv: a number, name, URL or video file.")] = None,
    dpi: Annotated[float | None, typer.Option(min=20, max=2400, help="Dots per inch that the camera sees.")] = None,
    json: Json = False,
) -> int:
    """Write what the camera sees now, and say what is in it: light, size and the letter's inches."""
    from mlocr.services.cameras import preview as take
    from mlocr.services.configuration import load

    section = load(config).config.camera
    if camera is not None and camera != section.driver:
        section = section.model_copy(update={"driver": camera, "settings": {}})
    if device is not None:
        section = section.model_copy(update={"settings": {**section.settings, "device": device}})
        if not section.driver:
            section = section.model_copy(update={"driver": "opencv"})
    shown = take(section, dpi, out).as_json(out)
    if json:
        print_json(shown)
        return 0
    typer.echo(f"{out}: {shown['width']} x {shown['height']} pixels, greys {shown['dark']} to {shown['bright']} of 255")
    letter = shown["letter_in"]
    if isinstance(letter, list):
        typer.echo(f"letter: {letter[0]:g} x {letter[1]:g} in at {shown['dpi']:g} dpi")
    else:
        typer.echo("dpi is not known: lay a ruler before the camera, count the pixels of an inch, and give --dpi")
    typer.echo(f"{shown['frames']} frames, {shown['frames_per_second']} a second, {shown['frozen']} frozen")
    return 0
