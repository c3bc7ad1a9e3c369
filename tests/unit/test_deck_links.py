"""Decks with confirming tables: every address confirmed, and letters whose truth the tables decide."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mlocr.decks.catalogue import Catalogue
from mlocr.decks.fabricate import fabricate
from mlocr.decks.letters import Piece
from mlocr.decks.links import LinkedDeck, link
from mlocr.decks.make import PRODUCT, compose, make_deck, make_directory
from mlocr.directory.build import build_directory
from mlocr.directory.links.confirm import open_tables
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.raw import ConvertedRow, DeliveryPointRow, write_tables
from mlocr.directory.store import open_directory
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.matching.match import Matcher

CASES = ("lacslink", "suitelink", "unconfirmed")


@pytest.fixture(scope="module")
def composed() -> tuple[Catalogue, list[Piece]]:
    catalogue = Catalogue(fabricate(11, *PRODUCT))
    return catalogue, compose(catalogue, 11, 240, "easy")


@pytest.fixture(scope="module")
def linked(composed: tuple[Catalogue, list[Piece]]) -> LinkedDeck:
    catalogue, pieces = composed
    return link(pieces, catalogue, 11)


@pytest.fixture(scope="module")
def answers(linked: LinkedDeck, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Piece, Match]]:
    """Each letter of a good sheet with its answer under the tables; DPV is cut to the sectors of the letters."""
    folder = tmp_path_factory.mktemp("linked")
    make_directory(linked.world, folder)
    wanted = {(p.target.zip5, p.target.record.addon_low[:2]) for p in linked.pieces if p.target is not None}
    rows = [
        row
        for row in linked.tables[TableKind.DPV]
        if isinstance(row, DeliveryPointRow) and (row.seed or (row.zip5, row.plus4[:2]) in wanted)
    ]
    raw = write_tables(folder, PRODUCT, {**linked.tables, TableKind.DPV: rows})
    kinds = dict(zip(TableKind, raw, strict=True))
    build_directory([folder / "zip4.txt"], [folder / "ctystate.txt"], folder / "built", kinds)
    directory = open_directory(folder / "built")
    matcher = Matcher(directory, tables=open_tables(folder / "built", PRODUCT))
    good = [piece for piece in linked.pieces if not piece.flaw and piece.category != "lost_digit"]
    found = [(p, matcher.match(AddressBlock(tuple(TextLine(line) for line in p.lines)))) for p in good]
    directory.close()
    return found


def digits(match: Match) -> str:
    return match.routing.digits if match.routing else ""


def test_every_kind_of_case_is_in_a_deck(linked: LinkedDeck) -> None:
    counts = Counter(piece.category for piece in linked.pieces)
    assert all(counts[case] >= 3 for case in CASES)
    assert any(record.lacs_status == "L" for record in linked.world.records)


def test_no_code_is_wrong_and_the_tables_cases_are_right(answers: list[tuple[Piece, Match]]) -> None:
    wrong = [(p.category, p.lines, digits(m)) for p, m in answers if not p.expect.digits.startswith(digits(m))]
    assert wrong == []
    missed = [(p.lines, digits(m)) for p, m in answers if p.category in CASES and digits(m) != p.expect.digits]
    assert missed == []


def test_the_codes_of_the_tables_are_those_of_the_cases(answers: list[tuple[Piece, Match]]) -> None:
    links = {case: {(m.links.lacslink, m.links.suitelink, m.links.dpv) for p, m in answers if p.category == case}
             for case in CASES}  # fmt: skip
    assert {lacslink for lacslink, _, _ in links["lacslink"]} <= {"A", "92"}
    assert {suitelink for _, suitelink, _ in links["suitelink"]} == {"A"}
    assert {dpv for _, _, dpv in links["unconfirmed"]} == {"N"}


def test_other_letters_are_confirmed(answers: list[tuple[Piece, Match]]) -> None:
    good = [(p, m) for p, m in answers if p.expect.depth == 11 and digits(m) == p.expect.digits]
    assert {m.links.dpv for _, m in good} <= {"Y", "S", "D"}
    full = [p for p, _ in answers if p.expect.depth == 11]
    assert len(good) >= 0.97 * len(full)


def test_the_truth_changes_only_for_the_tables_cases(
    composed: tuple[Catalogue, list[Piece]], linked: LinkedDeck
) -> None:
    for before, after in zip(composed[1], linked.pieces, strict=True):
        assert after == before or after.category in CASES


def test_seeds_are_there_and_the_same_seed_makes_the_same_rows(
    composed: tuple[Catalogue, list[Piece]], linked: LinkedDeck
) -> None:
    catalogue, pieces = composed
    again = link(pieces, catalogue, 11)
    assert again == linked
    dpv = [r for r in linked.tables[TableKind.DPV] if isinstance(r, DeliveryPointRow) and r.seed]
    lacs = [r for r in linked.tables[TableKind.LACSLINK] if isinstance(r, ConvertedRow) and r.code == "F"]
    assert len(dpv) == len(lacs) == 40


def test_make_writes_the_tables_only_when_asked(tmp_path: Path) -> None:
    plain = make_deck(tmp_path / "plain", 11, 3, "easy", 1)
    assert sorted(path.name for path in plain.directory.iterdir()) == ["ctystate.txt", "zip4.txt"]
    made = make_deck(tmp_path / "linked", 11, 3, "easy", 1, links=True)
    assert made.origin.endswith("--links")
    assert {path.name for path in made.directory.iterdir()} >= {"dpv.txt", "lacslink.txt"}
