"""A record's key and payload, from a raw row and back: what stands behind the digest, before it is masked."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from mlocr.directory.links.keys import firm_key, old_address_key, primary_key, secondary_key
from mlocr.directory.links.raw import FLAGS, LONGEST_LINE, ConvertedRow, DeliveryPointRow, RawRow, SuiteRow
from mlocr.mail.address import ConvertedAddress

SEED = 0x80
"""The bit of a payload's first byte that makes it a seeded false positive."""

_FLAG_BITS = {name: 1 << at for at, name in enumerate(FLAGS.values())}
_CODES = ("A", "09", "14")
_LACSLINK = struct.Struct(f">B5s{LONGEST_LINE}s2x")
_SUITELINK = struct.Struct(">B4s18sx")


@dataclass(frozen=True, slots=True)
class Suite:
    """A firm's suite: standard designator and number (empty where it has none)."""

    designator: str
    number: str


def key_and_payload(row: RawRow) -> tuple[bytes, bytes]:
    """The address a row is keyed by, and its payload."""
    match row:
        case DeliveryPointRow():
            flags = sum(_FLAG_BITS[name] for name in row.flags) | (SEED if row.seed else 0)
            if row.secondary:
                return secondary_key(row.zip5, row.plus4, row.primary, row.secondary), bytes([flags])
            return primary_key(row.zip5, row.plus4, row.primary), bytes([flags])
        case ConvertedRow():
            first = SEED if row.code == "F" else _CODES.index(row.code)
            payload = _LACSLINK.pack(first, _padded(row.new_zip5, 5), _padded(row.new_line, LONGEST_LINE))
            return old_address_key(row.zip5, row.primary, row.street, row.secondary), payload
        case SuiteRow():
            payload = _SUITELINK.pack(0, _padded(row.designator, 4), _padded(row.number, 18))
            return firm_key(row.zip5, row.plus4, row.primary, row.firm), payload


def flags_of(payload: bytes) -> tuple[str, ...]:
    """The flags of a DPV record."""
    return tuple(name for name, bit in _FLAG_BITS.items() if payload[0] & bit)


def converted_of(payload: bytes) -> ConvertedAddress:
    """The answer of a LACSLink record."""
    first, zip5, line = _LACSLINK.unpack(payload)
    return ConvertedAddress(_CODES[first], line.decode("ascii").rstrip(), zip5.decode("ascii").rstrip())


def suite_of(payload: bytes) -> Suite:
    """The suite of a SuiteLink record."""
    _, designator, number = _SUITELINK.unpack(payload)
    return Suite(designator.decode("ascii").rstrip(), number.decode("ascii").rstrip())


def is_seed(payload: bytes) -> bool:
    """Whether the record is a seeded false positive."""
    return bool(payload[0] & SEED)


def _padded(text: str, size: int) -> bytes:
    return text.encode("ascii").ljust(size)
