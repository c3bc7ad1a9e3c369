"""The synthetic national directory: its files are the product's, a seed gives the same bytes, its samples match."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from benchmarks.national import write_early_warnings, write_national
from benchmarks.national_places import prefixes, used_prefixes, zip_plans
from benchmarks.national_samples import samples
from mlocr.directory.build import build_directory
from mlocr.directory.early_warnings import read_early_warnings
from mlocr.directory.layout import format_zip4, parse_zip4
from mlocr.directory.store import open_directory
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.matching.match import Matcher, MatchSettings

EDITION = (2026, 11)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("national")
    written = write_national(folder, 12_000, 7, EDITION)
    assert 0.8 * 12_000 < written.zip4.total() < 1.2 * 12_000
    return folder


def test_the_same_seed_gives_the_same_bytes(raw: Path, tmp_path: Path) -> None:
    write_national(tmp_path / "again", 12_000, 7, EDITION)
    write_national(tmp_path / "other", 12_000, 8, EDITION)
    for name in ("zip4.txt", "ctystate.txt"):
        assert (tmp_path / "again" / name).read_bytes() == (raw / name).read_bytes()
    assert (tmp_path / "other" / "zip4.txt").read_bytes() != (raw / "zip4.txt").read_bytes()


def test_its_early_warnings_build(raw: Path, tmp_path: Path) -> None:
    count = write_early_warnings(raw, 300_000, 7, date(2026, 11, 2))
    with (raw / "ews.txt").open("rb") as stream:
        assert len(list(read_early_warnings(stream, "ews.txt"))) == count > 0


def test_every_line_is_what_the_layout_writes(raw: Path) -> None:
    with (raw / "zip4.txt").open() as lines:
        next(lines)
        for number, line in enumerate(lines, 2):
            text = line.rstrip("\n")
            assert format_zip4(parse_zip4(text, "zip4.txt", number)) == text


def test_every_clean_sample_gets_its_code(raw: Path, tmp_path: Path) -> None:
    build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    directory = open_directory(tmp_path / "built")
    matcher = Matcher(directory, MatchSettings())
    types: Counter[str] = Counter()
    for question in samples(raw / "zip4.txt", raw / "ctystate.txt", 300, 1):
        asked = json.loads(json.dumps(question))
        expect = asked["expect"]
        match = matcher.match(AddressBlock(tuple(TextLine(line) for line in asked["lines"])))
        given = match.routing.digits if match.routing else ""
        assert given == expect["zip5"] + expect["plus4"] + expect["dpc"], asked["lines"]
        types[expect["record_type"]] += 1
    directory.close()
    assert set(types) >= {"S", "H", "P"}


@pytest.mark.parametrize("zips", [1, 45, 909, 40_909])
def test_zip_codes_ascend_within_their_states_prefixes(zips: int) -> None:
    states = dict(prefixes())
    plans = list(zip_plans(3, zips))
    assert len(plans) == zips
    assert [p.zip5 for p in plans] == sorted({p.zip5 for p in plans})
    assert all(states[p.zip5[:3]] == p.office.state for p in plans)
    assert sum(count for *_, count in used_prefixes(zips)) == zips


def test_big_cities_share_a_name_and_a_finance_number() -> None:
    plans = list(zip_plans(1, 2000))
    sizes = Counter(p.office.finance_number for p in plans)
    assert max(sizes.values()) == 25
    assert sum(size == 1 for size in sizes.values()) > 500
    assert {p.use for p in plans} == {"street", "boxes", "unique", "military", "puerto_rico"}
