"""Lines and branches of the core that the runs before have taken, from gcov's counts; what they have not, by line.

`python coverage.py BUILD FILE.c...` reads BUILD/FILE.gcda (beside the objects) with the compiler's gcov.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def counts(build: Path, source: str) -> list[dict[str, Any]]:
    """The lines of one source file with their counts and branches. Raises SystemExit where gcov has none."""
    notes = (build / source).with_suffix(".gcno").resolve()
    with tempfile.TemporaryDirectory() as folder:
        words = ["gcov", "--json-format", "--branch-probabilities", str(notes)]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        made = list(Path(folder).glob("*.gcov.json.gz"))
        if done.returncode or not made:
            raise SystemExit(f"gcov has nothing on {source} ({done.stderr.strip()}); run make coverage")
        files = json.loads(gzip.decompress(made[0].read_bytes()))["files"]
    lines: list[dict[str, Any]] = next(each["lines"] for each in files if each["file"].endswith(source))
    return lines


def told(build: Path, source: str) -> str:
    """One row of the table, and a line for each place that was not taken."""
    lines = counts(build, source)
    branches = [branch for line in lines for branch in line["branches"]]
    run, taken = sum(line["count"] > 0 for line in lines), sum(branch["count"] > 0 for branch in branches)
    share = 100.0 * taken / len(branches) if branches else 100.0
    rows = [f"{source:20} lines {run:4} of {len(lines):4}   branches {taken:4} of {len(branches):4}  {share:5.1f} %"]
    text = Path(source).read_text("utf-8").splitlines()
    for line in lines:
        missed = sum(branch["count"] == 0 for branch in line["branches"])
        if line["count"] == 0 or missed:
            what = "not run" if line["count"] == 0 else f"{missed} of {len(line['branches'])} branches not taken"
            rows.append(f"    {line['line_number']:4} {what}: {text[line['line_number'] - 1].strip()}")
    return "\n".join(rows)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("sources", nargs="+")
    given = parser.parse_args()
    for source in given.sources:
        sys.stdout.write(told(given.build, source) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
