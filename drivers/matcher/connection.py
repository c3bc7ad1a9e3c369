"""One HTTP connection that never waits past a deadline: look-up, connect, TLS, each read and write.

`http.client` limits each wait of its own, not their sum: an endpoint that sends one byte a second would be read for
ever. Here every wait is given what is left. Nothing is read from the environment: no proxy, no credentials.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Addresses = list[tuple[Any, ...]]


class Deadline:
    """The time by which an exchange must be over, and the longest single wait in it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = 0.0
        self._wait = 0.0

    def set(self, until: float, wait: float) -> None:
        """The exchange ends by `until` (clock seconds), and no read in it waits longer than `wait` seconds."""
        self._until, self._wait = until, wait

    def left(self, most: float | None = None) -> float:
        """Seconds the next wait may take. Raises TimeoutError when none are left."""
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError("the time for the answer is over")
        return min(left, self._wait if most is None else most)


class TimedSocket:
    """The part of a socket that `http.client` uses, each wait of it limited by the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline
        self._readers = 0
        self._closed = False

    def sendall(self, data: bytes) -> None:
        """Send all, within the deadline (a socket's own time-out counts for all of `sendall`)."""
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """A buffered reader over the same socket."""
        if mode != "rb":
            raise ValueError(f"only reading is buffered, not {mode}")
        self._readers += 1
        return io.BufferedReader(_TimedRaw(self._sock, self._deadline, self._read_out))

    def unasked(self) -> bool:
        """Whether something lies there to be read, or the far end has closed: nothing is due between answers."""
        self._sock.settimeout(0.0)
        try:
            # A TLS socket has no peek; reading is as good, since the connection is given up either way.
            self._sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            pass
        return True

    def close(self) -> None:
        """Close the socket once its last reader is closed: `http.client` closes it before it reads a last answer."""
        self._closed = True
        if not self._readers:
            self.abort()

    def abort(self) -> None:
        """Close the socket now."""
        with suppress(OSError):
            self._sock.close()

    def _read_out(self) -> None:
        self._readers -= 1
        if self._closed and not self._readers:
            self.abort()


class _TimedRaw(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline, done: Callable[[], None]) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline
        self._done = done

    def close(self) -> None:
        if not self.closed:
            self._done()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


class Connection(http.client.HTTPConnection):
    """A connection to one host; `context` makes it TLS. Waits by `deadline`, connects within `connect_timeout`."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, deadline: Deadline, connect_timeout: float
    ) -> None:
        super().__init__(host, port)
        self._context = context
        self._deadline = deadline
        self._connect_timeout = connect_timeout
        self.timed: TimedSocket | None = None

    def connect(self) -> None:
        """Try the host's addresses in turn. Raises OSError of the last (TimeoutError among them)."""
        sock = self._connected()
        try:
            if self._context is not None:
                sock.settimeout(self._deadline.left(self._connect_timeout))
                sock = self._context.wrap_socket(sock, server_hostname=self.host)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            sock.close()
            raise
        self.timed = TimedSocket(sock, self._deadline)
        self.sock = self.timed

    def abandon(self) -> None:
        """Close it now, whatever was still to be read."""
        timed, self.timed = self.timed, None
        self.close()
        if timed is not None:
            timed.abort()

    def _connected(self) -> socket.socket:
        failure: OSError = OSError("it has no address")
        for family, kind, protocol, _, address in addresses_of(self.host, self.port, self._left()):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._left())
                sock.connect(address)
                return sock
            except OSError as error:
                failure = error
                sock.close()
        raise failure

    def _left(self) -> float:
        return self._deadline.left(self._connect_timeout)


def addresses_of(host: str, port: int, within: float) -> Addresses:
    """The addresses of a host. Raises OSError when it has none, TimeoutError when nobody says so in time.

    The look-up has no time-out of its own, so it is asked in a thread and left to itself when it takes too long.
    """
    answer: queue.Queue[Addresses | OSError] = queue.Queue(1)

    def look_up() -> None:
        try:
            answer.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as error:
            answer.put(error)
        except UnicodeError:
            answer.put(OSError("its name cannot be one"))

    threading.Thread(target=look_up, name="mlocr-matcher-lookup", daemon=True).start()
    try:
        found = answer.get(timeout=within)
    except queue.Empty:
        raise TimeoutError("the name was not looked up in time") from None
    if isinstance(found, OSError):
        raise found
    return found
