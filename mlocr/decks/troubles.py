"""Letters that must be rejected or stop at a coarser code, each composed so that the reason is certain."""

from __future__ import annotations

import random
from dataclasses import replace

from mlocr.decks import wording
from mlocr.decks.catalogue import Catalogue, holds, number_within, place_of
from mlocr.decks.letters import Piece, Recipe, street
from mlocr.decks.names import FOREIGN
from mlocr.decks.streets import Place
from mlocr.decks.truth import REJECTED, five_digits
from mlocr.decks.wording import Style
from mlocr.mail.address import RecordType

NO_SUCH_STREETS = ("ZEPHYRINE BLVD", "QUARTERMAIN WAY", "YGGDRASIL CT", "XANTHOPOULOS ST", "VORTIGERN AVE")


def _last(target_town: str, state: str, zip5: str) -> str:
    return f"{target_town} {state} {zip5}"


def unknown_street(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A street the ZIP Code does not have and nothing like it: five digits at the most."""
    town = catalogue.ordinary_town(rng)
    zip5 = town.zips[rng.randrange(len(town.zips))]
    line = f"{rng.randrange(2, 9000)} {rng.choice(NO_SUCH_STREETS)}"
    last = _last(town.name, town.state, zip5)
    return Piece((wording.person(rng), line, last), five_digits(zip5), "unknown_street")


def near_miss_street(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A short street name that is another street's but for one letter; the street itself is not there."""
    town = catalogue.ordinary_town(rng)
    names = catalogue.names(town)
    pairs = (("MILL", "HILL"), ("HILL", "HULL"), ("HULL", "HILL"), ("PARK", "BARK"), ("OAK", "OAT"), ("KING", "RING"),
             ("ELM", "ELK"), ("MAIN", "MAIL"))  # fmt: skip
    for near, printed in rng.sample(pairs, len(pairs)):
        rows = [
            r for z in town.zips for r in catalogue.of_type(z, RecordType.STREET)
            if r.street_name == near and r.suffix and printed not in names
        ]  # fmt: skip
        if rows:
            row = rows[rng.randrange(len(rows))]
            place = place_of(row)
            line = (
                f"{number_within(rng, row)} {Place(place.predirectional, printed, place.suffix, place.postdirectional)}"
            )
            lines = (wording.person(rng), line, _last(town.name, town.state, row.zip5))
            return Piece(lines, five_digits(row.zip5), "near_miss_street")
    return None


def out_of_range(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A house number beyond every range of its street in the whole town."""
    target = catalogue.street_target(rng, catalogue.ordinary_town(rng))
    if target is None or not target.number.isdigit():
        return None
    number = str(int(target.number) + 20000)
    line = f"{number} {target.place}"
    lines = (wording.person(rng), line, _last(target.town.name, target.town.state, target.zip5))
    return Piece(lines, five_digits(target.zip5), "number_out_of_range")


def ambiguous(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A direction or suffix left out where two streets hold the number: two equal answers."""
    town = catalogue.ordinary_town(rng)
    zip5 = town.zips[rng.randrange(len(town.zips))]
    places = list(catalogue.streets(zip5))
    rng.shuffle(places)
    for place in places:
        for loose in (Place("", place.street_name, place.suffix, ""), Place("", place.street_name, "", "")):
            rows = [r for r in catalogue.rows(zip5, place) if r.record_type is RecordType.STREET]
            number = number_within(rng, rows[0]) if rows else ""
            there = catalogue.answers((zip5,), number, place.street_name, loose) if number.isdigit() else []
            exact = any(other == loose for _, other in there)
            if len(there) > 1 and not exact and place != loose:
                lines = (wording.person(rng), f"{number} {loose}", _last(town.name, town.state, zip5))
                return Piece(lines, five_digits(zip5), "ambiguous")
    return None


def no_last_line(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """Name and street only."""
    piece = street(rng, catalogue, Style(0))
    return None if piece is None else replace(piece, lines=piece.lines[:-1], expect=REJECTED, category="no_last_line")


def conflict(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """City and ZIP Code of two different places, and a street that is in neither."""
    here, there = catalogue.ordinary_town(rng), catalogue.ordinary_town(rng)
    if here.state == there.state:
        return None
    line = f"{rng.randrange(2, 900)} {rng.choice(NO_SUCH_STREETS)}"
    return Piece(
        (wording.person(rng), line, _last(here.name, here.state, there.zips[0])), REJECTED, "city_zip_conflict"
    )


def two_places(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """City of one town, ZIP Code of another, and both have the house: two equal answers."""
    here, there = catalogue.ordinary_town(rng), catalogue.ordinary_town(rng)
    target = catalogue.street_target(rng, there)
    if here is there or here.state != there.state or target is None:
        return None
    found = catalogue.answers(here.zips, target.number, target.place.street_name, target.place)
    if not any(place == target.place for _, place in found):
        return None
    lines = (wording.person(rng), f"{target.number} {target.place}", _last(here.name, here.state, target.zip5))
    return Piece(lines, REJECTED, "two_places")


def no_zip_unknown(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A town with several ZIP Codes, none printed, and a street that cannot tell which."""
    town = catalogue.ordinary_town(rng)
    if len(town.zips) < 2:
        return None
    line = f"{rng.randrange(2, 900)} {rng.choice(NO_SUCH_STREETS)}"
    return Piece((wording.person(rng), line, f"{town.name} {town.state}"), REJECTED, "no_zip_unknown_street")


def foreign(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """An address abroad."""
    lines = tuple(text.format(name=wording.person(rng)) for text in rng.choice(FOREIGN))
    return Piece(lines, REJECTED, "foreign")


def box_without_addon(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A PO box of a range with no usable add-on (ND): five digits."""
    rows = [
        r
        for z in sorted(catalogue.towns)
        for r in catalogue.of_type(z, RecordType.PO_BOX)
        if r.addon_low.endswith("ND")
    ]
    row = rows[rng.randrange(len(rows))]
    town = catalogue.towns[row.zip5]
    lines = (wording.person(rng), f"PO BOX {number_within(rng, row)}", _last(town.name, town.state, row.zip5))
    return Piece(lines, five_digits(row.zip5), "box_without_addon")


def box_out_of_range(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A PO box number the ZIP Code does not have."""
    town = catalogue.ordinary_town(rng)
    zip5 = town.box_zip or town.zips[0]
    lines = (wording.person(rng), f"PO BOX {rng.randrange(5000, 9800)}", _last(town.name, town.state, zip5))
    return Piece(lines, five_digits(zip5), "box_out_of_range")


def lost_digit(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """The last digit of the house number is blotted out: several numbers explain what is left."""
    target = catalogue.street_target(rng, catalogue.ordinary_town(rng))
    if target is None or not target.number.isdigit() or len(target.number) < 3:
        return None
    line = f"{target.number} {target.place}"
    lines = (wording.person(rng), line, _last(target.town.name, target.town.state, target.zip5))
    at = len(target.number) - 1
    # The digits it may have been must lie in records with different add-ons, or nine digits would still be certain.
    rows = catalogue.rows(target.zip5, target.place)
    addons = {r.addon_low for d in "0123456789" for r in rows if holds(r, target.number[:-1] + d)}
    if len(addons) < 2:
        return None
    # What is left must not be a house of its own, or nobody could tell that a digit is missing.
    if catalogue.answers(target.town.zips, target.number[:-1], target.place.street_name, target.place):
        return None
    return Piece(lines, five_digits(target.zip5), "lost_digit", fault=(1, at, at + 1))


def no_urbanization(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A Puerto Rico street of several urbanizations, the urbanization left out."""
    town = catalogue.town_of_kind(rng, "puerto_rico")
    rows = [r for r in catalogue.of_type(town.zips[0], RecordType.STREET) if r.street_name == "CALLE 1"]
    row = rows[rng.randrange(len(rows))]
    number = number_within(rng, row)
    held = [
        r
        for r in rows
        if r.primary_low <= number.zfill(10) <= r.primary_high and r.primary_parity == row.primary_parity
    ]
    if len({r.urbanization_key for r in held}) < 2:
        return None
    lines = (wording.person(rng), f"{number} CALLE 1", _last(town.name, "PR", row.zip5))
    return Piece(lines, five_digits(row.zip5), "no_urbanization")


def flawed(flaw: str, category: str) -> Recipe:
    """A recipe for a good address on a sheet that must not be coded: barcoded, printed over, smeared, blank."""

    def recipe(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
        piece = street(rng, catalogue, Style(0))
        if piece is None:
            return None
        lines = () if flaw == "blank" else piece.lines
        return replace(piece, lines=lines, expect=REJECTED, category=category, flaw=flaw)

    return recipe
