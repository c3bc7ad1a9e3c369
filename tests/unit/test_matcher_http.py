"""The matcher behind an HTTP endpoint, and everything an endpoint can do wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from match_endpoint import Drip, Endpoint, Hang, Reply, Request, response

from drivers.matcher import connection
from drivers.matcher.http import KEYS, HttpMatcher, open_http, read_token
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceFaultError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason

BLOCK = AddressBlock((TextLine("124 MAIN ST"), TextLine("HAVENPORT ME 04901")))
SOON = 0.6
"""Seconds in which an endpoint that is never done is given up."""

GOOD = {"outcome": "encoded", "reason": "no_addon", "depth": 5, "zip5": "04901", "check_digit": "6"}


def answer(request: Request) -> str:
    return json.dumps({"id": request.id, **GOOD})


class Script:
    """Replies as told, one for each request after the probe; beyond the list all goes well."""

    def __init__(self, *replies: Callable[[Request], Reply]) -> None:
        self._replies = [answer, *replies]

    def __call__(self, request: Request) -> Reply:
        return self._replies.pop(0)(request) if self._replies else answer(request)


@contextmanager
def asked(*replies: Callable[[Request], Reply], **settings: object) -> Iterator[tuple[HttpMatcher, Endpoint]]:
    with Endpoint(Script(*replies)) as endpoint:
        given = {"url": endpoint.url, "answer_timeout_s": 20, "read_timeout_s": 20, **settings}
        matcher = HttpMatcher(open_http(given)._settings, sleep=lambda seconds: None)
        matcher.open()
        yield matcher, endpoint
        matcher.close()


def said(match: Match) -> str:
    assert match.routing is None
    assert match.reason is RejectReason.MATCHER_FAILED
    return match.trace[0].said


def good(match: Match) -> bool:
    return match.routing is not None and match.routing.digits == "04901"


def always(reply: Reply) -> Callable[[Request], Reply]:
    return lambda request: reply


# --- asking ---------------------------------------------------------------------------------------------------------


def test_one_question_a_post_over_one_connection() -> None:
    with asked() as (matcher, endpoint):
        assert all(good(matcher.match(BLOCK)) for _ in range(5))
        assert endpoint.connections == 1
        last = endpoint.requests[-1]
        assert last.line == "POST /match HTTP/1.1"
        assert json.loads(last.body)["lines"] == ["124 MAIN ST", "HAVENPORT ME 04901"]
        assert last.headers["content-type"] == "application/json"
        assert last.headers["accept-encoding"] == "identity"
        assert "authorization" not in last.headers
        assert len({request.id for request in endpoint.requests}) == 6


def chunked(request: Request) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = answer(request).encode()
    return head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:9], body[9:])) + b"0\r\n\r\n"


def closing(request: Request) -> bytes:
    return response(answer(request), Connection="close")


def without_length(request: Request) -> bytes:
    return b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + answer(request).encode()


@pytest.mark.parametrize(("reply", "connections"), [(chunked, 1), (closing, 2)])
def test_other_ways_to_send_an_answer_are_taken(reply: Callable[[Request], Reply], connections: int) -> None:
    with asked(reply) as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert good(matcher.match(BLOCK))
        assert endpoint.connections == connections


def test_an_answer_that_ends_with_its_connection_is_taken() -> None:
    over = [False]

    def once(request: Request) -> Reply:
        over[0] = not over[0]
        return without_length(request) if over[0] else None

    with Endpoint(Script(once, once)) as endpoint:
        matcher = open_http({"url": endpoint.url, "answer_timeout_s": SOON})
        matcher.open()
        # The server keeps the connection open after it: nobody could know where the answer ends.
        assert "did not answer in time" in said(matcher.match(BLOCK))
        matcher.close()


def test_a_connection_closed_while_idle_costs_no_piece() -> None:
    with asked() as (matcher, endpoint):
        for _ in range(3):
            assert good(matcher.match(BLOCK))
            endpoint.drop()
        assert endpoint.connections == 3


def test_a_question_lost_on_the_way_is_asked_once_more_with_another_number() -> None:
    with asked(always(None)) as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert len(endpoint.requests) == 3
        assert endpoint.requests[1].id != endpoint.requests[2].id
        assert endpoint.requests[1].body[-40:] == endpoint.requests[2].body[-40:]


def test_it_is_asked_once_more_and_not_again() -> None:
    with asked(always(None), always(None)) as (matcher, endpoint):
        assert "the connection failed" in said(matcher.match(BLOCK))
        assert len(endpoint.requests) == 3
        assert good(matcher.match(BLOCK))


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
def test_what_stands_in_between_may_have_nobody_behind_it_for_a_moment(status: str) -> None:
    with asked(always(response("busy", status))) as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert len(endpoint.requests) == 3


# --- answers that are none --------------------------------------------------------------------------------------------

NONSENSE: dict[str, tuple[Callable[[Request], Reply], str]] = {
    "500": (always(response("{}", "500 Internal Server Error")), "status 500"),
    "404": (always(response("{}", "404 Not Found")), "status 404"),
    "204": (always(response("", "204 No Content")), "status 204"),
    "redirect": (
        always(response("", "307 Temporary Redirect", Location="http://evil.example/match")),
        "status 307 and points to http://evil.example/match, which is not followed",
    ),
    "html": (lambda r: response(answer(r), Content_Type="text/html"), "text/html, no plain application/json"),
    "no type": (lambda r: response(answer(r), Content_Type=""), "no plain application/json"),
    "packed": (lambda r: response(answer(r), Content_Encoding="gzip"), "no plain application/json"),
    "huge": (always(response(b"", Content_Length="99999999999")), "longer than"),
    "huge, in chunks": (
        lambda r: (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 20
            + b"0\r\n\r\n"
        ),
        "longer than",
    ),
    "another id": (always(json.dumps({"id": "0" * 24, **GOOD})), "does not carry the id"),
    "no json": (always("<html>"), "is no JSON"),
    "not utf-8": (lambda r: response(answer(r).encode().replace(b"no_", b"\xff_")), "not UTF-8"),
    "a list": (lambda r: f"[{answer(r)}]", "no JSON object"),
    "two answers": (lambda r: answer(r) + "\n" + answer(r), "is no JSON"),
    "a wrong check digit": (lambda r: json.dumps({"id": r.id, **GOOD, "check_digit": "0"}), "check_digit '0' is not 6"),
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_costs_the_piece_and_the_next_is_answered(kind: str) -> None:
    reply, why = NONSENSE[kind]
    with asked(reply) as (matcher, endpoint):
        assert why in said(matcher.match(BLOCK))
        asked_so_far = len(endpoint.requests)
        assert asked_so_far == 2, "what was answered wrongly is not asked again"
        assert good(matcher.match(BLOCK))


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x00\x00\x00",
    ],
)
def test_what_is_no_http_is_a_failed_connection(data: bytes) -> None:
    def broken(request: Request) -> Reply:
        return data

    with asked(broken, broken, read_timeout_s=SOON, answer_timeout_s=2 * SOON) as (matcher, _):
        assert re.search("connection failed|did not answer in time", said(matcher.match(BLOCK)))
        assert good(matcher.match(BLOCK))


def test_a_second_answer_that_nobody_asked_for_is_thrown_away() -> None:
    def twice(request: Request) -> Reply:
        return response(answer(request)) + response(json.dumps({"id": request.id, **GOOD, "zip5": "04902"}))

    with asked(twice) as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert good(matcher.match(BLOCK))
        assert endpoint.connections <= 2


# --- time -----------------------------------------------------------------------------------------------------------


def slow_head(request: Request) -> Reply:
    return Drip(response(answer(request)))


@pytest.mark.parametrize("reply", [always(Hang), slow_head])
def test_an_endpoint_that_is_never_done_is_given_up_when_its_time_is_over(reply: Callable[[Request], Reply]) -> None:
    with asked(reply, answer_timeout_s=SOON, read_timeout_s=SOON) as (matcher, _):
        since = time.monotonic()
        assert "did not answer in time" in said(matcher.match(BLOCK))
        assert SOON * 0.9 < time.monotonic() - since < 10
        assert good(matcher.match(BLOCK))


def test_silence_is_given_up_before_the_whole_time_is_over_and_asked_once_more() -> None:
    with asked(always(Hang), answer_timeout_s=20, read_timeout_s=0.2) as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert endpoint.connections == 2


def test_nobody_there_is_said_at_the_start_and_a_reject_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DeviceAbsentError, match=rf"127\.0\.0\.1:{port}/m does not answer: the connection failed"):
        open_http({"url": f"http://127.0.0.1:{port}/m"}).open()
    with asked() as (matcher, endpoint):
        endpoint.__exit__(None, None, None)
        assert "connection failed" in said(matcher.match(BLOCK))


def test_a_name_that_is_not_looked_up_in_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = threading.Event()
    monkeypatch.setattr(connection.socket, "getaddrinfo", lambda *a, **k: [][: stuck.wait(20)])
    with pytest.raises(DeviceAbsentError, match="did not answer in time"):
        open_http({"url": "http://engine.example/m", "connect_timeout_s": 0.1}).open()
    stuck.set()


def test_failures_in_a_row_end_the_run() -> None:
    bad = always(response("{}", "500 Internal Server Error"))
    with asked(bad, bad, answer, bad, bad, bad, failures_in_a_row=3) as (matcher, _):
        answers = [matcher.match(BLOCK) for _ in range(6)]
        assert [good(each) for each in answers] == [False, False, True, False, False, False]
        with pytest.raises(DeviceFaultError, match=r"3 questions in a row .*\(last: it answered with status 500\)"):
            matcher.match(BLOCK)


# --- opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind", "why"),
    [
        (always(response("", "401 Unauthorized")), ConfigurationError, "status 401; mend url or token_file"),
        (always(response("", "404 Not Found")), ConfigurationError, "status 404; mend url"),
        (
            always(response("", "301 Moved", Location="/new")),
            ConfigurationError,
            "points to /new, which is not followed",
        ),
        (always(response("", "500 Oh")), DeviceFaultError, "status 500; mend the endpoint"),
        (always(response("<p>", Content_Type="text/html")), DeviceFaultError, "no plain application/json"),
        (always("{}"), DeviceFaultError, "does not carry the id"),
    ],
)
def test_an_endpoint_that_does_not_speak_at_the_start_is_said(
    reply: Callable[[Request], Reply], kind: type[Exception], why: str
) -> None:
    with Endpoint(reply) as endpoint:
        matcher = open_http({"url": endpoint.url})
        with pytest.raises(kind, match=why):
            matcher.open()
        matcher.close()


def test_the_token_of_a_file_goes_along_and_is_never_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret-T0ken\n")
    with asked(token_file=str(tmp_path / "token")) as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert endpoint.requests[-1].headers["authorization"] == "Bearer s3cret-T0ken"
    refused = always(response("", "403 Forbidden"))
    with Endpoint(refused) as endpoint:
        matcher = open_http({"url": endpoint.url, "token_file": str(tmp_path / "token")})
        with pytest.raises(ConfigurationError) as caught:
            matcher.open()
        assert "s3cret" not in str(caught.value)
        matcher.close()


@pytest.mark.parametrize("held", [b"", b"\n", b"two words", b"line\r\nX-Evil: 1", b"caf\xc3\xa9", b"x" * 9000])
def test_a_file_that_holds_no_token_is_refused(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "token").write_bytes(held)
    with pytest.raises(ConfigurationError, match="holds no token"):
        read_token(str(tmp_path / "token"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_token(str(tmp_path / "absent"))


def test_no_proxy_and_no_password_is_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9/")
    monkeypatch.setenv("HOME", str(tmp_path))
    with asked() as (matcher, endpoint):
        assert good(matcher.match(BLOCK))
        assert "authorization" not in endpoint.requests[-1].headers


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run([*made, *files], check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return folder / "cert", context


def test_tls_is_checked_and_a_private_authority_can_be_named(certificate: tuple[Path, ssl.SSLContext]) -> None:
    path, context = certificate
    with Endpoint(answer, context) as endpoint:
        with pytest.raises(DeviceAbsentError, match="its certificate is not to be trusted"):
            open_http({"url": endpoint.url}).open()
        matcher = open_http({"url": endpoint.url, "ca_file": str(path)})
        matcher.open()
        before = endpoint.connections
        assert all(good(matcher.match(BLOCK)) for _ in range(3))
        assert endpoint.connections == before
        matcher.close()
        by_name = open_http({"url": endpoint.url.replace("127.0.0.1", "localhost"), "ca_file": str(path)})
        with pytest.raises(DeviceAbsentError, match="its certificate is not to be trusted"):
            by_name.open()
        by_name.close()


def test_tls_towards_an_endpoint_that_has_none_is_a_failed_connection() -> None:
    with Endpoint(answer) as endpoint:
        matcher = open_http({"url": endpoint.url.replace("http:", "https:"), "answer_timeout_s": SOON})
        with pytest.raises(DeviceAbsentError, match=r"connection failed|in time"):
            matcher.open()


FORKED = """
import os, sys
from drivers.matcher.http import open_http
from mlocr.mail.address import AddressBlock, TextLine
matcher = open_http({"url": sys.argv[1]})
matcher.open()
block = AddressBlock((TextLine("1 MAIN ST"),))
pid = os.fork()
answers = [matcher.match(block).routing.digits for _ in range(30)]
matcher.close()
if pid == 0:
    os._exit(0 if answers == ["04901"] * 30 else 1)
status = os.waitpid(pid, 0)[1]
print(answers == ["04901"] * 30, status)
"""


def test_after_a_fork_each_process_has_a_connection_of_its_own() -> None:
    with Endpoint(answer) as endpoint:
        done = subprocess.run(
            [sys.executable, "-c", FORKED, endpoint.url], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout.split() == ["True", "0"], done.stderr
        assert endpoint.connections == 2


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "write it like https://"),
        ({"url": ""}, "write it like https://"),
        ({"url": "engine.example/match"}, "write it like https://"),
        ({"url": "ftp://engine.example/"}, "write it like https://"),
        ({"url": "file:///etc/passwd"}, "write it like https://"),
        ({"url": "http://"}, "write it like https://"),
        ({"url": "http://a:99999/"}, "write it like https://"),
        ({"url": "http://a/ b"}, "write it like https://"),
        ({"url": "http://a/#top"}, "write it like https://"),
        ({"url": "http://a/\r\nX: y"}, "must be text"),
        ({"url": "http://[::1/"}, "write it like https://"),
        ({"url": "https://me:secret@a/"}, "put a token into token_file"),
        ({"url": "https://secret@a/"}, "put a token into token_file"),
        ({"url": "https://:secret@a/"}, "put a token into token_file"),
        ({"url": 7}, "must be text"),
        ({"url": "http://a/", "token_file": "t"}, "unencrypted"),
        ({"url": "http://a/", "timeout_s": 3}, "no setting 'timeout_s'"),
        ({"url": "http://a/", "read_timeout_s": -1}, "seconds above 0"),
        ({"url": "http://a/", "failures_in_a_row": 0}, "whole number"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(why)) as caught:
        open_http(settings)
    assert "secret" not in str(caught.value)


def test_every_setting_is_taken_and_a_file_is_read_only_at_open(tmp_path: Path) -> None:
    files = {"url": "https://[::1]:8443/v1/match?key=k", "token_file": "absent", "ca_file": "absent too"}
    settings = open_http(dict.fromkeys(KEYS, 2) | files)._settings
    assert (settings.secure, settings.host, settings.port) == (True, "::1", 8443)
    assert settings.target == "/v1/match?key=k"
    assert settings.url == "https://[::1]:8443/v1/match"
    assert (settings.connect_timeout, settings.read_timeout, settings.answer_timeout) == (2.0, 2.0, 2.0)
    with pytest.raises(ConfigurationError, match="ca_file absent too holds no certificate"):
        open_http(files).open()
    (tmp_path / "no.pem").write_text("nothing\n")
    with pytest.raises(ConfigurationError, match="holds no certificate"):
        open_http(files | {"ca_file": str(tmp_path / "no.pem")}).open()
    assert os.sep not in open_http({"url": "http://a"})._settings.token_file
