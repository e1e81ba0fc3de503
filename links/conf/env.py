"""Typed readers of the environment. Every name may also be given as NAME_FILE, a file that holds the value."""

import ast
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

_read = environ.Env()
_LINE = re.compile(r"(?:export )?[A-Za-z_][A-Za-z_0-9]*=.*")
_files: set[str] = set()
_DATABASES = ("postgres", "postgresql", "sqlite")


def load(dotenv: Path) -> None:
    """Take what the environment does not say from a `.env` file, where there is one.

    The library would skip a line that it cannot read, and log it whole, with the secret that may stand in it.
    """
    if not dotenv.is_file():
        return
    lines = [line.strip() for line in _read_file(str(dotenv), dotenv).splitlines()]
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#") and not _LINE.fullmatch(line):
            raise ImproperlyConfigured(f"Line {number} of {dotenv} cannot be read. Write NAME=value, without blanks.")
    environ.Env.read_env(io.StringIO("\n".join(lines)), overwrite=False)


def files_read() -> list[str]:
    """The files that values were read from, which whoever reads them knows: see the check of their modes."""
    return sorted(_files)


def find_names(settings: Path) -> list[str]:
    """The names that a file of settings reads by the functions of this module, without running it: what a process that
    is given an environment of its own must not inherit by accident, nor take from a `.env`."""
    calls = (node for node in ast.walk(ast.parse(settings.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return [
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    ]


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, without the last line end."""
    value = os.environ.get(name, "")
    path = os.environ.get(f"{name}_FILE", "")
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
    if path:
        value = _read_file(f"The file that {name}_FILE names", Path(path))
    return value or default


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas or line ends; blanks around are dropped."""
    return [word.strip() for word in text(name, default).replace("\n", ",").split(",") if word.strip()]


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).strip().lower()
    if value not in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ImproperlyConfigured(f"{name} is {value!r}. Write on or off.")
    return value in ("1", "true", "yes", "on") if value else default


def number(name: str, default: int) -> int:
    value = text(name, str(default)).strip()
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number.")
    return int(value)


def choice(name: str, known: Sequence[str]) -> str:
    """One of these words; the first where nothing is said."""
    value = text(name, known[0]).strip().lower()
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write one of: {', '.join(known)}.")
    return value


def lists(name: str) -> dict[str, list[str]]:
    """A JSON object of texts, or lists of texts: `{"sales": "Link maker", "leads": ["Manager", "Auditor"]}`."""
    try:
        found = json.loads(text(name).strip() or "{}", object_pairs_hook=_read_once)
        entries = {key: [held] if isinstance(held, str) else held for key, held in found.items()}
        is_sound = all(isinstance(held, list) and {*map(type, held)} <= {str} for held in entries.values())
    except (ValueError, AttributeError, RecursionError):
        is_sound = False
    if not is_sound:
        example = '{"sales": "Link maker", "leads": ["Manager", "Auditor"]}'
        raise ImproperlyConfigured(f"{name} must be a JSON object with each name once, as in {example}")
    return entries


def _read_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that is written twice JSON takes the last, and nobody would know."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def zone(name: str, default: str) -> str:
    """A time zone that this machine knows, by its IANA name."""
    value = text(name, default).strip()
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a time zone's name, as in Europe/Berlin.") from None
    return value


def site(name: str) -> str:
    """An http(s) address without a path, or nothing: `https://share.example.com`, with a port or without. Written as
    browsers write it in `Origin`, by which passkeys are bound to it."""
    value = text(name).strip().rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        origin = _write_origin(parts) if sound else ""
    except ValueError:  # a UnicodeError is one, too
        sound = False
    if not sound or value.lower() != f"{parts.scheme}://{parts.netloc.lower()}" or "@" in parts.netloc:
        raise ImproperlyConfigured(f"{name} must be a site's address and no more, as in https://share.example.com")
    return origin


def _write_origin(parts: SplitResult) -> str:
    """In small letters, a name beyond ASCII as DNS knows it, and without the port that the scheme has anyway."""
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode()
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def issuer(name: str) -> str:
    """An OpenID provider's own name for itself, exactly as it writes it: an http(s) address, maybe with a path."""
    value = text(name).strip()
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        sound = False
    if value and (not sound or "@" in parts.netloc or parts.query or parts.fragment or "/.well-known/" in value):
        raise ImproperlyConfigured(
            f"{name} must be the provider's address as it stands in its own discovery document under “issuer”, "
            "as in https://id.example.com/realms/staff"
        )
    return value


def database(name: str, default: str) -> dict[str, Any]:
    value = text(name, default)
    # Of any other the library warns, and repeats the password in its warning.
    if value.partition("://")[0] not in _DATABASES:
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite:///. See the settings table.")
    return dict(_parse(name, _read.db_url_config, value))


def mailer(name: str, default: str) -> dict[str, Any]:
    """A mail URL as an entry of Django's MAILERS. Source: Django 6.1's settings reference, "MAILERS"."""
    found = _parse(name, _read.email_url_config, text(name, default))
    backend, options = str(found["EMAIL_BACKEND"]), dict[str, Any]()
    if backend == "django.core.mail.backends.smtp.EmailBackend":
        backend = "links.channels.smtp.EmailBackend"  # Django's, with an end
        options = {
            "host": str(found["EMAIL_HOST"] or "localhost"),
            "port": int(found["EMAIL_PORT"] or 25),
            "username": str(found["EMAIL_HOST_USER"] or ""),
            "password": str(found["EMAIL_HOST_PASSWORD"] or ""),
            "use_tls": bool(found.get("EMAIL_USE_TLS")),
            "use_ssl": bool(found.get("EMAIL_USE_SSL")),
        }
    elif backend == "django.core.mail.backends.filebased.EmailBackend":
        options = {"file_path": str(found["EMAIL_FILE_PATH"])}
    return {"BACKEND": backend, "OPTIONS": options}


def _parse(name: str, parser: Callable[[str], dict[str, object]], value: str) -> dict[str, Any]:
    """The value is never repeated in the error: it may hold a password."""
    try:
        return parser(value)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{name} is not a URL that can be understood. See the settings table.") from None


def _read_file(what: str, path: Path) -> str:
    _files.add(str(path))
    try:
        return path.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise ImproperlyConfigured(f"{what} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{what} is no text in UTF-8.") from None
