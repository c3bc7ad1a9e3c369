"""What the journal keeps of a decision: all that a row of the results says of it."""

from __future__ import annotations

from mlocr.mail.address import RecordType
from mlocr.mail.match import Match
from mlocr.mail.piece import Encoded, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.pieces import Piece


def decision(piece: Piece) -> dict[str, object]:
    """The journal's body of a decided piece: its code or its reason, what was read, and what Form 3553 counts."""
    outcome = piece.outcome
    reading = outcome.reading if outcome else None
    block = reading.block if reading else None
    body: dict[str, object] = {
        "tracking": piece.tracking.digits if piece.tracking else None,
        "read": block is not None,
        "lines": [line.text for line in block.lines] if block else [],
        "bbox": [block.box.x0, block.box.y0, block.box.x1, block.box.y1] if block and block.box else None,
        "reason": _reason(piece),
        "timings_ms": {name: round(value, 2) for name, value in piece.timings_ms.items()},
    }
    match = outcome.match if outcome else None
    if match is not None:
        body |= {
            "record_type": match.record_type.value if match.record_type else None,
            "carrier_route": match.carrier_route,
            "footnotes": list(match.footnotes),
            "dpc_rule": match.delivery_point_rule,
            "return_code": match.return_code,
            "delivery_line": match.delivery_line,
            "last_line": match.last_line,
            "rule": [line.rule for line in match.trace],
            "default_record": _is_default(match),
            "dpv": match.links.dpv,
            "dpv_footnotes": list(match.links.dpv_footnotes),
            "lacslink": match.links.lacslink,
            "suitelink": match.links.suitelink,
            "certainty": round(match.certainty, 4),
        }
        if match.reason is RejectReason.MATCHER_FAILED:
            body["failed"] = [line.said for line in match.trace]
    if isinstance(outcome, Encoded):
        mark = {"digits": outcome.routing.digits, "bars": outcome.symbol.bars}
        return body | {"outcome": "encoded", "symbology": outcome.symbol.symbology.value} | mark
    return body | {"outcome": "rejected"}


def _reason(piece: Piece) -> str | None:
    """Why there is no code; of an encoded piece why there is no finer one."""
    outcome = piece.outcome
    if isinstance(outcome, Rejected):
        return outcome.reason.value
    return outcome.match.reason.value if outcome is not None and outcome.match.reason is not None else None


def _is_default(match: Match) -> bool | None:
    """Whether the record named is its building's or route's default (Form 3553, box E); None where nothing says so.

    An outside engine names no record: then its return code tells (AMS: 31 exact, 32 default), or the form's own reading
    of the footnotes.
    """
    record = match.record
    if record is None:
        return {"31": False, "32": True}.get(match.return_code)
    if record.record_type is RecordType.HIGHRISE:
        bare = not (record.secondary_low or record.secondary_high or record.secondary_designator)
        return bare or match.delivery_point_rule == "single_highrise_default"
    return record.record_type is RecordType.RURAL_HIGHWAY and not (record.primary_low or record.primary_high)
