"""Builds that were killed leave files; the next build takes them away, and only those."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlocr.directory.unfinished import PREFIX, temporary_file
from mlocr.errors import BadInputError

KILLED = """
import os, sys
from pathlib import Path
from mlocr.directory.unfinished import temporary_file
with temporary_file(Path(sys.argv[1]), ".sqlite") as path:
    print(path, flush=True)
    if sys.argv[2] == "die":
        os._exit(9)
    sys.stdin.read()
"""


def _aged(path: Path) -> Path:
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def _builder(out: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, str(out), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_file_is_gone_at_the_end_unless_it_was_put_in_place(tmp_path: Path) -> None:
    with temporary_file(tmp_path, ".sqlite") as path:
        assert path.exists()
    assert list(tmp_path.iterdir()) == []
    with temporary_file(tmp_path, ".sqlite") as path:
        path.replace(tmp_path / "directory.sqlite")
    assert [file.name for file in tmp_path.iterdir()] == ["directory.sqlite"]


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    with _builder(tmp_path, "die") as killed:
        assert killed.stdout is not None
        left = _aged(Path(killed.stdout.readline().strip()))
        killed.wait(30)
    assert left.exists()
    with temporary_file(tmp_path, ".sqlite"):
        assert not left.exists()


def test_a_build_that_goes_on_keeps_its_file_however_old(tmp_path: Path) -> None:
    with _builder(tmp_path, "wait") as going:
        assert going.stdout is not None
        kept = _aged(Path(going.stdout.readline().strip()))
        with temporary_file(tmp_path, ".sqlite"):
            assert kept.exists()
        going.communicate(timeout=30)


def test_a_fresh_file_and_files_of_other_names_stay(tmp_path: Path) -> None:
    fresh = tmp_path / f"{PREFIX}fresh.sqlite"
    fresh.touch()
    other = tmp_path / "zip4.txt"
    other.touch()
    _aged(other)
    with temporary_file(tmp_path, ".sqlite"):
        assert fresh.exists()
        assert other.exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be written"), temporary_file(tmp_path / "absent", ".sqlite"):
        pass
