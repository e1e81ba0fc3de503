"""In which encoding a request is read: decided before Django takes its Content-Type apart."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
MAX_CONTENT_TYPE_LENGTH = 1_000  # characters; with a boundary a browser's has some 70
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
)

Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def only_utf8(application: Application) -> Application:
    """Refuse (400) a request that names another encoding, before Django reads its address and its form in it,
    whichever of Python's it is. Some have letters that no database takes, some are no encodings of text, and some take
    seconds. Django reads the address while it makes its request, where no middleware would hear of a failure.

    A type that is too long is refused, too: Django's reader needs time that grows with the square of its length."""

    def checked(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if _name_charset(str(environ.get("CONTENT_TYPE", ""))) in ("", "utf-8", "utf8", "us-ascii", "ascii"):
            return application(environ, start_response)
        body = b"Content-Type is too long, or names another encoding than UTF-8.\n"
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *_HEADERS]
        start_response("400 Bad Request", headers)
        return [body]

    return checked


def _name_charset(content_type: str) -> str:
    """As Django reads it; "?" for what cannot be read, or shall not be."""
    if len(content_type) > MAX_CONTENT_TYPE_LENGTH:
        return "?"
    try:
        _kind, params = parse_header_parameters(content_type)
    except ValueError:
        return "?"
    return params.get("charset", "").strip().lower()
