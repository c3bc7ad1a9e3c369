"""The station killed with SIGKILL three times and started again, each time in a process of its own.

`python -m benchmarks.kill_station` does it hundreds of times, at random moments, with a device on a real wire.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from killed_run import jobs_of

from mlocr.services.journals import verify
from mlocr.station.journal import read_entries

SCRIPT = Path(__file__).resolve().parents[1] / "killed_run.py"
ROOT = SCRIPT.parents[1]


def live(folder: Path, life: int, job: int, when: str = "") -> int:
    words = [sys.executable, str(SCRIPT), str(folder), str(life), str(job), when]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(words, env=environment, capture_output=True, timeout=100, check=False).returncode


def test_three_kills_and_no_letter_is_sprayed_twice_or_lost(tmp_path: Path) -> None:
    for life, (job, when) in enumerate(((3, "after"), (2, "before"), (1, "after"))):
        assert live(tmp_path, life, job, when) == -signal.SIGKILL
    assert live(tmp_path, 3, 0) == 0
    out = tmp_path / "out"
    assert len(jobs_of(tmp_path)) > 5
    assert set(Counter(piece for piece, _ in jobs_of(tmp_path)).values()) == {1}
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    sprayed = {row["job_id"] for row in rows if row["disposition"] == "sprayed"}
    assert sprayed == {str(job) for _, job in jobs_of(tmp_path)}
    assert set(Counter(row["file"] for row in rows if row["file"]).values()) == {1}
    ends = Counter(entry.piece for entry in read_entries(out / "journal.db") if entry.kind == "disposition")
    assert set(ends.values()) == {1}
    assert len(ends) == len(rows)
    checked = verify(out / "journal.db")
    assert checked.unfinished == ()
    assert json.loads((out / "summary.json").read_text())["resumed"] == 3
