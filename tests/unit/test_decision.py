"""What the journal keeps of a decision by an outside engine, which names no record."""

import pytest

from mlocr.mail.code import RoutingCode
from mlocr.mail.match import Match, TraceLine
from mlocr.mail.piece import Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.decision import decision
from mlocr.station.pieces import Piece


def body(match: Match) -> dict[str, object]:
    reason = match.reason or RejectReason.NO_ROOM
    return decision(Piece(0, "a", None, None, 0.0, outcome=Rejected(reason, match)))


@pytest.mark.parametrize(("code", "default"), [("31", False), ("32", True), ("", None), ("22", None)])
def test_without_a_record_the_return_code_says_whether_it_was_a_default(code: str, default: bool | None) -> None:
    assert body(Match(RoutingCode("04901", "1001"), None, return_code=code))["default_record"] is default


def test_why_the_engine_failed_is_on_record() -> None:
    failed = Match(None, RejectReason.MATCHER_FAILED, trace=(TraceLine("matcher_failed", "it died (status 3)"),))
    assert body(failed)["failed"] == ["it died (status 3)"]
    assert "failed" not in body(Match(None, RejectReason.FOREIGN, trace=failed.trace))
