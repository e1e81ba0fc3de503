"""Requests that ask to be read in another encoding than UTF-8."""

from io import BytesIO

import pytest


def ask(content_type: str, query: str = "q=%2B2AA-", path: str = "/f/slug") -> str:
    """The status line, through the very application that the server is given."""
    answered: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "SERVER_NAME": "holdfast.test",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    from config.wsgi import application

    body = application(environ, lambda status, _headers, *_more: answered.append(status))
    b"".join(body)
    return answered[0]


@pytest.mark.parametrize(
    "charset",
    ["utf-7", "utf-16", "rot13", "raw_unicode_escape", "punycode", "idna", "no-such", "us-ascii; charset=utf-7"],
)
def test_another_encoding_is_refused_before_anything_is_read_in_it(charset: str) -> None:
    assert ask(f"text/plain; charset={charset}") == "400 Bad Request"


@pytest.mark.parametrize("content_type", ["text/plain; charset*=no-such''x", "text/plain; charset*=utf-7''utf-7"])
def test_a_type_that_cannot_be_read_is_refused(content_type: str) -> None:
    assert ask(content_type) == "400 Bad Request"


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", ["", "text/plain", "text/plain; charset=UTF-8", 'text/plain; charset="utf8"'])
def test_everybody_elses_requests_are_read(content_type: str) -> None:
    assert ask(content_type) == "404 Not Found"
