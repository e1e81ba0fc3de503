"""Requests that ask to be read in another encoding than UTF-8."""

import os
import time
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest

from links.public.charsets import Environ, StartResponse, only_utf8
from tests.processes.running import run


def describe(content_type: str) -> Environ:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/f/slug",
        "QUERY_STRING": "q=%2B2AA-",
        "CONTENT_TYPE": content_type,
        "SERVER_NAME": "holdfast.test",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }


def ask(content_type: str) -> str:
    """The status; "read" where the request was handed on."""
    answered: list[str] = []

    def application(_environ: Environ, _start_response: StartResponse) -> Iterable[bytes]:
        answered.append("read")
        return []

    def start(status: str, _headers: Any) -> None:  # noqa: ANN401  of whatever kind
        answered.append(status)

    b"".join(only_utf8(application)(describe(content_type), start))
    return answered[0]


@pytest.mark.parametrize(
    "charset", ["utf-7", "utf-16", "rot13", "raw_unicode_escape", "punycode", "no-such", "us-ascii; charset=utf-7"]
)
def test_another_encoding_is_refused_before_anything_is_read_in_it(charset: str) -> None:
    assert ask(f"text/plain; charset={charset}") == "400 Bad Request"


@pytest.mark.parametrize("content_type", ["text/plain; charset*=no-such''x", "text/plain; charset*=utf-7''utf-7"])
def test_a_type_that_cannot_be_read_is_refused(content_type: str) -> None:
    assert ask(content_type) == "400 Bad Request"


@pytest.mark.parametrize("piece", [";", "a;", ';a="', ";a*0=b"])
def test_one_that_is_longer_than_any_is_refused_before_it_is_taken_apart(piece: str) -> None:
    """Of the 400 KB that the server lets through, Django's reader would hold the interpreter for ten seconds."""
    begun = time.thread_time()
    assert ask("text/plain" + piece * (400_000 // len(piece))) == "400 Bad Request"
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize("content_type", ["", "text/plain", "text/plain; charset=UTF-8", 'text/plain; charset="utf8"'])
def test_everybody_elses_requests_are_read(content_type: str) -> None:
    assert ask(content_type) == "read"


def test_without_it_django_fails_while_it_makes_its_request() -> None:
    """Where no middleware hears of it: why this stands before Django."""
    with pytest.raises(LookupError, match="rot13"):
        WSGIRequest(describe("text/plain; charset=rot13"))


def test_the_servers_own_application_refuses_it() -> None:
    told = (
        "from config.wsgi import application as a; from tests.public.test_charsets import describe as d; "
        "a(d('text/plain; charset=rot13'), lambda status, *_: print(status))"
    )
    ran = run("-c", told, environment=os.environ)
    assert (ran.stdout.strip(), ran.returncode) == ("400 Bad Request", 0)
