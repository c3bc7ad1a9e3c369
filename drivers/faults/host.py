"""One station's view of a drill's stand: camera, controller, belt. A dead one moves nothing any more."""

from __future__ import annotations

import threading
from typing import Protocol

import numpy as np

from drivers.faults.scenario import Scenario
from drivers.inkjet.controller import ControllerSettings, SprayController
from drivers.inkjet.hostjobs import Terms
from drivers.link import ByteLink, SerialLink
from drivers.replug import ReplugLink
from mlocr.mail.image import ImageLift
from mlocr.mail.piece import PieceId
from mlocr.ports import Camera, CameraFrame, CameraStats, FiredMark, InkjetController


class HostStand(Protocol):
    """What a host needs of its stand."""

    scenario: Scenario

    @property
    def port_name(self) -> str:
        """The station's port."""
        ...

    @property
    def empty(self) -> bool:
        """True when no letter is on the belt and none will come."""
        ...

    def feed(self, host: Host) -> None:
        """Letters come from now on."""
        ...

    def hold_feed(self, held: bool) -> None:
        """No more letters while `held`."""
        ...

    def stop_feeding(self) -> None:
        """No more letters; waits until the belt is empty."""
        ...

    def release(self, piece_id: PieceId) -> None:
        """The host has settled this piece."""
        ...


def picture(name: str, coded: bool) -> ImageLift:
    """A letter's picture: one pixel, white where a code is to be found."""
    return ImageLift(np.full((1, 1), 255 if coded else 0, np.uint8), 200.0, name)


class HostCamera:
    """The camera of one host: a frame for each letter that it was there to see."""

    def __init__(self) -> None:
        self._frames: list[CameraFrame] = []
        self._changed = threading.Condition()
        self._ended = False
        self._taken = 0

    def open(self) -> None:
        """Nothing is to be opened."""

    def close(self) -> None:
        """Nothing is to be closed."""

    def next(self, timeout: float) -> CameraFrame | None:
        """See `Camera.next`."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._frames) or self._ended, timeout)
            if not self._frames:
                return None
            self._taken += 1
            return self._frames.pop(0)

    @property
    def exhausted(self) -> bool:
        """See `Camera.exhausted`."""
        with self._changed:
            return self._ended and not self._frames

    def stats(self) -> CameraStats:
        """See `Camera.stats`."""
        with self._changed:
            return CameraStats(self._taken + len(self._frames), self._taken)

    def push(self, frame: CameraFrame) -> None:
        """The stand: a letter has passed."""
        with self._changed:
            self._frames.append(frame)
            self._changed.notify_all()

    def end(self) -> None:
        """The stand: no letter comes any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()


class Host:
    """What one host has of the stand: camera, controller, belt (a `TransportLine`). Dead: none of it moves anything."""

    def __init__(self, stand: HostStand, terms: Terms, settings: ControllerSettings) -> None:
        self.dead = self.stopping = False
        self._stand = stand
        self._camera = HostCamera()
        self._controller = SprayController(self._opened, terms, settings)
        self._baud = terms.baud

    def _opened(self) -> ByteLink:
        link = ReplugLink(self._port, self._stand.scenario.replug_s)
        link.open()
        return link

    def _port(self) -> ByteLink:
        port = SerialLink(self._stand.port_name, self._baud)
        port.open()
        return port

    @property
    def camera(self) -> Camera:
        """See `TransportLine.camera`."""
        return self._camera

    @property
    def pictures(self) -> HostCamera:
        """The same, for the stand."""
        return self._camera

    @property
    def controller(self) -> InkjetController:
        """See `TransportLine.controller`."""
        return self._controller

    def start(self) -> None:
        """See `TransportLine.start`."""
        if not self.dead:
            self._stand.feed(self)

    def hold(self, held: bool) -> None:
        """See `FeedHold.hold`."""
        if not self.dead and not self.stopping:
            self._stand.hold_feed(held)

    def lay_out(self) -> None:
        """On a bench no photocell triggers: the pictures of all letters lie there from the start."""
        for number, letter in enumerate(self._stand.scenario.letters, 1):
            name = f"letter-{number}"
            self._camera.push(CameraFrame(number, name, picture(name, letter.coded)))
        self._camera.end()

    def release(self, piece_id: PieceId) -> None:
        """See `TransportLine.release`."""
        if not self.dead:
            self._stand.release(piece_id)

    def fired(self, name: str) -> FiredMark | None:
        """See `TransportLine.fired`; a drill looks at the stand's own record."""
        return None

    @property
    def finished(self) -> bool:
        """See `TransportLine.finished`."""
        return self.dead or self._stand.empty

    def stop(self) -> None:
        """See `TransportLine.stop`."""
        if not self.dead:
            self.stopping = True
            self._stand.stop_feeding()

    def end(self) -> None:
        """The host is no more: the pictures it has not taken are nobody's."""
        self.dead = True
        self._camera.end()
