"""What may stand in a setting. Each reader takes the text that an environment has, or the value that a project wrote in
Python, and raises ImproperlyConfigured, naming the setting and what to write, for anything else."""

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ImproperlyConfigured(f"{name} must be a text, and is of type {type(value).__name__}.")
    return value


def words(name: str, value: object) -> list[str]:
    """A list of texts; in one text they are separated by commas or line ends, and blanks around are dropped."""
    if isinstance(value, str):
        return [word.strip() for word in value.replace("\n", ",").split(",") if word.strip()]
    if not isinstance(value, Sequence) or not all(isinstance(word, str) for word in value):
        raise ImproperlyConfigured(f"{name} must be a list of texts.")
    return list(value)


def flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = text(name, value).strip().lower()
    if word not in _ON + _OFF:
        raise ImproperlyConfigured(f"{name} is {word!r}. Write on or off.")
    return word in _ON


def number(name: str, value: object) -> int:
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(name, value).strip()
    if not written.isascii() or not written.isdigit():
        raise ImproperlyConfigured(f"{name} is {written!r}. Write a whole number.")
    return int(written)


def choice(*known: str) -> Callable[[str, object], str]:
    """A reader of one of these words."""

    def read(name: str, value: object) -> str:
        word = text(name, value).strip().lower()
        if word not in known:
            raise ImproperlyConfigured(f"{name} is {word!r}. Write one of: {', '.join(known)}.")
        return word

    return read


def lists(name: str, value: object) -> dict[str, list[str]]:
    """Lists of texts by name, or single texts: `{"sales": "Link maker", "leads": ["Manager", "Auditor"]}`. As a text it
    is a JSON object."""
    try:
        found = json.loads(value.strip() or "{}", object_pairs_hook=_read_once) if isinstance(value, str) else value
        if isinstance(found, Mapping):
            return {
                text(name, key): words(name, [held] if isinstance(held, str) else held) for key, held in found.items()
            }
    except (ValueError, RecursionError, ImproperlyConfigured):
        pass
    example = '{"sales": "Link maker", "leads": ["Manager", "Auditor"]}'
    raise ImproperlyConfigured(f"{name} must be a JSON object with each name once, as in {example}")


def _read_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a name that is written twice JSON takes the last, and nobody would know."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def zone(name: str, value: object) -> str:
    """A time zone that this machine knows, by its IANA name."""
    word = text(name, value).strip()
    try:
        ZoneInfo(word)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(f"{name} is {word!r}. Write a time zone's name, as in Europe/Berlin.") from None
    return word


def site(name: str, value: object) -> str:
    """An http(s) address without a path, or nothing: `https://share.example.com`, with a port or without. Written as
    browsers write it in `Origin`, by which passkeys are bound to it."""
    address = text(name, value).strip().rstrip("/")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        origin = _write_origin(parts) if sound else ""
    except ValueError:  # a UnicodeError is one, too
        sound = False
    if not sound or address.lower() != f"{parts.scheme}://{parts.netloc.lower()}" or "@" in parts.netloc:
        raise ImproperlyConfigured(f"{name} must be a site's address and no more, as in https://share.example.com")
    return origin


def _write_origin(parts: SplitResult) -> str:
    """In small letters, a name beyond ASCII as DNS knows it, and without the port that the scheme has anyway."""
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode()
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def issuer(name: str, value: object) -> str:
    """An OpenID provider's own name for itself, exactly as it writes it: an http(s) address, maybe with a path."""
    address = text(name, value).strip()
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        sound = False
    if address and (not sound or "@" in parts.netloc or parts.query or parts.fragment or "/.well-known/" in address):
        raise ImproperlyConfigured(
            f"{name} must be the provider's address as it stands in its own discovery document under “issuer”, "
            "as in https://id.example.com/realms/staff"
        )
    return address
