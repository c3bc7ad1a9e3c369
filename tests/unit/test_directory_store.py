import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from directory_samples import (
    ALIAS,
    BARTLETT,
    BOXES,
    HIGHRISE,
    MEMPHIS,
    MEMPHIS_DOWNTOWN,
    MEMPHIS_TEXAS,
    SHELBORNE,
    UNDELIVERABLE,
    built,
)

from mlocr.directory.records import PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.directory.schema import FILE_NAME, FORMAT_VERSION
from mlocr.directory.store import SqliteDirectory, is_built, open_directory
from mlocr.errors import BadInputError
from mlocr.mail.address import RecordType
from mlocr.ports import Directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("directory"))


@pytest.fixture
def directory(folder: Path) -> Iterator[SqliteDirectory]:
    opened = open_directory(folder)
    yield opened
    opened.close()


def test_it_is_the_port(directory: SqliteDirectory) -> None:
    port: Directory = directory
    assert port.product_year_month == (2026, 11)


def test_cities(directory: SqliteDirectory) -> None:
    assert list(directory.cities_of_zip("38134")) == [MEMPHIS, BARTLETT]
    assert list(directory.cities_of_zip("00000")) == []
    assert list(directory.cities_named("MEMPHIS")) == [MEMPHIS, MEMPHIS_DOWNTOWN, MEMPHIS_TEXAS]
    assert list(directory.cities_named("MEMPHIS", "TX")) == [MEMPHIS_TEXAS]
    assert list(directory.cities_named("BRTLT", "TN")) == [BARTLETT] == list(directory.cities_named("BRTLT"))
    assert list(directory.cities_named("", "TN")) == [] == list(directory.cities_named("MEMPHIS", "KY"))
    assert list(directory.city_names("TN")) == ["BARTLETT", "MEMPHIS"]
    assert directory.city_by_key("X10001") == BARTLETT
    assert directory.city_by_key("X10000") == MEMPHIS
    assert directory.city_by_key("") is None is directory.city_by_key("X99999")
    assert list(directory.zips_of_finance_number("475000")) == ["38103", "38134"]
    assert list(directory.zips_of_finance_number("")) == []


def test_records(directory: SqliteDirectory) -> None:
    assert list(directory.records("38134", "SHELBORNE")) == [SHELBORNE, HIGHRISE]
    assert list(directory.records("38134", "SHELBORN")) == [] == list(directory.records("38135", "SHELBORNE"))
    assert list(directory.street_names("38134")) == ["GHOST", "PO BOX", "SHELBORNE"]
    assert list(directory.records_of_type("38134", RecordType.STREET)) == [SHELBORNE, UNDELIVERABLE]
    assert list(directory.records_of_type("38134", RecordType.PO_BOX)) == [BOXES]
    assert list(directory.records_of_type("38134", RecordType.FIRM)) == []


@pytest.mark.parametrize(
    ("addon", "found"),
    [
        ("5610", [SHELBORNE]),
        ("5660", [HIGHRISE]),
        ("0200", []),
        ("0201", [BOXES]),
        ("0210", [BOXES]),
        ("0216", [BOXES]),
        ("0217", []),
        ("56ND", []),
        ("5600", []),
        ("561", []),
        ("", []),
        ("٥٦١٠", []),
    ],
)
def test_records_with_addon(directory: SqliteDirectory, addon: str, found: list[object]) -> None:
    assert list(directory.records_with_addon("38134", addon)) == found


def test_the_other_city_state_records(directory: SqliteDirectory) -> None:
    assert list(directory.aliases("38134")) == [ALIAS]
    assert directory.seasonal("04609") == SeasonalZip("04609", "NNNNYYYYYNNN")
    assert directory.seasonal("38134") is None
    assert directory.scheme("38134") == SchemeZip("38101", "38134")
    assert directory.scheme("38101") is None
    assert list(directory.zip_splits("38134")) == [ZipSplit("38134", "C001", "38135", "C044", "20261001")]
    assert directory.po_box_only("38173") == PoBoxOnlyZip("38173", "MEMPHIS")
    assert directory.po_box_only("38134") is None


def test_hot_answers_are_kept(directory: SqliteDirectory) -> None:
    assert directory.records("38134", "SHELBORNE") is directory.records("38134", "SHELBORNE")


def test_many_threads_read_one_directory(folder: Path) -> None:
    directory = open_directory(folder)

    def ask(number: int) -> int:
        # Names that no cache holds, so that every call reaches the file.
        assert list(directory.records("38134", f"NONE {number}")) == []
        return len(directory.records("38134", "SHELBORNE")) + len(directory.cities_named("MEMPHIS"))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(400))) == {5}
    directory.close()


def test_it_is_read_only(directory: SqliteDirectory, folder: Path) -> None:
    with pytest.raises(BadInputError, match="readonly"):
        directory._rows("DELETE FROM street")
    assert [p.name for p in folder.iterdir()] == [FILE_NAME]


# --- what cannot be opened ------------------------------------------------------------------------------------------


def test_an_absent_directory(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="does not exist; build it with"):
        open_directory(tmp_path / "absent")


def test_a_folder_that_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not a built directory"):
        open_directory(tmp_path)
    assert not is_built(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(BadInputError, match=r"build it with `mlocr directory build` again"):
        open_directory(tmp_path)


def _changed(tmp_path: Path, statement: str) -> Path:
    out = built(tmp_path)
    db = sqlite3.connect(out / FILE_NAME, isolation_level=None)
    db.execute(statement)
    db.close()
    return out


def test_another_format_version(tmp_path: Path) -> None:
    out = _changed(tmp_path, f"PRAGMA user_version={FORMAT_VERSION + 1}")
    with pytest.raises(BadInputError, match=f"format version {FORMAT_VERSION + 1}, not {FORMAT_VERSION}"):
        open_directory(out)


def test_somebody_else_s_database(tmp_path: Path) -> None:
    out = _changed(tmp_path, "PRAGMA application_id=1")
    with pytest.raises(BadInputError, match="is not a built directory"):
        open_directory(out)


def test_a_directory_without_its_edition(tmp_path: Path) -> None:
    out = _changed(tmp_path, "DELETE FROM meta WHERE key='product_month'")
    with pytest.raises(BadInputError, match="damaged"):
        open_directory(out)


@pytest.mark.parametrize("kept", [100, 5000, 20_000])
def test_a_truncated_directory(tmp_path: Path, kept: int) -> None:
    file = built(tmp_path) / FILE_NAME
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(BadInputError, match="damaged"):
        _ask_everything(file.parent)


def _ask_everything(folder: Path) -> None:
    directory = open_directory(folder)
    try:
        for name in directory.street_names("38134"):
            directory.records("38134", name)
        directory.cities_named("MEMPHIS")
        directory.zip_splits("38134")
    finally:
        directory.close()


def test_a_path_with_odd_characters(tmp_path: Path) -> None:
    directory = open_directory(built(tmp_path / "a b?c#d%41é"))
    assert len(directory.records("38134", "SHELBORNE")) == 2
    directory.close()
