"""A little station on a virtual clock: ties frames to pieces, submits marks after a time to think, takes events.

It keeps the books of a proof: what became of every letter, and whether any bears a mark that is not its own.
"""

from __future__ import annotations

import heapq
import random
import zlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from drivers.belt import BeltLetter
from drivers.inkjet.dialogue import Dialogue
from drivers.inkjet.hostjobs import HostJob, wire_job
from drivers.inkjet.ledger import Ledger
from drivers.inkjet.messages import HelloAck
from drivers.line_settings import LineSettings
from drivers.virtual_wire import NEVER
from mlocr.mail.code import DrawnBars, SprayImage
from mlocr.mail.piece import JobId, JobState, PieceId, PrintJob
from mlocr.ports import ControllerEvent, EventsLost, JobEnded, PieceEntered, PiecePassed

_BARS = 13  # 4**13 marks: enough for 67 million letters
_WIDTH, _PITCH = 2, 5
_HEIGHTS = ((5, 34), (5, 24), (15, 34), (15, 24))
_OFFSET = 0.5
_KEPT = 4096
_SUBMIT_TIMEOUT = 1.0
_NO_HURRY = 60.0  # at pace max the belt waits
_SCRAMBLE = 0x9E3779B97F4A7C15


@lru_cache(maxsize=256)
def mark_of(serial: int, dpi: float, dots: int) -> SprayImage:
    """A mark no other letter of the run has: the serial number, scrambled, as bars of four kinds."""
    number = serial * _SCRAMBLE & (1 << 2 * _BARS) - 1  # an odd factor: no two of 4**13 alike
    bars = tuple(number >> 2 * place & 3 for place in range(_BARS))
    columns: list[int] = []
    for bar in bars:
        low, high = _HEIGHTS[bar]
        columns += [(1 << high) - (1 << low)] * _WIDTH + [0] * (_PITCH - _WIDTH)
    drawn = DrawnBars(0, _WIDTH, _PITCH, _HEIGHTS, bars)
    return SprayImage(tuple(columns[: _WIDTH - _PITCH]), dots, dpi, _OFFSET, 0.2, (drawn,))


@dataclass(slots=True)
class Books:
    """What became of the letters of a run.

    `pieces` the device told of, `ended` those it told the end of, `ends_wrong` those of two ends. `wrong`: ink that is
    not the beginning of the letter's own mark in its place; `doubled`: more ink than its mark has; `partly`: one
    that was aborted. `digest` is over all of it.
    """

    letters: int = 0
    pieces: int = 0
    ended: int = 0
    sprayed: int = 0
    partly: int = 0
    wrong: int = 0
    doubled: int = 0
    ends_wrong: int = 0
    mismatched: int = 0
    events_lost: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    digest: int = 0


@dataclass(slots=True)
class _Submitted:
    """A job on its way, since when, for which piece."""

    since: float
    piece: PieceId
    entry: HostJob


class VirtualStation:
    """The host's side of a run on a virtual clock. `thinks`: least and most seconds from a frame to its job.

    `marks` gives each letter's mark by its number; without it every letter has one of its own. `one_by_one`: the next
    job is submitted when the one before is answered, as the station's print thread does.
    """

    def __init__(
        self,
        settings: LineSettings,
        dialogue: Dialogue,
        thinks: tuple[float, float],
        marks: Callable[[int], SprayImage] | None = None,
        one_by_one: bool = False,
    ) -> None:
        self.books = Books()
        self.round_trips: list[float] = []
        """Seconds from a job's submission to the device's word on it."""
        self.settled: Callable[[PieceId], None] = lambda piece: None
        self.due = NEVER
        """When the next thought is ready."""
        self._settings = settings
        self._dialogue = dialogue
        self._ledger = Ledger()
        self._thinks = thinks
        self._marks = marks or (lambda serial: mark_of(serial, settings.dpi, settings.dots))
        self._one_by_one = one_by_one
        self._patience = _SUBMIT_TIMEOUT if settings.pace else _NO_HURRY
        self._random = random.Random(settings.seed)
        self._counter = 0
        self._order = 0
        self._entered: dict[int, PieceEntered] = {}
        self._frames: dict[int, BeltLetter] = {}
        self._thoughts: list[tuple[float, int, PieceEntered, BeltLetter]] = []
        self._waiting: deque[_Submitted] = deque()
        self._piece_ends: dict[PieceId, str] = {}

    # --- what it sees ------------------------------------------------------------------------------------------------

    def seen(self, letter: BeltLetter, now: float) -> None:
        """The camera's picture of a letter, if one was triggered."""
        if letter.trigger:
            self._frames[letter.trigger] = letter
            self._tie(letter.trigger, now)

    def _tie(self, trigger: int, now: float) -> None:
        """Frame and piece by trigger alone; their lengths must agree too (wire point 1)."""
        entered, letter = self._entered.get(trigger), self._frames.get(trigger)
        if entered is None or letter is None:
            return
        del self._entered[trigger], self._frames[trigger]
        if abs(entered.length * self._settings.ticks_per_inch - letter.length) > 0.25 * self._settings.ticks_per_inch:
            self.books.mismatched += 1
            self.settled(entered.piece_id)
            return
        low, high = self._thinks
        self._order += 1
        ready = now + low + (high - low) * self._random.random()
        heapq.heappush(self._thoughts, (ready, self._order, entered, letter))
        self.due = self._thoughts[0][0]

    def collect(self, now: float) -> None:
        """Take events from the dialogue, and acknowledge them: its record is durable at once."""
        fresh = self._dialogue.take_events()
        if not fresh or self._dialogue.info is None:
            return
        per_inch = self._dialogue.info.ticks_per_inch / 1000
        for generation, event in fresh:
            self._ledger.add(event, generation, per_inch)
        events = self._ledger.take()
        for told in events:
            self._take(told, now)
        upto, generation = self._ledger.durable(events[-1].event)
        if upto:
            self._dialogue.durable(upto, generation)

    def _take(self, event: ControllerEvent, now: float) -> None:
        match event:
            case PieceEntered():
                self.books.pieces += 1
                self._entered[event.trigger] = event
                self._tie(event.trigger, now)
            case JobEnded(receipt=receipt):
                self._ended(receipt.piece_id, receipt.state.value, receipt.detail)
            case PiecePassed():
                self._ended(event.piece_id, "passed", event.detail)
            case EventsLost():
                self.books.events_lost += event.count

    def _ended(self, piece: PieceId, word: str, detail: str) -> None:
        books = self.books
        books.ends[f"{word} {detail}".rstrip()] += 1
        before = self._piece_ends.get(piece)
        # One end a piece; a job that came too late tells so once more (section 8), and never after ink.
        if before is None:
            books.ended += 1
        elif before != "passed" or word != JobState.MISSED_LATE.value:
            books.ends_wrong += 1
        self._piece_ends[piece] = word
        if len(self._piece_ends) > _KEPT:
            del self._piece_ends[next(iter(self._piece_ends))]
        books.digest = zlib.crc32(f"{piece} {word} {detail}".encode(), books.digest)

    # --- what it does ------------------------------------------------------------------------------------------------

    def act(self, now: float) -> None:
        """Submit what is thought out, take back what could not leave in time."""
        self._hear(now)
        info = self._dialogue.info
        while self._thoughts and self._thoughts[0][0] <= now and not (self._one_by_one and self._waiting):
            _, _, entered, letter = heapq.heappop(self._thoughts)
            if info is not None:
                self._submit(info, entered, letter, now)
        held = not self._thoughts or (self._one_by_one and self._waiting)
        self.due = NEVER if held else self._thoughts[0][0]

    def _hear(self, now: float) -> None:
        """Jobs the device has spoken on, or whose time is up."""
        while self._waiting:
            job = self._waiting[0]
            if job.entry.state is None and not job.entry.lost and now < job.since + self._patience:
                return
            self._waiting.popleft()
            if job.entry.state is None and not job.entry.lost:
                self._dialogue.withdraw(job.entry)
            elif self._one_by_one:
                self.round_trips.append(now - job.since)
            self.settled(job.piece)

    def _submit(self, info: HelloAck, entered: PieceEntered, letter: BeltLetter, now: float) -> None:
        if entered.piece_id.boot != info.boot:
            self.books.ends["refused stale_boot"] += 1
            return
        self._counter += 1
        mark = self._marks(letter.frame.trigger)
        job = PrintJob(JobId(info.epoch, self._counter), entered.piece_id, entered.encoder, mark)
        self._waiting.append(_Submitted(now, entered.piece_id, self._dialogue.submit(wire_job(job, info, 0.0))))

    # --- the books ---------------------------------------------------------------------------------------------------

    def left(self, letter: BeltLetter) -> None:
        """A letter has left the belt: what it bears is compared with its own mark, drop by drop and place by place."""
        books, settings = self.books, self._settings
        books.letters += 1
        mark = self._marks(letter.frame.trigger)
        ticks, dpi = round(settings.ticks_per_inch * 1000), round(settings.dpi * 1000)
        first = round(mark.offset * settings.ticks_per_inch)
        own = [
            (first + (2 * k * ticks + dpi) // (2 * dpi), column)
            for k, column in enumerate(reversed(mark.columns))
            if column
        ]
        fell = list(zip(letter.ticks, letter.columns, strict=True))
        if fell == own:
            books.sprayed += 1
        elif len(fell) > len(own):
            books.doubled += 1
        elif fell and fell == own[: len(fell)]:
            books.partly += 1
        elif fell:
            books.wrong += 1
        books.digest = zlib.crc32(f"{letter.frame.trigger} {letter.lead} {len(fell)}".encode(), books.digest)
