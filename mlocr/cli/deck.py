"""`mlocr deck`: make decks of letters, score a run against one, make one of a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mlocr.cli.common import console, parse_date, print_json
from mlocr.cli.run import register_play
from mlocr.errors import ExitCode

if TYPE_CHECKING:
    from mlocr.decks.score import Score


def register(app: typer.Typer) -> None:
    """Add `deck` with its own sub-commands."""
    deck = typer.Typer(no_args_is_help=True, help="Make a deck of letters, play one, score a run against one.")
    _register_make(deck)
    register_play(deck)
    _register_score(deck)
    _register_export(deck)
    app.add_typer(deck, name="deck")


def _register_make(deck: typer.Typer) -> None:
    @deck.command("make", epilog="Example: mlocr deck make --out decks/seven --seed 7 --count 200 --difficulty hard")
    def make(
        out: Path = typer.Option(..., "--out", help="A new or empty folder for the deck."),
        seed: int = typer.Option(1, "--seed", help="The same seed, count and difficulty make the same deck."),
        count: int = typer.Option(100, "--count", help="How many letters."),
        difficulty: str = typer.Option("normal", "--difficulty", help="easy, normal or hard."),
        links: bool = typer.Option(False, "--links", help="With DPV, LACSLink and SuiteLink tables and their letters."),
        force: bool = typer.Option(False, "--force", help="Replace the deck that stands in the folder."),
    ) -> None:
        """Draw letters from a fabricated directory, with their truth."""
        from rich.progress import Progress

        from mlocr.services import decks

        with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
            bar = progress.add_task("drawing letters", total=count)
            made = decks.make_deck(
                out,
                seed=seed,
                count=count,
                difficulty=difficulty,
                force=force,
                links=links,
                done=lambda number: progress.update(bar, completed=number),
            )
        console.print(f"{len(made.images)} letters stand in {out}; play them with: mlocr run --deck {out}")


def _register_score(deck: typer.Typer) -> None:
    @deck.command("score", epilog="Example: mlocr deck score out/run test_decks/first --json")
    def score(
        results: Path = typer.Argument(..., help="A run's output folder, or its results.jsonl."),
        deck_folder: Path = typer.Argument(..., metavar="DECK", help="The deck that was played."),
        as_json: bool = typer.Option(False, "--json", help="One JSON object on standard output."),
    ) -> None:
        """Compare a run's codes with a deck's truth; exit code 1 when a code is wrong."""
        from mlocr.services import decks

        answer = decks.score_files(results, deck_folder)
        if as_json:
            print_json(answer.as_json())
        else:
            print_score(answer)
        if answer.wrong:
            raise typer.Exit(ExitCode.LIMIT_MISSED)


def _register_export(deck: typer.Typer) -> None:
    epilog = "Example: mlocr deck export out/run --images scans --directory directory --out decks/rejects"

    @deck.command("export", epilog=epilog)
    def export(
        run: Path = typer.Argument(..., help="A run's output folder."),
        images: Path = typer.Option(..., "--images", help="The folder its pictures came from."),
        directory: Path = typer.Option(..., "--directory", help="The postal directory that decides over keyed lines."),
        out: Path = typer.Option(..., "--out", help="A new or empty folder for the deck."),
        keyed: Path | None = typer.Option(None, "--keyed", help='JSON lines {"file", "lines"} that a person keyed.'),
        everything: bool = typer.Option(False, "--all", help="Encoded letters too, not only rejects and keyed ones."),
        as_of: str | None = typer.Option(None, "--as-of", help="Coding date YYYY-MM-DD (default: today)."),
        dpi: float | None = typer.Option(None, "--dpi", min=30, max=2400, help="Where the pictures do not say theirs."),
    ) -> None:
        """Make a deck of a run's rejects and keyed letters. Nothing in a station changes by it."""
        from platformdirs import user_cache_path

        from mlocr.services.deck_export import TO_KEY, ExportOptions, export_deck
        from mlocr.services.matching_choice import choose_opener

        when = parse_date(as_of) or datetime.now().date()
        cache = user_cache_path("mlocr") / "directories"
        opener = choose_opener(directory, None, cache, when, lambda said: console.print(f"mlocr: {said}"))
        made = export_deck(ExportOptions(run, images, out, keyed, everything, dpi), opener)
        console.print(f"{made.letters} letters stand in {out}, {made.with_truth} of them with a truth")
        if made.letters > made.with_truth:
            console.print(f"key the others in {out / TO_KEY}, and export again with --keyed to give them one")
        if made.absent:
            console.print(f"mlocr: {len(made.absent)} pictures are not in {images}, {made.absent[0]} for one")


def print_score(score: Score) -> None:
    """The score as a short table, wrong pieces named."""
    from rich.table import Table

    share = f"{100 * score.rates['correct']:.2f} %"
    rows = (
        ("pieces", score.pieces),
        ("have a full code", score.expected_encodable),
        ("encoded", score.encoded),
        ("right at full depth", f"{score.correct} ({share} of those that have a full code)"),
        ("right ZIP+4", score.zip4_correct),
        ("right ZIP Code", score.zip5_correct),
        ("rightly rejected", score.rightly_rejected),
        ("wrong codes", score.wrong),
    )
    table = Table(show_header=False)
    for name, value in rows:
        table.add_row(name, str(value))
    console.print(table)
    for piece in score.wrong_pieces:
        console.print(
            f"wrong: {piece.file} {piece.category}: given {piece.given}, right is {piece.expected or 'no code'}"
        )
    for what, files in (("no result for", score.missing), ("not in the deck's truth", score.without_truth)):
        if files:
            console.print(f"{what}: {', '.join(files[:5])}{' ...' if len(files) > 5 else ''} ({len(files)})")
    if score.repeated:
        console.print(f"{score.repeated} repeated results; each image counts once, by its worst answer")
