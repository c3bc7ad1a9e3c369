"""Why a found code may not be given in full: lines read badly, and a printed +4 that speaks for another record.

All of it is *ours*: AMS and CASS know typed addresses only.
"""

from __future__ import annotations

from mlocr.mail.reasons import RejectReason
from mlocr.matching.finding import Choice
from mlocr.matching.fuzzy import neighbours
from mlocr.matching.last_line import PrintedLast
from mlocr.matching.search import DeliveryLine
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import at_next_number, holds, street_key
from mlocr.matching.trace import Trace
from mlocr.ports import Directory


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
            self._trace.say("printed_addon_differs", f"the printed +4 {plus4} is not that of the address")
            if not sure or self._addon_means_another(choice, plus4, number):
                return RejectReason.NOT_CONFIRMED
        return None

    def _low(self, said: str) -> RejectReason:
        self._trace.say("low_confidence", said)
        return RejectReason.LOW_CONFIDENCE

    def _addon_means_another(self, choice: Choice, plus4: str, number: str) -> bool:
        """Whether the printed +4 is no stale one but that of another record which holds the number too.

        On the same street every record counts, a building one digit away as well. On another one, against an exact
        match, only a look-alike street: N and S PARKE LN, MAIN and MAINE ST.
        """
        record = choice.record
        own = street_key(record)
        there = self._directory.records_with_addon(record.zip5, plus4)
        if any(street_key(r) == own and (holds(r, number) or at_next_number(r, number)) for r in there):
            return True
        others = [r for r in there if street_key(r) != own]
        if choice.exact and not choice.sure_only:
            others = [r for r in others if neighbours(record.street_name, [r.street_name])]
        return any(holds(r, number) for r in others)
