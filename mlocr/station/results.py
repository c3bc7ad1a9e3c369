"""What a run leaves behind: results.jsonl in piece order, the sprayed pictures, summary.json."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlocr.errors import UsageError
from mlocr.mail.piece import Encoded, MachineId, Rejected
from mlocr.marking.draw import draw_columns, spray_columns
from mlocr.ports import FiredMark
from mlocr.station.pieces import Piece
from mlocr.station.summary import RunSummary


def result_row(piece: Piece, machine_id: MachineId) -> dict[str, object]:
    """The contract's row for one ended piece."""
    outcome = piece.outcome
    match = outcome.match if outcome is not None else None
    encoded = outcome if isinstance(outcome, Encoded) else None
    routing = encoded.routing if encoded else None
    reading = outcome.reading if outcome else None
    lines = [line.text for line in reading.block.lines] if reading and reading.block else []
    return {
        "piece_id": str(piece.piece_id) if piece.piece_id else None,
        "file": piece.name or None,
        "outcome": "encoded" if encoded else "rejected",
        "reason": _reason(piece),
        "depth": int(routing.depth) if routing else None,
        "zip5": routing.zip5 if routing else None,
        "plus4": (routing.plus4 or None) if routing else None,
        "dpc": (routing.delivery_point or None) if routing else None,
        "check_digit": routing.check_digit if routing else None,
        "record_type": match.record_type.value if match and match.record_type and encoded else None,
        "symbology": encoded.symbol.symbology.value if encoded else None,
        "tracking": piece.tracking.digits if encoded and piece.tracking else None,
        "bars": encoded.symbol.bars if encoded else None,
        "mass_id": machine_id.text if encoded else None,
        "disposition": piece.disposition.value if piece.disposition else None,
        "job_id": str(piece.job_id) if piece.job_id else None,
        "lines": lines,
        "bbox": _bbox(piece),
        "carrier_route": match.carrier_route if match and encoded else None,
        "delivery_line": match.delivery_line if match else None,
        "last_line": match.last_line if match else None,
        "footnotes": list(match.footnotes) if match else [],
        "dpc_rule": match.delivery_point_rule if match else None,
        "return_code": (match.return_code or None) if match else None,
        "dpv": (match.links.dpv or None) if match else None,
        "dpv_footnotes": list(match.links.dpv_footnotes) if match else [],
        "lacslink": (match.links.lacslink or None) if match else None,
        "suitelink": (match.links.suitelink or None) if match else None,
        "certainty": round(match.certainty, 4) if match and encoded else None,
        "timings_ms": {name: round(value, 2) for name, value in piece.timings_ms.items()},
    }


def _reason(piece: Piece) -> str | None:
    if isinstance(piece.outcome, Rejected):
        return piece.outcome.reason.value
    if piece.outcome is not None and piece.outcome.match.reason is not None:
        return piece.outcome.match.reason.value
    return None


def _bbox(piece: Piece) -> list[int] | None:
    reading = piece.outcome.reading if piece.outcome else None
    box = reading.block.box if reading and reading.block else None
    return [box.x0, box.y0, box.x1, box.y1] if box else None


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
    """A grey PNG with its resolution, quickly written (light compression)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, format="PNG", dpi=(dpi, dpi), compress_level=1)


class ResultWriter:
    """Writes results as pieces end, in the order they were captured. One thread calls it."""

    def __init__(self, out: Path, machine_id: MachineId) -> None:
        self._out = out
        self._machine_id = machine_id
        self._waiting: dict[int, str] = {}
        self._next = 0
        self._names: set[str] = set()
        self._file: TextIO | None = None

    def open(self) -> None:
        """Start the folder's results anew. Raises UsageError when it cannot be written or another run writes there."""
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            file = (self._out / "results.jsonl").open("a", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"the output folder {self._out} cannot be written ({error}); give another --out") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise UsageError(f"another run writes into {self._out}; wait for it, or give another --out") from None
        file.truncate(0)
        self._file = file
        for picture in (self._out / "sprayed").glob("*.png"):
            picture.unlink()

    def add(self, piece: Piece, picture: NDArray[np.uint8] | None) -> None:
        """One ended piece, and its marked picture when it was sprayed and is wanted."""
        if picture is not None and piece.frame is not None and piece.frame.lift is not None:
            write_png(self._out / "sprayed" / f"{self._stem(piece)}.png", picture, piece.frame.lift.dpi)
        self._waiting[piece.index] = json.dumps(result_row(piece, self._machine_id), ensure_ascii=False)
        while self._next in self._waiting:
            self._rows().write(self._waiting.pop(self._next) + "\n")
            self._next += 1
        self._rows().flush()

    def finish(self, summary: RunSummary) -> None:
        """Write what still waits and the summary; close."""
        for index in sorted(self._waiting):
            self._rows().write(self._waiting[index] + "\n")
        self.close()
        text = json.dumps(summary.as_json(), indent=2)
        (self._out / "summary.json").write_text(text + "\n", encoding="utf-8")

    def close(self) -> None:
        """Close results.jsonl; safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

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
