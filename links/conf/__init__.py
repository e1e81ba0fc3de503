"""The settings of ours. A project says them in its Django settings under one name, as in

    HOLDFAST = {"BASE_URL": "https://share.example.com", "TRUSTED_PROXIES": 1}

and what it does not say is read from the environment, NAME or NAME_FILE. Read them as `site.BASE_URL`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, Self, TypeVar, overload
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from links.conf import env, values

T = TypeVar("T")
NAME = "HOLDFAST"


class Setting(Generic[T]):
    """One of them: how it is read, and what it is where nobody says it."""

    def __init__(self, read: Callable[[str, object], T], default: T | Callable[["Site"], T]) -> None:
        self._read, self._default = read, default

    def __set_name__(self, owner: type["Site"], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type["Site"]) -> Self: ...
    @overload
    def __get__(self, instance: "Site", owner: type["Site"]) -> T: ...
    def __get__(self, instance: "Site | None", owner: type["Site"]) -> Self | T:
        """Asked once for each value, which is then found before this descriptor is."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._find(instance)
        return value

    def _find(self, instance: "Site") -> T:
        said = find_said()
        if self._name in said:
            return self._read(f'{NAME}["{self._name}"]', said[self._name])
        if written := env.text(self._name):
            return self._read(self._name, written)
        return self._default(instance) if callable(self._default) else self._default


class Site:
    """Every setting of ours, read when it is first asked for. One that is wrong raises ImproperlyConfigured."""

    BASE_URL = Setting(values.site, "")
    ENCRYPTION_KEYS = Setting(values.words, [])
    TRUSTED_PROXIES = Setting(values.number, 0)
    PROXY_HEADERS = Setting(values.choice("forwarded", "x-forwarded"), "forwarded")
    PROBE_ALLOWED_HOSTS = Setting(values.words, [])
    PROBES_PER_STORE = Setting(values.number, 48)
    DATABASE_SECONDS = Setting(values.number, 3)

    ALERT_MAILS = Setting(values.words, [])
    ALERT_URLS = Setting(values.words, [])
    ALERT_LANGUAGE = Setting(values.choice("en", "ja"), "en")
    ALERTS_PER_HOUR = Setting(values.number, 10)
    MONITOR_URL = Setting(values.text, "")
    METRICS_TOKEN = Setting(values.text, "")
    OTEL_EXPORTER_OTLP_ENDPOINT = Setting(values.text, "")

    VISIT_ADDRESSES = Setting(values.choice("short", "full", "none"), "short")
    VISIT_DAYS = Setting(values.number, 400)
    BRAND_NAME = Setting(values.text, "Holdfast")
    BRAND_LOGO = Setting(values.text, "")
    BRAND_ACCENT = Setting(values.text, "")
    IMPRINT_URL = Setting(values.text, "")
    PRIVACY_URL = Setting(values.text, "")
    SENDER_BEFORE_PASSWORD = Setting(values.flag, False)

    SESSION_IDLE_SECONDS = Setting(values.number, 3600)
    SECOND_FACTOR_ROLES = Setting(values.words, [])
    PASSWORD_SIGN_IN = Setting(values.choice("everybody", "superusers"), "everybody")
    TRUSTED_USER_HEADER = Setting(values.text, "")
    TRUSTED_USER_FROM = Setting(values.words, [])
    OIDC_ISSUER = Setting(values.issuer, "")
    OIDC_CLIENT_ID = Setting(values.text, "")
    OIDC_CLIENT_SECRET = Setting(values.text, "")
    OIDC_NAME = Setting(values.text, lambda site: urlsplit(site.OIDC_ISSUER).hostname or "")
    OIDC_SCOPES = Setting(values.text, "openid profile email groups")
    OIDC_GROUPS_CLAIM = Setting(values.text, "groups")
    OIDC_ROLES = Setting(values.lists, {})
    OIDC_LINK_BY = Setting(values.choice("subject", "email"), "subject")
    OIDC_SECOND_FACTOR = Setting(values.flag, False)

    def read_all(self) -> dict[str, object]:
        """By name. A wrong value is better found when a process starts than at somebody's click."""
        return {name: getattr(self, name) for name in NAMES}

    def forget(self) -> None:
        """Each is read anew when it is asked for next."""
        self.__dict__.clear()


NAMES = tuple(name for name, held in vars(Site).items() if isinstance(held, Setting))
site = Site()


def find_said() -> Mapping[str, object]:
    """What the project says under `HOLDFAST`."""
    said = getattr(settings, NAME, {})
    if not isinstance(said, Mapping):
        raise ImproperlyConfigured(
            f'{NAME} must be a dictionary, as in {NAME} = {{"BASE_URL": "https://share.example.com"}}'
        )
    return said


def list_variables(settings_file: Path) -> list[str]:
    """Every name that the environment may set: those of ours, and those that a file of settings reads by `env`."""
    return sorted({*NAMES, *env.find_names(settings_file)})


def _forget_changed(*, setting: str, **_signal: object) -> None:
    if setting == NAME:
        site.forget()


setting_changed.connect(_forget_changed)
