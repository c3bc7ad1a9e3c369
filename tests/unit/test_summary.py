import json

import pytest

from mlocr.mail.address import AddressBlock, Reading
from mlocr.mail.code import BarcodeSymbol, RoutingCode, SprayImage, Symbology
from mlocr.mail.match import Match
from mlocr.mail.piece import Disposition, Encoded, Outcome, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.pieces import Piece
from mlocr.station.summary import RunSummary, percentile

READ = Reading(AddressBlock(()), None)
UNREAD = Reading(None, RejectReason.NO_ADDRESS_BLOCK)


def encoded() -> Outcome:
    routing = RoutingCode.of("12345678901")
    symbol = BarcodeSymbol(Symbology.POSTNET, "1")
    return Encoded(Match(routing, None), routing, symbol, SprayImage((1,), 1, 200.0, 0.5, 0.2), READ)


def ended(
    index: int, outcome: Outcome | None, disposition: Disposition | None = Disposition.PASSED, decided: float = 0.0
) -> Piece:
    piece = Piece(index, "", None, None, captured=10.0 + index, outcome=outcome, disposition=disposition)
    piece.decided = decided
    piece.ended = 11.0 + index
    return piece


def test_percentiles_are_nearest_rank() -> None:
    assert percentile([], 0.5) is None
    assert percentile([7.0], 0.5) == percentile([7.0], 1.0) == 7.0
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.99, 0.999, 1.0)] == [50.0, 99.0, 100.0, 100.0]
    assert percentile([1.0, 2.0], 0.5) == 1.0


def test_outcomes_dispositions_and_reasons_are_counted_apart() -> None:
    summary = RunSummary(replay=True)
    summary.count(ended(0, encoded(), Disposition.SPRAYED))
    summary.count(ended(1, encoded(), Disposition.LATE))
    summary.count(ended(2, Rejected(RejectReason.NO_ROOM, reading=READ)))
    summary.count(ended(3, Rejected(RejectReason.NO_ADDRESS_BLOCK, reading=UNREAD)))
    summary.count(ended(4, Rejected(RejectReason.NO_IMAGE), Disposition.FAULTED))
    shown = summary.as_json()
    assert (shown["pieces"], shown["encoded"], shown["rejected"], shown["read"]) == (5, 2, 3, 3)
    assert shown["dispositions"] == {"faulted": 1, "late": 1, "passed": 2, "sprayed": 1}
    assert shown["reasons"] == {"no_address_block": 1, "no_image": 1, "no_room": 1}
    assert shown["deadline_misses"] == 1
    assert shown["replay"] is True
    assert sum(summary.dispositions.values()) == summary.pieces


def test_a_piece_that_never_got_an_answer_is_a_reject_at_fault() -> None:
    summary = RunSummary(replay=False)
    summary.count(ended(0, None, None))
    shown = summary.as_json()
    assert (shown["rejected"], shown["dispositions"], shown["reasons"]) == (1, {"faulted": 1}, {})


def test_the_rate_runs_from_first_capture_to_last_end_whatever_the_order() -> None:
    summary = RunSummary(replay=False)
    for index in (3, 0, 1, 2):
        summary.count(ended(index, encoded(), Disposition.SPRAYED))
    assert summary.seconds == pytest.approx(4.0)
    assert summary.as_json()["pieces_per_hour"] == 3600


def test_nothing_counted_has_no_rate_and_no_latency() -> None:
    shown = RunSummary(replay=False).as_json()
    assert shown["pieces_per_hour"] is None
    assert shown["seconds"] == 0.0
    assert shown["latency_ms"] == {"p50": None, "p99": None, "p999": None, "max": None}
    assert json.loads(json.dumps(shown)) == shown


def test_latency_is_from_capture_to_decision_of_those_decided() -> None:
    summary = RunSummary(replay=False)
    summary.count(ended(0, encoded(), Disposition.SPRAYED, decided=10.25))
    summary.count(ended(1, encoded(), Disposition.SPRAYED, decided=11.05))
    summary.count(ended(2, Rejected(RejectReason.NO_IMAGE)))
    assert summary.as_json()["latency_ms"] == {"p50": 50.0, "p99": 250.0, "p999": 250.0, "max": 250.0}


def test_runs_of_rejects_and_of_late_pieces_end_with_the_first_that_is_none() -> None:
    summary = RunSummary(replay=False)
    for index in range(3):
        summary.count(ended(index, Rejected(RejectReason.UNREADABLE)))
    assert (summary.rejects_in_a_row, summary.late_in_a_row) == (3, 0)
    for index in range(2):
        summary.count(ended(index, encoded(), Disposition.LATE))
    assert (summary.rejects_in_a_row, summary.late_in_a_row) == (0, 2)
    summary.count(ended(0, encoded(), Disposition.SPRAYED))
    assert (summary.rejects_in_a_row, summary.late_in_a_row) == (0, 0)
