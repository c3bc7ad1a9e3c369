"""What a line may be besides what was read counts where its address was found elsewhere, or its street corrected."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask_lines, code

from mlocr.mail.address import TextLine


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    for zip5 in ("12344", "12345"):
        d.city(zip5, "SAINT AUBREY", "NY")
    d.row("12344", "S", "|MILL|ST|", "1~99~B", "1001")
    d.row("12345", "S", "S|COURT|ST|", "300~399~B", "1011")
    d.row("12345", "S", "|MULBERRY|LN|", "100~199~B", "1012")
    return d


D = _directory()


class Worn:
    """A scorer that takes an 8 and a 0, a 3 and a 6, for one another by `behind`, and no other character."""

    def __init__(self, read: str, behind: float) -> None:
        self._read, self._behind = read, behind

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        return [self._cost(text) for text in strings]

    def _cost(self, text: str) -> float:
        if len(text) != len(self._read):
            return -40.0
        apart = [{a, b} for a, b in zip(self._read, text, strict=True) if a != b]
        return -sum(self._behind if pair in ({"0", "8"}, {"3", "6"}) else 40.0 for pair in apart)


def asked(read: str, last: str, behind: float) -> str:
    line = TextLine(read, 0.94, None, (), Worn(read, behind))
    return code(ask_lines(TextLine("MARY LOPEZ", 0.99), line, TextLine(last, 0.99), directory=D))


@pytest.mark.parametrize(
    ("read", "last", "full"),
    [
        ("308 S COURT ST", "SAINT AUBREY NY 12345", "12345101108"),
        ("308 S COURT ST", "SAINT AUBREY NY 12344", "12345101108"),
        ("108 MULBERY LN", "SAINT AUBREY NY 12345", "12345101208"),
        ("30 MILL ST", "SAINT AUBREY NY", "12344100130"),
    ],
    ids=["as printed", "another ZIP Code", "a corrected street", "no ZIP Code"],
)
def test_a_number_that_may_be_another_of_the_street_gives_no_full_code(read: str, last: str, full: str) -> None:
    assert asked(read, last, behind=9.0) == full
    assert len(asked(read, last, behind=2.0)) < 11
