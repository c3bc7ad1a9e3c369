"""The belt of the virtual line: letters, their places, photocells, and where drops fall. No thread, clock or port.

Positions are encoder ticks since the start. The right edge of a letter leads. The belt knows where letters really
are; the device knows only what its photocells and its encoder tell it.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from drivers.inkjet.mock_log import DeviceConfig
from drivers.inkjet.mock_pieces import OnFire, OnTrigger
from mlocr.ports import CameraFrame

_KEPT = 1024


@dataclass(slots=True, eq=False)
class BeltLetter:
    """One letter: `lead` is the tick at which its leading edge is under the camera photocell.

    `boots` counts the device's boots when it saw the letter; `boot` is the device's when it sprayed it.
    """

    frame: CameraFrame
    length: int
    lead: int = 0
    trigger: int = 0
    number: int = 0
    boots: int = 0
    boot: int = 0
    released: bool = False
    ticks: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)


class BeltDevice(Protocol):
    """A controller with its photocells and its encoder on this belt: the Python device, or the C firmware."""

    config: DeviceConfig
    on_trigger: OnTrigger
    on_fire: OnFire
    boot: int

    @property
    def boots(self) -> int:
        """How often power came."""
        ...

    def encoder_to(self, tick: int) -> None:
        """The belt stands at `tick`."""
        ...

    def camera_edge(self, leading: bool) -> None:
        """The camera photocell."""
        ...

    def head_edge(self) -> None:
        """The head's photocell, leading edge."""
        ...

    def expects(self, number: int) -> bool:
        """True while the device waits for this piece of the present boot."""
        ...


class Belt:
    """Moves letters past two photocells `distance` ticks apart and catches the drops that fall on them."""

    def __init__(self, device: BeltDevice, distance: int, gap: int) -> None:
        self.position = 0
        self.spilled = 0
        self.letters: deque[BeltLetter] = deque()
        self.left: dict[str, BeltLetter] = {}
        self.on_seen: Callable[[BeltLetter], None] = lambda letter: None
        self._device = device
        self._distance = distance
        self._gap = gap
        self._clear = 0
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._entries = 0
        self._at_camera: BeltLetter | None = None
        device.on_trigger = self._triggered
        device.on_fire = self._drops

    @property
    def entry(self) -> int:
        """The earliest tick at which the next letter's leading edge can be at the camera."""
        return self._clear + self._gap

    @property
    def next_tick(self) -> int | None:
        """The tick of the next thing that happens; None when nothing is on the belt."""
        return self._agenda[0][0] if self._agenda else None

    def feed(self, letter: BeltLetter, lead: int) -> None:
        """Put a letter on the belt with its leading edge at the camera at tick `lead` (or as soon as there is room)."""
        letter.lead = lead = max(lead, self.entry, self.position + 1)
        self._clear = lead + letter.length
        self.letters.append(letter)
        self._at(lead, lambda: self._enter(letter))
        self._at(lead + letter.length, self._leave_camera)
        self._at(lead + letter.length + self._device.config.debounce, lambda: self.on_seen(letter))
        self._at(lead + self._distance, self._device.head_edge)
        after = max(letter.length, self._device.config.max_window) + self._gap // 2 + 2
        self._at(lead + self._distance + after, lambda: self._drop_off(letter))

    def advance(self, tick: int) -> None:
        """Run to `tick`; everything due on the way happens in order, at its own position."""
        while self._agenda and self._agenda[0][0] <= tick:
            due, _, action = heapq.heappop(self._agenda)
            self.position = due
            self._device.encoder_to(due)
            action()
        if tick > self.position:
            self.position = tick
            self._device.encoder_to(tick)

    def hold_at(self, reach: int) -> int | None:
        """The tick at which the first letter the host has not settled would be `reach` ticks before the head."""
        return next((letter.lead + self._distance - reach for letter in self._unsettled()), None)

    @property
    def unsettled(self) -> int:
        """Letters on the belt that the host has still to settle."""
        return sum(1 for _ in self._unsettled())

    def _unsettled(self) -> Iterator[BeltLetter]:
        for letter in self.letters:
            coming = letter.lead >= self.position
            if not letter.released and (coming or self._awaited(letter)):
                yield letter

    def release(self, boot: int, number: int) -> None:
        """The host has settled this piece; a number of an earlier boot means another letter and is ignored."""
        for letter in self.letters:
            if letter.number == number and boot == self._device.boot and letter.boots == self._device.boots:
                letter.released = True

    def _awaited(self, letter: BeltLetter) -> bool:
        # Never seen by the device, or by one that has restarted since: nobody will settle it.
        return letter.boots == self._device.boots and self._device.expects(letter.number)

    def _at(self, tick: int, action: Callable[[], None]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (tick, self._entries, action))

    def _enter(self, letter: BeltLetter) -> None:
        self._at_camera = letter
        self._device.camera_edge(True)

    def _leave_camera(self) -> None:
        self._device.camera_edge(False)

    def _triggered(self, trigger: int, number: int) -> None:
        letter = self._at_camera
        if letter is not None:
            letter.trigger, letter.number, letter.boots = trigger, number, self._device.boots

    def _drop_off(self, letter: BeltLetter) -> None:
        self.letters.remove(letter)
        self.left.pop(letter.frame.name, None)
        self.left[letter.frame.name] = letter
        while len(self.left) > _KEPT:
            del self.left[next(iter(self.left))]

    def _drops(self, ticks: Sequence[int], columns: Sequence[int]) -> None:
        """Drops fall on whatever is under the head at their tick."""
        for letter in self.letters:
            start = letter.lead + self._distance
            if ticks[0] >= start and ticks[-1] <= start + letter.length:
                letter.boot = self._device.boot
                for tick, column in zip(ticks, columns, strict=True):
                    if column:
                        letter.ticks.append(tick - start)
                        letter.columns.append(column)
                return
        self._scatter(ticks, columns)

    def _scatter(self, ticks: Sequence[int], columns: Sequence[int]) -> None:
        for tick, column in zip(ticks, columns, strict=True):
            hit = False
            for letter in self.letters:
                start = letter.lead + self._distance
                if column and start <= tick <= start + letter.length:
                    letter.boot = self._device.boot
                    letter.ticks.append(tick - start)
                    letter.columns.append(column)
                    hit = True
            self.spilled += bool(column) and not hit
