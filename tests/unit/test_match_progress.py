"""The progress bar: on a terminal only, never over the answers, and never between them."""

import io
import sys

import pytest

from mlocr.cli import match_progress
from mlocr.cli.match_progress import MatchProgress
from mlocr.services.matching_batch import BatchCount


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


COUNT = BatchCount(1200, {11: 1000, 5: 150, 0: 50}, bad_rows=2)


def shown(monkeypatch: pytest.MonkeyPatch, out: io.StringIO, error: io.StringIO, patience: float = 0.0) -> str:
    monkeypatch.setattr(match_progress, "PATIENCE_S", patience)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", error)
    monkeypatch.setenv("TERM", "xterm")
    with MatchProgress(1000) as bar:
        bar.update(COUNT, 500)
        sys.stdout.write("the answers\n")
        bar.update(COUNT, 1000)
    return error.getvalue()


def test_on_a_terminal_with_the_answers_going_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    text = shown(monkeypatch, out, Terminal())
    assert out.getvalue() == "the answers\n"
    assert "the answers" not in text
    last = text.strip().splitlines()[-1]
    assert "1,200 addresses, " in last and "11 digits 1,000, 9 0, 5 150, none 50, bad rows 2" in last


def test_silent_where_the_answers_are_on_the_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), Terminal()) == ""


def test_silent_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), io.StringIO()) == ""


def test_what_is_over_at_once_needs_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), Terminal(), patience=3600) == ""
