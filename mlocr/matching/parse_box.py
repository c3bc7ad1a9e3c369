"""PO boxes, rural and highway contract routes, military units, general delivery (Publication 28 sections 24 to 28)."""

import re
from dataclasses import replace

from rapidfuzz.distance import OSA

from mlocr.mail.address import AddressKind
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.text import digits_of, ending_read

_VALUE = r"(?P<box>-?\d[\dA-Z|]*(?:-\d+)?|[OILSBZ]\d[\dOILSBZ]*|[A-Z]{1,2}(?:-?\d+)?)"
_MARK = r"(?:\s*(?:#|NO|NUM|NUMBER|NUMERO))?\s*"
_PMB = r"(?:\s+(?:PMB|#)\s*(?P<pmb>[A-Z0-9-]+))?"

_PO = (
    r"(?:P\s?[O0]\s?[B8][O0]X|P\s?[O0]\s?BX|POST OFFICE [B8][O0]X|P\s?O\s?DRAWER|P\s?O\s?(?:CALLER|BIN|LOCK\s?BOX)|"
    r"P\s?[O0]\s?B(?=\s*\d)|APARTADO(?: POSTAL)?|APDO(?: POSTAL)?)"
)
_NEARLY = re.compile(r"^(?P<words>[A-Z]{1,6}(?: [A-Z]{1,4}){0,2}) (?P<box>\d+)$")
_MORE_DIGITS = re.compile(r"\s*(?:[&/.,-]|AND\b)?\s*[.\d]")
_BARE = r"(?:DRAWER|FIRM CALLER|CALLER(?: SERVICE)?|LOCK\s?BOX|BIN|[B8][O0]X|BUZON)"
_PO_ANYWHERE = re.compile(rf"(?:^|\s){_PO}{_MARK}{_VALUE}(?=\s|$){_PMB}")
_BARE_LINE = re.compile(rf"^{_BARE}{_MARK}{_VALUE}{_PMB}$")

_BARE_HEADS = frozenset("DFCLB8")
_ROUTE_HEADS = frozenset("RHSB8")

_ROUTE_NO = r"\s*(?:#|NO)?\s*(?P<route>[0-9OIL]{1,4}[A-Z]?)"
_BOX = rf"(?:\s*(?:[B8][O0]X|BX|BUZON|#|UNIT)(?:\s*(?:#|NO))?\s*{_VALUE})"
_RR = r"(?:R\s?R|RURAL (?:ROUTE|RTE|RT|RD)|R\s?F\s?D(?: (?:ROUTE|RTE|RT))?|RUTA RURAL)"
_RR_WITH_BOX = r"(?:RD|RT|RTE|ROUTE)"
_HC = r"(?:H\s?C(?:\s?R)?|HIGHWAY CONTRACT(?: (?:ROUTE|RTE|RT))?|STAR (?:ROUTE|RTE|RT)|STAR)"
_ROUTES = (
    (re.compile(rf"^{_RR}{_ROUTE_NO}{_BOX}?{_PMB}(?P<rest>\s.*)?$"), "RR", AddressKind.RURAL_ROUTE),
    (re.compile(rf"^{_HC}{_ROUTE_NO}{_BOX}?{_PMB}(?P<rest>\s.*)?$"), "HC", AddressKind.HIGHWAY_CONTRACT),
    (re.compile(rf"^{_RR_WITH_BOX}{_ROUTE_NO}{_BOX}{_PMB}(?P<rest>\s.*)?$"), "RR", AddressKind.RURAL_ROUTE),
    (re.compile(rf"^[B8][O0]X\s*{_VALUE}\s+{_RR}{_ROUTE_NO}{_PMB}(?P<rest>\s.*)?$"), "RR", AddressKind.RURAL_ROUTE),
    (
        re.compile(rf"^[B8][O0]X\s*{_VALUE}\s+{_HC}{_ROUTE_NO}{_PMB}(?P<rest>\s.*)?$"),
        "HC",
        AddressKind.HIGHWAY_CONTRACT,
    ),
)
_MILITARY = re.compile(
    rf"^(?P<unit>PSC|CMR|UNIT|UPR|CPR|OPC|OMC|UMR)\s*(?P<number>[0-9OIL]{{1,6}}){_BOX}?(?P<rest>\s.*)?$"
)
_GENERAL = re.compile(r"\b(?:GENERAL DELIVERY|GENERAL DEL|GEN(?:L)? DEL(?:IVERY)?|ENTREGA GENERAL|LISTA DE CORREOS)\b")


def box_lookalikes(parts: DeliveryParts) -> tuple[DeliveryParts, ...]:
    """A box as printed and, where its last letter is a look-alike of a digit (7A, 6G), as the number (*ours*)."""
    read = ending_read(parts.number)
    if parts.repaired or not read or parts.kind in (AddressKind.GENERAL_DELIVERY, AddressKind.MILITARY):
        return (parts,)
    return parts, replace(parts, number=read, repaired=True)


def _box(value: str) -> tuple[str, bool]:
    """The box number and whether look-alike letters were read as digits."""
    value = value or ""
    if any(c.isdigit() for c in value) and not value.replace("-", "").isdigit():
        read = digits_of(value)
        if read:
            return read, True
    return value, False


def po_box(text: str) -> DeliveryParts | None:
    """A PO box anywhere on the line, or a CALLER, DRAWER, LOCKBOX, BIN or BOX line; the box wins over a street.

    DMM 602 2.1: where street and PO box stand on one line, the box counts.
    """
    found = _PO_ANYWHERE.search(text) if text.startswith("P") or " P" in text or "AP" in text else None
    if found is None and text[:1] in _BARE_HEADS:
        found = _BARE_LINE.match(text)
    if found is None:
        return _misspelled_box(text)
    if _MORE_DIGITS.match(text[found.end() :]):
        # A split number, or two numbers, has no certain reading.
        return _misspelled_box(text) or DeliveryParts(AddressKind.PO_BOX, "", ("PO", "BOX"))
    number, repaired = _box(found["box"])
    dual = found.start() > 0 and any(c.isdigit() for c in text[: found.start()])
    return DeliveryParts(
        AddressKind.PO_BOX, number, ("PO", "BOX"), (), found["pmb"] or "", repaired=repaired, dual=dual
    )


def _misspelled_box(text: str) -> DeliveryParts | None:
    """PO BXO 380, P BOX 1: a whole line one edit away from a PO box line (*ours*)."""
    found = _NEARLY.match(text) if text[-1:].isdigit() and text[0].isalpha() else None
    if found is None or OSA.distance(found["words"].replace(" ", ""), "POBOX") > 1:
        return None
    return DeliveryParts(AddressKind.PO_BOX, found["box"], ("PO", "BOX"), repaired=True)


def route(text: str) -> DeliveryParts | None:
    """A rural route (RR, RFD, RD ... BOX) or highway contract route (HC, STAR ROUTE)."""
    if text[:1] not in _ROUTE_HEADS:
        return None
    for pattern, name, kind in _ROUTES:
        found = pattern.match(text)
        if found is None:
            continue
        digits = found["route"] if found["route"].isdigit() else digits_of(found["route"]) or found["route"]
        number, repaired = _box(found["box"] or "")
        words = (name, digits.lstrip("0") or "0")
        repaired = repaired or digits != found["route"]
        rest = tuple((found["rest"] or "").split())
        if rest and (rest[0][0].isdigit() or not number):
            return None  # a split number, or a box that cannot be read
        return DeliveryParts(kind, number, words, (), found["pmb"] or "", repaired=repaired, rest=rest)
    return None


def military(text: str) -> DeliveryParts | None:
    """A military unit line: PSC, CMR, UNIT, UPR, CPR, OPC with its BOX (Publication 28 section 238)."""
    found = _MILITARY.match(text)
    if found is None:
        return None
    unit = found["number"] if found["number"].isdigit() else digits_of(found["number"])
    number, repaired = _box(found["box"] or "")
    if not unit or found["rest"]:
        return None
    words = (found["unit"], unit)
    return DeliveryParts(AddressKind.MILITARY, number, words, repaired=repaired or unit != found["number"])


def general_delivery(text: str) -> DeliveryParts | None:
    """General delivery, spelled out or abbreviated."""
    if ("DEL" not in text and "GENERAL" not in text and "LISTA" not in text) or _GENERAL.search(text) is None:
        return None
    return DeliveryParts(AddressKind.GENERAL_DELIVERY, "", ("GENERAL", "DELIVERY"))
