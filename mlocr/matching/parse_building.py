"""Lines that name a building instead of a street (CASS letter: 112 IDS TOWER)."""

from collections.abc import Iterator, Sequence

from mlocr.mail.address import AddressKind
from mlocr.matching.parse_secondary import divisions
from mlocr.matching.parsed import DeliveryParts, Secondary

_WORDS = """TOWER TOWERS BUILDING BLDG CENTER CENTRE CTR PLAZA PLZ HOUSE HALL ARMS APARTMENTS APTS CONDOMINIUM
CONDOMINIUMS CONDOS MANOR SQUARE COURT LOFTS TERRACE EXCHANGE MART ARCADE PAVILION"""
_BUILDING = frozenset(_WORDS.split())


def names_building(words: Sequence[str]) -> bool:
    """Whether words can be a building's name: two or more, letters only, a building's word at the end."""
    return len(words) > 1 and words[-1] in _BUILDING and all(word.isalpha() for word in words)


def building_parts(words: tuple[str, ...]) -> Iterator[DeliveryParts]:
    """COLUMBIA TOWERS 112, COLUMBIA TOWERS STE 810: a building and its unit on one line."""
    if len(words) < 3 or not words[0].isalpha() or _BUILDING.isdisjoint(words):
        return
    for name, units, mailbox in divisions(words):
        if len(units) == 1 and units[0].number and names_building(name):
            yield DeliveryParts(AddressKind.STREET, "", name, units, mailbox)
            return


def building_line(words: tuple[str, ...], units: Sequence[Secondary]) -> DeliveryParts | None:
    """A line that is only a building's name, its unit on a line of its own; None for any other."""
    return DeliveryParts(AddressKind.STREET, "", words) if units and names_building(words) else None
