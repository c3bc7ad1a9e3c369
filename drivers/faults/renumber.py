"""Jobs under other numbers on the line than at the host, in whole frames with right CRCs: the device believes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from drivers.faults.script import Rule, Way, remade
from drivers.inkjet.columns import column_bytes
from drivers.inkjet.frames import Frame, Type
from drivers.inkjet.messages import (
    Event,
    JobAnswer,
    JobBegin,
    JobCommit,
    JobPart,
    JobRef,
    commit_crc,
    pack,
    unpack,
    unpack_part,
)


class Renumbered:
    """Rules that give the host's counters as `there` tells, and the device's answers as `back` tells.

    `asks`: the host's questions go by the same numbers.
    """

    def __init__(self, there: Callable[[int], int], back: Callable[[int], int], asks: bool = True) -> None:
        self._asks = asks
        self._there = there
        self._back = back
        self._begin: JobBegin | None = None

    def rules(self) -> tuple[Rule, ...]:
        """One for each frame that names a job."""
        down = {
            Type.JOB_BEGIN: self._on_begin,
            Type.JOB_DATA: self._on_part,
            Type.JOB_COMMIT: self._on_commit,
        }
        up = {Type.JOB_STATE: self._on_answer, Type.EVENT: self._on_event}
        asked = (Rule(Way.DOWN, Type.QUERY, remade(self._on_ref), times=0, must=False),) if self._asks else ()
        return (
            *(Rule(Way.DOWN, kind, remade(change), times=0) for kind, change in down.items()),
            *asked,
            *(Rule(Way.UP, kind, remade(change), times=0) for kind, change in up.items()),
        )

    def _on_begin(self, frame: Frame) -> Frame:
        begin = unpack(JobBegin, frame.payload)
        if begin is None:
            return frame
        self._begin = begin
        return replace(frame, payload=pack(self._moved(begin)))

    def _moved(self, begin: JobBegin) -> JobBegin:
        return begin._replace(counter=self._there(begin.counter))

    def _on_part(self, frame: Frame) -> Frame:
        part = unpack_part(frame.payload)
        if part is None:
            return frame
        head, data = part
        return replace(frame, payload=pack(JobPart(head.epoch, self._there(head.counter), head.at)) + data)

    def _on_commit(self, frame: Frame) -> Frame:
        commit, begin = unpack(JobCommit, frame.payload), self._begin
        if commit is None or begin is None:
            return frame
        # The raster's share of the CRC is the same under either number: CRCs of equal length differ by their prefixes'.
        blank = bytes(column_bytes(begin.dots) * begin.columns)
        crc = commit.crc ^ commit_crc(begin, blank) ^ commit_crc(self._moved(begin), blank)
        return replace(frame, payload=pack(JobCommit(commit.epoch, self._there(commit.counter), crc)))

    def _on_ref(self, frame: Frame) -> Frame:
        ref = unpack(JobRef, frame.payload)
        return frame if ref is None else replace(frame, payload=pack(JobRef(ref.epoch, self._there(ref.counter))))

    def _on_answer(self, frame: Frame) -> Frame:
        answer = unpack(JobAnswer, frame.payload)
        if answer is None:
            return frame
        return replace(frame, payload=pack(answer._replace(counter=self._back(answer.counter))))

    def _on_event(self, frame: Frame) -> Frame:
        event = unpack(Event, frame.payload)
        if event is None or not event.epoch:
            return frame
        return replace(frame, payload=pack(event._replace(counter=self._back(event.counter))))
