"""The settings of the matchers in a process and behind an endpoint."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from drivers.matcher import http, process
from mlocr.errors import ConfigurationError

# --- a process ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "needs argv, a list of texts"),
        ({"argv": "engine --json"}, "needs argv, a list of texts"),
        ({"argv": []}, "needs argv"),
        ({"argv": [""]}, "names no program"),
        ({"argv": ["a", 7]}, "needs argv"),
        ({"argv": ["a\0b"]}, "names no program"),
        ({"argv": ["a"], "answer_timeout": 3}, "did you mean 'answer_timeout_s'"),
        ({"argv": ["a"], "colour": 3}, "it knows argv, folder"),
        ({"argv": ["a"], "answer_timeout_s": 0}, "seconds above 0"),
        ({"argv": ["a"], "answer_timeout_s": True}, "seconds above 0"),
        ({"argv": ["a"], "start_timeout_s": float("inf")}, "seconds above 0"),
        ({"argv": ["a"], "start_timeout_s": "3"}, "seconds above 0"),
        ({"argv": ["a"], "stop_timeout_s": 3601}, "up to 3600"),
        ({"argv": ["a"], "restarts_per_minute": 0}, "whole number from 1 to 1000"),
        ({"argv": ["a"], "failures_in_a_row": 2.5}, "whole number from 1 to 1000"),
        ({"argv": ["a"], "folder": 7}, "must be text"),
    ],
)
def test_a_wrong_setting_of_a_process_is_named(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        process.open_process(settings)


def test_every_setting_of_a_process_is_taken() -> None:
    given = dict.fromkeys(process.KEYS, 2) | {"argv": ["a", "b"], "folder": os.sep}
    settings = process.open_process(given)._settings
    assert settings.argv == ("a", "b") and settings.folder == os.sep
    assert (settings.answer_timeout, settings.start_timeout, settings.stop_timeout) == (2.0, 2.0, 2.0)
    assert (settings.limits.restarts_per_minute, settings.limits.failures_in_a_row) == (2, 2)


# --- an endpoint --------------------------------------------------------------------------------------------------


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
def test_a_wrong_setting_of_an_endpoint_is_named(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(why)) as caught:
        http.open_http(settings)
    assert "secret" not in str(caught.value)


def test_every_setting_of_an_endpoint_is_taken_and_a_file_is_read_only_at_open(tmp_path: Path) -> None:
    files = {"url": "https://[::1]:8443/v1/match?key=k", "token_file": "absent", "ca_file": "absent too"}
    settings = http.open_http(dict.fromkeys(http.KEYS, 2) | files)._settings
    assert (settings.secure, settings.host, settings.port) == (True, "::1", 8443)
    assert settings.target == "/v1/match?key=k"
    assert settings.url == "https://[::1]:8443/v1/match"
    assert (settings.connect_timeout, settings.read_timeout, settings.answer_timeout) == (2.0, 2.0, 2.0)
    with pytest.raises(ConfigurationError, match="ca_file absent too holds no certificate"):
        http.open_http(files).open()
    (tmp_path / "no.pem").write_text("nothing\n")
    with pytest.raises(ConfigurationError, match="holds no certificate"):
        http.open_http(files | {"ca_file": str(tmp_path / "no.pem")}).open()
    assert os.sep not in http.open_http({"url": "http://a"})._settings.token_file
