"""What a traced process wrote and synced, in order, and what a disk holds of it that drops all that was not synced."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.inkjet.frames import FrameDecoder
from drivers.inkjet.messages import SCHEMA

SOURCE = Path(__file__).parent / "native" / "trace_io.c"
SECTOR = 512


@dataclass(frozen=True, slots=True)
class Step:
    """One entry: `op` W write, S sync begins, D that sync is done, T truncation, P bytes to a terminal."""

    op: str
    name: str
    offset: int
    data: bytes


def shim(folder: Path) -> Path:
    """The recorder, compiled. Skips where there is no C compiler, or where the loader takes no such thing."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler here, or no Linux: the order of system calls is not recorded")
    built = folder / "trace_io.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(built), str(SOURCE), "-ldl"]
    made = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stderr
    return built


def traced(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> list[Step]:
    """Run a Python module with the recorder before libc; what it wrote. The process must end well."""
    record = folder / "io.trace"
    extra = {"LD_PRELOAD": str(shim(folder)), "IO_TRACE": str(record), **environment}
    command = [sys.executable, "-m", *words]
    made = subprocess.run(
        command, env={**os.environ, **extra}, capture_output=True, text=True, timeout=200, check=False
    )
    assert made.returncode == 0, made.stderr
    steps = list(_steps(record.read_bytes())) if record.is_file() else []
    if not steps:
        pytest.skip("this loader preloads nothing: the order of system calls is not recorded")
    return steps


def _steps(record: bytes) -> Iterator[Step]:
    at = 0
    while at < len(record):
        end = record.index(b"\n", at)
        op, name, offset, length = record[at:end].decode().split(" ")
        at = end + 1 + int(length)
        yield Step(op, name, int(offset), record[end + 1 : at])


def frames_sent(steps: Sequence[Step]) -> Iterator[tuple[int, int, bytes]]:
    """(place in the record at which its first byte left, type, payload) of every frame that went to the terminal."""
    decoder = FrameDecoder(SCHEMA)
    began = None
    for place, step in enumerate(steps):
        if step.op != "P":
            continue
        began = place if began is None else began
        for frame in decoder.feed(step.data):
            yield began, int(frame.type), frame.payload
        if step.data.endswith(b"\0"):
            began = None


def disk_at(steps: Sequence[Step], cut: int, torn: random.Random | None = None) -> dict[str, bytes]:
    """The journal's files if the power goes at this place: every write whose sync was done, and nothing else.

    With `torn` also some sectors, any, of the writes that no sync has covered.
    """
    sure = {name: _synced_up_to(steps[:cut], name) for name in {step.name for step in steps if step.name != "terminal"}}
    files: dict[str, bytearray] = {}
    for place, step in enumerate(steps[:cut]):
        if step.op not in ("W", "T"):
            continue
        held = files.setdefault(step.name, bytearray())
        if place < sure[step.name]:
            _apply(held, step)
        elif torn is not None and step.op == "W":
            for start in range(0, len(step.data), SECTOR):
                if torn.random() < 0.5:
                    _apply(held, Step("W", step.name, step.offset + start, step.data[start : start + SECTOR]))
    return {name: bytes(held) for name, held in files.items() if not name.endswith(("-journal", "-shm"))}


def _synced_up_to(steps: Sequence[Step], name: str) -> int:
    """The place up to which writes of this file are durable: where the last finished sync of it began."""
    begun = durable = 0
    for place, step in enumerate(steps):
        if step.name == name and step.op == "S":
            begun = place
        elif step.name == name and step.op == "D":
            durable = begun
    return durable


def _apply(held: bytearray, step: Step) -> None:
    if step.op == "T":
        del held[step.offset :]
        held.extend(bytes(step.offset - len(held)))
        return
    end = step.offset + len(step.data)
    held.extend(bytes(max(0, end - len(held))))
    held[step.offset : end] = step.data
