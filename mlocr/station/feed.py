"""Letters come only while the controller is heard: a device that falls silent holds the feeder, and it goes on after.

A heartbeat comes every 100 ms, and after 400 ms without one the link is down (docs/wire-protocol.md
section 3). Letters that lie on the belt already pass; they are late or unsprayed, never marked with another's code.
"""

from __future__ import annotations

import threading

from mlocr.ports import FeedHold, InkjetController
from mlocr.station.journal import Journal
from mlocr.station.log import Logger

_LOOK = 0.05


class FeedGuard:
    """Watches the link from the first letter to the last, in a thread of its own (`watch`)."""

    def __init__(self, feeder: FeedHold, controller: InkjetController, journal: Journal, log: Logger) -> None:
        self.holds = 0
        self._feeder = feeder
        self._controller = controller
        self._journal = journal
        self._log = log
        self._over = threading.Event()
        self._held = False

    def watch(self) -> None:
        """Let letters come, and hold them while nothing is heard, until `finish`; then no letter comes any more.

        Raises DeviceError where the feeder cannot be held.
        """
        self._feeder.hold(False)
        while not self._over.wait(_LOOK):
            health = self._controller.health()
            if health.connected is self._held:
                self._turn(not health.connected, health.seconds_silent)
        self._feeder.hold(True)

    def _turn(self, held: bool, silent: float) -> None:
        self._feeder.hold(held)
        self._held = held
        self.holds += held
        if held:
            self._log.warning("the controller is silent: no letter is fed", seconds=round(silent, 2))
            self._journal.append("feed_held", "", {"silent_ms": round(silent * 1000)})
        else:
            self._log.warning("the controller is heard again: letters are fed")
            self._journal.append("feed_on", "", {})

    def finish(self) -> None:
        """No letter comes any more."""
        self._over.set()
