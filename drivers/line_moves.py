"""How the virtual line's belt moves: from one happening to the next at pace max, or by the clock. No thread or port."""

from __future__ import annotations

from typing import Protocol

from drivers.belt import Belt, BeltDevice, BeltLetter
from drivers.belt_troubles import Dice, Lengths, Motion
from drivers.inkjet.columns import column_bytes
from drivers.inkjet.mock_log import DeviceConfig
from drivers.line_settings import LineSettings

IDLE = 0.02
_WIRES_TURN = 0.002
_EVENTS_WAITING = 4


def device_config(settings: LineSettings) -> DeviceConfig:
    """A device for this line, with room for the longest mark in every place."""
    ticks, plain = settings.ticks, DeviceConfig()
    return DeviceConfig(
        ticks_per_inch=settings.ticks_per_inch,
        dpi=settings.dpi,
        dots=settings.dots,
        distance=ticks(settings.camera_to_head_in),
        margin=ticks(settings.arm_margin_in),
        max_window=ticks(settings.window_in),
        min_length=ticks(0.5),
        max_length=ticks(settings.max_length_in),
        min_gap=ticks(min(0.5, settings.gap_in / 2)),
        debounce=ticks(min(0.05, settings.gap_in / 4)),
        # At pace max the belt's clock is virtual: a belt that waits for the host has not stopped.
        stop_ms=500 if settings.pace else 0,
        raster_bytes=plain.slots * plain.max_columns * column_bytes(settings.dots),
        firmware="virtual line",
    )


def belt_of(device: BeltDevice, settings: LineSettings) -> Belt:
    """The belt under this device."""
    return Belt(device, settings.ticks(settings.camera_to_head_in), settings.ticks(settings.gap_in))


def dice_of(settings: LineSettings, config: DeviceConfig) -> Dice:
    """What becomes of the letters, by the settings' seed."""
    gap = settings.ticks(settings.gap_in)
    return Dice(
        settings.troubles, Lengths(settings.ticks_per_inch, gap, config.min_gap, config.debounce, config.distance)
    )


class LetterSource(Protocol):
    """Where the next letter comes from."""

    @property
    def empty(self) -> bool:
        """True when no letter is here and none will come."""
        ...

    @property
    def held(self) -> bool:
        """Letters are kept back."""
        ...

    def take(self) -> BeltLetter | None:
        """The next letter, if one is ready."""
        ...


class TalkingDevice(BeltDevice, Protocol):
    """A device that may have more to say than the wire has taken."""

    @property
    def unsent(self) -> int:
        """Events the host has not been sent yet."""
        ...


class Mover:
    """Feeds letters and moves the belt, by the settings' pace."""

    def __init__(self, settings: LineSettings, belt: Belt, feeder: LetterSource, device: TalkingDevice) -> None:
        self._settings = settings
        self._belt = belt
        self._feeder = feeder
        self._device = device
        self._dice = dice_of(settings, device.config)
        self._speed = settings.belt_speed_in_s * settings.ticks_per_inch
        self._motion = Motion(self._speed, settings.drift, settings.seed)
        self._next_feed = 0.0

    def begin(self, now: float) -> None:
        """The belt starts."""
        self._motion.begin(now)
        self._next_feed = now

    def move(self, now: float, emptying: bool) -> float:
        """Let the belt run as far as it may; seconds until it should be called again at the latest.

        `emptying`: nothing holds it any more.
        """
        return self._by_clock(now) if self._settings.pace else self._by_happenings(emptying)

    # --- pace max ----------------------------------------------------------------------------------------------------

    def _by_happenings(self, emptying: bool) -> float:
        """The virtual belt clock: from one happening to the next, no farther than the host has settled letters."""
        self._feed_ahead()
        reach = self._device.config.max_window + self._device.config.margin
        while (tick := self._belt.next_tick) is not None:
            holds = [] if emptying else [self._belt.hold_at(reach)]
            if not self._feeder.empty:
                holds.append(self._belt.entry - 1)
            limit = min((hold for hold in holds if hold is not None), default=tick)
            if tick > limit:
                # Nothing more happens before the hold, but ink may still be falling: the belt runs up to it.
                if limit > self._belt.position:
                    self._belt.advance(limit)
                break
            self._belt.advance(tick)
            self._feed_ahead()
            if self._device.unsent > _EVENTS_WAITING:  # let the wire have its turn
                return _WIRES_TURN
        return IDLE

    def _feed_ahead(self) -> None:
        belt, reach = self._belt, self._settings.ticks(self._settings.camera_to_head_in)
        # A letter that clings to the one before waits for nobody: it lies on the belt already.
        while belt.clings or belt.unsettled < self._settings.ahead:
            if belt.entry > belt.position + reach or not self._feed(belt.entry):
                return

    def _feed(self, lead: int) -> bool:
        letter = self._feeder.take()
        if letter is not None:
            self._belt.feed(letter, lead, self._dice.letter(letter.length))
        return letter is not None

    # --- by the clock ------------------------------------------------------------------------------------------------

    def _by_clock(self, now: float) -> float:
        """Real time: letters come at their pace whatever the host does."""
        position = self._motion.at(now)
        self._belt.now = now
        self._device.clock_to(now)
        if self._feeder.held:
            self._next_feed = max(self._next_feed, now)  # what was not fed meanwhile is not made up for
        while self._belt.clings or now >= self._next_feed:
            clings = self._belt.clings
            if not self._feed(max(position, self._belt.position) + 1):
                break
            if not clings:
                self._next_feed += 3600.0 / self._settings.pace
        pause = self._belt.advance(position)
        if pause is not None:
            self._motion.begin(now, self._belt.position, pause)
            self._next_feed += pause  # the feeder stands with the belt
        return min(IDLE, max(0.001, self.due - now))

    @property
    def due(self) -> float:
        """By the clock: when something happens next, or the belt may change its speed."""
        feed = float("inf") if self._feeder.empty else self._next_feed
        tick = self._belt.next_tick
        return feed if tick is None else min(self._motion.when(tick), feed)
