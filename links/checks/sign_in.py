"""Checks of the other ways to sign in: single sign-on, and a proxy that names users."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.core import checks
from django.core.checks import CheckMessage, Error

from links.conf import site
from links.domain.people.claims import SUPERUSER
from links.lib.forwarded_headers import read_network
from links.lib.network import Reach, is_address, judge_address
from links.models.people.accounts import list_accounts

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9]{2,40}")
# Those that browsers and proxies send for themselves.
_TAKEN = frozenset({
    *("accept", "authorization", "connection", "cookie", "date", "expect", "forwarded", "from", "host", "origin"),
    *("pragma", "priority", "range", "referer", "te", "trailer", "upgrade", "via", "warning", "dnt"),
})  # fmt: skip


def check_single_sign_on() -> list[CheckMessage]:
    needed = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES")
    missing = [name for name in needed if not getattr(site, name)]
    if len(missing) == len(needed):
        return _check_passwords()
    found: list[CheckMessage] = []
    if missing:
        hint = "Single sign-on needs all four: see docs/sign-in.md. To have none, empty them all."
        found.append(Error(f"Single sign-on lacks {', '.join(missing)}.", hint=hint, id="holdfast.E071"))
    if not site.BASE_URL:
        hint = "Set it: the provider sends browsers back to BASE_URL and /admin/single-sign-on/answer/."
        found.append(Error("Single sign-on needs BASE_URL.", hint=hint, id="holdfast.E072"))
    if "openid" not in site.OIDC_SCOPES.split():
        hint = "Begin it with openid: without it a provider sends no ID token."
        found.append(Error("OIDC_SCOPES lacks openid.", hint=hint, id="holdfast.E073"))
    parts = urlsplit(site.OIDC_ISSUER)
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        hint = "Codes, tokens and the client's secret go there in clear. Give it an https:// address."
        found.append(Error("OIDC_ISSUER is not https.", hint=hint, id="holdfast.E074"))
    if any(SUPERUSER in roles for roles in site.OIDC_ROLES.values()):
        hint = "Whoever may put people into that group at the provider may do everything here."
        found.append(checks.Info("OIDC_ROLES makes superusers.", hint=hint, id="holdfast.I051"))
    return [*found, *_check_passwords()]


def check_roles(mapping: Mapping[str, Sequence[str]]) -> list[CheckMessage]:
    """Of the database: roles are its rows."""
    named = {role for roles in mapping.values() for role in roles} - {SUPERUSER}
    missing = sorted(named - set(Group.objects.filter(name__in=named).values_list("name", flat=True)))
    if not missing:
        return []
    hint = "Write roles as the admin lists them. Until then these groups give nothing."
    return [
        checks.Warning(
            f"OIDC_ROLES names roles that do not exist: {', '.join(missing)}.", hint=hint, id="holdfast.W052"
        )
    ]


def check_way_in(password_sign_in: str) -> list[CheckMessage]:
    """Of the database: whether anybody is left who can come in when the provider cannot be asked."""
    if password_sign_in != "superusers":  # noqa: S105  no password
        return []
    superusers = list_accounts().filter(is_superuser=True, is_active=True, is_staff=True)
    if any(user.has_usable_password() for user in superusers.only("password")[:1_000]):
        return []
    hint = "Make one with createsuperuser and keep its password in a safe, for the day on which the provider is down."
    return [checks.Warning("No superuser has a password.", hint=hint, id="holdfast.W053")]


def check_proxy_user(header: str, sources: Sequence[str], proxies: int) -> list[CheckMessage]:
    if not header:
        return []
    found: list[CheckMessage] = []
    if not _HEADER.fullmatch(header) or header.lower() in _TAKEN:
        hint = (
            "Letters and digits alone, as in Holdfastuser: a visitor's X_User and the proxy's X-User reach us under "
            "one name. Have the proxy write the header under that name."
        )
        found.append(Error(f"TRUSTED_USER_HEADER is {header!r}.", hint=hint, id="holdfast.E075"))
    if proxies == 0:
        hint = "Without a proxy of your own in front, everybody could write the header. Set TRUSTED_PROXIES."
        found.append(Error("TRUSTED_USER_HEADER is set, and TRUSTED_PROXIES is 0.", hint=hint, id="holdfast.E076"))
    wrong = [source for source in sources if (network := read_network(source)) is None or network.prefixlen == 0]
    if not sources or wrong:
        said = f"TRUSTED_USER_FROM: {', '.join(wrong)}." if wrong else "TRUSTED_USER_FROM is empty."
        hint = (
            "List the addresses from which your proxies connect, as in 127.0.0.1 or 10.0.3.0/24: nobody else's word "
            "counts."
        )
        found.append(Error(said, hint=hint, id="holdfast.E077"))
    return found


def _check_passwords() -> list[CheckMessage]:
    has_other_way = bool(site.OIDC_ISSUER or site.TRUSTED_USER_HEADER)
    if site.PASSWORD_SIGN_IN == "everybody" or has_other_way:  # noqa: S105  no password
        return []
    hint = "Set up single sign-on or TRUSTED_USER_HEADER, or set PASSWORD_SIGN_IN to everybody."
    said = "PASSWORD_SIGN_IN lets superusers alone in, and there is no other way."
    return [checks.Warning(said, hint=hint, id="holdfast.W054")]


def _is_near(host: str) -> bool:
    """This machine, or one in a network of the operator's own."""
    return host == "localhost" or (is_address(host) and judge_address(host) is Reach.PRIVATE)
