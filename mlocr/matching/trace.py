"""What a match leaves behind: the rules tried and the footnotes earned, in order."""

from mlocr.mail.match import TraceLine


class Trace:
    """The trace of one match, written by every rule that says something."""

    def __init__(self) -> None:
        self._lines: list[TraceLine] = []
        self._notes: list[str] = []

    def say(self, rule: str, said: str) -> None:
        """Add one line: the rule's stable code and one short sentence."""
        self._lines.append(TraceLine(rule, said))

    def note(self, *letters: str) -> None:
        """Add AMS footnote letters, each once."""
        for letter in letters:
            if letter not in self._notes:
                self._notes.append(letter)

    @property
    def lines(self) -> tuple[TraceLine, ...]:
        """Every line said so far."""
        return tuple(self._lines)

    @property
    def footnotes(self) -> tuple[str, ...]:
        """The footnote letters, sorted."""
        return tuple(sorted(self._notes))
