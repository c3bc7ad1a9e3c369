"""The deck that ships: whole, small, with every record type and letters not to be coded, and made by its seed."""

from pathlib import Path

from mlocr.decks.catalogue import Catalogue
from mlocr.decks.fabricate import fabricate
from mlocr.decks.format import read_deck, read_truth
from mlocr.decks.make import PRODUCT, compose, make_directory
from mlocr.mail.address import RecordType

FIRST = Path(__file__).resolve().parents[2] / "test_decks" / "first"
SEED, COUNT = 7, 120


def test_it_is_whole_and_small() -> None:
    deck, truths = read_deck(FIRST), read_truth(FIRST)
    assert [i.name for i in deck.images] == [t.file for t in truths]
    assert len(truths) == COUNT
    assert sum(f.stat().st_size for f in FIRST.rglob("*") if f.is_file()) < 12_000_000
    assert deck.as_of is not None


def test_it_has_every_record_type_and_letters_that_must_not_be_coded() -> None:
    truths = read_truth(FIRST)
    assert {t.expect.record_type for t in truths} - {""} == {kind.value for kind in RecordType}
    assert {t.expect.depth for t in truths} == {11, 5, None}
    assert {t.rotation for t in truths} == {0, 180}
    assert {"already_barcoded", "clear_zone_print", "unreadable", "blank", "foreign", "ambiguous", "lost_digit"} <= {
        t.category for t in truths
    }


def test_its_seed_still_makes_the_same_letters(tmp_path: Path) -> None:
    """When this fails after a change to the letters, make the deck anew with the command its deck.toml names."""
    assert f"--seed {SEED} --count {COUNT} --difficulty normal" in read_deck(FIRST).origin
    world = fabricate(SEED, *PRODUCT)
    make_directory(world, tmp_path)
    for name in ("zip4.txt", "ctystate.txt"):
        assert (tmp_path / name).read_bytes() == (FIRST / "directory" / name).read_bytes()
    for piece, truth in zip(compose(Catalogue(world), SEED, COUNT, "normal"), read_truth(FIRST), strict=True):
        assert [line.upper() for line in piece.lines] == [line.upper() for line in truth.lines]
        assert (piece.expect, piece.category) == (truth.expect, truth.category)
