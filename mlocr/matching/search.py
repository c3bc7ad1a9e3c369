"""One delivery line in one ZIP Code: exact streets first, then parts missing or wrong, then misspelled names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from mlocr.mail.address import AddressKind, DirectoryRecord, RecordType
from mlocr.matching.boxes import BoxSearch
from mlocr.matching.choose import Asked, Chooser
from mlocr.matching.component_rules import barred
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.fuzzy import clear_neighbour, neighbours
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.names import divisions as name_divisions
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.ranges import plain
from mlocr.matching.settings import MatchSettings
from mlocr.matching.streets import Candidate, Likeness, Streets, holds, street_key
from mlocr.matching.suffixes import COMMON_SUFFIXES, SUFFIX_NAMES, SUFFIXES, suffix_of
from mlocr.matching.text import fold, normal
from mlocr.matching.trace import Trace
from mlocr.matching.words import DIRECTIONAL_NAMES

_GLUED_UNIT = re.compile(r"^(\d+)-?([A-Z]\d*|(?<=-)\d+[A-Z]?)$")
_LETTERED = re.compile(r"^(\d+)[A-Z]{1,2}$")
# House numbers seldom have letters behind F (N, S, E and W are directionals); A, B, D and S may be 4, 8, 0 and 5.
_LOOKALIKE_ENDING = re.compile(r"^\d+[ABDS]$")
_GLUED_DIRECTIONAL = re.compile(r"^\d+[NSEW]{1,2}$")
_SELDOM = re.compile(r"^\d+[G-MO-RTUVX-Z]$")
_LETTERED_KINDS = frozenset({AddressKind.STREET, AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT})
_ORDER = tuple(Verdict)
_MOST_SISTERS = 40


class Level(IntEnum):
    """How far a search may go from what is printed."""

    EXACT = 0
    PARTS = 1
    FUZZY = 2


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """The delivery line's readings, and what stands on the lines around it; `loose` are those nothing explains."""

    readings: tuple[DeliveryParts, ...]
    units: tuple[Secondary, ...] = ()
    firms: tuple[str, ...] = ()
    urbanization: str = ""
    confidence: float = 1.0
    loose: tuple[str, ...] = ()


def better(first: Finding, second: Finding) -> Finding:
    """The finding that says more; the first at a draw."""
    return second if _ORDER.index(second.verdict) < _ORDER.index(first.verdict) else first


class Search:
    """Searches one directory; one object a match, as it writes that match's trace."""

    def __init__(self, gazetteer: Gazetteer, settings: MatchSettings, trace: Trace) -> None:
        self._gazetteer = gazetteer
        directory = self._directory = gazetteer.directory
        self._settings = settings
        self._trace = trace
        self._streets = Streets(gazetteer)
        self._chooser = Chooser(settings, trace)
        self._boxes = BoxSearch(directory, self._chooser)

    def find(self, zip5: str, line: DeliveryLine, level: Level) -> Finding:
        """The best finding of the line's readings in one ZIP Code at one level."""
        best = Finding(Verdict.NO_STREET)
        found: list[Finding] = []
        for parts in line.readings:
            finding = self._one(zip5, line, parts, level)
            if finding.verdict is Verdict.FOUND and self._letter_is_a_digit(parts, finding.choices[0].record):
                return Finding(Verdict.INSUFFICIENT)
            if finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE):
                found.append(finding if finding.parts else replace(finding, parts=parts))
            best = better(best, finding)
        return self._weighed(found, line) if found else best

    def _letter_is_a_digit(self, parts: DeliveryParts, record: DirectoryRecord) -> bool:
        """Whether a number ends in a letter that no range of its own holds and that house numbers seldom have (37K)."""
        pattern = _SELDOM if parts.kind in _LETTERED_KINDS else _LETTERED
        if not pattern.match(parts.number) or not plain(record.primary_low).isdigit():
            return False
        self._trace.say("letter_doubtful", f"{parts.number} is in range by its digits only; its letter may be one more")
        return True

    def _weighed(self, found: list[Finding], line: DeliveryLine) -> Finding:
        """Several readings the directory holds: the printed one when read with certainty, else a tie."""
        codes = {c.code for f in found for c in f.choices}
        printed = [f for f in found if f.parts is not None and not f.parts.repaired]
        certain = len({c.code for f in printed for c in f.choices}) == 1
        alike = any(_LOOKALIKE_ENDING.match(f.parts.number) for f in printed if f.parts is not None)
        if len(codes) == 1 or (certain and not alike and line.confidence >= self._settings.sure_confidence):
            return printed[0] if printed else found[0]
        if len(found) == 1:
            return found[0]
        self._trace.say("competing_readings", "look-alike characters allow more than one number of the directory")
        return Finding(Verdict.MULTIPLE, tuple(c for f in found for c in f.choices))

    def _one(self, zip5: str, line: DeliveryLine, parts: DeliveryParts, level: Level) -> Finding:
        if parts.kind is not AddressKind.STREET:
            return self._boxes.find(zip5, parts, line.firms) if level is Level.EXACT else Finding(Verdict.NO_STREET)
        best = Finding(Verdict.NO_STREET)
        glued = parts.split or _GLUED_DIRECTIONAL.match(parts.number) is not None
        if level is not Level.EXACT and (glued or (parts.repaired and level is Level.FUZZY)):
            return best  # two corrections at once are none
        for words, units, mailbox in unit_divisions(parts.words):
            if level is not Level.EXACT and any(not unit.designator for unit in units):
                continue  # what is left over of a damaged street is no unit
            asked = Asked(parts.number, (*parts.secondaries, *units, *line.units), line.firms, loose=line.loose)
            finding = self._street(zip5, words, asked, line, level)
            if any(unit.number.isalpha() and not unit.designator for unit in units):
                finding = self._left_over(finding, words)
            slip = glued or parts.repaired or parts.glued or any(unit.glued for unit in line.units)
            if (slip or level is not Level.EXACT) and _unit_missed(finding, asked):
                self._trace.say("unit_doubtful", "a damaged line and a unit in no range: two corrections at once")
                finding = Finding(Verdict.INSUFFICIENT)
            if finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE):
                return replace(finding, parts=replace(parts, secondaries=asked.secondaries, private_mailbox=mailbox))
            best = better(best, finding)
        return best

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

    def _street(self, zip5: str, words: tuple[str, ...], asked: Asked, line: DeliveryLine, level: Level) -> Finding:
        if level is Level.FUZZY:
            return self._fuzzy(zip5, words, asked, line)
        candidates = self._streets.candidates(zip5, words, asked.number)
        for other in candidates:
            if other.likeness is not Likeness.EXACT:
                self._trace.consider(other.records[:1], "part_differs", "its directional or suffix is not as printed")
        exact = [c for c in candidates if c.likeness is Likeness.EXACT]
        if exact or level is Level.EXACT:
            direct = [c for c in exact if not c.alias]
            finding = self._among(direct, asked, line) if direct else Finding(Verdict.NO_STREET)
            if finding.verdict in (Verdict.NO_STREET, Verdict.OUT_OF_RANGE):
                finding = better(finding, self._among([c for c in exact if c.alias], asked, line))
            return finding
        return self._parts(zip5, words, candidates, asked, line)

    # --- streets whose name is right --------------------------------------------------------------------------------

    def _holding(self, candidate: Candidate, number: str, line: DeliveryLine) -> list[DirectoryRecord]:
        held = [r for r in candidate.records if holds(r, number)]
        if line.urbanization and len({r.urbanization_key for r in held}) > 1:
            wanted = fold(line.urbanization)
            named = [r for r in held if fold(self._urbanization(r)) == wanted]
            return named or held
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
                        findings.append(self._chooser.choose(held, replace(form, notes=notes)))
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
        if not all(f.choices for f in findings):
            return Finding(Verdict.MULTIPLE)  # one street gives no code: nothing can be common to all
        return Finding(Verdict.MULTIPLE, tuple(c for f in findings for c in f.choices))

    def _building_at_base(
        self, candidate: Candidate, number: str, held: Sequence[DirectoryRecord], line: DeliveryLine
    ) -> bool:
        """Whether 530A is in range by its number only, while 530 itself is a building (*ours*: then it is in doubt)."""
        lettered = _LETTERED.match(number)
        if lettered is None or any(r.record_type is RecordType.HIGHRISE for r in held):
            return False
        building = any(r.record_type is RecordType.HIGHRISE for r in self._holding(candidate, lettered[1], line))
        if building:
            self._trace.say("building_without_letter", f"{lettered[1]} is a building, {number} only lies in a range")
        return building

    def _number_forms(self, candidate: Candidate, asked: Asked, line: DeliveryLine) -> Iterator[Asked]:
        """The number with a glued unit where a highrise holds that unit; as printed; without its hyphen."""
        glued = _GLUED_UNIT.match(asked.number)
        if glued and not asked.secondaries:
            unit = Secondary("", glued[2])
            held = self._holding(candidate, glued[1], line)
            if self._chooser.holds_unit(held, unit):
                yield replace(asked, number=glued[1], secondaries=(unit,), exact=False, sure_only=True)
        yield asked
        if glued and "-" in asked.number:
            yield replace(asked, number=asked.number.replace("-", ""))

    # --- parts missing or wrong -------------------------------------------------------------------------------------

    def _parts(
        self, zip5: str, words: tuple[str, ...], candidates: list[Candidate], asked: Asked, line: DeliveryLine
    ) -> Finding:
        """Missing suffix or directional: the number may decide. A wrong one: only where no other street is like it."""
        if not candidates:
            return Finding(Verdict.NO_STREET)
        several = barred(candidates, lambda c: bool(self._holding(c, asked.number, line)), self._settings, self._trace)
        if several is not None:
            return several
        asked = replace(asked, notes=(*asked.notes, "L"), exact=False)
        missing = [c for c in candidates if c.likeness is Likeness.MISSING]
        if missing and self._rival(zip5, words, missing[0], asked.number):
            self._trace.say("part_missing", "a street of nearly this name bears the printed parts and holds the number")
            return Finding(Verdict.MULTIPLE)
        if missing:
            self._trace.say("part_missing", "suffix or directional not printed: streets of this name tried by number")
            return self._among(missing, asked, line)
        if len({c.key for c in candidates}) > 1 or self._rival(zip5, words, candidates[0], asked.number):
            held = any(self._holding(c, asked.number, line) for c in candidates)
            self._trace.say("part_wrong", "suffix or directional differs and more than one street is like the printed")
            return Finding(Verdict.MULTIPLE if held else Verdict.OUT_OF_RANGE)
        self._trace.say("part_changed", "suffix or directional differs from the only street of this name (footnote L)")
        return self._among(candidates, replace(asked, sure_only=True), line)

    def _rival(self, zip5: str, words: tuple[str, ...], candidate: Candidate, number: str) -> bool:
        """Whether a street of nearly the same name agrees better with the printed parts and holds the number."""
        name = candidate.key[1]
        for near in neighbours(name, self._gazetteer.streets(zip5)):
            if near.name == name or near.distance > 1.0:
                continue
            for printed in name_divisions(words):
                other = tuple(near.name.split())
                whole = (
                    *printed.predirectional.split(),
                    *other,
                    *printed.suffix.split(),
                    *printed.postdirectional.split(),
                )
                found = self._streets.candidates(zip5, whole, number)
                if any(c.likeness < candidate.likeness and any(holds(r, number) for r in c.records) for c in found):
                    return True
        return False

    # --- misspelled names -------------------------------------------------------------------------------------------

    def _fuzzy(self, zip5: str, words: tuple[str, ...], asked: Asked, line: DeliveryLine) -> Finding:
        names = self._gazetteer.streets(zip5)
        asked = replace(asked, notes=(*asked.notes, "M"), exact=False, sure_only=True)
        found: list[Finding] = []
        for printed_words in dict.fromkeys((words, *(mend(words) for mend in _MENDS))):
            every = list(name_divisions(printed_words))
            # A suffix that can be taken off is not part of a misspelled name.
            for printed in (d for d in every if d.suffix == every[0].suffix):
                name = clear_neighbour(printed.name, names)
                # One slip a street: a mended suffix or an unglued directional leaves the name as printed.
                if not name or (name == printed.name) == (printed_words == words):
                    continue
                near = tuple(name.split())
                whole = (
                    *printed.predirectional.split(),
                    *near,
                    *printed.suffix.split(),
                    *printed.postdirectional.split(),
                )
                candidates = self._streets.candidates(zip5, whole, asked.number)
                fitting = [c for c in candidates if c.likeness is Likeness.EXACT]
                if not fitting and not printed.suffix:
                    fitting = [c for c in candidates if c.likeness is Likeness.MISSING]
                finding = self._among(fitting, asked, line)
                if finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE):
                    self._trace.say("misspelled", f"{printed.name} can only be {name} here")
                    found.append(finding)
        if not found:
            return Finding(Verdict.NO_STREET)
        if len({c.code for f in found for c in f.choices}) == 1:
            return found[0]
        return Finding(Verdict.MULTIPLE, tuple(c for f in found for c in f.choices))

    def resembles(self, zip5: str, line: DeliveryLine) -> bool:
        """Whether some street of the ZIP Code that holds the number is called by, or nearly by, a word of the line."""
        names = self._gazetteer.streets(zip5)
        for parts in line.readings:
            if parts.kind is not AddressKind.STREET:
                continue
            words = [w for w in (*parts.words, " ".join(parts.words)) if len(w) > 1 and w not in SUFFIXES]
            near = {n.name for w in words for n in neighbours(w, names) if n.distance <= 1 + len(w) // 5}
            if any(holds(r, parts.number) for name in sorted(near) for r in self._directory.records(zip5, name)):
                return True
        return False

    def knows_street(self, zip5: str, line: DeliveryLine) -> bool:
        """Whether the line begins with a street of the ZIP Code, suffix and all, that holds the number."""
        for parts in line.readings:
            if parts.kind is AddressKind.STREET and not parts.repaired and not parts.split:
                for end in range(2, len(parts.words)):
                    if suffix_of(parts.words[end - 1]):
                        found = self._streets.candidates(zip5, parts.words[:end], parts.number)
                        exact = (c for c in found if c.likeness is Likeness.EXACT)
                        if any(self._holding(c, parts.number, line) for c in exact):
                            return True
        return False

    def known_elsewhere(self, zips: Sequence[str], line: DeliveryLine) -> bool:
        """Whether a sister ZIP Code has a street of exactly the printed name, so that it is no misspelling."""
        for zip5 in zips[:_MOST_SISTERS]:
            for parts in line.readings:
                if parts.kind is AddressKind.STREET and not parts.repaired:
                    for words, _, _ in unit_divisions(parts.words):
                        found = self._streets.candidates(zip5, words, parts.number)
                        if any(c.likeness < Likeness.CHANGED for c in found):
                            return True
        return False


def _unit_missed(finding: Finding, asked: Asked) -> bool:
    """Whether a unit is printed and the record chosen does not hold it, though the number is a building."""
    choice = finding.choice
    if choice is None or choice.secondary is not None or not asked.secondaries:
        return False
    return choice.record.record_type is RecordType.HIGHRISE or "S" in choice.notes


def _unglued(words: tuple[str, ...]) -> tuple[str, ...]:
    """NEPARK ST as NE PARK ST; unchanged where no directional is glued on."""
    for size in (2, 1):
        head, rest = words[0][:size], words[0][size:]
        if head in DIRECTIONAL_NAMES and len(rest) > 2:
            return (head, rest, *words[1:])
    return words


def _suffix_unglued(words: tuple[str, ...]) -> tuple[str, ...]:
    """CHURCHST as CHURCH ST; unchanged where no common suffix is glued on."""
    for suffix in sorted(COMMON_SUFFIXES, key=len, reverse=True):
        for ending in (SUFFIX_NAMES[suffix], suffix):
            if words[-1].endswith(ending) and len(words[-1]) > len(ending) + 2:
                return (*words[:-1], words[-1][: -len(ending)], suffix)
    return words


def _directional_unglued(words: tuple[str, ...]) -> tuple[str, ...]:
    """MAINE STW as MAINE ST W; unchanged for other words. E and S are left alone: STE and AVES are words."""
    last = words[-1]
    if len(words) < 2 or last in SUFFIXES:
        return words
    for tail in ("NW", "NE", "SW", "SE", "W", "N"):
        if last.endswith(tail) and last[: -len(tail)] in COMMON_SUFFIXES:
            return (*words[:-1], last[: -len(tail)], tail)
    return words


def _suffix_mended(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with a misspelled common suffix at the end put right; unchanged where none is clear."""
    if len(words) < 2 or words[-1] in SUFFIXES or len(words[-1]) < 2:
        return words
    near = [s for s in sorted(COMMON_SUFFIXES) if fold(words[-1]) in (fold(s), fold(SUFFIX_NAMES[s]))]
    if not near and len(words[-1]) > 3:
        names = {SUFFIX_NAMES[s]: s for s in sorted(COMMON_SUFFIXES)}
        close = clear_neighbour(words[-1], sorted(names))
        near = [names[close]] if close else []
    return (*words[:-1], near[0]) if len(near) == 1 else words


_MENDS = (_suffix_mended, _unglued, _suffix_unglued, _directional_unglued)
