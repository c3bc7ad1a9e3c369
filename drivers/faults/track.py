"""The belt of a drill: letters at known places, photocells that may lie, and what fell on which letter.

No thread, clock or port. Positions are encoder ticks since the start; a letter's right edge leads. The device knows
only what encoder and photocells tell it; where drops fall is reckoned from where the letters really are.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from drivers.faults.devices import DrillDevice

CAMERA, HEAD = "camera", "head"


class _Order(IntEnum):
    """What comes first at one tick."""

    EDGE = 0
    LATER = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to be fed: ticks. `slip` is how much later than the encoder says it comes to the head.

    `coded`: the station finds a code for it. `photographed`: the camera gives a picture. `pulses`: how many triggers
    the camera counts for it, and gives frames for. `seen_at` are the photocells that see it; `bounce` makes every edge
    come three times.
    """

    length: int = 19_000
    gap: int = 4000
    slip: int = 0
    coded: bool = True
    photographed: bool = True
    pulses: int = 1
    bounce: bool = False
    seen_at: tuple[str, ...] = (CAMERA, HEAD)


@dataclass(slots=True, eq=False)
class OnBelt:
    """A letter on the belt: its name, where its leading edge was at the camera, what fell on it."""

    name: str
    letter: Letter
    lead: int
    trigger: int = 0
    number: int = 0
    boots: int = 0
    seen_tick: int = 0
    seen_at: float = 0.0
    settled: bool = False
    fallen: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something done when the belt has brought letter `index`'s leading edge `ticks` behind the camera or the head."""

    at: str
    index: int
    ticks: int
    action: Callable[[], None]


class Track:
    """Feeds letters one behind the other and moves them past two photocells `distance` ticks apart."""

    def __init__(self, device: DrillDevice, distance: int, debounce: int, letters: Sequence[Letter]) -> None:
        self.position = 0
        self.spilled = 0
        self.fired: list[int] = []
        self.fed: list[OnBelt] = []
        self.on_belt: list[OnBelt] = []
        self.feeding = False
        self.held = False
        self.now = 0.0
        self.on_seen: Callable[[OnBelt], None] = lambda letter: None
        self.happenings: list[Happening] = []
        self._device = device
        self._distance = distance
        self._debounce = debounce
        self._waiting = deque(letters)
        self._clear = 0
        self._agenda: list[tuple[int, int, int, Callable[[], None]]] = []
        self._edges: list[tuple[int, str, bool]] = []
        self._entries = 0
        self._at_camera: OnBelt | None = None
        device.on_trigger = self._triggered
        device.on_fire = self._drops

    @property
    def empty(self) -> bool:
        """True when no letter is on the belt and none will come."""
        return not self.on_belt and not (self.feeding and self._waiting)

    @property
    def none_to_come(self) -> bool:
        """True when every letter fed has left the camera and no more are fed."""
        passed = all(self.position > each.lead + each.letter.length + self._debounce for each in self.on_belt)
        return passed and not (self.feeding and self._waiting)

    @property
    def next_tick(self) -> int | None:
        """The tick of the next thing that happens; None when the belt may stand."""
        self._feed()
        return self._agenda[0][0] if self._agenda else None

    def _feed(self) -> None:
        """The next letter is put on as soon as the one before has entered."""
        while self.feeding and not self.held and self._waiting and (not self.fed or self.fed[-1].lead <= self.position):
            letter = self._waiting.popleft()
            lead = max(self._clear + letter.gap, self.position + 1)
            self._clear = max(self._clear, lead + letter.length)
            placed = OnBelt(f"letter-{len(self.fed) + 1}", letter, lead)
            self.fed.append(placed)
            self.on_belt.append(placed)
            self._plan(placed)

    def _plan(self, placed: OnBelt) -> None:
        letter, lead, head = placed.letter, placed.lead, placed.lead + self._distance + placed.letter.slip
        self._at(lead, lambda: self._come(placed))
        self._edges_at(CAMERA, lead, lead + letter.length, letter)
        self._edges_at(HEAD, head, head + letter.length, letter)
        self._at(lead + letter.length + self._debounce + 1, lambda: self.on_seen(placed), _Order.LATER)
        self._at(head + letter.length + 2 * self._debounce + 4001, lambda: self.on_belt.remove(placed), _Order.LATER)
        index = len(self.fed) - 1
        for happening in self.happenings:
            if happening.index == index:
                base = head if happening.at == HEAD else lead
                self._at(base + happening.ticks, happening.action, _Order.LATER)

    def _come(self, placed: OnBelt) -> None:
        self._at_camera = placed

    def _edges_at(self, sensor: str, lead: int, trail: int, letter: Letter) -> None:
        if sensor not in letter.seen_at:
            return
        step = max(1, self._debounce // 6)
        for tick, leading in ((lead, True), (trail, False)):
            bounces = (0, 1, 2, 3, 4) if letter.bounce else (0,)
            for n in bounces:
                self._edge_at(tick + n * step, sensor, leading is (n % 2 == 0))

    def _edge_at(self, tick: int, sensor: str, leading: bool) -> None:
        self._at(tick, lambda: self._edge(tick, sensor, leading))

    def _edge(self, tick: int, sensor: str, leading: bool) -> None:
        self._edges.append((tick, sensor, leading))
        self._tell(sensor, leading)

    def _tell(self, sensor: str, leading: bool) -> None:
        if sensor == CAMERA:
            self._device.camera_edge(leading)
        elif leading:
            self._device.head_edge()

    def _at(self, tick: int, action: Callable[[], None], order: _Order = _Order.EDGE) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (tick, int(order), self._entries, action))

    def advance(self, tick: int) -> None:
        """Run forward to `tick`; everything due on the way happens in order, at its own place."""
        while self._agenda and self._agenda[0][0] <= tick:
            due, _, _, action = heapq.heappop(self._agenda)
            self._move(due)
            action()
        self._move(tick)

    def _move(self, tick: int) -> None:
        if tick > self.position:
            self.position = tick
            self._device.encoder_to(tick)

    def back(self, ticks: int) -> None:
        """The belt runs back so far: edges it passes come the other way round, and again when it goes on."""
        target = self.position - ticks
        while self._edges and self._edges[-1][0] > target:
            tick, sensor, leading = self._edges.pop()
            self.position = tick
            self._device.encoder_to(tick)
            self._tell(sensor, not leading)
            self._edge_at(tick, sensor, leading)
        self.position = target
        self._device.encoder_to(target)

    def tremble(self, ticks: int) -> None:
        """The encoder counts so many ticks back and forth while the belt stands."""
        self._device.encoder_to(self.position - ticks)
        self._device.encoder_to(self.position)

    def _triggered(self, trigger: int, number: int) -> None:
        placed = self._at_camera
        if placed is not None:
            placed.trigger, placed.number, placed.boots = trigger, number, self._device.boots
            placed.seen_tick, placed.seen_at = self.position, self.now

    def _drops(self, ticks: Sequence[int], columns: Sequence[int]) -> None:
        """Drops fall on whatever lies under the head at their tick; blank columns count for the letter too."""
        self.fired += columns
        for tick, column in zip(ticks, columns, strict=True):
            hit = False
            for placed in self.on_belt:
                start = placed.lead + self._distance + placed.letter.slip
                if start <= tick <= start + placed.letter.length:
                    placed.fallen.append((tick - start, column))
                    hit = True
            if column and not hit:
                self.spilled += 1
