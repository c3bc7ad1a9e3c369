from pathlib import Path

from mlocr.directory.build import build_directory
from mlocr.directory.layout import (
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
    parse_zip4,
)
from mlocr.directory.store import open_directory
from mlocr.mail.address import CityStateDetail, DirectoryRecord, RecordType


def test_build_and_ask(tmp_path: Path) -> None:
    record = DirectoryRecord(
        "38134", "V1", RecordType.STREET, "C001", "", "SHELBORNE", "CIR", "", "0000005200", "0000005298", "E",
        "", "", "", "", "", "5610", "5610", state="TN", preferred_last_line_key="X10000",
    )  # fmt: skip
    city = CityStateDetail(
        "38134", "X10000", "", "MEMPHIS", "", "P", True, "X10000", "MEMPHIS", True, "D", False, "475000", "TN", "157",
        "SHELBY",
    )  # fmt: skip
    zip4, city_state = tmp_path / "zip4.txt", tmp_path / "ctystate.txt"
    zip4.write_text(format_zip4_header(2026, 11) + format_zip4(record))
    city_state.write_text(format_city_state_header(2026, 11) + format_city_state(city))
    build_directory([zip4], [city_state], tmp_path / "built")
    directory = open_directory(tmp_path / "built")
    assert directory.product_year_month == (2026, 11)
    assert list(directory.records("38134", "SHELBORNE")) == [record]
    assert list(directory.records_with_addon("38134", "5610")) == [record]
    assert list(directory.records_of_type("38134", RecordType.STREET)) == [record]
    assert list(directory.cities_named("MEMPHIS", "TN")) == [city] == list(directory.cities_of_zip("38134"))
    assert directory.city_by_key("X10000") == city
    assert list(directory.city_names("TN")) == ["MEMPHIS"]
    assert list(directory.street_names("38134")) == ["SHELBORNE"]
    assert list(directory.zips_of_finance_number("475000")) == ["38134"]
    directory.close()
    assert parse_zip4(format_zip4(record), "f", 2) == record
