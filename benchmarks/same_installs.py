"""The answers of two installs of this project over whole files (`mlocr match --json`, trace and all), byte by byte.

    python -m benchmarks.same_installs --other .venv-fast/bin/python --directory out/directory cases.jsonl more.jsonl

The first install is that of the Python that runs this, the second that of `--other`. The one is to be compiled and the
other not (`make fast`), else it ends at once. Ends with exit code 1 at the first difference, which it shows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import date
from itertools import zip_longest
from pathlib import Path

ASKED = "from mlocr.services.compiled import in_words; print(in_words())"


def main() -> int:
    """Compare file by file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--other", required=True, help="the Python of the other install")
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.today(), help="coding date (today)")
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    pythons = (sys.executable, options.other)
    built = [
        subprocess.check_output([python, "-P", "-c", ASKED], env=_plain(), text=True).strip() for python in pythons
    ]
    if built[0] == built[1]:
        print(f"both installs say: {built[0]}; nothing to compare")
        return 1
    for file in options.files:
        words = [
            "match",
            "--json",
            "--workers",
            "1",
            "--directory",
            options.directory,
            "--as-of",
            str(options.as_of),
            file,
        ]
        difference, count = _compared(pythons, words)
        if difference:
            print(f"{file}, answer {count}:\n{built[0]}: {difference[0]!r}\n{built[1]}: {difference[1]!r}")
            return 1
        print(f"{file}: {count:,} answers, the same to the byte ({' / '.join(built)})")
    return 0


def _compared(pythons: tuple[str, str], words: list[str]) -> tuple[tuple[bytes, bytes] | None, int]:
    """The first pair of lines that differ, if any, and how many lines were compared."""
    count = 0
    running = [
        subprocess.Popen([python, "-P", "-m", "mlocr", *words], stdout=subprocess.PIPE, env=_plain())
        for python in pythons
    ]
    try:
        for ours, theirs in zip_longest(*(each.stdout or () for each in running), fillvalue=b""):
            count += 1
            if ours != theirs:
                return (ours, theirs), count
        if any(each.wait() for each in running):
            sys.exit("an install's `mlocr match` failed; see above")
    finally:
        for each in running:
            each.kill()
            each.wait()
    return None, count


def _plain() -> dict[str, str]:
    """The environment without a search path, which could put the same code before both."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


if __name__ == "__main__":
    sys.exit(main())
