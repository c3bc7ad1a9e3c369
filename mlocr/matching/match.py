"""From the lines of one address block to one answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching import return_codes
from mlocr.matching.answer import Answers, Case
from mlocr.matching.cities import Cities, Place, Standing, tell
from mlocr.matching.decide import Decider, Decision
from mlocr.matching.delivery import FoundDelivery, find_delivery, reread, without_name
from mlocr.matching.directed import Directed
from mlocr.matching.early_warning import EarlyWarnings
from mlocr.matching.evidence import allowed_beside, numbers_are_sure, other_readings, punctuated, zero_put_first
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.last_line import FoundLast, PrintedLast, find_last_line, read_last_line, split_off
from mlocr.matching.links import Basis, confirmed
from mlocr.matching.lookalikes import street_lookalikes
from mlocr.matching.parse_secondary import read_unit_line
from mlocr.matching.places import MILITARY_STATES
from mlocr.matching.reread_last import reread_last
from mlocr.matching.search import DeliveryLine, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.short_path import ShortPath
from mlocr.matching.stray_marks import without_stray_mark
from mlocr.matching.text import ends_in_point, normal
from mlocr.matching.tie_rules import by_printed_addon, directional_or_unit, nearer_as_written, unit_run_in
from mlocr.matching.trace import Trace
from mlocr.matching.unread_firm import against_unread_firm
from mlocr.ports import ConfirmingTables, Directory

__all__ = ["MatchSettings", "Matcher"]

_MOST_LINES = 12
_ANY_DIGIT = "0123456789"
_DRAWN_LIKE = MappingProxyType({"O": "0", "I": "1", "L": "1", "S": "58", "B": "3689", "Z": "27", "Q": "09", "D": "0"})


class Matcher:
    """Matches address blocks against one directory and its confirming tables. Deterministic; never raises for any text.

    Raises TableStoppedError where a seeded false positive of a table was hit, and SealBrokenError where a table's file
    was changed: nothing more may be coded then.
    """

    def __init__(
        self,
        directory: Directory,
        settings: MatchSettings | None = None,
        tables: ConfirmingTables | None = None,
        as_of: date | None = None,
    ) -> None:
        """`as_of` is the coding date, which decides over dated rules (`rule_table`); None: the rules of today."""
        self._gazetteer = Gazetteer(directory)
        self._cities = Cities(self._gazetteer)
        self._settings = settings or MatchSettings()
        self._tables = tables or ConfirmingTables()
        self._as_of = as_of
        self._directed = Directed(self._gazetteer, self._cities, self._settings)
        self._short = ShortPath(self._gazetteer, self._cities, self._settings, as_of)

    def match(self, block: AddressBlock) -> Match:
        """The answer for one address block: a code no finer than its evidence, or the reason why there is none."""
        match, basis = self.directory_answer(block)
        sure = self._settings.sure_confidence
        again = self.directory_answer
        answer = confirmed(match, basis, self._tables, self._gazetteer.directory, again, sure)
        # A converted address is matched as typed; it rests on the printed lines all the same.
        return answer if answer.certainty <= match.certainty else replace(answer, certainty=match.certainty)

    def short_answer(self, block: AddressBlock) -> tuple[Match, Basis] | None:
        """What the short path answers (`short_path`); None where the block has to go the long way."""
        return self._short.answer(block)

    def directory_answer(self, block: AddressBlock) -> tuple[Match, Basis]:
        """The answer of the directory alone, and what it rests on: the confirming tables are not asked."""
        found = self.short_answer(block)
        if found is not None:
            return found
        match, basis = self._answered(block)
        directed = self._directed.answer(block, match, self._answered) if self._settings.directed else None
        return (match, basis) if directed is None else directed

    def _answered(self, block: AddressBlock) -> tuple[Match, Basis]:
        one = _OneMatch(self._gazetteer, self._cities, self._settings, self._as_of, block)
        return one.answer(), one.basis


class _OneMatch:
    """One match from start to end; holds its own trace."""

    def __init__(
        self, gazetteer: Gazetteer, cities: Cities, settings: MatchSettings, as_of: date | None, block: AddressBlock
    ) -> None:
        self._gazetteer = gazetteer
        self._directory = gazetteer.directory
        self._settings = settings
        # A confidence that is no number is none at all.
        self._source: tuple[TextLine, ...] = tuple(
            [
                line if math.isfinite(line.confidence) else replace(line, confidence=0.0)
                for line in block.lines[-_MOST_LINES:]
            ]
        )
        self._lines = [normal(punctuated(line, settings)) for line in self._source]
        self._confidences = [min(max(line.confidence, 0.0), 1.0) for line in self._source]
        self._trace = Trace()
        self._answers = Answers(gazetteer, settings, as_of, self._trace)
        self._cities = cities
        self.basis = Basis()

    def answer(self) -> Match:
        """The match."""
        found = find_last_line(self._lines, self._confidences, self._cities.known)
        if found == FoundLast(None) and (self._parted() or self._reread()):
            found = find_last_line(self._lines, self._confidences, self._cities.known)
        if found.foreign:
            self._trace.say("foreign", "the lowest line names another country")
            return self._answers.nothing(RejectReason.FOREIGN)
        if found.contradicted:
            self._trace.say("last_lines_differ", "two last lines name different places")
            return self._answers.nothing(RejectReason.UNKNOWN_CITY_OR_ZIP, return_codes.DUAL)
        if found.printed is None:
            self._trace.say("no_last_line", "no line is a city, state and ZIP Code")
            self._trace.note("C")
            empty = not any(self._lines)
            reason = RejectReason.INSUFFICIENT_ADDRESS if empty else RejectReason.NO_LAST_LINE
            return self._answers.nothing(reason, return_codes.PLACE)
        return self._placed(found.printed)

    def _placed(self, printed: PrintedLast) -> Match:
        """The match of a block whose last line is known."""
        place = self._cities.place(printed.parts)
        if printed.repaired:
            read = " ".join(part for part in printed.parts if part)
            self._trace.say("last_line_repaired", f"look-alike characters and split digits were read as {read}")
        tell(place, self._trace)
        self._say_state(place)
        place, rivals = self._weighed(place, printed)
        if place.standing is Standing.UNKNOWN:
            self._trace.note("C")
            known = self._cities.known(printed.parts.city, printed.parts.state)
            code = return_codes.of_place(printed.parts, known)
            return self._answers.nothing(RejectReason.UNKNOWN_CITY_OR_ZIP, code, printed.parts)
        military = printed.parts.state in MILITARY_STATES
        delivery = find_delivery(self._lines, self._delivery_confidences(), printed.first, military)
        if delivery.dual:
            self._trace.say("dual_address", "the line directly above the last line counts (DMM 602 2.1)")
            self._trace.note("J")
        if delivery.line is None:
            return self._answers.without_delivery(Case(place, printed), delivery.named)
        decision, line = self._decided(place, rivals, delivery, delivery.line, military)
        decision = by_printed_addon(decision, printed, self._settings, self._trace)
        self.basis = Basis(place, printed.confidence, line, decision.finding)
        texts = tuple(self._source[at].text for at in sorted((delivery.index, *delivery.unit_lines)))
        match = self._answers.settled(Case(place, printed, line, texts), decision)
        certainty = min(printed.confidence, delivery.line.confidence)
        return match if certainty >= match.certainty else replace(match, certainty=certainty)

    def _decided(
        self, place: Place, rivals: list[Place], delivery: FoundDelivery, line: DeliveryLine, military: bool
    ) -> tuple[Decision, DeliveryLine]:
        """The decision over place and delivery line, and the line, surer where its image allows no other numbers."""
        search = Search(self._gazetteer, self._settings, self._trace)
        others = self._others(delivery, line, military)
        decider = Decider(search, self._settings, self._trace, delivery.dual)
        decision = decider.decide(place, line, others)
        decision = decider.against_places(decision, rivals, line)
        decision = self._against_lookalikes(decision, decider, delivery, line)
        decision = self._against_strokes(decision, search, delivery, line)
        text = self._source[delivery.index].text
        decision = without_stray_mark(decision, search, place, line, text, self._trace)
        decision = nearer_as_written(decision, self._gazetteer, self._trace)
        decision = unit_run_in(decision, self._trace)
        decision = directional_or_unit(decision, self._gazetteer, self._trace)
        above = self._source[: delivery.index]
        decision = against_unread_firm(decision, above, self._directory, self._settings, self._trace)
        decision = EarlyWarnings(self._gazetteer, self._trace).against(decision, place, line)
        unsure = line.confidence < self._settings.sure_confidence
        if decision.finding.choice and unsure and self._numbers_stand(delivery):
            self._trace.say("numbers_confirmed", "the line was not read surely, but its image allows no other numbers")
            line = line._replace(confidence=self._settings.sure_confidence)
        return decision, line

    def _lowest(self) -> int:
        """The lowest line that bears text; -1 where none does."""
        return max((at for at, text in enumerate(self._lines) if text), default=-1)

    def _parted(self) -> bool:
        """A whole address on the lowest line, parted in two; whether there was one."""
        at = self._lowest()
        parts: tuple[str, ...] | None = split_off(self._lines[at], self._cities.known) if at >= 0 else None
        if parts is None:
            return False
        parts = (*without_name(parts[0]), parts[1])
        confidence = self._confidences[at]
        self._lines[at : at + 1] = parts
        self._confidences[at : at + 1] = [confidence] * len(parts)
        lines = tuple(TextLine(part, confidence) for part in parts)
        self._source = (*self._source[:at], *lines, *self._source[at + 1 :])
        self._trace.say("line_parted", "the lowest line holds the whole address")
        return True

    # --- the last line ------------------------------------------------------------------------------------------------

    def _reread(self) -> bool:
        """The lowest line taken as another reading of it that is a last line; whether there was one."""
        at = self._lowest()
        text = reread_last(self._source[at], self._cities, self._settings) if at >= 0 else None
        if text is None:
            return False
        line = replace(self._source[at], text=text)
        self._lines[at], self._source = normal(text), (*self._source[:at], line, *self._source[at + 1 :])
        self._trace.say("last_line_reread", f"only another reading is a last line: {text}")
        return True

    def _say_state(self, place: Place) -> None:
        """B where city and ZIP Code agree, and the printed state is another one."""
        state = place.printed.state
        if place.standing is not Standing.AGREE or place.certain or not state:
            return
        held = {detail.state for detail in self._directory.cities_of_zip(place.printed.zip5)}
        if held and state not in held:
            self._trace.say("state_corrected", f"the state printed is {state}; city and ZIP Code are of {min(held)}")
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
        if printed.repaired:
            near = _zips_like(self._lines[printed.last], printed.parts.zip5, place.sisters)
            rivals += [replace(place, zips=(z,)) for z in near]
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
                parts = printed.parts._replace(zip5=parts.zip5, plus4=parts.plus4)
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
        source = self._source[delivery.index]
        texts = [t for t in other_readings(source, self._settings) if not zero_put_first(source.text, t)]
        found = [other for text in texts if (other := reread(line, text, military)) is not None]
        for at in delivery.unit_lines:
            for text in other_readings(self._source[at], self._settings):
                units = read_unit_line(normal(text))
                if units is not None:
                    found.append(line._replace(units=units))
        return found

    def _against_strokes(
        self, decision: Decision, search: Search, delivery: FoundDelivery, line: DeliveryLine
    ) -> Decision:
        """An upright stroke was read as a 1; where the line without it is another whole address, there is a tie."""
        choice = decision.finding.choice
        text = self._source[delivery.index].text
        bare = reread(line, text.replace("|", "")) if choice is not None and "|" in text else None
        rival = search.find(choice.record.zip5, bare) if choice is not None and bare is not None else None
        if choice is None or rival is None or not rival.exact or rival.choices[0].code == choice.code:
            return decision
        self._trace.say("competing_readings", "the stroke is a 1 or a stray mark, and both are addresses")
        tied = Finding(Verdict.MULTIPLE, (choice, rival.choices[0]), decision.finding.parts)
        return decision._replace(finding=tied, reason=RejectReason.MULTIPLE_RESPONSES)

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


def _zips_like(text: str, zip5: str, sisters: Sequence[str]) -> list[str]:
    """The sisters that a ZIP Code with letters may be as well: 0416B is 04168, or 04163.

    O is nothing but 0, and I and L nothing but 1; the others may be any digit that is drawn like them.
    """
    printed = next((w for w in reversed(text.replace("-", " ").split()) if len(w) == len(zip5) and not w.isalpha()), "")
    if not printed or all(char.isdigit() or char in "OIL" for char in printed):
        return []
    if any(digit not in _drawn_like(char) for digit, char in zip(zip5, printed, strict=True)):
        return []
    return [z for z in sisters if all(digit in _drawn_like(char) for digit, char in zip(z, printed, strict=True))]


def _drawn_like(char: str) -> str:
    """The digits that a printed character may be: a digit itself, a letter those that are drawn like it (*ours*)."""
    return char if char.isdigit() else _DRAWN_LIKE.get(char, _ANY_DIGIT)
