"""The sync of an intent is done before the first byte of its job leaves: by the order of the system calls."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from io_trace import Step, disk_at, frames_sent, traced

from drivers.inkjet.frames import Type
from drivers.inkjet.messages import JobRef, unpack
from mlocr.station.journal import read_entries


@pytest.fixture(scope="module")
def record(small_deck: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """Fourteen letters through `mlocr run`, traced."""
    folder = tmp_path_factory.mktemp("traced")
    words = ["mlocr", "run", "--deck", str(small_deck), "--engine", "truth", "--workers", "0", "--sprayed", "none"]
    return traced([*words, "--out", str(folder / "out")], folder, {"XDG_STATE_HOME": str(folder)})


def jobs_sent(record: list[Step]) -> dict[str, int]:
    """Each job, and the place in the record at which its first byte left."""
    first: dict[str, int] = {}
    for place, kind, payload in frames_sent(record):
        if kind in (Type.JOB_BEGIN, Type.JOB_DATA, Type.JOB_COMMIT):
            key = unpack(JobRef, payload[:8])
            assert key is not None
            first.setdefault(f"{key.epoch}-{key.counter}", place)
    return first


def test_every_job_leaves_after_its_intent_was_synced(record: list[Step]) -> None:
    jobs = jobs_sent(record)
    assert len(jobs) >= 10
    for job, left in jobs.items():
        written = next(
            n for n, step in enumerate(record) if step.op == "W" and f'{{"job": "{job}"}}'.encode() in step.data
        )
        name = record[written].name
        begun = next(n for n, step in enumerate(record) if n > written and step.op == "S" and step.name == name)
        done = next(n for n, step in enumerate(record) if n > begun and step.op == "D" and step.name == name)
        assert written < begun < done < left, job


def intents_on(files: dict[str, bytes], folder: Path) -> set[str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    # Reading checks the chain: what is left is whole from the first row on.
    return {str(entry.body["job"]) for entry in read_entries(folder / "journal.db") if entry.kind == "intent"}


def test_a_disk_that_drops_what_was_not_synced_still_holds_the_intent_of_every_job_that_left(
    record: list[Step], tmp_path: Path
) -> None:
    jobs = jobs_sent(record)
    torn = random.Random(7)
    held = Counter[int]()
    for cut in sorted({left + 1 for left in jobs.values()} | {len(record)}):
        gone = {job for job, left in jobs.items() if left < cut}
        for chance in (None, torn, torn):
            on_disk = intents_on(disk_at(record, cut, chance), tmp_path / "disk")
            assert gone <= on_disk
            held[len(on_disk)] += 1
    assert max(held) == len(jobs)
