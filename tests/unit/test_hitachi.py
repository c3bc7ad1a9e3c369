"""The Hitachi driver: the manual's own examples, the suite of controllers as far as it goes, what it never claims."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from contracts_inkjet import InkjetContract, Stand, ended
from hitachi_printer import Printer, PrinterWire
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.inkjet.hitachi import HitachiPrinter, open_hitachi
from drivers.inkjet.hitachi_text import (
    SIZES,
    calls,
    contents,
    cut,
    erasure,
    message,
    pattern_data,
    pattern_messages,
    pattern_text,
)
from mlocr.errors import ConfigurationError, DeviceFaultError
from mlocr.mail.code import SprayImage
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob

MARK = SprayImage(((1 << 32) - 1, 0, 5, 0, 1 << 31), 32, 200.0, 0.5, 0.2)
SETTINGS: dict[str, object] = {"dpi": 200.0, "dots": 32, "offset_in": 0.5, "answer_s": 1.5, "look_s": 0.01}


# --- the manual's examples, sent and answered ---

SENT_AND_ANSWERED = [
    # RX 5.3.1 (1): ready for reception
    ("05", "06"),
    # RX 5.3.7-6 (1): user pattern 47 of 5 x 5; the printer stays ready
    ("02 1f 32 31 ff 07 0a 12 0a 07 00 00 00 03", "06"),
    ("05", "06"),
    # UX2 1.3.2-5 (1), in single bytes: item 1 is ABC, item 2 two user patterns; now it is not ready
    ("02 10 31 41 42 43 10 32 d0 d1 03", "06"),
    ("05", "15"),
    # another text before a print is refused, until DC2 lets it (RX 5.4.1)
    ("02 10 31 41 03", "15"),
    ("12", "06"),
    # PH 6.4.2-1 (2): an item without printings is erased
    ("02 10 31 10 32 03", "06"),
    # an erroneous text (RX 5.3.1 (4))
    ("12", "06"),
    ("02 10 99 41 03", "15"),
]


def test_the_printer_of_the_tests_answers_as_the_manual_says() -> None:
    printer = Printer(size=0x31)
    for sent, answer in SENT_AND_ANSWERED:
        assert printer.receive(bytes.fromhex(sent)).hex() == answer, sent
    assert printer.patterns[(0x31, 0xFF)].hex(" ") == "07 0a 12 0a 07 00 00 00"


def test_the_driver_makes_the_manual_s_examples() -> None:
    size = SIZES["5x5"]
    letter_a = [0b00111, 0b01010, 0b10010, 0b01010, 0b00111]
    data = pattern_data(letter_a, size)
    assert message(pattern_text(47, size, data)).hex(" ") == "02 1f 32 31 ff 07 0a 12 0a 07 00 00 00 03"
    assert contents([b"ABC", bytes((0xD0, 0xD1))]).hex(" ") == "02 10 31 41 42 43 10 32 d0 d1 03"
    assert erasure(2).hex(" ") == "02 10 31 10 32 03"
    assert calls(12, 3, 10) == contents([bytes(range(0xD0, 0xDA)), bytes((0xDA, 0xDB)), b""])


def test_an_off_line_printer_answers_every_question_in_the_negative() -> None:
    printer = Printer()
    printer.online = False
    assert [printer.receive(bytes((code,))) for code in (0x05, 0x12)] == [b"\x15", b"\x15"]


@pytest.mark.parametrize(("name", "code"), [("12x16", 0x36), ("18x24", 0x37), ("24x32", 0x38)])
@settings(deadline=None)
@given(seed=st.integers(0, 1 << 32), count=st.integers(1, 200))
def test_what_is_cut_into_patterns_is_printed_dot_for_dot(name: str, code: int, seed: int, count: int) -> None:
    size = SIZES[name]
    dots = random.Random(seed)
    columns = [dots.getrandbits(size.up) for _ in range(count)]
    printer = Printer(items=5, size=code)
    patterns = cut(columns, size, reverse=True)
    for sent in pattern_messages(patterns, size):
        assert len(sent) <= 3000
        assert printer.receive(sent) == b"\x06"
    assert printer.receive(calls(len(patterns), 5, 10)) == b"\x06"
    printed = printer.columns()
    assert list(printed[:count]) == columns[::-1]
    assert not any(printed[count:])


def test_a_pattern_that_cannot_be_is_refused() -> None:
    size = SIZES["12x16"]
    for columns in ([1] * 13, [1 << 16], [-1]):
        with pytest.raises(ValueError, match="12 x 16"):
            pattern_data(columns, size)
    with pytest.raises(ValueError, match="user pattern 48"):
        pattern_text(48, size, bytes(32))
    with pytest.raises(ValueError, match="100 print items"):
        contents([b""] * 101)


# --- the suite of controllers ---


@pytest.fixture
def wire() -> Iterator[PrinterWire]:
    made = PrinterWire(Printer())
    yield made
    made.close()


@pytest.fixture
def opened_by(wire: PrinterWire) -> Iterator[Callable[..., HitachiPrinter]]:
    made: list[HitachiPrinter] = []

    def build(**settings: object) -> HitachiPrinter:
        made.append(open_hitachi({**SETTINGS, "port": wire.pty.name, **settings}))
        return made[-1]

    yield build
    for controller in made:
        controller.close()


class TestHitachi(InkjetContract):
    """As far as it goes: a job that was printed ends INDETERMINATE, for nothing confirms it."""

    mark = MARK
    end = JobState.INDETERMINATE

    @pytest.fixture
    def opened(self, wire: PrinterWire, opened_by: Callable[..., HitachiPrinter]) -> Stand:
        controller = opened_by()
        info = controller.open()
        return Stand(controller, info, lambda: controller.announce(9.5), lambda piece: wire.trigger())


# --- one job deep, on its own letter ---


class Bench:
    """A printer, its driver, and letters announced one by one."""

    def __init__(self, wire: PrinterWire, controller: HitachiPrinter) -> None:
        self.wire, self.printer, self.controller = wire, wire.printer, controller
        self.info = controller.open()
        self._count = 0

    def job(self, columns: tuple[int, ...] = MARK.columns) -> PrintJob:
        piece = self.controller.announce(9.5)
        self._count += 1
        image = replace(MARK, columns=columns)
        return PrintJob(JobId(self.info.epoch, self._count), piece.piece_id, piece.encoder, image)

    def told(self, job: PrintJob) -> tuple[JobState, str]:
        (end,) = ended(Stand(self.controller, self.info, lambda: None, lambda piece: None), job.job_id)  # type: ignore[arg-type, return-value]
        return end.receipt.state, end.receipt.detail


@pytest.fixture
def bench(wire: PrinterWire, opened_by: Callable[..., HitachiPrinter]) -> Bench:
    return Bench(wire, opened_by())


def ink(printed: tuple[int, ...]) -> tuple[int, ...]:
    """What was printed up to its last column with ink."""
    columns = list(printed)
    while columns and not columns[-1]:
        columns.pop()
    return tuple(columns)


def test_each_letter_gets_its_own_mark_and_a_letter_uncalled_gets_none(bench: Bench) -> None:
    marks = [(1, 2, 3), (4, 5), (6, 7, 8, 9)]
    for columns in marks:
        bench.wire.trigger()  # a letter that nobody announced
        job = bench.job(columns)
        assert bench.controller.submit(job) is JobState.READY
        bench.wire.trigger()
        assert bench.told(job)[0] is JobState.INDETERMINATE
        bench.wire.trigger()  # and one after it
    printed = [ink(each) for each in bench.printer.printed]
    assert printed == [each for columns in marks for each in ((), columns[::-1], ())]


def test_a_print_is_assumed_and_never_called_done(bench: Bench) -> None:
    job = bench.job()
    bench.controller.submit(job)
    bench.wire.trigger()
    state, why = bench.told(job)
    assert (state, "assumed printed" in why, "nothing confirms" in why) == (JobState.INDETERMINATE, True, True)
    assert bench.controller.query(job.job_id) is JobState.INDETERMINATE


def test_a_letter_that_never_comes_gives_its_mark_back(
    wire: PrinterWire, opened_by: Callable[..., HitachiPrinter]
) -> None:
    bench = Bench(wire, opened_by(printed_s=0.2))
    job = bench.job()
    bench.controller.submit(job)
    state, why = bench.told(job)
    assert state is JobState.INDETERMINATE
    assert "did not become ready within 0.2 s" in why
    bench.wire.trigger()
    assert ink(bench.printer.printed[-1]) == ()


def test_the_next_letter_finds_no_mark_of_the_one_before(bench: Bench) -> None:
    first = bench.job((1, 1, 1))
    bench.controller.submit(first)
    second = bench.job((2, 2))  # announced although the first was never printed
    assert bench.told(first)[0] is JobState.INDETERMINATE
    assert ink(bench.printer.columns()) == ()
    assert bench.controller.submit(second) is JobState.READY
    bench.wire.trigger()
    assert [ink(each) for each in bench.printer.printed] == [(2, 2)]
    late = PrintJob(JobId(bench.info.epoch, 9), first.piece_id, 0, MARK)
    assert bench.controller.submit(late) is JobState.REFUSED


def test_a_printer_that_may_still_hold_a_mark_stops_the_letters(bench: Bench) -> None:
    job = bench.job()
    bench.controller.submit(job)
    with bench.wire.lock:
        bench.printer.online = False
    with pytest.raises(DeviceFaultError, match="may still hold the mark of the letter before"):
        bench.job()
    assert "could not be taken back" in bench.told(job)[1]
    with bench.wire.lock:
        bench.printer.online = True
    bench.job()
    assert ink(bench.printer.columns()) == ()


def test_an_acknowledgement_that_is_lost_leaves_the_job_unknown_and_the_mark_taken_back(bench: Bench) -> None:
    job = bench.job()
    texts = len(bench.printer.texts)
    with bench.wire.lock:
        bench.printer.swallow_answers = 0
    real = bench.printer._take

    def losing(steps: list[tuple[str, int, bytes]], used: int) -> tuple[bytes, int]:
        answer = real(steps, used)
        if any(kind == "item" and data for kind, _, data in steps):
            bench.printer.swallow_answers = 1
        return answer

    bench.printer._take = losing  # type: ignore[method-assign]
    assert bench.controller.submit(job) is JobState.INDETERMINATE
    assert len(bench.printer.texts) > texts
    assert bench.told(job)[0] is JobState.INDETERMINATE
    assert ink(bench.printer.columns()) == ()
    bench.printer._take = real  # type: ignore[method-assign]
    assert bench.controller.submit(bench.job()) is JobState.READY


def test_a_text_the_printer_does_not_take_is_no_ink(bench: Bench) -> None:
    job = bench.job()
    with bench.wire.lock:
        bench.printer.spoil = 1
    assert bench.controller.submit(job) is JobState.REFUSED
    assert "not_ready" in bench.controller.health().faults[0]
    assert ink(bench.printer.columns()) == ()
    assert bench.controller.submit(bench.job()) is JobState.READY


def test_a_printer_without_power_is_said_and_its_job_is_unknown(bench: Bench) -> None:
    job = bench.job()
    bench.controller.submit(job)
    with bench.wire.lock:
        bench.printer.power = False
    with pytest.raises(DeviceFaultError, match="may still hold"):
        bench.job()
    assert bench.told(job)[0] is JobState.INDETERMINATE
    assert not bench.controller.health().connected


def test_cancel_takes_the_mark_back_and_claims_nothing(bench: Bench) -> None:
    job = bench.job()
    bench.controller.submit(job)
    assert bench.controller.cancel(job.job_id) is JobState.INDETERMINATE
    bench.wire.trigger()
    assert ink(bench.printer.printed[-1]) == ()


def test_closing_leaves_nothing_on_the_printer(bench: Bench) -> None:
    bench.controller.submit(bench.job())
    bench.controller.close()
    bench.wire.trigger()
    assert ink(bench.printer.printed[-1]) == ()


def test_what_a_dead_station_left_is_taken_back_at_the_next_opening(
    wire: PrinterWire, opened_by: Callable[..., HitachiPrinter]
) -> None:
    first = Bench(wire, opened_by())
    first.controller.submit(first.job())
    first.controller._line.close()  # type: ignore[union-attr]
    first.controller._line = None
    assert ink(wire.printer.columns())
    Bench(wire, opened_by())
    assert ink(wire.printer.columns()) == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"columns": (1,) * 1201}, "too_large"),
        ({"offset": 0.8}, "bad_offset: the mark's place is 0.80 in"),
        ({"dots": 31}, "bad_raster"),
        ({"columns": (1 << 32,)}, "too_large"),
    ],
)
def test_a_mark_the_printer_cannot_make_is_refused(bench: Bench, change: dict[str, object], why: str) -> None:
    job = bench.job()
    image = replace(job.image, **change)  # type: ignore[arg-type]
    assert bench.controller.submit(replace(job, image=image)) is JobState.REFUSED
    assert why in bench.controller.health().faults[0]
    assert bench.controller.submit(replace(job, piece_id=PieceId(1, 1))) is JobState.REFUSED


# --- at open ---


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        (lambda wire: setattr(wire.printer, "power", False), "does not answer; check its power and cable"),
        (lambda wire: setattr(wire, "echo", True), "an echo, no printer"),
        (lambda wire: setattr(wire, "junk", b"\xf3\x80"), "answers ENQ with F3 hex"),
        (lambda wire: setattr(wire.printer, "online", False), "is off-line; switch its communication on"),
        (lambda wire: wire.printer.items.pop(), "answers NAK when its 5 print items are erased"),
        (lambda wire: setattr(wire.printer, "protected", False), "overwrite-enabled mode"),
    ],
    ids=["no power", "echo", "foreign", "off-line", "too few items", "overwrite-enabled"],
)
def test_a_printer_that_is_not_set_up_for_this_is_said_in_one_sentence(
    wire: PrinterWire, opened_by: Callable[..., HitachiPrinter], setup: Callable[[PrinterWire], object], said: str
) -> None:
    setup(wire)
    with pytest.raises(DeviceFaultError, match=said) as caught:
        opened_by().open()
    assert str(caught.value).count("; ") == 1
    again = wire.printer
    again.power = again.online = again.protected = True
    again.items, wire.echo, wire.junk = [b""] * 5, False, b""
    assert opened_by().open().trigger == "bench"  # the port was given back


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"port": ""}, "needs a port"),
        ({"offset_in": -1.0}, "offset_in of the hitachi inkjet must be given"),
        ({"dots": 40}, "40 dots at 200 dpi does not fit characters of 32 dots"),
        ({"dpi": 0}, "does not fit"),
        ({"size": "9x9"}, "size of the hitachi inkjet is one of"),
        ({"parity": "M"}, "parity N, E or O"),
        ({"items": 0}, "items"),
        ({"baud": 0}, "are above 0"),
        ({"items": True}, "items of the hitachi inkjet cannot be True"),
        ({"nozzle": 2}, "no setting 'nozzle'"),
    ],
)
def test_settings_that_cannot_be_are_sentences(given_: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        open_hitachi({**SETTINGS, "port": "/dev/x", **given_})


def test_before_open_nothing_is_said(opened_by: Callable[..., HitachiPrinter]) -> None:
    controller = opened_by()
    with pytest.raises(DeviceFaultError, match="not open"):
        controller.announce(9.5)
    assert not controller.health().connected
    assert controller.events(0.01) == ()
