"""A line above the address that could not be read, where a firm at that number has its own add-on (*ours*)."""

from __future__ import annotations

from collections.abc import Sequence

from mlocr.mail.address import RecordType, TextLine
from mlocr.mail.reasons import RejectReason
from mlocr.matching.decision import Decision
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import holds, street_key
from mlocr.matching.text import normal
from mlocr.matching.trace import Trace
from mlocr.ports import Directory

_BUILDINGS = (RecordType.STREET, RecordType.HIGHRISE)
_OFF = 1  # letters: a word read badly keeps about its length


def against_unread_firm(
    decision: Decision, above: Sequence[TextLine], directory: Directory, settings: MatchSettings, trace: Trace
) -> Decision:
    """No full code for a street or building where one of the lines `above`, read badly, may name a firm there."""
    choice = decision.finding.choice
    if choice is None or choice.record.record_type not in _BUILDINGS:
        return decision
    weak = [normal(line.text).split() for line in above if line.confidence < settings.minimum_confidence]
    if not weak:
        return decision
    record = choice.record
    for firm in directory.records(record.zip5, record.street_name):
        if firm.record_type is not RecordType.FIRM or street_key(firm) != street_key(record):
            continue
        name = normal(firm.building_or_firm).split()
        if holds(firm, choice.number) and any(_may_be(words, name) for words in weak):
            trace.say("firm_unread", f"a line that was not read may name {firm.building_or_firm}")
            trace.consider((firm,), "firm_unread", "its name may be printed, and could not be read")
            tied = Finding(Verdict.MULTIPLE, parts=decision.finding.parts)
            return decision._replace(finding=tied, reason=RejectReason.MULTIPLE_RESPONSES)
    return decision


def _may_be(read: Sequence[str], name: Sequence[str]) -> bool:
    """Whether words read badly may be those of a name: as many, each about as long."""
    return len(read) == len(name) and all(abs(len(r) - len(n)) <= _OFF for r, n in zip(read, name, strict=True))
