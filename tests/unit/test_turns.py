"""Print order: belt order, with the device's places kept for the letters in front."""

from mlocr.mail.code import BarcodeSymbol, RoutingCode, SprayImage, Symbology
from mlocr.mail.match import Match
from mlocr.mail.piece import Encoded, Outcome, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station.pieces import Piece
from mlocr.station.turns import Turns

CODE = RoutingCode.of("12345678901")
ENCODED = Encoded(Match(CODE, None), CODE, BarcodeSymbol(Symbology.POSTNET, "1"), SprayImage((1,), 1, 200.0, 1.0, 0.25))


def piece(index: int, outcome: Outcome = ENCODED) -> Piece:
    return Piece(index, f"{index}.png", None, None, 0.0, outcome=outcome)


def taken(turns: Turns, free: int, *, last: bool = False) -> list[int]:
    found = []
    while (ready := turns.take(lambda: free, last=last)) is not None:
        found.append(ready.index)
    return found


def test_in_order_pieces_go_at_once_whatever_the_device_says() -> None:
    turns = Turns()
    for index in range(3):
        turns.add(piece(index))
    assert taken(turns, 0) == [0, 1, 2]


def test_a_piece_goes_ahead_only_while_places_remain_for_every_older_one() -> None:
    turns = Turns()
    turns.add(piece(2))
    turns.add(piece(3))
    assert taken(turns, 2) == []
    assert taken(turns, 3) == [2, 3]
    turns.add(piece(4))
    assert taken(turns, 2) == []
    turns.add(piece(0))
    turns.add(piece(1))
    assert taken(turns, 0) == [0, 1, 4]


def test_a_reject_takes_no_place() -> None:
    turns = Turns()
    turns.add(piece(5, Rejected(RejectReason.UNREADABLE)))
    assert taken(turns, 0) == [5]


def test_nothing_is_left_behind_at_the_end() -> None:
    turns = Turns()
    turns.add(piece(9))
    turns.add(piece(7))
    assert taken(turns, 0, last=True) == [7, 9]
    assert not turns
