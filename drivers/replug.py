"""A serial port that may be unplugged and plugged in again while the protocol above it waits."""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.link import ByteLink
from mlocr.errors import DeviceAbsentError, DeviceError

_RETRY = 0.25


class ReplugLink:
    """A `ByteLink` that is opened again, by the same name, when it disappears; `patience` seconds are given to that.

    Meanwhile reads give nothing and what is written is lost, as on a cut cable: the protocol's acknowledgements are
    what tells. A board that lost its power starts anew and says so by its boot number. `opener` opens the port;
    `reopened` counts.
    """

    def __init__(
        self,
        opener: Callable[[], ByteLink],
        patience: float,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._opener = opener
        self._patience = patience
        self._clock = clock
        self._pause = pause
        self._link: ByteLink | None = None
        self._gone_since: float | None = None
        self._tried = 0.0
        self._closed = False
        self.reopened = 0

    def open(self) -> None:
        """Open the port; it must be there now. Raises what the port's own opening does."""
        self._link, self._closed, self._gone_since = self._opener(), False, None

    def read(self, timeout: float) -> bytes:
        """See `ByteLink.read`. Raises DeviceAbsentError once the port has been away for too long."""
        if self._link is None and not self._closed:
            self._again(timeout)
        link = self._link
        if link is None:
            return b""
        try:
            return link.read(timeout)
        except DeviceAbsentError as error:
            self._gone(link, error)
            return b""

    def write(self, data: bytes, timeout: float) -> None:
        """See `ByteLink.write`. Nothing is kept for a port that is away."""
        link = self._link
        if link is None:
            return
        try:
            link.write(data, timeout)
        except DeviceAbsentError as error:
            self._gone(link, error)

    def _gone(self, link: ByteLink, error: DeviceAbsentError) -> None:
        if self._patience <= 0 or self._closed:
            raise error
        if self._link is link:
            self._link, self._gone_since, self._tried = None, self._clock(), self._clock()
            link.close()

    def _again(self, timeout: float) -> None:
        """Try to open the port, not more often than four times a second."""
        now = self._clock()
        if now - self._tried < _RETRY:
            self._pause(min(timeout, _RETRY - (now - self._tried)))
            return
        self._tried = now
        since = now if self._gone_since is None else self._gone_since
        try:
            link = self._opener()
        except DeviceError:
            if now - since > self._patience:
                raise
            return
        if self._closed:
            link.close()
            return
        self._link, self._gone_since = link, None
        self.reopened += 1

    def close(self) -> None:
        """See `ByteLink.close`."""
        self._closed = True
        link, self._link = self._link, None
        if link is not None:
            link.close()
