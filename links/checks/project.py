"""A check of the project that these applications stand in."""

from collections.abc import Iterable
from difflib import get_close_matches

from django.conf import LazySettings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from links.conf import NAME, NAMES


def check_names(said: Iterable[str]) -> list[CheckMessage]:
    """Whether the project says under `HOLDFAST` only what there is: whatever it meant by another name has no effect."""
    found: list[CheckMessage] = []
    for name in said:
        if name in NAMES:
            continue
        near = get_close_matches(str(name).upper(), NAMES, 1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(NAMES))}."
        found.append(Error(f'There is no setting {NAME}["{name}"].', hint=hint, id="holdfast.E090"))
    return found


# What ours do, for those who leave them out.
_MIDDLEWARE = {
    "links.public.middleware.proxies.ProxyHeaders": "TRUSTED_PROXIES and TRUSTED_USER_HEADER have no effect",
    "links.public.middleware.security_headers.SecurityHeaders": "answers of other middleware lack security headers",
    "links.public.middleware.caching.NeverStore": "proxies and browsers may keep customers' pages",
    "links.public.middleware.outages.DatabaseOutage": "a database that is away is an error 500 to customers",
    "links.public.middleware.zones.ReaderZone": "times are told in TIME_ZONE, not in the reader's zone",
    "links.public.middleware.audit_source.AuditSource": "the audit trail does not say who, from where",
    "csp.middleware.CSPMiddleware": "pages have no content security policy",
    "django_htmx.middleware.HtmxMiddleware": "parts of staff's pages do not load",
}
_APPLICATIONS = {
    "django_htmx": "staff's pages cannot be shown",
    "django.contrib.messages": "staff are not told what came of a press",
    "django.contrib.staticfiles": "pages have no style",
}
_CONTEXT = ("links.public.branding.brand", "links.admin.watch.watch")
_SESSIONS = "links.models.people.sessions"
_FIELDS = ("email", "is_active", "is_staff", "is_superuser", "groups")


def check_accounts_model(model: type[Model]) -> list[CheckMessage]:
    """Whether people and their rights can be read of the project's user model."""
    there = {field.name for field in model._meta.get_fields()}  # noqa: SLF001  Django's, and documented
    missing = [name for name in _FIELDS if name not in there]
    if not missing:
        return []
    hint = "Let it inherit from django.contrib.auth.models.PermissionsMixin, and add the others."
    return [Error(f"AUTH_USER_MODEL lacks {', '.join(missing)}.", hint=hint, id="holdfast.E091")]


def check_database_alias(alias: str) -> list[CheckMessage]:
    if alias == DEFAULT_DB_ALIAS:
        return []
    hint = "Let DATABASE_ROUTERS leave the application links alone: its transactions and statements are of “default”."
    return [Error(f"A router sends rows of links to the database “{alias}”.", hint=hint, id="holdfast.E093")]


def check_parts(settings: LazySettings, *, has_our_admin: bool) -> list[CheckMessage]:
    """Whether what pages of ours lean on is there: of staff's pages only where they are (`HoldfastAdminConfig`)."""
    found: list[CheckMessage] = []
    if has_our_admin and settings.SESSION_ENGINE != _SESSIONS:
        hint = f'Set it to "{_SESSIONS}", whose sessions staff see and end; sessions of before are then over.'
        found.append(Error("SESSION_ENGINE is not the one of staff's pages.", hint=hint, id="holdfast.E092"))
    installed = [app.split(".apps.")[0] for app in settings.INSTALLED_APPS]
    for name, without in _APPLICATIONS.items():
        if name not in installed:
            found.append(_lacks("INSTALLED_APPS", name, without, "holdfast.W091"))
    for name, without in _MIDDLEWARE.items():
        if name not in settings.MIDDLEWARE:
            found.append(_lacks("MIDDLEWARE", name, without, "holdfast.W092"))
    told = str(settings.TEMPLATES)
    return [
        *found,
        *(
            _lacks("TEMPLATES", name, "pages lack what stands at their head", "holdfast.W093")
            for name in _CONTEXT
            if name not in told
        ),
    ]


def _lacks(where: str, name: str, without: str, number: str) -> CheckMessage:
    return checks.Warning(f"{where} lacks {name}: {without}.", hint="docs/drop-in.md has all of them.", id=number)
