"""The seal of a built directory: one digest over all its bytes, at the end of its file.

What it proves: that the file is what `mlocr directory build` wrote, byte for byte, and so are the tables beside it,
whose digests the file holds. It proves nothing about the product files the directory was built from, and somebody who
can run this code can seal what he likes: it is a lock on a door, not a signature.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mlocr.directory.links.format import TableKind
from mlocr.directory.records import DirectoryMeta, SealedFile
from mlocr.directory.schema import APPLICATION_ID, FILE_NAME, FORMAT_VERSION
from mlocr.errors import BadInputError, SealBrokenError

Digest = Callable[[Path, int], str]

CHUNK = 8 << 20
"""Bytes hashed at a time; the chunks of a file are hashed on several cores."""
MOST_THREADS = 8
"""Each holds a chunk in memory."""

_MAGIC = b"\nMLOCR SEAL 1 sha256 tree "
TRAILER_SIZE = len(_MAGIC) + 64 + 1
_HEAD_SIZE = 100  # the database header: the format version at byte 60, the application's number at 68
AGAIN = "nothing may be coded with it; build it again from the product files"


def tree_digest(path: Path, size: int) -> str:
    """The digest of a file's first `size` bytes: SHA-256 over the size and each chunk's SHA-256, hexadecimal."""
    whole = hashlib.sha256(f"{size} ".encode())

    def digest_at(at: int) -> bytes:
        with path.open("rb") as stream:
            stream.seek(at)
            return hashlib.sha256(stream.read(min(CHUNK, size - at))).digest()

    # Reading and hashing leave the other threads running.
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        for digest in pool.map(digest_at, range(0, size, CHUNK)):
            whole.update(digest)
    return whole.hexdigest()


def sealed_file(path: Path, name: str) -> SealedFile:
    """What a seal keeps of a further file, to be known as `name`."""
    size = path.stat().st_size
    return SealedFile(name, size, tree_digest(path, size))


def put_seal(path: Path) -> None:
    """Seal the finished file `path`: append its digest."""
    digest = tree_digest(path, path.stat().st_size)
    with path.open("ab") as stream:
        stream.write(_MAGIC + digest.encode("ascii") + b"\n")


def seal_of(path: Path) -> str:
    """The digest that the built directory `path` claims.

    Raises SealBrokenError where it bears no seal, and BadInputError where it is an older version's, which bore none, or
    no built directory at all.
    """
    file = path / FILE_NAME
    with file.open("rb") as stream:
        head = stream.read(_HEAD_SIZE)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - TRAILER_SIZE))
        trailer = stream.read()
    if len(trailer) == TRAILER_SIZE and trailer.startswith(_MAGIC) and trailer.endswith(b"\n"):
        return trailer[len(_MAGIC) : -1].decode("latin-1")
    version, application = (int.from_bytes(head[at : at + 4], "big") for at in (60, 68))
    if application == APPLICATION_ID and version != FORMAT_VERSION:
        raise BadInputError(
            f"the directory {path} is of format version {version}, not {FORMAT_VERSION}; build it again"
        )
    raise SealBrokenError(f"the directory {path} bears no seal: it was cut short or changed; {AGAIN}")


def check_seal(path: Path, digest: Digest = tree_digest) -> None:
    """Compare the file of the built directory `path` with its seal. Raises as `seal_of`, and where a byte was changed.

    `digest` is asked for the digest of a file's first bytes; one may remember those of files that have not changed.
    """
    claimed, file = seal_of(path), path / FILE_NAME
    if digest(file, file.stat().st_size - TRAILER_SIZE) != claimed:
        raise SealBrokenError(f"the seal of the directory {path} is broken: its file was changed; {AGAIN}")


def check_tables(path: Path, meta: DirectoryMeta, digest: Digest = tree_digest) -> None:
    """Compare the tables beside the directory with those it was built with. Raises SealBrokenError."""
    belonging = {table.name: table for table in meta.tables}
    for kind in TableKind:
        file, table = path / kind.file_name, belonging.get(kind.file_name)
        if table is None:
            if file.exists():
                raise SealBrokenError(f"{file} was put beside a directory it does not belong to; take it away")
        elif not file.is_file():
            raise SealBrokenError(f"{file} is gone, with which the directory {path} was built; {AGAIN}")
        elif file.stat().st_size != table.size or digest(file, table.size) != table.digest:
            raise SealBrokenError(f"the seal of the directory {path} is broken: {file.name} was changed; {AGAIN}")
