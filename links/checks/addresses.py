"""Checks of addresses: the site's own, those of proxies in front of it, and those that may be asked."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core import checks
from django.core.checks import CheckMessage, Error, Info
from django.http.request import validate_host

from links.net.addresses import is_metadata, read_name

_MAX_PROXIES = 5
# Below these, in two-letter domains, anybody registers a name; and below those, anybody gets one.
_REGISTRIES = frozenset(
    {"ac", "ad", "co", "com", "edu", "gob", "go", "gov", "gr", "ltd", "me", "ne", "net", "or", "org"}
)
_SHARED = frozenset({
    *("amazonaws.com", "appspot.com", "azurewebsites.net", "cloudfront.net", "fly.dev", "github.io", "herokuapp.com"),
    *("netlify.app", "ngrok.io", "onrender.com", "pages.dev", "run.app", "vercel.app", "web.app", "workers.dev"),
})  # fmt: skip


def check_base_url(base_url: str, allowed_hosts: Sequence[str]) -> list[CheckMessage]:
    if not base_url:
        hint = "Set it to the address at which customers reach this site, as in https://share.example.com"
        return [checks.Warning("BASE_URL is empty: no stable link can be made.", hint=hint, id="holdfast.W001")]
    if validate_host(urlsplit(base_url).hostname or "", allowed_hosts):
        return []
    hint = "Add the host of BASE_URL to ALLOWED_HOSTS, or leave ALLOWED_HOSTS empty."
    return [Error("ALLOWED_HOSTS refuses the host of BASE_URL: no link opens.", hint=hint, id="holdfast.E004")]


def check_https(base_url: str) -> list[CheckMessage]:
    if not base_url.startswith("http://"):
        return []
    hint = "Links are secrets on their way to the customer. Give BASE_URL an https:// address."
    return [checks.Warning("BASE_URL is not https.", hint=hint, id="holdfast.W002")]


def check_proxies(proxies: int, base_url: str, headers: str = "forwarded") -> list[CheckMessage]:
    if proxies > _MAX_PROXIES:
        hint = "It is the number of proxies before this server that you run yourself; visitors may forge the rest."
        return [checks.Warning(f"TRUSTED_PROXIES is {proxies}.", hint=hint, id="holdfast.W006")]
    if proxies and headers != "forwarded":
        hint = (
            "Visitors may send X_Forwarded_For too, which reaches us under the same name. Make sure that the proxy "
            "drops headers with underscores, as docs/proxies.md tells, or better have it set Forwarded."
        )
        return [Info(f"PROXY_HEADERS is {headers}.", hint=hint, id="holdfast.I050")]
    if proxies == 0 and base_url.startswith("https://"):
        hint = (
            "Where a proxy ends HTTPS, set it to the number of proxies, and have the proxy set Forwarded, as "
            "docs/proxies.md tells: else every page redirects to itself."
        )
        return [Info("TRUSTED_PROXIES is 0, and BASE_URL is https.", hint=hint, id="holdfast.I002")]
    return []


def check_probe_hosts(hosts: Sequence[str]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if never := [host for host in hosts if is_metadata(host)]:
        hint = "Metadata services hand out credentials, and link-local addresses are nobody's: they are never asked."
        found.append(
            Error(f"PROBE_ALLOWED_HOSTS names {', '.join(never)}.", hint=hint, id="holdfast.E007"),
        )
    if malformed := [str(number) for number, host in enumerate(hosts, start=1) if not _is_host(host)]:
        hint = "Write host, host:port, or .host for every host below it; no https:// and no path."
        found.append(
            Error(f"PROBE_ALLOWED_HOSTS: no. {', '.join(malformed)} is not a host.", hint=hint, id="holdfast.E008")
        )
    return found


def check_allowed_hosts(hosts: Sequence[str]) -> list[CheckMessage]:
    wide = [host for host in hosts if _is_too_wide(host)]
    if not wide:
        return []
    hint = "Name the hosts of this site, as in share.example.com, or leave ALLOWED_HOSTS empty for that of BASE_URL."
    message = f"ALLOWED_HOSTS takes {', '.join(wide)}: hosts of strangers, too."
    return [checks.Warning(message, hint=hint, id="holdfast.W051")]


def _is_too_wide(host: str) -> bool:
    """Whether it takes in whoever registers a name: `*`, `.com`, `.co.uk`, `.github.io`."""
    if host.strip() == "*":
        return True
    labels = host.strip().lower().strip(".").split(".")
    if not host.strip().startswith("."):
        return False
    is_registry = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRIES
    return len(labels) < 2 or is_registry or ".".join(labels) in _SHARED


def _is_host(host: str) -> bool:
    return bool(read_name(host)) and not set(host) & set("/@?# *")
