"""The tables of one directory build: made beside the directory first, put in place with it or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlocr.directory.links.build import TableReport, build_table
from mlocr.directory.links.format import TableKind
from mlocr.directory.links.stops import clear_stop
from mlocr.directory.unfinished import temporary_file


class PreparedTables:
    """Table files built under temporary names in the directory's folder; `put` puts them in place."""

    def __init__(self, out: Path, built: Mapping[TableKind, Path], reports: tuple[TableReport, ...]) -> None:
        """Use `prepared_tables`."""
        self.reports = reports
        self._out = out
        self._built = dict(built)

    @property
    def files(self) -> dict[str, Path]:
        """The tables' files, still under their temporary names, by the names they will have."""
        return {kind.file_name: path for kind, path in self._built.items()}

    def put(self) -> None:
        """Replace the tables of the build before, take away those not given now, and the stop mark with them."""
        for kind in TableKind:
            place = self._out / kind.file_name
            if kind in self._built:
                self._built[kind].replace(place)
            else:
                place.unlink(missing_ok=True)
        clear_stop(self._out)


@contextlib.contextmanager
def prepared_tables(raw: Mapping[TableKind, Path], product: tuple[int, int], out: Path) -> Iterator[PreparedTables]:
    """The tables of the raw files `raw`, built in the existing folder `out`; what was not put in place is gone after.

    Raises what `build_table` raises.
    """
    built: dict[TableKind, Path] = {}
    reports: list[TableReport] = []
    with contextlib.ExitStack() as stack:
        for kind, path in raw.items():
            built[kind] = stack.enter_context(temporary_file(out, ".links"))
            reports.append(build_table(path, kind, product, built[kind]))
            _make_durable(built[kind])
        yield PreparedTables(out, built, tuple(reports))


def _make_durable(path: Path) -> None:
    path.chmod(0o644)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
