"""No log record tells the path that somebody asked for: it may be a secret. It tells the route instead.

What each route holds is read off the URL configuration: a converter with `is_secret` makes its parameter a secret.
Whoever makes a record (Django, its development server, granian's access log, ours), it is made here, so that no
handler, whoever configured it, gets to see more.
"""

import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, get_script_prefix, resolve

from links.lib.redaction import GAP

NO_ROUTE = "(no route)"
_ASKED = ("django.request", "django.security", "django.server", "granian.access", "gunicorn.access", "uvicorn.access")
"""The loggers that tell what was asked for."""
_PARAMETER = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
_SLASH = r"(?:/|\\|%(?:25)*2F)"
# Of a link, a grant, a session: letters of both cases and digits without a break, as no word and no name has them.
_TOKEN = re.compile(
    r"(?:%[0-9A-Fa-f]{2}){8,}"
    r"|(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{32,}"
)


class CleanRecord(logging.LogRecord):
    """A record whose message, arguments and traceback are clean, whatever is done with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_refusal = _is_refusal(str(self.name), self.levelno)
        if is_refusal:
            self.levelno, self.levelname, self.exc_info = logging.WARNING, "WARNING", None
        if not apps.ready:
            return
        if isinstance(self.msg, str) and not _is_plain(self.args):
            self.msg, self.args = super().getMessage(), ()
        has_paths = str(self.name).startswith(_ASKED)  # None where a record is copied
        self.msg = mask(self.msg) if isinstance(self.msg, str) else self.msg
        if is_refusal and isinstance(self.msg, str):
            self.msg = " ".join(self.msg.splitlines())  # it may quote what was asked for, line breaks and all
        if isinstance(self.args, Mapping):
            self.args = {name: _clean(value, has_paths) for name, value in self.args.items()}
        elif isinstance(self.args, tuple):
            self.args = tuple(_clean(value, has_paths) for value in self.args)
        if self.exc_info and self.exc_info[1]:
            # Formatters take it as they find it.
            self.exc_text = mask("".join(traceback.format_exception(self.exc_info[1])).rstrip("\n"))

    def getMessage(self) -> str:  # noqa: N802  the name is logging's
        return mask(super().getMessage())


def _is_refusal(name: str, level: int) -> bool:
    """Of a request that was answered with 4xx. The fault is its sender's, and so no traceback helps: whoever probes a
    site would fill the log with them."""
    return name.startswith("django.security") or (name == "django.request" and level == logging.WARNING)


def _is_plain(arguments: object) -> bool:
    """Whether each tells no more than it shows: a request, for one, tells its path whenever it is written out."""
    values = arguments.values() if isinstance(arguments, Mapping) else arguments
    return all(isinstance(value, str | int | float | None) for value in values or ())  # type: ignore[attr-defined]


def install() -> None:
    logging.setLogRecordFactory(CleanRecord)


def describe(path: str) -> str:
    """The route that serves a path, without its query. Of its parameters it tells the numbers of rows alone.

    >>> describe("/admin/links/sharelink/7/change/?q=x")
    '/admin/links/sharelink/7/change/'
    """
    asked = unquote(urlsplit(path).path if "://" in path else path.partition("?")[0])
    prefix = get_script_prefix()
    try:
        match = resolve("/" + asked.removeprefix(prefix).lstrip("/") if prefix != "/" else asked)
    except Resolver404:
        return NO_ROUTE

    def show(parameter: re.Match[str]) -> str:
        value = str(match.kwargs.get(parameter[1], ""))
        return value if value.isascii() and value.isdigit() else f"<{parameter[1]}>"

    return "/" + _PARAMETER.sub(show, match.route)


def mask(text: str) -> str:
    """The text without what follows the address of a secret, however it was encoded, and without tokens."""
    shape = _secret_paths() if apps.ready else None
    return _TOKEN.sub(GAP, shape.sub(rf"\g<1>{GAP}", text) if shape else text)


def secret_routes() -> list[str]:
    """Every route with a secret in it, as the URL configuration writes it: `s/<secret:token>`."""
    return [route for route, pattern in _walk(get_resolver()) if any(_secrets(pattern))]


def _clean(value: object, has_paths: bool) -> object:
    if not isinstance(value, str):
        return value
    if has_paths and value.startswith("/"):
        return describe(value)
    method, _, rest = value.partition(" ")
    path, _, protocol = rest.rpartition(" ")
    if has_paths and method.isupper() and "/" in path and protocol.startswith("HTTP/"):
        return f"{method} {describe(path)} {protocol}"
    return mask(value)


@lru_cache(maxsize=1)
def _secret_paths() -> re.Pattern[str] | None:
    """The beginning of each secret route, and what follows it up to a blank or a quotation mark."""
    beginnings = {_PARAMETER.split(route, maxsplit=1)[0].strip("/") for route in secret_routes()}
    written = "|".join(_SLASH.join(map(_encode, beginning.split("/"))) for beginning in sorted(beginnings))
    if not written:
        return None
    return re.compile(rf"(?i)((?:(?<![a-z0-9_])|(?<=2F))(?:{written}){_SLASH}+)[^\s\"'<>]+")


def _encode(word: str) -> str:
    return "".join(f"(?:{re.escape(letter)}|%(?:25)*{ord(letter):02x})" for letter in word)


def _walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        else:
            yield route, entry


def _secrets(pattern: URLPattern) -> Iterator[str]:
    for name, converter in pattern.pattern.converters.items():
        if getattr(converter, "is_secret", False):
            yield name
