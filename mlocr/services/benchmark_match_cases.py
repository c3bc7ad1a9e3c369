"""The addresses of `mlocr bench match` with what is right for each, from a file or made from the directory itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlocr.errors import BadInputError

CLEAN, DAMAGED, TRAPS = "clean", "damaged", "traps"
GROUPS = (CLEAN, DAMAGED, TRAPS)
"""Addresses as the directory has them; damaged ones; and addresses that must not be coded finer than the truth says."""


@dataclass(frozen=True, slots=True)
class MatchCase:
    """One address. `digits` is the truth (empty: nothing may be coded); None where it is not known."""

    lines: tuple[str, ...]
    digits: str | None
    group: str

    def as_line(self) -> str:
        """The case as a line of JSON."""
        return json.dumps({"lines": self.lines, "digits": self.digits, "group": self.group}) + "\n"

    @classmethod
    def of_line(cls, text: str) -> MatchCase:
        """The case of such a line."""
        value = json.loads(text)
        return cls(tuple(value["lines"]), value["digits"], value["group"])


@dataclass(frozen=True, slots=True)
class MatchTally:
    """Answers against their truth: right at the truth's depth, right but coarser (none included), wrong."""

    cases: int
    right: int
    coarser: int
    wrong: int

    def as_json(self) -> dict[str, int]:
        """The counts."""
        return {"cases": self.cases, "correct": self.right, "coarser": self.coarser, "wrong": self.wrong}


def tally(cases: Sequence[MatchCase], answers: Iterable[str]) -> MatchTally | None:
    """Score digits against the truth (contract, *Meaning*); None where no truth is known."""
    pairs = [(case.digits, given) for case, given in zip(cases, answers, strict=True) if case.digits is not None]
    if not pairs:
        return None
    right = sum(given == truth for truth, given in pairs)
    coarser = sum(given != truth and truth.startswith(given) for truth, given in pairs)
    # Where the truth is five digits a reject is right too; it is counted among the coarser ones.
    return MatchTally(len(pairs), right, coarser, len(pairs) - right - coarser)


def read_cases(file: Path) -> Iterator[MatchCase]:
    """The cases of JSON lines: `lines`, optionally `expect` as in a deck's truth, and `damages`.

    Raises BadInputError for a file that cannot be read or holds something else.
    """
    try:
        with file.open(encoding="utf-8-sig") as stream:
            for number, text in enumerate(stream, 1):
                if text.strip():
                    yield _case(text, f"{file}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadInputError(f"{file} cannot be read ({why}); give JSON lines with address lines") from error


def _case(text: str, where: str) -> MatchCase:
    try:
        value = json.loads(text)
        lines = tuple(str(line) for line in value["lines"])
        digits = _digits(value.get("expect"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInputError(f'{where}: it is no address; give {{"lines": [...], "expect": {{...}}}}') from error
    if value.get("damages"):
        return MatchCase(lines, digits, DAMAGED)
    return MatchCase(lines, digits, CLEAN if digits is None or len(digits) == 11 else TRAPS)


def _digits(expect: dict[str, object] | None) -> str | None:
    if expect is None:
        return None
    parts = (str(expect.get(part) or "") for part in ("zip5", "plus4", "dpc"))
    return "".join(parts) if expect.get("outcome", "encoded") == "encoded" else ""


def write_questions(cases: Iterable[MatchCase], file: Path) -> None:
    """The cases as questions for `match`, numbered from 0."""
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for number, case in enumerate(cases):
            stream.write(json.dumps({"id": number, "lines": case.lines}, ensure_ascii=False) + "\n")


def answered_digits(text: str) -> list[str]:
    """The digits of each answer of `match`, in order."""
    return [
        "".join(answer[part] or "" for part in ("zip5", "plus4", "dpc"))
        for answer in map(json.loads, text.splitlines())
    ]
