"""`mlocr dpc`: the two-digit utility."""

from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import opened_text, print_json, shown
from mlocr.errors import BadInputError

HELP = """Delivery point digits and check digit from standardized values.

Takes one JSON object a line, from FILE or standard input, with the fields id, zip5, plus4, record_type, primary,
secondary, secondary_low, secondary_high and designator. Leave the bounds out when the matched range is not known; give
both as "" when the record has none.

The check digit is null where zip5 and plus4 are not five and four digits in quotes; the delivery point is null without
a record type.

Example: echo '{"id": 1, "zip5": "38134", "plus4": "5660", "record_type": "H", "secondary": "5A"}' | mlocr dpc --json
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("dpc", help=HELP)(dpc)


def dpc(
    file: Annotated[Path | None, typer.Argument(help="JSON lines; standard input when left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
) -> None:
    """Answer each line."""
    from mlocr.services.two_digit import two_digits

    source = "standard input" if file is None or str(file) == "-" else str(file)
    with opened_text(file) as stream:
        if not json:
            typer.echo(f"{'id':<20} {'dpc':<4} {'check':<5} rule")
        try:
            for answer in two_digits(stream, source):
                if json:
                    print_json(answer.as_json())
                else:
                    typer.echo(
                        f"{shown(answer.id):<20} {answer.dpc or '-':<4} {answer.check_digit or '-':<5} {answer.rule}"
                    )
        except UnicodeDecodeError as error:
            raise BadInputError(f"{source} is not UTF-8 text ({error.reason}); give JSON lines") from error
