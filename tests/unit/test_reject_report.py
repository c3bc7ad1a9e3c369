"""Rejects counted by mailer, from journals of runs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlocr.cli.app import run
from mlocr.errors import ExitCode
from mlocr.mail.reasons import RejectReason
from mlocr.services.reject_report import ADVICE, UNNAMED, advice, rejects
from mlocr.station.journal import Journal

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def _journal(folder: Path, mailer: str, reasons: list[str | None]) -> Path:
    folder.mkdir()
    journal = Journal(folder / "journal.db", lambda: NOW)
    journal.open()
    journal.append("run_started", "", {"job": {"mailer": mailer}})
    for number, reason in enumerate(reasons):
        body = {"outcome": "rejected", "reason": reason} if reason else {"outcome": "encoded", "digits": "04901"}
        journal.append("decided", str(number), body)
    journal.append("run_ended", "", {})
    journal.close()
    return folder / "journal.db"


def test_mailers_are_counted_apart_and_runs_of_one_together(tmp_path: Path) -> None:
    journals = [
        _journal(tmp_path / "a", "ACME", ["unreadable", None, "no_last_line", "unreadable"]),
        _journal(tmp_path / "b", "BEST", [None, "foreign"]),
        _journal(tmp_path / "c", "ACME", ["no_last_line", "no_last_line"]),
        _journal(tmp_path / "d", "", ["unreadable"]),
    ]
    acme, best, unnamed = rejects(journals)
    assert (acme.mailer, acme.pieces, acme.encoded) == ("ACME", 6, 1)
    assert acme.reasons.most_common() == [("no_last_line", 3), ("unreadable", 2)]
    assert (best.mailer, best.pieces, best.encoded, dict(best.reasons)) == ("BEST", 2, 1, {"foreign": 1})
    assert unnamed.mailer == UNNAMED


def test_every_reason_says_what_to_mend() -> None:
    assert set(ADVICE) == set(RejectReason)
    assert "clear zone" in advice("clear_zone_occupied")
    assert advice("of another version") == ""


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = _journal(tmp_path / "a", "ACME", ["clear_zone_occupied", None])
    assert run(["report", "rejects", "--journal", str(journal), "--json"]) == ExitCode.DONE
    said = json.loads(capsys.readouterr().out)
    assert (said["mailer"], said["pieces"], said["rejected"]) == ("ACME", 2, 1)
    assert said["reasons"][0]["reason"] == "clear_zone_occupied"
    assert run(["report", "rejects", "--journal", str(journal)]) == ExitCode.DONE
    assert "ACME: 2 letters, 1 without a code" in capsys.readouterr().err


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    file.write_text("nothing")
    assert run(["report", "rejects", "--journal", str(file)]) == ExitCode.JOURNAL
