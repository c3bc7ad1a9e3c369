"""`mlocr cass`: answer and score a CASS Stage I file, or make one."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from mlocr.cli.common import console, parse_date, print_json
from mlocr.errors import ExitCode

if TYPE_CHECKING:
    from mlocr.services.cass import StageRun

SHOWN = 10
MOST_WORKERS = 256


def register(app: typer.Typer) -> None:
    """Add `cass` with its own sub-commands."""
    cass = typer.Typer(
        no_args_is_help=True, help="Certification files: answer and score a CASS Stage I file, or make one."
    )
    _register_run(cass)
    _register_make(cass)
    app.add_typer(cass, name="cass")


def _register_run(cass: typer.Typer) -> None:
    @cass.command(
        "run", epilog="Example: mlocr cass run stage1.txt --directory test_decks/first/directory --out out/cass"
    )
    def run(
        file: Path = typer.Argument(..., help="A Stage I file: 600-byte records, with or without line breaks."),
        directory: Path | None = typer.Option(
            None, help="A built directory, or a folder with zip4.txt and ctystate.txt."
        ),
        config: Path | None = typer.Option(None, help="Configuration file: its [matcher] settings, or another engine."),
        as_of: str | None = typer.Option(None, help="Coding date YYYY-MM-DD (default: today)."),
        out: Path = typer.Option(Path("out/cass"), help="Folder for the answered file, the differences and the score."),
        workers: int | None = typer.Option(
            None, "--workers", min=1, max=MOST_WORKERS, help="Processes to match with (default: one for each core)."
        ),
        as_json: bool = typer.Option(False, "--json", help="The score as one JSON object on standard output."),
    ) -> None:
        """Answer every record and score the answers; exit code 1 when a pass mark is missed."""
        from platformdirs import user_cache_path
        from rich.progress import Progress

        from mlocr.services.cass import TYPED, run_stage1
        from mlocr.services.matching_batch import cores
        from mlocr.services.matching_choice import choose_opener

        when = parse_date(as_of) or datetime.now().date()
        cache = user_cache_path("mlocr") / "directories"
        opener = choose_opener(directory, config, cache, when, lambda said: console.print(said, style="dim"), TYPED)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
            bar = progress.add_task("answering", total=None)
            answer = run_stage1(
                file,
                out,
                when,
                opener,
                workers=workers or cores(),
                done=lambda number: progress.update(bar, completed=number),
            )
        if as_json:
            print_json(answer.as_json())
        else:
            show(answer)
        if answer.score.carries_answers and not answer.passed:
            raise typer.Exit(ExitCode.LIMIT_MISSED)


def _register_make(cass: typer.Typer) -> None:
    @cass.command(
        "make",
        epilog="Example: mlocr cass make --directory test_decks/first/directory --out out/stage1.txt --seed 7",
    )
    def make(
        directory: Path = typer.Option(..., help="A built directory, or a folder with zip4.txt and ctystate.txt."),
        out: Path = typer.Option(..., "--out", help="The Stage I file; the questions go beside it as JSON lines."),
        seed: int = typer.Option(1, "--seed", help="The same directory, seed and count make the same file."),
        count: int = typer.Option(5000, "--count", help="How many records."),
        as_json: bool = typer.Option(False, "--json", help="The questions, with their truth, on standard output too."),
    ) -> None:
        """Write a synthetic Stage I file: every kind of address, every damage, alone and in pairs, with its answers."""
        from platformdirs import user_cache_path
        from rich.progress import Progress

        from mlocr.services.cass_make import make_file, questions_file

        cache = user_cache_path("mlocr") / "directories"
        with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
            bar = progress.add_task("making records", total=count)
            made = make_file(
                directory,
                cache,
                out,
                seed=seed,
                count=count,
                done=lambda number: progress.update(bar, completed=number),
            )
        if as_json:
            with questions_file(out).open(encoding="utf-8") as lines:
                for line in lines:
                    typer.echo(line.rstrip("\n"))
        console.print(f"{made.count} records of {len(made.categories)} categories stand in {out}")
        if made.absent:
            console.print(f"the directory has no address for: {', '.join(made.absent)}")


def show(run: "StageRun") -> None:
    """The score as tables, the first wrong records below them."""
    told = run.score.total
    if not run.score.carries_answers:
        console.print(
            f"{told.records} records answered in {run.out}; the file carries no answers, so nothing is scored"
        )
        return
    areas = Table("area", "right", "of", "%", "needed %", "", title=f"{told.records} records")
    for mark in run.score.marks(run.marks):
        needed = "" if mark.needed is None else f"{mark.needed / 10:.1f}"
        verdict = {None: "", True: "pass", False: "FAIL"}[mark.passed]
        share = f"{100 * mark.right / mark.scored:.2f}"
        areas.add_row(mark.area, str(mark.right), str(mark.scored), share, needed, verdict)
    console.print(areas)
    console.print(category_table(run))
    for record in run.wrong[:SHOWN]:
        console.print(
            f"wrong: record {record['record']} ({record['category']}): {record['lines']} "
            f"given {record['given'] or 'no code'}, right is {record['expected'] or 'no code'}"
        )
    console.print(f"{run.differing} records differ somewhere; all of them, with the rules tried, stand in {run.out}")


def category_table(run: "StageRun") -> Table:
    """Verdicts by category."""
    table = Table("category", "", "records", "right %", "coarser", "missing", "WRONG")
    for code, title, records, (right, *others) in run.category_rows():
        table.add_row(code, title, str(records), f"{100 * right / records:.2f}", *(str(c) for c in others))
    return table
