"""From findings to one answer: which ZIP Code, which reading, how deep (ordered, named rules; *ours* unless cited).

With a good ZIP Code, in this order: the address as printed in the printed ZIP Code; another reading of the line there;
the address as printed in one other ZIP Code of the post office; the one street the line can only be a slip for.
`doubtful_place` has the rules for a last line that is incomplete or contradicts itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mlocr.mail.address import AddressKind, DirectoryRecord
from mlocr.matching.cities import Place, Standing
from mlocr.matching.corrected import Area
from mlocr.matching.decision import REASONS, Decision, decided, several
from mlocr.matching.doubtful_place import DoubtfulPlace
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.moved_zip import MovedZip
from mlocr.matching.parse_secondary import units_off
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.search import DeliveryLine, Mended, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.sisters import Sisters, begins_with_street
from mlocr.matching.streets import STREET_TYPES
from mlocr.matching.trace import Trace

__all__ = ["Decider", "Decision"]

_NUMBERED = re.compile(r"^\d+(?:ST|ND|RD|TH)?$")
_NO_SISTER_SEARCH = frozenset({AddressKind.GENERAL_DELIVERY, AddressKind.NONE})
_NUMBERED_BOXES = (AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT, AddressKind.PO_BOX)
_WEIGHTY = 0.75
_A_LITTLE = 0.2
_SETTLED = (Verdict.FOUND, Verdict.MULTIPLE, Verdict.NO_ADDON)


def _numbers(parts: DeliveryParts) -> tuple[str, ...]:
    """The numbers that tell addresses apart: the house number or box with its letters, and numbered streets."""
    number = "".join(c for c in parts.number if c.isalnum())  # 3I is not 3: the I may be a digit
    return (number, *(word for word in parts.words if _NUMBERED.match(word)))


class Decider:
    """Decides over one place and one delivery line."""

    def __init__(self, search: Search, settings: MatchSettings, trace: Trace, dual: bool = False) -> None:
        """`dual`: two addresses are printed, so that the ZIP Code may be the other one's and moves for neither."""
        self._dual = dual
        self._search = search
        self._settings = settings
        self._trace = trace

    def decide(self, place: Place, line: DeliveryLine, others: Sequence[DeliveryLine]) -> Decision:
        """One decision; `others` are the delivery line's other readings that its image allows."""
        if place.printed.plus4:
            line = line._replace(plus4=place.printed.plus4)
        if place.standing is Standing.CITY_ONLY and len(place.zips) == 1:
            place = replace(place, standing=Standing.ZIP_ONLY, sisters=())
        if place.standing in (Standing.AGREE, Standing.SAME_OFFICE, Standing.ZIP_ONLY):
            decision = self._good_zip(place, line, others)
            choice = decision.finding.choice
            if choice is not None and choice.exact and choice.record.zip5 == place.zips[0]:
                return decision  # held against the other readings already (`_settled`)
        else:
            decision = DoubtfulPlace(self._search, self._settings, self._trace, place).decide(line)
        return self._against_others(decision, others)

    def _against_others(self, decision: Decision, others: Sequence[DeliveryLine]) -> Decision:
        """What was found elsewhere or corrected, against the line's other readings there and on the found street."""
        choice = decision.finding.choice
        if choice is None or not others:
            return decision
        return self.against_lines(decision, [*others, *_on_street(others, choice.record)])

    def against_places(self, decision: Decision, rivals: Sequence[Place], line: DeliveryLine) -> Decision:
        """The decision against the other ZIP Codes that the last line's image allows.

        The address in one of them as well: no answer. Only in one of them: that one. In none: the decision stands.
        """
        zips = [z for place in rivals for z in place.zips]
        there = self._search.exact_in(zips, line) if zips else []
        if not there:
            return decision
        codes = {f.choices[0].code for f in there}
        if decision.finding.verdict not in (Verdict.NO_STREET, Verdict.INSUFFICIENT) or len(codes) > 1:
            self._trace.say("competing_zip_codes", "the address fits under more than one reading of the ZIP Code")
            return several()
        self._trace.say("zip_reread", "the address exists only under another reading of the ZIP Code")
        return decided(there[0], "")

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
        exact = self._search.find(zip5, line)
        if exact.verdict in _SETTLED:
            return self._settled(place, line, exact, others)
        other = self._reread(zip5, line, others)
        if other is not None:
            return decided(other, fallback)
        sisters = Sisters(self._search, place)
        movable = _may_leave(line) and not self._dual
        elsewhere = self._search.exact_in(sisters.with_street(place.sisters, line), line) if movable else []
        if exact.verdict is Verdict.NO_STREET and not (elsewhere and _is_box(line)):
            return self._no_such_street(place, line, sisters, elsewhere)
        if elsewhere and self._moved(place, line, sisters, elsewhere, exact.verdict is Verdict.NO_STREET):
            self._trace.say("finance_number_search", "the number or box exists in one other ZIP Code of the city (A)")
            self._trace.note("A")
            return decided(elsewhere[0], "")
        if elsewhere:
            self._trace.say("number_elsewhere", "the number or box is only in another ZIP Code of the city")
            return several()
        return self._out_of_range(place, line, sisters, exact)

    def _settled(self, place: Place, line: DeliveryLine, exact: Finding, others: Sequence[DeliveryLine]) -> Decision:
        """The address as printed in the printed ZIP Code, unless the +4 or another reading speaks against it."""
        if self._addon_of_a_sister(place, line, exact):
            self._trace.say("addon_of_a_sister", "the printed +4 is that of this address in a sister ZIP Code")
            return several()
        return decided(self._against(exact, place.zips[0], others), place.zips[0] if place.certain else "")

    def _addon_of_a_sister(self, place: Place, line: DeliveryLine, found: Finding) -> bool:
        """Whether the printed +4 is not the found address's own, but that of the same address in a sister ZIP Code."""
        plus4 = place.printed.plus4
        if not plus4 or not place.sisters or any(choice.addon == plus4 for choice in found.choices):
            return False
        zips = Sisters(self._search, place).with_street(place.sisters, line)
        return any(f.choices[0].addon == plus4 for f in self._search.exact_in(zips, line))

    def _moved(
        self, place: Place, line: DeliveryLine, sisters: Sisters, elsewhere: list[Finding], nothing_here: bool
    ) -> bool:
        """Whether the printed ZIP Code, though it has the street, is rather the misprint than the number.

        Only where every digit of the number is certain, city and ZIP Code are as printed, one sister alone has the
        address in full, and the printed +4, if there is one, is not of that street in the printed ZIP Code. A street or
        boxes that the printed ZIP Code has with other numbers leave two answers, a wrong ZIP Code and a wrong number
        (2170 MAINE ST there, 270 in the sister): only the sister's own +4, the setting, or a number that is no slip for
        any there decides for the first.
        """
        sure = line.confidence >= self._settings.digit_checks and all(_as_printed(f.parts) for f in elsewhere)
        whole = place.standing in (Standing.AGREE, Standing.SAME_OFFICE) and not place.respelled and place.certain
        if not sure or not whole or len({f.choices[0].code for f in elsewhere}) > 1:
            return False
        found = elsewhere[0].choices[0]
        own_addon = bool(place.printed.plus4) and place.printed.plus4 == found.addon
        far = MovedZip(self._search, self._settings, place, sisters).number_is_far
        if not (nothing_here or own_addon or self._settings.number_moves_zip or far(line, elsewhere[0])):
            return False
        if place.printed.plus4 and place.printed.plus4 != found.addon:
            return not sisters.addon_of_name(place.zips[0], found.record.street_name, place.printed.plus4)
        return True

    def _out_of_range(
        self, place: Place, line: DeliveryLine, sisters: Sisters, finding: Finding, cost: float = 0.0
    ) -> Decision:
        """A street without the number: its ZIP Code, unless another of the city may have the address under a slip."""
        fallback = place.zips[0] if place.certain else ""
        streets = all(parts.kind is AddressKind.STREET for parts in line.readings)
        doubt = finding.verdict is Verdict.OUT_OF_RANGE or (finding.verdict is Verdict.MULTIPLE and cost > _A_LITTLE)
        if doubt and streets and fallback and place.sisters:
            there = self._search.mend(Area(place.sisters, place.offices), line)
            if finding.verdict is Verdict.MULTIPLE:
                elsewhere = there.cost < cost - _A_LITTLE
            else:
                held = there.finding.verdict is Verdict.FOUND
                elsewhere = held or sisters.hold_number(place.sisters, line)
            if elsewhere:
                self._trace.say("perhaps_elsewhere", "a street like it in another ZIP Code of the city has the number")
                fallback = ""
        return decided(finding, fallback)

    def _no_such_street(self, place: Place, line: DeliveryLine, sisters: Sisters, elsewhere: list[Finding]) -> Decision:
        fallback = place.zips[0] if place.certain else ""
        mended = self._search.mend(Area(place.zips[:1]), line)
        verdict = mended.finding.verdict
        if elsewhere:
            codes = {f.choices[0].code for f in elsewhere}
            whole = all(_as_printed(f.parts) for f in elsewhere)
            whole = whole and not sisters.addon_of_another(place.sisters, elsewhere[0], line.plus4)
            if len(codes) == 1 and whole and verdict not in (Verdict.FOUND, Verdict.MULTIPLE) and self._sure(line):
                self._trace.say("finance_number_search", "the address exists in one other ZIP Code of the city (A)")
                self._trace.note("A")
                return decided(elsewhere[0], "")
            self._trace.say("several_zip_codes", "the address fits more than one ZIP Code of the city")
            return several()
        if verdict is Verdict.FOUND and self._another_street(place, line, sisters, mended):
            mended = Mended(Finding(Verdict.NO_STREET))
        if mended.finding.verdict is not Verdict.NO_STREET:
            return self._out_of_range(place, line, sisters, mended.finding, mended.cost)
        moved = None if self._dual else MovedZip(self._search, self._settings, place, sisters).mended(line)
        if moved is not None:
            self._trace.say("street_elsewhere", "nothing like the street is here; one ZIP Code of the city has it (A)")
            self._trace.note("A")
            return decided(moved, "")
        return self._street_not_there(place, line, sisters, fallback)

    def _another_street(self, place: Place, line: DeliveryLine, sisters: Sisters, mended: Mended) -> bool:
        """Whether the line is rather a street of another ZIP Code of the post office: as printed, or nearer to it."""
        near = mended.near
        if near is None or near.own_addon or near.cost < _WEIGHTY or not place.sisters:
            return False
        named = near.by_name and (sisters.known(place.sisters, line) or sisters.rival_name(near))
        if not named:
            there = self._search.mend(Area(place.sisters, place.offices), line)
            named = there.cost < near.cost - _A_LITTLE
        if named:
            self._trace.say("name_elsewhere", "another ZIP Code of the city has a street of that or a nearer name")
        return named

    def _street_not_there(self, place: Place, line: DeliveryLine, sisters: Sisters, fallback: str) -> Decision:
        zip5 = place.zips[0]
        nothing = Finding(Verdict.NO_STREET)
        if begins_with_street(self._search, zip5, line):
            self._trace.say("rest_unread", "the street is there, but what stands behind it is not understood")
            return decided(Finding(Verdict.INSUFFICIENT), fallback)
        self._trace.say("no_such_street", f"{zip5} has no such street")
        if fallback and place.sisters and self._perhaps_in(place, line, sisters):
            self._trace.say("perhaps_elsewhere", "a street like it is in another ZIP Code of the city")
            return decided(nothing, "")
        return decided(nothing, fallback)

    def _perhaps_in(self, place: Place, line: DeliveryLine, sisters: Sisters) -> bool:
        """Whether a sister ZIP Code has the address under a slip or with other parts: the printed one is in doubt."""
        zips = sisters.with_street(place.sisters, line)
        verdicts = (self._search.find(zip5, line).verdict for zip5 in zips)
        if any(verdict in (Verdict.FOUND, Verdict.MULTIPLE) for verdict in verdicts):
            return True
        mended = self._search.mend(Area(place.sisters, place.offices), line).finding.verdict
        return mended in (Verdict.FOUND, Verdict.MULTIPLE) or sisters.resemble(place.sisters, line)

    def _against(self, found: Finding, zip5: str, others: Sequence[DeliveryLine]) -> Finding:
        """The found code against the image's other readings: those that fit the directory too make a tie."""
        if found.verdict is not Verdict.FOUND:
            return found
        rivals: dict[str, Choice] = {}
        for other in others:
            rival = self._search.find(zip5, other)
            if rival.verdict is Verdict.FOUND and rival.choices[0].code != found.choices[0].code:
                rivals.setdefault(rival.choices[0].code, rival.choices[0])
        if not rivals:
            return found
        self._trace.say("competing_readings", "another reading of the line fits the directory as well")
        return Finding(Verdict.MULTIPLE, (*found.choices, *rivals.values()), found.parts)

    def _reread(self, zip5: str, line: DeliveryLine, others: Sequence[DeliveryLine]) -> Finding | None:
        """The one exact match among the line's other readings; one with other numbers than the text's is only doubt."""
        found = [f for o in others if (f := self._search.find(zip5, o)).verdict is Verdict.FOUND]
        if not found:
            return None
        if len({f.choices[0].code for f in found}) > 1:
            self._trace.say("competing_readings", "several other readings of the line fit the directory")
            # The line as read fits nothing, so what two others share is no code either: it may be a third.
            return Finding(Verdict.MULTIPLE)
        parts = found[0].parts
        if parts is not None and _numbers(parts) not in {_numbers(own) for own in line.readings}:
            self._trace.say("other_numbers", "only a reading with other numbers fits the directory")
            return Finding(Verdict.MULTIPLE)
        self._trace.say("other_reading", "another reading of the line fits the directory")
        choice = found[0].choices[0]
        return found[0]._replace(choices=(choice._replace(needs_last_line=True),))

    def _sure(self, line: DeliveryLine) -> bool:
        return line.confidence >= self._settings.sure_confidence


def _on_street(others: Sequence[DeliveryLine], record: DirectoryRecord) -> Iterator[DeliveryLine]:
    """The readings with the found street in their street's place: what they differ in is the number or the unit."""
    if record.record_type not in STREET_TYPES:
        return
    named = (record.predirectional, record.street_name, record.suffix, record.postdirectional)
    street = tuple(" ".join(named).split())
    for other in others:
        for parts in other.readings:
            if parts.kind is AddressKind.STREET and parts.number:
                _, units, _ = units_off(parts.words)
                there = replace(parts, words=street, secondaries=(*parts.secondaries, *units))
                yield other._replace(readings=(there,))


def _as_printed(parts: DeliveryParts | None) -> bool:
    """Whether the number stands as printed, nothing parted, joined or read from look-alikes, and is no bare BOX."""
    return parts is None or not (parts.repaired or parts.split or parts.tentative or parts.bare)


def _may_leave(line: DeliveryLine) -> bool:
    kinds = [parts.kind for parts in line.readings]
    streets = AddressKind.STREET in kinds and not any(kind in _NO_SISTER_SEARCH for kind in kinds)
    return streets or all(kind in _NUMBERED_BOXES for kind in kinds)


def _is_box(line: DeliveryLine) -> bool:
    return all(parts.kind is AddressKind.PO_BOX for parts in line.readings)
