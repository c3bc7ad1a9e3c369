"""Which record at an address: firm, highrise, street, by ordered named rules (AMS; CASS letter; Publication 28 C2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.matching.addon import addon_for
from mlocr.matching.delivery_point import DeliveryPointRequest, delivery_point
from mlocr.matching.designators import COARSE
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.firms import firm_matches, firm_nearly
from mlocr.matching.loose import ALONE, Surroundings
from mlocr.matching.parsed import Secondary
from mlocr.matching.settings import MatchSettings
from mlocr.matching.trace import Trace
from mlocr.matching.units import misread_away, nearly_held, ranged, readings_of_damaged, records_of_unit, slip_away

_NO_UNIT = Secondary("", "")
_STREET_RECORD = ("street_record", "the street record holds the number")


class Asked(NamedTuple):
    """What is known of the address at one primary number.

    `apart`: its digits or letter were printed apart. `typed`: its characters are certain, not read from an image.
    `repaired`: its digits were read from look-alike letters.
    """

    number: str
    secondaries: tuple[Secondary, ...]
    firms: tuple[str, ...]
    notes: tuple[str, ...] = ()
    exact: bool = True
    sure_only: bool = False
    around: Surroundings = ALONE
    apart: bool = False
    typed: bool = True
    repaired: bool = False


class _Held(NamedTuple):
    """The records at one primary number by their type; boxes and general delivery have their own ways."""

    firms: list[DirectoryRecord]
    highrises: list[DirectoryRecord]
    streets: list[DirectoryRecord]
    routes: list[DirectoryRecord]

    @staticmethod
    def of(records: Sequence[DirectoryRecord]) -> _Held:
        """The records parted. Not by a dictionary, for speed: hashing an enumeration member costs more than this."""
        held = _Held([], [], [], [])
        for record in records:
            kind = record.record_type
            if kind is RecordType.STREET:
                held.streets.append(record)
            elif kind is RecordType.HIGHRISE:
                held.highrises.append(record)
            elif kind is RecordType.FIRM:
                held.firms.append(record)
            elif kind is RecordType.RURAL_HIGHWAY:
                held.routes.append(record)
        return held


class Chooser:
    """Picks the record among those that hold the primary number."""

    def __init__(self, settings: MatchSettings, trace: Trace) -> None:
        self._settings = settings
        self._trace = trace

    def choose(self, records: Sequence[DirectoryRecord], asked: Asked) -> Finding:
        """One record, several that tie, or none, with the rule's line in the trace."""
        self._trace.consider(records, "record_type", "a record of another type comes first at this number")
        if len(records) == 1 and records[0].record_type is RecordType.STREET:
            return self._street_alone(records[0], asked)  # the plain case by itself, for speed
        held = _Held.of(records)
        for rule in (self._firm, self._highrise, self._street):
            found = rule(held, asked)
            if found is not None:
                return found
        self._trace.say("firm_only", "only firm records hold this number and no printed line names one of them")
        return Finding(Verdict.INSUFFICIENT)

    def choose_plain(self, records: Sequence[DirectoryRecord], asked: Asked) -> Finding:
        """One record among boxes, routes or units, where no highrise rule applies."""
        self._trace.say("box_record", "the record holds the box, route or unit")
        return self._one_of(records, asked, None, ())

    def choose_box(self, records: Sequence[DirectoryRecord], asked: Asked) -> Finding:
        """A firm's own PO box record where a printed line names the firm, else the box record."""
        boxes = [r for r in records if r.record_type is RecordType.PO_BOX]
        found = self._firm(_Held.of(records), asked)
        if found is not None:
            return found
        if boxes:
            return self.choose_plain(boxes, asked)
        self._trace.say("firm_only", "only a firm's record holds this box and no printed line names the firm")
        return Finding(Verdict.INSUFFICIENT)

    def holds_unit(self, records: Sequence[DirectoryRecord], unit: Secondary) -> bool:
        """Whether a highrise record among these holds exactly this unit."""
        held = [r for r in records if r.record_type is RecordType.HIGHRISE and ranged(r)]
        return bool(held) and records_of_unit(held, unit) is not None

    # --- the rules ------------------------------------------------------------------------------------------------

    def _firm(self, by_type: _Held, asked: Asked) -> Finding | None:
        """A firm record only when a printed line names it and its unit does not contradict (AMS footnote G)."""
        held = by_type.firms
        if not held:
            return None
        named = firm_matches(held, asked.firms) if asked.firms else []
        fitting = [r for r in named if not ranged(r) or not asked.secondaries or self._unit_of(r, asked) is not None]
        if not fitting and not named and firm_nearly(held, asked.firms):
            self._trace.say("firm_doubtful", "a printed line is nearly the name of a firm with its own record")
            return Finding(Verdict.INSUFFICIENT)
        if not fitting:
            self._trace.consider(held, "firm_record", "no printed line names this firm")
            return None
        self._trace.say("firm_record", f"a printed line names {fitting[0].building_or_firm}")
        return self._one_of(fitting, asked, None, ("G",))

    def _highrise(self, by_type: _Held, asked: Asked) -> Finding | None:
        held = by_type.highrises
        if not held:
            return None
        why = "its units do not hold the printed one" if asked.secondaries else "no unit is printed"
        self._trace.consider(held, "highrise_exact", why)
        default = [r for r in held if not ranged(r) and not r.secondary_designator]
        exact = self._exact_unit(held, asked) or self._doubtful_unit(held, asked)
        if exact is not None:
            return exact
        missing = not asked.secondaries
        letter = "H" if missing else "S"
        if default:
            what = "no unit is printed" if missing else "the printed unit is in no range"
            self._trace.say("highrise_default", f"{what}: the highrise default record (CASS letter rule 7)")
            return self._one_of(default, asked, None, (letter,), certain=missing)
        if len(held) == 1:
            self._trace.say("single_highrise", "the only highrise record serves as the default (CASS letter)")
            return self._one_of(held, asked, None, (letter,), certain=missing)
        self._trace.say("no_default", "several highrise records and no default: the street record, if there is one")
        return None

    def _street(self, by_type: _Held, asked: Asked) -> Finding | None:
        held = by_type.streets + by_type.routes
        if not held:
            return None
        notes: tuple[str, ...] = ()
        certain = True
        if by_type.highrises:
            notes = ("S",) if asked.secondaries else ("H",)
            certain = not asked.secondaries
        self._trace.say(*_STREET_RECORD)
        return self._one_of(held, asked, None, notes, certain=certain)

    def _street_alone(self, record: DirectoryRecord, asked: Asked) -> Finding:
        """The only record at the number, of no building."""
        self._trace.say(*_STREET_RECORD)
        return self._taken(self._choice(record, asked, None, (), True))

    # --- units ----------------------------------------------------------------------------------------------------

    def _exact_unit(self, held: Sequence[DirectoryRecord], asked: Asked) -> Finding | None:
        named = [r for r in held if ranged(r) or r.secondary_designator]
        # The finest unit first: the apartment before the building it is in.
        units = sorted(asked.secondaries, key=lambda s: s.designator in COARSE)
        for unit in units:
            if unit.damaged:
                return self._damaged_unit(named, asked, unit)
            found = records_of_unit(named, unit)
            if found:
                records, used, changed = found
                name = " ".join(part for part in (used.designator, used.number) if part)
                self._trace.say("highrise_exact", f"unit {name} is in the record's range")
                finding = self._one_of(records, asked, used, ("L",) if changed else ())
                if finding.verdict is not Verdict.FOUND and len(units) > 1:
                    continue
                # Only the building or floor: the finer unit may be the line that could not be read.
                return None if used.designator in COARSE and asked.around.unexplained(held) else finding
        return None

    def _damaged_unit(self, named: Sequence[DirectoryRecord], asked: Asked, unit: Secondary) -> Finding:
        """A damaged or split unit: the one unit of the building it can be, or doubt (*ours*)."""
        asked = asked._replace(exact=False, sure_only=True)
        found = [self._one_of(records, asked, used, ("L",)) for records, used, _ in readings_of_damaged(named, unit)]
        codes = {choice.code for finding in found for choice in finding.choices}
        if len(codes) == 1 and found[0].verdict is Verdict.FOUND and not asked.around.unexplained(named):
            self._trace.say("unit_repaired", "the printed unit is damaged and can be only one of the building's")
            return found[0]
        self._trace.say("unit_doubtful", "the printed unit is damaged and the building does not settle it")
        if len(codes) > 1:
            return Finding(Verdict.MULTIPLE, tuple(choice for finding in found for choice in finding.choices))
        return Finding(Verdict.INSUFFICIENT)

    def _doubtful_unit(self, held: Sequence[DirectoryRecord], asked: Asked) -> Finding | None:
        """No answer where a unit was printed but cannot be trusted; None where there is none, or a plain miss."""
        if asked.around.unexplained(held):
            self._trace.say("unit_unread", "a line beside the street may be a unit that could not be read")
            return Finding(Verdict.INSUFFICIENT)
        if nearly_held(held, asked.secondaries):
            self._trace.say("unit_doubtful", "the printed unit is in no range, but a slip away from one that is")
            return Finding(Verdict.INSUFFICIENT)
        sound = asked.exact and not asked.repaired
        if not (asked.typed and sound) and slip_away(held, asked.secondaries):
            why = "on a damaged line" if asked.typed else "not read with certainty"
            self._trace.say("unit_doubtful", f"the unit, {why}, is one digit away from a range")
            return Finding(Verdict.INSUFFICIENT)
        if not asked.typed and misread_away(held, asked.secondaries):
            self._trace.say("unit_doubtful", "the unit, read from an image, is one character away from a range")
            return Finding(Verdict.INSUFFICIENT)
        return None

    def _unit_of(self, record: DirectoryRecord, asked: Asked) -> Secondary | None:
        for unit in asked.secondaries:
            if readings_of_damaged([record], unit) if unit.damaged else records_of_unit([record], unit):
                return unit
        return None

    # --- the choice -----------------------------------------------------------------------------------------------

    def _one_of(
        self,
        records: Sequence[DirectoryRecord],
        asked: Asked,
        unit: Secondary | None,
        notes: tuple[str, ...],
        certain: bool = True,
    ) -> Finding:
        """One choice where all the records give one code; the base record before its alternates; else a tie."""
        choices = [self._choice(r, asked, unit, notes, certain) for r in records]
        if len(choices) == 1:
            return self._taken(choices[0])
        codes = {c.code for c in choices}
        if len(codes) > 1:
            base = [c for c in choices if c.record.base_alternate != "A"]
            if base and len({c.code for c in base}) == 1:
                self._trace.consider(records, "base_record", "an alternate of the base record")
                self._trace.say("base_record", "the base record before its alternates")
                choices, codes = base, {base[0].code}
        if len(codes) > 1:
            self._trace.say("multiple_responses", f"{len(codes)} records fit equally")
            self._trace.consider([c.record for c in choices], "multiple_responses", "fits as well as the others")
            return Finding(Verdict.MULTIPLE, tuple(choices))
        best = next((c for c in choices if c.record.base_alternate != "A"), choices[0])
        if len(choices) > 1:
            self._trace.consider(records, "same_code", "gives the same code as the chosen record")
        return self._taken(best)

    def _taken(self, best: Choice) -> Finding:
        self._trace.take(best.record)
        if not best.addon:
            self._trace.say("no_addon", "the record carries no usable add-on")
            return Finding(Verdict.NO_ADDON, (best,))
        return Finding(Verdict.FOUND, (best,))

    def _choice(
        self, record: DirectoryRecord, asked: Asked, unit: Secondary | None, notes: tuple[str, ...], certain: bool
    ) -> Choice:
        printed = unit or (asked.secondaries[-1] if asked.secondaries else _NO_UNIT)
        point = delivery_point(
            DeliveryPointRequest(
                record_type=record.record_type,
                primary=asked.number,
                secondary=printed.number,
                secondary_low=record.secondary_low,
                secondary_high=record.secondary_high,
                designator=record.secondary_designator,
                unpublished_dpc="none" if self._settings.unpublished_dpc == "none" else "rightmost_number",
                secondary_parity=record.secondary_parity,
            )
        )
        return Choice(
            record=record,
            addon=addon_for(record, asked.number),
            delivery_point=point.dpc,
            rule=point.rule,
            secondary=unit,
            notes=(*asked.notes, *notes),
            exact=asked.exact and certain,
            sure_only=asked.sure_only or not certain,
            number=asked.number,
        )
