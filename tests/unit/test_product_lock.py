import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from directory_samples import built, raw_folder

from mlocr.directory.schema import FILE_NAME
from mlocr.errors import BadInputError, DataExpiredError, ExitCode, SealBrokenError, StationError
from mlocr.services import product_lock
from mlocr.services.directories import UsableDirectory, usable_directory
from mlocr.services.product_lock import NEWEST, SEALS, ProductLock

BUILT = datetime(2026, 11, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Product 2026-11, built on November 16 and dated so."""
    out = built(tmp_path, moment=BUILT)
    _date_file(out, BUILT)
    return out


def _date_file(out: Path, moment: datetime) -> None:
    os.utime(out / FILE_NAME, (moment.timestamp(), moment.timestamp()))


def _use(directory: Path, today: date, as_of: date | None = None, memory: Path | None = None) -> UsableDirectory:
    lock = ProductLock(today, memory or directory.parent / "memory")
    return usable_directory(directory, directory.parent / "cache", as_of or today, lock)


def _refused(directory: Path, today: date, as_of: date | None = None) -> str:
    with pytest.raises(StationError) as caught:
        _use(directory, today, as_of)
    assert caught.value.exit_code is ExitCode.DATA_EXPIRED
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_a_live_date_within_the_edition(directory: Path) -> None:
    usable = _use(directory, date(2026, 11, 22))
    assert (usable.path, usable.product) == (directory, (2026, 11))
    assert usable.dates.last_use == date(2027, 1, 31)


@pytest.mark.parametrize("today", [date(2027, 2, 1), date(2030, 1, 1)])
def test_an_expired_edition(directory: Path, today: date) -> None:
    assert "expired" in _refused(directory, today)


def test_a_date_before_the_edition(directory: Path) -> None:
    assert "2026-11 is not valid on 2026-10-14" in _refused(directory, date(2026, 10, 14))


def test_a_clock_before_the_day_of_the_build(directory: Path) -> None:
    """The edition is usable on that day, but its directory did not exist."""
    said = _refused(directory, BUILT.astimezone().date() - DAY)
    assert "the clock says 2026-11-15" in said
    assert "was built on 2026-11-16" in said


def test_a_clock_set_back(directory: Path) -> None:
    _use(directory, date(2026, 11, 25))
    _use(directory, date(2026, 11, 25))
    assert "mail was coded here on 2026-11-25 already" in _refused(directory, date(2026, 11, 24))
    _use(directory, date(2026, 11, 26))
    assert "2026-11-26" in _refused(directory, date(2026, 11, 25))


def test_a_refused_date_is_not_kept(directory: Path) -> None:
    _refused(directory, date(2027, 6, 1))
    _use(directory, date(2026, 11, 22))


def test_a_clock_set_back_holds_for_every_directory(directory: Path, tmp_path: Path) -> None:
    memory = tmp_path / "shared-memory"
    other = built(tmp_path / "other", moment=BUILT)
    _date_file(other, BUILT)
    _use(other, date(2026, 12, 24), memory=memory)
    with pytest.raises(SealBrokenError, match="2026-12-24"):
        _use(directory, date(2026, 12, 23), memory=memory)


@pytest.mark.parametrize("as_of", [date(2026, 10, 15), date(2026, 11, 14), date(2027, 1, 31)])
def test_a_replay_is_judged_by_its_own_date(directory: Path, as_of: date) -> None:
    """Whatever the clock has seen; and it leaves no date behind."""
    _use(directory, date(2026, 12, 30))
    _use(directory, date(2026, 11, 22), as_of)
    kept = json.loads((directory.parent / "memory" / NEWEST).read_text())
    assert kept == {"newest": "2026-12-30"}


def test_a_replay_outside_the_edition(directory: Path) -> None:
    assert "expired" in _refused(directory, date(2026, 11, 22), date(2027, 2, 1))


def test_a_replay_meets_the_seal(directory: Path) -> None:
    file = directory / FILE_NAME
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    assert "is broken" in _refused(directory, date(2026, 11, 22), date(2026, 11, 20))


@pytest.mark.parametrize("as_of", [date(2026, 11, 22), date(2026, 11, 20)])
def test_a_file_date_set_back(directory: Path, as_of: date) -> None:
    _date_file(directory, BUILT - 2 * DAY)
    said = _refused(directory, date(2026, 11, 22), as_of)
    assert "bears the date 2026-11-14, but it was built on 2026-11-16" in said


def test_a_file_date_in_the_future(directory: Path) -> None:
    _date_file(directory, datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert "bears the date 2026-11-25" in _refused(directory, date(2026, 11, 22))


def test_a_copy_made_later_is_as_good(directory: Path) -> None:
    _date_file(directory, datetime(2026, 11, 20, 12, tzinfo=UTC))
    _use(directory, date(2026, 11, 22))


@pytest.mark.parametrize("text", ["", "{}", '{"newest": "yesterday"}', "[]"])
def test_a_damaged_memory_of_the_date_refuses(directory: Path, text: str) -> None:
    (directory.parent / "memory").mkdir()
    (directory.parent / "memory" / NEWEST).write_text(text)
    assert NEWEST in _refused(directory, date(2026, 11, 22))


def test_a_memory_that_cannot_be_written_stops_nothing(directory: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    # A file where the folder should be: nothing can be kept there, and nothing was.
    with pytest.raises(SealBrokenError, match="cannot be read"):
        _use(directory, date(2026, 11, 22), memory=blocked)
    _use(directory, date(2026, 11, 22), memory=tmp_path / "new" / "folder")


def test_a_date_that_cannot_be_kept_is_said(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_where: object) -> tuple[int, str]:
        raise PermissionError

    monkeypatch.setattr(product_lock.tempfile, "mkstemp", refused)
    said: list[str] = []
    lock = ProductLock(date(2026, 11, 22), tmp_path / "memory")
    usable_directory(directory, tmp_path / "cache", date(2026, 11, 22), lock, said.append)
    assert len(said) == 1
    assert "memory cannot be written" in said[0]


def test_a_directory_of_the_user_s_own_cache_is_built_again(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    said: list[str] = []
    lock = ProductLock(date(2026, 11, 22), tmp_path / "memory")
    first = usable_directory(raw, tmp_path / "cache", date(2026, 11, 20), lock, said.append).path
    whole = bytearray((first / FILE_NAME).read_bytes())
    whole[whole.index(b"SHELBORNE ARMS")] ^= 1
    (first / FILE_NAME).write_bytes(whole)
    again = usable_directory(raw, tmp_path / "cache", date(2026, 11, 20), lock, said.append).path
    assert again == first
    assert len(said) == 1
    assert (first / FILE_NAME).read_bytes() != whole


def test_what_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        _use(tmp_path / "absent", date(2026, 11, 22))


# --- digests remembered ---------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were really hashed, in order."""
    found: list[Path] = []
    real = product_lock.tree_digest

    def counted(path: Path, size: int) -> str:
        found.append(path)
        return real(path, size)

    monkeypatch.setattr(product_lock, "tree_digest", counted)
    return found


def test_an_unchanged_file_is_hashed_once(directory: Path, hashed: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_lock, "SETTLED_NS", -(10**12))
    for day in (22, 22, 23):
        _use(directory, date(2026, 11, day))
    assert len(hashed) == 1


def test_a_changed_file_is_hashed_again_though_its_time_was_restored(
    directory: Path, hashed: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_lock, "SETTLED_NS", -(10**12))
    _use(directory, date(2026, 11, 22))
    data = bytearray((directory / FILE_NAME).read_bytes())
    data[5000] ^= 1
    (directory / FILE_NAME).write_bytes(data)
    _date_file(directory, BUILT)
    assert "is broken" in _refused(directory, date(2026, 11, 22))
    assert len(hashed) == 2


def test_a_file_changed_just_now_is_not_remembered(directory: Path, hashed: list[Path]) -> None:
    """The next change within the same tick of the clock could not be told from none."""
    _use(directory, date(2026, 11, 22))
    _use(directory, date(2026, 11, 22))
    assert len(hashed) == 2


def test_a_damaged_memory_of_digests_costs_only_time(directory: Path, hashed: list[Path]) -> None:
    (directory.parent / "memory").mkdir()
    (directory.parent / "memory" / SEALS).write_text("[1, 2")
    _use(directory, date(2026, 11, 22))
    assert len(hashed) == 1


def test_expired_data_is_an_error_of_its_own(directory: Path) -> None:
    with pytest.raises(DataExpiredError) as caught:
        _use(directory, date(2027, 2, 1))
    assert not isinstance(caught.value, SealBrokenError)
