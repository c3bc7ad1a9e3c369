"""`mlocr journal`: check a run's journal, look into it, make its results anew."""

from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import print_json

VERIFY = """Check every row against the chain, and the chain against anchors, where there are some.

A changed row is always found. A missing tail is found up to the last anchor: the summary.json beside the journal, an
anchor file of the configuration (--anchors), or what a run printed (--anchor). Exit code 7 when something does not fit.

Example: mlocr journal verify out/run/journal.db --anchors /mnt/other/anchors.txt
"""
SHOW = """The rows of a run, as they were written.

Example: mlocr journal show out/run/journal.db --kind intent
"""
RESULTS = """The rows of results.jsonl, made from the journal alone: one JSON object per letter.

Example: mlocr journal results out/run/journal.db --run 2
"""

File = Annotated[Path, typer.Argument(metavar="FILE", help="The journal.db of a run's output folder.")]
Run = Annotated[int | None, typer.Option(min=1, help="Run number; default the last.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def register(app: typer.Typer) -> None:
    """Add the sub-commands."""
    journal = typer.Typer(no_args_is_help=True, help="Check a run's journal, look into it, make its results anew.")
    journal.callback()(lambda: None)
    journal.command("verify", help=VERIFY)(verify)
    journal.command("show", help=SHOW)(show)
    journal.command("results", help=RESULTS)(results)
    app.add_typer(journal, name="journal")


def verify(
    file: File,
    anchor: Annotated[list[str] | None, typer.Option(help="ROWS:HASH as a run printed it; may be repeated.")] = None,
    anchors: Annotated[list[Path] | None, typer.Option(help="An anchor file; may be repeated.")] = None,
    json: AsJson = False,
) -> None:
    """Check a journal."""
    from mlocr.services import journals

    checked = journals.verify(file, anchor or (), anchors or ())
    if json:
        print_json(checked.as_json())
        return
    head = checked.head
    typer.echo(f"{file}: {head.rows} rows of {checked.runs} runs, each fits the one before")
    for run in checked.unfinished:
        typer.echo(f"run {run} did not end; run again into the same --out to end it")
    after = head.rows - checked.anchored
    if checked.anchors:
        said = f"{len(checked.anchors)} anchors fit, the last at row {checked.anchored}; {after} rows stand behind it"
    else:
        said = "no anchor was given: rows missing at the end would not be noticed"
    typer.echo(said)
    typer.echo(f"head {head.rows}:{head.hash}")


def show(
    file: File,
    run: Run = None,
    piece: Annotated[str, typer.Option(help="Only the rows of this piece.")] = "",
    kind: Annotated[str, typer.Option(help="Only rows of this kind, say intent.")] = "",
    json: AsJson = False,
) -> None:
    """Show rows."""
    from json import dumps

    from mlocr.services import journals

    for entry in journals.shown(file, run, piece, kind):
        if json:
            row = {"seq": entry.seq, "run": entry.run, "at": entry.at, "kind": entry.kind}
            print_json(row | {"piece": entry.piece, "body": dict(entry.body), "hash": entry.hash})
        else:
            body = dumps(entry.body, ensure_ascii=False)
            typer.echo(f"{entry.seq:6} {entry.at} {entry.kind:12} {entry.piece:14} {body}")


def results(file: File, run: Run = None) -> None:
    """Make result rows."""
    from mlocr.services import journals

    for row in journals.results(file, run):
        print_json(row)
