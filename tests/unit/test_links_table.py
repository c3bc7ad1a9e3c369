"""The open table format, byte by byte, and what its reader answers."""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
from pathlib import Path

import pytest

from mlocr.directory.links import build as builder
from mlocr.directory.links.build import build_table
from mlocr.directory.links.confirm import open_tables
from mlocr.directory.links.format import HEADER_SIZE, TableKind, unpack_header
from mlocr.directory.links.raw import (
    ConvertedRow,
    DeliveryPointRow,
    RawRow,
    SuiteRow,
    format_header,
    format_row,
    parse_row,
)
from mlocr.directory.links.stops import STOP_MARK, clear_stop, leave_stop, leave_stops, stop_of
from mlocr.directory.links.table import open_table
from mlocr.errors import BadInputError, RecordError, SealBrokenError, StationError, TableStoppedError
from mlocr.mail.address import ConvertedAddress

PRODUCT = (2026, 10)
DPV: list[RawRow] = [
    DeliveryPointRow("04901", "1234", "124"),
    DeliveryPointRow("04901", "1234", "126", flags=("secondary_expected",)),
    DeliveryPointRow("04901", "1234", "126", "4B", ("vacant",)),
    DeliveryPointRow("04901", "0001", "0012", flags=("cmra", "no_stat")),
    DeliveryPointRow("04901", "9876", "31415", seed=True),
    *(DeliveryPointRow("04902", "5555", str(number)) for number in range(1, 300)),
]
LACSLINK: list[RawRow] = [
    ConvertedRow("04901", "7", "RR 1", "", "A", "18 OLD MILL RD", "04903"),
    ConvertedRow("04901", "10", "ELM ST", "3", "A", "10 OAK ST APT 3", "04901"),
    ConvertedRow("04901", "20", "ELM ST", "", "09"),
    ConvertedRow("04901", "30", "ELM ST", "", "14"),
    ConvertedRow("04901", "99", "RR 7", "", "F"),
]
SUITELINK: list[RawRow] = [SuiteRow("04901", "1234", "126", "The Acme Widget Co., Inc.", "STE", "210")]


def raw(path: Path, kind: TableKind, rows: list[RawRow], product: tuple[int, int] = PRODUCT) -> Path:
    lines = [format_header(kind, product), *(format_row(row) for row in rows)]
    path.write_text("".join(line + "\n" for line in lines), encoding="ascii")
    return path


def built(folder: Path, kind: TableKind, rows: list[RawRow]) -> Path:
    out = folder / kind.file_name
    build_table(raw(folder / kind.raw_name, kind, rows), kind, PRODUCT, out)
    return out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, rows in ((TableKind.DPV, DPV), (TableKind.LACSLINK, LACSLINK), (TableKind.SUITELINK, SUITELINK)):
        built(tmp_path, kind, rows)
    return tmp_path


def test_dpv_confirms_what_was_put_in_and_nothing_else(folder: Path) -> None:
    dpv = open_tables(folder, PRODUCT).dpv
    assert dpv is not None
    assert dpv.primary_confirmed("04901", "1234", "124")
    assert dpv.primary_confirmed("04901", "1234", "0000000124")
    assert dpv.primary_confirmed("04901", "0001", "12")
    assert not dpv.primary_confirmed("04901", "1234", "125")
    assert not dpv.primary_confirmed("04901", "1235", "124")
    assert not dpv.primary_confirmed("04902", "1234", "124")
    assert not dpv.primary_confirmed("04901", "1234", "")
    assert dpv.secondary_confirmed("04901", "1234", "126", "4b")
    assert dpv.secondary_confirmed("04901", "1234", "126", "4-B")
    assert not dpv.secondary_confirmed("04901", "1234", "126", "4")
    assert not dpv.secondary_confirmed("04901", "1234", "124", "4B")
    assert not dpv.secondary_confirmed("04901", "1234", "126", "")
    assert all(dpv.primary_confirmed("04902", "5555", str(number)) for number in range(1, 300))


def test_dpv_flags_are_those_of_the_primary_and_of_the_unit(folder: Path) -> None:
    dpv = open_tables(folder).dpv
    assert dpv is not None
    assert dpv.flags("04901", "0001", "12", "") == ("cmra", "no_stat")
    assert dpv.flags("04901", "1234", "126", "") == ("secondary_expected",)
    assert set(dpv.flags("04901", "1234", "126", "4B")) == {"secondary_expected", "vacant"}
    assert dpv.flags("04901", "1234", "124", "") == ()
    assert dpv.flags("04901", "1234", "999", "") == ()


def test_lacslink_return_codes(folder: Path) -> None:
    lacslink = open_tables(folder).lacslink
    assert lacslink is not None
    assert lacslink.convert("04901", "7", "RR 01", "") == ConvertedAddress("A", "18 OLD MILL RD", "04903")
    assert lacslink.convert("04901", "10", "ELM ST", "3") == ConvertedAddress("A", "10 OAK ST APT 3", "04901")
    assert lacslink.convert("04901", "7", "RR 1", "2") == ConvertedAddress("92", "18 OLD MILL RD", "04903")
    assert lacslink.convert("04901", "10", "ELM ST", "") == ConvertedAddress("00")
    assert lacslink.convert("04901", "10", "ELM ST", "4") == ConvertedAddress("00")
    assert lacslink.convert("04901", "20", "ELM ST", "") == ConvertedAddress("09")
    assert lacslink.convert("04901", "20", "ELM ST", "5") == ConvertedAddress("09")
    assert lacslink.convert("04901", "30", "ELM ST", "") == ConvertedAddress("14")
    assert lacslink.convert("04902", "7", "RR 1", "") == ConvertedAddress("00")


def test_suitelink_knows_a_firm_whatever_its_legal_form(folder: Path) -> None:
    suitelink = open_tables(folder).suitelink
    assert suitelink is not None
    assert suitelink.suite("04901", "1234", "126", "Acme Widget Company") == ("STE", "210")
    assert suitelink.suite("04901", "1234", "126", "Acme Widgets") is None
    assert suitelink.suite("04901", "1234", "124", "Acme Widget Company") is None


def test_a_table_that_is_not_there_is_not_asked(tmp_path: Path) -> None:
    tables = open_tables(tmp_path, PRODUCT)
    assert (tables.dpv, tables.lacslink, tables.suitelink) == (None, None, None)


def test_a_seed_stops_its_table_for_good(folder: Path) -> None:
    dpv = open_tables(folder).dpv
    assert dpv is not None
    assert dpv.primary_confirmed("04901", "1234", "124")
    with pytest.raises(TableStoppedError) as stopped:
        dpv.primary_confirmed("04901", "9876", "31415")
    assert stopped.value.exit_code == 5
    assert stopped.value.table == "DPV"
    with pytest.raises(TableStoppedError):
        dpv.primary_confirmed("04901", "1234", "124")
    with pytest.raises(TableStoppedError):
        dpv.flags("04901", "1234", "124", "")


def test_a_lacslink_seed_is_hit_with_a_unit_too(folder: Path) -> None:
    lacslink = open_tables(folder).lacslink
    assert lacslink is not None
    with pytest.raises(TableStoppedError):
        lacslink.convert("04901", "99", "RR 7", "12")


def test_the_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(TableStoppedError("DPV", "seed 12")))
    assert (error.table, error.record, str(error)) == ("DPV", "seed 12", str(TableStoppedError("DPV", "seed 12")))


def test_the_stop_mark_refuses_until_it_is_cleared(folder: Path) -> None:
    assert leave_stop(folder, TableStoppedError("DPV", "seed 12"))
    assert leave_stop(folder, TableStoppedError("LACSLink", "seed 13")), "the first mark stays"
    with pytest.raises(TableStoppedError, match="seed 12"):
        open_tables(folder)
    clear_stop(folder)
    assert stop_of(folder) is None
    assert open_tables(folder).dpv is not None


def test_an_unreadable_stop_mark_is_a_stop(folder: Path) -> None:
    (folder / STOP_MARK).write_text("{", encoding="utf-8")
    with pytest.raises(TableStoppedError):
        open_tables(folder)


def test_a_stop_mark_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert not leave_stop(tmp_path / "absent", TableStoppedError("DPV", "seed 12"))
    error = TableStoppedError("DPV", "seed 12")
    leave_stops((tmp_path, None, tmp_path / "absent"), error)
    assert (tmp_path / STOP_MARK).is_file()
    assert "by hand" in str(error) and str(tmp_path / "absent") in str(error)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_header_byte_by_byte(tmp_path: Path) -> None:
    data = built(tmp_path, TableKind.DPV, DPV).read_bytes()
    count = len(DPV)
    assert data[:8] == b"mlocrLNK"
    assert data[8:10] == b"\0\1"
    assert data[10:22] == b"DPV".ljust(12, b"\0")
    assert int.from_bytes(data[22:24], "big") == 2026
    assert data[24] == 10
    assert int.from_bytes(data[26:34], "big") == count
    assert int.from_bytes(data[34:36], "big") == 16
    assert int.from_bytes(data[36:38], "big") == 1
    assert int.from_bytes(data[38:40], "big") == 64
    assert HEADER_SIZE == 72
    assert len(data) == 72 + 17 * count + 8 * -(-count // 64)
    digests = [data[72 + 17 * n :][:16] for n in range(count)]
    assert digests == sorted(digests)


def test_a_record_as_the_document_describes_it(tmp_path: Path) -> None:
    path = built(tmp_path, TableKind.DPV, [DeliveryPointRow("04901", "1234", "00124", flags=("vacant",))])
    data = path.read_bytes()
    sha256 = hashlib.sha256((tmp_path / "dpv.txt").read_bytes()).digest()
    salt = hashlib.blake2b(sha256, digest_size=16, person=b"mlocr.links.salt").digest()
    address = b"P\x1f04901\x1f1234\x1f124"
    digest = hashlib.blake2b(address, digest_size=16, key=salt, person=b"mlocr.links.find").digest()
    mask = hashlib.blake2b(address, digest_size=1, key=salt, person=b"mlocr.links.mask").digest()
    record = digest + bytes([2 ^ mask[0]])
    key = salt + bytes(8)
    assert data[40:56] == salt
    assert data[56:72] == hashlib.blake2b(data[:56], digest_size=16, key=b"header", person=b"mlocr.linkscheck").digest()
    assert data[72:89] == record
    assert data[89:] == hashlib.blake2b(record, digest_size=8, key=key, person=b"mlocr.linkscheck").digest()


def test_the_documents_raw_records_build(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "links.md").read_text(encoding="utf-8")
    example = text.split("```")[3]
    records = [line.split("   ")[0].split("  ZIP+4")[0].strip() for line in example.splitlines() if "|" in line]
    for kind in TableKind:
        start = next(at for at, line in enumerate(records) if line.startswith(f"H|{kind.value}|"))
        end = next((at for at in range(start + 1, len(records)) if records[at].startswith("H|")), len(records))
        path = tmp_path / kind.raw_name
        path.write_text("\n".join(records[start:end]), encoding="ascii")
        assert build_table(path, kind, (2026, 11), tmp_path / kind.file_name).count == end - start - 1


def test_the_same_raw_file_gives_the_same_bytes_and_another_one_another_salt(tmp_path: Path) -> None:
    first = built(tmp_path, TableKind.DPV, DPV).read_bytes()
    assert built(tmp_path, TableKind.DPV, DPV).read_bytes() == first
    other = built(tmp_path, TableKind.DPV, DPV[1:]).read_bytes()
    assert unpack_header(other[:HEADER_SIZE], "x").salt != unpack_header(first[:HEADER_SIZE], "x").salt


def test_a_file_in_several_sorted_parts_is_the_same_as_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = built(tmp_path, TableKind.DPV, DPV).read_bytes()
    monkeypatch.setattr(builder, "SORTED_AT_ONCE", 50)
    assert built(tmp_path, TableKind.DPV, DPV).read_bytes() == whole


def test_no_address_stands_in_a_table_in_the_clear(folder: Path) -> None:
    for kind in TableKind:
        data = (folder / kind.file_name).read_bytes()[HEADER_SIZE:]
        assert not any(word in data for word in (b"OLD MILL", b"ACME", b"04901", b"04903", b"210"))


def _asked_all(path: Path, kind: TableKind) -> None:
    table = open_table(path)
    assert table.header.kind is kind and table.header.product == PRODUCT
    try:
        table.verify()
    finally:
        table.close()


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = built(tmp_path, TableKind.DPV, DPV[:3])
    good = path.read_bytes()
    for at in range(len(good)):
        for bit in (1, 128):
            path.write_bytes(good[:at] + bytes([good[at] ^ bit]) + good[at + 1 :])
            with pytest.raises((SealBrokenError, BadInputError)):
                _asked_all(path, TableKind.DPV)
    path.write_bytes(good)
    _asked_all(path, TableKind.DPV)


def test_a_question_never_answers_from_a_changed_block(tmp_path: Path) -> None:
    path = built(tmp_path, TableKind.DPV, DPV[:3])
    good = path.read_bytes()
    for at in range(HEADER_SIZE, len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 16]) + good[at + 1 :])
        tables = open_tables(tmp_path)
        assert tables.dpv is not None
        with pytest.raises(SealBrokenError):
            tables.dpv.primary_confirmed("04901", "1234", "124")


def test_a_cut_or_grown_file_is_refused(tmp_path: Path) -> None:
    path = built(tmp_path, TableKind.DPV, DPV[:3])
    good = path.read_bytes()
    for length in range(len(good)):
        path.write_bytes(good[:length])
        with pytest.raises(BadInputError):
            open_table(path)
    path.write_bytes(good + b"\0")
    with pytest.raises(BadInputError):
        open_table(path)


def test_a_table_of_another_edition_or_kind_is_refused(folder: Path) -> None:
    with pytest.raises(BadInputError, match="edition 2026-10"):
        open_tables(folder, (2026, 11))
    (folder / TableKind.DPV.file_name).write_bytes((folder / TableKind.LACSLINK.file_name).read_bytes())
    with pytest.raises(BadInputError, match="LACSLink"):
        open_tables(folder, PRODUCT)


# --- the raw files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [*DPV[:5], *LACSLINK])
def test_a_raw_row_is_read_as_it_was_written(row: RawRow) -> None:
    kind = TableKind.LACSLINK if isinstance(row, ConvertedRow) else TableKind.DPV
    assert parse_row(kind, format_row(row), "x", 2) == row


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (TableKind.DPV, "P|04901|1234|124|", "fields"),
        (TableKind.DPV, "Q|04901|1234|124||", "code"),
        (TableKind.DPV, "P|0490|1234|124||", "zip5"),
        (TableKind.DPV, "P|04901|12ND|124||", "plus4"),
        (TableKind.DPV, "P|04901|1234|124|2|", "secondary"),
        (TableKind.DPV, "S|04901|1234|124||", "secondary"),
        (TableKind.DPV, "P|04901|1234|124||X", "flags"),
        (TableKind.DPV, "P|04901|1234|12\xe94||", "record"),
        (TableKind.LACSLINK, "A|04901|7|RR 1|||", "new_line"),
        (TableKind.LACSLINK, "A|04901|7|RR 1||1 A ST|", "new_line"),
        (TableKind.LACSLINK, "09|04901|7|RR 1||1 A ST|04901", "new_line"),
        (TableKind.LACSLINK, "A|04901|7|||1 A ST|04901", "street"),
        (TableKind.LACSLINK, f"A|04901|7|RR 1||{'A' * 57}|04901", "new_line"),
        (TableKind.LACSLINK, "77|04901|7|RR 1|||", "code"),
        (TableKind.SUITELINK, "A|04901|1234|1||STE|2", "firm"),
        (TableKind.SUITELINK, "A|04901|1234|1|ACME||2", "designator"),
        (TableKind.SUITELINK, "F|04901|1234|1|ACME|STE|2", "code"),
    ],
)
def test_a_malformed_raw_row_is_named(tmp_path: Path, kind: TableKind, text: str, problem: str) -> None:
    path = tmp_path / kind.raw_name
    path.write_text(f"{format_header(kind, PRODUCT)}\n{text}\n", encoding="latin-1")
    with pytest.raises(RecordError) as error:
        build_table(path, kind, PRODUCT, tmp_path / "out")
    assert (error.value.record, error.value.field) == (2, {"fields": "record"}.get(problem, problem))


@pytest.mark.parametrize(
    "first", ["H|DPV|1|2026-1", "H|DPV|1|2026-13", "H|DPV|2|2026-10", "H|NCOA|1|2026-10", "P|04901|1234|1||", ""]
)
def test_a_malformed_raw_header_is_named(tmp_path: Path, first: str) -> None:
    path = tmp_path / "dpv.txt"
    path.write_text(f"{first}\nP|04901|1234|124||\n", encoding="ascii")
    with pytest.raises(RecordError) as error:
        build_table(path, TableKind.DPV, PRODUCT, tmp_path / "out")
    assert error.value.record == 1


@pytest.mark.parametrize("content", ["", "H|DPV|1|2026-10\n", "H|DPV|1|2026-11\nP|04901|1234|124||\n"])
def test_an_empty_file_or_another_edition_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "dpv.txt"
    path.write_text(content, encoding="ascii")
    with pytest.raises(StationError) as error:
        build_table(path, TableKind.DPV, PRODUCT, tmp_path / "out")
    assert type(error.value) is BadInputError


def test_two_words_on_one_address_are_refused_and_the_same_twice_is_once(tmp_path: Path) -> None:
    row = DeliveryPointRow("04901", "1234", "124")
    report = build_table(raw(tmp_path / "a", TableKind.DPV, [row, row]), TableKind.DPV, PRODUCT, tmp_path / "out")
    assert report.count == 1
    other = DeliveryPointRow("04901", "1234", "0124", flags=("vacant",))
    with pytest.raises(BadInputError, match="different things"):
        build_table(raw(tmp_path / "b", TableKind.DPV, [row, other]), TableKind.DPV, PRODUCT, tmp_path / "out")


def test_a_file_without_line_breaks_is_refused_at_its_first_record(tmp_path: Path) -> None:
    path = tmp_path / "dpv.txt"
    path.write_text("H|DPV|1|2026-10\n" + "P|04901|1234|124||" * 500, encoding="ascii")
    with pytest.raises(RecordError) as error:
        build_table(path, TableKind.DPV, PRODUCT, tmp_path / "out")
    assert error.value.record == 2


def test_a_table_may_come_through_a_pipe(tmp_path: Path) -> None:
    whole = built(tmp_path, TableKind.DPV, DPV).read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes((tmp_path / "dpv.txt").read_bytes()), daemon=True)
    writer.start()
    build_table(pipe, TableKind.DPV, PRODUCT, tmp_path / "out")
    writer.join()
    assert (tmp_path / "out").read_bytes() == whole


def test_raw_files_of_old_systems_are_read(tmp_path: Path) -> None:
    path = tmp_path / "dpv.txt"
    path.write_bytes(b"H|DPV|1|2026-10\r\nP|04901|1234|124||\r\n\x1a")
    assert build_table(path, TableKind.DPV, PRODUCT, tmp_path / "out").count == 1
