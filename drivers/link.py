"""A stream of bytes to a device: a serial port by name, or one end of a pseudo-terminal.

Nothing here drains a port (`flush` can hang) and no wait is without a limit.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import sys
import termios
import tty
from contextlib import suppress
from typing import Any, Protocol

import serial

from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceError, DeviceFaultError

_CHUNK = 4096
_TIOCGICOUNT = 0x545D


class ByteLink(Protocol):
    """Bytes both ways. One thread reads, one at a time writes."""

    def read(self, timeout: float) -> bytes:
        """What has come, or nothing after `timeout` seconds. Raises DeviceAbsentError when the far end is gone."""
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all bytes within `timeout` seconds. Raises DeviceFaultError when the far end takes none."""
        ...

    def close(self) -> None:
        """Give the port back; safe to call twice."""
        ...


class SerialLink:
    """A serial port, or anything pyserial opens by URL (`socket://`, `rfc2217://`, `spy://`)."""

    def __init__(self, port: str, baud: int, parity: str = "N") -> None:
        self._port = port
        self._baud = baud
        self._parity = parity
        self._serial: serial.SerialBase | None = None
        self._fd = -1
        self._errors: tuple[int, int, int] | None = None
        self._errors_at_close: tuple[int, int, int] | None = None

    def open(self) -> None:
        """Open the port for this program alone: eight data bits, one stop bit, no flow control.

        Raises DeviceAbsentError (absent, busy, no permission), DeviceFaultError (the line cannot be set as it must be)
        or ConfigurationError (not a port's name).
        """
        try:
            port = serial.serial_for_url(
                self._port,
                do_not_open=True,
                baudrate=self._baud,
                parity=self._parity,
                timeout=0,
                xonxoff=False,
                rtscts=False,
                dsrdtr=False,
            )
        except ValueError as error:
            raise ConfigurationError(
                f"{self._port} is no port's name or URL ({error}); give one such as /dev/ttyUSB0"
            ) from error
        if hasattr(port, "exclusive") and "://" not in self._port:
            port.exclusive = True
        try:
            port.write_timeout = 1.0
            port.open()
        except (OSError, ValueError) as error:
            raise DeviceAbsentError(self._why(error)) from error
        self._serial = port
        self._lower_latency()
        try:
            self._fd = port.fileno()
        except (OSError, AttributeError):
            self._fd = -1
            port.timeout = 0.01
        self._exclude(True)
        try:
            self._set_line()
        except DeviceError:
            self.close()
            raise
        self._errors = line_errors(self._fd)

    def _set_line(self) -> None:
        """Keep the board from a reset at the next opening, and see that the line is as it was asked for."""
        if self._fd < 0:
            return
        try:
            settings = termios.tcgetattr(self._fd)
            # A port that hangs up when it is closed drops DTR, and its next opening resets many boards.
            settings[2] &= ~termios.HUPCL
            termios.tcsetattr(self._fd, termios.TCSANOW, settings)
            wrong = wrong_line(termios.tcgetattr(self._fd))
        except (termios.error, OSError):
            return  # a socket behind a URL has no such settings
        if wrong:
            raise DeviceFaultError(f"port {self._port} {wrong}; end what sets it so, or use another adapter")

    @property
    def trouble(self) -> str:
        """What the port's hardware counted against the line since it was opened; empty where it counted nothing.

        Few adapters count. Framing errors mean that the far end talks at another rate.
        """
        before, now = self._errors, line_errors(self._fd) if self._fd >= 0 else self._errors_at_close
        if before is None or now is None:
            return ""
        frame, overrun, parity = (b - a for a, b in zip(before, now, strict=True))
        if frame + parity > 0:
            return f"{frame + parity} characters came in another frame than {self._baud} baud 8{self._parity}1"
        return f"{overrun} characters were lost by this PC" if overrun > 0 else ""

    def _exclude(self, others: bool) -> None:
        """Let the kernel turn other programs away: the lock above only holds those that ask for one."""
        if self._fd >= 0:
            with suppress(OSError):  # a socket behind a URL has no such thing
                fcntl.ioctl(self._fd, termios.TIOCEXCL if others else termios.TIOCNXCL)

    def _why(self, error: Exception) -> str:
        number = getattr(error, "errno", None)
        if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
            return f"port {self._port} does not exist; plug the controller in, or give the name it has now"
        if number in (errno.EACCES, errno.EPERM):
            return f"port {self._port} may not be opened by this user; join the group that owns it (often dialout)"
        if number in (errno.EBUSY, errno.EAGAIN) or "lock" in str(error):
            return f"port {self._port} is held by another program; end it, or give another port"
        return f"port {self._port} cannot be opened ({error}); check its name and its cable"

    def _lower_latency(self) -> None:
        # A port without this mode takes a few milliseconds more, nothing else.
        with suppress(OSError, ValueError, AttributeError, NotImplementedError):
            if self._serial is not None:
                self._serial.set_low_latency_mode(True)  # type: ignore[attr-defined]

    def read(self, timeout: float) -> bytes:
        """See `ByteLink.read`."""
        port = self._serial
        if port is None:
            raise DeviceAbsentError(f"port {self._port} is closed; open it first")
        try:
            if self._fd >= 0 and not select.select([self._fd], [], [], timeout)[0]:
                return b""
            return bytes(port.read(_CHUNK))
        except (OSError, ValueError, TypeError) as error:
            raise DeviceAbsentError(f"port {self._port} is gone ({error}); check the cable and start again") from error

    def write(self, data: bytes, timeout: float) -> None:
        """See `ByteLink.write`."""
        port = self._serial
        if port is None:
            raise DeviceAbsentError(f"port {self._port} is closed; open it first")
        try:
            if self._fd < 0:
                port.write_timeout = timeout
                port.write(data)
            elif not _written(self._fd, data, timeout):
                raise DeviceFaultError(f"port {self._port} takes no more bytes; check the controller's power")
        except serial.SerialTimeoutException as error:
            raise DeviceFaultError(f"port {self._port} takes no more bytes; check the controller's power") from error
        except (OSError, ValueError, TypeError) as error:
            raise DeviceAbsentError(f"port {self._port} is gone ({error}); check the cable and start again") from error

    def close(self) -> None:
        """See `ByteLink.close`."""
        if self._fd >= 0:
            self._errors_at_close = line_errors(self._fd)
        self._exclude(False)
        port, self._serial, self._fd = self._serial, None, -1
        if port is not None:
            port.close()


def _written(descriptor: int, data: bytes, timeout: float) -> bool:
    """Hand over all bytes; False once the far end took none for `timeout` seconds.

    pyserial's own writing also fails where this PC was busy elsewhere for that long, though the port took every byte.
    """
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            if not select.select([], [descriptor], [], timeout)[1]:
                return False
    return True


def wrong_line(settings: list[Any]) -> str:
    """What in a port's settings would eat, change or send back bytes; empty when nothing does."""
    incoming, _, control, local = settings[:4]
    if local & (termios.ECHO | termios.ICANON):
        return "sends back what it gets, or waits for ends of lines"
    if incoming & (termios.IXON | termios.IXOFF):
        return "swallows the bytes 11 and 13 (hex) as flow control"
    if incoming & (termios.ISTRIP | termios.INLCR | termios.IGNCR | termios.ICRNL):
        return "changes bytes on their way in"
    if control & termios.CSIZE != termios.CS8:
        return "has no eight data bits"
    return ""


def line_errors(descriptor: int) -> tuple[int, int, int] | None:
    """Framing, overrun and parity errors that the port's hardware has counted; None where it counts none (Linux)."""
    if descriptor < 0 or not sys.platform.startswith("linux"):
        return None
    try:
        counted = fcntl.ioctl(descriptor, _TIOCGICOUNT, bytes(80))
    except OSError:
        return None
    # struct serial_icounter_struct: cts dsr rng dcd rx tx frame overrun parity brk buf_overrun
    frame, overrun, parity = struct.unpack_from("3i", counted, 24)
    return frame, overrun, parity


class PtyEnd:
    """The device's end of a real pseudo-terminal; the host opens `name` like any serial port.

    The slave is held open and raw: a fresh one is cooked and would echo, and without a holder reads fail.
    """

    def __init__(self) -> None:
        self.name = ""
        self._master = self._slave = -1

    def open(self) -> None:
        """Make the pair. Raises DeviceAbsentError when the system gives none."""
        try:
            self._master, self._slave = os.openpty()
        except OSError as error:
            raise DeviceAbsentError(f"no pseudo-terminal to be had ({error}); mount devpts and start again") from error
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.name = os.ttyname(self._slave)

    def fileno(self) -> int:
        """The master's descriptor, for select."""
        return self._master

    def read(self, timeout: float) -> bytes:
        """See `ByteLink.read`."""
        try:
            if timeout > 0 and not select.select([self._master], [], [], timeout)[0]:
                return b""
            return os.read(self._master, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceAbsentError(f"pseudo-terminal {self.name} is gone ({error}); start the line again") from error

    def write(self, data: bytes, timeout: float) -> None:
        """See `ByteLink.write`."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._master, view) :]
            except BlockingIOError:
                if not select.select([], [self._master], [], timeout)[1]:
                    raise DeviceFaultError(
                        f"pseudo-terminal {self.name} takes no more bytes; the host reads nothing, start it again"
                    ) from None
            except OSError as error:
                raise DeviceAbsentError(
                    f"pseudo-terminal {self.name} is gone ({error}); start the line again"
                ) from error

    def fill(self) -> None:
        """Fill the system's buffer towards this end, as a host would whose bytes nobody reads."""
        os.set_blocking(self._slave, False)
        with suppress(BlockingIOError):
            while True:
                os.write(self._slave, bytes(_CHUNK))
        os.set_blocking(self._slave, True)

    def close(self) -> None:
        """See `ByteLink.close`."""
        for descriptor in (self._slave, self._master):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1
