"""One delivery line against the directory: exact streets first, then the street a damaged line can only be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from mlocr.mail.address import AddressKind, DirectoryRecord, RecordType
from mlocr.matching.boxes import BoxSearch
from mlocr.matching.buildings import BuildingSearch
from mlocr.matching.choose import Asked, Chooser
from mlocr.matching.component_rules import barred
from mlocr.matching.corrected import ONE_SLIP, PLAIN, Area, Corrected, Correction, Near, Outcome
from mlocr.matching.designators import DESIGNATORS, WITHOUT_RANGE
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.firms import firm_nearly
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.loose import ALONE, Surroundings
from mlocr.matching.number_forms import has_own, number_forms
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.ranges import plain
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import Candidate, Likeness, Streets, holding, street_key
from mlocr.matching.suffixes import suffix_of
from mlocr.matching.text import REPAIRABLE, normal
from mlocr.matching.trace import Trace
from mlocr.matching.urbanizations import in_urbanization
from mlocr.matching.words import DIRECTIONALS

_LETTERED = re.compile(r"^(\d+)[A-Z]{1,2}$")
# House numbers seldom have letters behind F (N, S, E and W are directionals); A, B, D and S may be 4, 8, 0 and 5.
_LOOKALIKE_ENDING = re.compile(r"^\d+[ABDS]$")
_GLUED_DIRECTIONAL = re.compile(r"^\d+[NSEW]{1,2}$")
_SELDOM = re.compile(r"^\d+[G-MO-RTUVX-Z]$")
_LETTERED_KINDS = frozenset(
    {AddressKind.STREET, AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT, AddressKind.MILITARY}
)
_ORDER = tuple(Verdict)
_TYPED = 1.0  # a line read from an image is never quite as sure
_OMITTED = frozenset({"part_missing", "directional_moved"})
_DIFFERS = ("part_differs", "its directional or suffix is not as printed")
_OUT_OF_RANGE = ("number_out_of_range", "its range does not hold the number, nor are its parts as printed")
_LOOKALIKE_DIGITS = frozenset("015826")
_PASSED_OVER = frozenset({"stray_character", "suffix_unread", "suffix_torn"})
_OF_PARTS = frozenset({"suffix_unread", "part_missing", "part_changed", "directional_moved", "directional_changed"})


class DeliveryLine(NamedTuple):
    """The delivery line's readings, and what stands on the lines around it."""

    readings: tuple[DeliveryParts, ...]
    units: tuple[Secondary, ...] = ()
    firms: tuple[str, ...] = ()
    urbanization: str = ""
    confidence: float = 1.0
    around: Surroundings = ALONE
    plus4: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """What a corrected search found, the street it took (None where it took none), and the nearest one's cost."""

    finding: Finding
    near: Near | None = None
    cost: float = inf


def better(first: Finding, second: Finding) -> Finding:
    """The finding that says more; the first at a draw."""
    return second if _ORDER.index(second.verdict) < _ORDER.index(first.verdict) else first


class Search:
    """Searches one directory; one object a match, as it writes that match's trace."""

    def __init__(self, gazetteer: Gazetteer, settings: MatchSettings, trace: Trace) -> None:
        self.gazetteer = gazetteer
        directory = self._directory = gazetteer.directory
        self._settings = settings
        self._trace = trace
        self.streets = Streets(gazetteer)
        self._chooser = Chooser(settings, trace)
        self._boxes = BoxSearch(directory, self._chooser)

    def quiet(self) -> Search:
        """The same search with a trace of its own, for trials."""
        return Search(self.gazetteer, self._settings, Trace())

    def find(self, zip5: str, line: DeliveryLine) -> Finding:
        """The best finding of the line's readings in one ZIP Code, nothing corrected but spellings of the same name."""
        best = Finding(Verdict.NO_STREET)
        found: list[Finding] = []
        for parts in line.readings:
            if found and self._is_nothing(zip5, parts):
                continue
            finding = self._one(zip5, line, parts)
            if finding.verdict is Verdict.FOUND and self._letter_is_a_digit(parts, finding.choices[0]):
                return Finding(Verdict.INSUFFICIENT)
            # A record without an add-on gives no code, but is an address all the same, and a rival of the others.
            if finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE, Verdict.NO_ADDON):
                found.append(finding if finding.parts else _with_parts(finding, parts))
            if not parts.tentative:
                best = better(best, finding)
        if found:
            return self._weighed(found, line)
        return self._in_building(zip5, line) if best.verdict is Verdict.NO_STREET else best

    def only_first(self, zip5: str, line: DeliveryLine) -> bool:
        """Whether `find`, having found the line's first reading, finds nothing under the others; False if not sure."""
        return all([self._is_nothing(zip5, parts) for parts in line.readings[1:]])

    def _is_nothing(self, zip5: str, parts: DeliveryParts) -> bool:
        """Whether a tentative reading (12 N OAK AVE as 12N OAK AVE) is surely the address of no street."""
        if not parts.tentative or parts.kind is not AddressKind.STREET:
            return False
        return not any([self.streets.may_be_named(zip5, words) for words, _, _ in unit_divisions(parts.words)])

    def as_printed(
        self, zip5: str, words: tuple[str, ...], asked: Asked, line: DeliveryLine, parts: DeliveryParts
    ) -> Finding | None:
        """What `find` finds for a whole number and street words that are exactly a street which holds it; else None."""
        streets = self.streets.as_printed(zip5, words, asked.number)
        finding = self._among(streets, asked, line) if streets else None
        if finding is None or finding.verdict is not Verdict.FOUND:
            return None
        return _with_parts(finding, _known(parts, asked, ""))

    def _in_building(self, zip5: str, line: DeliveryLine) -> Finding:
        """A building's name in the street's place; the plainest reading only."""
        buildings = BuildingSearch(self.gazetteer, self._chooser, self._trace)
        return buildings.find(zip5, line.readings[0], line.units, line.firms, line.around)

    def exact_in(self, zips: Sequence[str], line: DeliveryLine) -> list[Finding]:
        """The full matches, nothing corrected or defaulted, in these ZIP Codes."""
        return [f for zip5 in zips if (f := self.find(zip5, line)).exact]

    def _letter_is_a_digit(self, parts: DeliveryParts, choice: Choice) -> bool:
        """Whether a number ends in a letter that no range of its own holds and that house numbers seldom have (37K)."""
        if parts.number.isdecimal():
            return False
        odd = (_SELDOM if parts.kind in _LETTERED_KINDS else _LETTERED).match(parts.number)
        if odd is None and parts.words[:1] and parts.words[0] in DIRECTIONALS:
            odd = _GLUED_DIRECTIONAL.match(parts.number)  # 13N S BEACH LN: one directional too many
        if odd is None or not plain(choice.record.primary_low).isdigit():
            return False
        if choice.secondary is not None and choice.secondary.number[1:].endswith(parts.number[-1]):
            return False  # the letter belongs to the unit, and the building has that unit
        self._trace.say("letter_doubtful", f"{parts.number} is in range by its digits only; its letter may be one more")
        return True

    def _weighed(self, found: list[Finding], line: DeliveryLine) -> Finding:
        """Several readings the directory holds: the printed one when read with certainty, else a tie."""
        if len(found) == 1:
            return found[0]
        codes = {c.code for f in found for c in f.choices}
        printed = [f for f in found if f.parts is not None and not f.parts.repaired]
        certain = len({c.code for f in printed for c in f.choices}) == 1
        alike = any(_LOOKALIKE_ENDING.match(f.parts.number) for f in printed if f.parts is not None)
        if len(codes) == 1 or (certain and not alike and line.confidence >= self._settings.sure_confidence):
            return printed[0] if printed else found[0]
        self._trace.say("competing_readings", "look-alike characters allow more than one number of the directory")
        return Finding(Verdict.MULTIPLE, tuple(c for f in found for c in f.choices))

    def _one(self, zip5: str, line: DeliveryLine, parts: DeliveryParts) -> Finding:
        if parts.kind is not AddressKind.STREET:
            return self._boxes.find(zip5, parts, line.firms)
        best = Finding(Verdict.NO_STREET)
        if not parts.number:
            return best  # a building's name
        for words, units, mailbox in unit_divisions(parts.words):
            asked = Asked(
                parts.number,
                (*parts.secondaries, *units, *line.units),
                line.firms,
                around=line.around,
                apart=parts.tentative,
                typed=line.confidence >= _TYPED,
                repaired=parts.repaired,
            )
            finding = self._street(zip5, words, asked, line)
            if units and any(unit.number.isalpha() and not unit.designator for unit in units):
                finding = self._left_over(finding, words)
            if _joined(parts) or parts.repaired or parts.glued or any([unit.glued for unit in line.units]):
                finding = self._unit_kept(finding, asked, _run_together(parts))
            if finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE):
                return _with_parts(finding, _known(parts, asked, mailbox))
            best = better(best, finding)
        return best

    def _unit_kept(self, finding: Finding, asked: Asked, run_together: bool) -> Finding:
        """No default where the line is damaged and its unit, which is in no range, may be so as well."""
        plain_unit = asked.typed and not run_together and all(map(_is_plain_unit, asked.secondaries))
        if plain_unit or not _unit_missed(finding, asked):
            return finding
        self._trace.say("unit_doubtful", "a damaged line and a unit in no range: two corrections at once")
        return Finding(Verdict.INSUFFICIENT)

    def _stray_is_no_unit(self, finding: Finding, words: tuple[str, ...], stray: bool) -> Finding:
        """No default where a character was passed over as a stray: it may be the unit (COLVMBIA AVE C).

        Nor any number where it stands behind the number and may be one more digit (1 I TOWER RD).
        """
        choice = finding.choice
        if choice is None or choice.secondary is not None:
            return finding
        if not (stray and words[0] in REPAIRABLE) and not {"H", "S"} & set(choice.notes):
            return finding
        self._trace.say("unit_doubtful", "the character passed over may be the unit")
        return Finding(Verdict.INSUFFICIENT)

    def _left_over(self, finding: Finding, words: tuple[str, ...]) -> Finding:
        """A letter left over behind the street: a unit where a highrise holds it, or behind the one street of a name.

        Anywhere else it may be what is left of a directional or of the name (46 HILL ST H, 44 AVENUE E A).
        """
        choice = finding.choice
        if choice is None or choice.secondary is not None:
            return finding
        record = choice.record
        keys = {street_key(r) for r in self._directory.records(record.zip5, record.street_name)}
        if choice.exact and suffix_of(words[-1]) and len(keys) == 1:
            return finding
        self._trace.say("letter_left_over", "a letter stands behind the street that is no unit of the building")
        return Finding(Verdict.INSUFFICIENT)

    def _street(self, zip5: str, words: tuple[str, ...], asked: Asked, line: DeliveryLine) -> Finding:
        candidates = self.streets.candidates(zip5, words, asked.number)
        for other in candidates:
            if other.likeness is not Likeness.EXACT:
                held = holding(other.records, asked.number)
                rule, said = _DIFFERS if held else _OUT_OF_RANGE
                self._trace.consider(held[:1] or other.records[:1], rule, said)
        exact = [c for c in candidates if c.likeness is Likeness.EXACT]
        direct = [c for c in exact if not c.alias]
        finding = self._among(direct, asked, line) if direct else Finding(Verdict.NO_STREET)
        if finding.verdict in (Verdict.NO_STREET, Verdict.OUT_OF_RANGE):
            finding = better(finding, self._among([c for c in exact if c.alias], asked, line))
        return finding

    # --- streets whose name is right --------------------------------------------------------------------------------

    def _holding(self, candidate: Candidate, number: str, line: DeliveryLine) -> list[DirectoryRecord]:
        held = holding(candidate.records, number)
        if line.urbanization or any([r.urbanization_key for r in held]):
            return in_urbanization(held, line.urbanization, line.firms, self._urbanization)
        return held

    def _urbanization(self, record: DirectoryRecord) -> str:
        key = record.urbanization_key
        detail = self._directory.city_by_key(key) if key else None
        name = normal(detail.name) if detail else ""
        return name.removeprefix("URB ")

    def _among(self, candidates: Sequence[Candidate], asked: Asked, line: DeliveryLine) -> Finding:
        """The records of these streets that hold the number; two streets with two codes are a tie."""
        if not candidates:
            return Finding(Verdict.NO_STREET)
        findings: list[Finding] = []
        for candidate in candidates:
            notes = asked.notes + (("M",) if candidate.alias else ())
            self._trace.consider(candidate.records, "number_out_of_range", "its range does not hold the number")
            for form in self._number_forms(candidate, asked, line):
                held = self._holding(candidate, form.number, line)
                if held:
                    if self._building_at_base(candidate, form.number, held, line):
                        findings.append(Finding(Verdict.INSUFFICIENT))
                    else:
                        findings.append(
                            self._chooser.choose(held, form if notes == form.notes else form._replace(notes=notes))
                        )
                    break
        if not findings:
            name = " ".join(part for part in candidates[0].key if part)
            self._trace.say("number_out_of_range", f"no record of {name} holds {asked.number}")
            return Finding(Verdict.OUT_OF_RANGE)
        if len(findings) == 1:
            return findings[0]
        chosen = [f for f in findings if f.verdict is Verdict.FOUND]
        if len(chosen) == len(findings) and len({f.choices[0].code for f in chosen}) == 1:
            return chosen[0]
        self._trace.say("multiple_responses", f"{len(findings)} streets hold the number")
        fitting = [c.record for f in findings for c in f.choices]
        self._trace.consider(fitting, "multiple_responses", "fits as well as the others")
        if not all(f.choices for f in findings):
            return Finding(Verdict.MULTIPLE)  # one street gives no code: nothing can be common to all
        return Finding(Verdict.MULTIPLE, tuple(c for f in findings for c in f.choices))

    def _building_at_base(
        self, candidate: Candidate, number: str, held: Sequence[DirectoryRecord], line: DeliveryLine
    ) -> bool:
        """Whether 530A is in range by its number only, while 530 itself is a building (*ours*: then it is in doubt)."""
        lettered = None if number.isdecimal() else _LETTERED.match(number)
        if lettered is None or any(r.record_type is RecordType.HIGHRISE for r in held):
            return False
        base = self._holding(candidate, lettered[1], line)
        firms = [r for r in base if r.record_type is RecordType.FIRM]
        building = any(r.record_type is RecordType.HIGHRISE for r in base) or firm_nearly(firms, line.firms)
        if building:
            self._trace.say("building_without_letter", f"{lettered[1]} is a building, {number} only lies in a range")
        return building

    def _number_forms(self, candidate: Candidate, asked: Asked, line: DeliveryLine) -> Iterator[Asked]:
        """The number in every form the file may have it in, the printed one among them."""
        return number_forms(
            asked, candidate.records, lambda number: self._holding(candidate, number, line), self._chooser.holds_unit
        )

    # --- a damaged street -------------------------------------------------------------------------------------------

    def mend(self, area: Area, line: DeliveryLine) -> Mended:
        """The one street of the area that the line, its parts or name damaged, can only mean.

        Two corrections of different kinds at once are none: nothing where the number was parted from a word run into
        it, or a unit is in no range; no misspelled name behind a number read from look-alike letters.
        """
        found: list[Mended] = []
        best = Mended(Finding(Verdict.NO_STREET))
        lowest = inf
        apart = [p for p in line.readings if p.kind is AddressKind.STREET and p.number and _joined(p)]
        for parts in line.readings:
            own = _LETTERED.match(parts.number) is not None
            if parts.kind is not AddressKind.STREET or not parts.number or (_joined(parts) and not own):
                continue
            if _joined(parts) and not self._has_own_number(area, line, parts):
                continue
            mended = self._mended(area, line, parts, own_number=_joined(parts))
            lowest = min(lowest, mended.cost)
            if mended.finding.verdict is Verdict.FOUND:
                if self._letter_is_a_digit(parts, mended.finding.choices[0]):
                    return Mended(Finding(Verdict.INSUFFICIENT))
                rivals = [p for p in apart if p is not parts] if _joined(parts) or parts.repaired else []
                if self._else_apart(area, line, mended, rivals):
                    return Mended(Finding(Verdict.MULTIPLE))
                found.append(mended)
            if better(best.finding, mended.finding) is not best.finding:
                best = mended
        if not found:
            return replace(best, cost=lowest)
        weighed = self._weighed([m.finding for m in found], line)
        return Mended(weighed, next((m.near for m in found if m.finding is weighed), None), lowest)

    def _has_own_number(self, area: Area, line: DeliveryLine, parts: DeliveryParts) -> bool:
        """Whether a number with a letter, parted or joined, is one of a street's own: 115E TNNERY ROW."""
        return self.quiet()._mended(area, line, parts, own_number=True).finding.verdict is Verdict.FOUND

    def _else_apart(self, area: Area, line: DeliveryLine, mended: Mended, rivals: Sequence[DeliveryParts]) -> bool:
        """Whether the number, parted from what ran into it (115, E TNNERY ROW), is another address as well."""
        own = mended.finding.choices[0].code
        there = (self.quiet()._mended(area, line, parts).finding for parts in rivals)
        return any(c.code != own for f in there for c in f.choices)

    def _mended(self, area: Area, line: DeliveryLine, parts: DeliveryParts, own_number: bool = False) -> Mended:
        """`own_number`: the number counts only in a range of its own kind, as 115E does in 115A-115F."""
        best = Mended(Finding(Verdict.NO_STREET))
        nearest = inf
        for words, units, mailbox in unit_divisions(parts.words):
            bare = any(not unit.designator for unit in units)
            if bare and not all(unit.number[-1:].isdecimal() or unit.number[:1].isdecimal() for unit in units):
                continue  # what is left over of a damaged street is no unit
            asked = Asked(
                parts.number,
                (*parts.secondaries, *units, *line.units),
                line.firms,
                around=line.around,
                apart=parts.tentative,
                typed=line.confidence >= _TYPED,
                repaired=parts.repaired,
            )
            holder = self._holder(asked, line, own_number)
            outcome = Correction(self.gazetteer, self.streets).find(area, words, asked.number, holder, line.plus4)
            nearest = min(nearest, outcome.cost)
            mended = self._of_outcome(outcome, asked, line)
            reread = mended.near is not None and mended.near.by_name and parts.repaired
            if reread and not self._repaired_surely(parts.number, mended, line):
                mended = Mended(Finding(Verdict.NO_STREET))
            finding = mended.finding
            if mended.near is None or not _OMITTED.issuperset(mended.near.slips):
                finding = self._unit_kept(finding, asked, _run_together(parts))
            if mended.near is not None and not _PASSED_OVER.isdisjoint(mended.near.slips):
                stray = "stray_character" in mended.near.slips
                finding = Finding(Verdict.INSUFFICIENT) if bare else self._stray_is_no_unit(finding, words, stray)
            if bare and (finding.choice is None or finding.choice.secondary is None):
                continue  # nor is a number, unless the building has a unit of this number
            if finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE):
                return Mended(_with_parts(finding, _known(parts, asked, mailbox)), mended.near, nearest)
            if better(best.finding, finding) is not best.finding:
                best = Mended(finding)
        return replace(best, cost=nearest)

    def _repaired_surely(self, number: str, mended: Mended, line: DeliveryLine) -> bool:
        """Whether a number read from look-alikes stands before a name with one plain slip (I437 SE UN1ON SQ).

        Only on a typed line, and where the number without the look-alike, which may be a stray mark, is not the
        street's as well.
        """
        near = mended.near
        if near is None or line.confidence < _TYPED or near.grade != PLAIN or near.cost > ONE_SLIP:
            return False
        less = (number[:at] + number[at + 1 :] for at, digit in enumerate(number) if digit in _LOOKALIKE_DIGITS)
        return set(near.slips) == {"misspelled"} and not any(holding(near.candidate.records, n) for n in less if n)

    def _holder(self, asked: Asked, line: DeliveryLine, own_number: bool = False) -> Callable[[Candidate], bool]:
        def holding(candidate: Candidate) -> bool:
            forms = self._number_forms(candidate, asked, line)
            held = (self._holding(candidate, form.number, line) for form in forms)
            return any(has_own(records) if own_number else records for records in held)

        return holding

    def _of_outcome(self, outcome: Corrected, asked: Asked, line: DeliveryLine) -> Mended:
        if outcome.rule:
            self._trace.say(outcome.rule, outcome.said)
        candidates = [near.candidate for near in outcome.near]
        if outcome.outcome in (Outcome.TAKEN, Outcome.TIED) and any(
            c.likeness is not Likeness.EXACT for c in candidates
        ):
            several = barred(candidates, self._holder(asked, line), self._settings, self._trace)
            if several is not None:
                return Mended(several)
        if outcome.outcome is Outcome.TAKEN:
            near = outcome.near[0]
            notes = (*asked.notes, *(("M",) if near.by_name else ()), *(("L",) if set(near.slips) & _OF_PARTS else ()))
            certain = set(near.slips) <= {"part_missing"}
            told = asked._replace(notes=notes, exact=False, sure_only=asked.sure_only or not certain)
            return Mended(self._among(candidates, told, line), near)
        if outcome.outcome is Outcome.TIED:
            tied = (
                self._among(candidates, asked._replace(exact=False), line) if candidates else Finding(Verdict.MULTIPLE)
            )
            return Mended(tied if tied.verdict is Verdict.MULTIPLE else Finding(Verdict.MULTIPLE))
        out = outcome.outcome is Outcome.OUT_OF_RANGE
        return Mended(Finding(Verdict.OUT_OF_RANGE if out else Verdict.NO_STREET))


def _joined(parts: DeliveryParts) -> bool:
    """Whether the number was parted from what ran into it."""
    return parts.split or (not parts.number.isdecimal() and _GLUED_DIRECTIONAL.match(parts.number) is not None)


def _with_parts(finding: Finding, parts: DeliveryParts) -> Finding:
    return Finding(finding.verdict, finding.choices, parts, finding.notes)


def _known(parts: DeliveryParts, asked: Asked, mailbox: str) -> DeliveryParts:
    """The parts with the units and the private mailbox as they were asked for."""
    if not mailbox and parts.secondaries == asked.secondaries:
        return parts
    return replace(parts, secondaries=asked.secondaries, private_mailbox=mailbox or parts.private_mailbox)


def _is_plain_unit(unit: Secondary) -> bool:
    """APT 107: a designator in full and a whole number, nothing run together or misread."""
    named = unit.designator in DESIGNATORS and unit.designator not in WITHOUT_RANGE
    return named and unit.number.isdecimal() and not unit.glued and not unit.damaged


def _run_together(parts: DeliveryParts) -> bool:
    """Whether the number or a unit was parted from what ran into it."""
    return _joined(parts) or parts.glued


def _unit_missed(finding: Finding, asked: Asked) -> bool:
    """Whether a unit is printed and the record chosen does not hold it, though the number is a building."""
    choice = finding.choice
    if choice is None or choice.secondary is not None or not asked.secondaries:
        return False
    return choice.record.record_type is RecordType.HIGHRISE or "S" in choice.notes
