from collections.abc import Iterator

import numpy as np
import pytest
import worker_factories

from mlocr.errors import ConfigurationError, DeviceFaultError, StationError, TableStoppedError
from mlocr.mail.code import TrackingCode
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.station import picture_slot
from mlocr.station.workers import Decided, WorkerInline, WorkerProcess


def lift(source: str) -> ImageLift:
    return ImageLift(np.full((20, 30), 255, np.uint8), 200.0, source)


def reason(decided: Decided) -> RejectReason:
    assert isinstance(decided.outcome, Rejected)
    return decided.outcome.reason


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    process = WorkerProcess(worker_factories.by_name, timeout_s=20.0)
    process.start()
    yield process
    process.close()


def test_a_piece_and_its_tracking_reach_the_process_and_come_back(worker: WorkerProcess) -> None:
    decided = worker.encode(lift("well"), TrackingCode("00", "270", "123456", "000000042"))
    assert reason(decided) is RejectReason.UNREADABLE
    assert decided.timings_ms["encode"] == 42.0
    assert worker.replaced == 0


def test_pictures_of_any_size_reach_the_process(worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = np.random.default_rng(5)
    for shape in ((900, 1900), (7, 3), (2000, 2600)):
        pixels = levels.integers(0, 256, shape).astype(np.uint8)[:, ::1]
        sent = ImageLift(pixels, 200.0, "well")
        assert worker.encode(sent, None).timings_ms["grey"] == pixels.sum(dtype=np.int64)
    monkeypatch.setattr(picture_slot, "SIZE", 100)  # now too large for the slot: through the pipe
    assert worker.encode(lift("well"), None).timings_ms["grey"] == 20 * 30 * 255


def test_a_picture_in_a_slot_cannot_be_written_by_its_reader() -> None:
    slot = picture_slot.PictureSlot()
    try:
        got = slot.get(slot.put(lift("well")))
        assert (got.pixels.shape, got.dpi, got.source) == ((20, 30), 200.0, "well")
        with pytest.raises(ValueError, match="read-only"):
            got.pixels[0, 0] = 0
    finally:
        slot.close()
        slot.close()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("trouble", ["crash", "raise"])
def test_a_crash_costs_one_piece_and_the_worker_is_replaced(worker: WorkerProcess, trouble: str) -> None:
    first = worker.encode(lift("well"), None).timings_ms["pid"]
    assert reason(worker.encode(lift(trouble), None)) is RejectReason.WORKER_FAILED
    assert worker.replaced == 1
    again = worker.encode(lift("well"), None)
    assert reason(again) is RejectReason.UNREADABLE
    assert again.timings_ms["pid"] != first


def test_a_worker_that_does_not_answer_is_replaced() -> None:
    worker = WorkerProcess(worker_factories.by_name, timeout_s=0.5)
    worker.start()
    try:
        worker.wait_ready()
        hung = worker.encode(lift("hang"), None)
        assert reason(hung) is RejectReason.WORKER_FAILED
        assert hung.timings_ms["encode"] >= 500
        assert worker.replaced == 1
    finally:
        worker.close()


def test_what_the_factory_says_comes_out_as_it_is() -> None:
    worker = WorkerProcess(worker_factories.refuses, timeout_s=1.0)
    worker.start()
    try:
        with pytest.raises(ConfigurationError, match=r"reader\.engine is wrong; mend it"):
            worker.wait_ready()
    finally:
        worker.close()


@pytest.mark.parametrize(("source", "error"), [("given up", DeviceFaultError), ("table", TableStoppedError)])
def test_what_the_station_must_know_comes_out_as_it_is_and_the_worker_lives(
    worker: WorkerProcess, source: str, error: type[StationError]
) -> None:
    first = worker.encode(lift("well"), None).timings_ms["pid"]
    with pytest.raises(error, match=r"given up|a seed"):
        worker.encode(lift(source), None)
    assert worker.encode(lift("well"), None).timings_ms["pid"] == first
    assert worker.replaced == 0


def test_a_worker_that_is_not_ready_in_time_is_said_in_a_sentence() -> None:
    worker = WorkerProcess(worker_factories.never, timeout_s=1.0, start_timeout_s=0.2)
    worker.start()
    try:
        with pytest.raises(DeviceFaultError, match=r"not ready after 0\.2 seconds; raise run\.worker_start_timeout_s"):
            worker.wait_ready()
        assert reason(worker.encode(lift("well"), None)) is RejectReason.WORKER_FAILED
    finally:
        worker._kill()


def test_a_worker_that_ends_while_starting_says_so() -> None:
    worker = WorkerProcess(worker_factories.breaks, timeout_s=1.0)
    worker.start()
    try:
        with pytest.raises(DeviceFaultError, match=r"run\.workers = 0"):
            worker.wait_ready()
    finally:
        worker.close()


def test_closing_twice_or_before_starting_is_safe() -> None:
    worker = WorkerProcess(worker_factories.by_name, timeout_s=1.0)
    worker.close()
    worker.start()
    worker.close()
    worker.close()


def test_inline_has_the_same_face_and_lets_faults_through() -> None:
    worker = WorkerInline(worker_factories.by_name)
    worker.start()
    assert reason(worker.encode(lift("well"), None)) is RejectReason.UNREADABLE
    with pytest.raises(ValueError, match="fault of our own"):
        worker.encode(lift("raise"), None)
    worker.close()
    worker.close()


def test_inline_says_what_the_factory_says() -> None:
    with pytest.raises(ConfigurationError):
        WorkerInline(worker_factories.refuses).wait_ready()
