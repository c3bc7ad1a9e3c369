"""What a check of this PC finds: values, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlocr.errors import ExitCode

State = Literal["ok", "missing", "note"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `state` ok, missing (must be mended: `exit_code`) or note (only some uses need it)."""

    name: str
    state: State
    said: str
    mend: str = ""
    exit_code: ExitCode = ExitCode.DONE

    def as_json(self) -> dict[str, object]:
        """One object for `--json`."""
        return {"check": self.name, "state": self.state, "said": self.said, "mend": self.mend or None}


def ok(name: str, said: str) -> Check:
    """All is well."""
    return Check(name, "ok", said)


def missing(name: str, said: str, mend: str, code: ExitCode = ExitCode.CONFIGURATION) -> Check:
    """Must be mended."""
    return Check(name, "missing", said, mend, code)


def note(name: str, said: str, mend: str = "") -> Check:
    """Only some uses need it."""
    return Check(name, "note", said, mend)
