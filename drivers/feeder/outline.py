"""A feeder behind one output line of a serial port: RTS or DTR closes a relay while letters may come.

A cable that is cut, a port that is closed and a PC that loses power drop the line: nothing is fed then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import serial

from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceFaultError

LINES = ("rts", "dtr")
_KEYS = frozenset({"port", "line", "active"})
Opener = Callable[..., Any]


class OutputLine:
    """Implements `mlocr.ports.Feeder` with a port's output line. `high`: letters may come while it is active."""

    def __init__(self, port: str, line: str, high: bool, opener: Opener = serial.serial_for_url) -> None:
        self._name = port
        self._line = line
        self._high = high
        self._opener = opener
        self._port: Any = None

    def open(self) -> None:
        """Take the port, with the line at rest: nothing is fed yet. Raises DeviceAbsentError, ConfigurationError."""
        try:
            port = self._opener(self._name, do_not_open=True)
            port.rts = port.dtr = not self._high
            port.open()
        except ValueError as error:
            raise ConfigurationError(f"{self._name} is no port's name ({error}); give feeder.settings.port") from error
        except OSError as error:
            raise DeviceAbsentError(
                f"the feeder's port {self._name} cannot be opened ({error}); plug it in, or give the port it has now"
            ) from error
        self._port = port

    def hold(self, held: bool) -> None:
        """See `Feeder.hold`."""
        if self._port is None:
            return
        try:
            setattr(self._port, self._line, self._high is not held)
        except (OSError, ValueError) as error:
            raise DeviceFaultError(
                f"the feeder's port {self._name} is gone ({error}); stop the feeder by hand and check the cable"
            ) from error

    def close(self) -> None:
        """See `Feeder.close`."""
        port, self._port = self._port, None
        if port is None:
            return
        with suppress(OSError, ValueError):  # the port may be gone, and its lines with it
            setattr(port, self._line, not self._high)
        port.close()


def open_feeder_line(settings: Mapping[str, object], opener: Opener = serial.serial_for_url) -> OutputLine:
    """A feeder behind an output line. Settings: `port` (name), `line` ("rts" or "dtr"; rts), `active` ("high": letters
    may come while the line is on, the default; "low").

    Raises ConfigurationError for a setting it does not know. Nothing is opened yet.
    """  # noqa: D205
    unknown = sorted(set(settings) - _KEYS)
    if unknown or not settings.get("port"):
        what = f"no setting {unknown[0]!r}" if unknown else "a port's name to be given"
        raise ConfigurationError(f"the feeder's line knows {what}; its settings are {', '.join(sorted(_KEYS))}")
    line, active = str(settings.get("line", "rts")), str(settings.get("active", "high"))
    if line not in LINES or active not in ("high", "low"):
        raise ConfigurationError(
            f'line of the feeder is "rts" or "dtr" and active "high" or "low", not {line!r} and {active!r}; correct it'
        )
    return OutputLine(str(settings["port"]), line, active == "high", opener)
