"""The environment. Every name may also be given as NAME_FILE, a file that holds the value."""

import ast
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from links.conf import values

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
    return values.words(name, text(name, default))


def flag(name: str, *, default: bool = False) -> bool:
    return values.flag(name, text(name, "on" if default else "off"))


def zone(name: str, default: str) -> str:
    return values.zone(name, text(name, default))


def site(name: str) -> str:
    return values.site(name, text(name))


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
