"""Streets of the same name in several urbanizations of one Puerto Rico ZIP Code (Publication 28 section 295)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.text import fold

_LONG_ENOUGH = 5


def in_urbanization(
    held: Sequence[DirectoryRecord], printed: str, lines: Sequence[str], name_of: Callable[[DirectoryRecord], str]
) -> list[DirectoryRecord]:
    """The records in the printed urbanization; those in none count too, those in another do not.

    Where none is printed as such and the records lie in several, a line that is one's name without URB decides.
    """
    keys = {record.urbanization_key for record in held}
    if not printed:
        if len(keys) < 2:
            return list(held)
        alone = {fold(line) for line in lines}
        named = [record for record in held if (name := name_of(record)) and fold(name) in alone]
        return named or list(held)
    if keys <= {""}:
        return list(held)
    wanted = fold(printed)
    named = [record for record in held if fold(name_of(record)) == wanted]
    if not named and len(wanted) >= _LONG_ENOUGH:
        # One letter misspelled, when no other urbanization is as near (*ours*).
        named = [record for record in held if OSA.distance(name_of(record), printed) <= 1]
        if len({record.urbanization_key for record in named}) > 1:
            named = []
    return named or [record for record in held if not record.urbanization_key]
