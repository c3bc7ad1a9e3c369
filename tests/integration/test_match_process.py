"""`mlocr match` as a process: a reader that goes away, Ctrl-C, a caller that waits for each answer."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECK = ROOT / "test_decks" / "first"
QUESTION = json.dumps({"id": 1, "lines": ["228 RIVERVIEW DR", "SANTA LUCIA CA 95457"]}) + "\n"
CODE = "95457108328"

pytestmark = pytest.mark.skipif(not (DECK / "directory").is_dir(), reason="the shipped deck is not here")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped deck's directory, built."""
    from mlocr.directory.build import build_directory

    out = tmp_path_factory.mktemp("built") / "out"
    raw = DECK / "directory"
    build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], out)
    return out


@contextmanager
def matching(built: Path, state: Path, workers: int) -> Iterator[subprocess.Popen[str]]:
    """The command between two pipes, in a process group of its own."""
    command = [sys.executable, "-m", "mlocr", "match", "--directory", str(built), "--as-of", "2026-11-02", "--json"]
    running = subprocess.Popen(
        [*command, "--workers", str(workers)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
        env={**os.environ, "XDG_STATE_HOME": str(state), "XDG_CACHE_HOME": str(state), "XDG_DATA_HOME": str(state)},
    )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        for pipe in (running.stdin, running.stdout, running.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def feed(running: subprocess.Popen[str]) -> threading.Thread:
    """Ask without end, until nobody listens."""

    def ask() -> None:
        assert running.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            while True:
                running.stdin.write(QUESTION * 100)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    return asking


def test_a_caller_that_waits_for_each_answer(built: Path, tmp_path: Path) -> None:
    with matching(built, tmp_path, 2) as running:
        assert running.stdin is not None and running.stdout is not None
        for _ in range(30):
            running.stdin.write(QUESTION)
            running.stdin.flush()
            answer = json.loads(running.stdout.readline())
            assert answer["zip5"] + answer["plus4"] + answer["dpc"] == CODE
        running.stdin.close()
        assert running.stdout.read() == ""
        assert running.wait(60) == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_reader_that_has_read_enough(built: Path, tmp_path: Path, workers: int) -> None:
    with matching(built, tmp_path, workers) as running:
        assert running.stdout is not None and running.stderr is not None
        asking = feed(running)
        for _ in range(600):
            assert json.loads(running.stdout.readline())["id"] == 1
        running.stdout.close()
        assert running.wait(60) == 0
        assert running.stderr.read() == ""
        asking.join(60)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_with_whole_lines_and_its_exit_code(built: Path, tmp_path: Path, workers: int) -> None:
    with matching(built, tmp_path, workers) as running:
        assert running.stdout is not None and running.stderr is not None
        asking = feed(running)
        for _ in range(600):
            running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)
        rest = running.stdout.read().splitlines()
        assert all(json.loads(line)["id"] == 1 for line in rest)
        assert running.wait(60) == 130
        said = running.stderr.read()
        assert said.startswith("mlocr: interrupted; ") and said.count("\n") == 1
        asking.join(60)
