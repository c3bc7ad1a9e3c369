"""What `mlocr journal` does: check a journal against its chain and its anchors, show rows, make results from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlocr.errors import BadInputError, JournalError
from mlocr.station.anchors import SHORTEST, Anchor, anchor_given, differing, read_anchors
from mlocr.station.journal import Entry, Head, all_entries, read_entries
from mlocr.station.recovery import rows_of
from mlocr.station.unfinished import ENDED, read_run


@dataclass(frozen=True, slots=True)
class Checked:
    """A journal that verified: where it ends, its runs and those without an end, the anchors it was held against."""

    head: Head
    runs: int
    unfinished: tuple[int, ...]
    anchors: tuple[Anchor, ...]

    @property
    def anchored(self) -> int:
        """Rows up to the last anchor: a missing tail below here would have been found."""
        return max((anchor.rows for anchor in self.anchors), default=0)

    def as_json(self) -> dict[str, object]:
        """The object of `mlocr journal verify --json`."""
        return {
            "rows": self.head.rows,
            "head": self.head.hash,
            "first": self.head.first,
            "runs": self.runs,
            "unfinished_runs": list(self.unfinished),
            "anchors": [{"rows": a.rows, "head": a.head, "at": a.at or None, "place": a.place} for a in self.anchors],
            "anchored_rows": self.anchored,
        }


@dataclass(slots=True)
class _Seen:
    """What is gathered while the rows go by."""

    head: Head = field(default_factory=Head)
    runs: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)

    def hashes(self, entries: Iterator[Entry]) -> Iterator[str]:
        for entry in entries:
            self.head = self.head.after(entry.hash)
            self.runs.add(entry.run)
            if entry.kind == ENDED:
                self.ended.add(entry.run)
            yield entry.hash


def verify(journal: Path, given: Sequence[str] = (), files: Sequence[Path] = ()) -> Checked:
    """Check every row against the chain, and the chain against anchors.

    `given`: anchors written ROWS:HASH. `files`: anchor files; each must hold one of this journal at least. The
    summary.json beside the journal is an anchor too. Raises JournalError naming the first row that does not fit or how
    many rows are missing, BadInputError for what is no journal, anchor or file.
    """
    if not journal.is_file():
        raise BadInputError(f"there is no journal {journal}; give the journal.db of a run's output folder")
    first = next((entry.hash for entry in all_entries(journal)), "")
    anchors = [anchor_given(text) for text in given]
    for path in files:
        found = read_anchors(path, first)
        if not found:
            raise JournalError(
                f"the anchors {path} hold none of the journal {journal}: its first row is another one, or none was kept"
            )
        anchors += found
    anchors += _of_summary(journal.with_name("summary.json"))
    seen = _Seen()
    wrong, rows = differing(anchors, seen.hashes(all_entries(journal)))
    if wrong is not None:
        raise JournalError(_misfit(journal, wrong, rows))
    return Checked(seen.head, len(seen.runs), tuple(sorted(seen.runs - seen.ended)), tuple(anchors))


def _misfit(journal: Path, anchor: Anchor, rows: int) -> str:
    when = f" at {anchor.at}" if anchor.at else ""
    if anchor.rows > rows:
        return (
            f"the journal {journal} has {rows} rows, but {anchor.rows} were anchored{when} ({anchor.place}):"
            f" {anchor.rows - rows} or more are missing at its end; look for the whole file"
        )
    return (
        f"row {anchor.rows} of the journal {journal} is not the one anchored{when} ({anchor.place}):"
        " its rows were written anew; do not report from it"
    )


def _of_summary(path: Path) -> list[Anchor]:
    """The anchor in the summary that a run left beside its journal; none where there is none to be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["journal"]
        rows, head = int(told["rows"]), str(told["head"])
    except (OSError, ValueError, TypeError, KeyError):
        return []
    return [Anchor(rows, head, place=str(path))] if rows and len(head) >= SHORTEST else []


def shown(journal: Path, run: int | None, piece: str, kind: str) -> Iterator[Entry]:
    """The rows of a run (None: the last), of one piece or kind where named. Raises JournalError, BadInputError."""
    if not journal.is_file():
        raise BadInputError(f"there is no journal {journal}; give the journal.db of a run's output folder")
    for entry in read_entries(journal, run):
        if (not piece or entry.piece == piece) and (not kind or entry.kind == kind):
            yield entry


def results(journal: Path, run: int | None) -> list[dict[str, object]]:
    """The rows of results.jsonl of a run (None: the last), made from the journal alone.

    Raises JournalError, and BadInputError where there is no such run.
    """
    entries = list(shown(journal, run, "", ""))
    if not entries:
        which = "holds no run" if run is None else f"holds no run {run}"
        raise BadInputError(f"the journal {journal} {which}; see `mlocr journal verify`")
    return rows_of(read_run(entries, entries[0].run))
