"""The command line where standard streams are closed, full, or their reader has gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlocr.errors import ExitCode

QUESTION = '{"id": 1, "zip5": "38134", "plus4": "5660", "record_type": "H", "secondary": "5A"}\n'


def left(shell: str) -> tuple[int, str]:
    """The exit code and the standard error of one line of shell; $M is the command."""
    line = shell.replace("$M", f"{sys.executable} -m mlocr")
    done = subprocess.run(["sh", "-c", line], input=QUESTION, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["dpc --json", "config show"])
def test_a_full_disk_below_the_output_is_one_sentence(command: str) -> None:
    code, said = left(f"$M {command} > /dev/full")
    assert code == ExitCode.BAD_INPUT
    assert said.startswith("mlocr: the output")
    assert "No space left" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_empty_or_lead_nowhere(closed: str) -> None:
    assert left(f"$M dpc --json {closed}") == (ExitCode.DONE, "")


def test_a_reader_that_has_gone_ends_it_quietly() -> None:
    # The exit code that counts is the command's own, which the shell would not give for the first of a pipe.
    assert left("($M config show --json; echo $? >&2) | true") == (0, "0\n")
