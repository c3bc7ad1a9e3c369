"""The belt of the virtual line: letters, their places, photocells, and where drops fall. No thread, clock or port.

Positions are encoder ticks since the start. The right edge of a letter leads. The belt knows where letters really
are; the device knows only what its photocells and its encoder tell it.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from drivers.belt_troubles import Fate
from drivers.inkjet.mock_log import DeviceConfig
from drivers.inkjet.mock_pieces import OnFire, OnTrigger
from mlocr.ports import CameraFrame

_KEPT = 1024
_EDGES_KEPT = 64


@dataclass(slots=True, eq=False)
class BeltLetter:
    """One letter: `lead` is the tick at which its leading edge is under the camera photocell.

    `slip` is how many ticks later than the belt it comes to the head. `boots` counts the device's boots when it saw the
    letter; `boot` is the device's when it sprayed it. `removed`: taken out after a jam. `seen_tick` and `seen_at`:
    where and when the camera was triggered for it; the time only where the belt has one (`Belt.now`).
    """

    frame: CameraFrame
    length: int
    lead: int = 0
    slip: int = 0
    trigger: int = 0
    number: int = 0
    boots: int = 0
    boot: int = 0
    released: bool = False
    removed: bool = False
    at_camera: bool = False
    seen_tick: int = 0
    seen_at: float | None = None
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

    def clock_to(self, now: float) -> None:
        """It is now: what happens next on the belt happens at this time."""
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


class _Photocell:
    """What one photocell sees: letters that cover each other are one, and the last edges are kept for a reversal."""

    def __init__(self, tell: Callable[[bool], None]) -> None:
        self.edges: deque[tuple[int, bool]] = deque(maxlen=_EDGES_KEPT)
        self.tell = tell
        self._covered = 0

    def pass_over(self, tick: int, step: int) -> None:
        """A letter's leading (1) or trailing (-1) edge is under the cell."""
        before, self._covered = self._covered, self._covered + step
        if (before > 0) is not (self._covered > 0):
            self.edges.append((tick, self._covered > 0))
            self.tell(self._covered > 0)


class Belt:
    """Moves letters past two photocells `distance` ticks apart and catches the drops that fall on them."""

    def __init__(self, device: BeltDevice, distance: int, gap: int) -> None:
        self.position = 0
        self.spilled = 0
        self.letters: deque[BeltLetter] = deque()
        self.left: dict[str, BeltLetter] = {}
        self.on_seen: Callable[[BeltLetter], None] = lambda letter: None
        self.on_left: Callable[[BeltLetter], None] = lambda letter: None
        self.clings = False
        self.now: float | None = None
        self._device = device
        self._distance = distance
        self._gap = gap
        self._entry = gap
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._entries = 0
        self._pause: float | None = None
        self._at_camera: BeltLetter | None = None
        self._camera = _Photocell(device.camera_edge)
        self._head = _Photocell(lambda leading: device.head_edge() if leading else None)
        device.on_trigger = self._triggered
        device.on_fire = self._drops

    @property
    def entry(self) -> int:
        """The earliest tick at which the next letter's leading edge can be at the camera.

        Where it `clings` to the letter before, that is where it comes in.
        """
        return self._entry

    @property
    def next_tick(self) -> int | None:
        """The tick of the next thing that happens; None when nothing is on the belt."""
        return self._agenda[0][0] if self._agenda else None

    def feed(self, letter: BeltLetter, lead: int, fate: Fate | None = None) -> None:
        """Put a letter on the belt with its leading edge at the camera at tick `lead` (or as soon as there is room)."""
        fate = fate or Fate(self._gap)
        lead = self.entry if self.clings else lead
        letter.lead = lead = max(lead, self.entry, self.position + 1)
        letter.slip = fate.slip
        self._entry = lead + max(1, letter.length + fate.gap)
        self.clings = fate.clings
        self.letters.append(letter)
        if not fate.camera_misses:
            self._plan_camera(letter, fate)
        self._plan_head(letter, fate)
        self._plan_hitches(letter, fate)

    def _plan_camera(self, letter: BeltLetter, fate: Fate) -> None:
        lead, trail = letter.lead, letter.lead + letter.length
        self._when(letter, lead, lambda: self._enter(letter))
        self._when(letter, trail, lambda: self._leave_camera(letter))
        settled = trail + self._device.config.debounce + 2 * fate.bounce
        self._when(letter, settled, lambda: self.on_seen(letter))
        if fate.bounce:
            for edge, leading in ((lead, True), (trail, False)):
                self._when(letter, edge + fate.bounce, partial(self._camera.tell, not leading))
                self._when(letter, edge + 2 * fate.bounce, partial(self._camera.tell, leading))

    def _plan_head(self, letter: BeltLetter, fate: Fate) -> None:
        arrives = letter.lead + self._distance + letter.slip
        if not fate.head_misses:
            self._when(letter, arrives, lambda: self._head.pass_over(self.position, 1))
            self._when(letter, arrives + letter.length, lambda: self._head.pass_over(self.position, -1))
            if fate.bounce:
                self._when(letter, arrives + 2 * fate.bounce, partial(self._head.tell, True))
        after = max(letter.length, self._device.config.max_window) + self._gap // 2 + 2 + abs(letter.slip)
        self._when(letter, arrives + after, lambda: self._drop_off(letter))

    def _plan_hitches(self, letter: BeltLetter, fate: Fate) -> None:
        arrives = letter.lead + self._distance + letter.slip
        if fate.jam:
            self._when(letter, letter.lead + fate.jam, lambda: self._jam(letter, fate.stands))
        if fate.stop:
            self._when(letter, arrives + fate.stop, lambda: self._stand(fate.stands))
        if fate.reverse_at:
            self._when(letter, arrives + fate.reverse_at, lambda: self._reverse(fate.reverse))

    def advance(self, tick: int) -> float | None:
        """Run to `tick`; everything due on the way happens in order, at its own position.

        Seconds that the belt stands still where it is now, having come less far than asked or been turned back; None
        when it ran through.
        """
        while self._agenda and self._agenda[0][0] <= tick:
            due, _, action = heapq.heappop(self._agenda)
            self._go(due)
            action()
            if self._pause is not None:
                pause, self._pause = self._pause, None
                return pause
        if tick > self.position:
            self._go(tick)
        return None

    def _go(self, tick: int) -> None:
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

    # --- what happens on the way -------------------------------------------------------------------------------------

    def _when(self, letter: BeltLetter, tick: int, action: Callable[[], None]) -> None:
        """Do this at that tick, if the letter is still on the belt."""
        self._at(tick, lambda: None if letter.removed else action())

    def _at(self, tick: int, action: Callable[[], None]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (tick, self._entries, action))

    def _enter(self, letter: BeltLetter) -> None:
        self._at_camera = letter
        letter.at_camera = True
        self._camera.pass_over(self.position, 1)

    def _leave_camera(self, letter: BeltLetter) -> None:
        letter.at_camera = False
        self._camera.pass_over(self.position, -1)

    def _stand(self, seconds: float) -> None:
        self._pause = seconds

    def _jam(self, jammed: BeltLetter, seconds: float) -> None:
        """The belt stops; this letter and all behind it are taken out between camera and head."""
        for letter in tuple(self.letters):
            if jammed.lead <= letter.lead <= self.position < letter.lead + self._distance + letter.slip:
                letter.removed = True
                if letter.at_camera:
                    self._leave_camera(letter)
                self._drop_off(letter)
        # Without them the belt still runs on until the device has given them up.
        self._at(self.position + self._distance + self._device.config.max_window + 2, lambda: None)
        self._pause = seconds

    def _reverse(self, back: int) -> None:
        """The belt runs back and stands there: edges that were passed are passed again, both ways."""
        here, goal = self.position, self.position - back
        cells = (self._camera, self._head)
        passed = [(tick, cell, leading) for cell in cells for tick, leading in cell.edges if goal < tick <= here]
        passed.sort(key=lambda edge: edge[0])
        for tick, cell, leading in reversed(passed):
            self._go(tick)
            cell.tell(not leading)
        self._go(goal)
        for tick, cell, leading in passed:
            self._at(tick, partial(cell.tell, leading))
        self._pause = 0.0

    def _triggered(self, trigger: int, number: int) -> None:
        letter = self._at_camera
        if letter is not None:
            letter.trigger, letter.number, letter.boots = trigger, number, self._device.boots
            letter.seen_tick, letter.seen_at = self.position, self.now

    def _drop_off(self, letter: BeltLetter) -> None:
        self.letters.remove(letter)
        self.left.pop(letter.frame.name, None)
        self.left[letter.frame.name] = letter
        while len(self.left) > _KEPT:
            del self.left[next(iter(self.left))]
        self.on_left(letter)

    # --- ink ---------------------------------------------------------------------------------------------------------

    def _drops(self, ticks: Sequence[int], columns: Sequence[int]) -> None:
        """Drops fall on whatever is under the head at their tick."""
        for letter in self.letters:
            start = letter.lead + self._distance + letter.slip
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
                start = letter.lead + self._distance + letter.slip
                if column and start <= tick <= start + letter.length:
                    letter.boot = self._device.boot
                    letter.ticks.append(tick - start)
                    letter.columns.append(column)
                    hit = True
            self.spilled += bool(column) and not hit
