"""What a run leaves behind: results.jsonl in piece order, the sprayed pictures, summary.json."""

from __future__ import annotations

import errno
import fcntl
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlocr.errors import JournalError, StationError, UsageError
from mlocr.mail.code import RoutingCode
from mlocr.mail.piece import Encoded, MachineId
from mlocr.marking.draw import draw_columns, spray_columns
from mlocr.ports import FiredMark
from mlocr.station.decision import decision
from mlocr.station.pieces import Piece
from mlocr.station.summary import RunSummary


def result_row(piece: Piece, machine_id: MachineId) -> dict[str, object]:
    """The contract's row for one ended piece."""
    end = RowEnd(
        piece_id=str(piece.piece_id) if piece.piece_id else None,
        file=piece.name or None,
        disposition=piece.disposition.value if piece.disposition else None,
        job_id=str(piece.job_id) if piece.job_id else None,
        timings_ms=piece.timings_ms,
    )
    return row_of(decision(piece), end, machine_id.text)


@dataclass(frozen=True, slots=True)
class RowEnd:
    """What a row says beside the decision."""

    piece_id: str | None
    file: str | None
    disposition: str | None
    job_id: str | None
    timings_ms: Mapping[str, float]


def row_of(decided: Mapping[str, object], end: RowEnd, machine_id: str) -> dict[str, object]:
    """The contract's row from a decision as the journal holds it (`decision`)."""
    encoded = decided.get("outcome") == "encoded"
    routing = RoutingCode.of(str(decided["digits"])) if encoded else None

    def where_encoded(name: str) -> object:
        return decided.get(name) if encoded else None

    return {
        "piece_id": end.piece_id,
        "file": end.file,
        "outcome": "encoded" if encoded else "rejected",
        "reason": decided.get("reason"),
        "depth": int(routing.depth) if routing else None,
        "zip5": routing.zip5 if routing else None,
        "plus4": (routing.plus4 or None) if routing else None,
        "dpc": (routing.delivery_point or None) if routing else None,
        "check_digit": routing.check_digit if routing else None,
        "record_type": where_encoded("record_type"),
        "symbology": where_encoded("symbology"),
        "tracking": where_encoded("tracking"),
        "bars": where_encoded("bars"),
        "mass_id": machine_id if encoded else None,
        "disposition": end.disposition,
        "job_id": end.job_id,
        "lines": decided.get("lines", []),
        "bbox": decided.get("bbox"),
        "carrier_route": where_encoded("carrier_route"),
        "delivery_line": decided.get("delivery_line"),
        "last_line": decided.get("last_line"),
        "footnotes": decided.get("footnotes", []),
        "dpc_rule": decided.get("dpc_rule"),
        "return_code": decided.get("return_code") or None,
        "dpv": decided.get("dpv") or None,
        "dpv_footnotes": decided.get("dpv_footnotes", []),
        "lacslink": decided.get("lacslink") or None,
        "suitelink": decided.get("suitelink") or None,
        "certainty": where_encoded("certainty"),
        "timings_ms": {name: round(value, 2) for name, value in sorted(end.timings_ms.items())},
    }


def marked_picture(piece: Piece, fired: FiredMark | None) -> NDArray[np.uint8] | None:
    """The camera's picture with the mark drawn in: what fired where that is known, else what was sent.

    None where the piece has no picture, no letter frame or no mark.
    """
    outcome = piece.outcome
    if not isinstance(outcome, Encoded) or piece.frame is None or piece.frame.lift is None:
        return None
    if outcome.reading is None or outcome.reading.letter is None:
        return None
    spray = outcome.spray
    columns = fired.columns if fired is not None else spray_columns(spray)
    letter = outcome.reading.letter
    return draw_columns(piece.frame.lift.pixels, letter, columns, spray.dots, spray.dpi, spray.baseline)


def write_png(path: Path, pixels: NDArray[np.uint8], dpi: float) -> None:
    """A grey PNG with its resolution, quickly written (light compression); under its name stands a whole one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    Image.fromarray(pixels).save(unfinished, format="PNG", dpi=(dpi, dpi), compress_level=1)
    unfinished.replace(path)


class ResultWriter:
    """Writes results as pieces end, in the order they were captured. One thread calls it.

    The journal is the record, these files are made from the same words: what a killed run has left of them is
    written anew from its rows (`begin`).
    """

    def __init__(self, out: Path, machine_id: MachineId) -> None:
        self._out = out
        self._machine_id = machine_id
        self._waiting: dict[int, str] = {}
        self._next = 0
        self._names: set[str] = set()
        self._file: TextIO | None = None

    def open(self) -> None:
        """Take the folder for this run alone; nothing in it changes yet.

        Raises UsageError where another run writes there or it is no folder, JournalError where the disk takes nothing.
        """
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            file = (self._out / "results.jsonl").open("a", encoding="utf-8")
        except OSError as error:
            raise _unwritable(self._out, error) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise UsageError(f"another run writes into {self._out}; wait for it, or give another --out") from None
        self._file = file

    def begin(self, earlier: Sequence[Mapping[str, object]] = (), first_index: int = 0) -> None:
        """Start the folder's results: anew, or with the rows of the run that goes on and the pictures it has left.

        `first_index` is the place of the first piece to come. Raises JournalError where the disk takes nothing.
        """
        self._next = first_index
        self._names.clear()
        goes_on = bool(earlier or first_index)
        try:
            self._rows().truncate(0)
            for row in earlier:
                self._rows().write(json.dumps(row, ensure_ascii=False) + "\n")
            self._rows().flush()
            for picture in (self._out / "sprayed").glob("*.png*"):
                if goes_on and picture.suffix == ".png":
                    self._names.add(picture.stem)
                else:
                    picture.unlink()  # of an earlier run, or not whole
        except OSError as error:
            raise _unwritable(self._out, error) from None

    def keep(self, run: int, rows: Sequence[Mapping[str, object]]) -> None:
        """Write the rows of a run that did not end and is not gone on with into a file of its own.

        Raises JournalError where the disk takes nothing.
        """
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        try:
            (self._out / f"results-run-{run}.jsonl").write_text(text, encoding="utf-8")
        except OSError as error:
            raise _unwritable(self._out, error) from None

    def add(self, piece: Piece, picture: NDArray[np.uint8] | None) -> None:
        """One ended piece, and its marked picture when it was sprayed and is wanted. Raises JournalError."""
        try:
            if picture is not None and piece.frame is not None and piece.frame.lift is not None:
                write_png(self._out / "sprayed" / f"{self._stem(piece)}.png", picture, piece.frame.lift.dpi)
            self._waiting[piece.index] = json.dumps(result_row(piece, self._machine_id), ensure_ascii=False)
            while self._next in self._waiting:
                self._rows().write(self._waiting.pop(self._next) + "\n")
                self._next += 1
            self._rows().flush()
        except OSError as error:
            raise _unwritable(self._out, error) from None

    def finish(self, summary: RunSummary) -> None:
        """Write what still waits and the summary; close. Raises JournalError where the disk takes nothing."""
        try:
            for index in sorted(self._waiting):
                self._rows().write(self._waiting[index] + "\n")
            self.close()
            text = json.dumps(summary.as_json(), indent=2)
            (self._out / "summary.json").write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise _unwritable(self._out, error) from None

    def close(self) -> None:
        """Close results.jsonl; safe to call twice. Raises JournalError where the disk takes nothing."""
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError as error:
            raise _unwritable(self._out, error) from None

    def _rows(self) -> TextIO:
        if self._file is None:
            raise RuntimeError("results.jsonl is not open")
        return self._file

    def _stem(self, piece: Piece) -> str:
        # A repeated file keeps its own picture each time.
        stem = Path(piece.name).stem
        name, again = stem, 1
        while name in self._names:
            again += 1
            name = f"{stem}-{again}"
        self._names.add(name)
        return name


_DISK = frozenset({errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG, errno.EDQUOT})


def _unwritable(out: Path, error: OSError) -> StationError:
    """The disk's fault is the record's: exit 7. A wrong --out is the user's."""
    what = f"the output folder {out} cannot be written ({error.strerror or error})"
    if error.errno in _DISK:
        return JournalError(f"{what}; make room or mend its disk and run again, or give another --out")
    return UsageError(f"{what}; give another --out")
