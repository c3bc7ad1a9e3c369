"""Opening a matcher behind an HTTP endpoint: what answers there, tokens, TLS, the environment, forks."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from http_rig import BLOCK, SOON, always, answer, asked, good
from match_endpoint import Endpoint, Reply, Request, response

from drivers.matcher.http import open_http, read_token
from mlocr.errors import ConfigurationError, DeviceAbsentError, DeviceFaultError

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
