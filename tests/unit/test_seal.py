import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from directory_samples import built, raw_folder

from mlocr.cli.app import run
from mlocr.directory import seal
from mlocr.directory.build import build_directory
from mlocr.directory.links.format import TableKind
from mlocr.directory.opening import open_database, read_meta
from mlocr.directory.schema import FILE_NAME, PAGE_SIZE
from mlocr.directory.seal import CHUNK, TRAILER_SIZE, check_seal, check_tables, tree_digest
from mlocr.errors import BadInputError, ExitCode, SealBrokenError

REPLAY = "2026-11-20"


def _edit(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 0x01
    file.write_bytes(data)


def test_what_was_built_bears_a_whole_seal(tmp_path: Path) -> None:
    check_seal(built(tmp_path))


def test_every_region_is_under_the_seal(tmp_path: Path) -> None:
    """Each page (header, tables, indexes, meta, free space) and each part of the seal itself."""
    file = built(tmp_path) / FILE_NAME
    whole = file.read_bytes()
    places = [*range(0, len(whole), PAGE_SIZE // 3), *range(len(whole) - TRAILER_SIZE, len(whole), 7), len(whole) - 1]
    for at in places:
        file.write_bytes(whole)
        _edit(file, at)
        with pytest.raises(SealBrokenError) as caught:
            check_seal(file.parent)
        assert caught.value.exit_code is ExitCode.DATA_EXPIRED
    file.write_bytes(whole)
    check_seal(file.parent)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b[:-1],
        lambda b: b[:5000],
        lambda b: b + b"\n",
        lambda b: b[:-TRAILER_SIZE],
        lambda b: b"",
        lambda b: b[1:],
    ],
)
def test_a_file_cut_short_or_grown(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    file = built(tmp_path) / FILE_NAME
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(SealBrokenError):
        check_seal(file.parent)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = '12' WHERE key = 'product_month'",
        "UPDATE meta SET value = '\"2020-01-01T00:00:00+00:00\"' WHERE key = 'built'",
        "UPDATE street SET records = replace(records, '5610', '5611')",
        "DELETE FROM zip_split",
    ],
)
def test_an_edited_edition_or_record_codes_nothing(
    tmp_path: Path, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = built(tmp_path)
    db = sqlite3.connect(out / FILE_NAME, isolation_level=None)
    db.execute(statement)
    db.close()
    addresses = tmp_path / "addresses.jsonl"
    addresses.write_text('{"id": 1, "lines": ["5206 SHELBORNE CIR APT 3", "MEMPHIS TN 38134"]}\n')
    code = run(["match", "--json", "--directory", str(out), "--as-of", REPLAY, str(addresses)])
    said = capsys.readouterr()
    assert code is ExitCode.DATA_EXPIRED
    assert said.out == ""
    assert "is broken: its file was changed" in said.err


def test_an_older_format_is_told_from_a_broken_seal(tmp_path: Path) -> None:
    file = built(tmp_path) / FILE_NAME
    file.write_bytes(file.read_bytes()[:-TRAILER_SIZE])
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA user_version=1")
    db.close()
    with pytest.raises(BadInputError, match="of format version 1, not "):
        check_seal(file.parent)


def test_the_digest_covers_chunks_their_order_and_the_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "CHUNK", 10)
    assert CHUNK > 10
    file = tmp_path / "file"
    found = set()
    for content in (
        b"",
        b"0123456789",
        b"01234567890123456789",
        b"0123456789x",
        b"x0123456789",
        b"\0" * 10,
        b"\0" * 11,
    ):
        file.write_bytes(content)
        found.add(tree_digest(file, len(content)))
    assert len(found) == 7


# --- the tables beside it -------------------------------------------------------------------------------------------


@pytest.fixture
def with_table(tmp_path: Path) -> Path:
    raw = raw_folder(tmp_path / "raw")
    dpv = raw / "dpv.txt"
    dpv.write_text("H|DPV|1|2026-11\nP|38134|5610|5200||\n")
    build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built", {TableKind.DPV: dpv})
    return tmp_path / "built"


def _check_tables(path: Path) -> None:
    db = open_database(path)
    meta = read_meta(path, db)
    db.close()
    check_seal(path)
    check_tables(path, meta)


def test_a_table_is_under_the_seal(with_table: Path) -> None:
    _check_tables(with_table)
    _edit(with_table / TableKind.DPV.file_name, 75)
    with pytest.raises(SealBrokenError, match=r"dpv\.links was changed"):
        _check_tables(with_table)


def test_a_table_cannot_be_taken_away(with_table: Path) -> None:
    (with_table / TableKind.DPV.file_name).unlink()
    with pytest.raises(SealBrokenError, match="is gone"):
        _check_tables(with_table)


def test_a_foreign_table_cannot_be_put_beside_it(with_table: Path) -> None:
    table = with_table / TableKind.DPV.file_name
    (with_table / TableKind.SUITELINK.file_name).write_bytes(table.read_bytes())
    with pytest.raises(SealBrokenError, match="does not belong"):
        _check_tables(with_table)
