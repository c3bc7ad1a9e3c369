"""Anchors and `mlocr journal`: any changed row is found, and any missing tail up to the last anchor."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlocr.cli.app import run as command_line
from mlocr.errors import BadInputError, JournalError
from mlocr.services.journals import verify
from mlocr.station.anchors import AnchorFile, anchor_given, read_anchors
from mlocr.station.journal import Head, Journal, read_entries
from mlocr.station.journal_rows import row_hash

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write(folder: Path, rows: int, every: int = 10) -> Path:
    path = folder / "journal.db"
    journal = Journal(path, lambda: NOON, AnchorFile(folder / "anchors.txt", every, lambda: NOON))
    journal.open()
    journal.append("run_started", "", {"folder": str(folder)}, durable=True)
    for n in range(rows):
        journal.append("arrived", f"00000007-{n}", {"file": f"{n}.png", "index": n}, durable=True)
    journal.append("run_ended", "", {}, durable=True)
    journal.close()
    return path


def cut(path: Path, last: int) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM entry WHERE seq > ?", (last,))
        db.commit()


def forge(path: Path, change: int) -> None:
    """Change a row and write the whole chain behind it anew, as somebody with the file and the program can."""
    with closing(sqlite3.connect(path)) as db:
        before = ""
        for seq, run, at, kind, piece, body, _ in db.execute("SELECT * FROM entry ORDER BY seq").fetchall():
            text = body.replace("png", "PNG") if seq == change else body
            before = row_hash(before, run, at, kind, piece, text)
            db.execute("UPDATE entry SET body = ?, hash = ? WHERE seq = ?", (text, before, seq))
        db.commit()


def test_a_whole_journal_fits_its_anchors(tmp_path: Path) -> None:
    path = write(tmp_path, 38)
    checked = verify(path, files=[tmp_path / "anchors.txt"])
    assert (checked.head.rows, checked.runs, checked.unfinished) == (40, 1, ())
    assert [anchor.rows for anchor in checked.anchors] == [9, 19, 29, 39, 40]
    assert checked.anchored == 40
    assert verify(path).anchors == ()


def test_any_missing_tail_up_to_the_last_anchor_is_found(tmp_path: Path) -> None:
    path = write(tmp_path, 38)
    for last in (39, 38, 25, 1):
        cut(path, last)
        verify(path)  # the chain alone fits
        with pytest.raises(JournalError, match=rf"has {last} rows, but \d+ were anchored.* missing"):
            verify(path, files=[tmp_path / "anchors.txt"])


def test_a_tail_behind_the_last_anchor_is_not_found_and_the_answer_says_how_far_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path, 38)
    kept = (tmp_path / "anchors.txt").read_text().splitlines()[:3]
    (tmp_path / "anchors.txt").write_text("\n".join(kept))
    cut(path, 33)
    checked = verify(path, files=[tmp_path / "anchors.txt"])
    assert (checked.anchored, checked.head.rows) == (29, 33)
    assert checked.unfinished == (1,)


@pytest.mark.parametrize("change", [2, 20, 39])
def test_a_chain_written_anew_is_found_by_the_anchors_alone(tmp_path: Path, change: int) -> None:
    path = write(tmp_path, 38)
    forge(path, change)
    verify(path)
    with pytest.raises(JournalError, match="not the one anchored"):
        verify(path, files=[tmp_path / "anchors.txt"])


def test_another_journal_in_its_place_is_found(tmp_path: Path) -> None:
    write(tmp_path / "one", 5)
    other = write(tmp_path / "two", 5)
    with pytest.raises(JournalError, match="hold none of the journal"):
        verify(other, files=[tmp_path / "one" / "anchors.txt"])


def test_every_single_changed_byte_of_a_row_is_found(tmp_path: Path) -> None:
    path = write(tmp_path, 6)
    rows = list(read_entries(path))
    chance = random.Random(5)
    with closing(sqlite3.connect(path)) as db:
        for entry in rows:
            stored = db.execute("SELECT run, at, kind, piece, body, hash FROM entry WHERE seq = ?", (entry.seq,))
            values = dict(zip(("run", "at", "kind", "piece", "body", "hash"), stored.fetchone(), strict=True))
            for column, value in values.items():
                text = str(value)
                place = chance.randrange(len(text)) if text else 0
                changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :] if text else "x"
                db.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (changed, entry.seq))
                db.commit()
                with pytest.raises(JournalError):
                    verify(path)
                db.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (value, entry.seq))
                db.commit()
    verify(path)


def test_rows_renumbered_are_found(tmp_path: Path) -> None:
    path = write(tmp_path, 6)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE entry SET seq = seq + 100 WHERE seq > 4")
        db.commit()
    with pytest.raises(JournalError, match="row 105 "):
        verify(path)


def test_an_anchor_on_paper_is_enough(tmp_path: Path) -> None:
    path = write(tmp_path, 10)
    head = verify(path).head
    assert verify(path, [f"{head.rows}:{head.hash[:32]}"]).anchored == 12
    cut(path, 8)
    with pytest.raises(JournalError, match="4 or more are missing"):
        verify(path, [f"12:{head.hash[:32]}"])


@pytest.mark.parametrize("text", ["", "12", "12:", "12:abcd", "x:" + "a" * 32, "12:" + "g" * 32, "-1:" + "a" * 32])
def test_what_is_no_anchor_is_said(text: str) -> None:
    with pytest.raises(BadInputError, match="is no anchor"):
        anchor_given(text)


def test_a_torn_line_is_passed_over_and_the_next_begins_on_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, 12, every=5)
    whole = (tmp_path / "anchors.txt").read_text()
    (tmp_path / "anchors.txt").write_text(whole[:-30])
    write(tmp_path, 3)
    first = next(iter(read_entries(path, 1))).hash
    found = [anchor.rows for anchor in read_anchors(tmp_path / "anchors.txt", first)]
    assert found == [4, 9, 14, 19]  # the torn line was row 14's; the next run anchored it again
    assert verify(path, files=[tmp_path / "anchors.txt"]).anchored == 19


def test_anchors_that_cannot_be_written_end_the_run(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", lambda: NOON, AnchorFile(tmp_path, 10, lambda: NOON))
    with pytest.raises(JournalError, match=r"mend journal\.anchor_file"):
        journal.open()


def test_a_missing_anchor_file_and_journal_are_bad_input(tmp_path: Path) -> None:
    path = write(tmp_path, 1)
    with pytest.raises(BadInputError, match="give the anchor file"):
        verify(path, files=[tmp_path / "none.txt"])
    with pytest.raises(BadInputError, match="there is no journal"):
        verify(tmp_path / "none.db")


def test_heads_count_and_keep_the_first() -> None:
    assert Head().after("a").after("b") == Head(2, "b", "a")


def test_the_command_says_what_was_checked_and_leaves_with_seven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, 10)
    anchors = str(tmp_path / "anchors.txt")
    assert command_line(["journal", "verify", str(path)]) == 0
    assert "no anchor was given" in capsys.readouterr().out
    assert command_line(["journal", "verify", str(path), "--anchors", anchors, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["anchored_rows"] == 12
    cut(path, 9)
    assert command_line(["journal", "verify", str(path), "--anchors", anchors]) == 7
    assert "missing" in capsys.readouterr().err
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE entry SET body = '{}' WHERE seq = 3")
        db.commit()
    assert command_line(["journal", "verify", str(path)]) == 7
    assert "row 3 does not fit" in capsys.readouterr().err


def test_the_summary_beside_a_journal_is_an_anchor(tmp_path: Path) -> None:
    path = write(tmp_path, 10)
    head = verify(path).head
    told = {"journal": {"rows": head.rows, "head": head.hash, "first": head.first}}
    (tmp_path / "summary.json").write_text(json.dumps(told))
    assert verify(path).anchored == 12
    cut(path, 11)
    with pytest.raises(JournalError, match=r"summary\.json.*1 or more are missing"):
        verify(path)


def test_rows_are_shown_by_run_piece_and_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, 3)
    assert command_line(["journal", "show", str(path), "--piece", "00000007-1", "--json"]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["seq"], row["body"]["file"]) == (3, "1.png")
    assert command_line(["journal", "show", str(path), "--kind", "run_ended"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert command_line(["journal", "results", str(path)]) == 0
    assert [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()] == ["0.png", "1.png", "2.png"]
    assert command_line(["journal", "results", str(path), "--run", "7"]) == 8
