"""A table answers for what was put in and for nothing else; a match under tables is never finer than without them."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.directory.links.build import build_table
from mlocr.directory.links.confirm import open_tables
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.keys import firm_of, number_of, street_of, unit_of
from mlocr.directory.links.points import delivery_points, numbers_of
from mlocr.directory.links.raw import DeliveryPointRow, format_header, format_row, write_tables
from mlocr.mail.address import AddressBlock, ConvertedAddress, TextLine
from mlocr.matching.match import Matcher
from mlocr.matching.ranges import covers
from mlocr.ports import ConfirmingTables

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))

from fake_directory import small_directory
from fake_tables import FakeDpv, FakeLacsLink, FakeSuiteLink

PRODUCT = (2026, 10)
numbers = st.text("0123456789ABN-/ ", min_size=0, max_size=8)
points = st.tuples(st.sampled_from(["04901", "04902"]), st.sampled_from(["1001", "1002"]), numbers, numbers)


def rows_of(found: set[tuple[str, str, str, str]]) -> list[DeliveryPointRow]:
    """Rows of distinct addresses, as the format spells them."""
    rows: dict[tuple[str, ...], DeliveryPointRow] = {}
    for zip5, plus4, primary, secondary in found:
        key = (zip5, plus4, number_of(primary), unit_of(secondary))
        rows.setdefault(key, DeliveryPointRow(zip5, plus4, number_of(primary), unit_of(secondary)))
    return list(rows.values())


@settings(max_examples=60, deadline=None)
@given(st.sets(points, min_size=1, max_size=40), st.lists(points, max_size=60))
def test_a_table_confirms_exactly_what_was_put_in(
    put: set[tuple[str, str, str, str]], asked: list[tuple[str, str, str, str]]
) -> None:
    rows = rows_of(put)
    held = {(r.zip5, r.plus4, r.primary, r.secondary) for r in rows}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, PRODUCT, {TableKind.DPV: rows})
        build_table(folder / "dpv.txt", TableKind.DPV, PRODUCT, folder / TableKind.DPV.file_name)
        dpv = open_tables(folder).dpv
        assert dpv is not None
        for zip5, plus4, primary, secondary in (*held, *asked):
            key = (zip5, plus4, number_of(primary), unit_of(secondary))
            if key[3]:
                assert dpv.secondary_confirmed(zip5, plus4, primary, secondary) == (key in held)
            assert dpv.primary_confirmed(zip5, plus4, primary) == ((*key[:3], "") in held)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_changed_table_never_confirms_another_address(at: int, noise: bytes) -> None:
    rows = [DeliveryPointRow("04901", "1001", str(n)) for n in range(0, 300, 2)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, PRODUCT, {TableKind.DPV: rows})
        path = folder / TableKind.DPV.file_name
        build_table(folder / "dpv.txt", TableKind.DPV, PRODUCT, path)
        data = bytearray(path.read_bytes())
        at %= len(data) - len(noise)
        data[at : at + len(noise)] = noise
        path.write_bytes(bytes(data))
        for asked in range(1, 300, 2):
            try:
                dpv = open_tables(folder).dpv
                assert dpv is not None
                assert not dpv.primary_confirmed("04901", "1001", str(asked))
            except Exception as error:
                assert type(error).__name__ in ("SealBrokenError", "BadInputError")


@given(st.text(max_size=30))
def test_spellings_stay_as_they_are_once_made(text: str) -> None:
    for spell in (number_of, unit_of, street_of, firm_of):
        assert spell(spell(text)) == spell(text)


@given(st.integers(1, 300), st.integers(0, 300), st.sampled_from("OEB"), st.sampled_from(["", "N6W", "A", "61-"]))
def test_every_number_listed_is_in_the_range(low: int, span: int, parity: str, head: str) -> None:
    if parity != "B":
        low, span = low - low % 2 + (parity == "O"), span - span % 2
    first, last = f"{head}{low}", f"{head}{low + span}"
    listed = list(numbers_of(first.zfill(10), last.zfill(10), parity))
    assert all(covers(first, last, parity, number) for number in listed if first != last)
    assert len(listed) == len(set(listed)) == (span // (1 if parity == "B" else 2) + 1 if span else 1)


LINES = (
    "124 MAIN ST", "126 MAIN ST APT 4", "11 TOWER RD", "11 TOWER RD APT 5", "PO BOX 205", "RR 1 BOX 54", "HC 2",
    "GENERAL DELIVERY", "9 ELM", "33 N OAK AVE", "124 MAIN ST PMB 4", "15 LOST RD", "12 NODELIVERY RD",
)  # fmt: skip
ZIPS = ("04901", "04902", "04903")


def some_tables(seed: int) -> tuple[FakeDpv, FakeLacsLink, FakeSuiteLink]:
    """Tables that know some of the small directory's delivery points, convert some addresses and know some firms."""
    rng = random.Random(seed)
    dpv, lacslink, suitelink = FakeDpv(), FakeLacsLink(), FakeSuiteLink()
    share = rng.choice((0.0, 0.5, 1.0))
    for row in delivery_points(small_directory().rows):
        if rng.random() < share:
            numbers = (row.primary, row.secondary) if row.secondary else (row.primary,)
            dpv.put(f"{row.zip5}-{row.plus4}", *numbers, flags=rng.choice(((), ("cmra",), ("vacant",))))
    for number, street in (("54", "RR 1"), ("", "HC 2"), ("15", "LOST RD"), ("12", "NODELIVERY RD")):
        code = rng.choice(("A", "92", "09", "14", "00"))
        new = (rng.choice(LINES), rng.choice(ZIPS)) if code in ("A", "92") else ()
        lacslink.answers["04901", number, street, ""] = ConvertedAddress(code, *new)
    suitelink.suites["04901", "5010", "11", "HARBOR LAW GROUP"] = ("STE", rng.choice(("306", "999")))
    return dpv, lacslink, suitelink


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 2**32), st.sampled_from(LINES), st.sampled_from(ZIPS), st.sampled_from(["J DOE", "HARBOR LAW GROUP"])
)
def test_a_code_under_tables_stands_on_a_confirmed_point(seed: int, line: str, zip5: str, name: str) -> None:
    dpv, lacslink, suitelink = some_tables(seed)
    block = AddressBlock(tuple(TextLine(text) for text in (name, line, f"HAVENPORT ME {zip5}")))
    plain = Matcher(small_directory()).match(block)
    found = Matcher(small_directory(), tables=ConfirmingTables(dpv, lacslink, suitelink)).match(block)
    links = found.links
    if (
        links.lacslink not in ("A", "92")
        and links.suitelink != "A"
        and plain.routing is not None
        and found.routing is not None
    ):
        assert plain.routing.digits.startswith(found.routing.digits)
    if found.routing is not None and found.routing.plus4:
        assert links.dpv in ("Y", "S", "D")
        special = {"G1", "F1", "U1"} & set(links.dpv_footnotes)
        points = {key[0] for key in dpv.points}
        assert special or f"{found.routing.zip5}-{found.routing.plus4}" in points
        assert found.record is not None and found.record.zip5 == found.routing.zip5
    else:
        assert found.record_type is None
        assert links.dpv in ("", "N")
    if links.dpv:
        assert links.dpv_footnotes[0] == "AA"
    else:
        assert links.dpv_footnotes[0] == "A1"


@pytest.mark.parametrize("kind", list(TableKind))
def test_a_raw_file_of_another_table_is_no_table(kind: TableKind, tmp_path: Path) -> None:
    others: Sequence[TableKind] = [other for other in TableKind if other is not kind]
    path = tmp_path / "raw.txt"
    row = format_row(DeliveryPointRow("04901", "1001", "1"))
    path.write_text(f"{format_header(others[0], PRODUCT)}\n{row}\n", encoding="ascii")
    with pytest.raises(Exception, match="give the right file"):
        build_table(path, kind, PRODUCT, tmp_path / "out")
