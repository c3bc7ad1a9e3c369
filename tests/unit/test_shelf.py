import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from directory_samples import built

from mlocr.cli.app import run
from mlocr.directory.schema import FILE_NAME
from mlocr.errors import DataExpiredError, ExitCode, SealBrokenError
from mlocr.services.directories import usable_directory
from mlocr.services.product_lock import ProductLock
from mlocr.services.shelf import is_shelf

EDITIONS = {"september": (2026, 9), "october": (2026, 10), "november": (2026, 11)}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Three editions side by side, each built on the 16th of the month before its product date."""
    for name, (year, month) in EDITIONS.items():
        moment = datetime(year, month - 1, 16, 12, tzinfo=UTC)
        out = built(tmp_path / name, edition=(year, month), moment=moment)
        (tmp_path / "shelf").mkdir(exist_ok=True)
        out.rename(tmp_path / "shelf" / name)
        os.utime(tmp_path / "shelf" / name / FILE_NAME, (moment.timestamp(), moment.timestamp()))
    return tmp_path / "shelf"


def _chosen(shelf: Path, as_of: date) -> tuple[str, list[str]]:
    said: list[str] = []
    lock = ProductLock(date(2026, 12, 1), shelf.parent / "memory")
    return usable_directory(shelf, shelf.parent / "cache", as_of, lock, said.append).path.name, said


@pytest.mark.parametrize(
    ("as_of", "name"),
    [
        (date(2026, 8, 15), "september"),
        (date(2026, 9, 14), "september"),
        (date(2026, 9, 15), "october"),
        (date(2026, 10, 15), "november"),
        (date(2026, 12, 1), "november"),
        (date(2027, 1, 31), "november"),
    ],
)
def test_the_newest_usable_edition_codes(shelf: Path, as_of: date, name: str) -> None:
    chosen, said = _chosen(shelf, as_of)
    assert chosen == name
    assert len(said) == 1
    assert f"{name} (product 2026-" in said[0]


@pytest.mark.parametrize("as_of", [date(2026, 8, 14), date(2027, 2, 1)])
def test_none_of_them_may_code(shelf: Path, as_of: date) -> None:
    with pytest.raises(DataExpiredError, match="november 2026-10-15 to 2027-01-31"):
        _chosen(shelf, as_of)


def test_one_that_cannot_be_opened_is_passed_over_aloud(shelf: Path) -> None:
    (shelf / "december").mkdir()
    (shelf / "december" / FILE_NAME).write_bytes(b"half a copy")
    chosen, said = _chosen(shelf, date(2026, 12, 1))
    assert chosen == "november"
    assert len(said) == 2
    assert "december" in said[0]


def test_a_broken_seal_is_not_passed_over(shelf: Path) -> None:
    """Coding with an older edition because the newest one was tampered with would hide it."""
    data = bytearray((shelf / "november" / FILE_NAME).read_bytes())
    data[-100] ^= 1
    (shelf / "november" / FILE_NAME).write_bytes(data)
    with pytest.raises(SealBrokenError):
        _chosen(shelf, date(2026, 12, 1))


def test_of_two_of_one_product_the_one_built_last(shelf: Path, tmp_path: Path) -> None:
    again = built(tmp_path / "again", moment=datetime(2026, 11, 2, tzinfo=UTC))
    again.rename(shelf / "a-november")
    assert _chosen(shelf, date(2026, 12, 1))[0] == "a-november"


def test_what_is_a_shelf(shelf: Path, tmp_path: Path) -> None:
    assert is_shelf(shelf)
    assert not is_shelf(shelf / "november")
    assert not is_shelf(tmp_path / "absent")
    assert not is_shelf(tmp_path / "september")


def test_info_lists_a_shelf(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["directory", "info", "--json", str(shelf)]) is ExitCode.DONE
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["product"], each["seal"]) for each in found] == [
        ("2026-11", "intact"), ("2026-10", "intact"), ("2026-09", "intact"),
    ]  # fmt: skip
    assert run(["directory", "info", str(shelf)]) is ExitCode.DONE
    assert capsys.readouterr().out.count("may code") == 3


@pytest.mark.parametrize("harm", ["byte", "date"])
def test_info_of_a_shelf_leaves_with_4_where_one_is_not_as_it_was_built(
    shelf: Path, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shelf / "october" / FILE_NAME
    if harm == "byte":
        data = bytearray(file.read_bytes())
        data[-300] ^= 1
        file.write_bytes(data)
    else:
        os.utime(file, (0, 0))
    assert run(["directory", "info", str(shelf)]) == ExitCode.DATA_EXPIRED
    listed = capsys.readouterr().out.split("\n\n")
    assert ["2026-10, NOT usable today" in one for one in listed] == [False, True, False]
    assert run(["directory", "info", str(shelf / "november")]) == ExitCode.DONE
