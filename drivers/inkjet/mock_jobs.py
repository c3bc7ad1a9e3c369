"""The mock device's job table: loading, commit, ends, results. An independent second witness of section 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.inkjet.columns import column_bytes, columns_of, expand
from drivers.inkjet.face import GLYPHS
from drivers.inkjet.messages import Event, JobBegin, JobCommit, JobPart, Kind, Reason, State, commit_crc
from drivers.inkjet.mock_log import DeviceConfig, Ended, EventLog, Key, NonVolatile


@dataclass(slots=True)
class DeviceJob:
    """A committed job. `origin` is unwrapped; `columns` in firing order."""

    key: Key
    begin: JobBegin
    crc: int
    origin: int
    columns: tuple[int, ...]
    size: int
    since: float
    state: State = State.READY
    fired: int = 0


@dataclass(slots=True)
class _Loading:
    begin: JobBegin
    data: bytearray = field(default_factory=bytearray)
    refusal: Reason = Reason.NONE
    dropped: bool = False


@dataclass(slots=True)
class Answer:
    """What is said of a job."""

    state: State
    reason: Reason = Reason.NONE


Admit = Callable[[JobBegin], Answer | int]


class JobTable:
    """Jobs by number. Ended ones stay until acknowledged; forgotten ones raise the mark below which none is taken."""

    def __init__(self, config: DeviceConfig, log: EventLog, nv: NonVolatile) -> None:
        self.live: dict[Key, DeviceJob] = {}
        self.results = nv.results
        self.epoch = 0
        self.mark = 0
        self.enabled = False
        self.boot = 0
        self.glyphs = GLYPHS
        self._config = config
        self._log = log
        self._nv = nv
        self._loading: _Loading | None = None
        self._unsettled: set[Key] = {key for key, ended in nv.results.items() if ended.event}
        if not nv.keeps_results:
            nv.results.clear()
            self._unsettled.clear()

    # --- credits -----------------------------------------------------------------------------------------------------

    @property
    def free_slots(self) -> int:
        """How many more jobs may be begun: a slot, a result and an event must be free for each."""
        live = len(self.live)
        results = self._config.results - len(self._unsettled) - live
        room = min(self._config.slots - live, results, self._log.room(live))
        return max(0, min(255, room))

    @property
    def free_bytes(self) -> int:
        """Raster bytes free."""
        return self._config.raster_bytes - sum(job.size for job in self.live.values())

    # --- loading -----------------------------------------------------------------------------------------------------

    def begin(self, begin: JobBegin) -> None:
        """A new job starts to load; one that was loading is dropped. What is wrong is told at the commit."""
        self._loading = _Loading(begin)
        key = (begin.epoch, begin.counter)
        if key in self.live or key in self.results:
            return
        size = column_bytes(begin.dots) * begin.columns
        if begin.columns > self._config.max_columns or not begin.columns:
            self._loading.refusal = Reason.TOO_LARGE
        elif (begin.dots, begin.dpi) != (self._config.dots, round(self._config.dpi * 1000)) or not (
            0 < begin.length <= size
        ):
            self._loading.refusal = Reason.BAD_RASTER
        elif self.free_slots < 1 or size > self.free_bytes:
            self._loading.refusal = Reason.NO_CREDIT

    def part(self, part: JobPart, data: bytes) -> None:
        """Encoded bytes of the loading job; they come in order, others are dropped and the commit will tell."""
        loading = self._loading
        if loading is None or (part.epoch, part.counter) != (loading.begin.epoch, loading.begin.counter):
            return
        if part.at == len(loading.data) and part.at + len(data) <= loading.begin.length:
            loading.data += data

    def drop_loading(self, why: Reason) -> None:
        """The host fell silent: what it was loading is not taken."""
        if self._loading is not None:
            self._loading.refusal, self._loading.dropped = why, True

    def commit(self, commit: JobCommit, now: float, admit: Admit) -> tuple[Answer, DeviceJob | None]:
        """Judge a commit. Idempotent: a known number with the same CRC is told its state (wire point 8)."""
        key = (commit.epoch, commit.counter)
        known = self._known(key)
        if known is not None:
            same = known[1] == commit.crc
            return (known[0] if same else Answer(State.REFUSED, Reason.CONFLICT)), None
        refusal, loading = self._refusal(key), self._loading
        if loading is not None and (loading.begin.epoch, loading.begin.counter) == key:
            self._loading = None  # judged: QUERY must not say LOADING for ever
        if refusal is not Reason.NONE or loading is None:
            return Answer(State.REFUSED, refusal), None
        begin = loading.begin
        raster = self._expand(begin, bytes(loading.data))
        if raster is None or len(loading.data) != begin.length or commit_crc(begin, raster) != commit.crc:
            return Answer(State.REFUSED, Reason.BAD_RASTER if raster is None else Reason.BAD_CRC), None
        verdict = admit(begin)
        if isinstance(verdict, Answer) and verdict.state is State.REFUSED:
            return verdict, None
        origin = verdict if isinstance(verdict, int) else 0
        job = DeviceJob(key, begin, commit.crc, origin, columns_of(raster, begin.dots), len(raster), now)
        self.live[key] = job
        if isinstance(verdict, Answer):
            self.end(job, verdict.state, verdict.reason, 0)
            return verdict, None
        return Answer(State.READY), job

    def _expand(self, begin: JobBegin, data: bytes) -> bytes | None:
        if not self._config.encodings >> begin.encoding & 1:
            return None
        return expand(begin.encoding, data, begin.columns, begin.dots, begin.dpi, self.glyphs)

    def _refusal(self, key: Key) -> Reason:
        if key[0] != self.epoch:
            return Reason.TOO_OLD if key[0] < self.epoch else Reason.BAD_REQUEST
        if key[1] <= self.mark:
            return Reason.TOO_OLD
        loading = self._loading
        if loading is None or (loading.begin.epoch, loading.begin.counter) != key:
            return Reason.UNKNOWN_JOB
        if loading.begin.boot != self.boot:
            return Reason.STALE_BOOT
        if not self.enabled:
            return Reason.DISABLED
        # A piece's event may have taken the last place since the begin.
        gone = loading.refusal is Reason.NONE and self.free_slots < 1
        return Reason.NO_CREDIT if gone else loading.refusal

    def _known(self, key: Key) -> tuple[Answer, int] | None:
        job = self.live.get(key)
        if job is not None:
            return Answer(job.state), job.crc
        ended = self.results.get(key)
        return None if ended is None else (Answer(ended.state, ended.reason), ended.crc)

    # --- answers and ends --------------------------------------------------------------------------------------------

    def query(self, key: Key) -> Answer:
        """The state of a job; REFUSED with UNKNOWN_JOB for one that is not known."""
        known = self._known(key)
        if known is not None:
            return known[0]
        loading = self._loading
        if loading is not None and (loading.begin.epoch, loading.begin.counter) == key and not loading.dropped:
            return Answer(State.LOADING)
        return Answer(State.REFUSED, Reason.UNKNOWN_JOB)

    def cancel(self, key: Key) -> Answer:
        """Withdraw a job that is not yet bound; one that is loading is forgotten."""
        job = self.live.get(key)
        if job is not None and job.state is State.READY:
            self.end(job, State.CANCELLED, Reason.HOST_CANCEL, 0)
        loading = self._loading
        if loading is not None and (loading.begin.epoch, loading.begin.counter) == key:
            self._loading = None
        return self.query(key)

    def starts(self, job: DeviceJob) -> None:
        """Ink is about to fall: known to the store before the first drop."""
        job.state = State.FIRING
        if self._nv.keeps_results:
            ended = Ended(job.begin.boot, job.begin.piece, job.crc, State.ABORTED, Reason.POWER_LOST)
            self._nv.firing = (job.key, ended)

    def end(self, job: DeviceJob, state: State, reason: Reason, encoder: int) -> None:
        """A state that never changes again, logged in the place set aside for it."""
        if self.live.pop(job.key, None) is None:
            return
        job.state = state
        begin = job.begin
        event = Event(
            0,
            begin.boot,
            begin.piece,
            *job.key,
            encoder & 0xFFFFFFFF,
            0,
            job.fired,
            self._log.now,
            Kind.JOB_ENDED,
            state,
            reason,
        )
        number = self._log.end(event)
        self.results[job.key] = Ended(begin.boot, begin.piece, job.crc, state, reason, number)
        self._unsettled.add(job.key)
        if self._nv.keeps_results:
            self._nv.firing = None
        self._shrink()

    def recall(self) -> None:
        """A store that kept results: what was firing when power went is told as aborted, unsettled ends again."""
        if self._nv.firing is not None:
            key, ended = self._nv.firing
            ended.event, self._nv.firing = 1, None
            self.results[key] = ended
            self._unsettled.add(key)
        for key, ended in self.results.items():
            if ended.event:
                told = (Kind.JOB_ENDED, ended.state, ended.reason)
                again = Event(0, ended.boot, ended.piece, *key, 0, 0, 0, self._log.now, *told)
                ended.event = self._log.end(again)

    def settled(self, upto: int) -> None:
        """The host made every event up to this number durable: their results may be forgotten."""
        for key in tuple(self._unsettled):
            ended = self.results.get(key)
            if ended is None or ended.event <= upto:
                self._unsettled.remove(key)
                if ended is not None:
                    ended.event = 0
        self._shrink()

    def purge(self) -> Reason:
        """Drop what waits and forget what is settled. Only while spraying is disabled; never lowers the mark."""
        if self.enabled:
            return Reason.BAD_REQUEST
        self._loading = None
        for job in tuple(self.live.values()):
            if job.state is State.READY:
                self.end(job, State.CANCELLED, Reason.PURGED, 0)
        for key in [key for key, ended in self.results.items() if not ended.event]:
            self._drop(key)
        return Reason.NONE

    def _shrink(self) -> None:
        while len(self.results) > self._config.results:
            oldest = next((key for key, ended in self.results.items() if not ended.event), None)
            if oldest is None:
                return
            self._drop(oldest)

    def _drop(self, key: Key) -> None:
        del self.results[key]
        if key[0] == self.epoch:
            self.mark = max(self.mark, key[1])
