"""Proofs about whole matches, over the small directory and the shipped deck's: no wrong code, whatever the evidence.

The addresses are written from the records alone (`clean_addresses`), the damage and the expectations here; nothing of
the matcher's own reading of lines is used to judge it.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlocr.directory.build import build_directory
from mlocr.directory.store import open_directory
from mlocr.mail.address import AddressBlock, DirectoryRecord, RecordType, TextLine
from mlocr.mail.match import Match
from mlocr.matching.addon import addon_for
from mlocr.matching.delivery_point import DeliveryPointRequest, delivery_point
from mlocr.matching.match import Matcher
from mlocr.matching.ranges import covers
from mlocr.ports import Directory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))
from clean_addresses import clean_address, street_words
from fake_directory import small_directory

DECK = Path(__file__).resolve().parents[2] / "test_decks" / "first" / "directory"
FEW = settings(max_examples=120, deadline=None, derandomize=True)
MANY = settings(max_examples=250, deadline=None, derandomize=True)
SEEDS = st.integers(0, 2**32 - 1)


class World:
    """One directory with a matcher over it and all its records."""

    def __init__(self, directory: Directory, rows: Sequence[DirectoryRecord]) -> None:
        self.directory = directory
        self.matcher = Matcher(directory)
        self.rows = rows

    def ask(self, *lines: str) -> Match:
        return self.matcher.match(AddressBlock(tuple(TextLine(line) for line in lines)))

    def clean(self, rng: random.Random) -> tuple[str, ...]:
        """The lines of some address that the matcher codes in full."""
        record = rng.choice(self.rows)
        lines = clean_address(record, self.directory.cities_of_zip(record.zip5), rng)
        assume(lines is not None)
        assert lines is not None
        assume(len(digits(self.ask(*lines))) == 11)
        return lines


def digits(match: Match) -> str:
    return match.routing.digits if match.routing else ""


@pytest.fixture(scope="module")
def deck_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    out = tmp_path_factory.mktemp("deck") / "built"
    build_directory([DECK / "zip4.txt"], [DECK / "ctystate.txt"], out)
    directory = open_directory(out)
    rows = [r for zip5 in _zips() for kind in RecordType for r in directory.records_of_type(zip5, kind)]
    yield World(directory, rows)
    directory.close()


def _zips() -> list[str]:
    """The ZIP Codes of the deck's City State file (columns 2-6 of its D records)."""
    text = (DECK / "ctystate.txt").read_text("ascii").replace("\n", "")
    rows = (text[at : at + 129] for at in range(0, len(text), 129))
    return sorted({row[1:6] for row in rows if row[:1] == "D"})


SMALL = small_directory()
SMALL_WORLD = World(SMALL, SMALL.rows)


# --- a code never contradicts the record it names --------------------------------------------------------------------


def consistent(match: Match) -> None:
    """Every digit follows from the record named and the parts of the answer; a coarser answer names no record."""
    routing, record, parsed = match.routing, match.record, match.parsed
    assert (match.reason is None) == (len(digits(match)) == 11)
    assert len([c for c in match.candidates if c.chosen]) == (1 if record else 0)
    if record is None:
        assert routing is None or not routing.plus4 or {"E", "X"} & set(match.footnotes)
        return
    assert routing is not None
    assert parsed is not None
    number = parsed.primary_number
    assert routing.zip5 == record.zip5
    assert record.addon_low <= routing.plus4 <= record.addon_high
    if "W" in match.footnotes:
        return
    assert routing.plus4 == addon_for(record, number)
    if record.primary_low and not record.primary_low.lstrip("0").startswith("-"):
        assert covers(record.primary_low, record.primary_high, record.primary_parity, number)
    ends = record.secondary_low, record.secondary_high
    default = {"H", "S"} & set(match.footnotes)
    if record.record_type is RecordType.HIGHRISE and any(ends) and not default:
        forms = _unit_forms(parsed.secondary_number)
        assert any(covers(*ends, record.secondary_parity, form) for form in forms), (ends, forms)
    point = delivery_point(
        DeliveryPointRequest(
            record.record_type,
            number,
            parsed.secondary_number,
            *ends,
            designator=record.secondary_designator,
            secondary_parity=record.secondary_parity,
        )
    )
    assert (routing.delivery_point, match.delivery_point_rule) == (point.dpc, point.rule)


def _unit_forms(unit: str) -> tuple[str, ...]:
    """A unit as printed, without dashes, and with its letter at the other end (CASS letter, pattern differences)."""
    bare = unit.replace("-", "")
    return unit, bare, bare[1:] + bare[:1], bare[-1:] + bare[:-1]


@MANY
@given(SEEDS)
def test_a_clean_address_gets_the_code_of_its_record(deck_world: World, seed: int) -> None:
    rng = random.Random(seed)
    record = rng.choice(deck_world.rows)
    lines = clean_address(record, deck_world.directory.cities_of_zip(record.zip5), rng)
    assume(lines is not None)
    assert lines is not None
    match = deck_world.ask(*lines)
    consistent(match)
    assert digits(match)[:5] in ("", record.zip5)
    if len(digits(match)) > 5 and not addon_for(record, match.parsed.primary_number if match.parsed else ""):
        assert match.record != record
    if match.record == record:
        assert set(match.footnotes) <= {"G", "H", "P", "Q", "Y"}


@MANY
@given(SEEDS, st.integers(1, 4))
def test_no_damage_makes_a_code_contradict_its_record(deck_world: World, seed: int, times: int) -> None:
    rng = random.Random(seed)
    for world in (deck_world, SMALL_WORLD):
        lines = list(world.clean(rng))
        for _ in range(times):
            at = rng.randrange(len(lines))
            lines[at] = damaged(lines[at], rng)
        consistent(world.ask(*lines))


# --- no text, no evidence makes it raise, and the same question has the same answer ----------------------------------


class Liar:
    """A scorer that answers anything: too few numbers, too many, no numbers, infinities."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        size = max(0, len(strings) + self._rng.choice((0, 0, 0, 0, -1, 1, -len(strings))))
        special = (math.nan, math.inf, -math.inf, 0.0, -1e300, 1e300)
        return [self._rng.choice((*special, -self._rng.random() * 10)) for _ in range(size)]


TEXTS = st.one_of(
    st.text(max_size=60), st.text("0123456789 -#/.&", max_size=30), st.text("ABC APTSTERDPOBX019 ", max_size=40)
)
CONFIDENCES = st.one_of(st.floats(0, 1), st.sampled_from([math.nan, math.inf, -math.inf, -1.0, 2.0]))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, CONFIDENCES, st.lists(TEXTS, max_size=3)), max_size=16), SEEDS)
def test_nothing_makes_it_raise(rows: list[tuple[str, float, list[str]]], seed: int) -> None:
    rng = random.Random(seed)
    lines = tuple(
        TextLine(text, sure, None, tuple(others), Liar(rng) if rng.random() < 0.5 else None)
        for text, sure, others in rows
    )
    last = (TextLine("HAVENPORT ME 04901", rng.choice((1.0, 0.5))),) if rng.random() < 0.5 else ()
    match = SMALL_WORLD.matcher.match(AddressBlock(lines + last))
    assert (match.routing is None) <= (match.reason is not None)


@FEW
@given(SEEDS)
def test_liars_never_move_a_code(seed: int) -> None:
    """A scorer may cost digits; what it leaves are the digits of one of the readings it was given."""
    rng = random.Random(seed)
    lines = SMALL_WORLD.clean(rng)
    honest = digits(SMALL_WORLD.ask(*lines))
    read = tuple(TextLine(line, rng.choice((0.95, 0.7)), None, (), Liar(rng)) for line in lines)
    got = digits(SMALL_WORLD.matcher.match(AddressBlock(read)))
    assert honest.startswith(got)


@FEW
@given(SEEDS)
def test_it_is_deterministic_and_remembers_nothing(deck_world: World, seed: int) -> None:
    rng = random.Random(seed)
    lines = list(deck_world.clean(rng))
    lines[-2] = damaged(lines[-2], rng)
    first = deck_world.ask(*lines)
    deck_world.ask(*deck_world.clean(rng))
    assert deck_world.ask(*lines) == first
    assert Matcher(deck_world.directory).match(AddressBlock(tuple(TextLine(line) for line in lines))) == first


# --- noise, missing evidence, damage: never another code -------------------------------------------------------------

NOISE = (
    "ATTN MARY JONES",
    "ATTENTION: ACCOUNTS PAYABLE",
    "C/O JOHN SMITH",
    "RETURN SERVICE REQUESTED",
    "ADDRESS SERVICE REQUESTED",
    "***********AUTO**5-DIGIT 12345",
    "******************ECRLOT**C-001",
    "#BXNJCRC #A1234567#",
    "MR AND MRS JOHN Q PUBLIC",
    "CURRENT RESIDENT OR",
)


def agrees(first: str, second: str) -> bool:
    """Whether one code is the other, or as much of it as it gives."""
    return first.startswith(second) or second.startswith(first)


@MANY
@given(SEEDS, st.sampled_from(NOISE))
def test_a_line_of_noise_above_never_changes_the_code(deck_world: World, seed: int, noise: str) -> None:
    rng = random.Random(seed)
    for world in (deck_world, SMALL_WORLD):
        lines = world.clean(rng)
        assert digits(world.ask(*lines)).startswith(digits(world.ask(noise, *lines)))


def _without_zip(lines: Sequence[str], rng: random.Random) -> list[str]:
    return [*lines[:-1], lines[-1].rsplit(" ", 1)[0]]


def _without_a_zip_digit(lines: Sequence[str], rng: random.Random) -> list[str]:
    at = len(lines[-1]) - 1 - rng.randrange(5)
    return [*lines[:-1], lines[-1][:at] + lines[-1][at + 1 :]]


def _without_city(lines: Sequence[str], rng: random.Random) -> list[str]:
    return [*lines[:-1], lines[-1].rsplit(" ", 1)[1]]


def _without_state(lines: Sequence[str], rng: random.Random) -> list[str]:
    words = lines[-1].split()
    return [*lines[:-1], " ".join([*words[:-2], words[-1]])]


def _without_number(lines: Sequence[str], rng: random.Random) -> list[str]:
    return [*lines[:-2], lines[-2].split(" ", 1)[-1], lines[-1]]


def _without_a_word(lines: Sequence[str], rng: random.Random) -> list[str]:
    words = lines[-2].split()
    del words[rng.randrange(len(words))]
    return [*lines[:-2], " ".join(words), lines[-1]]


@MANY
@given(
    SEEDS,
    st.sampled_from(
        [_without_zip, _without_a_zip_digit, _without_city, _without_state, _without_number, _without_a_word]
    ),
)
def test_missing_evidence_never_gives_another_code(
    deck_world: World, seed: int, less: Callable[[Sequence[str], random.Random], list[str]]
) -> None:
    """What is left gives the code, less of it, or none; unless it spells another address of the directory."""
    rng = random.Random(seed)
    for world in (deck_world, SMALL_WORLD):
        lines = world.clean(rng)
        whole = world.ask(*lines)
        left = less(lines, rng)
        match = world.ask(*left)
        if not agrees(digits(whole), digits(match)):
            assert spells(match, left) or is_default_of(match, whole), (lines, left, digits(whole), digits(match))


def damaged(text: str, rng: random.Random) -> str:
    """The text with one character changed, left out, put in or swapped with the next."""
    if not text:
        return text
    at = rng.randrange(len(text))
    char = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    return rng.choice(
        (
            text[:at] + char + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + char + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        )
    )


def spells(match: Match, lines: Sequence[str]) -> bool:
    """Whether the lines spell exactly an address of the record named: its own words, its ZIP Code, and a number."""
    record = match.record
    if record is None or not lines[-1].split() or lines[-1].split()[-1] != record.zip5:
        return False
    words = lines[-2].split()
    if record.record_type is RecordType.PO_BOX:
        return len(words) == 3 and words[:2] == ["PO", "BOX"]
    street = " ".join(part for part in street_words(record) if part).split()
    if words[: len(street)] == street and words[len(street) : len(street) + 1] == ["BOX"]:
        return True
    # A fraction is part of the number: 29 1/2 BACK CHURCH ALY. Look-alike letters in it are digits: L71 is 171.
    number = words[0].translate(str.maketrans("OQDILSBZ", "00011582"))
    return any(words[at : at + len(street)] == street for at in (1, 2)) and number[:1].isdigit()


def is_default_of(match: Match, whole: Match) -> bool:
    """Whether the match is the default record of the same building: the unit is what was lost."""
    if match.record is None or whole.record is None:
        return False
    same = street_words(match.record) == street_words(whole.record) and match.record.zip5 == whole.record.zip5
    return same and bool({"H", "S"} & set(match.footnotes) or whole.record.record_type is RecordType.FIRM)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(SEEDS, st.sampled_from([-1, -2, -2]))
def test_one_damaged_character_never_gives_another_full_code(deck_world: World, seed: int, at: int) -> None:
    """Unless the damaged text is itself an exact address, or the damage took the unit off a building."""
    rng = random.Random(seed)
    for world in (deck_world, SMALL_WORLD):
        lines = list(world.clean(rng))
        whole = world.ask(*lines)
        lines[at] = damaged(lines[at], rng)
        match = world.ask(*lines)
        if len(digits(match)) > 5 and not agrees(digits(whole), digits(match)):
            assert spells(match, lines) or is_default_of(match, whole), (lines, digits(whole), digits(match))
