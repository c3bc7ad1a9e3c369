"""The short path: plain typed addresses, answered without the questions that only damaged or doubtful ones need.

It makes no answer of its own. Lines, place, delivery line and record are found by the same functions as on the long
path (`match`), and the answer is made by the same `Answers`; what is left out are steps that can change nothing in a
plain case. Where one condition fails, the block goes the long way from its beginning. A test compares both paths,
trace and candidates included (`tests/property/test_short_path.py`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from mlocr.mail.address import AddressBlock, AddressKind
from mlocr.mail.match import Match
from mlocr.matching.answer import Answers, Case
from mlocr.matching.basis import Basis
from mlocr.matching.choose import Asked
from mlocr.matching.cities import Cities, Place, Standing, tell
from mlocr.matching.decision import decided
from mlocr.matching.delivery import is_plain_name, read_delivery
from mlocr.matching.finding import Finding
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.last_line import PrintedLast, against_above, find_last_line
from mlocr.matching.line_kinds import is_endorsement
from mlocr.matching.loose import Surroundings
from mlocr.matching.parse_secondary import units_off
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.places import MILITARY_STATES
from mlocr.matching.search import DeliveryLine, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.text import normal
from mlocr.matching.trace import Trace

_TYPED = 1.0
_MOST_LINES = 6
_STREET = re.compile(r"[0-9]{1,10}(?: [A-Z0-9]+)+")
_BOX = re.compile(r"PO BOX [1-9][0-9]{0,9}")
_KEPT_LAST_LINES = 2048


class ShortPath:
    """Answers plain typed addresses of one directory; safe for threads."""

    def __init__(self, gazetteer: Gazetteer, cities: Cities, settings: MatchSettings, as_of: date | None) -> None:
        self._gazetteer = gazetteer
        self._cities = cities
        self._settings = settings
        self._as_of = as_of
        self._open = settings.short_path and max(settings.sure_confidence, settings.last_line_confidence) <= _TYPED
        self._last = lru_cache(maxsize=_KEPT_LAST_LINES)(self._plain_last)

    def answer(self, block: AddressBlock) -> tuple[Match, Basis] | None:
        """The long path's answer and what it rests on; None where the block has to go the long way."""
        given = block.lines
        if not self._open or not 1 < len(given) <= _MOST_LINES:
            return None
        if any([line.confidence != _TYPED or line.alternatives or line.scorer is not None for line in given]):
            return None
        text = given[-2].text
        lines = [normal(line.text) for line in given]
        known = self._last(lines[-1])
        if known is None or "." in text or "|" in text or not all(lines):
            return None
        found, place = known
        line = _delivery(lines)
        if line is None:
            return None
        last = len(lines) - 1
        printed = PrintedLast(found.parts, last, last, found.repaired, found.confidence)
        above = against_above(printed, None, lines, [_TYPED] * len(lines), self._cities.known)
        if above.printed is not printed:
            return None
        return self._settled(Case(place, printed, line, (text,)), line)

    def _plain_last(self, text: str) -> tuple[PrintedLast, Place] | None:
        """A complete last line, city and ZIP Code agreeing as printed, and its place; None for any other."""
        found = find_last_line((text,), (_TYPED,), self._cities.known).printed
        if found is None or found.repaired or found.parts.state in MILITARY_STATES:
            return None
        if not (found.parts.zip5 and found.parts.state and found.parts.city):
            return None
        place = self._cities.place(found.parts)
        plain = place.standing is Standing.AGREE and place.certain and not place.respelled
        return (found, place) if plain else None

    def _settled(self, case: Case, line: DeliveryLine) -> tuple[Match, Basis] | None:
        """The answer, where the one exact reading has one record in the printed ZIP Code."""
        place, printed = case.place, case.printed
        trace = Trace()
        tell(place, trace)
        search = Search(self._gazetteer, self._settings, trace)
        finding = _finding(search, place.zips[0], line)
        if finding is None or not finding.exact:
            return None
        # A +4 that is not the record's may be a sister's, or that of the address it was damaged from.
        if printed.parts.plus4 not in ("", finding.choices[0].addon):
            return None
        match = Answers(self._gazetteer, self._settings, self._as_of, trace).settled(
            case, decided(finding, place.zips[0])
        )
        return match, Basis(place, printed.confidence, line, finding)


def _delivery(lines: list[str]) -> DeliveryLine | None:
    """The line above the last line as a plain street or box, nothing but names above it; None for any other."""
    at = len(lines) - 2
    text = lines[at]
    if not (_STREET.fullmatch(text) or _BOX.fullmatch(text)) or is_endorsement(text):
        return None
    readings = read_delivery(text)
    if not readings or not _is_plain(readings[0]) or not all(map(is_plain_name, lines[:at])):
        return None
    around = Surroundings(tuple(lines), at + 1, at, frozenset())
    return DeliveryLine(readings, (), tuple(lines[:at]), "", _TYPED, around)


def _is_plain(parts: DeliveryParts) -> bool:
    """Whether the number stands by itself and nothing was taken off, parted, joined or read from look-alikes."""
    if parts.kind is not AddressKind.STREET and parts.kind is not AddressKind.PO_BOX:
        return False
    taken = parts.secondaries or parts.private_mailbox or parts.urbanization or parts.rest or parts.unless
    doubted = parts.repaired or parts.dual or parts.split or parts.glued or parts.tentative or parts.bare
    return parts.number.isdecimal() and not taken and not doubted


def _finding(search: Search, zip5: str, line: DeliveryLine) -> Finding | None:
    """What `Search.find` finds, where the first division of a street's words from its units is found."""
    parts = line.readings[0]
    if parts.kind is AddressKind.PO_BOX:
        return search.find(zip5, line)
    words, units, mailbox = units_off(parts.words)
    if mailbox or any([not unit.designator or unit.tail for unit in units]):
        return None
    if len(line.readings) > 1 and not search.only_first(zip5, line):  # 12 N OAK AVE may be 12N OAK AVE
        return search.find(zip5, line) if search.streets.as_printed(zip5, words, parts.number) else None
    asked = Asked(parts.number, units, line.firms, around=line.around)
    return search.as_printed(zip5, words, asked, line, parts)
