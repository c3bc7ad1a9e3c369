"""What must hold after every fault: one mark a letter at the most, its own; one end a letter; ink only after an intent.

Read from two records that know nothing of one another: the columns that fell, and the journal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlocr.mail.piece import Disposition
from mlocr.services.drill_marks import Fell, fired_as, judged, mark_of
from mlocr.station.journal import Entry

UNSEEN, UNFED = "unseen", "unfed"
_INKED = {
    Disposition.SPRAYED.value: {Fell.MARK},
    Disposition.INDETERMINATE.value: {Fell.NOTHING, Fell.PART, Fell.MARK},
}


@dataclass(slots=True)
class Findings:
    """What the two records say of one scenario."""

    ends: dict[str, str] = field(default_factory=dict)
    fell: dict[str, Fell] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def doubles(self) -> int:
        """Letters with more than one mark."""
        return sum(fell is Fell.TWICE for fell in self.fell.values())

    @property
    def wrong(self) -> int:
        """Letters with another's mark."""
        return sum(fell is Fell.WRONG for fell in self.fell.values())


class JournalView:
    """The journal's rows by letter: which pieces it was, what jobs were meant for it, how it ended."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.names: dict[tuple[int, str], str] = {}
        self.ended: dict[str, list[str]] = defaultdict(list)
        self.intents: set[str] = set()
        self.jobs: Counter[str] = Counter()
        self.nameless: list[str] = []
        for entry in entries:
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        key = (entry.run, entry.piece)
        if entry.kind == "arrived":
            self.names[key] = str(entry.body["file"])
        elif entry.kind == "announced":
            self.names[entry.run, str(entry.body["piece"])] = self.names[key]
        elif entry.kind == "intent":
            self.intents.add(self.names.get(key, entry.piece))
            self.jobs[str(entry.body["job"])] += 1
        elif entry.kind == "disposition":
            name = self.names.get(key) or self._known(entry.piece)
            if name:
                self.ended[name].append(str(entry.body["disposition"]))
            else:
                self.nameless.append(str(entry.body["disposition"]))

    def _known(self, piece: str) -> str:
        """The letter that had this number in an earlier run of the same journal."""
        return next((name for (_, label), name in self.names.items() if label == piece), "")


def check(letters: int, fallen: Mapping[str, Sequence[tuple[int, int]]], view: JournalView, spilled: int) -> Findings:
    """Hold both records against each other, letter by letter."""
    found = Findings()
    for number in range(1, letters + 1):
        name = f"letter-{number}"
        found.fell[name] = judged(fallen.get(name, ()), fired_as(name))
        found.ends[name] = _end(found, view, name, name in fallen)
        _check_ink(found, view, name)
    if spilled:
        found.broken.append(f"{spilled} columns of ink hit no letter")
    found.broken += [f"job {job} was meant twice" for job, times in view.jobs.items() if times > 1]
    found.broken += [f"a piece without a picture ended {end}" for end in view.nameless if end in _INKED]
    return found


def _end(found: Findings, view: JournalView, name: str, fed: bool) -> str:
    ended = view.ended.get(name, [])
    if len(ended) > 1:
        found.broken.append(f"{name} ended {len(ended)} times: {', '.join(ended)}")
    if ended:
        return ended[0]
    if name in view.names.values():
        found.broken.append(f"{name} arrived and never ended")
    return UNSEEN if fed else UNFED


def _check_ink(found: Findings, view: JournalView, name: str) -> None:
    fell, end = found.fell[name], found.ends[name]
    if fell is Fell.TWICE:
        found.broken.append(f"{name} was sprayed twice")
    elif fell is Fell.WRONG:
        found.broken.append(f"{name} got a mark that is not its own")
    elif fell not in _INKED.get(end, {Fell.NOTHING}):
        found.broken.append(f"{name} is called {end}, and what fell on it is: {fell.value}")
    if fell is not Fell.NOTHING and name not in view.intents:
        found.broken.append(f"{name} was sprayed without an intent on record")


def by_order(fired: Sequence[int], letters: int) -> dict[str, list[tuple[int, int]]]:
    """Bench: no photocell says which letter lies at the head; marks are told apart by themselves, in their order.

    What is no letter's mark in its turn is put on the letter whose turn it would be, where it is found wrong.
    """
    at = 0
    fallen: dict[str, list[tuple[int, int]]] = {f"letter-{number}": [] for number in range(1, letters + 1)}
    for name in fallen:
        wanted = fired_as(name)
        columns = tuple(reversed(mark_of(name).columns))
        rest = tuple(fired[at : at + len(columns)])
        if rest == columns[: len(rest)]:
            fallen[name] = wanted[: len(rest)]
            at += len(rest)
    if at < len(fired):
        fallen[f"letter-{letters}"] += [(0, column) for column in fired[at:]]
    return fallen
