"""One table file, open for reading: bisection over the mapped file, each block checked when it is first touched."""

from __future__ import annotations

import mmap
from pathlib import Path

from mlocr.directory.links.format import (
    BLOCK_RECORDS,
    CHECK_SIZE,
    HEADER_SIZE,
    REBUILD,
    TableHeader,
    block_check,
    unpack_header,
)
from mlocr.directory.links.keys import DIGEST_SIZE, find_digest, masked
from mlocr.errors import BadInputError, SealBrokenError


class HashedTable:
    """Answers the payload of an address it is asked for; it cannot be listed. Any thread may ask."""

    def __init__(self, path: Path, header: TableHeader, data: mmap.mmap) -> None:
        """Use `open_table`; this only takes what it made."""
        self.path = path
        self.header = header
        self._data = data
        self._checked = bytearray(header.blocks)
        self._size = header.record_size

    def find(self, key: bytes) -> bytes | None:
        """The payload of this address; None where it is not in the table.

        Raises SealBrokenError where the file was changed after it was built.
        """
        header, data, size, checked = self.header, self._data, self._size, self._checked
        wanted = find_digest(key, header.salt)
        low, high = 0, header.count
        while low < high:
            middle = (low + high) // 2
            if not checked[middle // BLOCK_RECORDS]:
                self._check(middle // BLOCK_RECORDS)
            at = HEADER_SIZE + middle * size
            found = data[at : at + DIGEST_SIZE]
            if found == wanted:
                return masked(data[at + DIGEST_SIZE : at + size], key, header.salt)
            if found < wanted:
                low = middle + 1
            else:
                high = middle
        return None

    def verify(self) -> None:
        """Check every block. Raises SealBrokenError where one was changed."""
        for block in range(self.header.blocks):
            self._check(block)

    def close(self) -> None:
        """Let go of the file; nothing may be asked afterwards."""
        self._data.close()

    def _check(self, block: int) -> None:
        header = self.header
        start = HEADER_SIZE + block * BLOCK_RECORDS * header.record_size
        end = min(start + BLOCK_RECORDS * header.record_size, header.checks_at)
        at = header.checks_at + block * CHECK_SIZE
        if block_check(self._data[start:end], block, header.salt) != self._data[at : at + CHECK_SIZE]:
            raise SealBrokenError(
                f"{self.path} was changed after it was built: block {block} does not fit its check; {REBUILD}"
            )
        self._checked[block] = 1


def open_table(path: Path) -> HashedTable:
    """Open one table file.

    Raises BadInputError when it cannot be read, is no table, is cut short or of another format version, and
    SealBrokenError when its header was changed.
    """
    try:
        with path.open("rb") as stream:
            header = unpack_header(stream.read(HEADER_SIZE), str(path))
            size = path.stat().st_size
            if size != header.file_size:
                raise BadInputError(f"{path} has {size} bytes and should have {header.file_size}; {REBUILD}")
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}); {REBUILD}") from error
    return HashedTable(path, header, data)
