"""`mlocr config`: the configuration as understood, and where each value came from."""

from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import console, print_json

CHECK_HELP = """Check a configuration, down to the parts' own rules; nothing is opened.

Example: mlocr config check --config station.toml
"""
SHOW_HELP = """Show every setting as TOML.

Example: mlocr config show --origin --config station.toml
"""

ConfigFile = Annotated[Path | None, typer.Option(help="Configuration file (TOML); none: the defaults.")]
Given = Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE over the file; may be repeated.")]


def register(app: typer.Typer) -> None:
    """Add the sub-commands."""
    group = typer.Typer(help="The configuration as understood.", no_args_is_help=True)
    group.command("check", help=CHECK_HELP)(config_check)
    group.command("show", help=SHOW_HELP)(config_show)
    app.add_typer(group, name="config")


def config_check(config: ConfigFile = None, given: Given = None) -> None:
    """Say that the configuration is right, or what is wrong with it."""
    from mlocr.services.configuration import DEFAULT, check, load, settings

    originated = load(config, given or ())
    check(originated)
    known = settings(originated)
    changed = sum(setting.origin != DEFAULT for setting in known)
    console.print(f"the configuration is right: {len(known)} settings, {changed} set by you", highlight=False)


def config_show(
    config: ConfigFile = None,
    given: Given = None,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value came from.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a setting on standard output.")] = False,
) -> None:
    """List the settings."""
    from mlocr.services.configuration import load, settings

    for setting in settings(load(config, given or ())):
        if json:
            print_json({"key": setting.key, "value": setting.value, "origin": setting.origin})
        elif origin:
            typer.echo(f"{setting.as_toml()}  # {setting.origin}")
        else:
            typer.echo(setting.as_toml())
