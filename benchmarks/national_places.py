"""Where the synthetic national directory lies: real state and prefix pairs, invented post offices and ZIP Codes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from mlocr.decks.names import COUNTIES, STREETS, URBANIZATIONS
from mlocr.decks.towns import abbreviate
from mlocr.mail.address import CityStateDetail

ZIPS_IN_PREFIX = 45
"""ZIP Codes of one three-digit prefix: some 41,000 over some 900 prefixes."""
CITY_ZIPS = 25
"""ZIP Codes of the big city that every second prefix has: one finance number, one preferred name."""

# State and its three-digit ZIP prefixes, as ranges (the public list of prefixes and states, without single exceptions).
PREFIXES = (
    ("PR", "006-007 009"), ("MA", "010-027"), ("RI", "028-029"), ("NH", "030-038"), ("ME", "039-049"),
    ("VT", "050-054 056-059"), ("CT", "060-069"), ("NJ", "070-089"), ("AE", "090-098"), ("NY", "100-149"),
    ("PA", "150-196"), ("DE", "197-199"), ("DC", "200 202-205"), ("MD", "206-212 214-219"), ("VA", "201 220-246"),
    ("WV", "247-268"), ("NC", "270-289"), ("SC", "290-299"), ("GA", "300-319"), ("FL", "320-339 341-342 344"),
    ("AA", "340"), ("AL", "350-352 354-369"), ("TN", "370-385"), ("MS", "386-397"), ("KY", "400-418 420-427"),
    ("OH", "430-459"), ("IN", "460-479"), ("MI", "480-499"), ("IA", "500-516 520-528"), ("WI", "530-532 534-549"),
    ("MN", "550-551 553-567"), ("SD", "570-577"), ("ND", "580-588"), ("MT", "590-599"), ("IL", "600-620 622-629"),
    ("MO", "630-631 633-641 644-658"), ("KS", "660-662 664-679"), ("NE", "680-681 683-693"), ("LA", "700-701 703-708"),
    ("AR", "716-729"), ("OK", "730-731 734-741 743-749"), ("TX", "750-799 885"), ("CO", "800-816"), ("WY", "820-831"),
    ("ID", "832-838"), ("UT", "840-847"), ("AZ", "850-853 855-857 859-860 863-865"), ("NM", "870-871 873-875 877-884"),
    ("NV", "889-891 893-895 897-898"), ("CA", "900-908 910-928 930-961"), ("AP", "962-966"), ("HI", "967-968"),
    ("OR", "970-979"), ("WA", "980-986 988-994"), ("AK", "995-999"),
)  # fmt: skip
MILITARY = ("AE", "AA", "AP")

_HEADS = (
    "HAR", "ASH", "WEST", "OAK", "MAR", "STAN", "CLAY", "BROOK", "ELM", "FAIR", "GREEN", "HAMP", "KINGS", "LANG",
    "MILL", "NEW", "NOR", "RED", "ROCK", "STONE", "THORN", "WALL", "WIN", "WOOD", "BEL", "CAR", "DAL", "GLEN", "LAKE",
    "PLAIN", "RICH", "SPRING", "SUN", "WHITE", "BARN", "COLE", "DUN", "EDGE", "FORD", "GRAF",
)  # fmt: skip
_TAILS = (
    "BURY", "FIELD", "TON", "VILLE", "FORD", "WOOD", "BURG", "HAM", "MONT", "DALE", "PORT", "LEY", "MORE", "STEAD",
    "WICK", "LAND", "VIEW", "BROOK", "CREST", "HAVEN",
)  # fmt: skip
_BEFORE = ("", "", "", "", "", "", "NORTH", "EAST", "SOUTH", "WEST", "NEW", "FORT", "SAINT", "LAKE", "MOUNT", "GRAND")
_BEHIND = ("", "", "", "", "", "", "", "CITY", "FALLS", "HEIGHTS", "SPRINGS", "PARK", "GROVE", "JUNCTION", "CENTER")


@dataclass(frozen=True, slots=True)
class Office:
    """One post office: its name, keys and finance number. `big` is a city of many ZIP Codes."""

    name: str
    state: str
    key: str
    finance_number: str
    county_number: str
    county_name: str
    kind: str
    big: bool = False

    def other_key(self, number: int) -> str:
        """The City State key of one of this office's further names."""
        return f"Y{self.key[1:]}" if number == 0 else f"{'VWTRSQ'[number - 1]}{self.key[1:]}"


@dataclass(frozen=True, slots=True)
class ZipPlan:
    """One ZIP Code: its office, its place among the office's ZIP Codes, and its use.

    `use` is "street", "boxes", "unique", "military" or "puerto_rico".
    """

    zip5: str
    office: Office
    at: int
    use: str


def prefixes() -> list[tuple[str, str]]:
    """Every (prefix, state), ascending."""
    found = []
    for state, spans in PREFIXES:
        for span in spans.split():
            low, _, high = span.partition("-")
            found += [(f"{number:03d}", state) for number in range(int(low), int(high or low) + 1)]
    return sorted(found)


def used_prefixes(zips: int) -> list[tuple[str, str, int]]:
    """The (prefix, state, ZIP Codes) that a directory of this many ZIP Codes uses: few and full, not many and empty."""
    every = prefixes()
    count = min(len(every), max(1, round(zips / ZIPS_IN_PREFIX)))
    # Few prefixes: from the middle of the country; otherwise from its first, Puerto Rico, on.
    start = len(every) // (2 * count) if count < 4 else 0
    chosen = [every[start + at * len(every) // count] for at in range(count)]
    share, more = divmod(zips, count)
    return [(prefix, state, min(99, share + (at < more))) for at, (prefix, state) in enumerate(chosen)]


def zip_plans(seed: int, zips: int) -> Iterator[ZipPlan]:
    """The ZIP Codes in ascending order."""
    serial = 0
    for at, (prefix, state, count) in enumerate(used_prefixes(zips)):
        rng = random.Random(f"{seed} prefix {prefix}")
        numbers = sorted(rng.sample(range(1, 100), count))
        offices: list[Office] = []
        while numbers:
            serial += 1
            big = at % 2 == 0 and not offices and len(numbers) > CITY_ZIPS and state not in MILITARY
            mine = [numbers.pop(0) for _ in range(min(len(numbers), CITY_ZIPS if big else _town_zips(rng)))]
            office = _office(rng, serial, state, big, {o.name for o in offices})
            offices.append(office)
            for number, two in enumerate(mine):
                yield ZipPlan(f"{prefix}{two:02d}", office, number, _use(rng, office, number, len(mine)))


def _town_zips(rng: random.Random) -> int:
    return 1 if rng.random() < 0.8 else rng.randrange(2, 5)


def _office(rng: random.Random, serial: int, state: str, big: bool, taken: set[str]) -> Office:
    kind = (
        "military" if state in MILITARY else "puerto_rico" if state == "PR" else "rural" if rng.random() < 0.4 else ""
    )
    name = rng.choice(("APO", "FPO", "DPO")) if kind == "military" else _town_name(rng)
    while name in taken and kind != "military":
        name = _town_name(rng)
    return Office(
        name=name,
        state=state,
        key=f"Z{serial:05d}",
        finance_number=f"{100000 + serial * 7:06d}",
        county_number=f"{1 + 2 * rng.randrange(60):03d}",
        county_name=rng.choice(COUNTIES),
        kind="" if big and kind == "rural" else kind,
        big=big,
    )


def _town_name(rng: random.Random) -> str:
    name = rng.choice(_HEADS) + rng.choice(_TAILS)
    return " ".join(filter(None, (rng.choice(_BEFORE), name, rng.choice(_BEHIND))))


def _use(rng: random.Random, office: Office, at: int, count: int) -> str:
    if office.kind in ("military", "puerto_rico"):
        return office.kind
    if count > 2 and at == count - 1:
        return "boxes"
    if count > 2 and at == count - 2 and rng.random() < 0.5:
        return "unique"
    return "street"


def details(plan: ZipPlan) -> list[CityStateDetail]:
    """The City State detail records of one ZIP Code: the preferred name, and acceptable and unacceptable others."""
    office = plan.office
    rows = [_detail(plan, office.key, office.name, "P", True)]
    if office.kind == "puerto_rico":
        rows += [_detail(plan, office.other_key(n), name, "U", False) for n, name in enumerate(URBANIZATIONS)]
    elif office.big and plan.at:
        street = STREETS[(plan.at * 5) % len(STREETS)][0]
        rows.append(_detail(plan, office.other_key(plan.at % 6), f"{street} STATION"[:28], "S", plan.at % 3 == 0))
    elif office.kind == "rural":
        rows.append(_detail(plan, office.other_key(0), f"{office.name.split()[-1]} CORNERS"[:28], "N", False))
    return rows


def _detail(plan: ZipPlan, key: str, name: str, facility: str, mailing: bool) -> CityStateDetail:
    office = plan.office
    zip_class = {"boxes": "P", "unique": "U", "military": "M"}.get(plan.use, "")
    return CityStateDetail(
        zip5=plan.zip5,
        city_state_key=key,
        zip_class=zip_class,
        name=name,
        abbreviation=abbreviate(name),
        facility_code=facility,
        mailing_name=mailing,
        preferred_key=office.key,
        preferred_name=office.name,
        city_delivery=office.kind != "rural",
        carrier_route_sort="D" if office.kind == "rural" else "A",
        unique_zip_name=zip_class == "U",
        finance_number=office.finance_number,
        state=office.state,
        county_number=office.county_number,
        county_name=office.county_name,
    )
