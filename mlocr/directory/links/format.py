"""The table file, byte by byte (docs/links.md): header, sorted records, one check digest for each block of records."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

from mlocr.directory.links.keys import DIGEST_SIZE, SALT_SIZE
from mlocr.errors import BadInputError, SealBrokenError

MAGIC = b"mlocrLNK"
FORMAT_VERSION = 1
BLOCK_RECORDS = 64
CHECK_SIZE = 8
REBUILD = "build the directory anew from its files"

_FIELDS = struct.Struct(">8sH12sHBxQHHH16s")
_HEADER_CHECK = 16
HEADER_SIZE = _FIELDS.size + _HEADER_CHECK
_CHECK_PERSON = b"mlocr.linkscheck"


_PAYLOAD_SIZES = {"DPV": 1, "LACSLink": 64, "SuiteLink": 24}


class TableKind(Enum):
    """The three tables; the value is the name in headers and messages."""

    DPV = "DPV"
    LACSLINK = "LACSLink"
    SUITELINK = "SuiteLink"

    @property
    def file_name(self) -> str:
        """The table's file in a built directory."""
        return f"{self.value.lower()}.links"

    @property
    def raw_name(self) -> str:
        """The raw file's name beside zip4.txt and ctystate.txt."""
        return f"{self.value.lower()}.txt"

    @property
    def payload_size(self) -> int:
        """Bytes of a record's payload."""
        return _PAYLOAD_SIZES[self.value]


@dataclass(frozen=True, slots=True)
class TableHeader:
    """What a table file says of itself: which table, of which product month, how many records, and its salt."""

    kind: TableKind
    product: tuple[int, int]
    count: int
    salt: bytes

    @property
    def record_size(self) -> int:
        """Bytes of one record."""
        return DIGEST_SIZE + self.kind.payload_size

    @property
    def blocks(self) -> int:
        """Blocks of records, the last one perhaps shorter."""
        return -(-self.count // BLOCK_RECORDS)

    @property
    def checks_at(self) -> int:
        """Where the block checks begin."""
        return HEADER_SIZE + self.count * self.record_size

    @property
    def file_size(self) -> int:
        """Bytes of the whole file."""
        return self.checks_at + self.blocks * CHECK_SIZE


def pack_header(header: TableHeader) -> bytes:
    """The header's bytes, its own check last."""
    year, month = header.product
    fields = _FIELDS.pack(
        MAGIC,
        FORMAT_VERSION,
        header.kind.value.encode(),
        year,
        month,
        header.count,
        DIGEST_SIZE,
        header.kind.payload_size,
        BLOCK_RECORDS,
        header.salt,
    )
    return fields + _check(fields, b"header", _HEADER_CHECK)


def unpack_header(data: bytes, name: str) -> TableHeader:
    """The header of the table file `name`.

    Raises BadInputError for a file that is no table, cut short, or of another format version, and SealBrokenError for a
    header that was changed.
    """
    if len(data) < HEADER_SIZE or not data.startswith(MAGIC):
        raise BadInputError(f"{name} is no confirming table, or cut short; {REBUILD}")
    fields = data[: _FIELDS.size]
    _, version, table, year, month, count, digest, payload, block, salt = _FIELDS.unpack(fields)
    if version != FORMAT_VERSION:
        raise BadInputError(f"{name} is of format version {version}, not {FORMAT_VERSION}; {REBUILD}")
    if _check(fields, b"header", _HEADER_CHECK) != data[_FIELDS.size : HEADER_SIZE]:
        raise SealBrokenError(f"{name} was changed after it was built: its header does not fit its check; {REBUILD}")
    known = {kind.value.encode(): kind for kind in TableKind}
    kind = known.get(table.rstrip(b"\0"))
    if kind is None or (digest, payload, block) != (DIGEST_SIZE, kind.payload_size, BLOCK_RECORDS):
        raise BadInputError(f"{name} has sizes this version does not know; {REBUILD}")
    return TableHeader(kind, (year, month), count, salt)


def block_check(records: bytes, number: int, salt: bytes) -> bytes:
    """The check of block `number` (from 0): a changed byte or a block out of its place does not fit it."""
    return _check(records, salt + number.to_bytes(8, "big"), CHECK_SIZE)


def _check(data: bytes, key: bytes, size: int) -> bytes:
    return blake2b(data, digest_size=size, key=key, person=_CHECK_PERSON).digest()


__all__ = ["SALT_SIZE", "TableHeader", "TableKind", "block_check", "pack_header", "unpack_header"]
