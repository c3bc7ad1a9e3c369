"""An endpoint on 127.0.0.1 for the tests of the matcher over HTTP: it answers with what a test gives, byte by byte."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True)
class Request:
    """One request: its first line, headers in lower case, body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def id(self) -> str:
        return str(json.loads(self.body)["id"])


class Hang:
    """Instead of a reply: say nothing more until the client goes."""


@dataclass(frozen=True)
class Drip:
    """A reply sent a byte every `every` seconds."""

    data: bytes
    every: float = 0.05


Reply = str | bytes | type[Hang] | Drip | None
"""Text: a body with status 200; bytes: sent as they are; None: the connection is closed without a word."""


def response(body: str | bytes, status: str = "200 OK", **headers: str) -> bytes:
    """A whole response; a header's name has _ for -."""
    raw = body.encode() if isinstance(body, str) else body
    table = {"Content-Type": "application/json", "Content-Length": str(len(raw))}
    table |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in table.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


class Endpoint:
    """Serves until the with statement ends. `reply` is asked for each request; `requests` are those that came."""

    def __init__(self, reply: Callable[[Request], Reply], context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._reply = reply
        self._context = context
        self._over = threading.Event()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}/match"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        self._thread.join(5.0)

    def drop(self) -> None:
        """Close every connection, as an endpoint does that starts anew."""
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError), sock:
            sock.settimeout(20.0)
            stream = self._context.wrap_socket(sock, server_side=True) if self._context else sock
            with stream, stream.makefile("rb") as lines:
                while (line := lines.readline()) and self._answered(stream, lines.readline, lines.read, line):
                    pass

    def _answered(
        self, sock: socket.socket, readline: Callable[[], bytes], read: Callable[[int], bytes], line: bytes
    ) -> bool:
        headers = {}
        while (header := readline().strip()) != b"":
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        request = Request(line.decode().strip(), headers, read(int(headers.get("content-length", "0"))))
        self.requests.append(request)
        reply = self._reply(request)
        if reply is None:
            return False
        if reply is Hang:
            read(1)
        elif isinstance(reply, Drip):
            for each in reply.data:
                sock.sendall(bytes([each]))
                self._over.wait(reply.every)
        else:
            assert isinstance(reply, str | bytes)
            sock.sendall(reply if isinstance(reply, bytes) else response(reply))
        return True
