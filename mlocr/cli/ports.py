"""`mlocr ports`: the serial ports of this PC."""

from typing import Annotated

import typer

from mlocr.cli.common import print_json

HELP = """List the serial ports: stable name, free or busy, whether you may open it, latency timer. Opens none.

Example: mlocr ports --json
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("ports", help=HELP)(ports)


def ports(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a port on standard output.")] = False,
) -> int:
    """List them."""
    from mlocr.services.ports import list_ports

    found = list_ports()
    for port in found:
        if json:
            print_json(port.as_json())
            continue
        parts = [port.device, "busy" if port.held_by else "free", port.about, port.usb]
        typer.echo("  ".join(part for part in parts if part))
        if port.stable:
            typer.echo(f"    {port.stable}")
        if port.advice:
            typer.echo(f"    -> {port.advice}")
    if not json:
        typer.echo(f"{len(found)} serial port{'' if len(found) == 1 else 's'} found")
    return 0
