"""From the lines of one address block to one answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.code import DepthOfCode, RoutingCode
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching.cities import Cities, Place, Standing
from mlocr.matching.decide import Decider, Decision
from mlocr.matching.delivery import FoundDelivery, find_delivery, reread
from mlocr.matching.evidence import allowed_beside, numbers_are_sure, other_readings
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.fuzzy import neighbours
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.last_line import PrintedLast, find_last_line, read_last_line
from mlocr.matching.links import Basis, confirmed
from mlocr.matching.lookalikes import street_lookalikes
from mlocr.matching.parse_secondary import read_unit_line
from mlocr.matching.places import MILITARY_STATES
from mlocr.matching.search import DeliveryLine, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.standardize import delivery_line, last_line
from mlocr.matching.streets import at_next_number, holds, street_key
from mlocr.matching.text import ends_in_point, normal
from mlocr.matching.trace import Trace
from mlocr.ports import ConfirmingTables, Directory

__all__ = ["MatchSettings", "Matcher"]

_MOST_LINES = 12


class Matcher:
    """Matches address blocks against one directory and its confirming tables. Deterministic; never raises for any text.

    Raises TableStoppedError only: a seeded false positive of a table was hit, and nothing more may be coded.
    """

    def __init__(
        self,
        directory: Directory,
        settings: MatchSettings | None = None,
        tables: ConfirmingTables | None = None,
    ) -> None:
        self._gazetteer = Gazetteer(directory)
        self._cities = Cities(self._gazetteer)
        self._settings = settings or MatchSettings()
        self._tables = tables or ConfirmingTables()

    def match(self, block: AddressBlock) -> Match:
        """The answer for one address block: a code no finer than its evidence, or the reason why there is none."""
        match, basis = self._plain(block)
        sure = self._settings.sure_confidence
        return confirmed(match, basis, self._tables, self._gazetteer.directory, self._plain, sure)

    def _plain(self, block: AddressBlock) -> tuple[Match, Basis]:
        """The answer of the directory alone, and what it rests on."""
        one = _OneMatch(self._gazetteer, self._cities, self._settings, block)
        return one.answer(), one.basis


class _OneMatch:
    """One match from start to end; holds its own trace."""

    def __init__(self, gazetteer: Gazetteer, cities: Cities, settings: MatchSettings, block: AddressBlock) -> None:
        self._gazetteer = gazetteer
        self._directory = gazetteer.directory
        self._settings = settings
        self._source: tuple[TextLine, ...] = block.lines[-_MOST_LINES:]
        self._lines = [normal(line.text) for line in self._source]
        self._confidences = [min(max(line.confidence, 0.0), 1.0) for line in self._source]
        self._trace = Trace()
        self._cities = cities
        self.basis = Basis()

    def answer(self) -> Match:
        """The match."""
        found = find_last_line(self._lines, self._confidences, self._cities.known)
        if found.foreign:
            self._trace.say("foreign", "the lowest line names another country")
            return self._nothing(RejectReason.FOREIGN)
        if found.contradicted:
            self._trace.say("last_lines_differ", "two last lines name different places")
            return self._nothing(RejectReason.UNKNOWN_CITY_OR_ZIP)
        if found.printed is None:
            self._trace.say("no_last_line", "no line is a city, state and ZIP Code")
            return self._nothing(RejectReason.NO_LAST_LINE if any(self._lines) else RejectReason.INSUFFICIENT_ADDRESS)
        printed = found.printed
        place = self._cities.place(printed.parts)
        self._say_place(place)
        place, rivals = self._weighed(place, printed)
        if place.standing is Standing.UNKNOWN:
            self._trace.note("C")
            return self._nothing(RejectReason.UNKNOWN_CITY_OR_ZIP)
        military = printed.parts.state in MILITARY_STATES
        delivery = find_delivery(self._lines, self._delivery_confidences(), printed.first, military)
        if delivery.dual:
            self._trace.say("dual_address", "the line directly above the last line counts (DMM 602 2.1)")
            self._trace.note("J")
        if delivery.line is None:
            return self._without_delivery(place)
        self.basis = Basis(place, printed.confidence, delivery.line)
        search = Search(self._gazetteer, self._settings, self._trace)
        others = self._others(delivery, delivery.line, military)
        decider = Decider(search, self._settings, self._trace)
        decision = decider.decide(place, delivery.line, others)
        decision = decider.against_places(decision, rivals, delivery.line)
        decision = self._against_lookalikes(decision, decider, delivery, delivery.line)
        line = delivery.line
        if (
            decision.finding.choice
            and line.confidence < self._settings.sure_confidence
            and self._numbers_stand(delivery)
        ):
            self._trace.say("numbers_confirmed", "the line was not read surely, but its image allows no other numbers")
            line = replace(line, confidence=self._settings.sure_confidence)
        return self._answered(decision, place, printed, line)

    # --- the last line ------------------------------------------------------------------------------------------------

    def _say_place(self, place: Place) -> None:
        zip5, city = place.printed.zip5 or "absent", place.printed.city or "absent"
        said = f"ZIP Code {zip5} and city {city}: {place.standing.value}"
        self._trace.say("last_line", said)
        if place.respelled:
            self._trace.say("city_respelled", f"the city can only be {place.city}")
            self._trace.note("B")

    def _weighed(self, place: Place, printed: PrintedLast) -> tuple[Place, list[Place]]:
        """The place, and those that other readings of the last line allow as well.

        Where the text's own ZIP Code and city do not agree and just one other reading's do, that one is taken.
        A last line read badly, or one that another ZIP Code of the city explains too, gives no five digits by itself.
        """
        rivals = self._other_places(place, printed)
        if place.standing is not Standing.AGREE and len(rivals) == 1 and rivals[0].standing is Standing.AGREE:
            self._trace.say("last_line_reread", f"another reading of the last line agrees: {rivals[0].zips[0]}")
            return replace(rivals[0], certain=False), []
        weak = printed.confidence < self._settings.last_line_confidence
        if weak or rivals or (printed.repaired and place.standing is not Standing.AGREE):
            self._trace.say("last_line_doubtful", "the last line alone gives no code")
            place = replace(place, certain=False)
        return place, rivals

    def _other_places(self, place: Place, printed: PrintedLast) -> list[Place]:
        """Places with another ZIP Code that other readings of the last line give, city and ZIP Code agreeing."""
        found: dict[str, Place] = {}
        for text in other_readings(self._source[printed.last], self._settings):
            parts, _ = read_last_line(normal(text))
            if printed.first != printed.last:
                parts = replace(printed.parts, zip5=parts.zip5, plus4=parts.plus4)
            if not parts.zip5 or parts.zip5 == place.printed.zip5 or parts.zip5 in found:
                continue
            other = self._cities.place(parts)
            if other.standing in (Standing.AGREE, Standing.SAME_OFFICE):
                found[parts.zip5] = other
        return list(found.values())

    def _delivery_confidences(self) -> list[float]:
        """The lines' confidences; one that ends in a number and a point is not read with certainty (*ours*)."""
        limit = math.nextafter(self._settings.sure_confidence, 0.0)
        return [
            min(sure, limit) if ends_in_point(line.text) else sure
            for sure, line in zip(self._confidences, self._source, strict=True)
        ]

    # --- the delivery line --------------------------------------------------------------------------------------------

    def _others(self, delivery: FoundDelivery, line: DeliveryLine, military: bool) -> list[DeliveryLine]:
        """The delivery line under the other readings its image, and those of its units on lines of their own, allow."""
        texts = other_readings(self._source[delivery.index], self._settings)
        found = [other for text in texts if (other := reread(line, text, military)) is not None]
        for at in delivery.unit_lines:
            for text in other_readings(self._source[at], self._settings):
                units = read_unit_line(normal(text))
                if units is not None:
                    found.append(replace(line, units=units))
        return found

    def _numbers_stand(self, delivery: FoundDelivery) -> bool:
        weak = [
            at
            for at in (delivery.index, *delivery.unit_lines)
            if self._source[at].confidence < self._settings.sure_confidence or ends_in_point(self._source[at].text)
        ]
        return all(numbers_are_sure(self._source[at], self._settings) for at in weak)

    def _against_lookalikes(
        self, decision: Decision, decider: Decider, delivery: FoundDelivery, line: DeliveryLine
    ) -> Decision:
        """A found street against its look-alikes in the ZIP Code, where the line's image allows them."""
        choice = decision.finding.choice
        source = self._source[delivery.index]
        if choice is None or source.scorer is None or source.confidence >= self._settings.digit_checks:
            return decision
        texts = street_lookalikes(self._lines[delivery.index], choice.record, self._directory)
        others = [reread(line, text) for text in allowed_beside(source, texts, self._settings)]
        return decider.against_lines(decision, [other for other in others if other is not None])

    def _without_delivery(self, place: Place) -> Match:
        self._trace.say("insufficient_address", "no line above the last line is a delivery address")
        self._trace.note("I")
        unique = any(d.zip_class == "U" for d in self._directory.cities_of_zip(place.zips[0]))
        if unique:
            self._trace.note("Q")
        zip5 = place.zips[0] if place.certain else ""
        return self._coarse(place, self._of_unknown_street(place, zip5), RejectReason.INSUFFICIENT_ADDRESS)

    def _of_unknown_street(self, place: Place, zip5: str) -> str:
        """The five digits that may be given where no street confirms them; empty where the ZIP Code is not sure."""
        if zip5 and self._settings.unknown_street_needs_only_zip and not place.only_zip:
            self._trace.say("zip_not_sure", "the city has other ZIP Codes, and no street confirms the printed one")
            return ""
        return zip5

    # --- the answer ---------------------------------------------------------------------------------------------------

    def _answered(self, decision: Decision, place: Place, printed: PrintedLast, line: DeliveryLine) -> Match:
        finding = decision.finding
        self.basis = replace(self.basis, line=line, finding=finding)
        if finding.verdict is Verdict.FOUND:
            return self._found(finding, decision, place, printed, line)
        notes = {Verdict.NO_STREET: "F", Verdict.OUT_OF_RANGE: "F", Verdict.NO_ADDON: "D", Verdict.INSUFFICIENT: "I"}
        if finding.verdict in notes:
            self._trace.note(notes[finding.verdict])
        reason = decision.reason or RejectReason.NO_SUCH_STREET
        if finding.verdict is Verdict.MULTIPLE and finding.choices:
            tied = [c for c in finding.choices if c.addon and c.addon == printed.parts.plus4]
            if self._settings.tie_by_addon and len({c.code for c in tied}) == 1:
                self._trace.say("addon_tie_break", "the printed +4 is that of one of the equal answers (O)")
                self._trace.note("O")
                return self._found(
                    replace(finding, verdict=Verdict.FOUND, choices=(tied[0],)), decision, place, printed, line
                )
            return self._common(finding.choices, place, decision)
        zip5 = decision.zip5
        if finding.verdict is Verdict.NO_ADDON and finding.choices:
            zip5 = zip5 or finding.choices[0].record.zip5
        if finding.verdict is Verdict.NO_STREET:
            zip5 = self._of_unknown_street(place, zip5)
        return self._coarse(place, zip5, reason)

    def _found(
        self, finding: Finding, decision: Decision, place: Place, printed: PrintedLast, line: DeliveryLine
    ) -> Match:
        choice = finding.choices[0]
        self.basis = replace(self.basis, finding=finding)
        number = finding.parts.number if finding.parts else ""
        doubt = self._doubt(choice, printed, line, number)
        if doubt is not None:
            return self._coarse(place, decision.zip5, doubt)
        routing = RoutingCode(choice.record.zip5, choice.addon, choice.delivery_point)
        reason = None if routing.depth is DepthOfCode.DELIVERY_POINT else RejectReason.NOT_CONFIRMED
        self._trace.note(*choice.notes)
        record = choice.record
        return Match(
            routing=routing,
            reason=reason,
            record=record,
            record_type=record.record_type,
            carrier_route=record.carrier_route,
            delivery_line=delivery_line(choice, finding.parts),
            last_line=last_line(
                self._city(choice, place), record.state or place.printed.state, record.zip5, choice.addon
            ),
            footnotes=self._trace.footnotes,
            delivery_point_rule=choice.rule,
            trace=self._trace.lines,
            candidates=self._trace.candidates(record),
        )

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

    def _doubt(self, choice: Choice, printed: PrintedLast, line: DeliveryLine, number: str) -> RejectReason | None:
        """Why a found code may not be given in full; None when nothing speaks against it."""
        if line.confidence < self._settings.minimum_confidence:
            self._trace.say("low_confidence", "the delivery line was read too badly for an add-on")
            return RejectReason.LOW_CONFIDENCE
        if choice.needs_last_line and printed.confidence < self._settings.last_line_confidence:
            self._trace.say("low_confidence", "neither the delivery line nor the last line stands by itself")
            return RejectReason.LOW_CONFIDENCE
        sure = line.confidence >= self._settings.sure_confidence
        if choice.sure_only and not sure:
            self._trace.say("low_confidence", "a corrected or default match needs a line read with certainty")
            return RejectReason.LOW_CONFIDENCE
        plus4 = printed.parts.plus4
        if plus4 and plus4 != choice.addon:
            self._trace.say("printed_addon_differs", f"the printed +4 {plus4} is not that of the address")
            if not sure or self._addon_means_another(choice, plus4, number):
                return RejectReason.NOT_CONFIRMED
        return None

    def _common(self, choices: Sequence[Choice], place: Place, decision: Decision) -> Match:
        """What several equal answers have in common: nine digits, five, or nothing."""
        records = {(c.record.zip5, c.addon) for c in choices}
        zips = {c.record.zip5 for c in choices}
        reason = RejectReason.MULTIPLE_RESPONSES
        if len(records) == 1 and choices[0].addon:
            zip5, addon = next(iter(records))
            self._trace.note("E")
            return replace(self._coarse(place, zip5, reason), routing=RoutingCode(zip5, addon))
        return self._coarse(place, decision.zip5 if len(zips) == 1 else "", reason)

    def _coarse(self, place: Place, zip5: str, reason: RejectReason) -> Match:
        routing = RoutingCode(zip5) if zip5 else None
        state = place.printed.state
        if zip5:
            details = self._directory.cities_of_zip(zip5)
            state = details[0].state if details else state
        return Match(
            routing,
            reason,
            last_line=last_line(place.city, state, zip5) if zip5 else "",
            footnotes=self._trace.footnotes,
            trace=self._trace.lines,
            candidates=self._trace.candidates(None),
        )

    def _city(self, choice: Choice, place: Place) -> str:
        key = choice.record.preferred_last_line_key
        detail = self._directory.city_by_key(key) if key else None
        return detail.name if detail else place.city

    def _nothing(self, reason: RejectReason) -> Match:
        return Match(
            None,
            reason,
            footnotes=self._trace.footnotes,
            trace=self._trace.lines,
            candidates=self._trace.candidates(None),
        )
