"""`mlocr report rejects`: why letters got no code, counted by mailer, with what each can mend. From journals alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlocr.mail.reasons import RejectReason
from mlocr.station.journal import Entry, read_entries

UNNAMED = "(no mailer named)"

# All sentences are ours; measures of type, contrast and place: DMM 202 and Publication 28 appendix A.
ADVICE: Mapping[RejectReason, str] = {
    RejectReason.NO_IMAGE: "station: no picture came; look at camera, trigger and light",
    RejectReason.NO_ADDRESS_BLOCK: "mailer: no block of print in the read area; look at place and face of the address",
    RejectReason.UNREADABLE: "mailer: print too faint, blurred or not machine print; darker print of 10 points or more",
    RejectReason.LOW_CONFIDENCE: "mailer: print hard to read; look at ribbon or toner, missing pins, window and haze",
    RejectReason.NO_LAST_LINE: "mailer: no city, state and ZIP Code seen; complete the last line, look at its window",
    RejectReason.UNKNOWN_CITY_OR_ZIP: "list: city, state and ZIP Code contradict one another or do not exist",
    RejectReason.NO_SUCH_STREET: "list: the ZIP Code has no such street; correct the address",
    RejectReason.NUMBER_OUT_OF_RANGE: "list: the street has no such number; correct the address",
    RejectReason.MULTIPLE_RESPONSES: "list: several addresses fit; add directional, suffix or unit",
    RejectReason.INSUFFICIENT_ADDRESS: "list: number, street or box is missing",
    RejectReason.NO_ADDON: "list: the directory has no ZIP+4 for this address",
    RejectReason.NOT_CONFIRMED: "list: the number is not confirmed as a delivery point, or the printed +4 is another's",
    RejectReason.FOREIGN: "list: an address abroad",
    RejectReason.NO_ROOM: "mailer: the card has no room for the mark",
    RejectReason.ALREADY_BARCODED: "mailer: the letter bears a barcode already, or was fed again",
    RejectReason.CLEAR_ZONE_OCCUPIED: "mailer: print in the barcode clear zone, lower right; keep it free",
    RejectReason.DATA_EXPIRED: "station: the postal data are out of date",
    RejectReason.WORKER_FAILED: "station: an encode process failed on this piece; look at the log",
    RejectReason.DEPTH_BELOW_MINIMUM: "list: only a coarser code was found than the station sprays",
    RejectReason.INVERTED: "operator: the letter lay upside down",
    RejectReason.PIECE_MISMATCH: "station: picture and letter did not fit together; look at camera and photocell",
    RejectReason.MATCHER_FAILED: "station: the matching engine gave no usable answer; look at the log",
    RejectReason.TOO_LATE: "station: no time was left before the head; a slower feed, or more or faster cores",
    RejectReason.STATION_STOPPED: "station: it was stopped or killed while the letter was under way",
    RejectReason.TABLE_STOPPED: "station: a confirming table was stopped by one of its seeds",
}


@dataclass(slots=True)
class MailerRejects:
    """One mailer's letters: how many, how many got a code, and why the others did not."""

    mailer: str
    pieces: int = 0
    encoded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """One object, reasons by count."""
        return {
            "mailer": self.mailer,
            "pieces": self.pieces,
            "encoded": self.encoded,
            "rejected": self.pieces - self.encoded,
            "reasons": [
                {"reason": reason, "pieces": count, "mend": advice(reason)}
                for reason, count in self.reasons.most_common()
            ],
        }


def advice(reason: str) -> str:
    """What to mend; empty for a reason this version does not know."""
    try:
        return ADVICE[RejectReason(reason)]
    except (ValueError, KeyError):
        return ""


def rejects(journals: Iterable[Path], runs: Sequence[int] = ()) -> list[MailerRejects]:
    """The runs of these journals (none named: each journal's last), counted by the mailer their configuration names.

    Raises JournalError where a journal is none or its chain does not verify.
    """
    found: dict[str, MailerRejects] = {}
    for journal in journals:
        for run in runs or (None,):
            _count(list(read_entries(journal, run)), found)
    return sorted(found.values(), key=lambda each: (-each.pieces, each.mailer))


def _count(entries: Sequence[Entry], found: dict[str, MailerRejects]) -> None:
    mailer = UNNAMED
    for entry in entries:
        if entry.kind == "run_started":
            job = entry.body.get("job")
            name = str(job.get("mailer") or "").strip() if isinstance(job, dict) else ""
            mailer = name or UNNAMED
        elif entry.kind == "decided":
            counted = found.setdefault(mailer, MailerRejects(mailer))
            counted.pieces += 1
            if entry.body.get("outcome") == "encoded":
                counted.encoded += 1
            else:
                counted.reasons[str(entry.body.get("reason") or "")] += 1
