"""The C firmware over its port: the InkjetController suite, power cuts, restarts, and ink where it belongs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contracts_inkjet import MARK, InkjetContract, Stand, ended
from firmware import FIRMWARE, desk_program, firmware_make
from wire_device import HEAD, WireFirmware

from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.hostjobs import Terms
from drivers.inkjet.messages import Trigger
from drivers.inkjet.serial import open_serial
from mlocr.errors import ConfigurationError, DeviceFaultError
from mlocr.mail.piece import JobId, JobState, PrintJob
from mlocr.ports import PieceEntered


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[WireFirmware]:
    device = WireFirmware(tmp_path)
    yield device
    device.close()


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Callable[..., WireFirmware]]:
    made: list[WireFirmware] = []

    def make(*options: str) -> WireFirmware:
        made.append(WireFirmware(tmp_path, HEAD, *options))
        return made[-1]

    yield make
    for device in made:
        device.close()


def next_piece(controller: SprayController) -> PieceEntered:
    for _ in range(50):
        for event in controller.events(0.1):
            if isinstance(event, PieceEntered):
                return event
    raise AssertionError("no piece was told")


def job_for(controller_epoch: int, piece: PieceEntered, counter: int = 1) -> PrintJob:
    return PrintJob(JobId(controller_epoch, counter), piece.piece_id, piece.encoder, MARK)


class TestOverThePort(InkjetContract):
    """SprayController and C firmware over a pseudo-terminal, photocell trigger."""

    @pytest.fixture
    def opened(self, wire: WireFirmware) -> Iterator[Stand]:
        controller = wire.controller()
        info = controller.open()
        assert info.firmware.startswith("spray-c")

        def enter() -> PieceEntered:
            wire.letter()
            return next_piece(controller)

        yield Stand(controller, info, enter, lambda piece: wire.pass_head(piece.encoder))
        controller.close()


class TestOnABench(InkjetContract):
    """The same with a host that announces its pieces (wire point 17)."""

    @pytest.fixture
    def opened(self, wire: WireFirmware) -> Iterator[Stand]:
        controller = wire.controller(Trigger.BENCH)
        info = controller.open()
        yield Stand(controller, info, lambda: controller.announce(9.5), lambda piece: None)
        controller.close()


class TestOnARealPort(InkjetContract):
    """The same on real hardware, where `--device-port` names a port. It sprays."""

    @pytest.fixture
    def opened(self, request: pytest.FixtureRequest) -> Iterator[Stand]:
        port = request.config.getoption("--device-port")
        if not port:
            pytest.skip("no --device-port given")
        controller = open_serial({"port": port, "trigger": "bench"})
        info = controller.open()
        yield Stand(controller, info, lambda: controller.announce(9.5), lambda piece: None)
        controller.close()


# --- ink -------------------------------------------------------------------------------------------------------------


def test_the_columns_fall_where_and_as_they_were_sent(wire: WireFirmware) -> None:
    controller = wire.controller()
    info = controller.open()
    edge = wire.letter()
    piece = next_piece(controller)
    job = job_for(info.epoch, piece)
    assert controller.submit(job) is JobState.READY
    wire.pass_head(edge)
    stand = Stand(controller, info, lambda: piece, lambda piece: None)
    assert [end.receipt.state for end in ended(stand, job.job_id)] == [JobState.DONE]
    first = edge + HEAD.distance + round(MARK.offset * HEAD.ticks_per_inch)
    pitch = HEAD.ticks_per_inch / MARK.dpi
    columns = tuple(reversed(MARK.columns))
    assert wire.fired() == [(first + round(k * pitch), column) for k, column in enumerate(columns)]
    controller.close()


def test_without_a_station_nothing_is_sprayed(wire: WireFirmware) -> None:
    controller = wire.controller()
    info = controller.open()
    edge = wire.letter()
    job = job_for(info.epoch, next_piece(controller))
    assert controller.submit(job) is JobState.READY
    controller.close()
    wire.pass_head(edge)
    assert wire.fired() == []
    again = wire.controller()
    stand = Stand(again, again.open(), lambda: None, lambda piece: None)  # type: ignore[arg-type,return-value]
    assert [end.receipt.state for end in ended(stand, job.job_id)] == [JobState.CANCELLED]
    again.close()


def test_a_belt_of_its_own_in_real_time_sprays_each_letter_once(wire: WireFirmware) -> None:
    controller = wire.controller()
    info = controller.open()
    for number in range(3):
        wire.desk.tell(f"feed {1000 + number * 12_000} 9500")
    wire.desk.tell("run 100000")
    jobs = []
    for number in range(3):
        jobs.append(job_for(info.epoch, next_piece(controller), number + 1))
        assert controller.submit(jobs[-1]) is JobState.READY
    stand = Stand(controller, info, lambda: next_piece(controller), lambda piece: None)
    ends = ended(stand, jobs[-1].job_id)
    assert [end.receipt.state for end in ends] == [JobState.DONE]
    assert [controller.query(job.job_id) for job in jobs] == [JobState.DONE] * 3
    assert len(wire.fired()) == 3 * len(MARK.columns)
    controller.close()


# --- power and restarts ----------------------------------------------------------------------------------------------


def test_power_lost_before_the_letter_comes_leaves_it_unsprayed_and_the_job_unknown(wire: WireFirmware) -> None:
    controller = wire.controller()
    info = controller.open()
    edge = wire.letter()
    piece = next_piece(controller)
    job = job_for(info.epoch, piece)
    assert controller.submit(job) is JobState.READY
    wire.desk.tell("power")
    stand = Stand(controller, info, lambda: piece, lambda piece: None)
    assert [end.receipt.state for end in ended(stand, job.job_id)] == [JobState.INDETERMINATE]
    wire.pass_head(edge)
    wire.letter()
    later = next_piece(controller)
    assert later.piece_id.boot != piece.piece_id.boot
    assert controller.submit(job_for(info.epoch, later, 2)) is JobState.READY
    wire.pass_head(wire.belt - 9500 - HEAD.debounce)
    assert len(wire.fired()) == len(MARK.columns)
    controller.close()


@pytest.mark.parametrize("survive", [0, 1])
def test_power_lost_in_the_middle_of_a_mark_is_never_made_good(
    wired: Callable[..., WireFirmware], survive: int
) -> None:
    wire = wired("--set", f"results_survive={survive}")
    controller = wire.controller()
    info = controller.open()
    edge = wire.letter()
    piece = next_piece(controller)
    job = job_for(info.epoch, piece)
    assert controller.submit(job) is JobState.READY
    wire.desk.tell("cut 2")
    wire.pass_head(edge)
    stand = Stand(controller, info, lambda: piece, lambda piece: None)
    assert ended(stand, job.job_id)[0].receipt.state is JobState.INDETERMINATE
    assert controller.submit(job) in (JobState.INDETERMINATE, JobState.REFUSED)
    assert len(wire.fired()) == 2
    controller.close()


def test_a_board_unplugged_and_plugged_in_again_goes_on_under_its_name(wire: WireFirmware) -> None:
    first = wire.controller()
    epoch = first.open().epoch
    wire.restart()
    first.close()
    again = wire.controller()
    info = again.open()
    assert info.epoch == epoch + 1
    wire.letter()
    assert again.submit(job_for(info.epoch, next_piece(again))) is JobState.READY
    again.close()


def test_a_store_that_cannot_be_written_gives_no_session(wire: WireFirmware) -> None:
    wire.desk.tell("store 0")
    patience = ControllerSettings("the test port", open_timeout=0.6)
    with pytest.raises(DeviceFaultError, match="does not answer"):
        SprayController(wire.link, Terms(), patience).open()
    wire.desk.tell("store 1")
    again = wire.controller()
    assert again.open().epoch == 1
    again.close()


def test_the_head_of_another_station_is_refused_at_open(wire: WireFirmware) -> None:
    with pytest.raises(ConfigurationError, match="40 dots at 200 dpi"):
        open_serial({"port": wire.port, "dpi": 300.0}).open()


# --- the build -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["make_schema", "make_vectors"])
def test_header_and_vectors_are_those_of_the_document_and_of_this_package(tool: str) -> None:
    check = [sys.executable, str(FIRMWARE / "tools" / f"{tool}.py"), "--check"]
    assert subprocess.run(check, check=False).returncode == 0


def test_the_tests_in_c_pass() -> None:
    made = firmware_make("test-sanitized" if desk_program().parent.name == "sanitized" else "test-plain")
    assert made.count("test_") >= 5


def test_neither_rubbish_nor_power_cuts_break_the_firmwares_promises() -> None:
    flavour = desk_program().parent
    firmware_make(str(flavour.relative_to(FIRMWARE) / "fuzz_link"))
    corpus = sorted((FIRMWARE / "fuzz" / "corpus").iterdir())
    run = subprocess.run([flavour / "fuzz_link", "runs=1500", "seed=7", *corpus], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


def test_the_core_asks_for_no_memory_and_no_c_library() -> None:
    asked = {"malloc", "calloc", "realloc", "free", "alloca", "stdio.h", "stdlib.h", "string.h", "unistd.h"}
    for path in sorted((FIRMWARE / "core").glob("*.[ch]")):
        words = set(re.findall(r"[\w.]+", re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)))
        assert not words & asked, path.name
        assert len(path.read_text("utf-8").splitlines()) < 400


def test_figures_that_do_not_fit_and_options_that_do_not_exist_are_said() -> None:
    for words, code in ((["--set", "slots=0"], 3), (["--set", "colour=1"], 2), (["--clock", "sundial"], 2)):
        run = subprocess.run([desk_program(), *words], capture_output=True, stdin=subprocess.DEVNULL, check=False)
        assert run.returncode == code
        assert run.stderr
