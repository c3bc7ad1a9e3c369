"""What `mlocr deck` asks for: make a deck, score a run against a deck."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from mlocr.decks.format import Deck, read_truth
from mlocr.decks.score import Answer, Score, answer_of, score
from mlocr.errors import BadInputError, UsageError

DIFFICULTIES = ("easy", "normal", "hard")
MOST_LETTERS = 100_000
MADE_HERE = ("deck.toml", "truth.jsonl", "images", "directory")


def make_deck(
    out: Path,
    *,
    seed: int = 1,
    count: int = 100,
    difficulty: str = "normal",
    force: bool = False,
    links: bool = False,
    done: Callable[[int], None] = lambda _: None,
) -> Deck:
    """Make a deck of `count` letters in the folder `out`; `done` hears how many letters are finished.

    `links`: with confirming tables (docs/links.md) beside its directory.

    Raises UsageError for a count or difficulty that cannot be, or a folder that is not empty (`force` replaces what an
    earlier deck left there), BadInputError where the folder cannot be written.
    """
    from mlocr.decks.make import make_deck as make  # noqa: PLC0415 - OpenCV and Pillow load only when drawing

    if difficulty not in DIFFICULTIES:
        raise UsageError(f"--difficulty {difficulty} is not known; choose one of {', '.join(DIFFICULTIES)}")
    if not 1 <= count <= MOST_LETTERS:
        raise UsageError(f"--count {count} cannot be made; choose 1 to {MOST_LETTERS} letters")
    _make_room(out, force)
    try:
        return make(out, seed, count, difficulty, min(count, os.cpu_count() or 1), done, links=links)
    except OSError as error:
        raise BadInputError(
            f"the deck cannot be written into {out} ({error.strerror}); choose another folder"
        ) from error


def _make_room(out: Path, force: bool) -> None:
    """An empty folder to write in."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; name a new or empty folder with --out")
    if out.is_dir() and any(out.iterdir()):
        if not force:
            raise UsageError(
                f"{out} is not empty; name a new folder with --out, or add --force to replace the deck in it"
            )
        if not (out / "deck.toml").is_file():
            raise UsageError(f"{out} holds something that is no deck, so --force does not touch it; name a new folder")
        for name in MADE_HERE:
            if (out / name).is_dir():
                shutil.rmtree(out / name)
            else:
                (out / name).unlink(missing_ok=True)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"{out} cannot be made ({error.strerror}); choose another folder") from error


def score_files(results: Path, deck: Path) -> Score:
    """Score a run against the deck in folder `deck`; `results` is a results.jsonl file or a run's output folder.

    Raises BadInputError where either cannot be read.
    """
    truths = read_truth(deck)
    return score(truths, [answer for _row, answer in answered_rows(results)])


def answered_rows(results: Path) -> Iterator[tuple[dict[str, object], Answer]]:
    """Each row of a results.jsonl (a file, or in a run's output folder), with what it says for the score.

    Raises BadInputError where the file or a row cannot be read.
    """
    file = results / "results.jsonl" if results.is_dir() else results
    if not file.is_file():
        raise BadInputError(f"{file} is missing; name a results.jsonl or the --out folder of a run")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} cannot be read as UTF-8 text ({error}); name another file") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _row(line, f"{file}, line {number}")


def _row(line: str, where: str) -> tuple[dict[str, object], Answer]:
    try:
        table = json.loads(line)
        if not isinstance(table, dict):
            raise ValueError("not an object")
        return table, answer_of(table)
    except ValueError as error:
        raise BadInputError(f"{where}: {error}; a result line is what `mlocr run` writes") from error
