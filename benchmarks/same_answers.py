"""The short path of matching against the long one, over whole files: every answer compared, trace and candidates too.

    python -m benchmarks.same_answers --directory out/directory cases.jsonl more.jsonl

Ends with exit code 1 at the first difference, which it shows. The files are JSON lines as `mlocr match` reads them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mlocr.directory.store import open_directory
from mlocr.matching.match import Matcher, MatchSettings
from mlocr.services.matching_questions import JsonQuestions


def main() -> int:
    """Compare, and say how many of how many addresses took the short path."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    directory = open_directory(options.directory)
    short, long = Matcher(directory), Matcher(directory, MatchSettings(short_path=False))
    for file in options.files:
        count = taken = 0
        questions = JsonQuestions(file.name)
        for number, text in enumerate(file.open(encoding="utf-8"), 1):
            block = questions.question(number, text).block
            count += 1
            found = short.short_answer(block)
            if found is None:
                continue
            taken += 1
            if found != long.directory_answer(block):
                lines = [line.text for line in block.lines]
                print(
                    f"{file}, line {number}: {json.dumps(lines)}\nshort {found}\nlong  {long.directory_answer(block)}"
                )
                return 1
        print(f"{file}: {count:,} addresses, {taken:,} by the short path, every answer the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
