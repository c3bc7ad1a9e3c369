"""Lines beside the street that nothing explains: whether one may be a damaged unit line (*ours*).

CASS letter rule 7 gives a highrise default only where no secondary is printed. A unit that was printed but cannot be
read is not an absent one, so such a line stands against the default record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.designators import COARSE, DESIGNATORS, PLACES, near_designators
from mlocr.matching.line_kinds import has_digit, is_attention, is_endorsement, is_occupant, is_remark
from mlocr.matching.parse_box import po_box
from mlocr.matching.parse_route import general_delivery, route
from mlocr.matching.parse_secondary import read_unit_line, unglue
from mlocr.matching.ranges import covers
from mlocr.matching.suffixes import suffix_of
from mlocr.matching.text import digits_of, tokens
from mlocr.matching.words import ORDINALS

_TITLES = frozenset(["MR", "MRS", "MS", "MISS", "MX", "DR", "REV", "HON", "PROF", "SGT", "CPT", "LT", "SR", "SRA"])
_PERHAPS_BOX = frozenset({"PO", "P0", "BO", "B0", "8O", "RR", "HC"})
_FEW_WORDS = 3
_NAMED_UNITS = frozenset({"FL", "APT", "UNIT"})
_SHORT_LINE = 8
_ABBREVIATED = 6
_VOWELS = frozenset("AEIOUY")
_LONG_VALUE_WORD = 5
_RUN_TOGETHER = (("RN", "M"), ("VV", "W"), ("CL", "D"), ("IN", "M"), ("NI", "M"), ("M", "RN"))
_FLOORS = frozenset({"FLOOR", "FLR"})


def near_designator(word: str) -> bool:
    """Whether a word is a designator that names a place in a building, or one edit away from one.

    Letters that run together are read apart and the other way: BSRNT is BSMT.
    """
    forms = {word, *(word.replace(*pair) for pair in _RUN_TOGETHER)}
    return any(form in PLACES or near_designators(form) for form in forms)


def broken_unit_line(text: str) -> bool:
    """A line that can only be a unit line read badly (AP 112, A PT 112, AP7 C): no address line of its own.

    What may be a box (POT 205, B0T 12) is no such line.
    """
    words = tokens(text)
    if not 1 < len(words) <= _FEW_WORDS + 1 or words[0].isdigit() or words[0][:2] in _PERHAPS_BOX:
        return False
    heads = (words[0], words[0] + words[1])
    return not _is_address(text, words) and any(near_designator(head) for head in heads)


class Surroundings(NamedTuple):
    """The lines around a delivery line, to be asked only where a building may have a unit that nobody read.

    `first` is the last line's index, `chosen` the street's, `explained` are lines already understood.
    """

    lines: tuple[str, ...] = ()
    first: int = 0
    chosen: int = 0
    explained: frozenset[int] = frozenset()

    def unexplained(self, held: Sequence[DirectoryRecord]) -> bool:
        """Whether one of the lines may be a unit of the building with records `held`."""
        loose = loose_lines(self.lines, self.first, self.chosen, self.explained)
        return any(perhaps_unit(text, held) for text in loose)


ALONE = Surroundings()
"""No lines around."""


def loose_lines(lines: Sequence[str], first: int, chosen: int, explained: Collection[int]) -> tuple[str, ...]:
    """The lines that may be units nobody read: below the street all, above it those under the first plain name.

    What stands over the name is the mailer's (keylines, routes); only a whole unit line counts there.
    """
    below = (at for at in range(chosen + 1, first) if at not in explained and not is_remark(lines[at]))
    found = [lines[at] for at in below if not _is_name(lines[at], False)]
    under_name = True
    top = next((at for at, text in enumerate(lines) if text and not is_endorsement(text)), 0)
    for at in range(chosen - 1, -1, -1):
        text = lines[at]
        if not text or at in explained or is_remark(text) or _is_plain_occupant(text):
            continue
        name = _is_name(text, at == top)
        if (under_name and not name) or read_unit_line(text) is not None:
            found.append(text)
        under_name = under_name and not name
    return tuple(found)


def _is_plain_occupant(text: str) -> bool:
    return is_occupant(text) and not any(c.isdigit() for c in text)


def _is_name(text: str, topmost: bool) -> bool:
    """A plain name: letters, no short word that may be a slip for a unit. The first line is a name more readily."""
    words = tokens(text)
    return bool(words) and not has_digit(text) and not is_attention(text) and not _short_word(words, topmost)


def perhaps_unit(text: str, held: Sequence[DirectoryRecord]) -> bool:
    """Whether a loose line (in normal form) may be a damaged unit of the building with records `held`."""
    words = unglue(tokens(text))
    if not words or _is_address(text, words):
        return False
    numbers = [at for at, word in enumerate(words) if any(c.isdigit() for c in word)]
    if is_attention(text):
        return any(at and words[at - 1] in PLACES for at in numbers)
    in_building = any(_held(words[at], held) for at in numbers)
    if is_endorsement(text):
        return in_building and len(words) <= 2
    if numbers:
        if numbers == [0] and not in_building and _is_firm_name(words):
            return False
        named = any(at and near_designator(words[at - 1]) for at in numbers)
        return len(words) <= _FEW_WORDS or named or in_building
    return True


def _is_firm_name(words: tuple[str, ...]) -> bool:
    """A1 AUTO PARTS, 24 HOUR FITNESS: a number and plain words behind it, none of them like a designator."""
    rest = words[1:]
    like = near_designator if len(rest) == 1 else PLACES.__contains__
    plain = all(word.isalpha() and len(word) > 2 and not like(word) for word in rest)
    return plain and not near_designator(words[0]) and sum(map(len, rest)) >= _SHORT_LINE - 2


def _short_word(words: tuple[str, ...], topmost: bool) -> bool:
    """A line without digits: a slip for LBBY or P H; APT ZIS; APT without its number."""
    packed = "".join(words)
    if near_designator(packed) or _named_unit(words, packed):
        return True
    if len(words) == 2 and (near_designator(words[0]) or DESIGNATORS.get(words[0]) in COARSE):
        room = DESIGNATORS.get(words[0]) in ("APT", "STE", "UNIT", "RM")
        return room or len(words[1]) <= (_LONG_VALUE_WORD if DESIGNATORS.get(words[0]) in COARSE else 3)
    if topmost:
        return False
    if len(words) == 1 and len(packed) <= _ABBREVIATED and not _VOWELS.intersection(packed):
        return True  # FRNI, LBBV: an abbreviation, and no name
    tail = len(words) > 1 and len(words[-1]) <= 2 and words[0] not in _TITLES and len(packed) < _SHORT_LINE
    return len(packed) <= 3 or tail


def _named_unit(words: tuple[str, ...], packed: str) -> bool:
    """GROUND FLOOR, REAR APT, SECOND FLQOR, FLOORTWO; no FLOORING."""
    if "FLOOR" in packed and "FLOORI" not in packed:
        return True
    if 1 < len(words) <= _FEW_WORDS and DESIGNATORS.get(words[-1]) in _NAMED_UNITS:
        return True
    return words[0] in ORDINALS and not _FLOORS.isdisjoint(near_designators(words[-1]))


def _is_address(text: str, words: tuple[str, ...]) -> bool:
    if any(kind(text) is not None for kind in (po_box, route, general_delivery)):
        return True
    return len(words) > 2 and words[0].isdigit() and any(suffix_of(word) for word in words[-2:])


def _held(word: str, held: Sequence[DirectoryRecord]) -> bool:
    forms = {word, digits_of(word)} - {""}
    return any(covers(r.secondary_low, r.secondary_high, r.secondary_parity, form) for r in held for form in forms)
