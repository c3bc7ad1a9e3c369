"""Every damage by name, with its category code (*ours*) and the parts of the address it touches."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from mlocr.certification.damage import boxes, extras, last_line, optical, puerto_rico, street, units
from mlocr.certification.damage.spelling import SLIPS, Slip
from mlocr.certification.damage.written import WrittenAddress

Change = Callable[[WrittenAddress, random.Random], WrittenAddress | None]


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage: `code` is its category (family letter and a character), `touches` the parts it changes."""

    name: str
    code: str
    title: str
    touches: frozenset[str]
    change: Change

    @property
    def family(self) -> str:
        """The first letter of its category code."""
        return self.code[0]

    def apply(self, address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
        """The damaged address; None where there is nothing to damage or nothing changed."""
        damaged = self.change(address, rng)
        return None if damaged is None or damaged == address or damaged.lines == address.lines else damaged


def _street_slip(slip: Slip) -> Change:
    def change(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
        name = slip(address.street, rng)
        return replace(address, street=name) if name else None

    return change


def _city_slip(slip: Slip) -> Change:
    def change(address: WrittenAddress, rng: random.Random) -> WrittenAddress | None:
        name = slip(address.city, rng)
        return replace(address, city=name) if name else None

    return change


def _spelling() -> tuple[tuple[str, str, str, Change], ...]:
    rows: list[tuple[str, str, str, Change]] = []
    for number, (name, slip) in enumerate(SLIPS, 1):
        rows.append((f"s{number}", f"street_{name}", "name", _street_slip(slip)))
        rows.append((f"c{number}", f"city_{name}", "city", _city_slip(slip)))
    return tuple(rows)


_ROWS: tuple[tuple[str, str, str, Change], ...] = (
    *_spelling(),
    ("s5", "street_abbreviated", "name", street.name_abbreviated),
    ("s6", "street_alias", "name suffix direction", street.alias_used),
    ("s7", "ordinal_as_word", "name", street.ordinal_as_word),
    ("s8", "ordinal_apart", "name", street.ordinal_apart),
    ("s9", "ordinal_bare", "name", street.ordinal_bare),
    ("sA", "highway_rewritten", "name", street.highway_rewritten),
    ("d1", "suffix_missing", "suffix", street.suffix_missing),
    ("d2", "suffix_wrong", "suffix", street.suffix_wrong),
    ("d3", "suffix_extra", "suffix", street.suffix_extra),
    ("d4", "suffix_spelled", "suffix", street.suffix_spelled),
    ("d5", "direction_missing", "direction", street.direction_missing),
    ("d6", "direction_wrong", "direction", street.direction_wrong),
    ("d7", "direction_extra", "direction", street.direction_extra),
    ("d8", "direction_moved", "direction", street.direction_moved),
    ("d9", "direction_as_word", "direction", street.direction_as_word),
    ("dA", "direction_pointed", "direction", street.direction_pointed),
    ("dB", "direction_glued", "direction", street.direction_glued),
    ("dC", "direction_turned", "direction", street.direction_turned),
    ("n1", "leading_zeros", "number", street.leading_zeros),
    ("n2", "number_spaced", "number", street.number_spaced),
    ("n3", "fraction_hyphenated", "number", street.fraction_hyphenated),
    ("l1", "zip_missing", "zip", last_line.zip_missing),
    ("l2", "zip_wrong", "zip", last_line.zip_wrong),
    ("l3", "zip_transposed", "zip", last_line.zip_transposed),
    ("l4", "zip_of_sister", "zip", last_line.zip_of_sister),
    ("l5", "city_wrong", "city", last_line.city_wrong),
    ("l6", "city_unknown", "city", last_line.city_unknown),
    ("l7", "city_missing", "city state", last_line.city_missing),
    ("l8", "state_missing", "state", last_line.state_missing),
    ("l9", "city_acceptable", "city", last_line.city_acceptable),
    ("lA", "city_not_mailing", "city", last_line.city_not_mailing),
    ("lB", "city_abbreviated", "city", last_line.city_abbreviated),
    ("lC", "addon_stale", "addon", last_line.addon_stale),
    ("lD", "addon_right", "addon unit designator", last_line.addon_right),
    ("u1", "unit_above", "unit_place", units.unit_above),
    ("u2", "unit_below", "unit_place", units.unit_below),
    ("u3", "unit_before", "unit_place", units.unit_before),
    ("u4", "unit_after_comma", "unit_place", units.unit_after_comma),
    ("u5", "unit_as_number_sign", "designator", units.unit_as_number_sign),
    ("u6", "unit_number_sign_glued", "designator", units.unit_number_sign_glued),
    ("u7", "unit_glued", "designator", units.unit_glued),
    ("u8", "unit_spelled", "designator", units.unit_spelled),
    ("u9", "unit_bare", "designator unit_place", units.unit_bare),
    ("uA", "unit_missing", "designator unit unit_place", units.unit_missing),
    ("uB", "unit_swapped", "unit", units.unit_swapped),
    ("uC", "unit_hyphenated", "unit", units.unit_hyphenated),
    ("uD", "unit_leading_zeros", "unit", units.unit_leading_zeros),
    ("uE", "unit_out_of_range", "unit", units.unit_out_of_range),
    ("TA", "unit_letter_with_number_dash", "unit number", units.unit_letter_with_number_dash),
    ("TB", "unit_letter_with_number", "unit number", units.unit_letter_with_number),
    ("b1", "box_form", "route", boxes.box_form),
    ("b2", "caller", "route", boxes.caller),
    ("b3", "drawer", "route", boxes.drawer),
    ("b4", "lockbox", "route", boxes.lockbox),
    ("b5", "bin_number", "route", boxes.bin_number),
    ("b6", "box_glued", "box", boxes.box_glued),
    ("b7", "box_number_sign", "box", boxes.box_number_sign),
    ("r1", "route_form", "route", boxes.route_form),
    ("r2", "route_as_rfd", "route", boxes.route_as_rfd),
    ("r3", "route_as_star", "route", boxes.route_as_star),
    ("r4", "route_zero", "route", boxes.route_zero),
    ("r5", "route_comma", "route", boxes.route_comma),
    ("g1", "general_form", "route", boxes.general_form),
    ("m1", "military_old", "route", boxes.military_old),
    ("q1", "urbanization_word", "urbanization", puerto_rico.urbanization_word),
    ("q2", "urbanization_on_line", "urbanization mailbox", puerto_rico.urbanization_on_line),
    ("q3", "number_last", "number", puerto_rico.number_last),
    ("q4", "street_word", "name", puerto_rico.street_word),
    ("q5", "box_spanish", "route", puerto_rico.box_spanish),
    ("o1", "street_digits", "name", optical.street_digits),
    ("o2", "number_letters", "number", optical.number_letters),
    ("o3", "zip_letters", "zip", optical.zip_letters),
    ("o4", "city_digits", "city", optical.city_digits),
    ("o5", "street_melted", "name", optical.street_melted),
    ("o6", "city_melted", "city", optical.city_melted),
    ("o7", "street_split", "name", optical.street_split),
    ("o8", "street_joined", "name suffix", optical.street_joined),
    ("o9", "city_split", "city", optical.city_split),
    ("oA", "stray_mark", "name", optical.stray_mark),
    ("oB", "small_l_for_one", "number", optical.small_l_for_one),
    ("x1", "attention", "above", extras.attention),
    ("x2", "care_of", "above firm", extras.care_of),
    ("x3", "mail_stop", "above", extras.mail_stop),
    ("x4", "endorsement", "above", extras.endorsement),
    ("x5", "keyline", "above", extras.keyline),
    ("x6", "carrier_route_line", "above", extras.carrier_route_line),
    ("x7", "occupant", "above", extras.occupant),
    ("x8", "exceptional", "above", extras.exceptional),
    ("x9", "private_mailbox", "mailbox unit_place", extras.private_mailbox),
    ("xA", "private_mailbox_sign", "mailbox unit designator unit_place", extras.private_mailbox_sign),
    ("xB", "dual_address", "above", extras.dual_address),
    ("f1", "firm_above", "firm above", extras.firm_above),
    ("f2", "firm_below_person", "firm above", extras.firm_below_person),
    ("f4", "firm_above_last_line", "firm above", extras.firm_above_last_line),
    ("f3", "firm_short", "firm above", extras.firm_short),
)

DAMAGES: Mapping[str, Damage] = MappingProxyType(
    {
        name: Damage(name, code, name.replace("_", " "), frozenset(touches.split()), change)
        for code, name, touches, change in _ROWS
    }
)
"""Every damage by its name."""

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "b": "box form", "c": "city spelling", "d": "suffix and directional", "f": "firm", "g": "general delivery",
        "l": "last line", "m": "military", "n": "house number", "o": "optical reading", "q": "Puerto Rico",
        "r": "route form", "s": "street name", "T": "recombination", "u": "secondary unit", "x": "other lines",
    }
)  # fmt: skip
"""What the family letters stand for."""


def may_pair(first: Damage, second: Damage) -> bool:
    """Whether two damages fall on different parts, so that the second does not undo or hide the first."""
    return not first.touches & second.touches


def damaged(address: WrittenAddress, names: tuple[str, ...], rng: random.Random) -> WrittenAddress | None:
    """The address with these damages, one after the other; None where one of them finds nothing to damage."""
    for name in names:
        changed = DAMAGES[name].apply(address, rng)
        if changed is None:
            return None
        address = changed
    return address
