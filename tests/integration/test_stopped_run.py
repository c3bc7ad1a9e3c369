"""A run whose letter hits a seeded false positive, by the commands: exit 5, journal row, mark, the next run refused."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mlocr.decks.format import Truth, read_truth
from mlocr.directory.files import read_zip4
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.points import delivery_points
from mlocr.directory.links.raw import DeliveryPointRow, write_tables
from mlocr.directory.links.stops import STOP_MARK
from mlocr.mail.piece import Disposition
from mlocr.station.journal import read_entries

MlocrCall = Callable[..., int]


def house_of(truth: Truth) -> str:
    """The house number of a street letter; empty for any other."""
    numbers = [found[1] for line in truth.lines[1:-1] if (found := re.match(r"(\d+) [A-Z]", line.upper()))]
    return numbers[0] if truth.category == "street" and truth.expect.depth == 11 and len(numbers) == 1 else ""


@pytest.fixture
def seeded(small_deck: Path, tmp_path: Path) -> tuple[Path, str]:
    """The small deck with a DPV table of its letters' records, one of its later letters a seed; and that letter."""
    deck = tmp_path / "deck"
    shutil.copytree(small_deck, deck)
    truths = read_truth(deck)
    wanted = {(t.expect.zip5, t.expect.plus4) for t in truths if t.expect.plus4}
    with (deck / "directory" / "zip4.txt").open("rb") as stream:
        source = read_zip4(stream, "zip4.txt")
        records, product = list(source), (source.edition.year, source.edition.month)
    points = {(r.zip5, r.plus4, r.primary, r.secondary): r for r in delivery_points(records)}
    rows = [row for row in points.values() if (row.zip5, row.plus4) in wanted]
    hit = next(t for t in truths[5:] if house_of(t))
    seed = DeliveryPointRow(hit.expect.zip5, hit.expect.plus4, house_of(hit), seed=True)
    kept = [row for row in rows if (row.zip5, row.plus4, row.primary) != (seed.zip5, seed.plus4, seed.primary)]
    write_tables(deck / "directory", product, {TableKind.DPV: [*kept, seed]})
    return deck, hit.file


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_seed_ends_the_run_and_the_next_is_refused(
    seeded: tuple[Path, str], workers: str, mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deck, hit = seeded
    out = tmp_path / "out"
    given = ("run", "--deck", deck, "--engine", "truth", "--workers", workers, "--sprayed", "none")
    assert mlocr(*given, "--out", out) == 5
    assert "seeded false positive" in capsys.readouterr().err
    entries = list(read_entries(out / "journal.db"))
    stops = [entry for entry in entries if entry.kind == "table_stopped"]
    assert [entry.body["table"] for entry in stops] == ["DPV"]
    assert entries[-1].kind == "run_ended"
    rows = {row["file"]: row for row in map(json.loads, (out / "results.jsonl").read_text().splitlines())}
    assert rows[hit]["reason"] == "table_stopped"
    # Once the run stops the belt waits for nobody: on a slow machine the letter may pass the head undecided.
    assert rows[hit]["disposition"] in (Disposition.PASSED.value, Disposition.LATE.value)
    later = [row for file, row in rows.items() if file is not None and file > hit]
    assert all(row["outcome"] == "rejected" and row["disposition"] != "sprayed" for row in later)
    assert any(row["disposition"] == "sprayed" for row in rows.values())
    assert (deck / "directory" / STOP_MARK).is_file()
    assert mlocr(*given, "--out", out) == 5
    assert mlocr(*given, "--out", tmp_path / "elsewhere") == 5
    assert "seeded false positive" in capsys.readouterr().err
    assert not (tmp_path / "elsewhere" / "results.jsonl").exists()
