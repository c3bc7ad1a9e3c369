"""Makes a whole deck: a directory, letters from it, their pictures and their truth."""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
import random
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import cv2

from mlocr.decks import letters, troubles
from mlocr.decks.catalogue import Catalogue
from mlocr.decks.draw import DPI, draw_letter
from mlocr.decks.fabricate import World, fabricate
from mlocr.decks.format import Deck, Truth, write_deck, write_truth
from mlocr.decks.letters import Piece, Recipe
from mlocr.decks.links import link
from mlocr.decks.wording import Style
from mlocr.directory.layout import (
    CityStateRecord,
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
)
from mlocr.directory.links.raw import write_tables
from mlocr.directory.records import PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit

PRODUCT = (2026, 10)
"""Year and month of a fabricated directory: fixed, so that one seed makes the same deck for ever."""
AS_OF = datetime.date(2026, 11, 2)
"""The coding date of a made deck's replay, inside the product's time of use (DMM 602 exhibit 9.3.1)."""

GOOD: tuple[tuple[Recipe, float], ...] = (
    (letters.street, 38), (letters.highrise, 12), (letters.po_box, 10), (letters.firm, 5), (letters.route, 5),
    (letters.highrise_default, 3), (letters.odd_number, 4), (letters.military, 2), (letters.urbanization, 2),
    (letters.general_delivery, 1), (letters.alias, 2), (letters.dual, 3), (letters.wrong_zip, 1),
)  # fmt: skip
BAD: tuple[tuple[Recipe, float], ...] = (
    (troubles.unknown_street, 2), (troubles.near_miss_street, 2), (troubles.out_of_range, 2), (troubles.ambiguous, 2),
    (troubles.no_last_line, 1), (troubles.two_places, 1), (troubles.conflict, 1), (troubles.no_zip_unknown, 1),
    (troubles.foreign, 1),
    (troubles.box_without_addon, 1), (troubles.box_out_of_range, 1), (troubles.lost_digit, 1),
    (troubles.no_urbanization, 1),
    (troubles.flawed("barcode", "already_barcoded"), 2), (troubles.flawed("clear_zone", "clear_zone_print"), 1),
    (troubles.flawed("smear", "unreadable"), 1), (troubles.flawed("blank", "blank"), 1),
)  # fmt: skip
FREEDOM = {"easy": 0, "normal": 1, "hard": 2}
BAD_SHARE = {"easy": 0.08, "normal": 0.14, "hard": 0.2}
QUALITY = {"easy": (80, 88), "normal": (65, 82), "hard": (50, 80)}


def make_directory(world: World, folder: Path) -> None:
    """Write `zip4.txt` and `ctystate.txt` in the product's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    zip4 = [format_zip4_header(world.year, world.month), *(format_zip4(r) for r in world.records)]
    rows: list[CityStateRecord] = [
        *world.details,
        *world.aliases,
        *(SeasonalZip(z, months) for z, months in world.seasonal),
        *(SchemeZip(label, z) for label, z in world.schemes),
        *(ZipSplit(*parts) for parts in world.splits),
        *(PoBoxOnlyZip(z) for z in world.box_only),
    ]
    city = [format_city_state_header(world.year, world.month), *(format_city_state(r) for r in rows)]
    for name, lines in (("zip4.txt", zip4), ("ctystate.txt", city)):
        (folder / name).write_text("".join(line + "\n" for line in lines), encoding="ascii", newline="\n")


def compose(catalogue: Catalogue, seed: int, count: int, difficulty: str) -> list[Piece]:
    """The letters of a deck, in playing order."""
    style = Style(FREEDOM[difficulty])
    bad = round(count * BAD_SHARE[difficulty])
    rng = random.Random(f"letters {seed} {difficulty} {count}")
    recipes = [*spread(BAD, bad), *spread(GOOD, count - bad)]
    rng.shuffle(recipes)
    return [
        _one(recipe, random.Random(f"letter {seed} {number}"), catalogue, style)
        for number, recipe in enumerate(recipes)
    ]


def spread(table: Sequence[tuple[Recipe, float]], count: int) -> list[Recipe]:
    """`count` recipes in the table's proportions, every one at least once where there is room."""
    total = sum(weight for _, weight in table)
    ranked = sorted(range(len(table)), key=lambda i: -table[i][1])
    shares = [int(count * weight / total) for _, weight in table]
    for at in (*(i for i in ranked if not shares[i]), *ranked * (1 + count // len(table))):
        if sum(shares) < count:
            shares[at] += 1
    return [recipe for (recipe, _), share in zip(table, shares, strict=True) for _ in range(share)][:count]


def _one(recipe: Recipe, rng: random.Random, catalogue: Catalogue, style: Style) -> Piece:
    for _ in range(500):
        piece = recipe(rng, catalogue, style)
        if piece is not None:
            return letters.finish(rng, piece, style, catalogue)
    piece = None
    while piece is None:
        piece = letters.street(rng, catalogue, style)
    return letters.finish(rng, piece, style, catalogue)


def draw_one(task: tuple[Piece, int, int, str]) -> tuple[bytes, Drawing]:
    """One letter as JPEG bytes, and how it lies."""
    piece, seed, number, difficulty = task
    cv2.setNumThreads(1)
    rng = random.Random(f"drawing {seed} {number}")
    drawn = draw_letter(piece, rng, difficulty)
    quality = rng.randint(*QUALITY[difficulty])
    done, data = cv2.imencode(".jpg", drawn.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    if not done:
        raise RuntimeError("a drawn letter could not be written as JPEG")
    return data.tobytes(), (drawn.bbox, drawn.rotation, drawn.skew, drawn.capitals)


Drawing = tuple[tuple[int, int, int, int] | None, int, float, bool]
"""A block's box, rotation and skew, and whether it was printed in capitals."""


def _drawn(tasks: Sequence[tuple[Piece, int, int, str]], workers: int) -> Generator[tuple[bytes, Drawing], None, None]:
    """The letters in order, drawn by this process alone or by several."""
    if workers <= 1 or len(tasks) < 8:
        yield from map(draw_one, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(draw_one, tasks, chunksize=4)


def make_deck(
    out: Path,
    seed: int,
    count: int,
    difficulty: str,
    workers: int,
    done: Callable[[int], None] = lambda _: None,
    *,
    links: bool = False,
) -> Deck:
    """Make a deck in the empty folder `out`; the same seed, count and difficulty give the same bytes.

    `links`: with confirming tables beside the directory, and letters whose truth they change. `done` is called with the
    number of letters finished.
    """
    world = fabricate(seed, *PRODUCT)
    pieces = compose(Catalogue(world), seed, count, difficulty)
    if links:
        linked = link(pieces, Catalogue(world), seed)
        world, pieces = linked.world, list(linked.pieces)
    make_directory(world, out / "directory")
    if links:
        write_tables(out / "directory", PRODUCT, linked.tables)
    images = out / "images"
    images.mkdir(parents=True, exist_ok=True)
    tasks = [(piece, seed, number, difficulty) for number, piece in enumerate(pieces)]
    truths = []
    with contextlib.closing(_drawn(tasks, workers)) as drawings:
        for number, (data, (bbox, rotation, skew, capitals)) in enumerate(drawings):
            piece = pieces[number]
            name = f"{number + 1:05d}.jpg"
            (images / name).write_bytes(data)
            lines = tuple(line.upper() for line in piece.lines) if capitals else piece.lines
            truths.append(Truth(name, lines, piece.expect, bbox, rotation, skew, piece.category))
            done(number + 1)
    write_truth(out, truths)
    deck = Deck(
        path=out,
        name=f"{difficulty}-{seed}",
        purpose=f"{count} drawn letters of {difficulty} difficulty",
        origin=f"mlocr deck make --seed {seed} --count {count} --difficulty {difficulty}{' --links' if links else ''}",
        dpi=DPI,
        as_of=AS_OF,
        directory=out / "directory",
        images=tuple(images / t.file for t in truths),
    )
    write_deck(deck)
    return deck
