"""Puerto Rico: urbanizations, condominiums and projects, kilometres, numbers behind the street (Publication 28 29)."""

from collections.abc import Iterator, Sequence

from mlocr.mail.address import AddressKind
from mlocr.matching.parse_number import MARKS, NUMBER, ORDINAL, is_fraction
from mlocr.matching.parsed import DeliveryParts, Secondary
from mlocr.matching.suffixes import SUFFIXES
from mlocr.matching.text import lettered
from mlocr.matching.words import DIRECTIONALS, SPANISH, STREET_FIRST

_URBANIZATION = frozenset({"URB", "URBANIZACION", "URBANIZ"})
COMPLEX = frozenset({"COND", "CONDOMINIO", "RES", "RESIDENCIAL"})
"""Words that open a condominium's or project's name."""
_NUMBERED = frozenset({"TOWER", "BLDG"})


def urbanization_of(text: str) -> str:
    """The name on a line that is only an urbanization (URB LOS OLMOS); empty for any other."""
    head, _, name = text.partition(" ")
    if head not in _URBANIZATION or not name:
        return ""
    read = " ".join(lettered(word) for word in name.split())
    return "" if any(c.isdigit() for c in read) else read


def without_urbanization(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The street words without an urbanization before or behind them, and its name; empty where there is none.

    1234 URB LOS OLMOS keeps it: there it is the street (Publication 28 section 295).
    """
    at = next((i for i, word in enumerate(words) if word in _URBANIZATION), -1)
    if at > 1:
        return words[:at], " ".join(lettered(word) for word in words[at + 1 :])
    if at == 0:
        for i in range(2, len(words) - 1):
            if any(c.isdigit() for c in lettered(words[i])) or SPANISH.get(words[i], words[i]) in STREET_FIRST:
                return words[i:], " ".join(lettered(word) for word in words[1:i])
    return words, ""


def number_last(words: tuple[str, ...], units: tuple[Secondary, ...]) -> Iterator[DeliveryParts]:
    """CALLE AMAPOLA B25, AVE WILSON CHURCHILL 123, CALLE 4 # 12 (Publication 28 section 295)."""
    words, parted = _parted(words)
    first = words[1:2] if words[0] in DIRECTIONALS else words[:1]  # a directional there is extra; the street decides
    if not first or SPANISH.get(first[0], first[0]) not in STREET_FIRST:
        return
    for at in range(len(words) - 1, 1, -1):
        if NUMBER.match(words[at]) and not ORDINAL.match(words[at]):
            street = words[: at - 1] if words[at - 1] in MARKS else words[:at]
            number, behind = _with_fraction(words[at], words[at + 1 :])
            split_off = at == len(words) - 1 and any(not unit.designator and is_fraction(unit.number) for unit in units)
            if len(street) > 1 and not split_off:
                yield DeliveryParts(AddressKind.STREET, number, street + behind, units, split=parted, tentative=parted)


def _with_fraction(number: str, behind: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """1156 with the 1/2 behind it, and what is left; a half behind a number is no unit (Publication 28 D1)."""
    if behind and number.isdigit() and is_fraction(behind[0]):
        return f"{number} {behind[0]}", behind[1:]
    return number, behind


def _parted(words: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """AVEPONCE DE LEON as AVE PONCE DE LEON; unchanged where nothing is glued on."""
    if words[0] in SPANISH or words[0] in STREET_FIRST or words[0] in SUFFIXES:
        return words, False
    for head in ("CALLE", "AVENIDA", "AVE"):
        if words[0].startswith(head) and len(words[0]) > len(head) + 2:
            return (head, words[0][len(head) :], *words[1:]), True
    return words, False


def kilometre(words: tuple[str, ...]) -> Iterator[DeliveryParts]:
    """CARR 2 KM 45.7, KM 45 HM 7 CARR 2: the kilometre is the primary number."""
    at = words.index("KM")
    if at + 1 >= len(words) or not words[at + 1].replace(".", "", 1).isdecimal():
        return
    number, used = words[at + 1], 2
    if words[at + 2 : at + 3] == ("HM",) and at + 3 < len(words) and words[at + 3].isdecimal():
        number, used = f"{number}.{words[at + 3]}", 4
    street = words[:at] + words[at + used :]
    if len(street) > 1:
        yield DeliveryParts(AddressKind.STREET, number, street)


def complex_parts(words: Sequence[str], units: Sequence[Secondary]) -> DeliveryParts | None:
    """COND GARDEN HILLS PLAZA with TORRE 2 APT 905: the tower's or building's number is the primary number.

    Publication 28 section 295: a condominium or project without a street stands in the street's place.
    """
    if len(words) < 2 or words[0] not in COMPLEX or any(c.isdigit() for word in words for c in word):
        return None
    buildings = [unit for unit in units if unit.designator in _NUMBERED]
    if len(buildings) != 1 or not buildings[0].number:
        return None
    rest = tuple(unit for unit in units if unit is not buildings[0])
    return DeliveryParts(AddressKind.STREET, buildings[0].number, tuple(words), rest)
