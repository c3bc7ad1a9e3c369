"""Tie rules that stand between a search and its answer: ordered, named, each with its source."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from mlocr.mail.address import DirectoryRecord
from mlocr.mail.reasons import RejectReason
from mlocr.matching.decide import Decision
from mlocr.matching.designators import WITHOUT_RANGE
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.last_line import PrintedLast
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import STREET_TYPES, holds, street_key
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.text import digits_of
from mlocr.matching.trace import Trace
from mlocr.matching.units import holds_value, ranged

_ONE_SLIP = 1
_LETTERS = frozenset("NSEW")


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
    return decision._replace(finding=finding._replace(verdict=Verdict.FOUND, choices=(tied[0],)))


def nearer_as_written(decision: Decision, gazetteer: Gazetteer, trace: Trace) -> Decision:
    """A corrected street against what is written, letter by letter and blank by blank (*ours*).

    Parts and names are weighed apart in the search; a slip between them is seen only in the whole: MAIN EST is as much
    MAINE ST as MAIN ST, and KING S more KING ST than KINGS HWY. A street of another name one slip away that holds the
    number, and is no farther than the one taken, makes a tie.
    """
    finding = decision.finding
    choice = finding.choice
    if choice is None or choice.exact or finding.parts is None or choice.record.record_type not in STREET_TYPES:
        return decision
    record = choice.record
    written = _street_text(finding.parts)
    reach = min(_ONE_SLIP, OSA.distance(written, _text(record)))
    joined = written.replace(" ", "")
    run_together = _only_run_together(written, _text(record))
    for name in gazetteer.streets(record.zip5).names:
        if name == record.street_name or name.replace(" ", "") not in joined:
            continue  # among the streets of one name the parts have been weighed
        if run_together:
            continue  # MAINEST is MAINE ST without its blank, and MAIN ST only with an E for the blank
        for other in gazetteer.directory.records(record.zip5, name):
            if (
                other.record_type in STREET_TYPES
                and OSA.distance(written, _text(other)) <= reach
                and holds(other, choice.number)
            ):
                trace.say("nearer_as_written", f"{_text(other)} holds the number and is as near to what is written")
                trace.consider((other,), "nearer_as_written", "as near to what is written")
                tied = Finding(Verdict.MULTIPLE, parts=finding.parts)
                return decision._replace(finding=tied, reason=RejectReason.MULTIPLE_RESPONSES)
    return decision


def directional_or_unit(decision: Decision, gazetteer: Gazetteer, trace: Trace) -> Decision:
    """A building's default against a letter dropped as an extra directional: TOWER RD S, the S a unit or a 5 (*ours*).

    Where the building has a unit of that letter, or of the digit it is drawn like, a unit may be printed, and the
    default is no answer (CASS letter rule 7).
    """
    finding = decision.finding
    choice = finding.choice
    if choice is None or choice.exact or finding.parts is None or "H" not in choice.notes:
        return decision
    record = choice.record
    last = _street_text(finding.parts).rpartition(" ")[2]
    if last not in _LETTERS or last in (record.postdirectional, record.predirectional):
        return decision
    street = gazetteer.directory.records(record.zip5, record.street_name)
    units = [r for r in street if street_key(r) == street_key(record) and holds(r, choice.number) and ranged(r)]
    forms = {last, digits_of(f"1{last}")[1:]} - {""}
    if not any(holds_value(r, form) for r in units for form in forms):
        return decision
    trace.say("unit_run_in", f"{last} may be the unit rather than a directional the street does not have")
    held = Finding(Verdict.INSUFFICIENT, parts=finding.parts)
    return decision._replace(finding=held, reason=RejectReason.INSUFFICIENT_ADDRESS)


def _only_run_together(written: str, text: str) -> bool:
    """Whether nothing but blanks are lost in what is written: MAINEST for MAINE ST; not MAIN EST."""
    return written.replace(" ", "") == text.replace(" ", "") and _ends(written) < _ends(text)


def _ends(text: str) -> set[int]:
    """How many letters stand before each blank."""
    words = text.split()
    return {len("".join(words[:at])) for at in range(1, len(words))}


def unit_run_in(decision: Decision, trace: Trace) -> Decision:
    """A building's default against a unit that ran into the suffix: WALNUT STREAR, or STA for ST A (*ours*).

    Then a unit is printed, and the default is no answer (CASS letter rule 7).
    """
    finding = decision.finding
    choice = finding.choice
    if choice is None or choice.exact or finding.parts is None or "H" not in choice.notes:
        return decision
    last = finding.parts.words[-1] if finding.parts.words else ""
    run_in = any(last.endswith(unit) and last.removesuffix(unit) in SUFFIXES for unit in WITHOUT_RANGE)
    own = SUFFIXES.get(choice.record.suffix, choice.record.suffix)
    run_in = run_in or (SUFFIXES.get(last) != own and SUFFIXES.get(last[:-1]) == own != "")
    if not run_in or last in choice.record.street_name.split():  # RIVERSIDE is no RIVER SIDE
        return decision
    trace.say("unit_run_in", f"{last} may be a suffix and a unit run together")
    held = Finding(Verdict.INSUFFICIENT, parts=finding.parts)
    return decision._replace(finding=held, reason=RejectReason.INSUFFICIENT_ADDRESS)


def _street_text(parts: DeliveryParts) -> str:
    words = next(unit_divisions(parts.words), (parts.words, (), ""))[0]
    return " ".join(words)


def _text(record: DirectoryRecord) -> str:
    return " ".join(part for part in street_key(record) if part)
