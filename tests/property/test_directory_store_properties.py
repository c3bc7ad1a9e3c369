"""Every look-up of a built directory answers what a walk over its records answers, whatever their order."""

import random
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.directory.build import BuildOptions, build_directory
from mlocr.directory.early_warnings import format_early_warning, format_early_warning_header
from mlocr.directory.layout import (
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
)
from mlocr.directory.store import SqliteDirectory, open_directory
from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, RecordType, StreetAlias

ZIPS = ("00601", "04101", "04102", "99999")
NAMES = ("", "A", "AB", "MAIN", "MAIN 2", "OLD MILL", "~", "ZZ")
MOMENT_DAY = date(2026, 11, 16)

ADDONS = st.sampled_from(
    [("0001", "0001"), ("0001", "0040"), ("0030", "0050"), ("12ND", "12ND"), ("9999", "9999"), ("", "")]
)


@st.composite
def records(draw: st.DrawFn) -> DirectoryRecord:
    low, high = draw(ADDONS)
    number = draw(st.integers(0, 99))
    return DirectoryRecord(
        draw(st.sampled_from(ZIPS)), f"K{draw(st.integers(0, 9))}", draw(st.sampled_from(list(RecordType))), "C001", "",
        draw(st.sampled_from(NAMES)), draw(st.sampled_from(("", "ST"))), "", f"{number:010d}",
        f"{number + 1:010d}", "B",
        draw(st.sampled_from(("", "ACME"))), "", "", "", "", low, high,
    )  # fmt: skip


@st.composite
def details(draw: st.DrawFn) -> CityStateDetail:
    name = draw(st.sampled_from(("ALPHA", "BETA", "GAMMA")))
    number = draw(st.integers(1, 6))
    return CityStateDetail(
        draw(st.sampled_from(ZIPS)), f"Z0000{number}", "", name, draw(st.sampled_from(("", "ALPHA", "GMA"))), "P",
        draw(st.booleans()), "Z00001", "ALPHA", draw(st.booleans()), "A", draw(st.booleans()),
        draw(st.sampled_from(("", "100001", "100002"))), draw(st.sampled_from(("ME", "PR"))), "001", "X",
    )  # fmt: skip


@st.composite
def aliases(draw: st.DrawFn) -> StreetAlias:
    name, street = draw(st.sampled_from(NAMES[1:])), draw(st.sampled_from(NAMES[1:]))
    return StreetAlias(draw(st.sampled_from(ZIPS)), "", name, "RD", "", "N", street, "ST", "", "O")


WARNINGS = st.builds(
    EarlyWarning, st.sampled_from(ZIPS), st.just("N"), st.sampled_from(NAMES[1:]), st.just("ST"), st.just("")
)


def build(
    folder: Path, rows: Sequence[DirectoryRecord], cities: Sequence[object], warnings: Sequence[EarlyWarning]
) -> Path:
    zip4, city_state, ews = folder / "zip4.txt", folder / "ctystate.txt", folder / "ews.txt"
    zip4.write_text("".join([format_zip4_header(2026, 11), *map(format_zip4, rows)]))
    city_state.write_text("".join([format_city_state_header(2026, 11), *map(format_city_state, cities)]))  # type: ignore[arg-type]
    ews.write_text("".join([format_early_warning_header(MOMENT_DAY), *map(format_early_warning, warnings)]))
    options = BuildOptions(early_warnings=[ews] if warnings else [])
    build_directory([zip4], [city_state], folder / "built", options=options)
    return folder / "built"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(records(), min_size=1, max_size=30),
    st.lists(details(), max_size=8),
    st.lists(aliases(), max_size=5),
    st.lists(WARNINGS, max_size=4),
    st.integers(0, 1000),
)
def test_look_ups(
    rows: list[DirectoryRecord],
    cities: list[CityStateDetail],
    others: list[StreetAlias],
    warnings: list[EarlyWarning],
    seed: int,
) -> None:
    every = [CityStateDetail(z, "Z00009", "", "DELTA", "", "P", True, "", "", True, "A", False, "100001", "ME", "1", "")
             ._replace(county_number="001") for z in ZIPS] + cities  # fmt: skip
    random.Random(seed).shuffle(rows)
    with tempfile.TemporaryDirectory() as name:
        directory = open_directory(build(Path(name), rows, [*every, *others], warnings))
        try:
            _compare_records(directory, rows)
            _compare_places(directory, rows, every, others)
            for zip5 in (*ZIPS, "12345"):
                assert list(directory.early_warnings(zip5)) == [w for w in warnings if w.zip5 == zip5]
        finally:
            directory.close()


def _compare_records(directory: SqliteDirectory, rows: list[DirectoryRecord]) -> None:
    for zip5 in (*ZIPS, "12345", "1234", "x"):
        mine = [r for r in rows if r.zip5 == zip5]
        assert list(directory.street_names(zip5)) == sorted({r.street_name for r in mine} - {""})
        for name in (*NAMES, "NONE"):
            assert list(directory.records(zip5, name)) == [r for r in mine if r.street_name == name]
        for kind in RecordType:
            assert list(directory.records_of_type(zip5, kind)) == [r for r in mine if r.record_type is kind]
        for addon in ("0001", "0030", "0040", "0050", "0051", "9999", "12ND", ""):
            held = [
                r for r in mine if addon.isdigit() and r.addon_low.isdigit() and r.addon_low <= addon <= r.addon_high
            ]
            assert list(directory.records_with_addon(zip5, addon)) == held


def _compare_places(
    directory: SqliteDirectory, rows: list[DirectoryRecord], every: list[CityStateDetail], others: list[StreetAlias]
) -> None:
    for zip5 in ZIPS:
        assert list(directory.cities_of_zip(zip5)) == [d for d in every if d.zip5 == zip5]
        assert list(directory.aliases(zip5)) == [a for a in others if a.zip5 == zip5]
    for name in ("ALPHA", "BETA", "GAMMA", "GMA", "DELTA", "X"):
        for state in ("", "ME", "PR"):
            named = [d for d in every if name in (d.name, d.abbreviation) and state in ("", d.state)]
            assert list(directory.cities_named(name, state)) == named
    for number in range(10):
        key = f"Z0000{number}"
        assert directory.city_by_key(key) == next((d for d in every if d.city_state_key == key), None)
    for state in ("ME", "PR", "TX"):
        assert list(directory.city_names(state)) == sorted({d.name for d in every if d.state == state})
    for office in ("100001", "100002", "100003"):
        zips = sorted({d.zip5 for d in every if d.finance_number == office})
        assert list(directory.zips_of_finance_number(office)) == zips
        names = {r.street_name for r in rows if r.zip5 in zips}
        assert list(directory.office_street_names(office)) == sorted(names - {""})
        for name in (*NAMES[1:], "NONE"):
            held = {r.zip5 for r in rows if r.street_name == name} | {a.zip5 for a in others if a.alias_name == name}
            assert list(directory.zips_of_street(office, name)) == [z for z in zips if z in held]
