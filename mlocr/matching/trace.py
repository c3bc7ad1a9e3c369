"""What a match leaves behind: the rules tried, the records considered and the footnotes earned, in order."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter

from mlocr.mail.address import DirectoryRecord
from mlocr.mail.match import Candidate, TraceLine

MOST_CANDIDATES = 12
"""Records a match names (*ours*): the ones that got furthest."""

MOST_PLAIN_LOSERS = 4
"""Of many records that lost by one word (all of a building), no more stand beside a winner (*ours*)."""

MOST_OF_A_STREET = 2
"""The same of a street's records that do not even hold the number, or are of other parts (*ours*)."""

_NO_LINE = "no rule spoke of it"
_OF_A_STREET = frozenset({"part_differs", "number_out_of_range"})


class Trace:
    """The trace of one match, written by every rule that says something."""

    def __init__(self) -> None:
        self._lines: list[TraceLine] = []
        self._notes: list[str] = []
        self._considered: list[tuple[Sequence[DirectoryRecord], str, str]] = []

    def say(self, rule: str, said: str) -> None:
        """Add one line: the rule's stable code and one short sentence."""
        self._lines.append(TraceLine(rule, said))

    def note(self, *letters: str) -> None:
        """Add AMS footnote letters, each once."""
        for letter in letters:
            if letter not in self._notes:
                self._notes.append(letter)

    def consider(self, records: Sequence[DirectoryRecord], rule: str, said: str) -> None:
        """Remember what `rule` said of these records; the last word on a record counts.

        Costs one tuple: the records are kept as they are, and nothing is looked at before the match ends. `said` is a
        constant (the record's own range and names are shown beside it).
        """
        self._considered.append((records, rule, said))

    def take(self, record: DirectoryRecord) -> None:
        """Remember that the rule of the trace's last line chose this record."""
        line = self._lines[-1] if self._lines else TraceLine("", _NO_LINE)
        self._considered.append(((record,), line.rule, line.said))

    def candidates(self, chosen: DirectoryRecord | None) -> tuple[Candidate, ...]:
        """The records considered, the chosen one first, then those that got furthest; at most `MOST_CANDIDATES`."""
        found: dict[tuple[str, ...], Candidate] = {}
        own = _key(chosen) if chosen is not None else None
        # What lost with all its street has the last say only where no rule came nearer to it.
        latest = self._considered[::-1]
        nearer = [each for each in latest if each[1] not in _OF_A_STREET]
        for records, rule, said in nearer + [each for each in latest if each[1] in _OF_A_STREET]:
            room, count = MOST_CANDIDATES - len(found), len(records)
            most = MOST_OF_A_STREET if rule in _OF_A_STREET else MOST_PLAIN_LOSERS
            if own is not None and found and room > most and count > most:
                room = most
            done = 0
            while room > 0 and done < count:
                # No more at once than may be wanted: records may be made only when asked for.
                some = records[done : done + room + 1] if done or count > room else records
                done += len(some)
                for record in some:
                    key = _key(record)
                    if key not in found and room > 0:
                        found[key] = _candidate((record, rule, said, key == own))
                        room -= 1
        if chosen is not None and own is not None and own not in found:
            found[own] = Candidate(chosen, "", _NO_LINE, chosen=True)
        if own is not None:  # to the front
            found = {own: found.pop(own), **found}
        return tuple(found.values())

    @property
    def lines(self) -> tuple[TraceLine, ...]:
        """Every line said so far."""
        return tuple(self._lines)

    @property
    def footnotes(self) -> tuple[str, ...]:
        """The footnote letters, sorted."""
        return tuple(sorted(self._notes))


# What `Candidate._make` does, without its check of the length.
_candidate: Callable[[Iterable[object]], Candidate] = partial(tuple.__new__, Candidate)
_key = attrgetter("update_key", "zip5", "addon_low", "primary_low", "secondary_low")
"""What tells two records apart at little cost: the update key, and the ranges where a product repeats it."""
