"""Where the short path answers, the long path gives the very same answer, trace and candidates included."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.directory.build import build_directory
from mlocr.directory.store import SqliteDirectory, open_directory
from mlocr.mail.address import AddressBlock, DirectoryRecord, RecordType, TextLine
from mlocr.mail.street import StreetRecords
from mlocr.matching.match import Matcher, MatchSettings
from mlocr.matching.ranges import covers
from mlocr.matching.streets import holding
from mlocr.ports import Directory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))
from clean_addresses import clean_address
from fake_directory import small_directory

DECK = Path(__file__).resolve().parents[2] / "test_decks" / "first" / "directory"
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=150, deadline=None, derandomize=True)

NAMES = (
    "MARY SMITH", "J R GENTRY", "ATTN BILLING", "DELGADO FOX & SONS INC", "ACME WIDGETS INC", "REAR", "PMB 44",
    "CURRENT RESIDENT", "URB LOS OLMOS", "C/O REAR", "OCCUPANT APT 2", "APT 4", "USS NIMITZ", "ECRLOT C001", "DEPT 12",
    "RETURN SERVICE REQUESTED", "12 MAIN ST", "GENERAL DELIVERY", "PO BOX 205", "RR 1 BOX 2", "1ST BANK", "", "ONE",
)  # fmt: skip
WORDS = (
    "N", "S", "E", "NW", "NORTH", "MAIN", "OAK", "ELM", "TOWER", "ST", "AVE", "CT", "LN", "RD", "APT", "STE", "FL", "#",
    "REAR", "UNIT", "B", "4", "301", "12A", "APT4", "6TH", "21ST", "SIXTH", "CALLE", "BOX", "PMB", "1/2", "MAIL", "1",
    "URB", "LOT", "DEL", "PR", "KM", "NO", "SAINT", "JOHN", "ST.", "HWY", "BEND",
)  # fmt: skip
LAST_LINES = (
    "HAVENPORT ME 04901", "HAVENPORT ME 04901-1001", "HAVENPORT ME 04902-5010", "ADJUNTAS PR 00601", "HAVENPORT ME",
    "HAVENPRT ME 04901", "HAVENPORT FL 33101", "APO AE 09012", "FT WESTERN HTS ME 04911",
)  # fmt: skip


def block(*lines: str) -> AddressBlock:
    return AddressBlock(tuple(TextLine(line) for line in lines))


class Pair:
    """The same directory's matcher with and without the short path."""

    def __init__(self, directory: Directory, rows: list[DirectoryRecord]) -> None:
        self.directory = directory
        self.rows = rows
        self.short = Matcher(directory)
        self.long = Matcher(directory, MatchSettings(short_path=False))
        self.taken = 0

    def agree(self, given: AddressBlock) -> bool:
        """Compare the paths over one block; whether the short one answered."""
        answered = self.short.short_answer(given)
        if answered is not None:
            self.taken += 1
            assert answered == self.long.directory_answer(given)
        assert self.long.short_answer(given) is None
        return answered is not None

    def clean(self, rng: random.Random) -> list[str]:
        record = rng.choice(self.rows)
        lines = clean_address(record, self.directory.cities_of_zip(record.zip5), rng)
        return list(lines or ("1 MAIN ST", "HAVENPORT ME 04901"))


class ByColumns:
    """A directory in memory whose streets are kept by columns, as a built directory has them."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __getattr__(self, name: str) -> object:
        return getattr(self._directory, name)

    def records(self, zip5: str, street_name: str) -> StreetRecords:
        return StreetRecords.of(self._directory.records(zip5, street_name))


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    out = tmp_path_factory.mktemp("deck") / "built"
    build_directory([DECK / "zip4.txt"], [DECK / "ctystate.txt"], out)
    directory = open_directory(out)
    return Pair(directory, _every_record(directory))


def _every_record(directory: SqliteDirectory) -> list[DirectoryRecord]:
    rows = directory._rows("SELECT zip5 FROM zip")
    zips = [f"{zip5:05}" for (zip5,) in rows]
    return [r for zip5 in zips for kind in RecordType for r in directory.records_of_type(zip5, kind)]


SMALL = small_directory()
LISTS = Pair(SMALL, SMALL.rows)
COLUMNS = Pair(ByColumns(SMALL), SMALL.rows)  # type: ignore[arg-type]


@FEW
@given(SEEDS)
def test_clean_addresses_of_a_built_directory(deck: Pair, seed: int) -> None:
    rng = random.Random(seed)
    lines = deck.clean(rng)
    deck.agree(block(rng.choice(NAMES[:5]), *lines))
    deck.agree(block(*lines))


def test_most_clean_addresses_take_the_short_path(deck: Pair) -> None:
    rng = random.Random(7)
    given = [deck.clean(rng) for _ in range(200)]
    streets = [lines for lines in given if lines[-2][0].isdigit()]
    assert sum(deck.agree(block("MARY SMITH", *lines)) for lines in streets) > 0.8 * len(streets)


@FEW
@given(SEEDS, st.lists(st.sampled_from(NAMES), max_size=3), st.booleans())
def test_whatever_stands_above_a_clean_address(seed: int, above: list[str], written: bool) -> None:
    for pair in (LISTS, COLUMNS):
        lines = pair.clean(random.Random(seed))
        pair.agree(block(*above, *([line.title() for line in lines] if written else lines)))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.integers(0, 320),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    st.sampled_from(NAMES),
    st.sampled_from(LAST_LINES),
)
def test_any_words_behind_a_number(number: int, words: list[str], name: str, last: str) -> None:
    line = " ".join((str(number), *words))
    for pair in (LISTS, COLUMNS):
        pair.agree(block(name, line, last))
        pair.agree(block(line, last))


@FEW
@given(SEEDS, st.sampled_from(("04901-5010", "04901-1001", "04901-9999", "04902", "49010", "04901")))
def test_a_printed_addon_or_another_zip_code(seed: int, code: str) -> None:
    for pair in (LISTS, COLUMNS):
        *above, last = pair.clean(random.Random(seed))
        pair.agree(block(*above, f"{last.rpartition(' ')[0]} {code}"))


def test_the_short_path_was_taken_in_the_tests_above() -> None:
    for pair in (LISTS, COLUMNS):
        assert pair.agree(block("MARY SMITH", "124 MAIN ST", "HAVENPORT ME 04901"))
        assert pair.agree(block("124 Main St", "Havenport ME 04901-1001"))
        assert pair.agree(block("ACME WIDGETS INC", "11 TOWER RD", "HAVENPORT ME 04901"))
        assert pair.agree(block("11 TOWER RD APT 4", "HAVENPORT ME 04901"))
        assert pair.agree(block("PO BOX 205", "HAVENPORT ME 04903"))


@pytest.mark.parametrize(
    "line",
    [
        TextLine("124 MAIN ST", 0.99),
        TextLine("124 MAIN ST", alternatives=("129 MAIN ST",)),
        TextLine("124 MAIN ST."),
        TextLine("124 MAIN ST|"),
        TextLine("124 MAIM ST"),
        TextLine("124 MAIN ST", float("nan")),
    ],
)
def test_evidence_and_damage_go_the_long_way(line: TextLine) -> None:
    given = AddressBlock((TextLine("MARY SMITH"), line, TextLine("HAVENPORT ME 04901")))
    assert LISTS.short.short_answer(given) is None


# --- records by columns ---------------------------------------------------------------------------------------------

ENDS = st.sampled_from(("0000000001", "0000000010", "0000000099", "0000000100", "A1", "0000112-10", "12", ""))


@FEW
@given(
    st.lists(st.tuples(ENDS, ENDS, st.sampled_from("OEB"), st.sampled_from(("ST", "AVE", "STREET"))), max_size=12),
    st.sampled_from(
        ("1", "10", "50", "99", "100", "0099", "A1", "112-10", "11210", "1" * 12, "", "A", "1A", "50B", "099C", "100W")
    ),
)
def test_records_by_columns_are_the_records(ranges: list[tuple[str, str, str, str]], number: str) -> None:
    plain = SMALL.rows[0]
    rows = [plain._replace(primary_low=a, primary_high=b, primary_parity=p, suffix=s) for a, b, p, s in ranges]
    kept = StreetRecords.of(rows)
    assert len(kept) == len(rows)
    assert [kept[at] for at in range(len(rows))] == rows
    assert list(kept[1:3]) == rows[1:3]
    assert holding(kept, number) == holding(rows, number)
    assert holding(
        StreetRecords.of([r for r in rows if r.primary_low.isdecimal() and r.primary_high.isdecimal()]), number
    ) == [r for r in holding(rows, number) if r.primary_low.isdecimal() and r.primary_high.isdecimal()]
    assert holding(kept, number) == [r for r in rows if covers(r.primary_low, r.primary_high, r.primary_parity, number)]
    assert kept.with_parts("", "AVE", "") == [r for r in rows if r.suffix == "AVE"]
    assert list(kept) == rows == kept
