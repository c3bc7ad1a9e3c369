"""City and ZIP Code checked against each other: where the piece may belong, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mlocr.mail.address import CityStateDetail, LastLine
from mlocr.matching.fuzzy import NameList, clear_neighbour, grade, neighbours
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.places import STATE_CODES
from mlocr.matching.text import fold
from mlocr.matching.trace import Trace
from mlocr.matching.words import BOTH_WAYS

_SHORT = {long: short for short, long in BOTH_WAYS.items() if short not in ("NO", "SO", "CY", "CTY", "DR")}
_MOST_SISTERS = 400
_LONG_NAME = 6


class Standing(Enum):
    """How the printed ZIP Code and city stand to each other."""

    AGREE = "agree"
    SAME_OFFICE = "same_office"  # the ZIP Code is not listed under this name, but belongs to the same post office
    ZIP_ONLY = "zip_only"
    CITY_ONLY = "city_only"
    CONFLICT = "conflict"
    ZIP_UNKNOWN = "zip_unknown"  # a good city, a ZIP Code the directory does not have
    CITY_UNKNOWN = "city_unknown"  # a good ZIP Code, a city the directory does not have
    UNKNOWN = "unknown"


_SAID = MappingProxyType(
    {
        Standing.AGREE: "they agree",
        Standing.SAME_OFFICE: "both are of one post office",
        Standing.ZIP_ONLY: "the ZIP Code alone",
        Standing.CITY_ONLY: "the city alone",
        Standing.CONFLICT: "they contradict each other",
        Standing.ZIP_UNKNOWN: "the directory has no such ZIP Code",
        Standing.CITY_UNKNOWN: "the directory has no such city",
        Standing.UNKNOWN: "the directory has neither",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to search: `zips`, then `sisters`. `certain`: the last line alone may give a five-digit code.

    `only_zip`: neither the city nor its post office (finance number) has another ZIP Code. `offices`: the finance
    numbers that `zips` and `sisters` belong to. `twin`: the printed ZIP Code has a city of the printed name in another
    state.
    """

    standing: Standing
    printed: LastLine
    zips: tuple[str, ...] = ()
    sisters: tuple[str, ...] = ()
    certain: bool = False
    city: str = ""
    respelled: bool = False
    only_zip: bool = False
    offices: tuple[str, ...] = ()
    twin: bool = False


def tell(place: Place, trace: Trace) -> None:
    """Say how ZIP Code and city stand to each other; B where the city was spelled otherwise."""
    zip5, city = place.printed.zip5 or "absent", place.printed.city or "absent"
    trace.say("last_line", f"ZIP Code {zip5} and city {city}: {_SAID[place.standing]}")
    if place.respelled:
        trace.say("city_respelled", f"the city can only be {place.city}")
        trace.note("B")


def city_spellings(name: str) -> tuple[str, ...]:
    """A city as printed and with its common words written the other way (ST and SAINT, FT and FORT, HTS ...)."""
    words = name.replace("-", " ").split()
    long = " ".join(BOTH_WAYS.get(w, w) for w in words)
    short = " ".join(_SHORT.get(w, w) for w in words)
    first = " ".join([BOTH_WAYS.get(words[0], words[0]), *words[1:]]) if words else ""
    other = " ".join([_SHORT.get(words[0], words[0]), *words[1:]]) if words else ""
    return tuple(dict.fromkeys(n for n in (name, " ".join(words), long, short, first, other, "".join(words)) if n))


class Cities:
    """City look-ups of one directory, the latest kept in memory; one object a matcher, safe for threads."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._directory = gazetteer.directory
        self.known = lru_cache(maxsize=2048)(self._known)
        self._place_of = lru_cache(maxsize=2048)(self._placed_without_addon)

    def named(self, name: str, state: str) -> list[CityStateDetail]:
        """Every detail record of one of the name's spellings; `state` empty: in any state."""
        for spelling in city_spellings(name):
            found = list(self._directory.cities_named(spelling, state))
            if found:
                return found
        return []

    def _known(self, name: str, state: str) -> bool:
        """Whether the directory has such a city, its spelling a little damaged perhaps."""
        if not name:
            return False
        cores = _cores(LastLine(name, state))
        return any(self.named(core, state) for core in cores) or bool(state and self._misspelled(name, state))

    def _misspelled(self, name: str, state: str) -> str:
        names = self._gazetteer.cities(state)
        return clear_neighbour(name, names) or _only_near(name, names)

    def place(self, printed: LastLine) -> Place:
        """What city, state and ZIP Code say together."""
        if not printed.plus4:
            return self._place_of(printed)
        plain = LastLine(printed.city, printed.state, printed.zip5)
        return replace(self._place_of(plain), printed=printed)

    def _placed_without_addon(self, printed: LastLine) -> Place:
        of_zip = list(self._directory.cities_of_zip(printed.zip5)) if printed.zip5 else []
        if not of_zip:
            return self._by_city(printed)
        if not printed.city:
            fits = not printed.state or any(d.state == printed.state for d in of_zip)
            return self._placed(printed, Standing.ZIP_ONLY if fits else Standing.CONFLICT, of_zip, (), certain=fits)
        return self._both(printed, of_zip)

    # --- a ZIP Code of the directory ------------------------------------------------------------------------------

    def _both(self, printed: LastLine, of_zip: Sequence[CityStateDetail]) -> Place:
        state_fits = not printed.state or any(d.state == printed.state for d in of_zip)
        for city in _cores(printed):
            details = self.named(city, printed.state) or ([] if state_fits else self.named(city, ""))
            if not details:
                continue
            if any(d.zip5 == printed.zip5 for d in details):
                return self._placed(printed, Standing.AGREE, of_zip, details, certain=state_fits)
            offices = {d.finance_number for d in of_zip if d.finance_number}
            if state_fits and offices & {d.finance_number for d in details}:
                return self._placed(printed, Standing.SAME_OFFICE, of_zip, details)
            return self._placed(printed, Standing.CONFLICT, of_zip, details)
        guess = self._misspelled(printed.city, printed.state) if printed.state else ""
        if (state_fits or not guess) and self._like_one_of(printed, of_zip):
            # A state that does not fit, and where no such city is, counts as misread: the street must confirm.
            details = [d for d in of_zip if d.state == printed.state] or list(of_zip)
            return self._placed(printed, Standing.AGREE, of_zip, details, certain=state_fits, respelled=True)
        if guess:
            details = list(self._directory.cities_named(guess, printed.state))
            return self._placed(printed, Standing.CONFLICT, of_zip, details, respelled=True)
        known = state_fits and (self._near_own(printed.city, of_zip) or not self._near_others(printed.city, of_zip))
        standing = Standing.CITY_UNKNOWN if known else Standing.CONFLICT
        return self._placed(printed, standing, of_zip, ())

    def _like_one_of(self, printed: LastLine, of_zip: Sequence[CityStateDetail]) -> bool:
        """A damaged spelling of one of the ZIP Code's own names, and of no other city of the state."""
        names = NameList.of({d.name for d in of_zip} | {d.abbreviation for d in of_zip if d.abbreviation})
        own = {d.name for d in of_zip}
        cores = _cores(printed)
        for city in dict.fromkeys((*cores, *(spelling for core in cores for spelling in city_spellings(core)))):
            limit = max(1.0, len(city) / 4) if city in cores else 1.0
            near = [n for n in neighbours(city, names) if n.distance <= limit]
            if not near:
                if any(fold(city) == fold(n) for n in names.names):
                    return True
                continue
            others = neighbours(city, self._gazetteer.cities(of_zip[0].state))
            if all(o.distance > near[0].distance for o in others if o.name not in own):
                return True
        return False

    def _near_own(self, city: str, of_zip: Sequence[CityStateDetail]) -> bool:
        """Whether the printed city is a slip for a name of the ZIP Code, for another city's as well perhaps."""
        names = {d.name for d in of_zip}
        return any(n.distance <= 1.0 for n in neighbours(city, names)) if len(city) >= _LONG_NAME else False

    def _near_others(self, city: str, of_zip: Sequence[CityStateDetail]) -> bool:
        """Whether the printed city may be a damaged spelling of some other city of the state."""
        own = {d.name for d in of_zip}
        reach = max(2, len(city) // 6)
        names = self._gazetteer.cities(of_zip[0].state).names
        near = process.extract(city, names, scorer=OSA.distance, score_cutoff=reach, limit=None, processor=None)
        return any(name not in own for name, _, _ in near)

    # --- no ZIP Code, or one the directory does not have ------------------------------------------------------------

    def _by_city(self, printed: LastLine) -> Place:
        details: list[CityStateDetail] = []
        respelled = False
        for city in _cores(printed):
            details = self.named(city, printed.state)
            if details:
                break
        if not details and printed.state and printed.city:
            guess = self._misspelled(printed.city, printed.state)
            details = list(self._directory.cities_named(guess, printed.state)) if guess else []
            respelled = bool(details)
        if not details or len({d.state for d in details}) > 1:
            return Place(Standing.UNKNOWN, printed)
        zips = self._zips_of(details)
        standing = Standing.ZIP_UNKNOWN if printed.zip5 else Standing.CITY_ONLY
        certain = standing is Standing.CITY_ONLY and len(zips) == 1 and not respelled
        name, offices = details[0].name, _offices(details)
        return Place(standing, printed, zips, (), certain, name, respelled, len(zips) == 1, offices)

    def _zips_of(self, details: Sequence[CityStateDetail]) -> tuple[str, ...]:
        found = dict.fromkeys(d.zip5 for d in details)
        for number in dict.fromkeys(d.finance_number for d in details if d.finance_number):
            found.update(dict.fromkeys(self._directory.zips_of_finance_number(number)))
        return tuple(found)

    def _placed(
        self,
        printed: LastLine,
        standing: Standing,
        of_zip: Sequence[CityStateDetail],
        details: Sequence[CityStateDetail],
        *,
        certain: bool = False,
        respelled: bool = False,
    ) -> Place:
        own = self._zips_of(details) if details else ()
        if standing in (Standing.ZIP_ONLY, Standing.AGREE) and not details:
            own = ()
        sisters = tuple(z for z in own if z != printed.zip5)[:_MOST_SISTERS]
        city = details[0].name if details else of_zip[0].name
        only = {*own, *self._zips_of(of_zip)} <= {printed.zip5}
        offices = _offices([*details, *of_zip])
        named = {d.name for d in details} | {d.abbreviation for d in details if d.abbreviation} | {printed.city}
        twin = any(d.state != printed.state and d.name in named for d in of_zip) if printed.state else False
        return Place(standing, printed, (printed.zip5,), sisters, certain, city, respelled, only, offices, twin)


def _only_near(printed: str, names: NameList) -> str:
    """The one city name a wrong letter away, its first letter perhaps, where no other is within two."""
    near = neighbours(printed, names) if len(printed) >= _LONG_NAME else []
    if not near or near[0].distance > 1.0 or grade(printed, near[0]) > 2:
        return ""
    return near[0].name if len(near) == 1 or near[1].distance > 2.0 else ""


def _offices(details: Sequence[CityStateDetail]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(d.finance_number for d in details if d.finance_number))


def _cores(printed: LastLine) -> tuple[str, ...]:
    """The city as printed; then without a short unreadable state word at its end or a stray character at its start."""
    words = printed.city.split()
    found = [printed.city]
    if not printed.state and len(words) > 1 and len(words[-1]) <= 3:
        found.append(" ".join(words[:-1]))
    if not printed.state and len(words[-1:][0] if words else "") > 4 and words[-1][-2:] in STATE_CODES:
        found.append(" ".join([*words[:-1], words[-1][:-2]]))
    if len(words) > 1 and len(words[0]) == 1:
        found.append(" ".join(words[1:]))
    return tuple(f for f in found if f)


def alike(first: str, second: str) -> bool:
    """Two ZIP Codes that one wrong digit or one transposition keeps apart."""
    if len(first) != len(second) or first == second:
        return False
    apart = [i for i in range(len(first)) if first[i] != second[i]]
    if len(apart) == 1:
        return True
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and first[apart[0]] == second[apart[1]]
        and first[apart[1]] == second[apart[0]]
    )


def slips_of(zip5: str) -> list[str]:
    """Every ZIP Code that one wrong digit or one transposition keeps apart from this one."""
    found = {zip5[:at] + digit + zip5[at + 1 :] for at in range(len(zip5)) for digit in "0123456789"}
    found |= {zip5[:at] + zip5[at + 1] + zip5[at] + zip5[at + 2 :] for at in range(len(zip5) - 1)}
    return sorted(found - {zip5})
