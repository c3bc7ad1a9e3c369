"""The three matchers pass one suite: the built-in one, the one in a child process, the one behind an endpoint."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts_matcher import MatcherContract
from fake_directory import small_directory
from match_endpoint import Endpoint
from matcher_speech import Speech

from drivers.matcher.http import HttpMatcher, open_http
from drivers.matcher.process import ProcessMatcher, open_process
from mlocr.matching.match import Matcher

SPEECH = Path(__file__).with_name("matcher_speech.py")


class TestBuiltin(MatcherContract):
    @pytest.fixture
    def matcher(self) -> Matcher:
        return Matcher(small_directory())


# One child and one endpoint for the whole suite: what one test does to them must not be felt by the next.


@pytest.fixture(scope="module")
def in_a_process() -> Iterator[ProcessMatcher]:
    settings = {"argv": [sys.executable, str(SPEECH)], "answer_timeout_s": 30, "start_timeout_s": 60}
    opened = open_process(settings)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def behind_an_endpoint() -> Iterator[HttpMatcher]:
    speech = Speech()
    with Endpoint(lambda request: speech.answer(request.text)) as endpoint:
        opened = open_http({"url": endpoint.url, "answer_timeout_s": 30, "read_timeout_s": 30})
        opened.open()
        yield opened
        opened.close()


class TestProcess(MatcherContract):
    @pytest.fixture
    def matcher(self, in_a_process: ProcessMatcher) -> ProcessMatcher:
        return in_a_process


class TestHttp(MatcherContract):
    @pytest.fixture
    def matcher(self, behind_an_endpoint: HttpMatcher) -> HttpMatcher:
        return behind_an_endpoint
