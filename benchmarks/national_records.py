"""The ZIP+4 records of one ZIP Code of the synthetic national directory, written straight as fixed-width lines.

Some 1,100 records a ZIP Code on average, as the genuine product has: block faces of streets, odd and even apart;
streets of one name with several suffixes; north and south halves; highrises with default, unit ranges and bare
designators; firms; boxes; routes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.national_places import ZipPlan
from mlocr.decks.names import BUILDINGS, FIRMS, PUERTO_RICO_STREETS, STREETS, URBANIZATIONS
from mlocr.decks.streets import Place
from mlocr.mail.address import StreetAlias

SUFFIXES = (
    "ST",
    "ST",
    "ST",
    "AVE",
    "AVE",
    "RD",
    "RD",
    "DR",
    "DR",
    "LN",
    "CT",
    "CIR",
    "PL",
    "BLVD",
    "WAY",
    "TRL",
    "TER",
)
LAST_ADDON = 9897
"""Add-ons above it are kept: 9998 for postal buildings, 9999 for general delivery."""

ORDINARY = 1200
"""Records that an ordinary ZIP Code gets where the streets below are not scaled, as measured."""

_FIRST = (
    "AUTUMN", "BEAR", "BLUE", "BRIAR", "CANYON", "CEDAR", "CLOVER", "COPPER", "CRYSTAL", "DEER", "EAGLE", "EMERALD",
    "FALCON", "FOX", "GOLDEN", "GRAND", "HERON", "HICKORY", "HIDDEN", "HUNTERS", "IRON", "IVY", "JUNIPER", "LAUREL",
    "MEADOW", "MISTY", "ORCHARD", "PEBBLE", "PHEASANT", "PINE", "QUAIL", "RAVEN", "ROLLING", "ROSE", "SADDLE", "SHADOW",
    "SILVER", "SPRUCE", "STONE", "SUMMER", "SYCAMORE", "TIMBER", "TURKEY", "VALLEY", "WILD", "WILLOW", "WINDING",
    "WOLF",
)  # fmt: skip
_SECOND = (
    "BEND", "BLUFF", "BRANCH", "BRIDGE", "BROOK", "CREEK", "CREST", "CROSSING", "FIELD", "FOREST", "GATE", "GLEN",
    "GROVE", "HAVEN", "HILL", "HOLLOW", "KNOLL", "LAKE", "LEAF", "MEADOWS", "MILL", "OAK", "PARK", "POINT", "POND",
    "RIDGE", "RIVER", "ROCK", "RUN", "SHORE", "SPRINGS", "TRACE", "VALLEY", "VIEW", "WOOD", "WOODS",
)  # fmt: skip
_SURNAMES = (
    "ABBOTT", "BAKER", "BISHOP", "CALHOUN", "CARVER", "DAWSON", "DUNCAN", "ELLIS", "FLETCHER", "GIBSON", "HOBBS",
    "JENNINGS", "KELLER", "LAMBERT", "MERCER", "NOLAN", "OSBORNE", "PALMER", "QUIGLEY", "RAMSEY", "SAWYER", "TALBOT",
    "UNDERWOOD", "VANCE", "WEAVER", "YATES",
)  # fmt: skip
_ROADS = ("COUNTY ROAD {n}", "STATE ROUTE {n}", "US HIGHWAY {n}", "HIGHWAY {n}", "FM {n}", "COUNTY HIGHWAY {n}")
_UNITS = (
    (("APT", "1", "12", "B"), ("APT", "14", "30", "B"), ("PH", "", "", ""), ("LBBY", "", "", "")),
    tuple(("STE", f"{floor}00", f"{floor}40", "B") for floor in range(1, 9)),
    (*(("APT", f"{floor}A", f"{floor}H", "B") for floor in range(1, 10)), ("BSMT", "", "", "")),
    (("UNIT", "A", "F", "B"), ("UNIT", "B1", "B9", "B"), ("UNIT", "1001", "1099", "B"), ("REAR", "", "", "")),
    tuple(("APT", f"{100 * floor + 1}", f"{100 * floor + 24}", "B") for floor in range(1, 15)),
    (("APT", "1", "60", "B"),),
)


@dataclass(slots=True)
class ZipLines:
    """The lines of one ZIP Code while they are made; add-ons are handed out in order, each once."""

    plan: ZipPlan
    rng: random.Random
    lines: list[str] = field(default_factory=list)
    aliases: list[StreetAlias] = field(default_factory=list)
    next_addon: int = 1000

    @property
    def full(self) -> bool:
        """Whether no add-on is left."""
        return self.next_addon >= LAST_ADDON

    def addon(self) -> str:
        """The next add-on never given before in this ZIP Code."""
        self.next_addon += 1
        return f"{self.next_addon:04d}"

    def add(  # noqa: PLR0913
        self,
        kind: str,
        place: Place,
        span: tuple[str, str, str] = ("", "", "B"),
        *,
        firm: str = "",
        unit: tuple[str, str, str, str] = ("", "", "", ""),
        addon: tuple[str, str] | None = None,
        route: str = "",
        base: str = "B",
        urbanization: str = "",
    ) -> None:
        """Append one record. `span` is low, high, parity; `unit` is designator, low, high, parity."""
        office, serial = self.plan.office, len(self.lines) + 1
        first = self.addon() if addon is None else addon[0]
        last = first if addon is None else addon[1]
        # Fixed widths as in mlocr.directory.layout; its `format_zip4` says the same ten times slower (a test compares).
        self.lines.append(
            f"D{self.plan.zip5}Q{self.plan.zip5}{serial:04d}A{kind}{route or f'C{1 + serial // 40 % 999:03d}'}"
            f"{place.predirectional:<2}{place.street_name:<28}{place.suffix:<4}{place.postdirectional:<2}"
            f"{_number(span[0], 10)}{_number(span[1], 10)}{span[2]:<1}{firm:<40}"
            f"{unit[0]:<4}{_number(unit[1], 8)}{_number(unit[2], 8)}{unit[3]:<1}{first}{last}{base}  "
            f"{office.finance_number}{office.state}{office.county_number}01{'':6}{urbanization:<6}{office.key}"
        )


def _number(text: str, width: int) -> str:
    return text.zfill(width) if text.isdigit() else text.ljust(width)


def zip_lines(seed: int, plan: ZipPlan, mean: float) -> ZipLines:
    """Every record of one ZIP Code; an ordinary one has `mean` records on average."""
    out = ZipLines(plan, random.Random(f"{seed} zip {plan.zip5}"))
    if plan.use == "unique":
        out.add(
            "F", Place("", "COMMERCE", "DR", ""), ("1", "1", "O"), firm=FIRMS[plan.at % len(FIRMS)], addon=("0001",) * 2
        )
    elif plan.use == "boxes":
        _boxes(out, 1, 900 + out.rng.randrange(2000))
    elif plan.use == "military":
        _military(out)
    else:
        _street_zip(out, mean)
    return out


def _street_zip(out: ZipLines, mean: float) -> None:
    rng, office = out.rng, out.plan.office
    size = min(3.5, max(0.2, rng.lognormvariate(0.0, 0.5) * mean / ORDINARY))
    places = _puerto_rico(out) if out.plan.use == "puerto_rico" else _places(out, round(133 * size))
    faces: list[tuple[Place, int, int]] = []
    for place, urbanization in places:
        faces += _street(out, place, urbanization)
    _buildings(out, faces, round(11 * size))
    _aliases(out, [place for place, _ in places])
    if office.kind == "rural":
        _routes(out)
    if not office.big:
        _boxes(out, 1, 480)
    out.add("G", Place("", "GENERAL DELIVERY", "", ""), addon=("9999", "9999"), route="C000")


def _places(out: ZipLines, count: int) -> list[tuple[Place, str]]:
    """The streets of one ZIP Code: through streets of the whole city first, then its own."""
    rng, office = out.rng, out.plan.office
    city = random.Random(f"streets of {office.key}")
    found: dict[Place, str] = {}
    for names in (city, rng):
        wanted = count // 3 if names is city else count
        while len(found) < wanted:
            name = _street_name(names)
            for place in _forms(names, name):
                found[place] = ""
    if office.kind == "rural":
        for _ in range(6):
            found[Place("", rng.choice(_ROADS).format(n=rng.randrange(1, 400)), "", "")] = ""
    return list(found.items())


def _street_name(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(STREETS)[0]
    if kind < 0.40:
        return _ordinal(rng.randrange(1, 150))
    if kind < 0.55:
        return rng.choice(_SURNAMES)
    if kind < 0.70:
        return rng.choice(_FIRST)
    return f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"


def _ordinal(number: int) -> str:
    ending = {1: "ST", 2: "ND", 3: "RD"}.get(number % 10 if number // 10 % 10 != 1 else 0, "TH")
    return f"{number}{ending}"


def _forms(rng: random.Random, name: str) -> list[Place]:
    """One street; or several suffixes, two halves, or a postdirectional, of one name."""
    form, suffix = rng.random(), rng.choice(SUFFIXES)
    if form < 0.12:
        return [Place("", name, other, "") for other in dict.fromkeys((suffix, rng.choice(SUFFIXES), "CT"))]
    if form < 0.24:
        pair = rng.choice((("N", "S"), ("E", "W"), ("NE", "SW")))
        return [Place(half, name, suffix, "") for half in pair]
    if form < 0.32:
        return [Place(rng.choice("NSEW"), name, suffix, "")]
    if form < 0.37:
        return [Place("", name, suffix, rng.choice(("E", "W", "NW", "SE")))]
    if form < 0.40:
        return [Place("", name, "", "")]
    return [Place("", name, suffix, "")]


def _puerto_rico(out: ZipLines) -> list[tuple[Place, str]]:
    """The same street names in several urbanizations, told apart by the urbanization alone."""
    keys = [out.plan.office.other_key(number) for number in range(len(URBANIZATIONS))]
    found = [(Place("", name, suffix, ""), key) for key in keys for name, suffix in PUERTO_RICO_STREETS]
    return found + [(Place("", f"CALLE {name}", "", ""), "") for name in (*_SURNAMES, *_FIRST)]


def _street(out: ZipLines, place: Place, urbanization: str) -> list[tuple[Place, int, int]]:
    """The block faces of one street, odd and even apart, with holes that no number falls into; the plain faces."""
    rng = out.rng
    # A street that goes on in the next ZIP Code goes on with higher numbers.
    first = 100 * rng.randrange(1, 4) + 2000 * out.plan.at
    faces = []
    for block in range(1 + int(rng.expovariate(1 / 3.2))):
        low = first + 100 * block
        for begin, parity in ((low, "E"), (low + 1, "O")):
            if rng.random() < 0.08 or out.full:
                continue
            end = begin + (98 if rng.random() < 0.75 else 2 * rng.randrange(5, 40))
            ghost = rng.random() < 0.005
            addon = (f"{out.addon()[:2]}ND",) * 2 if ghost else None
            out.add("S", place, (str(begin), str(end), parity), addon=addon, urbanization=urbanization)  # type: ignore[arg-type]
            if not ghost and not urbanization:
                faces.append((place, begin, end))
    return faces


def _buildings(out: ZipLines, faces: Sequence[tuple[Place, int, int]], count: int) -> None:
    """Highrises (with and without default record) and firms, each at a number of its own."""
    rng = out.rng
    used: set[tuple[Place, int]] = set()
    for number in range(4 * count if faces else 0):
        place, low, high = rng.choice(faces)
        house = low + 2 * rng.randrange(0, (high - low) // 2 + 1)
        if (place, house) in used or out.full:
            continue
        used.add((place, house))
        span = (str(house), str(house), "OE"[house % 2 == 0])
        if number % 4:
            out.add("F", place, span, firm=f"{rng.choice(_SURNAMES)} {rng.choice(FIRMS)}"[:40])
            continue
        name = rng.choice(BUILDINGS)
        if rng.random() < 0.9:
            out.add("H", place, span, firm=name)
        for unit in rng.choice(_UNITS):
            out.add("H", place, span, firm=name, unit=unit)


def _aliases(out: ZipLines, places: Sequence[Place]) -> None:
    for at, place in enumerate(places[5:60:11]):
        name = f"OLD {_SURNAMES[(at * 7 + out.plan.at) % len(_SURNAMES)]}"
        to = (place.predirectional, place.street_name, place.suffix, place.postdirectional)
        out.aliases.append(StreetAlias(out.plan.zip5, "", name, "RD", "", *to, "OC"[at % 2]))


def _routes(out: ZipLines) -> None:
    """Rural and highway contract routes: box ranges, and a record of the route alone."""
    for number, kind in ((1, "RR"), (2, "RR"), (3, "HC"), (12, "HC")):
        place, route = Place("", f"{kind} {number}", "", ""), f"{kind[0]}{number:03d}"
        for low in range(1, 200 + 10 * out.rng.randrange(5), 25):
            out.add("R", place, (str(low), str(low + 24), "B"), route=route)
        if number != 2:
            out.add("R", place, route=route)


def _boxes(out: ZipLines, first: int, last: int) -> None:
    """PO boxes: an add-on range as long as the number range, single add-ons, and ranges without usable add-on (ND)."""
    place, rng, at, route = Place("", "PO BOX", "", ""), out.rng, first, 1
    while at < last:
        high = at + rng.choice((9, 15, 19, 39))
        form = rng.random()
        addon = (
            (f"{at:04d}", f"{high:04d}") if form < 0.65 and high < 1000 else ("00ND", "00ND") if form > 0.95 else None
        )
        out.add("P", place, (str(at), str(high), "B"), addon=addon, route=f"B{route % 999:03d}")
        at, route = high + (1 if rng.random() < 0.8 else 11), route + 1


def _military(out: ZipLines) -> None:
    """Overseas military: units and PSCs with box ranges."""
    for number in out.rng.sample(range(100, 2900), 40):
        kind = "PSC" if number < 1500 else "UNIT"
        for low in range(1, 1001, 100):
            out.add("S", Place("", f"{kind} {number}", "", ""), (str(low), str(low + 99), "B"))
