"""What the journal keeps of a decision."""

from __future__ import annotations

from mlocr.mail.address import RecordType
from mlocr.mail.match import Match
from mlocr.mail.piece import Encoded
from mlocr.mail.reasons import RejectReason
from mlocr.station.pieces import Piece


def decision(piece: Piece) -> dict[str, object]:
    """The journal's body of a decided piece: its code or its reason, and what Form 3553 counts."""
    outcome = piece.outcome
    body: dict[str, object] = {"tracking": piece.tracking.digits if piece.tracking else None}
    match = outcome.match if outcome else None
    if match is not None:
        body |= {
            "record_type": match.record_type.value if match.record_type else None,
            "carrier_route": match.carrier_route,
            "footnotes": list(match.footnotes),
            "dpc_rule": match.delivery_point_rule,
            "delivery_line": match.delivery_line,
            "last_line": match.last_line,
            "rule": [line.rule for line in match.trace],
            "default_record": _is_default(match),
            "dpv": match.links.dpv,
            "dpv_footnotes": list(match.links.dpv_footnotes),
            "lacslink": match.links.lacslink,
            "suitelink": match.links.suitelink,
        }
        if match.reason is RejectReason.MATCHER_FAILED:
            body["failed"] = [line.said for line in match.trace]
    if isinstance(outcome, Encoded):
        return body | {"outcome": "encoded", "digits": outcome.routing.digits, "bars": outcome.symbol.bars}
    return body | {"outcome": "rejected", "reason": outcome.reason.value if outcome else None}


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
