"""Letters composed from a fabricated directory, each with the truth it was made from."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from mlocr.decks import wording
from mlocr.decks.catalogue import Catalogue, Target, bare, number_within, place_of, unit_within
from mlocr.decks.format import Expectation
from mlocr.decks.names import FIRMS
from mlocr.decks.truth import expectation
from mlocr.decks.wording import Style
from mlocr.mail.address import DirectoryRecord, RecordType


@dataclass(frozen=True, slots=True)
class Piece:
    """What one letter says and what is right for it; `flaw` names what is wrong with the sheet itself.

    `fault` is (line, first character, end) of print damaged beyond reading; `sender` the return address lines;
    `decoy` an address in the advertising, empty lines for none. `target` is the delivery point a good address means.
    """

    lines: tuple[str, ...]
    expect: Expectation
    category: str
    flaw: str = ""
    fault: tuple[int, int, int] | None = None
    sender: tuple[str, ...] = ()
    decoy: tuple[str, ...] = ()
    target: Target | None = None


Recipe = Callable[[random.Random, Catalogue, Style], Piece | None]


def finish(rng: random.Random, piece: Piece, style: Style, catalogue: Catalogue) -> Piece:
    """The block in its case, a sender and sometimes a decoy address added."""
    lines = wording.in_case(rng, list(piece.lines), style)
    sender = tuple(wording.in_case(rng, list(real_address(rng, catalogue)), style))
    decoy = tuple(real_address(rng, catalogue)) if style.freedom == 2 and rng.random() < 0.25 else ()
    return replace(piece, lines=tuple(lines), sender=sender, decoy=decoy)


def real_address(rng: random.Random, catalogue: Catalogue) -> tuple[str, ...]:
    """A complete address of the directory that is not this letter's: what a return corner shows."""
    target = _house(rng, catalogue)
    city = f"{target.town.name} {target.town.state} {target.zip5}"
    name = rng.choice(FIRMS) if rng.random() < 0.7 else wording.person(rng)
    return (name, f"{target.number} {target.place}", city)


def _house(rng: random.Random, catalogue: Catalogue) -> Target:
    while True:
        target = catalogue.street_target(rng, catalogue.ordinary_town(rng))
        if target is not None:
            return target


def _head(rng: random.Random, style: Style) -> list[str]:
    """Who it is for: a person, with an attention or presort line now and then."""
    lines = [wording.person(rng)]
    if style.often(rng, 0.08):
        lines.insert(rng.randrange(2), f"ATTN {rng.choice(('ACCOUNTS PAYABLE', 'MAILROOM', 'HUMAN RESOURCES'))}")
    if style.often(rng, 0.06):
        lines[-1] += " OR CURRENT RESIDENT"
    return lines


def street(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A house on a street."""
    target = _house(rng, catalogue)
    body = wording.delivery_lines(rng, catalogue, target, style)
    if style.often(rng, 0.05):
        body = [f"{body[0]} {rng.choice(('PMB', 'PMB', '#'))} {rng.randrange(2, 400)}"]
    elif style.often(rng, 0.05):
        body = [f"{body[0]} APT {rng.randrange(1, 40)}"]
    return _piece([*_head(rng, style), *body, wording.last_line(rng, catalogue, target, style)], target, "street")


def odd_number(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """Hyphenated, grid, lettered, fraction, decimal-road and crossing addresses."""
    town = catalogue.town_of_kind(rng, "hyphen", "grid", "decimal", "crossing", "")
    names = (
        "182ND",
        "183RD",
        "NORTHERN",
        "LILLY",
        "TOWN LINE",
        "39.2",
        "1700",
        "1800",
        "400",
        "TANNERY",
        "BACK CHURCH",
    )
    rows = [
        r for z in town.zips for r in catalogue.of_type(z, RecordType.STREET)
        if r.street_name in names and not r.addon_low.endswith("ND")
    ]  # fmt: skip
    if not rows:
        return None
    row = rows[rng.randrange(len(rows))]
    target = Target(town, row, number_within(rng, row))
    plain = Style(min(style.freedom, 1))
    line = f"{target.number} {target.place}"
    return _piece([*_head(rng, style), line, wording.last_line(rng, catalogue, target, plain)], target, "odd_number")


def highrise(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A unit of a building, inside a record's range or at a designator that needs none."""
    row = _row(rng, catalogue, RecordType.HIGHRISE, lambda r: bool(r.secondary_designator))
    if row is None:
        return None
    target = Target(
        catalogue.towns[row.zip5], row, bare(row.primary_low), row.secondary_designator, unit_within(rng, row)
    )
    body = wording.delivery_lines(rng, catalogue, target, style)
    head = [*_head(rng, style), *([row.building_or_firm] if row.building_or_firm and style.often(rng, 0.2) else [])]
    return _piece([*head, *body, wording.last_line(rng, catalogue, target, style)], target, "highrise")


def highrise_default(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A building's address without its unit: the default record (CASS letter rule 7)."""
    row = _row(rng, catalogue, RecordType.HIGHRISE, lambda r: not r.secondary_designator)
    if row is None:
        return None
    target = Target(catalogue.towns[row.zip5], row, bare(row.primary_low))
    line = f"{target.number} {target.place}"
    return _piece(
        [*_head(rng, style), line, wording.last_line(rng, catalogue, target, style)], target, "highrise_default"
    )


def firm(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A firm with a ZIP+4 of its own."""
    row = _row(rng, catalogue, RecordType.FIRM, lambda r: True)
    if row is None:
        return None
    target = Target(catalogue.towns[row.zip5], row, bare(row.primary_low))
    head = [row.building_or_firm]
    if style.often(rng, 0.3):
        head.insert(0, wording.person(rng))
    elif style.often(rng, 0.15):
        head.append("ATTN ACCOUNTS PAYABLE")
    line = f"{target.number} {target.place}"
    return _piece([*head, line, wording.last_line(rng, catalogue, target, style)], target, "firm")


def po_box(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A PO box, of a box-only ZIP Code or among streets."""
    row = _row(rng, catalogue, RecordType.PO_BOX, lambda r: not r.addon_low.endswith("ND"))
    if row is None:
        return None
    target = Target(catalogue.towns[row.zip5], row, number_within(rng, row))
    line = wording.box_text(rng, target.number, style)
    lines = [*_head(rng, style), line, wording.last_line(rng, catalogue, target, Style(min(style.freedom, 1)))]
    return _piece(lines, target, "po_box")


def route(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A rural or highway contract box; now and then the route alone."""
    alone = rng.random() < 0.08
    row = _row(rng, catalogue, RecordType.RURAL_HIGHWAY, lambda r: bool(r.primary_low) != alone)
    if row is None:
        return None
    target = Target(catalogue.towns[row.zip5], row, number_within(rng, row))
    line = wording.route_text(rng, row.street_name, target.number, style)
    lines = [*_head(rng, style), line, wording.last_line(rng, catalogue, target, Style(min(style.freedom, 1)))]
    return _piece(lines, target, "route_alone" if alone else "route")


def general_delivery(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """General delivery."""
    row = _row(rng, catalogue, RecordType.GENERAL_DELIVERY, lambda r: True)
    if row is None:
        return None
    target = Target(catalogue.towns[row.zip5], row, "")
    last = f"{target.town.name} {target.town.state} {target.zip5}"
    return _piece([*_head(rng, style), "GENERAL DELIVERY", last], target, "general_delivery")


def military(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """Overseas military."""
    town = catalogue.town_of_kind(rng, "military")
    rows = catalogue.of_type(town.zips[0], RecordType.STREET)
    row = rows[rng.randrange(len(rows))]
    target = Target(town, row, number_within(rng, row))
    line = f"{row.street_name} BOX {target.number}"
    last = f"{town.name} {town.state} {target.zip5}{wording.add_on_text(rng, target, style)}"
    return _piece([f"{rng.choice(('SGT', 'CPT', 'PFC'))} {wording.plain_name(rng)}", line, last], target, "military")


def urbanization(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """Puerto Rico: the street stands in several urbanizations, and the line above tells which."""
    town = catalogue.town_of_kind(rng, "puerto_rico")
    rows = [r for r in catalogue.of_type(town.zips[0], RecordType.STREET) if r.urbanization_key]
    row = rows[rng.randrange(len(rows))]
    names = {d.city_state_key: d.name for d in catalogue.world.details if d.zip5 == row.zip5}
    target = Target(town, row, number_within(rng, row))
    last = f"{town.name} PR {target.zip5}{wording.add_on_text(rng, target, style)}"
    return _piece(
        [wording.person(rng), names[row.urbanization_key], f"{target.number} {row.street_name}", last],
        target,
        "urbanization",
    )


def alias(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A street by another name: a City State alias or an alternate record."""
    rows = catalogue.world.aliases
    other = rows[rng.randrange(len(rows))]
    town = catalogue.towns[other.zip5]
    base = [
        r for r in catalogue.of_type(other.zip5, RecordType.STREET)
        if (r.predirectional, r.street_name, r.suffix, r.postdirectional)
        == (other.predirectional, other.street_name, other.suffix, other.postdirectional)
        and not r.addon_low.endswith("ND")
    ]  # fmt: skip
    if not base:
        return None
    row = base[rng.randrange(len(base))]
    target = Target(town, row, number_within(rng, row))
    if (
        len(
            [
                r
                for r in catalogue.rows(row.zip5, place_of(row))
                if r.primary_low <= target.number.zfill(10) <= r.primary_high
            ]
        )
        > 2
    ):
        return None
    line = f"{target.number} {other.alias_name} {other.alias_suffix}"
    return _piece([*_head(rng, style), line, f"{town.name} {town.state} {target.zip5}"], target, "alias")


def dual(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """A street and a PO box: the line directly above the last line counts; on one line the box (DMM 602 2.1)."""
    box = _row(rng, catalogue, RecordType.PO_BOX, lambda r: not r.addon_low.endswith("ND"))
    if box is None:
        return None
    town = catalogue.towns[box.zip5]
    house = catalogue.street_target(rng, town, box.zip5 if box.zip5 in town.zips else "")
    if house is None or house.zip5 != box.zip5:
        return None
    target = Target(town, box, number_within(rng, box))
    street_line = f"{house.number} {house.place}"
    box_line = f"PO BOX {target.number}"
    last = f"{town.name} {town.state} {box.zip5}"
    form = rng.randrange(3)
    if form == 0:
        return _piece([wording.person(rng), street_line, box_line, last], target, "dual_box")
    if form == 1:
        return _piece([wording.person(rng), box_line, street_line, last], house, "dual_street")
    return _piece([wording.person(rng), f"{street_line} {box_line}", last], target, "dual_one_line")


def wrong_zip(rng: random.Random, catalogue: Catalogue, style: Style) -> Piece | None:
    """The ZIP Code of another part of the town; city and street name the right one alone."""
    target = _house(rng, catalogue)
    others = [z for z in target.town.zips if z != target.zip5]
    name = target.place.street_name
    if not others or any(p.street_name == name for z in others for p in catalogue.streets(z)):
        return None
    if any(wording.distance(p.street_name, name) < 3 for z in others for p in catalogue.streets(z)):
        return None
    last = f"{target.town.name} {target.town.state} {rng.choice(others)}"
    return _piece([*_head(rng, style), f"{target.number} {target.place}", last], target, "wrong_zip")


def _row(
    rng: random.Random, catalogue: Catalogue, kind: RecordType, fit: Callable[[DirectoryRecord], bool]
) -> DirectoryRecord | None:
    zips = sorted(catalogue.towns)
    for _ in range(40):
        rows = [r for r in catalogue.of_type(zips[rng.randrange(len(zips))], kind) if fit(r)]
        if rows:
            return rows[rng.randrange(len(rows))]
    return None


def _piece(lines: list[str], target: Target, category: str) -> Piece:
    return Piece(tuple(lines), expectation(target), category, target=target)
