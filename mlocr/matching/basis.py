"""What a match rests on, kept for the confirming tables that are asked after it; and changing an answer with its trace.

Nothing here looks anything up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import Match, TraceLine
from mlocr.mail.reasons import RejectReason
from mlocr.matching import return_codes
from mlocr.matching.cities import Place
from mlocr.matching.finding import Choice, Finding
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.search import DeliveryLine
from mlocr.matching.streets import street_key


class Basis(NamedTuple):
    """What a match rests on: the place and how surely its line was read, the delivery line, and what was found."""

    place: Place | None = None
    last_confidence: float = 1.0
    line: DeliveryLine | None = None
    finding: Finding | None = None

    @property
    def choice(self) -> Choice | None:
        """The record chosen; of several that share one add-on, the first."""
        return self.finding.choices[0] if self.finding and self.finding.choices else None

    @property
    def parts(self) -> DeliveryParts | None:
        """The reading of the delivery line that counts: the one found, else the first."""
        if self.finding and self.finding.parts:
            return self.finding.parts
        return self.line.readings[0] if self.line and self.line.readings else None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The primary number or box that was matched, empty where there is none; of a tie every one, each once."""
        printed = self.parts.number if self.parts else ""
        matched = (choice.number or printed for choice in self.finding.choices) if self.finding else ()
        return tuple(dict.fromkeys(matched)) or (printed,)

    @property
    def number(self) -> str:
        """The primary number or box; of a tie the first."""
        return self.numbers[0]

    @property
    def units(self) -> tuple[Secondary, ...]:
        """Every unit printed, on the street's line or one of its own."""
        own = self.parts.secondaries if self.parts else ()
        around = self.line.units if self.line else ()
        return tuple(unit for unit in (*own, *(u for u in around if u not in own)) if unit.number or unit.designator)


def is_default(choice: Choice) -> bool:
    """Whether a highrise record was taken without a unit in its range (CASS letter rule 7)."""
    return choice.record.record_type is RecordType.HIGHRISE and choice.secondary is None


def street_in_one(record: DirectoryRecord) -> str:
    """Predirectional, name, suffix and postdirectional of a record in one text."""
    return " ".join(part for part in street_key(record) if part)


def with_trace(match: Match, rule: str, said: str) -> Match:
    """The same answer with one more line in its trace."""
    return replace(match, trace=(*match.trace, TraceLine(rule, said)))


def coarser(match: Match, zip5: str, reason: RejectReason) -> Match:
    """The answer without add-on, delivery point, check digit and record type: five digits of `zip5`, or none."""
    plus4 = match.routing.plus4 if match.routing else ""
    return replace(
        match,
        routing=RoutingCode(zip5) if zip5 else None,
        reason=reason,
        record=None,
        record_type=None,
        last_line=match.last_line.removesuffix(f"-{plus4}") if plus4 else match.last_line,
        delivery_point_rule="",
        candidates=tuple(candidate._replace(chosen=False) for candidate in match.candidates),
        return_code=return_codes.NOT_FOUND if match.return_code else "",
    )
