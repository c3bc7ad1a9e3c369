"""A matcher behind an HTTP endpoint: one question a POST, the contract's `match` JSON both ways, one connection kept.

A match changes nothing, so one that failed on its way is asked once more within the same deadline; what the endpoint
answered wrongly is not.
"""

from __future__ import annotations

import http.client
import os
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from drivers.matcher.answers import LONGEST_ANSWER, NOTHING_ASKED, Nonsense, clean, failed, read_answer
from drivers.matcher.connection import Connection, Deadline
from drivers.matcher.options import check_keys, count, seconds, text
from drivers.matcher.patience import Limits, Patience
from drivers.matcher.questions import fresh_id, probe, question
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceError, DeviceFaultError
from mlocr.mail.address import AddressBlock
from mlocr.mail.match import Match

KEYS = (
    "url",
    "token_file",
    "ca_file",
    "connect_timeout_s",
    "read_timeout_s",
    "answer_timeout_s",
    "failures_in_a_row",
)
_LONGEST_TOKEN = 8192
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_SETTING_AT_FAULT = frozenset({401, 403, 404, 405, 407, 410, 415})
"""Statuses that say the address or the token is wrong: a setting's fault, not the endpoint's."""

_PASSING = frozenset({502, 503, 504})
"""Statuses of something in between that has nobody behind it at the moment; asked once more."""


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the endpoint is, files for its token and its certificate authority (empty: none), seconds, patience."""

    secure: bool
    host: str
    port: int
    target: str
    token_file: str = ""
    ca_file: str = ""
    connect_timeout: float = 2.0
    read_timeout: float = 3.0
    answer_timeout: float = 5.0
    limits: Limits = field(default_factory=Limits)

    @property
    def url(self) -> str:
        """The address for messages; never with a token in it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.target.partition('?')[0]}"


def open_http(settings: Mapping[str, object]) -> HttpMatcher:
    """A matcher behind an endpoint; nothing is connected or read yet. Settings: `KEYS`, `url` is needed.

    Raises ConfigurationError for a setting it does not know or cannot take.
    """
    check_keys("http", settings, KEYS)
    secure, host, port, target = _place(text("http", settings, "url"))
    token_file = text("http", settings, "token_file")
    if token_file and not secure and host not in _LOCAL:
        raise ConfigurationError(
            f"the http matcher's token would go to {host} unencrypted; give an https address, or leave out token_file"
        )
    limits = Limits(failures_in_a_row=count("http", settings, "failures_in_a_row", Limits().failures_in_a_row))
    return HttpMatcher(
        HttpSettings(
            secure=secure,
            host=host,
            port=port,
            target=target,
            token_file=token_file,
            ca_file=text("http", settings, "ca_file"),
            connect_timeout=seconds("http", settings, "connect_timeout_s", 2.0),
            read_timeout=seconds("http", settings, "read_timeout_s", 3.0),
            answer_timeout=seconds("http", settings, "answer_timeout_s", 5.0),
            limits=limits,
        )
    )


def _place(url: str) -> tuple[bool, str, int, str]:
    wrong = f"the http matcher's url {url!r}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"{wrong} is none ({error}); write it like https://engine.example/match") from None
    secure = parts.scheme == "https"
    plain = url.isascii() and " " not in url
    if not plain or parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise ConfigurationError(f"{wrong} is none; write it like https://engine.example/match")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("the http matcher's url holds a user or password; put a token into token_file instead")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, parts.hostname, port if port is not None else 443 if secure else 80, target


class _OnTheWay(Exception):
    """The question or its answer was lost on the way: it may be asked again."""


class _Refused(Exception):
    """The endpoint answered with a status that is no answer."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


class HttpMatcher:
    """`ports.MatchEngine` over HTTP. One thread at a time; each process that uses it has its own connection."""

    def __init__(
        self,
        settings: HttpSettings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        new_id: Callable[[], str] = fresh_id,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id
        self._patience = Patience(settings.limits, clock)
        self._deadline = Deadline(clock)
        self._connection: Connection | None = None
        self._context: ssl.SSLContext | None = None
        self._pid = 0
        self._headers: dict[str, str] = {}

    def open(self) -> None:
        """Read the token, connect, and see that the endpoint answers a probe.

        Raises ConfigurationError (a file, the address or the token is wrong), DeviceAbsentError (nobody is there),
        DeviceFaultError (it answered, and wrongly).
        """
        self._prepare()
        self._deadline.set(self._clock() + self._settings.answer_timeout, self._settings.read_timeout)
        try:
            self._twice(probe, NOTHING_ASKED)
        except _OnTheWay as error:
            raise DeviceAbsentError(
                f"the matcher at {self._settings.url} does not answer: {error}; start it, or mend url in"
                " [matcher.settings]"
            ) from None
        except (_Refused, Nonsense) as error:
            raise self._wrong(error) from None

    def match(self, block: AddressBlock) -> Match:
        """The endpoint's answer, or MATCHER_FAILED with the reason in the trace; within the answer's time-out.

        Raises DeviceFaultError when the limit of failures in a row is met.
        """
        if self._patience.worn_out:
            raise DeviceFaultError(
                f"the matcher at {self._settings.url} is given up: {self._patience.worn_out}"
                f" (last: {self._patience.why}); mend it, or [matcher.settings]"
            )
        self._prepare()
        deadline = self._clock() + self._settings.answer_timeout
        self._sleep(min(self._patience.pause, self._settings.answer_timeout / 2))
        self._deadline.set(deadline, self._settings.read_timeout)
        try:
            match = self._twice(lambda asked: question(block, asked), block)
        except (_OnTheWay, _Refused) as error:
            why = str(error)
        except Nonsense as nonsense:
            why = nonsense.why
        else:
            self._patience.answered()
            return match
        self._patience.failed(why)
        return failed(why)

    @property
    def longest_open_s(self) -> float:
        """Seconds after which `open` has returned or raised."""
        return self._settings.answer_timeout

    @property
    def longest_match_s(self) -> float:
        """Seconds after which `match` has returned or raised."""
        return self._settings.answer_timeout

    def close(self) -> None:
        """End the connection; safe to call twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abandon()

    # --- one question -------------------------------------------------------------------------------------------------

    def _twice(self, ask: Callable[[str], bytes], block: AddressBlock) -> Match:
        """Ask; where the exchange failed on the way, ask once more on a new connection, within the same deadline."""
        try:
            return self._once(ask, block)
        except _OnTheWay:
            self.close()
        except _Refused as refused:
            if refused.status not in _PASSING:
                raise
        return self._once(ask, block)

    def _once(self, ask: Callable[[str], bytes], block: AddressBlock) -> Match:
        asked = self._new_id()
        try:
            body = self._exchanged(ask(asked))
        except TimeoutError:
            self.close()
            raise _OnTheWay("it did not answer in time") from None
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise _OnTheWay(f"its certificate is not to be trusted ({clean(error.verify_message)})") from None
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise _OnTheWay(f"the connection failed ({clean(str(error)) or type(error).__name__})") from None
        except BaseException:
            # What is left of a refused answer must not be taken for the next one.
            self.close()
            raise
        return read_answer(body, asked, block)

    def _exchanged(self, body: bytes) -> bytes:
        connection = self._usable()
        connection.request("POST", self._settings.target, body, self._headers)
        response = connection.getresponse()
        if response.status != 200:
            self._refuse(response)
        kind = response.headers.get_content_type()
        if kind != "application/json" or response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise Nonsense(f"its answer is {clean(kind, 60)}, no plain application/json")
        length = response.length
        if length is not None and length > LONGEST_ANSWER:
            raise Nonsense(f"its answer is longer than {LONGEST_ANSWER} bytes")
        data = response.read(LONGEST_ANSWER + 1)
        if len(data) > LONGEST_ANSWER:
            raise Nonsense(f"its answer is longer than {LONGEST_ANSWER} bytes")
        if length is not None and len(data) != length:
            raise http.client.IncompleteRead(data, length - len(data))
        if response.will_close:
            self.close()
        return data

    def _refuse(self, response: http.client.HTTPResponse) -> None:
        where = clean(response.getheader("Location", ""), 80)
        moved = f" and points to {where}, which is not followed" if 300 <= response.status < 400 else ""
        raise _Refused(response.status, f"it answered with status {response.status}{moved}")

    def _usable(self) -> Connection:
        held = self._connection
        if held is not None and (held.timed is None or held.timed.unasked()):
            # Closed by the far end while idle, or it sent what nobody asked for.
            self.close()
        if self._connection is None:
            settings = self._settings
            self._connection = Connection(
                settings.host, settings.port, self._context, self._deadline, settings.connect_timeout
            )
        return self._connection

    # --- what it needs ------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        if self._pid == os.getpid():
            return
        # First use, or after a fork: a connection of the other process is let go, never used.
        self.close()
        self._pid = os.getpid()
        settings = self._settings
        if settings.secure:
            self._context = _context(settings.ca_file)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if settings.token_file:
            self._headers["Authorization"] = f"Bearer {read_token(settings.token_file)}"

    def _wrong(self, error: Exception) -> DeviceError | ConfigurationError:
        why = f"the matcher at {self._settings.url} cannot be used: {error}"
        if isinstance(error, _Refused) and (error.status in _SETTING_AT_FAULT or 300 <= error.status < 400):
            return ConfigurationError(f"{why}; mend url or token_file in [matcher.settings]")
        return DeviceFaultError(f"{why}; mend the endpoint, or give another url in [matcher.settings]")


def _context(ca_file: str) -> ssl.SSLContext:
    """The library's defaults: certificate and name are checked."""
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the http matcher's ca_file {ca_file} holds no certificate ({error}); mend it in [matcher.settings]"
        ) from None


def read_token(path: str) -> str:
    """The token in a file of one line. Raises ConfigurationError, which never quotes it."""
    try:
        with Path(path).open("rb") as stream:
            raw = stream.read(_LONGEST_TOKEN + 1)
    except OSError as error:
        raise ConfigurationError(
            f"the http matcher's token_file {path} cannot be read ({error.strerror}); mend its path or its rights"
        ) from None
    token = raw.strip()
    if not token or len(raw) > _LONGEST_TOKEN or not all(33 <= byte <= 126 for byte in token):
        raise ConfigurationError(
            f"the http matcher's token_file {path} holds no token; it is one line of printable ASCII without spaces"
        )
    return token.decode("ascii")
