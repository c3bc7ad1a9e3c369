"""One behaviour suite for the InkjetController port: every controller passes it.

A test module subclasses `InkjetContract` and gives `opened`, a fixture of a `Stand`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from mlocr.errors import DeviceError
from mlocr.mail.code import SprayImage
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob
from mlocr.ports import ControllerEvent, ControllerInfo, InkjetController, JobEnded, PieceEntered

MARK = SprayImage(((1 << 40) - 1, 0, 5, 0, 1 << 39), 40, 200.0, 0.5, 0.2)


@dataclass
class Stand:
    """A controller that was opened, and how a piece comes to it and passes its head."""

    controller: InkjetController
    info: ControllerInfo
    enter: Callable[[], PieceEntered]
    leave: Callable[[PieceEntered], None]


def taken(stand: Stand, job: PrintJob) -> bool:
    """Submit, and whether it was taken. A bench sprays at once: on a slow machine its word may already be DONE."""
    bench = stand.info.trigger == "bench"
    return stand.controller.submit(job) in ({JobState.READY, JobState.DONE} if bench else {JobState.READY})


def ended(stand: Stand, job: JobId, patience: int = 30) -> list[JobEnded]:
    """The ends told of one job. A slow machine is given `patience` silences of 0.3 s; none expected needs only one."""
    silences = 0
    while silences < patience:
        events = stand.controller.events(0.3)
        found = [event for event in events if isinstance(event, JobEnded) and event.receipt.job_id == job]
        if found:
            return found
        silences += not events
    return []


class Listener:
    """Takes and acknowledges events in a thread of its own all the time, as a run does."""

    def __init__(self, controller: InkjetController) -> None:
        self.told: list[ControllerEvent] = []
        self._controller = controller
        self._changed = threading.Condition()

    @contextmanager
    def listening(self) -> Iterator[None]:
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                events = self._controller.events(0.05)
                if events:
                    self._controller.acknowledge(events[-1].event)
                    with self._changed:
                        self.told.extend(events)
                        self._changed.notify_all()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(5.0)

    def ends(self) -> list[JobEnded]:
        return [event for event in self.told if isinstance(event, JobEnded)]

    def wait_ends(self, count: int) -> list[JobEnded]:
        with self._changed:
            self._changed.wait_for(lambda: len(self.ends()) >= count, 10.0)
            return self.ends()


class InkjetContract:
    """What every controller does.

    `mark` fits its head. `end` is how a job ends that was printed: DONE, or INDETERMINATE where nothing can confirm it.
    """

    mark = MARK
    end = JobState.DONE

    def job(self, stand: Stand, piece: PieceEntered, counter: int = 1) -> PrintJob:
        return PrintJob(JobId(stand.info.epoch, counter), piece.piece_id, piece.encoder, self.mark)

    def test_a_job_is_taken_and_its_end_told_once_with_the_same_numbers(self, opened: Stand) -> None:
        piece = opened.enter()
        job = self.job(opened, piece)
        assert taken(opened, job)
        opened.leave(piece)
        ends = ended(opened, job.job_id)
        assert [(e.receipt.job_id, e.receipt.piece_id, e.receipt.state) for e in ends] == [
            (job.job_id, piece.piece_id, self.end)
        ]
        opened.controller.acknowledge(ends[0].event)
        assert ended(opened, job.job_id, patience=1) == []
        assert opened.controller.query(job.job_id) is self.end
        assert opened.controller.cancel(job.job_id) is self.end

    def test_the_same_job_again_is_no_second_job(self, opened: Stand) -> None:
        piece = opened.enter()
        job = self.job(opened, piece)
        assert taken(opened, job)
        assert opened.controller.submit(job) in (JobState.READY, JobState.DONE)
        opened.leave(piece)
        assert len(ended(opened, job.job_id)) == 1

    def test_another_mark_under_a_used_number_is_refused(self, opened: Stand) -> None:
        job = self.job(opened, opened.enter())
        opened.controller.submit(job)
        other = replace(job, image=replace(self.mark, columns=(1, 2, 3)))
        assert opened.controller.submit(other) is JobState.REFUSED

    def test_a_piece_of_another_boot_is_refused_and_said(self, opened: Stand) -> None:
        piece = opened.enter()
        stale = replace(self.job(opened, piece), piece_id=PieceId(piece.piece_id.boot ^ 1, piece.piece_id.number))
        assert opened.controller.submit(stale) is JobState.REFUSED
        assert any("stale_boot" in fault for fault in opened.controller.health().faults)

    def test_an_unknown_piece_and_a_piece_that_has_its_job_are_refused(self, opened: Stand) -> None:
        piece = opened.enter()
        strange = replace(self.job(opened, piece), piece_id=PieceId(piece.piece_id.boot, 999))
        assert opened.controller.submit(strange) is JobState.REFUSED
        assert taken(opened, self.job(opened, piece, 2))
        assert opened.controller.submit(self.job(opened, piece, 3)) is JobState.REFUSED
        assert any("piece_taken" in fault for fault in opened.controller.health().faults)

    def test_a_mark_that_does_not_fit_the_head_is_refused(self, opened: Stand) -> None:
        job = self.job(opened, opened.enter())
        assert opened.controller.submit(replace(job, image=replace(self.mark, dpi=300.0))) is JobState.REFUSED

    def test_a_job_never_heard_of_was_not_sprayed_in_this_epoch_and_unknown_in_another(self, opened: Stand) -> None:
        assert opened.controller.query(JobId(opened.info.epoch, 77)) is JobState.REFUSED
        assert opened.controller.cancel(JobId(opened.info.epoch, 78)) is JobState.REFUSED
        assert opened.controller.query(JobId(opened.info.epoch + 5, 1)) is JobState.INDETERMINATE

    def test_events_taken_all_the_while_cost_no_piece_and_no_end(self, opened: Stand) -> None:
        bench = opened.info.trigger == "bench"
        pieces = [] if bench else [opened.enter() for _ in range(3)]
        listener = Listener(opened.controller)
        with listener.listening():
            for n in range(3):
                if bench:
                    pieces.append(opened.enter())
                assert taken(opened, self.job(opened, pieces[n], n + 1))
            for piece in pieces:
                opened.leave(piece)
            ends = listener.wait_ends(3)
        assert [end.receipt.job_id.counter for end in ends] == [1, 2, 3]
        assert [end.receipt.piece_id for end in ends] == [piece.piece_id for piece in pieces]
        numbers = [piece.event for piece in pieces] + [event.event for event in listener.told]
        assert len(set(numbers)) == len(numbers)
        assert not any(isinstance(event, PieceEntered) for event in listener.told)
        assert opened.controller.health().free_jobs > 0

    def test_events_wait_no_longer_than_told(self, opened: Stand) -> None:
        for _ in range(20):
            if not opened.controller.events(0.01):
                break
        else:
            pytest.fail("events without end")

    def test_it_is_healthy_and_closes_twice(self, opened: Stand) -> None:
        assert opened.controller.health().connected
        opened.controller.close()
        opened.controller.close()
        assert not opened.controller.health().connected
        with pytest.raises(DeviceError):
            opened.controller.submit(self.job(opened, PieceEntered(1, PieceId(opened.info.boot, 1), 0, 1, 9.5)))
