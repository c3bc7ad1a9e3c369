"""The ways people and mailing programs write one address: spelled-out words, abbreviations, slips, order."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mlocr.decks.catalogue import Catalogue, Target, bare
from mlocr.decks.names import FIRST_NAMES, LAST_NAMES, TITLES, TOWNS
from mlocr.decks.streets import Place
from mlocr.matching.directions import is_magnet

SPELLED_DIRECTIONS = {
    "N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST",
    "NE": "NORTHEAST", "NW": "NORTHWEST", "SE": "SOUTHEAST", "SW": "SOUTHWEST",
}  # fmt: skip
SPELLED_SUFFIXES = {
    "ST": ("STREET", "STR"), "AVE": ("AVENUE", "AV"), "RD": ("ROAD",), "DR": ("DRIVE",), "LN": ("LANE",),
    "CT": ("COURT",), "BLVD": ("BOULEVARD",), "PKWY": ("PARKWAY", "PKY"), "HWY": ("HIGHWAY",), "TPKE": ("TURNPIKE",),
    "TER": ("TERRACE",), "CIR": ("CIRCLE",), "PL": ("PLACE",), "SQ": ("SQUARE",), "XING": ("CROSSING",),
    "PT": ("POINT",), "TRL": ("TRAIL",), "ALY": ("ALLEY",),
}  # fmt: skip
SPELLED_UNITS = {"APT": ("APARTMENT", "#", "Apt."), "STE": ("SUITE", "#", "Ste."), "FL": ("FLOOR",), "UNIT": ("#",)}
CAPITALS = frozenset(
    ("PO", "RR", "HC", "HCR", "RFD", "APO", "FPO", "AE", "AP", "AA", "PSC", "NE", "NW", "SE", "SW", "INC", "LLC", "PMB",
     "PR", "URB", "PFC", "SGT", "CPT", "PH")
)  # fmt: skip
STATES = frozenset(state for _, state, _, _ in TOWNS)
TITLE_CASE = 0.3


@dataclass(frozen=True, slots=True)
class Style:
    """How freely this mailer writes: 0 standardized output, 1 ordinary, 2 careless."""

    freedom: int

    def often(self, rng: random.Random, chance: float) -> bool:
        """Whether a liberty of this chance is taken."""
        return rng.random() < chance * self.freedom


def plain_name(rng: random.Random) -> str:
    """First and last name."""
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def person(rng: random.Random) -> str:
    """A recipient's name, with a title now and then."""
    return f"{rng.choice(TITLES)} {plain_name(rng)}".strip()


def street_name(rng: random.Random, catalogue: Catalogue, target: Target, style: Style) -> str:
    """The street as this mailer writes it; parts are dropped only where one answer remains."""
    place = target.place
    if style.often(rng, 0.08):
        loose = Place(place.predirectional, place.street_name, "", place.postdirectional)
        if loose != place and _alone(catalogue, target, loose):
            return _words(rng, loose, style)
    if style.often(rng, 0.05):
        loose = Place("", place.street_name, place.suffix, "")
        if loose != place and _alone(catalogue, target, loose):
            return _words(rng, loose, style)
    if style.often(rng, 0.05):
        slip = misspelled(rng, catalogue, target)
        if slip:
            return _words(rng, Place(place.predirectional, slip, place.suffix, place.postdirectional), style)
    return _words(rng, place, style)


def _alone(catalogue: Catalogue, target: Target, loose: Place) -> bool:
    # A magnet street (UNION SQ, BEACH LN) has no answer without all its parts (AMS footnote T).
    if is_magnet(loose.street_name):
        return False
    return len(catalogue.answers(target.town.zips, target.number, target.place.street_name, loose)) == 1


def _words(rng: random.Random, place: Place, style: Style) -> str:
    pre, post, suffix = place.predirectional, place.postdirectional, place.suffix
    if pre and style.often(rng, 0.2) and not place.street_name.isdigit():
        pre = SPELLED_DIRECTIONS[pre]
    if post and style.often(rng, 0.15):
        post = SPELLED_DIRECTIONS[post]
    if suffix in SPELLED_SUFFIXES and style.often(rng, 0.25):
        suffix = rng.choice(SPELLED_SUFFIXES[suffix])
    return " ".join(filter(None, (pre, place.street_name, suffix, post)))


def misspelled(rng: random.Random, catalogue: Catalogue, target: Target) -> str:
    """The street name with one slip, where it is long and no other street of the town is near; else empty."""
    name = target.place.street_name
    if len(name) < 8 or any(c.isdigit() for c in name):
        return ""
    at = rng.randrange(2, len(name) - 1)
    if " " in name[at - 1 : at + 2]:
        return ""
    slip = name[:at] + name[at + 1 :] if rng.random() < 0.5 else name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    near = [other for other in catalogue.names(target.town) if other != name and distance(other, slip) <= 4]
    return "" if near or slip == name else slip


def distance(left: str, right: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def delivery_lines(rng: random.Random, catalogue: Catalogue, target: Target, style: Style) -> list[str]:
    """The delivery line, and the unit on its own line above or below where the mailer writes it so."""
    line = f"{target.number} {street_name(rng, catalogue, target, style)}"
    unit = unit_text(rng, target, style)
    if not unit:
        return [line]
    if style.often(rng, 0.12):
        return [unit, line]
    if style.often(rng, 0.04):
        return [line, unit]
    if style.often(rng, 0.2):
        return [f"{line}, {unit}"]
    return [f"{line} {unit}"]


def unit_text(rng: random.Random, target: Target, style: Style) -> str:
    """The secondary unit as written; empty where the target has none."""
    if not target.designator:
        return ""
    designator = target.designator
    if target.unit and designator in SPELLED_UNITS and style.often(rng, 0.3):
        designator = rng.choice(SPELLED_UNITS[designator])
    if not target.unit:
        return designator
    return f"{designator}{'' if designator == '#' and rng.random() < 0.4 else ' '}{target.unit}"


def last_line(rng: random.Random, catalogue: Catalogue, target: Target, style: Style) -> str:
    """City, state and ZIP as this mailer writes them, the add-on right, stale or absent."""
    town = target.town
    city = town.name
    names = catalogue.acceptable_names(target.zip5)
    if len(names) > 1 and style.often(rng, 0.15):
        city = rng.choice(names[1:])
    elif town.abbreviation and style.often(rng, 0.1):
        city = town.abbreviation
    elif style.often(rng, 0.15):
        city = _city_words(city)
    zip_text = target.zip5 + add_on_text(rng, target, style)
    comma = "," if rng.random() < 0.35 else ""
    if style.often(rng, 0.02):
        return zip_text
    unique = len(catalogue.answers(town.zips, target.number, target.place.street_name, target.place)) == 1
    if style.often(rng, 0.03) and unique and town.kind not in ("military", "puerto_rico") and city == town.name:
        return f"{city}{comma} {town.state}"
    gap = "  " if rng.random() < 0.3 else " "
    return f"{city}{comma} {town.state}{gap}{zip_text}"


def _city_words(city: str) -> str:
    """A town name with its usual short words."""
    short = {"SAINT": "ST", "FORT": "FT", "MOUNT": "MT", "NORTH": "N", "EAST": "E", "HEIGHTS": "HTS", "SPRINGS": "SPGS"}
    return " ".join(short.get(word, word) for word in city.split(" "))


def add_on_text(rng: random.Random, target: Target, style: Style) -> str:
    """A printed add-on: the right one, none, or (careless mailers) one that is out of date."""
    chance = rng.random()
    exact = target.record.addon_low == target.record.addon_high and target.record.addon_low.isdigit()
    if chance < 0.4 and exact:
        return "-" + target.record.addon_low
    if style.often(rng, 0.04):
        return f"-{rng.randrange(1001, 9000):04d}"
    return ""


def box_text(rng: random.Random, number: str, style: Style) -> str:
    """A PO box as written (Publication 28 section 28)."""
    form = (
        rng.choice(("P.O. BOX", "P O BOX", "POST OFFICE BOX", "Box", "PO Box")) if style.often(rng, 0.25) else "PO BOX"
    )
    return f"{form} {bare(number)}"


def route_text(rng: random.Random, route: str, number: str, style: Style) -> str:
    """A rural or highway contract route as written (Publication 28 sections 24 and 25)."""
    kind, _, which = route.partition(" ")
    if style.often(rng, 0.3):
        long = {"RR": ("RURAL ROUTE", "RFD", "R.R."), "HC": ("HIGHWAY CONTRACT", "STAR ROUTE", "HCR")}
        kind = rng.choice(long.get(kind, (kind,)))
    if not number:
        return f"{kind} {which}"
    return f"{kind} {which}{rng.choice((' ', ', ', ' ')) if style.freedom else ' '}BOX {bare(number)}"


def in_case(rng: random.Random, lines: list[str], style: Style) -> list[str]:
    """All capitals, or capitals and small letters as people write; the same for the whole block."""
    if not style.often(rng, TITLE_CASE):
        return [line.upper() for line in lines]
    titled = [" ".join(_title(word) for word in line.split(" ")) for line in lines]
    if titled:
        titled[-1] = " ".join(w.upper() if w.upper().strip(",") in STATES else w for w in titled[-1].split(" "))
    return titled


def _title(word: str) -> str:
    """One word in mixed case; routes, boxes, directions, units with digits and military words stay capitals."""
    if any(c.isdigit() for c in word):
        ordinal = word[-2:] in ("ST", "ND", "RD", "TH") and word[:-2].isdigit()
        return word[:-2] + word[-2:].lower() if ordinal else word
    if word.strip(",.") in CAPITALS:
        return word
    return word[:1].upper() + word[1:].lower()
