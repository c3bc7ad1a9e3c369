"""From findings to one answer: which ZIP Code, which reading, how deep (ordered, named rules; *ours* unless cited)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mlocr.mail.address import AddressKind
from mlocr.mail.reasons import RejectReason
from mlocr.matching.cities import Place, Standing, alike
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.search import DeliveryLine, Level, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.trace import Trace

REASONS = {
    Verdict.MULTIPLE: RejectReason.MULTIPLE_RESPONSES,
    Verdict.NO_ADDON: RejectReason.NO_ADDON,
    Verdict.OUT_OF_RANGE: RejectReason.NUMBER_OUT_OF_RANGE,
    Verdict.INSUFFICIENT: RejectReason.INSUFFICIENT_ADDRESS,
    Verdict.NO_STREET: RejectReason.NO_SUCH_STREET,
}
_NUMBERED = re.compile(r"^\d+(?:ST|ND|RD|TH)?$")
_MOST_SISTERS = 12
_NO_SISTER_SEARCH = frozenset({AddressKind.GENERAL_DELIVERY, AddressKind.NONE})


@dataclass(frozen=True, slots=True)
class Decision:
    """What the searches come to: a finding and, where nothing finer is found, the ZIP Code that may still be given."""

    finding: Finding
    zip5: str = ""
    reason: RejectReason | None = None


def _numbers(parts: DeliveryParts) -> tuple[str, ...]:
    """The numbers that tell addresses apart: the house number's or box's digits, and numbered streets."""
    number = "".join(c for c in parts.number if c.isdigit())
    return (number, *(word for word in parts.words if _NUMBERED.match(word)))


class Decider:
    """Decides over one place and one delivery line."""

    def __init__(self, search: Search, settings: MatchSettings, trace: Trace) -> None:
        self._search = search
        self._settings = settings
        self._trace = trace

    def decide(self, place: Place, line: DeliveryLine, others: Sequence[DeliveryLine]) -> Decision:
        """One decision; `others` are the delivery line's other readings that its image allows."""
        if place.standing in (Standing.AGREE, Standing.SAME_OFFICE, Standing.ZIP_ONLY):
            return self._good_zip(place, line, others)
        if place.standing is Standing.CITY_ONLY:
            return self._city_only(place, line, others)
        if place.standing is Standing.ZIP_UNKNOWN:
            return self._zip_unknown(place, line)
        if place.standing is Standing.CITY_UNKNOWN:
            return self._city_unknown(place, line)
        return self._conflict(place, line)

    def against_places(self, decision: Decision, rivals: Sequence[Place], line: DeliveryLine) -> Decision:
        """The decision against the other ZIP Codes that the last line's image allows.

        The address in one of them as well: no answer. Only in one of them: that one. In none: the decision stands.
        """
        zips = [z for place in rivals for z in place.zips]
        there = self._exact_in(zips, line) if zips else []
        if not there:
            return decision
        codes = {f.choices[0].code for f in there}
        if decision.finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE) or len(codes) > 1:
            self._trace.say("competing_zip_codes", "the address fits under more than one reading of the ZIP Code")
            return Decision(Finding(Verdict.MULTIPLE), "", RejectReason.MULTIPLE_RESPONSES)
        self._trace.say("zip_reread", "the address exists only under another reading of the ZIP Code")
        return self._decision(there[0], "")

    def against_lines(self, decision: Decision, others: Sequence[DeliveryLine]) -> Decision:
        """The found code against other readings of the line: one that fits the directory too makes a tie."""
        choice = decision.finding.choice
        if choice is None:
            return decision
        finding = self._against(decision.finding, choice.record.zip5, others)
        if finding.verdict is Verdict.FOUND:
            return decision
        return Decision(finding, decision.zip5, REASONS[finding.verdict])

    # --- a good ZIP Code --------------------------------------------------------------------------------------------

    def _good_zip(self, place: Place, line: DeliveryLine, others: Sequence[DeliveryLine]) -> Decision:
        zip5 = place.zips[0]
        fallback = zip5 if place.certain else ""
        exact = self._search.find(zip5, line, Level.EXACT)
        if exact.verdict in (Verdict.FOUND, Verdict.MULTIPLE, Verdict.NO_ADDON):
            return self._decision(self._against(exact, zip5, others), fallback)
        other = self._reread(zip5, line, others)
        if other is not None:
            return self._decision(other, fallback)
        sisters = self._exact_in(place.sisters, line) if self._may_leave(line) else []
        if exact.verdict is Verdict.NO_STREET and not (sisters and self._is_box(line)):
            return self._no_such_street(place, line, sisters, fallback)
        if sisters:
            self._trace.say("number_elsewhere", "the number or box is only in another ZIP Code of the city")
            return Decision(Finding(Verdict.MULTIPLE), "", RejectReason.MULTIPLE_RESPONSES)
        return self._decision(exact, fallback)

    def _no_such_street(self, place: Place, line: DeliveryLine, sisters: list[Finding], fallback: str) -> Decision:
        zip5 = place.zips[0]
        parts = self._search.find(zip5, line, Level.PARTS)
        if sisters:
            codes = {f.choices[0].code for f in sisters}
            if len(codes) == 1 and parts.verdict not in (Verdict.FOUND, Verdict.MULTIPLE) and self._sure(line):
                self._trace.say("finance_number_search", "the address exists in one other ZIP Code of the city (A)")
                self._trace.note("A")
                return self._decision(sisters[0], "")
            self._trace.say("several_zip_codes", "the address fits more than one ZIP Code of the city")
            return Decision(Finding(Verdict.MULTIPLE), "", RejectReason.MULTIPLE_RESPONSES)
        if parts.verdict is not Verdict.NO_STREET:
            return self._decision(parts, fallback)
        if self._settings.fuzzy and not self._search.known_elsewhere(place.sisters, line):
            fuzzy = self._search.find(zip5, line, Level.FUZZY)
            if fuzzy.verdict is not Verdict.NO_STREET:
                return self._decision(fuzzy, fallback)
        return self._street_not_there(place, line, parts, fallback)

    def _street_not_there(self, place: Place, line: DeliveryLine, parts: Finding, fallback: str) -> Decision:
        zip5 = place.zips[0]
        if self._search.knows_street(zip5, line):
            self._trace.say("rest_unread", "the street is there, but what stands behind it is not understood")
            return self._decision(Finding(Verdict.INSUFFICIENT), fallback)
        self._trace.say("no_such_street", f"{zip5} has no such street")
        if fallback and self._perhaps_in(place.sisters, line):
            self._trace.say("perhaps_elsewhere", "a street like it is in another ZIP Code of the city")
            return self._decision(parts, "")
        return self._decision(parts, fallback)

    def _perhaps_in(self, zips: Sequence[str], line: DeliveryLine) -> bool:
        """Whether a sister ZIP Code has the address under a slip or with other parts: the printed one is in doubt."""
        verdicts = (
            self._search.find(zip5, line, level).verdict
            for zip5 in zips[:_MOST_SISTERS]
            for level in (Level.EXACT, Level.PARTS, Level.FUZZY)
        )
        found = any(verdict in (Verdict.FOUND, Verdict.MULTIPLE) for verdict in verdicts)
        return found or any(self._search.resembles(zip5, line) for zip5 in zips[:_MOST_SISTERS])

    def _against(self, found: Finding, zip5: str, others: Sequence[DeliveryLine]) -> Finding:
        """The found code against the image's other readings: one that fits the directory too makes a tie."""
        if found.verdict is not Verdict.FOUND:
            return found
        for other in others:
            rival = self._search.find(zip5, other, Level.EXACT)
            if rival.verdict is Verdict.FOUND and rival.choices[0].code != found.choices[0].code:
                self._trace.say("competing_readings", "another reading of the line fits the directory as well")
                return Finding(Verdict.MULTIPLE, (*found.choices, *rival.choices), found.parts)
        return found

    def _reread(self, zip5: str, line: DeliveryLine, others: Sequence[DeliveryLine]) -> Finding | None:
        """The one exact match among the line's other readings; one with other numbers than the text's is only doubt."""
        found = [f for o in others if (f := self._search.find(zip5, o, Level.EXACT)).verdict is Verdict.FOUND]
        if not found:
            return None
        if len({f.choices[0].code for f in found}) > 1:
            self._trace.say("competing_readings", "several other readings of the line fit the directory")
            return Finding(Verdict.MULTIPLE, tuple(f.choices[0] for f in found))
        parts = found[0].parts
        if parts is not None and _numbers(parts) not in {_numbers(own) for own in line.readings}:
            self._trace.say("other_numbers", "only a reading with other numbers fits the directory")
            return Finding(Verdict.MULTIPLE)
        self._trace.say("other_reading", "another reading of the line fits the directory")
        choice = found[0].choices[0]
        return replace(found[0], choices=(replace(choice, needs_last_line=True),))

    def _may_leave(self, line: DeliveryLine) -> bool:
        return (
            all(parts.kind not in _NO_SISTER_SEARCH for parts in line.readings)
            and any(parts.kind is AddressKind.STREET for parts in line.readings)
        ) or all(parts.kind in (AddressKind.RURAL_ROUTE, AddressKind.PO_BOX) for parts in line.readings)

    def _is_box(self, line: DeliveryLine) -> bool:
        return all(parts.kind is AddressKind.PO_BOX for parts in line.readings)

    def _sure(self, line: DeliveryLine) -> bool:
        return line.confidence >= self._settings.sure_confidence

    def _exact_in(self, zips: Sequence[str], line: DeliveryLine) -> list[Finding]:
        found = (self._search.find(zip5, line, Level.EXACT) for zip5 in zips)
        return [f for f in found if f.verdict is Verdict.FOUND and f.choices[0].exact]

    # --- a city without a ZIP Code ----------------------------------------------------------------------------------

    def _city_only(self, place: Place, line: DeliveryLine, others: Sequence[DeliveryLine]) -> Decision:
        fallback = place.zips[0] if place.certain else ""
        if len(place.zips) == 1:
            single = Place(Standing.ZIP_ONLY, place.printed, place.zips, (), place.certain, place.city)
            return self._good_zip(single, line, others)
        for level in (Level.EXACT, Level.PARTS):
            findings = [self._search.find(zip5, line, level) for zip5 in place.zips]
            found = [f for f in findings if f.verdict in (Verdict.FOUND, Verdict.MULTIPLE)]
            codes = {c.code for f in found for c in f.choices}
            if len(codes) == 1 and found[0].verdict is Verdict.FOUND:
                self._trace.say("city_search", "the address exists in one ZIP Code of the city")
                return self._decision(self._against(found[0], found[0].choices[0].record.zip5, others), "")
            if codes:
                choices = tuple(c for f in found for c in f.choices)
                return self._decision(Finding(Verdict.MULTIPLE, choices), fallback)
            worst = next((f for f in findings if f.verdict is Verdict.OUT_OF_RANGE), None)
            if worst is not None:
                return self._decision(worst, fallback)
        return self._decision(Finding(Verdict.NO_STREET), fallback)

    # --- a ZIP Code or a city that cannot be right ------------------------------------------------------------------

    def _zip_unknown(self, place: Place, line: DeliveryLine) -> Decision:
        """A good city, an unknown ZIP Code: the address in exactly one ZIP Code much like it corrects it."""
        found = self._exact_in(place.zips, line)
        if len({f.choices[0].code for f in found}) == 1 and self._settings.correct_zip and self._sure(line):
            held = found[0].choices[0]
            if self._likely(place, held) or held.record.zip5[:3] == place.printed.zip5[:3]:
                self._trace.say(
                    "zip_corrected", "the directory has no such ZIP Code; the address exists once in the city (A)"
                )
                self._trace.note("A")
                return self._decision(found[0], "")
        return self._refused("the directory has no such ZIP Code")

    def _city_unknown(self, place: Place, line: DeliveryLine) -> Decision:
        """A good ZIP Code, an unknown city of the right state: a full match confirms the ZIP Code (footnotes B, V)."""
        found = self._exact_in(place.zips, line)
        if found and self._settings.correct_city and self._sure(line):
            self._trace.say("city_corrected", "the city is unknown; the address is confirmed in the ZIP Code (B)")
            self._trace.note("B", "V")
            return self._decision(found[0], "")
        return self._refused("the directory has no such city")

    def _conflict(self, place: Place, line: DeliveryLine) -> Decision:
        """ZIP Code and city contradict: only a full match in one place and none in the other may overrule."""
        in_zip = [self._search.find(zip5, line, Level.EXACT) for zip5 in place.zips]
        in_city = self._exact_in(place.sisters, line)
        held = [f for f in in_zip if f.verdict is not Verdict.NO_STREET]
        if held and in_city:
            return Decision(Finding(Verdict.MULTIPLE), "", RejectReason.MULTIPLE_RESPONSES)
        if self._corrects_zip(place, line, in_city):
            self._trace.say(
                "zip_corrected", "the address exists in the printed city only, its ZIP Code nearly as printed"
            )
            self._trace.note("A")
            return self._decision(in_city[0], "")
        confirmed = [f for f in held if f.verdict is Verdict.FOUND and f.choices[0].exact]
        if confirmed and self._corrects_city(place, line, confirmed[0].choices[0]):
            self._trace.say(
                "city_corrected", "the address exists in the printed ZIP Code only, a neighbour of the city"
            )
            self._trace.note("B")
            return self._decision(confirmed[0], "")
        return self._refused("ZIP Code and city contradict each other")

    def _corrects_zip(self, place: Place, line: DeliveryLine, in_city: list[Finding]) -> bool:
        single = len({f.choices[0].code for f in in_city}) == 1
        allowed = single and self._settings.correct_zip and self._sure(line)
        return allowed and self._likely(place, in_city[0].choices[0])

    def _corrects_city(self, place: Place, line: DeliveryLine, confirmed: Choice) -> bool:
        near = any(z[:3] == place.printed.zip5[:3] for z in place.sisters)
        own_addon = bool(place.printed.plus4) and confirmed.addon == place.printed.plus4
        return self._settings.correct_city and self._sure(line) and (near or own_addon)

    def _likely(self, place: Place, choice: Choice) -> bool:
        """Evidence that the printed ZIP Code is a slip for this one: one digit or one transposition, or its own +4."""
        printed = place.printed
        return alike(printed.zip5, choice.record.zip5) or (bool(printed.plus4) and printed.plus4 == choice.addon)

    def _refused(self, why: str) -> Decision:
        self._trace.say("last_line_refused", why)
        self._trace.note("C")
        return Decision(Finding(Verdict.NO_STREET), "", RejectReason.UNKNOWN_CITY_OR_ZIP)

    def _decision(self, finding: Finding, fallback: str) -> Decision:
        reason = REASONS.get(finding.verdict)
        if finding.verdict is Verdict.FOUND:
            return Decision(finding, fallback)
        return Decision(finding, fallback, reason)
