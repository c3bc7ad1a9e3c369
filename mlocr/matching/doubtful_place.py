"""Rules for a last line without a ZIP Code, with an unknown one or city, or whose ZIP Code and city contradict.

The address itself must then speak: in one ZIP Code of the printed city, or in the printed one, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlocr.mail.reasons import RejectReason
from mlocr.matching.cities import Place, Standing, alike, slips_of
from mlocr.matching.corrected import Area
from mlocr.matching.decision import Decision, decided, several
from mlocr.matching.finding import Choice, Finding, Verdict
from mlocr.matching.moved_zip import is_small
from mlocr.matching.search import DeliveryLine, Mended, Search
from mlocr.matching.settings import MatchSettings
from mlocr.matching.sisters import Sisters
from mlocr.matching.trace import Trace

_SMALL = 1.0
_NEAR = 2.0
_TYPED = 1.0
_HAS_IT = (Verdict.FOUND, Verdict.MULTIPLE, Verdict.NO_ADDON, Verdict.INSUFFICIENT)


class DoubtfulPlace:
    """Decides over one delivery line in a place that is in doubt."""

    def __init__(self, search: Search, settings: MatchSettings, trace: Trace, place: Place) -> None:
        self._search = search
        self._settings = settings
        self._trace = trace
        self._place = place
        self._sisters = Sisters(search, place)

    def decide(self, line: DeliveryLine) -> Decision:
        """One decision by the place's standing."""
        if self._place.standing is Standing.CITY_ONLY:
            return self._city_only(line)
        if self._place.standing is Standing.ZIP_UNKNOWN:
            return self._zip_unknown(line)
        if self._place.standing is Standing.CITY_UNKNOWN:
            return self._city_unknown(line)
        return self._conflict(line)

    # --- a city without a ZIP Code ----------------------------------------------------------------------------------

    def _city_only(self, line: DeliveryLine) -> Decision:
        """The address in exactly one ZIP Code of the city, as printed; else under a slip."""
        place = self._place
        findings = [self._search.find(zip5, line) for zip5 in self._sisters.with_street(place.zips, line)]
        # A ZIP Code that has the address but gives no code for it (a doubtful unit, no add-on) is a rival as well.
        found = [f for f in findings if f.verdict in _HAS_IT]
        codes = {c.code for f in found for c in f.choices}
        if len(codes) == 1 and all(f.verdict is Verdict.FOUND for f in found):
            self._trace.say("city_search", "the address exists in one ZIP Code of the city")
            return decided(found[0], "")
        if len(found) == 1:
            return decided(found[0], "")
        if found:
            return decided(Finding(Verdict.MULTIPLE, tuple(c for f in found for c in f.choices)), "")
        worst = next((f for f in findings if f.verdict is Verdict.OUT_OF_RANGE), None)
        if worst is not None:
            return decided(worst, "")
        mended = self._mended(place.zips, line)
        if mended.finding.verdict is Verdict.FOUND:
            self._trace.say("city_search", "the address exists in one ZIP Code of the city")
        return decided(mended.finding, "")

    # --- a ZIP Code the directory does not have -----------------------------------------------------------------------

    def _zip_unknown(self, line: DeliveryLine) -> Decision:
        """A good city, an unknown ZIP Code: the address in exactly one ZIP Code of the city corrects it (footnote A).

        A damaged street as well: only where the ZIP Code is one digit or one transposition away from that one.
        """
        allowed = self._settings.correct_zip and self._sure(line)
        found, tied = self._in_nearest(self._place.zips, line)
        if allowed and not tied and len(_codes(found)) == 1 and not self._nearer_zip(found[0], line):
            return self._zip_corrected(found[0], "the directory has no such ZIP Code; the address exists once")
        if allowed and not found and (not tied or self._only_unit_missed(self._place.zips, line)):
            mended = self._slip_away(self._place.zips, line)
            if mended is not None:
                return self._zip_corrected(mended, "the directory has no such ZIP Code; one is a slip away")
        return self._refused("the directory has no such ZIP Code")

    def _nearer_zip(self, found: Finding, line: DeliveryLine) -> bool:
        """Whether a ZIP Code nearer to the printed one has a street that the line may be a slip for."""
        near = [z for z in self._place.zips if alike(z, self._place.printed.zip5)]
        if not near or self._likely(found.choices[0]):
            return False
        return self._mended(near, line).finding.verdict in (Verdict.FOUND, Verdict.MULTIPLE)

    def _zip_corrected(self, finding: Finding, why: str) -> Decision:
        zips = (*self._place.zips, *self._place.sisters)
        if self._sisters.addon_of_another(zips, finding, self._place.printed.plus4):
            return self._refused("the printed +4 is that of another street of the name")
        self._trace.say("zip_corrected", f"{why} in the city (A)")
        self._trace.note("A")
        return decided(finding, "")

    # --- a city the directory does not have ---------------------------------------------------------------------------

    def _city_unknown(self, line: DeliveryLine) -> Decision:
        """A good ZIP Code, an unknown city of the right state: a full match confirms the ZIP Code (footnotes B, V)."""
        found = self._search.exact_in(self._place.zips, line)
        if found and self._settings.correct_city and self._sure(line):
            self._trace.say("city_corrected", "the city is unknown; the address is confirmed in the ZIP Code (B)")
            self._trace.note("B", "V")
            return decided(found[0], "")
        mended = None if found else self._slip_in_zip(line)
        if mended is not None:
            self._trace.say("city_corrected", "the city is unknown; one street of the ZIP Code is a slip away (B)")
            self._trace.note("B", "V")
            return decided(mended, "")
        return self._refused("the directory has no such city")

    def _slip_in_zip(self, line: DeliveryLine) -> Finding | None:
        """The one street of the printed ZIP Code that the line is a small slip for; typed lines only.

        No ZIP Code of the state that the printed one may be a slip for has anything like it.
        """
        printed = self._place.printed
        if not printed.state or line.confidence < _TYPED or not self._settings.correct_city:
            return None
        mended = self._search.quiet().mend(Area((printed.zip5,)), line)
        choice = mended.finding.choice
        if choice is None or mended.near is None or not is_small(mended.near):
            return None
        if printed.plus4 not in ("", choice.addon) or _unit_missed(mended.finding, mended.near.cost):
            return None
        quiet = self._search.quiet()
        near = (z for z in slips_of(printed.zip5) if self._in_state(z))
        if any(quiet.mend(Area((z,)), line).finding.verdict is not Verdict.NO_STREET for z in near):
            return None
        return self._mended(self._place.zips[:1], line).finding

    def _in_state(self, zip5: str) -> bool:
        details = self._search.gazetteer.directory.cities_of_zip(zip5)
        return any(d.state == self._place.printed.state for d in details)

    # --- ZIP Code and city contradict ---------------------------------------------------------------------------------

    def _conflict(self, line: DeliveryLine) -> Decision:
        """ZIP Code and city contradict: a full match in one of them and nothing like it in the other overrules."""
        in_zip = [self._search.find(zip5, line) for zip5 in self._place.zips]
        in_city, tied = self._in_nearest(self._place.sisters, line)
        held = [f for f in in_zip if f.verdict is not Verdict.NO_STREET]
        apart = not any(f.verdict in _HAS_IT for f in in_zip) and self._in_another_state(line)
        if held and (in_city or tied) and not (apart and in_city):
            return several()
        if apart and in_city and not tied and len(_codes(in_city)) == 1 and self._settings.correct_zip:
            return self._zip_corrected(in_city[0], "the printed ZIP Code is another state's; the address exists once")
        if in_city and not tied and self._corrects_zip(line, in_city):
            return self._zip_corrected(in_city[0], "the address is not in the printed ZIP Code, and exists once")
        if not held and not in_city and not tied and self._nothing_like_it(line):
            mended = self._slip_away(self._place.sisters, line)
            if mended is not None:
                return self._zip_corrected(mended, "the address is not in the printed ZIP Code; one is a slip away")
        confirmed = [f for f in held if f.verdict is Verdict.FOUND and f.choices[0].exact]
        if confirmed and self._corrects_city(line, confirmed[0].choices[0]):
            self._trace.say("city_corrected", "the address exists in the printed ZIP Code only, not in the city")
            self._trace.note("B")
            return decided(confirmed[0], "")
        return self._refused("ZIP Code and city contradict each other")

    def _corrects_zip(self, line: DeliveryLine, in_city: list[Finding]) -> bool:
        if len(_codes(in_city)) != 1 or not self._settings.correct_zip or not self._sure(line):
            return False
        if self._likely(in_city[0].choices[0]):
            return True
        # Another city's ZIP Code altogether: nothing in it may look like the address, and no twin of the city have it.
        return self._nothing_like_it(line) and not self._place.twin

    def _corrects_city(self, line: DeliveryLine, confirmed: Choice) -> bool:
        if not self._settings.correct_city or not self._sure(line):
            return False
        printed = self._place.printed
        near = any(z[:3] == printed.zip5[:3] for z in self._place.sisters)
        own_addon = bool(printed.plus4) and confirmed.addon == printed.plus4
        return near or own_addon or self._nothing_in_city(line, confirmed)

    def _nothing_in_city(self, line: DeliveryLine, confirmed: Choice) -> bool:
        """Whether city and address contradict each other beyond doubt: the city has nothing like the address.

        Both of one state and typed; no ZIP Code of the city is a slip away from the printed one.
        """
        place = self._place
        same_state = bool(place.printed.state) and confirmed.record.state == place.printed.state
        if not same_state or line.confidence < _TYPED or any(alike(z, place.printed.zip5) for z in place.sisters):
            return False
        if self._sisters.hold_number(place.sisters, line) or self._sisters.resemble(place.sisters, line):
            return False
        mended = self._search.quiet().mend(Area(place.sisters, place.offices), line)
        return mended.finding.verdict is Verdict.NO_STREET and mended.cost > _NEAR

    def _in_another_state(self, line: DeliveryLine) -> bool:
        """Whether the printed ZIP Code is not even in the printed state, and all that was printed is certain.

        City, state and an exact address then agree with each other, and the ZIP Code with none of them, unless it has
        a city of that name as well.
        """
        place = self._place
        details = self._search.gazetteer.directory.cities_of_zip(place.printed.zip5)
        apart = bool(place.printed.state) and all(d.state != place.printed.state for d in details)
        return apart and not place.respelled and not place.twin and line.confidence >= _TYPED

    # --- evidence -----------------------------------------------------------------------------------------------------

    def _in(self, zips: Sequence[str], line: DeliveryLine) -> tuple[list[Finding], bool]:
        """The full matches in these ZIP Codes, and whether one of them has a tie, a default or no add-on."""
        every = [self._search.find(zip5, line) for zip5 in self._sisters.with_street(zips, line)]
        found = [f for f in every if f.verdict is Verdict.FOUND and f.choices[0].exact]
        tied = any(f.verdict in _HAS_IT and f not in found for f in every)
        return found, tied

    def _in_nearest(self, zips: Sequence[str], line: DeliveryLine) -> tuple[list[Finding], bool]:
        """As `_in`; where several ZIP Codes have the address, among those that the printed one is a slip for."""
        found, tied = self._in(zips, line)
        near = [z for z in zips if alike(z, self._place.printed.zip5)]
        if near and (tied or len(_codes(found)) > 1):
            nearest, doubtful = self._in(near, line)
            return (nearest, doubtful) if nearest else (found, tied)
        return found, tied

    def _only_unit_missed(self, zips: Sequence[str], line: DeliveryLine) -> bool:
        """Whether the address is in one of these ZIP Codes only, in full but for a unit that no range holds."""
        every = [self._search.quiet().find(z, line) for z in self._sisters.with_street(zips, line)]
        held = [f for f in every if f.verdict in _HAS_IT]
        return len(held) == 1 and _unit_missed(held[0], 0.0, but_for_that=False) and line.confidence >= _TYPED

    def _mended(self, zips: Sequence[str], line: DeliveryLine) -> Mended:
        offices = self._place.offices if len(zips) > 1 else ()
        return self._search.mend(Area(tuple(zips), offices), line)

    def _nothing_like_it(self, line: DeliveryLine) -> bool:
        """Whether the printed ZIP Code has no street like the printed one either."""
        return self._mended(self._place.zips[:1], line).finding.verdict is Verdict.NO_STREET

    def _slip_away(self, zips: Sequence[str], line: DeliveryLine) -> Finding | None:
        """The one street of the city that the line can only be a small slip for, its ZIP Code a slip away as well."""
        if not self._settings.correct_zip or not self._sure(line):
            return None
        mended = self._mended(zips, line)
        choice = mended.finding.choice
        likely = choice is not None and self._likely(choice) and self._small(mended, line)
        return mended.finding if likely else None

    def _small(self, mended: Mended, line: DeliveryLine) -> bool:
        """Whether the street needed no more than one correction, and is no other street of the city as printed."""
        near = mended.near
        if near is None or _unit_missed(mended.finding, near.cost):
            return False
        if near.cost > _SMALL and not near.own_addon:
            return False
        return not near.by_name or not self._sisters.known((*self._place.zips, *self._place.sisters), line)

    def _likely(self, choice: Choice) -> bool:
        """Evidence that the printed ZIP Code is a slip for this one: one digit or one transposition, or its own +4."""
        printed = self._place.printed
        return alike(printed.zip5, choice.record.zip5) or (bool(printed.plus4) and printed.plus4 == choice.addon)

    def _sure(self, line: DeliveryLine) -> bool:
        return line.confidence >= self._settings.sure_confidence

    def _refused(self, why: str) -> Decision:
        self._trace.say("last_line_refused", why)
        self._trace.note("C")
        return Decision(Finding(Verdict.NO_STREET), "", RejectReason.UNKNOWN_CITY_OR_ZIP)


def _unit_missed(finding: Finding, cost: float, but_for_that: bool = True) -> bool:
    """Whether a building's default is the answer to a printed unit, and (`but_for_that`) more than that is amiss."""
    choice = finding.choice
    return choice is not None and "S" in choice.notes and (cost > 0 or not but_for_that)


def _codes(findings: Sequence[Finding]) -> set[str]:
    return {f.choices[0].code for f in findings}
