"""Decks on disk: anybody's deck opens, a broken one is a sentence."""

import datetime
import json
from pathlib import Path

import pytest

from mlocr.decks.format import Deck, Expectation, Truth, read_deck, read_truth, truth_object, write_deck, write_truth
from mlocr.errors import BadInputError

TOML = 'name = "x"\npurpose = "p"\norigin = "o"\ndpi = 200\nas_of = 2026-11-02\ndirectory = "directory"\n'
FULL = {
    "outcome": "encoded",
    "depth": 11,
    "zip5": "04113",
    "plus4": "1002",
    "dpc": "07",
    "check_digit": "3",
    "record_type": "S",
}


def deck_at(path: Path, toml: str = TOML, names: tuple[str, ...] = ("b.PNG", "a.jpg", "c.tif", "d.pgm")) -> Path:
    (path / "images").mkdir(parents=True)
    (path / "directory").mkdir()
    (path / "deck.toml").write_text(toml)
    for name in names:
        (path / "images" / name).write_bytes(b"x")
    return path


def truth_of(tmp_path: Path, *rows: object) -> tuple[Truth, ...]:
    (tmp_path / "truth.jsonl").write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows) + "\n")
    return read_truth(tmp_path)


def test_a_deck_of_others_opens(tmp_path: Path) -> None:
    deck = read_deck(deck_at(tmp_path / "d", TOML + 'maker = "someone"\n'))
    assert [i.name for i in deck.images] == ["a.jpg", "b.PNG", "c.tif", "d.pgm"]
    assert (deck.dpi, deck.as_of) == (200.0, datetime.date(2026, 11, 2))
    assert deck.directory == tmp_path / "d" / "directory"
    assert deck.extra == {"maker": "someone"}


def test_a_deck_may_leave_out_what_it_does_not_know(tmp_path: Path) -> None:
    deck = read_deck(deck_at(tmp_path / "bare", 'name = "bare"\n'))
    assert (deck.dpi, deck.as_of, deck.directory) == (None, None, None)


def test_a_date_in_quotes_counts_too(tmp_path: Path) -> None:
    assert read_deck(deck_at(tmp_path / "d", 'as_of = "2026-11-02"\n')).as_of == datetime.date(2026, 11, 2)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("name = x", "is not TOML"),
        ("dpi = 'two hundred'", "dpi must be a number"),
        ("dpi = 3", "dpi must be a number from 50 to 1200"),
        ("as_of = 'yesterday'", "as_of must be a date"),
        ("name = 7", "name must be text"),
        ("directory = 'nowhere'", "put the directory back"),
    ],
)
def test_a_bad_deck_toml_is_a_sentence(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read_deck(deck_at(tmp_path / "d", toml))


def test_missing_parts_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is not a folder"):
        read_deck(tmp_path / "none")
    with pytest.raises(BadInputError, match=r"deck\.toml is missing"):
        read_deck(tmp_path)
    (tmp_path / "deck.toml").write_text(TOML.replace('directory = "directory"\n', ""))
    with pytest.raises(BadInputError, match="images is missing"):
        read_deck(tmp_path)
    (tmp_path / "images").mkdir()
    with pytest.raises(BadInputError, match="is empty"):
        read_deck(tmp_path)
    (tmp_path / "images" / "a.webp").write_bytes(b"x")
    assert [path.name for path in read_deck(tmp_path).images] == ["a.webp"]
    with pytest.raises(BadInputError, match="can be played but not scored"):
        read_truth(tmp_path)


def test_truth_keeps_unknown_keys_and_fills_what_is_null(tmp_path: Path) -> None:
    five = {"outcome": "encoded", "depth": None, "zip5": "04113", "plus4": None, "dpc": None}
    one, two, three = truth_of(
        tmp_path,
        {
            "file": "images/a.jpg",
            "lines": ["A", "B"],
            "expect": FULL,
            "bbox": [1, 2, 3.4, 4],
            "skew": -1,
            "scanner": "x",
        },
        {"file": "b.jpg", "lines": None, "expect": five},
        {"file": "c.jpg", "lines": [], "expect": {"outcome": "rejected", "depth": None, "zip5": None}},
    )
    assert one.file == "a.jpg"
    assert one.expect.digits == "04113100207"
    assert (one.bbox, one.skew, one.extra) == ((1, 2, 3, 4), -1.0, {"scanner": "x"})
    assert two.expect == Expectation("encoded", 5, zip5="04113")
    assert three.expect.digits == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "not JSON"),
        ({"lines": []}, "needs at least file"),
        ({"file": "a", "expect": {"outcome": "maybe"}}, "encoded or rejected"),
        ({"file": "a", "expect": FULL | {"zip5": "4113"}}, "zip5 must be 5 digits"),
        ({"file": "a", "expect": FULL | {"zip5": 4113}}, "zip5 must be 5 digits"),
        ({"file": "a", "expect": FULL | {"dpc": None}}, "dpc is missing though the depth is 11"),
        ({"file": "a", "expect": FULL | {"depth": 7}}, "depth must be"),
        ({"file": "a", "expect": FULL, "bbox": [1, 2]}, "bbox must be four numbers"),
        ({"file": "a", "expect": FULL, "lines": "A"}, "lines must be a list"),
    ],
)
def test_bad_truth_names_its_line(tmp_path: Path, row: object, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as error:
        truth_of(tmp_path, {"file": "ok.jpg", "lines": [], "expect": FULL}, row)
    assert "line 2" in str(error.value)


def test_truth_says_one_thing_of_one_image(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="stands twice"):
        truth_of(tmp_path, {"file": "a", "expect": FULL}, {"file": "a", "expect": FULL})


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    deck_at(tmp_path / "d")
    made = Deck(
        tmp_path / "d", 'na"me', "p", "o", 200.0, datetime.date(2026, 11, 2), tmp_path / "d" / "directory",
        tuple(sorted((tmp_path / "d" / "images").iterdir())),
    )  # fmt: skip
    write_deck(made)
    assert read_deck(tmp_path / "d") == made
    truths = (
        Truth(
            "a.jpg",
            ("A",),
            Expectation("encoded", 11, "04113", "1002", "07", "3", "S"),
            (1, 2, 3, 4),
            180,
            0.5,
            "street",
        ),
        Truth("b.jpg", (), Expectation("rejected"), extra={"note": "é"}),
    )
    write_truth(tmp_path / "d", truths)
    assert read_truth(tmp_path / "d") == truths
    assert truth_object(truths[1])["expect"] == {
        "outcome": "rejected", "depth": None, "zip5": None, "plus4": None, "dpc": None, "check_digit": None,
        "record_type": None,
    }  # fmt: skip
