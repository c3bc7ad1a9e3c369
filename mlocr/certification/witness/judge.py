"""What the right answer to a damaged address is: certain, too close to call, or too doubtful to ask about at all.

Every street of the printed ZIP Code, or of the city's whole office where the ZIP Code is missing or another's, is
held against what is written. Only where the address meant is nearer than every other by a clear margin is its code the
truth; where another is just as near the truth is the coarser code; in between nothing is asked (all margins *ours*).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from mlocr.certification.damage.written import WrittenAddress
from mlocr.certification.witness.answers import Answer, Asked, Doubt, answer_at
from mlocr.certification.witness.names import (
    EDIT,
    LOOKALIKE,
    direction,
    folded,
    is_magnet,
    is_turned,
    parts_cost,
    suffix,
)
from mlocr.certification.witness.numbers import within
from mlocr.certification.witness.office import Offices, Place, ZipRecords
from mlocr.mail.address import AddressKind
from mlocr.matching.designators import DESIGNATORS

MARGIN = 2 * EDIT
"""How much further every other name must be than a damaged one."""

_DIGITS = str.maketrans({"O": "0", "I": "1", "S": "5", "B": "8"})


@dataclass(frozen=True, slots=True)
class Truth:
    """What is right: digits (0, 5, 9 or 11 of them), the answer behind a full code, and the codes of a tie."""

    digits: str
    answer: Answer | None = None
    tied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """One street held against what is written: its distance, and what it answers there.

    `turned`: a directional stands more than a right angle from the written one (cardinal rule, AMS footnote K).
    """

    place: Place
    name: int
    parts: int
    answer: Answer | Doubt
    turned: bool = False


@dataclass(frozen=True, slots=True)
class _Search:
    """Where the answer may lie (`region`), and where nothing like it may be (`elsewhere`).

    `zip_as`: the printed ZIP Code is the address's "own", "other", or "none" is printed.
    """

    region: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    printed: str = ""
    exact_only: bool = False
    zip_as: str = "other"


def read_zip(text: str) -> str:
    """The printed ZIP Code with look-alike letters read as digits."""
    return text.translate(_DIGITS)


def number_readings(written: WrittenAddress) -> tuple[tuple[str, str], ...]:
    """Every (number, unit) the written number may mean."""
    raw = written.number.replace("l", "1").replace("#", "").strip()
    raw = re.sub(r"\s*-\s*", "-", raw)
    if found := re.fullmatch(r"(\d+)-(\d/\d)", raw):
        raw = f"{found[1]} {found[2]}"
    elif " " in raw and "/" not in raw:
        raw = raw.replace(" ", "")
    if raw.isdigit():
        raw = raw.lstrip("0") or "0"
    out = [(raw, written.unit)]
    digits = raw.translate(_DIGITS)
    if digits != raw and digits.isdigit():
        out.append((digits, written.unit))
    if (found := re.fullmatch(r"(\d+)-?([A-Z])", raw)) and written.unit.isdigit():
        out.append((found[1], written.unit + found[2]))
    return tuple(dict.fromkeys(out))


class Judge:
    """Judges written addresses against every record of the offices they may lie in."""

    def __init__(self, offices: Offices) -> None:
        self._offices = offices

    def truth(self, written: WrittenAddress, meant: Place) -> Truth | None:
        """The right answer to `written`, which was made from an address at `meant`; None where nobody can say."""
        search = self._search(written, meant)
        seen = [s for zip5 in search.region for s in self._seen(zip5, written)] if search else []
        ours = [s for s in seen if s.place == meant and isinstance(s.answer, Answer)]
        if search is None or not ours:
            return None
        best = min(ours, key=lambda s: (s.name, s.parts))
        doubtful = not self._likely(written, best) or (search.exact_only and (best.name or best.parts))
        unruled = any(s.answer is Doubt.UNRULED and s.name <= best.name + MARGIN for s in seen)
        near = any(self._too_near(s, best, search) for zip5 in search.elsewhere for s in self._seen(zip5, written))
        if doubtful or unruled or near or (best.parts and is_magnet(best.place.name)):
            return None
        return self._decide(best, [s for s in seen if s.place != meant], search)

    def held_anywhere(self, zip5: str, written: WrittenAddress) -> bool:
        """Whether any street of nearly this name in the ZIP Code holds the written number."""
        return any(s.name <= MARGIN and s.answer is not Doubt.NOT_HELD for s in self._seen(zip5, written))

    def held_exactly(self, zip5: str, written: WrittenAddress) -> bool:
        """Whether exactly this street is in the ZIP Code and gives a code."""
        return any((s.name, s.parts) == (0, 0) and isinstance(s.answer, Answer) for s in self._seen(zip5, written))

    def _decide(self, best: _Seen, others: Sequence[_Seen], search: _Search) -> Truth | None:
        """Certain where every other is clearly further, a tie where one is just as near, else nothing."""
        assert isinstance(best.answer, Answer)
        tied: list[str] = []
        for other in others:
            if isinstance(other.answer, Answer) and other.answer.code == best.answer.code:
                continue
            if isinstance(other.answer, Doubt) and other.answer is Doubt.NOT_HELD:
                # The very street stands there without this number: nobody says whether the street or the number is off.
                as_near = other.name <= best.name and other.parts <= best.parts
                if (other.name, other.parts) == (0, 0) or (as_near and best.parts > 1) or other.name < best.name:
                    return None
                continue
            if (other.name, other.parts) == (best.name, best.parts) and isinstance(other.answer, Answer):
                tied.append(other.answer.code)
            elif not _further(other, best):
                return None
        if best.turned:
            # The cardinal rule lets no directional change by more than a right angle: several responses, no add-on.
            return Truth(best.place.zip5) if search.zip_as == "own" and not tied else None
        if tied:
            return _tie(best.answer.code, tied, search)
        code = best.answer.code
        # Without an add-on there is nothing to correct a ZIP Code by.
        return None if len(code) == 5 and search.zip_as not in ("own", "none") else Truth(code, best.answer)

    def _likely(self, written: WrittenAddress, seen: _Seen) -> bool:
        """Whether the damage leaves enough of the name to know it by."""
        letters = sum(c.isalpha() for c in written.street)
        edits = seen.name // EDIT
        return edits == 0 or letters >= (5, 5, 8)[edits] if edits <= 2 else False

    def _too_near(self, seen: _Seen, best: _Seen, search: _Search) -> bool:
        """Whether a street outside the region speaks against the answer.

        In the printed ZIP Code any such street with the number does; in a sister one only a nearer one with it.
        """
        held = seen.answer is not Doubt.NOT_HELD
        if seen.place.zip5 == search.printed or not search.printed:
            return seen.name <= best.name + MARGIN and held
        nearer = seen.name < best.name or (seen.name == best.name and seen.parts < best.parts)
        return held and nearer

    # --- where to look ----------------------------------------------------------------------------------------------

    def _search(self, written: WrittenAddress, meant: Place) -> _Search | None:
        printed = read_zip(written.zip5)
        if printed == meant.zip5:
            return self._in_printed_zip(written, printed)
        region = self._city_zips(written.city, written.state) if written.state and written.city else ()
        if meant.zip5 not in region:
            return None
        if printed in region:
            # The printed ZIP Code is a good one of the city and is searched first: it must not hold the address.
            return _Search(tuple(z for z in region if z != printed), (printed,), printed)
        if printed and not _one_slip(printed, meant.zip5):
            return None
        if printed in self._offices.details:
            return _Search(region, (printed,), printed, exact_only=True)
        return _Search(region, zip_as="other" if printed else "none")

    def _in_printed_zip(self, written: WrittenAddress, printed: str) -> _Search | None:
        details = self._offices.details.get(printed, [])
        here = {name for d in details for name in (d.name, d.abbreviation) if name}
        sisters = tuple(z for z in self._offices.office(printed) if z != printed)
        if not written.city or written.city in here:
            return _Search((printed,), sisters, printed, zip_as="own")
        if not written.state:
            return None
        theirs = self._offices.zips_of_city(written.city, written.state)
        if theirs:
            # A good city that is another's: nothing like the address may stand there.
            of_office = any(zip5 in theirs for zip5 in (printed, *sisters))
            return _Search(
                (printed,), tuple(z for z in theirs if z != printed), printed if of_office else "", zip_as="own"
            )
        nearest = min(_city_cost(written.city, name) for name in here)
        return _Search((printed,), sisters, printed, exact_only=nearest > 2 * EDIT, zip_as="own")

    def _city_zips(self, city: str, state: str) -> tuple[str, ...]:
        """The ZIP Codes of the one city a written name must mean; none where two are about as near."""
        exact = self._offices.zips_of_city(city, state)
        if exact:
            return exact
        ranked = sorted((_city_cost(city, name), name) for name in self._offices.names.get(state, ()))
        if not ranked or ranked[0][0] > EDIT or len(city) < 6:
            return ()
        zips = self._offices.zips_of_city(ranked[0][1], state)
        rivals = [name for cost, name in ranked[1:] if cost < ranked[0][0] + MARGIN]
        if any(set(self._offices.zips_of_city(name, state)) - set(zips) for name in rivals):
            return ()
        return zips

    # --- holding streets against what is written --------------------------------------------------------------------

    def _seen(self, zip5: str, written: WrittenAddress) -> Iterator[_Seen]:
        records = self._offices.records(zip5)
        if written.kind is not AddressKind.STREET:
            yield from self._seen_boxes(records, written)
            return
        asked_parts = (direction(written.predirectional), suffix(written.suffix), direction(written.postdirectional))
        for name, cost in records.names.near(written.street):
            for (pre, _, suf, post), place in self._views(records, name, written):
                if _urbanization_fits(self._offices, written, place):
                    turned = is_turned((asked_parts[0], asked_parts[2]), (pre, post))
                    parts = parts_cost(asked_parts, (pre, suf, post))
                    yield _Seen(place, cost, parts, self._answer(records, place, written), turned)

    def _views(
        self, records: ZipRecords, name: str, written: WrittenAddress
    ) -> Iterator[tuple[tuple[str, str, str, str], Place]]:
        """The streets of a name, and those it is an alias of over the alias's range."""
        for place in records.by_name.get(name, ()):
            yield place.parts, place
        for alias in records.by_alias.get(name, ()):
            numbers = [number for number, _ in number_readings(written)]
            if alias.low and not any(within(alias.low, alias.high, alias.parity, n) for n in numbers):
                continue
            base = (alias.predirectional, alias.street_name, alias.suffix, alias.postdirectional)
            own = (alias.alias_predirectional, alias.alias_name, alias.alias_suffix, alias.alias_postdirectional)
            for place in records.by_name.get(alias.street_name, ()):
                if place.parts == base:
                    yield own, place

    def _seen_boxes(self, records: ZipRecords, written: WrittenAddress) -> Iterator[_Seen]:
        for place in records.by_name.get(written.around.route, ()):
            if not place.suffix:
                yield _Seen(place, 0, 0, self._answer(records, place, written))

    def _answer(self, records: ZipRecords, place: Place, written: WrittenAddress) -> Answer | Doubt:
        designator = written.designator.upper().rstrip(".")
        designator = DESIGNATORS.get(designator, designator)
        answers: dict[str, Answer] = {}
        doubt = Doubt.NOT_HELD
        for number, unit in number_readings(written):
            asked = Asked(number, designator, unit.replace("-", ""), (written.firm, written.person))
            found = answer_at(records.places[place], asked)
            if isinstance(found, Answer):
                answers[found.code] = found
            elif found is not Doubt.NOT_HELD:
                doubt = found
        if len(answers) > 1:
            return Doubt.UNRULED
        return next(iter(answers.values())) if answers and doubt is Doubt.NOT_HELD else doubt


def _further(other: _Seen, best: _Seen) -> bool:
    """Whether another street is clearly further from what is written than the best one."""
    if (best.name, best.parts) == (0, 0):
        return True
    if best.name == 0:
        return other.name >= MARGIN or (other.name > LOOKALIKE and other.parts >= best.parts)
    return other.name >= best.name + MARGIN


def _tie(code: str, tied: Sequence[str], search: _Search) -> Truth | None:
    """Five digits of the printed ZIP Code, or no code where none is printed and the answers lie in several."""
    codes = tuple(sorted({code, *tied}))
    zips = {c[:5] for c in codes}
    if search.zip_as == "own":
        return Truth(code[:5], None, codes)
    return Truth("", None, codes) if search.zip_as == "none" and len(zips) > 1 else None


def _one_slip(printed: str, zip5: str) -> bool:
    return len(printed) == len(zip5) and bool(OSA.distance(printed, zip5) == 1)


def _city_cost(written: str, name: str) -> int:
    ours, theirs = folded(written), folded(name)
    return 0 if ours == theirs else EDIT * OSA.distance(ours, theirs)


def _urbanization_fits(offices: Offices, written: WrittenAddress, place: Place) -> bool:
    """A street of an urbanization counts where that urbanization is written, or none is."""
    said = written.urbanization or (written.private_mailbox if written.private_mailbox.startswith("URB") else "")
    if not said or not place.urbanization_key:
        return True
    city = offices.city_of_key(place.urbanization_key)
    plain = said.replace("URBANIZACION", "URB").replace(".", "")
    return city is None or city.name == plain
