"""The batch: order, the same bytes from any number of workers, back-pressure, and everything that can go wrong."""

import dataclasses
import io
import json
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence

import pytest
from matching_openers import dying, echo, echo_in_the_parent_only

from mlocr.errors import (
    BadInputError,
    ConfigurationError,
    DataExpiredError,
    RecordError,
    SealBrokenError,
    TableStoppedError,
)
from mlocr.services.matching_batch import BACKLOG, Batch, BatchCount, BatchSetting, job_of
from mlocr.services.matching_input import RecordSource, Wishes
from mlocr.services.matching_lines import LineSource
from mlocr.services.matching_records import Form
from mlocr.services.matching_workers import Opener


class Played:
    """One batch over bytes in memory, with small chunks; what it wrote, counted and said."""

    def __init__(self, data: bytes, workers: int = 1, **more: object) -> None:
        self.written: list[str] = []
        self.said: list[str] = []
        progress: Callable[[BatchCount], None] = more.pop("progress", lambda count: None)  # type: ignore[assignment]
        opener: Opener = more.pop("opener", echo)  # type: ignore[assignment]
        setting = BatchSetting(
            workers, self.written.append, progress, self.said.append, alone=0, chunk=3, warm=workers > 1
        )
        records = RecordSource(LineSource(io.BytesIO(data), "in.jsonl"), Wishes())
        self.batch = Batch(records, opener, setting)

    def run(self) -> "Played":
        self.batch.run(lambda opened: job_of(opened, Form.JSON, "utf-8", False, False))
        return self

    @property
    def answers(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in "".join(self.written).splitlines()]


def lines(texts: Sequence[str]) -> bytes:
    return "".join(json.dumps({"id": at, "lines": [text]}) + "\n" for at, text in enumerate(texts)).encode()


def zips(count: int) -> list[str]:
    return [f"{at:05}" for at in range(count)]


# --- order ------------------------------------------------------------------------------------------------------------


def test_the_same_bytes_from_one_two_and_three_workers() -> None:
    data = lines(zips(50))
    one, two, three = ("".join(Played(data, workers).run().written) for workers in (1, 2, 3))
    assert [json.loads(line)["zip5"] for line in one.splitlines()] == zips(50)
    assert one == two == three


def test_without_warming_up_a_large_file_goes_over_to_workers_and_keeps_its_order() -> None:
    written: list[str] = []
    started: list[int] = []

    def progress(count: BatchCount) -> None:
        started.append(len(multiprocessing.active_children()))

    setting = BatchSetting(2, written.append, progress, alone=6, chunk=3)
    records = RecordSource(LineSource(io.BytesIO(lines(zips(3000))), "x"), Wishes())
    count = Batch(records, echo, setting).run(lambda opened: job_of(opened, Form.JSON, "utf-8", False, False))
    assert [json.loads(line)["zip5"] for line in "".join(written).splitlines()] == zips(3000)
    assert (count.records, count.depths) == (3000, {5: 3000})
    assert started[0] == 0, "the first chunk needs no process"
    assert max(started) == 2
    assert not multiprocessing.active_children()


def test_a_few_records_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("mlocr.services.matching_workers.ProcessWorker.start", never)
    written: list[str] = []
    records = RecordSource(LineSource(io.BytesIO(lines(zips(150))), "x"), Wishes())
    Batch(records, echo, BatchSetting(8, written.append)).run(
        lambda opened: job_of(opened, Form.JSON, "utf-8", False, False)
    )
    assert len("".join(written).splitlines()) == 150


# --- memory -----------------------------------------------------------------------------------------------------------


class Endless:
    """A stream of records without end; counts what was taken."""

    def __init__(self) -> None:
        self.given = 0

    def read1(self, size: int = 0) -> bytes:
        self.given += 1
        return lines(zips(3))


@pytest.mark.parametrize("workers", [1, 2])
def test_no_more_is_read_than_is_under_way(workers: int) -> None:
    """Each reading is one chunk here; the reader may be ahead of the writer by the backlog and no further."""
    stream, ahead = Endless(), []
    written: list[str] = []

    def write(text: str) -> None:
        written.append(text)
        ahead.append(stream.given - len(written))
        if len(written) == 60:
            raise BrokenPipeError

    setting = BatchSetting(workers, write, alone=0, chunk=3, warm=workers > 1)
    batch = Batch(RecordSource(LineSource(stream, "x"), Wishes()), echo, setting)
    with pytest.raises(BrokenPipeError):
        batch.run(lambda opened: job_of(opened, Form.JSON, "utf-8", False, False))
    assert max(ahead) <= 2 * BACKLOG + 1
    assert not multiprocessing.active_children(), "whoever stops reading ends the workers"


def test_one_record_through_a_pipe_is_answered_before_the_next_comes() -> None:
    """A caller that waits for each answer before it asks again is never kept waiting for a full chunk."""
    reading, writing = os.pipe()
    answered: list[str] = []
    arrived = threading.Semaphore(0)

    def ask() -> None:
        with os.fdopen(writing, "wb", buffering=0) as out:
            for text in zips(20):
                out.write(lines([text]))
                assert arrived.acquire(timeout=20)

    def write(text: str) -> None:
        if text:
            answered.append(text)
            arrived.release()

    asking = threading.Thread(target=ask)
    asking.start()
    with os.fdopen(reading, "rb") as stream:
        setting = BatchSetting(2, write, alone=0, warm=True)
        batch = Batch(RecordSource(LineSource(stream, "pipe"), Wishes()), echo, setting, stream)
        batch.run(lambda opened: job_of(opened, Form.JSON, "utf-8", False, False))
    asking.join()
    assert [json.loads(each)["zip5"] for each in answered] == zips(20)


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("text", "error"), [("SEED", TableStoppedError), ("SEAL", SealBrokenError), ("BUG", RuntimeError)]
)
def test_what_stops_the_work_comes_after_the_answers_before_it(workers: int, text: str, error: type[Exception]) -> None:
    played = Played(lines([*zips(20), text, *zips(20)]), workers)
    with pytest.raises(error) as raised:
        played.run()
    assert [answer["zip5"] for answer in played.answers] == zips(20)
    assert played.batch.count.records == 20
    if isinstance(raised.value, TableStoppedError):
        assert (raised.value.table, raised.value.record) == ("dpv", "seed 7")
    if text == "BUG":
        assert "ValueError" in str(raised.value) and "line 21" in str(raised.value)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_malformed_record_is_named_after_the_answers_before_it(workers: int) -> None:
    data = lines(zips(10)) + b"\n{nonsense}\n" + lines(zips(10))
    played = Played(data, workers)
    with pytest.raises(BadInputError, match=r"in\.jsonl, line 12"):
        played.run()
    assert len(played.answers) == 10


def test_bytes_that_are_no_text_are_named_by_their_line() -> None:
    played = Played(lines(zips(4)) + b'{"lines": ["\xe9"]}\n' + lines(zips(1)))
    with pytest.raises(BadInputError, match="line 5: it is not UTF-8"):
        played.run()
    assert len(played.answers) == 4


def test_a_record_that_kills_its_worker_loses_no_other() -> None:
    texts = [*zips(20), "KILL", *zips(9)]
    played = Played(lines(texts), 2).run()
    assert [answer["zip5"] for answer in played.answers] == [*zips(20), None, *zips(9)]
    assert played.answers[20]["reason"] == "worker_failed"
    assert [answer["id"] for answer in played.answers] == list(range(30))
    assert all("signal 9" in sentence for sentence in played.said) and len(played.said) == 2


def test_a_worker_killed_from_outside_costs_no_answer() -> None:
    killed: list[int | None] = []

    def progress(count: BatchCount) -> None:
        if count.records and not killed:
            child = multiprocessing.active_children()[0]
            killed.append(child.pid)
            child.kill()

    played = Played(lines(zips(2000)), 2, progress=progress).run()
    assert [answer["zip5"] for answer in played.answers] == zips(2000)
    assert killed and played.batch.count.workers_died == 1


def test_workers_that_keep_dying_end_the_batch() -> None:
    played = Played(lines(["KILL"] * 60), 2)
    with pytest.raises(ConfigurationError, match="keep ending"):
        played.run()
    assert not multiprocessing.active_children()


def test_what_keeps_a_worker_from_starting_is_raised() -> None:
    with pytest.raises(DataExpiredError, match="yesterday"):
        Played(lines(zips(9)), 2, opener=echo_in_the_parent_only).run()
    with pytest.raises(ConfigurationError, match="exit code 3 while starting"):
        Played(lines(zips(9)), 2, opener=dying).run()


def test_errors_travel_whole() -> None:
    for error in (TableStoppedError("lacslink", "x"), RecordError("f", 3, "zip5", "bad"), SealBrokenError("s")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
        assert again.exit_code == error.exit_code


def test_an_interrupt_waits_until_what_is_being_written_is_written() -> None:
    before = signal.getsignal(signal.SIGINT)
    played = Played(lines(zips(30)), 2)
    setting = played.batch._setting

    def write(text: str) -> None:
        signal.raise_signal(signal.SIGINT)
        played.written.append(text)

    played.batch._setting = dataclasses.replace(setting, write=write)
    with pytest.raises(KeyboardInterrupt):
        played.run()
    assert played.answers == [], "the header was written, and then nothing more"
    assert len(played.written) == 1
    assert signal.getsignal(signal.SIGINT) is before
    assert not multiprocessing.active_children()
