"""Serials of the Intelligent Mail barcode: none twice within 45 days, whatever happens."""

import multiprocessing
from datetime import date, timedelta
from pathlib import Path

import pytest

from mlocr.errors import ConfigurationError
from mlocr.station.serials import BLOCK, TrackingAllotter, TrackingSettings, check_disjoint

TODAY = date(2026, 3, 1)


def settings(low: int = 0, high: int = 999_999, mailer: str = "123456") -> TrackingSettings:
    return TrackingSettings("00", "270", mailer, low, high)


def take(allotter: TrackingAllotter, count: int, today: date = TODAY) -> list[int]:
    return [int(allotter.next(today).serial) for _ in range(count)]


def test_the_codes_hold_twenty_digits_for_both_kinds_of_mailer_identifier(tmp_path: Path) -> None:
    six = TrackingAllotter(tmp_path / "six.db", settings(7, 9)).next(TODAY)
    nine = TrackingAllotter(tmp_path / "nine.db", settings(7, 9, "912345678")).next(TODAY)
    assert (six.serial, six.digits) == ("000000007", "00270123456000000007")
    assert (nine.serial, nine.digits) == ("000007", "00270912345678000007")


def test_a_restart_goes_on_and_a_crash_only_skips(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    first = TrackingAllotter(path, settings())
    seen = take(first, 10)
    second = TrackingAllotter(path, settings())  # the first was dropped without close
    later = take(second, 10)
    assert not set(seen) & set(later)
    assert min(later) == BLOCK
    second.close()
    second.close()
    assert not set(seen + later) & set(take(TrackingAllotter(path, settings()), 10))


def test_two_allotters_in_turn_never_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    one, other = TrackingAllotter(path, settings()), TrackingAllotter(path, settings())
    given = [take(a, 1)[0] for _ in range(BLOCK + 5) for a in (one, other)]
    assert len(set(given)) == len(given)


def test_wrapping_waits_for_more_than_45_days(tmp_path: Path) -> None:
    allotter = TrackingAllotter(tmp_path / "serials.db", settings(10, 14))
    assert take(allotter, 5) == [10, 11, 12, 13, 14]
    with pytest.raises(ConfigurationError, match="configure a larger range"):
        allotter.next(TODAY)
    with pytest.raises(ConfigurationError, match="within the last 45 days"):
        allotter.next(TODAY + timedelta(days=45))
    assert take(allotter, 5, TODAY + timedelta(days=46)) == [10, 11, 12, 13, 14]


def test_a_block_counts_from_the_day_its_numbers_were_last_given(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    allotter = TrackingAllotter(path, settings(0, 9))
    assert take(allotter, 5) == [0, 1, 2, 3, 4]
    assert take(allotter, 5, TODAY + timedelta(days=30)) == [5, 6, 7, 8, 9]
    with pytest.raises(ConfigurationError):
        TrackingAllotter(path, settings(0, 9)).next(TODAY + timedelta(days=46))
    assert TrackingAllotter(path, settings(0, 9)).next(TODAY + timedelta(days=76)).serial == "000000000"


def test_a_clock_set_back_frees_nothing(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    take(TrackingAllotter(path, settings(0, 4)), 5)
    with pytest.raises(ConfigurationError):
        TrackingAllotter(path, settings(0, 4)).next(TODAY - timedelta(days=400))


def test_changed_and_overlapping_ranges_on_one_file_share_no_number(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    seen = take(TrackingAllotter(path, settings(0, 1499)), 1500)
    later = take(TrackingAllotter(path, settings(500, 2999)), 1500)
    assert later == list(range(1500, 3000))
    assert not set(seen) & set(later)


def test_partly_old_ranges_come_again_only_where_they_are_old(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    take(TrackingAllotter(path, settings(0, 9)), 10)
    soon = TODAY + timedelta(days=40)
    take(TrackingAllotter(path, settings(5, 24)), 15, soon)  # 10 to 24
    late = TODAY + timedelta(days=60)
    assert take(TrackingAllotter(path, settings(0, 30)), 16, late) == [*range(10), *range(25, 31)]
    with pytest.raises(ConfigurationError):
        TrackingAllotter(path, settings(0, 30)).next(late)


def test_mailer_identifiers_do_not_touch_one_another(tmp_path: Path) -> None:
    path = tmp_path / "serials.db"
    assert take(TrackingAllotter(path, settings(0, 4)), 5) == take(TrackingAllotter(path, settings(0, 4, "654321")), 5)


def _many(path: str, out: "multiprocessing.SimpleQueue[list[int]]") -> None:
    out.put(take(TrackingAllotter(Path(path), settings()), 2500))


def test_two_processes_on_one_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.SimpleQueue[list[int]] = context.SimpleQueue()
    processes = [context.Process(target=_many, args=(str(tmp_path / "serials.db"), out)) for _ in range(2)]
    for process in processes:
        process.start()
    given = out.get() + out.get()
    for process in processes:
        process.join(30)
    assert len(set(given)) == len(given) == 5000


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (("05", "270", "123456", 0, 9), "barcode identifier"),
        (("0", "270", "123456", 0, 9), "barcode identifier"),
        (("00", "27", "123456", 0, 9), "service type"),
        (("00", "27x", "123456", 0, 9), "service type"),
        (("00", "270", "923456", 0, 9), "mailer identifier"),
        (("00", "270", "812345678", 0, 9), "mailer identifier"),
        (("00", "270", "1234567", 0, 9), "mailer identifier"),
        (("00", "270", "123456", 9, 8), "serials 9 to 8"),
        (("00", "270", "123456", -1, 8), "serials -1"),
        (("00", "270", "123456", 0, 10**9), "nine digits|9 digits"),
        (("00", "270", "912345678", 0, 10**6), "6 digits"),
    ],
)
def test_wrong_fields_are_named(wrong: tuple[str, str, str, int, int], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        TrackingSettings(*wrong)


def test_stations_that_share_a_mailer_identifier_have_their_own_ranges() -> None:
    check_disjoint([settings(0, 9), settings(10, 19), settings(5, 15, "654321")])
    with pytest.raises(ConfigurationError, match="overlap"):
        check_disjoint([settings(10, 19), settings(0, 10)])


def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "serials.db").write_bytes(b"this is no database, but it is long enough to be taken for one" * 20)
    with pytest.raises(ConfigurationError, match="cannot be kept"):
        TrackingAllotter(tmp_path / "serials.db", settings()).next(TODAY)
