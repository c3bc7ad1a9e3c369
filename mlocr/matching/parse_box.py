"""PO boxes in every printed form; caller service, drawers, bins and lockboxes are PO boxes (Publication 28 28)."""

import re
from dataclasses import replace

from rapidfuzz.distance import OSA

from mlocr.mail.address import AddressKind
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.suffixes import suffix_of
from mlocr.matching.text import REPAIRABLE, digits_of, ending_read
from mlocr.matching.words import DIRECTIONALS

VALUE = r"(?P<box>-?\d[\dA-Z|]*(?:[ -]\d/\d|-\d+|-[A-Z])?|[OILSBZG]\d[\dOILSBZG]*|[A-Z]{1,2}(?:-?\d+)?)"
"""A box number as printed: digits, a letter or two, look-alike letters among digits."""

MAILBOX = r"(?:\s+(?:PMB|#)\s*(?P<pmb>[A-Z0-9-]+))?"
"""A private mailbox behind the box (Publication 28 section 285)."""

_MARK = r"(?:\s*(?:#|NO|NUM|NUMBER|NUMERO))*\s*"
_PO = (
    r"(?:P\s?[O0]\s?(?:[B8][O0]X|B\s?O\s?X)|P\s?[O0]\s?BX|POST(?:AL)?(?: OFFICE| OFC)? [B8][O0]X|P\s?O\s?DRAWER|"
    r"P\s?O\s?(?:CALLER|BIN|LOCK\s?BOX)|P\s?[O0]\s?B(?=\s*[OILSZ]?\d)|APARTADO(?: POSTAL)?|APDO(?: POSTAL)?)"
    r"(?:\s(?:DRAWER|CALLER|BIN))?"
)
_BARE = (
    r"(?:DRAWER|(?:FIRM )?CALLER(?: SERVICE)?(?: [B8][O0]X)?|LOCK\s?(?:BOX|DRAWER)|BIN|(?:[B8][O0]X|B\s?O\s?X)|BX|"
    r"BUZON|P\s?O(?=\s\d))"
)
_PO_ANYWHERE = re.compile(rf"(?:^|\s){_PO}{_MARK}{VALUE}(?=\s|$){MAILBOX}")
_BARE_LINE = re.compile(rf"^(?P<word>{_BARE}){_MARK}{VALUE}{MAILBOX}$")
_ONLY_BOX = re.compile(rf"^(?:(?:[B8][O0]X|B\s?O\s?X)|BX){_MARK}{VALUE}$")
_NEARLY = re.compile(r"^(?P<words>[A-Z]{1,6}(?: [A-Z]{1,4}){0,2}) (?P<box>\d+)$")
_MORE_DIGITS = re.compile(r"\s*(?:[&/.,-]|AND\b)?\s*[.\d]")
# PO BOX 15 ST, PO BOX 5 P2: what is left may be digits of the number that could not be read.
_LETTERS_LEFT = re.compile(r"^\s[A-Z]{1,2}\d{0,3}$")
_BARE_HEADS = frozenset("DFCLB8P")


def box_lookalikes(parts: DeliveryParts) -> tuple[DeliveryParts, ...]:
    """A box as printed and, where look-alikes of digits stand in it (O12, 7A, 209B), as the number (*ours*)."""
    value = parts.number
    if value.isdecimal() or not any(c.isdecimal() for c in value):
        return (parts,)
    read = digits_of(value) or ending_read(value)
    return (parts, replace(parts, number=read, repaired=True)) if read else (parts,)


def bare_box(text: str) -> bool:
    """A line that is only BOX and its number: a PO box, or what belongs to the route on the line beside it."""
    return text[:1] in "B8" and _ONLY_BOX.match(text) is not None


def po_box(text: str) -> DeliveryParts | None:
    """A PO box anywhere on the line, or a CALLER, DRAWER, LOCKBOX, BIN or BOX line; the box wins over a street.

    DMM 602 2.1: where street and PO box stand on one line, the box counts.
    """
    found = _PO_ANYWHERE.search(text) if text.startswith("P") or " P" in text or "AP" in text else None
    if found is None and text[:1] in _BARE_HEADS:
        found = _BARE_LINE.match(text)
    if found is None:
        return _misspelled_box(text)
    behind = text[found.end() :]
    street_behind = _is_street(behind.split())
    if (_MORE_DIGITS.match(behind) or _LETTERS_LEFT.match(behind) or behind.startswith(" -")) and not street_behind:
        # A split number, or two numbers, has no certain reading.
        return _misspelled_box(text) or DeliveryParts(AddressKind.PO_BOX, "", ("PO", "BOX"))
    repaired = found.groupdict().get("word") in ("PO", "P O")
    dual = street_behind or (found.start() > 0 and any(c.isdigit() for c in text[: found.start()]))
    parts = DeliveryParts(AddressKind.PO_BOX, found["box"], ("PO", "BOX"), (), found["pmb"] or "", repaired, dual)
    return replace(parts, bare=True) if bare_box(text) else parts


def _is_street(words: list[str]) -> bool:
    """Whether what stands behind a box is a street: a number, a name, and a suffix or directional at its end."""
    if len(words) < 3 or not words[0][0].isdigit() or any(c.isdigit() for c in words[1]):
        return False
    return bool(suffix_of(words[-1])) or words[-1] in DIRECTIONALS


def _misspelled_box(text: str) -> DeliveryParts | None:
    """PO BXO 380, P BOX 1: a whole line one edit away from a PO box line (*ours*)."""
    found = _NEARLY.match(text) if text[-1:].isdigit() and text[0].isalpha() else None
    if found is None or OSA.distance(found["words"].replace(" ", ""), "POBOX") > 1:
        return None
    if found["words"].rpartition("BOX")[2].strip() in REPAIRABLE:
        return None  # PO BOX I 45, PO BOXI 45: the I may be a digit
    return DeliveryParts(AddressKind.PO_BOX, found["box"], ("PO", "BOX"), repaired=True)
