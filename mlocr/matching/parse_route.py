"""Rural and highway contract routes, military units, general delivery (Publication 28 sections 24 to 27)."""

import re

from rapidfuzz.distance import OSA

from mlocr.mail.address import AddressKind
from mlocr.matching.parse_box import MAILBOX, VALUE
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.text import digits_of

_ROUTE_NO = r"\s*(?:(?:#|NO)\s*)*(?P<route>[0-9OIL]{1,4}[A-Z]?)"
_BOX = rf"(?:\s*(?:(?:[B8][O0]X|B\s?O\s?X)|BX|BUZON|#|UNIT)(?:\s*(?:#|NO))*\s*{VALUE})"
_END = rf"{MAILBOX}(?P<rest>\s.*)?$"
_RR = r"(?:R\s?R|RURAL (?:ROUTE|RTE|RT|RD|DELIVERY)|R\s?F\s?D(?: (?:ROUTE|RTE|RT))?|RUTA RURAL)"
_RR_WITH_BOX = r"(?:R\s?D|RT|RTE|ROUTE|R)"
_ROUTE = r"(?:ROUTE|RTE|RT)"
_HC = rf"(?:H\s?C(?:\s?R)?(?: {_ROUTE})?|(?:HIGHWAY|HWY) CONTRACT(?: {_ROUTE})?|STAR {_ROUTE}|STAR)"
_BOX_FIRST = rf"^(?:[B8][O0]X|B\s?O\s?X)\s*{VALUE}\s+"
_ROUTES = (
    (re.compile(rf"^{_RR}{_ROUTE_NO}{_BOX}?{_END}"), "RR", AddressKind.RURAL_ROUTE),
    (re.compile(rf"^{_HC}{_ROUTE_NO}{_BOX}?{_END}"), "HC", AddressKind.HIGHWAY_CONTRACT),
    (re.compile(rf"^{_RR_WITH_BOX}(?=[ #NO]*\d){_ROUTE_NO}{_BOX}{_END}"), "RR", AddressKind.RURAL_ROUTE),
    (re.compile(rf"{_BOX_FIRST}{_RR}{_ROUTE_NO}{_END}"), "RR", AddressKind.RURAL_ROUTE),
    (re.compile(rf"{_BOX_FIRST}{_HC}{_ROUTE_NO}{_END}"), "HC", AddressKind.HIGHWAY_CONTRACT),
)
_MORE_BOX = frozenset({"BOX", "BX", "#", "NO", "&"})
_ROUTE_HEADS = frozenset("RHSB8")
_ROUTE_DIGITS = str.maketrans({"O": "0", "I": "1", "L": "1"})

_UNIT = r"(?P<unit>PSC|CMR|UNIT|UPR|CPR|OPC|OMC|UMR)\s*(?:#|NO)?\s*(?P<number>[0-9OIL]{1,6})"
_MILITARY = (
    re.compile(rf"^{_UNIT}{_BOX}?(?P<rest>\s.*)?$"),
    re.compile(rf"{_BOX_FIRST}{_UNIT}(?P<rest>\s.*)?$"),
)
_MILITARY_HEADS = frozenset("PCUOB8")
_SHIP = re.compile(r"^(?P<kind>USS|USNS|USCGC) (?P<name>[A-Z][A-Z ]*?)(?: [A-Z]{2,5} ?-?\d{1,4})?$")

_GENERAL = re.compile(r"\b(?:GENERAL DELIVERY|GENERAL DEL|GEN(?:L)? DEL(?:IVERY)?|ENTREGA GENERAL|LISTA DE CORREOS)\b")
_WHOLE_GENERAL = "GENERALDELIVERY"


def route(text: str) -> DeliveryParts | None:
    """A rural route (RR, RFD, RD ... BOX) or highway contract route (HC, STAR ROUTE).

    Street or town names behind it do not belong there and are dropped (Publication 28 section 242). A bare number
    behind the route is its box, unless the two can be one route number (*ours*).
    """
    if text[:1] not in _ROUTE_HEADS:
        return None
    for pattern, name, kind in _ROUTES:
        found = pattern.match(text)
        if found is None:
            continue
        digits = found["route"].translate(_ROUTE_DIGITS) if found["route"] else ""
        number = found["box"] or ""
        line = (name, digits.lstrip("0") or "0")
        repaired = digits != found["route"]
        rest = tuple((found["rest"] or "").split())
        if not number and len(rest) == 1 and rest[0].isdigit() and not repaired:
            return DeliveryParts(kind, rest[0], line, repaired=True, unless=(f"{name} {line[1]}{rest[0]}",))
        if rest and (not number or rest[0].strip("-*/.")[:1].isdigit() or rest[0] in _MORE_BOX):
            return None  # a split number, or a box that cannot be read
        return DeliveryParts(kind, number, line, (), found["pmb"] or "", repaired=repaired, rest=rest)
    return None


def military(text: str, at_sea: bool = False) -> DeliveryParts | None:
    """A military unit line: PSC, CMR, UNIT, UPR, CPR, OPC with its BOX (Publication 28 section 238).

    `at_sea`: a ship's name counts as well, its hull number dropped; only where the last line is an APO, FPO or DPO.
    """
    if text[:1] not in _MILITARY_HEADS:
        return None
    found = next((m for pattern in _MILITARY if (m := pattern.match(text)) is not None), None)
    if found is None:
        ship = _SHIP.match(text) if at_sea else None
        return DeliveryParts(AddressKind.MILITARY, "", (ship["kind"], ship["name"])) if ship else None
    unit = found["number"] if found["number"].isdigit() else digits_of(found["number"])
    if not unit or found["rest"]:
        return None
    words = (found["unit"], unit)
    return DeliveryParts(AddressKind.MILITARY, found["box"] or "", words, repaired=unit != found["number"])


def general_delivery(text: str) -> DeliveryParts | None:
    """General delivery, spelled out, abbreviated, or misspelled on a line of its own."""
    if not (("DEL" in text or "GENERAL" in text or "LISTA" in text) and _GENERAL.search(text)):
        packed = text.replace(" ", "") if text[:1] == "G" else ""
        if abs(len(packed) - len(_WHOLE_GENERAL)) > 2 or OSA.distance(packed, _WHOLE_GENERAL) > 2:
            return None
    return DeliveryParts(AddressKind.GENERAL_DELIVERY, "", ("GENERAL", "DELIVERY"))
