import hashlib
import io
from collections.abc import Sequence

import pytest
from directory_samples import CITY_STATE_RECORDS, ZIP4_RECORDS, city_state_text, zip4_text

from mlocr.directory import files
from mlocr.directory.files import read_city_state, read_zip4
from mlocr.directory.layout import format_zip4_header
from mlocr.errors import BadInputError, RecordError
from mlocr.mail.address import DirectoryRecord


def _read(content: bytes) -> list[DirectoryRecord]:
    return list(read_zip4(io.BytesIO(content), "zip4.txt"))


def _joined(records: Sequence[str], separator: str, last: str = "") -> bytes:
    return (separator.join(records) + last).encode("latin-1")


@pytest.mark.parametrize("separator", ["", "\n", "\r\n"], ids=["none", "lf", "crlf"])
@pytest.mark.parametrize("last", ["", "\n", "\r\n"], ids=["none", "lf", "crlf"])
def test_records_with_and_without_line_breaks(separator: str, last: str) -> None:
    assert _read(_joined(zip4_text(), separator, last)) == list(ZIP4_RECORDS)


@pytest.mark.parametrize("separator", ["", "\n", "\r\n"], ids=["none", "lf", "crlf"])
@pytest.mark.parametrize("block", [1, 7, 181, 182, 183, 1000])
def test_records_across_read_blocks(separator: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK", block)
    assert _read(_joined(zip4_text(), separator)) == list(ZIP4_RECORDS)


def test_city_state_of_every_type() -> None:
    source = read_city_state(io.BytesIO(_joined(city_state_text(), "\r\n")), "ctystate.txt")
    assert tuple(source) == CITY_STATE_RECORDS


def test_edition_and_hash() -> None:
    content = _joined(zip4_text(), "\n")
    source = read_zip4(io.BytesIO(content), "zip4.txt")
    assert source.edition.label == "2026-11"
    list(source)
    assert source.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_with_only_its_header_holds_no_record() -> None:
    assert _read(format_zip4_header(2026, 11).encode()) == []


def test_a_second_header_of_the_same_edition_is_passed_over() -> None:
    assert _read(_joined(zip4_text() + zip4_text()[:2], "\n")) == [*ZIP4_RECORDS, ZIP4_RECORDS[0]]


def test_a_second_header_of_another_edition_is_malformed() -> None:
    with pytest.raises(RecordError, match="record 6, field file_month: names edition 2026-12"):
        _read(_joined([*zip4_text(), format_zip4_header(2026, 12)], "\n"))


def _fault(content: bytes) -> tuple[int, str]:
    with pytest.raises(RecordError) as caught:
        _read(content)
    assert caught.value.file == "zip4.txt"
    return caught.value.record, caught.value.field


def test_an_empty_file() -> None:
    with pytest.raises(BadInputError, match=r"zip4\.txt is empty"):
        _read(b"")


def test_a_file_without_header() -> None:
    assert _fault(_joined(zip4_text()[1:], "\n")) == (1, "copyright_detail_code")


def test_a_file_that_is_something_else() -> None:
    assert _fault(b"\x89PNG\r\n\x1a\n" + bytes(1000))[0] == 1


@pytest.mark.parametrize("at", range(5))
def test_a_short_line(at: int) -> None:
    records = zip4_text()
    records[at] = records[at][:-1]
    assert _fault(_joined(records, "\n")) == (at + 1, "record")


@pytest.mark.parametrize("at", range(5))
def test_a_long_line(at: int) -> None:
    records = zip4_text()
    records[at] += " "
    assert _fault(_joined(records, "\r\n")) == (at + 1, "record")


def test_an_endless_line_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK", 1000)
    stream = io.BytesIO(_joined(zip4_text(), "\n", "\n") + b"D" * 100_000)
    with pytest.raises(RecordError, match="record 6, field record"):
        list(read_zip4(stream, "zip4.txt"))
    assert stream.tell() < 10_000


def test_a_blank_line_between_records() -> None:
    records = zip4_text()
    records.insert(2, "")
    assert _fault(_joined(records, "\n")) == (3, "record")


def test_a_truncated_file_without_line_breaks() -> None:
    assert _fault(_joined(zip4_text(), "")[:-1]) == (5, "record")


def test_a_short_record_without_line_breaks_spoils_the_next() -> None:
    records = zip4_text()
    records[2] = records[2][:-1]
    # Record 3 takes the D of record 4 as its last byte; what follows is one byte out of step.
    assert _fault(_joined(records, "")) == (4, "copyright_detail_code")


def test_a_line_break_inside_a_record_without_line_breaks() -> None:
    records = zip4_text()
    records[3] = records[3][:30] + "\n" + records[3][31:]
    assert _fault(_joined(records, "")) == (4, "street_name")


def test_bytes_that_are_no_ascii() -> None:
    records = zip4_text()
    records[1] = records[1].replace("SHELBORNE", "SHELBÖRNE")
    assert _fault(_joined(records, "\n")) == (2, "street_name")


def test_records_before_the_malformed_one_are_still_given() -> None:
    records = zip4_text()
    records[3] = records[3][:1] + "X" + records[3][2:]
    source = iter(read_zip4(io.BytesIO(_joined(records, "\n")), "zip4.txt"))
    assert [next(source), next(source)] == list(ZIP4_RECORDS[:2])
    with pytest.raises(RecordError, match="record 4, field zip_code"):
        next(source)
