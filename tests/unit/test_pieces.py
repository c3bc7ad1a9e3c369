import threading

from mlocr.mail.piece import PieceId
from mlocr.ports import PieceEntered
from mlocr.station.pieces import Piece, PieceTable
from mlocr.station.ties import FrameMark


def entered(trigger: int, number: int | None = None) -> PieceEntered:
    return PieceEntered(trigger, PieceId(0xB007, trigger if number is None else number), trigger * 1000, trigger, 9.5)


def piece(index: int, tied: PieceEntered | None) -> Piece:
    return Piece(index, f"{index}.png", None, tied, 0.0)


def test_a_frame_gets_the_piece_of_its_trigger_whatever_the_order() -> None:
    table = PieceTable()
    for trigger in (3, 1, 2):
        table.announce(entered(trigger, 100 + trigger))
    claimed = [table.claim(FrameMark(trigger), 0) for trigger in (2, 3, 1)]
    assert [each.piece_id.number for each in claimed if each] == [102, 103, 101]


def test_a_piece_is_claimed_once() -> None:
    table = PieceTable()
    table.announce(entered(1))
    assert table.claim(FrameMark(1), 0) is not None
    assert table.claim(FrameMark(1), 0) is None


def test_a_frame_without_a_piece_gets_none_and_takes_nobody_elses() -> None:
    table = PieceTable()
    table.announce(entered(1))
    assert table.claim(FrameMark(2), 0) is None
    assert table.claim(FrameMark(1), 0) is not None


def test_a_claim_waits_for_the_announcement() -> None:
    table = PieceTable()
    got: list[PieceEntered | None] = []
    waiting = threading.Thread(target=lambda: got.append(table.claim(FrameMark(5), 10.0)))
    waiting.start()
    table.announce(entered(4))
    table.announce(entered(5))
    waiting.join(10.0)
    assert not waiting.is_alive()
    assert got == [entered(5)]


def test_lost_frames_are_those_before_the_one_in_hand_oldest_first() -> None:
    table = PieceTable()
    for trigger in (4, 2, 3, 7):
        table.announce(entered(trigger))
    assert [each.trigger for each in table.unclaimed(before=4)] == [2, 3]
    assert table.unclaimed(before=4) == []
    assert table.claim(FrameMark(2), 0) is None
    assert table.claim(FrameMark(4), 0) is not None
    assert [each.trigger for each in table.unclaimed()] == [7]
    assert table.unclaimed() == []


def test_pieces_on_their_way_are_found_by_number_until_they_end() -> None:
    table = PieceTable()
    first, second = piece(0, entered(1)), piece(1, entered(2))
    table.add(second)
    table.add(first)
    assert table.get(PieceId(0xB007, 1)) is first
    assert table.get(PieceId(0xB008, 1)) is None
    assert table.open_pieces() == [first, second]
    table.remove(first)
    table.remove(first)
    assert table.get(PieceId(0xB007, 1)) is None
    assert table.open_pieces() == [second]


def test_a_frame_without_a_number_is_named_by_its_place_and_is_on_its_way_all_the_same() -> None:
    table = PieceTable()
    stray = piece(12, None)
    table.add(stray)
    assert stray.piece_id is None
    assert stray.label == "frame-12"
    # Its result must be written whatever ends the run; but no device will tell of it.
    assert table.open_pieces() == [stray]
    assert not table.numbered
    stray.entered = entered(4)
    table.add(stray)
    assert table.numbered
    assert table.open_pieces() == [stray]
    assert not table.wait_ended(stray, 0)
    table.remove(stray)
    assert table.wait_ended(stray, 0)
    assert not table.numbered
    assert piece(0, entered(9)).label == "0000b007-9"
