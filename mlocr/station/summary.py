"""What a run counts: outcomes, dispositions, reasons, latency."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mlocr.mail.piece import Disposition, Encoded, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.journal import Head
from mlocr.station.pieces import Piece
from mlocr.station.unfinished import RunRecord


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile (0 < share <= 1); None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@dataclass(slots=True)
class RunSummary:
    """The running counts of one run. Times are seconds of the monotonic clock, latencies milliseconds."""

    replay: bool
    pieces: int = 0
    encoded: int = 0
    read: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)
    first_capture: float | None = None
    last_end: float = 0.0
    rejects_in_a_row: int = 0
    late_in_a_row: int = 0
    workers_replaced: int = 0
    events_lost: int = 0
    triggers_slipped: int = 0
    camera: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    interrupted: bool = False
    margins_ms: list[float] = field(default_factory=list)
    deadlines: bool = False
    resumed: int = 0
    earlier_seconds: float = 0.0
    journal: Head = field(default_factory=Head)

    def count(self, piece: Piece) -> None:
        """Count one piece that has ended."""
        self.pieces += 1
        self.first_capture = piece.captured if self.first_capture is None else min(self.first_capture, piece.captured)
        self.last_end = max(self.last_end, piece.ended)
        if piece.margin_ms is not None:
            self.margins_ms.append(piece.margin_ms)
        if piece.decided:
            self.latencies_ms.append((piece.decided - piece.captured) * 1000)
        if isinstance(piece.outcome, Encoded):
            self.encoded += 1
            self.rejects_in_a_row = 0
        else:
            self.rejects_in_a_row += 1
            if isinstance(piece.outcome, Rejected):
                self.reasons[piece.outcome.reason.value] += 1
        reading = piece.outcome.reading if piece.outcome else None
        self.read += reading is not None and reading.block is not None
        disposition = piece.disposition or Disposition.FAULTED
        self.dispositions[disposition.value] += 1
        self.late_in_a_row = self.late_in_a_row + 1 if disposition is Disposition.LATE else 0

    def count_earlier(self, run: RunRecord) -> None:
        """Count the pieces of the part of this run that did not end, as the journal tells of them."""
        self.resumed = run.resumed + 1
        self.earlier_seconds += run.seconds
        for piece in run.in_order():
            decided = piece.decided or {}
            self.pieces += 1
            self.read += decided.get("read") is True
            self.encoded += decided.get("outcome") == "encoded"
            if decided.get("outcome") != "encoded" and decided.get("reason"):
                self.reasons[str(decided["reason"])] += 1
            self.dispositions[piece.disposition or Disposition.FAULTED.value] += 1
            if "to_job" in piece.timings_ms:
                self.latencies_ms.append(piece.timings_ms["to_job"])

    @property
    def seconds(self) -> float:
        """From the first capture to the last disposition; of a resumed run the times nobody ran are left out."""
        here = 0.0 if self.first_capture is None else max(0.0, self.last_end - self.first_capture)
        return self.earlier_seconds + here

    def deadline(self) -> dict[str, object]:
        """How the pieces stood to their deadline: those late, their share, and the margins that are known.

        A margin is milliseconds from the device's word that it holds the job to the moment at which it would have been
        too late; below zero where the piece was given up.
        """
        late = self.dispositions[Disposition.LATE.value]
        shares = (("least", 1e-9), ("p1", 0.01), ("p10", 0.1), ("p50", 0.5))
        margins = {name: percentile(self.margins_ms, share) for name, share in shares}
        return {
            "late": late,
            "late_share": round(late / self.pieces, 5) if self.pieces else None,
            "given_up": self.reasons[RejectReason.TOO_LATE.value],
            "margin_ms": {name: None if value is None else round(value, 1) for name, value in margins.items()},
        }

    def as_json(self) -> dict[str, object]:
        """The fields of summary.json."""
        latency = {
            name: None if (value := percentile(self.latencies_ms, share)) is None else round(value, 1)
            for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1.0))
        }
        return {
            "pieces": self.pieces,
            "read": self.read,
            "encoded": self.encoded,
            "rejected": self.pieces - self.encoded,
            "dispositions": dict(sorted(self.dispositions.items())),
            "reasons": dict(sorted(self.reasons.items())),
            "seconds": round(self.seconds, 3),
            "pieces_per_hour": round(self.pieces / self.seconds * 3600) if self.seconds > 0 else None,
            "latency_ms": latency,
            "deadline_misses": self.dispositions[Disposition.LATE.value],
            "deadline": self.deadline() if self.deadlines else None,
            "replay": self.replay,
            "workers_replaced": self.workers_replaced,
            "events_lost": self.events_lost,
            "triggers_slipped": self.triggers_slipped,
            "camera": dict(self.camera),
            "stopped": self.stopped,
            "interrupted": self.interrupted,
            "resumed": self.resumed,
            "journal": {"rows": self.journal.rows, "head": self.journal.hash, "first": self.journal.first},
        }
