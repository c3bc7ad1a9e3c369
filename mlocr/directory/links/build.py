"""Raw table files to table files: hashed, masked and sorted in bounded memory."""

from __future__ import annotations

import hashlib
import heapq
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from mlocr.directory.links.format import (
    BLOCK_RECORDS,
    HEADER_SIZE,
    SALT_SIZE,
    TableHeader,
    TableKind,
    block_check,
    pack_header,
)
from mlocr.directory.links.keys import DIGEST_SIZE, find_digest, masked
from mlocr.directory.links.payload import key_and_payload
from mlocr.directory.links.raw import RawFile
from mlocr.errors import BadInputError

SORTED_AT_ONCE = 400_000
"""Records sorted in memory before they go to a temporary file: some 60 MB."""


LONGEST_RECORD = 1000
"""Characters of a raw line: far beyond any record, so that a file without line breaks is no burden."""


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table built: which, of which product month, how many records, and its raw file's name and SHA-256."""

    kind: TableKind
    product: tuple[int, int]
    count: int
    source: tuple[str, str]


def build_table(raw: Path, kind: TableKind, product: tuple[int, int], out: Path) -> TableReport:
    """Build the table file `out` of the raw file `raw`, which must be of `kind` and of the ZIP+4 product's month.

    The same raw file gives the same bytes. Raises RecordError for a malformed record and BadInputError for a file that
    is missing, empty, of another table or edition, or that says two things of one address.
    """
    try:
        with _read_twice(raw, out.parent) as stream:
            sha256 = _sha256(stream)
            stream.seek(0)
            lines = io.TextIOWrapper(stream, encoding="latin-1", newline="\n")
            source = RawFile(iter(partial(lines.readline, LONGEST_RECORD), ""), str(raw))
            _agree(source, kind, product)
            # The salt need not be secret, only another one for each edition; so a build can be repeated.
            salt = hashlib.blake2b(sha256, digest_size=SALT_SIZE, person=b"mlocr.links.salt").digest()
            count = _write(source, TableHeader(kind, product, 0, salt), out)
    except OSError as error:
        raise BadInputError(f"{raw} cannot be made a table ({error}); mend it and build again") from error
    if count == 0:
        raise BadInputError(f"{raw} has a header and no records; give the whole table, or leave it out")
    return TableReport(kind, product, count, (raw.name, sha256.hex()))


@contextmanager
def _read_twice(raw: Path, folder: Path) -> Iterator[BinaryIO]:
    """The raw file, open; what comes through a pipe is kept in a temporary file, as it is read twice."""
    with raw.open("rb") as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.TemporaryFile(dir=folder) as kept:
            shutil.copyfileobj(stream, kept)
            kept.seek(0)
            yield kept


def _sha256(stream: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.digest()


def _agree(source: RawFile, kind: TableKind, product: tuple[int, int]) -> None:
    """The dates of the tables and of the ZIP+4 file must agree (facts section 9)."""
    if source.kind is not kind:
        raise BadInputError(f"{source.name} is a {source.kind.value} table, not {kind.value}; give the right file")
    if source.product != product:
        label, wanted = (f"{year:04d}-{month:02d}" for year, month in (source.product, product))
        raise BadInputError(
            f"{source.name} is of edition {label} but the ZIP+4 file is of {wanted}; give files of one edition"
        )


def _write(source: RawFile, header: TableHeader, out: Path) -> int:
    """Write the table file; answers how many records it holds."""
    with ExitStack() as stack:
        runs = [_run(part, stack, out.parent, header.record_size) for part in _sorted_parts(source, header)]
        target = stack.enter_context(out.open("wb"))
        target.write(bytes(HEADER_SIZE))
        count, size = 0, header.record_size
        checks: list[bytes] = []
        records = _each_once(heapq.merge(*runs), source.name)
        while block := b"".join(islice(records, BLOCK_RECORDS)):
            checks.append(block_check(block, len(checks), header.salt))
            target.write(block)
            count += len(block) // size
        target.write(b"".join(checks))
        target.seek(0)
        target.write(pack_header(TableHeader(header.kind, header.product, count, header.salt)))
    return count


def _sorted_parts(source: RawFile, header: TableHeader) -> Iterator[list[bytes]]:
    records = (_record(*key_and_payload(row), header) for row in source)
    while part := list(islice(records, SORTED_AT_ONCE)):
        part.sort()
        yield part


def _record(key: bytes, payload: bytes, header: TableHeader) -> bytes:
    return find_digest(key, header.salt) + masked(payload, key, header.salt)


def _run(part: list[bytes], stack: ExitStack, folder: Path, size: int) -> Iterator[bytes]:
    """A sorted part: kept where it is the only one, else read back from a temporary file."""
    if len(part) < SORTED_AT_ONCE:
        return iter(part)
    file: BinaryIO = stack.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - the stack closes it
    file.writelines(part)
    file.seek(0)
    return _read_back(file, size)


def _read_back(file: BinaryIO, size: int) -> Iterator[bytes]:
    while records := file.read(size * 4096):
        for at in range(0, len(records), size):
            yield records[at : at + size]


def _each_once(records: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The records, a repeated one dropped. Raises BadInputError where two of one address differ."""
    before = b""
    for record in records:
        if record == before:
            continue
        if record[:DIGEST_SIZE] == before[:DIGEST_SIZE]:
            raise BadInputError(
                f"{name} has two records of one address that say different things; keep the one that is right"
            )
        before = record
        yield record
