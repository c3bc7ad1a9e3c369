"""The stand of a drill: a device, the belt under it and the faulty line to it, for one host after another.

A thread carries bytes between the device and its terminal and moves the belt, which waits before the head for the
letters that the host has still to settle, so that a slow machine makes none late. The fault proxy has a
thread of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from drivers.faults.devices import DrillDevice, make_device
from drivers.faults.host import Host, picture
from drivers.faults.proxy import FaultProxy
from drivers.faults.scenario import Scenario
from drivers.faults.track import Happening, OnBelt, Track
from drivers.faults.wire import FaultyLine
from drivers.link import PtyEnd
from mlocr.errors import DeviceError
from mlocr.mail.piece import PieceId
from mlocr.ports import CameraFrame

_WAIT = 0.002
_STEP = 0.005
_EMPTY_BELT = 30.0
_PATIENCE = 1.0  # a letter that nobody settles holds the belt no longer than a frame waits, and this


class Stand:
    """One device on one belt behind one faulty line. Open it, take hosts one after another, close it."""

    def __init__(self, scenario: Scenario, device: DrillDevice, folder: Path, seed: int = 0) -> None:
        self.scenario = scenario
        self.device = device
        self.config = config = scenario.device_config
        self.track = Track(device, config.distance, config.debounce, scenario.letters)
        self.track.on_seen = self._seen
        self.port = folder / "port"
        self.reached: list[str] = []
        self.line = FaultyLine(scenario.plan(self), seed)
        self.lock = threading.RLock()
        self._pty = PtyEnd()
        self._proxy: FaultProxy | None = None
        self._host: Host | None = None
        self._thread: threading.Thread | None = None
        self._closing = False
        self._held_until = 0.0
        self._moved = self._advanced = 0.0
        self._miscounted = 0
        self._disabled = False
        self.on_kill: Callable[[], None] = lambda: None

    # --- life --------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start device, belt and proxy. Raises DeviceError when a terminal cannot be had."""
        self._pty.open()
        self._proxy = FaultProxy(self.port, self._pty.name, self.line, self.scenario.foreign)
        self._proxy.open()
        self._moved = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="stand", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; safe to call twice."""
        self._closing = True
        if self._proxy is not None:
            self._proxy.close()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(5.0)
            self._disabled = not self.device.enabled
        self._pty.close()
        self.device.close()

    @property
    def port_name(self) -> str:
        """The station's port."""
        return str(self.port)

    @property
    def proxy(self) -> FaultProxy:
        """The fault proxy. The stand is open."""
        if self._proxy is None:
            raise RuntimeError("the stand is not open")
        return self._proxy

    def host(self, epoch_floor: int) -> Host:
        """A host comes; the one before it is gone."""
        terms, settings = self.scenario.session(epoch_floor), self.scenario.patience()
        with self.lock:
            self.track.held = False
            if self._host is not None:
                self._host.end()
            for placed in self.track.on_belt:
                # What an earlier host has seen and not settled nobody will.
                placed.settled = placed.settled or placed.lead <= self.track.position
            self._host = Host(self, terms, settings)
            return self._host

    # --- what a host asks --------------------------------------------------------------------------------------------

    def feed(self, host: Host) -> None:
        """Letters come from now on."""
        with self.lock:
            if host is self._host:
                self.track.feeding = True

    def hold_feed(self, held: bool) -> None:
        """No more letters while `held`; the belt runs on."""
        with self.lock:
            if held is not self.track.held:
                self.track.held = held
                if held or "feed held" in self.reached:
                    self.reached.append("feed held" if held else "fed again")

    def stop_feeding(self) -> None:
        """No more letters are fed; waits until the belt is empty."""
        with self.lock:
            self.track.feeding = False
        end = time.monotonic() + _EMPTY_BELT
        while not self.empty and time.monotonic() < end:
            time.sleep(0.01)

    def release(self, piece_id: PieceId) -> None:
        """The host has settled this piece."""
        with self.lock:
            for placed in self.track.on_belt:
                same_boot = piece_id.boot == self.device.boot and placed.boots == self.device.boots
                if same_boot and placed.number == piece_id.number:
                    placed.settled = True

    @property
    def empty(self) -> bool:
        """True when no letter is on the belt and none will come."""
        with self.lock:
            return self.track.empty

    # --- what a scenario does ----------------------------------------------------------------------------------------

    def reset(self, wipe: bool = False) -> None:
        """Power goes and comes; with `wipe` the store is blank."""
        with self.lock:
            self.reached.append("reset")
            if wipe:
                self.device.wipe()
            self.device.reboot()

    def kill_host(self) -> None:
        """The station dies at once: no byte, no row after this moment. The port is given back by the system."""
        host = self._host
        if host is None or host.dead:
            return
        self.reached.append("killed")
        self.proxy.severed = True
        self.on_kill()
        host.end()
        self.track.feeding = False
        self.proxy.draw()

    def unplug(self) -> None:
        """The adapter is drawn."""
        self.reached.append("unplugged")
        self.proxy.draw()

    def unplug_for(self, seconds: float) -> None:
        """The adapter is drawn and plugged in again after so many seconds."""
        self.unplug()
        again = threading.Timer(seconds, self.proxy.plug)
        again.daemon = True
        again.start()

    def plug(self) -> None:
        """It is plugged in again, under another name behind the same link."""
        self.proxy.plug()

    def hold(self, seconds: float) -> None:
        """The belt stands still for so long."""
        self.reached.append("held")
        self._held_until = time.monotonic() + seconds

    def go_to(self, tick: int) -> None:
        """The belt runs there at once, whoever is not ready."""
        with self.lock:
            self.reached.append("moved")
            self.track.advance(tick)

    def does(self, word: str, action: Callable[[], None]) -> Callable[[], None]:
        """`action` under the stand's lock, and that it was reached."""

        def act() -> None:
            with self.lock:
                self.reached.append(word)
                action()

        return act

    def happen(self, *happenings: Happening) -> None:
        """What is to happen on the belt. Call before letters are fed."""
        self.track.happenings += [replace(each, action=self.does("belt", each.action)) for each in happenings]

    # --- what is looked at afterwards --------------------------------------------------------------------------------

    def between(self) -> None:
        """What the scenario does before its next host comes."""
        self.scenario.between(self)

    def fallen(self) -> dict[str, list[tuple[int, int]]]:
        """For each letter fed: what fell on it."""
        return {placed.name: placed.fallen for placed in self.track.fed}

    def fired(self) -> list[int]:
        """Every column that fell, in order."""
        return self.track.fired

    @property
    def spilled(self) -> int:
        """Columns with ink that hit no letter; on a bench nobody knows where a letter lies."""
        return 0 if self.scenario.bench else self.track.spilled

    def missed(self) -> list[str]:
        """What the scenario was to reach and did not."""
        unhit = [f"rule {at} of the line never took a frame" for at in self.line.unhit()]
        unhit += [f"{word} was not reached" for word in self.scenario.reaches if word not in self.reached]
        return unhit + (
            ["spraying is still enabled in the end"] if self.scenario.stands_down and not self._disabled else []
        )

    # --- the thread --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing:
            with suppress(DeviceError):
                data = self._pty.read(_WAIT)
                with self.lock:
                    now = time.monotonic()
                    self._move(now)
                    if data:
                        self.device.receive(data, now)
                    self.device.poll(now)
                    out = self.device.take_output()
                if out:
                    self._pty.write(out, 1.0)

    def _move(self, now: float) -> None:
        since, self._moved = now - self._moved, now
        if now < self._held_until or self._paused:
            self._advanced = now
            return
        self._run_on(since, now)
        host = self._host
        if host is not None and self.track.none_to_come and (self.track.feeding or host.stopping):
            host.pictures.end()

    @property
    def _paused(self) -> bool:
        """Between two hosts the belt stands, and before the first has begun."""
        host = self._host
        return host is None or host.dead or not (self.track.feeding or host.stopping)

    def _run_on(self, since: float, now: float) -> None:
        track, scenario = self.track, self.scenario
        if scenario.speed:
            self._run_at_speed(since, now)
            return
        track.now, limit = now, self._limit()
        for _ in range(6):  # let the wire have its turn
            tick = track.next_tick
            if tick is None or self._moved < self._held_until:
                return
            if tick > limit and now - self._advanced < scenario.tie_timeout + _PATIENCE:
                track.advance(max(track.position, limit))
                return
            track.advance(tick)
            self._advanced = now
            limit = self._limit()

    def _run_at_speed(self, since: float, now: float) -> None:
        """In steps, so that each edge comes at its own time also where this thread had to wait for its turn."""
        scenario, steps = self.scenario, max(1, round(since / _STEP))
        swing = 1.0 + scenario.drift * (1 if int(self._moved * 8) % 2 else -1)
        for step in range(1, steps + 1):
            self.track.now = now - since * (1 - step / steps)
            self.device.clock_to(self.track.now)
            way = round(since / steps * scenario.speed * swing)
            self.track.advance(min(self._limit(), self.track.position + way))

    def _limit(self) -> int:
        """How far the belt may run: before the head of the first letter that the host has still to settle."""
        config, host = self.config, self._host
        end = self.track.next_tick
        farthest = 1 << 62 if end is None else self.track.position + (1 << 40)
        if host is None or host.stopping:
            return farthest
        reach = config.max_window + config.margin
        for placed in self.track.on_belt:
            if not placed.settled and self._awaited(placed):
                return min(farthest, placed.lead + config.distance - reach)
        return farthest

    def _awaited(self, placed: OnBelt) -> bool:
        if placed.lead >= self.track.position:
            return True
        return placed.boots == self.device.boots and self.device.expects(placed.number)

    def _seen(self, placed: OnBelt) -> None:
        """The letter has left the camera: its picture is ready, where the device triggered one."""
        host = self._host
        if host is None or host.dead or not placed.trigger or not placed.letter.photographed:
            return
        for pulse in range(placed.letter.pulses):
            name = placed.name.replace("letter", "again") if pulse else placed.name
            host.pictures.push(self._frame(placed, placed.trigger + self._miscounted + pulse, name))
        self._miscounted += placed.letter.pulses - 1

    def _frame(self, placed: OnBelt, count: int, name: str) -> CameraFrame:
        """What the camera gives: by its own count, and what else it tells."""
        tells, lift = self.scenario.frames_tell, picture(name, placed.letter.coded)
        encoder = placed.seen_tick + self.scenario.encoder_start & 0xFFFFFFFF if tells == "encoder" else None
        return CameraFrame(count, name, lift, taken=placed.seen_at if tells == "time" else None, encoder=encoder)


def open_stand(scenario: Scenario, device: str, seed: int, folder: Path) -> Stand:
    """A stand for this scenario with the device called `device`. Raises ConfigurationError; nothing is opened yet."""
    made = make_device(device, scenario.device_config, scenario.survive, scenario.schema, scenario.encoder_start)
    return Stand(scenario, made, folder, seed)
