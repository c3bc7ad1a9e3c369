"""Why a found code may not be given in full: lines read badly, and a printed +4 that speaks for another record.

All of it is *ours*: AMS and CASS know typed addresses only.
"""

from __future__ import annotations

from string import ascii_uppercase, digits

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.mail.reasons import RejectReason
from mlocr.matching.boxes import holds_box
from mlocr.matching.finding import Choice
from mlocr.matching.fuzzy import neighbours
from mlocr.matching.last_line import PrintedLast
from mlocr.matching.ranges import covers
from mlocr.matching.search import DeliveryLine
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import at_next_number, holds, street_key
from mlocr.matching.trace import Trace
from mlocr.ports import Directory

_CHARACTERS = (*digits, *ascii_uppercase)
_LONGEST_UNIT = 8


class Doubt:
    """Weighs one found choice against how surely its lines were read."""

    def __init__(self, directory: Directory, settings: MatchSettings, trace: Trace) -> None:
        self._directory = directory
        self._settings = settings
        self._trace = trace

    def about(self, choice: Choice, printed: PrintedLast, line: DeliveryLine, number: str) -> RejectReason | None:
        """Why a found code may not be given in full; None when nothing speaks against it."""
        if line.confidence < self._settings.minimum_confidence:
            return self._low("the delivery line was read too badly for an add-on")
        if choice.needs_last_line and printed.confidence < self._settings.last_line_confidence:
            return self._low("neither the delivery line nor the last line stands by itself")
        sure = line.confidence >= self._settings.sure_confidence
        if choice.sure_only and not sure:
            return self._low("a corrected or default match needs a line read with certainty")
        plus4 = printed.parts.plus4
        if plus4 and plus4 != choice.addon:
            if self._addon_means_another(choice, plus4, number, sure):
                self._trace.say(
                    "printed_addon_differs", f"the printed +4 {plus4} speaks for a record much like this one"
                )
                return RejectReason.NOT_CONFIRMED
            self._trace.say("stale_addon", f"the printed +4 {plus4} is not that of the address, and nothing like it")
        return None

    def _low(self, said: str) -> RejectReason:
        self._trace.say("low_confidence", said)
        return RejectReason.LOW_CONFIDENCE

    def _addon_means_another(self, choice: Choice, plus4: str, number: str, sure: bool) -> bool:
        """Whether the printed +4 is no stale one but that of another record the address may have been damaged from.

        On the same street: every record that holds the number (but a coarser one of the same building, see `_stale`),
        and a building one digit away. On another one, against an exact match, only a look-alike street: N and S PARKE
        LN, MAIN and MAINE ST. Where the line was not read surely its number may be misread: then any number will do on
        the same street and its look-alikes.
        """
        record = choice.record
        own = street_key(record)
        there = self._directory.records_with_addon(record.zip5, plus4)
        if record.record_type is RecordType.PO_BOX and any(_is_route_box(r, number) for r in there):
            return True  # BOX 22, and the +4 of HC 3 BOX 22: the route may have been cut off
        same = [r for r in there if street_key(r) == own]
        if any(at_next_number(r, number) or (holds(r, number) and not self._stale(choice, r)) for r in same):
            return True
        others = [r for r in there if street_key(r) != own]
        alike = [r for r in others if r.street_name == record.street_name or self._neighbours(record, r)]
        if not sure:
            return any(not holds(r, number) for r in same) or bool(alike)
        if choice.exact and not choice.sure_only:
            others = alike
        return any(holds(r, number) for r in others)

    def _neighbours(self, record: DirectoryRecord, other: DirectoryRecord) -> bool:
        return bool(neighbours(record.street_name, [other.street_name]))

    def _stale(self, choice: Choice, other: DirectoryRecord) -> bool:
        """Whether a record at the same number can only be what the address had before its unit's own add-on.

        The unit printed is in the chosen record's range, and the other record is the building's default or its street
        record, or a range of units that no single slip of the printed one lies in.
        """
        unit = choice.secondary
        if unit is None or other.record_type not in (RecordType.HIGHRISE, RecordType.STREET):
            return False
        low, high = other.secondary_low, other.secondary_high
        if not low and not high:
            return not other.secondary_designator
        return not any(covers(low, high, other.secondary_parity, form) for form in _one_slip(unit.number))


def _is_route_box(record: DirectoryRecord, box: str) -> bool:
    return record.record_type is RecordType.RURAL_HIGHWAY and holds_box(record, box)


def _one_slip(unit: str) -> set[str]:
    """A unit number with one character changed, left out or put in."""
    unit = unit[:_LONGEST_UNIT]
    cuts = [(unit[:at], unit[at:]) for at in range(len(unit) + 1)]
    found = {head + char + tail for head, tail in cuts for char in _CHARACTERS}
    found |= {head + char + tail[1:] for head, tail in cuts if tail for char in ("", *_CHARACTERS)}
    return found - {unit, ""}
