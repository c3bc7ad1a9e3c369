"""Tie rules that stand between a search and its answer: ordered, named, each with its source."""

from __future__ import annotations

from dataclasses import replace

from mlocr.matching.decide import Decision
from mlocr.matching.finding import Verdict
from mlocr.matching.last_line import PrintedLast
from mlocr.matching.settings import MatchSettings
from mlocr.matching.trace import Trace


def by_printed_addon(decision: Decision, printed: PrintedLast, settings: MatchSettings, trace: Trace) -> Decision:
    """Of several equal answers the one whose add-on is printed, where the setting allows it (AMS footnote O)."""
    finding = decision.finding
    if not settings.tie_by_addon or finding.verdict is not Verdict.MULTIPLE or not printed.parts.plus4:
        return decision
    tied = [c for c in finding.choices if c.addon == printed.parts.plus4]
    if len({c.code for c in tied}) != 1:
        return decision
    trace.say("addon_tie_break", "the printed +4 is that of one of the equal answers (O)")
    trace.note("O")
    trace.take(tied[0].record)
    return replace(decision, finding=replace(finding, verdict=Verdict.FOUND, choices=(tied[0],)))
