"""A matcher over an endpoint that replies as told, for the tests of the matcher over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from match_endpoint import Endpoint, Reply, Request

from drivers.matcher.http import HttpMatcher, open_http
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
