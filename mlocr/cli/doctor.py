"""`mlocr doctor`: what is missing or wrong on this PC, and how to mend it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import print_json

HELP = """Say what is missing or wrong on this PC, and how to mend it. Changes nothing.

Example: mlocr doctor --config station.toml
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("doctor", help=HELP)(doctor)


def doctor(
    config: Annotated[Path | None, typer.Option(help="Configuration file (TOML).")] = None,
    directory: Annotated[Path | None, typer.Option(help="Postal directory to look at.")] = None,
    out: Annotated[Path, typer.Option(help="Output folder to look at.")] = Path("out/run"),
    json: Annotated[bool, typer.Option("--json", help="One JSON object a check on standard output.")] = False,
) -> int:
    """Look at everything."""
    from mlocr.services.doctor import Patient, examine, exit_code

    checks = []
    for check in examine(Patient(config, directory, out, datetime.now().date())):
        checks.append(check)
        if json:
            print_json(check.as_json())
            continue
        typer.echo(f"{check.state:<8} {check.name}: {check.said}" + (f" -> {check.mend}" if check.mend else ""))
    return exit_code(checks)
