"""What of an address a table is keyed by, in one spelling for the builder and for the asker; and the two digests of it.

The spelling is part of the format (docs/links.md): a change of it needs another format version.
"""

from __future__ import annotations

import re
from hashlib import blake2b

DIGEST_SIZE = 16
"""Bytes kept of an address: with a thousand million records the chance of any false answer stays below 10^-18."""

SALT_SIZE = 16

_FIND_PERSON = b"mlocr.links.find"
_MASK_PERSON = b"mlocr.links.mask"
_BETWEEN = b"\x1f"

_NOT_NAME = re.compile("[^A-Z0-9& ]+")
_FORMS = """THE AND & OF INC INCORPORATED LLC LLP LP LTD LIMITED CO COMPANY CORP CORPORATION PC PLLC PA NA ATTN
ATTENTION"""
_LEGAL_FORMS = frozenset(_FORMS.split())


def number_of(text: str) -> str:
    """A primary number, box or unit: capitals, no blanks at the ends, no leading zeros."""
    value = " ".join(text.upper().split())
    return value.lstrip("0 ") or value[-1:]


def unit_of(text: str) -> str:
    """A unit's number: as `number_of`, without blanks, dashes and number signs."""
    return number_of(re.sub(r"[\s#-]+", "", text))


def street_of(text: str) -> str:
    """A street in one: single blanks, and no leading zeros in its numbers (RR 01 is RR 1)."""
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in text.upper().split())


def firm_of(text: str) -> str:
    """A firm's name without punctuation and legal form; the name as it stands where nothing else is left."""
    words = _NOT_NAME.sub(" ", text.upper().replace("'", "")).split()
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)


def primary_key(zip5: str, plus4: str, primary: str) -> bytes:
    """DPV: one primary number (or box) of one ZIP+4."""
    return _key("P", zip5, plus4, number_of(primary))


def secondary_key(zip5: str, plus4: str, primary: str, secondary: str) -> bytes:
    """DPV: one unit at a primary number."""
    return _key("S", zip5, plus4, number_of(primary), unit_of(secondary))


def old_address_key(zip5: str, primary: str, street: str, secondary: str) -> bytes:
    """LACSLink: one old address."""
    return _key("L", zip5, number_of(primary), street_of(street), unit_of(secondary))


def firm_key(zip5: str, plus4: str, primary: str, firm: str) -> bytes:
    """SuiteLink: one firm at a highrise default."""
    return _key("F", zip5, plus4, number_of(primary), firm_of(firm))


def _key(*parts: str) -> bytes:
    return _BETWEEN.join(part.encode() for part in parts)


def find_digest(key: bytes, salt: bytes) -> bytes:
    """The digest a record is found by."""
    return blake2b(key, digest_size=DIGEST_SIZE, key=salt, person=_FIND_PERSON).digest()


def masked(payload: bytes, key: bytes, salt: bytes) -> bytes:
    """A payload (at most 64 bytes) masked, or unmasked: only who has the address has the mask."""
    size = len(payload)
    mask = blake2b(key, digest_size=size, key=salt, person=_MASK_PERSON).digest()
    return (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
