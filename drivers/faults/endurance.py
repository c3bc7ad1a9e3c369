"""A hundred thousand jobs in one session: places that leak, numbers that wrap. One process, virtual clock, no port.

Each letter has a mark of its own, small, and is held against what fell on it to the tick.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.faults.devices import DrillDevice, make_device
from drivers.inkjet.columns import compress, raster
from drivers.inkjet.dialogue import Dialogue
from drivers.inkjet.hostjobs import HostJob, Phase, Terms, WireJob
from drivers.inkjet.messages import Event, JobBegin, Kind, State, commit_crc
from drivers.inkjet.mock import DeviceConfig

SMALL = DeviceConfig(
    ticks_per_inch=100.0,
    dpi=100.0,
    dots=20,
    distance=4000,
    margin=50,
    max_window=100,
    min_length=50,
    max_length=1500,
    min_gap=40,
    debounce=5,
    reverse_tolerance=2,
    stop_ms=0,
)
_LENGTH, _GAP, _OFFSET, _STEP = 950, 300, 100, 0.005
_PATIENCE = 4000  # steps without an answer: 20 s of the virtual clock


@dataclass(slots=True)
class Endured:
    """How it came out: marks that fell, more than one on a letter, another's; what else did not hold."""

    jobs: int = 0
    sprayed: int = 0
    doubles: int = 0
    wrong: int = 0
    frames: int = 0
    lost: int = 0
    problems: list[str] = field(default_factory=list)


class Endurance:
    """`jobs` letters one behind another, each with its job; one delivery in `loses` is lost (0: none), by `seed`."""

    def __init__(self, device: DrillDevice, jobs: int, loses: int, seed: int) -> None:
        self._device = device
        self._jobs = jobs
        self._loses = loses
        self._random = random.Random(seed)
        self._nonces = random.Random(seed + 1)
        self._now = 100.0
        self._belt = 0
        self._host = Dialogue(Terms(job_age_ms=0xFFFFFFFF), lambda: self._nonces.getrandbits(64) or 1)
        self._fired: list[tuple[int, int]] = []
        self._piece = 0
        self._ended: set[int] = set()
        self.out = Endured()
        device.on_fire = lambda ticks, columns: self._fired.extend(zip(ticks, columns, strict=True))

    def run(self) -> Endured:
        """All of it."""
        self._host.greet(self._now)
        if not self._until(lambda: self._host.settled):
            self.out.problems.append(f"no session: {self._host.fault or 'no answer'}")
            return self.out
        free = self._host.credit.slots
        for number in range(1, self._jobs + 1):
            if not self._letter(number):
                break
        self._until(lambda: self._host.sender.idle)
        for _ in range(60):
            self._step()
        if self._host.credit.slots != free:
            self.out.problems.append(f"{free} places were free before, {self._host.credit.slots} are after")
        self.out.frames = self._host.sent
        return self.out

    def _letter(self, number: int) -> bool:
        """One letter from the camera to its end. False when the device gave no answer any more."""
        edge = self._enter()
        job: HostJob | None = None
        if self._until(lambda: self._piece >= number):
            job = self._host.submit(self._wire_job(number, edge))
            self._until(lambda: job is not None and (job.state is not None or job.lost))
        self._pass_head(edge)
        if job is None or job.state is not State.READY:
            self.out.problems.append(f"letter {number} was not taken ({'no piece' if job is None else job.state})")
            return False
        heard = self._until(lambda: number in self._ended)
        self._judge(number, edge, heard)
        return heard

    def _judge(self, number: int, edge: int, heard: bool) -> None:
        start = edge + SMALL.distance + _OFFSET
        wanted = [(start + at, dots) for at, dots in enumerate(reversed(_mark(number)))]
        fired, self._fired = self._fired, []
        self.out.jobs += 1
        self.out.sprayed += fired == wanted
        self.out.doubles += len(fired) > len(wanted)
        self.out.wrong += fired[: len(wanted)] != wanted
        if not heard:
            self.out.problems.append(f"the end of job {number} was never told")

    def _enter(self) -> int:
        self._move(_GAP)
        edge = self._belt
        self._device.camera_edge(True)
        self._move(_LENGTH)
        self._device.camera_edge(False)
        self._move(SMALL.debounce)
        return edge

    def _pass_head(self, edge: int) -> None:
        self._move(edge + SMALL.distance - self._belt)
        self._device.head_edge()
        self._move(_LENGTH)

    def _move(self, ticks: int) -> None:
        self._belt += ticks
        self._device.encoder_to(self._belt)

    def _wire_job(self, number: int, edge: int) -> WireJob:
        info = self._host.info
        if info is None:
            raise RuntimeError("the session is open")
        columns = tuple(reversed(_mark(number)))
        encoding, data = compress(columns, SMALL.dots)
        begin = JobBegin(
            epoch=info.epoch,
            counter=number,
            boot=info.boot,
            piece=number,
            origin=edge & 0xFFFFFFFF,
            window=info.max_window,
            offset=_OFFSET,
            dpi=info.dpi,
            length=len(data),
            columns=len(columns),
            dots=SMALL.dots,
            encoding=encoding,
        )
        return WireJob(begin, data, commit_crc(begin, raster(columns, SMALL.dots)))

    def _until(self, ready: Callable[[], bool]) -> bool:
        for _ in range(_PATIENCE):
            if ready():
                return True
            if self._host.phase is Phase.DEAD:
                return False
            self._step()
        return ready()

    def _step(self) -> None:
        self._now += _STEP
        out = self._host.poll(self._now)
        if out and not self._loss():
            self._device.receive(out, self._now)
        self._device.poll(self._now)
        back = self._device.take_output()
        if back and not self._loss():
            self._host.receive(back, self._now)
        for generation, event in self._host.take_events():
            if not isinstance(event, Event):
                self.out.problems.append("the device lost a job")
                continue
            self._piece = event.piece if event.kind == Kind.PIECE_IN else self._piece
            if event.kind == Kind.JOB_ENDED:
                self._ended = {event.counter}
            self._host.durable(event.number, generation)

    def _loss(self) -> bool:
        lost = bool(self._loses) and self._random.randrange(self._loses) == 0
        self.out.lost += lost
        return lost


def _mark(number: int) -> tuple[int, ...]:
    """A mark that tells its number: its bits, and their complement."""
    low = number & 0xFFFFF
    return (0xFFFFF, low, low ^ 0xFFFFF, 0, number >> 20 & 0xFFFFF | 1)


def endure(device: str, jobs: int, loses: int, seed: int) -> Endured:
    """`jobs` letters on the device called `device`. Raises ConfigurationError where it is not built."""
    made = make_device(device, SMALL)
    try:
        return Endurance(made, jobs, loses, seed).run()
    finally:
        made.close()
