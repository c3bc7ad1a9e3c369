import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlocr.errors import JournalError
from mlocr.station.journal import FORMAT, Journal, highest_epoch, read_entries


def ticking() -> Callable[[], datetime]:
    times = iter(datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=n) for n in range(10_000))
    return lambda: next(times)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "journal.db"


def write(path: Path, rows: int = 3) -> None:
    journal = Journal(path, ticking())
    journal.open()
    journal.append("run_started", "", {"replay": True}, durable=True)
    for n in range(rows):
        journal.append("arrived", f"p-{n}", {"file": f"{n}.png"})
    journal.append("run_ended", "", {}, durable=True)
    journal.close()


def alter(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute(statement, values).rowcount > 0
        db.commit()


def test_rows_come_back_in_order_with_time_run_and_body(path: Path) -> None:
    write(path, 2)
    entries = list(read_entries(path))
    assert [e.seq for e in entries] == [1, 2, 3, 4]
    assert [e.kind for e in entries] == ["run_started", "arrived", "arrived", "run_ended"]
    assert entries[2].piece == "p-1"
    assert entries[2].body == {"file": "1.png"}
    assert entries[1].at == "2026-11-22T00:00:01.000+00:00"
    assert {e.run for e in entries} == {1}
    assert len({e.hash for e in entries}) == 4
    assert all(len(e.hash) == 64 for e in entries)


def test_a_reopened_file_continues_the_chain_with_the_next_run(path: Path) -> None:
    write(path, 2)
    write(path, 1)
    assert [e.run for e in read_entries(path, 1)] == [1] * 4
    last = list(read_entries(path))
    assert [e.run for e in last] == [2] * 3
    assert [e.seq for e in last] == [5, 6, 7]
    assert list(read_entries(path, 9)) == []


@pytest.mark.parametrize("column", ["run", "at", "kind", "piece", "body", "hash"])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_changed_row_is_found(path: Path, column: str, seq: int) -> None:
    write(path)
    alter(path, f"UPDATE entry SET {column} = {column} || '0' WHERE seq = ?", seq)
    with pytest.raises(JournalError, match=rf"was changed: row {seq} "):
        list(read_entries(path))


def test_a_taken_row_is_found_by_the_row_after_it(path: Path) -> None:
    write(path)
    alter(path, "DELETE FROM entry WHERE seq = 2")
    with pytest.raises(JournalError, match="row 3 "):
        list(read_entries(path))


def test_swapped_rows_are_found(path: Path) -> None:
    write(path)
    for statement in ("seq = -1 WHERE seq = 2", "seq = 2 WHERE seq = 3", "seq = 3 WHERE seq = -1"):
        alter(path, f"UPDATE entry SET {statement}")
    with pytest.raises(JournalError, match="was changed"):
        list(read_entries(path))


def test_a_change_in_an_older_run_spoils_the_whole_file(path: Path) -> None:
    write(path)
    write(path)
    alter(path, "UPDATE entry SET piece = 'p-9' WHERE seq = 2")
    with pytest.raises(JournalError, match="row 2 "):
        list(read_entries(path, 2))


@pytest.mark.parametrize("broken", ["NULL", "x'ff'", "'{'"])
def test_a_body_that_is_none_is_a_sentence(path: Path, broken: str) -> None:
    write(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE loose AS SELECT * FROM entry")
        db.execute("DROP TABLE entry")
        db.execute("ALTER TABLE loose RENAME TO entry")
        db.execute(f"UPDATE entry SET body = {broken} WHERE seq = 2")
        db.commit()
    with pytest.raises(JournalError):
        list(read_entries(path))


def test_durable_rows_are_on_disk_when_append_returns_and_bring_those_before_them(path: Path) -> None:
    journal = Journal(path, ticking())
    journal.open()
    journal.append("arrived", "p-0", {})
    assert list(read_entries(path)) == []
    journal.append("intent", "p-0", {"job": "1-1"}, durable=True)
    # Another connection sees only what is committed.
    assert [e.kind for e in read_entries(path)] == ["arrived", "intent"]
    journal.append("receipt", "p-0", {})
    assert len(list(read_entries(path))) == 2
    journal.commit()
    assert len(list(read_entries(path))) == 3
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    journal.close()


def test_the_writing_connection_syncs_fully(path: Path) -> None:
    journal = Journal(path, ticking())
    journal.open()
    assert journal._connection().execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()


def test_names_that_are_no_unicode_do_not_stop_a_run(path: Path) -> None:
    journal = Journal(path, ticking())
    journal.open()
    journal.append("arrived", "p-0", {"file": "caf\udce9.png"}, durable=True)
    journal.close()
    assert next(iter(read_entries(path))).body["file"] == "caf\udce9.png"


def test_a_full_disk_is_a_journal_error_and_nothing_is_written_after_it(path: Path) -> None:
    journal = Journal(path, ticking())
    journal.open()
    journal.append("run_started", "", {}, durable=True)
    db = journal._connection()
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="cannot be written"):
        for n in range(1000):
            journal.append("arrived", f"p-{n}", {"file": "x" * 500}, durable=True)
    db.execute("PRAGMA max_page_count = 100000")
    with pytest.raises(JournalError, match="cannot be written"):
        journal.append("run_ended", "", {}, durable=True)
    with pytest.raises(JournalError):
        journal.commit()
    journal.close()
    entries = list(read_entries(path))
    assert entries[0].kind == "run_started"
    assert "run_ended" not in {e.kind for e in entries}
    write(path)
    assert [e.kind for e in read_entries(path)][-1] == "run_ended"


def test_two_runs_at_one_file_are_told_apart(path: Path) -> None:
    one, two = Journal(path, ticking()), Journal(path, ticking())
    one.open()
    two.open()
    one.append("run_started", "", {}, durable=True)
    with pytest.raises(JournalError, match="another run"):
        two.append("run_started", "", {}, durable=True)
    two.close()
    one.append("run_ended", "", {}, durable=True)
    one.close()
    assert [e.kind for e in read_entries(path)] == ["run_started", "run_ended"]


def test_a_closed_journal_takes_no_row(path: Path) -> None:
    journal = Journal(path, ticking())
    with pytest.raises(JournalError, match="not open"):
        journal.append("arrived", "p-0", {})
    journal.open()
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="not open"):
        journal.append("arrived", "p-0", {})


def test_closing_leaves_one_file_with_everything(path: Path) -> None:
    write(path)
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    assert len(list(read_entries(copy))) == 5


def test_a_name_with_question_mark_and_hash_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "was? #1" / "journal.db"
    write(path)
    assert len(list(read_entries(path))) == 5


def test_another_format_is_refused(path: Path) -> None:
    write(path)
    alter(path, "UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(JournalError, match=f"format 99, not {FORMAT}"):
        Journal(path, ticking()).open()


def test_a_folder_or_other_file_in_its_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "journal.db", ticking()).open()
    other = tmp_path / "other.db"
    other.write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(other, ticking()).open()
    with pytest.raises(JournalError, match="cannot be read"):
        list(read_entries(other))
    with pytest.raises(JournalError, match="there is no journal"):
        list(read_entries(tmp_path / "none.db"))


def test_the_highest_epoch_is_that_of_any_run_by_number_not_by_text(path: Path) -> None:
    assert highest_epoch(path) == 0
    write(path)
    assert highest_epoch(path) == 0
    for epoch in (9, 12, 2):
        journal = Journal(path, ticking())
        journal.open()
        for counter in (1, 2):
            journal.append("intent", "p", {"job": f"{epoch}-{counter}"}, durable=True)
        # Even while that run still writes.
        assert highest_epoch(path) == (9 if epoch == 9 else 12)
        journal.close()


def test_the_epoch_of_a_file_that_is_no_journal_is_an_error_and_of_an_empty_one_zero(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"")
    assert highest_epoch(path) == 0
    path.write_bytes(b"this is no database at all, only text" * 100)
    with pytest.raises(JournalError, match="another --out"):
        highest_epoch(path)
