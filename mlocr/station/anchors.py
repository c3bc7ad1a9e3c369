"""Anchors: how far a journal had come at some time, written down in a second place.

The chain of a journal shows a changed row, not a missing tail: rows cut off its end leave a chain that fits. An anchor
kept elsewhere shows that too, up to the row it names. docs/journal.md says what an anchor proves and what not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from mlocr.errors import BadInputError, JournalError
from mlocr.station.journal import Head

_FIELDS = 4
SHORTEST = 16
"""Digits of a hash that an anchor must have at least (*ours*): what is printed is long enough to be copied by hand."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The journal whose first row has the hash `first` had `rows` rows at `at`, the last with the hash `head`.

    `head` may be the beginning of the hash, `first` empty where the journal is not named. `place` says where the anchor
    stands.
    """

    rows: int
    head: str
    first: str = ""
    at: str = ""
    place: str = ""


class AnchorFile:
    """Appends an anchor to a text file every so many rows and at the end; each line is synced when it is written."""

    def __init__(self, path: Path, every: int, now: Callable[[], datetime]) -> None:
        self._path = path
        self._every = every
        self._now = now
        self._file: TextIO | None = None
        self._written = 0

    def open(self, head: Head) -> None:
        """Open the file and anchor where the journal stands. Raises JournalError."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            torn = self._torn()
            self._file = self._path.open("a", encoding="ascii")
            self._file.write("\n" if torn else "")
        except OSError as error:
            raise self._failed(error) from None
        self._written = -1
        self.note(head, last=True)

    def note(self, head: Head, *, last: bool = False) -> None:
        """The journal is on disk up to `head`; with `last` it is anchored there in any case. Raises JournalError."""
        if self._file is None or not head.rows or head.rows == self._written:
            return
        if last or head.rows - self._written >= self._every:
            at = self._now().isoformat(timespec="seconds")
            try:
                self._file.write(f"{at} {head.first} {head.rows} {head.hash}\n")
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise self._failed(error) from None
            self._written = head.rows

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _torn(self) -> bool:
        # The last line of a process that was killed while it wrote: the next begins on a line of its own.
        return self._path.exists() and self._path.read_bytes()[-1:] not in (b"", b"\n")

    def _failed(self, error: OSError) -> JournalError:
        return JournalError(
            f"the anchors in {self._path} cannot be written ({error.strerror}); mend journal.anchor_file and run again"
        )


def read_anchors(path: Path, first: str) -> list[Anchor]:
    """The anchors of one journal (the hash of its first row) in an anchor file; lines that were torn are passed over.

    Raises BadInputError where the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise BadInputError(f"the anchors {path} cannot be read ({error.strerror}); give the anchor file") from None
    found = (_anchor(line, f"{path}, line {number}") for number, line in enumerate(lines, 1))
    return [anchor for anchor in found if anchor is not None and anchor.first == first]


def _anchor(line: str, place: str) -> Anchor | None:
    words = line.split(" ")
    if len(words) != _FIELDS or not words[2].isdigit() or len(words[3]) != 64:
        return None
    return Anchor(int(words[2]), words[3], words[1], words[0], place)


def anchor_given(text: str) -> Anchor:
    """An anchor written ROWS:HASH, as a run prints it. Raises BadInputError."""
    rows, _, head = text.strip().lower().partition(":")
    if (
        not (rows.isascii() and rows.isdigit())
        or len(head) < SHORTEST
        or any(c not in "0123456789abcdef" for c in head)
    ):
        raise BadInputError(f"{text!r} is no anchor; write ROWS:HASH with at least {SHORTEST} digits of the hash")
    return Anchor(int(rows), head, place="the anchor given")


def differing(anchors: list[Anchor], hashes: Iterator[str]) -> tuple[Anchor | None, int]:
    """The first anchor that does not fit the chain with these hashes, row by row; and how many rows there are."""
    wanted: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.rows, []).append(anchor)
    rows, wrong = 0, None
    for digest in hashes:
        rows += 1
        for anchor in wanted.pop(rows, ()):
            if wrong is None and not digest.startswith(anchor.head):
                wrong = anchor
    beyond = min((anchor for left in wanted.values() for anchor in left), key=lambda a: a.rows, default=None)
    return wrong or beyond, rows
