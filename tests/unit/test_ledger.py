"""Events between device and station: numbers, who gets them, and what may be acknowledged."""

from drivers.inkjet.ledger import Ledger
from drivers.inkjet.messages import Event, Kind, State
from mlocr.ports import JobEnded, PieceEntered


def noted(ledger: Ledger, number: int, kind: Kind, generation: int = 1) -> None:
    state = State.DONE if kind is Kind.JOB_ENDED else 0
    ledger.add(Event(number, 7, 1, 1, 1, 0, 0, 100, 0, kind, state, 0), generation, 1.0)


def test_on_a_bench_the_announcement_gets_the_piece_and_events_never_do() -> None:
    ledger = Ledger(bench=True)
    noted(ledger, 1, Kind.PIECE_IN)
    assert not ledger.waiting
    assert ledger.take() == ()
    noted(ledger, 2, Kind.JOB_ENDED)
    assert [type(event) for event in ledger.take()] == [JobEnded]
    picked = ledger.pick(1, 1)
    assert picked is not None
    assert (picked.event, picked.length) == (1, 100)
    assert ledger.pick(1, 1) is None
    assert ledger.take() == ()


def test_with_a_photocell_events_get_it() -> None:
    ledger = Ledger()
    noted(ledger, 1, Kind.PIECE_IN)
    assert [type(event) for event in ledger.take()] == [PieceEntered]
    assert ledger.pick(1, 1) is None


def test_a_piece_not_yet_handed_out_holds_the_acknowledgement_back() -> None:
    ledger = Ledger(bench=True)
    noted(ledger, 1, Kind.PIECE_OUT)
    noted(ledger, 2, Kind.PIECE_IN)
    noted(ledger, 3, Kind.JOB_ENDED)
    last = ledger.take()[-1]
    assert ledger.durable(last.event) == (1, 1)
    assert ledger.pick(2, 1) is not None
    # The announcement has it, but no word has come that it is durable with what is behind it.
    assert ledger.durable(1) == (0, 0)
    assert ledger.durable(last.event) == (3, 1)


def test_pieces_nobody_waits_for_do_not_hold_it_back_for_ever() -> None:
    ledger = Ledger(bench=True)
    noted(ledger, 1, Kind.PIECE_IN)  # of an announcement that gave up
    noted(ledger, 2, Kind.PIECE_IN)
    assert ledger.pick(2, 1) is not None
    assert ledger.durable(2) == (2, 1)
    assert ledger.pick(1, 1) is None


def test_the_same_number_of_an_earlier_boot_is_another_piece() -> None:
    ledger = Ledger(bench=True)
    noted(ledger, 1, Kind.PIECE_IN, generation=1)
    assert ledger.pick(1, 2) is None
    noted(ledger, 1, Kind.PIECE_IN, generation=2)
    picked = ledger.pick(1, 2)
    assert picked is not None
    assert picked.event == 2
