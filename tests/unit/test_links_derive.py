"""Tables derived from a directory's records: every case they name is what a match under them answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_directory import FakeDirectory, small_directory

from mlocr.directory.links.build import build_table
from mlocr.directory.links.confirm import open_tables
from mlocr.directory.links.derive import Derived, Point, derive_tables
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.points import delivery_points
from mlocr.directory.links.raw import write_tables
from mlocr.errors import TableStoppedError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.matching.match import Matcher

PRODUCT = (2026, 11)


@pytest.fixture(scope="module")
def directory() -> FakeDirectory:
    d = small_directory()
    d.row("04901", "S", "|OLD STAGE|RD|", "1~99~B", "8001")
    d.rows[-1] = d.rows[-1]._replace(lacs_status="L")
    return d


@pytest.fixture(scope="module")
def derived(directory: FakeDirectory) -> Derived:
    return derive_tables(directory.rows, 1, 6)


@pytest.fixture(scope="module")
def matcher(directory: FakeDirectory, derived: Derived, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    folder: Path = tmp_path_factory.mktemp("derived")
    write_tables(folder, PRODUCT, derived.tables)
    for kind in TableKind:
        build_table(folder / kind.raw_name, kind, PRODUCT, folder / kind.file_name)
    return Matcher(directory, tables=open_tables(folder, PRODUCT))


def asked(matcher: Matcher, point: Point, *above: str) -> Match:
    box = "BOX " if point.record.street_name.startswith(("RR", "HC")) else ""
    line = f"{point.street} {box}{point.number}" if box else f"{point.number} {point.street}"
    last = f"HAVENPORT {point.record.state} {point.record.zip5}"
    return matcher.match(AddressBlock(tuple(TextLine(text) for text in (*above, line, last))))


def test_every_kind_of_case_is_there(derived: Derived) -> None:
    assert len(derived.conversions) == 2
    assert {c.old.record.street_name for c in derived.conversions} == {"RR 1", "OLD STAGE"}
    assert derived.suites and derived.unconfirmed and derived.seeds


def test_old_addresses_are_converted(matcher: Matcher, derived: Derived) -> None:
    unconfirmed = {(p.record.zip5, p.plus4, p.number) for p in derived.unconfirmed}
    for case in derived.conversions:
        found = asked(matcher, case.old)
        new = case.new
        assert found.links.lacslink == "A"
        assert (new.record.zip5, new.plus4, new.number) not in unconfirmed
        assert found.routing is not None
        assert (found.routing.zip5, found.routing.plus4) == (new.record.zip5, new.plus4)


def test_firms_get_their_suites(matcher: Matcher, derived: Derived) -> None:
    for case in derived.suites:
        found = asked(matcher, case.default, case.firm)
        assert (found.links.suitelink, found.links.dpv) == ("A", "Y")
        assert found.routing is not None and found.routing.plus4 == case.suite.plus4


def test_what_is_left_out_keeps_five_digits(matcher: Matcher, derived: Derived) -> None:
    here = [p for p in derived.unconfirmed if p.record.zip5 in ("04901", "04902")]  # the line names their city
    assert here
    for point in here:
        found = asked(matcher, point)
        assert (found.routing and found.routing.digits, found.links.dpv) == (point.record.zip5, "N")


def test_seeds_are_no_address_of_the_records(directory: FakeDirectory, derived: Derived) -> None:
    known = {(row.zip5, row.plus4, row.primary) for row in delivery_points(directory.rows)}
    assert not known & {(p.record.zip5, p.plus4, p.number) for p in derived.seeds}


def test_a_seed_stops_its_table(derived: Derived, tmp_path: Path) -> None:
    path = write_tables(tmp_path, PRODUCT, {TableKind.DPV: derived.tables[TableKind.DPV]})[0]
    build_table(path, TableKind.DPV, PRODUCT, tmp_path / TableKind.DPV.file_name)
    dpv = open_tables(tmp_path).dpv
    seed = derived.seeds[0]
    assert dpv is not None
    with pytest.raises(TableStoppedError):
        dpv.primary_confirmed(seed.record.zip5, seed.plus4, seed.number)


def test_the_same_seed_derives_the_same(directory: FakeDirectory, derived: Derived) -> None:
    assert derive_tables(directory.rows, 1, 6) == derived
    assert derive_tables(directory.rows, 2, 6) != derived
