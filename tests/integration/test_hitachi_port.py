"""Letters through a Hitachi printer on a (pseudo) port: every mark on its own letter, and none called sprayed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hitachi_printer import Printer, PrinterWire

from drivers.inkjet.hitachi import HitachiPrinter
from mlocr.mail.piece import JobState, PrintJob
from mlocr.station.journal import read_entries

MlocrCall = Callable[..., int]


@pytest.fixture
def wire() -> Iterator[PrinterWire]:
    made = PrinterWire(Printer(items=5))
    made.letters_come = True
    yield made
    made.close()


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[PrintJob]:
    handed: list[PrintJob] = []
    submit = HitachiPrinter.submit

    def spy(self: HitachiPrinter, job: PrintJob) -> JobState:
        handed.append(job)
        return submit(self, job)

    monkeypatch.setattr(HitachiPrinter, "submit", spy)
    return handed


def config(folder: Path, offset: float) -> Path:
    path = folder / "station.toml"
    # 32 dots at 120 dpi.
    path.write_text(
        f"[mark]\nhead_dpi = 120\nhead_swath_in = 0.2667\n[inkjet.settings]\noffset_in = {offset}\nlook_s = 0.01\n"
    )
    return path


def test_each_mark_is_printed_once_on_its_own_letter_and_the_journal_claims_no_more(
    mail: Path, mlocr: MlocrCall, tmp_path: Path, wire: PrinterWire, jobs: list[PrintJob]
) -> None:
    given = ("--images", mail, "--dpi", "200", "--directory", tmp_path / "directory", "--workers", "0")
    asked = ("run", *given, "--inkjet", f"hitachi:{wire.pty.name}", "--out", tmp_path / "out", "--sprayed", "none")
    assert mlocr(*asked, "--config", config(tmp_path, 1.19)) == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    encoded = [row for row in rows if row["outcome"] == "encoded"]
    assert len(encoded) >= 4
    assert {row["disposition"] for row in encoded} == {"indeterminate"}
    assert {row["disposition"] for row in rows if row["outcome"] == "rejected"} == {"passed"}
    assert [str(job.job_id) for job in jobs] == [row["job_id"] for row in encoded]
    printed = [each[: len(job.image.columns)] for each, job in zip(wire.printer.printed, jobs, strict=True)]
    assert printed == [job.image.columns[::-1] for job in jobs]
    assert not any(wire.printer.columns())  # nothing is left on the printer
    receipts = [e.body for e in read_entries(tmp_path / "out" / "journal.db") if e.kind == "receipt"]
    assert [row["state"] for row in receipts] == ["indeterminate"] * len(jobs)
    details = [e.body["detail"] for e in read_entries(tmp_path / "out" / "journal.db") if e.kind == "disposition"]
    assert sum("assumed printed" in str(detail) for detail in details) == len(jobs)


def test_a_replay_drives_no_printer(
    small_deck: Path, mlocr: MlocrCall, tmp_path: Path, wire: PrinterWire, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("run", "--deck", small_deck, "--inkjet", f"hitachi:{wire.pty.name}", "--out", tmp_path / "out")
    assert mlocr(*asked, "--config", config(tmp_path, 1.19)) == 5
    assert "may not drive a real port" in capsys.readouterr().err
    assert not wire.printer.texts


def test_settings_of_a_printer_are_checked_before_anything_is_opened(
    mlocr: MlocrCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "station.toml").write_text('[inkjet]\ndriver = "hitachi:"\n')
    assert mlocr("config", "check", "--config", tmp_path / "station.toml") == 3
    assert "write hitachi:PORT" in capsys.readouterr().err
