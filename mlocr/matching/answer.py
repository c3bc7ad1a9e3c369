"""From a decision to the answer: how deep, with its output lines, result codes and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from mlocr.mail.address import CityStateDetail, LastLine, ParsedAddress
from mlocr.mail.code import DepthOfCode, RoutingCode
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching import return_codes
from mlocr.matching.cities import Place, Standing
from mlocr.matching.decide import Decision
from mlocr.matching.defaults import Default, Defaults
from mlocr.matching.doubt import Doubt
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.last_line import PrintedLast
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.search import DeliveryLine
from mlocr.matching.settings import MatchSettings
from mlocr.matching.standardize import delivery_line, last_line, parsed_line, was_standardized
from mlocr.matching.streets import Likeness, Streets
from mlocr.matching.taken_apart import taken_apart
from mlocr.matching.trace import Trace

_NOTES = {Verdict.NO_STREET: "F", Verdict.OUT_OF_RANGE: "F", Verdict.NO_ADDON: "D", Verdict.INSUFFICIENT: "I"}
_MOST_SISTERS = 40
_CHANGED = frozenset({"L", "M"})
_CLASS_NOTES = {"U": "Q", "M": "Y"}


class Case(NamedTuple):
    """What an answer is made of besides the decision: where, how surely, and the delivery lines as given."""

    place: Place
    printed: PrintedLast
    line: DeliveryLine | None = None
    texts: tuple[str, ...] = ()

    def taken_apart(self, parts: DeliveryParts | None = None) -> ParsedAddress:
        """The address in parts: those that were matched, else the delivery line's plainest reading."""
        if parts is None and self.line is not None:
            parts = self.line.readings[0]
        return taken_apart(parts, self.printed.parts, self.line.urbanization if self.line else "")


class Answers:
    """Makes the answer of one match."""

    def __init__(self, gazetteer: Gazetteer, settings: MatchSettings, as_of: date | None, trace: Trace) -> None:
        directory = self._directory = gazetteer.directory
        self._gazetteer = gazetteer
        self._settings = settings
        self._trace = trace
        self._doubt = Doubt(directory, settings, trace)
        self._defaults = Defaults(gazetteer, settings, as_of, trace)

    def settled(self, case: Case, decision: Decision) -> Match:
        """The answer to a decision."""
        finding = decision.finding
        if finding.verdict is Verdict.FOUND:
            return self._found(case, finding, decision.zip5)
        self._trace.note(*finding.notes)
        if finding.verdict in _NOTES:
            self._trace.note(_NOTES[finding.verdict])
        code = return_codes.of_verdict(finding.verdict)
        if decision.reason is RejectReason.UNKNOWN_CITY_OR_ZIP:
            known_city = case.place.standing is Standing.ZIP_UNKNOWN or bool(case.place.sisters)
            code = return_codes.of_place(case.printed.parts, known_city)
        if finding.verdict is Verdict.MULTIPLE and finding.choices:
            return self._common(case, finding.choices, decision.zip5)
        zip5 = decision.zip5
        if finding.verdict is Verdict.NO_ADDON and finding.choices:
            zip5 = zip5 or finding.choices[0].record.zip5
        if finding.verdict is Verdict.NO_STREET:
            zip5 = self._of_unknown_street(case.place, zip5)
        if zip5 and case.line is not None:
            default = self._defaults.of(zip5, finding.verdict, case.line, self._details(zip5))
            if default is not None:
                return self._by_default(case, zip5, default)
        return self._coarse(case, zip5, decision.reason or RejectReason.NO_SUCH_STREET, code)

    def without_delivery(self, case: Case, named: Sequence[tuple[str, ...]] = ()) -> Match:
        """The answer where no line above the last line is a delivery address: five digits, or none.

        `named` are lines that may be a street without its number: one the ZIP Code has, and no other of the city,
        speaks for the ZIP Code.
        """
        self._trace.say("insufficient_address", "no line above the last line is a delivery address")
        self._trace.note("I")
        zip5 = case.place.zips[0]
        self._trace.note(*(_CLASS_NOTES[d.zip_class] for d in self._details(zip5) if d.zip_class == "U"))
        given = zip5 if case.place.certain else ""
        if given and any(self._only_here(case.place, words) for words in named):
            self._trace.say("number_missing", "a street of this ZIP Code is printed, without its number")
        else:
            given = self._of_unknown_street(case.place, given)
        return self._coarse(case, given, RejectReason.INSUFFICIENT_ADDRESS, return_codes.NOT_FOUND)

    def _only_here(self, place: Place, words: tuple[str, ...]) -> bool:
        """Whether the place's ZIP Code has exactly this street, and no other of the city has it."""
        streets = Streets(self._gazetteer)
        has = (
            any(c.likeness is Likeness.EXACT for c in streets.candidates(zip5, words, ""))
            for zip5 in (place.zips[0], *place.sisters[:_MOST_SISTERS])
        )
        return next(has) and not any(has)

    def nothing(self, reason: RejectReason, code: str = "", printed: LastLine | None = None) -> Match:
        """The answer where not even a place is known."""
        return Match(
            None,
            reason,
            footnotes=self._trace.footnotes,
            trace=self._trace.lines,
            return_code=code,
            parsed=taken_apart(None, printed) if printed is not None else None,
        )

    # --- a record found -----------------------------------------------------------------------------------------------

    def _found(self, case: Case, finding: Finding, fallback: str) -> Match:
        choice = finding.choices[0]
        number = finding.parts.number if finding.parts else ""
        line = case.line
        doubt = self._doubt.about(choice, case.printed, line, number) if line else None
        if doubt is not None:
            return self._coarse(case, fallback, doubt, "", finding.parts)
        record = choice.record
        routing = RoutingCode(record.zip5, choice.addon, choice.delivery_point)
        named = self._gazetteer.as_preferred(record, choice.number or number)
        output = delivery_line(choice if named is record else choice._replace(record=named), finding.parts)
        self._trace.note(*choice.notes)
        self._note_place(case, record.zip5)
        if record.base_alternate == "A":
            self._trace.note("P")
        if was_standardized(case.texts, output, not _CHANGED.isdisjoint(self._trace.footnotes)):
            self._trace.note("N")
        return Match(
            routing=routing,
            reason=None if routing.delivery_point else RejectReason.NOT_CONFIRMED,
            record=record,
            record_type=record.record_type,
            carrier_route=record.carrier_route,
            delivery_line=output,
            last_line=last_line(
                self._city(choice, case), record.state or case.place.printed.state, record.zip5, choice.addon
            ),
            footnotes=self._footnotes(case, routing),
            delivery_point_rule=choice.rule,
            trace=self._trace.lines,
            return_code=return_codes.of_choice(choice),
            candidates=self._trace.candidates(record),
            parsed=_as_matched(case.taken_apart(finding.parts), choice),
        )

    def _by_default(self, case: Case, zip5: str, default: Default) -> Match:
        """The answer by a default of the whole ZIP Code; the delivery line stays as it was taken apart."""
        record, point = default.record, default.point
        self._trace.note(default.note)
        self._note_place(case, zip5)
        routing = RoutingCode(zip5, default.addon, point.dpc)
        parsed = case.taken_apart(default.parts)
        self._trace.take(record) if record else None
        match = self._coarse(case, zip5, RejectReason.NOT_CONFIRMED, return_codes.DEFAULT, default.parts)
        return replace(
            match,
            routing=routing,
            reason=None if routing.depth is DepthOfCode.DELIVERY_POINT else RejectReason.NOT_CONFIRMED,
            record=record,
            record_type=record.record_type if record else None,
            carrier_route=record.carrier_route if record else "",
            delivery_line=parsed_line(parsed),
            last_line=f"{match.last_line}-{default.addon}",
            delivery_point_rule=point.rule,
            candidates=self._trace.candidates(record),
        )

    def _note_place(self, case: Case, zip5: str) -> None:
        """Q, Y by the ZIP Code's class; U where the printed name may not stand in a last line."""
        for detail in self._details(zip5):
            if detail.zip_class in _CLASS_NOTES:
                self._trace.note(_CLASS_NOTES[detail.zip_class])
            if not detail.mailing_name and case.place.city and case.place.city in (detail.name, detail.abbreviation):
                self._trace.note("U")

    def _city(self, choice: Choice, case: Case) -> str:
        key = choice.record.preferred_last_line_key
        detail = self._directory.city_by_key(key) if key else None
        return detail.name if detail else case.place.city

    # --- no record, or none to be trusted ----------------------------------------------------------------------------

    def _common(self, case: Case, choices: Sequence[Choice], fallback: str) -> Match:
        """What several equal answers have in common: nine digits, five, or nothing."""
        records = {(c.record.zip5, c.addon) for c in choices}
        zips = {c.record.zip5 for c in choices}
        if len(zips) == 1:
            self._trace.note("E")
        reason, code = RejectReason.MULTIPLE_RESPONSES, return_codes.MULTIPLE
        if len(records) == 1 and choices[0].addon and self._nine_stand(case, choices[0].addon):
            zip5, addon = next(iter(records))
            return replace(self._coarse(case, zip5, reason, code), routing=RoutingCode(zip5, addon))
        return self._coarse(case, fallback if len(zips) == 1 else "", reason, code)

    def _nine_stand(self, case: Case, addon: str) -> bool:
        """Whether the add-on that several readings share is certain, or it may be a third one that has another.

        Not where the line was read too badly for an add-on, nor where it was not read surely and another +4 is printed.
        """
        confidence = case.line.confidence if case.line is not None else 1.0
        another = case.printed.parts.plus4 not in ("", addon)
        if confidence >= self._settings.minimum_confidence and not (
            another and confidence < self._settings.sure_confidence
        ):
            return True
        self._trace.say("low_confidence", "the delivery line was read too badly for the add-on its readings share")
        return False

    def _of_unknown_street(self, place: Place, zip5: str) -> str:
        """The five digits that may be given where no street confirms them; empty where the ZIP Code is not sure."""
        if zip5 and self._settings.unknown_street_needs_only_zip and not (place.only_zip and place.printed.city):
            self._trace.say("zip_not_sure", "no street confirms the ZIP Code, and the city, if printed, has others")
            return ""
        return zip5

    def _coarse(
        self, case: Case, zip5: str, reason: RejectReason, code: str, parts: DeliveryParts | None = None
    ) -> Match:
        routing = RoutingCode(zip5) if zip5 else None
        state = case.place.printed.state
        if zip5:
            details = self._details(zip5)
            state = details[0].state if details else state
        return Match(
            routing,
            reason,
            last_line=last_line(case.place.city, state, zip5) if zip5 else "",
            footnotes=self._footnotes(case, routing),
            trace=self._trace.lines,
            return_code=code,
            candidates=self._trace.candidates(None),
            parsed=case.taken_apart(parts),
        )

    def _details(self, zip5: str) -> Sequence[CityStateDetail]:
        return self._directory.cities_of_zip(zip5)

    def _footnotes(self, case: Case, routing: RoutingCode | None) -> tuple[str, ...]:
        """The letters earned; A exactly where another ZIP Code than the printed one is given."""
        printed = case.printed.parts.zip5
        corrected = routing is not None and bool(printed) and routing.zip5 != printed
        if not corrected and not self._trace.footnotes:
            return ()
        letters = {letter for letter in self._trace.footnotes if letter != "A"} | ({"A"} if corrected else set())
        return tuple(sorted(letters))


def _as_matched(parsed: ParsedAddress, choice: Choice) -> ParsedAddress:
    """The parts with number and unit as the record holds them: 11-5 may be number 11 and unit 5."""
    unit = choice.secondary
    if unit is not None:
        parsed = parsed._replace(secondary_designator=unit.designator, secondary_number=unit.number)
    if choice.number in ("", parsed.primary_number):
        return parsed
    return parsed._replace(primary_number=choice.number)
