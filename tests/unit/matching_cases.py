"""One way to ask the small directory, for every test of matching."""

from fake_directory import FakeDirectory, small_directory

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.matching.match import Matcher, MatchSettings

SMALL = small_directory()


def ask(text: str, directory: FakeDirectory = SMALL, settings: MatchSettings | None = None) -> Match:
    """The match of one address, its lines set apart by " / "."""
    return Matcher(directory, settings).match(AddressBlock(tuple(TextLine(line) for line in text.split(" / "))))


def ask_lines(*lines: TextLine, directory: FakeDirectory = SMALL) -> Match:
    """The match of read lines."""
    return Matcher(directory).match(AddressBlock(lines))


def code(match: Match) -> str:
    """All digits given; empty for a reject."""
    return match.routing.digits if match.routing else ""
