"""`mlocr report`: the facsimile of PS Form 3553, and rejects by mailer, from the journals of runs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import console, print_json

HELP = """PS Form 3553 from the journal of a run, and from nothing else.

A replay, a simulated machine or a simulated line is marked NOT FOR POSTAGE.

Example: mlocr report 3553 --journal out/run/journal.db --format pdf --out form3553.pdf
"""


REJECTS_HELP = """Why letters got no code, counted by mailer (job.mailer of the configuration), with what each can mend.

Example: mlocr report rejects --journal out/monday/journal.db --journal out/tuesday/journal.db
"""


class FormFormat(StrEnum):
    """How the form is written."""

    PDF = "pdf"
    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the sub-commands."""
    reports = typer.Typer(help="Papers from a run's journal.", no_args_is_help=True)
    reports.callback()(lambda: None)
    reports.command("3553", help=HELP)(report_3553)
    reports.command("rejects", help=REJECTS_HELP)(report_rejects)
    app.add_typer(reports, name="report")


def report_3553(
    journal: Annotated[Path, typer.Option(help="The journal.db of a run.")],
    out: Annotated[Path, typer.Option(help="File to write; - is standard output (text and json).")],
    format: Annotated[FormFormat | None, typer.Option(help="Default: by the file's ending, else pdf.")] = None,
    run: Annotated[list[int] | None, typer.Option(help="Run number (may be repeated); default the last.")] = None,
) -> None:
    """Write the form."""
    from mlocr.services.papers import form3553, render, write_form

    kind = format or {".txt": FormFormat.TEXT, ".json": FormFormat.JSON}.get(out.suffix.lower(), FormFormat.PDF)
    if str(out) == "-" and kind is FormFormat.PDF:
        raise typer.BadParameter("a PDF goes into a file; name one, or give --format text", param_hint="--out")
    form = form3553(journal, run or ())
    for mark in form.marks:
        console.print(f"mlocr: {mark}", markup=False)
    if str(out) == "-":
        typer.echo(render(form, kind.value).decode("utf-8"), nl=False)
        return
    write_form(form, kind.value, out)
    console.print(f"written: {out}", markup=False, soft_wrap=True)


def report_rejects(
    journal: Annotated[list[Path], typer.Option(help="The journal.db of a run; may be repeated.")],
    run: Annotated[list[int] | None, typer.Option(help="Run number (may be repeated); default each last.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a mailer on standard output.")] = False,
) -> None:
    """Count and print."""
    from rich.table import Table

    from mlocr.services.reject_report import advice, rejects

    for mailer in rejects(journal, run or ()):
        if json:
            print_json(mailer.as_json())
            continue
        table = Table(
            title=f"{mailer.mailer}: {mailer.pieces} letters, {mailer.pieces - mailer.encoded} without a code"
        )
        for name in ("reason", "letters", "what to mend"):
            table.add_column(name, justify="right" if name == "letters" else "left")
        for reason, count in mailer.reasons.most_common():
            table.add_row(reason, str(count), advice(reason))
        console.print(table)
