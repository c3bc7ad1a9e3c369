"""The matcher behind an HTTP endpoint, and everything an endpoint can do wrong."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable

import pytest
from http_rig import BLOCK, GOOD, SOON, Script, always, answer, asked, good, said
from match_endpoint import Drip, Endpoint, Hang, Reply, Request, response

from drivers.matcher import connection
from drivers.matcher.http import open_http
from mlocr.errors import DeviceAbsentError, DeviceFaultError

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
